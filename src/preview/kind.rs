//! What a file is: by its first bytes, and by its name where those leave it open. Reads the head once.

use super::database;
use super::picture;
use super::place::{Place, Stamp};
use super::workbook::{self, Format};
use crate::session::Result;
use crate::upload::tables::peek;

/// Bytes that are looked at.
const HEAD: usize = 64 << 10;

/// Bytes of JSON that are shown as a tree; more of it is shown as text.
pub const MOST_JSON: u64 = 16 << 20;

/// What a file is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing is in it.
    Empty,
    /// Lines; `log`: what a program reports, with levels.
    Text {
        /// Whether lines have levels and more of them may come.
        log: bool,
    },
    /// Rows of fields, usually between delimiters like this.
    Table {
        /// The delimiter that the name promises.
        usual: u8,
    },
    /// A JSON document that is small enough for a tree.
    Json,
    /// A picture.
    Picture,
    /// An SQLite database.
    Database,
    /// A workbook.
    Workbook(Format),
    /// Anything else.
    Bytes,
}

/// A first look at a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// What it is shown as.
    pub kind: Kind,
    /// What it was when it was looked at.
    pub stamp: Stamp,
    /// Its first bytes, 64 KiB at most.
    pub head: Vec<u8>,
    /// Why it isn't shown as what its name promises, if so.
    pub why: Option<&'static str>,
}

impl Look {
    /// Whether `head` is all of it.
    pub fn is_whole(&self) -> bool {
        self.stamp.len <= self.head.len() as u64
    }
}

/// Looks at a file.
///
/// # Errors
/// If it is gone, can't be read, or is no regular file of its session.
pub fn look(place: &Place) -> Result<Look> {
    let mut head = Vec::new();
    let stamp = place.read_at(0, HEAD, &mut head)?;
    let whole = stamp.len <= head.len() as u64;
    let (kind, why) = kind(place.relative(), &head, whole, stamp.len);
    Ok(Look {
        kind,
        stamp,
        head,
        why,
    })
}

fn kind(relative: &str, head: &[u8], whole: bool, len: u64) -> (Kind, Option<&'static str>) {
    let name = relative.rsplit('/').next().unwrap_or(relative);
    let extension = name
        .rsplit_once('.')
        .map_or("", |(_, e)| e)
        .to_ascii_lowercase();
    if head.is_empty() {
        return (Kind::Empty, None);
    }
    if database::is_one(head) {
        return (Kind::Database, None);
    }
    if picture::is_one(head) {
        return (Kind::Picture, None);
    }
    if let Some(format) = workbook::format_of(head, &extension) {
        return (Kind::Workbook(format), None);
    }
    if !is_text(head, whole) {
        return (Kind::Bytes, None);
    }
    let log = matches!(&*extension, "log" | "out" | "err") || relative.starts_with("logs/");
    let table = |usual| (Kind::Table { usual }, None);
    match &*extension {
        "csv" => table(b','),
        "tsv" | "tab" => table(b'\t'),
        "psv" => table(b'|'),
        "json" | "geojson" | "ipynb" if len <= MOST_JSON => (Kind::Json, None),
        "json" | "geojson" | "ipynb" => {
            let why = "It is too large for a tree, so it is shown as text";
            (Kind::Text { log }, Some(why))
        }
        _ => (Kind::Text { log }, None),
    }
}

/// Whether these are characters: known ones, and hardly any that command a terminal.
fn is_text(head: &[u8], whole: bool) -> bool {
    if head.starts_with(b"%PDF-") {
        return false;
    }
    let Ok(encoding) = peek::encoding_of(head, whole) else {
        return false;
    };
    if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
        return true;
    }
    let odd = |b: &&u8| **b < b' ' && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0c | 0x08 | 0x1b);
    // A NUL or two happen in the logs of programs that crash.
    let odd = head.iter().filter(odd).count();
    odd * 200 <= head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, bytes: &[u8]) -> Kind {
        kind(name, bytes, true, bytes.len() as u64).0
    }

    #[test]
    fn content_comes_before_the_name() {
        let text = Kind::Text { log: false };
        let utf16: Vec<u8> = "plain text"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (name, bytes, expected) in [
            ("a.csv", &b""[..], Kind::Empty),
            ("a.csv", b"a,b\n", Kind::Table { usual: b',' }),
            ("a.TSV", b"a\tb\n", Kind::Table { usual: b'\t' }),
            ("a.csv", b"\x89PNG\r\n\x1a\n....", Kind::Picture),
            ("a.csv", b"PK\x03\x04\0\0\0\0\0\0", Kind::Bytes),
            (
                "a.XLSX",
                b"PK\x03\x04\0\0\0\0\0\0",
                Kind::Workbook(Format::Xlsx),
            ),
            ("lookup", b"SQLite format 3\0........", Kind::Database),
            (
                "project_data.db",
                b"SQLite format 3\0........",
                Kind::Database,
            ),
            ("notes", b"caf\xe9 au lait", text),
            ("a.json", b"{}", Kind::Json),
            ("a.py", b"print(1)\n", text),
            ("logs/run", b"started\n", Kind::Text { log: true }),
            ("x.log", b"started\n", Kind::Text { log: true }),
            ("a.pdf", b"%PDF-1.7 only words so far", Kind::Bytes),
            ("u.txt", &utf16, text),
            ("x.bin", &[0u8; 64], Kind::Bytes),
        ] {
            assert_eq!(of(name, bytes), expected, "{name}");
        }
        let large = kind("a.json", b"[", false, MOST_JSON + 1);
        assert_eq!(large.0, text);
        assert!(large.1.is_some(), "and says why");
    }
}
