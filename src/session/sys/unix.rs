//! Unix: through rustix, which is safe and needs no libc of ours.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{CWD, OFlags, RenameFlags};

use super::FileIdentity;

/// Opens a regular file for reading; a link, a FIFO or anything else is an error, never followed.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("not a regular file"))
    }
}

/// Opens a directory itself, not what a link in its place points to.
pub fn open_directory(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::DIRECTORY | OFlags::CLOEXEC;
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

/// Renames `from` to `to` in one step, refusing (`AlreadyExists`) if anything is at `to`.
pub fn rename_noreplace(from: &Path, to: &Path) -> io::Result<()> {
    rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(Into::into)
}

/// Bytes that we may still write to the file system of `path`.
pub fn free_space(path: &Path) -> io::Result<u64> {
    let s = rustix::fs::statvfs(path)?;
    Ok(s.f_bavail.saturating_mul(s.f_frsize))
}

/// What tells this file from others.
pub fn identity(metadata: &Metadata) -> Option<FileIdentity> {
    Some(FileIdentity {
        device: metadata.dev(),
        file: metadata.ino(),
    })
}

/// Whether the file belongs to the user that we run as.
pub fn is_ours(metadata: &Metadata) -> bool {
    metadata.uid() == rustix::process::geteuid().as_raw()
}

/// Whether users other than the owner and its group may write to the directory.
pub fn everyone_can_write(metadata: &Metadata) -> bool {
    metadata.mode() & 0o002 != 0
}

/// Whether the directory is one for everybody, such as `/tmp`, where nobody can move what is another's.
pub fn is_shared(metadata: &Metadata) -> bool {
    metadata.mode() & 0o1000 != 0
}

/// Whether opening failed because a link stands where a directory or file was expected.
pub fn is_link_refusal(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

/// Whether locking failed because the file system has no locks.
pub fn is_no_locks(error: &io::Error) -> bool {
    use rustix::io::Errno;
    [Errno::NOLCK, Errno::OPNOTSUPP, Errno::NOSYS]
        .iter()
        .any(|e| error.raw_os_error() == Some(e.raw_os_error()))
}

/// Renames a file over another in one step.
#[expect(clippy::disallowed_methods, reason = "replacing is what is asked for")]
pub fn replace_file(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)
}

/// What a directory allowed before we made it writable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mode(Option<u32>);

/// Lets the owner list, change and enter the directory, as moving it needs.
pub fn make_writable(path: &Path, metadata: &Metadata) -> io::Result<Mode> {
    let mode = metadata.mode() & 0o7777;
    if mode & 0o700 == 0o700 {
        return Ok(Mode(None));
    }
    set_mode(path, mode | 0o700)?;
    Ok(Mode(Some(mode)))
}

/// Undoes [`make_writable`] as far as it can be.
pub fn restore_mode(path: &Path, mode: &Mode) {
    if let Mode(Some(mode)) = mode {
        let _ = set_mode(path, *mode);
    }
}

/// Never that of what a link points to: kernels before 6.6 can't be told so, but a handle leads nowhere.
#[cfg(target_os = "linux")]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let handle = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)?;
    if handle.metadata()?.is_symlink() {
        return Err(rustix::io::Errno::LOOP.into());
    }
    let itself = format!("/proc/self/fd/{}", handle.as_raw_fd());
    rustix::fs::chmod(itself, rustix::fs::Mode::from_raw_mode(mode)).map_err(Into::into)
}

/// Never that of what a link points to.
#[cfg(not(target_os = "linux"))]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use rustix::fs::{AtFlags, Mode as RawMode, RawMode as Bits, chmodat};

    // The bits are fewer there; all that a mode has fit.
    let mode = RawMode::from_raw_mode(mode as Bits);
    chmodat(CWD, path, mode, AtFlags::SYMLINK_NOFOLLOW).map_err(Into::into)
}

/// Copies up to `len` bytes from where `from` stands to where `to` stands without passing them through
/// our memory; `None` where the system can't.
#[cfg(target_os = "linux")]
pub fn copy_piece(from: &File, to: &File, len: usize) -> io::Result<Option<usize>> {
    use rustix::io::Errno;
    match rustix::fs::copy_file_range(from, None, to, None, len) {
        Ok(n) => Ok(Some(n)),
        Err(
            Errno::XDEV
            | Errno::INVAL
            | Errno::NOSYS
            | Errno::OPNOTSUPP
            | Errno::PERM
            | Errno::BADF,
        ) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// Elsewhere bytes go through our memory.
#[cfg(not(target_os = "linux"))]
pub fn copy_piece(_from: &File, _to: &File, _len: usize) -> io::Result<Option<usize>> {
    Ok(None)
}

/// Sets the modification time of a directory.
pub fn set_directory_time(path: &Path, modified: std::time::SystemTime) -> io::Result<()> {
    open_directory(path)?.set_modified(modified)
}
