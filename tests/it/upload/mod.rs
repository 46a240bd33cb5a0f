//! Uploads from end to end: archives, tables and scripts of real projects through the program itself.

mod archives;
mod cancel;
mod database;
mod full_disk;
mod memory;
pub mod project;
mod seeds;

use std::io::Write;
use std::path::PathBuf;

use serde_json::Value;
use zip::write::SimpleFileOptions;

use crate::fixture::{Fixture, Outcome};

/// A fixture whose disk may be filled to the end.
fn new() -> Fixture {
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    fixture
}

/// A ZIP archive of `entries`.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let mode = if name.ends_with(".sh") { 0o755 } else { 0o644 };
        let options = SimpleFileOptions::default().unix_permissions(mode);
        out.start_file(*name, options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A workbook; each sheet has a name and rows of text cells.
pub fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let (mut list, mut relations, mut kinds, mut parts) =
        (String::new(), String::new(), String::new(), Vec::new());
    for (i, (name, rows)) in sheets.iter().enumerate() {
        let n = i + 1;
        list += &format!("<sheet name='{name}' sheetId='{n}' r:id='s{n}'/>");
        relations += &format!(
            "<Relationship Id='s{n}' Type='{OFFICE}/worksheet' Target='worksheets/sheet{n}.xml'/>"
        );
        kinds += &format!(
            "<Override PartName='/xl/worksheets/sheet{n}.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml'/>"
        );
        let mut cells = String::new();
        for (r, row) in rows.iter().enumerate() {
            cells += &format!("<row r='{}'>", r + 1);
            for (c, cell) in row.iter().enumerate() {
                let at = format!("{}{}", char::from(b'A' + c as u8), r + 1);
                cells += &match cell.parse::<f64>() {
                    Ok(number) => format!("<c r='{at}'><v>{number}</v></c>"),
                    Err(_) => format!("<c r='{at}' t='inlineStr'><is><t>{cell}</t></is></c>"),
                };
            }
            cells += "</row>";
        }
        parts.push((
            format!("xl/worksheets/sheet{n}.xml"),
            format!("<worksheet xmlns='{MAIN}'><sheetData>{cells}</sheetData></worksheet>"),
        ));
    }
    parts.extend([
        (
            "[Content_Types].xml".into(),
            format!("<Types xmlns='{PACKAGE}/content-types'><Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/><Override PartName='/xl/workbook.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/>{kinds}</Types>"),
        ),
        (
            "_rels/.rels".into(),
            format!("<Relationships xmlns='{PACKAGE}/relationships'><Relationship Id='r' Type='{OFFICE}/officeDocument' Target='xl/workbook.xml'/></Relationships>"),
        ),
        (
            "xl/workbook.xml".into(),
            format!("<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><sheets>{list}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels".into(),
            format!("<Relationships xmlns='{PACKAGE}/relationships'>{relations}</Relationships>"),
        ),
    ]);
    let parts: Vec<_> = parts
        .iter()
        .map(|(n, text)| (&**n, text.as_bytes()))
        .collect();
    zip(&parts)
}

/// The session that `upload --json` made, and its answer.
#[track_caller]
fn uploaded(fixture: &Fixture, sources: &[&PathBuf]) -> (PathBuf, Value) {
    let outcome = run(fixture, sources);
    let answer: Value = serde_json::from_str(&outcome.ok()).unwrap();
    (answer["temp_dir"].as_str().unwrap().into(), answer)
}

fn run(fixture: &Fixture, sources: &[&PathBuf]) -> Outcome {
    Outcome::of(fixture.program().args(["upload", "--json"]).args(sources))
}

/// Nothing was made, and nothing is left.
#[track_caller]
fn refused(fixture: &Fixture, outcome: &Outcome, words: &str) {
    assert!(outcome.is_refused(), "{outcome:?}");
    assert!(outcome.stderr.contains(words), "{outcome:?}");
    nothing_left(fixture);
}

#[track_caller]
fn nothing_left(fixture: &Fixture) {
    assert_eq!(fixture.sessions(), [""; 0]);
    let staging = fixture.base().join(".eyproject/staging");
    let left = std::fs::read_dir(staging).map_or(0, Iterator::count);
    assert_eq!(left, 0, "entries in staging");
}

/// Whether some entry of `skipped` or `notes` is about `file` and says `words`.
#[track_caller]
fn said(answer: &Value, file: &str, words: &str) {
    let list = |field: &str| answer[field].as_array().unwrap().iter();
    let all: Vec<_> = list("skipped").chain(list("notes")).collect();
    let says = |s: &&Value| {
        s["file"].as_str().unwrap().contains(file) && s["reason"].as_str().unwrap().contains(words)
    };
    assert!(all.iter().any(says), "{file}: {words}: {all:#?}");
}

/// What `sql` gives in the session's database, opened as any program would.
fn query(session: &std::path::Path, sql: &str) -> i64 {
    let db = rusqlite::Connection::open(session.join("project_data.db")).unwrap();
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}
