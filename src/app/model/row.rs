//! One session as the table shows it: what the list says, and its size as far as it is measured.
//! Knows no colour and no pixel; words for people are made here so that screen readers and cells agree.

use crate::session::{Session, Usage};

/// A session and its size. A list keeps the two apart, since sizes stay when the sessions are read again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    /// What the list says of it.
    pub session: &'a Session,
    /// How large it is.
    pub size: &'a Size,
}

/// A size, as far as it is measured.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Size {
    /// Not looked at yet.
    #[default]
    Unknown,
    /// At least this much; counting goes on.
    Counting(Usage),
    /// Measured.
    Known(Usage),
    /// It can't be measured; the text says why.
    Failed(String),
}

impl Size {
    /// What has been counted so far.
    pub fn usage(&self) -> Option<&Usage> {
        match self {
            Self::Counting(usage) | Self::Known(usage) => Some(usage),
            Self::Unknown | Self::Failed(_) => None,
        }
    }

    /// Apparent bytes counted so far.
    pub fn bytes(&self) -> Option<u64> {
        self.usage().map(|u| u.bytes)
    }

    /// Whether the measuring has come to an end, well or badly.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Known(_) | Self::Failed(_))
    }
}

impl Row<'_> {
    /// Files in it as far as they are counted. The manager's own file is measured with the session, but it is no
    /// file of the person: the tree doesn't show it either.
    pub fn files(&self) -> Option<u64> {
        let own = u64::from(self.session.has_manifest());
        Some(self.size.usage()?.files.saturating_sub(own))
    }

    /// Whether something of it can't be believed or isn't there any more.
    pub fn is_damaged(&self) -> bool {
        self.session.problem.is_some()
            || !self.session.missing.is_empty()
            || matches!(self.size, Size::Failed(_))
    }

    /// The words of the state column, most telling first.
    pub fn state(&self) -> Vec<&'static str> {
        let s = self.session;
        [
            (s.protection.current, "Current"),
            (s.protection.in_use, "In use"),
            (s.problem.is_some(), "Damaged"),
            (matches!(self.size, Size::Failed(_)), "Unreadable"),
            (!s.missing.is_empty(), "Files missing"),
            (s.clock_ahead, "Wrong clock"),
        ]
        .into_iter()
        .filter_map(|(holds, word)| holds.then_some(word))
        .collect()
    }

    /// What the state column means, a line each, for its tooltip.
    pub fn state_explained(&self) -> Vec<String> {
        let s = self.session;
        let mut lines = Vec::new();
        if s.protection.current {
            lines.push("The current session: EYProject works in it".to_owned());
        }
        if s.protection.in_use {
            lines.push("In use: a program is writing to it or runs in it".to_owned());
        }
        if let Some(problem) = &s.problem {
            lines.push(format!("Damaged: {problem}"));
        }
        if let Size::Failed(why) = self.size {
            lines.push(format!("Its size is not known: {why}"));
        }
        if !s.missing.is_empty() {
            lines.push(format!("Missing: {}", s.missing.join(", ")));
        }
        if s.clock_ahead {
            lines.push(
                "Its date lies in the future: a wrong clock made it, so it counts as the oldest"
                    .to_owned(),
            );
        }
        lines
    }
}
