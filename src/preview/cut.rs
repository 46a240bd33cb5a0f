//! Cutting bytes into rows: lines of text, of which very long ones become several rows, and records of
//! delimited text. The same bytes give the same rows wherever reading begins, if it begins at a row.

use std::borrow::Cow;

use memchr::{memchr, memchr3};

use crate::upload::tables::Dialect;

/// Units of a line that are one row; a longer line goes on in the next.
pub(super) const ROW_UNITS: usize = 1024;

/// Units of one record that are worth their memory, as in an upload.
const RECORD_UNITS: usize = 8 << 20;

/// How wide a character that ends lines is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Byte,
    Utf16Le,
    Utf16Be,
}

impl Unit {
    pub fn width(self) -> usize {
        match self {
            Self::Byte => 1,
            Self::Utf16Le | Self::Utf16Be => 2,
        }
    }

    /// The same text with one byte for each unit: ASCII as it is, anything else as something above it.
    /// The second half of a pair looks like the continuation of a character in UTF-8.
    pub fn narrow(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        let pair = |unit: u16| match unit {
            0..=0x7f => unit as u8,
            0xdc00..=0xdfff => 0x80,
            _ => 0xff,
        };
        let pairs = bytes.chunks_exact(2).map(|p| [p[0], p[1]]);
        match self {
            Self::Byte => Cow::Borrowed(bytes),
            Self::Utf16Le => pairs.map(|p| pair(u16::from_le_bytes(p))).collect(),
            Self::Utf16Be => pairs.map(|p| pair(u16::from_be_bytes(p))).collect(),
        }
    }
}

/// What cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cutter {
    /// Lines, ended by this byte.
    Lines(u8),
    /// Records.
    Records(Dialect),
}

/// A row at the start of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// Units of it, its ending included.
    pub len: usize,
    /// Whether it is a row; a blank record is none.
    pub counts: bool,
    /// Whether the line ends with it.
    pub ends_line: bool,
    /// Whether its end is there: bytes that are added later would otherwise belong to it.
    pub ended: bool,
}

/// What there is at the start of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    Piece(Piece),
    /// Nothing that is whole: more bytes are needed.
    More,
    /// A record that is longer than any should be.
    TooLong,
}

impl Cutter {
    /// The row at the start of `units`. `last`: nothing comes after them.
    pub fn next(self, units: &[u8], last: bool) -> Cut {
        if units.is_empty() {
            return Cut::More;
        }
        match self {
            Self::Lines(ending) => line(units, last, ending),
            Self::Records(dialect) => record(units, last, dialect),
        }
    }
}

fn line(units: &[u8], last: bool, ending: u8) -> Cut {
    let piece = |len, ends_line, ended| {
        Cut::Piece(Piece {
            len,
            counts: true,
            ends_line,
            ended,
        })
    };
    // A line that just fits keeps its ending, CRLF at most.
    let window = &units[..units.len().min(ROW_UNITS + 2)];
    if let Some(at) = memchr(ending, window) {
        return piece(at + 1, true, true);
    }
    if window.len() < ROW_UNITS + 2 {
        return if last {
            piece(units.len(), true, false)
        } else {
            Cut::More
        };
    }
    let mut end = ROW_UNITS;
    while end > ROW_UNITS - 3 && units[end] & 0xc0 == 0x80 {
        end -= 1;
    }
    piece(end, false, true)
}

/// As the conversion cuts: a quote counts at the start of a field only; CR, LF and CRLF end a record.
fn record(units: &[u8], last: bool, dialect: Dialect) -> Cut {
    let more = || match units.len() > RECORD_UNITS {
        true => Cut::TooLong,
        false => Cut::More,
    };
    let rest = || {
        Cut::Piece(Piece {
            len: units.len(),
            counts: true,
            ends_line: true,
            ended: false,
        })
    };
    let (mut at, mut fields, mut quoted) = (0, 0, false);
    loop {
        if units.get(at) == Some(&dialect.quote) {
            quoted = true;
            at += 1;
            loop {
                let Some(close) = memchr(dialect.quote, &units[at..]) else {
                    return if last { rest() } else { more() };
                };
                at += close + 1;
                match units.get(at) {
                    Some(&next) if next == dialect.quote => at += 1,
                    None if !last => return more(),
                    _ => break,
                }
            }
        }
        let found = memchr3(dialect.delimiter, b'\n', b'\r', &units[at..]);
        let Some(end) = found.map(|n| at + n) else {
            let blank = fields == 0 && !quoted && is_blank(units);
            return match rest() {
                Cut::Piece(piece) if last => Cut::Piece(Piece {
                    counts: !blank,
                    ..piece
                }),
                _ => more(),
            };
        };
        let len = match units[end] {
            b'\r' if end + 1 == units.len() && !last => return more(),
            b'\r' if units.get(end + 1) == Some(&b'\n') => end + 2,
            b'\r' | b'\n' => end + 1,
            _ => {
                fields += 1;
                at = end + 1;
                continue;
            }
        };
        return Cut::Piece(Piece {
            len,
            counts: fields > 0 || quoted || !is_blank(&units[..end]),
            ends_line: true,
            ended: true,
        });
    }
}

fn is_blank(units: &[u8]) -> bool {
    units.iter().all(|b| matches!(b, b' ' | b'\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(cutter: Cutter, units: &[u8]) -> Vec<(usize, bool)> {
        let (mut at, mut found) = (0, Vec::new());
        while let Cut::Piece(piece) = cutter.next(&units[at..], true) {
            found.push((piece.len, piece.ends_line));
            at += piece.len;
        }
        found
    }

    #[test]
    fn long_lines_become_several_rows_between_characters() {
        let lines = Cutter::Lines(b'\n');
        assert_eq!(cut(lines, b"a\n\nbc"), [(2, true), (1, true), (2, true)]);
        let fits = [&[b'x'; ROW_UNITS][..], b"\r\ny"].concat();
        assert_eq!(cut(lines, &fits), [(ROW_UNITS + 2, true), (1, true)]);
        let long = "ä".repeat(ROW_UNITS);
        let long = format!("x{long}");
        assert_eq!(
            cut(lines, long.as_bytes()),
            [(ROW_UNITS - 1, false), (ROW_UNITS, false), (2, true)]
        );
        assert_eq!(lines.next(b"abc", false), Cut::More);
    }

    #[test]
    fn utf_16_is_cut_as_if_it_were_bytes() {
        let text = "aä😀\n";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let narrow = Unit::Utf16Be.narrow(&bytes);
        assert_eq!(&*narrow, [b'a', 0xff, 0xff, 0x80, b'\n']);
    }

    #[test]
    fn records_end_outside_quotes_only() {
        let dialect = Dialect {
            delimiter: b',',
            quote: b'"',
        };
        let records = Cutter::Records(dialect);
        let text = b"a,b\r\n1,\"x\n\"\"y\"\n  \n5\" pipe,\r";
        let lens: Vec<_> = cut(records, text).into_iter().map(|(n, _)| n).collect();
        assert_eq!(lens, [5, 10, 3, 9]);
        let Cut::Piece(blank) = records.next(b"  \nx", false) else {
            panic!("a piece");
        };
        assert!(!blank.counts);
        assert_eq!(records.next(b"a\r", false), Cut::More);
    }
}
