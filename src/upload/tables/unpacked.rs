//! What a workbook is by its first bytes, and whether what a reader must hold in memory is small
//! enough. Declared sizes are not believed: the parts are unpacked and counted.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

use super::table::{Halt, Trouble};

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

/// Refuses a workbook of which more than `most` bytes would be held in memory.
pub(super) fn check(path: &Path, most: u64) -> Result<(), Halt> {
    let too_large = || {
        Trouble::new(format!(
            "more than {} MB of it would have to be in memory",
            most >> 20
        ))
    };
    if magic(path)? == Magic::Compound {
        return match File::open(path)?.metadata()?.len() > most {
            true => Err(too_large().into()),
            false => Ok(()),
        };
    }
    let damaged = |e| Trouble::new(format!("the workbook can't be read: {e}"));
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(damaged)?;
    let mut bytes = 0;
    for i in 0..archive.len() {
        let entry = archive.by_index(i).map_err(damaged)?;
        // Sheets of xlsx and xlsb are read cell by cell.
        let streamed = entry
            .name()
            .is_ok_and(|name| name.contains("worksheets/sheet"));
        if !entry.is_file() || streamed {
            continue;
        }
        bytes += io::copy(&mut entry.take(most - bytes + 1), &mut io::sink())?;
        if bytes > most {
            return Err(too_large().into());
        }
    }
    Ok(())
}
