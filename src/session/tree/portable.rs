//! Elsewhere: by path, and every folder on the way is seen to be one after what was reached by it.

use std::ffi::OsStr;
use std::fs::{self, File, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::super::sys;
use super::{Cancel, Entry, EntryKind, FileIdentity, Missed, Mounts, Unreachable, stopped};

#[cfg(not(unix))]
impl From<io::Error> for Unreachable {
    fn from(error: io::Error) -> Self {
        in_words(error)
    }
}

fn in_words(error: io::Error) -> Unreachable {
    match error.kind() {
        io::ErrorKind::NotFound => Unreachable::Vanished,
        io::ErrorKind::NotADirectory | io::ErrorKind::InvalidInput => Unreachable::Replaced,
        _ if sys::is_link_refusal(&error) => Unreachable::Replaced,
        _ => Unreachable::Failed(error),
    }
}

/// A root. It isn't held open, since that would keep others from moving it.
#[derive(Debug)]
pub struct Folder(PathBuf);

/// A folder below a root.
#[derive(Debug)]
pub struct Reach {
    root: PathBuf,
    below: PathBuf,
}

impl Folder {
    pub fn open(path: &Path) -> Result<Self, Unreachable> {
        check(path, Path::new(""))?;
        Ok(Self(path.to_owned()))
    }

    /// It once more.
    pub fn again(&self) -> Result<Self, Unreachable> {
        Self::open(&self.0)
    }

    pub fn identity(&self) -> Result<Option<FileIdentity>, Unreachable> {
        Ok(None)
    }

    /// What is in the folder `below`, in any order. What is mounted there stands behind a link.
    pub fn read(
        &self,
        below: &Path,
        _mounts: Mounts,
        cancel: &Cancel,
    ) -> Result<Vec<Result<Entry, Missed>>, Unreachable> {
        let mut entries = Vec::new();
        for found in fs::read_dir(self.0.join(below)).map_err(in_words)? {
            if cancel.is_cancelled() {
                return Err(stopped());
            }
            let found = found.map_err(in_words)?;
            let below = below.join(found.file_name());
            match found.metadata().map_err(in_words) {
                Ok(metadata) => entries.push(Ok(Entry {
                    below,
                    kind: kind(metadata.file_type()),
                    bytes: metadata.len(),
                    modified: metadata.modified().ok(),
                })),
                Err(Unreachable::Vanished) => {}
                Err(why) => entries.push(Err(Missed { below, why })),
            }
        }
        check(&self.0, below)?;
        Ok(entries)
    }

    pub fn reach(&self, below: &Path, _mounts: Mounts) -> Result<Reach, Unreachable> {
        check(&self.0, below)?;
        Ok(Reach {
            root: self.0.clone(),
            below: below.to_owned(),
        })
    }
}

impl Reach {
    /// Opens the regular file `name` in it.
    pub fn open(&self, name: &OsStr) -> Result<File, Unreachable> {
        let path = self.root.join(&self.below).join(name);
        let file = sys::open_regular(&path).map_err(in_words)?;
        check(&self.root, &self.below)?;
        Ok(file)
    }
}

/// Whether `root` and every folder down to `below` is one, and no link.
fn check(root: &Path, below: &Path) -> Result<(), Unreachable> {
    let mut path = root.to_owned();
    let mut names = below.iter();
    loop {
        // Of a link it says that it is no folder.
        if !fs::symlink_metadata(&path).map_err(in_words)?.is_dir() {
            return Err(Unreachable::Replaced);
        }
        match names.next() {
            Some(name) => path.push(name),
            None => return Ok(()),
        }
    }
}

fn kind(kind: FileType) -> EntryKind {
    if kind.is_symlink() {
        EntryKind::Link
    } else if kind.is_dir() {
        EntryKind::Folder
    } else if kind.is_file() {
        EntryKind::File
    } else {
        EntryKind::Other
    }
}
