//! What the words of a program are, line by line: keywords, strings, comments. Gives classes and no
//! colours. Takes its time; whoever shows lines asks on another thread.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::place::Place;
use super::text::Page;

/// What a piece of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    /// Nothing special.
    Plain,
    /// A comment.
    Comment,
    /// Characters in quotes.
    String,
    /// A number or another constant.
    Constant,
    /// A word of the language.
    Keyword,
    /// The name of something that is called or defined.
    Name,
}

/// Inks of one line: byte lengths that add up to the line's.
pub type Inks = Vec<(usize, Ink)>;

/// Pages whose end is remembered, so that the next page begins as it should.
const REMEMBERED: usize = 64;

/// Longer rows are no program's source.
const MOST_ROW: usize = 2000;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

static CLASSES: LazyLock<Vec<(Scope, Ink)>> = LazyLock::new(|| {
    [
        ("comment", Ink::Comment),
        ("punctuation.definition.comment", Ink::Comment),
        ("string", Ink::String),
        ("punctuation.definition.string", Ink::String),
        ("constant", Ink::Constant),
        ("support.constant", Ink::Constant),
        ("keyword.operator", Ink::Plain),
        ("keyword", Ink::Keyword),
        ("storage", Ink::Keyword),
        ("markup.heading", Ink::Keyword),
        ("entity", Ink::Name),
        ("support", Ink::Name),
        ("variable.function", Ink::Name),
        ("meta.mapping.key", Ink::Name),
    ]
    .into_iter()
    .filter_map(|(name, ink)| Some((Scope::new(name).ok()?, ink)))
    .collect()
});

/// Colours the lines of one file, page after page.
#[derive(Debug)]
pub struct Highlighter {
    syntax: &'static SyntaxReference,
    ends: Vec<(u64, ParseState, ScopeStack)>,
}

impl Highlighter {
    /// For a file, if its name or its first line says what it is written in.
    pub fn of(place: &Place, first_line: &str) -> Option<Self> {
        let name = place.name();
        let extension = name.rsplit_once('.').map_or(name, |(_, e)| e);
        let known = SYNTAXES
            .find_syntax_by_extension(&extension.to_ascii_lowercase())
            .or_else(|| SYNTAXES.find_syntax_by_extension(alias(extension)?))
            .or_else(|| SYNTAXES.find_syntax_by_first_line(first_line));
        let syntax = known.filter(|s| s.name != "Plain Text")?;
        Some(Self {
            syntax,
            ends: Vec::new(),
        })
    }

    /// The language's name: `Python`.
    pub fn language(&self) -> &'static str {
        &self.syntax.name
    }

    /// The inks of every row of `page`. A page whose predecessor wasn't coloured begins afresh.
    pub fn inks(&mut self, page: &Page) -> Vec<Inks> {
        let known = self.ends.iter().find(|(row, ..)| *row == page.first);
        let (mut state, mut stack) = match known {
            Some((_, state, stack)) => (state.clone(), stack.clone()),
            None => (ParseState::new(self.syntax), ScopeStack::new()),
        };
        let rows = page.rows.iter();
        let inks = rows
            .map(|row| line(&mut state, &mut stack, &row.text))
            .collect();
        let next = page.first + page.rows.len() as u64;
        if !self.ends.iter().any(|(row, ..)| *row == next) {
            if self.ends.len() == REMEMBERED {
                self.ends.remove(0);
            }
            self.ends.push((next, state, stack));
        }
        inks
    }
}

/// Extensions that the syntaxes don't know.
fn alias(extension: &str) -> Option<&'static str> {
    Some(match &*extension.to_ascii_lowercase() {
        "ts" | "tsx" | "jsx" | "mjs" => "js",
        "ndjson" | "jsonl" | "geojson" | "ipynb" => "json",
        "toml" | "ini" | "cfg" | "conf" | "env" => "properties",
        "pyw" | "pyi" => "py",
        "svg" => "xml",
        "zsh" | "fish" => "sh",
        "cmd" => "bat",
        _ => return None,
    })
}

fn line(state: &mut ParseState, stack: &mut ScopeStack, text: &str) -> Inks {
    let plain = || vec![(text.len(), Ink::Plain)];
    if text.len() > MOST_ROW {
        return plain();
    }
    let Ok(changes) = state.parse_line(&format!("{text}\n"), &SYNTAXES) else {
        return plain();
    };
    let mut inks: Inks = Vec::new();
    let mut from = 0;
    let mut push = |until: usize, ink: Ink| match inks.last_mut() {
        _ if until <= from => {}
        Some((len, last)) if *last == ink => {
            *len += until - from;
            from = until;
        }
        _ => {
            inks.push((until - from, ink));
            from = until;
        }
    };
    for (at, change) in &changes {
        push((*at).min(text.len()), ink_of(stack));
        if stack.apply(change).is_err() {
            break;
        }
    }
    push(text.len(), ink_of(stack));
    inks
}

fn ink_of(stack: &ScopeStack) -> Ink {
    let class = |scope: &Scope| {
        let found = CLASSES
            .iter()
            .find(|(prefix, _)| prefix.is_prefix_of(*scope));
        found.map(|(_, ink)| *ink)
    };
    let inks = stack.as_slice().iter().rev().filter_map(class);
    inks.into_iter().next().unwrap_or(Ink::Plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::Row;

    fn page(first: u64, rows: &[&str]) -> Page {
        let row = |text: &&str| Row {
            text: (*text).to_owned(),
            ..Row::default()
        };
        Page {
            first,
            rows: rows.iter().map(row).collect(),
        }
    }

    #[test]
    fn python_has_keywords_strings_and_comments() {
        let mut python = Highlighter::of(&Place::new("", "a.py"), "").unwrap();
        assert_eq!(python.language(), "Python");
        let rows = [
            "def f(ä):  # why",
            "    return \"x\" + 1",
            "    x = '''",
            "text",
        ];
        let inks = python.inks(&page(0, &rows));
        for (row, inks) in rows.iter().zip(&inks) {
            assert_eq!(
                inks.iter().map(|(n, _)| n).sum::<usize>(),
                row.len(),
                "{row}"
            );
        }
        let has = |row: usize, ink| inks[row].iter().any(|(_, i)| *i == ink);
        assert!(has(0, Ink::Keyword) && has(0, Ink::Name) && has(0, Ink::Comment));
        assert!(has(1, Ink::Keyword) && has(1, Ink::String) && has(1, Ink::Constant));
        // A string that is open at the end of a page is open in the next.
        let next = python.inks(&page(4, &["still text"]));
        assert_eq!(next[0], [(10, Ink::String)]);
        let elsewhere = python.inks(&page(4000, &["still text"]));
        assert_ne!(elsewhere[0], next[0]);
    }

    #[test]
    fn plain_text_and_unknown_names_have_no_colours() {
        for name in ["notes.txt", "data.xyz", "x.log"] {
            assert!(
                Highlighter::of(&Place::new("", name), "hello").is_none(),
                "{name}"
            );
        }
        for (name, language) in [
            ("run.sh", "Bourne Again Shell (bash)"),
            ("a.json", "JSON"),
            ("q.SQL", "SQL"),
        ] {
            assert_eq!(
                Highlighter::of(&Place::new("", name), "")
                    .unwrap()
                    .language(),
                language
            );
        }
        assert!(Highlighter::of(&Place::new("", "tool"), "#!/usr/bin/env python3").is_some());
    }
}
