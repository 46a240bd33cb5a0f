//! An uploaded `project_data.db`: taken if it is whole, and kept as a file if not.

use rusqlite::Connection;

use super::{new, query, said, uploaded};

#[test]
fn a_good_one_is_taken_and_clashing_names_are_reported() {
    let fixture = new();
    let path = fixture.outside("project_data.db", b"");
    let db = Connection::open(&path).unwrap();
    db.execute_batch("CREATE TABLE orders (a); INSERT INTO orders VALUES (1), (2)")
        .unwrap();
    db.close().unwrap();
    let csv = fixture.outside("orders.csv", b"a,b\n1,2\n");
    let (session, answer) = uploaded(&fixture, &[&path, &csv]);
    assert_eq!(query(&session, "SELECT count(*) FROM orders"), 2);
    assert_eq!(query(&session, "SELECT count(*) FROM orders_2"), 1);
    said(&answer, "orders.csv", "orders was taken");
    assert_eq!(answer["sql_conversion"]["total_tables"], 2);
}

#[test]
fn its_write_ahead_log_is_applied() {
    let fixture = new();
    let at_work = fixture.outside("work/project_data.db", b"");
    let db = Connection::open(&at_work).unwrap();
    db.execute_batch("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t (a); INSERT INTO t VALUES (7)").unwrap();
    let wal = at_work.with_file_name("project_data.db-wal");
    let bytes = |path| std::fs::read(path).unwrap();
    let main = fixture.outside("project_data.db", &bytes(&at_work));
    let wal = fixture.outside("project_data.db-wal", &bytes(&wal));
    let (session, _) = uploaded(&fixture, &[&main, &wal]);
    assert_eq!(query(&session, "SELECT a FROM t"), 7);
    assert!(!session.join("project_data.db-wal").exists());
}

#[test]
fn what_belongs_to_no_database_is_set_aside_and_the_summary_makes_room() {
    let fixture = new();
    // A journal that names another file to be deleted once it is played back.
    let mut journal = vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    journal.resize(1024, 1);
    let project = super::zip(&[
        ("a.csv", b"x,y\n1,2\n"),
        ("project_data.db-journal", &journal),
        ("project_data.db-wal", b"no log"),
        ("DATABASE_SUMMARY.md", b"mine"),
        ("DATABASE_SUMMARY (uploaded).md", b"mine too"),
    ]);
    let source = fixture.outside("project.zip", &project);
    let (session, answer) = uploaded(&fixture, &[&source]);
    said(
        &answer,
        "project_data.db-journal",
        "project_data.db-journal.uploaded",
    );
    said(&answer, "project_data.db-wal", "stored as");
    said(&answer, "DATABASE_SUMMARY.md", "(uploaded 2).md");
    let read = |name: &str| std::fs::read(session.join(name)).unwrap();
    assert_eq!(read("project_data.db-journal.uploaded"), journal);
    assert_eq!(read("DATABASE_SUMMARY (uploaded).md"), b"mine too");
    assert_eq!(read("DATABASE_SUMMARY (uploaded 2).md"), b"mine");
    assert_eq!(query(&session, "SELECT count(*) FROM a"), 1);
    assert!(!session.join("project_data.db-journal").exists());
}

#[test]
fn a_corrupt_one_stays_a_file() {
    let fixture = new();
    let mut bytes = b"SQLite format 3\0".to_vec();
    bytes.resize(8192, 0xEE);
    let path = fixture.outside("project_data.db", &bytes);
    let csv = fixture.outside("orders.csv", b"a,b\n1,2\n");
    let (session, answer) = uploaded(&fixture, &[&path, &csv]);
    said(&answer, "project_data.db", "kept as");
    assert_eq!(query(&session, "SELECT count(*) FROM orders"), 1);
    let kept = answer["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f.as_str().unwrap());
    let same = |name: &str| std::fs::read(session.join(name)).unwrap() == bytes;
    assert!(kept.into_iter().any(same), "{answer:#}");
}
