//! How a database and the files beside it stand on disk: two equal stamps mean that nobody wrote between.
//! Opens nothing: closing a file would let go of the locks that this process holds on it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How a database and the files beside it stand on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The database.
    pub(super) file: Mark,
    /// Its write-ahead log.
    pub(super) log: Option<Mark>,
    /// Its rollback journal.
    pub(super) journal: Option<Mark>,
    /// Whether there is an index of the log, which programs that have it open share.
    pub(super) index: bool,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    /// How the database at `path` stands now.
    ///
    /// # Errors
    /// If it isn't there, or isn't a regular file.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let Some(file) = mark(path)? else {
            return Err(io::ErrorKind::NotFound.into());
        };
        Ok(Self {
            file,
            log: mark(&beside(path, "-wal"))?,
            journal: mark(&beside(path, "-journal"))?,
            index: mark(&beside(path, "-shm"))?.is_some(),
        })
    }

    /// One that no file has, for the window's tests, which need any.
    #[cfg(all(test, feature = "window"))]
    pub(crate) fn made_up(bytes: u64) -> Self {
        Self {
            file: Mark {
                bytes,
                modified: None,
            },
            log: None,
            journal: None,
            index: false,
        }
    }

    /// Bytes of the database, its log left out.
    pub fn bytes(&self) -> u64 {
        self.file.bytes
    }

    pub(super) fn has_log(&self) -> bool {
        self.log.as_ref().is_some_and(|m| m.bytes > 0)
    }

    pub(super) fn has_journal(&self) -> bool {
        self.journal.as_ref().is_some_and(|m| m.bytes > 0)
    }
}

fn mark(path: &Path) -> io::Result<Option<Mark>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(Some(Mark {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        })),
        // A link leads out of the session.
        Ok(_) => Err(io::Error::other(format!(
            "{} is not a regular file",
            path.display()
        ))),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// `path` with `suffix` behind its name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
