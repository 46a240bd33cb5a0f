//! The header of the table: click sorts, drag at an edge resizes, the other button shows and hides columns.

use eframe::egui::{
    Align2, CursorIcon, Id, Rangef, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::layout::Columns;
use crate::app::action::Action;
use crate::app::icons::Icon;
use crate::app::model::Model;
use crate::app::model::column::{Column, Sort};
use crate::app::theme::{self, size, space};
use crate::app::widgets::menu::{self, Item};
use crate::app::widgets::paint;

/// Width of the place at an edge where it can be dragged.
const GRIP: f32 = 8.0;

/// Side of the arrow that shows the order.
const ARROW: f32 = 12.0;

pub fn show(ui: &mut Ui, rect: Rect, columns: &Columns, model: &Model, actions: &mut Vec<Action>) {
    let p = theme::palette(ui);
    ui.painter().rect_filled(rect, 0.0, p.panel);
    let n = columns.iter().count();
    for (i, (column, place)) in columns.iter().enumerate() {
        let cell = Rect::from_x_y_ranges(place, rect.y_range());
        let response = title(ui, cell, column, model.table.sort());
        if response.clicked() {
            actions.push(Action::Sort(column));
        }
        menu::context(&response, |ui| chooser(ui, model, actions));
        if !column.is_marker() && i + 1 < n {
            grip(ui, cell, column, actions);
        }
    }
    paint::hairline_below(ui.painter(), rect, p);
}

fn title(ui: &Ui, cell: Rect, column: Column, sort: Sort) -> Response {
    let p = theme::palette(ui);
    let sorted = (sort.column == column).then_some(sort.descending);
    let response = ui.interact(cell, Id::unique(("header", column)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, name(column, sorted)));
    let ink = if sorted.is_some() || response.hovered() {
        p.text
    } else {
        p.secondary
    };
    let painter = ui.painter().with_clip_rect(cell.intersect(ui.clip_rect()));
    let inside = Columns::cell(cell.x_range(), cell, column);
    if column.is_marker() {
        let icon = if column == Column::Pin {
            Icon::Pin
        } else {
            Icon::Current
        };
        let square = Rect::from_center_size(inside.center(), vec2(ARROW, ARROW));
        icon.paint(&painter, square, ink);
    } else {
        let align = if is_number(column) {
            Align2::RIGHT_CENTER
        } else {
            Align2::LEFT_CENTER
        };
        let room = if sorted.is_some() {
            paint::before(inside, ARROW + 2.0)
        } else {
            inside
        };
        let word = paint::text(&painter, room, align, column.label(), paint::small(), ink);
        if let Some(descending) = sorted {
            let middle = pos2(word.right() + 2.0 + ARROW / 2.0, cell.center().y);
            let square = Rect::from_center_size(middle, vec2(ARROW, ARROW));
            let arrow = if descending {
                Icon::ArrowDown
            } else {
                Icon::ArrowUp
            };
            arrow.paint(&painter, square, ink);
        }
    }
    paint::focus_inside(ui, &response, cell);
    response.on_hover_text(format!("Sort by {}", column.label().to_lowercase()))
}

/// Whether a column holds figures, which stand flush right.
pub fn is_number(column: Column) -> bool {
    matches!(column, Column::Size | Column::Files)
}

fn name(column: Column, sorted: Option<bool>) -> String {
    match sorted {
        None => column.label().to_owned(),
        Some(true) => format!("{}, sorted descending", column.label()),
        Some(false) => format!("{}, sorted ascending", column.label()),
    }
}

fn grip(ui: &Ui, cell: Rect, column: Column, actions: &mut Vec<Action>) {
    let edge = Rangef::point(cell.right()).expand(GRIP / 2.0);
    let place = Rect::from_x_y_ranges(edge, cell.y_range());
    let response = ui
        .interact(place, Id::unique(("header-grip", column)), Sense::DRAG)
        .on_hover_and_drag_cursor(CursorIcon::ResizeColumn);
    let p = theme::palette(ui);
    let line = cell.y_range().shrink(space::XS);
    let stroke = if response.hovered() || response.dragged() {
        eframe::egui::Stroke::new(size::HAIRLINE, p.accent_ink)
    } else {
        paint::hairline(ui.painter(), p)
    };
    ui.painter().vline(cell.right(), line, stroke);
    if let Some(pointer) = response
        .interact_pointer_pos()
        .filter(|_| response.dragged())
    {
        actions.push(Action::ResizeColumn(column, pointer.x - cell.left()));
    }
}

fn chooser(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    for column in Column::ALL.into_iter().filter(|c| c.can_hide()) {
        let on = !model.hidden.contains(&column);
        if Item::new(column.label()).ticked(on).show(ui) {
            actions.push(Action::ToggleColumn(column));
        }
    }
    ui.add_space(space::XS);
    if Item::new("Reset columns").show(ui) {
        actions.push(Action::ResetColumns);
    }
}
