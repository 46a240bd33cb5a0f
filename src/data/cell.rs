//! A value in full, some of its bytes at a time.

use std::sync::Arc;

use rusqlite::Connection;

use super::answer;
use super::look::{Database, Effort};
use super::order::{Order, View};
use super::page;
use super::quoted;
use super::schema::Key;
use super::sql::Answer;
use super::stop::Stop;
use super::value::Value;
use crate::session::Result;

/// Which value.
#[derive(Debug, Clone, PartialEq)]
pub enum Spot {
    /// Of a table or view, in this column.
    Table(View, String, Where),
    /// Of the answer to this statement: row and column, counted from 0.
    Answer(Arc<Answer>, String, (usize, usize)),
}

/// In which row of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Where {
    /// Of the row that SQLite gives this number.
    Id(i64),
    /// Of the row at this place of the order, counted from 0.
    Place(u64, Box<Order>),
}

/// A part of a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Whether it is bytes rather than text.
    pub blob: bool,
    /// Length of the whole, in bytes.
    pub bytes: u64,
    /// Where the part begins.
    pub from: u64,
    /// Its bytes.
    pub part: Vec<u8>,
}

/// At most `most` bytes of a text or blob from byte `from` on. A number or NULL comes as text.
///
/// # Errors
/// As for every look, a row that isn't there any more, and a statement that answers with another value now.
pub fn part(
    database: &Database,
    spot: &Spot,
    (from, most): (u64, usize),
    stop: &Stop,
) -> Result<Part> {
    let (view, column, place) = match spot {
        Spot::Table(view, column, place) => (view, column, place),
        Spot::Answer(answer, sql, at) => {
            return answer::value(database, (answer, sql), *at, stop, |value| {
                cut(value, from, most)
            });
        }
    };
    database.look("read the value", Effort::Glance, stop, |db, _| {
        if let (Where::Id(id), Key::Rowid(alias)) = (place, &view.key) {
            if let Some(part) = piece(db, view, column, *id, (from, most))? {
                return Ok(part);
            }
            let sql = format!(
                "SELECT {} FROM main.{} WHERE {alias} = ?",
                quoted(column),
                quoted(&view.table)
            );
            return db.query_row(&sql, [id], |row| Ok(cut(row.get_ref(0)?, from, most)));
        }
        let (row, order) = match place {
            Where::Place(row, order) => (*row, Some(order.as_ref())),
            Where::Id(row) => (row.unsigned_abs(), None),
        };
        page::value_at(db, view, column, order, row, |value| cut(value, from, most))
    })
}

/// Reads a part without the rest. Generated columns and numbers can't be read like that.
fn piece(
    db: &Connection,
    view: &View,
    column: &str,
    id: i64,
    (from, most): (u64, usize),
) -> rusqlite::Result<Option<Part>> {
    let Ok(blob) = db.blob_open(rusqlite::MAIN_DB, view.table.as_str(), column, id, true) else {
        return Ok(None);
    };
    let bytes = blob.len();
    let start = usize::try_from(from).unwrap_or(usize::MAX).min(bytes);
    let mut part = vec![0; most.min(bytes - start)];
    if !part.is_empty() {
        blob.read_at_exact(&mut part, start)?;
    }
    let Key::Rowid(alias) = &view.key else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT typeof({}) = 'blob' FROM main.{} WHERE {alias} = ?",
        quoted(column),
        quoted(&view.table)
    );
    Ok(Some(Part {
        blob: db.query_row(&sql, [id], |row| row.get(0))?,
        bytes: bytes as u64,
        from: start as u64,
        part,
    }))
}

fn cut(value: rusqlite::types::ValueRef<'_>, from: u64, most: usize) -> Part {
    use rusqlite::types::ValueRef;
    let (blob, bytes) = match value {
        ValueRef::Text(bytes) => (false, bytes.to_vec()),
        ValueRef::Blob(bytes) => (true, bytes.to_vec()),
        other => (false, Value::whole(other).plain().into_bytes()),
    };
    let start = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
    let end = start.saturating_add(most).min(bytes.len());
    Part {
        blob,
        bytes: bytes.len() as u64,
        from: start as u64,
        part: bytes[start..end].to_vec(),
    }
}
