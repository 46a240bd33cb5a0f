//! Workbooks made part by part go in, tables and the report come out.

use std::fs;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::{Limits, RelFile, convert};
use super::{Made, made};
use crate::session::Cancel;

/// A ZIP of these entries.
pub(super) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("an entry");
        zip.write_all(bytes).expect("bytes");
    }
    zip.finish().expect("a ZIP").into_inner()
}

pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
pub(super) const OFFICE: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
pub(super) const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// An xlsx with these sheets, each given by the XML of its rows. Style 1 is a date, 2 a duration.
pub(super) fn xlsx(sheets: &[(&str, &str)], strings: &[&str]) -> Vec<u8> {
    let mut parts = vec![
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns='{PACKAGE}'><Relationship Id='r' Type='{OFFICE}/officeDocument' Target='xl/workbook.xml'/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "<styleSheet xmlns='{MAIN}'><numFmts count='1'><numFmt numFmtId='170' formatCode='[h]:mm:ss'/></numFmts><cellXfs count='3'><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='170'/></cellXfs></styleSheet>"
            ),
        ),
    ];
    let (mut list, mut relations) = (String::new(), String::new());
    for (i, (name, rows)) in sheets.iter().enumerate() {
        list += &format!("<sheet name='{name}' sheetId='{0}' r:id='s{0}'/>", i + 1);
        relations += &format!(
            "<Relationship Id='s{0}' Type='{OFFICE}/worksheet' Target='worksheets/sheet{0}.xml'/>",
            i + 1
        );
        parts.push((
            format!("xl/worksheets/sheet{}.xml", i + 1),
            format!("<worksheet xmlns='{MAIN}'><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    let strings: String = strings
        .iter()
        .map(|s| format!("<si><t xml:space='preserve'>{s}</t></si>"))
        .collect();
    parts.push((
        "xl/sharedStrings.xml".into(),
        format!("<sst xmlns='{MAIN}'>{strings}</sst>"),
    ));
    parts.push((
        "xl/workbook.xml".into(),
        format!("<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><sheets>{list}</sheets></workbook>"),
    ));
    parts.push((
        "xl/_rels/workbook.xml.rels".into(),
        format!("<Relationships xmlns='{PACKAGE}'>{relations}</Relationships>"),
    ));
    zip(&parts
        .iter()
        .map(|(name, xml)| (&**name, xml.as_bytes()))
        .collect::<Vec<_>>())
}

fn columns(made: &Made, table: usize) -> Vec<(&str, &str)> {
    made.converted.tables[table]
        .columns
        .iter()
        .map(|c| (&*c.name, c.sql_type.as_str()))
        .collect()
}

#[test]
fn every_kind_of_cell() {
    let rows = "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='C1'><v>2024</v></c>\
                <c r='D1' t='inlineStr'><is><t>when</t></is></c><c r='E1' t='inlineStr'><is><t>long</t></is></c>\
                <c r='F1' t='inlineStr'><is><t>ok</t></is></c><c r='G1' t='inlineStr'><is><t>mixed</t></is></c></row>\
                <row r='2'><c r='A2'><v>1</v></c><c r='B2'><f>A2/4</f><v>0.25</v></c><c r='C2' t='e'><v>#DIV/0!</v></c>\
                <c r='D2' s='1'><v>45943</v></c><c r='E2' s='2'><v>1.5</v></c><c r='F2' t='b'><v>1</v></c><c r='G2'><v>5</v></c></row>\
                <row r='4'><c r='A4'><v>2</v></c><c r='B4'><f>A4</f></c><c r='C4'><v>1e20</v></c><c r='D4' s='1'><v>45944</v></c>\
                <c r='G4' t='str'><f>x</f><v>00601</v></c><c r='H4'><v>9</v></c></row>";
    let made = made(&[(
        "My book.xlsx",
        &xlsx(&[("data", rows), ("empty", "")], &["id", " ratio"]),
    )]);
    assert_eq!(
        made.reasons(),
        [("My book.xlsx, sheet empty", "the sheet is empty")]
    );
    assert_eq!(made.converted.tables[0].name, "My_book_data");
    assert_eq!(
        columns(&made, 0),
        [
            ("id", "INTEGER"),
            ("ratio", "REAL"),
            ("2024", "REAL"),
            ("when", "TEXT"),
            ("long", "TEXT"),
            ("ok", "TEXT"),
            ("mixed", "TEXT"),
            ("column_8", "INTEGER")
        ]
    );
    let null = "NULL";
    assert_eq!(
        made.rows("My_book_data"),
        [
            [
                "1",
                "0.25",
                null,
                "'2025-10-13'",
                "'36:00:00'",
                "'true'",
                "'5'",
                null
            ],
            [null; 8],
            [
                "2",
                null,
                "1e20",
                "'2025-10-14'",
                null,
                null,
                "'00601'",
                "9"
            ],
        ]
    );
    let table = &made.converted.tables[0];
    assert!(table.columns[2].original_number && !table.columns[0].original_number);
    assert_eq!(
        (
            table.columns[3].moments,
            table.columns[6].numbers_as_text,
            &table.begins
        ),
        (2, 1, &None)
    );
    assert_eq!(
        table.changes,
        [
            "column 2 (\" ratio\") is called ratio",
            "column 8 has no name; it is called column_8",
            "mixed: 1 number is stored as text, because the column holds other text too",
            "1 cell holds an error, stored as NULL: C2 #DIV/0!",
            "1 formula was saved without a value, stored as NULL: B4",
        ]
    );
}

#[test]
fn a_table_that_begins_elsewhere_and_times_of_day() {
    let rows = "<row r='3'><c r='B3' t='s'><v>0</v></c><c r='C3' t='s'><v>1</v></c></row>\
                <row r='4'><c r='B4' s='1'><v>45943.5</v></c><c r='C4'><v>1</v></c></row>\
                <row r='5'><c r='B5' s='1'><v>45944</v></c></row>";
    let made = made(&[("b.xlsm", &xlsx(&[("s", rows)], &["at", "n"]))]);
    assert_eq!(made.table().begins.as_deref(), Some("B3"));
    assert_eq!(made.columns(), [("at", "TEXT"), ("n", "INTEGER")]);
    assert_eq!(
        made.rows("b_s"),
        [
            ["'2025-10-13 12:00:00'", "1"],
            ["'2025-10-14 00:00:00'", "NULL"]
        ]
    );
}

#[test]
fn many_rows_of_a_sheet() {
    let mut rows = String::from("<row><c t='str'><v>n</v></c><c t='str'><v>t</v></c></row>");
    for i in 0..40_000 {
        rows += &format!("<row><c><v>{i}</v></c><c t='s'><v>{}</v></c></row>", i % 2);
    }
    rows += "<row><c><v>0.5</v></c></row>";
    let made = made(&[(
        "big.xlsx",
        &xlsx(&[("a", &rows), ("b", &rows)], &["x", "y"]),
    )]);
    for table in ["big_a", "big_b"] {
        let stored = made.rows(table);
        assert_eq!(
            (stored.len(), &stored[1][..], &stored[40_000][..]),
            (
                40_001,
                &["1.0".to_owned(), "'y'".into()][..],
                &["0.5".to_owned(), "NULL".into()][..]
            )
        );
    }
}

#[test]
fn ods() {
    let cell = |kind: &str, value: &str, text: &str| {
        format!(
            "<table:table-cell office:value-type='{kind}' office:{}><text:p>{text}</text:p></table:table-cell>",
            value
        )
    };
    let text = |t: &str| {
        format!(
            "<table:table-cell office:value-type='string'><text:p>{t}</text:p></table:table-cell>"
        )
    };
    let rows = format!(
        "<table:table-row>{}{}{}</table:table-row><table:table-row>{}{}{}</table:table-row>",
        text("n"),
        text("day"),
        text("for"),
        cell("float", "value='2.5'", "2,50"),
        cell("date", "date-value='2025-07-10'", "10.7."),
        cell("time", "time-value='PT01H30M00S'", "1:30"),
    );
    let namespaces = "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'";
    let content = format!(
        "<?xml version='1.0'?><office:document-content {namespaces}><office:body><office:spreadsheet><table:table table:name='Blatt 1'>{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let file = zip(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ]);
    let made = made(&[("o.ods", &file)]);
    assert_eq!(
        made.columns(),
        [("n", "REAL"), ("day", "TEXT"), ("for", "TEXT")]
    );
    assert_eq!(
        made.rows("o_Blatt_1"),
        [["2.5", "'2025-07-10'", "'01:30:00'"]]
    );
}

/// A binary record of an xlsb.
fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = match kind {
        0..0x80 => vec![kind as u8],
        _ => vec![kind as u8, (kind >> 8) as u8],
    };
    let mut rest = body.len();
    while rest >= 0x80 {
        bytes.push((rest & 0x7F) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    [&bytes, body].concat()
}

/// A string of an xlsb: its length in UTF-16 units, then those.
fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&((units.len() / 2) as u32).to_le_bytes()[..], &units].concat()
}

#[test]
fn xlsb() {
    let cell = |column: u32, value: &[u8]| [&column.to_le_bytes()[..], &[0; 4], value].concat();
    let row = |n: u32| record(0, &[&n.to_le_bytes()[..], &[0; 21]].concat());
    let sheet = [
        record(0x0181, &[]),
        record(0x0194, &[0; 16]),
        record(0x0191, &[]),
        row(0),
        record(6, &cell(0, &wide("a"))),
        record(6, &cell(1, &wide("b"))),
        row(1),
        record(5, &cell(0, &1.5f64.to_le_bytes())),
        record(6, &cell(1, &wide("00601"))),
        row(2),
        record(5, &cell(0, &2f64.to_le_bytes())),
        record(3, &cell(1, &[0x07])),
        record(0x0192, &[]),
        record(0x0182, &[]),
    ]
    .concat();
    let bundle = [&[0; 4][..], &1u32.to_le_bytes(), &wide("rId1"), &wide("S")].concat();
    let book = [
        record(0x0183, &[]),
        record(0x018F, &[]),
        record(0x019C, &bundle),
        record(0x0190, &[]),
        record(0x0184, &[]),
    ]
    .concat();
    let relations = format!(
        "<Relationships xmlns='{PACKAGE}'><Relationship Id='rId1' Type='{OFFICE}/worksheet' Target='worksheets/sheet1.bin'/></Relationships>"
    );
    let file = zip(&[
        ("xl/workbook.bin", &book),
        ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.bin", &sheet),
    ]);
    let made = made(&[("x.xlsb", &file)]);
    assert_eq!(made.columns(), [("a", "REAL"), ("b", "TEXT")]);
    assert_eq!(made.rows("x_S"), [["1.5", "'00601'"], ["2.0", "NULL"]]);
}

#[test]
fn what_is_no_workbook() {
    let good = xlsx(&[("s", "<row r='1'><c r='A1'><v>1</v></c></row>")], &[]);
    let made = made(&[
        ("cut.xlsx", &good[..good.len() / 2]),
        ("dark.xlsx", &zip(&[("xl/workbook.xml", b"<workbook")])),
        ("html.xls", b"<html><table></table></html>"),
        ("locked.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on"),
        ("~$open.xlsx", b"x"),
        ("good.xlsx", &good),
    ]);
    let files: Vec<_> = made.reasons().into_iter().map(|(file, _)| file).collect();
    assert_eq!(files, ["cut.xlsx", "dark.xlsx", "html.xls", "locked.xlsx"]);
    assert_eq!(made.rows("good_s"), [["1"]]);
}

#[test]
fn a_workbook_that_unpacks_to_too_much() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("bomb.xlsx");
    fs::write(
        &path,
        zip(&[("xl/sharedStrings.xml", &vec![b' '; 3 << 20])]),
    )
    .expect("a file");
    let limits = Limits {
        workbook_bytes: 1 << 20,
        ..Limits::default()
    };
    let files = [RelFile {
        relative: "bomb.xlsx".into(),
        path,
    }];
    let cancel = Cancel::default();
    let converted =
        convert(&files, &dir.path().join("db"), &limits, &cancel, &|_| {}).expect("a report");
    assert_eq!(
        converted.skipped[0].reason,
        "more than 1 MB of it would have to be in memory"
    );
}

/// `tests/data/small.xls` was written by xlwt: four columns, two rows, and an empty second sheet.
#[test]
fn xls() {
    let made = made(&[(
        "old.xls",
        include_bytes!("../../../../tests/data/small.xls"),
    )]);
    assert_eq!(
        made.reasons(),
        [("old.xls, sheet empty", "the sheet is empty")]
    );
    assert_eq!(
        columns(&made, 0),
        [
            ("id", "INTEGER"),
            ("name", "TEXT"),
            ("price", "REAL"),
            ("day", "TEXT")
        ]
    );
    assert_eq!(
        made.rows("old_Sheet_1"),
        [
            ["1", "'Köln'", "1.5", "'2025-07-10'"],
            ["2", "'00601'", "NULL", "'2025-07-11'"]
        ]
    );
}
