//! What unpacking needs of the platform: a handle on a directory below which files are made without
//! following a link, and reading at a position. No policy in here.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{Folder, read_at};
#[cfg(windows)]
pub(super) use windows::{Folder, read_at};
