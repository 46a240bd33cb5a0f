//! Finding lines of a text: a literal search over its bytes, chunk by chunk, which costs no memory
//! however large the file is. Knows lines by where they are in the file.

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

use super::cut::{Cutter, Unit};
use super::text::{Text, unit};
use crate::session::{Cancel, Error, Progress, Result};

/// Bytes that are read at a time.
const CHUNK: usize = 1 << 20;

/// As many lines are found at most.
pub const MOST_HITS: usize = 100_000;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The text, as it is; within one line.
    pub needle: String,
    /// Whether capitals and small letters are the same.
    pub ignore_case: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    /// For each line that matches, where in the file, in order: the match, or the line's beginning.
    pub offsets: Vec<u64>,
    /// Whether there may be more: there are too many.
    pub more: bool,
}

impl Query {
    /// Where it stands in a row that is shown: byte ranges, in order.
    pub fn in_row(&self, row: &str) -> Vec<std::ops::Range<usize>> {
        if self.needle.is_empty() {
            return Vec::new();
        }
        if !self.ignore_case {
            let found = row.match_indices(&*self.needle);
            return found.map(|(at, m)| at..at + m.len()).collect();
        }
        let needle: Vec<char> = self.needle.chars().flat_map(char::to_lowercase).collect();
        let mut found = Vec::new();
        let mut from = 0;
        for (at, _) in row.char_indices() {
            if at >= from
                && let Some(len) = folded_prefix(&row[at..], &needle)
            {
                found.push(at..at + len);
                from = at + len;
            }
        }
        found
    }
}

/// How many bytes of `text` are `needle`, which is in small letters.
fn folded_prefix(text: &str, needle: &[char]) -> Option<usize> {
    let mut wanted = needle.iter().peekable();
    for (at, c) in text.char_indices() {
        if wanted.peek().is_none() {
            return Some(at);
        }
        for small in c.to_lowercase() {
            if wanted.next() != Some(&small) {
                return None;
            }
        }
    }
    wanted.peek().is_none().then_some(text.len())
}

/// Looks through the whole of `text`; `on` is given what was found so far, after every megabyte.
///
/// # Errors
/// If it can't be read, is another file by now, or `cancel` is set.
pub fn search(
    text: &Text,
    query: &Query,
    cancel: &Cancel,
    progress: &Progress,
    on: &mut dyn FnMut(&Hits),
) -> Result<Hits> {
    let mut hits = Hits::default();
    if query.needle.is_empty() {
        return Ok(hits);
    }
    let place = text.place();
    let before = text.index().stamp();
    progress.set_total(0, before.len);
    let (mut bytes, mut offset, mut chunk) = (Vec::new(), 0, CHUNK);
    let mut way = Way::of(text, query);
    loop {
        if cancel.is_cancelled() {
            return Err(Error::cancelled(format!("search {}", place.relative())));
        }
        let stamp = place.read_at(offset, chunk, &mut bytes)?;
        if !stamp.follows(&before) {
            return Err(place.changed());
        }
        let last = bytes.len() < chunk;
        let done = way.look(&bytes, offset, last, &mut hits);
        progress.add(0, done as u64);
        if hits.offsets.len() >= MOST_HITS {
            hits.offsets.truncate(MOST_HITS);
            hits.more = true;
        }
        if last || hits.more {
            return Ok(hits);
        }
        on(&hits);
        // A line that is longer than the chunk is decoded whole, up to a limit.
        chunk = if done == 0 { chunk * 2 } else { CHUNK };
        offset += done as u64;
    }
}

/// How a text is looked through.
enum Way {
    /// Bytes are compared; ASCII letters are made small first where case is ignored.
    Bytes {
        finder: Box<Finder<'static>>,
        /// Bytes that are looked at again with those that follow, even for wide units.
        overlap: usize,
        small: bool,
        unit: Unit,
        ending: u8,
        scratch: Vec<u8>,
        /// Where the line ends in which something was found last.
        skip_to: u64,
        /// Whether that end was not seen yet.
        in_found_line: bool,
    },
    /// Lines are decoded and compared as text.
    Lines {
        query: Query,
        encoding: &'static encoding_rs::Encoding,
        unit: Unit,
        ending: u8,
    },
    /// The encoding has no such characters.
    Nowhere,
}

/// A longer line is looked through in parts.
const MOST_LINE: usize = 16 << 20;

impl Way {
    fn of(text: &Text, query: &Query) -> Self {
        let encoding = text.encoded_in();
        let unit = unit(encoding);
        let ending = match text.rows().cutter {
            Cutter::Lines(ending) => ending,
            Cutter::Records(_) => b'\n',
        };
        let ascii = query.needle.is_ascii();
        let plain = encoding == encoding_rs::UTF_8 || encoding.is_single_byte();
        let wide = unit != Unit::Byte;
        if !(plain || wide) || query.ignore_case && (wide || !ascii) {
            return Self::Lines {
                query: query.clone(),
                encoding,
                unit,
                ending,
            };
        }
        let mut needle: Vec<u8> = match unit {
            Unit::Utf16Le => query
                .needle
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
            Unit::Utf16Be => query
                .needle
                .encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect(),
            Unit::Byte => match encoding.encode(&query.needle) {
                (_, _, true) => return Self::Nowhere,
                (bytes, ..) => bytes.into_owned(),
            },
        };
        if query.ignore_case {
            needle.make_ascii_lowercase();
        }
        Self::Bytes {
            overlap: needle.len() - unit.width(),
            finder: Box::new(Finder::new(&needle).into_owned()),
            small: query.ignore_case,
            unit,
            ending,
            scratch: Vec::new(),
            skip_to: 0,
            in_found_line: false,
        }
    }

    /// Looks through `bytes`, which begin at `offset`, and returns how many of them are done with.
    fn look(&mut self, bytes: &[u8], offset: u64, last: bool, hits: &mut Hits) -> usize {
        match self {
            Self::Nowhere => bytes.len(),
            Self::Lines {
                query,
                encoding,
                unit,
                ending,
            } => {
                let whole = whole_lines(bytes, *unit, *ending, last);
                let units = unit.narrow(&bytes[..whole]);
                let (mut at, width) = (0, unit.width());
                while at < units.len() {
                    let end = memchr(*ending, &units[at..]).map_or(units.len(), |n| at + n + 1);
                    let line = encoding
                        .decode_without_bom_handling(&bytes[at * width..end * width])
                        .0;
                    if !query.in_row(&line).is_empty() {
                        hits.offsets.push(offset + (at * width) as u64);
                    }
                    at = end;
                }
                whole
            }
            Self::Bytes {
                finder,
                overlap,
                small,
                unit,
                ending,
                scratch,
                skip_to,
                in_found_line,
            } => {
                let haystack = if *small {
                    scratch.clear();
                    scratch.extend_from_slice(bytes);
                    scratch.make_ascii_lowercase();
                    &**scratch
                } else {
                    bytes
                };
                let mut at = skip_to.saturating_sub(offset).min(bytes.len() as u64) as usize;
                if *in_found_line {
                    let Some(end) = line_end(bytes, *unit, *ending) else {
                        return bytes.len();
                    };
                    (at, *in_found_line) = (end, false);
                }
                while let Some(found) = finder.find(&haystack[at..]).map(|n| at + n) {
                    if found % unit.width() != 0 {
                        at = found + 1;
                        continue;
                    }
                    hits.offsets.push(offset + found as u64);
                    let Some(end) = line_end(&bytes[found..], *unit, *ending) else {
                        // The line goes on in what follows; whatever else it holds, it was found.
                        *in_found_line = true;
                        return bytes.len();
                    };
                    at = found + end;
                    if hits.offsets.len() >= MOST_HITS {
                        break;
                    }
                }
                *skip_to = offset + at as u64;
                if last {
                    bytes.len()
                } else {
                    bytes.len() - (*overlap).min(bytes.len() - unit.width())
                }
            }
        }
    }
}

/// Bytes up to the end of the last whole line, all of them where none ends or nothing follows.
fn whole_lines(bytes: &[u8], unit: Unit, ending: u8, last: bool) -> usize {
    if last {
        return bytes.len();
    }
    let units = unit.narrow(bytes);
    match memrchr(ending, &units) {
        Some(at) => (at + 1) * unit.width(),
        None if bytes.len() < MOST_LINE => 0,
        None => units.len() * unit.width(),
    }
}

/// How far the line goes on, its ending included.
fn line_end(bytes: &[u8], unit: Unit, ending: u8) -> Option<usize> {
    match unit {
        Unit::Byte => memchr(ending, bytes).map(|n| n + 1),
        _ => memchr(ending, &unit.narrow(bytes)).map(|n| (n + 1) * unit.width()),
    }
}
