//! Deleting one file of a session that nobody uses, with a way back: one rename into the trash, and one
//! rename out of it. What the manifest names is noted there as removed by the person first, so that it
//! never counts as lost.
//!
//! Killed before the rename, the file is whole in its session, with a note that means nothing while it is
//! there; killed after it, the file is in the trash, and the next sweep takes it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::{Map, Value};

use super::base::make_private_dir;
use super::create::fresh_name;
use super::error::{Error, ErrorKind, Protection, Result};
use super::id::SessionId;
use super::inside::look_inside;
use super::lock::{self, Attempt, EntryLock, Mode, Patience};
use super::manifest::{self, ReadManifest};
use super::rename::rename_new;
use super::store::{Change, Store};
use super::trash::remove_quietly;
use super::{DATABASE_NAME, atomic, failpoint, list, sys};

/// What the file is called in its trash entry, which no name of a session's can be.
const CONTENT: &str = "content";

/// A deleted file that still lies in the trash, ours until it is brought back or let go.
/// Dropping it leaves it there; the next sweep takes it.
#[derive(Debug)]
pub struct TrashedFile {
    store: Store,
    id: SessionId,
    relative: String,
    entry: PathBuf,
    /// When its folder was last changed before.
    folder_time: Option<SystemTime>,
    _lock: Option<EntryLock>,
}

impl Store {
    /// Deletes the regular file `relative`, with `/`, of a session that nobody uses. Current and pinned
    /// sessions may lose files: they stay themselves.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for the session, [`ErrorKind::Protected`] if it is in use,
    /// [`ErrorKind::Refused`] for what isn't a regular file or is the manifest, or an I/O error; then
    /// the file is where it was.
    pub fn delete_file(&self, id: SessionId, relative: &str) -> Result<TrashedFile> {
        self.change(|change| discard(change, id, relative))
    }
}

fn discard(change: &Change<'_>, id: SessionId, relative: &str) -> Result<TrashedFile> {
    let store = change.store;
    let dir = store.base().join(id.to_string());
    let tried = || format!("delete {relative} of {id}");
    let path = joined(&dir, relative);
    let failed = |e| Error::io(tried(), &path, e);
    if !list::is_session_dir(&dir) {
        return Err(Error::not_found(tried(), id, store.base()));
    }
    if relative.eq_ignore_ascii_case(manifest::FILE_NAME) {
        let why = "it is what the session knows of itself".to_owned();
        return Err(Error::new(ErrorKind::Refused(why), tried(), path));
    }
    let found = look_inside(&dir, relative).map_err(failed)?;
    // Held until the file is out, so that no script starts in between.
    let _unused = unused(change, &dir, id, tried)?;
    let entry = change
        .room
        .trash()
        .join(format!("file.{}", fresh_name(change)?));
    make_private_dir(&entry).map_err(failed)?;
    let undo = |e: Error| {
        remove_quietly(&entry, None);
        e
    };
    let lock = lock_entry(change, &entry).map_err(failed).map_err(undo)?;
    note_removed(change, &dir, id, relative, true)
        .map_err(failed)
        .map_err(undo)?;
    let folder_time = folder(&path)
        .and_then(|f| std::fs::symlink_metadata(f)?.modified())
        .ok();
    let content = entry.join(CONTENT);
    let moved = failpoint::reach("file-before-rename")
        .and_then(|()| rename_new(&path, &content))
        .and_then(|_| {
            failpoint::reach("file-after-rename")?;
            let there = std::fs::symlink_metadata(&content)?;
            // Somebody swapped something else in at the last moment: that is not ours to delete.
            match there.is_file() && sys::identity(&there) == found.identity {
                true => Ok(()),
                false => Err(io::Error::other("something else took its place meanwhile")),
            }
        });
    if let Err(e) = moved {
        if content.exists() {
            rename_new(&content, &path).map_err(failed)?;
        }
        // The note means nothing while the file is there; it is taken back all the same.
        let _ = note_removed(change, &dir, id, relative, false);
        let error = match e.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ResourceBusy if cfg!(windows) => {
                failed(e).with_help("a program has it open; close it there and try again")
            }
            _ => failed(e),
        };
        return Err(undo(error));
    }
    Ok(TrashedFile {
        store: store.clone(),
        id,
        relative: relative.to_owned(),
        entry,
        folder_time,
        _lock: lock,
    })
}

/// The lock of a session that nobody uses.
fn unused(
    change: &Change<'_>,
    dir: &Path,
    id: SessionId,
    tried: impl Fn() -> String,
) -> Result<Option<EntryLock>> {
    let key = id.to_string();
    match lock::try_entry(&change.room, dir, &key, Mode::Exclusive, Patience::Change) {
        Ok(Attempt::Got(lock)) => Ok(Some(lock)),
        Ok(Attempt::Unsupported) => Ok(None),
        Ok(Attempt::Gone) => Err(Error::not_found(tried(), id, change.store.base())),
        Ok(Attempt::Busy) => {
            let why = Protection {
                in_use: true,
                ..Protection::default()
            };
            Err(Error::protected(tried(), dir.to_owned(), why))
        }
        Err(e) => Err(Error::io(tried(), dir, e)),
    }
}

/// Keeps sweepers off the entry.
fn lock_entry(change: &Change<'_>, entry: &Path) -> io::Result<Option<EntryLock>> {
    let key = entry.file_name().unwrap_or_default().to_string_lossy();
    match lock::try_entry(&change.room, entry, &key, Mode::Exclusive, Patience::None)? {
        Attempt::Got(lock) => Ok(Some(lock)),
        Attempt::Unsupported => Ok(None),
        Attempt::Busy | Attempt::Gone => Err(io::ErrorKind::ResourceBusy.into()),
    }
}

/// Notes in the manifest that a file of the session was removed by the person, or is back. Only what the
/// manifest names would count as lost, so only that is noted.
fn note_removed(
    change: &Change<'_>,
    dir: &Path,
    id: SessionId,
    relative: &str,
    removed: bool,
) -> io::Result<()> {
    let ReadManifest::Read(known) = manifest::read(dir, id) else {
        return Ok(());
    };
    let database = !known.tables.is_empty() && relative == DATABASE_NAME;
    let named = database || known.sources.iter().any(|s| s.stored_as == relative);
    let noted = known.removed.iter().any(|r| r == relative);
    if noted == removed || (removed && !named) {
        return Ok(());
    }
    let mut all: Vec<Value> = known.removed.iter().map(|r| r.as_str().into()).collect();
    match removed {
        true => all.push(relative.into()),
        false => all.retain(|r| r != relative),
    }
    let mut fields: Map<String, Value> = manifest::read_fields(dir)?;
    match all.is_empty() {
        true => fields.shift_remove("removed"),
        false => fields.insert("removed".into(), all.into()),
    };
    let bytes = manifest::to_bytes(&fields)?;
    let temporary = change.room.staging().join(atomic::fresh_name()?);
    atomic::replace(&dir.join(manifest::FILE_NAME), &temporary, &bytes)
}

fn joined(dir: &Path, relative: &str) -> PathBuf {
    let mut path = dir.to_owned();
    path.extend(relative.split('/'));
    path
}

fn folder(path: &Path) -> io::Result<&Path> {
    path.parent().ok_or(io::ErrorKind::InvalidInput.into())
}

impl TrashedFile {
    /// The session that it was in.
    pub fn session(&self) -> SessionId {
        self.id
    }

    /// Its name there, with `/`.
    pub fn relative(&self) -> &str {
        &self.relative
    }

    /// Brings the file back as it was, byte for byte, with its times; its folder too has its time back.
    ///
    /// # Errors
    /// If session or folder are gone, something else has its name by now, or the rename fails; then it
    /// stays in the trash.
    pub fn restore(self) -> Result<(), (Self, Error)> {
        let store = self.store.clone();
        let restored = store.change(|change| self.put_back(change));
        match restored {
            Ok(()) => {
                remove_quietly(&self.entry, None);
                Ok(())
            }
            Err(e) => Err((self, e)),
        }
    }

    fn put_back(&self, change: &Change<'_>) -> Result<()> {
        let dir = change.store.base().join(self.id.to_string());
        let path = joined(&dir, &self.relative);
        let tried = || format!("bring back {} of {}", self.relative, self.id);
        let refused = |why: &str, help: &str| {
            let why = ErrorKind::Refused(why.into());
            Error::new(why, tried(), &path).with_help(help)
        };
        if !list::is_session_dir(&dir) {
            return Err(Error::not_found(tried(), self.id, change.store.base()));
        }
        match look_inside(&dir, &self.relative) {
            // The folder is there, and no link leads elsewhere.
            Err(e)
                if e.kind() == io::ErrorKind::NotFound && folder(&path).is_ok_and(Path::is_dir) => {
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Err(refused(
                    "its folder is gone",
                    "make the folder again and undo again",
                ));
            }
            Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
                return Err(Error::io(tried(), &path, e));
            }
            Ok(_) | Err(_) => {
                let why = "something else has its name by now";
                return Err(refused(why, "move that away and undo again"));
            }
        }
        let failed = |e| Error::io(tried(), &path, e);
        failpoint::reach("file-undo-before-rename").map_err(failed)?;
        rename_new(&self.entry.join(CONTENT), &path).map_err(failed)?;
        // The file is back: nothing may fail any more.
        let _ = failpoint::reach("file-undo-after-rename");
        if let (Some(time), Ok(folder)) = (self.folder_time, folder(&path)) {
            let _ = sys::set_directory_time(folder, time);
        }
        let _ = note_removed(change, &dir, self.id, &self.relative, false);
        Ok(())
    }

    /// Removes it for good.
    pub fn remove(self) {
        remove_quietly(&self.entry, None);
    }
}
