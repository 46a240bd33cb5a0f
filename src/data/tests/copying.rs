//! What goes to the clipboard, values of answers in full, and counting beside a view without end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::*;
use crate::session::ErrorKind;

/// 700 rows, of which each tenth holds a long text and a long blob.
const MIXED: &str = "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b); \
    WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700) INSERT INTO t \
    SELECT i, CASE WHEN i % 10 THEN 'a' || char(9) || i ELSE printf('%.*c', 3000, 'x') || i END, \
    CASE WHEN i % 10 THEN NULL ELSE zeroblob(600) END FROM n";

/// What rows of [`MIXED`] are as text, the long values in full.
fn expected(ids: impl Iterator<Item = u64>) -> String {
    let line = |i: u64| match i % 10 {
        0 => format!("{i}\t{}{i}\t{}\n", "x".repeat(3000), "00".repeat(600)),
        _ => format!("{i}\ta {i}\t\n"),
    };
    format!("id\ta\tb\n{}", ids.map(line).collect::<String>())
}

#[test]
fn rows_are_copied_in_full_whether_they_were_seen_or_not() {
    let (dir, database) = made(MIXED);
    let before = contents(dir.path());
    let stop = Stop::default();
    let mut view = view(&database, "t");
    for (descending, range) in [(None, 3..=650), (Some(true), 0..=20), (Some(false), 9..=9)] {
        let column = "id".to_owned();
        view.sort = descending.map(|descending| Sort { column, descending });
        let order = Arc::new(build(&database, &view, &stop, &mut |_| {}).unwrap());
        let copied = copy(
            &database,
            &Copy::Rows(view.clone(), order, range.clone()),
            &stop,
        )
        .unwrap();
        let n = range.end() - range.start() + 1;
        assert_eq!((copied.rows, copied.cut), (n, 0));
        let ids = range.map(|r| {
            if descending == Some(true) {
                700 - r
            } else {
                r + 1
            }
        });
        assert!(copied.text == expected(ids), "{descending:?}");
    }
    assert!(before == contents(dir.path()));
}

#[test]
fn the_rows_of_wide_tables_without_numbers_are_copied_too() {
    let columns: Vec<_> = (0..1_500).map(|i| format!("c{i}")).collect();
    let (_dir, database) = made(&format!(
        "CREATE TABLE w({}, PRIMARY KEY (c0)) WITHOUT ROWID; \
         INSERT INTO w(c0, c1499) VALUES ('k1', 'e1'), ('k2', 'e2'), ('k3', 'e3')",
        columns.join(", ")
    ));
    let stop = Stop::default();
    let view = view(&database, "w");
    let order = Arc::new(build(&database, &view, &stop, &mut |_| {}).unwrap());
    let copied = copy(&database, &Copy::Rows(view, order, 1..=7), &stop).unwrap();
    let tabs = "\t".repeat(1_499);
    let rows = format!("k2{tabs}e2\nk3{tabs}e3\n");
    assert_eq!(copied.text, format!("{}\n{rows}", columns.join("\t")));
    assert_eq!(copied.rows, 2, "there are no more, and that is told");
}

#[test]
fn what_a_clipboard_can_not_take_is_left_out_and_counted() {
    let (_dir, database) = made(
        "CREATE TABLE t(a, b); \
         WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) \
         INSERT INTO t SELECT i, printf('%.*c', 9000000, 'x') FROM n; \
         INSERT INTO t VALUES (zeroblob(17000000), 1)",
    );
    let stop = Stop::default();
    let view = view(&database, "t");
    let order = Arc::new(build(&database, &view, &stop, &mut |_| {}).unwrap());
    let rows = |range| {
        copy(
            &database,
            &Copy::Rows(view.clone(), Arc::clone(&order), range),
            &stop,
        )
    };
    let many = rows(0..=9).unwrap();
    assert_eq!(many.rows, 8, "72 MB and no more");
    let huge = rows(9..=9).unwrap();
    assert_eq!(
        (huge.rows, huge.cut, huge.text.as_str()),
        (1, 1, "a\tb\n\t1\n")
    );
    let spot = Spot::Table(view.clone(), "a".into(), Where::Id(10));
    let value = copy(&database, &Copy::Value(spot), &stop).unwrap();
    assert_eq!((value.cut, value.text.len()), (1, 2 * MOST_VALUE));
    stop.stop();
    assert_eq!(rows(0..=9).unwrap_err().kind(), &ErrorKind::Cancelled);
}

#[test]
fn long_values_of_an_answer_are_read_again_and_never_mixed_up() {
    let (_dir, database) = made(MIXED);
    let stop = Stop::default();
    let sql = "SELECT id, a, b FROM t ORDER BY id";
    let answer = |sql: &str| Arc::clone(&run(&database, sql, 1_000, &stop).unwrap().answers[0]);
    let known = answer(sql);
    let spot = |row, column| Spot::Answer(Arc::clone(&known), sql.into(), (row, column));
    let long = part(&database, &spot(9, 1), (2_999, 100), &stop).unwrap();
    assert_eq!(
        (long.blob, long.bytes, &long.part[..]),
        (false, 3_002, &b"x10"[..])
    );
    let blob = part(&database, &spot(19, 2), (0, 1_000), &stop).unwrap();
    assert_eq!((blob.blob, blob.bytes), (true, 600));
    assert!(
        part(&database, &spot(700, 1), (0, 1), &stop).is_err(),
        "no such row"
    );
    for range in [0..=699, 5..=8, 9..=9] {
        let what = Copy::Answer(Arc::clone(&known), sql.into(), range.clone());
        let copied = copy(&database, &what, &stop).unwrap();
        assert!(copied.text == expected(range.map(|r| r + 1)));
    }
    let value = copy(&database, &Copy::Value(spot(9, 1)), &stop).unwrap();
    assert_eq!((value.text.len(), value.cut), (3_002, 0));
    // Somebody changes the table: another value is not passed off as this one.
    let db = Connection::open(database.path()).unwrap();
    db.execute_batch(
        "UPDATE t SET a = printf('%.*c', 3001, 'y') WHERE id = 10; DELETE FROM t WHERE id > 500",
    )
    .unwrap();
    db.close().unwrap();
    for error in [
        part(&database, &spot(9, 1), (0, 100), &stop).unwrap_err(),
        part(&database, &spot(699, 1), (0, 100), &stop).unwrap_err(),
        copy(
            &database,
            &Copy::Answer(Arc::clone(&known), sql.into(), 0..=20),
            &stop,
        )
        .unwrap_err(),
    ] {
        assert!(
            error.full().contains("other values now"),
            "{}",
            error.full()
        );
        assert!(error.full().contains("run the statement again"));
    }
    assert!(
        part(&database, &spot(19, 1), (0, 100), &stop).is_ok(),
        "this one is the same"
    );
}

#[test]
fn a_view_without_end_keeps_no_table_waiting_for_its_count() {
    let (_dir, database) = made(
        "CREATE TABLE t(x); INSERT INTO t VALUES (1), (2); \
         CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n; \
         CREATE VIEW broken AS SELECT * FROM gone; CREATE VIEW good AS SELECT * FROM t",
    );
    let tables = ["endless", "broken", "good", "t"].map(String::from);
    let patience = Patience {
        first: Duration::from_millis(500),
        then: Duration::from_millis(700),
        all: Duration::from_secs(60),
    };
    let mut told = Vec::new();
    counts(
        &database,
        &tables,
        patience,
        &Stop::default(),
        &mut |table, rows| {
            told.push((table.to_owned(), rows));
        },
    )
    .unwrap();
    let told: Vec<_> = told.iter().map(|(t, n)| (t.as_str(), *n)).collect();
    assert_eq!(
        told,
        [
            ("broken", None),
            ("good", Some(2)),
            ("t", Some(2)),
            ("endless", None)
        ]
    );
}

#[test]
fn counting_stops_when_asked() {
    let (_dir, database) = made(
        "CREATE TABLE t(x); \
         CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
    );
    let stop = Stop::default();
    let patience = Patience {
        first: Duration::from_secs(600),
        ..Patience::default()
    };
    let mut told = Vec::new();
    std::thread::scope(|scope| {
        let counting = scope.spawn(|| {
            let tables = ["endless", "t"].map(String::from);
            counts(&database, &tables, patience, &stop, &mut |table, _| {
                told.push(table.to_owned());
            })
        });
        std::thread::sleep(Duration::from_millis(100));
        let asked = Instant::now();
        stop.stop();
        let error = counting.join().unwrap().unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Cancelled);
        assert!(asked.elapsed() < Duration::from_secs(5));
    });
    assert_eq!(told, [""; 0]);
}
