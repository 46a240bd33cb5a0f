//! Pages beside what a plain SELECT answers.

use proptest::prelude::*;

use super::*;

/// Every row of `view`, by pages of `n`.
fn by_pages(database: &Database, view: &View, order: &Order, n: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    loop {
        let more = page(
            database,
            view,
            order,
            rows.len() as u64,
            n,
            &Stop::default(),
        )
        .unwrap();
        if more.is_empty() {
            return rows;
        }
        rows.extend(more);
    }
}

fn plain(database: &Database, sql: &str) -> Vec<Vec<Value>> {
    let outcome = run(database, sql, usize::MAX, &Stop::default()).unwrap();
    assert_eq!(outcome.mistake, None, "{sql}");
    outcome.answers.into_iter().next().unwrap().rows.clone()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn pages_are_the_rows_of_a_plain_select(
        ids in proptest::collection::btree_set(-9_000i64..9_000, 0..900),
        page_rows in 1usize..400,
        descending: bool,
        filter in proptest::sample::select(vec!["", "a = 3", "a >= 2 and b ~ 1", "b is not null", "7"]),
        sorted: bool,
        kind in 0usize..3,
    ) {
        let table = ["CREATE TABLE t(id INTEGER PRIMARY KEY, a, b TEXT)",
            "CREATE TABLE t(id INTEGER, a, b TEXT, PRIMARY KEY(a, id)) WITHOUT ROWID",
            "CREATE TABLE s(id INTEGER PRIMARY KEY, a, b TEXT); CREATE VIEW t AS SELECT * FROM s"][kind];
        let name = if kind == 2 { "s" } else { "t" };
        let rows: String = ids.iter().map(|id| {
            let b = if id % 5 == 0 { "NULL".to_owned() } else { format!("'{}'", id % 37) };
            format!("INSERT INTO {name} VALUES ({id}, {}, {b});", id.rem_euclid(7))
        }).collect();
        let (_dir, database) = made(&format!("BEGIN; {table}; {rows} COMMIT"));
        let mut view = view(&database, "t");
        view.filter = Filter::parse(filter, &view.columns).unwrap();
        view.sort = sorted.then(|| Sort { column: "b".into(), descending });
        let order = build(&database, &view, &Stop::default(), &mut |_| {}).unwrap();
        let found = by_pages(&database, &view, &order, page_rows);
        prop_assert_eq!(found.len() as u64, order.rows);
        let condition = ["1", "a = 3", "a >= 2 AND b LIKE '%1%'", "b IS NOT NULL",
            "(id LIKE '%7%' OR a LIKE '%7%' OR b LIKE '%7%')"];
        let place = ["", "a = 3", "a >= 2 and b ~ 1", "b is not null", "7"].iter().position(|f| *f == filter).unwrap();
        let way = if descending { "DESC" } else { "" };
        let key = ["id", "a, id", "id"][kind];
        let by = if sorted { format!("b {way}, {key}") } else { key.to_owned() };
        let sql = format!("SELECT * FROM t WHERE {} ORDER BY {by}", condition[place]);
        let cells: Vec<_> = found.iter().map(|r| r.cells.clone()).collect();
        if kind == 2 && sorted {
            // Rows that are equal in what a view is sorted by stand in any order.
            let b = |rows: &[Vec<Value>]| rows.iter().map(|r| r[2].clone()).collect::<Vec<_>>();
            prop_assert_eq!(b(&cells), b(&plain(&database, &sql)));
        } else {
            prop_assert_eq!(cells, plain(&database, &sql));
        }
        // Somewhere in the middle, without what is before.
        let middle = order.rows / 2;
        let some = page(&database, &view, &order, middle, 10, &Stop::default()).unwrap();
        prop_assert_eq!(&some[..], &found[middle as usize..found.len().min(middle as usize + 10)]);
    }
}

#[test]
fn rows_without_gaps_are_found_by_arithmetic_and_first_pages_at_once() {
    let (_dir, database) = made(
        "CREATE TABLE t(x); WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
         INSERT INTO t SELECT i * 2 FROM n",
    );
    let view = view(&database, "t");
    let order = quick(&database, &view, &Stop::default()).unwrap();
    assert_eq!((order.rows, order.exact), (5000, false));
    let order = build(&database, &view, &Stop::default(), &mut |_| {}).unwrap();
    assert_eq!((order.rows, &order.places), (5000, &Places::From(1)));
    let rows = page(&database, &view, &order, 4_999, 10, &Stop::default()).unwrap();
    assert_eq!(
        rows,
        [Row {
            id: Some(5000),
            cells: vec![Value::Integer(10_000)]
        }]
    );
}

#[test]
fn numbers_far_apart_promise_no_rows() {
    let (_dir, database) = made(&format!(
        "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES ({}), (0), ({})",
        i64::MIN,
        i64::MAX
    ));
    let view = view(&database, "t");
    let order = quick(&database, &view, &Stop::default()).unwrap();
    assert_eq!((order.rows, order.exact), (0, false));
    assert_eq!(
        page(&database, &view, &order, 0, 9, &Stop::default())
            .unwrap()
            .len(),
        3
    );
    let order = build(&database, &view, &Stop::default(), &mut |_| {}).unwrap();
    assert_eq!(order.rows, 3);
    assert_eq!(by_pages(&database, &view, &order, 2).len(), 3);
}

#[test]
fn names_that_look_like_something_else_are_names() {
    let (_dir, database) = made(
        "CREATE TABLE \"a\"\"b; DROP\"(\"rowid\" TEXT, \"select\" INT, \"?1\" INT); \
         INSERT INTO \"a\"\"b; DROP\" VALUES ('x', 1, 2), ('y', 3, 4)",
    );
    let mut view = view(&database, "a\"b; DROP");
    assert_eq!(view.key, Key::Rowid("_rowid_"));
    view.filter = Filter::parse("select = 3 and rowid ~ Y", &view.columns).unwrap();
    view.sort = Some(Sort {
        column: "?1".into(),
        descending: true,
    });
    let order = build(&database, &view, &Stop::default(), &mut |_| {}).unwrap();
    let rows = page(&database, &view, &order, 0, 9, &Stop::default()).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].id, Some(2));
    view.filter = Filter::parse("4", &view.columns).unwrap();
    assert_eq!(
        build(&database, &view, &Stop::default(), &mut |_| {})
            .unwrap()
            .rows,
        1
    );
}

#[test]
fn filters_are_understood_or_refused_in_words() {
    let columns = ["name".to_owned(), "Unit price".to_owned()];
    for good in [
        "",
        "abc",
        "name = x",
        "name='it''s and more'",
        "\"unit price\" >= 1.5 and abc",
        "Unit price<3",
        "name is null",
    ] {
        assert!(Filter::parse(good, &columns).is_ok(), "{good}");
    }
    for (bad, why) in [
        ("nam = 3", "there is no column nam"),
        ("name =", "a value is missing behind name ="),
    ] {
        assert_eq!(Filter::parse(bad, &columns), Err(why.to_owned()));
    }
}
