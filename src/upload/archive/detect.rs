//! Telling whether a file is an archive: one by content, and not by name something else. A spreadsheet, a
//! Python wheel and a program that unpacks itself are ZIP files too, and stay files.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use super::codec::Codec;
use super::name::shown;
use super::{Kind, tar, zip};
use crate::session::{Error, ErrorKind, Result, sys};

/// Endings of archives. What ends otherwise is a file, whatever is in it.
const ENDINGS: [&str; 17] = [
    "zip", "tar", "gz", "bz2", "xz", "zst", "7z", "tgz", "taz", "tbz", "tbz2", "tb2", "txz",
    "tzst", "gzip", "zstd", "bzip2",
];
/// Those that promise a tar archive inside.
const TAR_ENDINGS: [&str; 8] = ["tar", "tgz", "taz", "tbz", "tbz2", "tb2", "txz", "tzst"];

/// What kind of archive the file `path` is; `None` if it is to stay a file.
///
/// A file that is named as an archive but is none is an error (`Refused`) that names it.
pub fn detect(path: &Path) -> Result<Option<Kind>> {
    look(path)
        .map_err(|e| Error::io("read", path, e))?
        .map_err(|why| {
            let name = path.file_name().unwrap_or(path.as_os_str());
            let tried = format!("unpack {}", shown(name.as_encoded_bytes()));
            Error::new(ErrorKind::Refused(why), tried, path)
                .with_help("give it a name that says what it is, or leave it out")
        })
}

/// The kind of archive, or why a file that is named as one is none.
fn look(path: &Path) -> io::Result<Result<Option<Kind>, String>> {
    let ending = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase());
    match &ending {
        Some(ending) if !ENDINGS.contains(&&**ending) => return Ok(Ok(None)),
        _ => {}
    }
    let file = sys::open_regular(path)?;
    let mut kind = by_content(&file)?;
    if kind.is_none() && ending.as_deref() == Some("zip") && zip::has_directory(&file)? {
        // Something stands before the archive: a program to unpack it, or a download's header.
        kind = Some(Kind::Zip);
    }
    let Some(ending) = ending else {
        // Without an ending, one compressed file would have nowhere to go: its own name is taken.
        return Ok(Ok(kind.filter(|kind| !matches!(kind, Kind::Single(_)))));
    };
    let inner = path.file_stem().map(Path::new).and_then(Path::extension);
    let promises_tar = TAR_ENDINGS.contains(&&*ending)
        || inner.is_some_and(|inner| inner.eq_ignore_ascii_case("tar"));
    Ok(match kind {
        // Its tar may be damaged at the very start; unpacking will say how.
        Some(Kind::Single(codec)) if promises_tar => Ok(Some(Kind::Tar(Some(codec)))),
        Some(kind) => Ok(Some(kind)),
        None => Err(format!(
            "it is named .{ending} but is no archive that can be read"
        )),
    })
}

/// What the content says.
fn by_content(mut file: &File) -> io::Result<Option<Kind>> {
    let mut head = [0; tar::BLOCK];
    let n = super::sys::read_at(file, &mut head, 0)?;
    let head = &head[..n];
    if head.starts_with(b"7z\xbc\xaf\x27\x1c") {
        return Ok(Some(Kind::SevenZip));
    }
    if zip::is_start(head) {
        return Ok(Some(Kind::Zip));
    }
    if tar::is_header(head) {
        return Ok(Some(Kind::Tar(None)));
    }
    if let Some(codec) = Codec::of(head) {
        let mut inside = Vec::with_capacity(tar::BLOCK);
        file.rewind()?;
        let source = BufReader::new(file);
        // What can't be decoded here is told when it is unpacked.
        let _ = codec
            .decode(source)
            .take(tar::BLOCK as u64)
            .read_to_end(&mut inside);
        return Ok(Some(if tar::is_header(&inside) {
            Kind::Tar(Some(codec))
        } else {
            Kind::Single(codec)
        }));
    }
    Ok(None)
}
