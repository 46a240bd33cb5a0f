//! Kernel locks: one on the base for every change, one on each session that is in use.
//! Never a PID, never an age: who dies lets go. On Unix the directory itself is locked (`flock`),
//! on Windows a file of its own, since an open handle inside a session would block its rename.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::base::Room;
use super::error::{Error, ErrorKind, Result};
use super::id::SessionId;
use super::progress::Cancel;
use super::{failpoint, sys};

/// How long a change waits for another program's change.
const BASE_PATIENCE: Duration = Duration::from_secs(60);

/// The longest pause between two tries for a lock that somebody is only glancing at.
const LONGEST_PAUSE: Duration = Duration::from_millis(5);

/// How long to try for a lock that another process has for itself. It may only be looking whether the
/// session is in use, which takes microseconds, or milliseconds where that process has to wait its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// What isn't free now is left alone.
    None,
    /// Looking: being wrong once in a while shows only until the next look.
    Look,
    /// Changing: being wrong would refuse what could be done.
    Change,
}

impl Patience {
    fn duration(self) -> Duration {
        Duration::from_millis(match self {
            Self::None => 0,
            Self::Look => 10,
            Self::Change => 50,
        })
    }
}

/// Whether a lock shuts others out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// In use, together with others.
    Shared,
    /// About to go.
    Exclusive,
}

/// What came of trying to lock an entry.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// We have it.
    Got(EntryLock),
    /// Somebody else has it.
    Busy,
    /// The entry is gone, or something else stands there now.
    Gone,
    /// This file system has no locks.
    Unsupported,
}

/// A file to be locked; its lock is let go when it is dropped.
#[derive(Debug)]
struct Locked(File);

impl Drop for Locked {
    fn drop(&mut self) {
        // Closing it isn't enough: a child that another thread is just starting has it open until its exec.
        let _ = self.0.unlock();
    }
}

/// The lock of a session, a staging directory or a trash entry; let go when dropped.
#[derive(Debug)]
pub(crate) struct EntryLock {
    file: Locked,
}

impl EntryLock {
    /// Lets the processes that this one starts keep the lock when this one is killed. Dropped here, it is
    /// let go for all of them. Nothing to do on Windows, where no process of a run outlives its holder.
    pub fn pass_on(&self) -> io::Result<()> {
        #[cfg(unix)]
        rustix::io::fcntl_setfd(&self.file.0, rustix::io::FdFlags::empty())?;
        Ok(())
    }

    /// Whether it is still the lock of what stands at `path` now, after a rename.
    pub fn is_of(&self, path: &Path) -> bool {
        cfg!(windows) || is_still(&self.file.0, path)
    }
}

/// The right to change the set of sessions; let go when dropped.
///
/// Its file remembers the last name that was given to a session, which may be gone by now.
#[derive(Debug)]
pub(crate) struct BaseLock {
    file: Locked,
    /// Whether the file system really locked it.
    real: bool,
}

impl BaseLock {
    /// Waits for the lock of the base, until somebody asks to stop.
    pub fn acquire(room: &Room, stop: &Cancel) -> Result<Self> {
        let path = room.lock_file();
        let tried = || format!("lock the base directory with {}", path.display());
        let deadline = Instant::now() + BASE_PATIENCE;
        let mut pause = Duration::from_micros(200);
        loop {
            let file = open_lock_file(&path).map_err(|e| Error::io(tried(), &path, e))?;
            let file = Locked(file);
            match try_lock(&file.0, Mode::Exclusive) {
                Ok(true) if is_still(&file.0, &path) => return Ok(Self { file, real: true }),
                Ok(_) => {}
                Err(e) if locks_unsupported(&e) => return Ok(Self { file, real: false }),
                Err(e) => return Err(Error::io(tried(), &path, e)),
            }
            if stop.is_cancelled() {
                return Err(Error::cancelled(tried()));
            }
            if Instant::now() > deadline {
                let why = "another program has held the lock for a minute".to_owned();
                return Err(Error::new(ErrorKind::Refused(why), tried(), &path)
                    .with_help("end the program that hangs, then try again"));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Whether the file system really locked it.
    pub fn is_real(&self) -> bool {
        self.real
    }

    /// The name that the last session was given; `None` if there was none yet.
    pub fn last_name(&self) -> io::Result<Option<SessionId>> {
        let mut text = String::new();
        (&self.file.0).rewind()?;
        match (&self.file.0).take(64).read_to_string(&mut text) {
            Err(e) if e.kind() != io::ErrorKind::InvalidData => Err(e),
            _ => Ok(text.parse().ok()),
        }
    }

    /// Remembers that `id` is being given to a session. Every name is as long as any other.
    pub fn remember_name(&self, id: SessionId) -> io::Result<()> {
        (&self.file.0).rewind()?;
        (&self.file.0).write_all(id.to_string().as_bytes())
    }
}

/// Tries to lock the entry `dir`, whose lock goes by `key`, without waiting for whoever uses it.
pub(crate) fn try_entry(
    room: &Room,
    dir: &Path,
    key: &str,
    mode: Mode,
    patience: Patience,
) -> io::Result<Attempt> {
    let deadline = Instant::now() + patience.duration();
    let mut pause = Duration::from_micros(200);
    loop {
        let (file, path) = match open_entry(room, dir, key) {
            Ok((file, path)) => (Locked(file), path),
            Err(e) if is_gone(&e) => return Ok(Attempt::Gone),
            Err(e) => return Err(e),
        };
        match try_lock(&file.0, mode) {
            Ok(true) if is_still(&file.0, &path) => {
                return Ok(Attempt::Got(EntryLock { file }));
            }
            Ok(true) => return Ok(Attempt::Gone),
            // Whoever uses it shares it; whoever shuts out a sharer is only looking, or deleting.
            Ok(false) if Instant::now() >= deadline => return Ok(Attempt::Busy),
            Ok(false) if mode == Mode::Exclusive && try_lock(&file.0, Mode::Shared)? => {
                return Ok(Attempt::Busy);
            }
            Ok(false) => {}
            Err(e) if locks_unsupported(&e) => return Ok(Attempt::Unsupported),
            Err(e) => return Err(e),
        }
        drop(file);
        std::thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Whether somebody uses the session in `dir`. Changes nothing, and holds nothing for longer than a glance.
pub(crate) fn is_in_use(room: &Room, dir: &Path, key: &str) -> bool {
    #[cfg(windows)]
    if !room.locks().join(key).exists() {
        return false;
    }
    matches!(
        try_entry(room, dir, key, Mode::Exclusive, Patience::Look),
        Ok(Attempt::Busy)
    )
}

fn try_lock(file: &File, mode: Mode) -> io::Result<bool> {
    failpoint::reach("lock")?;
    let tried = match mode {
        Mode::Shared => file.try_lock_shared(),
        Mode::Exclusive => file.try_lock(),
    };
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(e)) => Err(e),
    }
}

fn open_lock_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(flags.bits().cast_signed());
    }
    options.open(path)
}

#[cfg(unix)]
fn open_entry(_room: &Room, dir: &Path, _key: &str) -> io::Result<(File, std::path::PathBuf)> {
    Ok((sys::open_directory(dir)?, dir.to_owned()))
}

#[cfg(windows)]
fn open_entry(room: &Room, dir: &Path, key: &str) -> io::Result<(File, std::path::PathBuf)> {
    if !std::fs::symlink_metadata(dir)?.is_dir() {
        return Err(io::ErrorKind::NotFound.into());
    }
    let path = room.locks().join(key);
    Ok((open_lock_file(&path)?, path))
}

/// Whether `path` still names the file that we have open: it may have been renamed away or replaced
/// between opening and locking.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(open), Ok(there)) => sys::identity(&open) == sys::identity(&there),
        _ => false,
    }
}

/// A lock file can't be removed here while anybody has it open.
#[cfg(windows)]
fn is_still(_file: &File, path: &Path) -> bool {
    path.exists()
}

fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};
    // A link in place of the directory answers ELOOP, which std calls FilesystemLoop (unstable name).
    matches!(error.kind(), NotFound | NotADirectory) || sys::is_link_refusal(error)
}

fn locks_unsupported(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported || sys::is_no_locks(error)
}

/// Removes the lock files of sessions that are no more. Under the base lock.
#[cfg(windows)]
pub(crate) fn sweep_lock_files(base: &Path, room: &Room) {
    let trashed: Vec<_> = super::trash::entries(room)
        .map(|(id, _)| id.to_string())
        .collect();
    for entry in std::fs::read_dir(room.locks())
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let lives = base.join(&name).exists() || room.staging().join(&name).exists();
        if !lives && !trashed.contains(&name) {
            // Refused while somebody has it open; then the next sweep does it.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::base::BaseDir;
    use super::*;

    /// A second handle stands for the child that another thread starts meanwhile: it has everything open
    /// that we had until it becomes another program.
    #[test]
    fn a_lock_is_let_go_though_another_handle_of_it_is_open() {
        let outside = tempfile::tempdir().unwrap();
        let base = BaseDir::chosen(outside.path().join("EYProject"));
        let room = base.ensure().unwrap();
        let dir = base.path().join("session_20250710_153000");
        std::fs::create_dir(&dir).unwrap();
        let entry = |mode| {
            let key = "session_20250710_153000";
            match try_entry(&room, &dir, key, mode, Patience::None).unwrap() {
                Attempt::Got(lock) => Some(lock),
                _ => None,
            }
        };
        let shared = entry(Mode::Shared).unwrap();
        assert!(entry(Mode::Exclusive).is_none());
        let _of_the_child = shared.file.0.try_clone().unwrap();
        drop(shared);
        assert!(entry(Mode::Exclusive).is_some());

        let change = BaseLock::acquire(&room, &Cancel::default()).unwrap();
        let _of_the_child = change.file.0.try_clone().unwrap();
        drop(change);
        let file = Locked(open_lock_file(&room.lock_file()).unwrap());
        assert!(try_lock(&file.0, Mode::Exclusive).unwrap());
    }
}
