//! The marked cell and the selected rows: a value in full, and what of them goes to the clipboard.

use std::sync::Arc;

use super::super::action::{DataEffect, Effect, UiEffect};
use super::super::model::Model;
use super::super::model::data::{CellLook, Pane};
use super::super::model::problem::Problem;
use super::data::one;
use crate::data::{Copied, Copy, MOST_TEXT, MOST_VALUE, Spot, Value, Where};
use crate::session::text;

/// Bytes of a value that are read in one go.
pub const PART: usize = 64 << 10;

/// The marked cell: its column, its row, where its value is found, and what of it is in the grid.
fn marked(model: &Model) -> Option<(String, u64, Spot, &Value)> {
    if let (Some(look), Pane::Rows) = (&model.data.table, model.data.pane) {
        let (row, column) = look.cursor?;
        let read = look.row(row)?;
        let value = read.cells.get(column)?;
        let place = match read.id {
            Some(id) => Where::Id(id),
            None => Where::Place(row, Box::new(look.known_order()?.as_ref().clone())),
        };
        let column = look.view.columns.get(column)?.clone();
        let spot = Spot::Table(look.view.clone(), column.clone(), place);
        return Some((column, row, spot, value));
    }
    let query = &model.data.query;
    let (row, column) = query.cursor?;
    let answer = query.shown()?;
    let at = (usize::try_from(row).ok()?, column);
    let value = answer.rows.get(at.0)?.get(column)?;
    let spot = Spot::Answer(Arc::clone(answer), query.statement()?.to_owned(), at);
    Some((answer.columns.get(column)?.clone(), row, spot, value))
}

/// Shows the marked value in full.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let Some((column, row, spot, _)) = marked(model) else {
        return Vec::new();
    };
    *model.data.cell() = Some(CellLook {
        column,
        row,
        spot,
        ask: 0,
        part: None,
    });
    part(model, 0)
}

/// Reads the part of the value that is shown from byte `from` on.
pub fn part(model: &mut Model, from: u64) -> Vec<Effect> {
    let ask = model.fresh_id();
    let (Some(path), Some(cell)) = (model.data.database.clone(), model.data.cell()) else {
        return Vec::new();
    };
    cell.ask = ask;
    one(DataEffect::Cell(ask, path, cell.spot.clone(), (from, PART)))
}

/// Several rows, or else the marked value.
pub fn copy_marked(model: &mut Model) -> Vec<Effect> {
    let selected = match (&model.data.table, model.data.pane) {
        (Some(look), Pane::Rows) => look.selected(),
        _ => model.data.query.selected(),
    };
    match selected {
        Some(rows) if rows.start() < rows.end() => copy_rows(model),
        _ => copy_cell(model),
    }
}

/// The selected rows, under the names of their columns.
pub fn copy_rows(model: &mut Model) -> Vec<Effect> {
    let what = match (&model.data.table, model.data.pane) {
        (Some(look), Pane::Rows) => look
            .selected()
            .zip(look.known_order())
            .map(|(rows, order)| Copy::Rows(look.view.clone(), Arc::clone(order), rows)),
        _ => {
            let query = &model.data.query;
            let known = query.selected().zip(query.shown().zip(query.statement()));
            known.map(|(rows, (answer, sql))| Copy::Answer(Arc::clone(answer), sql.into(), rows))
        }
    };
    what.map_or_else(Vec::new, |what| read(model, what))
}

/// The marked value.
pub fn copy_cell(model: &mut Model) -> Vec<Effect> {
    match marked(model) {
        Some((_, _, spot, Value::Long(_))) => read(model, Copy::Value(spot)),
        Some((_, _, _, value)) => vec![Effect::Ui(UiEffect::CopyText(value.plain()))],
        None => Vec::new(),
    }
}

/// The name of a column.
pub fn copy_name(model: &Model, column: usize) -> Vec<Effect> {
    let name = match (&model.data.table, model.data.pane) {
        (Some(look), Pane::Rows) => look.view.columns.get(column),
        _ => model.data.query.shown().and_then(|a| a.columns.get(column)),
    };
    let copy = |name: &String| Effect::Ui(UiEffect::CopyText(name.clone()));
    name.map(copy).into_iter().collect()
}

/// The value that is shown in full.
pub fn copy_shown(model: &mut Model) -> Vec<Effect> {
    let spot = model.data.cell().as_ref().map(|cell| cell.spot.clone());
    spot.map_or_else(Vec::new, |spot| read(model, Copy::Value(spot)))
}

fn read(model: &mut Model, what: Copy) -> Vec<Effect> {
    let ask = model.fresh_id();
    let Some(path) = model.data.database.clone() else {
        return Vec::new();
    };
    let rows = match &what {
        Copy::Rows(_, _, rows) | Copy::Answer(_, _, rows) => rows.end() - rows.start() + 1,
        Copy::Value(_) => 1,
    };
    model.data.copying = Some((ask, rows));
    one(DataEffect::Copy(ask, path, what))
}

/// What was read goes to the clipboard; what of it is missing is told.
pub fn copied(model: &mut Model, ask: u64, copied: Result<Copied, Problem>) -> Vec<Effect> {
    let Some((_, asked)) = model.data.copying.take_if(|(running, _)| *running == ask) else {
        return Vec::new();
    };
    let copied = match copied {
        Ok(copied) => copied,
        Err(problem) => {
            model.toasts.error(problem);
            return Vec::new();
        }
    };
    let mut missing = |title: String, why: String| model.toasts.warning(title, Some(why), None);
    if copied.rows < asked {
        let title = format!(
            "Copied {} of {} rows",
            text::grouped(copied.rows),
            text::grouped(asked)
        );
        let why = if copied.text.len() >= MOST_TEXT {
            let most = text::bytes(MOST_TEXT as u64);
            format!("At most {most} are copied; export them to have them all")
        } else {
            "The others are not there any more".to_owned()
        };
        missing(title, why);
    }
    let most = text::bytes(MOST_VALUE as u64);
    match (copied.cut, asked) {
        (0, _) => {}
        (1, 1) if !copied.text.is_empty() && !copied.text.contains('\t') => missing(
            format!("Copied the first {most} of the value"),
            "Export the rows to have it whole".into(),
        ),
        (cut, _) => {
            let n = text::count(
                usize::try_from(cut).unwrap_or(usize::MAX),
                "value",
                "values",
            );
            let why =
                format!("What is longer than {most} is not copied; export the rows to have it");
            missing(format!("{n} left empty"), why);
        }
    }
    vec![Effect::Ui(UiEffect::CopyText(copied.text))]
}
