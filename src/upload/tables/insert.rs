//! Puts the rows of a table into the database: one thread reads and converts, this one inserts, and
//! batches of rows go between them and back. Knows no file format.

use std::fmt::Write as _;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

use rusqlite::{Connection, Statement};

use super::names::quoted;
use super::scan::{Storage, day};
use super::table::{Field, Halt, Outline, Rows, Table, Trouble};
use super::types::{SqlType, bare};

/// Values and bytes of text after which a batch is handed over.
const BATCH_CELLS: usize = 8192;
const BATCH_TEXT: usize = 128 << 10;

/// Batches on their way; both threads keep busy, and memory stays small.
const BATCHES: usize = 6;

/// Bytes of text from which on a batch travels alone: long rows would otherwise be in memory many times.
const LARGE: usize = 512 << 10;

/// Parameters of one INSERT that are worth their while; more rows at a time gain nothing.
const PARAMETERS: usize = 128;

/// A table about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub name: String,
    /// A name for every column that isn't left out.
    pub columns: Vec<String>,
    /// How each column of the file is stored; those left out too.
    pub storages: Vec<Storage>,
    /// The name of the column for fields beyond the last one, if there are any.
    pub extra: Option<String>,
}

impl Plan {
    fn width(&self) -> usize {
        self.columns.len() + usize::from(self.extra.is_some())
    }

    fn create(&self) -> String {
        let stored = self.storages.iter().filter(|s| !s.omitted).map(|s| s.sql);
        let extra = self.extra.iter().map(|name| (name, SqlType::Text));
        let columns: Vec<String> = (self.columns.iter().zip(stored).chain(extra))
            .map(|(name, sql)| format!("{} {}", quoted(name), sql.as_str()))
            .collect();
        format!(
            "CREATE TABLE main.{} ({})",
            quoted(&self.name),
            columns.join(", ")
        )
    }

    fn insert(&self, rows: usize) -> String {
        let row = format!("({})", vec!["?"; self.width()].join(","));
        format!(
            "INSERT INTO main.{} VALUES {}",
            quoted(&self.name),
            vec![row; rows].join(",")
        )
    }
}

/// Makes the table of `plan` and fills it; `goes_on` is told bytes read and rows stored, often, and
/// may end it. Returns the rows stored.
pub(super) fn insert(
    db: &Connection,
    plan: &Plan,
    table: &dyn Table,
    mut goes_on: impl FnMut(u64, u64) -> Result<(), Halt>,
) -> Result<u64, Halt> {
    db.execute_batch(&plan.create())?;
    let mut sink = Sink::new(db, plan)?;
    thread::scope(|scope| {
        let (full, batches) = sync_channel(BATCHES);
        // Holds no more than those that went the other way.
        let (back, empty) = channel();
        let feeder = thread::Builder::new()
            .name("table-rows".into())
            .spawn_scoped(scope, move || {
                let mut feeder = Feeder {
                    plan,
                    batch: Batch::default(),
                    bytes: 0,
                    full,
                    empty,
                    away: 0,
                };
                table.read(&mut Outline::default(), &mut feeder)?;
                feeder.hand_over()
            })?;
        let mut rows = 0;
        let stored = batches.iter().try_for_each(|batch: Batch| {
            sink.store(&batch)?;
            rows += batch.rows as u64;
            goes_on(batch.bytes, rows)?;
            // The other side may be done and gone.
            let _ = back.send(batch);
            Ok::<_, Halt>(())
        });
        // With nobody to hand its batches to or to wait for, the other side ends at the next one.
        drop((batches, back));
        let read = feeder.join();
        stored?;
        match read {
            Ok(read) => read.map(|()| rows),
            Err(_) => Err(Trouble::new("it could not be read to the end").into()),
        }
    })
}

/// One value on its way into the database.
#[derive(Debug, Clone, Copy)]
enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    /// Up to here in the batch's text, from where the last one ended.
    Text {
        end: usize,
    },
}

/// Rows on their way into the database.
#[derive(Debug, Default)]
struct Batch {
    cells: Vec<Cell>,
    text: String,
    rows: usize,
    /// Bytes of the file read when it was handed over.
    bytes: u64,
}

impl Batch {
    fn clear(&mut self) {
        self.cells.clear();
        self.text.clear();
        self.rows = 0;
    }

    /// Ends the text that was just written.
    fn text_cell(&mut self) {
        self.cells.push(Cell::Text {
            end: self.text.len(),
        });
    }

    /// Adds `field` as `storage` wants it.
    fn push(&mut self, field: &Field<'_>, storage: Storage) -> Result<(), Halt> {
        match (storage.sql, *field) {
            (_, Field::Null) => self.cells.push(Cell::Null),
            (SqlType::Text, Field::Raw(text) | Field::Text(text)) => {
                self.text.push_str(text);
                self.text_cell();
            }
            (SqlType::Text, Field::Moment(text)) => {
                self.text.push_str(if storage.timed {
                    text
                } else {
                    day(text).unwrap_or(text)
                });
                self.text_cell();
            }
            (SqlType::Text, number) => {
                self.text.push_str(&number.to_text());
                self.text_cell();
            }
            (SqlType::Integer, Field::Raw(text)) => {
                let number = bare(text).parse().map_err(|_| Halt::Widened)?;
                self.cells.push(Cell::Integer(number));
            }
            (SqlType::Integer, Field::Integer(number)) => self.cells.push(Cell::Integer(number)),
            (SqlType::Real, Field::Raw(text)) => {
                let number = bare(text).parse().map_err(|_| Halt::Widened)?;
                self.cells.push(Cell::Real(number));
            }
            (SqlType::Real, Field::Integer(number)) => self.cells.push(Cell::Real(number as f64)),
            (SqlType::Real, Field::Real(number)) => self.cells.push(Cell::Real(number)),
            _ => return Err(Halt::Widened),
        }
        Ok(())
    }

    /// Adds the fields beyond the last column, as a JSON array.
    fn push_extra(&mut self, extra: &[Field<'_>]) {
        if extra.is_empty() {
            self.cells.push(Cell::Null);
            return;
        }
        for (i, field) in extra.iter().enumerate() {
            self.text.push(if i == 0 { '[' } else { ',' });
            match field {
                Field::Null => self.text.push_str("null"),
                field => {
                    let _ = write!(self.text, "{}", serde_json::Value::String(field.to_text()));
                }
            }
        }
        self.text.push(']');
        self.text_cell();
    }
}

/// Converts rows and hands them over in batches.
struct Feeder<'a> {
    plan: &'a Plan,
    batch: Batch,
    bytes: u64,
    full: SyncSender<Batch>,
    empty: Receiver<Batch>,
    /// Batches that have not come back.
    away: usize,
}

impl Feeder<'_> {
    fn hand_over(&mut self) -> Result<(), Halt> {
        let mut batch = std::mem::take(&mut self.batch);
        batch.bytes = self.bytes;
        let large = batch.text.len() > LARGE;
        if large {
            self.all_back()?;
        }
        // Nobody takes it: whoever inserts has ended, and knows why.
        self.full.send(batch).map_err(|_| Halt::Enough)?;
        self.away += 1;
        if large {
            return self.all_back();
        }
        if let Ok(next) = self.empty.try_recv() {
            self.away -= 1;
            self.batch = next;
            self.batch.clear();
        }
        Ok(())
    }

    /// Waits until everything on its way is stored, and lets go of its memory.
    fn all_back(&mut self) -> Result<(), Halt> {
        while self.away > 0 {
            self.empty.recv().map_err(|_| Halt::Enough)?;
            self.away -= 1;
        }
        Ok(())
    }
}

impl Rows for Feeder<'_> {
    fn row(&mut self, _: u64, fields: &[Field<'_>], extra: &[Field<'_>]) -> Result<(), Halt> {
        let storages = &self.plan.storages;
        if fields.len() > storages.len() {
            return Err(Halt::Widened);
        }
        for (i, storage) in storages.iter().enumerate() {
            let field = fields.get(i).unwrap_or(&Field::Null);
            match storage.omitted {
                false => self.batch.push(field, *storage)?,
                true if *field == Field::Null => {}
                true => return Err(Halt::Widened),
            }
        }
        match self.plan.extra {
            Some(_) => self.batch.push_extra(extra),
            None if extra.is_empty() => {}
            None => return Err(Halt::Widened),
        }
        self.batch.rows += 1;
        match self.batch.cells.len() >= BATCH_CELLS || self.batch.text.len() > BATCH_TEXT {
            true => self.hand_over(),
            false => Ok(()),
        }
    }

    fn at(&mut self, bytes: u64) -> Result<(), Halt> {
        self.bytes = bytes;
        Ok(())
    }
}

/// Inserts batches, several rows with one statement.
struct Sink<'c> {
    width: usize,
    one: Statement<'c>,
    many: Statement<'c>,
    /// Rows that `many` takes.
    group: usize,
}

impl<'c> Sink<'c> {
    fn new(db: &'c Connection, plan: &Plan) -> rusqlite::Result<Self> {
        let width = plan.width();
        let group = (PARAMETERS / width).max(1);
        Ok(Self {
            width,
            one: db.prepare(&plan.insert(1))?,
            many: db.prepare(&plan.insert(group))?,
            group,
        })
    }

    fn store(&mut self, batch: &Batch) -> rusqlite::Result<()> {
        let (mut text, mut cells) = (0, &batch.cells[..]);
        while !cells.is_empty() {
            let (statement, rows) = match cells.len() >= self.group * self.width {
                true => (&mut self.many, self.group),
                false => (&mut self.one, 1),
            };
            let (now, rest) = cells.split_at(rows * self.width);
            for (i, cell) in now.iter().enumerate() {
                match *cell {
                    Cell::Null => statement.raw_bind_parameter(i + 1, rusqlite::types::Null)?,
                    Cell::Integer(n) => statement.raw_bind_parameter(i + 1, n)?,
                    Cell::Real(x) => statement.raw_bind_parameter(i + 1, x)?,
                    Cell::Text { end } => {
                        statement.raw_bind_parameter(i + 1, &batch.text[text..end])?;
                        text = end;
                    }
                }
            }
            statement.raw_execute()?;
            cells = rest;
        }
        Ok(())
    }
}
