//! One session with its files and tables: the answer to `info` and `GET /session/{id}`.
//! Reads the session and changes nothing; knows nothing of how the answer is sent.

use std::io;
use std::path::Path;

use serde::Serialize;

use super::SessionJson;
use crate::session::{
    Cancel, Entry, EntryKind, Error, ErrorKind, Extracted, Missed, Mounts, Result, Root, Script,
    SessionId, Skipped, Store, Table, Unreachable, usage,
};

/// One file of a session.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct FileJson {
    /// Relative to the session, with `/`.
    pub path: String,
    /// Its length.
    pub size_bytes: u64,
    /// When it was last written, RFC 3339, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified_at: Option<String>,
}

/// The answer to `info` and `GET /session/{id}`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct DetailJson {
    /// As in the list.
    #[serde(flatten)]
    pub session: SessionJson,
    /// Its regular files, by path.
    pub files: Vec<FileJson>,
    /// The tables of its database.
    pub tables: Vec<Table>,
    /// What its upload left out or changed.
    pub skipped: Vec<Skipped>,
    /// Archives that its upload unpacked.
    pub extracted: Vec<Extracted>,
    /// Scripts that its upload had read tables where they read files.
    pub scripts: Vec<Script>,
}

impl DetailJson {
    /// Reads a session with everything in it.
    ///
    /// # Errors
    /// [`crate::session::ErrorKind::NotFound`] if there is none of this id, and on `cancel`. What can't
    /// be read of it is in the session's `error`.
    pub fn read(store: &Store, id: SessionId, cancel: &Cancel) -> Result<Self> {
        let session = store.get(id)?;
        let manifest = store.manifest(id)?;
        let usage = usage::measure_one(&session.path, cancel).ok();
        let root = Root::at(&session.path, Mounts::Stay).map_err(|why| match why {
            Unreachable::Failed(e) => Error::io("list the files", &session.path, e),
            // Deleted a moment ago.
            _ => Error::new(ErrorKind::NotFound, "list the files", &session.path),
        })?;
        let walk = root.walk(Path::new(""), cancel);
        let (files, all_listed) = files(store, walk, cancel)?;
        let (tables, skipped, extracted, scripts) = manifest
            .map(|m| (m.tables, m.skipped, m.extracted, m.scripts))
            .unwrap_or_default();
        let mut session = SessionJson::new(&session, usage.as_ref());
        if !all_listed {
            let why = "not all of its files are listed: some lie too deep, or can't be read";
            session.error = Some(match session.error {
                Some(error) => format!("{error}; {why}"),
                None => why.to_owned(),
            });
        }
        Ok(Self {
            session,
            files,
            tables,
            skipped,
            extracted,
            scripts,
        })
    }
}

/// The regular files that a walk finds, and whether those are all.
fn files(
    store: &Store,
    walk: impl Iterator<Item = std::result::Result<Entry, Missed>>,
    cancel: &Cancel,
) -> Result<(Vec<FileJson>, bool)> {
    let mut files = Vec::new();
    let mut all_listed = true;
    for found in walk {
        if cancel.is_cancelled() {
            return Err(Error::cancelled("list the files"));
        }
        match found {
            Ok(entry) if entry.kind == EntryKind::File => files.push(FileJson {
                path: entry.name().into_owned(),
                size_bytes: entry.bytes,
                modified_at: (entry.modified).map(|t| store.clock().at(t.into()).to_rfc3339()),
            }),
            Ok(_) => {}
            Err(missed) => all_listed &= is_no_part(&missed.why),
        }
    }
    Ok((files, all_listed))
}

/// Whether what could not be looked into is nothing of the session's: as what measures it sees it, too.
fn is_no_part(why: &Unreachable) -> bool {
    match why {
        Unreachable::Vanished | Unreachable::Replaced => true,
        Unreachable::Failed(e) => e.kind() == io::ErrorKind::CrossesDevices,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::session::BaseDir;

    #[test]
    fn case_17_a_folder_swapped_for_a_link_while_it_is_listed_shows_no_name_from_elsewhere() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "x").unwrap();
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("folder");
        std::fs::create_dir(&folder).unwrap();
        for name in ["folder/own", "z"] {
            std::fs::write(dir.path().join(name), "x").unwrap();
        }
        let store = Store::new(BaseDir::chosen(dir.path().to_owned()));
        let cancel = Cancel::default();
        let root = Root::at(dir.path(), Mounts::Stay).unwrap();
        let swap = |found: &std::result::Result<Entry, Missed>| {
            if found.as_ref().unwrap().kind == EntryKind::Folder {
                std::fs::rename(&folder, outside.path().join("aside")).unwrap();
                std::os::unix::fs::symlink(outside.path(), &folder).unwrap();
            }
        };
        let mut walk = root.walk(Path::new(""), &cancel);
        let first = walk.next().inspect(swap);
        let (files, all) = files(&store, first.into_iter().chain(walk), &cancel).unwrap();
        let names: Vec<_> = files.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(names, ["z"]);
        assert!(all, "a link is no part of a session");
    }
}
