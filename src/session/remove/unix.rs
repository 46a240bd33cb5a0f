//! Removal relative to open directories: each directory is opened below the open root, without
//! following links, and its entries are unlinked from there.
//! No queued task holds a file open, so that a tree of any shape needs a handful of descriptors.

use std::ffi::{CStr, CString};
use std::io;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use rustix::fs::{AtFlags, CWD, FileType, Mode, fchmod, fstat, statat, unlinkat};
use rustix::io::Errno;

use super::Removed;
use crate::session::walk::{
    Access, Buffer, Crew, Names, Place, in_words, make_accessible, open_root, read_entries,
};
use crate::session::{Cancel, Progress, failpoint};

/// More than that wait for each other in the file system.
const MAX_THREADS: usize = 4;

/// From here on it pays to unlink the files of a directory as they lie on the disk.
const MANY_FILES: usize = if cfg!(test) { 10 } else { 10_000 };

/// So many files of a directory are read at once; more would take memory for nothing.
const MAX_FILES: usize = if cfg!(test) { 100 } else { 100_000 };

/// How often the tree is gone through while others add to it.
const MAX_PASSES: usize = 5;

/// See [`super::remove_tree`].
pub fn remove_tree(path: &Path, cancel: &Cancel, progress: &Progress) -> io::Result<Removed> {
    let root = match open_root(path) {
        Err(Errno::ACCESS) => {
            make_accessible(CWD, path)?;
            open_root(path)?
        }
        root => root?,
    };
    let job = Job {
        path,
        root,
        cancel,
        progress,
        files: AtomicU64::new(0),
        dirs: AtomicU64::new(0),
        left: Mutex::default(),
    };
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MAX_THREADS);
    let threads = NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN);
    for pass in 1..=MAX_PASSES {
        *lock(&job.left) = Left::default();
        job.empty_tree(threads);
        if cancel.is_cancelled() || pass == MAX_PASSES || !lock(&job.left).has_filled_again() {
            break;
        }
        rustix::fs::seek(&job.root, rustix::fs::SeekFrom::Start(0))?;
    }
    Ok(job.result())
}

/// The removal of one tree.
struct Job<'a> {
    path: &'a Path,
    root: OwnedFd,
    cancel: &'a Cancel,
    progress: &'a Progress,
    files: AtomicU64,
    dirs: AtomicU64,
    left: Mutex<Left>,
}

/// What stayed.
#[derive(Default)]
struct Left {
    removed: Removed,
    /// Directories that were emptied but aren't empty: because of what is left in them, or because
    /// somebody adds to them.
    not_empty: Vec<PathBuf>,
}

/// A directory on its way out.
type Dir = Arc<Place<Emptying>>;

#[derive(Default)]
struct Emptying {
    /// The directories in it: removed when all of them are empty.
    inner: OnceLock<Names>,
    /// How many of them are not yet.
    to_do: AtomicUsize,
}

/// Files of a directory, to be unlinked.
#[derive(Default)]
struct Files {
    names: Names,
    /// Of each its inode number, and where its name starts.
    places: Vec<(u64, usize)>,
}

impl Files {
    fn push(&mut self, name: &CStr, inode: u64) {
        self.places.push((inode, self.names.end()));
        self.names.push(name);
    }

    /// In the order that they come in, or, of many, as they lie on the disk: a directory of ext4 tells its names
    /// by their hashes, so that each file would be somewhere else.
    fn in_order(&mut self) -> impl Iterator<Item = &CStr> {
        if self.places.len() > MANY_FILES {
            self.places.sort_unstable();
        }
        let names = &self.names;
        self.places.iter().filter_map(|(_, start)| names.at(*start))
    }

    fn clear(&mut self) {
        self.names.clear();
        self.places.clear();
    }
}

/// Directories in a directory, to be emptied: its inner names that end here or before.
struct Task(Dir, usize);

impl Job<'_> {
    /// Goes through the whole tree once.
    fn empty_tree(&self, threads: NonZeroUsize) {
        let root = Place::root(Emptying::default());
        let mut buffer = Buffer::new();
        let mut first = Vec::new();
        self.make_ours(self.root.as_fd());
        self.unlink_entries(&root, self.root.as_fd(), &mut buffer, |task| {
            first.push(task)
        });
        if first.is_empty() {
            return self.finish(root);
        }
        Crew::run("removal", threads, first, |crew| {
            let mut buffer = Buffer::new();
            while let Some(Task(above, end)) = crew.next() {
                let inner = above.note.inner.get().and_then(|names| names.before(end));
                let Some((name, start)) = inner.filter(|_| !self.cancel.is_cancelled()) else {
                    continue;
                };
                if start > 0 {
                    crew.push(Task(Arc::clone(&above), start));
                }
                let dir = above.below(name.to_owned(), Emptying::default());
                match self.open(&dir) {
                    Ok(fd) => {
                        self.unlink_entries(&dir, fd.as_fd(), &mut buffer, |task| crew.push(task));
                    }
                    // Gone, or no directory any more: that shows when it is removed from its own.
                    Err(Errno::NOENT | Errno::LOOP | Errno::NOTDIR) => {}
                    Err(e) => self.remove_unread(&dir, e),
                }
                if dir.note.inner.get().is_none() {
                    self.finish(dir);
                }
            }
        });
    }

    /// Removes a directory that can't be opened, which is possible if it is empty.
    fn remove_unread(&self, dir: &Dir, error: Errno) {
        let above = dir
            .above()
            .map(|above| above.open(self.root.as_fd(), Access::Reach));
        let done = match above {
            Some(Ok(above)) => unlinkat(above, dir.name(), AtFlags::REMOVEDIR),
            _ => Err(error),
        };
        match done {
            Ok(()) => {
                self.dirs.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => self.keep(dir, None, error),
        }
    }

    /// Opens a directory of the tree, making it accessible if need be.
    fn open(&self, dir: &Dir) -> Result<OwnedFd, Errno> {
        let root = self.root.as_fd();
        let fd = match dir.open(root, Access::Read) {
            Err(Errno::ACCESS) => {
                let above = dir
                    .above()
                    .ok_or(Errno::ACCESS)?
                    .open(root, Access::Reach)?;
                make_accessible(above.as_fd(), dir.name())?;
                dir.open(root, Access::Read)?
            }
            fd => fd?,
        };
        self.make_ours(fd.as_fd());
        Ok(fd)
    }

    /// Sees to it that entries of an open directory may be unlinked; if not, unlinking says why.
    fn make_ours(&self, dir: BorrowedFd<'_>) {
        if let Ok(stat) = fstat(dir) {
            let mode = Mode::from_raw_mode(stat.st_mode);
            if !mode.contains(Mode::RWXU) {
                let _ = fchmod(dir, mode | Mode::RWXU);
            }
        }
    }

    /// Unlinks what is no directory in `dir`, and gives `more` the directories in it.
    fn unlink_entries(
        &self,
        dir: &Dir,
        fd: BorrowedFd<'_>,
        buffer: &mut Buffer,
        more: impl FnOnce(Task),
    ) {
        let mut inner = Names::default();
        let mut files = Files::default();
        let result = read_entries(fd, buffer, |name, kind, inode| {
            if self.cancel.is_cancelled() {
                return ControlFlow::Break(());
            }
            if kind == FileType::Directory {
                inner.push(name);
                return ControlFlow::Continue(());
            }
            files.push(name, inode);
            if files.places.len() == MAX_FILES {
                self.unlink(dir, fd, &mut files, &mut inner);
            }
            ControlFlow::Continue(())
        });
        self.unlink(dir, fd, &mut files, &mut inner);
        if let Err(e) = result {
            lock(&self.left).removed.keep(dir.path(self.path), e);
        }
        if !inner.is_empty() {
            dir.note.to_do.store(inner.len(), Ordering::Relaxed);
            let end = inner.end();
            dir.note.inner.get_or_init(|| inner);
            more(Task(Arc::clone(dir), end));
        }
    }

    /// Unlinks `files` in `dir`; those that turn out to be directories go to `inner`.
    fn unlink(&self, dir: &Dir, fd: BorrowedFd<'_>, files: &mut Files, inner: &mut Names) {
        for name in files.in_order() {
            if self.cancel.is_cancelled() {
                return;
            }
            match unlinkat(fd, name, AtFlags::empty()) {
                Ok(()) => {
                    self.files.fetch_add(1, Ordering::Relaxed);
                    self.progress.add(1, 0);
                }
                Err(Errno::NOENT) => {}
                Err(Errno::ISDIR | Errno::PERM) if is_directory(fd, name) => inner.push(name),
                Err(e) => self.keep(dir, Some(name), e),
            }
        }
        files.clear();
    }

    /// Notes that `dir` is empty, and removes the directories in each one above it whose last that was.
    fn finish(&self, mut dir: Dir) {
        loop {
            let Some(above) = dir.above().cloned() else {
                return self.remove_root();
            };
            if above.note.to_do.fetch_sub(1, Ordering::AcqRel) > 1 {
                return;
            }
            self.remove_inner(&above);
            dir = above;
        }
    }

    /// Removes the directories in `dir`, all of which were emptied.
    fn remove_inner(&self, dir: &Dir) {
        // What dies here leaves a tree half gone, which nobody may take for a session.
        let _ = failpoint::reach("remove-directories");
        let fd = match dir.open(self.root.as_fd(), Access::Reach) {
            Ok(fd) => fd,
            Err(Errno::NOENT | Errno::LOOP | Errno::NOTDIR) => return,
            Err(e) => return self.keep(dir, None, e),
        };
        for name in dir.note.inner.get().into_iter().flat_map(Names::iter) {
            match unlinkat(&fd, name, AtFlags::REMOVEDIR) {
                Ok(()) => {
                    self.dirs.fetch_add(1, Ordering::Relaxed);
                }
                Err(Errno::NOENT) => {}
                Err(Errno::NOTEMPTY | Errno::EXIST) => self.not_empty(self.path_of(dir, name)),
                // A link that was swapped in for it.
                Err(Errno::NOTDIR) => match unlinkat(&fd, name, AtFlags::empty()) {
                    Ok(()) | Err(Errno::NOENT) => {}
                    Err(e) => self.keep(dir, Some(name), e),
                },
                Err(e) => self.keep(dir, Some(name), e),
            }
        }
    }

    fn remove_root(&self) {
        match unlinkat(CWD, self.path, AtFlags::REMOVEDIR) {
            Ok(()) => {
                self.dirs.fetch_add(1, Ordering::Relaxed);
            }
            Err(Errno::NOENT) => {}
            Err(Errno::NOTEMPTY | Errno::EXIST) => self.not_empty(self.path.to_owned()),
            Err(e) => lock(&self.left)
                .removed
                .keep(self.path.to_owned(), e.into()),
        }
    }

    fn path_of(&self, dir: &Dir, name: &CStr) -> PathBuf {
        dir.below(CString::from(name), Emptying::default())
            .path(self.path)
    }

    fn not_empty(&self, path: PathBuf) {
        let mut left = lock(&self.left);
        if left.not_empty.len() < Removed::MAX_LEFT {
            left.not_empty.push(path);
        }
    }

    fn keep(&self, dir: &Dir, name: Option<&CStr>, error: Errno) {
        let path = match name {
            Some(name) => self.path_of(dir, name),
            None => dir.path(self.path),
        };
        lock(&self.left).removed.keep(path, in_words(error));
    }

    fn result(self) -> Removed {
        let mut left = self
            .left
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        for path in left.filled_again() {
            left.removed.keep(path, Errno::NOTEMPTY.into());
        }
        left.removed.files = self.files.into_inner();
        left.removed.dirs = self.dirs.into_inner();
        left.removed
    }
}

impl Left {
    /// Directories that are not empty although nothing that we know is left in them.
    fn filled_again(&self) -> Vec<PathBuf> {
        let known = |dir: &Path| {
            self.removed
                .left
                .iter()
                .any(|(path, _)| path.starts_with(dir))
        };
        let below = |dir: &Path| {
            self.not_empty
                .iter()
                .any(|p| p != dir && p.starts_with(dir))
        };
        let unknown = self
            .not_empty
            .iter()
            .filter(|dir| !known(dir) && !below(dir));
        if self.removed.left_total > self.removed.left.len() as u64 {
            // Too many to know them all.
            return Vec::new();
        }
        unknown.cloned().collect()
    }

    fn has_filled_again(&self) -> bool {
        !self.filled_again().is_empty()
    }
}

fn is_directory(dir: BorrowedFd<'_>, name: &CStr) -> bool {
    statat(dir, name, AtFlags::SYMLINK_NOFOLLOW)
        .is_ok_and(|s| FileType::from_raw_mode(s.st_mode) == FileType::Directory)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
