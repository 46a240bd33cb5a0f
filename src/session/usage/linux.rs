//! Sizes on Linux: one `openat2` and a few `getdents64` for each directory, one `newfstatat` for each file
//! relative to its directory, shared by all threads down to parts of one directory.
//! No queued task holds a file open, so that a tree of any shape needs a handful of descriptors.

use std::collections::HashSet;
use std::ffi::CStr;
use std::mem;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::{AtFlags, FileType, Stat, fstat, statat};
use rustix::io::Errno;

use super::{Measured, Total, Usage, cancelled, failed};
use crate::session::Cancel;
use crate::session::walk::{Access, Buffer, Crew, Names, Place, open_root, read_entries};

/// Files of one directory that one task looks at, about a millisecond of work.
const PORTION: usize = 1024;

/// See [`super::measure`].
pub fn measure(
    dirs: &[PathBuf],
    threads: NonZeroUsize,
    cancel: &Cancel,
    on: &(dyn Fn(usize, Measured) + Sync),
) {
    let roots = (0..dirs.len()).rev().map(Task::Root).collect();
    Crew::run("sizes", threads, roots, |crew| {
        let mut worker = Worker {
            dirs,
            cancel,
            on,
            crew,
            buffer: Buffer::new(),
            files: Names::default(),
        };
        while let Some(task) = crew.next() {
            worker.run(task);
        }
    });
}

/// One of the directories that were asked for. The last task to let go of it tells the result.
struct Tree {
    index: usize,
    root: OwnedFd,
    sum: Mutex<Sum>,
}

struct Sum {
    total: Total,
    /// Device and number of each file with several names that was counted.
    linked: HashSet<(u64, u64)>,
}

/// A directory that was found, and the tree it is in.
type Found = Arc<Place<()>>;

enum Task {
    /// Begin the tree with this index.
    Root(usize),
    /// Read the directories of these names in a directory.
    Directories(Arc<Tree>, Found, Names),
    /// Look at the files of these names in a directory.
    Files(Arc<Tree>, Found, Names),
}

/// What one task counted.
#[derive(Default)]
struct Part {
    usage: Usage,
    /// Files with several names, left out of `usage`: device, number, and what they take.
    linked: Vec<((u64, u64), Usage)>,
}

struct Worker<'a> {
    dirs: &'a [PathBuf],
    cancel: &'a Cancel,
    on: &'a (dyn Fn(usize, Measured) + Sync),
    crew: &'a Crew<Task>,
    buffer: Buffer,
    /// Files of the directory being read: kept to use its memory again.
    files: Names,
}

impl Worker<'_> {
    fn run(&mut self, task: Task) {
        match task {
            Task::Root(index) => self.begin(index),
            Task::Directories(tree, above, mut names) => {
                let name = names.pop().filter(|_| !self.cancel.is_cancelled());
                if let Some(name) = name {
                    if !names.is_empty() {
                        let rest = Task::Directories(Arc::clone(&tree), Arc::clone(&above), names);
                        self.crew.push(rest);
                    }
                    let place = above.below(name, ());
                    match place.open(tree.root.as_fd(), Access::Read) {
                        Ok(dir) => self.read(&tree, &place, dir.as_fd()),
                        Err(e) => self.add(&tree, Part::failure(e)),
                    }
                }
                self.release(tree);
            }
            Task::Files(tree, place, names) => {
                let mut part = Part::default();
                match place.open(tree.root.as_fd(), Access::Reach) {
                    Ok(dir) => self.look(&tree, &place, dir.as_fd(), &names, &mut part),
                    Err(Errno::ACCESS) => part.usage.unreadable += names.len() as u64,
                    Err(e) => part = Part::failure(e),
                }
                self.add(&tree, part);
                self.release(tree);
            }
        }
    }

    fn begin(&mut self, index: usize) {
        if self.cancel.is_cancelled() {
            return (self.on)(index, Measured::Done(Err(cancelled())));
        }
        let path = &self.dirs[index];
        let root = match open_root(path) {
            Ok(root) => root,
            Err(e) => return (self.on)(index, Measured::Done(Err(failed(path, e.into())))),
        };
        let tree = Arc::new(Tree {
            index,
            root,
            sum: Mutex::new(Sum {
                total: Total::new(),
                linked: HashSet::new(),
            }),
        });
        self.read(&tree, &Place::root(()), tree.root.as_fd());
        self.release(tree);
    }

    /// Reads one directory: hands its directories on, looks at its files, sharing them if they are many.
    fn read(&mut self, tree: &Arc<Tree>, place: &Found, dir: BorrowedFd<'_>) {
        let mut part = Part::default();
        if let Ok(stat) = fstat(dir) {
            part.usage.disk_bytes += disk_bytes(&stat);
        }
        let mut files = mem::take(&mut self.files);
        let mut directories = Names::default();
        let (crew, cancel) = (self.crew, self.cancel);
        let result = read_entries(dir, &mut self.buffer, |name, kind, _| {
            if cancel.is_cancelled() {
                return ControlFlow::Break(());
            }
            match kind {
                FileType::Directory => directories.push(name),
                FileType::RegularFile | FileType::Unknown => {
                    if files.len() == PORTION {
                        let portion = mem::take(&mut files);
                        crew.push(Task::Files(Arc::clone(tree), Arc::clone(place), portion));
                    }
                    files.push(name);
                }
                _ => {}
            }
            ControlFlow::Continue(())
        });
        if result.is_err() {
            part.usage.unreadable += 1;
        }
        self.hand_on(tree, place, directories);
        self.look(tree, place, dir, &files, &mut part);
        files.clear();
        self.files = files;
        self.add(tree, part);
    }

    /// Looks at each of the files `names` in `dir`.
    fn look(
        &self,
        tree: &Arc<Tree>,
        place: &Found,
        dir: BorrowedFd<'_>,
        names: &Names,
        part: &mut Part,
    ) {
        let mut directories = Names::default();
        for name in names.iter() {
            if self.cancel.is_cancelled() {
                return;
            }
            if part.file(dir, name) == FileType::Directory {
                directories.push(name);
            }
        }
        self.hand_on(tree, place, directories);
    }

    fn hand_on(&self, tree: &Arc<Tree>, place: &Found, directories: Names) {
        if !directories.is_empty() {
            let task = Task::Directories(Arc::clone(tree), Arc::clone(place), directories);
            self.crew.push(task);
        }
    }

    fn add(&self, tree: &Tree, mut part: Part) {
        let mut sum = lock(&tree.sum);
        for (file, usage) in part.linked {
            if sum.linked.insert(file) {
                part.usage.bytes += usage.bytes;
                part.usage.disk_bytes += usage.disk_bytes;
            }
        }
        // Told under the lock, so that the figures that are told only grow.
        sum.total
            .add(part.usage, |measured| (self.on)(tree.index, measured));
    }

    /// Lets go of a tree, and tells its result if nobody else works on it.
    fn release(&self, tree: Arc<Tree>) {
        if let Some(tree) = Arc::into_inner(tree) {
            let sum = tree
                .sum
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner);
            let result = if self.cancel.is_cancelled() {
                Err(cancelled())
            } else {
                Ok(sum.total.usage)
            };
            (self.on)(tree.index, Measured::Done(result));
        }
    }
}

impl Part {
    /// A directory that could not be opened.
    fn failure(error: Errno) -> Self {
        let mut part = Self::default();
        part.usage.unreadable = u64::from(!is_gone(error));
        part
    }

    /// Counts the entry `name` of `dir` if it is a regular file, and answers what it is.
    fn file(&mut self, dir: BorrowedFd<'_>, name: &CStr) -> FileType {
        let flags = AtFlags::SYMLINK_NOFOLLOW | AtFlags::NO_AUTOMOUNT;
        let stat = match statat(dir, name, flags) {
            Ok(stat) => stat,
            Err(e) => {
                self.usage.unreadable += u64::from(!is_gone(e));
                return FileType::Unknown;
            }
        };
        let kind = FileType::from_raw_mode(stat.st_mode);
        if kind != FileType::RegularFile {
            return kind;
        }
        self.usage.files += 1;
        let bytes = u64::try_from(stat.st_size).unwrap_or(0);
        let disk_bytes = disk_bytes(&stat);
        if stat.st_nlink > 1 {
            let usage = Usage {
                bytes,
                disk_bytes,
                ..Usage::default()
            };
            self.linked.push(((stat.st_dev, stat.st_ino), usage));
        } else {
            self.usage.bytes += bytes;
            self.usage.disk_bytes += disk_bytes;
        }
        kind
    }
}

fn disk_bytes(stat: &Stat) -> u64 {
    u64::try_from(stat.st_blocks).unwrap_or(0) * 512
}

/// Whether what was there a moment ago is not, or is something that isn't part of the tree.
fn is_gone(error: Errno) -> bool {
    matches!(
        error,
        Errno::NOENT | Errno::LOOP | Errno::NOTDIR | Errno::XDEV
    )
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
