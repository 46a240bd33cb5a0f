//! Which databases a session has. A file is one by what it holds, not by its name.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::stop::Stop;
use crate::session::{DATABASE_NAME, Error, Result};

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
    let mut found = Vec::new();
    let mut seen = 0;
    for entry in WalkDir::new(session).min_depth(1) {
        if stop.is_stopped() {
            return Err(Error::cancelled(tried));
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(e) if e.depth() == 0 => {
                let cause = e
                    .into_io_error()
                    .unwrap_or_else(|| std::io::ErrorKind::Other.into());
                return Err(Error::io(tried, session, cause));
            }
            // What can't be read below is told by the files of the session.
            Err(_) => continue,
        };
        if !entry.file_type().is_file() {
            continue;
        }
        seen += 1;
        if seen > MOST_FILES {
            break;
        }
        let bytes = entry.metadata().map_or(0, |m| m.len());
        let is_own = entry.depth() == 1 && entry.file_name() == DATABASE_NAME;
        if is_own || (bytes >= 512 && begins_like_one(entry.path())) {
            let relative = entry.path().strip_prefix(session).unwrap_or(entry.path());
            let parts: Vec<_> = relative.iter().map(|p| p.to_string_lossy()).collect();
            found.push(Found {
                name: parts.join("/"),
                path: entry.into_path(),
                bytes,
            });
        }
    }
    found.sort_by(|a, b| {
        let own = |f: &Found| f.name != DATABASE_NAME;
        (own(a), &a.name).cmp(&(own(b), &b.name))
    });
    Ok((found, seen > MOST_FILES))
}

fn begins_like_one(path: &Path) -> bool {
    let mut head = [0; 16];
    File::open(path).is_ok_and(|mut f| f.read_exact(&mut head).is_ok()) && &head == MAGIC
}
