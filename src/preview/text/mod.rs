//! A file as lines of text: pages of rows by the sparse index, decoded and made safe to show. A line of
//! more than a thousand characters is several rows, so that every part of it can be reached.

mod clean;
mod level;
#[cfg(test)]
mod tests;

pub use level::{Level, level};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::cut::{Cutter, Unit};
use super::kind::Look;
use super::marks::{self, Rows, Shared, Walkable, sealed};
use super::place::{Place, Stamp};
use crate::session::{Error, ErrorKind, Result};
use crate::upload::tables::peek;

/// Up to so many bytes the whole file decides its encoding, beyond that its beginning.
const WHOLE: u64 = 4 << 20;

/// A text file. Clones share the index.
#[derive(Debug, Clone)]
pub struct Text {
    place: Place,
    encoding: &'static Encoding,
    rows: Rows,
    index: Shared,
}

/// Rows of a text, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The first of them, counted from 0.
    pub first: u64,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// The line, counted from 1.
    pub line: u64,
    /// Whether it goes on with a line that began in a row before.
    pub continues: bool,
    /// Its characters, without its ending and with nothing that commands a terminal.
    pub text: String,
}

impl Text {
    /// Begins to show `place`, at which was looked.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn open(place: Place, look: &Look) -> Result<Self> {
        let (encoding, bom) = encoding(&place, look)?;
        let unit = unit(encoding);
        let head = unit.narrow(&look.head);
        // What has no other line ends has the old ones.
        let ending = match head.contains(&b'\r') && !head.contains(&b'\n') {
            true => b'\r',
            false => b'\n',
        };
        Ok(Self {
            index: Shared::new(bom, encoding == encoding_rs::UTF_8, look.stamp),
            rows: Rows {
                cutter: Cutter::Lines(ending),
                unit,
            },
            encoding,
            place,
        })
    }

    /// The file.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The encoding's name: `UTF-8`.
    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    pub(super) fn encoded_in(&self) -> &'static Encoding {
        self.encoding
    }

    pub(super) fn rows(&self) -> Rows {
        self.rows
    }

    /// Its index.
    pub fn index(&self) -> &Shared {
        &self.index
    }

    /// The rows from `first` on, `count` at most; fewer where the file ends.
    ///
    /// # Errors
    /// If it can't be read or is another file by now.
    pub fn page(&self, first: u64, count: usize) -> Result<Page> {
        let mut rows = Vec::with_capacity(count);
        let mut continues = false;
        marks::rows_from(
            &self.place,
            self.rows,
            &self.index,
            first,
            count,
            &mut |found| {
                if rows.is_empty() && found.mark.row > 0 {
                    // Whether the row before ended its line: rows of one line have full length.
                    continues = self.is_continuation(found.mark.row);
                }
                let (text, _) = self.encoding.decode_without_bom_handling(found.bytes);
                rows.push(Row {
                    line: found.mark.line + 1,
                    continues,
                    text: clean::clean(&text),
                });
                continues = !found.piece.ends_line;
            },
        )?;
        Ok(Page { first, rows })
    }

    /// Whether the row before `row` is of the same line.
    fn is_continuation(&self, row: u64) -> bool {
        let mut ended = true;
        let looked = marks::rows_from(&self.place, self.rows, &self.index, row - 1, 1, &mut |f| {
            ended = f.piece.ends_line;
        });
        looked.is_ok() && !ended
    }

    /// The row that the byte at `offset` is in, and its line, both counted from 0.
    ///
    /// # Errors
    /// As [`Text::page`].
    pub fn row_at(&self, offset: u64) -> Result<Option<(u64, u64)>> {
        marks::row_at(&self.place, self.rows, &self.index, offset)
    }

    /// The row in which a line begins, both counted from 0; the last row where there are fewer lines.
    ///
    /// # Errors
    /// As [`Text::page`].
    pub fn row_of_line(&self, line: u64) -> Result<u64> {
        marks::row_of_line(&self.place, self.rows, &self.index, line)
    }

    /// What the file is now.
    ///
    /// # Errors
    /// If it is gone or can't be read.
    pub fn stamp(&self) -> Result<Stamp> {
        self.place.stamp()
    }
}

impl sealed::Sealed for Text {}

impl Walkable for Text {
    #[expect(private_interfaces, reason = "sealed: nobody outside calls it")]
    fn walkable(&self) -> (&Place, Rows, &Shared) {
        (&self.place, self.rows, &self.index)
    }
}

/// The encoding of a file, and the bytes of its mark.
pub(super) fn encoding(place: &Place, look: &Look) -> Result<(&'static Encoding, u64)> {
    let bom = Encoding::for_bom(&look.head).map_or(0, |(_, bytes)| bytes as u64);
    let mut whole = Vec::new();
    let detected = if look.is_whole() {
        peek::encoding_of(&look.head, true)
    } else if look.stamp.len <= WHOLE {
        place.read_at(0, WHOLE as usize, &mut whole)?;
        peek::encoding_of(&whole, true)
    } else {
        peek::encoding_of(&look.head, false)
    };
    let encoding = detected.map_err(|why| {
        let tried = format!("read {}", place.relative());
        Error::new(ErrorKind::Refused(why), tried, place.path())
    })?;
    Ok((encoding, bom))
}

/// What ends lines and fields in this encoding.
pub(super) fn unit(encoding: &'static Encoding) -> Unit {
    if encoding == UTF_16LE {
        Unit::Utf16Le
    } else if encoding == UTF_16BE {
        Unit::Utf16Be
    } else {
        Unit::Byte
    }
}
