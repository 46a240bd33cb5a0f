//! Replacing a small file in one step: written beside, made durable, renamed over the old one.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use super::{failpoint, sys};

/// Replaces `target` by `bytes`. `temporary` must be a fresh name on the same file system; readers see
/// the old file or the new one, never a part.
pub fn replace(target: &Path, temporary: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = write_new(temporary, bytes).and_then(|()| {
        failpoint::reach("atomic-before-rename")?;
        sys::replace_file(temporary, target)
    });
    if written.is_ok() {
        // The new file stands: nothing may fail any more.
        let _ = failpoint::reach("atomic-after-rename");
    }
    if written.is_err() {
        // What is left of it is worth nothing; the error that counts is the one above.
        let _ = std::fs::remove_file(temporary);
    }
    written
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    failpoint::reach("atomic-before-write")?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A name that nothing else has: 16 random hexadecimal digits.
pub fn fresh_name() -> io::Result<String> {
    let mut bytes = [0u8; 8];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(format!("{:016x}", u64::from_ne_bytes(bytes)))
}
