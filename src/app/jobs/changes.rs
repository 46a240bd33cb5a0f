//! What changes the set of sessions, and what was deleted and can still come back.
//! One change after another, as the base lock wants it anyway.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use super::super::action::Report;
use super::super::model::job::JobId;
use super::super::model::preview::News;
use super::super::model::problem::Problem;
use super::super::model::toast::BatchId;
use super::outbox::Outbox;
use crate::session::{
    Cancel, Cleaned, Debris, Doomed, Error, ErrorKind, Origin, Plan, Policy, Progress, Removed,
    SessionId, Store, Trashed, TrashedFile,
};
use crate::upload;

/// Deleted sessions that can still come back, locked in the trash so that nobody sweeps them.
#[derive(Debug, Clone, Default)]
pub struct Undos(
    Arc<Mutex<HashMap<BatchId, Vec<Trashed>>>>,
    Arc<Mutex<HashMap<BatchId, TrashedFile>>>,
);

impl Undos {
    fn files(&self) -> MutexGuard<'_, HashMap<BatchId, TrashedFile>> {
        self.1.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Lets a deleted file go for good, if the batch is one.
    pub fn forget_file(&self, batch: BatchId) {
        let file = self.files().remove(&batch);
        if let Some(file) = file {
            file.remove();
        }
    }

    /// Lets every deleted file go, because its space is needed; which batches those were.
    pub fn forget_files(&self) -> Vec<BatchId> {
        let all = std::mem::take(&mut *self.files());
        let batches = all.keys().copied().collect();
        all.into_values().for_each(TrashedFile::remove);
        batches
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<BatchId, Vec<Trashed>>> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Keeps what was deleted.
    pub fn keep(&self, batch: BatchId, trashed: Vec<Trashed>) {
        if !trashed.is_empty() {
            self.lock().insert(batch, trashed);
        }
    }

    /// Takes a batch out.
    pub fn take(&self, batch: BatchId) -> Vec<Trashed> {
        self.lock().remove(&batch).unwrap_or_default()
    }

    /// Takes everything out, because its space is needed.
    pub fn take_all(&self) -> HashMap<BatchId, Vec<Trashed>> {
        std::mem::take(&mut *self.lock())
    }
}

/// Moves what the plan says to the trash. What dead processes left there is handed back, to be removed after.
pub fn delete(
    store: &Store,
    undos: &Undos,
    outbox: &Outbox,
    batch: BatchId,
    plan: &Plan,
) -> Option<Debris> {
    let (applied, debris) = store.apply_first(plan);
    let (deleted, skipped) = match applied {
        Ok(cleaned) => {
            let skipped = problems(&cleaned.skipped);
            (keep(undos, batch, cleaned), skipped)
        }
        Err(e) => (Vec::new(), all_failed(plan, &e)),
    };
    outbox.report(Report::Deleted {
        batch,
        deleted,
        skipped,
    });
    debris
}

/// Keeps what a cleanup deleted, and returns what that was.
pub fn keep(undos: &Undos, batch: BatchId, cleaned: Cleaned) -> Vec<SessionId> {
    let ids = cleaned.deleted.iter().map(|(d, _)| d.id).collect();
    undos.keep(batch, cleaned.deleted.into_iter().map(|(_, t)| t).collect());
    ids
}

fn problems(skipped: &[(SessionId, Error)]) -> Vec<(SessionId, Problem)> {
    skipped.iter().map(|(id, e)| (*id, e.into())).collect()
}

/// One failure for the whole plan: told once, though it holds for every session.
fn all_failed(plan: &Plan, error: &Error) -> Vec<(SessionId, Problem)> {
    let failed = |d: &Doomed| (d.id, Problem::from(error));
    plan.delete.iter().map(failed).collect()
}

/// Brings a batch back. What can't come back is kept, as long as it is there, to be tried again.
pub fn restore(store: &Store, undos: &Undos, outbox: &Outbox, batch: BatchId) {
    let (mut restored, mut failed, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for trashed in undos.take(batch) {
        let id = trashed.id();
        match trashed.by(store).restore() {
            Ok(()) => restored.push(id),
            Err((trashed, e)) => {
                failed.push((id, Problem::from(&e)));
                if trashed.path().exists() {
                    kept.push(trashed);
                }
            }
        }
    }
    let again = kept.iter().map(Trashed::id).collect();
    undos.keep(batch, kept);
    outbox.report(Report::Restored {
        batch,
        restored,
        failed,
        again,
    });
}

/// Removes trash entries for good. What `cancel` stops is left to the next sweep.
pub fn remove(trashed: Vec<Trashed>, cancel: &Cancel, outbox: &Outbox) {
    for entry in trashed {
        if let Some((_, problem)) = remove_one(entry, cancel, &Progress::default()) {
            outbox.report(Report::Failed(problem));
        }
    }
}

fn remove_one(
    entry: Trashed,
    cancel: &Cancel,
    progress: &Progress,
) -> Option<(SessionId, Problem)> {
    let id = entry.id();
    match entry.remove(Some(cancel), progress) {
        Ok(removed) if removed.is_complete() => None,
        Ok(removed) => Some((id, left_behind(id, &removed))),
        Err(e) => Some((id, (&e).into())),
    }
}

fn left_behind(id: SessionId, removed: &Removed) -> Problem {
    let named =
        |(path, e): &(std::path::PathBuf, std::io::Error)| format!("{}: {e}", path.display());
    let left: Vec<_> = removed.left.iter().map(named).collect();
    Problem {
        title: format!("Could not remove all of {id}"),
        why: format!(
            "{}. The rest goes with the next change; close the program that uses it",
            left.first().cloned().unwrap_or_default()
        ),
        details: left.join("\n"),
    }
}

/// Deletes for good.
pub fn erase(
    store: &Store,
    outbox: &Outbox,
    job: JobId,
    plan: &Plan,
    (cancel, progress): (&Cancel, &Progress),
) {
    let (mut erased, mut failed) = (Vec::new(), Vec::new());
    match store.apply(plan) {
        Ok(cleaned) => {
            failed.extend(problems(&cleaned.skipped));
            for (doomed, trashed) in cleaned.deleted {
                // It is no session any more, whatever of it stays in the trash.
                erased.push(doomed.id);
                failed.extend(remove_one(trashed, cancel, progress));
            }
        }
        Err(e) => failed = all_failed(plan, &e),
    }
    outbox.report(Report::Erased {
        job,
        erased,
        failed,
    });
}

/// Makes an empty session; older ones go by the rules.
pub fn create(store: &Store, undos: &Undos, outbox: &Outbox, batch: BatchId, policy: &Policy) {
    let published = match store.create(Origin::Gui) {
        Ok(published) => published,
        Err(e) => return outbox.failed(&e),
    };
    // A session in use is never cleaned up, and this one no longer is.
    drop(published.hold);
    let cleaned = match upload::clean_up(store, policy, published.safe_file_system) {
        Ok(cleaned) => Some((batch, keep(undos, batch, cleaned))),
        Err(e) => {
            outbox.failed(&e);
            None
        }
    };
    outbox.report(Report::Created {
        session: published.session.id,
        cleaned,
    });
}

/// Makes a session current.
pub fn make_current(store: &Store, outbox: &Outbox, id: SessionId) {
    match store.make_current(id) {
        Ok(()) => outbox.report(Report::Changed),
        Err(e) => outbox.failed(&e),
    }
}

/// Pins or unpins.
pub fn pin(store: &Store, outbox: &Outbox, ids: &[SessionId], pinned: bool) {
    for id in ids {
        if let Err(e) = store.set_pinned(*id, pinned) {
            outbox.failed(&e);
        }
    }
    outbox.report(Report::Changed);
}

/// Writes the note on a session.
pub fn note(store: &Store, outbox: &Outbox, id: SessionId, note: &str) {
    if let Err(e) = store.set_note(id, note) {
        outbox.failed(&e);
    }
    outbox.report(Report::Changed);
}

/// Moves one file of a session to the trash.
pub fn delete_file(
    store: &Store,
    undos: &Undos,
    outbox: &Outbox,
    batch: BatchId,
    (id, path): (SessionId, &str),
) {
    match store.delete_file(id, path) {
        Ok(trashed) => {
            undos.files().insert(batch, trashed);
            outbox.report(Report::Preview(News::Deleted(batch, id, path.to_owned())));
        }
        Err(e) => outbox.failed(&e),
    }
}

/// Brings a file back. What can't come back is kept, to be tried again.
pub fn restore_file(undos: &Undos, outbox: &Outbox, batch: BatchId) {
    let Some(trashed) = undos.files().remove(&batch) else {
        return;
    };
    let (id, path) = (trashed.session(), trashed.relative().to_owned());
    outbox.report(Report::Preview(match trashed.restore() {
        Ok(()) => News::Restored(id, path),
        Err((trashed, e)) => {
            undos.files().insert(batch, trashed);
            News::NotRestored(batch, id, path, (&e).into())
        }
    }));
}

/// Whether more room might have helped.
pub fn needs_space(error: &Error) -> bool {
    *error.kind() == ErrorKind::NoSpace
}
