//! Whole conversions: files go in, tables and the report come out.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

use super::*;

/// A directory with data files, and what became of them.
struct Made {
    dir: TempDir,
    converted: Converted,
}

fn convert_in(dir: TempDir, files: &[&str]) -> Made {
    let files: Vec<RelFile> = files
        .iter()
        .map(|name| RelFile {
            relative: (*name).to_owned(),
            path: dir.path().join(name),
        })
        .collect();
    let database = dir.path().join(DATABASE);
    let converted = convert(
        &files,
        &database,
        &Limits::default(),
        &Cancel::default(),
        &|_| {},
    )
    .expect("it converts");
    for beside in ["-wal", "-shm", "-journal"] {
        assert!(!dir.path().join(format!("{DATABASE}{beside}")).exists());
    }
    Made { dir, converted }
}

/// Converts files of these names and contents.
fn made(files: &[(&str, &[u8])]) -> Made {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    convert_in(dir, &names)
}

fn csv(text: &str) -> Made {
    made(&[("data.csv", text.as_bytes())])
}

impl Made {
    fn db(&self) -> Connection {
        Connection::open(self.dir.path().join(DATABASE)).expect("a database")
    }

    fn table(&self) -> &TableReport {
        assert_eq!(self.converted.skipped, []);
        assert_eq!(self.converted.tables.len(), 1);
        &self.converted.tables[0]
    }

    /// Names and types of the one table.
    fn columns(&self) -> Vec<(&str, &str)> {
        self.table()
            .columns
            .iter()
            .map(|c| (&*c.name, c.sql_type.as_str()))
            .collect()
    }

    /// All rows of `table`, with SQL literals for values.
    fn rows(&self, table: &str) -> Vec<Vec<String>> {
        rows(&self.db(), table)
    }

    fn reasons(&self) -> Vec<(&str, &str)> {
        self.converted
            .skipped
            .iter()
            .map(|s| (&*s.file, &*s.reason))
            .collect()
    }
}

fn rows(db: &Connection, table: &str) -> Vec<Vec<String>> {
    let mut statement = db
        .prepare(&format!(
            "SELECT * FROM {} ORDER BY rowid",
            names::quoted(table)
        ))
        .expect("a table");
    let width = statement.column_count();
    let rows = statement.query_map([], |row| {
        (0..width).map(|i| row.get(i).map(literal)).collect()
    });
    rows.and_then(Iterator::collect).expect("rows")
}

fn literal(value: Value) -> String {
    match value {
        Value::Null => "NULL".into(),
        Value::Integer(n) => n.to_string(),
        Value::Real(x) => format!("{x:?}"),
        Value::Text(text) => format!("'{text}'"),
        Value::Blob(_) => "a blob".into(),
    }
}

#[test]
fn case_28_types_of_columns() {
    let made = csv("id,plz,phone,big,exp,nan,us,price,long,note\n\
                    1,00601,+4412,9223372036854775808,1e5,NaN,1_000,1.10,1.0000000000000001,\n\
                    2,10115,5,2,7,1.5,3,2,0.5,x\n");
    let types: Vec<_> = made.columns().into_iter().map(|(_, t)| t).collect();
    assert_eq!(
        types,
        [
            "INTEGER", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "REAL", "TEXT", "TEXT"
        ]
    );
    assert_eq!(
        made.rows("data"),
        [
            [
                "1",
                "'00601'",
                "'+4412'",
                "'9223372036854775808'",
                "'1e5'",
                "'NaN'",
                "'1_000'",
                "1.1",
                "'1.0000000000000001'",
                "NULL"
            ],
            [
                "2", "'10115'", "'5'", "'2'", "'7'", "'1.5'", "'3'", "2.0", "'0.5'", "'x'"
            ],
        ]
    );
    assert_eq!(
        made.table().changes,
        ["price: 1 number is written differently now, \"1.10\" in line 2 for instance"]
    );
    assert_eq!(
        (
            made.table().columns[7].respelled,
            made.table().columns[7].whole
        ),
        (1, 1)
    );
}

#[test]
fn case_28_a_type_that_shows_late() {
    // Beyond the rows that are looked at first: every kind of widening, one of them a new column.
    for (late, types, last) in [
        (
            "1,x,1",
            ["INTEGER", "TEXT", "INTEGER"],
            vec!["1", "'x'", "1"],
        ),
        (
            "1.5,1,00",
            ["REAL", "INTEGER", "TEXT"],
            vec!["1.5", "1", "'00'"],
        ),
        ("1,1,1", ["INTEGER"; 3], vec!["1", "1", "1"]),
        (",,", ["INTEGER"; 3], vec!["NULL", "NULL", "NULL"]),
        (
            "1,2,3,4,",
            ["INTEGER"; 3],
            vec!["1", "2", "3", "'[\"4\",null]'"],
        ),
    ] {
        let mut text = String::from("a,b,c\n");
        let rows = 60_000;
        for i in 0..rows {
            text += &format!("{i},{},{}\n", i * 7, i % 3);
        }
        let made = csv(&(text + late + "\n"));
        assert_eq!(
            made.columns()
                .into_iter()
                .map(|(_, t)| t)
                .collect::<Vec<_>>(),
            types,
            "{late}"
        );
        assert_eq!(made.table().rows, rows + 1);
        let stored = made.rows("data");
        assert_eq!(stored.len() as u64, rows + 1, "{late}");
        assert_eq!(
            stored.last(),
            Some(&last.iter().map(|s| s.to_string()).collect()),
            "{late}"
        );
        let check: String = made
            .db()
            .query_row("PRAGMA integrity_check", [], |r| r.get(0))
            .expect("a check");
        assert_eq!(check, "ok");
    }
}

#[test]
fn case_29_encodings_and_line_ends() {
    let text = "größe;ort\r\n1;Köln\r\n2;\"a\r\nb\"\r\n";
    let utf16: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let bom = format!("\u{feff}{text}");
    for (bytes, encoding) in [
        (bom.as_bytes(), "UTF-8"),
        (text.as_bytes(), "UTF-8"),
        (&utf16[..], "UTF-16LE"),
        (&windows, "windows-1252"),
    ] {
        let made = made(&[("data.csv", bytes)]);
        assert_eq!(
            made.columns(),
            [("größe", "INTEGER"), ("ort", "TEXT")],
            "{encoding}"
        );
        assert_eq!(made.rows("data"), [["1", "'Köln'"], ["2", "'a\r\nb'"]]);
        let expected = Format::Delimited {
            dialect: Dialect {
                delimiter: b';',
                quote: b'"',
            },
            encoding,
        };
        assert_eq!(made.table().format, expected);
        assert_eq!(made.table().changes.is_empty(), encoding == "UTF-8");
    }
    assert_eq!(
        csv("a,b\r1,x\r2,y\r").rows("data"),
        [["1", "'x'"], ["2", "'y'"]]
    );
    assert_eq!(csv("a,b\n1,x\0y\n").rows("data"), [["1", "'x\0y'"]]);
}

#[test]
fn case_30_ragged_rows() {
    let made = csv("a,b\n1\n2,x,\"y,z\",\n\n3,w\n");
    assert_eq!(
        made.rows("data"),
        [
            ["1", "NULL", "NULL"],
            ["2", "'x'", "'[\"y,z\",null]'"],
            ["3", "'w'", "NULL"]
        ]
    );
    let table = made.table();
    assert_eq!(table.extra.as_deref(), Some("_extra"));
    assert_eq!(
        (table.short.count, &table.short.first[..]),
        (1, &["2".to_owned()][..])
    );
    assert_eq!(
        (table.long.count, &table.long.first[..]),
        (1, &["3".to_owned()][..])
    );
    assert_eq!(
        table.changes,
        [
            "1 row has fewer fields than columns, the rest is NULL: line 2",
            "1 row has more fields than columns, the rest is in _extra: line 3",
            "1 blank line was left out: 4",
        ]
    );
    assert_eq!(
        csv("_extra,b\n1,2,3\n").table().extra.as_deref(),
        Some("_extra_2")
    );
}

#[test]
fn case_30_headers() {
    let made = csv(" a ,A,,rowid,select,\"x\"\"y\",x]\n1,2,3,4,5,6,7\n");
    let names: Vec<_> = made.columns().into_iter().map(|(n, _)| n).collect();
    assert_eq!(
        names,
        ["a", "A_2", "column_3", "rowid", "select", "x\"y", "x]"]
    );
    assert_eq!(made.rows("data"), [["1", "2", "3", "4", "5", "6", "7"]]);
    assert_eq!(
        made.table().changes,
        [
            "column 1 (\" a \") is called a",
            "column 2 (\"A\") is called A_2",
            "column 3 has no name; it is called column_3"
        ]
    );
    let wide = |n: usize| vec!["c"; n].join(",") + "\n" + &vec!["1"; n].join(",") + "\n";
    let refused = csv(&wide(2001));
    assert_eq!(
        refused.reasons(),
        [(
            "data.csv",
            "it has 2001 columns, and a table holds at most 2000"
        )]
    );
    assert!(
        !refused.dir.path().join(DATABASE).exists(),
        "no empty database stays"
    );
    assert_eq!(csv(&wide(2000)).table().columns.len(), 2000);
    assert_eq!(
        csv(&(wide(2000).trim_end().to_owned() + ",2\n"))
            .reasons()
            .len(),
        1
    );
}

#[test]
fn case_31_empty_header_only_no_header() {
    for empty in ["", "\n\n", "\u{feff}"] {
        assert_eq!(csv(empty).reasons(), [("data.csv", "it is empty")]);
    }
    let header = csv("a,b\n");
    assert_eq!(
        (header.table().rows, header.columns()),
        (0, vec![("a", "TEXT"), ("b", "TEXT")])
    );
    let none = csv("1,2.5,\n3,4,x\n");
    assert!(!none.table().header);
    assert_eq!(
        none.columns(),
        [
            ("column_1", "INTEGER"),
            ("column_2", "REAL"),
            ("column_3", "TEXT")
        ]
    );
    assert_eq!(none.rows("data").len(), 2);
}

#[test]
fn case_31_names_that_clash() {
    let made = made(&[
        ("old/a.csv", b"x\n1\n"),
        ("a.tsv", b"x\ty\n1\t2\n"),
        ("a.csv", b"x,y\n3,4\n"),
        ("A b.csv", b"x\n5\n"),
        ("a-b.csv", b"x\n6\n"),
        ("sqlite_sequence.csv", b"x\n7\n"),
        ("notes.txt", b"Dear all,\nthis is, after all, a letter.\n"),
        ("list.txt", b"a\tb\n1\t2\n"),
        ("script.py", b"a,b\n"),
    ]);
    let tables: Vec<_> = made
        .converted
        .tables
        .iter()
        .map(|t| (&*t.source, &*t.name))
        .collect();
    assert_eq!(
        tables,
        [
            ("A b.csv", "A_b"),
            ("a-b.csv", "a_b_2"),
            ("a.csv", "a"),
            ("a.tsv", "a_2"),
            ("list.txt", "list"),
            ("sqlite_sequence.csv", "_sqlite_sequence"),
            ("old/a.csv", "a_3"),
        ]
    );
    assert_eq!(made.reasons(), []);
    assert_eq!(made.rows("a_2"), [["1", "2"]]);
    assert_eq!(
        made.converted.tables[3].changes,
        ["the table is called a_2, because a was taken"]
    );
}

#[test]
fn a_file_that_fails_leaves_nothing_and_the_rest_is_there() {
    let mut long = String::from("a,b\n");
    for i in 0..50_000 {
        long += &format!("{i},x\n");
    }
    long += "1,\"open\n2,3\n";
    let made = made(&[
        ("bad.csv", long.as_bytes()),
        ("good.csv", b"x\n1\n"),
        ("later.csv", b"x,\"y\n"),
    ]);
    assert_eq!(
        made.reasons(),
        [
            (
                "bad.csv",
                "line 50002, column 2: the quote that opens here is never closed"
            ),
            (
                "later.csv",
                "line 1, column 2: the quote that opens here is never closed"
            ),
        ]
    );
    let tables: Vec<_> = made.converted.tables.iter().map(|t| &*t.name).collect();
    assert_eq!(tables, ["good"]);
    let count: i64 = made
        .db()
        .query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))
        .expect("a count");
    assert_eq!(count, 1);
}

#[test]
fn a_row_without_end_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("data.csv");
    fs::write(&path, format!("a,b\n1,\"{}", "x".repeat(3 << 20))).expect("a file");
    let files = [RelFile {
        relative: "data.csv".into(),
        path,
    }];
    let limits = Limits {
        record_bytes: 1 << 20,
        ..Limits::default()
    };
    let database = dir.path().join(DATABASE);
    let converted =
        convert(&files, &database, &limits, &Cancel::default(), &|_| {}).expect("a report");
    assert_eq!(
        converted.skipped[0].reason,
        "line 2, column 1: the row that begins here is longer than 1 MB"
    );
}

#[test]
fn cancelled_at_once_and_on_the_way() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("data.csv");
    fs::write(&path, "a,b\n".to_owned() + &"12,x\n".repeat(400_000)).expect("a file");
    let files = [RelFile {
        relative: "data.csv".into(),
        path,
    }];
    for rows in [0, 5_000] {
        let cancel = Cancel::default();
        let on = |step: Step<'_>| {
            if step.rows >= rows {
                cancel.cancel();
            }
        };
        let error = convert(
            &files,
            &dir.path().join(DATABASE),
            &Limits::default(),
            &cancel,
            &on,
        )
        .expect_err("cancelled");
        assert_eq!(*error.kind(), crate::session::ErrorKind::Cancelled);
    }
}

#[test]
fn json_rows() {
    let made = made(&[(
        "data.json",
        br#"[{"id": 1, "name": "x", "zip": "00601", "ok": true, "tags": ["a", {"b": 1}]},
            {"id": 2.50, "name": null, "extra": 12345678901234567890, "id2": "5"}, {"name": "\u00e4\n", "name": "last"}]"#,
    )]);
    assert_eq!(
        made.columns(),
        [
            ("id", "REAL"),
            ("name", "TEXT"),
            ("zip", "TEXT"),
            ("ok", "TEXT"),
            ("tags", "TEXT"),
            ("extra", "TEXT"),
            ("id2", "TEXT")
        ]
    );
    assert_eq!(
        made.rows("data"),
        [
            [
                "1.0",
                "'x'",
                "'00601'",
                "'true'",
                "'[\"a\", {\"b\": 1}]'",
                "NULL",
                "NULL"
            ],
            [
                "2.5",
                "NULL",
                "NULL",
                "NULL",
                "NULL",
                "'12345678901234567890'",
                "'5'"
            ],
            ["NULL", "'last'", "NULL", "NULL", "NULL", "NULL", "NULL"],
        ]
    );
    assert_eq!(
        made.table().changes,
        [
            "id: 1 number is written differently now, \"2.50\" in line 2 for instance",
            "1 row holds arrays or objects, stored as JSON text: 1",
            "1 object names a key more than once; the last value was kept: 2",
        ]
    );
}

#[test]
fn json_that_is_no_table_and_lines() {
    let made = made(&[
        ("bad.json", b"[{\"a\": 1},\n {\"a\": tru}]"),
        ("config.json", b"{\"a\": 1}"),
        ("empty.json", b"[]"),
        ("lines.ndjson", b"{\"a\": 1}\n{\"a\": 2, \"b\": \"\"}\n"),
        ("lines_too.json", b"{\"a\": 1}\n{\"a\": 2}\n"),
        ("list.json", b"[1, 2]"),
        ("one.jsonl", b"{\"a\": 1}\n"),
    ]);
    assert_eq!(
        made.reasons(),
        [
            (
                "bad.json",
                "line 2, column 10: it is not valid JSON here: expected ident"
            ),
            ("config.json", "it is one object, not an array of objects"),
            ("empty.json", "it has no rows"),
            (
                "list.json",
                "line 1, column 2: it is neither an array of objects nor one object per line"
            ),
        ]
    );
    assert_eq!(made.rows("lines"), [["1", "NULL"], ["2", "''"]]);
    assert_eq!(made.rows("one"), [["1"]]);
}

/// Reads records character by character, in the plainest way.
fn naive(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        let row = rows.last_mut().expect("a row");
        let field = row.last_mut().expect("a field");
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                field.push(chars.next().expect("a quote"))
            }
            '"' if quoted => quoted = false,
            _ if quoted => field.push(c),
            '"' if field.is_empty() => quoted = true,
            ',' => row.push(String::new()),
            '\n' => rows.push(vec![String::new()]),
            _ => field.push(c),
        }
    }
    rows.retain(|row| row.len() > 1 || !row[0].is_empty());
    rows
}

prop_compose! {
    /// One field as a CSV writer writes it.
    fn field()(text in prop_oneof![
        "[0-9]{1,3}", "-?[0-9]{1,20}", r"[0-9]{0,3}\.[0-9]{0,17}", "0[0-9]{1,4}", "[a-zäß\0 ]{0,6}", "[a,\"\n]{1,5}", Just(String::new()),
    ]) -> String {
        match text.contains([',', '"', '\n']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Case 32: every row of the file is in the table, and every value is what it was.
    #[test]
    fn case_32_rows_in_are_rows_stored(
        body in prop::collection::vec(prop::collection::vec(field(), 2..6), 0..30), crlf in any::<bool>()
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let text: String = body.iter().map(|row| row.join(",") + end).collect();
        let expected = naive(&text.replace("\r\n", "\n"));
        let made = csv(&("a,b,c".to_owned() + end + &text));
        prop_assert_eq!(made.table().rows, expected.len() as u64);
        let stored = made.rows("data");
        prop_assert_eq!(stored.len(), expected.len());
        let table = made.table();
        for (stored, expected) in stored.iter().zip(&expected) {
            for (i, column) in table.columns.iter().enumerate() {
                same(&stored[i], expected.get(i).map_or("", String::as_str), column)?;
            }
            if expected.len() > 3 {
                let extra: Vec<Option<String>> = serde_json::from_str(stored[3].trim_matches('\'')).expect("JSON");
                let fields: Vec<String> = extra.into_iter().map(Option::unwrap_or_default).collect();
                prop_assert_eq!(&fields[..], &expected[3..]);
            }
        }
        prop_assert_eq!(table.long.count, expected.iter().filter(|r| r.len() > 3).count() as u64);
        prop_assert_eq!(table.short.count, expected.iter().filter(|r| r.len() < 3).count() as u64);
    }
}

/// Whether `stored`, an SQL literal, is what the file says, as far as its column promises.
fn same(stored: &str, text: &str, column: &Column) -> Result<(), TestCaseError> {
    match (text, column.sql_type) {
        ("", _) => prop_assert_eq!(stored, "NULL"),
        (_, SqlType::Text) => prop_assert_eq!(stored, format!("'{text}'")),
        (_, SqlType::Integer) => prop_assert_eq!(stored, text.trim()),
        (_, SqlType::Real) => {
            prop_assert_eq!(stored.parse::<f64>().ok(), text.trim().parse::<f64>().ok());
            if column.respelled == 0 && text.contains('.') {
                prop_assert_eq!(stored, text);
            }
        }
    }
    Ok(())
}

#[test]
fn a_database_that_is_there_keeps_its_tables() {
    let dir = tempfile::tempdir().expect("a directory");
    let db = Connection::open(dir.path().join(DATABASE)).expect("a database");
    db.execute_batch(
        "CREATE TABLE Data(x); INSERT INTO Data VALUES (7); CREATE VIEW v AS SELECT 1",
    )
    .expect("tables");
    drop(db);
    fs::write(dir.path().join("data.csv"), "a\n1\n").expect("a file");
    fs::write(dir.path().join("v.csv"), "a\n1\n").expect("a file");
    let made = convert_in(dir, &["data.csv", "v.csv"]);
    let names: Vec<_> = made.converted.tables.iter().map(|t| &*t.name).collect();
    assert_eq!(names, ["data_2", "v_2"]);
    assert_eq!(made.rows("Data"), [["7"]]);
    assert_eq!(made.rows("data_2"), [["1"]]);
}

/// Whether there is a file `name` in `dir`.
fn there(dir: &Path, name: &str) -> bool {
    dir.join(name).exists()
}

#[test]
fn case_33_an_uploaded_database_with_its_log() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join(DATABASE);
    let source = dir.path().join("source.db");
    let db = Connection::open(&source).expect("a database");
    db.execute_batch(
        "PRAGMA journal_mode=WAL; CREATE TABLE t(a INTEGER, b); INSERT INTO t VALUES (1, 'x')",
    )
    .expect("rows");
    fs::copy(&source, &path).expect("a copy");
    fs::copy(
        dir.path().join("source.db-wal"),
        dir.path().join("project_data.db-wal"),
    )
    .expect("a copy");
    fs::write(dir.path().join("project_data.db-shm"), b"nonsense").expect("a file");
    fs::write(dir.path().join("project_data.db-journal"), b"nonsense").expect("a file");
    let accepted = accept_database(&path, &Cancel::default()).expect("an answer");
    let columns = vec![
        ("a".to_owned(), "INTEGER".to_owned()),
        ("b".to_owned(), String::new()),
    ];
    assert_eq!(
        accepted,
        Accepted::Taken {
            tables: vec![Brought { name: "t".into(), columns, rows: 1 }],
            changes: vec!["the journal beside the database was not applied, and is kept as project_data.db-journal.uploaded".into()],
        }
    );
    assert!(
        ![
            "project_data.db-wal",
            "project_data.db-shm",
            "project_data.db-journal"
        ]
        .iter()
        .any(|n| there(dir.path(), n))
    );
    assert_eq!(
        rows(&Connection::open(&path).expect("a database"), "t"),
        [["1", "'x'"]]
    );
}

#[test]
fn case_33_a_damaged_database_stays_a_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join(DATABASE);
    let db = Connection::open(&path).expect("a database");
    db.execute_batch("CREATE TABLE t(a)").expect("a table");
    let mut insert = db.prepare("INSERT INTO t VALUES (?)").expect("a statement");
    for i in 0..2000 {
        insert.execute([format!("{i:0200}")]).expect("a row");
    }
    drop(insert);
    drop(db);
    let mut bytes = fs::read(&path).expect("bytes");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 5000].fill(0xAB);
    for content in [
        &bytes[..],
        b"this is no database",
        b"SQLite format 3\0 and nothing more",
    ] {
        fs::write(&path, content).expect("a file");
        let Accepted::Refused { reason, kept_as } =
            accept_database(&path, &Cancel::default()).expect("an answer")
        else {
            panic!("it was taken");
        };
        assert!(!reason.is_empty());
        assert!(!there(dir.path(), DATABASE));
        assert_eq!(
            fs::read(dir.path().join(&kept_as[0])).expect("the file"),
            content
        );
    }
    assert!(there(dir.path(), "project_data.db.uploaded_3"));
}

#[test]
fn case_33_a_hostile_schema_does_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join(DATABASE);
    let db = Connection::open(&path).expect("a database");
    db.execute_batch(
        "CREATE TABLE t(a); CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO t VALUES ('twice'); END;
         CREATE VIEW w AS SELECT load_extension('evil') AS x; INSERT INTO t VALUES (1);",
    )
    .expect("a schema");
    drop(db);
    assert!(matches!(
        accept_database(&path, &Cancel::default()).expect("an answer"),
        Accepted::Taken { .. }
    ));
    fs::write(dir.path().join("t.csv"), "a\n1\n").expect("a file");
    let made = convert_in(dir, &["t.csv"]);
    assert_eq!(made.rows("t_2"), [["1"]]);
}

#[test]
fn the_summary_shows_names_as_they_are() {
    let mut made = made(&[
        ("a|b.csv", b"x|y,`z`,\"new\nline\"\n1,2,3\n"),
        ("bad.csv", b""),
    ]);
    made.converted.brought.push(Brought {
        name: "old".into(),
        columns: vec![("c".into(), "BLOB".into())],
        rows: 1,
    });
    let text = summary(&made.converted);
    for line in [
        "| `a_b` | 1 | 3 | `a\\|b.csv` |",
        "| `old` | 1 | 1 | the uploaded database |",
        "| `x\\|y` | INTEGER |  |",
        "| `` `z` `` | INTEGER |  |",
        "| `new line` | INTEGER |  |",
        "SELECT * FROM \"a_b\" LIMIT 10;",
        "- `bad.csv`: it is empty",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} in\n{text}");
    }
}
