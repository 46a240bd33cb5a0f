//! Windows: paths, which the standard library makes verbatim where they are long. Our staging directory is
//! ours alone and we make no links in it, so a path says the same all the time.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT, FILE_WRITE_ATTRIBUTES,
};

/// A directory.
#[derive(Debug)]
pub(in super::super) struct Folder(PathBuf);

impl Folder {
    /// The directory at `path`.
    pub fn open(path: &Path) -> io::Result<Self> {
        let path = std::path::absolute(path)?;
        let metadata = fs_err::symlink_metadata(&path)?;
        if !metadata.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self(path))
    }

    /// The directory `name`, components joined by `/`, below this one.
    pub fn folder(&self, name: &str) -> io::Result<Self> {
        Ok(Self(self.path(name)))
    }

    /// Makes the directory `name` below this one.
    pub fn make_folder(&self, name: &str) -> io::Result<()> {
        std::fs::create_dir(self.path(name))
    }

    /// Makes the file `name` below this one; anything in its place is an error (`AlreadyExists`).
    pub fn make_file(&self, name: &str, _executable: bool) -> io::Result<File> {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(self.path(name))
    }

    /// Opens the file `name` below this one for reading, and a link in its place as the link.
    pub fn file(&self, name: &str) -> io::Result<File> {
        OpenOptions::new()
            .read(true)
            .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
            .open(self.path(name))
    }

    /// Sets when the directory was last changed.
    pub fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        OpenOptions::new()
            .access_mode(FILE_WRITE_ATTRIBUTES)
            .custom_flags(FILE_FLAG_BACKUP_SEMANTICS)
            .open(&self.0)?
            .set_modified(time)
    }

    fn path(&self, name: &str) -> PathBuf {
        let mut path = self.0.clone();
        path.extend(name.split('/'));
        path
    }
}

/// Reads at `offset`, and moves the file's own position as it likes; fewer bytes only at the end.
pub(in super::super) fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < buf.len() {
        match file.seek_read(&mut buf[done..], offset + done as u64) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}
