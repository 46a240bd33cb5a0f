//! What the person does in the tab "Data", and what is to be read for it. What was found: `data_report`.

use super::super::action::{DataAction, DataEffect, Effect, UiEffect};
use super::super::model::data::{BLOCK, CellLook, MOST_HISTORY, Pane, Query, TableLook, tsv};
use super::super::model::{Model, SideTab};
use crate::data::{Filter, Source, Value, Where};
use crate::session::text;

/// Bytes of a value that are read in one go.
pub const PART: usize = 64 << 10;

/// Rows that are kept of an answer at first, and at most.
const ROWS: (usize, usize) = (1_000, 100_000);

/// As many rows are copied at most.
const MOST_COPIED: u64 = 100_000;

/// Asks for what the tab shows and doesn't know yet.
pub fn load(model: &Model) -> Vec<Effect> {
    let known = model.data.databases.is_some();
    match model.open_row() {
        Some(row) if model.side == SideTab::Data && !known => {
            one(DataEffect::Find(row.session.id, row.session.path.clone()))
        }
        _ => Vec::new(),
    }
}

/// Another session is open, or none.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    if model.data.databases.is_none() {
        return Vec::new();
    }
    model.data = super::super::model::data::Data::default();
    one(DataEffect::Leave)
}

/// Files of the open session have changed: what is shown stays until it is read again.
pub fn changed(model: &mut Model) -> Vec<Effect> {
    if model.side != SideTab::Data {
        return leave(model);
    }
    match (&model.data.database, model.data.databases.is_some()) {
        (Some(path), _) => one(DataEffect::Schema(path.clone())),
        (None, true) => {
            model.data.databases = None;
            load(model)
        }
        (None, false) => Vec::new(),
    }
}

/// What the person did.
pub fn act(model: &mut Model, action: DataAction) -> Vec<Effect> {
    match action {
        DataAction::Database(path) => open(model, path),
        DataAction::Table(name) => table(model, &name),
        DataAction::Pane(pane) => {
            model.data.pane = pane;
            Vec::new()
        }
        DataAction::Filter(typed) => {
            let Some(look) = &mut model.data.table else {
                return Vec::new();
            };
            let filter = Filter::parse(&typed, &look.view.columns);
            look.typed = typed;
            match filter {
                Err(why) => look.filter_problem = Some(why),
                Ok(filter) => {
                    look.filter_problem = None;
                    if filter != look.view.filter {
                        look.view.filter = filter;
                        return again(model, true);
                    }
                }
            }
            Vec::new()
        }
        DataAction::Sort(column) => {
            let Some(look) = &mut model.data.table else {
                return Vec::new();
            };
            look.view.sort = look.clicked(column);
            again(model, true)
        }
        DataAction::Need(rows) => {
            if let Some(look) = &mut model.data.table {
                look.wanted = rows;
            }
            read(model)
        }
        DataAction::Mark(row, column, extend) => {
            let (cursor, anchor) = match (&mut model.data.table, model.data.pane) {
                (Some(look), Pane::Rows) => (&mut look.cursor, &mut look.anchor),
                _ => (&mut model.data.query.cursor, &mut model.data.query.anchor),
            };
            *cursor = Some((row, column));
            if !extend {
                *anchor = row;
            }
            Vec::new()
        }
        DataAction::Copy => copy(model),
        DataAction::CopyCell => match marked(model).map(Value::plain) {
            Some(text) => vec![Effect::Ui(UiEffect::CopyText(text))],
            None => Vec::new(),
        },
        DataAction::OpenCell => open_cell(model),
        DataAction::CloseCell => {
            if let Some(look) = &mut model.data.table {
                look.cell = None;
            }
            Vec::new()
        }
        DataAction::Part(from) => cell_part(model, from),
        DataAction::Facts(column) => facts(model, column),
        DataAction::Type(text) => {
            model.data.query.text = text;
            Vec::new()
        }
        DataAction::Run => run(model, ROWS.0),
        DataAction::More => {
            let most = (model.data.query.most * 10).min(ROWS.1);
            if let Some((text, _)) = &model.data.query.outcome {
                model.data.query.text.clone_from(text);
            }
            run(model, most)
        }
        DataAction::Stop => one(DataEffect::StopRun),
        DataAction::Answer(answer) => {
            model.data.query.answer = answer;
            show_answer(&mut model.data.query);
            Vec::new()
        }
        DataAction::Shape(shape) => {
            model.data.query.shape = shape;
            Vec::new()
        }
        DataAction::Axes(x, y) => {
            model.data.query.axes = (x, y);
            Vec::new()
        }
        DataAction::Export(format) => {
            let source = match (&model.data.table, model.data.pane) {
                (Some(look), Pane::Rows) => Source::View(look.view.clone()),
                (None, Pane::Rows) => return Vec::new(),
                (_, Pane::Sql) => match (&model.data.query.outcome, model.data.query.shown()) {
                    (Some((text, _)), Some(answer)) => {
                        Source::Sql(text.get(answer.place.clone()).unwrap_or(text).to_owned())
                    }
                    _ => return Vec::new(),
                },
            };
            model.data.pending = Some((source, format));
            vec![Effect::PickExport(format)]
        }
    }
}

pub(super) fn one(effect: DataEffect) -> Vec<Effect> {
    vec![Effect::Data(effect)]
}

/// This database is to be looked into, as soon as it is known which there are.
pub fn look_into(model: &mut Model, path: std::path::PathBuf) -> Vec<Effect> {
    model.data.pane = Pane::Rows;
    let known = model.data.databases.is_some();
    if known && model.data.database.as_ref() != Some(&path) {
        return open(model, path);
    }
    model.data.wanted = (!known).then_some(path);
    Vec::new()
}

pub(super) fn open(model: &mut Model, path: std::path::PathBuf) -> Vec<Effect> {
    let data = &mut model.data;
    data.schema = None;
    data.counts.clear();
    data.table = None;
    data.query.outcome = None;
    data.query.running = None;
    data.database = Some(path.clone());
    vec![
        Effect::Data(DataEffect::Leave),
        Effect::Data(DataEffect::Schema(path)),
    ]
}

pub(super) fn table(model: &mut Model, name: &str) -> Vec<Effect> {
    model.data.pane = Pane::Rows;
    let look = model.fresh_id();
    let schema = model.data.schema.as_ref().and_then(|s| s.as_ref().ok());
    let Some(table) = schema.and_then(|s| s.tables.iter().find(|t| t.name == name)) else {
        return Vec::new();
    };
    model.data.table = Some(TableLook::new(look, table.clone()));
    again(model, true)
}

/// Looks at the rows again; `anew` forgets those that were read.
pub(super) fn again(model: &mut Model, anew: bool) -> Vec<Effect> {
    let fresh = model.fresh_id();
    let (Some(path), Some(look)) = (model.data.database.clone(), &mut model.data.table) else {
        return Vec::new();
    };
    look.look = fresh;
    look.reading = None;
    look.problem = None;
    look.building = Some(0);
    if anew {
        look.order = None;
        look.pages.clear();
        look.wanted = 0..BLOCK;
        look.cursor = None;
        look.cell = None;
    }
    if look.view.columns.is_empty() {
        look.building = None;
        return Vec::new();
    }
    let view = look.view.clone();
    let mut effects = vec![
        Effect::Data(DataEffect::Quick(fresh, path.clone(), view.clone())),
        Effect::Data(DataEffect::Build(fresh, path, view)),
    ];
    if look.facts.take().is_some() {
        effects.push(Effect::Data(DataEffect::StopFacts));
    }
    effects
}

/// Reads the first block that is seen and not there, one at a time.
pub(super) fn read(model: &mut Model) -> Vec<Effect> {
    let (Some(path), Some(look)) = (&model.data.database, &mut model.data.table) else {
        return Vec::new();
    };
    if look.reading.is_some() || look.problem.is_some() {
        return Vec::new();
    }
    let (Some(block), Some(order)) = (look.missing(), look.known_order().cloned()) else {
        return Vec::new();
    };
    look.reading = Some(block);
    let view = look.view.clone();
    one(DataEffect::Page(
        look.look,
        path.clone(),
        view,
        order,
        block,
    ))
}

fn marked(model: &Model) -> Option<&Value> {
    match (&model.data.table, model.data.pane) {
        (Some(look), Pane::Rows) => {
            let (row, column) = look.cursor?;
            look.row(row)?.cells.get(column)
        }
        _ => {
            let (row, column) = model.data.query.cursor?;
            let rows = &model.data.query.shown()?.rows;
            rows.get(usize::try_from(row).ok()?)?.get(column)
        }
    }
}

fn copy(model: &mut Model) -> Vec<Effect> {
    let is_long = |cells: &[Value]| cells.iter().any(|v| matches!(v, Value::Long(_)));
    let (text, asked, rows, long) = match (&model.data.table, model.data.pane) {
        (Some(look), Pane::Rows) => {
            let Some(selected) = look.selected() else {
                return Vec::new();
            };
            let asked = selected.end() - selected.start() + 1;
            let read = selected.take(MOST_COPIED as usize);
            let rows: Vec<_> = read.filter_map(|r| look.row(r)).collect();
            let cells = rows.iter().map(|r| r.cells.as_slice());
            let long = rows.iter().any(|r| is_long(&r.cells));
            (
                tsv(&look.view.columns, cells),
                asked,
                rows.len() as u64,
                long,
            )
        }
        _ => {
            let (Some(selected), Some(answer)) =
                (model.data.query.selected(), model.data.query.shown())
            else {
                return Vec::new();
            };
            let asked = selected.end() - selected.start() + 1;
            let row = |r: u64| answer.rows.get(usize::try_from(r).ok()?);
            let rows: Vec<_> = selected
                .take(MOST_COPIED as usize)
                .filter_map(row)
                .collect();
            let cells = rows.iter().map(|r| r.as_slice());
            let long = rows.iter().any(|r| is_long(r));
            (tsv(&answer.columns, cells), asked, rows.len() as u64, long)
        }
    };
    if rows < asked {
        let title = format!(
            "Copied {} of {} rows",
            text::grouped(rows),
            text::grouped(asked)
        );
        let why = "Only rows that were read lately are copied; export them all with \"Export\"";
        model.toasts.warning(title, Some(why.into()), None);
    }
    if long {
        let why = "Of values longer than a cell the beginning is copied; open or export them to have them whole";
        model
            .toasts
            .warning("Long values were cut", Some(why.into()), None);
    }
    vec![Effect::Ui(UiEffect::CopyText(text))]
}

fn open_cell(model: &mut Model) -> Vec<Effect> {
    let Some(look) = model
        .data
        .table
        .as_mut()
        .filter(|_| model.data.pane == Pane::Rows)
    else {
        return Vec::new();
    };
    let Some((row, column)) = look.cursor else {
        return Vec::new();
    };
    let place = match look.row(row).and_then(|r| r.id) {
        Some(id) => Where::Id(id),
        None => match look.known_order() {
            Some(order) => Where::Place(row, Box::new(order.as_ref().clone())),
            None => return Vec::new(),
        },
    };
    let Some(column) = look.view.columns.get(column).cloned() else {
        return Vec::new();
    };
    look.cell = Some(CellLook {
        column,
        row,
        place,
        part: None,
    });
    cell_part(model, 0)
}

fn cell_part(model: &mut Model, from: u64) -> Vec<Effect> {
    let (Some(path), Some(look)) = (&model.data.database, &mut model.data.table) else {
        return Vec::new();
    };
    let Some(cell) = &mut look.cell else {
        return Vec::new();
    };
    let (column, place) = (cell.column.clone(), cell.place.clone());
    let window = (from, PART);
    one(DataEffect::Cell(
        look.look,
        path.clone(),
        look.view.clone(),
        column,
        place,
        window,
    ))
}

fn facts(model: &mut Model, column: Option<usize>) -> Vec<Effect> {
    let (Some(path), Some(look)) = (&model.data.database, &mut model.data.table) else {
        return Vec::new();
    };
    let Some(column) = column.and_then(|c| look.view.columns.get(c)).cloned() else {
        look.facts = None;
        return one(DataEffect::StopFacts);
    };
    look.facts = Some((column.clone(), None));
    one(DataEffect::Facts(
        look.look,
        path.clone(),
        look.view.clone(),
        column,
    ))
}

fn run(model: &mut Model, most: usize) -> Vec<Effect> {
    let run = model.fresh_id();
    let Some(path) = model.data.database.clone() else {
        return Vec::new();
    };
    let query = &mut model.data.query;
    if query.text.trim().is_empty() {
        return Vec::new();
    }
    query.running = Some((run, model.moment.clock));
    query.most = most;
    let sql = query.text.clone();
    model.sql_history.retain(|old| *old != sql);
    model.sql_history.insert(0, sql.clone());
    model.sql_history.truncate(MOST_HISTORY);
    one(DataEffect::Run(run, path, sql, most))
}

pub(super) fn show_answer(query: &mut Query) {
    query.cursor = None;
    let Some(answer) = query.shown() else {
        return;
    };
    // Along the first column, up the first number after it.
    let is_number = |c: &usize| answer.rows.iter().take(50).any(|r| r[*c].is_number());
    let up = (1..answer.columns.len()).find(is_number).unwrap_or(0);
    query.axes = (0, up);
}
