//! Which session is meant: by its id, by the beginning of one, or as the current one. Never guesses: what
//! fits several is refused with their names.

use std::str::FromStr;

use super::commands::refused;
use super::{Context, Failed};
use crate::session::{Error, ErrorKind, InvalidId, SessionId, text};

/// The word for the current session.
const CURRENT: &str = "current";

/// What the shortest beginning has: a date, so that it stays right for longer than a moment.
const SHORTEST: usize = "session_YYYYMMDD".len();

/// What completes a beginning to the first id that it may mean.
const FIRST: &str = "session_00000000_000000";

/// Candidates that are named, where a beginning has more.
const NAMED: usize = 10;

/// A session as it is named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The current one.
    Current,
    /// That of this id.
    Id(SessionId),
    /// The only one whose id begins so.
    Beginning(String),
}

impl FromStr for Which {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == CURRENT {
            return Ok(Self::Current);
        }
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        let rest = FIRST.get(text.len()..).unwrap_or_default();
        let completed = format!("{text}{rest}");
        match completed.parse::<SessionId>() {
            Ok(_) if text.len() >= SHORTEST => Ok(Self::Beginning(text.to_owned())),
            _ => Err(format!(
                "{InvalidId}, or the beginning of one, at least its date, or the word {CURRENT}"
            )),
        }
    }
}

impl Which {
    /// As it is named where something is lost if it is another one than meant: never by a beginning.
    ///
    /// # Errors
    /// If it is anything else than an id or the word for the current one.
    pub fn exactly(text: &str) -> Result<Self, String> {
        match text.parse()? {
            Self::Beginning(_) => Err(
                "only a whole id will do here, so that nothing else is deleted than is meant"
                    .into(),
            ),
            which => Ok(which),
        }
    }

    /// Its id.
    ///
    /// # Errors
    /// If there is no such session, or several; with `json` that is printed, too.
    pub(super) fn find(&self, context: &Context, json: bool) -> Result<SessionId, Failed> {
        match self {
            Self::Id(id) => Ok(*id),
            Self::Current => match context.store.current() {
                Ok(Some(id)) => Ok(id),
                Ok(None) => Err(refused(json, 404, none(context))),
                Err(e) => Err(refused(json, 409, e)),
            },
            Self::Beginning(text) => begins(context, text, json),
        }
    }
}

fn begins(context: &Context, beginning: &str, json: bool) -> Result<SessionId, Failed> {
    let listing = context.store.list().map_err(|e| refused(json, 409, e))?;
    let ids = listing.sessions.iter().map(|s| s.id.to_string());
    let found: Vec<_> = ids.filter(|id| id.starts_with(beginning)).collect();
    let error = |kind| {
        let tried = format!("find the session {beginning}");
        Error::new(kind, tried, context.store.base())
    };
    match &*found {
        [] => Err(refused(json, 404, error(ErrorKind::NotFound))),
        [one] => one.parse().map_err(|_| Failed::Refused),
        several => {
            let mut named = several.to_vec();
            if several.len() > NAMED {
                named.truncate(NAMED);
                named.push(format!("{} more", several.len() - NAMED));
            }
            let count = text::count(several.len(), "id begins", "ids begin");
            let why = format!("{count} so: {}", named.join(", "));
            let error = error(ErrorKind::Refused(why)).with_help("name one of them");
            refused(json, 400, error);
            Err(Failed::Usage)
        }
    }
}

/// There is no current session, since there is none at all.
pub(super) fn none(context: &Context) -> Error {
    let base = context.store.base().display();
    Error::new(
        ErrorKind::Refused(format!("there is no session in {base}")),
        "find the current session",
        "",
    )
    .with_help("make one with: eyproject-sessions new")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_named_by_id_by_its_beginning_or_as_the_current_one() {
        let id = "session_20250710_153000";
        assert_eq!(id.parse(), Ok(Which::Id(id.parse().unwrap())));
        assert_eq!("current".parse(), Ok(Which::Current));
        for length in SHORTEST..id.len() {
            let beginning = &id[..length];
            let expected = Which::Beginning(beginning.to_owned());
            assert_eq!(beginning.parse(), Ok(expected));
            assert!(Which::exactly(beginning).is_err(), "{beginning}");
        }
        assert_eq!(Which::exactly(id), Ok(Which::Id(id.parse().unwrap())));
        assert_eq!(Which::exactly("current"), Ok(Which::Current));
    }

    #[test]
    fn nothing_else_names_one() {
        for text in [
            "",
            "Current",
            "session_",
            "session_2025071",
            "session_20251399",
            "session_20250710-",
            "session_20250710_9",
            "session_20250710_1575",
            "session_20250710_153000x",
            "session_20250710_153000_",
            "../session_20250710",
            "session_2025071\u{e9}",
            "20250710",
        ] {
            assert!(text.parse::<Which>().is_err(), "{text}");
        }
    }
}
