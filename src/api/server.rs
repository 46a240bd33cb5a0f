//! What all requests share: the store, the options, what is known of the sessions, and who may still begin.
//! Knows no route.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::error::Failure;
use super::snapshot::Snapshot;
use super::{Event, Keeper, Options};
use crate::session::{Cancel, Cleaned, ErrorKind, Progress, Store, Trashed};

/// What all requests of one server share. Cheap to clone.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

/// See [`Server`].
pub struct Shared {
    pub(super) store: Store,
    pub(super) options: Options,
    /// Where it listens, with the port that it got.
    pub(super) address: SocketAddr,
    pub(super) snapshot: Snapshot,
    /// Uploads that may still begin.
    pub(super) uploads: Arc<Semaphore>,
    /// Archives that may still begin.
    pub(super) archives: Arc<Semaphore>,
    /// Set when what is under way must end now.
    pub(super) cancel: Cancel,
    /// Work that goes on after its answer.
    pub(super) tasks: TaskTracker,
    on: Arc<dyn Fn(Event) + Send + Sync>,
}

impl Deref for Server {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Server {
    /// A server that listens on `address`, which its callers must name.
    pub fn new(
        store: Store,
        options: Options,
        address: SocketAddr,
        on: Arc<dyn Fn(Event) + Send + Sync>,
    ) -> Self {
        Self(Arc::new(Shared {
            snapshot: Snapshot::new(),
            uploads: Arc::new(Semaphore::new(options.limits.uploads)),
            archives: Arc::new(Semaphore::new(options.limits.archives)),
            cancel: Cancel::default(),
            tasks: TaskTracker::new(),
            store,
            options,
            address,
            on,
        }))
    }

    /// Runs `work` where it may wait for disks.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        what: &str,
        work: impl FnOnce(&Server) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let server = self.clone();
        // A panic in there has been reported by the panic itself.
        tokio::task::spawn_blocking(move || work(&server))
            .await
            .map_err(|_| Failure::broken(what))
    }

    /// Sessions were made or deleted here: the next answer shows it.
    pub(super) fn changed(&self) {
        self.snapshot.changed();
        self.tell(Event::SessionsChanged);
    }

    pub(super) fn tell(&self, event: Event) {
        (self.on)(event);
    }

    /// Hands over what an automatic cleanup deleted, or removes it after the answer where nobody takes it.
    pub(super) fn cleaned_up(&self, cleaned: Cleaned) {
        for (doomed, _) in &cleaned.deleted {
            tracing::info!("cleanup deleted {}", doomed.id);
        }
        match &self.options.keeper {
            Some(Keeper(keep)) => keep(cleaned),
            None => self.remove_all_later(cleaned),
        }
    }

    /// Removes what a cleanup deleted, after the answer.
    pub(super) fn remove_all_later(&self, cleaned: Cleaned) {
        for (_, error) in &cleaned.skipped {
            tracing::warn!(cause = error.full(), "cleanup left a session");
        }
        for (_, trashed) in cleaned.deleted {
            self.remove_later(trashed);
        }
    }

    /// Removes a deleted session, after the answer. What stays of it, or is left when the server stops,
    /// goes with the next sweep.
    pub(super) fn remove_later(&self, trashed: Trashed) {
        let (id, cancel) = (trashed.id(), self.cancel.clone());
        self.tasks.spawn_blocking(move || {
            match trashed.remove(Some(&cancel), &Progress::default()) {
                Ok(removed) => {
                    if let Some(rest) = removed.remainder() {
                        tracing::warn!("could not remove all of {id}: {rest}");
                    }
                }
                Err(e) if *e.kind() == ErrorKind::Cancelled => {}
                Err(e) => tracing::warn!(cause = e.full(), "could not remove all of {id}"),
            }
        });
    }
}
