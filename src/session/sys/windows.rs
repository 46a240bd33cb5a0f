//! Windows: through `windows-sys`, the only place where this program is unsafe.
#![expect(unsafe_code, reason = "calls to the Windows API; each is one line, its arguments checked above it")]

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use windows_sys::Win32::Storage::FileSystem as fs;

use super::FileIdentity;

/// A path as the Windows API takes it, in the verbatim form that has no length limit.
fn wide(path: &Path) -> io::Result<Vec<u16>> {
    let absolute = std::path::absolute(path)?;
    let mut text: Vec<u16> = absolute.as_os_str().encode_wide().collect();
    if text.contains(&0) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path has a NUL in it"));
    }
    let plain = !text.starts_with(&[b'\\'.into(), b'\\'.into()]);
    if plain && text.len() >= 240 {
        let prefix: Vec<u16> = r"\\?\".encode_utf16().collect();
        text.splice(0..0, prefix);
    }
    text.push(0);
    Ok(text)
}

/// Opens a regular file for reading; a link or anything else is an error, never followed.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(fs::FILE_FLAG_OPEN_REPARSE_POINT)
        .open(path)?;
    let m = file.metadata()?;
    if m.is_file() && m.file_attributes() & fs::FILE_ATTRIBUTE_REPARSE_POINT == 0 {
        Ok(file)
    } else {
        Err(io::Error::other("not a regular file"))
    }
}

/// Renames `from` to `to` in one step, refusing (`AlreadyExists`) if anything is at `to`.
pub fn rename_noreplace(from: &Path, to: &Path) -> io::Result<()> {
    let (from, to) = (wide(from)?, wide(to)?);
    // SAFETY: both are NUL-terminated and live through the call; no flag allows replacing.
    let done = unsafe { fs::MoveFileExW(from.as_ptr(), to.as_ptr(), 0) };
    if done == 0 {
        return Err(io::Error::last_os_error());
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
