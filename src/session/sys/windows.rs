//! Windows: through `windows-sys`, the only place where this program is unsafe.
#![expect(
    unsafe_code,
    reason = "calls to the Windows API; each is one line, its arguments checked above it"
)]

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use windows_sys::Win32::Storage::FileSystem as fs;

use super::FileIdentity;

const ERROR_ACCESS_DENIED: i32 = 5;
const ERROR_SHARING_VIOLATION: i32 = 32;
const RENAME_ATTEMPTS: u32 = 10;
const RENAME_PAUSE: std::time::Duration = std::time::Duration::from_millis(50);

/// A path as the Windows API takes it, in the verbatim form that has no length limit.
fn wide(path: &Path) -> io::Result<Vec<u16>> {
    let absolute = std::path::absolute(path)?;
    let mut text: Vec<u16> = absolute.as_os_str().encode_wide().collect();
    if text.contains(&0) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the path has a NUL in it",
        ));
    }
    let plain = !text.starts_with(&[b'\\'.into(), b'\\'.into()]);
    if plain && text.len() >= 240 {
        let prefix: Vec<u16> = r"\\?\".encode_utf16().collect();
        text.splice(0..0, prefix);
    }
    text.push(0);
    Ok(text)
}

/// Opens a regular file for reading; a link or anything else is `InvalidInput`, never followed.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let not_regular = || io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file");
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(fs::FILE_FLAG_OPEN_REPARSE_POINT)
        .open(path);
    let file = match opened {
        // What the system says of a folder, too.
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied && path.is_dir() => {
            return Err(not_regular());
        }
        opened => opened?,
    };
    let m = file.metadata()?;
    if m.is_file() && m.file_attributes() & fs::FILE_ATTRIBUTE_REPARSE_POINT == 0 {
        Ok(file)
    } else {
        Err(not_regular())
    }
}

/// Renames `from` to `to` in one step, refusing (`AlreadyExists`) if anything is at `to`.
pub fn rename_noreplace(from: &Path, to: &Path) -> io::Result<()> {
    if std::fs::symlink_metadata(to).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let (from, to) = (wide(from)?, wide(to)?);
    for attempt in 1.. {
        // SAFETY: both are NUL-terminated and live through the call; no flag allows replacing.
        let done = unsafe { fs::MoveFileExW(from.as_ptr(), to.as_ptr(), 0) };
        if done != 0 {
            break;
        }
        let error = io::Error::last_os_error();
        // A virus scanner or indexer may have a file in there open for a moment.
        let busy = matches!(
            error.raw_os_error(),
            Some(ERROR_ACCESS_DENIED | ERROR_SHARING_VIOLATION)
        );
        if !busy || attempt == RENAME_ATTEMPTS {
            return Err(error);
        }
        std::thread::sleep(RENAME_PAUSE);
    }
    Ok(())
}

/// Bytes that we may still write to the file system of `path`.
pub fn free_space(path: &Path) -> io::Result<u64> {
    let path = wide(path)?;
    let mut free = 0u64;
    let null = std::ptr::null_mut();
    // SAFETY: the path is NUL-terminated, `free` is writable, the other two may be null.
    let done = unsafe { fs::GetDiskFreeSpaceExW(path.as_ptr(), &mut free, null, null) };
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(free)
}

/// What tells this file from others: not to be had from metadata alone on stable Rust.
pub fn identity(_metadata: &Metadata) -> Option<FileIdentity> {
    None
}

/// Ownership is a matter of access lists here, which the temporary directory inherits from the profile.
pub fn is_ours(_metadata: &Metadata) -> bool {
    true
}

/// As [`is_ours`]: access lists decide.
pub fn everyone_can_write(_metadata: &Metadata) -> bool {
    false
}

/// As [`is_ours`]: access lists decide.
pub fn is_shared(_metadata: &Metadata) -> bool {
    false
}

/// Whether opening failed because a link stands where a directory or file was expected.
pub fn is_link_refusal(_error: &io::Error) -> bool {
    false
}

/// Whether locking failed because the file system has no locks (`ERROR_NOT_SUPPORTED`, `ERROR_INVALID_FUNCTION`).
pub fn is_no_locks(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(50 | 1))
}

/// Renames a file over another in one step; a reader that has the old one open is waited for, half a second long.
#[expect(clippy::disallowed_methods, reason = "replacing is what is asked for")]
pub fn replace_file(from: &Path, to: &Path) -> io::Result<()> {
    for _ in 1..RENAME_ATTEMPTS {
        match std::fs::rename(from, to) {
            Err(e)
                if matches!(
                    e.raw_os_error(),
                    Some(ERROR_ACCESS_DENIED | ERROR_SHARING_VIOLATION)
                ) =>
            {
                std::thread::sleep(RENAME_PAUSE);
            }
            done => return done,
        }
    }
    std::fs::rename(from, to)
}

/// What a directory allowed before we made it writable: nothing that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mode;

/// Nothing to do: moving a directory asks for the right to delete it, which no attribute takes away.
pub fn make_writable(_path: &Path, _metadata: &Metadata) -> io::Result<Mode> {
    Ok(Mode)
}

/// Nothing to undo.
pub fn restore_mode(_path: &Path, _mode: &Mode) {}

/// Here bytes go through our memory.
pub fn copy_piece(_from: &File, _to: &File, _len: usize) -> io::Result<Option<usize>> {
    Ok(None)
}

/// Sets the modification time of a directory.
pub fn set_directory_time(path: &Path, modified: std::time::SystemTime) -> io::Result<()> {
    OpenOptions::new()
        .access_mode(fs::FILE_WRITE_ATTRIBUTES)
        .custom_flags(fs::FILE_FLAG_BACKUP_SEMANTICS | fs::FILE_FLAG_OPEN_REPARSE_POINT)
        .open(path)?
        .set_modified(modified)
}
