//! The few things that the standard library can't say portably: rename without replacing, opening
//! without following a link, free space, identity and birth time of a file. No policy in here.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::*;
#[cfg(windows)]
pub use windows::*;

use std::time::SystemTime;

/// What tells one file or directory from another on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileIdentity {
    /// The file system.
    pub device: u64,
    /// The file on it.
    pub file: u64,
}

/// When the directory or file was born, where the file system knows.
pub fn born(metadata: &std::fs::Metadata) -> Option<SystemTime> {
    metadata.created().ok()
}

/// Whether two renames on this file system can't be told to keep their hands off what exists.
pub(crate) fn unsupported(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{InvalidInput, Unsupported};
    matches!(error.kind(), Unsupported | InvalidInput)
}
