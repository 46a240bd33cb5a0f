//! Conversion of data files, and the limit to aim at: SQLite's own insert loop with rows that are
//! ready. `cargo bench --no-default-features --bench tables`; `tables.py` compares with others.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use eyproject_sessions::session::Cancel;
use eyproject_sessions::upload::tables::{Limits, RelFile, convert};
use rusqlite::{Connection, params};
use tempfile::TempDir;

const ROWS: u64 = 200_000;

fn main() {
    divan::main();
}

/// A file of `ROWS` rows of eight mixed columns in a directory of its own.
fn file(name: &str, head: &str, row: impl Fn(&mut String, u64), tail: &str) -> (TempDir, RelFile) {
    let dir = tempfile::tempdir().unwrap_or_else(|e| panic!("no directory: {e}"));
    let mut text = String::from(head);
    for i in 0..ROWS {
        row(&mut text, i);
    }
    text += tail;
    let path = dir.path().join(name);
    fs_err::write(&path, text).unwrap_or_else(|e| panic!("no file: {e}"));
    (
        dir,
        RelFile {
            relative: name.into(),
            path,
        },
    )
}

fn convert_it(bencher: Bencher<'_, '_>, (dir, file): (TempDir, RelFile)) {
    let database = dir.path().join("out.db");
    let bytes = fs::metadata(&file.path).map_or(0, |m| m.len());
    bencher
        .counter(BytesCount::new(bytes))
        .with_inputs(|| drop(fs::remove_file(&database)))
        .bench_values(|()| {
            let files = std::slice::from_ref(&file);
            convert(
                black_box(files),
                &database,
                &Limits::default(),
                &Cancel::default(),
                &|_| {},
            )
        });
}

fn csv_row(text: &mut String, i: u64) {
    let _ = writeln!(
        text,
        "{i},customer {},{}.{:02},{},Köln,2025-07-{:02} 12:00:00,{}.{},\"note {}, urgent\"",
        i % 1000,
        i % 500,
        i % 89 + 10,
        i % 100,
        i % 28 + 1,
        i % 977,
        i % 9 + 1,
        i * 7
    );
}

#[divan::bench]
fn csv(bencher: Bencher<'_, '_>) {
    convert_it(
        bencher,
        file(
            "data.csv",
            "id,name,price,quantity,city,at,weight,note\n",
            csv_row,
            "",
        ),
    );
}

/// The last value makes the first column TEXT: everything but the last rows is inserted twice.
#[divan::bench]
fn csv_widened_at_the_end(bencher: Bencher<'_, '_>) {
    let head = "id,name,price,quantity,city,at,weight,note\n";
    convert_it(bencher, file("data.csv", head, csv_row, "x,,,,,,,\n"));
}

#[divan::bench]
fn ndjson(bencher: Bencher<'_, '_>) {
    let row = |text: &mut String, i: u64| {
        let _ = writeln!(
            text,
            "{{\"id\":{i},\"name\":\"customer {}\",\"price\":{}.5,\"city\":\"Köln\"}}",
            i % 1000,
            i % 500
        );
    };
    convert_it(bencher, file("data.ndjson", "", row, ""));
}

#[divan::bench]
fn limit_sqlite_insert_loop(bencher: Bencher<'_, '_>) {
    let dir = tempfile::tempdir().unwrap_or_else(|e| panic!("no directory: {e}"));
    let path: PathBuf = dir.path().join("out.db");
    let names: Vec<String> = (0..1000).map(|i| format!("customer {i}")).collect();
    let notes: Vec<String> = (0..1000)
        .map(|i| format!("note {}, urgent", i * 1007))
        .collect();
    let run = || -> rusqlite::Result<()> {
        let db = Connection::open(&path)?;
        db.execute_batch(
            "PRAGMA page_size=16384; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
             CREATE TABLE t(id INTEGER, name TEXT, price REAL, quantity INTEGER, city TEXT, at TEXT, weight REAL, note TEXT);
             BEGIN",
        )?;
        let mut insert = db.prepare("INSERT INTO t VALUES (?,?,?,?,?,?,?,?)")?;
        for i in 0..ROWS as usize {
            let (price, weight) = (i as f64 / 100.0, i as f64 / 977.0);
            insert.execute(params![
                i as i64,
                names[i % 1000],
                price,
                (i % 100) as i64,
                "Köln",
                "2025-07-10 12:00:00",
                weight,
                notes[i % 1000]
            ])?;
        }
        db.execute_batch("COMMIT")
    };
    bencher
        .with_inputs(|| drop(fs::remove_file(&path)))
        .bench_values(|()| run());
}
