//! The HTTP server beside the window: started and stopped on a thread of its own. What it answers is kept
//! here until the window looks, so that many requests cost no frames that nobody sees.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::action::{Report, ServerEffect, ServerReport};
use super::super::model::problem::Problem;
use super::super::model::server::{REMEMBERED, Run};
use super::super::model::toast::BatchId;
use super::super::server::{Listener, Request, Serving, Starter, Told, Wish};
use super::changes::{self, Undos};
use super::outbox::Outbox;
use super::worker::Worker;
use crate::session::{Cleaned, Store};

/// Starts and stops a server.
pub struct Switch {
    starter: Option<Starter>,
    answered: Arc<Mutex<Answered>>,
    // Joined before what it started is stopped.
    worker: Worker,
    running: Arc<Mutex<Option<Box<dyn Serving>>>>,
    /// The number of its next cleanup.
    next: Arc<AtomicU64>,
}

/// The first number of a cleanup that the window didn't ask for; it counts its own from 0.
const FIRST_BATCH: BatchId = 1 << 63;

/// What was answered since the window looked.
#[derive(Default)]
struct Answered {
    requests: VecDeque<Request>,
    /// Whether a person looks.
    watched: bool,
    /// Whether the window knows that there is more.
    told: bool,
}

impl Answered {
    /// Whether the window is to be told.
    fn news(&mut self) -> bool {
        let news = self.watched && !self.told && !self.requests.is_empty();
        self.told |= news;
        news
    }
}

impl Switch {
    /// A switch for servers that `starter` starts, if this program has any.
    pub fn new(starter: Option<Starter>) -> Self {
        Self {
            starter,
            answered: Arc::default(),
            worker: Worker::new("api-switch"),
            running: Arc::default(),
            next: Arc::new(AtomicU64::new(FIRST_BATCH)),
        }
    }

    /// Carries out what is to be done with the server.
    pub fn run(&mut self, effect: ServerEffect, store: Store, undos: Undos, outbox: Outbox) {
        match effect {
            ServerEffect::Start { run, terms } => {
                let Some(starter) = self.starter.clone() else {
                    let why = "this program was built without its server".to_owned();
                    return outbox.report(Report::Server(ServerReport::Failed(run, why)));
                };
                let running = self.running.clone();
                let (next, reports) = (self.next.clone(), outbox.clone());
                let keep = move |cleaned: Cleaned| {
                    for (_, error) in &cleaned.skipped {
                        reports.report(Report::Failed(error.into()));
                    }
                    let batch = next.fetch_add(1, Ordering::Relaxed);
                    let ids = changes::keep(&undos, batch, cleaned);
                    reports.report(Report::CleanedUp(batch, ids));
                };
                let listener = listener(run, self.answered.clone(), keep, outbox.clone());
                self.worker.run(move || {
                    stop(&running);
                    let started = starter.start(Wish { store, terms }, listener);
                    outbox.report(Report::Server(match started {
                        Ok(server) => {
                            let address = server.address();
                            *lock(&running) = Some(server);
                            ServerReport::Started(run, address)
                        }
                        Err(why) => ServerReport::Failed(run, why),
                    }));
                });
            }
            ServerEffect::Stop => {
                let running = self.running.clone();
                self.worker.run(move || {
                    stop(&running);
                    outbox.report(Report::Server(ServerReport::Stopped));
                });
            }
            ServerEffect::Watch(on) => {
                let mut answered = lock(&self.answered);
                answered.watched = on;
                if answered.news() {
                    drop(answered);
                    outbox.report(Report::Server(ServerReport::MoreAnswered));
                }
            }
            ServerEffect::Collect => {
                let mut answered = lock(&self.answered);
                answered.told = false;
                let requests = answered.requests.drain(..).collect();
                drop(answered);
                outbox.report(Report::Server(ServerReport::Answered(requests)));
            }
            ServerEffect::Browse(url) => self.worker.run(move || {
                if let Err(e) = opener::open_browser(&url) {
                    let why = format!("{e}; go to {url} by hand");
                    outbox.report(Report::Failed(Problem::new(
                        "Could not open a browser",
                        why,
                    )));
                }
            }),
        }
    }
}

fn stop(running: &Mutex<Option<Box<dyn Serving>>>) {
    // Nobody waits for the lock: one thread does all of this.
    let server = lock(running).take();
    if let Some(server) = server {
        server.stop();
    }
}

fn listener(
    run: Run,
    answered: Arc<Mutex<Answered>>,
    keep: impl Fn(Cleaned) + Send + Sync + 'static,
    outbox: Outbox,
) -> Listener {
    Arc::new(move |told| match told {
        Told::Answered(request) => {
            let mut answered = lock(&answered);
            if answered.requests.len() == REMEMBERED {
                answered.requests.pop_front();
            }
            answered.requests.push_back(request);
            if answered.news() {
                drop(answered);
                outbox.report(Report::Server(ServerReport::MoreAnswered));
            }
        }
        Told::CleanedUp(cleaned) => keep(cleaned),
        Told::SessionsChanged => outbox.report(Report::SetChanged),
        Told::Ended(Some(why)) => outbox.report(Report::Server(ServerReport::Failed(run, why))),
        // We asked it to, and say so ourselves.
        Told::Ended(None) => {}
    })
}

/// What a thread left that panicked is whole: it is replaced in one step.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
