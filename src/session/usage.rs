//! How large sessions are: lengths of regular files, blocks on disk, number of files.
//! Knows nothing of sessions: it is handed directories. Links are not followed, hard links count once,
//! and nothing is changed, access times included.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{io, thread};

use super::{Cancel, Error, ErrorKind, Result};

#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(not(target_os = "linux"), test))]
mod portable;

#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(not(target_os = "linux"))]
use portable as platform;

/// What a directory tree takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Apparent size in bytes: the lengths of its regular files, hard links once.
    pub bytes: u64,
    /// Bytes that its files and directories take on disk (512-byte blocks × 512); apparent size where unknown.
    pub disk_bytes: u64,
    /// Regular files, hard links counted as often as they are named.
    pub files: u64,
    /// Entries that could not be read; what vanished meanwhile is not counted.
    pub unreadable: u64,
}

/// What [`measure`] tells of one directory.
#[derive(Debug)]
pub enum Measured {
    /// What was counted so far: at least this much. Large trees only, about ten times a second.
    Partial(Usage),
    /// The result, once for each directory. [`ErrorKind::NotFound`] if it is gone,
    /// [`ErrorKind::Cancelled`] if the work was stopped first.
    Done(Result<Usage>),
}

/// How long a tree is counted before the first [`Measured::Partial`], and from each to the next.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// Measures the trees below `dirs` on up to `threads` threads, the caller's among them.
///
/// All threads share even a single large tree. `on` is called with an index into `dirs`, from any of
/// the threads but for one directory never twice at once: its partial results grow, then comes
/// [`Measured::Done`]. Directories are begun in the order given.
///
/// A tree that changes meanwhile is no error; entries that vanish are not counted. Other file systems
/// mounted in a tree, and links, are no part of it.
pub fn measure(
    dirs: &[PathBuf],
    threads: NonZeroUsize,
    cancel: &Cancel,
    on: &(dyn Fn(usize, Measured) + Sync),
) {
    platform::measure(dirs, threads, cancel, on);
}

/// As many threads as it is worth using: one for each processor.
pub fn default_threads() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Measures the tree below `dir`.
///
/// # Errors
/// As told by [`Measured::Done`].
pub fn measure_one(dir: &Path, cancel: &Cancel) -> Result<Usage> {
    let result = Mutex::new(None);
    measure(
        &[dir.to_owned()],
        default_threads(),
        cancel,
        &|_, measured| {
            if let Measured::Done(done) = measured {
                *result.lock().unwrap_or_else(|e| e.into_inner()) = Some(done);
            }
        },
    );
    let result = result.into_inner().unwrap_or_else(|e| e.into_inner());
    result.unwrap_or_else(|| Err(cancelled()))
}

fn cancelled() -> Error {
    Error::cancelled(TRIED)
}

fn failed(dir: &Path, error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::NotFound {
        return Error::new(ErrorKind::NotFound, TRIED, dir);
    }
    Error::io(TRIED, dir, error)
}

const TRIED: &str = "add up the sizes of the files";

/// The sum for one tree: added to by several threads, told now and then.
#[derive(Debug)]
struct Total {
    usage: Usage,
    told: Instant,
}

impl Total {
    fn new() -> Self {
        Self {
            usage: Usage::default(),
            told: Instant::now(),
        }
    }

    /// Adds `part`, and tells the sum if it is time to.
    fn add(&mut self, part: Usage, tell: impl FnOnce(Measured)) {
        self.usage.bytes += part.bytes;
        self.usage.disk_bytes += part.disk_bytes;
        self.usage.files += part.files;
        self.usage.unreadable += part.unreadable;
        if self.told.elapsed() >= TELL_EVERY {
            self.told = Instant::now();
            tell(Measured::Partial(self.usage));
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
