//! The scripts and runs of the open session, what is typed for the next run, and what is seen of a log;
//! and what the window remembers of them. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::ansi::Span;
use super::problem::Problem;
use super::{Model, SideTab};
use crate::app::action::RunAnswer;
use crate::run::{Candidates, DEFAULT_TIME_LIMIT, Run, ScriptPath, State, log};
use crate::session::{SessionId, text};

/// What the window knows of runs.
#[derive(Debug, Default)]
pub struct Runs {
    /// The session that scripts and runs are of.
    pub session: Option<SessionId>,
    /// Its scripts; nothing while they are being looked for.
    pub scripts: Option<Candidates>,
    /// Its runs, newest first.
    pub runs: Vec<Run>,
    /// The script that is chosen.
    pub chosen: Option<ScriptPath>,
    /// What is typed for its next run.
    pub form: Form,
    /// What stood there when the script was chosen, or was run last.
    pub settled: Form,
    /// The run that is looked at.
    pub shown: Option<Shown>,
    /// How many runs are about to begin.
    pub starting: usize,
    /// Runs of any session that are known to go on.
    pub going: BTreeSet<(SessionId, String)>,
    /// What is remembered.
    pub remembered: Remembered,
    /// The person has said what becomes of the runs when the window closes.
    pub may_close: bool,
    /// What was said while some were about to begin: it is done when they have begun.
    pub closing: Option<RunAnswer>,
}

/// A run that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// Lines of its log, as far as it was read.
    pub total: usize,
    /// The number of the first of `lines`.
    pub first: usize,
    /// The lines around what is seen.
    pub lines: Vec<LogLine>,
    /// What was asked for last: from this line, as many.
    pub asked: (usize, usize),
    /// Why the log can't be read, if so.
    pub problem: Option<Problem>,
    /// What is looked for in it.
    pub find: Find,
}

/// What is looked for in a log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Find {
    /// The words, in capital or small letters.
    pub needle: String,
    /// The line that was found last.
    pub at: Option<usize>,
    /// Whether it is still looked for.
    pub looking: bool,
    /// How often a line was found: each time it comes into view.
    pub found: usize,
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Whose it is.
    pub from: log::From,
    /// What it says.
    pub spans: Vec<Span>,
}

impl LogLine {
    /// A line as it stands in the file, without its end.
    pub fn of(line: &[u8]) -> Self {
        let (from, said) = log::parse(line);
        Self {
            from,
            spans: super::ansi::spans(said),
        }
    }

    /// What it says, without looks.
    pub fn text(&self) -> String {
        self.spans.iter().map(|s| s.text.as_str()).collect()
    }
}

/// What a person types for a run of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// Arguments, as in a shell: by blanks, quoted where they hold some.
    pub args: String,
    /// A variable on each line: `KEY=VALUE`.
    pub environment: String,
    /// How long it may take; `0s` for as long as it likes.
    pub time_limit: String,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            args: String::new(),
            environment: String::new(),
            time_limit: text::typed_age(DEFAULT_TIME_LIMIT),
        }
    }
}

impl Form {
    /// The arguments one by one.
    ///
    /// # Errors
    /// If a quote is not closed.
    pub fn args(&self) -> Result<Vec<String>, String> {
        split(&self.args)
    }

    /// The variables.
    ///
    /// # Errors
    /// At the first line that is none.
    pub fn environment(&self) -> Result<Vec<(String, String)>, String> {
        let lines = self.environment.lines().filter(|l| !l.trim().is_empty());
        let pair = |line: &str| match line.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() && !line.contains('\0') => {
                Ok((key.trim().to_owned(), value.to_owned()))
            }
            _ => Err(format!("{line:?} is no variable; write it like KEY=VALUE")),
        };
        lines.map(pair).collect()
    }

    /// The time limit in seconds.
    ///
    /// # Errors
    /// If it can't be understood.
    pub fn time_limit_s(&self) -> Result<u64, String> {
        let typed = self.time_limit.trim();
        if typed == "0" {
            return Ok(0);
        }
        let wrong =
            |_| format!("{typed:?} is not a time; write it like 90s, 10m or 2h, or 0 for no limit");
        text::parse_age(typed)
            .map(|age| age.as_secs())
            .map_err(wrong)
    }

    /// What is wrong with it, if anything.
    pub fn problem(&self) -> Option<String> {
        let args = self.args().err();
        args.or_else(|| self.environment().err())
            .or_else(|| self.time_limit_s().err())
    }
}

fn split(typed: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in typed.chars() {
        match (quote, c) {
            (Some(q), c) if q == c => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    if let Some(quote) = quote {
        return Err(format!("a quote {quote} in the arguments is not closed"));
    }
    words.extend(word);
    Ok(words)
}

/// Arguments as they are typed: [`Form::args`] reads them.
pub fn typed(args: &[String]) -> String {
    let word = |word: &String| {
        let plain =
            !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || "'\"".contains(c));
        match plain {
            true => word.clone(),
            // One kind of quote stands in the other.
            false if !word.contains('"') => format!("\"{word}\""),
            false => {
                let parts: Vec<_> = word.split('"').map(|p| format!("\"{p}\"")).collect();
                parts.join("'\"'")
            }
        }
    };
    args.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// What the window remembers of runs: which sessions a person has let run, and what was typed last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// Directories of the sessions whose scripts may be run without asking.
    pub allowed: BTreeSet<PathBuf>,
    /// What was typed for each script, by the path of its file.
    pub forms: BTreeMap<PathBuf, Form>,
}

/// As many of each are remembered; sessions are short-lived.
const MOST: usize = 500;

impl Remembered {
    /// Reads what was remembered; nothing where it makes no sense.
    pub fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// Forgets the oldest, by the names of sessions.
    pub fn shorten(&mut self) {
        while self.allowed.len() > MOST {
            self.allowed.pop_first();
        }
        while self.forms.len() > MOST {
            self.forms.pop_first();
        }
    }
}

impl Runs {
    /// The run that is looked at, as it is listed.
    pub fn shown_run(&self) -> Option<&Run> {
        let shown = self.shown.as_ref()?;
        self.runs.iter().find(|r| r.record.name == shown.name)
    }

    /// Goes over to another session; what is remembered and what goes on stays.
    pub fn leave(&mut self) {
        let kept = std::mem::take(self);
        self.going = kept.going;
        self.remembered = kept.remembered;
        self.starting = kept.starting;
        self.may_close = kept.may_close;
        self.closing = kept.closing;
    }

    /// What a person has typed for the script of `run` and not run yet, if anything: that holds when it is
    /// run again, and otherwise what the run itself was told.
    pub fn typed_since(&self, run: &Run) -> Option<&Form> {
        let is_chosen = self.chosen.as_ref() == Some(&run.record.script);
        (is_chosen && self.form != self.settled).then_some(&self.form)
    }

    /// Whether one of this session is known to go on.
    pub fn goes_on_in(&self, id: SessionId) -> bool {
        self.going.iter().any(|(session, _)| *session == id)
    }

    /// How many go on or are about to begin.
    pub fn count(&self) -> usize {
        self.going.len() + self.starting
    }
}

/// What became of a run, in a few words.
pub fn result(run: &Run, now: DateTime<FixedOffset>) -> String {
    match &run.state {
        State::Running => format!("running for {}", lasting(going_on(run, now))),
        State::Lost => "ended unexpectedly".into(),
        State::Ended(end) if end.is_success() => "done".into(),
        State::Ended(end) => end.words(),
    }
}

/// How long a run goes on by now.
fn going_on(run: &Run, now: DateTime<FixedOffset>) -> Duration {
    // A clock that was set back has not made it shorter than nothing.
    (now - run.record.started_at).to_std().unwrap_or_default()
}

/// A length of time as a person follows it: `12 s`, `3 min 12 s`, `2 h 5 min`.
fn lasting(time: Duration) -> String {
    match time.as_secs() {
        s @ 0..60 => format!("{s} s"),
        s @ 60..3_600 => format!("{} min {} s", s / 60, s % 60),
        s => format!("{} h {} min", s / 3_600, s / 60 % 60),
    }
}

/// How long until [`lasting`] says something else.
fn next_word(time: Duration) -> Duration {
    let step = if time < Duration::from_secs(3_600) {
        1_000
    } else {
        60_000
    };
    let into = u64::try_from(time.as_millis() % u128::from(step)).unwrap_or(0);
    Duration::from_millis(step - into)
}

impl Model {
    /// How long until what is seen of a run that goes on says another time; nothing where none is seen. Of
    /// several the newest decides, so that there is one such moment a second.
    pub fn next_second_of_runs(&self) -> Option<Duration> {
        self.open_row()?;
        let goes_on = |run: &&Run| run.state == State::Running;
        let seen = match (self.side, &self.runs.shown) {
            (SideTab::Run, Some(_)) => self.runs.shown_run().filter(goes_on),
            (SideTab::Run | SideTab::Overview, _) => self.runs.runs.iter().find(goes_on),
            (SideTab::Files | SideTab::Data, _) => None,
        };
        Some(next_word(going_on(seen?, self.now())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_run_that_goes_on_is_worded_anew_each_second_and_later_each_minute() {
        for (ms, words, next) in [
            (0, "0 s", 1_000),
            (12_300, "12 s", 700),
            (59_999, "59 s", 1),
            (192_000, "3 min 12 s", 1_000),
            (7_500_000, "2 h 5 min", 60_000),
            (7_559_000, "2 h 5 min", 1_000),
        ] {
            let time = Duration::from_millis(ms);
            assert_eq!(lasting(time), words);
            assert_eq!(next_word(time), Duration::from_millis(next), "{words}");
        }
    }

    #[test]
    fn arguments_are_typed_as_in_a_shell() {
        for (typed, words) in [
            ("", vec![]),
            ("  a  b ", vec!["a", "b"]),
            ("--x='a b' \"c d\"e ''", vec!["--x=a b", "c de", ""]),
            ("C:\\x", vec!["C:\\x"]),
        ] {
            assert_eq!(split(typed).unwrap(), words, "{typed}");
        }
        assert!(split("'a").unwrap_err().contains("not closed"));
    }

    #[test]
    fn what_is_typed_wrongly_is_said() {
        let form = |args: &str, environment: &str, time_limit: &str| Form {
            args: args.into(),
            environment: environment.into(),
            time_limit: time_limit.into(),
        };
        let good = form("a", "A = b=c\n\nB=", "10m");
        assert_eq!(good.problem(), None);
        assert_eq!(
            good.environment().unwrap(),
            [("A".into(), " b=c".into()), ("B".into(), String::new())]
        );
        assert_eq!(
            (good.time_limit_s(), form("", "", "0").time_limit_s()),
            (Ok(600), Ok(0))
        );
        for bad in [
            form("\"", "", "1s"),
            form("", "A", "1s"),
            form("", "=b", "1s"),
            form("", "", "soon"),
        ] {
            assert!(bad.problem().is_some(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn arguments_come_back_as_they_were(args in prop::collection::vec("[a'\" \\\\]{0,5}", 0..4)) {
            prop_assert_eq!(split(&typed(&args)).unwrap(), args);
        }
    }
}
