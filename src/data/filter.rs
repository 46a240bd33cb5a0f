//! What is typed into the filter of a table, and what it is in SQL: names quoted, values bound.

use rusqlite::types::Value as Bound;

use super::quoted;

/// A filter that was understood.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq)]
enum Term {
    /// Any column has this in it.
    Anywhere(String),
    /// One column compared.
    Compare(String, &'static str, Bound),
    /// One column has this in it, or has it not.
    Has(String, String, bool),
    /// One column has no value, or has one.
    Null(String, bool),
}

/// The signs, longer ones first, and what they are in SQL.
const SIGNS: [(&str, &str); 10] = [
    ("!=", "IS NOT"),
    ("<>", "IS NOT"),
    ("<=", "<="),
    (">=", ">="),
    ("==", "IS"),
    ("!~", "!~"),
    ("=", "IS"),
    ("<", "<"),
    (">", ">"),
    ("~", "~"),
];

impl Filter {
    /// Reads `typed`: terms joined by `and`, each `column op value` or words that any column has in it. The
    /// signs are `= != < <= > >=`, `~` for "has in it" and `!~`; `column is null`, `column is not null`.
    ///
    /// # Errors
    /// What isn't understood, in words.
    pub fn parse(typed: &str, columns: &[String]) -> Result<Self, String> {
        let terms = split(typed)
            .into_iter()
            .map(|term| self::term(&term, columns))
            .collect::<Result<_, _>>()?;
        Ok(Self { terms })
    }

    /// Whether every row passes.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The condition, empty if every row passes, and its values.
    pub(super) fn sql(&self, columns: &[String]) -> (String, Vec<Bound>) {
        let mut values = Vec::new();
        let terms: Vec<_> = self
            .terms
            .iter()
            .map(|t| t.sql(columns, &mut values))
            .collect();
        if terms.is_empty() {
            return (String::new(), values);
        }
        (format!(" WHERE {}", terms.join(" AND ")), values)
    }
}

impl Term {
    fn sql(&self, columns: &[String], values: &mut Vec<Bound>) -> String {
        let mut has = |column: &str, words: &str| {
            values.push(Bound::Text(words.to_owned()));
            format!(
                "instr(lower(CAST({} AS TEXT)), lower(?{})) > 0",
                quoted(column),
                values.len()
            )
        };
        match self {
            Self::Anywhere(words) if columns.is_empty() => {
                values.push(Bound::Text(words.clone()));
                "0".into()
            }
            Self::Anywhere(words) => {
                // SQLite's own numbers for one value, however many columns there are.
                let one = has(&columns[0], words);
                let place = one.rsplit_once("?").map_or("", |(_, rest)| rest).to_owned();
                let more = columns[1..]
                    .iter()
                    .map(|c| format!("instr(lower(CAST({} AS TEXT)), lower(?{place}", quoted(c)));
                let all: Vec<_> = std::iter::once(one).chain(more).collect();
                // In halves, so that a thousand columns don't nest a thousand deep.
                format!("({})", halves(&all))
            }
            Self::Has(column, words, true) => has(column, words),
            Self::Has(column, words, false) => format!("({}) IS NOT 1", has(column, words)),
            Self::Null(column, true) => format!("{} IS NULL", quoted(column)),
            Self::Null(column, false) => format!("{} IS NOT NULL", quoted(column)),
            Self::Compare(column, sign, value) => {
                values.push(value.clone());
                format!("{} {sign} ?{}", quoted(column), values.len())
            }
        }
    }
}

fn halves(terms: &[String]) -> String {
    match terms {
        [] => "0".into(),
        [one] => one.clone(),
        many => {
            let (a, b) = many.split_at(many.len() / 2);
            format!("({} OR {})", halves(a), halves(b))
        }
    }
}

/// The terms between `and`s that don't stand in quotes.
fn split(typed: &str) -> Vec<String> {
    let mut terms = vec![String::new()];
    let mut quote = None;
    for word in typed.split_inclusive(' ') {
        if quote.is_none() && word.trim().eq_ignore_ascii_case("and") {
            terms.push(String::new());
            continue;
        }
        for c in word.chars().filter(|c| matches!(c, '\'' | '"')) {
            quote = match quote {
                Some(open) if open == c => None,
                None => Some(c),
                other => other,
            };
        }
        if let Some(last) = terms.last_mut() {
            last.push_str(word);
        }
    }
    terms.retain(|t| !t.trim().is_empty());
    terms
}

fn term(term: &str, columns: &[String]) -> Result<Term, String> {
    let term = term.trim();
    let Some((column, rest)) = column(term, columns) else {
        let found = SIGNS.iter().filter_map(|(sign, _)| term.find(sign)).min();
        // `a = 1` where there is no column `a`.
        return match found.map(|at| term[..at].trim()) {
            Some(name) if !name.is_empty() && !name.contains(' ') => {
                Err(format!("there is no column {name}"))
            }
            _ => Ok(Term::Anywhere(unquoted(term).0)),
        };
    };
    let rest = rest.trim();
    let lower = rest.to_ascii_lowercase();
    match lower.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["is", "null"] => return Ok(Term::Null(column, true)),
        ["is", "not", "null"] => return Ok(Term::Null(column, false)),
        _ => {}
    }
    let Some((sign, sql)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) else {
        return Ok(Term::Anywhere(unquoted(term).0));
    };
    let (value, was_quoted) = unquoted(rest[sign.len()..].trim());
    if value.is_empty() && !was_quoted {
        return Err(format!("a value is missing behind {column} {sign}"));
    }
    Ok(match *sql {
        "~" => Term::Has(column, value, true),
        "!~" => Term::Has(column, value, false),
        sql => Term::Compare(column, sql, bound(value, was_quoted)),
    })
}

fn bound(value: String, was_quoted: bool) -> Bound {
    if was_quoted {
        return Bound::Text(value);
    }
    if let Ok(n) = value.parse() {
        return Bound::Integer(n);
    }
    let looks_like_one = value.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    match value.parse::<f64>() {
        Ok(n) if looks_like_one => Bound::Real(n),
        _ => Bound::Text(value),
    }
}

/// The column that `term` begins with, and what follows.
fn column<'a>(term: &'a str, columns: &[String]) -> Option<(String, &'a str)> {
    if let Some(inner) = term.strip_prefix('"') {
        let (name, rest) = inner.split_once('"')?;
        let known = columns.iter().find(|c| c.eq_ignore_ascii_case(name))?;
        return Some((known.clone(), rest));
    }
    let fits = |c: &&String| {
        let begins = term
            .get(..c.len())
            .is_some_and(|t| t.eq_ignore_ascii_case(c));
        // Not the beginning of a longer word.
        begins && !term[c.len()..].starts_with(|n: char| n.is_alphanumeric() || n == '_')
    };
    let known = columns.iter().filter(fits).max_by_key(|c| c.len())?;
    Some((known.clone(), &term[known.len()..]))
}

/// The text without quotes around it, and whether there were any.
fn unquoted(text: &str) -> (String, bool) {
    for quote in ['\'', '"'] {
        let inner = text.strip_prefix(quote).and_then(|t| t.strip_suffix(quote));
        if let Some(inner) = inner {
            let twice = format!("{quote}{quote}");
            return (inner.replace(&twice, &quote.to_string()), true);
        }
    }
    (text.to_owned(), false)
}
