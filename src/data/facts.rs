//! What can be said of a column: how many values, how many different ones, the least and the largest, how
//! numbers are spread, which texts are frequent.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};

use super::look::{Database, Effort};
use super::order::View;
use super::quoted;
use super::stop::Stop;
use super::value::Value;
use crate::session::Result;

/// Bars of a histogram.
const BARS: usize = 32;

/// Frequent values that are kept.
const TOP: usize = 12;

/// What can be said of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnFacts {
    /// Which.
    pub column: String,
    /// Rows looked at.
    pub rows: u64,
    /// Rows without a value.
    pub nulls: u64,
    /// Rows with an empty text.
    pub empty: u64,
    /// Rows with a number.
    pub numbers: u64,
    /// Different values.
    pub distinct: u64,
    /// The least value.
    pub least: Value,
    /// The largest value.
    pub largest: Value,
    /// The mean of the numbers.
    pub mean: Option<f64>,
    /// How the numbers are spread; empty if most values are none.
    pub histogram: Vec<Bar>,
    /// The most frequent values, the first first; empty where there is a histogram.
    pub frequent: Vec<(Value, u64)>,
}

/// A bar of a histogram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// From this number on.
    pub from: f64,
    /// Up to this one, which belongs to the next bar unless it is the last.
    pub to: f64,
    /// So many rows.
    pub rows: u64,
}

/// Looks through a column of the rows that pass the filter of `view`.
///
/// # Errors
/// As for every look.
pub fn column_facts(
    database: &Database,
    view: &View,
    column: &str,
    stop: &Stop,
) -> Result<ColumnFacts> {
    database.look("look through the column", Effort::Work, stop, |db, _| {
        read(db, view, column)
    })
}

fn read(db: &Connection, view: &View, column: &str) -> rusqlite::Result<ColumnFacts> {
    let (source, values) = view.source();
    let c = quoted(column);
    // Values of a megabyte are told apart by their beginning.
    let short = format!("CASE WHEN octet_length({c}) > 4096 THEN substr({c}, 1, 200) ELSE {c} END");
    let sql = format!(
        "SELECT count(*), count({c}), coalesce(sum({c} = ''), 0), \
         coalesce(sum(typeof({c}) IN ('integer', 'real')), 0), count(DISTINCT {short}), \
         min({short}), max({short}), avg(CASE WHEN typeof({c}) IN ('integer', 'real') THEN {c} END), \
         min(CASE WHEN typeof({c}) IN ('integer', 'real') THEN {c} END), \
         max(CASE WHEN typeof({c}) IN ('integer', 'real') THEN {c} END){source}"
    );
    let (mut facts, range) = db.query_row(&sql, params_from_iter(values), |row| {
        let number = |i| row.get::<_, i64>(i).map(i64::unsigned_abs);
        let rows = number(0)?;
        let ends = (
            Value::short(row.get_ref(8)?).number(),
            Value::short(row.get_ref(9)?).number(),
        );
        let facts = ColumnFacts {
            column: column.to_owned(),
            rows,
            nulls: rows - number(1)?,
            empty: number(2)?,
            numbers: number(3)?,
            distinct: number(4)?,
            least: Value::short(row.get_ref(5)?),
            largest: Value::short(row.get_ref(6)?),
            mean: match row.get_ref(7)? {
                ValueRef::Real(mean) => Some(mean),
                _ => None,
            },
            histogram: Vec::new(),
            frequent: Vec::new(),
        };
        Ok((facts, ends.0.zip(ends.1)))
    })?;
    match range {
        // Few different numbers say more by themselves.
        Some(range)
            if facts.numbers * 2 > facts.rows - facts.nulls && facts.distinct > TOP as u64 =>
        {
            facts.histogram = histogram(db, view, &c, range)?;
        }
        _ => facts.frequent = frequent(db, view, &short)?,
    }
    Ok(facts)
}

fn histogram(
    db: &Connection,
    view: &View,
    c: &str,
    (least, largest): (f64, f64),
) -> rusqlite::Result<Vec<Bar>> {
    // Halves, so that the width of the widest range is a number.
    let width = (largest / BARS as f64) - (least / BARS as f64);
    if width <= 0.0 || !width.is_finite() {
        return Ok(Vec::new());
    }
    let mut bars: Vec<_> = (0..BARS)
        .map(|i| Bar {
            from: least + width * i as f64,
            to: if i + 1 == BARS {
                largest
            } else {
                least + width * (i + 1) as f64
            },
            rows: 0,
        })
        .collect();
    let (source, mut values) = view.source();
    let (a, b) = (values.len() + 1, values.len() + 2);
    values.extend([least, width].map(rusqlite::types::Value::Real));
    let join = if source.contains(" WHERE ") && !view.filter.is_empty() {
        "AND"
    } else {
        "WHERE"
    };
    let sql = format!(
        "SELECT CAST(({c} - ?{a}) / ?{b} AS INTEGER) AS bar, count(*){source} \
         {join} typeof({c}) IN ('integer', 'real') GROUP BY bar"
    );
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let bar = usize::try_from(row.get::<_, i64>(0)?)
            .unwrap_or(0)
            .min(BARS - 1);
        bars[bar].rows += row.get::<_, i64>(1)?.unsigned_abs();
    }
    Ok(bars)
}

fn frequent(db: &Connection, view: &View, short: &str) -> rusqlite::Result<Vec<(Value, u64)>> {
    let (source, values) = view.source();
    let sql = format!(
        "SELECT {short} AS value, count(*) AS n{source} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {TOP}"
    );
    db.prepare(&sql)?
        .query_map(params_from_iter(values), |row| {
            Ok((
                Value::short(row.get_ref(0)?),
                row.get::<_, i64>(1)?.unsigned_abs(),
            ))
        })?
        .collect()
}
