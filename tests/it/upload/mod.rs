//! Uploads from end to end: archives, tables and scripts of real projects through the program itself.

mod archives;
mod cancel;
mod commas;
mod database;
mod full_disk;
mod memory;
pub mod project;
mod seeds;

use std::path::PathBuf;

use serde_json::Value;

pub use crate::books::{workbook, zip};
use crate::fixture::{Fixture, Outcome};

/// A fixture whose disk may be filled to the end.
fn new() -> Fixture {
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    fixture
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
