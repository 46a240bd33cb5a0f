//! Stopping a statement that runs on another thread. Knows nothing of what it does.

use std::sync::{Arc, Mutex};

use rusqlite::InterruptHandle;

use crate::session::Cancel;

/// Stops what is read with it, at once. Clones share it.
#[derive(Clone, Default)]
pub struct Stop {
    cancel: Cancel,
    running: Arc<Mutex<Option<InterruptHandle>>>,
}

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Stop").field(&self.is_stopped()).finish()
    }
}

impl Stop {
    /// Stops what runs, and whatever would run later.
    pub fn stop(&self) {
        self.cancel.cancel();
        // Steps that SQLite takes in one go look at this, and not at our flag.
        if let Some(running) = &*self.running.lock().unwrap_or_else(|e| e.into_inner()) {
            running.interrupt();
        }
    }

    /// Whether it was stopped.
    pub fn is_stopped(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// The same for what knows nothing of SQLite.
    pub(super) fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// This connection is what runs now; none when it has ended.
    pub(super) fn watch(&self, connection: Option<InterruptHandle>) {
        *self.running.lock().unwrap_or_else(|e| e.into_inner()) = connection;
    }
}
