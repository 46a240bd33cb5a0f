//! Statements of a person: several in one text, each answered, an error told with its place.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::{Batch, Connection, ErrorCode, Statement};

use super::error::{code, message};
use super::look::{Database, Effort};
use super::stop::Stop;
use super::value::Value;
use crate::session::Result;

/// As many bytes of values are kept of one answer.
const MOST_BYTES: usize = 64 << 20;

/// As many answers are kept of one text.
const MOST_ANSWERS: usize = 20;

/// What came of a text of statements.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The answer to each statement, in order.
    pub answers: Vec<Arc<Answer>>,
    /// Where it ended, if not at its end.
    pub mistake: Option<Mistake>,
    /// How long all of it took.
    pub took: Duration,
}

/// The rows that a statement answers with.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Where the statement stands in the text, in bytes.
    pub place: Range<usize>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, each with a value for each column.
    pub rows: Vec<Vec<Value>>,
    /// Whether there are more.
    pub more: bool,
    /// How long it took.
    pub took: Duration,
}

/// A statement that SQLite does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Why.
    pub message: String,
    /// Where in the text, in bytes, as far as SQLite tells.
    pub at: Option<usize>,
}

/// Runs the statements in `sql` in order, up to the first that fails, keeping at most `most` rows of each.
///
/// # Errors
/// As for every look. A mistake in the text is no error but part of the outcome.
pub fn run(database: &Database, sql: &str, most: usize, stop: &Stop) -> Result<Outcome> {
    let began = Instant::now();
    let mut outcome = database.look("run the statement", Effort::Work, stop, |db, _| {
        answers(db, sql, most)
    })?;
    outcome.took = began.elapsed();
    Ok(outcome)
}

fn answers(db: &Connection, sql: &str, most: usize) -> rusqlite::Result<Outcome> {
    let mut outcome = Outcome {
        answers: Vec::new(),
        mistake: None,
        took: Duration::ZERO,
    };
    let mut batch = Batch::new(db, sql);
    let mut from = 0;
    loop {
        let mut statement = match batch.next() {
            Ok(Some(statement)) => statement,
            Ok(None) => return Ok(outcome),
            Err(e) => return mistaken(outcome, sql, e, None),
        };
        let began = Instant::now();
        let place = place(sql, from, &statement);
        let start = place.start;
        from = place.end;
        let answered = rows(&mut statement, most);
        match answered {
            Ok((columns, rows, more)) => {
                if outcome.answers.len() == MOST_ANSWERS {
                    outcome.answers.remove(0);
                }
                outcome.answers.push(Arc::new(Answer {
                    place,
                    columns,
                    rows,
                    more,
                    took: began.elapsed(),
                }));
            }
            Err(e) => return mistaken(outcome, sql, e, Some(start)),
        }
    }
}

/// Where a statement stands in the whole, which is read up to `from`. What stands between, such as a comment, is
/// no statement.
fn place(sql: &str, from: usize, statement: &Statement<'_>) -> Range<usize> {
    let words = statement.expanded_sql().unwrap_or_default();
    let rest = &sql[from..];
    // With parameters it is written another way; then it begins where the one before ended.
    let (start, length) = rest
        .find(&words)
        .map_or((0, rest.len()), |at| (at, words.len()));
    let is_before = |c: char| c.is_whitespace() || c == ';';
    let bare = rest[start..start + length]
        .trim_start_matches(is_before)
        .len();
    from + start + length - bare..from + start + length
}

type Found = (Vec<String>, Vec<Vec<Value>>, bool);

fn rows(statement: &mut Statement<'_>, most: usize) -> rusqlite::Result<Found> {
    let columns: Vec<String> = statement.column_names().map(Into::into).collect();
    let (mut found, mut bytes) = (Vec::new(), 0);
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if found.len() == most || bytes > MOST_BYTES {
            return Ok((columns, found, true));
        }
        let mut cells = Vec::with_capacity(columns.len());
        for i in 0..columns.len() {
            let cell = Value::short(row.get_ref(i)?);
            bytes += 32
                + match &cell {
                    Value::Text(text) => text.len(),
                    Value::Blob(blob) => blob.len(),
                    Value::Long(long) => long.beginning.len(),
                    Value::Null | Value::Integer(_) | Value::Real(_) => 0,
                };
            cells.push(cell);
        }
        found.push(cells);
    }
    Ok((columns, found, false))
}

/// What is wrong with the text is told with it; what is wrong with the database, or was stopped, fails.
fn mistaken(
    mut outcome: Outcome,
    sql: &str,
    error: rusqlite::Error,
    start: Option<usize>,
) -> rusqlite::Result<Outcome> {
    if matches!(
        code(&error),
        Some(
            ErrorCode::OperationInterrupted
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::DatabaseBusy
                | ErrorCode::DiskFull
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
        )
    ) {
        return Err(error);
    }
    let at = match &error {
        rusqlite::Error::SqlInputError {
            sql: rest, offset, ..
        } => {
            let before = sql.len().saturating_sub(rest.len());
            usize::try_from(*offset)
                .ok()
                .map(|offset| (before + offset).min(sql.len()))
        }
        _ => start,
    };
    outcome.mistake = Some(Mistake {
        message: message(&error),
        at,
    });
    Ok(outcome)
}
