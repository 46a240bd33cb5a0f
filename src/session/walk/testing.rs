//! Trees that are hard to walk, and tests that need a process of their own: another user's, or one
//! with few open files.
#![expect(
    clippy::unwrap_used,
    reason = "a test that fails here says so by panicking"
)]

use std::ffi::{CStr, CString};
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, mkdirat, mknodat, openat};
use rustix::process::{Resource, Rlimit, setrlimit};

/// Tells a test that it runs in a process of its own, and on which directory.
const CHILD: &str = "EYPROJECT_TEST_CHILD";

/// Who the other user is: nobody.
const OTHER: u32 = 65534;

/// The directory to work on, if this process was started by [`as_other_user`].
pub fn child() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(Into::into)
}

/// Makes all of `dir` the other user's.
pub fn give_away(dir: &Path) {
    if rustix::process::geteuid().is_root() {
        for entry in walkdir::WalkDir::new(dir) {
            std::os::unix::fs::lchown(entry.unwrap().path(), Some(OTHER), Some(OTHER)).unwrap();
        }
    }
}

/// Runs the test `name` in a process that is not root, with `dir`.
///
/// Where we aren't root ourselves, that is this user.
pub fn as_other_user(name: &str, dir: &Path) {
    let place = tempfile::tempdir().unwrap();
    let program = place.path().join("test");
    let mut command = if rustix::process::geteuid().is_root() {
        // Where it was built, another user may not look.
        fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
        for path in [place.path(), &program] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let mut command = Command::new(&program);
        command.uid(OTHER).gid(OTHER);
        command
    } else {
        Command::new(std::env::current_exe().unwrap())
    };
    let output = command
        .args([name, "--exact", "--nocapture"])
        .env(CHILD, dir)
        .current_dir(dir)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A directory of the other user's.
pub fn others_dir() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    give_away(dir.path());
    dir
}

/// Lets this process have few files open from now on.
pub fn allow_open_files(count: u64) {
    let limit = Rlimit {
        current: Some(count),
        maximum: Some(count),
    };
    setrlimit(Resource::Nofile, limit).unwrap();
}

/// A directory in memory where there is one: for trees of a million files.
pub fn in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

/// Makes `levels` directories, each in the one before, and answers the last one.
pub fn deep(root: &Path, levels: usize, name: &CStr) -> OwnedFd {
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut dir = openat(CWD, root, flags, Mode::empty()).unwrap();
    for _ in 0..levels {
        mkdirat(&dir, name, Mode::RWXU).unwrap();
        dir = openat(&dir, name, flags, Mode::empty()).unwrap();
    }
    dir
}

/// Makes empty files named by numbers in `dir`.
pub fn many_files(dir: &OwnedFd, numbers: std::ops::Range<u32>) {
    for n in numbers {
        let name = CString::new(n.to_string()).unwrap();
        mknodat(dir, &name, FileType::RegularFile, Mode::RUSR, 0).unwrap();
    }
}

/// Keeps swapping the directory `path` for a link to `target` and back, until dropped.
pub struct Swapper {
    stop: std::sync::Arc<std::sync::atomic::AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Swapper {
    /// Starts swapping; the directory's own place meanwhile is `path` with `.aside` appended.
    pub fn start(path: PathBuf, target: &Path) -> Self {
        let link = path.with_extension("link");
        std::os::unix::fs::symlink(target, &link).unwrap();
        let stop = std::sync::Arc::<std::sync::atomic::AtomicBool>::default();
        let stopped = std::sync::Arc::clone(&stop);
        let swap = move || {
            while !stopped.load(std::sync::atomic::Ordering::Relaxed) {
                let flags = rustix::fs::RenameFlags::EXCHANGE;
                if rustix::fs::renameat_with(CWD, &path, CWD, &link, flags).is_err() {
                    // One of the two was removed.
                    break;
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("swapper".into())
            .spawn(swap)
            .unwrap();
        Self {
            stop,
            thread: Some(thread),
        }
    }
}

impl Drop for Swapper {
    fn drop(&mut self) {
        self.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// Whether `dir` has an entry of that name, itself.
pub fn has(dir: &OwnedFd, name: &CStr) -> bool {
    rustix::fs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
}
