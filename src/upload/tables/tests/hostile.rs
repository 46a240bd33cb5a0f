//! Small workbooks that are made to take all memory, all of the disk or all time stay files; usual ones that
//! look like them become tables.

use std::fs;

use super::super::{Limits, RelFile, convert};
use super::made;
use super::workbook::{MAIN, OFFICE, PACKAGE, xlsx, zip};
use crate::session::Cancel;

const ONE: &str = "<row r='1'><c r='A1' t='s'><v>0</v></c></row>";

/// An xlsx whose sheets are all the same part, with this part of shared strings.
fn book(sheets: usize, rows: &str, strings: (&str, &str)) -> Vec<u8> {
    let list: String = (1..=sheets)
        .map(|i| format!("<sheet name='s{i}' sheetId='{i}' r:id='s'/>"))
        .collect();
    let parts = [
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns='{PACKAGE}'><Relationship Id='r' Type='{OFFICE}/officeDocument' Target='xl/workbook.xml'/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><sheets>{list}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns='{PACKAGE}'><Relationship Id='s' Type='{OFFICE}/worksheet' Target='worksheets/s.xml'/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/s.xml",
            format!("<worksheet xmlns='{MAIN}'><sheetData>{rows}</sheetData></worksheet>"),
        ),
        (strings.0, strings.1.to_owned()),
    ];
    let parts: Vec<_> = parts.iter().map(|(n, xml)| (*n, xml.as_bytes())).collect();
    zip(&parts)
}

/// An ods of this XML within its spreadsheet.
fn ods(sheets: &str) -> Vec<u8> {
    let namespaces = "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'";
    let content = format!(
        "<?xml version='1.0'?><office:document-content {namespaces}><office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    );
    sealed(content.as_bytes(), b"<manifest/>")
}

fn sealed(content: &[u8], manifest: &[u8]) -> Vec<u8> {
    zip(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", content),
    ])
}

fn table(rows: &str) -> String {
    format!("<table:table table:name='S'>{rows}</table:table>")
}

fn row(repeats: u32, cells: &str) -> String {
    format!("<table:table-row table:number-rows-repeated='{repeats}'>{cells}</table:table-row>")
}

/// A text, or nothing, so many times beside each other.
fn cell(repeats: u32, text: &str) -> String {
    let repeats = format!("table:number-columns-repeated='{repeats}'");
    match text {
        "" => format!("<table:table-cell {repeats}/>"),
        _ => format!(
            "<table:table-cell {repeats} office:value-type='string'><text:p>{text}</text:p></table:table-cell>"
        ),
    }
}

/// Why `file` stays a file, or nothing if it becomes tables.
fn refused(name: &str, file: &[u8]) -> Option<String> {
    within(name, file, &Limits::default())
}

fn within(name: &str, file: &[u8], limits: &Limits) -> Option<String> {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join(name);
    fs::write(&path, file).expect("a file");
    let files = [RelFile {
        relative: name.into(),
        path,
    }];
    let (db, cancel) = (dir.path().join("db"), Cancel::default());
    let mut converted = convert(&files, &db, limits, &cancel, &|_| {}).expect("a report");
    assert_eq!(
        converted.tables.is_empty(),
        !converted.skipped.is_empty(),
        "all or nothing: {:?}",
        converted.skipped
    );
    converted.skipped.pop().map(|skipped| skipped.reason)
}

#[test]
fn shared_strings_that_claim_to_be_more_than_they_can() {
    let part = |count: &str| format!("<sst xmlns='{MAIN}' {count}><si><t>x</t></si></sst>");
    let most = "4294967295";
    let prefixed =
        format!("<x:sst xmlns:x='{MAIN}' uniqueCount='{most}'><x:si><x:t>x</x:t></x:si></x:sst>");
    let usual = "xl/sharedStrings.xml";
    for (name, xml) in [
        (usual, part(&format!("uniqueCount=\"{most}\""))),
        (usual, part(&format!("count='1' uniqueCount = '000{most}'"))),
        (
            "XL\\sharedSTRINGS.xml",
            part(&format!("uniqueCount='{most}'")),
        ),
        (usual, prefixed),
        (
            usual,
            format!(
                "<!-- <sst uniqueCount='1'> -->{}",
                part("uniqueCount='9000000'")
            ),
        ),
    ] {
        let reason = refused("b.xlsx", &book(1, ONE, (name, &xml))).expect("a reason");
        assert!(
            reason.contains("shared strings, more than it can"),
            "{reason}"
        );
    }
    // Some programs count every use of a string.
    for count in ["", "uniqueCount='1'", "count='9' uniqueCount='3000'"] {
        let good = made(&[("g.xlsx", &book(1, ONE, (usual, &part(count))))]);
        assert_eq!(good.converted.tables.len(), 1, "{count}");
    }
}

#[test]
fn an_ods_whose_repeated_cells_take_all_memory() {
    let text = "x".repeat(60_000);
    let spaces = "<text:s text:c='2000000000'/>";
    let first = row(1, &cell(1, "x"));
    for rows in [
        row(20_000, &cell(1_900, "x")),
        // Blank rows and columns between two cells.
        first.clone() + &row(1_000_000, "") + &row(1, &(cell(99, "") + &cell(1, "x"))),
        // Blank cells with others behind them, though all are blank.
        row(1, &(cell(16_000, "") + &cell(1, ""))).repeat(1_000),
        row(1, &cell(16_000, &text)),
        row(16_000, &cell(1, &text)),
        row(1, &cell(1, spaces)),
        row(
            9_000,
            &(cell(1, "")
                + "<table:covered-table-cell table:number-columns-repeated='1900' office:value='1'/>"),
        ),
        row(
            9_000,
            "<table:table-cell table:formula='of:=A1' table:number-columns-repeated='1900'/>",
        ),
    ] {
        let reason = refused("b.ods", &ods(&table(&rows)));
        assert_eq!(
            reason.as_deref(),
            Some("more than 512 MB of it would have to be in memory"),
            "{}",
            &rows[..rows.len().min(300)]
        );
    }
    // Several sheets are in memory at the same time.
    let third = table(&row(3_000, &cell(1_900, "x")));
    assert!(refused("b.ods", &ods(&third.repeat(3))).is_some());
}

#[test]
fn an_ods_that_is_blank_to_the_end_of_the_sheet() {
    let rows = [
        row(1, &(cell(1, "a") + &cell(1, "b") + &cell(16_382, ""))),
        row(3, &(cell(2, "x &amp; y") + &cell(16_382, ""))),
        row(2, &cell(16_384, "")),
        row(1, &(cell(1, "") + &cell(1, "z") + &cell(16_382, ""))),
        row(1_048_569, &cell(16_384, "")),
    ];
    let styled = "<table:table-column table:number-columns-repeated='16384'/>";
    let made = made(&[("o.ods", &ods(&table(&(styled.to_owned() + &rows.concat()))))]);
    let (x, null) = ("'x & y'", "NULL");
    assert_eq!(
        made.rows("o_S"),
        [
            [x, x],
            [x, x],
            [x, x],
            [null, null],
            [null, null],
            [null, "'z'"]
        ]
    );
}

#[test]
fn an_ods_that_its_reader_would_not_end_with() {
    let open = row(1, &cell(1, "x"));
    let start = "<table:table table:name='S'>";
    let within = format!("<table:table-cell>{}</table:table-cell>", table(&open));
    for (sheets, why) in [
        (format!("{start}{open}"), "a sheet has no end"),
        (
            format!("{start}<table:table-row><table:table-cell>"),
            "a cell has no end",
        ),
        (table(&row(1, &within)), "its cells hold tables"),
        (
            table(&row(1, "<table:x/>")),
            "its rows hold something else than cells",
        ),
        (
            table("<table:table-row table:number-rows-repeated='many'/>"),
            "table:number-rows-repeated is \"many\"",
        ),
    ] {
        // Cut off behind it, because what follows would close it.
        let content = ods(&sheets);
        let whole = format!("<a>{sheets}");
        for file in [content, sealed(whole.as_bytes(), b"<manifest/>")] {
            let reason = refused("b.ods", &file).expect("a reason");
            assert_eq!(reason, format!("the workbook can't be read: {why}"));
        }
    }
    let manifest = b"<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let locked = sealed(
        b"<table:table table:name='S'>\x01\x02 < and so on",
        manifest,
    );
    assert_eq!(
        refused("b.ods", &locked).as_deref(),
        Some("the workbook can't be read: it is protected with a password")
    );
}

#[test]
fn a_cell_behind_the_end_of_a_sheet() {
    let cells = |rows: [u32; 2]| {
        let rows = rows.map(|row| format!("<row r='{row}'><c r='A{row}'><v>5</v></c></row>"));
        xlsx(&[("s", &rows.concat())], &[])
    };
    for row in [u32::MAX, 1_048_577] {
        assert_eq!(
            refused("f.xlsx", &cells([1, row])),
            Some(format!("line {row}, column 1: a sheet ends at row 1048576"))
        );
    }
    let made = made(&[("f.xlsx", &cells([1_048_575, 1_048_576]))]);
    assert_eq!(made.rows("f_s"), [["5"], ["5"]]);
}

#[test]
fn tables_that_are_much_more_than_their_workbook() {
    let limits = Limits {
        ratio_from: 1 << 20,
        ..Limits::default()
    };
    let string = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(30_000));
    let strings = ("xl/sharedStrings.xml", &*string);
    let used = |times: usize| {
        ONE.replace(" r='1'", "")
            .replace(" r='A1'", "")
            .repeat(times)
    };
    let beside = |times: usize| format!("<row>{}</row>", "<c t='s'><v>0</v></c>".repeat(times));
    let blank =
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='400000'><c r='A400000'><v>1</v></c></row>";
    let much = "its tables would be more than 200 times its size";
    for (sheets, rows) in [
        (1, used(60)),
        (1, beside(1_999)),
        (1, blank.to_owned()),
        // Each sheet alone would do.
        (8, used(10)),
    ] {
        let file = book(sheets, &rows, strings);
        assert!(file.len() < 5_000, "{}", file.len());
        assert_eq!(within("a.xlsx", &file, &limits).as_deref(), Some(much));
    }
    assert_eq!(
        within("a.xlsx", &book(2, &used(10), strings), &limits),
        None
    );
    assert_eq!(refused("a.xlsx", &book(8, &used(10), strings)), None);
}

#[test]
fn too_many_sheets() {
    let many = Some("it has more than 1000 sheets");
    let strings = ("xl/sharedStrings.xml", "<sst><si><t>x</t></si></sst>");
    assert_eq!(
        refused("m.xlsx", &book(1_001, ONE, strings)).as_deref(),
        many
    );
    let tables: String = (0..1_001)
        .map(|i| format!("<table:table table:name='{i}'/>"))
        .collect();
    assert_eq!(refused("m.ods", &ods(&tables)).as_deref(), many);
    assert_eq!(refused("m.xlsx", &book(20, ONE, strings)), None);
}
