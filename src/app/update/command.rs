//! What each command does to the model. A command that can't be done now does nothing.

use super::super::action::{Effect, ServerDeed, UiEffect};
use super::super::command::Command;
use super::super::model::dialog::{Dialog, Erase, Palette, RulesForm, SettingsForm};
use super::super::model::preview::Act;
use super::super::model::row::Row;
use super::super::model::server::ServerForm;
use super::super::model::toast::Toast;
use super::super::model::{Load, Model, SideTab};
use super::{delete, load_open, measure, plan_for, relist, select, undo};
use crate::session::SessionId;

/// One step of the scale.
const ZOOM_STEP: f32 = 0.1;

pub fn run(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Err(why) = command.enabled(model) {
        refuse(model, command, why);
        return Vec::new();
    }
    match command {
        Command::NewFromFiles => vec![Effect::PickFiles],
        Command::NewFromFolder => vec![Effect::PickFolder],
        Command::NewFromClipboard => vec![Effect::ReadClipboard],
        Command::NewEmpty => vec![Effect::CreateEmpty {
            batch: model.fresh_id(),
            policy: model.policy.clone(),
        }],
        Command::CleanUp => {
            let plan = model.plan_by(&model.policy);
            delete(model, plan, true)
        }
        Command::CleanUpPreview => {
            let effects = open(model, |m| Dialog::CleanUp(RulesForm::of(&m.policy)));
            model.moved();
            effects
        }
        Command::OpenFolder => on_open(model, |row| Effect::Open(row.session.path.clone())),
        Command::Reveal => on_open(model, |row| Effect::Reveal(row.session.path.clone())),
        Command::CopyPath => copy(model, |row| row.session.path.display().to_string()),
        Command::CopyId => copy(model, |row| row.session.id.to_string()),
        Command::MakeCurrent => on_open(model, |row| Effect::MakeCurrent(row.session.id)),
        Command::TogglePin => toggle_pin(model),
        Command::Delete => {
            let ids = unprotected(model);
            let plan = plan_for(model, &ids);
            delete(model, plan, false)
        }
        Command::DeleteForever => ask_to_erase(model),
        Command::Undo => match model.toasts.newest_batch() {
            Some(batch) => undo(model, batch),
            None => Vec::new(),
        },
        Command::SelectAll => select(model, |m| m.selection.all(&m.table)),
        Command::ClearSelection => select(model, |m| m.selection.clear()),
        Command::Filter => vec![Effect::Ui(UiEffect::FocusFilter)],
        Command::ShowOverview => show(model, SideTab::Overview),
        Command::ShowFiles => show(model, SideTab::Files),
        Command::ShowData => show(model, SideTab::Data),
        Command::Run => show(model, SideTab::Run),
        Command::Widen => {
            model.widened = !model.widened;
            Vec::new()
        }
        Command::FindInFile => super::preview::act(model, Act::OpenFind),
        Command::Refresh => refresh(model),
        Command::Settings => open(model, |m| Dialog::Settings(Box::new(settings_form(m)))),
        Command::Server => super::server::act(model, ServerDeed::ShowPanel),
        Command::ZoomIn => zoom(model, ZOOM_STEP),
        Command::ZoomOut => zoom(model, -ZOOM_STEP),
        Command::ZoomReset => zoom(model, 1.0 - model.settings.window.scale),
        Command::Palette => open(model, |_| Dialog::Palette(Palette::default())),
        Command::Shortcuts => open(model, |_| Dialog::Shortcuts),
    }
}

/// A key has no tooltip that says why nothing happens; where a person expects something to be seen, that is
/// told, once.
fn refuse(model: &mut Model, command: Command, why: String) {
    let nothing_selected = model.selection.is_empty();
    let (title, body) = match command {
        Command::Delete | Command::DeleteForever if nothing_selected => return,
        Command::Delete | Command::DeleteForever => ("Nothing was deleted".to_owned(), Some(why)),
        // Pressed again and again, until there is nothing left to do.
        Command::Undo | Command::ClearSelection | Command::SelectAll => return,
        _ => (why, None),
    };
    let told = |t: &Toast| t.title == title && t.body == body;
    if !model.toasts.iter().any(told) {
        model.toasts.remark(title, body);
    }
}

fn open(model: &mut Model, dialog: impl FnOnce(&Model) -> Dialog) -> Vec<Effect> {
    model.dialog = Some(dialog(model));
    Vec::new()
}

fn on_open(model: &Model, effect: impl FnOnce(Row<'_>) -> Effect) -> Vec<Effect> {
    model.open_row().map(effect).into_iter().collect()
}

fn copy(model: &Model, text: impl Fn(Row<'_>) -> String) -> Vec<Effect> {
    let ids = model.selection.in_order(&model.table);
    let lines: Vec<_> = ids
        .iter()
        .filter_map(|id| model.table.get(*id))
        .map(text)
        .collect();
    if lines.is_empty() {
        return Vec::new();
    }
    vec![Effect::Ui(UiEffect::CopyText(lines.join("\n")))]
}

fn toggle_pin(model: &mut Model) -> Vec<Effect> {
    let pin = !model.all_selected_are_pinned();
    let ids: Vec<_> = model
        .selection
        .in_order(&model.table)
        .into_iter()
        .filter(|id| {
            model
                .table
                .get(*id)
                .is_some_and(|r| r.session.protection.pinned != pin)
        })
        .collect();
    // Shown at once; the list that follows tells the truth.
    for id in &ids {
        model
            .table
            .edit(*id, |session| session.protection.pinned = pin);
    }
    model.moved();
    if ids.is_empty() {
        Vec::new()
    } else {
        vec![Effect::Pin(ids, pin)]
    }
}

/// The selected sessions that nothing protects, in the order of the screen.
fn unprotected(model: &Model) -> Vec<SessionId> {
    let ids = model.selection.in_order(&model.table).into_iter();
    ids.filter(|id| {
        model
            .table
            .get(*id)
            .is_some_and(|r| !r.session.protection.any())
    })
    .collect()
}

fn ask_to_erase(model: &mut Model) -> Vec<Effect> {
    let ids = unprotected(model);
    let (Some(oldest), Some(newest)) = (ids.iter().min(), ids.iter().max()) else {
        return Vec::new();
    };
    let range = (*oldest, *newest);
    let rows: Vec<_> = ids.iter().filter_map(|id| model.table.get(*id)).collect();
    let erase = Erase {
        spared: model.selection.len() - ids.len(),
        bytes: rows.iter().filter_map(|r| r.size.bytes()).sum(),
        complete: rows.iter().all(|r| r.size.is_final()),
        range,
        ids,
    };
    open(model, |_| Dialog::Erase(erase))
}

fn show(model: &mut Model, tab: SideTab) -> Vec<Effect> {
    model.side = tab;
    load_open(model)
}

/// Reads everything again, sizes included; what is shown stays until it is replaced.
fn refresh(model: &mut Model) -> Vec<Effect> {
    let mut effects = relist(model);
    let ids: Vec<_> = model.table.rows().map(|r| r.session.id).collect();
    effects.extend(measure(model, ids));
    if let Some(open) = &mut model.open {
        open.manifest = None;
        effects.push(Effect::LoadDetails(open.id));
        if model.side == SideTab::Files
            && let Some(row) = model.table.get(open.id)
        {
            effects.push(Effect::LoadFiles(open.id, row.session.path.clone()));
        }
    }
    effects
}

fn zoom(model: &mut Model, by: f32) -> Vec<Effect> {
    let look = &mut model.settings.window;
    let scale = ((look.scale + by) * 10.0).round() / 10.0;
    look.scale = scale.clamp(1.0, 2.0);
    vec![
        Effect::Ui(UiEffect::ApplyLook),
        Effect::SaveSettings(Box::new(model.settings.clone())),
    ]
}

fn settings_form(model: &Model) -> SettingsForm {
    SettingsForm {
        base: model.base.display().to_string(),
        rules: RulesForm::of(&model.policy),
        look: model.settings.window,
        look_before: model.settings.window,
        server: (model.server.available).then(|| ServerForm::of(&model.settings.server)),
        base_is_overridden: model.base_is_overridden && !matches!(model.load, Load::Failed(_)),
    }
}
