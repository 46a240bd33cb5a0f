//! Looking at a text as the conversion would see it, without converting it: encoding, dialect, header
//! and fields. For whoever shows a file to a person; knows neither files nor SQL.

use std::io::Cursor;

use encoding_rs::Encoding;

use super::dialect;
use super::encoding;
use super::explain;
use super::records::{Cutter, Dialect, Found};
use super::table::{Field, Outline};
use crate::session::Cancel;

/// The encoding that the beginning of a text speaks for; `whole`: there is no more of it.
///
/// # Errors
/// Why it can't be read, in words.
pub fn encoding_of(head: &[u8], whole: bool) -> Result<&'static Encoding, String> {
    let valid = Encoding::utf8_valid_up_to(head);
    // A character that is cut in two says nothing about the encoding.
    let head = match whole {
        false if head.len() - valid <= 3 => &head[..valid],
        _ => head,
    };
    encoding::detect(Cursor::new(head), &Cancel::default()).map_err(explain)
}

/// The dialect of the beginning of a text; `usual` wins where there is a tie.
pub fn dialect_of(head: &str, whole: bool, usual: u8) -> Dialect {
    dialect::guess(head, whole, usual).dialect
}

/// The fields of the one record that `text` is; nothing if it is blank.
pub fn fields_of(text: &str, dialect: Dialect) -> Option<Vec<String>> {
    let mut cutter = Cutter::new(dialect);
    match cutter.cut(text, true) {
        Found::Record { .. } => {
            let mut fields: Vec<Field<'_>> = Vec::new();
            cutter.fields(text, &mut fields);
            Some(fields.into_iter().map(Field::to_text).collect())
        }
        // What is left open or too wide is shown as it is.
        Found::Unclosed { .. } | Found::TooWide | Found::Incomplete => Some(vec![text.to_owned()]),
        Found::Blank { .. } | Found::End => None,
    }
}

/// Whether the first record of a table names its columns rather than being data.
pub fn is_header(first: &[String]) -> bool {
    let field = |text: &'_ String| !text.is_empty();
    let fields: Vec<_> = first
        .iter()
        .map(|text| match field(text) {
            true => Field::Raw(text),
            false => Field::Null,
        })
        .collect();
    Outline::default().take_header(&fields)
}

/// Every record of a text, as the conversion cuts it.
pub fn records_of(text: &str, dialect: Dialect) -> Vec<Vec<String>> {
    let mut cutter = Cutter::new(dialect);
    let (mut records, mut at) = (Vec::new(), 0);
    loop {
        match cutter.cut(&text[at..], true) {
            Found::Record { bytes, .. } => {
                let mut fields: Vec<Field<'_>> = Vec::new();
                cutter.fields(&text[at..], &mut fields);
                records.push(fields.into_iter().map(Field::to_text).collect());
                at += bytes;
            }
            Found::Blank { bytes, .. } => at += bytes,
            Found::Incomplete | Found::Unclosed { .. } | Found::TooWide | Found::End => {
                return records;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_the_whole_would_be() {
        let text = "größe;name\n1;Ä\n";
        for cut in 0..text.len() {
            let head = &text.as_bytes()[..cut];
            assert_eq!(encoding_of(head, false).unwrap().name(), "UTF-8", "{cut}");
        }
        assert_eq!(
            encoding_of(b"caf\xe9 au lait, d\xe9j\xe0 vu", true)
                .unwrap()
                .name(),
            "windows-1252"
        );
        assert!(
            encoding_of(b"\xFF\xFE\0\0", true)
                .unwrap_err()
                .contains("UTF-32")
        );
        let dialect = dialect_of(text, true, b',');
        assert_eq!(dialect.delimiter, b';');
        assert_eq!(
            fields_of("\"a;\nb\";2\r\n", dialect).unwrap(),
            ["a;\nb", "2"]
        );
        assert_eq!(fields_of("  \n", dialect), None);
        assert!(is_header(&["a".into(), "1".into()]));
        assert!(!is_header(&["1".into(), "2.5".into(), String::new()]));
        assert_eq!(records_of(text, dialect).len(), 2);
    }
}
