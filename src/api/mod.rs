//! The HTTP API: what EYProject's front end and backends ask of sessions, and a page to try it.
//! Knows sessions, uploads and their JSON; no window and no command line. What may be asked, by whom and
//! how much of it is decided in `guard` and [`Limits`]; what it costs, in `snapshot` and `serve`.

mod archive;
mod body;
mod docs;
mod error;
mod files;
mod guard;
mod log;
mod make;
mod multipart;
mod patient;
mod router;
mod running;
mod schema;
mod serve;
mod server;
mod sessions;
mod snapshot;
mod token;
mod upload;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};

use crate::session::{Cleaned, Policy};
use crate::upload::ArchiveRules;

pub use log::to_stderr as log_to_stderr;
pub use router::router;
pub use running::{Running, StartError, start};
pub use serve::serve;
pub use server::Server;
pub use token::{Token, TokenError};

/// How a server serves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens; port 0 for any that is free. What isn't a loopback address needs a token.
    pub listen: SocketAddr,
    /// Web pages of other origins that may ask, such as `http://localhost:4200`.
    pub allow_origins: Vec<String>,
    /// What every caller must know, if anything.
    pub token: Option<Token>,
    /// How much of anything.
    pub limits: Limits,
    /// The rules of the cleanup that follows each new session.
    pub policy: Policy,
    /// Bytes of free disk that an upload leaves alone.
    pub disk_floor: u64,
    /// Whether an archive is stored beside what it unpacks to.
    pub keep_archives: bool,
    /// What an archive may hold.
    pub archive_rules: ArchiveRules,
    /// Who takes what an automatic cleanup moved to the trash, so that it can be taken back. Without one it
    /// is removed.
    pub keeper: Option<Keeper>,
}

/// Takes what an automatic cleanup moved to the trash; must not wait.
#[derive(Clone)]
pub struct Keeper(Arc<dyn Fn(Cleaned) + Send + Sync>);

impl Keeper {
    /// One that calls `keep`, from the server's threads.
    pub fn new(keep: impl Fn(Cleaned) + Send + Sync + 'static) -> Self {
        Self(Arc::new(keep))
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keeper")
    }
}

/// How much a server lets its callers take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of one upload's body.
    pub upload_bytes: u64,
    /// Parts of one upload.
    pub upload_parts: usize,
    /// Uploads at the same time.
    pub uploads: usize,
    /// Archives being sent at the same time.
    pub archives: usize,
    /// Connections at the same time; further ones wait to be accepted.
    pub connections: usize,
    /// How long a connection may take to send the head of a request, waiting for one included.
    pub head_time: Duration,
    /// How long a body may bring next to nothing, and a client may take nothing of an answer.
    pub stall_time: Duration,
    /// How long a stopping server lets requests finish before it rolls them back.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            upload_bytes: 20_000_000_000,
            upload_parts: 100_000,
            uploads: 8,
            archives: 4,
            connections: 512,
            head_time: Duration::from_secs(15),
            stall_time: Duration::from_secs(30),
            grace: Duration::from_secs(10),
        }
    }
}

/// What a running server tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A request was answered; a long answer may still be on its way.
    Answered {
        /// When it came.
        at: DateTime<FixedOffset>,
        /// `GET`.
        method: String,
        /// The path as it was sent, without the query.
        path: String,
        /// The status of the answer.
        status: u16,
        /// How long it took.
        took: Duration,
    },
    /// The server made or deleted sessions.
    SessionsChanged,
    /// It has stopped; with the reason if nobody asked it to.
    Ended(Option<String>),
}
