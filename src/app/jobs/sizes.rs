//! Measuring sessions: sizes are gathered and told about ten times a second.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::super::action::Report;
use super::super::model::row::Size;
use super::outbox::Outbox;
use crate::session::usage::{self, Measured};
use crate::session::{Cancel, ErrorKind, SessionId};

/// From one telling to the next.
const TELL_EVERY: Duration = Duration::from_millis(100);

struct Pending {
    sizes: Vec<(SessionId, Size)>,
    told: Instant,
}

/// Measures those sessions of `base` in order. Tells nothing of the end if it was cancelled.
pub fn measure(base: &Path, wanted: &[SessionId], cancel: &Cancel, outbox: &Outbox) {
    let dirs: Vec<_> = wanted.iter().map(|id| base.join(id.to_string())).collect();
    let pending = Mutex::new(Pending {
        sizes: Vec::new(),
        told: Instant::now(),
    });
    // One processor is left to the window's frames, and to what a person does meanwhile.
    let all = usage::default_threads();
    let threads = NonZeroUsize::new(all.get() - 1).unwrap_or(all);
    usage::measure(&dirs, threads, cancel, &|i, measured| {
        let Some(size) = size_of(measured) else {
            return;
        };
        let mut pending = pending.lock().unwrap_or_else(|e| e.into_inner());
        pending.sizes.push((wanted[i], size));
        if pending.told.elapsed() >= TELL_EVERY {
            pending.told = Instant::now();
            outbox.report(Report::Measured(std::mem::take(&mut pending.sizes)));
        }
    });
    let rest = pending
        .into_inner()
        .unwrap_or_else(|e| e.into_inner())
        .sizes;
    if !rest.is_empty() {
        outbox.report(Report::Measured(rest));
    }
    if !cancel.is_cancelled() {
        outbox.report(Report::MeasuringEnded);
    }
}

/// What to show; nothing of a session that has gone meanwhile or was not finished.
fn size_of(measured: Measured) -> Option<Size> {
    match measured {
        Measured::Partial(usage) => Some(Size::Counting(usage)),
        Measured::Done(Ok(usage)) => Some(Size::Known(usage)),
        Measured::Done(Err(e)) => match e.kind() {
            ErrorKind::NotFound | ErrorKind::Cancelled => None,
            _ => Some(Size::Failed(e.full())),
        },
    }
}
