//! Tables and views of a database: columns, keys, how many rows.

use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension};

use super::look::{Database, Effort};
use super::quoted;
use super::stamp::Stamp;
use super::stop::Stop;
use crate::session::{Error, Result};

/// What is in a database.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// How the file stood when it was read.
    pub stamp: Stamp,
    /// Tables and views, by name.
    pub tables: Vec<Table>,
}

/// A table or view.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its columns; none if they can't be told.
    pub columns: Vec<Column>,
    /// What a row is found by.
    pub key: Key,
    /// About how many rows it has, where that is known at once.
    pub about: Option<u64>,
    /// Why it can't be read, if so.
    pub problem: Option<String>,
}

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Rows in the file.
    Table,
    /// A statement.
    View,
    /// A module of SQLite makes its rows.
    Virtual,
    /// Belongs to such a module.
    Shadow,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The type that it was declared with; empty if none.
    pub declared: String,
    /// Whether it has a value in each row.
    pub not_null: bool,
    /// Its place in the primary key, from 1; 0 if it isn't in it.
    pub primary: u32,
}

/// What a row is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The number that SQLite gives each row, by the name that no column takes from it.
    Rowid(&'static str),
    /// The primary key.
    Primary(Vec<String>),
    /// Nothing.
    None,
}

/// Reads what is in `database`.
///
/// # Errors
/// As for every look: a file that is no database or damaged, a limit, `stop`.
pub fn schema(database: &Database, stop: &Stop) -> Result<Schema> {
    database.look("read the tables", Effort::Glance, stop, |db, stamp| {
        let listed = db
            .prepare(
                "SELECT name, type, wr FROM pragma_table_list
                 WHERE schema='main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
            )?
            .query_map([], |row| {
                let name = String::from_utf8_lossy(row.get_ref(0)?.as_bytes()?).into_owned();
                Ok((name, row.get::<_, String>(1)?, row.get::<_, bool>(2)?))
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let mut tables = Vec::with_capacity(listed.len());
        for (name, kind, without_rowid) in listed {
            tables.push(table(db, name, &kind, without_rowid, stamp)?);
        }
        tables.sort_by_cached_key(|t: &Table| (t.kind == Kind::Shadow, t.name.to_lowercase()));
        Ok(Schema {
            stamp: stamp.clone(),
            tables,
        })
    })
}

fn table(
    db: &Connection,
    name: String,
    kind: &str,
    without_rowid: bool,
    stamp: &Stamp,
) -> rusqlite::Result<Table> {
    let kind = match kind {
        "view" => Kind::View,
        "virtual" => Kind::Virtual,
        "shadow" => Kind::Shadow,
        _ => Kind::Table,
    };
    let read = columns(db, &name);
    let (columns, mut problem) = match read {
        Ok(columns) => (columns, None),
        Err(e) if is_local(&e) => (Vec::new(), Some(super::error::message(&e))),
        Err(e) => return Err(e),
    };
    let key = key(kind, without_rowid, &columns);
    let mut about = None;
    if let Key::Rowid(alias) = key {
        match range(db, &name, alias) {
            Ok(found) => about = found.map_or(Some(0), |r| likely(r, stamp)),
            Err(e) if is_local(&e) => problem = Some(super::error::message(&e)),
            Err(e) => return Err(e),
        }
    }
    Ok(Table {
        name,
        kind,
        columns,
        key,
        about,
        problem,
    })
}

/// Whether an error is about one table only.
fn is_local(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, TooBig, Unknown};
    matches!(
        super::error::code(error),
        Some(Unknown | DatabaseCorrupt | TooBig)
    )
}

fn columns(db: &Connection, table: &str) -> rusqlite::Result<Vec<Column>> {
    // Hidden columns of modules are no data; generated ones (2, 3) are.
    db.prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?) WHERE hidden <> 1")?
        .query_map([table], |row| {
            let text = |i| -> rusqlite::Result<String> {
                let value = row.get_ref(i)?;
                Ok(value
                    .as_bytes_or_null()?
                    .map_or_else(String::new, |b| String::from_utf8_lossy(b).into_owned()))
            };
            Ok(Column {
                name: text(0)?,
                declared: text(1)?,
                not_null: row.get(2)?,
                primary: row.get(3)?,
            })
        })?
        .collect()
}

fn key(kind: Kind, without_rowid: bool, columns: &[Column]) -> Key {
    if !matches!(kind, Kind::Table | Kind::Shadow) || columns.is_empty() {
        return Key::None;
    }
    if without_rowid {
        let mut parts: Vec<_> = columns.iter().filter(|c| c.primary > 0).collect();
        parts.sort_by_key(|c| c.primary);
        return Key::Primary(parts.into_iter().map(|c| c.name.clone()).collect());
    }
    let free = |alias: &&str| !columns.iter().any(|c| c.name.eq_ignore_ascii_case(alias));
    ["rowid", "_rowid_", "oid"]
        .into_iter()
        .find(|a| free(a))
        .map_or(Key::None, Key::Rowid)
}

/// The least and the largest number of a row.
pub(super) fn range(
    db: &Connection,
    table: &str,
    alias: &str,
) -> rusqlite::Result<Option<(i64, i64)>> {
    let end = |way| {
        let sql = format!(
            "SELECT {alias} FROM main.{} ORDER BY {alias} {way} LIMIT 1",
            quoted(table)
        );
        db.query_row(&sql, [], |row| row.get::<_, i64>(0))
            .optional()
    };
    Ok(end("ASC")?.zip(end("DESC")?))
}

/// How many rows there are if the numbers have no gaps; none if the file is too small for so many.
pub(super) fn likely((first, last): (i64, i64), stamp: &Stamp) -> Option<u64> {
    /// A row takes at least its head, its number and its place in the page.
    const LEAST: u64 = 4;
    let rows = u64::try_from(i128::from(last) - i128::from(first) + 1).ok()?;
    let log = stamp.log.as_ref().map_or(0, |l| l.bytes);
    (rows <= (stamp.bytes() + log) / LEAST).then_some(rows)
}

/// How long counting may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Of one table or view, before the others had their turn.
    pub first: Duration,
    /// Of one of those that were not counted by then.
    pub then: Duration,
    /// Of all of them; what is not counted by then isn't.
    pub all: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(2),
            then: Duration::from_secs(60),
            all: Duration::from_secs(300),
        }
    }
}

/// Counts the rows of these tables and views, telling each; one that can't be counted is told as none. One that
/// takes long, such as a view without end, comes last and keeps no other waiting.
///
/// # Errors
/// If `stop`.
pub fn counts(
    database: &Database,
    tables: &[String],
    patience: Patience,
    stop: &Stop,
    tell: &mut dyn FnMut(&str, Option<u64>),
) -> Result<()> {
    let began = Instant::now();
    let mut late = Vec::new();
    for table in tables {
        let left = patience.all.saturating_sub(began.elapsed());
        if !count(database, table, patience.first.min(left), stop, tell)? {
            late.push(table);
        }
    }
    for table in late {
        let left = patience.all.saturating_sub(began.elapsed());
        if !count(database, table, patience.then.min(left), stop, tell)? {
            tell(table, None);
        }
    }
    Ok(())
}

/// Counts the rows of one and tells them; whether there was time enough.
fn count(
    database: &Database,
    table: &str,
    limit: Duration,
    stop: &Stop,
    tell: &mut dyn FnMut(&str, Option<u64>),
) -> Result<bool> {
    let began = Instant::now();
    let sql = format!("SELECT count(*) FROM main.{}", quoted(table));
    let effort = Effort::Within(limit);
    let counted = database.look("count the rows", effort, stop, |db, _| {
        db.query_row(&sql, [], |row| row.get::<_, i64>(0))
    });
    match counted {
        _ if stop.is_stopped() => Err(Error::cancelled("count the rows")),
        Ok(n) => {
            tell(table, u64::try_from(n).ok());
            Ok(true)
        }
        Err(_) if began.elapsed() >= limit => Ok(false),
        Err(_) => {
            tell(table, None);
            Ok(true)
        }
    }
}
