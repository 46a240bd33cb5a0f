//! Removing a directory tree for good: everything below it, whatever its permissions and depth, and
//! nothing else, whoever swaps links in meanwhile. What can't be removed is named, and the rest goes.
//! Knows nothing of sessions, trash or protection: whoever calls has decided.

use std::io;
use std::path::{Path, PathBuf};

use super::{Cancel, Error, Progress, Result};

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

/// What a removal came to.
#[derive(Debug, Default)]
pub struct Removed {
    /// Files, links and other entries removed that are not directories.
    pub files: u64,
    /// Directories removed, the root among them.
    pub dirs: u64,
    /// What stayed, by its path, and why: at most [`Removed::MAX_LEFT`] of them. The directories that
    /// it keeps from going are not named.
    pub left: Vec<(PathBuf, io::Error)>,
    /// How many stayed, named or not.
    pub left_total: u64,
}

impl Removed {
    /// As many of those that stayed are named.
    pub const MAX_LEFT: usize = 100;

    /// Whether all of it is gone.
    pub fn is_complete(&self) -> bool {
        self.left_total == 0
    }

    /// What stayed, in words; `None` if nothing did.
    pub fn remainder(&self) -> Option<String> {
        let (path, error) = self.left.first()?;
        let entries = super::text::count(self.left_total as usize, "entry", "entries");
        Some(format!(
            "{entries} could not be removed, {} first ({error}); the next change tries again",
            path.display()
        ))
    }

    fn keep(&mut self, path: PathBuf, error: io::Error) {
        if self.left.iter().any(|(known, _)| *known == path) {
            return;
        }
        self.left_total += 1;
        if self.left.len() < Self::MAX_LEFT {
            self.left.push((path, error));
        }
    }
}

/// Removes the directory `path` with all that is in it; one that is gone already is done.
///
/// Directories are made accessible where that helps. Links are removed, never followed. Other file
/// systems mounted in it are left alone and named. `progress` counts the files that went.
///
/// An error means that `path` itself is not a directory or can't be opened, or that the caller
/// cancelled, which leaves the rest in place; a file that stays is no error but in [`Removed::left`].
pub fn remove_tree(path: &Path, cancel: Option<&Cancel>, progress: &Progress) -> Result<Removed> {
    let never = Cancel::default();
    let cancel = cancel.unwrap_or(&never);
    match platform::remove_tree(path, cancel, progress) {
        Ok(_) if cancel.is_cancelled() => Err(Error::cancelled(TRIED)),
        Ok(removed) => Ok(removed),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Removed::default()),
        Err(e) => Err(Error::io(TRIED, path, e)),
    }
}

const TRIED: &str = "remove the directory";

#[cfg(test)]
mod tests;
