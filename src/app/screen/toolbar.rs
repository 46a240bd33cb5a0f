//! The toolbar: new, clean up, filter, settings.

use egui::{Align, Layout, Ui, vec2};

use super::Memory;
use super::commands::{self, button};
use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::model::Model;
use crate::app::theme::{self, space};
use crate::app::widgets::button::{self as buttons, Kind};
use crate::app::widgets::paint;
use crate::app::widgets::search::Search;
use crate::app::widgets::split as halves;

/// Narrower, the words of the buttons go.
const COMPACT: f32 = 820.0;

/// Widest filter box, in points.
const FILTER: f32 = 320.0;

pub fn show(ui: &mut Ui, model: &Model, memory: &mut Memory, actions: &mut Vec<Action>) {
    let rect = ui.max_rect();
    paint::hairline_below(ui.painter(), rect, theme::palette(ui));
    let compact = rect.width() < COMPACT;
    ui.spacing_mut().item_spacing = vec2(space::S, 0.0);
    ui.horizontal_centered(|ui| {
        ui.add_space(space::M);
        new(ui, model, compact, actions);
        clean_up(ui, model, compact, actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(space::M);
            commands::icon_button(ui, model, Command::Settings, actions);
            filter(ui, model, memory, actions);
        });
    });
}

fn new(ui: &mut Ui, model: &Model, compact: bool, actions: &mut Vec<Action>) {
    let main = Command::NewFromFiles;
    let words = commands::Words::of(ui, model, main);
    // Where there is no session yet, the table has a button for it that stands out.
    let shown = button(&words, model, main)
        .kind(Kind::Quiet)
        .compact(compact);
    let pressed = split(ui, shown, "More ways to make a session", |ui| {
        for command in [
            Command::NewFromFolder,
            Command::NewFromClipboard,
            Command::NewEmpty,
        ] {
            commands::item(ui, model, command, actions);
        }
    });
    if pressed {
        actions.push(Action::Command(main));
    }
}

fn clean_up(ui: &mut Ui, model: &Model, compact: bool, actions: &mut Vec<Action>) {
    let main = Command::CleanUp;
    let words = commands::Words::of(ui, model, main);
    let tip = commands::cleanup_tip(model.cleanup_plan());
    let shown = button(&words, model, main)
        .kind(Kind::Quiet)
        .compact(compact)
        .tip(&tip);
    let pressed = split(ui, shown, "More ways to clean up", |ui| {
        commands::item(ui, model, Command::CleanUpPreview, actions);
        commands::item(ui, model, Command::Undo, actions);
    });
    if pressed {
        actions.push(Action::Command(main));
    }
}

fn split(
    ui: &mut Ui,
    button: buttons::Button<'_>,
    menu: &str,
    contents: impl FnOnce(&mut Ui),
) -> bool {
    let (response, _) = halves::show(ui, button, menu, contents);
    response.clicked()
}

fn filter(ui: &mut Ui, model: &Model, memory: &mut Memory, actions: &mut Vec<Action>) {
    if memory.filter != model.filter_text && !memory.filter_focused {
        memory.filter.clone_from(&model.filter_text);
    }
    let width = (ui.available_width() - space::XL).clamp(96.0, FILTER);
    let shown = !model.filter_text.is_empty();
    let search = Search {
        name: "Filter sessions",
        hint: "Filter by name, older:7d, is:pinned…",
        found: shown.then(|| (model.table.shown_len(), model.table.total().sessions)),
        problem: model.table.filter().problem.as_deref(),
        width,
    };
    let response = search.show(ui, &mut memory.filter);
    memory.filter_focused = response.has_focus();
    if std::mem::take(&mut memory.focus_filter) {
        response.request_focus();
    }
    if response.changed() {
        actions.push(Action::Filter(memory.filter.clone()));
    }
}
