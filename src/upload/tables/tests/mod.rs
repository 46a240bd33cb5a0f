//! Whole conversions: files go in, tables and the report come out. The fixtures, and one file per idea.

mod delimited;
mod files;
mod hostile;
mod json;
mod rows;
mod uploaded;
mod workbook;

use std::fs;

use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

use super::*;

/// A directory with data files, and what became of them.
struct Made {
    pub dir: TempDir,
    pub converted: Converted,
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

    pub fn table(&self) -> &TableReport {
        assert_eq!(self.converted.skipped, []);
        assert_eq!(self.converted.tables.len(), 1);
        &self.converted.tables[0]
    }

    /// Names and types of the one table.
    pub fn columns(&self) -> Vec<(&str, &str)> {
        self.table()
            .columns
            .iter()
            .map(|c| (&*c.name, c.sql_type.as_str()))
            .collect()
    }

    /// All rows of `table`, with SQL literals for values.
    pub fn rows(&self, table: &str) -> Vec<Vec<String>> {
        rows(&self.db(), table)
    }

    pub fn reasons(&self) -> Vec<(&str, &str)> {
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
