//! Looking, where the system can't tell: what can be seen cheaply of a base, and what differs from the
//! look before. Knows no notification, and reads no file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::RAISE_FILE;
use crate::session::base::ROOM;
use crate::session::list;

/// Entries that one look takes in at most besides the sessions themselves, those of the newest first.
const MOST: usize = 5_000;

/// What was seen, by its path relative to the base.
#[derive(Debug)]
pub struct Look(HashMap<PathBuf, Option<Stamp>>);

impl Look {
    /// Looks at the sessions of `base` and who is current; with `files` at what stands in each session
    /// and its logs too. Deeper down would take too long every second.
    pub fn at(base: &Path, files: bool) -> Self {
        let mut seen = HashMap::new();
        let mut add = |path: PathBuf| {
            let stamp = Stamp::of(&base.join(&path));
            seen.insert(path, stamp);
        };
        for name in ["current.json", RAISE_FILE] {
            add(Path::new(ROOM).join(name));
        }
        let mut ids = list::session_ids(base).unwrap_or_default();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        let dirs: Vec<_> = ids.iter().map(|id| PathBuf::from(id.to_string())).collect();
        dirs.iter().cloned().for_each(&mut add);
        if files {
            dirs.iter()
                .flat_map(|dir| [dir.clone(), dir.join("logs")])
                .flat_map(|dir| entries(base, dir))
                .take(MOST)
                .for_each(add);
        }
        Self(seen)
    }

    /// The paths of what came, went or changed since `before`.
    pub fn differences<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a Path> {
        let changed = self
            .0
            .iter()
            .filter(|(path, stamp)| before.0.get(*path) != Some(*stamp));
        let gone = before.0.keys().filter(|path| !self.0.contains_key(*path));
        changed
            .map(|(path, _)| path)
            .chain(gone)
            .map(PathBuf::as_path)
    }
}

/// The paths of what stands in `dir`, which is relative to the base, as they are.
fn entries(base: &Path, dir: PathBuf) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(base.join(&dir)).into_iter().flatten();
    entries
        .flatten()
        .map(move |entry| dir.join(entry.file_name()))
}

/// What changes when a file or directory does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    len: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::symlink_metadata(path).ok()?;
        Some(Self {
            modified: metadata.modified().ok(),
            len: metadata.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_differs_by_what_came_went_or_grew() {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path();
        let (a, b) = ("session_20250710_153000", "session_20250710_153001");
        std::fs::create_dir_all(base.join(a).join("logs")).unwrap();
        std::fs::write(base.join(a).join("logs/run.log"), "1").unwrap();
        std::fs::create_dir(base.join(b)).unwrap();
        let before = Look::at(base, true);
        assert_eq!(Look::at(base, true).differences(&before).count(), 0);
        std::fs::write(base.join(a).join("logs/run.log"), "12").unwrap();
        std::fs::remove_dir(base.join(b)).unwrap();
        let after = Look::at(base, true);
        let mut differences: Vec<_> = after.differences(&before).collect();
        differences.sort();
        let log = Path::new(a).join("logs/run.log");
        assert_eq!(differences, [log.as_path(), Path::new(b)]);
    }
}
