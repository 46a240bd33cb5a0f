//! Reading the entries of an open directory: names, types and inode numbers, no `stat`.

use std::ffi::CStr;
use std::io;
use std::ops::ControlFlow;
use std::os::fd::BorrowedFd;

use rustix::fs::FileType;

/// Room for entries on their way from the kernel, to be used again and again.
pub struct Buffer(Vec<u8>);

/// Some 1,500 entries at a time.
const ROOM: usize = 64 << 10;

impl Buffer {
    /// An empty one.
    pub fn new() -> Self {
        Self(Vec::with_capacity(ROOM))
    }
}

/// Calls `each` with name, type and inode number of every entry of `dir` but `.` and `..`, until it breaks.
///
/// The type is [`FileType::Unknown`] where the file system doesn't say. Entries may be unlinked meanwhile.
#[cfg(target_os = "linux")]
pub fn read_entries(
    dir: BorrowedFd<'_>,
    buffer: &mut Buffer,
    mut each: impl FnMut(&CStr, FileType, u64) -> ControlFlow<()>,
) -> io::Result<()> {
    let mut entries = rustix::fs::RawDir::new(dir, buffer.0.spare_capacity_mut());
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            // Removed while open: it has no entries any more.
            Err(rustix::io::Errno::NOENT) => return Ok(()),
            Err(e) => return Err(e.into()),
        };
        let name = entry.file_name();
        if !is_dots(name) && each(name, entry.file_type(), entry.ino()).is_break() {
            break;
        }
    }
    Ok(())
}

/// Calls `each` with name, type and inode number of every entry of `dir` but `.` and `..`, until it breaks.
///
/// The type is [`FileType::Unknown`] where the file system doesn't say. Entries may be unlinked meanwhile.
#[cfg(not(target_os = "linux"))]
pub fn read_entries(
    dir: BorrowedFd<'_>,
    _buffer: &mut Buffer,
    mut each: impl FnMut(&CStr, FileType, u64) -> ControlFlow<()>,
) -> io::Result<()> {
    for entry in rustix::fs::Dir::read_from(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        if !is_dots(name) && each(name, entry.file_type(), entry.ino()).is_break() {
            break;
        }
    }
    Ok(())
}

fn is_dots(name: &CStr) -> bool {
    matches!(name.to_bytes(), b"." | b"..")
}
