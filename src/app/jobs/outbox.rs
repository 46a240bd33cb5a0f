//! The way back from a job to the window: a channel, and a waker that knows no toolkit.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::super::action::{Action, Report};
use crate::session::Error;

/// Makes the window look into its channel.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Where jobs put what happened.
#[derive(Clone)]
pub struct Outbox {
    sender: Sender<Action>,
    wake: Waker,
}

impl Outbox {
    /// An outbox whose other end wakes up by `wake`.
    pub fn new(sender: Sender<Action>, wake: Waker) -> Self {
        Self { sender, wake }
    }

    /// Reports.
    pub fn report(&self, report: Report) {
        self.send(Action::Report(report));
    }

    /// Tells of a failure.
    pub fn failed(&self, error: &Error) {
        self.report(Report::Failed(error.into()));
    }

    /// Sends any action.
    pub fn send(&self, action: Action) {
        // A window that is gone has no use for it.
        if self.sender.send(action).is_ok() {
            (self.wake)();
        }
    }
}
