//! What the reading of databases found, and what follows from it.

use std::sync::Arc;

use super::super::action::{DataEffect, DataReport, Effect};
use super::super::model::Model;
use super::super::model::job::Job;
use super::super::model::problem::Problem;
use super::data::{again, one, open, read, show_answer, table};
use super::data_cell;
use crate::data::{Export, Kind, Order};
use crate::session::text;

/// What was found.
pub fn take(model: &mut Model, report: DataReport) -> Vec<Effect> {
    let look_of = |model: &Model| model.data.table.as_ref().map(|t| t.look);
    match report {
        DataReport::Found(id, found) => {
            if model.open.as_ref().map(|o| o.id) != Some(id) {
                return Vec::new();
            }
            let first = found
                .as_ref()
                .ok()
                .and_then(|(all, _)| all.first().map(|f| f.path.clone()));
            model.data.databases = Some(found);
            let chosen = model.data.wanted.take().or(first);
            return chosen.map_or_else(Vec::new, |path| open(model, path));
        }
        DataReport::Schema(path, schema) => return take_schema(model, &path, schema),
        DataReport::Counted(path, table, rows) => {
            if model.data.database.as_ref() == Some(&path) {
                model.data.counts.insert(table, rows);
            }
        }
        DataReport::Quick(look, order) if look_of(model) == Some(look) => {
            if let Some(table) = &mut model.data.table
                && !table.is_exact()
            {
                table.order = Some(order.map(Arc::new));
            }
            return read(model);
        }
        DataReport::Seen(look, rows) if look_of(model) == Some(look) => {
            if let Some(table) = &mut model.data.table {
                table.building = Some(rows);
            }
        }
        DataReport::Built(look, order) if look_of(model) == Some(look) => {
            built(model, order);
            return read(model);
        }
        DataReport::Page(look, block, rows) if look_of(model) == Some(look) => {
            if let Some(table) = &mut model.data.table {
                // One that was asked for by an older order is read again.
                if table.reading == Some(block) {
                    table.reading = None;
                    match rows {
                        Ok(rows) => table.keep(block, rows),
                        Err(problem) => table.problem = Some(problem),
                    }
                }
            }
            return read(model);
        }
        DataReport::Cell(ask, part) => {
            let of_table = model.data.table.as_mut().and_then(|t| t.cell.as_mut());
            let mut shown = of_table.into_iter().chain(model.data.query.cell.as_mut());
            if let Some(cell) = shown.find(|c| c.ask == ask) {
                cell.part = Some(part);
            }
        }
        DataReport::Copied(ask, copied) => return data_cell::copied(model, ask, copied),
        DataReport::Facts(look, column, facts) if look_of(model) == Some(look) => {
            let shown = model.data.table.as_mut().and_then(|t| t.facts.as_mut());
            if let Some(shown) = shown.filter(|(c, _)| *c == column) {
                shown.1 = Some(facts);
            }
        }
        DataReport::Ran(run, sql, outcome) => {
            let query = &mut model.data.query;
            if query.running.is_some_and(|(r, _)| r == run) {
                query.running = None;
                let answers = outcome.as_ref().map_or(0, |o| o.answers.len());
                query.outcome = Some((sql, outcome));
                query.answer = answers.saturating_sub(1);
                show_answer(query);
            }
        }
        DataReport::Exported(job, done) => return exported(model, job, done),
        DataReport::Picked(None) => model.data.pending = None,
        DataReport::Picked(Some(target)) => {
            let (Some((source, format)), Some(path)) =
                (model.data.pending.take(), model.data.database.clone())
            else {
                return Vec::new();
            };
            let job = model.fresh_id();
            let name = target
                .file_name()
                .unwrap_or(target.as_os_str())
                .to_string_lossy();
            let title = format!("Export to {name}");
            model
                .jobs
                .push(Job::new(job, title, model.moment.clock, true));
            let export = Export {
                source,
                format,
                target,
            };
            return one(DataEffect::Export(job, path, export));
        }
        // Of a look that is over.
        DataReport::Quick(..)
        | DataReport::Seen(..)
        | DataReport::Built(..)
        | DataReport::Page(..)
        | DataReport::Facts(..) => {}
    }
    Vec::new()
}

fn built(model: &mut Model, order: Result<Order, Problem>) {
    let fresh = model.fresh_id();
    let Some(table) = &mut model.data.table else {
        return;
    };
    table.building = None;
    match order {
        Ok(order) => {
            let same = |old: &Arc<Order>| old.places == order.places && old.stamp == order.stamp;
            if !table.known_order().is_some_and(same) {
                // Rows that were numbered by a guess stand elsewhere; those on their way are not taken.
                table.pages.clear();
                table.reading = None;
                table.look = fresh;
            }
            let end = order.rows;
            table.cursor = table.cursor.filter(|(row, _)| *row < end);
            table.facts.take_if(|(_, facts)| facts.is_none());
            table.order = Some(Ok(Arc::new(order)));
        }
        Err(problem) if table.pages.is_empty() => table.problem = Some(problem),
        // The first rows are there all the same.
        Err(problem) => model.toasts.error(problem),
    }
}

fn take_schema(
    model: &mut Model,
    path: &std::path::Path,
    schema: Result<crate::data::Schema, Problem>,
) -> Vec<Effect> {
    if model.data.database.as_deref() != Some(path) {
        return Vec::new();
    }
    let old = model.data.schema.as_ref().and_then(|s| s.as_ref().ok());
    let same = matches!((&schema, old), (Ok(new), Some(old)) if new.stamp == old.stamp);
    if same {
        return Vec::new();
    }
    let tables = schema.as_ref().map_or(Vec::new(), |s| s.tables.clone());
    model.data.schema = Some(schema);
    let mut counted: Vec<_> = tables.iter().filter(|t| t.problem.is_none()).collect();
    // What a view does to answer is anybody's guess.
    counted.sort_by_key(|t| t.kind == Kind::View);
    let names = counted.iter().map(|t| t.name.clone()).collect();
    let mut effects = one(DataEffect::Count(path.to_owned(), names));
    let shown = model.data.table.as_ref().map(|t| t.table.clone());
    match shown {
        None => {
            let wanted = model.data.wanted_table.take();
            let wanted = wanted.filter(|name| tables.iter().any(|t| t.name == *name));
            let first = tables.first().map(|first| first.name.clone());
            if let Some(name) = wanted.or(first) {
                let pane = model.data.pane;
                effects.extend(table(model, &name));
                model.data.pane = pane;
            }
        }
        Some(shown) => match tables.into_iter().find(|t| t.name == shown.name) {
            Some(fresh) if fresh.columns == shown.columns => effects.extend(again(model, false)),
            Some(fresh) => effects.extend(table(model, &fresh.name)),
            None => model.data.table = None,
        },
    }
    effects
}

fn exported(
    model: &mut Model,
    job: u64,
    done: Option<Result<(u64, std::path::PathBuf), Problem>>,
) -> Vec<Effect> {
    model.jobs.retain(|j| j.id != job);
    match done {
        None => model
            .toasts
            .remark("Export cancelled", Some("Nothing of it was kept".into())),
        Some(Err(problem)) => model.toasts.error(problem),
        Some(Ok((rows, target))) => {
            let rows = text::count(usize::try_from(rows).unwrap_or(usize::MAX), "row", "rows");
            model.toasts.notice(
                format!("Exported {rows}"),
                Some(target.display().to_string()),
            );
        }
    }
    vec![Effect::Ended(job)]
}
