//! In which order the rows of a table are looked at, and where the n-th of them is. No page is ever reached by
//! counting through the rows before it, where the table has a key.

use rusqlite::types::{Value as Bound, ValueRef};
use rusqlite::{Connection, Rows, params_from_iter};

use super::filter::Filter;
use super::look::{Database, Effort};
use super::quoted;
use super::schema::{Key, likely, range};
use super::stamp::Stamp;
use super::stop::Stop;
use crate::session::{Error, ErrorKind, Result};

/// Of so many rows the place of the first is kept.
pub(super) const STRIDE: usize = 256;

/// As many rows can be sorted or filtered: eight bytes each are kept.
pub(super) const MOST_SORTED: usize = 50_000_000;

/// From one telling to the next, in rows.
const TELL_EVERY: u64 = 65_536;

/// What of a table is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The table or view.
    pub table: String,
    /// What its rows are found by.
    pub key: Key,
    /// Its columns.
    pub columns: Vec<String>,
    /// Which rows.
    pub filter: Filter,
    /// In which order; that of the file if none.
    pub sort: Option<Sort>,
}

/// What the rows are sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: String,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// Where the rows of a view are.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// How the file stood then.
    pub stamp: Stamp,
    /// How many rows; about so many, or as many as were seen, if not `exact`.
    pub rows: u64,
    /// Whether it is the true number.
    pub exact: bool,
    /// Where they are.
    pub places: Places,
}

/// Where rows are.
#[derive(Debug, Clone, PartialEq)]
pub enum Places {
    /// The number of the first row; perhaps with gaps behind it, where the order isn't exact.
    From(i64),
    /// The numbers of every 256th row.
    Every(Vec<i64>),
    /// The number of each row.
    Each(Vec<i64>),
    /// The primary key of every 256th row.
    Keys(Vec<Vec<Bound>>),
    /// They have to be counted through.
    Unknown,
}

impl View {
    /// What `SELECT` takes: from which table, which rows.
    pub(super) fn source(&self) -> (String, Vec<Bound>) {
        let (condition, values) = self.filter.sql(&self.columns);
        (
            format!(" FROM main.{}{condition}", quoted(&self.table)),
            values,
        )
    }

    /// The order, down to the last doubt where there is a key.
    pub(super) fn by(&self) -> String {
        let sort = self.sort.iter().map(|s| {
            let way = if s.descending { " DESC" } else { "" };
            format!("{}{way}", quoted(&s.column))
        });
        let key = match &self.key {
            Key::Rowid(alias) => vec![(*alias).to_owned()],
            Key::Primary(columns) => columns.iter().map(|c| quoted(c)).collect(),
            Key::None => Vec::new(),
        };
        let all: Vec<_> = sort.chain(key).collect();
        if all.is_empty() {
            return String::new();
        }
        format!(" ORDER BY {}", all.join(", "))
    }

    fn is_plain(&self) -> bool {
        self.filter.is_empty() && self.sort.is_none()
    }
}

/// An order that is there at once, if not an exact one: enough for the first pages.
///
/// # Errors
/// As for every look.
pub fn quick(database: &Database, view: &View, stop: &Stop) -> Result<Order> {
    database.look("find the rows", Effort::Glance, stop, |db, stamp| {
        let order = |rows, exact, places| Order {
            stamp: stamp.clone(),
            rows,
            exact,
            places,
        };
        if let (Key::Rowid(alias), true) = (&view.key, view.is_plain()) {
            let Some(range) = range(db, &view.table, alias)? else {
                return Ok(order(0, true, Places::From(0)));
            };
            if let Some(rows) = likely(range, stamp) {
                return Ok(order(rows, false, Places::From(range.0)));
            }
        }
        Ok(order(0, false, Places::Unknown))
    })
}

/// The exact order. Works through the whole table; tells how many rows it has seen.
///
/// # Errors
/// As for every look, and more rows than can be sorted.
pub fn build(
    database: &Database,
    view: &View,
    stop: &Stop,
    tell: &mut dyn FnMut(u64),
) -> Result<Order> {
    let mut too_many = false;
    let built = database.look("find the rows", Effort::Work, stop, |db, stamp| {
        let (rows, places) = match &view.key {
            Key::Rowid(alias) if view.is_plain() => every(db, view, alias, tell)?,
            Key::Rowid(alias) => match each(db, view, alias, tell)? {
                Some(found) => found,
                None => {
                    too_many = true;
                    (0, Places::Unknown)
                }
            },
            Key::Primary(columns) if view.is_plain() => keys(db, view, columns, tell)?,
            Key::Primary(_) | Key::None => (counted(db, view)?, Places::Unknown),
        };
        Ok(Order {
            stamp: stamp.clone(),
            rows,
            exact: true,
            places,
        })
    })?;
    if too_many {
        let why = format!("there are more than {MOST_SORTED} rows, too many to be sorted");
        return Err(
            Error::new(ErrorKind::Refused(why), "find the rows", database.path())
                .with_help("narrow them down with a filter"),
        );
    }
    Ok(built)
}

/// Calls `f` with the number of each row, telling as it goes.
fn walk(
    rows: &mut Rows<'_>,
    tell: &mut dyn FnMut(u64),
    mut f: impl FnMut(u64, &rusqlite::Row<'_>) -> rusqlite::Result<bool>,
) -> rusqlite::Result<u64> {
    let mut n = 0;
    while let Some(row) = rows.next()? {
        if !f(n, row)? {
            break;
        }
        n += 1;
        if n.is_multiple_of(TELL_EVERY) {
            tell(n);
        }
    }
    Ok(n)
}

fn every(
    db: &Connection,
    view: &View,
    alias: &str,
    tell: &mut dyn FnMut(u64),
) -> rusqlite::Result<(u64, Places)> {
    let (source, _) = view.source();
    let mut statement = db.prepare(&format!("SELECT {alias}{source}{}", view.by()))?;
    let (mut anchors, mut last) = (Vec::new(), 0);
    let rows = walk(&mut statement.query([])?, tell, |n, row| {
        last = row.get(0)?;
        if n.is_multiple_of(STRIDE as u64) {
            anchors.push(last);
        }
        Ok(true)
    })?;
    let first = anchors.first().copied().unwrap_or(0);
    let gapless = i128::from(last) - i128::from(first) + 1 == i128::from(rows);
    let places = if gapless || rows == 0 {
        Places::From(first)
    } else {
        Places::Every(anchors)
    };
    Ok((rows, places))
}

fn each(
    db: &Connection,
    view: &View,
    alias: &str,
    tell: &mut dyn FnMut(u64),
) -> rusqlite::Result<Option<(u64, Places)>> {
    let (source, values) = view.source();
    let mut statement = db.prepare(&format!("SELECT {alias}{source}{}", view.by()))?;
    let mut places = Vec::new();
    let mut rows = statement.query(params_from_iter(values))?;
    let n = walk(&mut rows, tell, |_, row| {
        places.push(row.get(0)?);
        Ok(places.len() <= MOST_SORTED)
    })?;
    Ok((places.len() <= MOST_SORTED).then_some((n, Places::Each(places))))
}

fn keys(
    db: &Connection,
    view: &View,
    columns: &[String],
    tell: &mut dyn FnMut(u64),
) -> rusqlite::Result<(u64, Places)> {
    let (source, _) = view.source();
    let names: Vec<_> = columns.iter().map(|c| quoted(c)).collect();
    let mut statement = db.prepare(&format!("SELECT {}{source}{}", names.join(", "), view.by()))?;
    let mut anchors = Vec::new();
    let rows = walk(&mut statement.query([])?, tell, |n, row| {
        if n.is_multiple_of(STRIDE as u64) {
            let key = (0..columns.len()).map(|i| row.get_ref(i).map(owned));
            anchors.push(key.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        Ok(true)
    })?;
    Ok((rows, Places::Keys(anchors)))
}

fn owned(value: ValueRef<'_>) -> Bound {
    match value {
        ValueRef::Null => Bound::Null,
        ValueRef::Integer(n) => Bound::Integer(n),
        ValueRef::Real(n) => Bound::Real(n),
        ValueRef::Text(text) => Bound::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Bound::Blob(bytes.to_vec()),
    }
}

fn counted(db: &Connection, view: &View) -> rusqlite::Result<u64> {
    let (source, values) = view.source();
    let sql = format!("SELECT count(*){source}");
    let n: i64 = db.query_row(&sql, params_from_iter(values), |row| row.get(0))?;
    Ok(n.unsigned_abs())
}
