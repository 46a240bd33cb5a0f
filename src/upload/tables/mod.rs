//! Data files of an upload become tables of the session's database: delimited text, JSON and
//! workbooks. A pure function of files and database; knows nothing of staging, archives or scripts.

mod biff;
mod cells;
mod commas;
mod compound;
mod database;
mod declared;
mod delimited;
mod dialect;
mod elements;
mod encoding;
mod facts;
mod insert;
mod json;
mod load;
mod moments;
mod names;
pub mod peek;
mod records;
mod report;
mod scan;
mod sheet;
mod summary;
mod table;
mod types;
mod unpacked;

use std::cell::Cell;
use std::path::{Path, PathBuf};

use self::database::{Database, fatal, message, refused};
use self::delimited::Delimited;
use self::json::Json;
use self::load::load;
use self::names::{Names, table_name};
use self::sheet::Workbook;
use self::table::{Halt, Table, Trouble};
use crate::session::{Cancel, Error, Result, Skipped, failpoint};

pub use self::database::{Accepted, Brought, accept_database, set_aside_strays};
pub use self::facts::{Facts, Kinds};
pub use self::records::Dialect;
pub use self::report::{Column, Converted, Format, TableReport, WorkbookReport};
pub use self::summary::summary;
pub use self::table::Lines;
pub use self::types::SqlType;

/// The database's name in a session.
pub const DATABASE: &str = "project_data.db";

/// The summary's name in a session.
pub const SUMMARY: &str = "DATABASE_SUMMARY.md";

/// SQLite's own limit on the columns of a table.
const MAX_COLUMNS: usize = 2000;

/// Rows of a sheet, in every program that writes workbooks.
const MAX_ROWS: u32 = 1_048_576;

/// Sheets of a workbook.
const MAX_SHEETS: usize = 1000;

/// A file of the session being built.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelFile {
    /// Its name in the session, relative with `/`.
    pub relative: String,
    /// Where it is now.
    pub path: PathBuf,
}

/// What one file may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one row of text, or one JSON object; they are held in memory.
    pub record_bytes: usize,
    /// Unpacked bytes of those parts of a workbook that are held in memory.
    pub workbook_bytes: u64,
    /// From so many bytes on, a workbook may not become more than 200 times its size, unpacked and as tables.
    pub ratio_from: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            record_bytes: 3 << 20,
            workbook_bytes: 512 << 20,
            ratio_from: 256 << 20,
        }
    }
}

/// How far the conversion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// The file, relative with `/`.
    pub file: &'a str,
    /// Rows stored of the table that is being made of it; 0 when the file is begun.
    pub rows: u64,
    /// Data files done.
    pub files: u64,
    /// Data files in all.
    pub total_files: u64,
    /// Bytes of data files read; less than before when a file is read anew.
    pub bytes: u64,
    /// Bytes of all data files.
    pub total_bytes: u64,
}

/// Makes tables of every data file among `files` in the database at `database`, which may have
/// tables already. A file that can't be converted is rolled back alone and reported; only a
/// database that can't be written and `cancel` are errors. Nothing is synced to disk. Files are taken from the top of the
/// tree down, then by name, so the same files always make the same tables.
///
/// # Errors
/// A database that can't be opened or written, a full disk, and `cancel`, within 200 ms. The
/// database is then in any state, and goes with the staging directory that it is in.
pub fn convert(
    files: &[RelFile],
    database: &Path,
    limits: &Limits,
    cancel: &Cancel,
    on: &dyn Fn(Step<'_>),
) -> Result<Converted> {
    let mut data: Vec<(Kind, &RelFile, u64)> = files
        .iter()
        .filter_map(|file| {
            let bytes = std::fs::metadata(&file.path).map_or(0, |m| m.len());
            Some((Kind::of(&file.relative)?, file, bytes))
        })
        .collect();
    data.sort_by_key(|(_, file, _)| (file.relative.matches('/').count(), &file.relative));
    let (total_files, total_bytes) = (data.len() as u64, data.iter().map(|d| d.2).sum());
    let mut step = Step {
        file: "",
        rows: 0,
        files: 0,
        total_files,
        bytes: 0,
        total_bytes,
    };
    let mut converted = Converted::default();
    if data.is_empty() {
        return Ok(converted);
    }
    let tried = "convert data files into tables";
    let refuse = |error| refused(tried, database, error);
    let mut db = Database::open(database)?;
    for (kind, file, bytes) in data {
        step.file = &file.relative;
        on(step);
        failpoint::reach("convert-file").map_err(|e| Error::io(tried, &file.path, e))?;
        db.connection.execute_batch("BEGIN").map_err(refuse)?;
        let names = db.names.clone();
        let job = Job {
            file,
            limits,
            cancel,
            on,
            step,
            bytes,
            before: Cell::new(0),
        };
        let (end, reason) = match job.convert(kind, &mut db) {
            Ok(Some(mut made)) => {
                converted.tables.append(&mut made.tables);
                converted.skipped.append(&mut made.skipped);
                converted.workbooks.append(&mut made.workbooks);
                ("COMMIT", None)
            }
            Ok(None) => ("ROLLBACK", None),
            Err(Halt::Cancelled) => return Err(Error::cancelled(tried)),
            Err(Halt::Database(error)) if fatal(&error) => return Err(refuse(error)),
            Err(halt) => ("ROLLBACK", Some(explain(halt))),
        };
        if let Some(reason) = reason {
            converted.skipped.push(Skipped {
                file: file.relative.clone(),
                reason,
            });
        }
        if end == "ROLLBACK" {
            db.names = names;
        }
        failpoint::reach("convert-end").map_err(|e| Error::io(tried, &file.path, e))?;
        db.connection.execute_batch(end).map_err(refuse)?;
        step.files += 1;
        step.bytes += bytes;
    }
    failpoint::reach("convert-finish").map_err(|e| Error::io(tried, database, e))?;
    db.finish()?;
    Ok(converted)
}

/// Why a file stays a file, in a sentence.
fn explain(halt: Halt) -> String {
    match halt {
        Halt::Failed(Trouble {
            reason,
            line: Some(line),
            column: Some(column),
        }) => {
            format!("line {line}, column {column}: {reason}")
        }
        Halt::Failed(Trouble { reason, .. }) => reason,
        Halt::Database(error) => format!("the database refused it: {}", message(&error)),
        Halt::Enough | Halt::Widened | Halt::Cancelled => "it could not be read to the end".into(),
    }
}

/// What a file is by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Delimited text, usually by this delimiter.
    Delimited(u8),
    /// Any text, a table only if it is one beyond doubt.
    Text,
    Json,
    JsonLines,
    Workbook,
}

impl Kind {
    fn of(relative: &str) -> Option<Self> {
        let name = relative.rsplit('/').next().unwrap_or(relative);
        let (stem, extension) = name.rsplit_once('.')?;
        // What Excel leaves beside an open workbook, macOS in archives, and hidden files.
        if stem.is_empty() || stem.starts_with("~$") || stem.starts_with("._") {
            return None;
        }
        Some(match &*extension.to_ascii_lowercase() {
            "csv" => Self::Delimited(b','),
            "tsv" | "tab" => Self::Delimited(b'\t'),
            "psv" => Self::Delimited(b'|'),
            "txt" | "dat" => Self::Text,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::JsonLines,
            "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" => Self::Workbook,
            _ => return None,
        })
    }
}

/// The conversion of one file.
struct Job<'a> {
    file: &'a RelFile,
    limits: &'a Limits,
    cancel: &'a Cancel,
    on: &'a dyn Fn(Step<'_>),
    /// Where everything stood when this file was begun.
    step: Step<'a>,
    /// Bytes of the file.
    bytes: u64,
    /// Bytes of it read for tables that are done: the sheets before this one.
    before: Cell<u64>,
}

impl Job<'_> {
    /// The tables made, or nothing if the file is no data after all.
    fn convert(&self, kind: Kind, db: &mut Database) -> Result<Option<Converted>, Halt> {
        let path = &self.file.path;
        let name = self.file.relative.rsplit('/').next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let mut made = Converted::default();
        match kind {
            Kind::Delimited(_) | Kind::Text => {
                let usual = if let Kind::Delimited(usual) = kind {
                    usual
                } else {
                    b'\t'
                };
                let table = Delimited::open(path, usual, self.limits, self.cancel)?;
                if kind == Kind::Text && !table.is_regular() {
                    return Ok(None);
                }
                let format = Format::Delimited {
                    dialect: table.dialect(),
                    encoding: table.encoding(),
                };
                made.tables
                    .push(self.load(db, &table_name(stem), &table, format)?);
            }
            Kind::Json | Kind::JsonLines => {
                let table = Json::open(path, kind == Kind::JsonLines, self.limits, self.cancel)?;
                let format = Format::Json {
                    encoding: table.encoding(),
                };
                made.tables
                    .push(self.load(db, &table_name(stem), &table, format)?);
            }
            Kind::Workbook => {
                let workbook = Workbook::open(path, self.limits, self.cancel)?;
                made.workbooks.push(WorkbookReport {
                    source: self.file.relative.clone(),
                    sheets: workbook.sheets().map(|s| s.name().to_owned()).collect(),
                    plain: workbook.is_plain(),
                });
                for sheet in workbook.sheets() {
                    let format = Format::Sheet {
                        name: sheet.name().to_owned(),
                        index: sheet.index(),
                    };
                    let wanted = table_name(&format!("{stem}_{}", sheet.name()));
                    if sheet.is_empty()? {
                        let file = format!("{}, sheet {}", self.file.relative, sheet.name());
                        made.skipped.push(Skipped {
                            file,
                            reason: "the sheet is empty".into(),
                        });
                        continue;
                    }
                    made.tables.push(self.load(db, &wanted, &sheet, format)?);
                }
            }
        }
        Ok(Some(made))
    }

    fn load(
        &self,
        db: &mut Database,
        wanted: &str,
        table: &dyn Table,
        format: Format,
    ) -> Result<TableReport, Halt> {
        let name = db.names.free(wanted, &Names::default());
        let file = &*self.file.relative;
        let (before, read) = (self.before.get(), Cell::new(0));
        let progress = |bytes, rows| {
            read.set(bytes);
            (self.on)(Step {
                rows,
                bytes: self.step.bytes + self.bytes.min(before + bytes),
                ..self.step
            })
        };
        let loaded = load(&db.connection, &name, table, self.cancel, &progress)?;
        self.before.set(before + read.get());
        Ok(TableReport::new(file, format, wanted, loaded))
    }
}

#[cfg(test)]
mod tests;
