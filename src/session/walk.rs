//! What measuring and removing a tree have in common: workers that share what is left to do, lists of
//! names, and reaching a directory far below a root without ever following a link.
//! Knows neither sizes nor removal.

mod crew;
#[cfg(unix)]
mod entries;
#[cfg(unix)]
mod names;
#[cfg(unix)]
mod place;

pub(super) use crew::Crew;
#[cfg(unix)]
pub(super) use entries::{Buffer, read_entries};
#[cfg(unix)]
pub(super) use names::Names;
#[cfg(unix)]
pub(super) use place::{Access, Place, in_words, make_accessible, open_root};
#[cfg(all(test, target_os = "linux"))]
pub(super) mod testing;

/// Whether other file systems that are mounted in a tree are part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mounts {
    /// They are not, as in a session.
    Stay,
    /// They are, as in what a person wants to upload.
    Enter,
}
