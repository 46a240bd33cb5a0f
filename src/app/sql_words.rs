//! The words of SQL for the editor: their colours, the word before the caret, names that complete it. Pure.

use std::ops::Range;

use crate::data::{Schema, quoted};

/// What a piece of SQL is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// A word of the language.
    Keyword,
    /// A text in quotes.
    Text,
    /// A number.
    Number,
    /// For people.
    Comment,
    /// Names, signs, spaces.
    Other,
}

/// The words that are used for reading.
const KEYWORDS: [&str; 62] = [
    "ALL",
    "AND",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "COLLATE",
    "CROSS",
    "CURRENT_DATE",
    "CURRENT_TIMESTAMP",
    "DESC",
    "DISTINCT",
    "ELSE",
    "END",
    "ESCAPE",
    "EXCEPT",
    "EXISTS",
    "EXPLAIN",
    "FILTER",
    "FIRST",
    "FROM",
    "FULL",
    "GLOB",
    "GROUP",
    "HAVING",
    "IN",
    "INNER",
    "INTERSECT",
    "IS",
    "ISNULL",
    "JOIN",
    "LAST",
    "LEFT",
    "LIKE",
    "LIMIT",
    "MATERIALIZED",
    "NATURAL",
    "NOT",
    "NOTNULL",
    "NULL",
    "NULLS",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "PARTITION",
    "PLAN",
    "PRAGMA",
    "QUERY",
    "RECURSIVE",
    "RIGHT",
    "SELECT",
    "THEN",
    "UNION",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
];

/// Words that stand before names and are no keywords above.
const MORE: [&str; 2] = ["WITH", "WINDOW"];

/// The text in pieces, without gaps.
pub fn tokens(text: &str) -> Vec<(Range<usize>, Token)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (length, token) = match first {
            '-' if rest.starts_with("--") => {
                (rest.find('\n').unwrap_or(rest.len()), Token::Comment)
            }
            '/' if rest.starts_with("/*") => (
                rest.find("*/").map_or(rest.len(), |end| end + 2),
                Token::Comment,
            ),
            '\'' => (ended(rest, '\''), Token::Text),
            '"' => (ended(rest, '"'), Token::Other),
            c if c.is_ascii_digit() => (word(rest, true), Token::Number),
            c if c.is_alphabetic() || c == '_' => {
                let length = word(rest, false);
                let upper = rest[..length].to_ascii_uppercase();
                let is = KEYWORDS.contains(&upper.as_str()) || MORE.contains(&upper.as_str());
                (length, if is { Token::Keyword } else { Token::Other })
            }
            c => (c.len_utf8(), Token::Other),
        };
        found.push((at..at + length, token));
        at += length;
    }
    found
}

/// The length of what stands between quotes, or of the rest.
fn ended(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

fn word(text: &str, number: bool) -> usize {
    let inside = |c: char| c.is_alphanumeric() || c == '_' || (number && c == '.');
    text.find(|c| !inside(c)).unwrap_or(text.len())
}

/// The word that ends at byte `at`.
pub fn word_before(text: &str, at: usize) -> Range<usize> {
    let before = text.get(..at).unwrap_or(text);
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric() || *c == '_')
        .last()
        .map_or(before.len(), |(i, _)| i);
    start..before.len()
}

/// What `word` may become: tables and columns first, then words of the language; at most `most`.
pub fn completions(schema: &Schema, word: &str, most: usize) -> Vec<String> {
    if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let begins = |name: &str| {
        let start = name.get(..word.len());
        start.is_some_and(|s| s.eq_ignore_ascii_case(word)) && name.len() > word.len()
    };
    let tables = schema.tables.iter().map(|t| t.name.as_str());
    let columns = schema
        .tables
        .iter()
        .flat_map(|t| t.columns.iter().map(|c| c.name.as_str()));
    let names = tables.chain(columns).filter(|n| begins(n)).map(as_written);
    let words = KEYWORDS
        .iter()
        .chain(&MORE)
        .filter(|k| begins(k))
        .map(|k| (*k).to_owned());
    let mut found: Vec<String> = Vec::new();
    for name in names.chain(words) {
        if found.len() == most {
            break;
        }
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// A name, in quotes if it needs them.
fn as_written(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && tokens(name).iter().all(|(_, t)| *t == Token::Other);
    if plain { name.to_owned() } else { quoted(name) }
}

/// Where byte `at` stands, in words: `Line 2, column 5: `.
pub fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    format!("Line {line}, column {column}: ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_have_their_colours() {
        let text = "select x1, 'a b', 1.5 -- end\nFROM \"order\"";
        let of = |kind| -> Vec<&str> {
            let all = tokens(text).into_iter();
            all.filter(|(_, t)| *t == kind)
                .map(|(r, _)| &text[r])
                .collect()
        };
        assert_eq!(of(Token::Keyword), ["select", "FROM"]);
        assert_eq!(of(Token::Text), ["'a b'"]);
        assert_eq!(of(Token::Number), ["1.5"]);
        assert_eq!(of(Token::Comment), ["-- end"]);
    }

    #[test]
    fn places_count_characters() {
        assert_eq!(place("é\nab", 4), "Line 2, column 2: ");
        assert_eq!(word_before("SELECT näm", 11), 7..11);
        assert_eq!(word_before("a, ", 3), 3..3);
    }

    proptest! {
        #[test]
        fn pieces_are_the_whole_text(text in "[a-zé0-9 '\"/*\\-\n.;]{0,40}") {
            let whole: String = tokens(&text).into_iter().map(|(r, _)| &text[r]).collect();
            prop_assert_eq!(whole, text);
        }
    }
}
