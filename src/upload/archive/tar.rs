//! Tar: walking the blocks of an archive, plain or compressed, with what GNU and POSIX say in entries before
//! an entry (long names, times, sizes), each bounded in memory.
//!
//! The blocks are walked here and not by the `tar` crate's iterator because that reads a long name, whatever
//! its length, into memory, and takes an archive that is cut off between two entries for a whole one. Its
//! [`Header`] reads the fields.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::time::{Duration, SystemTime};

use ::tar::{EntryType, Header};

use super::codec::Codec;
use super::failure::{Failure, Result, told};
use super::gate::{Entry, EntryKind, Gate};
use super::limits::Metered;
use super::name::shown;
use super::sink::{Sink, Writer};

/// Everything in a tar archive is a multiple of this.
pub(super) const BLOCK: usize = 512;
/// The longest name or set of attributes that is read.
const MAX_EXTENSION: u64 = 256 << 10;

/// Whether a block is the header of an entry.
pub(super) fn is_header(block: &[u8]) -> bool {
    <&[u8; BLOCK]>::try_from(block).is_ok_and(|block| block[0] != 0 && checksum_fits(block))
}

/// Whether a header's checksum, of unsigned or (as some old programs did) signed bytes, is right.
fn checksum_fits(block: &[u8; BLOCK]) -> bool {
    let Ok(stored) = Header::from_byte_slice(block).cksum() else {
        return false;
    };
    let (mut unsigned, mut signed) = (0u32, 0i32);
    for (i, byte) in block.iter().enumerate() {
        let byte = if (148..156).contains(&i) { b' ' } else { *byte };
        unsigned += u32::from(byte);
        signed += i32::from(byte.cast_signed());
    }
    stored == unsigned || i64::from(stored) == i64::from(signed)
}

pub(super) fn unpack(
    file: &File,
    codec: Option<Codec>,
    gate: &mut Gate,
    sink: &Sink<'_>,
) -> Result<()> {
    let raw = BufReader::with_capacity(256 << 10, file);
    let blocks: Box<dyn Read> = match codec {
        None => Box::new(raw),
        Some(codec) => Box::new(Metered::new(codec.decode(raw), sink.meter())),
    };
    let mut walk = Walk {
        // Headers are small reads; a decoder is asked for much at a time.
        blocks: BufReader::with_capacity(64 << 10, blocks),
        gate,
        sink,
        writer: sink.writer(),
        global: Extensions::default(),
        next: Extensions::default(),
    };
    while walk.entry()? {}
    // To the end of the compressed stream, where its checksum is.
    walk.drain(u64::MAX)
}

/// What stands in entries of their own before the entry that it is about.
#[derive(Debug, Default, Clone)]
struct Extensions {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    modified: Option<SystemTime>,
    /// Whether there is anything that only an entry can follow.
    pending: bool,
}

struct Walk<'a, R> {
    blocks: R,
    gate: &'a mut Gate,
    sink: &'a Sink<'a>,
    writer: Writer<'a>,
    global: Extensions,
    next: Extensions,
}

impl<R: Read> Walk<'_, R> {
    /// Reads one header and what belongs to it; false at the archive's end mark.
    fn entry(&mut self) -> Result<bool> {
        self.sink.check_cancel()?;
        let mut block = [0; BLOCK];
        self.blocks.read_exact(&mut block).map_err(|e| {
            if e.kind() == io::ErrorKind::UnexpectedEof {
                Failure::refused("it is cut off: its end mark is missing")
            } else {
                Failure::read(e)
            }
        })?;
        if block.iter().all(|b| *b == 0) {
            if self.next.pending {
                return Err(Failure::refused("it is damaged: its last entry is missing"));
            }
            return Ok(false);
        }
        if !checksum_fits(&block) {
            return Err(Failure::refused(
                "it is damaged: the checksum of a header is wrong",
            ));
        }
        let header = Header::from_byte_slice(&block);
        let size = header.entry_size().map_err(Failure::read)?;
        match header.entry_type() {
            EntryType::GNULongName => {
                self.next.path = Some(self.text(size)?);
                self.next.pending = true;
            }
            EntryType::GNULongLink => {
                self.next.link = Some(self.text(size)?);
                self.next.pending = true;
            }
            EntryType::XHeader => {
                let records = self.extension(size)?;
                self.next.read(&records).map_err(Failure::read)?;
                self.next.pending = true;
            }
            EntryType::XGlobalHeader => {
                let records = self.extension(size)?;
                self.global.read(&records).map_err(Failure::read)?;
            }
            kind => self.member(header, kind, size)?,
        }
        Ok(true)
    }

    /// An entry that stands for itself.
    fn member(&mut self, header: &Header, kind: EntryType, size: u64) -> Result<()> {
        let said = std::mem::take(&mut self.next);
        let name = said
            .path
            .or_else(|| self.global.path.clone())
            .unwrap_or_else(|| header.path_bytes().into_owned());
        let link = said
            .link
            .or_else(|| self.global.link.clone())
            .or_else(|| header.link_name_bytes().map(|l| l.into_owned()))
            .unwrap_or_default();
        let size = said.size.or(self.global.size).unwrap_or(size);
        let modified = said.modified.or(self.global.modified).or_else(|| {
            let seconds = header.mtime().ok()?;
            SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
        });
        let kind = match kind {
            // Before POSIX, a slash at the end was all that made a folder.
            EntryType::Regular if name.ends_with(b"/") => EntryKind::Folder,
            EntryType::Regular | EntryType::Continuous => EntryKind::File,
            EntryType::Directory => EntryKind::Folder,
            EntryType::Symlink => EntryKind::Symlink(&link),
            EntryType::Link => EntryKind::HardLink(&link),
            EntryType::Char => EntryKind::Other("a character device"),
            EntryType::Block => EntryKind::Other("a block device"),
            EntryType::Fifo => EntryKind::Other("a FIFO"),
            EntryType::GNUSparse => EntryKind::Other("a sparse file of an old form"),
            // The name that someone gave to the tape.
            other if other.as_byte() == b'V' => return self.drain_blocks(size),
            _ => EntryKind::Other("of a kind that is not known"),
        };
        let entry = Entry {
            name: &name,
            kind,
            mode: header.mode().unwrap_or(0),
            modified,
        };
        let Some(new) = self.gate.admit(&entry)? else {
            self.sink.make_folders(&self.gate.take_new_folders())?;
            return self.drain_blocks(size).map_err(|e| e.at(shown(&name)));
        };
        self.sink.make_folders(&self.gate.take_new_folders())?;
        let mut content = Exactly {
            from: &mut self.blocks,
            left: size,
        };
        self.writer.write(&new, &mut content)?;
        self.drain(padding(size)).map_err(|e| e.at(shown(&name)))
    }

    /// The data of an entry about another entry.
    fn extension(&mut self, size: u64) -> Result<Vec<u8>> {
        if size > MAX_EXTENSION {
            return Err(Failure::refused(
                "it has a name or attributes of over 256 KiB",
            ));
        }
        let mut bytes = Vec::new();
        let mut content = Exactly {
            from: &mut self.blocks,
            left: size,
        };
        content.read_to_end(&mut bytes).map_err(Failure::read)?;
        self.drain(padding(size))?;
        Ok(bytes)
    }

    /// As [`Self::extension`], a text that may end in NUL.
    fn text(&mut self, size: u64) -> Result<Vec<u8>> {
        let mut text = self.extension(size)?;
        while text.last() == Some(&0) {
            text.pop();
        }
        Ok(text)
    }

    fn drain_blocks(&mut self, size: u64) -> Result<()> {
        let all = size
            .checked_add(padding(size))
            .ok_or_else(|| Failure::refused("it is damaged: it has an impossible size"))?;
        self.drain(all)
    }

    /// Reads `bytes` bytes, or to the end if it comes sooner and `bytes` is `u64::MAX`.
    fn drain(&mut self, bytes: u64) -> Result<()> {
        let mut left = bytes;
        let mut scrap = [0; 16 << 10];
        while left > 0 {
            self.sink.check_cancel()?;
            let want = usize::try_from(left).unwrap_or(usize::MAX).min(scrap.len());
            match self.blocks.read(&mut scrap[..want]) {
                Ok(0) if bytes == u64::MAX => return Ok(()),
                Ok(0) => return Err(Failure::read(io::ErrorKind::UnexpectedEof.into())),
                Ok(n) => left -= n as u64,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(Failure::read(e)),
            }
        }
        Ok(())
    }
}

/// Bytes from the end of `size` bytes of data to the next block.
fn padding(size: u64) -> u64 {
    (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64
}

/// `left` bytes of `from`; an error if there are fewer.
struct Exactly<'a, R> {
    from: &'a mut R,
    left: u64,
}

impl<R: Read> Read for Exactly<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let want = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buf.len());
        if want == 0 {
            return Ok(0);
        }
        match self.from.read(&mut buf[..want])? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                self.left -= n as u64;
                Ok(n)
            }
        }
    }
}

impl Extensions {
    /// Takes in the records `LENGTH KEY=VALUE\n` of POSIX.
    fn read(&mut self, mut records: &[u8]) -> io::Result<()> {
        let broken = || told("it is damaged: the attributes of an entry make no sense");
        while let Some(space) = records.iter().position(|b| *b == b' ') {
            let length: usize = number(&records[..space]).ok_or_else(broken)?;
            let record = records
                .get(space + 1..length)
                .and_then(|r| r.strip_suffix(b"\n"))
                .ok_or_else(broken)?;
            records = &records[length..];
            let equals = record.iter().position(|b| *b == b'=').ok_or_else(broken)?;
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            match key {
                b"path" => self.path = Some(value.to_vec()),
                b"linkpath" => self.link = Some(value.to_vec()),
                b"size" => self.size = Some(number(value).ok_or_else(broken)?),
                b"mtime" => self.modified = time(value),
                _ if key.starts_with(b"GNU.sparse.") => {
                    return Err(told("it has a sparse file, whose form can't be read"));
                }
                _ => {}
            }
        }
        if records.iter().any(|b| *b != 0) {
            return Err(broken());
        }
        Ok(())
    }
}

fn number<T: std::str::FromStr>(digits: &[u8]) -> Option<T> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Seconds since the epoch with a fraction; `None` for what has no time, those before the epoch included.
fn time(value: &[u8]) -> Option<SystemTime> {
    let (seconds, fraction) = match value.iter().position(|b| *b == b'.') {
        Some(dot) => (&value[..dot], &value[dot + 1..]),
        None => (value, &b""[..]),
    };
    let mut nanos = 0;
    for place in 0..9 {
        nanos = nanos * 10
            + match fraction.get(place) {
                Some(digit @ b'0'..=b'9') => u32::from(digit - b'0'),
                _ => 0,
            };
    }
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(number(seconds)?, nanos))
}
