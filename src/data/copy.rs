//! Rows and values for the clipboard: each value in full, up to what a clipboard can be asked to take.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::answer;
use super::cell::{Spot, part};
use super::look::{Database, Effort};
use super::order::{Order, View};
use super::page;
use super::sql::Answer;
use super::stop::Stop;
use super::value::{Value, hex};
use crate::session::Result;

/// As many bytes of text are copied, at most by one row more.
pub const MOST_TEXT: usize = 64 << 20;

/// Of a value that is longer than so many bytes nothing goes into a copied row, and of one that is copied alone
/// the beginning.
pub const MOST_VALUE: usize = 16 << 20;

/// What is to be copied.
#[derive(Debug, Clone, PartialEq)]
pub enum Copy {
    /// These rows of a view, counted from 0, under the names of their columns.
    Rows(View, Arc<Order>, RangeInclusive<u64>),
    /// These rows of the answer to the statement.
    Answer(Arc<Answer>, String, RangeInclusive<u64>),
    /// One value.
    Value(Spot),
}

/// What was copied.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Copied {
    /// The text: tabs between values, each row a line, for NULL nothing, for bytes their hexadecimal.
    pub text: String,
    /// How many rows it has.
    pub rows: u64,
    /// How many values are not in it, or not in full, because they are too long.
    pub cut: u64,
}

/// Reads what is to be copied.
///
/// # Errors
/// As for every look, a row that isn't there any more, and a statement that answers with other rows now.
pub fn copy(database: &Database, what: &Copy, stop: &Stop) -> Result<Copied> {
    match what {
        Copy::Rows(view, order, rows) => table(database, view, order, rows, stop),
        Copy::Answer(answer, sql, rows) => answered(database, (answer, sql), rows, stop),
        Copy::Value(spot) => {
            let part = part(database, spot, (0, MOST_VALUE), stop)?;
            let text = if part.blob {
                hex(&part.part, usize::MAX)
            } else {
                String::from_utf8_lossy(&part.part).into_owned()
            };
            let cut = u64::from(part.bytes > part.part.len() as u64);
            let rows = 1;
            Ok(Copied { text, rows, cut })
        }
    }
}

fn table(
    database: &Database,
    view: &View,
    order: &Order,
    rows: &RangeInclusive<u64>,
    stop: &Stop,
) -> Result<Copied> {
    let (first, last) = (*rows.start(), *rows.end());
    let n = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    database.look("copy the rows", Effort::Work, stop, |db, _| {
        let mut copied = Copied::default();
        copied.head(&view.columns);
        let chunks = page::chunks(&view.columns);
        if let [columns] = chunks[..] {
            let what = (columns, MOST_VALUE as u64);
            let range = (first, n(last - first + 1));
            page::each(db, view, what, order, range, &mut |row| {
                copied.row(&page::row_of(row, columns.len(), Value::whole)?.cells);
                Ok(!copied.is_full())
            })?;
            return Ok(copied);
        }
        // Wider than what is read in one go: a row at a time.
        for row in first..=last {
            let mut cells = Vec::with_capacity(view.columns.len());
            for columns in &chunks {
                let what = (*columns, MOST_VALUE as u64);
                page::each(db, view, what, order, (row, 1), &mut |row| {
                    cells.extend(page::row_of(row, columns.len(), Value::whole)?.cells);
                    Ok(false)
                })?;
            }
            if cells.is_empty() || copied.is_full() {
                break;
            }
            copied.row(&cells);
        }
        Ok(copied)
    })
}

fn answered(
    database: &Database,
    (answer, sql): (&Answer, &str),
    rows: &RangeInclusive<u64>,
    stop: &Stop,
) -> Result<Copied> {
    let n = |row: u64| usize::try_from(row).unwrap_or(usize::MAX);
    let last = n(*rows.end()).min(answer.rows.len().saturating_sub(1));
    let wanted = n(*rows.start())..=last;
    let kept = answer.rows.get(wanted.clone()).unwrap_or_default();
    let is_long = |row: &Vec<Value>| row.iter().any(|v| matches!(v, Value::Long(_)));
    let mut copied = if kept.iter().any(is_long) {
        let take = |copied: &mut Copied, row: &rusqlite::Row<'_>| {
            let cells = (0..answer.columns.len()).map(|i| row.get_ref(i).map(Value::whole));
            copied.row(&cells.collect::<rusqlite::Result<Vec<_>>>()?);
            Ok(!copied.is_full())
        };
        answer::again(database, "copy the rows", (answer, sql), wanted, stop, take)?
    } else {
        let mut copied = Copied::default();
        for row in kept {
            copied.row(row);
            if copied.is_full() {
                break;
            }
        }
        copied
    };
    let rows = std::mem::take(&mut copied.text);
    copied.head(&answer.columns);
    copied.text += &rows;
    Ok(copied)
}

impl Copied {
    fn head(&mut self, columns: &[String]) {
        for (i, column) in columns.iter().enumerate() {
            self.cell(i, column);
        }
        self.text.push('\n');
    }

    fn row(&mut self, cells: &[Value]) {
        for (i, cell) in cells.iter().enumerate() {
            self.cut += u64::from(matches!(cell, Value::Long(_)));
            self.cell(i, &cell.plain());
        }
        self.text.push('\n');
        self.rows += 1;
    }

    /// What would break a line of a table is a space.
    fn cell(&mut self, place: usize, words: &str) {
        if place > 0 {
            self.text.push('\t');
        }
        let mut rest = words;
        while let Some(at) = memchr::memchr3(b'\t', b'\n', b'\r', rest.as_bytes()) {
            self.text.push_str(&rest[..at]);
            self.text.push(' ');
            rest = &rest[at + 1..];
        }
        self.text.push_str(rest);
    }

    fn is_full(&self) -> bool {
        self.text.len() >= MOST_TEXT
    }
}
