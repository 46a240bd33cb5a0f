//! What will be told: paths become changes. Knows no system's events, and no files.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use super::RAISE_FILE;
use crate::session::base::ROOM;
use crate::session::id::SessionId;
use crate::session::manifest;

/// What will be told at the end of the current gathering.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// Sessions came or went, or are something else now.
    pub set: bool,
    /// The window is asked to come forward.
    pub raise: bool,
    /// In these sessions files changed.
    pub content: BTreeSet<SessionId>,
}

impl Pending {
    /// Notes a change at `below`, a path relative to the base.
    pub fn note(&mut self, below: &Path) {
        let mut parts = below.components();
        let Some(Component::Normal(first)) = parts.next() else {
            return;
        };
        if first == ROOM {
            match parts.next() {
                Some(Component::Normal(name)) if name == "current.json" => self.set = true,
                Some(Component::Normal(name)) if name == RAISE_FILE => self.raise = true,
                // The room itself has just been made.
                None => self.set = true,
                Some(_) => {}
            }
            return;
        }
        let Some(id) = first.to_str().and_then(|name| name.parse().ok()) else {
            return;
        };
        match parts.next() {
            None => self.set = true,
            Some(Component::Normal(name)) if name == manifest::FILE_NAME => self.set = true,
            Some(_) => {}
        }
        self.content.insert(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_by_where_it_is() {
        let noted = |path: &str| {
            let mut pending = Pending::default();
            pending.note(Path::new(path));
            pending
        };
        let id: SessionId = "session_20250710_153000".parse().unwrap();
        let content = BTreeSet::from([id]);
        for (path, expected) in [
            (
                "session_20250710_153000",
                Pending {
                    set: true,
                    content: content.clone(),
                    ..Pending::default()
                },
            ),
            (
                "session_20250710_153000/.session.json",
                Pending {
                    set: true,
                    content: content.clone(),
                    ..Pending::default()
                },
            ),
            (
                "session_20250710_153000/a/b",
                Pending {
                    content,
                    ..Pending::default()
                },
            ),
            (
                ".eyproject/current.json",
                Pending {
                    set: true,
                    ..Pending::default()
                },
            ),
            (
                ".eyproject/raise",
                Pending {
                    raise: true,
                    ..Pending::default()
                },
            ),
            (".eyproject/staging/abc", Pending::default()),
            ("session_foo/a", Pending::default()),
            ("notes.txt", Pending::default()),
        ] {
            assert_eq!(noted(path), expected, "{path}");
        }
    }
}
