//! Tables in delimited text: CSV, TSV and the like, streamed in blocks. Knows nothing of SQL.

use std::fs::File;
use std::io::Seek;
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;

use super::dialect;
use super::encoding::{self, Block, Text};
use super::records::{Cutter, Dialect, Found, MAX_FIELDS};
use super::table::{Field, Halt, Outline, Rows, Table, Trouble, reuse};
use super::{Limits, MAX_COLUMNS};
use crate::session::Cancel;

/// How much of a file decides its dialect.
const HEAD: usize = 128 << 10;

/// A delimited text file.
#[derive(Debug)]
pub(super) struct Delimited {
    path: PathBuf,
    encoding: &'static Encoding,
    dialect: Dialect,
    regular: bool,
    limits: Limits,
}

impl Delimited {
    /// Finds out encoding and dialect of the file at `path`; `usual` is the delimiter that its name
    /// promises.
    pub fn open(path: &Path, usual: u8, limits: &Limits, cancel: &Cancel) -> Result<Self, Halt> {
        let mut file = File::open(path)?;
        let encoding = encoding::detect(&file, cancel)?;
        file.rewind()?;
        let (mut text, mut head, mut more) = (Text::new(file, encoding), String::new(), true);
        while more && head.len() < HEAD {
            more = text.more(&mut head)?;
        }
        let guess = dialect::guess(&head, !more, usual);
        Ok(Self {
            path: path.to_owned(),
            encoding,
            dialect: guess.dialect,
            regular: guess.regular,
            limits: *limits,
        })
    }

    /// Whether the head of the file is a table beyond doubt, whatever the file is called.
    pub fn is_regular(&self) -> bool {
        self.regular
    }

    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }
}

impl Table for Delimited {
    fn read(&self, outline: &mut Outline, rows: &mut dyn Rows) -> Result<(), Halt> {
        let mut text = Text::new(File::open(&self.path)?, self.encoding);
        let mut cutter = Cutter::new(self.dialect);
        let (mut block, mut line) = (Block::default(), 1);
        let (mut first, mut spare) = (true, Vec::new());
        loop {
            match cutter.cut(block.rest(), block.ended()) {
                Found::Record { bytes, lines } => {
                    let mut fields: Vec<Field<'_>> = reuse(spare);
                    cutter.fields(block.rest(), &mut fields);
                    if first && fields.len() > MAX_COLUMNS {
                        return Err(too_many_columns(fields.len()).into());
                    }
                    if !(first && outline.take_header(&fields)) {
                        row(line, &fields, outline, rows)?;
                    }
                    first = false;
                    spare = reuse(fields);
                    block.take(bytes);
                    line += lines;
                }
                Found::Blank { bytes, lines } => {
                    outline.note(
                        "blank lines were left out",
                        "blank line was left out",
                        || line.to_string(),
                    );
                    block.take(bytes);
                    line += lines;
                }
                Found::Incomplete => {
                    if !block.more(&mut text, self.limits.record_bytes)? {
                        let most = self.limits.record_bytes >> 20;
                        let reason = format!("the row that begins here is longer than {most} MB");
                        return Err(Trouble::at(line, 1, reason).into());
                    }
                    rows.at(text.bytes)?;
                }
                Found::Unclosed { line: down, field } => {
                    let reason = "the quote that opens here is never closed";
                    return Err(Trouble::at(line + down, field, reason).into());
                }
                Found::TooWide => {
                    let reason =
                        format!("the row that begins here has more than {MAX_FIELDS} fields");
                    return Err(Trouble::at(line, 1, reason).into());
                }
                Found::End => break,
            }
        }
        if first {
            return Err(Trouble::new("it is empty").into());
        }
        if text.facts.replaced {
            let name = self.encoding.name();
            outline.remarks.push(format!(
                "bytes that are not valid in {name} were read as \u{fffd}"
            ));
        }
        outline.facts = text.facts;
        Ok(())
    }
}

/// Hands on one row, divided into fields of columns and those beyond.
fn row(
    line: u64,
    fields: &[Field<'_>],
    outline: &mut Outline,
    rows: &mut dyn Rows,
) -> Result<(), Halt> {
    let width = outline.headings.len();
    let (fields, extra) = fields.split_at(width.min(fields.len()));
    if fields.len() < width {
        outline.short.add(line);
    }
    if !extra.is_empty() {
        outline.long.add(line);
    }
    rows.row(line, fields, extra)
}

/// Why a table this wide is refused.
pub(super) fn too_many_columns(columns: usize) -> Trouble {
    Trouble::new(format!(
        "it has {columns} columns, and a table holds at most {MAX_COLUMNS}"
    ))
}
