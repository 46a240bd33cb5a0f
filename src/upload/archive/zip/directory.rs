//! The central directory of a ZIP file: finding it, and reading its records one after the other.
//!
//! Read here and not by the `zip` crate because that keeps entries by name, so that of two with one name
//! only the last is seen, and because what two entries share of the file can't be asked of it.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::time::SystemTime;

use super::super::failure::{Failure, Result, told};
use super::super::sys::read_at;
use super::bytes::Bytes;
use super::time;

const END: [u8; 4] = *b"PK\x05\x06";
const END_LENGTH: usize = 22;
const LOCATOR: [u8; 4] = *b"PK\x06\x07";
const LOCATOR_LENGTH: u64 = 20;
const END_64: [u8; 4] = *b"PK\x06\x06";
const END_64_LENGTH: u64 = 56;
const RECORD: [u8; 4] = *b"PK\x01\x02";
const RECORD_LENGTH: usize = 46;

/// Where the central directory lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Directory {
    /// Position of its first byte in the file.
    pub start: u64,
    /// Position after its last byte.
    pub end: u64,
    /// How many records it says it has.
    pub entries: u64,
    /// What to add to the positions that its records give: bytes in the file before the archive.
    pub shift: u64,
}

impl Directory {
    /// Finds the directory of a file of `length` bytes.
    pub fn find(file: &File, length: u64) -> Result<Self> {
        let tail_start = length.saturating_sub((END_LENGTH + usize::from(u16::MAX)) as u64);
        let mut tail = vec![0; usize::try_from(length - tail_start).unwrap_or(0)];
        let n = read_at(file, &mut tail, tail_start).map_err(Failure::read)?;
        tail.truncate(n);
        let at = find_end(&tail).ok_or_else(|| {
            Failure::refused("it is damaged or cut off: the list of its entries is missing")
        })?;
        let end_at = tail_start + at as u64;

        let mut end = Bytes(&tail[at + 4..]);
        let disks = (end.u16(), end.u16());
        let counts = (u64::from(end.u16()), u64::from(end.u16()));
        let (mut size, mut offset) = (u64::from(end.u32()), u64::from(end.u32()));
        let mut entries = counts.1;
        let mut split = disks.0 != disks.1 || counts.0 != counts.1;
        let mut records_end = end_at;

        if let Some((at, wide)) = end_64(file, end_at).map_err(Failure::read)? {
            records_end = at;
            let mut wide = Bytes(&wide[16..]);
            let disks_64 = (wide.u32(), wide.u32());
            let counts_64 = (wide.u64(), wide.u64());
            if entries == u64::from(u16::MAX) {
                entries = counts_64.1;
                split |= counts_64.0 != counts_64.1;
            }
            split |= disks_64.0 != disks_64.1;
            let (size_64, offset_64) = (wide.u64(), wide.u64());
            if size == u64::from(u32::MAX) {
                size = size_64;
            }
            if offset == u64::from(u32::MAX) {
                offset = offset_64;
            }
        }
        if split {
            return Err(Failure::refused(
                "it is one part of an archive that is split over several files",
            ));
        }
        let start = records_end.checked_sub(size);
        let shift = start.and_then(|start| start.checked_sub(offset));
        match (start, shift) {
            (Some(start), Some(shift)) => Ok(Self {
                start,
                end: records_end,
                entries,
                shift,
            }),
            _ => Err(Failure::refused(
                "it is damaged or cut off: the list of its entries is not where it should be",
            )),
        }
    }

    /// The records, in order. Ends with an error if they are not as many, or not as long, as promised.
    pub fn records<'a>(&self, file: &'a File) -> Records<'a> {
        let section = Section {
            file,
            at: self.start,
            end: self.end,
        };
        Records {
            from: BufReader::with_capacity(256 << 10, section),
            at: self.start,
            end: self.end,
            left: self.entries,
            shift: self.shift,
        }
    }

    /// The raw name in the record at position `at`.
    pub fn name_at(&self, file: &File, at: u64) -> Vec<u8> {
        let mut records = self.records(file);
        records.from = BufReader::new(Section {
            file,
            at,
            end: self.end,
        });
        records.record().map(|r| r.name).unwrap_or_default()
    }
}

/// The place of the end record in the last bytes of a file: the last one whose comment ends with the file.
fn find_end(tail: &[u8]) -> Option<usize> {
    let last = tail.len().checked_sub(END_LENGTH)?;
    (0..=last).rev().find(|at| {
        let end = &tail[*at..];
        end.starts_with(&END)
            && usize::from(u16::from_le_bytes([end[20], end[21]])) == end.len() - END_LENGTH
    })
}

/// The end record for large archives and its position, if one belongs to the end record at `end_at`.
fn end_64(file: &File, end_at: u64) -> io::Result<Option<(u64, [u8; END_64_LENGTH as usize])>> {
    let Some(locator_at) = end_at.checked_sub(LOCATOR_LENGTH) else {
        return Ok(None);
    };
    let mut locator = [0; LOCATOR_LENGTH as usize];
    read_at(file, &mut locator, locator_at)?;
    if !locator.starts_with(&LOCATOR) {
        return Ok(None);
    }
    let said = Bytes(&locator[8..]).u64();
    // Where it says, or right before, if something was put in front of the archive.
    for at in [Some(said), locator_at.checked_sub(END_64_LENGTH)] {
        let Some(at) = at.filter(|at| *at < locator_at) else {
            continue;
        };
        let mut end = [0; END_64_LENGTH as usize];
        if read_at(file, &mut end, at)? == end.len() && end.starts_with(&END_64) {
            return Ok(Some((at, end)));
        }
    }
    Ok(None)
}

/// Part of a file.
#[derive(Debug)]
struct Section<'a> {
    file: &'a File,
    at: u64,
    end: u64,
}

impl Read for Section<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let want = left.min(buf.len());
        let n = read_at(self.file, &mut buf[..want], self.at)?;
        self.at += n as u64;
        Ok(n)
    }
}

/// The records of a directory.
#[derive(Debug)]
pub(super) struct Records<'a> {
    from: BufReader<Section<'a>>,
    at: u64,
    end: u64,
    left: u64,
    shift: u64,
}

/// What the directory says of one entry.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Position of this record in the file.
    pub at: u64,
    /// Its name as it stands there.
    pub name: Vec<u8>,
    /// Its name in UTF-8 by the extra field of Info-ZIP, if that belongs to the name.
    pub unicode_name: Option<Vec<u8>>,
    /// The system that its attributes are those of.
    pub host: u8,
    pub flags: u16,
    pub method: u16,
    pub crc: u32,
    /// Bytes in the archive.
    pub packed: u64,
    /// Bytes unpacked.
    pub size: u64,
    pub attributes: u32,
    /// Position of the entry's own header in the file.
    pub start: u64,
    pub modified: Option<SystemTime>,
}

impl Iterator for Records<'_> {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            if self.at == self.end {
                return None;
            }
            self.at = self.end;
            return Some(Err(told("it is damaged: it has more entries than it says")));
        }
        let record = self.record();
        self.left = if record.is_ok() { self.left - 1 } else { 0 };
        if record.is_err() {
            self.at = self.end;
        }
        Some(record)
    }
}

impl Records<'_> {
    fn record(&mut self) -> io::Result<Record> {
        let mut head = [0; RECORD_LENGTH];
        self.from.read_exact(&mut head)?;
        if !head.starts_with(&RECORD) {
            return Err(told(
                "it is damaged: the list of its entries makes no sense",
            ));
        }
        let mut b = Bytes(&head[4..]);
        let host = b.u16().to_le_bytes()[1];
        let _needs = b.u16();
        let (flags, method) = (b.u16(), b.u16());
        let (dos_time, dos_date) = (b.u16(), b.u16());
        let crc = b.u32();
        let (packed, size) = (u64::from(b.u32()), u64::from(b.u32()));
        let (name_length, extra_length, comment_length) = (b.u16(), b.u16(), b.u16());
        let _disk = b.u16();
        let _internal = b.u16();
        let attributes = b.u32();
        let start = u64::from(b.u32());

        let mut name = vec![0; name_length.into()];
        self.from.read_exact(&mut name)?;
        let mut rest = vec![0; usize::from(extra_length) + usize::from(comment_length)];
        self.from.read_exact(&mut rest)?;
        let mut record = Record {
            at: self.at,
            name,
            unicode_name: None,
            host,
            flags,
            method,
            crc,
            packed,
            size,
            attributes,
            start,
            modified: time::from_dos(dos_date, dos_time),
        };
        self.at += (RECORD_LENGTH + record.name.len() + rest.len()) as u64;
        record.read_extra(&rest[..extra_length.into()])?;
        record.start = record
            .start
            .checked_add(self.shift)
            .ok_or_else(|| told("it is damaged: an entry lies outside the file"))?;
        Ok(record)
    }
}

impl Record {
    /// Takes in the extra fields: `ID LENGTH DATA`, again and again.
    fn read_extra(&mut self, extra: &[u8]) -> io::Result<()> {
        let mut extra = Bytes(extra);
        while extra.0.len() >= 4 {
            let (id, length) = (extra.u16(), extra.u16());
            let Some(mut data) = extra.take(length.into()) else {
                // Some writers pad with what is no field; there is nothing more to learn.
                return Ok(());
            };
            match id {
                0x0001 => {
                    for field in [&mut self.size, &mut self.packed, &mut self.start] {
                        if *field == u64::from(u32::MAX) {
                            if data.0.len() < 8 {
                                return Err(told("it is damaged: an entry has no size"));
                            }
                            *field = data.u64();
                        }
                    }
                }
                0x5455 if data.u8() & 1 != 0 && data.0.len() >= 4 => {
                    self.modified = time::from_unix(data.u32());
                }
                0x000a => self.modified = time::from_ntfs_field(data).or(self.modified),
                0x7075 => {
                    let version = data.u8();
                    let crc = data.u32();
                    if version == 1 && crc == crc32fast::hash(&self.name) {
                        self.unicode_name = Some(data.0.to_vec());
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}
