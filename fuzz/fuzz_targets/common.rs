//! Converts one input as if it had been uploaded under some name, and checks what must always hold.

use std::cell::RefCell;
use std::fs;

use eyproject_sessions::session::Cancel;
use eyproject_sessions::upload::tables::{Limits, RelFile, convert, summary};
use rusqlite::Connection;
use tempfile::TempDir;

thread_local! {
    /// One directory for the whole run, in memory where there is such a file system.
    static ROOM: RefCell<TempDir> = RefCell::new(
        tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a directory")
    );
}

/// Converts `data` as a file called `name`: every table that is reported is in the database with as
/// many rows and columns as the report says, and nothing else is.
pub fn check(name: &str, data: &[u8]) {
    ROOM.with_borrow(|room| {
        let (path, database) = (room.path().join(name), room.path().join("out.db"));
        let _ = fs::remove_file(&database);
        fs::write(&path, data).expect("a file");
        let files = [RelFile {
            relative: name.into(),
            path,
        }];
        let limits = Limits {
            record_bytes: 1 << 16,
            workbook_bytes: 8 << 20,
            ratio_from: 4 << 20,
        };
        let converted =
            convert(&files, &database, &limits, &Cancel::default(), &|_| {}).expect("a report");
        let _ = summary(&converted);
        assert_eq!(database.exists(), !converted.tables.is_empty());
        if converted.tables.is_empty() {
            return;
        }
        let db = Connection::open(&database).expect("a database");
        let tables: i64 = db
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .expect("a count");
        assert_eq!(tables, converted.tables.len() as i64);
        for table in &converted.tables {
            let name = table.name.replace('"', "\"\"");
            let rows: i64 = db
                .query_row(&format!("SELECT count(*) FROM \"{name}\""), [], |row| {
                    row.get(0)
                })
                .expect("a count");
            assert_eq!(rows, table.rows as i64);
            let statement = db
                .prepare(&format!("SELECT * FROM \"{name}\""))
                .expect("a statement");
            let columns = table.columns.len() + usize::from(table.extra.is_some());
            assert_eq!(statement.column_count(), columns);
        }
    });
}
