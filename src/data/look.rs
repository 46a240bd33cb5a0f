//! Opening a database for one look, so that no byte and no file beside it changes, and nobody who writes
//! to it waits for long.
//!
//! How depends on what lies beside it:
//! - nothing: without locks, and the look is taken again if the file changed meanwhile;
//! - a write-ahead log and its index, so perhaps a program that has it open: as SQLite's readers do it, the
//!   index mapped read-only;
//! - a log without an index, so no program: the index is made in memory;
//! - a journal, or a file that keeps changing: with SQLite's locks. What may take long works on a copy in
//!   memory, taken under the lock, so that the writer goes on; a file too large for that is read for two
//!   seconds at most;
//! - a journal that a crashed program left: a copy in memory, in which the change is taken back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::{code, refused, too_long};
use super::stamp::{Stamp, beside};
use super::stop::Stop;
use super::{guard, journal};
use crate::session::{Error, ErrorKind, Result, text};

/// As many bytes are copied into memory at most.
const MOST_COPIED: u64 = 512 << 20;

/// As long a writer may be kept waiting.
const HOLD: Duration = Duration::from_secs(2);

/// As often a look is taken again, because the file changed under it, before locks are used.
const TRIES: usize = 3;

/// SQLite's access to files with locks, and without.
#[cfg(unix)]
const VFS: (&str, &str) = ("unix", "unix-none");

/// SQLite's access to files with locks, and without.
#[cfg(windows)]
const VFS: (&str, &str) = ("win32-longpath", "win32-longpath-none");

/// A database of a session, for looks at it. Holds nothing open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    path: PathBuf,
}

/// How much work a look is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// A few pages of the file: done in a moment.
    Glance,
    /// Perhaps the whole file.
    Work,
    /// The same, but for so long at most.
    Within(Duration),
}

impl Effort {
    /// Longest that it may take.
    pub(super) fn limit(self) -> Duration {
        match self {
            Self::Glance => Duration::from_secs(20),
            Self::Work => Duration::from_secs(600),
            Self::Within(limit) => limit,
        }
    }
}

/// How the file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// There is nothing in it.
    Empty,
    /// Without locks; a log's index in memory.
    Quiet,
    /// As a file that can't change: SQLite would make a log beside it otherwise.
    Fixed,
    /// With the index of the log that others share.
    Shared,
    /// With locks.
    Locked,
}

impl Database {
    /// The database at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How it stands on disk.
    ///
    /// # Errors
    /// If it is no regular file.
    pub fn stamp(&self) -> Result<Stamp> {
        Stamp::of(&self.path).map_err(|e| Error::io("read the database", &self.path, e))
    }

    /// Looks at it with `f`, which may be called again if the file changed under it.
    ///
    /// # Errors
    /// What `f` says, a limit that is passed, a file that can't be opened, and `stop`.
    pub(super) fn look<T>(
        &self,
        tried: &str,
        effort: Effort,
        stop: &Stop,
        mut f: impl FnMut(&mut Connection, &Stamp) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let mut last = None;
        for _ in 0..TRIES {
            let before = self.stamp()?;
            let way = self.way(&before, tried)?;
            if way == Way::Locked {
                return self.look_locked(tried, effort, stop, &mut f);
            }
            let look = Look {
                tried,
                stop,
                limit: effort.limit(),
                locked: false,
            };
            let found = self.open(way).map_err(|e| refused(tried, &self.path, &e));
            let found = found.and_then(|db| look.at(&self.path, db, |db| f(db, &before)));
            // A file that is still as it was has been read as it is.
            if stop.is_stopped() || way == Way::Shared && found.is_ok() || self.stamp()? == before {
                return found;
            }
            last = Some(found);
        }
        if self.stamp()?.has_log() {
            return last.unwrap_or_else(|| Err(Error::cancelled(tried)));
        }
        self.look_locked(tried, effort, stop, &mut f)
    }

    fn way(&self, stamp: &Stamp, tried: &str) -> Result<Way> {
        if stamp.bytes() == 0 {
            // SQLite would delete a log beside an empty file.
            return Ok(Way::Empty);
        }
        if stamp.has_log() {
            return Ok(if stamp.index { Way::Shared } else { Way::Quiet });
        }
        if stamp.has_journal() {
            return Ok(Way::Locked);
        }
        let writes_log = self
            .writes_log()
            .map_err(|e| Error::io(tried, &self.path, e))?;
        Ok(match (writes_log, stamp.log.is_some() && stamp.index) {
            (true, true) => Way::Shared,
            (true, false) => Way::Fixed,
            (false, _) => Way::Quiet,
        })
    }

    /// Whether the head of the file says that changes go to a log.
    fn writes_log(&self) -> io::Result<bool> {
        use std::io::Read;
        let mut head = [0; 20];
        let mut file = fs::File::open(&self.path)?;
        Ok(file.read_exact(&mut head).is_ok() && (head[18] == 2 || head[19] == 2))
    }

    fn open(&self, way: Way) -> rusqlite::Result<Connection> {
        let parameters = match way {
            Way::Empty => {
                let db = Connection::open_in_memory()?;
                guard::distrust(&db)?;
                return Ok(db);
            }
            Way::Fixed => "immutable=1",
            Way::Shared => "mode=ro&readonly_shm=1",
            Way::Quiet | Way::Locked => "mode=ro",
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let vfs = if way == Way::Quiet { VFS.1 } else { VFS.0 };
        let uri = format!("{}?{parameters}", uri(&self.path));
        let mut db = Connection::open_with_flags_and_vfs(uri, flags, vfs)?;
        guard::distrust(&db)?;
        db.busy_handler(Some(wait))?;
        if way == Way::Quiet {
            // Keeps the index of a log in memory.
            db.execute_batch("PRAGMA locking_mode=EXCLUSIVE")?;
        }
        Ok(db)
    }

    /// Looks while others write.
    fn look_locked<T>(
        &self,
        tried: &str,
        effort: Effort,
        stop: &Stop,
        f: &mut impl FnMut(&mut Connection, &Stamp) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let refuse = |e: rusqlite::Error| refused(tried, &self.path, &e);
        let stamp = self.stamp()?;
        let db = self.open(Way::Locked).map_err(refuse)?;
        let held = db.execute_batch("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1");
        let copied = match held {
            Ok(()) if effort != Effort::Glance && stamp.bytes() <= MOST_COPIED => {
                Some(read(&self.path).map_err(|e| Error::io(tried, &self.path, e))?)
            }
            Ok(()) => None,
            Err(e) if left_over(&e) => Some(self.without_change(tried)?),
            Err(e) => return Err(refuse(e)),
        };
        let look = |locked| Look {
            tried,
            stop,
            limit: if locked { HOLD } else { effort.limit() },
            locked,
        };
        let Some(bytes) = copied else {
            return look(true).at(&self.path, db, |db| f(db, &stamp));
        };
        drop(db);
        let memory = in_memory(bytes).map_err(refuse)?;
        look(false).at(&self.path, memory, |db| f(db, &stamp))
    }

    /// The bytes of the database as they were before the change that a crashed program began.
    fn without_change(&self, tried: &str) -> Result<Vec<u8>> {
        let io = |e| Error::io(tried, &self.path, e);
        for _ in 0..TRIES {
            let before = self.stamp()?;
            let size = before.bytes() + before.journal.as_ref().map_or(0, |j| j.bytes);
            if size > MOST_COPIED {
                let why = format!(
                    "a program that crashed left it in the middle of a change, and it is too large ({}) to take \
                     that back in memory",
                    text::bytes(size)
                );
                return Err(Error::new(ErrorKind::Refused(why), tried, &self.path)
                    .with_help("open it once with the program that writes it, which repairs it"));
            }
            let mut bytes = read(&self.path).map_err(io)?;
            let journal = read(&beside(&self.path, "-journal")).map_err(io)?;
            if self.stamp()? == before {
                journal::roll_back(&mut bytes, &journal);
                return Ok(bytes);
            }
        }
        let why = "another program is changing it right now";
        Err(
            Error::new(ErrorKind::Refused(why.into()), tried, &self.path)
                .with_help("try again in a moment"),
        )
    }
}

/// Waits for a lock by short steps: whoever commits all the time leaves it free for a moment only.
fn wait(tries: i32) -> bool {
    std::thread::sleep(Duration::from_millis(1));
    tries < 3_000
}

/// Whether a journal lies there that belongs to nobody any more.
fn left_over(error: &rusqlite::Error) -> bool {
    matches!(
        code(error),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen)
    )
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    fs_err::read(path)
}

/// A database of these bytes.
fn in_memory(mut bytes: Vec<u8>) -> rusqlite::Result<Connection> {
    // In memory there is no log.
    if let Some(versions) = bytes.get_mut(18..20) {
        versions.fill(1);
    }
    let mut db = Connection::open_in_memory()?;
    guard::distrust(&db)?;
    let size = bytes.len();
    db.deserialize_read_exact(rusqlite::MAIN_DB, bytes.as_slice(), size, true)?;
    Ok(db)
}

/// One look with its limits.
struct Look<'a> {
    tried: &'a str,
    stop: &'a Stop,
    limit: Duration,
    locked: bool,
}

impl Look<'_> {
    fn at<T>(
        &self,
        path: &Path,
        mut db: Connection,
        f: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        self.stop.watch(Some(db.get_interrupt_handle()));
        let began = Instant::now();
        let found = if self.stop.is_stopped() {
            Err(Error::cancelled(self.tried))
        } else {
            guard::bound(&mut db, self.stop, self.limit)
                .and_then(|()| f(&mut db))
                .map_err(|e| match code(&e) {
                    Some(ErrorCode::OperationInterrupted)
                        if !self.stop.is_stopped() && began.elapsed() >= self.limit =>
                    {
                        too_long(self.tried, path, self.limit, self.locked)
                    }
                    _ => refused(self.tried, path, &e),
                })
        };
        self.stop.watch(None);
        found
    }
}

/// The path as SQLite wants it where parameters follow.
#[cfg(unix)]
fn uri(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    format!("file://{}", encoded(path.as_os_str().as_bytes()))
}

/// The path as SQLite wants it where parameters follow.
#[cfg(windows)]
fn uri(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let path = dunce::simplified(&path)
        .to_string_lossy()
        .replace('\\', "/");
    // A drive, or a share that begins with two slashes.
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("file://{slash}{}", encoded(path.as_bytes()))
}

fn encoded(path: &[u8]) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(path.len() + 8);
    for byte in path {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(byte) {
            out.push(char::from(*byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
