//! Copying what was gathered into staging: on a few threads, in pieces, so that it can be stopped at any moment.
//! Never follows a link that was not there when it was gathered, never replaces a file.

use std::fs::{File, FileTimes, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::SystemTime;

use super::gather::{Gathered, Item, ItemKind};
use crate::session::{
    Cancel, Error, ErrorKind, Opener, Progress, Result, Skipped, Staging, Unreachable, failpoint,
    sys,
};

/// Bytes copied between two looks at the cancel flag: a few milliseconds' worth, also on slow disks.
const PIECE: usize = 4 << 20;

/// Bytes copied between two looks at the free space.
const SPACE_CHECK: u64 = 64 << 20;

/// How often a file is copied again that changes meanwhile.
const TRIES: u32 = 3;

/// More threads than this only fight for the disk.
const MAX_THREADS: usize = 4;

/// What was copied.
#[derive(Debug, Default)]
pub struct Copied {
    /// Regular files.
    pub files: u64,
    /// Their lengths added up.
    pub bytes: u64,
    /// What vanished meanwhile.
    pub skipped: Vec<Skipped>,
    /// What changed meanwhile.
    pub notes: Vec<Skipped>,
}

struct Job<'a> {
    into: &'a Path,
    floor: u64,
    cancel: &'a Cancel,
    progress: &'a Progress,
    next: AtomicUsize,
    files: AtomicU64,
    bytes: AtomicU64,
    since_check: AtomicU64,
    skipped: Mutex<Vec<Skipped>>,
    notes: Mutex<Vec<Skipped>>,
    failed: Mutex<Option<Error>>,
}

/// Copies everything into the staging directory, with times and the executable bit.
///
/// # Errors
/// The first file that can't be read or written, a full disk, less than `floor` bytes free, or `cancel`.
pub fn copy(
    gathered: &Gathered,
    staging: &Staging,
    floor: u64,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Copied> {
    let job = Job {
        into: staging.path(),
        floor,
        cancel,
        progress,
        next: AtomicUsize::new(0),
        files: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
        since_check: AtomicU64::new(0),
        skipped: Mutex::default(),
        notes: Mutex::default(),
        failed: Mutex::default(),
    };
    make_folders(&gathered.items, &job)?;
    let files: Vec<&Item> = gathered
        .items
        .iter()
        .filter(|i| matches!(i.kind, ItemKind::File { .. }))
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for n in 1..threads.min(MAX_THREADS).min(files.len()) {
            // A thread that can't be started is no loss: the others do its work.
            let _ = std::thread::Builder::new()
                .name(format!("upload-copy-{n}"))
                .spawn_scoped(scope, || job.work(&files));
        }
        job.work(&files);
    });
    if let Some(error) = job.failed.into_inner().unwrap_or_else(|e| e.into_inner()) {
        return Err(error);
    }
    set_folder_times(&gathered.items, job.into);
    Ok(Copied {
        files: job.files.into_inner(),
        bytes: job.bytes.into_inner(),
        skipped: job.skipped.into_inner().unwrap_or_else(|e| e.into_inner()),
        notes: job.notes.into_inner().unwrap_or_else(|e| e.into_inner()),
    })
}

fn make_folders(items: &[Item], job: &Job<'_>) -> Result<()> {
    for item in items {
        if let ItemKind::Folder { .. } = item.kind {
            if job.cancel.is_cancelled() {
                return Err(Error::cancelled("copy"));
            }
            let path = job.into.join(&item.to);
            match std::fs::create_dir(&path) {
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                made => {
                    made.map_err(|e| Error::io(format!("make {}", path.display()), &path, e))?
                }
            }
        }
    }
    Ok(())
}

/// Last, since writing into a folder changes its time; a time that can't be set loses nothing else.
fn set_folder_times(items: &[Item], into: &Path) {
    for item in items.iter().rev() {
        if let ItemKind::Folder {
            modified: Some(time),
        } = item.kind
        {
            let _ = sys::set_directory_time(&into.join(&item.to), time);
        }
    }
}

impl Job<'_> {
    fn work(&self, files: &[&Item]) {
        let mut buffer = Vec::new();
        let mut opener = Opener::default();
        while let Some(item) = files.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = self.copy_one(item, &mut opener, &mut buffer) {
                let mut failed = self.failed.lock().unwrap_or_else(|e| e.into_inner());
                failed.get_or_insert(error);
                // The others stop at their next file.
                self.next.store(files.len(), Ordering::Relaxed);
                return;
            }
        }
    }

    fn copy_one(&self, item: &Item, opener: &mut Opener, buffer: &mut Vec<u8>) -> Result<()> {
        if self.cancel.is_cancelled() {
            return Err(Error::cancelled("copy"));
        }
        let reading = |e| {
            Error::io(format!("read {}", item.from.display()), &item.from, e)
                .with_help("make it readable, or leave it out of the upload")
        };
        let mut from = match open(item, opener) {
            Ok(file) => file,
            Err(Unreachable::Failed(e)) => return Err(reading(e)),
            Err(gone) => {
                let reason = format!("{gone} before it could be copied");
                tell(&self.skipped, item, reason);
                return Ok(());
            }
        };
        let target = self.into.join(&item.to);
        let writing = |e| Error::io(format!("write {}", target.display()), &target, e);
        for attempt in 1..=TRIES {
            let before = from.metadata().map_err(reading)?;
            let mut to = create(&target, &before, attempt > 1).map_err(writing)?;
            failpoint::reach("copy-file").map_err(writing)?;
            let copied = self.copy_bytes(&mut from, &mut to, before.len(), buffer, item)?;
            let after = from.metadata().map_err(reading)?;
            // Not what was copied: files of the kernel's don't say how long they are.
            let steady =
                before.len() == after.len() && before.modified().ok() == after.modified().ok();
            if !steady && attempt < TRIES {
                io::Seek::rewind(&mut from).map_err(reading)?;
                continue;
            }
            if !steady {
                let reason = "it kept changing while it was copied; stored as it was read";
                tell(&self.notes, item, reason.into());
            }
            let times = FileTimes::new()
                .set_modified(before.modified().unwrap_or(SystemTime::UNIX_EPOCH))
                .set_accessed(before.accessed().unwrap_or(SystemTime::UNIX_EPOCH));
            to.set_times(times).map_err(writing)?;
            self.files.fetch_add(1, Ordering::Relaxed);
            self.bytes.fetch_add(copied, Ordering::Relaxed);
            self.progress.add(1, 0);
            return Ok(());
        }
        Ok(())
    }

    fn copy_bytes(
        &self,
        from: &mut File,
        to: &mut File,
        expected: u64,
        buffer: &mut Vec<u8>,
        item: &Item,
    ) -> Result<u64> {
        let failed =
            |e: io::Error| Error::io(format!("copy {}", item.from.display()), &item.from, e);
        let mut copied = 0u64;
        let mut in_kernel = true;
        loop {
            if self.cancel.is_cancelled() {
                return Err(Error::cancelled("copy"));
            }
            self.check_space(copied.min(PIECE as u64))?;
            let piece = if in_kernel {
                sys::copy_piece(from, to, PIECE)
            } else {
                Ok(None)
            };
            let n = match piece.map_err(failed)? {
                Some(n) => n,
                None => {
                    in_kernel = false;
                    copy_through(buffer, from, to).map_err(failed)?
                }
            };
            copied += n as u64;
            self.progress.add(0, n as u64);
            // A file that is as long as it was when we began needs no further look for its end.
            if n == 0 || copied == expected {
                return Ok(copied);
            }
        }
    }

    fn check_space(&self, bytes: u64) -> Result<()> {
        let since = self.since_check.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if since < SPACE_CHECK {
            return Ok(());
        }
        self.since_check.store(0, Ordering::Relaxed);
        check_floor(self.into, self.floor)
    }
}

fn tell(list: &Mutex<Vec<Skipped>>, item: &Item, reason: String) {
    let mut list = list.lock().unwrap_or_else(|e| e.into_inner());
    list.push(Skipped {
        file: item.from.display().to_string(),
        reason,
    });
}

/// Opens what is to be copied: below a folder that was named from that folder downwards, since any folder on
/// the way may have become a link to somewhere else.
fn open(item: &Item, opener: &mut Opener) -> std::result::Result<File, Unreachable> {
    match &item.root {
        Some(root) => {
            let below = item.from.strip_prefix(root.path());
            opener.open(root, below.unwrap_or(&item.from))
        }
        None => Ok(sys::open_regular(&item.from)?),
    }
}

/// Whether the disk of `dir` still has the free space that is always left.
///
/// # Errors
/// [`ErrorKind::NoSpace`] if it hasn't.
pub(super) fn check_floor(dir: &Path, floor: u64) -> Result<()> {
    match sys::free_space(dir) {
        Ok(free) if free < floor => Err(Error::new(ErrorKind::NoSpace, "copy on", dir).with_help(
            format!(
                "less than {} of the disk is free, which is always left; free some and try again",
                crate::session::text::bytes(floor)
            ),
        )),
        _ => Ok(()),
    }
}

/// A new file, or on a further try the same one emptied; it keeps whether it may be executed.
fn create(path: &Path, like: &std::fs::Metadata, again: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(!again).truncate(again);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
        options.mode(0o600 | (like.mode() & 0o111));
    }
    #[cfg(not(unix))]
    let _ = like;
    options.open(path)
}

fn copy_through(buffer: &mut Vec<u8>, from: &mut File, to: &mut File) -> io::Result<usize> {
    buffer.resize(1 << 20, 0);
    let n = from.read(buffer)?;
    to.write_all(&buffer[..n])?;
    Ok(n)
}
