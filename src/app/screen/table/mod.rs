//! The session table: header, rows, keyboard focus. Draws only the rows that are seen.

mod cell;
mod header;
mod layout;
mod row;

use eframe::egui::{Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use self::layout::Columns;
pub use self::layout::natural_width;
use super::{Memory, places};
use crate::app::action::Action;
use crate::app::input;
use crate::app::model::Model;
use crate::app::theme::size;

pub fn show(ui: &mut Ui, model: &Model, memory: &mut Memory, actions: &mut Vec<Action>) {
    let whole = ui.max_rect();
    let columns = Columns::new(model, whole);
    let header = Rect::from_min_size(whole.min, vec2(whole.width(), size::HEADER));
    header::show(ui, header, &columns, model, actions);
    let body = Rect::from_min_max(pos2(whole.left(), header.bottom()), whole.max);
    focus(ui, body, model);
    let mut ui = ui.new_child(UiBuilder::new().max_rect(body).id_salt("rows"));
    if places::show(&mut ui, model, actions) {
        return;
    }
    rows(&mut ui, &columns, model, memory, actions);
}

/// One place for the keyboard for all rows, as lists have it.
fn focus(ui: &mut Ui, body: Rect, model: &Model) {
    let response = ui.interact(body, input::table_id(), Sense::FOCUSABLE);
    response.widget_info(|| WidgetInfo::labeled(Role::Table, true, "Sessions"));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_row_count(model.table.shown_len());
        node.set_multiselectable();
    });
    if response.has_focus() {
        let filter = eframe::egui::EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            escape: true,
            ..Default::default()
        };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
    }
}

fn rows(
    ui: &mut Ui,
    columns: &Columns,
    model: &Model,
    memory: &mut Memory,
    actions: &mut Vec<Action>,
) {
    let body = ui.max_rect();
    let page = (body.height() / size::ROW).floor().max(2.0) as usize - 1;
    ui.data_mut(|d| d.insert_temp(input::page_id(), page));
    let n = model.table.shown_len();
    let to = memory
        .scroll_to
        .take()
        .and_then(|id| model.table.position(id));
    let area = ScrollArea::vertical().auto_shrink(false).animated(false);
    let shown = area.show_viewport(ui, |ui, viewport| {
        let top = ui.max_rect().top();
        ui.set_height(n as f32 * size::ROW);
        let first = ((viewport.min.y / size::ROW).floor().max(0.0)) as usize;
        let last = ((viewport.max.y / size::ROW).ceil().max(0.0) as usize).min(n);
        let place = |i: usize| {
            let y = top + i as f32 * size::ROW;
            Rect::from_min_size(pos2(body.left(), y), vec2(body.width(), size::ROW))
        };
        for i in first..last {
            row::show(ui, place(i), i, columns, model, actions);
        }
        if let Some(i) = to {
            ui.scroll_to_rect(place(i), None);
        }
    });
    let below = n as f32 * size::ROW < body.height();
    if below {
        empty_space(ui, body, shown.inner_rect, n, actions);
    }
}

/// A click below the last row selects nothing.
fn empty_space(ui: &Ui, body: Rect, inner: Rect, n: usize, actions: &mut Vec<Action>) {
    let top = inner.top() + n as f32 * size::ROW;
    let rest = Rect::from_min_max(pos2(body.left(), top), body.max);
    let response = ui.interact(rest, ui.scope_id().with("below"), Sense::CLICK);
    if response.clicked() {
        actions.push(Action::Command(
            crate::app::command::Command::ClearSelection,
        ));
        ui.memory_mut(|m| m.request_focus(input::table_id()));
    }
}
