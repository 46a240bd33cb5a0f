//! Databases that want to do harm: they are refused, cut off or shown, and neither hang nor crash anything.

use proptest::prelude::*;

use super::*;

#[test]
fn a_view_without_end_ends() {
    let (_dir, database) = made(
        "CREATE TABLE t(x); INSERT INTO t VALUES (1); \
         CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n; \
         CREATE VIEW broken AS SELECT * FROM gone; \
         CREATE VIEW loop1 AS SELECT * FROM loop2; CREATE VIEW loop2 AS SELECT * FROM loop1; \
         CREATE VIEW outside AS SELECT load_extension('x') AS y; \
         CREATE VIEW huge AS SELECT zeroblob(2000000000) AS z",
    );
    let stop = Stop::default();
    let found = schema(&database, &stop).unwrap();
    let names: Vec<_> = found.tables.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "broken", "endless", "huge", "loop1", "loop2", "outside", "t"
        ]
    );
    assert!(found.tables[0].problem.as_deref().unwrap().contains("gone"));
    let endless = view(&database, "endless");
    let order = quick(&database, &endless, &stop).unwrap();
    let rows = page(&database, &endless, &order, 0, 3, &stop).unwrap();
    assert_eq!(rows.len(), 3, "the beginning is there at once");
    for bad in ["loop1", "outside", "huge"] {
        let sql = format!("SELECT * FROM {bad}");
        let outcome = run(&database, &sql, 9, &stop);
        assert!(
            outcome.is_err() || outcome.unwrap().mistake.is_some(),
            "{bad}"
        );
    }
    assert_eq!(look_at_all(&database, "t"), 1, "the rest can be used");
}

#[test]
fn what_is_no_database_is_said_to_be_none() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("project_data.db");
    for bytes in [
        vec![b'x'; 4096],
        b"SQLite format 3\0".to_vec(),
        [b"SQLite format 3\0".to_vec(), vec![0xff; 5000]].concat(),
    ] {
        fs::write(&path, &bytes).unwrap();
        let error = schema(&Database::new(&path), &Stop::default()).unwrap_err();
        assert!(error.full().contains("project_data.db"), "{}", error.full());
    }
    #[cfg(unix)]
    {
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", &path).unwrap();
        assert!(
            schema(&Database::new(&path), &Stop::default()).is_err(),
            "no link is followed"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn flipped_bytes_neither_crash_nor_change_anything(
        flips in proptest::collection::vec((0usize..40_960, any::<u8>()), 1..40),
        log: bool,
    ) {
        let (dir, database) = made(
            "CREATE TABLE t(a, b TEXT); CREATE INDEX i ON t(b); CREATE TABLE w(k PRIMARY KEY) WITHOUT ROWID; \
             WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) \
             INSERT INTO t SELECT i, printf('%.*c', i % 90, 'x') FROM n; INSERT INTO w SELECT a FROM t; \
             CREATE VIEW v AS SELECT * FROM t JOIN w ON a = k",
        );
        let mut bytes = fs::read(database.path()).unwrap();
        for (at, value) in flips {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        fs::write(database.path(), &bytes).unwrap();
        if log {
            fs::write(dir.path().join("project_data.db-wal"), &bytes[..3000]).unwrap();
        }
        let before = contents(dir.path());
        let stop = Stop::default();
        if let Ok(found) = schema(&database, &stop) {
            for table in found.tables {
                let view = View {
                    columns: table.columns.iter().map(|c| c.name.clone()).collect(),
                    table: table.name,
                    key: table.key,
                    filter: Filter::default(),
                    sort: None,
                };
                for order in [quick(&database, &view, &stop), build(&database, &view, &stop, &mut |_| {})].into_iter().flatten() {
                    let _ = page(&database, &view, &order, 0, 500, &stop);
                }
                for column in &view.columns {
                    let _ = column_facts(&database, &view, column, &stop);
                }
            }
        }
        prop_assert!(before == contents(dir.path()));
    }
}

#[test]
fn a_journal_that_lies_does_no_harm() {
    let (dir, database) = made("CREATE TABLE t(x); INSERT INTO t VALUES (1)");
    let victim = dir.path().join("victim");
    fs::write(&victim, "mine").unwrap();
    let mut journal = vec![0u8; 512];
    journal[..8].copy_from_slice(&[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
    for (i, n) in [u32::MAX, 1, u32::MAX, 512, 512].into_iter().enumerate() {
        journal[8 + 4 * i..12 + 4 * i].copy_from_slice(&n.to_be_bytes());
    }
    journal.extend([7; 3000]);
    // The name of a file that SQLite would delete after taking the change back.
    let name = victim.to_string_lossy().into_owned().into_bytes();
    let sum: u32 = name.iter().map(|b| u32::from(*b)).sum();
    journal.extend(&name);
    journal.extend((name.len() as u32).to_be_bytes());
    journal.extend(sum.to_be_bytes());
    journal.extend([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
    fs::write(dir.path().join("project_data.db-journal"), journal).unwrap();
    let before = contents(dir.path());
    let _ = schema(&database, &Stop::default());
    let _ = run(&database, "SELECT * FROM t", 9, &Stop::default());
    assert!(before == contents(dir.path()));
}
