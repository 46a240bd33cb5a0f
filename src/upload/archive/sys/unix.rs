//! Unix: everything relative to an open directory.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::SystemTime;

use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};

const DIRECTORY: OFlags = OFlags::DIRECTORY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// A directory that stays the same one, whatever happens to its path.
#[derive(Debug)]
pub(in super::super) struct Folder(File);

impl Folder {
    /// Opens a directory, not what a link in its place points to.
    pub fn open(path: &Path) -> io::Result<Self> {
        let fd = openat(CWD, path, OFlags::RDONLY | DIRECTORY, Mode::empty())?;
        Ok(Self(fd.into()))
    }

    /// Opens the directory `name`, components joined by `/`, below this one.
    pub fn folder(&self, name: &str) -> io::Result<Self> {
        let fd = openat(&self.0, name, OFlags::RDONLY | DIRECTORY, Mode::empty())?;
        Ok(Self(fd.into()))
    }

    /// Makes the directory `name` below this one.
    pub fn make_folder(&self, name: &str) -> io::Result<()> {
        Ok(mkdirat(
            &self.0,
            name,
            Mode::RWXU | Mode::RWXG | Mode::RWXO,
        )?)
    }

    /// Makes the file `name` below this one; anything in its place is an error (`AlreadyExists`).
    pub fn make_file(&self, name: &str, executable: bool) -> io::Result<File> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(if executable { 0o777 } else { 0o666 });
        let fd: OwnedFd = openat(&self.0, name, flags, mode)?;
        Ok(fd.into())
    }

    /// Opens the file `name` below this one for reading; a link in its place is an error.
    pub fn file(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(openat(&self.0, name, flags, Mode::empty())?.into())
    }

    /// Sets when the directory was last changed.
    pub fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        self.0.set_modified(time)
    }
}

/// Reads at `offset`; the file's own position is not to be relied on after it. Fewer bytes only at the end.
pub(in super::super) fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < buf.len() {
        match file.read_at(&mut buf[done..], offset + done as u64) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}
