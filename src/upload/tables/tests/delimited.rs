//! Cases 28 to 31: types, encodings, ragged rows, headers, names.

use super::super::DATABASE;
use super::super::{Dialect, Format};
use super::{csv, made};

#[test]
fn case_28_types_of_columns() {
    let made = csv("id,plz,phone,big,exp,nan,us,price,long,note\n\
                    1,00601,+4412,9223372036854775808,1e5,NaN,1_000,1.10,1.0000000000000001,\n\
                    2,10115,5,2,7,1.5,3,2,0.5,x\n");
    let types: Vec<_> = made.columns().into_iter().map(|(_, t)| t).collect();
    assert_eq!(
        types,
        [
            "INTEGER", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "REAL", "TEXT", "TEXT"
        ]
    );
    assert_eq!(
        made.rows("data"),
        [
            [
                "1",
                "'00601'",
                "'+4412'",
                "'9223372036854775808'",
                "'1e5'",
                "'NaN'",
                "'1_000'",
                "1.1",
                "'1.0000000000000001'",
                "NULL"
            ],
            [
                "2", "'10115'", "'5'", "'2'", "'7'", "'1.5'", "'3'", "2.0", "'0.5'", "'x'"
            ],
        ]
    );
    assert_eq!(
        made.table().changes,
        ["price: 1 number is written differently now, \"1.10\" in line 2 for instance"]
    );
    assert_eq!(
        (
            made.table().columns[7].respelled,
            made.table().columns[7].whole
        ),
        (1, 1)
    );
}

#[test]
fn case_28_a_type_that_shows_late() {
    // Beyond the rows that are looked at first: every kind of widening, one of them a new column.
    for (late, types, last) in [
        (
            "1,x,1",
            ["INTEGER", "TEXT", "INTEGER"],
            vec!["1", "'x'", "1"],
        ),
        (
            "1.5,1,00",
            ["REAL", "INTEGER", "TEXT"],
            vec!["1.5", "1", "'00'"],
        ),
        ("1,1,1", ["INTEGER"; 3], vec!["1", "1", "1"]),
        (",,", ["INTEGER"; 3], vec!["NULL", "NULL", "NULL"]),
        (
            "1,2,3,4,",
            ["INTEGER"; 3],
            vec!["1", "2", "3", "'[\"4\",null]'"],
        ),
    ] {
        let mut text = String::from("a,b,c\n");
        let rows = 20_000;
        for i in 0..rows {
            text += &format!("{i},{},{}\n", i * 7, i % 3);
        }
        let made = csv(&(text + late + "\n"));
        assert_eq!(
            made.columns()
                .into_iter()
                .map(|(_, t)| t)
                .collect::<Vec<_>>(),
            types,
            "{late}"
        );
        assert_eq!(made.table().rows, rows + 1);
        let stored = made.rows("data");
        assert_eq!(stored.len() as u64, rows + 1, "{late}");
        assert_eq!(
            stored.last(),
            Some(&last.iter().map(|s| s.to_string()).collect()),
            "{late}"
        );
        let check: String = made
            .db()
            .query_row("PRAGMA integrity_check", [], |r| r.get(0))
            .expect("a check");
        assert_eq!(check, "ok");
    }
}

#[test]
fn case_29_encodings_and_line_ends() {
    let text = "größe;ort\r\n1;Köln\r\n2;\"a\r\nb\"\r\n";
    let utf16: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let bom = format!("\u{feff}{text}");
    for (bytes, encoding) in [
        (bom.as_bytes(), "UTF-8"),
        (text.as_bytes(), "UTF-8"),
        (&utf16[..], "UTF-16LE"),
        (&windows, "windows-1252"),
    ] {
        let made = made(&[("data.csv", bytes)]);
        assert_eq!(
            made.columns(),
            [("größe", "INTEGER"), ("ort", "TEXT")],
            "{encoding}"
        );
        assert_eq!(made.rows("data"), [["1", "'Köln'"], ["2", "'a\r\nb'"]]);
        let expected = Format::Delimited {
            dialect: Dialect {
                delimiter: b';',
                quote: b'"',
            },
            encoding,
        };
        assert_eq!(made.table().format, expected);
        assert_eq!(made.table().changes.is_empty(), encoding == "UTF-8");
    }
    assert_eq!(
        csv("a,b\r1,x\r2,y\r").rows("data"),
        [["1", "'x'"], ["2", "'y'"]]
    );
    assert_eq!(csv("a,b\n1,x\0y\n").rows("data"), [["1", "'x\0y'"]]);
}

#[test]
fn case_30_ragged_rows() {
    let made = csv("a,b\n1\n2,x,\"y,z\",\n\n3,w\n");
    assert_eq!(
        made.rows("data"),
        [
            ["1", "NULL", "NULL"],
            ["2", "'x'", "'[\"y,z\",null]'"],
            ["3", "'w'", "NULL"]
        ]
    );
    let table = made.table();
    assert_eq!(table.extra.as_deref(), Some("_extra"));
    assert_eq!(
        (table.short.count, &table.short.first[..]),
        (1, &["2".to_owned()][..])
    );
    assert_eq!(
        (table.long.count, &table.long.first[..]),
        (1, &["3".to_owned()][..])
    );
    assert_eq!(
        table.changes,
        [
            "1 row has fewer fields than columns, the rest is NULL: line 2",
            "1 row has more fields than columns, the rest is in _extra: line 3",
            "1 blank line was left out: 4",
        ]
    );
    assert_eq!(
        csv("_extra,b\n1,2,3\n").table().extra.as_deref(),
        Some("_extra_2")
    );
}

#[test]
fn case_30_headers() {
    let made = csv(" a ,A,,rowid,select,\"x\"\"y\",x]\n1,2,3,4,5,6,7\n");
    let names: Vec<_> = made.columns().into_iter().map(|(n, _)| n).collect();
    assert_eq!(
        names,
        ["a", "A_2", "column_3", "rowid", "select", "x\"y", "x]"]
    );
    assert_eq!(made.rows("data"), [["1", "2", "3", "4", "5", "6", "7"]]);
    assert_eq!(
        made.table().changes,
        [
            "column 1 (\" a \") is called a",
            "column 2 (\"A\") is called A_2",
            "column 3 has no name; it is called column_3"
        ]
    );
    let wide = |n: usize| vec!["c"; n].join(",") + "\n" + &vec!["1"; n].join(",") + "\n";
    let refused = csv(&wide(2001));
    assert_eq!(
        refused.reasons(),
        [(
            "data.csv",
            "it has 2001 columns, and a table holds at most 2000"
        )]
    );
    assert!(
        !refused.dir.path().join(DATABASE).exists(),
        "no empty database stays"
    );
    assert_eq!(csv(&wide(2000)).table().columns.len(), 2000);
    assert_eq!(
        csv(&(wide(2000).trim_end().to_owned() + ",2\n"))
            .reasons()
            .len(),
        1
    );
}

#[test]
fn case_31_empty_header_only_no_header() {
    for empty in ["", "\n\n", "\u{feff}"] {
        assert_eq!(csv(empty).reasons(), [("data.csv", "it is empty")]);
    }
    let header = csv("a,b\n");
    assert_eq!(
        (header.table().rows, header.columns()),
        (0, vec![("a", "TEXT"), ("b", "TEXT")])
    );
    let none = csv("1,2.5,\n3,4,x\n");
    assert!(!none.table().header);
    assert_eq!(
        none.columns(),
        [
            ("column_1", "INTEGER"),
            ("column_2", "REAL"),
            ("column_3", "TEXT")
        ]
    );
    assert_eq!(none.rows("data").len(), 2);
}

#[test]
fn case_31_names_that_clash() {
    let made = made(&[
        ("old/a.csv", b"x\n1\n"),
        ("a.tsv", b"x\ty\n1\t2\n"),
        ("a.csv", b"x,y\n3,4\n"),
        ("A b.csv", b"x\n5\n"),
        ("a-b.csv", b"x\n6\n"),
        ("sqlite_sequence.csv", b"x\n7\n"),
        ("notes.txt", b"Dear all,\nthis is, after all, a letter.\n"),
        ("list.txt", b"a\tb\n1\t2\n"),
        ("script.py", b"a,b\n"),
    ]);
    let tables: Vec<_> = made
        .converted
        .tables
        .iter()
        .map(|t| (&*t.source, &*t.name))
        .collect();
    assert_eq!(
        tables,
        [
            ("A b.csv", "A_b"),
            ("a-b.csv", "a_b_2"),
            ("a.csv", "a"),
            ("a.tsv", "a_2"),
            ("list.txt", "list"),
            ("sqlite_sequence.csv", "_sqlite_sequence"),
            ("old/a.csv", "a_3"),
        ]
    );
    assert_eq!(made.reasons(), []);
    assert_eq!(made.rows("a_2"), [["1", "2"]]);
    assert_eq!(
        made.converted.tables[3].changes,
        ["the table is called a_2, because a was taken"]
    );
}

#[test]
fn a_row_of_too_many_fields_and_a_wide_table() {
    let row = "1,".repeat(60_000);
    assert_eq!(
        csv(&format!("a,b\n{row}\n")).reasons(),
        [(
            "data.csv",
            "line 2, column 1: the row that begins here has more than 50000 fields"
        )]
    );
    let header: Vec<String> = (0..1500).map(|i| format!("c{i}")).collect();
    let rows = (vec!["7"; 1500].join(",") + "\n").repeat(300);
    assert_eq!(
        csv(&(header.join(",") + "\n" + &rows)).rows("data").len(),
        300
    );
}

#[test]
fn decimal_commas_stay_text_and_are_told_by_column() {
    let mut text = String::from("tag;preis;summe;menge;stück;ort\n");
    for n in 1..=12 {
        // One of twelve in "stück", thousands or not in "menge", and a word with a comma.
        let piece = if n == 7 { "0,5" } else { "3" };
        text += &format!("{n};{n},5;1.00{n},0;{n},250;{piece};Köln, Mitte\n");
    }
    let made = csv(&text);
    let types: Vec<_> = made.columns().into_iter().map(|(_, t)| t).collect();
    assert_eq!(types, ["INTEGER", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT"]);
    assert_eq!(
        made.table().changes,
        [
            "preis: 12 of 12 values have a decimal comma; kept as text",
            // 1.0010,0 is no number in any spelling.
            "summe: 9 of 12 values have a decimal comma; kept as text",
        ]
    );
    assert_eq!(made.rows("data")[8][1..3], ["'9,5'", "'1.009,0'"]);
}
