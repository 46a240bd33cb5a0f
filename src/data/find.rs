//! Which databases a session has. A file is one by what it holds, not by its name.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::stop::Stop;
use crate::session::{DATABASE_NAME, EntryKind, Error, Mounts, Opener, Result, Root, Unreachable};

/// How every SQLite database begins.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// As many files are looked into at most.
const MOST_FILES: usize = 100_000;

/// A database of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its path.
    pub path: PathBuf,
    /// The same below the session, with `/`.
    pub name: String,
    /// Its length.
    pub bytes: u64,
}

/// The databases below `session`: the session's own first, then by name; and whether files were left out
/// because there are too many.
///
/// # Errors
/// If the directory can't be read, or `stop`.
pub fn databases(session: &Path, stop: &Stop) -> Result<(Vec<Found>, bool)> {
    let tried = "look for databases";
    let failed = |why: Unreachable| Error::io(tried, session, why.into());
    let root = Arc::new(Root::at(session, Mounts::Stay).map_err(failed)?);
    let mut opener = Opener::default();
    let mut found = Vec::new();
    let mut seen = 0;
    for entry in root.walk(Path::new(""), stop.cancel()) {
        if stop.is_stopped() {
            return Err(Error::cancelled(tried));
        }
        let entry = match entry {
            Ok(entry) if entry.kind == EntryKind::File => entry,
            Err(missed) if missed.below.as_os_str().is_empty() => return Err(failed(missed.why)),
            // What can't be read below is told by the files of the session.
            Ok(_) | Err(_) => continue,
        };
        seen += 1;
        if seen > MOST_FILES {
            break;
        }
        let is_own = entry.below == Path::new(DATABASE_NAME);
        let mut begins = || opener.open(&root, &entry.below).is_ok_and(begins_like_one);
        if is_own || (entry.bytes >= 512 && begins()) {
            found.push(Found {
                name: entry.name().into_owned(),
                path: session.join(&entry.below),
                bytes: entry.bytes,
            });
        }
    }
    found.sort_by(|a, b| {
        let own = |f: &Found| f.name != DATABASE_NAME;
        (own(a), &a.name).cmp(&(own(b), &b.name))
    });
    Ok((found, seen > MOST_FILES))
}

fn begins_like_one(mut file: File) -> bool {
    let mut head = [0; 16];
    file.read_exact(&mut head).is_ok() && &head == MAGIC
}
