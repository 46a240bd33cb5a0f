//! Looks at real databases: what they find, and that nothing of the directory changes by them.

mod copying;
mod hostile;
mod paging;
mod rows;
mod untouched;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use rusqlite::Connection;

use super::*;

/// A database made by `sql` in a directory of its own.
fn made(sql: &str) -> (tempfile::TempDir, Database) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("project_data.db");
    let db = Connection::open(&path).unwrap();
    db.execute_batch(sql).unwrap();
    db.close().unwrap();
    (dir, Database::new(path))
}

/// Every file below `dir` with its content and its time.
fn contents(dir: &Path) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let modified = entry.metadata().unwrap().modified().unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, (fs::read(entry.path()).unwrap(), modified))
        })
        .collect()
}

/// The view of a whole table.
fn view(database: &Database, table: &str) -> View {
    let schema = schema(database, &Stop::default()).unwrap();
    let table = schema.tables.into_iter().find(|t| t.name == table).unwrap();
    View {
        columns: table.columns.iter().map(|c| c.name.clone()).collect(),
        table: table.name,
        key: table.key,
        filter: Filter::default(),
        sort: None,
    }
}

/// Every kind of look once; how many rows `table` has.
fn look_at_all(database: &Database, table: &str) -> u64 {
    let stop = Stop::default();
    let mut view = view(database, table);
    for order in [
        quick(database, &view, &stop).unwrap(),
        build(database, &view, &stop, &mut |_| {}).unwrap(),
    ] {
        page(database, &view, &order, 0, 10, &stop).unwrap();
    }
    let column = view.columns[0].clone();
    let rows = column_facts(database, &view, &column, &stop).unwrap().rows;
    let outcome = run(
        database,
        &format!("SELECT count(*) FROM {}", quoted(table)),
        10,
        &stop,
    )
    .unwrap();
    assert_eq!(outcome.answers[0].rows, [[Value::Integer(rows as i64)]]);
    view.sort = Some(Sort {
        column,
        descending: true,
    });
    let order = build(database, &view, &stop, &mut |_| {}).unwrap();
    assert_eq!(order.rows, rows);
    assert_eq!(
        page(database, &view, &order, 0, 5, &stop).unwrap().len() as u64,
        rows.min(5)
    );
    let out = tempfile::tempdir().unwrap();
    let wanted = Export {
        source: Source::View(view),
        format: Format::Csv,
        target: out.path().join("t.csv"),
    };
    let written = export(database, &wanted, &mut |_| {}, &stop).unwrap();
    assert_eq!(written, rows);
    rows
}
