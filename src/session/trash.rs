//! Deleting: a protected session is refused, any other leaves with one rename into the trash, from where
//! it can come back until it is removed. And sweeping up what dead processes left.

use std::io;
use std::path::{Path, PathBuf};

use super::base::Room;
use super::error::{Error, ErrorKind, Protection, Result};
use super::id::SessionId;
use super::list::Session;
use super::lock::{self, Attempt, EntryLock, Mode, Patience};
use super::manifest::{self, ReadManifest};
use super::progress::{Cancel, Progress};
use super::remove::{Removed, remove_tree};
use super::rename::rename_new;
use super::store::{Change, Store};
use super::{failpoint, sys};

/// A deleted session that still lies in the trash, ours until it is restored or removed.
/// Dropping it leaves it there; the next sweep takes it.
#[derive(Debug)]
pub struct Trashed {
    store: Store,
    id: SessionId,
    entry: PathBuf,
    /// The directory's mode before it was made writable.
    mode: sys::Mode,
    lock: Option<EntryLock>,
}

impl Store {
    /// Deletes a session that nothing protects: it is gone from the list at once and lies in the trash.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Protected`] with every reason, or an I/O error;
    /// then nothing was changed.
    pub fn delete(&self, id: SessionId) -> Result<Trashed> {
        self.change(|change| {
            let found = self.some_under(change, &[id])?;
            let session = found.first();
            let session = session.ok_or_else(|| Error::not_found(tried(id), id, self.base()))?;
            move_to_trash(change, session)
        })
    }
}

/// Moves a session, as just listed under the base lock, to the trash.
pub(crate) fn move_to_trash(change: &Change<'_>, session: &Session) -> Result<Trashed> {
    let (store, id, path) = (change.store, session.id, &session.path);
    let failed = |e| Error::io(tried(id), path, e);
    let metadata = match std::fs::symlink_metadata(path) {
        Ok(m) if m.is_dir() => m,
        Ok(_) => return Err(Error::not_found(tried(id), id, store.base())),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            return Err(Error::not_found(tried(id), id, store.base()));
        }
        Err(e) => return Err(failed(e)),
    };
    if !sys::is_ours(&metadata) {
        let why = ErrorKind::Refused("it belongs to another user".into());
        return Err(Error::new(why, tried(id), path).with_help("ask its owner to delete it"));
    }
    // Whether it is in use, its lock says below: the listing may have met someone who was only looking.
    if session.protection.current || session.protection.pinned {
        return Err(Error::protected(
            tried(id),
            path.clone(),
            session.protection,
        ));
    }
    // Opening it for the lock needs the same rights as moving it.
    let mode = sys::make_writable(path, &metadata).map_err(failed)?;
    let moved = lock_and_move(change, session);
    if moved.is_err() {
        sys::restore_mode(path, &mode);
    }
    let (entry, lock) = moved?;
    Ok(Trashed {
        store: store.clone(),
        id,
        entry,
        mode,
        lock,
    })
}

fn lock_and_move(change: &Change<'_>, session: &Session) -> Result<(PathBuf, Option<EntryLock>)> {
    let (id, path) = (session.id, &session.path);
    let failed = |e| Error::io(tried(id), path, e);
    failpoint::reach("delete-writable").map_err(failed)?;
    let key = id.to_string();
    let attempt = lock::try_entry(&change.room, path, &key, Mode::Exclusive, Patience::Change);
    let lock = match attempt.map_err(failed)? {
        Attempt::Got(lock) => Some(lock),
        Attempt::Unsupported => None,
        Attempt::Gone => return Err(Error::not_found(tried(id), id, change.store.base())),
        Attempt::Busy => {
            let in_use = Protection {
                in_use: true,
                ..session.protection
            };
            return Err(Error::protected(tried(id), path.clone(), in_use));
        }
    };
    check_not_pinned(session)?;
    let name = format!("{id}.{}", super::create::fresh_name(change)?);
    let entry = change.room.trash().join(name);
    failpoint::reach("delete-before-rename").map_err(failed)?;
    rename_new(path, &entry).map_err(|e| match e.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ResourceBusy if cfg!(windows) => {
            failed(e).with_help("a program has a file in it open; close it and try again")
        }
        _ => failed(e),
    })?;
    let _ = failpoint::reach("delete-after-rename");
    if lock.as_ref().is_some_and(|lock| !lock.is_of(&entry)) {
        // Somebody put something else in its place at the last moment: that is not ours to delete.
        rename_new(&entry, path).map_err(failed)?;
        return Err(Error::not_found(tried(id), id, change.store.base()));
    }
    // What can't be written now costs no more than a name that may be given again.
    let _ = change.remember_name(id);
    Ok((entry, lock))
}

/// Looks once more, now that the directory can be read if it ever can: it may have been listed without
/// its manifest. One that isn't a manifest pins nothing; one that can't be read might.
fn check_not_pinned(session: &Session) -> Result<()> {
    let (id, path) = (session.id, &session.path);
    let file = path.join(manifest::FILE_NAME);
    let mut found = manifest::read(path, id);
    if let (ReadManifest::Unreadable(_), Ok(metadata)) = (&found, std::fs::symlink_metadata(&file))
    {
        let mode =
            sys::make_writable(&file, &metadata).map_err(|e| Error::io(tried(id), &file, e))?;
        found = manifest::read(path, id);
        sys::restore_mode(&file, &mode);
    }
    let pinned = match found {
        ReadManifest::Read(m) => m.pinned,
        ReadManifest::None | ReadManifest::Damaged(_) => false,
        ReadManifest::Unreadable(e) => {
            return Err(Error::io(tried(id), file, e));
        }
    };
    if !pinned {
        return Ok(());
    }
    let why = Protection {
        pinned,
        ..Protection::default()
    };
    Err(Error::protected(tried(id), path.clone(), why))
}

impl Trashed {
    /// Which session it was.
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// Where it lies now.
    pub fn path(&self) -> &Path {
        &self.entry
    }

    /// The same, to be brought back by a store that is stopped by something else; see [`Store::until`].
    #[must_use]
    pub fn by(mut self, store: &Store) -> Self {
        self.store = store.clone();
        self
    }

    /// Brings the session back as it was, byte for byte, with its times and its mode.
    ///
    /// # Errors
    /// If something else has its name by now, or the rename fails; then it stays in the trash.
    pub fn restore(self) -> Result<(), (Self, Error)> {
        let store = self.store.clone();
        let target = store.base().join(self.id.to_string());
        let tried = format!("bring back {}", self.id);
        let renamed = store.change(|_| {
            failpoint::reach("undo-before-rename")
                .and_then(|()| rename_new(&self.entry, &target))
                .map_err(|e| match e.kind() {
                    io::ErrorKind::AlreadyExists => {
                        let why = ErrorKind::Refused("something else has its name by now".into());
                        Error::new(why, tried.clone(), &target)
                            .with_help("move that away and undo again")
                    }
                    io::ErrorKind::NotFound => {
                        let why = ErrorKind::Refused("it is no longer in the trash".into());
                        Error::new(why, tried.clone(), &target)
                    }
                    _ => Error::io(tried.clone(), &target, e),
                })?;
            let _ = failpoint::reach("undo-after-rename");
            sys::restore_mode(&target, &self.mode);
            Ok(())
        });
        renamed.map_err(|e| (self, e))
    }

    /// Removes it for good. What a program keeps open stays, named in the answer, for a later sweep.
    ///
    /// # Errors
    /// If it can't be opened, or the caller cancels; the rest stays for a later sweep.
    pub fn remove(self, cancel: Option<&Cancel>, progress: &Progress) -> Result<Removed> {
        failpoint::reach("remove").map_err(|e| Error::io(tried(self.id), &self.entry, e))?;
        let removed = remove_tree(&self.entry, cancel, progress);
        // The lock is let go only now, so that nobody sweeps what we are at.
        drop(self.lock);
        removed
    }
}

impl Trashed {
    /// Removes it for good, or says what stays for a later sweep.
    ///
    /// # Errors
    /// If anything of it could not be removed. It is deleted all the same, and no longer listed.
    pub fn remove_whole(self, progress: &Progress) -> Result<()> {
        let (id, entry) = (self.id, self.entry.clone());
        match self.remove(None, progress)?.remainder() {
            None => Ok(()),
            Some(remainder) => Err(Error::new(
                ErrorKind::Refused(remainder),
                format!("remove all of {id}, which is deleted"),
                entry,
            )),
        }
    }
}

fn tried(id: SessionId) -> String {
    format!("delete {id}")
}

/// The deleted sessions in the trash and their places.
pub(crate) fn entries(room: &Room) -> impl Iterator<Item = (SessionId, PathBuf)> {
    names_in(room.trash()).filter_map(|(name, path)| Some((trash_id(&name)?, path)))
}

fn trash_id(name: &str) -> Option<SessionId> {
    name.split_once('.')?.0.parse().ok()
}

fn names_in(dir: &Path) -> impl Iterator<Item = (String, PathBuf)> + use<> {
    std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|e| (e.file_name().to_string_lossy().into_owned(), e.path()))
}

/// What dead processes left in staging and trash; nobody holds it but us, until it is dropped.
#[derive(Debug)]
pub struct Debris(Vec<Left>);

#[derive(Debug)]
struct Left {
    path: PathBuf,
    _lock: Option<EntryLock>,
}

impl Debris {
    /// Removes it. What can't be removed, or comes after somebody asked to stop, is left to the next sweep.
    pub fn remove(self, stop: &Cancel) {
        for left in self.0 {
            if !stop.is_cancelled() {
                remove_quietly(&left.path, Some(stop));
            }
        }
    }
}

/// Locks what nobody holds in staging and trash. Under the base lock, so nothing is being made there.
pub(crate) fn collect_debris(change: &Change<'_>) -> Debris {
    let room = &change.room;
    let mut debris = Vec::new();
    if !change.lock.is_real() {
        // Without locks nobody can tell what is still in use.
        return Debris(debris);
    }
    for (name, path) in names_in(room.staging()).chain(names_in(room.trash())) {
        let Ok(metadata) = std::fs::symlink_metadata(&path) else {
            continue;
        };
        if !metadata.is_dir() {
            debris.push(Left { path, _lock: None });
            continue;
        }
        // A directory that can't be opened can't be held either; its rights come back with undo only.
        let _ = sys::make_writable(&path, &metadata);
        let key = trash_id(&name).map_or(name, |id| id.to_string());
        if let Ok(Attempt::Got(lock)) =
            lock::try_entry(room, &path, &key, Mode::Exclusive, Patience::None)
        {
            debris.push(Left {
                path,
                _lock: Some(lock),
            });
        }
    }
    #[cfg(windows)]
    lock::sweep_lock_files(change.store.base(), room);
    Debris(debris)
}

/// Removes a file or tree of ours in the room; a failure leaves it for the next sweep, which says so no louder.
pub(crate) fn remove_quietly(path: &Path, stop: Option<&Cancel>) {
    match std::fs::symlink_metadata(path) {
        Ok(m) if m.is_dir() => {
            let _ = remove_tree(path, stop, &Progress::default());
        }
        Ok(_) => {
            let _ = std::fs::remove_file(path);
        }
        Err(_) => {}
    }
}
