//! ZIP: the directory decides what is there, everything is checked against it, then the entries are
//! unpacked on all cores, each thread reading the one open file at the positions of its own entries.

mod bytes;
mod content;
mod directory;
mod names;
mod parallel;
pub(super) mod time;

use std::fs::File;
use std::io::{self, Read};

use super::failure::{Failure, Result};
use super::gate::{Entry, EntryKind, Gate, NewFile};
use super::links::MAX_TEXT;
use super::name::shown;
use super::sink::Sink;
use content::{Content, Scratch};
use directory::{Directory, Record};

/// Whether a file that begins with `head` begins as a ZIP file does: with an entry, or with the end of an
/// archive that has none.
pub(super) fn is_start(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// Whether a file ends as a ZIP file does.
pub(super) fn has_directory(file: &File) -> io::Result<bool> {
    let length = file.metadata()?.len();
    Ok(Directory::find(file, length).is_ok_and(|directory| directory.entries > 0))
}

/// A file to write and where its content is.
#[derive(Debug)]
struct Planned {
    new: NewFile,
    content: Content,
}

/// What an entry takes of the file at least: its header, its name, its data.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u64,
    end: u64,
    /// Position of its record.
    record: u64,
}

pub(super) fn unpack(file: &File, length: u64, gate: &mut Gate, sink: &Sink<'_>) -> Result<()> {
    let directory = Directory::find(file, length)?;
    let (mut files, mut spans) = (Vec::new(), Vec::new());
    let mut total = 0u64;
    let mut scratch = Scratch::new();
    for record in directory.records(file) {
        sink.check_cancel()?;
        let record = record.map_err(Failure::read)?;
        let failed = |e: Failure| e.at(shown(&record.name));
        spans.push(span(&record, &directory).map_err(failed)?);
        let admitted = admit(file, &record, &directory, gate, &mut scratch);
        if let Some(new) = admitted.map_err(failed)? {
            total = total.saturating_add(record.size);
            let content = Content::new(&record, directory.start);
            files.push(Planned { new, content });
        }
    }
    refuse_overlaps(&mut spans, file, &directory)?;
    for file in &mut files {
        file.content.bound_by(&spans);
    }
    sink.meter().declared(total)?;
    sink.progress().set_total(files.len() as u64, total);
    sink.make_folders(&gate.take_new_folders())?;
    parallel::write(file, &files, sink)
}

/// Takes an entry through the gate. Its name is decoded, its kind made out, a link's text read.
fn admit(
    file: &File,
    record: &Record,
    directory: &Directory,
    gate: &mut Gate,
    scratch: &mut Scratch,
) -> Result<Option<NewFile>> {
    // Bit 0: encrypted; 6: strongly; 13: with the directory hidden. Method 99 is AES.
    if record.flags & 0x2041 != 0 || record.method == 99 {
        return Err(Failure::refused(
            "it is encrypted: unpack it yourself and upload what comes out",
        ));
    }
    content::check_method(record.method).map_err(Failure::read)?;
    let name = names::decode(record);
    let mode = unix_mode(record);
    let mut text = Vec::new();
    let kind = match mode & 0o170_000 {
        0o120_000 => {
            let content = Content::new(record, directory.start);
            let mut content = content.open(file, scratch).map_err(Failure::read)?;
            (&mut content)
                .take(MAX_TEXT as u64 + 1)
                .read_to_end(&mut text)
                .map_err(Failure::read)?;
            EntryKind::Symlink(&text)
        }
        0o010_000 => EntryKind::Other("a FIFO"),
        0o020_000 => EntryKind::Other("a character device"),
        0o060_000 => EntryKind::Other("a block device"),
        0o140_000 => EntryKind::Other("a socket"),
        _ if is_folder(record, &name, mode) => {
            if record.size > 0 {
                return Err(Failure::refused("it is a folder with content of its own"));
            }
            EntryKind::Folder
        }
        _ => EntryKind::File,
    };
    gate.admit(&Entry {
        name: &name,
        kind,
        mode,
        modified: record.modified,
    })
}

/// Type and permissions as Unix has them; 0 where the packer's system has none.
fn unix_mode(record: &Record) -> u32 {
    const UNIX: u8 = 3;
    const MACOS: u8 = 19;
    match record.host {
        UNIX | MACOS => record.attributes >> 16,
        _ => 0,
    }
}

fn is_folder(record: &Record, name: &[u8], mode: u32) -> bool {
    const DOS_FOLDER: u32 = 0x10;
    name.ends_with(b"/")
        || name.ends_with(b"\\")
        || mode & 0o170_000 == 0o040_000
        || (mode == 0 && record.attributes & DOS_FOLDER != 0)
}

fn span(record: &Record, directory: &Directory) -> Result<Span> {
    let end = (record.start)
        .checked_add(30 + record.name.len() as u64)
        .and_then(|end| end.checked_add(record.packed));
    match end {
        Some(end) if end <= directory.start => Ok(Span {
            start: record.start,
            end,
            record: record.at,
        }),
        _ => Err(Failure::refused(
            "it is damaged or cut off: its data lies outside the file",
        )),
    }
}

/// Refuses two entries that share bytes: a small file could unpack to any size that way.
fn refuse_overlaps(spans: &mut [Span], file: &File, directory: &Directory) -> Result<()> {
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    for pair in spans.windows(2) {
        if let [first, second] = pair
            && second.start < first.end
        {
            let name = directory.name_at(file, second.record);
            return Err(
                Failure::refused("its data lies over that of another entry").at(shown(&name))
            );
        }
    }
    Ok(())
}

impl Content {
    /// Narrows the bound to where the next of the sorted `spans` starts.
    fn bound_by(&mut self, spans: &[Span]) {
        let next = spans.partition_point(|span| span.start <= self.start);
        if let Some(span) = spans.get(next) {
            self.bound = span.start;
        }
    }
}
