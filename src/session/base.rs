//! The base directory: where it is, whether it is safe to use, and the manager's own room `.eyproject` in it.
//! Knows nothing of single sessions. Refusals name the mend.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{Error, ErrorKind, Result};
use super::{failpoint, sys};

/// Name of the manager's own room in the base directory.
pub const ROOM: &str = ".eyproject";

/// A base directory, not yet looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseDir {
    path: PathBuf,
    chosen: bool,
}

/// What a look at a usable base directory found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseState {
    /// It is there.
    Present,
    /// It isn't there yet: no sessions. Whoever changes something makes it.
    Absent,
}

impl BaseDir {
    /// The base that is used where nobody chose one; when it is ours, its mode is tightened to 0700.
    pub fn default_at(path: impl Into<PathBuf>) -> Self {
        Self::at(path.into(), false)
    }

    /// A base of the user's choice; it keeps its mode, but is refused if everyone can write to it.
    pub fn chosen(path: impl Into<PathBuf>) -> Self {
        Self::at(path.into(), true)
    }

    fn at(path: PathBuf, chosen: bool) -> Self {
        // Collecting the components drops a trailing slash, behind which a link would be followed.
        let path = std::path::absolute(&path).unwrap_or(path);
        Self {
            path: path.components().collect(),
            chosen,
        }
    }

    /// Its absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the user chose it.
    pub fn is_chosen(&self) -> bool {
        self.chosen
    }

    /// Looks whether the base can be used, without changing anything.
    ///
    /// # Errors
    /// [`ErrorKind::Base`] with the mend if it is a link, no directory, somebody else's, or (when
    /// chosen) open to everyone; [`ErrorKind::Io`] if it can't be looked at.
    pub fn check(&self) -> Result<BaseState> {
        match std::fs::symlink_metadata(&self.path) {
            Ok(metadata) => self.check_metadata(&metadata).map(|()| BaseState::Present),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(BaseState::Absent),
            Err(e) => Err(Error::io(self.tried(), &self.path, e)),
        }
    }

    fn tried(&self) -> String {
        format!("use the base directory {}", self.path.display())
    }

    fn refuse(&self, why: impl Into<String>, mend: impl Into<String>) -> Error {
        Error::new(ErrorKind::Base(why.into()), self.tried(), &self.path).with_help(mend)
    }

    fn check_metadata(&self, metadata: &Metadata) -> Result<()> {
        let shown = self.path.display();
        if metadata.file_type().is_symlink() {
            let target =
                std::fs::canonicalize(&self.path).map(|t| dunce::simplified(&t).to_owned());
            return Err(self.refuse(
                "it is a link",
                match target {
                    Ok(target) => format!("name the directory itself: --base {}", target.display()),
                    Err(_) => "name a directory itself with --base".into(),
                },
            ));
        }
        if !metadata.is_dir() {
            return Err(self.refuse(
                "it is not a directory",
                "move that file away, or name another directory with --base",
            ));
        }
        if !sys::is_ours(metadata) {
            return Err(self.refuse(
                "it belongs to another user",
                "name a directory of your own with --base or EYPROJECT_TEMP_BASE",
            ));
        }
        if self.chosen && sys::everyone_can_write(metadata) {
            let mend = if sys::is_shared(metadata) {
                format!(
                    "name a directory in it: --base {}",
                    self.path.join("EYProject").display()
                )
            } else {
                format!(
                    "take that right away with chmod o-w {shown}, or name another directory with --base"
                )
            };
            return Err(self.refuse("everyone can write to it", mend));
        }
        Ok(())
    }

    /// Makes the base and the manager's room where they are missing, and returns the room.
    ///
    /// # Errors
    /// As [`BaseDir::check`]; and if the parent is missing, the disk full, or the place read-only.
    pub(crate) fn ensure(&self) -> Result<Room> {
        failpoint::reach("base").map_err(|e| Error::io(self.tried(), &self.path, e))?;
        match make_private_dir(&self.path) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let parent = self.path.parent().unwrap_or(&self.path).display();
                return Err(self.refuse(
                    format!("its parent {parent} does not exist"),
                    "make that directory first, or name another with --base",
                ));
            }
            Err(e) => {
                let made = format!("make the base directory {}", self.path.display());
                return Err(Error::io(made, &self.path, e));
            }
        }
        let metadata = std::fs::symlink_metadata(&self.path)
            .map_err(|e| Error::io(self.tried(), &self.path, e))?;
        self.check_metadata(&metadata)?;
        if !self.chosen {
            tighten(&self.path, &metadata);
        }
        let room = Room::in_base(&self.path);
        for dir in [room.dir(), room.staging(), room.trash()] {
            ensure_own_dir(dir)?;
        }
        #[cfg(windows)]
        ensure_own_dir(room.locks())?;
        Ok(room)
    }
}

/// `<base>/.eyproject` and what stands in it.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    dir: PathBuf,
    staging: PathBuf,
    trash: PathBuf,
    #[cfg(windows)]
    locks: PathBuf,
}

impl Room {
    pub fn in_base(base: &Path) -> Self {
        let dir = base.join(ROOM);
        Self {
            staging: dir.join("staging"),
            trash: dir.join("trash"),
            #[cfg(windows)]
            locks: dir.join("locks"),
            dir,
        }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where sessions are built.
    pub fn staging(&self) -> &Path {
        &self.staging
    }

    /// Where deleted sessions wait for their removal.
    pub fn trash(&self) -> &Path {
        &self.trash
    }

    /// One lock file per session, where a directory can't be locked.
    #[cfg(windows)]
    pub fn locks(&self) -> &Path {
        &self.locks
    }

    /// Which session is current.
    pub fn current_file(&self) -> PathBuf {
        self.dir.join("current.json")
    }

    /// What every change of the set of sessions is made under.
    pub fn lock_file(&self) -> PathBuf {
        self.dir.join("base.lock")
    }
}

/// Makes a directory that only its owner can use; fails if anything is there.
pub(crate) fn make_private_dir(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        std::fs::DirBuilder::new().mode(0o700).create(path)
    }
    // The temporary directory of a user is private already here, and what is in it inherits that.
    #[cfg(not(unix))]
    std::fs::create_dir(path)
}

/// A directory of our own in the base: made if missing, refused if it is a link or a file.
fn ensure_own_dir(path: &Path) -> Result<()> {
    let tried = || format!("make {}", path.display());
    match make_private_dir(path) {
        Ok(()) => return Ok(()),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        Err(e) => return Err(Error::io(tried(), path, e)),
    }
    let metadata = std::fs::symlink_metadata(path).map_err(|e| Error::io(tried(), path, e))?;
    if metadata.is_dir() && sys::is_ours(&metadata) {
        return Ok(());
    }
    let why = ErrorKind::Base("something else stands in its place".into());
    Err(Error::new(why, tried(), path).with_help("move it away and try again"))
}

#[cfg(unix)]
fn tighten(path: &Path, metadata: &Metadata) {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o7777 != 0o700 {
        // Ours by the check before; a refusal leaves it as safe as it was.
        let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700));
    }
}

#[cfg(not(unix))]
fn tighten(_path: &Path, _metadata: &Metadata) {}
