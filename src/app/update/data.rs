//! What the person does in the tab "Data", and what is to be read for it. What was found: `data_report`.

use super::super::action::{DataAction, DataEffect, Effect};
use super::super::model::data::{BLOCK, MOST_HISTORY, Pane, Query, TableLook};
use super::super::model::{Model, SideTab};
use super::data_cell;
use crate::data::{Filter, Sort, Source};

/// Rows that are kept of an answer at first, and at most.
const ROWS: (usize, usize) = (1_000, 100_000);

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
        DataAction::Order(column, order) => {
            let Some(look) = &mut model.data.table else {
                return Vec::new();
            };
            let name = look.view.columns.get(column).cloned();
            look.view.sort = name
                .zip(order)
                .map(|(column, descending)| Sort { column, descending });
            again(model, true)
        }
        DataAction::CopyName(column) => data_cell::copy_name(model, column),
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
        DataAction::CopyMarked => data_cell::copy_marked(model),
        DataAction::Copy => data_cell::copy_rows(model),
        DataAction::CopyCell => data_cell::copy_cell(model),
        DataAction::CopyShown => data_cell::copy_shown(model),
        DataAction::StopCopy => {
            model.data.copying = None;
            one(DataEffect::StopCopy)
        }
        DataAction::OpenCell => data_cell::open(model),
        DataAction::CloseCell => {
            *model.data.cell() = None;
            one(DataEffect::StopCell)
        }
        DataAction::Part(from) => data_cell::part(model, from),
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
                (_, Pane::Sql) => match model.data.query.statement() {
                    Some(statement) => Source::Sql(statement.to_owned()),
                    None => return Vec::new(),
                },
            };
            let name = match &source {
                Source::View(view) => file_name(&view.table),
                Source::Sql(_) => EXPORT.to_owned(),
            };
            model.data.pending = Some((source, format));
            vec![Effect::PickExport(name, format)]
        }
    }
}

pub(super) fn one(effect: DataEffect) -> Vec<Effect> {
    vec![Effect::Data(effect)]
}

/// This table of this database is to be looked at, as soon as it is known what there is.
pub fn look_at(model: &mut Model, path: std::path::PathBuf, name: &str) -> Vec<Effect> {
    let mut effects = look_into(model, path.clone());
    let data = &model.data;
    if data.database.as_ref() == Some(&path) && matches!(data.schema, Some(Ok(_))) {
        if data.table.as_ref().is_none_or(|t| t.table.name != name) {
            effects.extend(table(model, name));
        }
    } else {
        model.data.wanted_table = Some(name.to_owned());
    }
    effects
}

/// This database is to be looked into, as soon as it is known which there are.
pub fn look_into(model: &mut Model, path: std::path::PathBuf) -> Vec<Effect> {
    model.data.pane = Pane::Rows;
    model.data.wanted_table = None;
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
    data.copying = None;
    data.query.cell = None;
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
    let had_value = anew && look.cell.is_some();
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
    if had_value {
        effects.push(Effect::Data(DataEffect::StopCell));
    }
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
    query.cell = None;
    let Some(answer) = query.shown() else {
        return;
    };
    // Along the first column, up the first number after it.
    let is_number = |c: &usize| answer.rows.iter().take(50).any(|r| r[*c].is_number());
    let up = (1..answer.columns.len()).find(is_number).unwrap_or(0);
    query.axes = (0, up);
}

/// What an export is called where nothing better is known.
const EXPORT: &str = "export";

/// The name of a file for the rows of `table`, without its end: what no file can have in its name on one of
/// the systems is left out.
fn file_name(table: &str) -> String {
    const LONGEST: usize = 80;
    let plain = |c: char| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        c if c.is_control() => '_',
        c => c,
    };
    let name: String = table.chars().map(plain).take(LONGEST).collect();
    // A dot at its beginning hides it.
    let name = name.trim_matches(|c: char| c == '.' || c.is_whitespace());
    // Devices of Windows, whatever their end.
    let device = |name: &str| {
        let name = name.split('.').next().unwrap_or(name).trim_end();
        let numbered = |begins: &str| {
            name.len() == 4
                && name
                    .get(..3)
                    .is_some_and(|n| n.eq_ignore_ascii_case(begins))
                && name.ends_with(|c: char| c.is_ascii_digit())
        };
        let named = ["con", "prn", "aux", "nul"];
        named.iter().any(|n| name.eq_ignore_ascii_case(n)) || numbered("com") || numbered("lpt")
    };
    match name {
        "" => EXPORT.to_owned(),
        name if device(name) => format!("{EXPORT} {name}"),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_is_called_like_its_table_where_a_file_can_be() {
        for (table, name) in [
            ("orders", "orders"),
            ("Umsätze 2025", "Umsätze 2025"),
            ("a/b\\c:d\"e\n", "a_b_c_d_e_"),
            ("..", "export"),
            (" .x. ", "x"),
            ("CON", "export CON"),
            ("com1.old", "export com1.old"),
            ("come", "come"),
            ("ä1", "ä1"),
        ] {
            assert_eq!(file_name(table), name, "{table}");
        }
        assert_eq!(file_name(&"x".repeat(999)).len(), 80);
    }
}
