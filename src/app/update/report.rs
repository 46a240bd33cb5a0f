//! What the reports of jobs do to the model.

use std::collections::HashSet;

use super::super::action::{Effect, Report, UiEffect, Uploaded};
use super::super::model::dialog::Dialog;
use super::super::model::digest::Waste;
use super::super::model::fresh::Fresh;
use super::super::model::job::JobId;
use super::super::model::problem::Problem;
use super::super::model::row::{Row, Size};
use super::super::model::toast::BatchId;
use super::super::model::{Batch, Load, Model, SideTab};
use super::{load_open, measure, measure_all, open_selected, relist, select, take_in_sizes};
use crate::session::{Listing, SessionId, text};

pub fn take(model: &mut Model, report: Report) -> Vec<Effect> {
    match report {
        Report::Listed {
            generation,
            result,
            free_disk,
        } => return listed(model, generation, result, free_disk),
        Report::Motion { reduced } => {
            if std::mem::replace(&mut model.still, reduced) != reduced {
                return vec![Effect::Ui(UiEffect::ApplyLook)];
            }
        }
        Report::Arranged(order) => model.table.take_order(*order),
        Report::Digested(digest) => {
            let waste = model.digest(*digest);
            return vec![Effect::Forget(Box::new(waste))];
        }
        Report::Measured(sizes) => measured(model, sizes),
        Report::MeasuringEnded => {
            model.measuring = false;
            model.table.settle();
            take_in_sizes(model);
            let stale = std::mem::take(&mut model.stale);
            return measure(model, stale);
        }
        Report::Deleted {
            batch,
            deleted,
            skipped,
        } => return deleted_some(model, batch, deleted, skipped),
        Report::Restored {
            batch,
            restored,
            failed,
            again,
        } => return restored_some(model, batch, restored, failed, again),
        Report::UndoGone(batches) => {
            for batch in batches {
                model.toasts.withdraw(batch);
                model.batches.remove(&batch);
                model.file_batches.remove(&batch);
            }
        }
        Report::Erased {
            job,
            erased,
            failed,
        } => return erased_some(model, job, erased, failed),
        Report::Changed | Report::SetChanged => {
            model.generation += u64::from(matches!(report, Report::Changed));
            return relist(model);
        }
        Report::Created { session, cleaned } => {
            model.generation += 1;
            model.wanted = Some(session);
            tell_cleaned(model, cleaned);
            return relist(model);
        }
        Report::CleanedUp(batch, ids) => {
            tell_cleaned(model, Some((batch, ids)));
            return relist(model);
        }
        Report::Swept => return vec![Effect::Claim],
        Report::Uploaded { job, result } => return uploaded(model, job, result),
        Report::UploadCancelled(job) => {
            model
                .toasts
                .remark("Upload cancelled", Some("Nothing of it was kept".into()));
            return vec![end_job(model, job)];
        }
        Report::Step(job, step) => {
            if let Some(job) = model.jobs.iter_mut().find(|j| j.id == job) {
                job.step = Some(step);
            }
        }
        Report::Details(id, manifest) => {
            if let Some(open) = model.open.as_mut().filter(|o| o.id == id) {
                open.manifest = Some(manifest);
            }
        }
        Report::Places(id, places) => {
            if let Some(open) = model.open.as_mut().filter(|o| o.id == id) {
                open.places = places;
            }
        }
        Report::Files(id, mut files) => {
            // Unless another session is looked at by now.
            if let Some(open) = model.open.as_mut().filter(|o| o.id == id) {
                if let (Ok(fresh), Some(Ok(old))) = (&mut files, &mut open.files) {
                    fresh.open_like(old);
                }
                open.files = Some(files);
            }
        }
        Report::Preview(news) => return super::preview::take(model, news),
        Report::Data(report) => return super::data_report::take(model, *report),
        Report::Bundle(bundle) => {
            if let Some(hover) = model.hover.as_mut().filter(|h| h.entries == bundle.entries) {
                *hover = bundle;
            }
        }
        Report::PickedBase(path) => {
            if let Some(Dialog::Settings(form)) = &mut model.dialog {
                form.base = path.display().to_string();
            } else {
                return super::dialog::save_base(model, path);
            }
        }
        Report::Run(report) => return super::runs::take(model, report),
        Report::ContentChanged(ids) => {
            let mut effects = super::runs::content_changed(model, &ids);
            effects.extend(content_changed(model, ids));
            return effects;
        }
        Report::Server(report) => return super::server::take(model, report),
        Report::Raise => return vec![Effect::Ui(UiEffect::Raise)],
        Report::Notice(title, body) => model.toasts.notice(title, body),
        Report::Warning(title, body) => model.toasts.warning(title, body, None),
        Report::Failed(problem) => model.toasts.error(problem),
    }
    Vec::new()
}

fn listed(
    model: &mut Model,
    generation: u64,
    result: Result<Fresh, Problem>,
    free_disk: Option<u64>,
) -> Vec<Effect> {
    model.listing = false;
    model.free_disk = free_disk;
    if generation != model.generation || std::mem::take(&mut model.list_again) {
        model.list_again = false;
        // We have changed something since it was read.
        let mut effects = relist(model);
        if generation != model.generation {
            return effects;
        }
        effects.extend(take_list(model, result));
        return effects;
    }
    take_list(model, result)
}

fn take_list(model: &mut Model, result: Result<Fresh, Problem>) -> Vec<Effect> {
    let fresh = match result {
        Ok(fresh) => fresh,
        Err(problem) => {
            let (_, waste) = model.table.replace(Listing::default(), model.moment.now);
            model.load = Load::Failed(problem);
            model.moved();
            let mut effects = open_selected(model);
            effects.extend(let_go(waste));
            return effects;
        }
    };
    model.load = Load::Ready;
    let (new, waste) = model.table.replace(fresh, model.moment.now);
    model.moved();
    // A measuring that this one displaces has to be finished too.
    let unfinished: Vec<SessionId> = if new.is_empty() {
        Vec::new()
    } else {
        let rows = model.table.rows();
        rows.filter(|r| !r.size.is_final())
            .map(|r| r.session.id)
            .collect()
    };
    let mut effects = measure_all(model, unfinished);
    effects.extend(let_go(waste));
    effects.extend(select(model, |m| {
        let table = &m.table;
        m.selection.retain(|id| table.get(id).is_some());
        if let Some(id) = m.wanted.take_if(|id| table.get(*id).is_some()) {
            m.selection.set([id]);
        }
    }));
    let is_new = |id: &SessionId| {
        let at = |place: &u32| model.table.at(*place).map(|r| r.session.id);
        new.iter().any(|place| at(place) == Some(*id))
    };
    if let Some(id) = model.selection.single().filter(is_new) {
        effects.push(Effect::Ui(UiEffect::ScrollTo(id)));
    }
    effects
}

/// Has a thread let go of what a new list has replaced.
pub(super) fn let_go(waste: Waste) -> Option<Effect> {
    waste.is_large().then(|| Effect::Forget(Box::new(waste)))
}

fn measured(model: &mut Model, sizes: Vec<(SessionId, Size)>) {
    for (id, size) in sizes {
        // A size that is known stays until the new one is: it would only jump down and up again.
        let known = |row: Row<'_>| matches!(row.size, Size::Known(_));
        let counting = matches!(size, Size::Counting(_));
        if !(counting && model.table.get(id).is_some_and(known)) {
            model.table.set_size(id, size);
        }
    }
    model.sizes_moved = true;
}

fn deleted_some(
    model: &mut Model,
    batch: BatchId,
    deleted: Vec<SessionId>,
    skipped: Vec<(SessionId, Problem)>,
) -> Vec<Effect> {
    model.generation += 1;
    let Some(planned) = model.batches.get(&batch).cloned() else {
        return relist(model);
    };
    let kept: Vec<_> = skipped.iter().map(|(id, _)| *id).collect();
    let gone: Vec<_> = planned
        .ids
        .iter()
        .copied()
        .filter(|id| !kept.contains(id))
        .collect();
    forget(model, &gone);
    show_again(model, &kept);
    if deleted.is_empty() {
        model.batches.remove(&batch);
        if !gone.is_empty() {
            model
                .toasts
                .remark("Another program deleted it first", None);
        }
    } else {
        let bytes = if deleted.len() == planned.ids.len() {
            planned.bytes
        } else {
            0
        };
        offer_undo(model, batch, &deleted, bytes, planned.cleanup);
    }
    tell_skipped(model, skipped);
    relist(model)
}

/// Says what went, and offers to bring it back.
fn offer_undo(model: &mut Model, batch: BatchId, ids: &[SessionId], bytes: u64, cleanup: bool) {
    let what = match ids {
        [one] => one.to_string(),
        many => text::count(many.len(), "session", "sessions"),
    };
    let size = if bytes > 0 {
        format!(", {}", text::bytes(bytes))
    } else {
        String::new()
    };
    let title = if cleanup {
        format!("Cleaned up {what}{size}")
    } else {
        format!("Deleted {what}{size}")
    };
    model.toasts.undo(batch, title, None);
}

fn restored_some(
    model: &mut Model,
    batch: BatchId,
    restored: Vec<SessionId>,
    failed: Vec<(SessionId, Problem)>,
    again: Vec<SessionId>,
) -> Vec<Effect> {
    model.generation += 1;
    // The newest of them is looked at when the list is here.
    model.wanted = restored.iter().max().copied();
    tell_skipped(model, failed);
    if let Some(planned) = model.batches.remove(&batch)
        && !again.is_empty()
    {
        offer_undo(model, batch, &again, 0, planned.cleanup);
        model.batches.insert(
            batch,
            Batch {
                ids: again,
                ..planned
            },
        );
    }
    relist(model)
}

fn erased_some(
    model: &mut Model,
    job: JobId,
    erased: Vec<SessionId>,
    failed: Vec<(SessionId, Problem)>,
) -> Vec<Effect> {
    let ended = end_job(model, job);
    model.generation += 1;
    forget(model, &erased);
    let kept: Vec<_> = failed.iter().map(|(id, _)| *id).collect();
    show_again(model, &kept);
    if !erased.is_empty() {
        let what = text::count(erased.len(), "session", "sessions");
        model
            .toasts
            .notice(format!("Deleted {what} for good"), None);
    }
    tell_skipped(model, failed);
    let mut effects = vec![ended];
    effects.extend(relist(model));
    effects
}

fn forget(model: &mut Model, ids: &[SessionId]) {
    let gone: HashSet<_> = ids.iter().copied().collect();
    model.table.remove(&gone);
    model.moved();
}

/// Shows those again that did not go.
fn show_again(model: &mut Model, kept: &[SessionId]) {
    model.table.unhide(kept.iter().copied());
    model.table.arrange(model.moment.now);
}

fn tell_skipped(model: &mut Model, skipped: Vec<(SessionId, Problem)>) {
    const SINGLY: usize = 3;
    if skipped.len() <= SINGLY {
        for (_, problem) in skipped {
            model.toasts.error(problem);
        }
        return;
    }
    let details: Vec<_> = skipped.iter().map(|(_, p)| p.details.as_str()).collect();
    model.toasts.error(Problem {
        title: format!(
            "{} could not be dealt with",
            text::count(skipped.len(), "session", "sessions")
        ),
        why: skipped
            .first()
            .map(|(_, p)| p.why.clone())
            .unwrap_or_default(),
        details: details.join("\n"),
    });
}

fn uploaded(model: &mut Model, job: JobId, result: Result<Box<Uploaded>, Problem>) -> Vec<Effect> {
    let ended = end_job(model, job);
    let uploaded = match result {
        Ok(uploaded) => uploaded,
        Err(problem) => {
            model.toasts.error(problem);
            return vec![ended];
        }
    };
    model.generation += 1;
    model.wanted = Some(uploaded.session);
    tell_cleaned(model, uploaded.cleaned.clone());
    let files = text::count(uploaded.files as usize, "file", "files");
    let title = format!(
        "{}: {files}, {}",
        uploaded.session,
        text::bytes(uploaded.bytes)
    );
    if uploaded.skipped.is_empty() && uploaded.notes.is_empty() {
        model.toasts.notice(title, None);
    } else {
        let lines = uploaded
            .skipped
            .iter()
            .map(|s| format!("{}: {}", s.file, s.reason));
        let details: Vec<_> = lines.chain(uploaded.notes.iter().cloned()).collect();
        let left = text::count(uploaded.skipped.len(), "file was", "files were");
        let body = (!uploaded.skipped.is_empty()).then(|| format!("{left} left out or changed"));
        model.toasts.warning(title, body, Some(details.join("\n")));
    }
    let mut effects = vec![ended];
    effects.extend(relist(model));
    effects
}

/// Offers to undo what the cleanup after a new session deleted.
fn tell_cleaned(model: &mut Model, cleaned: Option<(BatchId, Vec<SessionId>)>) {
    let Some((batch, ids)) = cleaned.filter(|(_, ids)| !ids.is_empty()) else {
        return;
    };
    let bytes = ids
        .iter()
        .filter_map(|id| model.table.get(*id)?.size.bytes())
        .sum();
    offer_undo(model, batch, &ids, bytes, true);
    forget(model, &ids);
    model.batches.insert(
        batch,
        Batch {
            ids,
            bytes,
            cleanup: true,
        },
    );
}

fn end_job(model: &mut Model, job: JobId) -> Effect {
    model.jobs.retain(|j| j.id != job);
    Effect::Ended(job)
}

pub(super) fn content_changed(model: &mut Model, ids: Vec<SessionId>) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(open) = model.open.as_mut().filter(|o| ids.contains(&o.id)) {
        // What is shown stays until it is replaced.
        if matches!(model.side, SideTab::Overview | SideTab::Files) {
            effects.push(Effect::LoadDetails(open.id));
        } else {
            open.manifest = None;
        }
        effects.extend(
            model
                .table
                .get(open.id)
                .map(|row| Effect::LoadFiles(row.session.id, row.session.path.clone())),
        );
        effects.extend(super::preview::check(model));
    }
    if model.open.as_ref().is_some_and(|o| ids.contains(&o.id)) {
        effects.extend(super::data::changed(model));
    }
    effects.extend(load_open(model));
    if model.measuring {
        // A session that is written to all the time shall not keep the others from being measured.
        model.stale.extend(ids);
    } else {
        effects.extend(measure(model, ids));
    }
    effects
}
