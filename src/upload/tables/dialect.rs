//! Which delimiter and quote a text uses: every candidate is tried on the head of the file and
//! scored by how regular the rows and how clean the fields come out. Knows neither files nor SQL.

use super::records::{Cutter, Dialect, Found};
use super::table::Field;
use super::types::is_number;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
const QUOTES: [u8; 2] = [b'"', b'\''];

/// What the head of a text looks like in its best dialect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Guess {
    pub dialect: Dialect,
    /// Several rows, all of the same number of fields, which is at least two.
    pub regular: bool,
}

/// The dialect of `head`; `whole`: it is the whole text. `usual` wins where there is a tie.
pub(super) fn guess(head: &str, whole: bool, usual: u8) -> Guess {
    let mut best = (
        Guess {
            dialect: Dialect {
                delimiter: usual,
                quote: b'"',
            },
            regular: false,
        },
        0.0,
    );
    let delimiters = std::iter::once(usual).chain(DELIMITERS.into_iter().filter(|&d| d != usual));
    for quote in QUOTES {
        for delimiter in delimiters.clone() {
            let dialect = Dialect { delimiter, quote };
            let Some((score, regular)) = score(head, whole, dialect) else {
                continue;
            };
            if score > best.1 * 1.000_001 {
                best = (Guess { dialect, regular }, score);
            }
        }
    }
    best.0
}

/// How well `dialect` explains the text, and whether every row has the same number of fields, two
/// or more. Nothing where the text uses neither delimiter nor quote, or leaves a quote open.
fn score(head: &str, whole: bool, dialect: Dialect) -> Option<(f64, bool)> {
    let mut cutter = Cutter::new(dialect);
    let mut widths = Vec::<(usize, u64)>::new();
    let (mut rest, mut rows, mut fields, mut clean, mut quoted) = (head, 0u64, 0u64, 0u64, false);
    loop {
        match cutter.cut(rest, whole) {
            Found::Record { bytes, .. } => {
                let mut row = Vec::new();
                cutter.fields(rest, &mut row);
                fields += row.len() as u64;
                clean += row.iter().filter(|field| is_clean(field, dialect)).count() as u64;
                quoted |= cutter.quoted_any();
                rows += 1;
                match widths.iter_mut().find(|(width, _)| *width == cutter.len()) {
                    Some((_, count)) => *count += 1,
                    None => widths.push((cutter.len(), 1)),
                }
                rest = &rest[bytes..];
            }
            Found::Blank { bytes, .. } => rest = &rest[bytes..],
            Found::Incomplete if rows > 0 => break,
            // The head is all one record: take it as it is.
            Found::Incomplete => return None,
            Found::Unclosed { .. } | Found::TooWide => return None,
            Found::End => break,
        }
    }
    let one_column = widths.iter().all(|&(width, _)| width == 1);
    if one_column || (dialect.quote != b'"' && !quoted) {
        return None;
    }
    let regularity: f64 = widths
        .iter()
        .map(|&(width, count)| count as f64 * (width - 1) as f64 / width as f64)
        .sum::<f64>()
        / (widths.len() as f64 * rows as f64);
    let cleanness = clean as f64 / fields as f64;
    // Sentences have commas too.
    let regular =
        rows > if dialect.delimiter == b',' { 2 } else { 1 } && matches!(widths[..], [(2.., _)]);
    Some((regularity * cleanness.max(0.001), regular))
}

/// Whether a field looks like one: a number, a date, a word or a sentence, and none of the
/// characters that separate fields elsewhere.
fn is_clean(field: &Field<'_>, dialect: Dialect) -> bool {
    let Field::Raw(text) = field else {
        return true;
    };
    let text = text.trim();
    is_number(text)
        || is_number(&text.replacen(',', ".", 1))
        || !text.bytes().any(|b| {
            matches!(b, b';' | b'\t' | b'|' | b'"')
                || (b == b',' && dialect.delimiter != b',')
                || b < b' '
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, usual: u8) -> (char, char) {
        let dialect = guess(text, true, usual).dialect;
        (char::from(dialect.delimiter), char::from(dialect.quote))
    }

    #[test]
    fn dialects() {
        for (text, delimiter) in [
            ("a,b\n1,2\n", ','),
            ("a;b\n1,5;2,5\n2,5;3,5\n", ';'),
            ("a\tb\nx, y\tz\n", '\t'),
            ("a|b|c\n1|2|3\n", '|'),
            ("name;text\nx;\"a, b, c\"\ny;\"d, e, f\"\n", ';'),
            (
                "date,note\n2024-01-01 10:00:00,\"a; b\"\n2024-01-02 10:00:00,c\n",
                ',',
            ),
            ("name,tags\nx,a|b|c\ny,d|e|f\n", ','),
            ("name,tags\nx,a;b\ny,d;e\n", ','),
            ("value\n1\n2\n", ','),
            ("", ','),
            ("a;b;c\n", ';'),
            (
                "id,comment\n1,\"She said \"\"hi; there\"\"\"\n2,\"multi\nline\"\n",
                ',',
            ),
        ] {
            assert_eq!(found(text, b','), (delimiter, '"'), "{text:?}");
        }
        assert_eq!(found("value\n1\n", b'\t'), ('\t', '"'));
        assert_eq!(found("a,b\n'x, y','z'\n'1, 2','3'\n", b','), (',', '\''));
        assert_eq!(found("who,what\n'tis,it's\nher,'twas\n", b','), (',', '"'));
    }

    #[test]
    fn a_letter_is_no_table() {
        assert!(guess("a\tb\n1\t2\n", true, b'\t').regular);
        assert!(
            !guess(
                "Dear all,\n\nplease find, as always, the data.\nBest\n",
                true,
                b','
            )
            .regular
        );
        assert!(!guess("a,b\n", true, b',').regular);
        assert!(!guess("Yes, please.\nNo, thanks.\n", true, b'\t').regular);
    }
}
