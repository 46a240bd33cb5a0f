//! A file inside a session by its relative name: the only way from such a name to the disk. A name that
//! leads out doesn't parse, and no link is followed on the way. Knows nothing of who asks.

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

    /// Opens the regular file of this name below `root` for reading.
    ///
    /// # Errors
    /// As the system says; `NotFound` also where something else than a folder is on the way, a link
    /// included, or something else than a regular file at its end.
    pub fn open(&self, root: &Path) -> io::Result<File> {
        open(root, &self.0)
    }
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

#[cfg(unix)]
fn open(root: &Path, name: &str) -> io::Result<File> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    use rustix::io::Errno;

    let folder = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let missing = |e: Errno| match e {
        Errno::LOOP | Errno::NOTDIR | Errno::NAMETOOLONG | Errno::NXIO => {
            io::ErrorKind::NotFound.into()
        }
        e => io::Error::from(e),
    };
    let mut at = openat(CWD, root, folder, Mode::empty()).map_err(missing)?;
    let (folders, last) = match name.rsplit_once('/') {
        Some((folders, last)) => (Some(folders), last),
        None => (None, name),
    };
    for component in folders.into_iter().flat_map(|f| f.split('/')) {
        at = openat(&at, component, folder, Mode::empty()).map_err(missing)?;
    }
    let opened: File = openat(&at, last, file, Mode::empty())
        .map_err(missing)?
        .into();
    match opened.metadata()?.is_file() {
        true => Ok(opened),
        false => Err(io::ErrorKind::NotFound.into()),
    }
}

#[cfg(windows)]
fn open(root: &Path, name: &str) -> io::Result<File> {
    let mut path = root.to_owned();
    for component in name.split('/') {
        // Junctions count as links here.
        if !std::fs::symlink_metadata(&path)?.is_dir() {
            return Err(io::ErrorKind::NotFound.into());
        }
        path.push(component);
    }
    match std::fs::symlink_metadata(&path)?.is_file() {
        true => super::sys::open_regular(&path),
        false => Err(io::ErrorKind::NotFound.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[cfg(unix)]
    #[test]
    fn case_17_no_link_is_followed() {
        use std::os::unix::fs::symlink;
        let room = tempfile::tempdir().unwrap();
        let root = room.path().join("session");
        std::fs::create_dir_all(root.join("sub")).unwrap();
        std::fs::write(root.join("sub/a"), "inside").unwrap();
        std::fs::write(room.path().join("secret"), "outside").unwrap();
        symlink(room.path().join("secret"), root.join("link")).unwrap();
        symlink(room.path(), root.join("folder")).unwrap();
        symlink(&root, room.path().join("alias")).unwrap();
        let open = |root: &Path, name: &str| InsideName::parse(name).unwrap().open(root);
        assert_eq!(
            io::read_to_string(open(&root, "sub/a").unwrap()).unwrap(),
            "inside"
        );
        for name in ["link", "folder/secret", "sub", "sub/a/b", "none"] {
            let kind = open(&root, name).map(drop).unwrap_err().kind();
            assert_eq!(kind, io::ErrorKind::NotFound, "{name}");
        }
        assert!(open(&room.path().join("alias"), "sub/a").is_err());
    }
}
