//! What became of the data files of an upload, for the report, the manifest, the summary and the
//! rewriting of scripts. Plain data, and the sentences about it.

use super::database::Brought;
use super::facts::{Facts, Kinds};
use super::load::Loaded;
use super::records::Dialect;
use super::scan::Seen;
use super::table::{Heading, Lines, Outline};
use super::types::SqlType;
use crate::session::{self, Skipped};

/// What became of all data files.
#[derive(Debug, Default)]
pub struct Converted {
    /// Tables made, in the order in which they were made.
    pub tables: Vec<TableReport>,
    /// Data files, or single sheets of them, that stay as files only, and why.
    pub skipped: Vec<Skipped>,
    /// Tables that were in the database before.
    pub brought: Vec<Brought>,
    /// The sheets of each workbook of which tables were made.
    pub workbooks: Vec<WorkbookReport>,
}

impl Converted {
    /// Whether there is anything to say of the session's data.
    pub fn has_anything(&self) -> bool {
        !(self.tables.is_empty() && self.skipped.is_empty() && self.brought.is_empty())
    }
}

/// The sheets of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkbookReport {
    /// The workbook, relative with `/`.
    pub source: String,
    /// The names of all sheets with cells, in its order; those too of which no table was made.
    pub sheets: Vec<String>,
    /// It has no other sheets but charts.
    pub plain: bool,
}

/// One table made from a file.
#[derive(Debug, Clone)]
pub struct TableReport {
    /// Its name in SQL.
    pub name: String,
    /// The file it was made from, relative with `/`.
    pub source: String,
    /// What the file is.
    pub format: Format,
    /// Its columns as stored, without [`TableReport::extra`].
    pub columns: Vec<Column>,
    /// The column that holds fields beyond the last one as a JSON array, if any row has such.
    pub extra: Option<String>,
    /// Rows stored: all that the file has, blank lines excepted.
    pub rows: u64,
    /// Whether the file's first row names the columns.
    pub header: bool,
    /// The cell in which the table begins, where that isn't the first of its sheet.
    pub begins: Option<String>,
    /// Rows with fewer fields than columns; the missing ones are NULL.
    pub short: Lines,
    /// Rows with more fields than columns.
    pub long: Lines,
    /// Everything that is not as it was in the file, in sentences.
    pub changes: Vec<String>,
    /// What is lost in the table.
    pub facts: Facts,
}

/// What a table was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// Delimited text.
    Delimited {
        /// How its fields are told apart.
        dialect: Dialect,
        /// The encoding's name, as web standards have it: `UTF-8`, `windows-1252` …
        encoding: &'static str,
    },
    /// JSON, an array of objects or one object per line.
    Json {
        /// As for delimited text.
        encoding: &'static str,
    },
    /// A sheet of a workbook.
    Sheet {
        /// Its name in the workbook.
        name: String,
        /// Its place in the workbook, from 0.
        index: usize,
    },
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in SQL.
    pub name: String,
    /// What the file calls it, blanks included; empty where it has no name.
    pub original: String,
    /// The file's name of it is a number or a date, not text.
    pub original_number: bool,
    /// Its type.
    pub sql_type: SqlType,
    /// Values that are not NULL.
    pub filled: u64,
    /// Numbers stored as REAL whose text in the file was another, such as `1.10`.
    pub respelled: u64,
    /// Numbers that had blanks around them, which are gone.
    pub padded: u64,
    /// Whole numbers among the values, when the column is INTEGER or REAL.
    pub whole: u64,
    /// Values that the workbook or JSON has as numbers though the column is TEXT.
    pub numbers_as_text: u64,
    /// Values that the workbook has as dates or times.
    pub moments: u64,
}

impl From<&TableReport> for session::Table {
    fn from(table: &TableReport) -> Self {
        let columns = table
            .columns
            .iter()
            .map(|c| (c.name.clone(), c.sql_type.as_str().to_owned()));
        let extra = table
            .extra
            .iter()
            .map(|name| (name.clone(), SqlType::Text.as_str().to_owned()));
        Self {
            name: table.name.clone(),
            rows: table.rows,
            columns: columns.chain(extra).collect(),
            source: table.source.clone(),
        }
    }
}

impl From<&Brought> for session::Table {
    fn from(table: &Brought) -> Self {
        Self {
            name: table.name.clone(),
            rows: table.rows,
            columns: table.columns.clone(),
            source: super::DATABASE.to_owned(),
        }
    }
}

impl TableReport {
    /// The report on a table that was stored; `wanted`: the name it would have had.
    pub(super) fn new(source: &str, format: Format, wanted: &str, loaded: Loaded) -> Self {
        let Loaded { plan, scan } = loaded;
        let margin = scan.margin();
        let stored = plan.storages.iter().skip(margin);
        let seen = scan.columns.iter().zip(&scan.outline.headings).skip(margin);
        let columns: Vec<Column> = (plan.columns.iter().zip(stored).zip(seen))
            .map(|((name, storage), (seen, heading))| column(name, storage.sql, seen, heading))
            .collect();
        let mut changes = Vec::new();
        if plan.name != wanted {
            changes.push(format!(
                "the table is called {}, because {wanted} was taken",
                plan.name
            ));
        }
        match &format {
            Format::Delimited { encoding, .. } | Format::Json { encoding }
                if *encoding != "UTF-8" =>
            {
                changes.push(format!("read as {encoding}"));
            }
            _ => {}
        }
        changes.extend(renamed(&columns, scan.outline.header));
        for (column, seen) in columns.iter().zip(scan.columns.iter().skip(margin)) {
            changes.extend(changed(column, seen));
        }
        changes.extend(sentences(&scan.outline, plan.extra.as_deref()));
        let begins = begins(&scan.outline, margin);
        let mut facts = scan.outline.facts;
        facts.cells.drain(..margin.min(facts.cells.len()));
        facts.cells.resize_with(columns.len(), Kinds::default);
        Self {
            name: plan.name,
            source: source.to_owned(),
            format,
            columns,
            extra: plan.extra,
            rows: scan.rows,
            header: scan.outline.header,
            begins,
            short: scan.outline.short,
            long: scan.outline.long,
            changes,
            facts,
        }
    }
}

fn column(name: &str, sql_type: SqlType, seen: &Seen, heading: &Heading) -> Column {
    let number = sql_type != SqlType::Text;
    Column {
        name: name.to_owned(),
        original: heading.text.clone(),
        original_number: heading.number,
        sql_type,
        filled: seen.filled,
        respelled: if sql_type == SqlType::Real {
            seen.respelled
        } else {
            0
        },
        padded: if number { seen.padded } else { 0 },
        whole: if number { seen.whole } else { 0 },
        numbers_as_text: if number { 0 } else { seen.numbers },
        moments: seen.moments,
    }
}

/// Sentences on columns that are not called what the file calls them.
fn renamed(columns: &[Column], header: bool) -> Vec<String> {
    if !header {
        return vec![
            "the first row is all numbers, so it is data and the columns are numbered".into(),
        ];
    }
    let renamed = columns
        .iter()
        .enumerate()
        .filter(|(_, c)| c.name != c.original);
    let mut sentences: Vec<String> = renamed
        .clone()
        .take(20)
        .map(|(i, c)| match c.original.is_empty() {
            true => format!("column {} has no name; it is called {}", i + 1, c.name),
            false => format!("column {} ({:?}) is called {}", i + 1, c.original, c.name),
        })
        .collect();
    if let more @ 1.. = renamed.count().saturating_sub(20) {
        sentences.push(format!("and {more} more columns are called otherwise"));
    }
    sentences
}

/// Sentences on the values of a column.
fn changed(column: &Column, seen: &Seen) -> Vec<String> {
    let mut sentences = Vec::new();
    let name = &column.name;
    if let (1.., Some((line, text))) = (column.respelled, &seen.first_respelled) {
        let n = counted(column.respelled, "number is", "numbers are");
        sentences.push(format!(
            "{name}: {n} written differently now, {text:?} in line {line} for instance"
        ));
    }
    if column.padded > 0 {
        let n = counted(column.padded, "number", "numbers");
        sentences.push(format!("{name}: blanks around {n} were dropped"));
    }
    if column.numbers_as_text > 0 {
        let n = counted(column.numbers_as_text, "number is", "numbers are");
        sentences.push(format!(
            "{name}: {n} stored as text, because the column holds other text too"
        ));
    }
    sentences.extend(seen.commas.sentence(name, column.filled));
    sentences
}

/// Sentences on rows and places.
fn sentences(outline: &Outline, extra: Option<&str>) -> Vec<String> {
    let mut sentences = Vec::new();
    if outline.short.count > 0 {
        let n = counted(outline.short.count, "row has", "rows have");
        let lines = places(&outline.short);
        sentences.push(format!(
            "{n} fewer fields than columns, the rest is NULL: line {lines}"
        ));
    }
    if let (1.., Some(extra)) = (outline.long.count, extra) {
        let n = counted(outline.long.count, "row has", "rows have");
        let lines = places(&outline.long);
        sentences.push(format!(
            "{n} more fields than columns, the rest is in {extra}: line {lines}"
        ));
    }
    for note in &outline.notes {
        let n = counted(note.lines.count, note.what_once, note.what);
        sentences.push(format!("{n}: {}", places(&note.lines)));
    }
    sentences.extend(outline.remarks.iter().cloned());
    sentences
}

/// `3 rows`, with the word that fits.
fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn places(lines: &Lines) -> String {
    let more = if lines.count > lines.first.len() as u64 {
        " …"
    } else {
        ""
    };
    lines.first.join(", ") + more
}

/// The cell in which a table begins that is not at the corner of its sheet.
fn begins(outline: &Outline, margin: usize) -> Option<String> {
    let row = outline.begins.unwrap_or(1);
    (row > 1 || margin > 0).then(|| super::cells::cell_name(row, margin))
}
