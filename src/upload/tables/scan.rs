//! What every value of a table says about its columns: which types they can have, and what storing
//! them as such changes. Knows nothing of files or SQL.

use super::commas::Commas;
use super::table::{Field, Halt, Outline, Rows, Table};
use super::types::{Class, SqlType, classify};
use crate::session::Cancel;

/// Rows that are looked at before a first guess of the types.
const HEAD_ROWS: u64 = 16_384;

/// What was seen of a table.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Rows seen.
    pub rows: u64,
    pub columns: Vec<Seen>,
    /// Whether a row had more fields than there are columns.
    pub extra: bool,
    /// Whether the end was seen too.
    pub whole: bool,
    pub outline: Outline,
}

/// What was seen of one column.
#[derive(Debug, Default, Clone)]
pub(super) struct Seen {
    text: bool,
    real: bool,
    integer: bool,
    /// A whole number with more digits than a REAL keeps.
    long: bool,
    /// A moment whose time of day is not midnight.
    timed: bool,
    /// Values that are there.
    pub filled: u64,
    /// Whole numbers.
    pub whole: u64,
    /// Numbers by what the format says.
    pub numbers: u64,
    /// Moments by what the format says.
    pub moments: u64,
    /// Numbers that have blanks around them.
    pub padded: u64,
    /// Numbers that would be written differently, with line and text of the first.
    pub respelled: u64,
    pub first_respelled: Option<(u64, String)>,
    /// Texts that are numbers with a decimal comma.
    pub commas: Commas,
}

/// How a column is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Storage {
    pub sql: SqlType,
    /// Moments keep their time of day.
    pub timed: bool,
    /// A blank column left of the table, which isn't stored.
    pub omitted: bool,
}

/// Everything about a table that must be known before its first row is stored.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub storages: Vec<Storage>,
    /// There are rows with more fields than columns.
    pub extra: bool,
}

impl Seen {
    /// The narrowest way to store everything seen.
    pub fn storage(&self) -> Storage {
        let sql = match self {
            Self { text: true, .. }
            | Self {
                real: true,
                long: true,
                ..
            } => SqlType::Text,
            Self { real: true, .. } => SqlType::Real,
            Self { integer: true, .. } => SqlType::Integer,
            _ => SqlType::Text,
        };
        Storage {
            sql,
            timed: self.timed,
            omitted: false,
        }
    }

    fn add(&mut self, line: u64, field: &Field<'_>) {
        match *field {
            Field::Null => return,
            Field::Raw(text) if self.text => self.commas.add(text),
            Field::Raw(text) => match classify(text) {
                Class::Null => return,
                Class::Text => {
                    self.text = true;
                    self.commas.add(text);
                }
                Class::Integer { long, padded } => {
                    self.integer = true;
                    self.long |= long;
                    self.whole += 1;
                    self.padded += u64::from(padded);
                }
                Class::Real { respelled, padded } => {
                    self.real = true;
                    self.padded += u64::from(padded);
                    self.respelled += u64::from(respelled);
                    if respelled && self.first_respelled.is_none() {
                        self.first_respelled = Some((line, text.to_owned()));
                    }
                }
            },
            Field::Text(text) => {
                self.text = true;
                self.commas.add(text);
            }
            Field::Integer(_) => {
                self.integer = true;
                self.whole += 1;
                self.numbers += 1;
            }
            Field::Real(_) => {
                self.real = true;
                self.numbers += 1;
            }
            Field::Moment(text) => {
                self.text = true;
                self.moments += 1;
                self.timed |= day(text).is_none();
            }
        }
        self.filled += 1;
    }
}

/// The day of a moment at midnight.
pub(super) fn day(moment: &str) -> Option<&str> {
    moment.strip_suffix(" 00:00:00")
}

impl Scan {
    /// Looks at the first rows of `table`.
    pub fn head(table: &dyn Table, cancel: &Cancel) -> Result<Self, Halt> {
        Self::run(table, Some(HEAD_ROWS), |_| match cancel.is_cancelled() {
            true => Err(Halt::Cancelled),
            false => Ok(()),
        })
    }

    /// Looks at every row of `table`; `check` is shown what was seen so far, often, and may end it.
    pub fn whole(
        table: &dyn Table,
        check: impl Fn(&Self) -> Result<(), Halt>,
    ) -> Result<Self, Halt> {
        Self::run(table, None, check)
    }

    fn run(
        table: &dyn Table,
        most: Option<u64>,
        check: impl Fn(&Self) -> Result<(), Halt>,
    ) -> Result<Self, Halt> {
        let mut outline = Outline::default();
        let mut looker = Looker {
            scan: Self::default(),
            most,
            check,
        };
        let ended = table.read(&mut outline, &mut looker);
        let mut scan = looker.scan;
        scan.columns.resize(outline.headings.len(), Seen::default());
        scan.outline = outline;
        match ended {
            Ok(()) => scan.whole = true,
            Err(Halt::Enough) => {}
            Err(other) => return Err(other),
        }
        Ok(scan)
    }

    /// What the table must look like to hold everything seen.
    pub fn shape(&self) -> Shape {
        let mut storages: Vec<_> = self.columns.iter().map(Seen::storage).collect();
        for storage in storages.iter_mut().take(self.margin()) {
            storage.omitted = true;
        }
        Shape {
            storages,
            extra: self.extra,
        }
    }

    /// Blank columns at the left edge, where the format may begin anywhere.
    pub fn margin(&self) -> usize {
        let columns = self.columns.iter().zip(&self.outline.headings);
        let blank =
            columns.take_while(|(seen, heading)| seen.filled == 0 && heading.text.is_empty());
        if self.outline.anywhere {
            blank.count()
        } else {
            0
        }
    }

    /// Whether everything seen, which includes what `guess` saw, still fits the shape of `guess`.
    pub fn fits(&self, guess: &Self) -> bool {
        let mut columns = self.columns.iter().zip(&guess.columns);
        self.rows < guess.rows
            || (self.extra == guess.extra
                && self.columns.len() <= guess.columns.len()
                && columns.all(|(seen, guess)| seen.storage() == guess.storage()))
    }
}

struct Looker<F> {
    scan: Scan,
    most: Option<u64>,
    check: F,
}

impl<F: Fn(&Scan) -> Result<(), Halt>> Rows for Looker<F> {
    fn row(&mut self, line: u64, fields: &[Field<'_>], extra: &[Field<'_>]) -> Result<(), Halt> {
        let scan = &mut self.scan;
        if scan.columns.len() < fields.len() {
            scan.columns.resize(fields.len(), Seen::default());
        }
        for (column, field) in scan.columns.iter_mut().zip(fields) {
            column.add(line, field);
        }
        scan.extra |= !extra.is_empty();
        scan.rows += 1;
        if self.most == Some(scan.rows) {
            Err(Halt::Enough)
        } else {
            Ok(())
        }
    }

    fn at(&mut self, _: u64) -> Result<(), Halt> {
        (self.check)(&self.scan)
    }
}
