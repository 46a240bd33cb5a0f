//! Sessions: directories `session_YYYYMMDD_HHMMSS` below one base, and everything that holds for them.
//! The core that window, command line, API and library share; it knows none of them.
//!
//! A [`Store`] stands for one base directory. Reading it changes nothing; every change is made under the
//! base lock, by renames that replace nothing, so that a crash at any step leaves each session whole or absent.

pub mod atomic;
mod base;
pub mod cleanup;
mod clock;
mod create;
mod current;
mod discard;
mod edit;
mod error;
pub mod failpoint;
mod id;
mod inside;
mod list;
mod lock;
pub mod manifest;
mod order;
mod progress;
mod remove;
mod rename;
mod retention;
mod store;
pub mod sys;
pub mod text;
mod trash;
mod tree;
pub mod usage;
mod walk;
pub mod watch;

pub use base::{BaseDir, BaseState, ROOM};
pub use cleanup::{Candidate, Doomed, Moment, Plan, Policy, Reason, Spared};
pub use clock::{Clock, SystemClock, resolve};
pub use create::{Draft, Hold, Published, Staging};
pub use discard::TrashedFile;
pub use error::{Error, ErrorKind, Protection, Result};
pub use id::{InvalidId, SessionId};
pub use inside::{InsideName, open_inside};
pub use list::{Listing, Session};
pub use manifest::{Extracted, Manifest, Origin, Script, Skipped, Source, Table};
pub use progress::{Cancel, Progress, Reading};
pub use remove::{Removed, remove_tree};
pub(crate) use rename::rename_new;
pub use retention::Cleaned;
pub use store::Store;
pub use trash::{Debris, Trashed};
pub use tree::{Entry, EntryKind, Missed, Mounts, Opener, Root, Unreachable};
pub use usage::{Measured, Usage};

/// Name of a session's SQLite database.
pub const DATABASE_NAME: &str = "project_data.db";
