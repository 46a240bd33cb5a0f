//! Uploads as jobs: one after another, cancellable, giving up what could be undone if its space is needed.

use std::path::PathBuf;

use super::super::action::{Report, Uploaded};
use super::super::model::job::JobId;
use super::super::model::toast::BatchId;
use super::changes::{self, Undos};
use super::outbox::Outbox;
use crate::session::{Cancel, ErrorKind, Origin, Policy, Progress, Result, Store};
use crate::upload::{self, ArchiveRules, Request};

/// One upload.
pub struct Upload {
    pub job: JobId,
    pub sources: Vec<PathBuf>,
    /// The name to undo the cleanup after it by.
    pub batch: BatchId,
    pub policy: Policy,
    pub disk_floor: u64,
    pub keep_archives: bool,
    pub archive_rules: ArchiveRules,
    pub cancel: Cancel,
    pub progress: Progress,
}

impl Upload {
    /// Carries it out and reports.
    pub fn run(self, store: &Store, undos: &Undos, outbox: &Outbox) {
        let job = self.job;
        let mut result = self.attempt(store, outbox);
        if result.as_ref().is_err_and(changes::needs_space)
            && give_up_undos(undos, &self.cancel, outbox)
        {
            result = self.attempt(store, outbox);
        }
        let report = match result {
            Ok(report) => report,
            Err(e) if *e.kind() == ErrorKind::Cancelled => {
                return outbox.report(Report::UploadCancelled(job));
            }
            Err(e) => {
                let result = Err((&e).into());
                return outbox.report(Report::Uploaded { job, result });
            }
        };
        for (_, error) in &report.cleaned.skipped {
            outbox.failed(error);
        }
        let told = report.told();
        let Some(session) = report.session else {
            return;
        };
        let uploaded = Uploaded {
            session: session.id,
            files: report.files,
            bytes: report.bytes,
            skipped: told,
            cleaned: Some((self.batch, changes::keep(undos, self.batch, report.cleaned))),
            notes: report.notices,
        };
        outbox.report(Report::Uploaded {
            job,
            result: Ok(Box::new(uploaded)),
        });
    }

    fn attempt(&self, store: &Store, outbox: &Outbox) -> Result<upload::Report> {
        let request = Request {
            sources: self.sources.clone(),
            origin: Origin::Gui,
            policy: self.policy.clone(),
            disk_floor: self.disk_floor,
            keep_archives: self.keep_archives,
            archive_rules: self.archive_rules,
        };
        // Who cancels doesn't want to wait for another program's change either.
        let store = &store.until(&self.cancel);
        let on = |step: upload::Step<'_>| {
            // Rows are read with the bytes: each batch of them would wake the window.
            if !matches!(step, upload::Step::Converting { rows: 1.., .. }) {
                outbox.report(Report::Step(self.job, step.to_string()));
            }
        };
        upload::run(store, &request, &self.cancel, &self.progress, &on)
    }
}

/// Frees the space of what could still be undone; `false` if there was nothing.
fn give_up_undos(undos: &Undos, cancel: &Cancel, outbox: &Outbox) -> bool {
    let all = undos.take_all();
    let files = undos.forget_files();
    if all.is_empty() && files.is_empty() {
        return false;
    }
    outbox.report(Report::UndoGone(all.keys().copied().chain(files).collect()));
    for trashed in all.into_values() {
        changes::remove(trashed, cancel, outbox);
    }
    true
}
