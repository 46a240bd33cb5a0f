//! Rows into a file: CSV as RFC 4180 has it, or JSON. Streamed; the file appears when it is whole.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rusqlite::types::{Value as Bound, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::look::{Database, Effort};
use super::order::View;
use super::quoted;
use super::stop::Stop;
use super::value::{hex, real};
use crate::session::{Error, Result, atomic, sys};

/// From one telling to the next, in rows.
const TELL_EVERY: u64 = 16_384;

/// What a file of rows looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Names first, lines end with CRLF, NULL is nothing and an empty text `""`, bytes are hexadecimal.
    Csv,
    /// A list of objects, a line each.
    Json,
}

/// Which rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Those of a view, in its order.
    View(View),
    /// Those that one statement answers with.
    Sql(String),
}

/// An export.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// Which rows.
    pub source: Source,
    /// How they are written.
    pub format: Format,
    /// The file; one that is there is replaced.
    pub target: PathBuf,
}

/// Writes the rows, and returns how many; tells from time to time.
///
/// # Errors
/// As for every look, and what the target's file system says. Then no file is left, and one that was there
/// stays.
pub fn export(
    database: &Database,
    export: &Export,
    tell: &mut dyn FnMut(u64),
    stop: &Stop,
) -> Result<u64> {
    let tried = "export the rows";
    let target = &export.target;
    let io = |e| Error::io(tried, target, e);
    let name = atomic::fresh_name().map_err(io)?;
    let temporary = target.with_file_name(format!(".{name}.part"));
    let mut failed = None;
    let written = database.look(tried, Effort::Work, stop, |db, _| {
        let mut out = match create(&temporary) {
            Ok(file) => Out {
                file: BufWriter::with_capacity(1 << 16, file),
                failed: None,
            },
            Err(e) => {
                failed = Some(e);
                return Ok(0);
            }
        };
        let rows = write(db, export, tell, &mut out);
        failed = out.finish();
        rows
    });
    let result = match (written, failed) {
        (_, Some(e)) => Err(io(e)),
        (Ok(rows), None) => sys::replace_file(&temporary, target)
            .map(|()| rows)
            .map_err(io),
        (Err(e), None) => Err(e),
    };
    if result.is_err() {
        // What is left of it is worth nothing; the error that counts is the one above.
        let _ = std::fs::remove_file(&temporary);
    }
    result
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
}

/// A file whose first error is kept: SQLite's rows go on to be asked for in between.
struct Out {
    file: BufWriter<File>,
    failed: Option<io::Error>,
}

impl Out {
    fn put(&mut self, bytes: &[u8]) {
        if self.failed.is_none()
            && let Err(e) = self.file.write_all(bytes)
        {
            self.failed = Some(e);
        }
    }

    fn finish(mut self) -> Option<io::Error> {
        self.failed.take().or_else(|| {
            let synced = self
                .file
                .flush()
                .and_then(|()| self.file.get_ref().sync_all());
            synced.err()
        })
    }
}

fn write(
    db: &Connection,
    export: &Export,
    tell: &mut dyn FnMut(u64),
    out: &mut Out,
) -> rusqlite::Result<u64> {
    let (sql, values) = statement(&export.source);
    let mut statement = db.prepare(&sql)?;
    let columns: Vec<String> = statement.column_names().map(Into::into).collect();
    let mut rows = statement.query(params_from_iter(values))?;
    let mut line = Vec::new();
    let names = match export.format {
        Format::Csv => {
            for (i, column) in columns.iter().enumerate() {
                csv(&mut line, i, ValueRef::Text(column.as_bytes()));
            }
            line.extend(b"\r\n");
            Vec::new()
        }
        Format::Json => {
            line.extend(b"[");
            unique(&columns)
        }
    };
    out.put(&line);
    let mut n = 0;
    while let Some(row) = rows.next()? {
        line.clear();
        match export.format {
            Format::Csv => {
                for i in 0..columns.len() {
                    csv(&mut line, i, row.get_ref(i)?);
                }
                line.extend(b"\r\n");
            }
            Format::Json => {
                line.extend(if n == 0 { &b"\n{"[..] } else { b",\n{" });
                for (i, name) in names.iter().enumerate() {
                    line.extend(if i == 0 { &b""[..] } else { b", " });
                    line.extend(name.as_bytes());
                    line.extend(b": ");
                    json(&mut line, row.get_ref(i)?);
                }
                line.extend(b"}");
            }
        }
        out.put(&line);
        if out.failed.is_some() {
            return Ok(n);
        }
        n += 1;
        if n.is_multiple_of(TELL_EVERY) {
            tell(n);
        }
    }
    if export.format == Format::Json {
        out.put(b"\n]\n");
    }
    Ok(n)
}

fn statement(source: &Source) -> (String, Vec<Bound>) {
    match source {
        Source::Sql(sql) => (sql.clone(), Vec::new()),
        Source::View(view) => {
            let (from, values) = view.source();
            let names: Vec<_> = view.columns.iter().map(|c| quoted(c)).collect();
            (
                format!("SELECT {}{from}{}", names.join(", "), view.by()),
                values,
            )
        }
    }
}

/// Appends a field, with the comma before it.
fn csv(line: &mut Vec<u8>, place: usize, value: ValueRef<'_>) {
    if place > 0 {
        line.push(b',');
    }
    match value {
        ValueRef::Null => {}
        ValueRef::Integer(n) => line.extend(n.to_string().into_bytes()),
        ValueRef::Real(n) => line.extend(real(n).into_bytes()),
        ValueRef::Blob(bytes) => line.extend(hex(bytes, usize::MAX).into_bytes()),
        ValueRef::Text(text) => {
            let special = |b: &u8| matches!(b, b',' | b'"' | b'\r' | b'\n');
            let edge = |b: Option<&u8>| b.is_none_or(|b| b.is_ascii_whitespace());
            if !edge(text.first()) && !edge(text.last()) && !text.iter().any(special) {
                return line.extend(text);
            }
            line.push(b'"');
            for byte in text {
                if *byte == b'"' {
                    line.push(b'"');
                }
                line.push(*byte);
            }
            line.push(b'"');
        }
    }
}

/// Appends a value. What JSON has no number for is a text.
fn json(line: &mut Vec<u8>, value: ValueRef<'_>) {
    let text = |line: &mut Vec<u8>, text: &str| line.extend(in_json(text).into_bytes());
    match value {
        ValueRef::Null => line.extend(b"null"),
        ValueRef::Integer(n) => line.extend(n.to_string().into_bytes()),
        ValueRef::Real(n) if n.is_finite() => line.extend(real(n).into_bytes()),
        ValueRef::Real(n) => text(line, &real(n)),
        ValueRef::Blob(bytes) => text(line, &hex(bytes, usize::MAX)),
        ValueRef::Text(bytes) => text(line, &String::from_utf8_lossy(bytes)),
    }
}

fn in_json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The names as keys: each once.
fn unique(columns: &[String]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let mut once = |name: &String| {
        let mut free = name.clone();
        let mut n = 1;
        while !seen.insert(free.clone()) {
            n += 1;
            free = format!("{name}_{n}");
        }
        in_json(&free)
    };
    columns.iter().map(&mut once).collect()
}
