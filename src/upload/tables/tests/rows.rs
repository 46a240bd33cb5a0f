//! Case 32: a plain reader of CSV, and what it reads compared with what is stored.

use proptest::prelude::*;

use super::super::{Column, SqlType};
use super::csv;

/// Reads records character by character, in the plainest way.
fn naive(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        let row = rows.last_mut().expect("a row");
        let field = row.last_mut().expect("a field");
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                field.push(chars.next().expect("a quote"))
            }
            '"' if quoted => quoted = false,
            _ if quoted => field.push(c),
            '"' if field.is_empty() => quoted = true,
            ',' => row.push(String::new()),
            '\n' => rows.push(vec![String::new()]),
            _ => field.push(c),
        }
    }
    rows.retain(|row| row.len() > 1 || !row[0].is_empty());
    rows
}

prop_compose! {
    /// One field as a CSV writer writes it.
    fn field()(text in prop_oneof![
        "[0-9]{1,3}", "-?[0-9]{1,20}", r"[0-9]{0,3}\.[0-9]{0,17}", "0[0-9]{1,4}", "[a-zäß\0 ]{0,6}", "[a,\"\n]{1,5}", Just(String::new()),
    ]) -> String {
        match text.contains([',', '"', '\n']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Case 32: every row of the file is in the table, and every value is what it was.
    #[test]
    fn case_32_rows_in_are_rows_stored(
        body in prop::collection::vec(prop::collection::vec(field(), 2..6), 0..30), crlf in any::<bool>()
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let text: String = body.iter().map(|row| row.join(",") + end).collect();
        let expected = naive(&text.replace("\r\n", "\n"));
        let made = csv(&("a,b,c".to_owned() + end + &text));
        prop_assert_eq!(made.table().rows, expected.len() as u64);
        let stored = made.rows("data");
        prop_assert_eq!(stored.len(), expected.len());
        let table = made.table();
        for (stored, expected) in stored.iter().zip(&expected) {
            for (i, column) in table.columns.iter().enumerate() {
                same(&stored[i], expected.get(i).map_or("", String::as_str), column)?;
            }
            if expected.len() > 3 {
                let extra: Vec<Option<String>> = serde_json::from_str(stored[3].trim_matches('\'')).expect("JSON");
                let fields: Vec<String> = extra.into_iter().map(Option::unwrap_or_default).collect();
                prop_assert_eq!(&fields[..], &expected[3..]);
            }
        }
        prop_assert_eq!(table.long.count, expected.iter().filter(|r| r.len() > 3).count() as u64);
        prop_assert_eq!(table.short.count, expected.iter().filter(|r| r.len() < 3).count() as u64);
    }
}

/// Whether `stored`, an SQL literal, is what the file says, as far as its column promises.
fn same(stored: &str, text: &str, column: &Column) -> Result<(), TestCaseError> {
    match (text, column.sql_type) {
        ("", _) => prop_assert_eq!(stored, "NULL"),
        (_, SqlType::Text) => prop_assert_eq!(stored, format!("'{text}'")),
        (_, SqlType::Integer) => prop_assert_eq!(stored, text.trim()),
        (_, SqlType::Real) => {
            prop_assert_eq!(stored.parse::<f64>().ok(), text.trim().parse::<f64>().ok());
            if column.respelled == 0 && text.contains('.') {
                prop_assert_eq!(stored, text);
            }
        }
    }
    Ok(())
}
