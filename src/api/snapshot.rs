//! What is known of the sessions between two questions: their sizes, and the last answer as it was sent.
//! Kept true by the watcher, by our own changes, and by looking at the base directory's own time.
//!
//! A size is believed while nothing changed in its session, once the session is surely watched, and for
//! [`AT_MOST`]; until then, and where the system can't watch, for [`BRIEFLY`]. One walk serves all who wait for it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use axum::body::Bytes;

use super::Server;
use super::error::Failure;
use crate::json::InfoJson;
use crate::session::watch::{Change, Watcher};
use crate::session::{Cancel, Listing, ROOM, SessionId, Store, Usage};

/// How long something is believed that no event may tell of: a lock let go, a folder not watched yet.
const BRIEFLY: Duration = Duration::from_secs(1);

/// How long a size is believed though nothing was told: a system that is told too much at once forgets some.
const AT_MOST: Duration = Duration::from_secs(15);

/// How long after it was first seen a session is surely watched.
const SETTLED: Duration = Duration::from_secs(3);

/// What is known of the sessions.
pub struct Snapshot {
    known: Arc<Mutex<Known>>,
    /// Who has it walks; the others wait for what comes of it.
    turn: tokio::sync::Mutex<()>,
    /// Begun by the first answer: the walk for that one has the processors to itself, and who is asked
    /// nothing watches nothing.
    watcher: OnceLock<Option<Watcher>>,
}

#[derive(Default)]
struct Known {
    sessions: HashMap<SessionId, OfSession>,
    answer: Option<Answer>,
    /// Moves on with every change that somebody told of.
    changes: u64,
    watching: bool,
    fell_back: bool,
    /// Sessions measured so far.
    measured: u64,
}

struct OfSession {
    first_seen: Instant,
    /// Moves on with every change in it.
    changes: u64,
    size: Option<Size>,
}

#[derive(Clone, Copy)]
struct Size {
    usage: Usage,
    at: Instant,
    /// Whether a change would have been told.
    watched: bool,
}

struct Answer {
    body: Bytes,
    begun: Instant,
    changes: u64,
    stamp: Stamp,
}

/// The times of the base and of the manager's room: they move when a session comes or goes, whoever makes
/// it, and when another is made current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp([Option<SystemTime>; 2]);

impl Stamp {
    fn of(base: &Path) -> Self {
        let time = |path: &Path| {
            std::fs::symlink_metadata(path)
                .and_then(|m| m.modified())
                .ok()
        };
        Self([time(base), time(&base.join(ROOM))])
    }
}

impl Snapshot {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self {
            known: Arc::default(),
            turn: tokio::sync::Mutex::new(()),
            watcher: OnceLock::new(),
        }
    }

    /// Begins to watch the base of `store`, if nobody does.
    fn watch(&self, store: &Store) {
        self.watcher.get_or_init(|| {
            let told = self.known.clone();
            Watcher::start(store, move |change| locked(&told).note(&change))
                .inspect_err(|e| tracing::warn!("changes are not watched: {e}"))
                .ok()
        });
    }

    /// We changed something: no answer from before may be given again.
    pub fn changed(&self) {
        locked(&self.known).changes += 1;
    }

    /// The answer to `GET /session/info`; with `exact`, from a walk that began after it was asked for.
    pub async fn info(&self, server: &Server, exact: bool) -> Result<Bytes, Failure> {
        let asked = Instant::now();
        if !exact && let Some(body) = self.fresh(server.store.base()) {
            return Ok(body);
        }
        let _turn = self.turn.lock().await;
        // Somebody may have walked while we waited.
        if let Some(body) = self.since(asked) {
            return Ok(body);
        }
        let walk =
            move |server: &Server| server.snapshot.walk(&server.store, exact, &server.cancel);
        server.blocking("list the sessions", walk).await?
    }

    fn fresh(&self, base: &Path) -> Option<Bytes> {
        let known = locked(&self.known);
        let answer = known.answer.as_ref()?;
        let holds = answer.changes == known.changes
            && answer.begun.elapsed() < BRIEFLY
            && answer.stamp == Stamp::of(base);
        holds.then(|| answer.body.clone())
    }

    fn since(&self, asked: Instant) -> Option<Bytes> {
        let known = locked(&self.known);
        let answer = known.answer.as_ref()?;
        (answer.begun >= asked && answer.changes == known.changes).then(|| answer.body.clone())
    }

    fn walk(&self, store: &Store, exact: bool, cancel: &Cancel) -> Result<Bytes, Failure> {
        let begun = Instant::now();
        let changes = locked(&self.known).changes;
        let stamp = Stamp::of(store.base());
        let listing = store.list()?;
        let usages = self.sizes(store, &listing, exact, cancel)?;
        self.watch(store);
        let body = serde_json::to_vec(&InfoJson::new(store, &listing, &usages))
            .map_err(|_| Failure::broken("write the list"))?;
        let body = Bytes::from(body);
        let mut known = locked(&self.known);
        known
            .sessions
            .retain(|id, _| listing.get(*id).is_some() || usages.contains_key(id));
        known.answer = Some(Answer {
            body: body.clone(),
            begun,
            changes,
            stamp,
        });
        Ok(body)
    }

    /// The sizes of `listing`; measures those that aren't known, or all of them.
    fn sizes(
        &self,
        store: &Store,
        listing: &Listing,
        exact: bool,
        cancel: &Cancel,
    ) -> crate::session::Result<HashMap<SessionId, Usage>> {
        let mut usages = HashMap::with_capacity(listing.sessions.len());
        let mut unknown = Listing::default();
        let mut before = HashMap::new();
        let begun = Instant::now();
        let watching = {
            let mut known = locked(&self.known);
            for session in &listing.sessions {
                let of = known.sessions.entry(session.id).or_insert(OfSession {
                    first_seen: begun,
                    changes: 0,
                    size: None,
                });
                match of.size.filter(|size| !exact && size.holds()) {
                    Some(size) => {
                        usages.insert(session.id, size.usage);
                    }
                    None => {
                        before.insert(session.id, of.changes);
                        unknown.sessions.push(session.clone());
                    }
                }
            }
            known.watching && !known.fell_back
        };
        if unknown.sessions.is_empty() {
            return Ok(usages);
        }
        let measured = store.measure(&unknown, cancel)?;
        let mut known = locked(&self.known);
        known.measured += unknown.sessions.len() as u64;
        for (id, usage) in measured {
            usages.insert(id, usage);
            let Some(of) = known.sessions.get_mut(&id) else {
                continue;
            };
            // What changed while it was measured is measured again next time.
            if before.get(&id) == Some(&of.changes) {
                of.size = Some(Size {
                    usage,
                    at: begun,
                    watched: watching && begun.duration_since(of.first_seen) >= SETTLED,
                });
            }
        }
        Ok(usages)
    }
}

impl Size {
    fn holds(&self) -> bool {
        self.at.elapsed() < if self.watched { AT_MOST } else { BRIEFLY }
    }
}

impl Known {
    fn note(&mut self, change: &Change) {
        match change {
            Change::Set => self.watching = true,
            Change::Content(ids) => {
                for id in ids {
                    if let Some(of) = self.sessions.get_mut(id) {
                        of.changes += 1;
                        of.size = None;
                    }
                }
            }
            Change::Fallback(why) => {
                tracing::warn!("{why}");
                self.fell_back = true;
                // What was believed because it was watched no longer is.
                self.sessions.values_mut().for_each(|of| of.size = None);
            }
            Change::Raise => return,
        }
        self.changes += 1;
    }
}

fn locked(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(|e| e.into_inner())
}
