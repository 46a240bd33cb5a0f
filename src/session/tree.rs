//! What is below a folder, in the order of names, and opening files there: always from the folder downwards,
//! so that no link is followed, whoever swaps one in meanwhile. Reads; knows nothing of what for.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use std::{fmt, io, vec};

use super::Cancel;
use super::sys::FileIdentity;
pub use super::walk::Mounts;

#[cfg(any(not(unix), test))]
mod portable;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
use portable as platform;
#[cfg(unix)]
use unix as platform;

/// Bytes of a path below its root from which on a folder is not looked into: more than systems take at once.
const LONGEST: usize = 4096;

/// A folder that was looked at, to be reached again: itself, not what may have taken its place since.
#[derive(Debug)]
pub struct Root {
    path: PathBuf,
    /// `None` where the system doesn't tell: then only its path says which it is.
    identity: Option<FileIdentity>,
    mounts: Mounts,
    kept: Option<platform::Folder>,
}

/// What is at one place below a root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, relative to the root.
    pub below: PathBuf,
    /// What it is.
    pub kind: EntryKind,
    /// Its length.
    pub bytes: u64,
    /// When it was last written, where known.
    pub modified: Option<SystemTime>,
}

impl Entry {
    /// Its path relative to the root, with `/`.
    pub fn name(&self) -> Cow<'_, str> {
        match self.below.to_string_lossy() {
            name if MAIN_SEPARATOR == '/' => name,
            name => name.replace(MAIN_SEPARATOR, "/").into(),
        }
    }
}

/// What an [`Entry`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A folder; what is in it comes next.
    Folder,
    /// A regular file.
    File,
    /// A link, wherever it leads.
    Link,
    /// None of these.
    Other,
}

/// What could not be looked at or into.
#[derive(Debug)]
pub struct Missed {
    /// Its path, relative to the root.
    pub below: PathBuf,
    /// Why.
    pub why: Unreachable,
}

/// Why something below a root can't be had.
#[derive(Debug)]
pub enum Unreachable {
    /// It is no longer there.
    Vanished,
    /// A link or something else is where it was, or where a folder above it was.
    Replaced,
    /// As the system says.
    Failed(io::Error),
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vanished => f.write_str("it vanished"),
            Self::Replaced => f.write_str("a link or something else took its place"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl From<Unreachable> for io::Error {
    fn from(why: Unreachable) -> Self {
        match why {
            Unreachable::Vanished => io::ErrorKind::NotFound.into(),
            Unreachable::Replaced => Self::other(why.to_string()),
            Unreachable::Failed(error) => error,
        }
    }
}

impl Root {
    /// The folder at `path`, which must itself be none but a folder.
    ///
    /// # Errors
    /// If it isn't there, is a link or no folder, or can't be opened.
    pub fn at(path: &Path, mounts: Mounts) -> Result<Self, Unreachable> {
        let folder = platform::Folder::open(path)?;
        Ok(Self {
            path: path.to_owned(),
            identity: folder.identity()?,
            mounts,
            kept: None,
        })
    }

    /// The same, kept open where that stands in nobody's way: some file systems give a folder another
    /// identity once nobody has it open.
    ///
    /// # Errors
    /// As [`Self::at`].
    pub fn kept_at(path: &Path, mounts: Mounts) -> Result<Self, Unreachable> {
        let folder = platform::Folder::open(path)?;
        Ok(Self {
            path: path.to_owned(),
            identity: folder.identity()?,
            mounts,
            kept: Some(folder),
        })
    }

    /// Where it was found.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Walks all that is below `start`, which is relative to the root.
    ///
    /// A folder comes before what is in it. Links are not followed. After `cancel` the walk may end early
    /// with one [`Missed`]: look at `cancel` before looking at that.
    pub fn walk<'a>(&self, start: &Path, cancel: &'a Cancel) -> Walk<'a> {
        let (folder, first) = match self.open() {
            Ok(folder) => (Some(folder), None),
            Err(why) => {
                let below = start.to_owned();
                (None, Some(Missed { below, why }))
            }
        };
        Walk {
            folder,
            first,
            mounts: self.mounts,
            cancel,
            levels: Vec::new(),
            enter: Some(start.to_owned()),
        }
    }

    fn open(&self) -> Result<platform::Folder, Unreachable> {
        if let Some(kept) = &self.kept {
            return kept.again();
        }
        let folder = platform::Folder::open(&self.path)?;
        match folder.identity()? == self.identity {
            true => Ok(folder),
            false => Err(Unreachable::Replaced),
        }
    }
}

/// See [`Root::walk`].
pub struct Walk<'a> {
    folder: Option<platform::Folder>,
    first: Option<Missed>,
    mounts: Mounts,
    cancel: &'a Cancel,
    /// What is left of each folder on the way.
    levels: Vec<vec::IntoIter<Result<Entry, Missed>>>,
    /// The folder to look into next.
    enter: Option<PathBuf>,
}

impl Walk<'_> {
    /// Does not look into the folder that came last.
    pub fn skip_folder(&mut self) {
        self.enter = None;
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Entry, Missed>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(missed) = self.first.take() {
            return Some(Err(missed));
        }
        let folder = self.folder.as_ref()?;
        if let Some(below) = self.enter.take() {
            match entries(folder, &below, self.mounts, self.cancel) {
                Ok(entries) => self.levels.push(entries.into_iter()),
                Err(why) => return Some(Err(Missed { below, why })),
            }
        }
        loop {
            match self.levels.last_mut()?.next() {
                Some(Ok(entry)) => {
                    if entry.kind == EntryKind::Folder {
                        self.enter = Some(entry.below.clone());
                    }
                    return Some(Ok(entry));
                }
                Some(missed) => return Some(missed),
                None => drop(self.levels.pop()),
            }
        }
    }
}

/// What is in one folder, by name.
fn entries(
    folder: &platform::Folder,
    below: &Path,
    mounts: Mounts,
    cancel: &Cancel,
) -> Result<Vec<Result<Entry, Missed>>, Unreachable> {
    if below.as_os_str().len() >= LONGEST {
        let why = "the path to it is longer than can be followed";
        return Err(Unreachable::Failed(io::Error::other(why)));
    }
    let mut entries = folder.read(below, mounts, cancel)?;
    // All are in the same folder, so that the whole paths are in the order of the names.
    entries.sort_unstable_by(|a, b| path(a).cmp(path(b)));
    Ok(entries)
}

fn path(entry: &Result<Entry, Missed>) -> &OsStr {
    match entry {
        Ok(entry) => entry.below.as_os_str(),
        Err(missed) => missed.below.as_os_str(),
    }
}

fn stopped() -> Unreachable {
    Unreachable::Failed(io::ErrorKind::Interrupted.into())
}

/// Opens files below roots. It keeps the last folder open: the next file is most often in there too.
#[derive(Debug, Default)]
pub struct Opener {
    last: Option<Reached>,
}

#[derive(Debug)]
struct Reached {
    root: Arc<Root>,
    above: PathBuf,
    folder: platform::Reach,
}

impl Opener {
    /// Opens the regular file `below`, relative to `root`, for reading.
    ///
    /// # Errors
    /// Why it can't be had; [`Unreachable::Replaced`] also if it isn't a regular file.
    pub fn open(&mut self, root: &Arc<Root>, below: &Path) -> Result<File, Unreachable> {
        let down = |c| matches!(c, Component::Normal(_));
        let (Some(above), Some(name), true) = (
            below.parent(),
            below.file_name(),
            below.components().all(down),
        ) else {
            let why = "the name does not stay in the folder";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why).into());
        };
        let kept = self
            .last
            .take_if(|last| Arc::ptr_eq(&last.root, root) && last.above == above);
        let reached = match kept {
            Some(reached) => reached,
            None => Reached {
                root: Arc::clone(root),
                above: above.to_owned(),
                folder: root.open()?.reach(above, root.mounts)?,
            },
        };
        let reached = self.last.insert(reached);
        reached.folder.open(name)
    }
}

#[cfg(test)]
mod tests;
