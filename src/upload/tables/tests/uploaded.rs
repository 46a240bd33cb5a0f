//! Case 33: databases that were uploaded, whole, damaged and hostile.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::super::*;
use super::{convert_in, rows};

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
