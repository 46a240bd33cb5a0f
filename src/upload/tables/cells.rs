//! Makes rows of the cells of a sheet, and plain values of what workbooks hold: dates become ISO
//! text, errors nothing. Knows neither file formats nor SQL.

use calamine::{DataRef, ExcelDateTime};

use super::delimited::too_many_columns;
use super::facts::Kinds;
use super::table::{Field, Halt, Heading, Outline, Rows, Trouble, reuse};
use super::{MAX_COLUMNS, MAX_ROWS, moments};

/// Rows after which whoever takes them is asked whether to go on.
const PAUSE: u32 = 256;
/// Bytes of a row in a table, besides its values.
const ROW: u64 = 8;
/// Text of one row after which each cell is counted, not each row.
const LONG: usize = 1 << 20;

/// Gathers cells, which come row by row, into rows.
pub(super) struct Gatherer<'a> {
    outline: &'a mut Outline,
    rows: &'a mut dyn Rows,
    /// The row being gathered, counted from 0.
    row: Option<u32>,
    slots: Vec<Slot>,
    /// What the cells of the row were.
    kinds: Vec<Kinds>,
    /// Texts of the row.
    text: String,
    /// The row after the last one handed on; nothing before the first.
    next: Option<u32>,
    spare: Vec<Field<'static>>,
    /// Bytes of the file read for this sheet.
    bytes: &'a dyn Fn() -> u64,
    /// Bytes that the rows handed on take in a table, and who says whether that may be.
    written: u64,
    grown: &'a dyn Fn(u64) -> Result<(), Halt>,
}

/// A value of the row being gathered.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Slot {
    Empty,
    Integer(i64),
    Real(f64),
    Text(usize, usize),
    Moment(usize, usize),
}

impl<'a> Gatherer<'a> {
    pub fn new(
        outline: &'a mut Outline,
        rows: &'a mut dyn Rows,
        bytes: &'a dyn Fn() -> u64,
        grown: &'a dyn Fn(u64) -> Result<(), Halt>,
    ) -> Self {
        outline.anywhere = true;
        Self {
            outline,
            rows,
            row: None,
            slots: Vec::new(),
            kinds: Vec::new(),
            text: String::new(),
            next: None,
            spare: Vec::new(),
            bytes,
            written: 0,
            grown,
        }
    }

    /// Takes the cell at `(row, column)`, both counted from 0.
    pub fn cell(&mut self, (row, column): (u32, u32), value: &DataRef<'_>) -> Result<(), Halt> {
        if *value == DataRef::Empty {
            return Ok(());
        }
        if self.row.is_some_and(|current| current != row) {
            self.end_row()?;
        }
        if row >= MAX_ROWS {
            let reason = format!("a sheet ends at row {MAX_ROWS}");
            return Err(Trouble::at(u64::from(row) + 1, u64::from(column) + 1, reason).into());
        }
        let column = column as usize;
        if column >= MAX_COLUMNS {
            return Err(too_many_columns(column + 1).into());
        }
        if self.next.is_some_and(|next| row < next)
            || self.slots.get(column).is_some_and(|s| *s != Slot::Empty)
        {
            let reason = "its cells are not in order";
            return Err(Trouble::at(u64::from(row) + 1, column as u64 + 1, reason).into());
        }
        self.row = Some(row);
        let slot = self.slot(value);
        if self.text.len() > LONG {
            (self.grown)(self.written + self.text.len() as u64)?;
        }
        if slot == Slot::Empty {
            let place = || match value {
                DataRef::Error(error) => {
                    format!("{} {error}", cell_name(u64::from(row) + 1, column))
                }
                _ => cell_name(u64::from(row) + 1, column),
            };
            self.outline.note(
                "cells hold an error, stored as NULL",
                "cell holds an error, stored as NULL",
                place,
            );
        }
        if self.slots.len() <= column {
            self.slots.resize(column + 1, Slot::Empty);
            self.kinds.resize(column + 1, Kinds::default());
        }
        self.slots[column] = slot;
        self.kinds[column] = kind(value, slot);
        Ok(())
    }

    /// Takes a formula whose value the program that wrote it left out.
    pub fn without_value(&mut self, (row, column): (u32, u32)) {
        let place = || cell_name(u64::from(row) + 1, column as usize);
        let (many, one) = (
            "formulas were saved without a value, stored as NULL",
            "formula was saved without a value, stored as NULL",
        );
        self.outline.note(many, one, place);
    }

    /// Hands on the last row.
    pub fn finish(mut self) -> Result<(), Halt> {
        if self.row.is_some() {
            self.end_row()
        } else {
            Ok(())
        }
    }

    fn slot(&mut self, value: &DataRef<'_>) -> Slot {
        let start = self.text.len();
        match value {
            DataRef::Int(n) => return Slot::Integer(*n),
            DataRef::Float(x) => return number(*x),
            DataRef::DateTime(moment) => return self.moment(moment),
            DataRef::DateTimeIso(text) => {
                if moments::iso(text, &mut self.text) {
                    return Slot::Moment(start, self.text.len());
                }
                self.text.push_str(text);
            }
            DataRef::DurationIso(text) => {
                if !moments::iso_duration(text, &mut self.text) {
                    self.text.push_str(text);
                }
            }
            DataRef::String(text) => self.text.push_str(text),
            DataRef::SharedString(text) => self.text.push_str(text),
            DataRef::Bool(yes) => self.text.push_str(if *yes { "true" } else { "false" }),
            DataRef::Error(_) | DataRef::Empty => return Slot::Empty,
        }
        Slot::Text(start, self.text.len())
    }

    fn moment(&mut self, moment: &ExcelDateTime) -> Slot {
        let start = self.text.len();
        match moments::excel(moment, &mut self.text) {
            moments::Written::Moment => Slot::Moment(start, self.text.len()),
            moments::Written::Time => Slot::Text(start, self.text.len()),
            moments::Written::Nothing => number(moment.as_f64()),
        }
    }

    fn end_row(&mut self) -> Result<(), Halt> {
        let row = self.row.take().unwrap_or_default();
        let width = self.outline.headings.len().max(self.slots.len()) as u64;
        let number = |s: &&Slot| matches!(s, Slot::Integer(_) | Slot::Real(_));
        let numbers = self.slots.iter().filter(number).count() as u64;
        let before = self.next.unwrap_or(row);
        self.written += u64::from(row - before + 1) * (ROW + width);
        self.written += numbers * 8 + self.text.len() as u64;
        (self.grown)(self.written)?;
        // Rows without anything between others are rows, as they are for pandas.
        for blank in before..row {
            self.pause(blank)?;
            self.rows.row(u64::from(blank) + 1, &[], &[])?;
        }
        self.pause(row)?;
        let mut fields: Vec<Field<'_>> = reuse(std::mem::take(&mut self.spare));
        fields.extend(self.slots.iter().map(|slot| match *slot {
            Slot::Empty => Field::Null,
            Slot::Integer(n) => Field::Integer(n),
            Slot::Real(x) => Field::Real(x),
            Slot::Text(start, end) => Field::Text(&self.text[start..end]),
            Slot::Moment(start, end) => Field::Moment(&self.text[start..end]),
        }));
        let first = self.next.is_none();
        self.next = Some(row + 1);
        if first && row > 0 {
            self.outline.begins = Some(u64::from(row) + 1);
        }
        let header = first && self.outline.take_header(&fields);
        for (column, kind) in self.kinds.drain(..).enumerate() {
            match self.outline.headings.get_mut(column) {
                // What is true, false or an error is no name in the file either.
                Some(heading) if header => heading.number |= !kind.only(Kinds::TEXT),
                _ => self.outline.facts.cell(column, kind),
            }
        }
        if !header {
            // A cell right of the header makes a column without a name.
            if fields.len() > self.outline.headings.len() {
                self.outline
                    .headings
                    .resize(fields.len(), Heading::default());
            }
            self.rows.row(u64::from(row) + 1, &fields, &[])?;
        }
        self.spare = reuse(fields);
        self.slots.clear();
        self.text.clear();
        Ok(())
    }

    fn pause(&mut self, row: u32) -> Result<(), Halt> {
        if row.is_multiple_of(PAUSE) {
            self.rows.at((self.bytes)())
        } else {
            Ok(())
        }
    }
}

/// What the cell of `value`, which became `slot`, was.
fn kind(value: &DataRef<'_>, slot: Slot) -> Kinds {
    match (value, slot) {
        (DataRef::Int(_) | DataRef::Float(_), Slot::Integer(_) | Slot::Real(_)) => Kinds::NUMBER,
        (DataRef::String(_) | DataRef::SharedString(_), _) => Kinds::TEXT,
        (DataRef::Bool(_), _) => Kinds::BOOLEAN,
        (DataRef::DateTime(_), Slot::Moment(..)) => Kinds::MOMENT,
        _ => Kinds::OTHER,
    }
}

/// A number of a workbook, where all are floating point.
fn number(x: f64) -> Slot {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match x {
        x if !x.is_finite() => Slot::Empty,
        x if x.fract() == 0.0 && x.abs() < EXACT => Slot::Integer(x as i64),
        x => Slot::Real(x),
    }
}

/// The name of the cell in `row`, counted from 1, and `column`, from 0: `B7`.
pub(super) fn cell_name(row: u64, column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{row}")
}
