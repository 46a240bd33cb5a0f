//! The HTTP server as the window knows it: what it is asked for, what it tells, and how it is stopped. Knows
//! no HTTP: `program` hands in a [`Starter`].

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};

use crate::session::{Cleaned, Policy, Store};
use crate::upload::ArchiveRules;

/// What a server is asked for.
#[derive(Debug)]
pub struct Wish {
    /// The sessions to serve.
    pub store: Store,
    /// How.
    pub terms: Terms,
}

/// How a server serves.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Web pages of other origins that may ask.
    pub allow_origins: Vec<String>,
    /// The rules of the cleanup after each new session.
    pub policy: Policy,
    /// Bytes of free disk that an upload leaves alone.
    pub disk_floor: u64,
    /// Whether an archive is stored beside what it unpacks to.
    pub keep_archives: bool,
    /// What an archive may hold.
    pub archive_rules: ArchiveRules,
}

/// A request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// When it came.
    pub at: DateTime<FixedOffset>,
    /// `GET`.
    pub method: String,
    /// The path as it was sent.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// How long it took.
    pub took: Duration,
}

/// What a server tells, from threads of its own.
#[derive(Debug)]
pub enum Told {
    /// It has answered.
    Answered(Request),
    /// It has made or deleted sessions.
    SessionsChanged,
    /// What the cleanup after a new session moved to the trash.
    CleanedUp(Cleaned),
    /// It has ended; with the reason if nobody asked it to.
    Ended(Option<String>),
}

/// Takes what a server tells; must not wait.
pub type Listener = Arc<dyn Fn(Told) + Send + Sync>;

/// A server that serves. Dropped, it is stopped and waited for.
pub trait Serving: Send {
    /// Where it listens, with the port that it got.
    fn address(&self) -> SocketAddr;

    /// Lets requests finish or rolls them back, within bounds, and returns when it has ended.
    fn stop(self: Box<Self>);
}

type Start = dyn Fn(Wish, Listener) -> Result<Box<dyn Serving>, String> + Send + Sync;

/// Starts servers; waits for disk and network, so that it is called by a job.
#[derive(Clone)]
pub struct Starter(Arc<Start>);

impl Starter {
    /// A starter that does it by `start`, whose error says why and what helps.
    pub fn new(
        start: impl Fn(Wish, Listener) -> Result<Box<dyn Serving>, String> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(start))
    }

    /// Starts a server.
    ///
    /// # Errors
    /// Why there is none, and what helps.
    pub fn start(&self, wish: Wish, listener: Listener) -> Result<Box<dyn Serving>, String> {
        (self.0)(wish, listener)
    }
}

impl fmt::Debug for Starter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Starter")
    }
}
