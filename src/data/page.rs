//! Some rows of a view, from the n-th on. Long values come as their beginning: a row of a gigabyte costs no
//! more than any other.

use rusqlite::types::{Value as Bound, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::look::{Database, Effort};
use super::order::{Order, Places, STRIDE, View};
use super::quoted;
use super::schema::Key;
use super::stop::Stop;
use super::value::{Long, Value};
use crate::session::Result;

/// Values up to this many bytes are looked into for their beginning.
const LOOKED_INTO: u64 = 1 << 20;

/// Columns that are read in one go: each takes two of the 2,000 that SQLite allows.
const AT_ONCE: usize = 900;

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The number that SQLite gives it, if it does.
    pub id: Option<i64>,
    /// A value for each column.
    pub cells: Vec<Value>,
}

/// At most `n` rows from number `first` on, counted from 0.
///
/// # Errors
/// As for every look.
pub fn page(
    database: &Database,
    view: &View,
    order: &Order,
    first: u64,
    n: usize,
    stop: &Stop,
) -> Result<Vec<Row>> {
    database.look("read the rows", Effort::Glance, stop, |db, _| {
        let mut rows: Vec<Row> = Vec::new();
        for columns in chunks(&view.columns) {
            let mut part = Vec::new();
            let what = (columns, LOOKED_INTO);
            each(db, view, what, order, (first, n), &mut |row| {
                part.push(row_of(row, columns.len(), Value::short)?);
                Ok(true)
            })?;
            if rows.is_empty() {
                rows = part;
            } else {
                for (row, more) in rows.iter_mut().zip(part) {
                    row.cells.extend(more.cells);
                }
            }
        }
        Ok(rows)
    })
}

/// The columns in portions that can be read in one go. A table without columns still has rows.
pub(super) fn chunks(columns: &[String]) -> Vec<&[String]> {
    if columns.is_empty() {
        return vec![columns];
    }
    columns.chunks(AT_ONCE).collect()
}

/// What is told of each row; none of one that was deleted since the rows were sorted. Says whether it wants more.
pub(super) type Take<'a> = dyn FnMut(Found<'_, '_>) -> rusqlite::Result<bool> + 'a;

/// A row as SQLite hands it over, or the number of one that is gone.
pub(super) type Found<'r, 'stmt> = std::result::Result<&'r rusqlite::Row<'stmt>, i64>;

/// Calls `take` with at most `n` rows from number `first` on, of each its number and for each of `columns` the
/// value and its length: a value of more than `most` bytes comes as its length only.
pub(super) fn each(
    db: &Connection,
    view: &View,
    (columns, most): (&[String], u64),
    order: &Order,
    (first, n): (u64, usize),
    take: &mut Take<'_>,
) -> rusqlite::Result<()> {
    let (source, mut values) = view.source();
    let what = selected(view, columns, most);
    let by = view.by();
    let mut many = |sql: &str, values: Vec<Bound>| -> rusqlite::Result<()> {
        let mut statement = db.prepare(sql)?;
        let mut found = statement.query(params_from_iter(values))?;
        while let Some(row) = found.next()? {
            if !take(Ok(row))? {
                break;
            }
        }
        Ok(())
    };
    match (&order.places, &view.key) {
        (Places::From(start), Key::Rowid(alias)) => {
            let from = i64::try_from(first).ok().and_then(|f| start.checked_add(f));
            let sql = format!("SELECT {what}{source} WHERE {alias} >= ?1{by} LIMIT {n}");
            many(&sql, vec![Bound::Integer(from.unwrap_or(i64::MAX))])
        }
        (Places::Every(anchors), Key::Rowid(alias)) => {
            let (anchor, skip) = anchored(first);
            let Some(from) = anchors.get(anchor) else {
                return Ok(());
            };
            let sql =
                format!("SELECT {what}{source} WHERE {alias} >= ?1{by} LIMIT {n} OFFSET {skip}");
            many(&sql, vec![Bound::Integer(*from)])
        }
        (Places::Each(places), Key::Rowid(alias)) => {
            let from = usize::try_from(first)
                .unwrap_or(usize::MAX)
                .min(places.len());
            let to = from.saturating_add(n).min(places.len());
            let sql = format!(
                "SELECT {what} FROM main.{} WHERE {alias} = ?1",
                quoted(&view.table)
            );
            let mut statement = db.prepare(&sql)?;
            for id in &places[from..to] {
                let mut one = statement.query([id])?;
                if !take(one.next()?.ok_or(*id))? {
                    break;
                }
            }
            Ok(())
        }
        (Places::Keys(anchors), Key::Primary(key)) => {
            let (anchor, skip) = anchored(first);
            let Some(from) = anchors.get(anchor) else {
                return Ok(());
            };
            let names: Vec<_> = key.iter().map(|c| quoted(c)).collect();
            let marks: Vec<_> = (1..=key.len()).map(|i| format!("?{i}")).collect();
            let (names, marks) = (names.join(", "), marks.join(", "));
            let sql = format!(
                "SELECT {what}{source} WHERE ({names}) >= ({marks}){by} LIMIT {n} OFFSET {skip}"
            );
            many(&sql, from.clone())
        }
        _ => {
            values.push(Bound::Integer(i64::try_from(first).unwrap_or(i64::MAX)));
            let sql = format!(
                "SELECT {what}{source}{by} LIMIT {n} OFFSET ?{}",
                values.len()
            );
            many(&sql, values)
        }
    }
}

/// The number of the anchor before a row, and how many rows lie between.
fn anchored(row: u64) -> (usize, u64) {
    let stride = STRIDE as u64;
    (
        usize::try_from(row / stride).unwrap_or(usize::MAX),
        row % stride,
    )
}

/// What is read of each row: its number, and of each column the value if it is short, and its length and
/// kind if not.
fn selected(view: &View, columns: &[String], most: u64) -> String {
    use std::fmt::Write;
    let mut what = match &view.key {
        Key::Rowid(alias) => (*alias).to_owned(),
        Key::Primary(_) | Key::None => "NULL".into(),
    };
    for column in columns {
        let c = quoted(column);
        // The length of a value in the file is known without reading it.
        let _ = write!(
            what,
            ", CASE WHEN octet_length({c}) > {most} THEN NULL ELSE {c} END, \
             CASE WHEN octet_length({c}) > {most} THEN \
             octet_length({c}) * 2 + (typeof({c}) = 'blob') END"
        );
    }
    what
}

/// The row with its values, each made by `value`.
pub(super) fn row_of(
    row: Found<'_, '_>,
    columns: usize,
    value: impl Fn(ValueRef<'_>) -> Value,
) -> rusqlite::Result<Row> {
    let row = match row {
        Ok(row) => row,
        Err(id) => {
            return Ok(Row {
                id: Some(id),
                cells: vec![Value::Null; columns],
            });
        }
    };
    let id = row.get(0)?;
    let mut cells = Vec::with_capacity(columns);
    for i in 0..columns {
        cells.push(match row.get_ref(2 + 2 * i)? {
            ValueRef::Integer(long) => Value::Long(Long {
                blob: long % 2 == 1,
                bytes: long.unsigned_abs() / 2,
                beginning: Vec::new(),
            }),
            _ => value(row.get_ref(1 + 2 * i)?),
        });
    }
    Ok(Row { id, cells })
}

/// The value of one column in the row at a place of the order, whole.
pub(super) fn value_at<T>(
    db: &Connection,
    view: &View,
    column: &str,
    order: Option<&Order>,
    row: u64,
    f: impl FnOnce(ValueRef<'_>) -> T,
) -> rusqlite::Result<T> {
    let (source, mut values) = view.source();
    let (c, by) = (quoted(column), view.by());
    if let (Key::Primary(key), Some(Places::Keys(anchors))) = (&view.key, order.map(|o| &o.places))
    {
        let (anchor, skip) = anchored(row);
        let names: Vec<_> = key.iter().map(|c| quoted(c)).collect();
        let marks: Vec<_> = (1..=key.len()).map(|i| format!("?{i}")).collect();
        let (names, marks) = (names.join(", "), marks.join(", "));
        let sql =
            format!("SELECT {c}{source} WHERE ({names}) >= ({marks}){by} LIMIT 1 OFFSET {skip}");
        let from = anchors.get(anchor).cloned().unwrap_or_default();
        return db.query_row(&sql, params_from_iter(from), |row| Ok(f(row.get_ref(0)?)));
    }
    values.push(Bound::Integer(i64::try_from(row).unwrap_or(i64::MAX)));
    let sql = format!("SELECT {c}{source}{by} LIMIT 1 OFFSET ?{}", values.len());
    db.query_row(&sql, params_from_iter(values), |row| Ok(f(row.get_ref(0)?)))
}
