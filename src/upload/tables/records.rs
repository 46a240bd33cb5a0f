//! Cuts delimited text into records and fields without copying what needs no unquoting. Knows
//! neither files nor types. A quote counts only at the start of a field, as in pandas; CR, LF and
//! CRLF each end a record.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr3};

use super::table::Field;

/// How the fields of a text are told apart. Both are ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// What stands between two fields.
    pub delimiter: u8,
    /// What a field may be wrapped in.
    pub quote: u8,
}

/// Fields of one record that are worth their memory.
pub(super) const MAX_FIELDS: usize = 50_000;

/// Where a field's text is.
#[derive(Debug, Clone)]
enum Place {
    /// In the text itself.
    Text(Range<usize>),
    /// Among the unquoted ones.
    Unquoted(Range<usize>),
}

/// What the cutter found at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A record, with so many bytes and line ends.
    Record { bytes: usize, lines: u64 },
    /// A line without anything, or with blanks only.
    Blank { bytes: usize, lines: u64 },
    /// The record goes on beyond the text.
    Incomplete,
    /// The text ends within a quoted field that begins so many lines down, as the record's n-th field.
    Unclosed { line: u64, field: u64 },
    /// The record has more fields than any table can use.
    TooWide,
    /// Nothing is left.
    End,
}

/// Cuts one record after the other. Keeps its buffers.
#[derive(Debug)]
pub(super) struct Cutter {
    dialect: Dialect,
    places: Vec<Place>,
    unquoted: String,
    quoted_any: bool,
}

/// What ends a field.
enum Ending {
    Delimiter,
    Line(usize),
    Text,
}

impl Cutter {
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            places: Vec::new(),
            unquoted: String::new(),
            quoted_any: false,
        }
    }

    /// The record at the start of `text`. `last`: nothing comes after `text`.
    pub fn cut(&mut self, text: &str, last: bool) -> Found {
        self.places.clear();
        self.unquoted.clear();
        self.quoted_any = false;
        let bytes = text.as_bytes();
        let (mut at, mut lines) = (0, 0);
        if bytes.is_empty() {
            return if last { Found::End } else { Found::Incomplete };
        }
        loop {
            let start = at;
            let before = lines;
            let copied = self.unquoted.len();
            let mut unquoted = false;
            if bytes.get(at) == Some(&self.dialect.quote) {
                self.quoted_any = true;
                let Some(end) = self.unquote(text, at + 1, &mut lines) else {
                    let field = self.places.len() as u64 + 1;
                    return if last {
                        Found::Unclosed {
                            line: before,
                            field,
                        }
                    } else {
                        Found::Incomplete
                    };
                };
                at = end;
                unquoted = true;
            }
            let end = memchr3(self.dialect.delimiter, b'\n', b'\r', &bytes[at..])
                .map_or(bytes.len(), |n| at + n);
            let ending = match bytes.get(end) {
                None if last => Ending::Text,
                // A CR at the very end may be half of a CRLF.
                Some(b'\r') if end + 1 == bytes.len() && !last => return Found::Incomplete,
                None => return Found::Incomplete,
                Some(b'\r') => Ending::Line(1 + usize::from(bytes.get(end + 1) == Some(&b'\n'))),
                Some(b'\n') => Ending::Line(1),
                Some(_) => Ending::Delimiter,
            };
            if unquoted {
                // What follows the closing quote belongs to the field, as in pandas.
                self.unquoted.push_str(&text[at..end]);
                self.places
                    .push(Place::Unquoted(copied..self.unquoted.len()));
            } else {
                self.places.push(Place::Text(start..end));
            }
            match ending {
                Ending::Delimiter if self.places.len() == MAX_FIELDS => return Found::TooWide,
                Ending::Delimiter => at = end + 1,
                Ending::Line(width) => return self.record(text, end + width, lines + 1),
                Ending::Text => return self.record(text, end, lines),
            }
        }
    }

    /// Copies the quoted text from `at`, behind its opening quote; returns where it goes on behind
    /// the closing one, or nothing if the text ends before that is certain.
    fn unquote(&mut self, text: &str, mut at: usize, lines: &mut u64) -> Option<usize> {
        let bytes = text.as_bytes();
        loop {
            let close = at + memchr(self.dialect.quote, &bytes[at..])?;
            *lines += line_ends(&bytes[at..close]);
            self.unquoted.push_str(&text[at..close]);
            if bytes.get(close + 1) != Some(&self.dialect.quote) {
                return Some(close + 1);
            }
            self.unquoted.push(char::from(self.dialect.quote));
            at = close + 2;
        }
    }

    fn record(&self, text: &str, bytes: usize, lines: u64) -> Found {
        match &self.places[..] {
            [Place::Text(only)]
                if text[only.clone()]
                    .bytes()
                    .all(|b| matches!(b, b' ' | b'\t')) =>
            {
                Found::Blank { bytes, lines }
            }
            _ => Found::Record { bytes, lines },
        }
    }

    /// Fields of the record that was just cut from `text`, in place of those in `into`.
    pub fn fields<'a>(&'a self, text: &'a str, into: &mut Vec<Field<'a>>) {
        into.extend(self.places.iter().map(|place| {
            let field = match place {
                Place::Text(range) => &text[range.clone()],
                Place::Unquoted(range) => &self.unquoted[range.clone()],
            };
            if field.is_empty() {
                Field::Null
            } else {
                Field::Raw(field)
            }
        }));
    }

    /// How many fields the last record has.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether a field of the last record is quoted.
    pub fn quoted_any(&self) -> bool {
        self.quoted_any
    }
}

/// Line ends in `bytes`; CRLF is one.
fn line_ends(bytes: &[u8]) -> u64 {
    let feeds = memchr_iter(b'\n', bytes).count();
    let lone = memchr_iter(b'\r', bytes)
        .filter(|&n| bytes.get(n + 1) != Some(&b'\n'))
        .count();
    (feeds + lone) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COMMA: Dialect = Dialect {
        delimiter: b',',
        quote: b'"',
    };

    /// All records of `text`, given to the cutter `step` bytes at a time.
    fn records(text: &str, step: usize) -> (Vec<Vec<String>>, u64, Found) {
        let mut cutter = Cutter::new(COMMA);
        let (mut rows, mut at, mut end, mut lines) = (Vec::new(), 0, 0, 0);
        loop {
            let found = cutter.cut(&text[at..end], end == text.len());
            match found {
                Found::Record { bytes, lines: more } => {
                    let mut fields = Vec::new();
                    cutter.fields(&text[at..end], &mut fields);
                    rows.push(fields.into_iter().map(Field::to_text).collect());
                    (at, lines) = (at + bytes, lines + more);
                }
                Found::Blank { bytes, lines: more } => (at, lines) = (at + bytes, lines + more),
                Found::Incomplete => {
                    end = (end + step).min(text.len());
                    end = (end..=text.len())
                        .find(|&n| text.is_char_boundary(n))
                        .unwrap_or(text.len());
                }
                Found::Unclosed { .. } | Found::TooWide | Found::End => {
                    return (rows, lines, found);
                }
            }
        }
    }

    #[test]
    fn fields_and_lines() {
        let text = "a,b\r\n1,\"x \"\"y\"\"\nz\"\r\n\r\n  \n\"q\"r,\r,\n\"\"\n5\" pipe,6";
        let expected = [
            vec!["a", "b"],
            vec!["1", "x \"y\"\nz"],
            vec!["qr", ""],
            vec!["", ""],
            vec![""],
            vec!["5\" pipe", "6"],
        ];
        for step in [1, 2, 3, 7, 100] {
            let (rows, lines, end) = records(text, step);
            assert_eq!(
                (rows, lines, end),
                (
                    expected
                        .iter()
                        .map(|r| r.iter().map(|s| s.to_string()).collect())
                        .collect(),
                    8,
                    Found::End
                )
            );
        }
        assert_eq!(
            records("a\n1,\"b\nc", 2).2,
            Found::Unclosed { line: 0, field: 2 }
        );
        assert_eq!(records("", 1), (vec![], 0, Found::End));
    }

    proptest! {
        /// The `csv` crate reads the same, but for lines of blanks only and quotes left open.
        #[test]
        fn the_same_as_another_reader(text in "[a,\"\r\n ä]{0,40}", step in 1usize..9) {
            let (rows, lines, end) = records(&text, step);
            prop_assume!(end == Found::End);
            let mut other = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let expected: Vec<Vec<String>> =
                other.records().map(|r| r.expect("it reads").iter().map(str::to_owned).collect()).collect();
            let blank = |row: &Vec<String>| row.len() == 1 && row[0].bytes().all(|b| b == b' ');
            let no_blanks = |rows: Vec<Vec<String>>| rows.into_iter().filter(|r| !blank(r)).collect::<Vec<_>>();
            prop_assert_eq!(no_blanks(rows), no_blanks(expected));
            prop_assert_eq!(lines, line_ends(text.as_bytes()));
        }

        #[test]
        fn the_same_in_any_steps(text in "[a,\"\r\n ]{0,40}", step in 1usize..9) {
            prop_assert_eq!(records(&text, step), records(&text, 100));
        }
    }
}
