//! Values, facts, statements and export.

use super::*;
use crate::session::ErrorKind;

#[test]
fn long_values_cost_a_beginning_and_come_in_parts() {
    let (_dir, database) = made(
        "CREATE TABLE t(a, b); INSERT INTO t VALUES \
         (zeroblob(90000000), 'short'), (printf('%.*c', 3000000, 'x'), x'00ff'), (printf('é%.*c', 2000, 'y'), 1.5)",
    );
    let stop = Stop::default();
    let view = view(&database, "t");
    let order = quick(&database, &view, &stop).unwrap();
    let rows = page(&database, &view, &order, 0, 9, &stop).unwrap();
    let long = |i: usize| match &rows[i].cells[0] {
        Value::Long(long) => (long.blob, long.bytes, long.beginning.len()),
        other => panic!("{other:?}"),
    };
    assert_eq!(long(0), (true, 90_000_000, 0));
    assert_eq!(long(1), (false, 3_000_000, 0));
    assert_eq!(long(2), (false, 2_002, 512));
    assert_eq!(rows[1].cells[1], Value::Blob(vec![0, 255]));
    assert!(rows[2].cells[0].shown().starts_with("éyyy"));
    let read = |id, column: &str, window| {
        let spot = Spot::Table(view.clone(), column.into(), Where::Id(id));
        part(&database, &spot, window, &stop)
    };
    let end = read(1, "a", (89_999_990, 100)).unwrap();
    assert_eq!(
        (end.blob, end.bytes, end.part.len()),
        (true, 90_000_000, 10)
    );
    assert_eq!(read(2, "a", (1, 3)).unwrap().part, b"xxx");
    assert_eq!(read(3, "b", (0, 100)).unwrap().part, b"1.5");
    assert!(read(99, "a", (0, 1)).is_err());
}

#[test]
fn facts_of_numbers_texts_and_nothing() {
    let (_dir, database) = made(
        "CREATE TABLE t(n, s, e); WITH i(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM i WHERE i < 99) \
         INSERT INTO t SELECT i, CASE WHEN i < 60 THEN 'a' WHEN i < 90 THEN '' END, NULL FROM i",
    );
    let mut view = view(&database, "t");
    let facts = |view: &View, c| column_facts(&database, view, c, &Stop::default()).unwrap();
    let n = facts(&view, "n");
    assert_eq!(
        (n.rows, n.nulls, n.distinct, n.mean),
        (100, 0, 100, Some(49.5))
    );
    assert_eq!(
        (&n.least, &n.largest),
        (&Value::Integer(0), &Value::Integer(99))
    );
    assert_eq!(n.histogram.iter().map(|b| b.rows).sum::<u64>(), 100);
    let s = facts(&view, "s");
    assert_eq!((s.nulls, s.empty, s.distinct), (10, 30, 2));
    assert_eq!(s.frequent[0], (Value::Text("a".into()), 60));
    assert_eq!(facts(&view, "e").nulls, 100);
    view.filter = Filter::parse("n >= 50", &view.columns).unwrap();
    let n = facts(&view, "n");
    assert_eq!(
        (n.rows, n.histogram.iter().map(|b| b.rows).sum::<u64>()),
        (50, 50)
    );
}

#[test]
fn statements_answer_in_order_up_to_the_first_mistake() {
    let (_dir, database) = made("CREATE TABLE t(x); INSERT INTO t VALUES (1), (2), (3)");
    let sql = "SELECT x FROM t; -- é\n SELECT 1 AS a, 2 AS a; SELECT missing FROM t; SELECT 9";
    let outcome = run(&database, sql, 2, &Stop::default()).unwrap();
    assert_eq!(outcome.answers.len(), 2);
    assert_eq!(
        (outcome.answers[0].rows.len(), outcome.answers[0].more),
        (2, true)
    );
    assert_eq!(outcome.answers[1].columns, ["a", "a"]);
    let mistake = outcome.mistake.unwrap();
    assert!(
        mistake.message.contains("no such column: missing"),
        "{mistake:?}"
    );
    assert_eq!(mistake.at, sql.find("missing"));
    let spaced = "\n\n SELECT 1;;\n-- no; statement\n\n\n  SELECT 'ä'; ;SELECT 3";
    let outcome = run(&database, spaced, 9, &Stop::default()).unwrap();
    let places = outcome.answers.iter().map(|a| &spaced[a.place.clone()]);
    let bare: Vec<_> = places.map(|p| p.trim_end_matches(';')).collect();
    assert_eq!(
        bare,
        ["SELECT 1", "-- no; statement\n\n\n  SELECT 'ä'", "SELECT 3"]
    );
    let near = run(&database, "SELEC 1", 2, &Stop::default())
        .unwrap()
        .mistake
        .unwrap();
    assert_eq!(near.at, Some(0));
    assert!(
        run(
            &database,
            "EXPLAIN QUERY PLAN SELECT 1; PRAGMA table_info(t)",
            9,
            &Stop::default()
        )
        .unwrap()
        .mistake
        .is_none()
    );
}

#[test]
fn nothing_but_reading_is_allowed() {
    let (dir, database) =
        made("CREATE TABLE t(x); CREATE INDEX i ON t(x); INSERT INTO t VALUES (1)");
    let before = contents(dir.path());
    for sql in [
        "INSERT INTO t VALUES (2)",
        "DELETE FROM t",
        "UPDATE t SET x = 2",
        "DROP TABLE t",
        "CREATE TABLE u(x)",
        "CREATE TEMP TABLE u(x)",
        "CREATE VIEW v AS SELECT 1",
        "ATTACH 'other.db' AS o",
        "VACUUM",
        "VACUUM INTO 'copy.db'",
        "PRAGMA journal_mode=WAL",
        "PRAGMA query_only=OFF",
        "PRAGMA writable_schema=ON",
        "PRAGMA user_version=7",
        "PRAGMA wal_checkpoint",
        "PRAGMA locking_mode=NORMAL",
        "BEGIN IMMEDIATE",
        "REINDEX",
        "ANALYZE",
        "SELECT load_extension('x')",
        "CREATE VIRTUAL TABLE v USING fts5(x)",
        "WITH a AS (SELECT 1) DELETE FROM t",
    ] {
        let outcome = run(&database, sql, 9, &Stop::default());
        let told = outcome.map(|o| o.mistake.map(|m| m.message));
        assert!(matches!(told, Ok(Some(_)) | Err(_)), "{sql}: {told:?}");
    }
    assert!(before == contents(dir.path()));
    let said = run(&database, "DELETE FROM t", 9, &Stop::default()).unwrap();
    assert!(said.mistake.unwrap().message.contains("only reading"));
}

#[test]
fn a_statement_without_end_stops_when_asked() {
    let (_dir, database) = made("CREATE TABLE t(x)");
    for endless in [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n ORDER BY i DESC",
    ] {
        let stop = Stop::default();
        let error = std::thread::scope(|scope| {
            let running = scope.spawn(|| run(&database, endless, 10, &stop));
            std::thread::sleep(std::time::Duration::from_millis(100));
            let asked = std::time::Instant::now();
            stop.stop();
            let error = running.join().unwrap().unwrap_err();
            assert!(asked.elapsed().as_millis() < 1_000);
            error
        });
        assert_eq!(error.kind(), &ErrorKind::Cancelled);
    }
}

#[test]
fn csv_comes_back_as_it_was_and_json_is_read() {
    let (dir, database) = made(
        "CREATE TABLE t(a, \"b,c\" TEXT); INSERT INTO t VALUES \
         (1, 'plain'), (NULL, ''), (2.0, 'say \"hi\", then' || char(13,10) || 'go'), (x'ab', ' edge '), (9e999, '日本語')",
    );
    let stop = Stop::default();
    let mut wanted = Export {
        source: Source::View(view(&database, "t")),
        format: Format::Csv,
        target: dir.path().join("t.csv"),
    };
    let written = export(&database, &wanted, &mut |_| {}, &stop).unwrap();
    assert_eq!(written, 5);
    let mut reader = csv::Reader::from_path(&wanted.target).unwrap();
    assert_eq!(reader.headers().unwrap(), vec!["a", "b,c"]);
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|r| r.unwrap().iter().map(String::from).collect())
        .collect();
    assert_eq!(
        rows,
        [
            ["1", "plain"],
            ["", ""],
            ["2.0", "say \"hi\", then\r\ngo"],
            ["ab", " edge "],
            ["Infinity", "日本語"]
        ]
    );
    assert!(
        fs::read_to_string(&wanted.target)
            .unwrap()
            .contains("\r\n,\"\"\r\n"),
        "NULL and the empty text differ"
    );
    wanted.source = Source::Sql("SELECT a, a, \"b,c\" FROM t".into());
    wanted.format = Format::Json;
    wanted.target = dir.path().join("t.json");
    export(&database, &wanted, &mut |_| {}, &stop).unwrap();
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(&wanted.target).unwrap()).unwrap();
    assert_eq!(
        json[1],
        serde_json::json!({"a": null, "a_2": null, "b,c": ""})
    );
    assert_eq!(json[4]["a"], "Infinity");
}

#[test]
fn an_export_that_fails_leaves_what_was_there() {
    let (dir, database) = made("CREATE TABLE t(x); INSERT INTO t VALUES (1)");
    let target = dir.path().join("t.csv");
    fs::write(&target, "mine").unwrap();
    let wanted = Export {
        source: Source::Sql("SELECT missing".into()),
        format: Format::Csv,
        target: target.clone(),
    };
    assert!(export(&database, &wanted, &mut |_| {}, &Stop::default()).is_err());
    assert_eq!(fs::read_to_string(&target).unwrap(), "mine");
    assert_eq!(contents(dir.path()).len(), 2, "no debris");
}

#[test]
fn databases_are_found_by_what_they_hold() {
    let (dir, _) = made("CREATE TABLE t(x)");
    fs::create_dir(dir.path().join("sub")).unwrap();
    fs::copy(
        dir.path().join("project_data.db"),
        dir.path().join("sub/a.bin"),
    )
    .unwrap();
    fs::write(dir.path().join("fake.db"), vec![b'x'; 4096]).unwrap();
    let (found, left_out) = databases(dir.path(), &Stop::default()).unwrap();
    let names: Vec<_> = found.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(
        (names, left_out),
        (vec!["project_data.db", "sub/a.bin"], false)
    );
}
