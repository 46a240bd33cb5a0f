//! Unix: relative to open directories.

use std::ffi::{CString, OsStr};
use std::fs::File;
use std::ops::ControlFlow;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, fstat, openat, statat};
use rustix::io::Errno;

use super::super::walk::{Access, Buffer, Place, in_words, open_root, read_entries};
use super::{Cancel, Entry, EntryKind, FileIdentity, Missed, Mounts, Unreachable, stopped};

impl From<Errno> for Unreachable {
    fn from(error: Errno) -> Self {
        match error {
            Errno::NOENT => Self::Vanished,
            // The last is said of a socket, and of a device that is not there.
            Errno::LOOP | Errno::NOTDIR | Errno::NXIO => Self::Replaced,
            e => Self::Failed(in_words(e)),
        }
    }
}

impl From<std::io::Error> for Unreachable {
    fn from(error: std::io::Error) -> Self {
        match Errno::from_io_error(&error) {
            Some(errno) => errno.into(),
            None => Self::Failed(error),
        }
    }
}

/// A root, open.
#[derive(Debug)]
pub struct Folder(OwnedFd);

/// A folder below a root, open for what is in it.
#[derive(Debug)]
pub struct Reach(OwnedFd);

impl Folder {
    pub fn open(path: &Path) -> Result<Self, Unreachable> {
        Ok(Self(open_root(path)?))
    }

    /// It once more.
    pub fn again(&self) -> Result<Self, Unreachable> {
        Ok(Self(self.0.try_clone()?))
    }

    pub fn identity(&self) -> Result<Option<FileIdentity>, Unreachable> {
        let stat = fstat(&self.0)?;
        Ok(Some(FileIdentity {
            device: stat.st_dev as u64,
            file: stat.st_ino as u64,
        }))
    }

    /// What is in the folder `below`, in any order.
    pub fn read(
        &self,
        below: &Path,
        mounts: Mounts,
        cancel: &Cancel,
    ) -> Result<Vec<Result<Entry, Missed>>, Unreachable> {
        let dir = self.descend(below, mounts, Access::Read)?;
        let mut entries = Vec::new();
        read_entries(dir.as_fd(), &mut Buffer::new(), |name, _, _| {
            if cancel.is_cancelled() {
                return ControlFlow::Break(());
            }
            let below = below.join(OsStr::from_bytes(name.to_bytes()));
            match statat(&dir, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => entries.push(Ok(entry(below, &stat))),
                Err(Errno::NOENT) => {}
                Err(e) => entries.push(Err(Missed {
                    below,
                    why: e.into(),
                })),
            }
            ControlFlow::Continue(())
        })?;
        match cancel.is_cancelled() {
            true => Err(stopped()),
            false => Ok(entries),
        }
    }

    pub fn reach(&self, below: &Path, mounts: Mounts) -> Result<Reach, Unreachable> {
        Ok(Reach(self.descend(below, mounts, Access::Reach)?))
    }

    fn descend(&self, below: &Path, mounts: Mounts, access: Access) -> Result<OwnedFd, Errno> {
        let mut place = Place::root(());
        for name in below {
            let name = CString::new(name.as_bytes()).map_err(|_| Errno::INVAL)?;
            place = place.below(name, ());
        }
        place.open_with(self.0.as_fd(), access, mounts)
    }
}

impl Reach {
    /// Opens the regular file `name` in it.
    pub fn open(&self, name: &OsStr) -> Result<File, Unreachable> {
        // Without waiting for somebody to write, should it be a FIFO by now.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(openat(&self.0, name, flags, Mode::empty())?);
        match file.metadata()?.is_file() {
            true => Ok(file),
            false => Err(Unreachable::Replaced),
        }
    }
}

fn entry(below: std::path::PathBuf, stat: &Stat) -> Entry {
    Entry {
        below,
        kind: match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => EntryKind::Folder,
            FileType::RegularFile => EntryKind::File,
            FileType::Symlink => EntryKind::Link,
            _ => EntryKind::Other,
        },
        bytes: u64::try_from(stat.st_size).unwrap_or(0),
        modified: time(stat),
    }
}

fn time(stat: &Stat) -> Option<SystemTime> {
    let seconds = Duration::from_secs(stat.st_mtime.unsigned_abs());
    let nanos = Duration::from_nanos(u32::try_from(stat.st_mtime_nsec).ok()?.into());
    let whole = match stat.st_mtime >= 0 {
        true => UNIX_EPOCH.checked_add(seconds),
        false => UNIX_EPOCH.checked_sub(seconds),
    };
    whole?.checked_add(nanos)
}
