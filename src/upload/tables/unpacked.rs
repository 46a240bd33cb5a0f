//! What a workbook is by its first bytes, and whether unpacking it is safe. Declared sizes are not
//! believed: everything is unpacked once and counted. Knows nothing of cells.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::{memchr, memrchr};
use zip::ZipArchive;

use super::table::{Halt, Trouble};
use super::{Limits, biff, compound, declared, sheet};
use crate::session::Cancel;

/// A workbook may not become more than so many times its size, once that is much.
pub(super) const RATIO: u64 = 200;

/// Bytes that a workbook of `packed` bytes may become.
pub(super) fn may_become(packed: u64, limits: &Limits) -> u64 {
    limits.ratio_from.max(packed.saturating_mul(RATIO))
}

pub(super) fn too_large(most: u64) -> Trouble {
    Trouble::new(format!(
        "more than {} MB of it would have to be in memory",
        most >> 20
    ))
}

/// A file whose reading ends when the caller cancels, whoever reads it.
pub(super) struct Watched {
    file: File,
    cancel: Cancel,
    read: Arc<AtomicU64>,
}

impl Watched {
    /// Opens the file at `path`; `read` counts the bytes that are read of it.
    pub fn open(path: &Path, cancel: &Cancel, read: Arc<AtomicU64>) -> io::Result<BufReader<Self>> {
        let watched = Self {
            file: File::open(path)?,
            cancel: cancel.clone(),
            read,
        };
        Ok(BufReader::with_capacity(64 << 10, watched))
    }
}

impl Read for Watched {
    fn read(&mut self, block: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(io::Error::other("cancelled"));
        }
        let n = self.file.read(block)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Kinds of files that can be workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Magic {
    /// xlsx, xlsm, xlsb and ods.
    Zip,
    /// xls; xlsx with a password too.
    Compound,
    Other,
}

/// What the file at `path` is.
pub(super) fn magic(path: &Path) -> Result<Magic, Halt> {
    let mut head = Vec::new();
    File::open(path)?.take(8).read_to_end(&mut head)?;
    Ok(match &head[..] {
        [b'P', b'K', 3, 4, ..] => Magic::Zip,
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" => Magic::Compound,
        _ => Magic::Other,
    })
}

/// Refuses a workbook that would take too much memory, or that is made to.
pub(super) fn check(path: &Path, limits: &Limits, cancel: &Cancel) -> Result<(), Halt> {
    let most = limits.workbook_bytes;
    let packed = File::open(path)?.metadata()?.len();
    if magic(path)? == Magic::Compound {
        if packed > most {
            return Err(too_large(most).into());
        }
        let mut file = Watched::open(path, cancel, Arc::default())?;
        let workbook = compound::check(&mut file, packed)??;
        sheet::few(biff::sheets(&workbook))?;
        return match biff::memory(&workbook) > most {
            true => Err(too_large(most).into()),
            false => Ok(()),
        };
    }
    let damaged = |e| match cancel.is_cancelled() {
        true => Halt::Cancelled,
        false => Trouble::new(format!("the workbook can't be read: {e}")).into(),
    };
    let mut archive = ZipArchive::new(Watched::open(path, cancel, Arc::default())?)
        .map_err(|e| damaged(e.to_string()))?;
    let (mut all, mut held) = (0, 0);
    for i in 0..archive.len() {
        let mut entry = archive.by_index(i).map_err(|e| damaged(e.to_string()))?;
        // Upper and lower case are the same to whoever reads the workbook.
        let name = entry.name().unwrap_or_default().to_ascii_lowercase();
        let strings = name.ends_with("sharedstrings.xml");
        // Sheets of xlsx and xlsb are read cell by cell, everything else is held whole.
        let streamed = name.starts_with("xl/worksheets/") && !strings;
        let tags = name.ends_with(".xml");
        let (mut bytes, mut stretch) = (0, 0);
        let mut block = vec![0; 64 << 10];
        loop {
            let read = entry.read(&mut block).map_err(|e| damaged(e.to_string()))?;
            if read == 0 {
                break;
            }
            bytes += read as u64;
            // An XML reader holds everything from one tag to the next.
            stretch = match (memchr(b'<', &block[..read]), memrchr(b'<', &block[..read])) {
                (Some(first), Some(last)) if stretch + first <= limits.record_bytes => read - last,
                _ => stretch + read,
            };
            if all + bytes > may_become(packed, limits) {
                let reason = format!("it unpacks to more than {RATIO} times its size");
                return Err(Trouble::new(reason).into());
            }
            let whole = !streamed && held + bytes > most;
            if whole || (tags && stretch > limits.record_bytes) {
                return Err(too_large(most).into());
            }
        }
        drop(entry);
        if strings {
            let part = archive.by_index(i).map_err(|e| damaged(e.to_string()))?;
            declared::shared_strings(part, bytes, most).map_err(|trouble| {
                match cancel.is_cancelled() {
                    true => Halt::Cancelled,
                    false => trouble.into(),
                }
            })?;
        }
        all += bytes;
        held += if streamed { 0 } else { bytes };
    }
    Ok(())
}
