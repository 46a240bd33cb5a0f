//! Any bytes as a Python script beside a few converted files.

#![no_main]

use std::sync::OnceLock;

use eyproject_sessions::upload::python::{
    Cells, Column, DataFile, Encoding, Sheet, SqlType, Table, TableIndex, rewrite,
};

libfuzzer_sys::fuzz_target!(init: {
    // The fuzzer's hook ends the program at any panic; those of the parser are caught, and what isn't
    // caught ends it all the same.
    let _ = std::panic::take_hook();
}, |data: &[u8]| check(data));

/// A script that is rewritten parses again, and rewriting it once more changes nothing.
fn check(script: &[u8]) {
    static TABLES: OnceLock<TableIndex> = OnceLock::new();
    let tables = TABLES.get_or_init(tables);
    let done = rewrite(script, "tools/s.py", tables);
    assert_eq!(done.text.is_some(), !done.changes.is_empty());
    let lines = script.iter().filter(|b| matches!(b, b'\n' | b'\r' | b'\x0c')).count() + 1;
    assert!(done.changes.iter().all(|c| (1..=lines).contains(&c.line)));
    assert!(done.left.iter().all(|l| !l.reason.is_empty()));
    if let Some(text) = done.text {
        assert_ne!(text, script);
        let again = rewrite(&text, "tools/s.py", tables);
        assert_eq!(again.text, None, "{}", String::from_utf8_lossy(&text));
    }
}

fn tables() -> TableIndex {
    let table = |name: &str, cells| Table {
        name: name.into(),
        header: true,
        columns: vec![Column {
            name: "a".into(),
            label: "a".into(),
            sql: SqlType::Integer,
            cells,
            lossy: false,
        }],
        differs: None,
    };
    let mut index = TableIndex::default();
    for file in ["a.csv", "tools/b.csv"] {
        let encoding = Encoding {
            name: "UTF-8".into(),
            ascii: true,
            c1: false,
        };
        let file_is = DataFile::Delimited {
            delimiter: ',',
            quote: '"',
            encoding,
            table: table("a", Cells::Text),
        };
        index.insert(file, file_is);
    }
    let json = DataFile::Json {
        lines: false,
        utf8: true,
        table: table("j", Cells::Number),
    };
    index.insert("j.json", json);
    let sheet = Sheet {
        name: "S".into(),
        table: Some(table("x_S", Cells::Number)),
    };
    index.insert("x.xlsx", DataFile::Workbook { sheets: vec![sheet] });
    index
}
