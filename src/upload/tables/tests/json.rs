//! JSON files: arrays of objects, objects line by line, and what is neither.

use super::made;

#[test]
fn json_rows() {
    let made = made(&[(
        "data.json",
        br#"[{"id": 1, "name": "x", "zip": "00601", "ok": true, "tags": ["a", {"b": 1}]},
            {"id": 2.50, "name": null, "extra": 12345678901234567890, "id2": "5"}, {"name": "\u00e4\n", "name": "last"}]"#,
    )]);
    assert_eq!(
        made.columns(),
        [
            ("id", "REAL"),
            ("name", "TEXT"),
            ("zip", "TEXT"),
            ("ok", "TEXT"),
            ("tags", "TEXT"),
            ("extra", "TEXT"),
            ("id2", "TEXT")
        ]
    );
    assert_eq!(
        made.rows("data"),
        [
            [
                "1.0",
                "'x'",
                "'00601'",
                "'true'",
                "'[\"a\", {\"b\": 1}]'",
                "NULL",
                "NULL"
            ],
            [
                "2.5",
                "NULL",
                "NULL",
                "NULL",
                "NULL",
                "'12345678901234567890'",
                "'5'"
            ],
            ["NULL", "'last'", "NULL", "NULL", "NULL", "NULL", "NULL"],
        ]
    );
    assert_eq!(
        made.table().changes,
        [
            "id: 1 number is written differently now, \"2.50\" in line 2 for instance",
            "1 row holds arrays or objects, stored as JSON text: 1",
            "1 object names a key more than once; the last value was kept: 2",
        ]
    );
}

#[test]
fn json_that_is_no_table_and_lines() {
    let keys = format!(
        "[{{\"b\": 1}},\n{{{}\"a\": 1}}]",
        "\"a\": 1,".repeat(50_000)
    );
    let made = made(&[
        ("bad.json", b"[{\"a\": 1},\n {\"a\": tru}]"),
        ("config.json", b"{\"a\": 1}"),
        ("empty.json", b"[]"),
        ("lines.ndjson", b"{\"a\": 1}\n{\"a\": 2, \"b\": \"\"}\n"),
        ("lines_too.json", b"{\"a\": 1}\n{\"a\": 2}\n"),
        ("keys.json", keys.as_bytes()),
        ("list.json", b"[1, 2]"),
        ("one.jsonl", b"{\"a\": 1}\n"),
    ]);
    assert_eq!(
        made.reasons(),
        [
            (
                "bad.json",
                "line 2, column 10: it is not valid JSON here: expected ident"
            ),
            ("config.json", "it is one object, not an array of objects"),
            ("empty.json", "it has no rows"),
            (
                "keys.json",
                "line 2, column 1: the object that begins here has more than 50000 keys"
            ),
            (
                "list.json",
                "line 1, column 2: it is neither an array of objects nor one object per line"
            ),
        ]
    );
    assert_eq!(made.rows("lines"), [["1", "NULL"], ["2", "''"]]);
    assert_eq!(made.rows("one"), [["1"]]);
}
