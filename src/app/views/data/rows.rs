//! The rows of a table: filter, grid, and under it a value in full or the facts of a column.

use egui::{Id, Ui, UiBuilder};

use super::{bar, below, cell, facts, kind, nothing};
use crate::app::action::DataAction;
use crate::app::icons::Icon;
use crate::app::input;
use crate::app::model::data::TableLook;
use crate::app::theme;
use crate::app::widgets::button::Button;
use crate::app::widgets::grid::{Asked, Cell, Grid, Head};
use crate::app::widgets::menu;
use crate::app::widgets::search::Search;
use crate::data::{Format, Value};
use crate::session::text;

/// Draws the pane; `all` is how many rows the table has, whatever the filter, as far as counted.
pub fn show(
    ui: &mut Ui,
    look: &TableLook,
    all: Option<u64>,
    copying: bool,
    out: &mut Vec<DataAction>,
) {
    let mut typed = look.typed.clone();
    bar(ui, |ui| {
        let search = Search {
            name: "Filter rows",
            hint: "Filter: words, or price > 3 and city ~ Köln",
            found: None,
            problem: look.filter_problem.as_deref(),
            width: (ui.available_width() - 142.0).clamp(140.0, 360.0),
        };
        if search.show(ui, &mut typed).changed() {
            out.push(DataAction::Filter(typed.clone()));
        }
        let marked = look.cursor.map(|(_, c)| c);
        let shown = look.facts.is_some();
        let tip = "Facts of the marked column: least, largest, how values are spread";
        let why_not = marked.is_none().then_some("Mark a cell first");
        let button = Button::icon(Icon::Info, "Column facts").tip(tip);
        if button
            .disabled_because(why_not.filter(|_| !shown))
            .show(ui)
            .clicked()
        {
            out.push(DataAction::Facts(marked.filter(|_| !shown)));
        }
        copy(ui, marked.is_some(), copying, out);
        export(ui, out);
    });
    if let Some(problem) = &look.filter_problem {
        ui.horizontal(|ui| {
            ui.add_space(theme::space::M);
            ui.label(theme::caption(ui, problem).color(theme::palette(ui).warning));
        });
    }
    if let Some(problem) = &look.table.problem {
        return nothing(
            ui,
            &format!("This {} can't be read", kind(&look.table)),
            problem,
        );
    }
    let order_problem = look.order.as_ref().and_then(|o| o.as_ref().err());
    if let Some(problem) = look.problem.as_ref().or(order_problem) {
        return nothing(ui, "The rows can't be read", &problem.why);
    }
    ui.horizontal(|ui| {
        ui.add_space(theme::space::M);
        ui.label(theme::caption(ui, counted(look, all)));
    });
    ui.add_space(theme::space::XS);
    let mut rest = ui.available_rect_before_wrap();
    if let Some(value) = &look.cell {
        rest = below(ui, 220.0, "value", |ui| cell::show(ui, value, out));
    } else if let Some((column, known)) = &look.facts {
        let height = facts::height(ui.available_width() - 2.0 * theme::space::S);
        rest = below(ui, height, "facts", |ui| {
            facts::show(ui, column, known.as_ref(), out)
        });
    }
    let mut child = ui.new_child(UiBuilder::new().max_rect(rest).id_salt("grid"));
    child.set_clip_rect(rest.intersect(ui.clip_rect()));
    grid(&mut child, look, out);
}

/// The selected rows for the clipboard; while they are read, the end of that.
pub fn copy(ui: &mut Ui, marked: bool, copying: bool, out: &mut Vec<DataAction>) {
    if copying {
        let stop = Button::icon(Icon::Close, "Stop copying").tip("The rows are being read");
        if stop.show(ui).clicked() {
            out.push(DataAction::StopCopy);
        }
        return;
    }
    let button = Button::icon(Icon::Copy, "Copy rows")
        .tip("The selected rows in full; Ctrl+C copies the marked cell, or several rows")
        .shortcut("Ctrl+Shift+C");
    let why_not = (!marked).then_some("Mark a cell first");
    if button.disabled_because(why_not).show(ui).clicked() {
        out.push(DataAction::Copy);
    }
}

/// Asks in which form rows are written to a file.
pub fn export(ui: &mut Ui, out: &mut Vec<DataAction>) {
    let pressed = Button::icon(Icon::External, "Export")
        .menu()
        .tip("All rows, into a file")
        .show(ui);
    menu::below(&pressed, |ui| {
        for (words, format) in [
            ("Export to CSV…", Format::Csv),
            ("Export to JSON…", Format::Json),
        ] {
            if menu::Item::new(words).icon(Icon::FileTable).show(ui) {
                out.push(DataAction::Export(format));
            }
        }
    });
}

/// How many rows there are, in words, and of how many they were chosen.
fn counted(look: &TableLook, all: Option<u64>) -> String {
    let columns = text::count(look.view.columns.len(), "column", "columns");
    let what = kind(&look.table);
    let rows = look.rows();
    let words = match (look.is_exact(), look.building) {
        (true, _) => {
            let found = text::count(usize::try_from(rows).unwrap_or(usize::MAX), "row", "rows");
            match all.filter(|_| !look.view.filter.is_empty()) {
                Some(all) => format!("{found} of {}", text::grouped(all)),
                None => found,
            }
        }
        (false, Some(seen)) if !look.view.filter.is_empty() => {
            format!("filtering… {} found so far", text::grouped(seen))
        }
        (false, Some(seen)) if look.view.sort.is_some() => {
            format!("sorting… {} rows so far", text::grouped(seen))
        }
        (false, Some(_)) => format!("about {} rows, counting…", text::grouped(rows)),
        (false, None) => format!("{} rows or more", text::grouped(rows)),
    };
    format!("{words} · {columns} · {what}")
}

fn grid(ui: &mut Ui, look: &TableLook, out: &mut Vec<DataAction>) {
    let sort = look.view.sort.as_ref();
    let heads: Vec<_> = look
        .table
        .columns
        .iter()
        .map(|column| {
            let key = if column.primary > 0 {
                ", primary key"
            } else {
                ""
            };
            let declared = if column.declared.is_empty() {
                "no type"
            } else {
                &column.declared
            };
            Head {
                name: text::one_line(&column.name).into_owned(),
                tip: format!("{}\n{declared}{key}", text::one_line(&column.name)),
                sorted: sort
                    .filter(|s| s.column == column.name)
                    .map(|s| s.descending),
            }
        })
        .collect();
    let grid = Grid {
        name: "Rows",
        key: Id::unique(("rows of", &look.table.name)),
        id: input::grid_id(),
        columns: &heads,
        rows: look.rows(),
        cursor: look.cursor,
        selected: look.selected(),
        can_sort: true,
    };
    let (seen, asked) = grid.show(ui, |row, column| {
        look.row(row)?.cells.get(column).map(drawn)
    });
    if seen != look.wanted || look.missing().is_some() && look.reading.is_none() {
        out.push(DataAction::Need(seen));
    }
    out.extend(asked.map(meant));
}

/// What is meant by what was done in a grid.
pub fn meant(asked: Asked) -> DataAction {
    match asked {
        Asked::Mark(row, column, extend) => DataAction::Mark(row, column, extend),
        Asked::Open => DataAction::OpenCell,
        Asked::CopyCell => DataAction::CopyCell,
        Asked::CopyRows => DataAction::Copy,
        Asked::Sort(column) => DataAction::Sort(column),
        Asked::Order(column, order) => DataAction::Order(column, order),
        Asked::Facts(column) => DataAction::Facts(Some(column)),
        Asked::CopyName(column) => DataAction::CopyName(column),
    }
}

/// A value as the grid draws it.
pub fn drawn(value: &Value) -> Cell<'static> {
    Cell {
        text: value.shown().into(),
        right: value.is_number(),
        pale: matches!(value, Value::Null | Value::Blob(_)),
    }
}
