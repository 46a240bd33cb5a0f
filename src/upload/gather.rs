//! What there is to copy: every source walked, named as it will stand in the session.
//! Reads and follows links only inside what was named; writes nothing.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::archive;
use crate::session::{
    Cancel, EntryKind, Error, ErrorKind, Missed, Mounts, ROOM, Result, Root, Skipped, Source,
    Unreachable, manifest,
};

/// Folders that were named and are kept open until they are copied; of more, only which they are is known.
const MOST_OPEN: usize = 100;

/// One file or folder to copy.
#[derive(Debug, Clone)]
pub struct Item {
    /// Where it is.
    pub from: PathBuf,
    /// The folder that was named, from which it is reached; `None` if it was named itself.
    pub root: Option<Arc<Root>>,
    /// Where it goes, relative to the session.
    pub to: PathBuf,
    /// What it is.
    pub kind: ItemKind,
}

/// What an [`Item`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A folder; it stands before what is in it.
    Folder {
        /// Its modification time.
        modified: Option<SystemTime>,
    },
    /// A regular file.
    File {
        /// Its length in bytes when it was looked at.
        bytes: u64,
    },
}

/// One archive to unpack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// Where it is.
    pub path: PathBuf,
    /// Its own name.
    pub name: String,
    /// What the person named, for people to read.
    pub source: String,
    /// What it is.
    pub kind: archive::Kind,
}

/// Everything to copy, and what is left out.
#[derive(Debug, Default)]
pub struct Gathered {
    /// What is unpacked rather than copied.
    pub archives: Vec<Archive>,
    /// Folders before what is in them.
    pub items: Vec<Item>,
    /// Regular files among them.
    pub files: u64,
    /// Their lengths added up.
    pub bytes: u64,
    /// One entry for each file or folder that the person named.
    pub sources: Vec<Source>,
    /// What is left out, and why.
    pub skipped: Vec<Skipped>,
    /// What is renamed, and why.
    pub notes: Vec<Skipped>,
}

/// Walks `sources`, which will go into a session below `base`.
///
/// # Errors
/// If a source doesn't exist, can't be read, is neither file nor folder, or contains `base`; and on `cancel`.
pub fn gather(
    sources: &[PathBuf],
    base: &Path,
    keep_archives: bool,
    cancel: &Cancel,
) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    let mut names = Names::default();
    for source in sources {
        gathered.source(source, base, keep_archives, &mut names, cancel)?;
    }
    Ok(gathered)
}

impl Gathered {
    fn source(
        &mut self,
        source: &Path,
        base: &Path,
        keep_archives: bool,
        names: &mut Names,
        cancel: &Cancel,
    ) -> Result<()> {
        let tried = || format!("read {}", source.display());
        // A link that the person named stands for what it points to.
        let real = dunce::canonicalize(source).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => Error::io(tried(), source, e)
                .with_help("check the name; it may have been moved or deleted"),
            _ => Error::io(tried(), source, e),
        })?;
        let metadata = std::fs::metadata(&real).map_err(|e| Error::io(tried(), source, e))?;
        let refuse = |why: &str, help: &str| {
            Err(Error::new(ErrorKind::Refused(why.into()), tried(), source).with_help(help))
        };
        let Some(name) = own_name(source).or_else(|| own_name(&real)) else {
            return refuse("it is a whole disk", "name the folders in it");
        };
        let base = dunce::canonicalize(base).unwrap_or_else(|_| base.to_owned());
        if metadata.is_dir() && base.starts_with(&real) {
            return refuse(
                "the base directory of the sessions is in it",
                "name the folders in it that you need",
            );
        }
        if !metadata.is_dir() && !metadata.is_file() {
            return refuse(
                "it is neither a file nor a folder",
                "name a file or a folder",
            );
        }
        if metadata.is_file() {
            check_readable(&real, source)?;
            if let Some(kind) = archive::detect(&real)? {
                self.archives.push(Archive {
                    path: real.clone(),
                    name: name.to_string_lossy().into_owned(),
                    source: real.display().to_string(),
                    kind,
                });
                if !keep_archives {
                    return Ok(());
                }
            }
        }
        let stored = names.take(&name);
        if stored != name {
            let file = source.display().to_string();
            let why = if is_reserved(&name) {
                "that name is reserved"
            } else {
                "that name was taken"
            };
            let reason = format!("stored as {}: {why}", stored.display());
            self.notes.push(Skipped { file, reason });
        }
        let (files, bytes) = (self.files, self.bytes);
        if metadata.is_file() {
            self.push_file(None, real, PathBuf::from(&stored), metadata.len());
        } else {
            let root = match self.sources.len() < MOST_OPEN {
                true => Root::kept_at(&real, Mounts::Enter),
                false => Root::at(&real, Mounts::Enter),
            };
            let root = Arc::new(root.map_err(|why| unreadable(tried(), source, why.into()))?);
            let to = PathBuf::from(&stored);
            self.push_folder(&root, &real, to.clone(), metadata.modified().ok());
            self.folder(&root, &real, &to, Links::Follow, cancel)?;
        }
        self.sources.push(Source {
            path: source.display().to_string(),
            // A name that isn't Unicode can't be written down; then nothing is said of it.
            stored_as: stored.to_str().unwrap_or_default().to_owned(),
            files: self.files - files,
            bytes: self.bytes - bytes,
        });
        Ok(())
    }

    /// Walks what is in the folder `dir`, which goes to `to`; nothing outside `root` is read.
    fn folder(
        &mut self,
        root: &Arc<Root>,
        dir: &Path,
        to: &Path,
        links: Links,
        cancel: &Cancel,
    ) -> Result<()> {
        let start = dir.strip_prefix(root.path()).unwrap_or(Path::new(""));
        for found in root.walk(start, cancel) {
            if cancel.is_cancelled() {
                return Err(Error::cancelled("read what to upload"));
            }
            let entry = match found {
                Ok(entry) => entry,
                Err(missed) => {
                    self.missed(root, missed)?;
                    continue;
                }
            };
            let from = root.path().join(&entry.below);
            let target = to.join(entry.below.strip_prefix(start).unwrap_or(&entry.below));
            match entry.kind {
                EntryKind::Link => self.link(root, &from, target, links, cancel)?,
                EntryKind::Folder => self.push_folder(root, &from, target, entry.modified),
                EntryKind::File => self.push_file(Some(root), from, target, entry.bytes),
                EntryKind::Other => self.skip(&from, "it is neither a file nor a folder"),
            }
        }
        Ok(())
    }

    /// A link becomes a copy of what it points to if that lies inside the folder that was named.
    fn link(
        &mut self,
        root: &Arc<Root>,
        link: &Path,
        to: PathBuf,
        links: Links,
        cancel: &Cancel,
    ) -> Result<()> {
        let Ok(target) = dunce::canonicalize(link) else {
            self.skip(link, "it is a link that leads nowhere");
            return Ok(());
        };
        if !target.starts_with(root.path()) {
            self.skip(link, "it is a link to a place outside the folder");
            return Ok(());
        }
        match std::fs::metadata(&target) {
            Ok(m) if m.is_file() => self.push_file(Some(root), target, to, m.len()),
            Ok(m) if m.is_dir() && link.starts_with(&target) => {
                self.skip(link, "it is a link to a folder that it is in itself");
            }
            Ok(m) if m.is_dir() && links == Links::Follow => {
                self.push_folder(root, &target, to.clone(), m.modified().ok());
                self.folder(root, &target, &to, Links::SkipFolders, cancel)?;
            }
            Ok(m) if m.is_dir() => self.skip(
                link,
                "it is a link to a folder, inside another linked folder",
            ),
            Ok(_) => self.skip(
                link,
                "it is a link to something that is neither a file nor a folder",
            ),
            Err(_) => self.skip(link, "what it links to vanished"),
        }
        Ok(())
    }

    fn push_folder(
        &mut self,
        root: &Arc<Root>,
        from: &Path,
        to: PathBuf,
        modified: Option<SystemTime>,
    ) {
        self.items.push(Item {
            from: from.to_owned(),
            root: Some(Arc::clone(root)),
            to,
            kind: ItemKind::Folder { modified },
        });
    }

    fn push_file(&mut self, root: Option<&Arc<Root>>, from: PathBuf, to: PathBuf, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
        self.items.push(Item {
            from,
            root: root.map(Arc::clone),
            to,
            kind: ItemKind::File { bytes },
        });
    }

    fn skip(&mut self, path: &Path, reason: &str) {
        self.skipped.push(Skipped {
            file: path.display().to_string(),
            reason: reason.into(),
        });
    }

    /// What vanished is left out; what can't be read refuses the upload.
    fn missed(&mut self, root: &Root, missed: Missed) -> Result<()> {
        let path = root.path().join(&missed.below);
        match missed.why {
            // Not the folder itself that was named.
            Unreachable::Vanished | Unreachable::Replaced if missed.below != Path::new("") => {
                let reason = format!("{} while the folder was being read", missed.why);
                self.skip(&path, &reason);
                Ok(())
            }
            why => {
                let tried = format!("read {}", path.display());
                Err(unreadable(tried, &path, why.into()))
            }
        }
    }
}

/// Whether links to folders are followed; not again inside one, so that the copy stays in proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Links {
    Follow,
    SkipFolders,
}

/// An unreadable file shall refuse the upload at once, not after gigabytes.
fn check_readable(real: &Path, source: &Path) -> Result<()> {
    crate::session::sys::open_regular(real)
        .map(drop)
        .map_err(|e| unreadable(format!("read {}", source.display()), source, e))
}

fn unreadable(tried: String, path: &Path, error: io::Error) -> Error {
    Error::io(tried, path, error).with_help("make it readable, or leave it out of the upload")
}

fn own_name(path: &Path) -> Option<OsString> {
    path.file_name().map(ToOwned::to_owned)
}

/// Names that the session needs for itself.
fn is_reserved(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    [manifest::FILE_NAME, ROOM]
        .iter()
        .any(|r| name.eq_ignore_ascii_case(r))
}

/// The names given out at the top of the session, each once.
#[derive(Debug, Default)]
struct Names(HashSet<OsString>);

impl Names {
    /// `name`, or the first of `name (2)`, `name (3)`… that is free; a reserved one loses its dot.
    fn take(&mut self, name: &OsStr) -> OsString {
        let mut wanted = name.to_owned();
        if is_reserved(name) {
            wanted = OsString::from("uploaded");
            wanted.push(name);
        }
        let mut candidate = wanted.clone();
        for n in 2u32.. {
            if self.0.insert(key(&candidate)) {
                break;
            }
            candidate = numbered(&wanted, n);
        }
        candidate
    }
}

/// What two names share that can't stand in one folder here.
fn key(name: &OsStr) -> OsString {
    if cfg!(any(windows, target_os = "macos")) {
        name.to_string_lossy().to_lowercase().into()
    } else {
        name.to_owned()
    }
}

/// `data.csv` → `data (2).csv`.
pub fn numbered(name: &OsStr, n: u32) -> OsString {
    let path = Path::new(name);
    let mut out = path.file_stem().unwrap_or(name).to_owned();
    out.push(format!(" ({n})"));
    if let Some(extension) = path.extension() {
        out.push(".");
        out.push(extension);
    }
    out
}

#[cfg(test)]
#[path = "gather_tests.rs"]
mod tests;
