//! One window for a base: who holds the lock shows it, a second start asks that one to come forward.
//! Knows no toolkit; the watcher reports the request.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::session::{ROOM, atomic, watch};

const LOCK_FILE: &str = "window.lock";

/// The right to be the window of a base; let go when dropped.
#[derive(Debug)]
pub struct Lone {
    _file: File,
}

/// What a start finds.
#[derive(Debug)]
pub enum Found {
    /// No window shows this base; the lock is taken as far as there is one to take.
    Nobody(Option<Lone>),
    /// A window shows it, and has been asked to come forward.
    Another,
}

/// Looks whether a window shows this base already, and if so asks it to come forward. Makes nothing in a
/// base that isn't there.
pub fn look(base: &Path) -> Found {
    let room = base.join(ROOM);
    match try_lock(&room) {
        Ok(Some(lone)) => Found::Nobody(Some(lone)),
        Ok(None) if raise(&room) => Found::Another,
        // Better two windows than none.
        Ok(None) | Err(_) => Found::Nobody(None),
    }
}

impl Lone {
    /// Takes the lock if nobody has it and there is a place for it.
    pub fn claim(base: &Path) -> Option<Self> {
        try_lock(&base.join(ROOM)).ok().flatten()
    }
}

fn try_lock(room: &Path) -> std::io::Result<Option<Lone>> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let file = options.open(room.join(LOCK_FILE))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lone { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(e)) => Err(e),
    }
}

fn raise(room: &Path) -> bool {
    // What is inside makes each request a change of its own; nobody reads it.
    let fresh = atomic::fresh_name().unwrap_or_default();
    fs_err::write(room.join(watch::RAISE_FILE), fresh).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_start_finds_the_first_and_asks_it_to_come_forward() {
        let dir = tempfile::tempdir().unwrap();
        assert!(
            matches!(look(dir.path()), Found::Nobody(None)),
            "no room, no lock"
        );
        assert!(!dir.path().join(ROOM).exists(), "and nothing is made");
        std::fs::create_dir(dir.path().join(ROOM)).unwrap();
        let Found::Nobody(Some(first)) = look(dir.path()) else {
            panic!("the first start gets the lock");
        };
        assert!(matches!(look(dir.path()), Found::Another));
        assert!(dir.path().join(ROOM).join(watch::RAISE_FILE).exists());
        assert!(Lone::claim(dir.path()).is_none());
        drop(first);
        assert!(matches!(look(dir.path()), Found::Nobody(Some(_))));
    }
}
