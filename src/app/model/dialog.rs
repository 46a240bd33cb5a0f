//! The dialog that is open, if any, as plain values: what a person has typed, and what it means.
//! Knows no widget; what is typed wrongly is said, and changes nothing.

use std::path::PathBuf;
use std::time::Duration;

use super::server::ServerForm;
use crate::config::{Look, Retention};
use crate::session::{Plan, Policy, SessionId, text};

/// An open dialog.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    /// Asks before something that can't be undone.
    Erase(Erase),
    /// The plan of a cleanup beside the rules.
    CleanUp(RulesForm),
    /// The settings.
    Settings(Box<SettingsForm>),
    /// The command palette.
    Palette(Palette),
    /// The sheet of shortcuts.
    Shortcuts,
    /// About scripts and runs.
    Run(RunQuestion),
    /// The HTTP API: its state and last requests.
    Server,
}

/// A question about scripts and runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunQuestion {
    /// Whether the code of the session may run.
    Consent,
    /// What becomes of runs when the window closes.
    Closing,
}

/// The question before a permanent deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erase {
    /// What would go; nothing protected is among it.
    pub ids: Vec<SessionId>,
    /// How many of the selected ones stay because something protects them.
    pub spared: usize,
    /// Known bytes of what would go.
    pub bytes: u64,
    /// Whether every size is known.
    pub complete: bool,
    /// The oldest and the newest of them.
    pub range: (SessionId, SessionId),
}

/// The palette: what was typed and which line is marked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Palette {
    /// What was typed.
    pub query: String,
    /// The marked line.
    pub marked: usize,
}

/// An answer to the open dialog.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Close it and change nothing.
    Close,
    /// Delete for good what it names.
    Erase,
    /// Carry out the plan.
    CleanUp(Plan),
    /// Keep the rules of the cleanup for ever.
    SaveRules,
    /// Take over the settings.
    SaveSettings,
    /// Ask for a base directory.
    PickBase,
}

/// The rules of retention, each with a switch and as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RulesForm {
    /// Keep the newest N.
    pub keep: Rule,
    /// Delete what is older.
    pub older_than: Rule,
    /// Delete while all together take more.
    pub max_total: Rule,
    /// Delete until so much is free.
    pub min_free: Rule,
}

/// One rule as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// Whether it holds.
    pub on: bool,
    /// Its limit as typed.
    pub text: String,
}

impl Rule {
    fn of(limit: Option<String>, otherwise: &str) -> Self {
        Self {
            on: limit.is_some(),
            text: limit.unwrap_or_else(|| otherwise.to_owned()),
        }
    }

    /// The limit, which is `wanted`: a field that was emptied says so.
    fn value<T>(
        &self,
        wanted: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, String> {
        match self.text.trim() {
            _ if !self.on => Ok(None),
            "" => Err(format!("Write {wanted}, or switch this rule off")),
            _ => parse(&self.text).map(Some),
        }
    }

    fn count(&self) -> Result<Option<usize>, String> {
        self.value("a number of sessions, like 10", parse_count)
    }

    fn age(&self) -> Result<Option<Duration>, String> {
        self.value("an age, like 12h, 7d or 3w", text::parse_age)
    }

    fn size(&self) -> Result<Option<u64>, String> {
        self.value("a size, like 500MB or 20GB", text::parse_bytes)
    }

    /// What is wrong with a number of sessions, if anything.
    pub fn count_problem(&self) -> Option<String> {
        self.count().err()
    }

    /// What is wrong with an age, if anything.
    pub fn age_problem(&self) -> Option<String> {
        self.age().err()
    }

    /// What is wrong with a size, if anything.
    pub fn size_problem(&self) -> Option<String> {
        self.size().err()
    }
}

fn parse_count(typed: &str) -> Result<usize, String> {
    let wrong = |_| format!("{typed:?} is not a number of sessions; write it like 10");
    typed.trim().parse().map_err(wrong)
}

impl RulesForm {
    /// The form of a policy; rules that are off suggest a limit.
    pub fn of(policy: &Policy) -> Self {
        Self {
            keep: Rule::of(policy.keep.map(|n| n.to_string()), "10"),
            older_than: Rule::of(policy.max_age.map(text::typed_age), "30d"),
            max_total: Rule::of(policy.max_total.map(text::typed_bytes), "20GB"),
            min_free: Rule::of(policy.min_free.map(text::typed_bytes), "10GB"),
        }
    }

    /// The policy that was typed.
    ///
    /// # Errors
    /// What can't be understood.
    pub fn policy(&self) -> Result<Policy, String> {
        Ok(Policy {
            keep: self.keep.count()?,
            max_age: self.older_than.age()?,
            max_total: self.max_total.size()?,
            min_free: self.min_free.size()?,
        })
    }
}

/// The settings as they are typed.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingsForm {
    /// The base directory.
    pub base: String,
    /// The rules of retention.
    pub rules: RulesForm,
    /// Theme, scale and animations; they show at once.
    pub look: Look,
    /// How it looked before, for Cancel.
    pub look_before: Look,
    /// The HTTP API; none if this program has none.
    pub server: Option<ServerForm>,
    /// Why the base or the rules come from elsewhere, if the environment or a flag names them.
    pub base_is_overridden: bool,
}

impl SettingsForm {
    /// The base directory that was typed, if it differs from `base`.
    pub fn new_base(&self, base: &std::path::Path) -> Option<PathBuf> {
        let typed = PathBuf::from(self.base.trim());
        (typed != base && !typed.as_os_str().is_empty()).then_some(typed)
    }

    /// The rules in the way of the settings file.
    ///
    /// # Errors
    /// What can't be understood.
    pub fn retention(&self) -> Result<Retention, String> {
        Ok(Retention::of(&self.rules.policy()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_typed_as_people_write_them_and_come_back_the_same() {
        let policy = Policy {
            keep: Some(5),
            max_age: Some(Duration::from_secs(7 * 86_400)),
            max_total: Some(20_000_000_000),
            min_free: None,
        };
        let form = RulesForm::of(&policy);
        assert_eq!(
            (form.older_than.text.as_str(), form.max_total.text.as_str()),
            ("1w", "20GB")
        );
        assert!(!form.min_free.on);
        assert_eq!(form.policy(), Ok(policy));
    }

    #[test]
    fn what_is_typed_wrongly_is_said_and_what_is_off_is_not_looked_at() {
        let mut form = RulesForm::of(&Policy::none());
        form.keep.text = "many".into();
        assert_eq!(form.policy(), Ok(Policy::none()));
        form.keep.on = true;
        assert!(form.policy().unwrap_err().contains("write it like 10"));
        assert!(form.keep.count_problem().is_some());
        form.keep.text = " 3 ".into();
        assert_eq!(form.policy(), Ok(Policy::keep(3)));
        form.max_total = Rule {
            on: true,
            text: "big".into(),
        };
        assert!(form.max_total.size_problem().is_some());
    }

    #[test]
    fn a_field_that_was_emptied_says_what_it_wants() {
        let emptied = Rule {
            on: true,
            text: " ".into(),
        };
        for (problem, wanted) in [
            (emptied.count_problem(), "a number of sessions, like 10"),
            (emptied.age_problem(), "an age, like 12h, 7d or 3w"),
            (emptied.size_problem(), "a size, like 500MB or 20GB"),
        ] {
            let words = format!("Write {wanted}, or switch this rule off");
            assert_eq!(problem, Some(words));
        }
        let off = Rule {
            on: false,
            ..emptied
        };
        assert_eq!(off.count_problem(), None);
    }
}
