//! A file inside a session by its relative name: the only way from such a name to the disk. A name that
//! leads out doesn't parse, and neither the file nor any folder above it may be a link, whoever swaps one
//! in. Reads; knows nothing of what for.

use std::fs::File;
use std::io;
use std::path::Path;

/// The relative name of a file: components joined by `/`, none of which means another place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsideName(Box<str>);

impl InsideName {
    /// Parses a name; `None` if it is empty or absolute, or has a component that is empty, `.` or `..`, or
    /// that this platform reads as something else than a plain name.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |c: &str| !matches!(c, "" | "." | "..") && !c.contains('\0');
        let fits = |c: &str| {
            // Drives, streams, other separators, and what Windows cuts off a name or opens a device for.
            let odd = |c: char| c.is_control() || "\\:*?\"<>|".contains(c);
            !cfg!(windows) || !(c.contains(odd) || c.ends_with(['.', ' ']) || is_device(c))
        };
        let all = text.split('/').all(|c| plain(c) && fits(c));
        all.then(|| Self(text.into()))
    }

    /// The name with `/` between its components.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its last component.
    pub fn last(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Opens the regular file of this name in the session in `dir` for reading.
    ///
    /// # Errors
    /// As the system says; `InvalidInput` if a link stands on the way or it is no regular file.
    pub fn open(&self, dir: &Path) -> io::Result<File> {
        platform::open(dir, self.parts())
    }

    /// What is known of it, without opening it.
    ///
    /// # Errors
    /// As [`Self::open`], but that it need not be readable.
    pub(crate) fn look(&self, dir: &Path) -> io::Result<Found> {
        platform::look(dir, self.parts())
    }

    /// Its components, each of which is one step down.
    fn parts(&self) -> std::str::Split<'_, char> {
        self.0.split('/')
    }
}

/// Opens the regular file `relative`, with `/`, of the session in `dir` for reading.
///
/// # Errors
/// As [`InsideName::open`]; `InvalidInput` also if the name leads anywhere but down.
pub fn open_inside(dir: &Path, relative: &str) -> io::Result<File> {
    parsed(relative)?.open(dir)
}

/// What is known of the regular file `relative` of the session in `dir`, without opening it.
///
/// # Errors
/// As [`open_inside`], but that it need not be readable.
pub(crate) fn look_inside(dir: &Path, relative: &str) -> io::Result<Found> {
    parsed(relative)?.look(dir)
}

fn parsed(relative: &str) -> io::Result<InsideName> {
    InsideName::parse(relative).ok_or_else(leads_elsewhere)
}

fn leads_elsewhere() -> io::Error {
    let why = "the name does not stay in the session";
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

/// Whether Windows opens a device under this name, whatever its extension.
fn is_device(component: &str) -> bool {
    let base = component.split('.').next().unwrap_or(component);
    let base = base.trim_end_matches(' ').to_uppercase();
    let numbered = |name: &str| {
        base.strip_prefix(name)
            .is_some_and(|port| port.chars().count() == 1)
    };
    matches!(&*base, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT")
}

/// A regular file in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// What tells it from others, where the system knows.
    pub identity: Option<super::sys::FileIdentity>,
}

fn is_a_link() -> io::Error {
    let why = "a link stands in its way, and links are not followed";
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

fn is_not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")
}

#[cfg(unix)]
mod platform {
    use std::ffi::CString;
    use std::os::fd::{AsFd, OwnedFd};
    use std::str::Split;

    use rustix::fs::{AtFlags, FileType, Mode, OFlags, openat, statat};
    use rustix::io::Errno;

    use super::super::walk::{self, Access, Place};
    use super::{File, Found, Path, io, is_a_link, is_not_regular};
    use crate::session::sys::FileIdentity;

    pub fn open(dir: &Path, names: Split<'_, char>) -> io::Result<File> {
        let (above, name) = above(dir, names)?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(openat(above, name, flags, Mode::empty()).map_err(in_words)?);
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(is_not_regular())
        }
    }

    pub fn look(dir: &Path, names: Split<'_, char>) -> io::Result<Found> {
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
            _ => Err(is_not_regular()),
        }
    }

    /// The folder that the last name is in, open.
    fn above(dir: &Path, names: Split<'_, char>) -> io::Result<(OwnedFd, CString)> {
        let root = walk::open_root(dir).map_err(in_words)?;
        let mut names = names.map(CString::new);
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
            // A socket, or a device that is not there.
            Errno::NXIO => is_not_regular(),
            // No file has such a name.
            Errno::NAMETOOLONG => io::ErrorKind::NotFound.into(),
            e => walk::in_words(e),
        }
    }
}

#[cfg(windows)]
mod platform {
    use std::path::PathBuf;
    use std::str::Split;

    use super::{File, Found, Path, io, is_a_link, is_not_regular};
    use crate::session::sys;

    pub fn open(dir: &Path, names: Split<'_, char>) -> io::Result<File> {
        sys::open_regular(&checked(dir, names)?)
    }

    pub fn look(dir: &Path, names: Split<'_, char>) -> io::Result<Found> {
        let path = checked(dir, names)?;
        let metadata = std::fs::symlink_metadata(path)?;
        if metadata.file_type().is_symlink() {
            return Err(is_a_link());
        }
        if !metadata.is_file() {
            return Err(is_not_regular());
        }
        Ok(Found {
            identity: sys::identity(&metadata),
        })
    }

    /// The path of it, once every folder above it was seen to be one.
    fn checked(dir: &Path, names: Split<'_, char>) -> io::Result<PathBuf> {
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
    fn names_that_lead_out_are_none() {
        for good in ["a", "a/b.csv", "日本語/😀", ".hidden", "a..b", "..."] {
            assert!(cfg!(windows) || InsideName::parse(good).is_some(), "{good}");
        }
        for bad in [
            "", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a\0b",
        ] {
            assert_eq!(InsideName::parse(bad), None, "{bad:?}");
        }
        for bad in [
            "CON", "con.txt", "a\\..\\b", "C:", "a:b", "a.", "a ", "COM1.x",
        ] {
            assert!(!cfg!(windows) || InsideName::parse(bad).is_none(), "{bad}");
        }
        assert!(is_device("nul.tar.gz") && is_device("LPT9") && !is_device("COM10"));
    }

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
        symlink(dir.path(), outside.path().join("alias")).unwrap();
        assert!(open_inside(&outside.path().join("alias"), "file").is_err());
        for name in ["file", "folder/secret"] {
            assert!(open_inside(dir.path(), name).is_err(), "{name}");
            assert!(look_inside(dir.path(), name).is_err(), "{name}");
        }
        let said = open_inside(dir.path(), "file").unwrap_err().to_string();
        assert!(said.contains("links are not followed"), "{said}");
    }
}
