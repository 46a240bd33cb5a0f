//! What is in one entry of a ZIP file: from its own header to its checked, unpacked bytes.

use std::fs::File;
use std::io::{self, BufRead, Read};

use bzip2::bufread::BzDecoder;
use deflate64::Deflate64Decoder;
use flate2::{Decompress, FlushDecompress, Status};
use lzma_rust2::{LzmaReader, lzma_get_memory_usage_by_props};

use super::super::codec::{self, Zstd};
use super::super::failure::told;
use super::super::limits::WINDOW_BYTES;
use super::super::sys::read_at;
use super::bytes::Bytes;
use super::directory::Record;

const HEADER: [u8; 4] = *b"PK\x03\x04";
const HEADER_LENGTH: usize = 30;
/// Bytes read from the file at a time.
const INPUT: usize = 128 << 10;

/// Where an entry lies and what it must turn out to be: its [`Record`] without the name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Content {
    /// Position of its header.
    pub start: u64,
    /// Position that it must not reach beyond.
    pub bound: u64,
    flags: u16,
    method: u16,
    pub packed: u64,
    size: u64,
    crc: u32,
    name_length: usize,
    name_crc: u32,
}

/// What one thread uses for one entry after the other.
#[derive(Debug)]
pub(super) struct Scratch {
    input: Vec<u8>,
    inflate: Decompress,
}

impl Scratch {
    pub fn new() -> Self {
        Self {
            input: vec![0; INPUT],
            inflate: Decompress::new(false),
        }
    }
}

impl Content {
    /// The content of a record's entry, which must end before `bound`.
    pub fn new(record: &Record, bound: u64) -> Self {
        Self {
            start: record.start,
            bound,
            flags: record.flags,
            method: record.method,
            packed: record.packed,
            size: record.size,
            crc: record.crc,
            name_length: record.name.len(),
            name_crc: crc32fast::hash(&record.name),
        }
    }

    /// Opens it: reading gives the unpacked bytes, and at the end an error if length or checksum are wrong.
    pub fn open<'a>(&self, file: &'a File, scratch: &'a mut Scratch) -> io::Result<impl Read + 'a> {
        let Scratch { input, inflate } = scratch;
        let mut packed = Packed {
            file,
            at: self.start,
            left: self.bound.saturating_sub(self.start),
            buffer: input,
            next: 0,
            filled: 0,
        };
        self.read_header(&mut packed)?;
        if packed.remaining() < self.packed {
            return Err(told(
                "it lies over another entry, or reaches beyond the file",
            ));
        }
        packed.limit(self.packed);
        Ok(Checked {
            inner: self.decoder(packed, inflate)?,
            left: self.size,
            crc: self.crc,
            hasher: crc32fast::Hasher::new(),
        })
    }

    /// Reads the entry's own header, which must say the same as the directory.
    fn read_header(&self, packed: &mut Packed<'_>) -> io::Result<()> {
        let mut head = [0; HEADER_LENGTH];
        packed.read_exact(&mut head)?;
        if !head.starts_with(&HEADER) {
            return Err(told("it is damaged: it is not where the archive says"));
        }
        let mut b = Bytes(&head[6..]);
        let (flags, method) = (b.u16(), b.u16());
        let _time = b.u32();
        let _crc = b.u32();
        let (packed_length, length) = (b.u32(), b.u32());
        let (name_length, extra_length) = (usize::from(b.u16()), usize::from(b.u16()));
        if flags & 1 != 0 {
            return Err(told("it is encrypted"));
        }
        let mut name = vec![0; name_length];
        packed.read_exact(&mut name)?;
        // A length of 0 follows the data, one of all ones is in an extra field.
        let other =
            |here: u32, there: u64| here != 0 && here != u32::MAX && u64::from(here) != there;
        if method != self.method
            || name_length != self.name_length
            || crc32fast::hash(&name) != self.name_crc
            || other(packed_length, self.packed)
            || other(length, self.size)
        {
            return Err(told(
                "it is described in two ways that differ, so one of them is a lie",
            ));
        }
        packed.skip(extra_length)
    }

    fn decoder<'a>(
        &self,
        mut packed: Packed<'a>,
        inflate: &'a mut Decompress,
    ) -> io::Result<Decoder<'a>> {
        Ok(match self.method {
            0 => Decoder::Stored(packed),
            8 => {
                inflate.reset(false);
                Decoder::Deflate(packed, inflate)
            }
            9 => Decoder::Boxed(Box::new(Deflate64Decoder::with_buffer(packed))),
            12 => Decoder::Boxed(Box::new(BzDecoder::new(packed))),
            14 => {
                let mut head = [0; 9];
                packed.read_exact(&mut head)?;
                let mut b = Bytes(&head[2..]);
                let (length, props, window) = (b.u16(), b.u8(), b.u32());
                let needs = lzma_get_memory_usage_by_props(window, props).unwrap_or(u32::MAX);
                if length != 5 || u64::from(needs) > WINDOW_BYTES >> 10 {
                    return Err(told("it is compressed in a way that needs too much memory"));
                }
                let ends_by_mark = self.flags & 2 != 0;
                let size = if ends_by_mark { u64::MAX } else { self.size };
                let lzma = LzmaReader::new_with_props(packed, size, props, window, None)?;
                Decoder::Boxed(Box::new(lzma))
            }
            93 => Decoder::Boxed(Box::new(Zstd::new(packed))),
            95 => Decoder::Boxed(Box::new(codec::xz(packed))),
            other => return Err(unknown_method(other)),
        })
    }
}

/// Whether an entry compressed so can be read.
pub(super) fn check_method(method: u16) -> io::Result<()> {
    match method {
        0 | 8 | 9 | 12 | 14 | 93 | 95 => Ok(()),
        other => Err(unknown_method(other)),
    }
}

fn unknown_method(method: u16) -> io::Error {
    let name = match method {
        1 => " (shrink)",
        2..=5 => " (reduce)",
        6 => " (implode)",
        98 => " (PPMd)",
        _ => "",
    };
    told(format!(
        "it is compressed by method {method}{name}, which can't be read"
    ))
}

/// The bytes of an entry in the file, read at their positions, so that threads can share the file.
#[derive(Debug)]
struct Packed<'a> {
    file: &'a File,
    at: u64,
    /// Bytes from `at` that belong to it.
    left: u64,
    buffer: &'a mut Vec<u8>,
    next: usize,
    filled: usize,
}

impl Packed<'_> {
    /// Bytes that are still to come.
    fn remaining(&self) -> u64 {
        self.left + (self.filled - self.next) as u64
    }

    /// Lets no more than `bytes` come; there must be as many.
    fn limit(&mut self, bytes: u64) {
        let buffered = (self.filled - self.next) as u64;
        if let Some(beyond) = bytes.checked_sub(buffered) {
            self.left = beyond;
        } else {
            self.left = 0;
            self.filled = self.next + usize::try_from(bytes).unwrap_or(0);
        }
    }

    fn skip(&mut self, mut bytes: usize) -> io::Result<()> {
        while bytes > 0 {
            let n = self.fill_buf()?.len().min(bytes);
            if n == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.consume(n);
            bytes -= n;
        }
        Ok(())
    }
}

impl BufRead for Packed<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.next == self.filled && self.left > 0 {
            let want = usize::try_from(self.left).unwrap_or(usize::MAX).min(INPUT);
            let n = read_at(self.file, &mut self.buffer[..want], self.at)?;
            if n < want {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.at += n as u64;
            self.left -= n as u64;
            (self.next, self.filled) = (0, n);
        }
        Ok(&self.buffer[self.next..self.filled])
    }

    fn consume(&mut self, n: usize) {
        self.next = (self.next + n).min(self.filled);
    }
}

impl Read for Packed<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.next == self.filled && buf.len() >= INPUT {
            // Stored data in large pieces needs no buffer between.
            let want = usize::try_from(self.left)
                .unwrap_or(usize::MAX)
                .min(buf.len());
            let n = read_at(self.file, &mut buf[..want], self.at)?;
            if n < want {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.at += n as u64;
            self.left -= n as u64;
            return Ok(n);
        }
        let from = self.fill_buf()?;
        let n = from.len().min(buf.len());
        buf[..n].copy_from_slice(&from[..n]);
        self.consume(n);
        Ok(n)
    }
}

/// The two methods that nearly all entries have, without an allocation, and the rest.
enum Decoder<'a> {
    Stored(Packed<'a>),
    Deflate(Packed<'a>, &'a mut Decompress),
    Boxed(Box<dyn Read + 'a>),
}

impl Read for Decoder<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stored(packed) => packed.read(buf),
            Self::Boxed(decoder) => decoder.read(buf),
            Self::Deflate(packed, inflate) => inflate_into(packed, inflate, buf),
        }
    }
}

fn inflate_into(
    packed: &mut Packed<'_>,
    inflate: &mut Decompress,
    buf: &mut [u8],
) -> io::Result<usize> {
    loop {
        let input = packed.fill_buf()?;
        let at_end = input.is_empty();
        let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
        let status = inflate
            .decompress(input, buf, FlushDecompress::None)
            .map_err(|e| told(format!("it is damaged: {e}")))?;
        let read = inflate.total_in() - before_in;
        let written = inflate.total_out() - before_out;
        packed.consume(usize::try_from(read).unwrap_or(usize::MAX));
        if written > 0 || status == Status::StreamEnd || buf.is_empty() {
            return Ok(usize::try_from(written).unwrap_or(0));
        }
        if at_end {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if read == 0 {
            return Err(told("it is damaged: its compressed data makes no sense"));
        }
    }
}

/// Bytes that must be `left` in number and have the checksum `crc`.
struct Checked<R> {
    inner: R,
    left: u64,
    crc: u32,
    hasher: crc32fast::Hasher,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let n = self.inner.read(buf)?;
        self.left = (self.left)
            .checked_sub(n as u64)
            .ok_or_else(|| told("there is more in it than it says"))?;
        self.hasher.update(&buf[..n]);
        if n == 0 {
            if self.left > 0 {
                return Err(told("there is less in it than it says"));
            }
            if self.hasher.clone().finalize() != self.crc {
                return Err(told("it is damaged: its checksum is wrong"));
            }
        }
        Ok(n)
    }
}
