//! 7z, by the `sevenz-rust2` crate's reading of its structure and our own gate and sink. One thread: a
//! block is one stream, and the crate's threads keep whole chunks in memory.

use std::fs::File;
use std::io::{self, BufReader, Read};

use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, Password};

use super::failure::{Failure, Result};
use super::gate::{Entry, EntryKind, Gate};
use super::limits::{Metered, WINDOW_BYTES};
use super::links::MAX_TEXT;
use super::name::shown;
use super::sink::{Sink, Writer};
use super::zip::time::from_ntfs;

/// What the list of entries may take, in KiB, packed and unpacked.
const LIST_KIB: usize = 64 << 10;
/// The upper half of the attributes is a Unix mode.
const UNIX_MODE: u32 = 0x8000;
/// A link, a mounted volume and the like on Windows.
const REPARSE_POINT: u32 = 0x400;

pub(super) fn unpack(file: &File, gate: &mut Gate, sink: &Sink<'_>) -> Result<()> {
    let mut source = BufReader::with_capacity(256 << 10, file);
    let password = Password::empty();
    let archive = Archive::read_with_memory_limit(&mut source, &password, LIST_KIB)
        .map_err(|e| refused(&e))?;
    let files = &archive.files;
    if (0..files.len()).any(|i| archive.is_file_encrypted(i)) {
        return Err(encrypted());
    }
    let total = files.iter().fold(0u64, |sum, f| sum.saturating_add(f.size));
    sink.meter().declared(total)?;
    let count = files.iter().filter(|f| !f.is_directory).count();
    sink.progress().set_total(count as u64, total);

    let mut unpacking = Unpacking {
        gate,
        sink,
        writer: sink.writer(),
    };
    for entry in files.iter().filter(|f| !f.has_stream) {
        unpacking.entry(entry, &mut io::empty())?;
    }
    let window = usize::try_from(WINDOW_BYTES >> 10).unwrap_or(usize::MAX);
    for block in 0..archive.blocks.len() {
        let decoder =
            BlockDecoder::new_with_memory_limit(1, window, block, &archive, &password, &mut source);
        let mut failed = None;
        let done = decoder.for_each_entries(&mut |entry, content| {
            if !entry.has_stream {
                return Ok(true);
            }
            let done = unpacking.entry(entry, content);
            let go_on = done.is_ok();
            failed = done.err();
            Ok(go_on)
        });
        if let Some(failure) = failed {
            return Err(failure);
        }
        done.map_err(|e| refused(&e))?;
    }
    Ok(())
}

struct Unpacking<'a> {
    gate: &'a mut Gate,
    sink: &'a Sink<'a>,
    writer: Writer<'a>,
}

impl Unpacking<'_> {
    fn entry(&mut self, entry: &ArchiveEntry, content: &mut dyn Read) -> Result<()> {
        let failed = |e: Failure| e.at(shown(entry.name.as_bytes()));
        let attributes = if entry.has_windows_attributes {
            entry.windows_attributes
        } else {
            0
        };
        let mode = if attributes & UNIX_MODE != 0 {
            attributes >> 16
        } else {
            0
        };
        let mut text = Vec::new();
        let kind = match mode & 0o170_000 {
            0o120_000 => {
                (content.take(MAX_TEXT as u64 + 1))
                    .read_to_end(&mut text)
                    .map_err(|e| failed(Failure::read(e)))?;
                EntryKind::Symlink(&text)
            }
            0o010_000 => EntryKind::Other("a FIFO"),
            0o020_000 => EntryKind::Other("a character device"),
            0o060_000 => EntryKind::Other("a block device"),
            0o140_000 => EntryKind::Other("a socket"),
            _ if attributes & REPARSE_POINT != 0 => EntryKind::Other("a link of Windows"),
            _ if entry.is_anti_item => EntryKind::Other("an order to delete something"),
            _ if entry.is_directory => EntryKind::Folder,
            _ => EntryKind::File,
        };
        let modified = (entry.has_last_modified_date)
            .then(|| from_ntfs(entry.last_modified_date.into()))
            .flatten();
        let admitted = self.gate.admit(&Entry {
            name: entry.name.as_bytes(),
            kind,
            mode,
            modified,
        })?;
        self.sink.make_folders(&self.gate.take_new_folders())?;
        if let Some(new) = admitted {
            self.writer
                .write(&new, &mut Metered::new(content, self.sink.meter()))?;
        }
        Ok(())
    }
}

fn encrypted() -> Failure {
    Failure::refused("it is encrypted: unpack it yourself and upload what comes out")
}

fn refused(error: &sevenz_rust2::Error) -> Failure {
    use sevenz_rust2::Error as E;
    match error {
        E::PasswordRequired | E::MaybeBadPassword(_) => encrypted(),
        // Built without decryption, the crate takes it for one more method.
        E::UnsupportedCompressionMethod(method) if method.contains("AES") => encrypted(),
        E::UnsupportedCompressionMethod(method) => {
            Failure::refused(format!("it is compressed by {method}, which can't be read"))
        }
        E::MaxMemLimited { .. } => Failure::refused("unpacking it would take too much memory"),
        E::Io(e, _) if e.raw_os_error().is_some() => {
            Failure::read(io::Error::from_raw_os_error(e.raw_os_error().unwrap_or(0)))
        }
        other => Failure::refused(format!("it is damaged or cut off: {other}")),
    }
}
