//! A directory below a root, and opening it so that nothing can lead elsewhere: no link is followed,
//! whoever swaps one in, and no other file system is entered.
//!
//! A place is the names that lead to it, not a descriptor: a tree of any depth and width is walked
//! with a handful of open files.

use std::ffi::{CStr, CString, OsStr};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags, openat};
use rustix::io::Errno;

use super::Mounts;

/// The longest path that one system call takes.
const PATH_MAX: usize = 4096;

/// A directory below a root, with what the walk wants to remember of it.
#[derive(Debug)]
pub struct Place<T> {
    above: Option<Arc<Place<T>>>,
    name: CString,
    /// What the walk remembers of the directory.
    pub note: T,
}

/// What a directory is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading its entries.
    Read,
    /// Reaching what is in it by name; needs no permission to read it.
    Reach,
}

impl<T> Place<T> {
    /// The root itself.
    pub fn root(note: T) -> Arc<Self> {
        Arc::new(Self {
            above: None,
            name: CString::default(),
            note,
        })
    }

    /// The directory `name` in this one.
    pub fn below(self: &Arc<Self>, name: CString, note: T) -> Arc<Self> {
        Arc::new(Self {
            above: Some(Arc::clone(self)),
            name,
            note,
        })
    }

    /// The directory that this one is in; `None` for the root.
    pub fn above(&self) -> Option<&Arc<Self>> {
        self.above.as_ref()
    }

    /// Its name in the directory above; empty for the root.
    pub fn name(&self) -> &CStr {
        &self.name
    }

    /// The names that lead here from the root.
    fn names(&self) -> Vec<&CStr> {
        let mut names: Vec<_> = std::iter::successors(Some(self), |p| p.above.as_deref())
            .filter(|p| p.above.is_some())
            .map(|p| p.name.as_c_str())
            .collect();
        names.reverse();
        names
    }

    /// Its path, if the root's is `root`.
    pub fn path(&self, root: &Path) -> PathBuf {
        let mut path = root.to_owned();
        path.extend(
            self.names()
                .into_iter()
                .map(|n| OsStr::from_bytes(n.to_bytes())),
        );
        path
    }

    /// Opens it, `root` being the open root.
    ///
    /// `ELOOP` or `ENOTDIR`: something else has taken its place or that of a directory above.
    /// `EXDEV`: another file system is mounted there.
    pub fn open(&self, root: BorrowedFd<'_>, access: Access) -> Result<OwnedFd, Errno> {
        self.open_with(root, access, Mounts::Stay)
    }

    /// Opens it as [`Self::open`] does, or whatever is mounted on the way.
    pub fn open_with(
        &self,
        root: BorrowedFd<'_>,
        access: Access,
        mounts: Mounts,
    ) -> Result<OwnedFd, Errno> {
        let mut at: Option<OwnedFd> = None;
        let mut path = Vec::new();
        for name in self.names() {
            let name = name.to_bytes();
            if path.len() + 1 + name.len() + 1 > PATH_MAX {
                at = Some(beneath(as_fd(&at, root), &path, Access::Reach, mounts)?);
                path.clear();
            }
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(name);
        }
        if path.is_empty() {
            path.push(b'.');
        }
        beneath(as_fd(&at, root), &path, access, mounts)
    }
}

impl<T> Drop for Place<T> {
    /// One after the other: a chain of a hundred thousand must not take as many stack frames.
    fn drop(&mut self) {
        let mut above = self.above.take();
        while let Some(mut place) = above.and_then(Arc::into_inner) {
            above = place.above.take();
        }
    }
}

fn as_fd<'a>(at: &'a Option<OwnedFd>, root: BorrowedFd<'a>) -> BorrowedFd<'a> {
    at.as_ref().map_or(root, AsFd::as_fd)
}

impl Access {
    fn flags(self) -> OFlags {
        let always = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match self {
            // Sizes are looked at all the time: without this, directories would look used to cleaners.
            #[cfg(target_os = "linux")]
            Self::Read => always | OFlags::RDONLY | OFlags::NOATIME,
            #[cfg(target_os = "linux")]
            Self::Reach => always | OFlags::PATH,
            #[cfg(not(target_os = "linux"))]
            Self::Read | Self::Reach => always | OFlags::RDONLY,
        }
    }
}

/// Opens the root directory at `path`, refusing a link or a file there (`ENOTDIR` or `ELOOP`).
pub fn open_root(path: &Path) -> Result<OwnedFd, Errno> {
    with_atime(Access::Read.flags(), |flags| {
        openat(rustix::fs::CWD, path, flags, Mode::empty())
    })
}

/// Opens, without leaving access times alone if the directory is another user's.
fn with_atime(
    flags: OFlags,
    open: impl Fn(OFlags) -> Result<OwnedFd, Errno>,
) -> Result<OwnedFd, Errno> {
    match open(flags) {
        #[cfg(target_os = "linux")]
        Err(Errno::PERM) if flags.contains(OFlags::NOATIME) => open(flags - OFlags::NOATIME),
        result => result,
    }
}

/// Opens a directory by its path below `at`: one call, where the kernel itself keeps the promise.
#[cfg(target_os = "linux")]
fn beneath(
    at: BorrowedFd<'_>,
    path: &[u8],
    access: Access,
    mounts: Mounts,
) -> Result<OwnedFd, Errno> {
    use rustix::fs::{ResolveFlags, openat2};
    use std::sync::LazyLock;

    const NO_LINKS: ResolveFlags = ResolveFlags::BENEATH.union(ResolveFlags::NO_SYMLINKS);
    const NOWHERE_ELSE: ResolveFlags = NO_LINKS.union(ResolveFlags::NO_XDEV);

    /// Linux has it since 5.6; some sandboxes deny it (`EPERM`) rather than not know it (`ENOSYS`).
    static KNOWN: LazyLock<bool> = LazyLock::new(|| {
        let flags = Access::Reach.flags();
        openat2(rustix::fs::CWD, c".", flags, Mode::empty(), NOWHERE_ELSE).is_ok()
    });

    if !*KNOWN {
        return step_by_step(at, path, access, mounts);
    }
    let resolve = match mounts {
        Mounts::Stay => NOWHERE_ELSE,
        Mounts::Enter => NO_LINKS,
    };
    with_atime(access.flags(), |flags| {
        openat2(at, path, flags, Mode::empty(), resolve)
    })
}

#[cfg(not(target_os = "linux"))]
use step_by_step as beneath;

/// Opens a directory by its path below `at`, one name at a time.
fn step_by_step(
    at: BorrowedFd<'_>,
    path: &[u8],
    access: Access,
    mounts: Mounts,
) -> Result<OwnedFd, Errno> {
    let device = rustix::fs::fstat(at)?.st_dev;
    let mut names = path.split(|b| *b == b'/').peekable();
    let mut reached: Option<OwnedFd> = None;
    loop {
        let Some(name) = names.next() else {
            return reached.ok_or(Errno::NOENT);
        };
        let access = if names.peek().is_some() {
            Access::Reach
        } else {
            access
        };
        let next = with_atime(access.flags(), |flags| {
            openat(as_fd(&reached, at), name, flags, Mode::empty())
        })?;
        if mounts == Mounts::Stay && rustix::fs::fstat(&next)?.st_dev != device {
            return Err(Errno::XDEV);
        }
        reached = Some(next);
    }
}

/// An error of the kernel in words that fit the walk.
pub fn in_words(error: Errno) -> io::Error {
    match error {
        Errno::XDEV => io::Error::new(
            io::ErrorKind::CrossesDevices,
            "another file system is mounted here",
        ),
        e => e.into(),
    }
}

/// Gives the owner every right on the directory `name` of `above`, never on what a link points to.
#[cfg(target_os = "linux")]
pub fn make_accessible(above: BorrowedFd<'_>, name: impl rustix::path::Arg) -> Result<(), Errno> {
    use std::os::fd::AsRawFd;

    // A handle needs no right on the directory itself. The kernel refuses `fchmod` on it, though.
    let dir = openat(above, name, Access::Reach.flags(), Mode::empty())?;
    let mode = Mode::from_raw_mode(rustix::fs::fstat(&dir)?.st_mode);
    rustix::fs::chmod(
        format!("/proc/self/fd/{}", dir.as_raw_fd()),
        mode | Mode::RWXU,
    )
}

/// Gives the owner every right on the directory `name` of `above`, never on what a link points to.
#[cfg(not(target_os = "linux"))]
pub fn make_accessible(above: BorrowedFd<'_>, name: impl rustix::path::Arg) -> Result<(), Errno> {
    use rustix::fs::{AtFlags, chmodat, statat};

    name.into_with_c_str(|name| {
        let stat = statat(above, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let mode = Mode::from_raw_mode(stat.st_mode) | Mode::RWXU;
        chmodat(above, name, mode, AtFlags::SYMLINK_NOFOLLOW)
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::session::walk::testing;

    type Open = fn(BorrowedFd<'_>, &[u8], Access, Mounts) -> Result<OwnedFd, Errno>;

    /// The kernel's way and our own: they must agree.
    const WAYS: [Open; 2] = [beneath, step_by_step];

    #[test]
    fn case_17_no_way_leads_through_a_link_or_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("a/b")).unwrap();
        std::fs::write(dir.path().join("a/file"), "").unwrap();
        symlink("b", dir.path().join("a/inner link")).unwrap();
        symlink("/", dir.path().join("a/outer link")).unwrap();
        let root = open_root(dir.path()).unwrap();
        for way in WAYS {
            for (access, mounts) in [
                (Access::Read, Mounts::Stay),
                (Access::Reach, Mounts::Stay),
                (Access::Read, Mounts::Enter),
                (Access::Reach, Mounts::Enter),
            ] {
                let open = |path: &[u8]| way(root.as_fd(), path, access, mounts).map(drop);
                assert_eq!(open(b"a"), Ok(()));
                assert_eq!(open(b"a/b"), Ok(()));
                assert_eq!(open(b"a/c"), Err(Errno::NOENT));
                let swapped = [Errno::LOOP, Errno::NOTDIR];
                for path in ["a/inner link", "a/outer link", "a/outer link/etc", "a/file"] {
                    let error = open(path.as_bytes()).unwrap_err();
                    assert!(swapped.contains(&error), "{path}: {error}");
                }
            }
        }
    }

    #[test]
    fn another_file_system_is_entered_only_by_who_wants_it() {
        let root = open_root(Path::new("/")).unwrap();
        for way in WAYS {
            let open = |mounts| way(root.as_fd(), b"proc", Access::Read, mounts).map(drop);
            assert_eq!(open(Mounts::Stay), Err(Errno::XDEV));
            assert_eq!(open(Mounts::Enter), Ok(()));
        }
    }

    #[test]
    fn a_root_that_is_a_link_or_a_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("file"), "").unwrap();
        symlink(dir.path(), dir.path().join("link")).unwrap();
        for name in ["file", "link"] {
            let error = open_root(&dir.path().join(name)).unwrap_err();
            assert!(matches!(error, Errno::NOTDIR | Errno::LOOP), "{error}");
        }
        assert_eq!(
            open_root(&dir.path().join("none")).unwrap_err(),
            Errno::NOENT
        );
    }

    #[test]
    fn case_16_paths_longer_than_a_system_call_takes() {
        let dir = tempfile::tempdir().unwrap();
        let name = CString::new([b'n'; 255]).unwrap();
        let last = testing::deep(dir.path(), 50, &name);
        testing::many_files(&last, 7..8);
        let root = open_root(dir.path()).unwrap();
        let mut place = Place::root(());
        for _ in 0..50 {
            place = place.below(name.clone(), ());
        }
        let opened = place.open(root.as_fd(), Access::Reach).unwrap();
        assert!(testing::has(&opened, c"7"));
        assert_eq!(
            place.path(dir.path()).as_os_str().len(),
            dir.path().as_os_str().len() + 50 * 256
        );
    }

    #[test]
    fn a_place_of_a_hundred_thousand_levels_is_dropped_on_a_small_stack() {
        let small = std::thread::Builder::new()
            .name("small".into())
            .stack_size(64 << 10);
        let thread = small.spawn(|| {
            let mut place = Place::root(());
            for _ in 0..100_000 {
                place = place.below(c"x".into(), ());
            }
        });
        thread.unwrap().join().unwrap();
    }
}
