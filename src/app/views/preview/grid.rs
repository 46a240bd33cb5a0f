//! Delimited text as a grid: the header stays, rows scroll, long fields are whole in the tooltip.

use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2};

use super::{Asked, Memory};
use crate::app::icons::Icon;
use crate::app::model::preview::{Fields, PAGE};
use crate::app::theme::{self, size, space};
use crate::app::widgets::long::{Long, Seen};
use crate::app::widgets::{fit, menu, paint};
use crate::session::text;

/// Rows whose fields decide the widths.
const SAMPLE: usize = 40;

pub(super) fn show(
    ui: &mut Ui,
    grid: &Fields,
    memory: &mut Memory,
    asked: &mut Vec<Asked>,
) -> Seen {
    let (mut widths, mut measured) = std::mem::take(&mut memory.widths);
    if !measured {
        measured = grid.pages.get(0).is_some();
        widths = column_widths(ui, grid);
    }
    let digits = grid.rows().max(999).ilog10() + 1;
    let gutter =
        digits as f32 * paint::measure(ui.painter(), "0", &paint::small()) + 2.0 * space::S;
    let long = Long {
        name: "Rows of the file",
        role: Role::Table,
        rows: grid
            .rows()
            .max(grid.pages.get(0).map_or(0, |p| p.len() as u64)),
        row_height: size::HEADER,
        width: gutter + widths.iter().map(|(width, _)| width).sum::<f32>(),
        header: size::HEADER,
    };
    let mut scroll = memory.scroll;
    let header = |ui: &mut Ui, rect: Rect| head(ui, grid, &widths, gutter, rect);
    let seen = long.show(ui, &mut scroll, header, |ui, i, rect| {
        let page = grid.pages.get(i / PAGE);
        if let Some(fields) = page.and_then(|p| p.get((i % PAGE) as usize)) {
            asked.extend(row(ui, i, fields, &widths, gutter, rect));
        }
    });
    (memory.scroll, memory.widths) = (scroll, (widths, measured));
    memory.need(&seen, |page| grid.pages.get(page).is_some(), asked);
    seen
}

/// Whether a field stands at the right.
fn is_number(field: &str) -> bool {
    field.len() < 40 && field.trim().parse::<f64>().is_ok()
}

/// The width of each column, and whether its head stands at the right as its numbers do.
fn column_widths(ui: &Ui, grid: &Fields) -> Vec<(f32, bool)> {
    let sample = grid
        .pages
        .get(0)
        .map_or(&[][..], |p| &p[..p.len().min(SAMPLE)]);
    let width = |(i, name): (usize, &String)| {
        let fields = sample.iter().filter_map(|row| row.get(i));
        let cells = fields.map(|f| (text::one_line(f), is_number(f), f.is_empty()));
        fit::column(ui, &text::one_line(name), cells)
    };
    grid.columns.iter().enumerate().map(width).collect()
}

fn head(ui: &mut Ui, grid: &Fields, widths: &[(f32, bool)], gutter: f32, rect: Rect) {
    let p = theme::palette(ui);
    ui.painter().rect_filled(rect, 0.0, p.panel);
    paint::hairline_below(ui.painter(), rect, p);
    let mut left = rect.left() + gutter;
    for (i, (name, (width, right))) in grid.columns.iter().zip(widths).enumerate() {
        let cell = Rect::from_min_max(pos2(left, rect.top()), pos2(left + width, rect.bottom()));
        left += width;
        if !ui.is_rect_visible(cell) {
            continue;
        }
        let response = ui.interact(cell, ui.scope_id().with(("head", i)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, name));
        let place = cell.shrink2(egui::vec2(space::S, 0.0));
        let ink = if grid.header { p.text } else { p.secondary };
        let align = match right {
            true => Align2::RIGHT_CENTER,
            false => Align2::LEFT_CENTER,
        };
        paint::text(
            ui.painter(),
            place,
            align,
            &text::one_line(name),
            paint::small(),
            ink,
        );
        response.on_hover_text(name);
    }
}

fn row(
    ui: &mut Ui,
    i: u64,
    fields: &[String],
    widths: &[(f32, bool)],
    gutter: f32,
    rect: Rect,
) -> Option<Asked> {
    let p = theme::palette(ui);
    let response = ui.interact(rect, ui.scope_id().with(("row", i)), Sense::CLICK);
    response.widget_info(|| {
        let words = format!("Row {}: {}", i + 1, fields.join(", "));
        WidgetInfo::labeled(Role::Row, true, words)
    });
    if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, p.hover);
    }
    paint::hairline_below(ui.painter(), rect, p);
    let number = rect.with_max_x(rect.left() + gutter - space::S);
    let words = text::grouped(i + 1);
    paint::text(
        ui.painter(),
        number,
        Align2::RIGHT_CENTER,
        &words,
        paint::small(),
        p.secondary,
    );
    let pointer = response.hover_pos();
    let (mut left, mut over) = (rect.left() + gutter, None);
    for (field, (width, _)) in fields.iter().zip(widths) {
        let cell = Rect::from_min_max(pos2(left, rect.top()), pos2(left + width, rect.bottom()));
        left += width;
        if pointer.is_some_and(|at| cell.contains(at)) {
            over = Some(field);
        }
        if !ui.is_rect_visible(cell) || field.is_empty() {
            continue;
        }
        let place = cell.shrink2(egui::vec2(space::S, 0.0));
        let align = if is_number(field) {
            Align2::RIGHT_CENTER
        } else {
            Align2::LEFT_CENTER
        };
        let head: String = field.chars().take(200).collect();
        paint::text(
            ui.painter(),
            place,
            align,
            &text::one_line(&head),
            paint::body(),
            p.text,
        );
    }
    let copied = menu::context(&response, |ui| {
        let row = menu::Item::new("Copy row").icon(Icon::Copy).show(ui);
        row.then(|| fields.join("\t"))
    });
    if let Some(field) = over {
        let wide = field.chars().count() > 12;
        if wide {
            response.on_hover_text(field);
        }
    }
    copied.flatten().map(Asked::Copy)
}
