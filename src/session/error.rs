//! What went wrong with a session: what was tried, on which path, why it failed and what helps.
//! Knows nothing of how a person is told: the command line, the window and the API each print it once.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::id::{InvalidId, SessionId};

/// The result of everything in this module.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error about a session or the base directory.
///
/// `Display` says what was tried, on which path, why it failed and what helps, but not the
/// cause, which [`std::error::Error::source`] gives; [`Error::full`] is both in one line.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    tried: String,
    path: PathBuf,
    help: Option<String>,
    source: Option<io::Error>,
}

/// The kinds of [`Error`] that callers tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not a session id.
    InvalidId,
    /// There is no such session.
    NotFound,
    /// The session is protected; nothing was changed.
    Protected(Protection),
    /// The base directory can't be used as it is; the text says why.
    Base(String),
    /// Too little disk space, or none left.
    NoSpace,
    /// The caller cancelled.
    Cancelled,
    /// Refused for the reason given; nothing was changed.
    Refused(String),
    /// The operating system said no; see the source.
    Io,
}

/// Why nothing may delete a session. At least one field is true in an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Protection {
    /// It is the current session.
    pub current: bool,
    /// A process holds its lock: a script runs in it, or something is being written to it.
    pub in_use: bool,
    /// Its manifest pins it.
    pub pinned: bool,
}

impl Protection {
    /// Whether anything protects the session.
    pub fn any(self) -> bool {
        self.current || self.in_use || self.pinned
    }

    /// The reasons in words, in a fixed order.
    pub fn reasons(self) -> impl Iterator<Item = &'static str> {
        [
            (self.current, "it is the current session"),
            (self.in_use, "it is in use"),
            (self.pinned, "it is pinned"),
        ]
        .into_iter()
        .filter_map(|(yes, text)| yes.then_some(text))
    }

    /// What lifts the protection.
    pub fn help(self) -> String {
        [
            (self.current, "make another session current"),
            (self.in_use, "end the program that uses it"),
            (self.pinned, "unpin it"),
        ]
        .into_iter()
        .filter_map(|(yes, text)| yes.then_some(text))
        .collect::<Vec<_>>()
        .join(", ")
    }
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons: Vec<_> = self.reasons().collect();
        f.write_str(&reasons.join(" and "))
    }
}

impl Error {
    /// An error of `kind`: `tried` completes "could not …", and names the path where that helps.
    pub fn new(kind: ErrorKind, tried: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self(Box::new(Inner {
            kind,
            tried: tried.into(),
            path: path.into(),
            help: None,
            source: None,
        }))
    }

    /// An I/O error met while trying `tried` on `path`. A full disk becomes [`ErrorKind::NoSpace`].
    pub fn io(tried: impl Into<String>, path: impl Into<PathBuf>, source: io::Error) -> Self {
        let (kind, help) = match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (
                ErrorKind::NoSpace,
                Some("free some disk space, for instance by cleaning up old sessions"),
            ),
            io::ErrorKind::PermissionDenied => (
                ErrorKind::Io,
                Some("check who owns it and what its permissions allow"),
            ),
            io::ErrorKind::ReadOnlyFilesystem => (
                ErrorKind::Io,
                Some("choose a base directory on a writable file system with --base"),
            ),
            _ => (ErrorKind::Io, None),
        };
        let mut error = Self::new(kind, tried, path);
        error.0.help = help.map(Into::into);
        error.0.source = Some(source);
        error
    }

    pub(crate) fn not_found(tried: impl Into<String>, id: SessionId, base: &Path) -> Self {
        Self::new(ErrorKind::NotFound, tried, base.join(id.to_string()))
    }

    pub(crate) fn protected(tried: impl Into<String>, path: PathBuf, why: Protection) -> Self {
        Self::new(ErrorKind::Protected(why), tried, path).with_help(why.help())
    }

    /// The caller cancelled while `tried` was under way.
    pub fn cancelled(tried: impl Into<String>) -> Self {
        Self::new(ErrorKind::Cancelled, tried, PathBuf::new())
    }

    /// Adds what the person can do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Leaves the path out, where it says nothing to whoever reads it.
    #[must_use]
    pub fn without_path(mut self) -> Self {
        self.0.path = PathBuf::new();
        self
    }

    /// What kind of error this is.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// What was tried, completing "could not …".
    pub fn tried(&self) -> &str {
        &self.0.tried
    }

    /// The path it was tried on; empty where there is none.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// What helps, if anything is known to.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// Why it failed, in words, without the cause from the operating system.
    pub fn reason(&self) -> String {
        match &self.0.kind {
            ErrorKind::InvalidId => InvalidId.to_string(),
            ErrorKind::NotFound => "there is no such session".into(),
            ErrorKind::Protected(why) => why.to_string(),
            ErrorKind::Base(why) | ErrorKind::Refused(why) => why.clone(),
            ErrorKind::NoSpace => "there is not enough disk space".into(),
            ErrorKind::Cancelled => "it was cancelled".into(),
            ErrorKind::Io => "the operating system refused".into(),
        }
    }

    /// Why it failed, the cause from the operating system included.
    pub fn why(&self) -> String {
        match (&self.0.kind, &self.0.source) {
            (ErrorKind::Io, Some(cause)) => cause.to_string(),
            (_, Some(cause)) => format!("{} ({cause})", self.reason()),
            (_, None) => self.reason(),
        }
    }

    /// The whole error in one line: what was tried, where, why, the cause, and what helps.
    pub fn full(&self) -> String {
        let i = &self.0;
        let mut text = format!("could not {}", i.tried);
        if !i.path.as_os_str().is_empty() && !i.tried.contains(&*i.path.to_string_lossy()) {
            text += &format!(" ({})", i.path.display());
        }
        text += ": ";
        text += &self.why();
        if let Some(help) = &i.help {
            text += &format!("; {help}");
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let i = &self.0;
        write!(f, "could not {}", i.tried)?;
        if !i.path.as_os_str().is_empty() && !i.tried.contains(&*i.path.to_string_lossy()) {
            write!(f, " ({})", i.path.display())?;
        }
        write!(f, ": {}", self.reason())?;
        match &i.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|e| e as _)
    }
}
