//! What every reader of data files offers, whatever the format: a table that can be read from its
//! start as often as needed, row by row. Knows nothing of SQL.

use std::io;

use super::facts::Facts;
use super::types::is_number;

/// A table in a file.
pub(super) trait Table: Sync {
    /// Hands every row to `rows`, and fills `outline` on the way; each call starts anew.
    fn read(&self, outline: &mut Outline, rows: &mut dyn Rows) -> Result<(), Halt>;
}

/// Who is handed the rows.
pub(super) trait Rows {
    /// One row: where it begins, its fields in the order of the columns, and those beyond the last one.
    fn row(&mut self, line: u64, fields: &[Field<'_>], extra: &[Field<'_>]) -> Result<(), Halt>;

    /// So many bytes of the file have been read. Called often, between rows.
    fn at(&mut self, bytes: u64) -> Result<(), Halt>;
}

/// One field of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Field<'a> {
    /// Nothing.
    Null,
    /// Characters whose type is still to be found.
    Raw(&'a str),
    /// Characters that are text by what the format says.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Real(f64),
    /// A moment, `2025-07-10 15:30:00` with or without a fraction.
    Moment(&'a str),
}

/// Why reading ended before the end.
#[derive(Debug)]
pub(super) enum Halt {
    /// Whoever is handed the rows needs no more.
    Enough,
    /// A value does not fit the type that its column was given.
    Widened,
    /// The caller cancelled.
    Cancelled,
    /// The file can't be read as a table.
    Failed(Trouble),
    /// The database refused.
    Database(rusqlite::Error),
}

/// What is wrong with a file, and where. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    pub reason: String,
    pub line: Option<u64>,
    pub column: Option<u64>,
}

impl Trouble {
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            line: None,
            column: None,
        }
    }

    pub fn at(line: u64, column: u64, reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            line: Some(line),
            column: Some(column),
        }
    }
}

impl From<Trouble> for Halt {
    fn from(trouble: Trouble) -> Self {
        Self::Failed(trouble)
    }
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Failed(Trouble::new(format!("it can't be read: {error}")))
    }
}

impl From<rusqlite::Error> for Halt {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// What reading found out besides the rows.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The columns as the file names them.
    pub headings: Vec<Heading>,
    /// Whether the file names its columns.
    pub header: bool,
    /// The table may begin anywhere on its sheet: blank columns at its left are not part of it.
    pub anywhere: bool,
    /// Row, counted from 1, in which the table begins, where that isn't the first.
    pub begins: Option<u64>,
    /// Rows with fewer fields than columns.
    pub short: Lines,
    /// Rows with more fields than columns.
    pub long: Lines,
    /// What else the person should know.
    pub notes: Vec<Note>,
    /// The same, where there is no place to name.
    pub remarks: Vec<String>,
    /// What is lost in the table.
    pub facts: Facts,
}

/// The name of a column in its file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Heading {
    /// As it is written there.
    pub text: String,
    /// The cell holds a number or a moment, not text.
    pub number: bool,
}

/// Something that happened at several places of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    /// Completes "12 …": what happened there.
    pub what: &'static str,
    /// The same for one place.
    pub what_once: &'static str,
    pub lines: Lines,
}

/// Lines of a file: how many, and the first of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    /// How many.
    pub count: u64,
    /// The first ten, as people would find them in the file.
    pub first: Vec<String>,
}

impl Lines {
    /// Counts one more.
    pub(super) fn add(&mut self, line: u64) {
        self.add_named(|| line.to_string());
    }

    pub(super) fn add_named(&mut self, place: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < 10 {
            self.first.push(place());
        }
    }
}

impl Outline {
    /// Adds one place to the note that says `what`.
    pub fn note(
        &mut self,
        what: &'static str,
        what_once: &'static str,
        place: impl FnOnce() -> String,
    ) {
        let note = match self.notes.iter().position(|n| n.what == what) {
            Some(i) => &mut self.notes[i],
            None => {
                self.notes.push(Note {
                    what,
                    what_once,
                    lines: Lines::default(),
                });
                let last = self.notes.len() - 1;
                &mut self.notes[last]
            }
        };
        note.lines.add_named(place);
    }

    /// Takes the first row as the header, unless every filled cell of it is a number. Returns
    /// whether it did; if not, the row is data.
    pub fn take_header(&mut self, first: &[Field<'_>]) -> bool {
        let filled = first.iter().filter(|f| !matches!(f, Field::Null));
        let mut numbers = filled.clone().map(|f| f.is_number());
        self.header = !(filled.count() > 0 && numbers.all(|n| n));
        self.headings = first
            .iter()
            .map(|field| match self.header {
                true => Heading {
                    text: field.to_text(),
                    number: matches!(field, Field::Integer(_) | Field::Real(_) | Field::Moment(_)),
                },
                false => Heading::default(),
            })
            .collect();
        self.header
    }
}

impl Field<'_> {
    fn is_number(&self) -> bool {
        match self {
            Self::Raw(text) => is_number(text),
            _ => self.is_number_cell(),
        }
    }

    fn is_number_cell(&self) -> bool {
        matches!(self, Self::Integer(_) | Self::Real(_))
    }

    /// The field in characters; empty for nothing.
    pub fn to_text(self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Raw(text) | Self::Text(text) | Self::Moment(text) => text.to_owned(),
            Self::Integer(n) => n.to_string(),
            Self::Real(x) => format!("{x:?}"),
        }
    }
}

/// An empty vector in the room of another one, for fields that live for another while.
pub(super) fn reuse<'b>(mut fields: Vec<Field<'_>>) -> Vec<Field<'b>> {
    fields.clear();
    // Collecting a vector's own iterator keeps its allocation; the closure never runs.
    fields.into_iter().map(|_| Field::Null).collect()
}
