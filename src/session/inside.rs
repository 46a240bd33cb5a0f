//! Reaching a file in a session by its name, so that nothing leads out of the session: neither the file
//! nor any folder above it may be a link, whoever swaps one in. Reads; knows nothing of what for.

use std::fs::File;
use std::io;
use std::path::Path;

/// Opens the regular file `relative`, with `/`, of the session in `dir` for reading.
///
/// # Errors
/// If the name leads anywhere but down, if a link stands on the way, or it is no regular file that we
/// may read.
pub fn open_inside(dir: &Path, relative: &str) -> io::Result<File> {
    let names = names(relative)?;
    platform::open(dir, &names)
}

/// What is known of the regular file `relative` of the session in `dir`, without opening it.
///
/// # Errors
/// As [`open_inside`], but that it need not be readable.
pub(crate) fn look_inside(dir: &Path, relative: &str) -> io::Result<Found> {
    let names = names(relative)?;
    platform::look(dir, &names)
}

/// A regular file in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// What tells it from others, where the system knows.
    pub identity: Option<super::sys::FileIdentity>,
}

/// The parts of a name, each of which is one step down.
fn names(relative: &str) -> io::Result<Vec<&str>> {
    let names: Vec<_> = relative.split('/').collect();
    let stays = |name: &&str| {
        let plain = !matches!(*name, "" | "." | "..") && !name.contains('\0');
        plain && !(cfg!(windows) && name.contains(['\\', ':']))
    };
    if names.iter().all(stays) {
        Ok(names)
    } else {
        let why = "the name does not stay in the session";
        Err(io::Error::new(io::ErrorKind::InvalidInput, why))
    }
}

fn is_a_link() -> io::Error {
    io::Error::other("a link stands in its way, and links are not followed")
}

#[cfg(unix)]
mod platform {
    use std::ffi::CString;
    use std::os::fd::{AsFd, OwnedFd};

    use rustix::fs::{AtFlags, FileType, Mode, OFlags, openat, statat};
    use rustix::io::Errno;

    use super::super::walk::{self, Access, Place};
    use super::{File, Found, Path, io, is_a_link};
    use crate::session::sys::FileIdentity;

    pub fn open(dir: &Path, names: &[&str]) -> io::Result<File> {
        let (above, name) = above(dir, names)?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(openat(above, name, flags, Mode::empty()).map_err(in_words)?);
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(io::Error::other("it is not a regular file"))
        }
    }

    pub fn look(dir: &Path, names: &[&str]) -> io::Result<Found> {
        let (above, name) = above(dir, names)?;
        let stat = statat(above, name, AtFlags::SYMLINK_NOFOLLOW).map_err(in_words)?;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => {
                let (device, file) = (stat.st_dev as u64, stat.st_ino as u64);
                Ok(Found {
                    identity: Some(FileIdentity { device, file }),
                })
            }
            FileType::Symlink => Err(is_a_link()),
            _ => Err(io::Error::other("it is not a regular file")),
        }
    }

    /// The folder that the last name is in, open.
    fn above(dir: &Path, names: &[&str]) -> io::Result<(OwnedFd, CString)> {
        let root = walk::open_root(dir).map_err(in_words)?;
        let mut names = names.iter().map(|name| CString::new(*name));
        let last = names.next_back().ok_or(io::ErrorKind::InvalidInput)??;
        let mut place = Place::root(());
        for name in names {
            place = place.below(name?, ());
        }
        let above = place.open(root.as_fd(), Access::Reach);
        Ok((above.map_err(in_words)?, last))
    }

    fn in_words(error: Errno) -> io::Error {
        match error {
            Errno::LOOP => is_a_link(),
            e => walk::in_words(e),
        }
    }
}

#[cfg(windows)]
mod platform {
    use std::path::PathBuf;

    use super::{File, Found, Path, io, is_a_link};
    use crate::session::sys;

    pub fn open(dir: &Path, names: &[&str]) -> io::Result<File> {
        sys::open_regular(&checked(dir, names)?)
    }

    pub fn look(dir: &Path, names: &[&str]) -> io::Result<Found> {
        let path = checked(dir, names)?;
        let metadata = std::fs::symlink_metadata(path)?;
        if metadata.file_type().is_symlink() {
            return Err(is_a_link());
        }
        if !metadata.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        Ok(Found {
            identity: sys::identity(&metadata),
        })
    }

    /// The path of it, once every folder above it was seen to be one.
    fn checked(dir: &Path, names: &[&str]) -> io::Result<PathBuf> {
        let mut path = dir.to_owned();
        for name in names {
            let metadata = std::fs::symlink_metadata(&path)?;
            if metadata.file_type().is_symlink() {
                return Err(is_a_link());
            }
            if !metadata.is_dir() {
                return Err(io::ErrorKind::NotADirectory.into());
            }
            path.push(name);
        }
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn files_are_reached_by_names_that_lead_down() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("a/b")).unwrap();
        std::fs::write(dir.path().join("a/b/c.txt"), "text").unwrap();
        let mut text = String::new();
        let mut file = open_inside(dir.path(), "a/b/c.txt").unwrap();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "text");
        assert!(look_inside(dir.path(), "a/b/c.txt").is_ok());
        for name in [
            "",
            "a",
            "a/b",
            "a/../a/b/c.txt",
            "/a",
            "a//b",
            "a/b/c.txt/",
            "none",
            "a\0",
        ] {
            assert!(open_inside(dir.path(), name).is_err(), "{name:?}");
            assert!(look_inside(dir.path(), name).is_err(), "{name:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn case_17_no_link_leads_out_of_a_session() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "x").unwrap();
        let dir = tempfile::tempdir().unwrap();
        symlink(outside.path().join("secret"), dir.path().join("file")).unwrap();
        symlink(outside.path(), dir.path().join("folder")).unwrap();
        for name in ["file", "folder/secret"] {
            assert!(open_inside(dir.path(), name).is_err(), "{name}");
            assert!(look_inside(dir.path(), name).is_err(), "{name}");
        }
        let said = open_inside(dir.path(), "file").unwrap_err().to_string();
        assert!(said.contains("links are not followed"), "{said}");
    }
}
