//! Why unpacking stopped, as the parts of this module tell each other; [`Failure::into_error`] makes of it
//! what callers see. Knows no format.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::session::{Error, ErrorKind};

pub(super) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why the archive is refused, and at which entry.
#[derive(Debug)]
pub(super) struct Failure {
    entry: Option<String>,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Refused(String),
    NoSpace,
    Read(io::Error),
    Write(PathBuf, io::Error),
    Cancelled,
}

impl Failure {
    /// Refused for the reason given.
    pub fn refused(why: impl Into<String>) -> Self {
        Self::new(Cause::Refused(why.into()))
    }

    /// It needs more than the disk has to spare.
    pub fn no_space() -> Self {
        Self::new(Cause::NoSpace)
    }

    /// Reading the archive failed: its data makes no sense, or the system said no.
    pub fn read(error: io::Error) -> Self {
        Self::new(Cause::Read(error))
    }

    /// Writing to `path` failed.
    pub fn write(path: impl Into<PathBuf>, error: io::Error) -> Self {
        Self::new(Cause::Write(path.into(), error))
    }

    /// The caller cancelled.
    pub fn cancelled() -> Self {
        Self::new(Cause::Cancelled)
    }

    fn new(cause: Cause) -> Self {
        Self { entry: None, cause }
    }

    /// Names the entry, unless it is named already.
    #[must_use]
    pub fn at(mut self, entry: impl Into<String>) -> Self {
        self.entry.get_or_insert_with(|| entry.into());
        self
    }

    /// The error about `archive` that callers see.
    pub fn into_error(self, archive: &Path) -> Error {
        let name = archive.file_name().unwrap_or(archive.as_os_str());
        let name = super::name::shown(name.as_encoded_bytes());
        let tried = match self.entry {
            Some(entry) => format!("unpack “{entry}” from {name}"),
            None => format!("unpack {name}"),
        };
        match self.cause {
            Cause::Cancelled => Error::cancelled(tried),
            Cause::Refused(why) => Error::new(ErrorKind::Refused(why), tried, archive),
            Cause::NoSpace => Error::new(ErrorKind::NoSpace, tried, archive)
                .with_help("free some disk space, for instance by cleaning up old sessions"),
            Cause::Write(path, e) => Error::io(tried, path, e),
            Cause::Read(e) if e.get_ref().is_some_and(|e| e.is::<Told>()) => {
                Error::new(ErrorKind::Refused(e.to_string()), tried, archive)
            }
            Cause::Read(e) if e.raw_os_error().is_some() => Error::io(tried, archive, e),
            Cause::Read(e) if e.kind() == io::ErrorKind::UnexpectedEof => Error::new(
                ErrorKind::Refused("it is damaged or cut off: it ends too early".into()),
                tried,
                archive,
            ),
            Cause::Read(e) => Error::new(
                ErrorKind::Refused(format!("it is damaged or cut off: {e}")),
                tried,
                archive,
            ),
        }
    }
}

/// A reason on its way through code that may only speak [`io::Error`].
#[derive(Debug)]
struct Told(String);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Told {}

/// A refusal for code that may only speak [`io::Error`].
pub(super) fn told(why: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, Told(why.into()))
}
