//! The answer to a statement once more, for what was too long to be kept of it. The statement is run again, and
//! what it answers then is compared with what was kept: another answer is never passed off as that one.

use std::ops::RangeInclusive;

use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::look::{Database, Effort};
use super::sql::Answer;
use super::stop::Stop;
use super::value::Value;
use crate::session::{Error, ErrorKind, Result};

/// Calls `take` with these rows of the answer to `sql`, until it wants no more.
///
/// # Errors
/// As for every look, and if those rows are other ones now.
pub(super) fn again<T: Default>(
    database: &Database,
    tried: &str,
    (answer, sql): (&Answer, &str),
    wanted: RangeInclusive<usize>,
    stop: &Stop,
    mut take: impl FnMut(&mut T, &Row<'_>) -> rusqlite::Result<bool>,
) -> Result<T> {
    let mut is_other = false;
    let taken = database.look(tried, Effort::Work, stop, |db, _| {
        let mut taken = T::default();
        let mut statement = db.prepare(sql)?;
        let mut rows = statement.raw_query();
        let mut next = 0;
        while next <= *wanted.end() {
            let row = rows.next()?;
            if next >= *wanted.start() {
                let kept = answer.rows.get(next);
                let Some(row) = row.filter(|row| kept.is_some_and(|kept| is_same(row, kept)))
                else {
                    is_other = true;
                    return Ok(taken);
                };
                if !take(&mut taken, row)? {
                    break;
                }
            }
            next += 1;
        }
        is_other = false;
        Ok(taken)
    })?;
    if is_other {
        let why = "the statement answers with other values now".to_owned();
        return Err(Error::new(ErrorKind::Refused(why), tried, database.path())
            .with_help("run the statement again"));
    }
    Ok(taken)
}

fn is_same(row: &Row<'_>, kept: &[Value]) -> bool {
    kept.len() == row.as_ref().column_count()
        && kept.iter().enumerate().all(|(i, kept)| {
            row.get_ref(i)
                .is_ok_and(|value| Value::short(value) == *kept)
        })
}

/// What `f` makes of one value of the answer: in this row and column.
///
/// # Errors
/// As for [`again`].
pub(super) fn value<T>(
    database: &Database,
    answer: (&Answer, &str),
    (row, column): (usize, usize),
    stop: &Stop,
    f: impl Fn(ValueRef<'_>) -> T,
) -> Result<T> {
    let tried = "read the value";
    let found = again(
        database,
        tried,
        answer,
        row..=row,
        stop,
        |found: &mut Option<T>, row| {
            *found = Some(f(row.get_ref(column)?));
            Ok(false)
        },
    )?;
    let gone = || Error::io(tried, database.path(), std::io::ErrorKind::NotFound.into());
    found.ok_or_else(gone)
}
