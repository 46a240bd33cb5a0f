//! A failure as the window tells it: a title, why, and everything for a report. Each is told once.

use crate::session::{Error, ErrorKind};

/// A failure in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// "Could not …".
    pub title: String,
    /// Why, and what helps.
    pub why: String,
    /// All that is known, in one line, to be copied.
    pub details: String,
}

impl Problem {
    /// A failure that is no [`Error`].
    pub fn new(title: impl Into<String>, why: impl Into<String>) -> Self {
        let (title, why) = (title.into(), why.into());
        Self {
            details: format!("{title}: {why}"),
            title,
            why,
        }
    }
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        let cause = std::error::Error::source(error).map(ToString::to_string);
        let reason = match (error.kind(), cause) {
            (ErrorKind::Io, Some(cause)) => cause,
            _ => error.reason(),
        };
        Self {
            title: format!("Could not {}", error.tried()),
            why: match error.help() {
                Some(help) => sentence(&format!("{reason}; {help}")),
                None => sentence(&reason),
            },
            details: error.full(),
        }
    }
}

/// The text with a capital at its beginning.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_core_reads_well() {
        let refused = ErrorKind::Refused("it belongs to another user".into());
        let error = Error::new(refused, "delete session_20250710_153000", "/b/x")
            .with_help("ask its owner to delete it");
        let problem = Problem::from(&error);
        assert_eq!(problem.title, "Could not delete session_20250710_153000");
        assert_eq!(
            problem.why,
            "It belongs to another user; ask its owner to delete it"
        );
        assert_eq!(problem.details, error.full());
        let io = std::io::Error::other("the cable is out");
        let problem = Problem::from(&Error::io("read it", "/b", io));
        assert_eq!(problem.why, "The cable is out");
    }
}
