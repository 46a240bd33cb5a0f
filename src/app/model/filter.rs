//! What a person types into the filter box: plain text, and words such as `older:7d` or `is:pinned`.
//! Pure: a row and the time go in, yes or no comes out.

use std::fmt::Write as _;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::row::Row;
use crate::session::text;

/// What to show; everything by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// All of these must be in the id or the note; lower case.
    texts: Vec<String>,
    words: Vec<Word>,
    /// What could not be understood, for the person.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Older(Duration),
    Newer(Duration),
    Larger(u64),
    Smaller(u64),
    Is(Trait),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trait {
    Pinned,
    Current,
    InUse,
    Damaged,
}

/// The words that the filter understands, with what they do, for help and completion.
pub const WORDS: [(&str, &str); 8] = [
    ("older:7d", "Created more than 7 days ago; also m, h and w"),
    ("newer:12h", "Created within the last 12 hours"),
    ("larger:100MB", "At least 100 MB; also kB, GB, MiB and GiB"),
    ("smaller:1GB", "At most 1 GB"),
    ("is:pinned", "Pinned by you"),
    ("is:current", "The current session"),
    ("is:in-use", "A program works in it"),
    ("is:damaged", "Something of it is missing or unreadable"),
];

impl Filter {
    /// Understands what was typed. A word that is still being typed (`older:`) filters nothing yet.
    pub fn parse(typed: &str) -> Self {
        let mut filter = Self::default();
        for part in typed.split_whitespace() {
            match parse_word(part) {
                Parsed::Word(word) => filter.words.push(word),
                Parsed::Unfinished => {}
                Parsed::Text => filter.texts.push(part.to_lowercase()),
                Parsed::Wrong(why) => filter.problem = Some(why),
            }
        }
        filter
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.words.is_empty()
    }

    /// Whether its answers change as time goes by.
    pub fn depends_on_time(&self) -> bool {
        self.words
            .iter()
            .any(|w| matches!(w, Word::Older(_) | Word::Newer(_)))
    }

    /// Whether its answers change as sizes come in.
    pub fn depends_on_size(&self) -> bool {
        self.words.iter().any(|w| {
            matches!(
                w,
                Word::Larger(_) | Word::Smaller(_) | Word::Is(Trait::Damaged)
            )
        })
    }

    /// Whether it lets `row` through. `buffer` is scratch space, so that 100,000 rows need no allocation.
    pub fn matches(&self, row: Row<'_>, now: DateTime<FixedOffset>, buffer: &mut String) -> bool {
        self.words.iter().all(|w| w.matches(row, now)) && self.matches_text(row, buffer)
    }

    fn matches_text(&self, row: Row<'_>, buffer: &mut String) -> bool {
        if self.texts.is_empty() {
            return true;
        }
        buffer.clear();
        // Writing to a string can't fail.
        let _ = write!(buffer, "{}", row.session.id);
        if !row.session.note.is_empty() {
            buffer.push(' ');
            buffer.push_str(&row.session.note.to_lowercase());
        }
        self.texts.iter().all(|t| buffer.contains(t.as_str()))
    }
}

impl Word {
    fn matches(self, row: Row<'_>, now: DateTime<FixedOffset>) -> bool {
        let s = row.session;
        let age = now.signed_duration_since(s.created_at);
        let limit = |d| TimeDelta::from_std(d).unwrap_or(TimeDelta::MAX);
        match self {
            Self::Older(than) => age > limit(than),
            Self::Newer(than) => age <= limit(than),
            Self::Larger(than) => row.size.bytes().is_some_and(|b| b >= than),
            Self::Smaller(than) => {
                row.size.is_final() && row.size.bytes().is_some_and(|b| b <= than)
            }
            Self::Is(Trait::Pinned) => s.protection.pinned,
            Self::Is(Trait::Current) => s.protection.current,
            Self::Is(Trait::InUse) => s.protection.in_use,
            Self::Is(Trait::Damaged) => row.is_damaged(),
        }
    }
}

enum Parsed {
    Word(Word),
    Text,
    Unfinished,
    Wrong(String),
}

fn parse_word(part: &str) -> Parsed {
    let Some((key, value)) = part.split_once(':') else {
        return Parsed::Text;
    };
    let key = key.to_ascii_lowercase();
    if !["older", "newer", "larger", "smaller", "is"].contains(&key.as_str()) {
        return Parsed::Text;
    }
    if value.is_empty() {
        return Parsed::Unfinished;
    }
    let word = match key.as_str() {
        "older" => text::parse_age(value).map(Word::Older),
        "newer" => text::parse_age(value).map(Word::Newer),
        "larger" => text::parse_bytes(value).map(Word::Larger),
        "smaller" => text::parse_bytes(value).map(Word::Smaller),
        _ => return parse_trait(value),
    };
    match word {
        Ok(word) => Parsed::Word(word),
        Err(why) => Parsed::Wrong(why),
    }
}

fn parse_trait(value: &str) -> Parsed {
    const TRAITS: [(&str, Trait); 4] = [
        ("pinned", Trait::Pinned),
        ("current", Trait::Current),
        ("in-use", Trait::InUse),
        ("damaged", Trait::Damaged),
    ];
    let value = value.to_ascii_lowercase();
    if let Some((_, found)) = TRAITS.iter().find(|(name, _)| *name == value) {
        return Parsed::Word(Word::Is(*found));
    }
    if TRAITS.iter().any(|(name, _)| name.starts_with(&value)) {
        return Parsed::Unfinished;
    }
    Parsed::Wrong(format!(
        "\"is:{value}\" is not known; write is:pinned, is:current, is:in-use or is:damaged"
    ))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{now, rows, used};
    use super::super::row::Size;
    use super::*;
    use crate::session::{Protection, Session};

    fn shown(typed: &str, (sessions, sizes): &(Vec<Session>, Vec<Size>)) -> Vec<usize> {
        let filter = Filter::parse(typed);
        let mut buffer = String::new();
        let row = |i: usize| Row {
            session: &sessions[i],
            size: &sizes[i],
        };
        (0..sessions.len())
            .filter(|i| filter.matches(row(*i), now(), &mut buffer))
            .collect()
    }

    #[test]
    fn words_and_text_filter_together() {
        // Row i was made i days before now.
        let mut rows = rows(10);
        rows.0[1].protection = Protection {
            pinned: true,
            ..Protection::default()
        };
        rows.0[2].note = "Ärger mit Import".into();
        rows.0[3].protection.in_use = true;
        rows.0[4].missing = vec!["data.csv".into()];
        rows.1[5] = Size::Known(used(200_000_000));
        rows.1[6] = Size::Counting(used(200_000_000));
        rows.1[7] = Size::Known(used(5));
        rows.0[0].protection.current = true;
        let all: Vec<_> = (0..10).collect();
        for (typed, expected) in [
            ("", all.clone()),
            ("   ", all.clone()),
            ("older:7d", vec![8, 9]),
            ("OLDER:1w", vec![8, 9]),
            ("newer:36h", vec![0, 1]),
            ("older:2d newer:4d", vec![3, 4]),
            ("larger:100MB", vec![5, 6]),
            ("larger:1GB", vec![]),
            ("smaller:1kB", vec![7]),
            ("smaller:200MB", vec![5, 7]),
            ("is:pinned", vec![1]),
            ("is:current", vec![0]),
            ("is:in-use", vec![3]),
            ("is:damaged", vec![4]),
            ("ärger", vec![2]),
            ("import ärger is:pinned", vec![]),
            ("SESSION_", all.clone()),
            // Still being typed: nothing disappears meanwhile.
            ("older:", all.clone()),
            ("is:pin", all.clone()),
            ("is:", all.clone()),
            // Not one of our words: plain text.
            ("c:drive", vec![]),
        ] {
            assert_eq!(shown(typed, &rows), expected, "{typed:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_said_and_filters_nothing() {
        for (typed, part) in [
            ("older:soon", "90m, 12h, 7d or 3w"),
            ("larger:big", "500MB"),
            ("is:large", "is:pinned"),
        ] {
            let filter = Filter::parse(typed);
            assert!(filter.is_empty(), "{typed}");
            let problem = filter.problem.unwrap();
            assert!(problem.contains(part), "{typed}: {problem}");
        }
        assert_eq!(Filter::parse("older:7d is:pin x").problem, None);
    }

    #[test]
    fn every_word_of_the_help_is_understood() {
        for (word, _) in WORDS {
            let filter = Filter::parse(word);
            assert!(!filter.is_empty() && filter.problem.is_none(), "{word}");
            // And answers for a row of unknown size without a panic.
            let _ = shown(word, &rows(1));
        }
    }
}
