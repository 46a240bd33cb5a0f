//! What holds for every file: it fails alone, it can be cancelled, it is in the summary.

use std::fs;

use super::super::*;
use super::made;

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
