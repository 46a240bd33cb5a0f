//! Removal on Windows: while a directory is being emptied a handle to it stays open that forbids
//! renaming and deleting it, so that nobody can swap in a junction on the way to what is in it.
//! Files that another program has open are tried again for a second, then named.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, FileType, OpenOptions};
use std::io;
use std::os::windows::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf, Prefix};
use std::thread;
use std::time::Duration;

use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_ATTRIBUTE_REPARSE_POINT, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT,
    FILE_LIST_DIRECTORY, FILE_SHARE_READ, FILE_SHARE_WRITE,
};

use super::Removed;
use crate::session::{Cancel, Progress};

/// How often something that another program has open is tried again: for about a second in all,
/// which indexers and virus scanners need at most, for the whole tree rather than for each file.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(100);

/// See [`super::remove_tree`].
pub fn remove_tree(path: &Path, cancel: &Cancel, progress: &Progress) -> io::Result<Removed> {
    let path = verbatim(path)?;
    let mut job = Job {
        cancel,
        progress,
        removed: Removed::default(),
        busy: false,
    };
    for attempt in 1..=TRIES {
        job.removed.left.clear();
        job.removed.left_total = 0;
        job.busy = false;
        job.empty(&path)?;
        if !job.busy || attempt == TRIES || cancel.is_cancelled() {
            break;
        }
        thread::sleep(PAUSE);
    }
    for (path, _) in &mut job.removed.left {
        *path = dunce::simplified(path).to_owned();
    }
    Ok(job.removed)
}

struct Job<'a> {
    cancel: &'a Cancel,
    progress: &'a Progress,
    removed: Removed,
    /// Something stayed because another program has it open.
    busy: bool,
}

/// A directory that is being emptied.
struct Level {
    path: PathBuf,
    /// Keeps others from renaming it.
    _held: File,
    entries: fs::ReadDir,
    /// Something in it stayed.
    kept: bool,
}

impl Level {
    fn enter(path: PathBuf) -> io::Result<Self> {
        let held = OpenOptions::new()
            .access_mode(FILE_LIST_DIRECTORY)
            .share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE)
            .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)
            .open(&path)?;
        let metadata = held.metadata()?;
        if !metadata.is_dir() || metadata.file_attributes() & FILE_ATTRIBUTE_REPARSE_POINT != 0 {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let entries = fs::read_dir(&path)?;
        Ok(Self {
            path,
            _held: held,
            entries,
            kept: false,
        })
    }
}

impl Job<'_> {
    /// Empties and removes `root`: depth first, on a stack of our own.
    fn empty(&mut self, root: &Path) -> io::Result<()> {
        let mut levels = vec![Level::enter(root.to_owned())?];
        while let Some(level) = levels.last_mut() {
            if self.cancel.is_cancelled() {
                return Ok(());
            }
            match level.entries.next() {
                Some(Ok(entry)) => {
                    let path = entry.path();
                    let done = match entry.file_type() {
                        Ok(kind) if kind.is_dir() => match Level::enter(path.clone()) {
                            Ok(inner) => {
                                levels.push(inner);
                                continue;
                            }
                            Err(e) => Err(e),
                        },
                        Ok(kind) => self.unlink(&path, kind),
                        Err(e) => Err(e),
                    };
                    level.kept |= self.note(path, done);
                }
                Some(Err(e)) => {
                    let path = level.path.clone();
                    level.kept |= self.note(path, Err(e));
                }
                None => {
                    let Some(Level { path, kept, .. }) = levels.pop() else {
                        break;
                    };
                    let kept = kept || {
                        let done = retry_writable(&path, || fs::remove_dir(&path));
                        self.removed.dirs += u64::from(done.is_ok());
                        self.note(path, done)
                    };
                    if let Some(above) = levels.last_mut() {
                        above.kept |= kept;
                    }
                }
            }
        }
        Ok(())
    }

    /// Removes a file, or a link or junction itself.
    fn unlink(&mut self, path: &Path, kind: FileType) -> io::Result<()> {
        retry_writable(path, || {
            if kind.is_symlink_dir() {
                fs::remove_dir(path)
            } else {
                fs::remove_file(path)
            }
        })?;
        self.removed.files += 1;
        self.progress.add(1, 0);
        Ok(())
    }

    /// Notes what came of removing `path`, and answers whether it stayed.
    fn note(&mut self, path: PathBuf, done: io::Result<()>) -> bool {
        match done {
            Ok(()) => false,
            Err(e) if e.kind() == io::ErrorKind::NotFound => false,
            Err(e) => {
                self.busy |= may_pass(&e);
                self.removed.keep(path, e);
                true
            }
        }
    }
}

/// Whether waiting may help: another program has it open, or it is full again.
fn may_pass(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(i32::cast_unsigned);
    matches!(code, Some(ERROR_ACCESS_DENIED | ERROR_SHARING_VIOLATION))
        || error.kind() == io::ErrorKind::DirectoryNotEmpty
}

/// Does `remove`, and once more without the read-only attribute if that is in the way.
fn retry_writable(path: &Path, remove: impl Fn() -> io::Result<()>) -> io::Result<()> {
    match remove() {
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => {
            let mut permissions = fs::symlink_metadata(path)?.permissions();
            if !permissions.readonly() {
                return Err(e);
            }
            permissions.set_readonly(false);
            fs::set_permissions(path, permissions)?;
            remove()
        }
        result => result,
    }
}

/// The path in the form that has no length limit, whatever is appended to it.
fn verbatim(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let mut parts = absolute.components();
    let Some(Component::Prefix(prefix)) = parts.next() else {
        return Ok(absolute);
    };
    let mut long = OsString::from(r"\\?\");
    match prefix.kind() {
        Prefix::Disk(_) => long.push(prefix.as_os_str()),
        Prefix::UNC(server, share) => {
            for part in [
                OsStr::new("UNC"),
                OsStr::new(r"\"),
                server,
                OsStr::new(r"\"),
                share,
            ] {
                long.push(part);
            }
        }
        _ => return Ok(absolute),
    }
    long.push(parts.as_path());
    Ok(long.into())
}
