//! Sessions: directories `session_YYYYMMDD_HHMMSS` below one base, and everything that holds for them.
//! The core that window, command line, API and library share; it knows none of them.

mod clock;
mod error;
pub mod failpoint;
mod id;
pub mod manifest;
mod progress;
pub mod sys;
mod usage;

pub use clock::{Clock, SystemClock, resolve};
pub use error::{Error, ErrorKind, Protection, Result};
pub use id::{InvalidId, SessionId};
pub use manifest::{Manifest, Origin, Skipped, Source, Table};
pub use progress::{Cancel, Progress, Reading};
pub use usage::Usage;
