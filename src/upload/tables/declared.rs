//! What the XML of a workbook says of itself that its reader believes: how many shared strings there are, and
//! how often cells of an ods repeat. Reads the same elements in the same order as that reader, and keeps nothing.

use std::fmt::Display;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::table::{Halt, Trouble};
use super::unpacked::{Watched, too_large};
use super::{Limits, MAX_ROWS, sheet};
use crate::session::Cancel;

/// Bytes of the shortest shared string, `<si/>`.
const SHORTEST: u64 = 5;
/// Room for shared strings that may be claimed without reason: some programs count every use of a string.
const UNPROVEN: u64 = 64 << 20;
/// Bytes that a value takes, and its formula, without their texts.
const VALUE: u64 = size_of::<calamine::Data>() as u64;
const FORMULA: u64 = size_of::<String>() as u64;
/// Columns of a sheet; those beyond are dropped.
const COLUMNS: u64 = 16_384;

const TABLE: &str = "table:table";
const ROW: &str = "table:table-row";
const CELL: &str = "table:table-cell";
const COVERED: &str = "table:covered-table-cell";
const ANNOTATION: &str = "office:annotation";

/// Refuses shared strings, `bytes` long, that claim to be more than they can be or than `most` bytes hold.
pub(super) fn shared_strings(part: impl Read, bytes: u64, most: u64) -> Result<(), Trouble> {
    let mut xml = Xml::new(BufReader::new(part));
    loop {
        match xml.next()? {
            Event::Start(e) if e.local_name().into_inner() == "sst" => {
                for attribute in e.attributes() {
                    let attribute = attribute.map_err(unreadable)?;
                    if attribute.key.local_name().into_inner() != "uniqueCount" {
                        continue;
                    }
                    let mut digits = attribute.value.replace(|c: char| !c.is_ascii_digit(), "");
                    digits.insert(0, '0');
                    let claimed = digits.parse().unwrap_or(u64::MAX);
                    let room = claimed.saturating_mul(FORMULA);
                    if room > most || (room > UNPROVEN && claimed > bytes / SHORTEST) {
                        let reason =
                            format!("it claims to hold {claimed} shared strings, more than it can");
                        return Err(Trouble::new(reason));
                    }
                }
                return Ok(());
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Refuses an ods at `path` whose sheets would take too much memory once every repeated cell is there.
pub(super) fn ods(path: &Path, limits: &Limits, cancel: &Cancel) -> Result<(), Halt> {
    let file = Watched::open(path, cancel, Arc::default())?;
    let mut archive = ZipArchive::new(file).map_err(unreadable)?;
    let ended = match archive.by_name("content.xml") {
        Ok(part) => content(part, limits.workbook_bytes),
        // Whoever opens the workbook says what is missing.
        Err(_) => return Ok(()),
    };
    let Err(trouble) = ended else { return Ok(()) };
    if cancel.is_cancelled() {
        return Err(Halt::Cancelled);
    }
    // What is encrypted is no XML.
    let mut manifest = Vec::new();
    if let Ok(mut part) = archive.by_name("META-INF/manifest.xml")
        && part.read_to_end(&mut manifest).is_ok()
        && memmem::find(&manifest, b"manifest:encryption-data").is_some()
    {
        return Err(unreadable("it is protected with a password").into());
    }
    Err(trouble.into())
}

fn content(part: impl Read, most: u64) -> Result<(), Trouble> {
    let mut xml = Xml::new(BufReader::new(part));
    let (mut sheets, mut held) = (0, 0u64);
    loop {
        match xml.next()? {
            Event::Start(e) if is(&e, TABLE) && attribute(&e, "table:name")?.is_some() => {
                drop(e);
                sheets += 1;
                sheet::few(sheets)?;
                held = held.saturating_add(table(&mut xml)?);
                if held > most {
                    return Err(too_large(most));
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Bytes that a sheet takes, from behind its start to its end.
fn table(xml: &mut Xml<impl BufRead>) -> Result<u64, Trouble> {
    let (mut sheet, mut left) = (Extent::default(), u64::from(MAX_ROWS));
    loop {
        match xml.next()? {
            Event::Start(e) if is(&e, ROW) => {
                let repeats = count(&e, "table:number-rows-repeated")?.min(left);
                drop(e);
                left -= repeats;
                sheet.add(&row(xml)?, repeats);
            }
            Event::End(e) if e.name().into_inner() == TABLE => return Ok(sheet.bytes()),
            // The reader would wait for the end of the sheet for ever.
            Event::Eof => return Err(unreadable("a sheet has no end")),
            _ => {}
        }
    }
}

/// What a row takes before it is repeated.
#[derive(Default)]
struct Row {
    /// Cells, those that are empty and have others behind them included.
    cells: u64,
    /// First and last column with anything in it.
    filled: Option<(u64, u64)>,
    text: u64,
    formulas: bool,
}

fn row(xml: &mut Xml<impl BufRead>) -> Result<Row, Trouble> {
    let mut row = Row::default();
    let mut empty = 0;
    loop {
        match xml.next()? {
            Event::Start(e) if is(&e, CELL) || is(&e, COVERED) => {
                let repeats = count(&e, "table:number-columns-repeated")?;
                let end = if is(&e, CELL) { CELL } else { COVERED };
                let mut cell = Value::new(&e)?;
                drop(e);
                cell.inside(xml, end)?;
                // Empty cells count only if others follow.
                row.cells += std::mem::take(&mut empty).min(COLUMNS - row.cells);
                let repeats = repeats.min(COLUMNS - row.cells);
                if cell.is_empty() {
                    empty = repeats;
                } else if repeats > 0 {
                    let first = row.filled.map_or(row.cells, |(first, _)| first);
                    row.cells += repeats;
                    row.filled = Some((first, row.cells - 1));
                    row.text = row.text.saturating_add(cell.text.saturating_mul(repeats));
                    row.formulas |= cell.formula;
                }
            }
            Event::End(e) if e.name().into_inner() == ROW => return Ok(row),
            _ => return Err(unreadable("its rows hold something else than cells")),
        }
    }
}

/// What a cell holds.
#[derive(Default)]
struct Value {
    valued: bool,
    formula: bool,
    /// Its value is what is written in it.
    written: bool,
    /// Bytes of its texts.
    text: u64,
}

impl Value {
    fn new(e: &BytesStart<'_>) -> Result<Self, Trouble> {
        let mut value = Self::default();
        let (mut string, mut error, mut blank) = (false, false, false);
        for attribute in e.attributes() {
            let attribute = attribute.map_err(unreadable)?;
            let length = attribute.value.len() as u64;
            match attribute.key.into_inner() {
                "office:value" | "office:boolean-value" => value.valued = true,
                key @ ("office:string-value" | "office:date-value" | "office:time-value")
                    if !value.valued =>
                {
                    value.valued = true;
                    value.text = value.text.saturating_add(length);
                    blank = key == "office:string-value" && length == 0;
                }
                "office:value-type" if !value.valued => string = &*attribute.value == "string",
                "calcext:value-type" => error = &*attribute.value == "error",
                "table:formula" => {
                    value.formula = length > 0;
                    value.text = value.text.saturating_add(length);
                }
                _ => {}
            }
        }
        value.written = (!value.valued && string) || (error && blank);
        Ok(value)
    }

    fn is_empty(&self) -> bool {
        !(self.valued || self.formula || self.written)
    }

    /// Goes to the cell's `end`, and counts what is written in it.
    fn inside(&mut self, xml: &mut Xml<impl BufRead>, end: &str) -> Result<(), Trouble> {
        let mut annotated = false;
        loop {
            let more = match xml.next()? {
                Event::Start(e) => match e.name().into_inner() {
                    TABLE | ROW | CELL | COVERED => {
                        return Err(unreadable("its cells hold tables"));
                    }
                    ANNOTATION => {
                        annotated = true;
                        0
                    }
                    "text:s" if self.written => count(&e, "text:c")?,
                    _ => 1,
                },
                Event::End(e) => match e.name().into_inner() {
                    name if name == end && !annotated => return Ok(()),
                    TABLE | ROW | CELL | COVERED => return Err(unreadable("a cell has no end")),
                    ANNOTATION => {
                        annotated = false;
                        0
                    }
                    _ => 0,
                },
                Event::Text(text) => text.len() as u64,
                // The shortest name of a character is not shorter than the character.
                Event::GeneralRef(name) => name.len() as u64 + 2,
                Event::Eof => return Err(unreadable("a cell has no end")),
                _ => 0,
            };
            if self.written && !annotated {
                self.text = self.text.saturating_add(more);
            }
        }
    }
}

/// What the rows seen so far become.
#[derive(Default)]
struct Extent {
    /// Cells of all rows before any row is repeated.
    cells: u64,
    /// Rows from the first to the last one with anything in it.
    rows: u64,
    /// Blank rows behind those.
    blank: u64,
    filled: Option<(u64, u64)>,
    text: u64,
    formulas: bool,
}

impl Extent {
    fn add(&mut self, row: &Row, repeats: u64) {
        self.cells = self.cells.saturating_add(row.cells);
        self.text = self
            .text
            .saturating_add(row.text.saturating_mul(repeats.max(1)));
        self.formulas |= row.formulas;
        match (self.filled, row.filled) {
            (None, None) => {}
            (Some(_), None) => self.blank += repeats,
            (before, Some((first, last))) => {
                let (left, right) = before.unwrap_or((first, last));
                self.filled = Some((left.min(first), right.max(last)));
                self.rows += std::mem::take(&mut self.blank) + repeats;
            }
        }
    }

    fn bytes(&self) -> u64 {
        let width = self.filled.map_or(0, |(first, last)| last + 1 - first);
        let places = self.rows.saturating_mul(width);
        let formula = if self.formulas { FORMULA } else { 0 };
        let single = self.cells.saturating_mul(VALUE + FORMULA);
        let repeated = places.saturating_mul(VALUE + formula);
        single.saturating_add(repeated).saturating_add(self.text)
    }
}

/// XML read as the reader of workbooks reads it.
struct Xml<R> {
    reader: Reader<R>,
    buffer: Vec<u8>,
}

impl<R: BufRead> Xml<R> {
    fn new(part: R) -> Self {
        let mut reader = Reader::from_reader(part);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.trim_text(false);
        config.check_comments = false;
        config.expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
        }
    }

    fn next(&mut self) -> Result<Event<'_>, Trouble> {
        self.buffer.clear();
        let event = self.reader.read_event_into(&mut self.buffer);
        event.map_err(unreadable)
    }
}

fn is(e: &BytesStart<'_>, name: &str) -> bool {
    e.name().into_inner() == name
}

fn attribute(e: &BytesStart<'_>, key: &str) -> Result<Option<String>, Trouble> {
    for attribute in e.attributes() {
        let attribute = attribute.map_err(unreadable)?;
        if attribute.key.into_inner() == key {
            return Ok(Some(attribute.value.into_owned()));
        }
    }
    Ok(None)
}

/// How often, as the attribute `key` says; once if it says nothing.
fn count(e: &BytesStart<'_>, key: &str) -> Result<u64, Trouble> {
    match attribute(e, key)? {
        Some(value) => value
            .parse()
            .map_err(|_| unreadable(format!("{key} is {value:?}"))),
        None => Ok(1),
    }
}

fn unreadable(why: impl Display) -> Trouble {
    Trouble::new(format!("the workbook can't be read: {why}"))
}
