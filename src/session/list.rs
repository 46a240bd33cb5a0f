//! What sessions there are: reading the base directory, in the one order, without changing anything.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, FixedOffset};

use super::base::{BaseState, Room};
use super::cleanup::Candidate;
use super::error::{Error, Protection, Result};
use super::id::SessionId;
use super::manifest::{self, Manifest, Origin, ReadManifest};
use super::store::{Change, Store};
use super::usage::{self, Usage};
use super::walk::Crew;
use super::{current, lock, order, sys};

/// From here on sessions are read on all processors; for fewer, a thread costs more than it saves.
const MANY: usize = 256;

/// How many of the newest names are asked whether they are newer than what is to go.
const WITNESSES: usize = 8;

/// One session, as the list shows it. Its size is measured apart, since that takes a walk.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Its id, which is the name of its directory.
    pub id: SessionId,
    /// Its directory.
    pub path: PathBuf,
    /// When it was published, with the local offset of that moment.
    pub created_at: DateTime<FixedOffset>,
    /// Its place in the total order, microseconds since the Unix epoch.
    pub sequence: i64,
    /// Which program made it; `None` without a manifest.
    pub origin: Option<Origin>,
    /// What protects it at this moment.
    pub protection: Protection,
    /// The person's words on it.
    pub note: String,
    /// Its time lies more than an hour ahead: a wrong clock made it, and it counts as the oldest.
    pub clock_ahead: bool,
    /// What its manifest names and isn't there any more, relative with `/`.
    pub missing: Vec<String>,
    /// Why its manifest can't be believed, if so.
    pub problem: Option<String>,
    /// Tables of its database, as the manifest names them.
    pub tables: usize,
}

impl Session {
    /// Whether it is the current one.
    pub fn is_current(&self) -> bool {
        self.protection.current
    }

    /// Whether it says itself what it is: the manager's own file is in it then.
    pub fn has_manifest(&self) -> bool {
        self.origin.is_some() || self.problem.is_some()
    }

    /// What a cleanup plan must know of it; `usage` as far as it is known.
    pub fn candidate(&self, usage: Option<&Usage>) -> Candidate {
        let mut protection = self.protection;
        // A manifest that can't be read may say so.
        protection.pinned |= self.problem.is_some();
        Candidate {
            id: self.id,
            created_at: self.created_at,
            bytes: usage.map(|u| u.bytes),
            protection,
            clock_ahead: self.clock_ahead,
        }
    }
}

/// All sessions of a base at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listing {
    /// Newest first.
    pub sessions: Vec<Session>,
    /// The current one.
    pub current: Option<SessionId>,
}

impl Listing {
    /// The session of this id.
    pub fn get(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|s| s.id == id)
    }
}

impl Store {
    /// Every session, newest first. Changes nothing; a base that isn't there has none.
    ///
    /// # Errors
    /// If the base directory is refused or can't be read. A session that vanishes meanwhile is left out.
    pub fn list(&self) -> Result<Listing> {
        if self.look()? == BaseState::Absent {
            return Ok(Listing::default());
        }
        let mut sessions = self.scan()?;
        let now_us = self.clock().now().timestamp_micros();
        let current = current::choose(
            current::read(&self.room()),
            sessions.iter().map(|s| (s.id, s.sequence)),
            now_us,
        );
        for s in &mut sessions {
            s.protection.current = current == Some(s.id);
        }
        Ok(Listing { sessions, current })
    }

    /// One session.
    ///
    /// # Errors
    /// [`super::ErrorKind::NotFound`] if there is none of this id, and as [`Store::list`].
    pub fn get(&self, id: SessionId) -> Result<Session> {
        let not_found = || Error::not_found(format!("find {id}"), id, self.base());
        if self.look()? == BaseState::Absent || !is_session_dir(&self.base().join(id.to_string())) {
            return Err(not_found());
        }
        let now_us = self.clock().now().timestamp_micros();
        let mut session = self
            .read_session(&self.room(), id, now_us)
            .ok_or_else(not_found)?;
        session.protection.current = self.current()? == Some(id);
        Ok(session)
    }

    /// The directory of a session.
    ///
    /// # Errors
    /// [`super::ErrorKind::NotFound`] if there is none of this id, or if the base is refused.
    pub fn directory(&self, id: SessionId) -> Result<PathBuf> {
        let path = self.base().join(id.to_string());
        if self.look()? == BaseState::Absent || !is_session_dir(&path) {
            return Err(Error::not_found(format!("find {id}"), id, self.base()));
        }
        Ok(path)
    }

    /// The current session, if there is any. Changes nothing.
    ///
    /// # Errors
    /// As [`Store::list`].
    pub fn current(&self) -> Result<Option<SessionId>> {
        if self.look()? == BaseState::Absent {
            return Ok(None);
        }
        let now_us = self.clock().now().timestamp_micros();
        let mut order = self.sequences()?;
        order.sort_unstable_by_key(|(id, s)| {
            std::cmp::Reverse(order::key(*s, *id, order::is_ahead(*s, now_us)))
        });
        Ok(current::choose(
            current::read(&self.room()),
            order.into_iter(),
            now_us,
        ))
    }

    /// Those of `ids` that are there, as they are under the base lock, in the order of `ids`.
    ///
    /// Reads these, and of the others only as many as it takes to show that none of these is current:
    /// the whole order is read if they can't show it.
    pub(crate) fn some_under(
        &self,
        change: &Change<'_>,
        ids: &[SessionId],
    ) -> Result<Vec<Session>> {
        let now_us = self.clock().now().timestamp_micros();
        let path = |id: SessionId| self.base().join(id.to_string());
        let there = ids.iter().copied().filter(|id| is_session_dir(&path(*id)));
        let mut sessions: Vec<_> = there
            .filter_map(|id| self.read_session(&change.room, id, now_us))
            .collect();
        let record = current::read(&change.room);
        let mut suspects: Vec<_> = sessions.iter().map(|s| (s.id, s.sequence)).collect();
        let look_at = |suspects: &mut Vec<_>, witness: SessionId| {
            let path = path(witness);
            if suspects.is_empty() || !is_session_dir(&path) {
                return;
            }
            if let Some(sequence) = self.sequence_of(&path, witness) {
                let seen = (witness, sequence);
                suspects.retain(|s| !current::is_ruled_out(record.as_ref(), *s, seen, now_us));
            }
        };
        // The last that was made, and the one that a person chose, need no look at the base.
        for witness in change
            .last_name()?
            .into_iter()
            .chain(record.map(|r| r.session_id))
        {
            look_at(&mut suspects, witness);
        }
        if !suspects.is_empty() {
            let mut names = session_ids(self.base())?;
            names.sort_unstable_by(|a, b| b.cmp(a));
            for witness in names.into_iter().take(WITNESSES) {
                look_at(&mut suspects, witness);
            }
        }
        if !suspects.is_empty() {
            let current = self.current()?;
            for s in &mut sessions {
                s.protection.current = current == Some(s.id);
            }
        }
        Ok(sessions)
    }

    /// Every session with its sequence, in no order: what the order takes, and no more.
    pub(crate) fn sequences(&self) -> Result<Vec<(SessionId, i64)>> {
        let with_sequence =
            |id: SessionId| Some((id, self.sequence_of(&self.base().join(id.to_string()), id)?));
        Ok(session_ids(self.base())?
            .into_iter()
            .filter_map(with_sequence)
            .collect())
    }

    /// What the session's manifest says; `None` if it has none that can be believed.
    ///
    /// # Errors
    /// [`super::ErrorKind::NotFound`] if there is no such session.
    pub fn manifest(&self, id: SessionId) -> Result<Option<Manifest>> {
        let dir = self.base().join(id.to_string());
        if !is_session_dir(&dir) {
            return Err(Error::not_found(
                format!("read the manifest of {id}"),
                id,
                self.base(),
            ));
        }
        Ok(manifest::read(&dir, id).into_result().unwrap_or_default())
    }

    /// Every session, newest first, none of them marked as current yet.
    pub(crate) fn scan(&self) -> Result<Vec<Session>> {
        let room = self.room();
        let now_us = self.clock().now().timestamp_micros();
        let ids = session_ids(self.base())?;
        let read = |ids: &[SessionId]| -> Vec<Session> {
            ids.iter()
                .filter_map(|id| self.read_session(&room, *id, now_us))
                .collect()
        };
        let mut sessions = if ids.len() < MANY {
            read(&ids)
        } else {
            let all = Mutex::new(Vec::with_capacity(ids.len()));
            let parts = ids.chunks(MANY / 4).collect();
            Crew::run("session-list", usage::default_threads(), parts, |crew| {
                while let Some(part) = crew.next() {
                    let part = read(part);
                    all.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .extend(part);
                }
            });
            all.into_inner().unwrap_or_else(PoisonError::into_inner)
        };
        sessions.sort_unstable_by_key(|s| {
            std::cmp::Reverse(order::key(s.sequence, s.id, s.clock_ahead))
        });
        Ok(sessions)
    }

    /// Reads one session; `None` if it vanished meanwhile.
    fn read_session(&self, room: &Room, id: SessionId, now_us: i64) -> Option<Session> {
        let path = self.base().join(id.to_string());
        let (manifest, problem) = match manifest::read(&path, id).into_result() {
            Ok(manifest) => (manifest, None),
            Err(why) => (None, Some(why)),
        };
        let (created_at, sequence) = match &manifest {
            Some(m) => (m.created_at, m.sequence),
            None => {
                let time = self.time_without_manifest(&path, id)?;
                (time, time.timestamp_micros())
            }
        };
        let in_use = lock::is_in_use(room, &path, &id.to_string());
        let mut session = Session {
            id,
            created_at,
            sequence,
            origin: None,
            protection: Protection {
                in_use,
                ..Protection::default()
            },
            note: String::new(),
            clock_ahead: order::is_ahead(sequence, now_us),
            missing: Vec::new(),
            problem,
            tables: 0,
            path,
        };
        if let Some(m) = manifest {
            session.missing = missing(&session.path, &m);
            session.tables = m.tables.len();
            session.origin = Some(m.origin);
            session.protection.pinned = m.pinned;
            session.note = m.note;
        }
        Some(session)
    }

    /// The place in the order of what lies in `path`, in the base or in the trash; `None` if it is gone.
    pub(crate) fn sequence_of(&self, path: &Path, id: SessionId) -> Option<i64> {
        match manifest::read(path, id) {
            ReadManifest::Read(m) => Some(m.sequence),
            _ => Some(self.time_without_manifest(path, id)?.timestamp_micros()),
        }
    }

    fn time_without_manifest(&self, path: &Path, id: SessionId) -> Option<DateTime<FixedOffset>> {
        let metadata = std::fs::symlink_metadata(path).ok()?;
        let clock = self.clock();
        let born = sys::born(&metadata).map(|t| clock.at(t.into()));
        Some(order::time_without_manifest(
            id,
            born,
            clock.instant(id.local()),
        ))
    }
}

/// The ids of the session directories in `base`, in no order. Links and files named like one are none.
pub(crate) fn session_ids(base: &Path) -> Result<Vec<SessionId>> {
    let tried = || format!("read the base directory {}", base.display());
    let entries = match std::fs::read_dir(base) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Error::io(tried(), base, e)),
    };
    let mut ids = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| Error::io(tried(), base, e))?;
        let id = entry.file_name().to_str().and_then(|n| n.parse().ok());
        if let Some(id) = id
            && entry.file_type().is_ok_and(|t| t.is_dir())
        {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Whether a real directory, not a link to one, is at `path`.
pub(crate) fn is_session_dir(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|m| m.is_dir())
}

/// What the manifest names and is gone: another program's cleaner took it.
fn missing(dir: &Path, manifest: &Manifest) -> Vec<String> {
    let database = (!manifest.tables.is_empty()).then_some(super::DATABASE_NAME);
    manifest
        .sources
        .iter()
        .map(|s| s.stored_as.as_str())
        .chain(database)
        // What the person deleted is not lost.
        .filter(|name| !manifest.removed.iter().any(|r| r == name))
        // A manifest is no authority on places outside its session.
        .filter(|name| is_inside(name))
        .filter(|name| {
            std::fs::symlink_metadata(dir.join(name))
                .is_err_and(|e| e.kind() == io::ErrorKind::NotFound)
        })
        .map(ToOwned::to_owned)
        .collect()
}

/// Whether a relative name stays below the directory that it is joined to.
fn is_inside(name: &str) -> bool {
    use std::path::Component::Normal;
    !name.is_empty() && Path::new(name).components().all(|c| matches!(c, Normal(_)))
}
