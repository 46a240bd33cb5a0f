//! The sparse index of a file: where every some 256 KiB a row begins. Walking extends it as far as the
//! file goes, on the caller's thread; pages are read by it before it is complete. Knows rows, not what
//! is in them.

use std::sync::{Arc, Mutex, MutexGuard};

use super::cut::{Cut, Cutter, Piece, Unit};
use super::place::{Place, Stamp};
use crate::session::{Cancel, Error, ErrorKind, Progress, Result};

/// From one mark to the next, in bytes.
const SPACING: u64 = 256 << 10;

/// Bytes that a walk reads at a time.
const CHUNK: usize = 4 << 20;

/// Bytes that a page reads at a time.
const PAGE_CHUNK: usize = 128 << 10;

/// Where a row begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    pub offset: u64,
    /// Rows before it.
    pub row: u64,
    /// Lines that have ended before it.
    pub line: u64,
}

impl Mark {
    fn passed(self, piece: Piece, unit: Unit) -> Self {
        Self {
            offset: self.offset + (piece.len * unit.width()) as u64,
            row: self.row + u64::from(piece.counts),
            line: self.line + u64::from(piece.ends_line),
        }
    }
}

/// How far a file has been walked through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Walked {
    /// Rows found.
    pub rows: u64,
    /// Lines found; fewer than rows where lines are long.
    pub lines: u64,
    /// Bytes walked.
    pub bytes: u64,
    /// Whether the end was reached.
    pub ended: bool,
    /// Why it goes no further, if something is wrong.
    pub trouble: Option<String>,
    /// The first line, counted from 1, that is not in the encoding that the beginning of the file is in.
    pub other_encoding: Option<u64>,
}

/// A sparse index; some kilobytes for each gigabyte.
#[derive(Debug, Clone)]
pub struct Index {
    marks: Vec<Mark>,
    next: Mark,
    /// What stands behind `next` without an ending: a row until more is written.
    rest: Option<Piece>,
    ended: bool,
    trouble: Option<String>,
    /// Whether what was read so far is to be, and is, UTF-8.
    is_utf8: bool,
    other_encoding: Option<u64>,
    stamp: Stamp,
}

/// An index that one thread extends while others read by it. Clones share it.
#[derive(Debug, Clone)]
pub struct Shared(Arc<Mutex<Index>>);

/// What rows of a file are, as far as an index must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rows {
    pub cutter: Cutter,
    pub unit: Unit,
}

impl Index {
    fn new(start: u64, is_utf8: bool, stamp: Stamp) -> Self {
        let first = Mark {
            offset: start,
            ..Mark::default()
        };
        Self {
            marks: vec![first],
            next: first,
            rest: None,
            ended: false,
            trouble: None,
            is_utf8,
            other_encoding: None,
            stamp,
        }
    }

    fn walked(&self) -> Walked {
        let rest = self.rest;
        Walked {
            rows: self.next.row + u64::from(rest.is_some_and(|p| p.counts)),
            lines: self.next.line + u64::from(rest.is_some_and(|p| p.ends_line)),
            bytes: self.next.offset,
            ended: self.ended,
            trouble: self.trouble.clone(),
            other_encoding: self.other_encoding,
        }
    }

    fn before(&self, is_before: impl Fn(&Mark) -> bool) -> Mark {
        let after = self.marks.partition_point(is_before);
        self.marks[after.saturating_sub(1)]
    }
}

impl Shared {
    pub(super) fn new(start: u64, is_utf8: bool, stamp: Stamp) -> Self {
        Self(Arc::new(Mutex::new(Index::new(start, is_utf8, stamp))))
    }

    fn lock(&self) -> MutexGuard<'_, Index> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// How far the file has been walked through.
    pub fn walked(&self) -> Walked {
        self.lock().walked()
    }

    /// What the file was when it was last walked through.
    pub fn stamp(&self) -> Stamp {
        self.lock().stamp
    }

    /// Bytes that the index takes.
    pub fn memory(&self) -> usize {
        self.lock().marks.capacity() * size_of::<Mark>()
    }
}

/// Walks on through `place` to its end, from where the index ends; `on` is called after every few
/// megabytes. A file that has grown is walked on by calling it again.
///
/// # Errors
/// If the file can't be read, is another by now or has become shorter, or `cancel` is set.
pub(super) fn walk_rows(
    place: &Place,
    rows: Rows,
    index: &Shared,
    cancel: &Cancel,
    progress: &Progress,
    on: &dyn Fn(),
) -> Result<()> {
    let (mut bytes, mut chunk) = (Vec::new(), CHUNK);
    loop {
        if cancel.is_cancelled() {
            return Err(Error::cancelled(format!("read {}", place.relative())));
        }
        let (mut at, before, is_utf8) = {
            let index = index.lock();
            (index.next, index.stamp, index.is_utf8)
        };
        let (began, line) = (at.offset, at.line);
        let stamp = place.read_at(began, chunk, &mut bytes)?;
        if !stamp.follows(&before) || stamp.len < began {
            return Err(place.changed());
        }
        let last = bytes.len() < chunk;
        let units = rows.unit.narrow(&bytes);
        let (mut done, mut marks, mut marked) = (0, Vec::new(), index.lock().marks.last().copied());
        let mut rest = None;
        let trouble = loop {
            match rows.cutter.next(&units[done..], last) {
                Cut::Piece(piece) if piece.ended => {
                    if at.offset >= marked.map_or(0, |m| m.offset) + SPACING {
                        marks.push(at);
                        marked = Some(at);
                    }
                    done += piece.len;
                    at = at.passed(piece, rows.unit);
                }
                Cut::Piece(piece) => {
                    rest = Some(piece);
                    break None;
                }
                Cut::More => break None,
                Cut::TooLong => {
                    let line = at.line + 1;
                    break Some(format!(
                        "the row that begins in line {line} has no end: a quote may be open"
                    ));
                }
            }
        };
        progress.add(0, at.offset - began);
        let stop = last || trouble.is_some();
        let other = is_utf8
            .then(|| not_utf8(&bytes[..(at.offset - began) as usize]))
            .flatten();
        {
            let mut index = index.lock();
            if let Some(lines) = other {
                (index.is_utf8, index.other_encoding) = (false, Some(line + lines + 1));
            }
            index.marks.append(&mut marks);
            (index.next, index.rest, index.stamp) = (at, rest, stamp);
            (index.ended, index.trouble) = (stop, trouble);
        }
        on();
        if stop {
            return Ok(());
        }
        // A record may be longer than a chunk.
        chunk = if done == 0 { chunk * 2 } else { CHUNK };
    }
}

/// How many lines end before the first byte that is not UTF-8, if one is.
fn not_utf8(rows: &[u8]) -> Option<u64> {
    let valid = std::str::from_utf8(rows).err()?.valid_up_to();
    Some(memchr::memchr_iter(b'\n', &rows[..valid]).count() as u64)
}

/// Walks through a file that is shown in rows; see [`super::Text`] and [`super::Grid`].
///
/// # Errors
/// If the file can't be read, is another by now or has become shorter, or `cancel` is set.
pub fn walk(
    file: &dyn Walkable,
    cancel: &Cancel,
    progress: &Progress,
    on: &dyn Fn(),
) -> Result<()> {
    let (place, rows, index) = file.walkable();
    walk_rows(place, rows, index, cancel, progress, on)
}

/// A file whose rows an index finds.
pub trait Walkable: sealed::Sealed {
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "sealed: nobody outside calls it")]
    fn walkable(&self) -> (&Place, Rows, &Shared);
}

pub(super) mod sealed {
    /// Keeps others from being walked through.
    pub trait Sealed {}
}

/// A row of a page: where it stands, and its bytes as they are in the file.
pub(super) struct Found<'a> {
    pub mark: Mark,
    pub piece: Piece,
    pub bytes: &'a [u8],
}

/// Calls `each` with the rows from `first` on, `count` at most; fewer where the file ends. Returns what
/// the file was.
///
/// # Errors
/// If the file can't be read or is another by now.
pub(super) fn rows_from(
    place: &Place,
    rows: Rows,
    index: &Shared,
    first: u64,
    count: usize,
    each: &mut dyn FnMut(Found<'_>),
) -> Result<Stamp> {
    let begin = index.lock().before(|m| m.row <= first);
    let end = first.saturating_add(count as u64);
    scan(place, rows, index, begin, &mut |found| {
        let wanted = found.mark.row >= first && found.piece.counts;
        let more = found.mark.row < end;
        if wanted && more {
            each(found);
        }
        more
    })
}

/// The row that the byte at `offset` belongs to, and its line, both counted from 0; nothing beyond the
/// end.
///
/// # Errors
/// As [`rows_from`].
pub(super) fn row_at(
    place: &Place,
    rows: Rows,
    index: &Shared,
    offset: u64,
) -> Result<Option<(u64, u64)>> {
    let begin = index.lock().before(|m| m.offset <= offset);
    let mut found = None;
    scan(place, rows, index, begin, &mut |row| {
        let end = row.mark.offset + row.bytes.len() as u64;
        if end > offset {
            found = Some((row.mark.row, row.mark.line));
        }
        end <= offset
    })?;
    Ok(found)
}

/// The row in which a line begins, both counted from 0; the last row where there are fewer lines.
///
/// # Errors
/// As [`rows_from`].
pub(super) fn row_of_line(place: &Place, rows: Rows, index: &Shared, line: u64) -> Result<u64> {
    let begin = index.lock().before(|m| m.line <= line);
    // A mark may stand in the middle of the line.
    let begin = match begin.line < line || begin.row == 0 {
        true => begin,
        false => index.lock().before(|m| m.line < line),
    };
    let mut found = begin.row;
    scan(place, rows, index, begin, &mut |row| {
        if row.piece.counts {
            found = row.mark.row;
        }
        row.mark.line < line
    })?;
    Ok(found)
}

/// Cuts rows from `begin` on until `each` has enough.
fn scan(
    place: &Place,
    rows: Rows,
    index: &Shared,
    begin: Mark,
    each: &mut dyn FnMut(Found<'_>) -> bool,
) -> Result<Stamp> {
    let (mut bytes, mut chunk, mut at) = (Vec::new(), PAGE_CHUNK, begin);
    let before = index.stamp();
    loop {
        let stamp = place.read_at(at.offset, chunk, &mut bytes)?;
        if !stamp.follows(&before) {
            return Err(place.changed());
        }
        let last = bytes.len() < chunk;
        let units = rows.unit.narrow(&bytes);
        let (mut done, width) = (0, rows.unit.width());
        loop {
            match rows.cutter.next(&units[done..], last) {
                Cut::Piece(piece) => {
                    let bytes = &bytes[done * width..(done + piece.len) * width];
                    let found = Found {
                        mark: at,
                        piece,
                        bytes,
                    };
                    if !each(found) {
                        return Ok(stamp);
                    }
                    done += piece.len;
                    at = at.passed(piece, rows.unit);
                }
                Cut::More => break,
                Cut::TooLong => {
                    let why = ErrorKind::Refused("a row has no end: a quote may be open".into());
                    let tried = format!("read {}", place.relative());
                    return Err(Error::new(why, tried, place.path()));
                }
            }
        }
        if last {
            return Ok(stamp);
        }
        chunk = if done == 0 { chunk * 2 } else { PAGE_CHUNK };
    }
}
