//! Making sessions: built out of sight in staging, published with one rename that replaces nothing.

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};

use super::base::make_private_dir;
use super::error::{Error, ErrorKind, Result};
use super::id::SessionId;
use super::list::{self, Session};
use super::lock::{self, Attempt, EntryLock, Mode, Patience};
use super::manifest::{self, Extracted, Manifest, Origin, Script, Skipped, Source, Table};
use super::rename::rename_new;
use super::store::{Change, Store};
use super::{atomic, current, failpoint, order, trash};

/// A session that is being built: a directory that only we know, locked, gone if it isn't published.
#[derive(Debug)]
pub struct Staging {
    store: Store,
    path: PathBuf,
    lock: Option<EntryLock>,
    published: bool,
}

/// What the maker of a session says of it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Which program makes it.
    pub origin: Origin,
    /// What was put into it.
    pub sources: Vec<Source>,
    /// Tables of its database.
    pub tables: Vec<Table>,
    /// What was left out or changed.
    pub skipped: Vec<Skipped>,
    /// Archives that were unpacked into it.
    pub extracted: Vec<Extracted>,
    /// Scripts that were rewritten.
    pub scripts: Vec<Script>,
}

impl Draft {
    /// An empty session.
    pub fn empty(origin: Origin) -> Self {
        Self {
            origin,
            sources: Vec::new(),
            tables: Vec::new(),
            skipped: Vec::new(),
            extracted: Vec::new(),
            scripts: Vec::new(),
        }
    }
}

/// A session that has just been published.
#[derive(Debug)]
pub struct Published {
    /// The session; it is the current one now.
    pub session: Session,
    /// Keeps it in use until it is dropped.
    pub hold: Hold,
    /// Whether the file system does what safety needs: locks, and rename without replacing.
    /// Where it doesn't, nothing may be cleaned up automatically.
    pub safe_file_system: bool,
}

impl Published {
    /// Lets go of it, so that it is no longer in use: the session as it is then, and whether the file
    /// system is safe.
    pub fn let_go(self) -> (Session, bool) {
        drop(self.hold);
        let mut session = self.session;
        session.protection.in_use = false;
        (session, self.safe_file_system)
    }
}

/// Keeps a session in use, and so undeletable, until it is dropped.
#[derive(Debug)]
pub struct Hold {
    /// `None` where the file system has no locks.
    lock: Option<EntryLock>,
}

impl Hold {
    /// Lets the processes that this one starts keep the session in use when this one is killed.
    ///
    /// # Errors
    /// As the system says.
    pub(crate) fn pass_on(&self) -> std::io::Result<()> {
        self.lock.as_ref().map_or(Ok(()), EntryLock::pass_on)
    }
}

impl Store {
    /// Begins a session out of sight. Its directory is empty, private and locked.
    ///
    /// # Errors
    /// If the base directory is refused, can't be locked, or can't be written to.
    pub fn stage(&self) -> Result<Staging> {
        self.change(|change| {
            let name = fresh_name(change)?;
            let path = change.room.staging().join(&name);
            let tried = || format!("make {}", path.display());
            make_private_dir(&path).map_err(|e| Error::io(tried(), &path, e))?;
            // From here on, what fails takes the directory with it.
            let mut staging = Staging {
                store: self.clone(),
                path: path.clone(),
                lock: None,
                published: false,
            };
            failpoint::reach("stage-made").map_err(|e| Error::io(tried(), &path, e))?;
            staging.lock = take_shared(change, &path, &name)
                .map_err(|e| Error::io(format!("lock {}", path.display()), &path, e))?;
            failpoint::reach("stage-locked").map_err(|e| Error::io(tried(), &path, e))?;
            Ok(staging)
        })
    }

    /// Makes an empty session, which becomes the current one.
    ///
    /// # Errors
    /// As [`Store::stage`] and [`Staging::publish`].
    pub fn create(&self, origin: Origin) -> Result<Published> {
        self.stage()?.publish(Draft::empty(origin))
    }

    /// Keeps a session in use while something is written to it or runs in it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if it isn't there; [`ErrorKind::Refused`] if it is being deleted.
    pub fn hold(&self, id: SessionId) -> Result<Hold> {
        self.change(|change| {
            let path = self.base().join(id.to_string());
            let tried = || format!("use {id}");
            if !list::is_session_dir(&path) {
                return Err(Error::not_found(tried(), id, self.base()));
            }
            let key = id.to_string();
            match lock::try_entry(&change.room, &path, &key, Mode::Shared, Patience::Change) {
                Ok(Attempt::Got(lock)) => Ok(Hold { lock: Some(lock) }),
                Ok(Attempt::Unsupported) => Ok(Hold { lock: None }),
                Ok(Attempt::Gone) => Err(Error::not_found(tried(), id, self.base())),
                Ok(Attempt::Busy) => {
                    let why = "another program has locked it for itself".to_owned();
                    Err(Error::new(ErrorKind::Refused(why), tried(), &path)
                        .with_help("wait until that program has ended"))
                }
                Err(e) => Err(Error::io(tried(), &path, e)),
            }
        })
    }
}

impl Staging {
    /// The directory to build the session in.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The store that it will belong to.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Publishes it: from one moment to the next it is a session, complete, and the current one.
    /// No file in it may be open (Windows would refuse).
    ///
    /// # Errors
    /// If no name is free, or the manifest or the rename fails; then there is no session.
    pub fn publish(mut self, draft: Draft) -> Result<Published> {
        let store = self.store.clone();
        store.change(|change| {
            let (session, renamed_safely) = self.publish_under(change, draft)?;
            self.published = true;
            Ok(Published {
                session,
                hold: Hold {
                    lock: self.lock.take(),
                },
                safe_file_system: renamed_safely && change.lock.is_real(),
            })
        })
    }

    fn publish_under(&self, change: &Change<'_>, draft: Draft) -> Result<(Session, bool)> {
        let base = self.store.base();
        let now = self.store.clock().now();
        let mut names = list::session_ids(base)?;
        names.extend(trash::entries(&change.room).map(|(id, _)| id));
        names.extend(change.last_name()?);
        // What was the largest when a person chose may be gone; the choice holds against it all the same.
        let chosen = current::read(&change.room).map(|r| r.sequence);
        let sequences = all_sequences(change)?.into_iter().chain(chosen);
        let sequence = order::next_sequence(now.timestamp_micros(), sequences);

        for id in order::names_to_try(now.naive_local(), names.iter().copied()) {
            let target = base.join(id.to_string());
            if names.contains(&id) || std::fs::symlink_metadata(&target).is_ok() {
                continue;
            }
            let manifest = self.write_manifest(change, id, now, sequence, &draft)?;
            let tried = || format!("publish {id}");
            let io_error = |e| Error::io(tried(), &target, e);
            change.remember_name(id)?;
            failpoint::reach("publish-before-rename").map_err(io_error)?;
            let safely = match self.rename_to(change, &target, id) {
                Ok(safely) => safely,
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(e) => return Err(io_error(e)),
            };
            // From here on it exists: nothing may fail any more.
            let _ = failpoint::reach("publish-after-rename");
            return Ok((published_session(target, manifest, id, now), safely));
        }
        let why = "every name of the next two minutes is taken".to_owned();
        Err(
            Error::new(ErrorKind::Refused(why), "publish the session", base).with_help(
                "wait two minutes, or move away what is named like a session in the base directory",
            ),
        )
    }

    fn write_manifest(
        &self,
        change: &Change<'_>,
        id: SessionId,
        created_at: DateTime<FixedOffset>,
        sequence: i64,
        draft: &Draft,
    ) -> Result<Manifest> {
        let manifest = Manifest {
            version: manifest::VERSION,
            session_id: id,
            created_at,
            sequence,
            origin: draft.origin,
            sources: draft.sources.clone(),
            tables: draft.tables.clone(),
            skipped: draft.skipped.clone(),
            extracted: draft.extracted.clone(),
            scripts: draft.scripts.clone(),
            removed: Vec::new(),
            pinned: false,
            note: String::new(),
        };
        let path = self.path.join(manifest::FILE_NAME);
        // Beside the session, not in it: there every name but its own may be an uploaded file's.
        let temporary = change.room.staging().join(fresh_name(change)?);
        manifest::to_bytes(&manifest)
            .and_then(|bytes| atomic::replace(&path, &temporary, &bytes))
            .map_err(|e| Error::io("write the manifest", &path, e))?;
        Ok(manifest)
    }

    /// Renames; true if the file system itself refuses to replace.
    fn rename_to(&self, _change: &Change<'_>, target: &Path, _id: SessionId) -> io::Result<bool> {
        // On Windows the lock goes by name: hold that of the session before it can be seen.
        #[cfg(windows)]
        let _named = lock::try_entry(
            &_change.room,
            &self.path,
            &_id.to_string(),
            Mode::Shared,
            Patience::Change,
        )?;
        rename_new(&self.path, target)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.published {
            trash::remove_quietly(&self.path, None);
        }
    }
}

fn published_session(
    path: PathBuf,
    manifest: Manifest,
    id: SessionId,
    now: DateTime<FixedOffset>,
) -> Session {
    Session {
        id,
        path,
        created_at: now,
        sequence: manifest.sequence,
        origin: Some(manifest.origin),
        protection: super::Protection {
            current: true,
            in_use: true,
            pinned: false,
        },
        note: String::new(),
        clock_ahead: false,
        missing: Vec::new(),
        problem: None,
        tables: manifest.tables.len(),
    }
}

/// A random name for an entry of the manager's room.
pub(crate) fn fresh_name(change: &Change<'_>) -> Result<String> {
    atomic::fresh_name().map_err(|e| Error::io("choose a random name", change.room.dir(), e))
}

/// The sequences of everything in base and trash.
pub(crate) fn all_sequences(change: &Change<'_>) -> Result<Vec<i64>> {
    let mut sequences: Vec<_> = change
        .store
        .sequences()?
        .into_iter()
        .map(|(_, s)| s)
        .collect();
    // What lies in the trash may come back, and then make nothing current.
    let trashed = trash::entries(&change.room);
    sequences.extend(trashed.filter_map(|(id, path)| change.store.sequence_of(&path, id)));
    Ok(sequences)
}

fn take_shared(change: &Change<'_>, path: &Path, key: &str) -> io::Result<Option<EntryLock>> {
    match lock::try_entry(&change.room, path, key, Mode::Shared, Patience::Change)? {
        Attempt::Got(lock) => Ok(Some(lock)),
        Attempt::Unsupported => Ok(None),
        Attempt::Busy | Attempt::Gone => Err(io::Error::other("another program took it away")),
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("base", &self.base())
            .finish_non_exhaustive()
    }
}
