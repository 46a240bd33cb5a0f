//! What a workbook says of itself before any cell is read: what it is, and its sheets where the file names
//! them in a place of their own. Reads little of it, however large it is, and believes none of it.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::place::Place;

/// A larger file is not looked into.
const MOST_FILE: u64 = 256 << 20;

/// A list of more parts than this is not read: it takes memory for each.
const MOST_PARTS: u16 = 20_000;

/// Bytes of the part that names the sheets which are read, unpacked.
const MOST_PART: u64 = 4 << 20;

/// As many sheets are named.
const MOST_SHEETS: usize = 1_000;

/// What a workbook is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `xlsx` and `xlsm`.
    Xlsx,
    /// `xlsb`.
    Xlsb,
    /// `xls`.
    Xls,
    /// `ods`.
    Ods,
}

impl Format {
    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "Excel workbook",
            Self::Xlsb => "Excel binary workbook",
            Self::Xls => "Excel 97–2003 workbook",
            Self::Ods => "OpenDocument spreadsheet",
        }
    }
}

/// What a file with these first bytes is whose name ends so, in small letters; none if it is no workbook.
pub fn format_of(head: &[u8], extension: &str) -> Option<Format> {
    let zip = head.starts_with(b"PK\x03\x04");
    let compound = head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    match extension {
        "xlsx" | "xlsm" if zip => Some(Format::Xlsx),
        "xlsb" if zip => Some(Format::Xlsb),
        "ods" if zip => Some(Format::Ods),
        "xls" | "xlsx" | "xlsm" | "xlsb" if compound => Some(Format::Xls),
        _ => None,
    }
}

/// The names of its sheets in their order; none where finding them out would mean to read all of it, or where
/// it can't be understood.
pub fn sheets(place: &Place, format: Format) -> Option<Vec<String>> {
    let (part, element, attribute) = match format {
        Format::Xlsx => ("xl/workbook.xml", "sheet", "name"),
        Format::Ods => ("content.xml", "table", "name"),
        Format::Xlsb | Format::Xls => return None,
    };
    let (mut file, stamp) = place.open().ok()?;
    if stamp.len > MOST_FILE || !is_short(&mut file, stamp.len)? {
        return None;
    }
    let mut archive = ZipArchive::new(BufReader::new(file)).ok()?;
    let part = archive.by_name(part).ok()?;
    names(BufReader::new(part.take(MOST_PART)), element, attribute)
}

/// Whether the list of parts at the end of an archive has few of them, as whoever reads it would find.
fn is_short(file: &mut (impl Read + Seek), len: u64) -> Option<bool> {
    /// Its end, with the longest comment.
    const TAIL: u64 = 22 + u16::MAX as u64;
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(len.saturating_sub(TAIL))).ok()?;
    file.take(TAIL).read_to_end(&mut tail).ok()?;
    let large = tail.windows(4).any(|at| at == b"PK\x06\x07");
    let mut ends = memchr::memmem::find_iter(&tail, b"PK\x05\x06");
    let many = ends.any(|at| {
        let count = tail.get(at + 10..at + 12);
        count.is_none_or(|n| u16::from_le_bytes([n[0], n[1]]) > MOST_PARTS)
    });
    Some(!large && !many)
}

/// The `attribute` of each `element`, in their order; none where the text breaks off.
fn names(part: impl BufRead, element: &str, attribute: &str) -> Option<Vec<String>> {
    let mut reader = Reader::from_reader(part);
    reader.config_mut().expand_empty_elements = true;
    let (mut buffer, mut found, mut depth) = (Vec::new(), Vec::new(), 0_u32);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(e) => {
                depth += 1;
                if e.local_name().into_inner() != element {
                    continue;
                }
                for a in e.attributes() {
                    let a = a.ok()?;
                    if a.key.local_name().into_inner() == attribute {
                        let name = quick_xml::escape::unescape(&a.value).ok()?;
                        found.push(name.into_owned());
                    }
                }
                if found.len() > MOST_SHEETS {
                    return None;
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            // What was cut off ends within something.
            Event::Eof => return (depth == 0 && !found.is_empty()).then_some(found),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    /// A file of a session: an archive of these parts.
    fn archive(name: &str, parts: &[(&str, &str)]) -> (tempfile::TempDir, Place) {
        let dir = tempfile::tempdir().unwrap();
        let file = std::fs::File::create(dir.path().join(name)).unwrap();
        let mut out = zip::ZipWriter::new(file);
        for (part, text) in parts {
            out.start_file(*part, SimpleFileOptions::default()).unwrap();
            out.write_all(text.as_bytes()).unwrap();
        }
        out.finish().unwrap();
        let place = Place::new(dir.path(), name);
        (dir, place)
    }

    #[test]
    fn content_and_name_together_make_a_workbook() {
        let (zip, compound) = (
            &b"PK\x03\x04\0\0"[..],
            &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0][..],
        );
        for (head, extension, format) in [
            (zip, "xlsx", Some(Format::Xlsx)),
            (zip, "xlsm", Some(Format::Xlsx)),
            (zip, "xlsb", Some(Format::Xlsb)),
            (zip, "ods", Some(Format::Ods)),
            (zip, "xls", None),
            (zip, "zip", None),
            (zip, "docx", None),
            (compound, "xls", Some(Format::Xls)),
            (compound, "doc", None),
            (b"a,b\n", "xlsx", None),
            (b"", "xlsx", None),
        ] {
            assert_eq!(format_of(head, extension), format, "{extension}");
        }
    }

    #[test]
    fn sheets_are_named_in_their_order() {
        let xlsx = "<workbook xmlns:x='y'><sheets><x:sheet name='Umsätze &amp; mehr' sheetId='1'/>\
                    <x:sheet sheetId='2' name='Leer'></x:sheet></sheets></workbook>";
        let (_dir, place) = archive("a.xlsx", &[("xl/workbook.xml", xlsx)]);
        assert_eq!(
            sheets(&place, Format::Xlsx).unwrap(),
            ["Umsätze & mehr", "Leer"]
        );
        let ods = "<office:document-content><office:body><table:table table:name='Blatt 1'>\
                   <table:table-row/></table:table><table:table table:name='B2'/></office:body>\
                   </office:document-content>";
        let (_dir, place) = archive("a.ods", &[("content.xml", ods)]);
        assert_eq!(sheets(&place, Format::Ods).unwrap(), ["Blatt 1", "B2"]);
    }

    #[test]
    fn what_is_broken_cut_off_or_too_much_has_no_known_sheets() {
        let named = "<workbook><sheets><sheet name='a'/></sheets>";
        let spun_out = format!("{named}<!--{}--></workbook>", " ".repeat(5 << 20));
        let many = format!("<a>{}</a>", "<sheet name='a'/>".repeat(MOST_SHEETS + 1));
        for text in [named, "<a>", "<a/>", "no XML <", "", &spun_out, &many] {
            let (_dir, place) = archive("a.xlsx", &[("xl/workbook.xml", text)]);
            let start = &text[..text.len().min(60)];
            assert_eq!(sheets(&place, Format::Xlsx), None, "{start}");
        }
        let (_dir, place) = archive("a.xlsx", &[("other", named)]);
        assert_eq!(sheets(&place, Format::Xlsx), None);
        let path = place.path();
        std::fs::write(&path, b"PK\x03\x04 and nothing of use").unwrap();
        assert_eq!(sheets(&place, Format::Xlsx), None);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(sheets(&place, Format::Xlsx), None);
    }

    #[test]
    fn an_archive_of_too_many_parts_is_not_opened() {
        let end = |parts: u16| {
            let mut end = b"PK\x05\x06\0\0\0\0\0\0".to_vec();
            end.extend(parts.to_le_bytes());
            end.resize(22, 0);
            end
        };
        for (bytes, short) in [
            (end(MOST_PARTS), true),
            (end(MOST_PARTS + 1), false),
            ([end(u16::MAX), end(1)].concat(), false),
            ([b"PK\x06\x07".to_vec(), end(1)].concat(), false),
            (b"PK\x05\x06".to_vec(), false),
        ] {
            let len = bytes.len() as u64;
            let found = is_short(&mut std::io::Cursor::new(bytes), len);
            assert_eq!(found, Some(short));
        }
    }
}
