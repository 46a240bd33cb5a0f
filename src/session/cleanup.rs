//! Which sessions go: a pure plan over the list, shown by a preview, printed by a dry run, applied unchanged.
//! Touches no file; what it is handed is all it knows.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::{Deserialize, Serialize};

use super::error::Protection;
use super::id::SessionId;
use super::text;

/// How many of the newest sessions are kept where nobody says otherwise.
pub const DEFAULT_KEEP: usize = 10;

/// The rules of retention. A session goes if any rule that is set says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Keep this many of the newest; pinned ones don't count.
    pub keep: Option<usize>,
    /// Delete what is older than this.
    pub max_age: Option<Duration>,
    /// Delete the oldest until all sessions together take at most this many bytes (apparent size).
    pub max_total: Option<u64>,
    /// Delete the oldest until this many bytes of the disk are free.
    pub min_free: Option<u64>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            keep: Some(DEFAULT_KEEP),
            ..Self::none()
        }
    }
}

impl Policy {
    /// No rule at all: nothing goes.
    pub fn none() -> Self {
        Self {
            keep: None,
            max_age: None,
            max_total: None,
            min_free: None,
        }
    }

    /// Keep the newest `n`, and no other rule.
    pub fn keep(n: usize) -> Self {
        Self {
            keep: Some(n),
            ..Self::none()
        }
    }

    /// Whether a plan needs the sizes of the sessions.
    pub fn needs_sizes(&self) -> bool {
        self.max_total.is_some() || self.min_free.is_some()
    }
}

/// What the plan must know of one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub id: SessionId,
    /// When it was made.
    pub created_at: DateTime<FixedOffset>,
    /// Its apparent size in bytes; `None` if it isn't known.
    pub bytes: Option<u64>,
    /// What protects it.
    pub protection: Protection,
    /// Whether it comes from a clock more than an hour ahead, and so counts as the oldest.
    pub clock_ahead: bool,
}

/// What a plan takes from outside the list.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Now.
    pub now: DateTime<FixedOffset>,
    /// Bytes free on the disk of the base directory; `None` if it isn't known.
    pub free_disk: Option<u64>,
}

/// Why a session goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is not among the newest ones to keep.
    NotAmongNewest(usize),
    /// It is not among the newest because its date lies in the future.
    FromTheFuture,
    /// It is older than the limit.
    OlderThan(Duration),
    /// All sessions together take more than the limit, in bytes.
    TotalOver(u64),
    /// Less disk than this is free, in bytes.
    FreeUnder(u64),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAmongNewest(n) => write!(f, "not among the newest {n}"),
            Self::FromTheFuture => {
                f.write_str("its date lies in the future, so it counts as the oldest")
            }
            Self::OlderThan(age) => write!(f, "older than {}", text::age(*age)),
            Self::TotalOver(bytes) => {
                write!(f, "all together take more than {}", text::bytes(*bytes))
            }
            Self::FreeUnder(bytes) => {
                write!(f, "less than {} of the disk is free", text::bytes(*bytes))
            }
        }
    }
}

/// A session that the plan deletes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doomed {
    /// Its id.
    pub id: SessionId,
    /// When it was made.
    pub created_at: DateTime<FixedOffset>,
    /// Its apparent size in bytes, if known.
    pub bytes: Option<u64>,
    /// Every rule that says so; at least one.
    pub reasons: Vec<Reason>,
}

/// A session that stays because it is protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spared {
    /// Its id.
    pub id: SessionId,
    /// What protects it.
    pub protection: Protection,
}

/// What a cleanup would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// What goes, oldest first.
    pub delete: Vec<Doomed>,
    /// What stays only because it is protected, oldest first.
    pub spared: Vec<Spared>,
    /// What is protected and would stay by the rules too, oldest first.
    pub safe: Vec<Spared>,
    /// How many sessions stay.
    pub kept: usize,
    /// What the person should know besides: a limit that can't be met, sizes that aren't known.
    pub notes: Vec<String>,
    /// The known sizes of what goes, added up.
    pub bytes: u64,
}

impl Plan {
    /// The plan by which these go, oldest first, whatever the rules say.
    pub fn to_delete(delete: Vec<Doomed>) -> Self {
        Self {
            bytes: delete.iter().filter_map(|d| d.bytes).sum(),
            delete,
            ..Self::default()
        }
    }
}

/// Plans a cleanup of `sessions`, which are given newest first.
///
/// Current and in-use sessions take their places among the newest N first, pinned ones take none;
/// none of them is deleted.
pub fn plan(sessions: &[Candidate], policy: &Policy, moment: &Moment) -> Plan {
    let mut reasons: Vec<Vec<Reason>> = vec![Vec::new(); sessions.len()];
    let mut notes = Vec::new();

    if let Some(keep) = policy.keep {
        beyond_newest(sessions, keep, &mut reasons, &mut notes);
    }
    if let Some(max_age) = policy.max_age {
        let limit = TimeDelta::from_std(max_age).unwrap_or(TimeDelta::MAX);
        for (session, why) in sessions.iter().zip(&mut reasons) {
            if moment.now.signed_duration_since(session.created_at) > limit {
                why.push(Reason::OlderThan(max_age));
            }
        }
        let ahead = sessions.iter().filter(|s| s.clock_ahead).count();
        if ahead > 0 {
            notes.push(format!(
                "the age of {} isn't known",
                text::count(
                    ahead,
                    "session dated in the future",
                    "sessions dated in the future"
                )
            ));
        }
    }
    if policy.needs_sizes() {
        let unknown = sessions.iter().filter(|s| s.bytes.is_none()).count();
        if unknown > 0 {
            notes.push(format!(
                "{} counted as empty",
                text::count(
                    unknown,
                    "session of unknown size is",
                    "sessions of unknown size are"
                )
            ));
        }
    }
    if let Some(max_total) = policy.max_total {
        let total: u64 = sessions.iter().filter_map(|s| s.bytes).sum();
        let excess = total.saturating_sub(max_total);
        let short = take_oldest(sessions, excess, Reason::TotalOver(max_total), &mut reasons);
        if short > 0 {
            notes.push(format!(
                "the protected sessions alone take {} more than the limit of {}",
                text::bytes(short),
                text::bytes(max_total)
            ));
        }
    }
    if let (Some(min_free), Some(free)) = (policy.min_free, moment.free_disk) {
        let missing = min_free.saturating_sub(free);
        let short = take_oldest(sessions, missing, Reason::FreeUnder(min_free), &mut reasons);
        if short > 0 {
            notes.push(format!(
                "{} more would have to be freed elsewhere for {} of free disk",
                text::bytes(short),
                text::bytes(min_free)
            ));
        }
    }
    collect(sessions, reasons, notes)
}

fn beyond_newest(
    sessions: &[Candidate],
    keep: usize,
    reasons: &mut [Vec<Reason>],
    notes: &mut Vec<String>,
) {
    let takes_place = |s: &Candidate| !s.protection.pinned && s.protection.any();
    let protected = sessions.iter().filter(|s| takes_place(s)).count();
    if protected > keep {
        notes.push(format!(
            "{} protected, more than the {keep} to keep",
            text::count(protected, "session is", "sessions are")
        ));
    }
    let (mut places, mut rank) = (keep.saturating_sub(protected), 0);
    for (session, why) in sessions.iter().zip(reasons) {
        let goes = if session.protection.any() {
            // Only for the report: it would go if nothing protected it.
            rank >= keep
        } else if places > 0 {
            places -= 1;
            false
        } else {
            true
        };
        rank += usize::from(!session.protection.pinned);
        if goes {
            why.push(if session.clock_ahead {
                Reason::FromTheFuture
            } else {
                Reason::NotAmongNewest(keep)
            });
        }
    }
}

/// Marks the oldest until `bytes` would be freed, counting what other rules take; returns what is
/// still missing. Protected ones are marked too (for the report) but free nothing.
fn take_oldest(
    sessions: &[Candidate],
    bytes: u64,
    reason: Reason,
    reasons: &mut [Vec<Reason>],
) -> u64 {
    let frees = |s: &Candidate| {
        if s.protection.any() {
            0
        } else {
            s.bytes.unwrap_or(0)
        }
    };
    let already: u64 = sessions
        .iter()
        .zip(reasons.iter())
        .filter(|(_, why)| !why.is_empty())
        .map(|(s, _)| frees(s))
        .sum();
    let mut missing = bytes.saturating_sub(already);
    for (session, why) in sessions.iter().zip(reasons).rev() {
        if missing == 0 {
            break;
        }
        let fresh = why.is_empty();
        if session.bytes.unwrap_or(0) > 0 {
            why.push(reason);
        }
        if fresh {
            missing = missing.saturating_sub(frees(session));
        }
    }
    missing
}

fn collect(sessions: &[Candidate], reasons: Vec<Vec<Reason>>, notes: Vec<String>) -> Plan {
    let (mut delete, mut spared, mut safe) = (Vec::new(), Vec::new(), Vec::new());
    for (session, reasons) in sessions.iter().zip(reasons).rev() {
        if session.protection.any() {
            let stays = if reasons.is_empty() {
                &mut safe
            } else {
                &mut spared
            };
            stays.push(Spared {
                id: session.id,
                protection: session.protection,
            });
        } else if !reasons.is_empty() {
            delete.push(Doomed {
                id: session.id,
                created_at: session.created_at,
                bytes: session.bytes,
                reasons,
            });
        }
    }
    Plan {
        spared,
        safe,
        kept: sessions.len() - delete.len(),
        notes,
        ..Plan::to_delete(delete)
    }
}

#[cfg(test)]
#[path = "cleanup_tests.rs"]
mod tests;
