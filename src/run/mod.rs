//! Scripts of a session, run in it: by what, with which environment, under whose eyes, and what came of it.
//! Knows no window and no command line.
//!
//! Three processes of this program stand around a script. The *supervisor* ([`supervise`]) holds the session's lock
//! and the run's own, carries the output into the log, takes requests to stop and keeps the time limit. Its child,
//! the *leash* ([`leash`]), is the parent of all that the script starts: it ends what a script leaves behind, and
//! everything if the supervisor dies. On Windows a job object does the same, and the leash holds it. Whoever asked
//! for the run, the window or the command line, may go: the run goes on.

mod changes;
pub mod environment;
mod interpreter;
pub mod leash;
pub mod log;
mod logs;
mod notes;
mod record;
mod script;
pub mod sql;
mod start;
mod streams;
mod supervise;
mod sys;

pub use changes::{Changes, FileChange, TableChange};
pub use record::{End, Files, LOGS, Record, Run, State, Used, Why, run, runs};
pub use script::{Candidates, Kind, ScriptPath, candidates};
pub use start::{Begun, Started, detach, start, stop};
pub use supervise::{Attached, Prepared, Request, prepare};

use std::time::Duration;

/// How long a run may take unless a person says otherwise.
pub const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(300);

/// The hidden command by which this program starts itself as supervisor, leash, or for SQL.
pub const COMMAND: &str = "run-supervisor";
