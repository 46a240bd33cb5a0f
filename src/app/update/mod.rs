//! The one place where the model changes: an action goes in, effects come out. Pure.
//! Commands of the person are in `command`, dialogs in `dialog`, reports of jobs in `report`.

mod command;
mod data;
mod data_cell;
mod data_report;
mod dialog;
mod preview;
mod report;
mod run_copy;
mod runs;
mod server;
#[cfg(test)]
mod tests;

pub use self::data_cell::PART;
use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use super::action::{Action, Effect, Instant, UiEffect};
use super::model::column::{Column, Sort};
use super::model::filter::Filter;
use super::model::job::Job;
use super::model::selection::{Extend, Step};
use super::model::tree::Tree;
use super::model::{Batch, Bundle, Load, Model, Open, SideTab};
use crate::session::{Doomed, Plan, SessionId, text};

/// How long letters typed at the table belong together.
const TYPING: Duration = Duration::from_secs(1);

/// How often the table is arranged anew while sizes come in.
const REARRANGE: Duration = Duration::from_secs(1);

/// The least width of the right side, in points.
const SIDE_MIN: f32 = 280.0;

/// What a window does first: read the base, and start the HTTP API where the settings say so.
pub fn begin(model: &mut Model) -> Vec<Effect> {
    let mut effects = relist(model);
    effects.extend(server::begin(model));
    effects
}

/// Changes the model by what happened, and says what is to be done.
pub fn update(model: &mut Model, action: Action) -> Vec<Effect> {
    if !matches!(action, Action::Tick(_)) {
        model.selected_total.take();
    }
    match action {
        Action::Tick(moment) => {
            let mut effects = tick(model, moment);
            // Once a frame at most, and never in the one that something large came in.
            let disorder = model.table.disorder(model.moment.now);
            effects.extend(disorder.map(|d| Effect::Arrange(Box::new(d))));
            effects.extend(model.question().map(|q| Effect::Digest(Box::new(q))));
            return effects;
        }
        Action::Command(command) => return command::run(model, command),
        Action::Click(id, extend) => {
            return select(model, |m| m.selection.click(&m.table, id, extend));
        }
        Action::Select(id) => {
            let mut effects = select(model, |m| m.selection.click(&m.table, id, Extend::No));
            effects.push(Effect::Ui(UiEffect::ScrollTo(id)));
            return effects;
        }
        Action::Aim(id) if !model.selection.contains(id) => {
            return select(model, |m| m.selection.click(&m.table, id, Extend::No));
        }
        Action::Aim(_) => {}
        Action::Step(step, extend) => return walk(model, step, extend),
        Action::TypeAhead(letters) => return type_ahead(model, &letters),
        Action::Sort(column) => {
            model.table.set_sort(model.table.sort().clicked(column));
        }
        Action::ToggleColumn(column) => toggle_column(model, column),
        Action::ResizeColumn(column, width) => {
            model.widths.insert(column, width.max(column.min_width()));
        }
        Action::ResetColumns => {
            model.widths.clear();
            model.hidden.clear();
            model.table.set_sort(Sort::default());
        }
        // The settings of the system may be other ones.
        Action::Focused => return vec![Effect::AskMotion],
        Action::ResetSide => model.side_width = None,
        Action::ResizeSide(width) => model.side_width = Some(width.max(SIDE_MIN)),
        Action::Filter(typed) => {
            model
                .table
                .set_filter(Filter::parse(&typed), model.moment.now);
            model.filter_text = typed;
        }
        Action::Side(tab) => {
            model.side = tab;
            return load_open(model);
        }
        Action::ToggleFolder(path) => {
            if let Some(tree) = open_tree(model) {
                tree.toggle(&path);
            }
        }
        Action::OpenFile(path) => return vec![Effect::Open(path)],
        Action::RevealFile(path) => return vec![Effect::Reveal(path)],
        Action::Preview(act) => return preview::act(model, act),
        Action::Copy(text) => return vec![Effect::Ui(UiEffect::CopyText(text))],
        Action::Upload(sources) => return upload(model, sources),
        Action::Hover(paths) => return hover(model, paths),
        Action::DropLost => drop_lost(model),
        Action::Cancel(id) => {
            if let Some(job) = model.jobs.iter_mut().find(|j| j.id == id) {
                job.cancelling = true;
                return vec![Effect::Cancel(id)];
            }
        }
        Action::Progress(id, reading) => {
            if let Some(job) = model.jobs.iter_mut().find(|j| j.id == id) {
                job.read(reading, model.moment.clock);
            }
        }
        Action::HoverToast(id) => model.toasts.hover(id),
        Action::Dismiss(id) => {
            if let Some(batch) = model.toasts.dismiss(id) {
                model.batches.remove(&batch);
                model.file_batches.remove(&batch);
                return vec![Effect::Purge(vec![batch])];
            }
        }
        Action::ToastDetails(id) => model.toasts.toggle_details(id),
        Action::Undo(batch) => return undo(model, batch),
        Action::Note(id, note) => {
            // Shown at once; the list that follows tells the truth.
            model
                .table
                .edit(id, |session| session.note.clone_from(&note));
            return vec![Effect::SetNote(id, note)];
        }
        Action::Data(action) => return data::act(model, action),
        Action::Edit(dialog) => return dialog::edit(model, dialog),
        Action::Answer(answer) => return dialog::answer(model, answer),
        Action::Run(action) => return runs::act(model, action),
        Action::Server(deed) => return server::act(model, deed),
        Action::Report(report) => return report::take(model, report),
    }
    Vec::new()
}

/// Time passes: offers to undo end, ages change, sizes that came in find their places.
fn tick(model: &mut Model, moment: Instant) -> Vec<Effect> {
    let passed = moment.clock.saturating_sub(model.moment.clock);
    let minute = |i: Instant| i.now.timestamp() / 60;
    let new_minute = minute(moment) != minute(model.moment);
    model.moment = moment;
    if new_minute {
        model.moved();
        if model.table.filter().depends_on_time() {
            model.table.arrange(model.moment.now);
        }
    }
    if model.sizes_moved && moment.clock.saturating_sub(model.arranged) >= REARRANGE {
        take_in_sizes(model);
    }
    let over = model.toasts.pass(passed);
    if over.is_empty() {
        return Vec::new();
    }
    for batch in &over {
        model.file_batches.remove(batch);
        model.batches.remove(batch);
    }
    vec![Effect::Purge(over)]
}

/// Lets sizes that came in change what hangs on them: order, filter, plan.
fn take_in_sizes(model: &mut Model) {
    model.moved();
    if model.table.sort().depends_on_size() || model.table.filter().depends_on_size() {
        model.table.arrange(model.moment.now);
    }
    model.arranged = model.moment.clock;
    model.sizes_moved = false;
}

/// Changes the selection, then looks at the session that is open now.
fn select(model: &mut Model, change: impl FnOnce(&mut Model)) -> Vec<Effect> {
    change(model);
    open_selected(model)
}

/// Follows the selection: the right side shows the one session that is selected.
fn open_selected(model: &mut Model) -> Vec<Effect> {
    let id = model
        .selection
        .single()
        .filter(|id| model.table.get(*id).is_some());
    if model.open.as_ref().map(|o| o.id) == id {
        return Vec::new();
    }
    model.open = id.map(|id| Open {
        id,
        manifest: None,
        places: Vec::new(),
        files: None,
    });
    let mut effects = preview::close(model);
    effects.extend(data::leave(model));
    effects.extend(load_open(model));
    effects
}

/// Asks for what the right side shows of the open session and doesn't know yet.
fn load_open(model: &mut Model) -> Vec<Effect> {
    let mut effects = load_side(model);
    effects.extend(runs::load(model));
    effects
}

fn load_side(model: &Model) -> Vec<Effect> {
    if model.side == SideTab::Data {
        return data::load(model);
    }
    let Some(open) = &model.open else {
        return Vec::new();
    };
    let Some(row) = model.table.get(open.id) else {
        return Vec::new();
    };
    let mut effects = Vec::new();
    // The files tell which tables were made from them.
    if matches!(model.side, SideTab::Overview | SideTab::Files) && open.manifest.is_none() {
        effects.push(Effect::LoadDetails(open.id));
    }
    // The overview tells what kinds of files there are.
    if open.files.is_none() {
        effects.push(Effect::LoadFiles(open.id, row.session.path.clone()));
    }
    effects
}

fn open_tree(model: &mut Model) -> Option<&mut Tree> {
    model.open.as_mut()?.files.as_mut()?.as_mut().ok()
}

fn walk(model: &mut Model, step: Step, extend: bool) -> Vec<Effect> {
    let mut effects = select(model, |m| m.selection.step(&m.table, step, extend));
    scroll_to_cursor(model, &mut effects);
    effects
}

fn type_ahead(model: &mut Model, letters: &str) -> Vec<Effect> {
    if model.moment.clock.saturating_sub(model.typed.at) > TYPING {
        model.typed.text.clear();
    }
    model.typed.at = model.moment.clock;
    model.typed.text.push_str(letters);
    let mut effects = select(model, |m| m.selection.type_ahead(&m.table, &m.typed.text));
    scroll_to_cursor(model, &mut effects);
    effects
}

fn scroll_to_cursor(model: &Model, effects: &mut Vec<Effect>) {
    if let Some(id) = model.selection.cursor() {
        effects.push(Effect::Ui(UiEffect::ScrollTo(id)));
    }
}

fn toggle_column(model: &mut Model, column: Column) {
    if let Some(place) = model.hidden.iter().position(|c| *c == column) {
        model.hidden.remove(place);
    } else if column.can_hide() {
        model.hidden.push(column);
    }
}

fn upload(model: &mut Model, sources: Vec<PathBuf>) -> Vec<Effect> {
    model.hover = None;
    if sources.is_empty() || matches!(model.load, Load::Failed(_)) {
        return Vec::new();
    }
    let id = model.fresh_id();
    let batch = model.fresh_id();
    let title = match sources.as_slice() {
        [one] => format!("New session from {}", name_of(one)),
        many => format!(
            "New session from {}",
            text::count(many.len(), "item", "items")
        ),
    };
    model
        .jobs
        .push(Job::new(id, title, model.moment.clock, true));
    let rules = &model.settings.upload;
    vec![
        Effect::StopCounting,
        Effect::Upload {
            job: id,
            sources,
            batch,
            policy: model.policy.clone(),
            disk_floor: rules.disk_floor(),
            keep_archives: rules.keep_archives,
            archive_rules: rules.archive_rules(),
        },
    ]
}

fn name_of(path: &std::path::Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// How many names the overlay shows.
const NAMES: usize = 6;

fn hover(model: &mut Model, paths: Vec<PathBuf>) -> Vec<Effect> {
    if paths.is_empty() {
        model.hover = None;
        return vec![Effect::StopCounting];
    }
    let names: Vec<_> = paths.iter().take(NAMES).map(|p| name_of(p)).collect();
    model.hover = Some(Bundle {
        names: names.clone(),
        entries: paths.len(),
        ..Bundle::default()
    });
    vec![Effect::Count(paths, names)]
}

fn drop_lost(model: &mut Model) {
    model.hover = None;
    model.toasts.warning(
        "The dropped files did not arrive",
        Some(
            "The system handed over none of them: one may be missing, lie on another computer, \
             or have a name that can't be read, or there were too many. \
             Choose them with \"New from files…\" instead."
                .into(),
        ),
        None,
    );
}

fn undo(model: &mut Model, batch: u64) -> Vec<Effect> {
    model.toasts.withdraw(batch);
    preview::undo(model, batch).unwrap_or_else(|| vec![Effect::Restore(batch)])
}

/// Deletes with Undo: the rows go at once, the offer to undo comes when they are in the trash.
fn delete(model: &mut Model, plan: Plan, cleanup: bool) -> Vec<Effect> {
    let ids: Vec<SessionId> = plan.delete.iter().map(|d| d.id).collect();
    if ids.is_empty() {
        return Vec::new();
    }
    let batch = model.fresh_id();
    model.batches.insert(
        batch,
        Batch {
            bytes: plan.bytes,
            ids: ids.clone(),
            cleanup,
        },
    );
    let mut effects = vec![Effect::Delete { batch, plan }];
    effects.extend(leave(model, &ids));
    effects
}

/// Hides rows that are about to go; the next row inherits the selection.
fn leave(model: &mut Model, ids: &[SessionId]) -> Vec<Effect> {
    let going: HashSet<_> = ids.iter().copied().collect();
    let selected_go = model.selection.iter().any(|id| going.contains(&id));
    let heir = model.selection.heir(&model.table, &going);
    model.table.hide(ids.iter().copied());
    model.moved();
    let mut effects = select(model, |m| {
        m.selection.retain(|id| !going.contains(&id));
        if selected_go
            && m.selection.is_empty()
            && let Some(heir) = heir
        {
            m.selection.set([heir]);
        }
    });
    if selected_go {
        scroll_to_cursor(model, &mut effects);
    }
    effects
}

/// The plan that deletes exactly these.
fn plan_for(model: &Model, ids: &[SessionId]) -> Plan {
    let doomed = |id: &SessionId| {
        let row = model.table.get(*id)?;
        Some(Doomed {
            id: *id,
            created_at: row.session.created_at,
            bytes: row.size.bytes(),
            reasons: Vec::new(),
        })
    };
    Plan::to_delete(ids.iter().filter_map(doomed).collect())
}

/// Asks for a fresh list, one at a time.
pub(super) fn relist(model: &mut Model) -> Vec<Effect> {
    if model.listing {
        model.list_again = true;
        return Vec::new();
    }
    model.listing = true;
    vec![Effect::List {
        generation: model.generation,
        known: Box::new(model.table.known(model.moment.now)),
    }]
}

/// Asks for the sizes of these sessions.
fn measure(model: &mut Model, ids: impl IntoIterator<Item = SessionId>) -> Vec<Effect> {
    let wanted = ids.into_iter().filter(|id| model.table.get(*id).is_some());
    let wanted: Vec<_> = wanted.collect();
    measure_all(model, wanted)
}

/// As [`measure`], of sessions that are known to be in the table.
fn measure_all(model: &mut Model, wanted: Vec<SessionId>) -> Vec<Effect> {
    if wanted.is_empty() {
        return Vec::new();
    }
    model.measuring = true;
    vec![Effect::Measure(wanted)]
}
