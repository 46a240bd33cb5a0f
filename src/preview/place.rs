//! One file of a session: reading pieces of it, and telling whether it is still the same. Every read
//! opens the file and closes it again, so that nothing of ours is in the way of who renames or deletes.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::session::sys::{self, FileIdentity};
use crate::session::{Error, ErrorKind, Result, open_inside};

/// A file of a session, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    session: PathBuf,
    relative: String,
}

/// What a file was when it was read: another stamp means another content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its length in bytes.
    pub len: u64,
    /// When it was last changed.
    pub modified: Option<SystemTime>,
    /// What tells it from another of the same name, where the system knows.
    pub identity: Option<FileIdentity>,
}

impl Place {
    /// The file `relative`, with `/`, of the session in the directory `session`.
    pub fn new(session: impl Into<PathBuf>, relative: impl Into<String>) -> Self {
        Self {
            session: session.into(),
            relative: relative.into(),
        }
    }

    /// The session's directory.
    pub fn session(&self) -> &Path {
        &self.session
    }

    /// Its name in the session, with `/`.
    pub fn relative(&self) -> &str {
        &self.relative
    }

    /// The last part of its name.
    pub fn name(&self) -> &str {
        self.relative.rsplit('/').next().unwrap_or(&self.relative)
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        let mut path = self.session.clone();
        path.extend(self.relative.split('/'));
        path
    }

    /// What it is now.
    ///
    /// # Errors
    /// If it is gone, can't be read, or is no regular file of this session.
    pub fn stamp(&self) -> Result<Stamp> {
        self.open().map(|(_, stamp)| stamp)
    }

    /// Reads `most` bytes from `offset` on, or as many as there are, into `bytes`, whose content goes.
    ///
    /// # Errors
    /// As [`Place::stamp`].
    pub fn read_at(&self, offset: u64, most: usize, bytes: &mut Vec<u8>) -> Result<Stamp> {
        let (mut file, stamp) = self.open()?;
        bytes.clear();
        let read = file
            .seek(SeekFrom::Start(offset))
            .and_then(|_| file.take(most as u64).read_to_end(bytes));
        read.map_err(|e| self.failed(e))?;
        Ok(stamp)
    }

    pub(super) fn open(&self) -> Result<(std::fs::File, Stamp)> {
        let opened = open_inside(&self.session, &self.relative).and_then(|file| {
            let metadata = file.metadata()?;
            let stamp = Stamp {
                len: metadata.len(),
                modified: metadata.modified().ok(),
                identity: sys::identity(&metadata),
            };
            Ok((file, stamp))
        });
        opened.map_err(|e| self.failed(e))
    }

    pub(super) fn failed(&self, error: io::Error) -> Error {
        if error.kind() == io::ErrorKind::NotFound && self.relative.contains('\u{fffd}') {
            // The name has been made readable, and by that name there is no file.
            let why = "its name is not in UTF-8, so that it can't be looked into here".to_owned();
            let tried = format!("read {}", self.relative);
            return Error::new(ErrorKind::Refused(why), tried, self.path())
                .with_help("rename it, or open the session's folder");
        }
        Error::io(format!("read {}", self.relative), self.path(), error)
    }

    /// The file is no longer the one that was begun with.
    pub(super) fn changed(&self) -> Error {
        let why = ErrorKind::Refused(CHANGED.into());
        Error::new(why, format!("read {}", self.relative), self.path())
            .with_help("it is read again by itself")
    }
}

impl Stamp {
    /// Whether it can be the same file as before, with nothing taken from it.
    pub fn follows(&self, before: &Self) -> bool {
        self.identity == before.identity && self.len >= before.len
    }
}

const CHANGED: &str = "it changed while it was being read";

/// Whether a read failed because the file is another by now, or was cut.
pub fn is_changed(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Refused(why) if why == CHANGED)
}

/// Whether a read failed because the file is not there any more.
pub fn is_gone(error: &Error) -> bool {
    let source = std::error::Error::source(error).and_then(|e| e.downcast_ref::<io::Error>());
    source.is_some_and(|e| {
        matches!(
            e.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_read_and_changes_are_seen() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("logs")).unwrap();
        let path = dir.path().join("logs/a.log");
        std::fs::write(&path, "0123456789").unwrap();
        let place = Place::new(dir.path(), "logs/a.log");
        assert_eq!((place.name(), place.path()), ("a.log", path.clone()));
        let mut bytes = b"old".to_vec();
        let before = place.read_at(8, 100, &mut bytes).unwrap();
        assert_eq!((bytes.as_slice(), before.len), (&b"89"[..], 10));
        place.read_at(100, 5, &mut bytes).unwrap();
        assert!(bytes.is_empty());
        std::fs::write(&path, "0123").unwrap();
        assert!(!place.stamp().unwrap().follows(&before), "cut");
        std::fs::remove_file(&path).unwrap();
        let gone = place.stamp().unwrap_err();
        assert!(is_gone(&gone));
        assert_eq!(gone.tried(), "read logs/a.log");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_name_that_is_not_utf_8_is_said_to_be_none() {
        use std::os::unix::ffi::OsStrExt;
        let dir = tempfile::tempdir().unwrap();
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.txt");
        std::fs::write(dir.path().join(name), "x").unwrap();
        let shown = name.to_string_lossy();
        let error = Place::new(dir.path(), &*shown).stamp().unwrap_err().full();
        assert!(error.contains("its name is not in UTF-8"), "{error}");
        assert!(error.contains("rename it"), "{error}");
    }
}
