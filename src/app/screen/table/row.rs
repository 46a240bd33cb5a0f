//! One row of the table: selection, menu, tooltips, and its name for those who can't see it.

use egui::{Id, Modifiers, PointerButton, Rect, Response, Role, Sense, Ui, WidgetInfo};

use super::cell;
use super::layout::Columns;
use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::input;
use crate::app::model::Model;
use crate::app::model::row::Row;
use crate::app::model::selection::Extend;
use crate::app::screen::commands;
use crate::app::theme::{self, Palette};
use crate::app::widgets::{menu, paint};

pub fn show(
    ui: &Ui,
    rect: Rect,
    position: usize,
    columns: &Columns,
    model: &Model,
    actions: &mut Vec<Action>,
) {
    let Some(row) = model.table.shown(position) else {
        return;
    };
    let id = row.session.id;
    let selected = model.selection.contains(id);
    // Rows take no keyboard focus of their own: the table has it for them.
    let response = ui.interact(rect, Id::unique(("session", id)), Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::Row, true, cell::name(row, model.now())));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_selected(selected);
        node.set_row_index(position);
    });
    background(ui, rect, selected, &response);
    for (column, place) in columns.iter() {
        let inside = Columns::cell(place, rect, column);
        let painter = ui
            .painter()
            .with_clip_rect(inside.expand(2.0).intersect(ui.clip_rect()));
        cell::draw(&painter, inside, column, row, model, theme::palette(ui));
    }
    react(ui, &response, id, actions);
    menu::context(&response, |ui| context_menu(ui, model, actions));
    tooltip(response, columns, row, model);
}

fn background(ui: &Ui, rect: Rect, selected: bool, response: &Response) {
    let p: &Palette = theme::palette(ui);
    let fill = if selected && ui.memory(|m| m.has_focus(input::table_id())) {
        p.selection
    } else if selected {
        p.selection_idle
    } else if response.hovered() || response.context_menu_opened() {
        p.hover
    } else {
        p.background
    };
    if fill != p.background {
        ui.painter().rect_filled(rect, 0.0, fill);
    }
    paint::hairline_below(ui.painter(), rect, p);
}

fn react(ui: &Ui, response: &Response, id: crate::session::SessionId, actions: &mut Vec<Action>) {
    if response.double_clicked() {
        actions.push(Action::Command(Command::OpenFolder));
        return;
    }
    if response.clicked() {
        ui.memory_mut(|m| m.request_focus(input::table_id()));
        actions.push(Action::Click(id, extend(ui.input(|i| i.modifiers))));
    } else if response.clicked_by(PointerButton::Secondary) {
        ui.memory_mut(|m| m.request_focus(input::table_id()));
        actions.push(Action::Aim(id));
    }
}

fn extend(modifiers: Modifiers) -> Extend {
    if modifiers.command {
        Extend::Toggle
    } else if modifiers.shift {
        Extend::Range
    } else {
        Extend::No
    }
}

fn context_menu(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let groups: [&[Command]; 4] = [
        &[Command::OpenFolder, Command::Reveal],
        &[Command::CopyPath, Command::CopyId],
        &[Command::MakeCurrent, Command::TogglePin, Command::Run],
        &[Command::Delete, Command::DeleteForever],
    ];
    for (i, group) in groups.into_iter().enumerate() {
        if i > 0 {
            menu::separator(ui);
        }
        for command in group {
            commands::item(ui, model, *command, actions);
        }
    }
}

fn tooltip(response: Response, columns: &Columns, row: Row<'_>, model: &Model) {
    let Some(column) = response.hover_pos().and_then(|p| columns.at(p.x)) else {
        return;
    };
    if let Some(text) = cell::tooltip(column, row, model) {
        // One tooltip per cell: leaving a column ends the one and begins the next.
        response.on_hover_text_at_pointer(text);
    }
}
