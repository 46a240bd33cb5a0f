//! The store: one base directory with its clock, and the frame in which every change of it is made.
//! The operations themselves stand in `list`, `create`, `trash`, `retention` and `edit`.

use std::path::Path;
use std::sync::Arc;

use super::base::{BaseDir, BaseState, Room};
use super::clock::{Clock, SystemClock};
use super::error::{Error, Result};
use super::id::SessionId;
use super::lock::BaseLock;
use super::progress::Cancel;
use super::trash::{self, Debris};
use super::{failpoint, order, sys};

/// All sessions below one base directory. Cheap to clone; usable from any thread.
#[derive(Clone)]
pub struct Store {
    base: Arc<BaseDir>,
    clock: Arc<dyn Clock>,
    /// Ends the waiting for the base lock.
    stop: Cancel,
}

/// The base is locked, its room is there: the set of sessions may be changed.
pub(crate) struct Change<'a> {
    pub store: &'a Store,
    pub room: Room,
    pub lock: BaseLock,
}

impl Change<'_> {
    /// The last name that a session was given, whether or not it is still there.
    pub fn last_name(&self) -> Result<Option<SessionId>> {
        let path = self.room.lock_file();
        self.lock
            .last_name()
            .map_err(|e| Error::io(format!("read {}", path.display()), path, e))
    }

    /// Sees to it that `id` is not given to another session, unless it comes from a wrong clock.
    pub fn remember_name(&self, id: SessionId) -> Result<()> {
        let now = self.store.clock().now().naive_local();
        let is_newer = |last: SessionId| order::is_near(last, now) && last >= id;
        if !order::is_near(id, now) || self.last_name()?.is_some_and(is_newer) {
            return Ok(());
        }
        let path = self.room.lock_file();
        self.lock
            .remember_name(id)
            .map_err(|e| Error::io(format!("write {}", path.display()), path, e))
    }
}

impl Store {
    /// The store of `base` with the computer's clock. Touches nothing yet.
    pub fn new(base: BaseDir) -> Self {
        Self::with_clock(base, Arc::new(SystemClock))
    }

    /// The store of `base` with a clock of the caller's.
    pub fn with_clock(base: BaseDir, clock: Arc<dyn Clock>) -> Self {
        Self {
            base: Arc::new(base),
            clock,
            stop: Cancel::default(),
        }
    }

    /// The same store for somebody who may be asked to stop: from then on it waits for no other program's
    /// change, and what needs the base lock fails as [`super::ErrorKind::Cancelled`].
    #[must_use]
    pub fn until(&self, stop: &Cancel) -> Self {
        Self {
            stop: stop.clone(),
            ..self.clone()
        }
    }

    /// Path of the base directory.
    pub fn base(&self) -> &Path {
        self.base.path()
    }

    /// The base directory, to be looked at.
    pub fn base_dir(&self) -> &BaseDir {
        &self.base
    }

    /// The clock that new sessions take their time from.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Bytes free on the disk of the base, or of its parent while it doesn't exist.
    pub fn free_disk(&self) -> Option<u64> {
        sys::free_space(self.base())
            .or_else(|_| sys::free_space(self.base().parent().unwrap_or(self.base())))
            .ok()
    }

    /// Whether the base is there and safe to read.
    pub(crate) fn look(&self) -> Result<BaseState> {
        self.base.check()
    }

    pub(crate) fn room(&self) -> Room {
        Room::in_base(self.base())
    }

    /// Runs `f` under the base lock, then removes what dead processes left in staging and trash.
    pub(crate) fn change<T>(&self, f: impl FnOnce(&Change<'_>) -> Result<T>) -> Result<T> {
        let (result, debris) = self.change_first(f)?;
        debris.remove(&self.stop);
        result
    }

    /// As [`Store::change`], with the removing left to the caller: what dead processes left may be much,
    /// and what `f` did is done already.
    pub(crate) fn change_first<T>(
        &self,
        f: impl FnOnce(&Change<'_>) -> Result<T>,
    ) -> Result<(Result<T>, Debris)> {
        let room = self.base.ensure()?;
        let lock = BaseLock::acquire(&room, &self.stop)?;
        let change = Change {
            store: self,
            room,
            lock,
        };
        let debris = trash::collect_debris(&change);
        failpoint::reach("swept").map_err(|e| Error::io("sweep up", self.base(), e))?;
        let result = f(&change);
        drop(change);
        Ok((result, debris))
    }

    /// Removes what dead processes left in staging and trash, and readies the base for use.
    ///
    /// # Errors
    /// If the base directory is refused or can't be locked.
    pub fn sweep(&self) -> Result<()> {
        self.change(|_| Ok(()))
    }

    /// As [`Store::sweep`], but hands over what is to be removed, locked, instead of removing it.
    ///
    /// # Errors
    /// As [`Store::sweep`].
    pub fn begin_sweep(&self) -> Result<Debris> {
        let (result, debris) = self.change_first(|_| Ok(()))?;
        result.map(|()| debris)
    }
}
