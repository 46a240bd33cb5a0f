//! What is worked out from all sessions together: the plan of a cleanup, and the chart. For few sessions that is
//! done where it is asked for; for many a thread does it, and what was worked out last is shown until then.

use std::collections::HashSet;
use std::sync::Arc;

use super::Chart;
use super::fresh::Known;
use super::list::{LARGE, List, Sessions};
use super::row::Size;
use crate::session::{self, Candidate, Moment, Plan, Policy, SessionId};

/// What is to be worked out.
#[derive(Debug, PartialEq)]
pub struct Question {
    /// Every listed session, newest first.
    pub(super) all: Sessions,
    /// Their sizes, as far as they are known.
    pub(super) sizes: Arc<Vec<Size>>,
    /// Those that are being deleted, and count no more.
    pub(super) hidden: HashSet<SessionId>,
    pub(super) current: Option<SessionId>,
    pub(super) policy: Policy,
    pub(super) now: chrono::DateTime<chrono::FixedOffset>,
    pub(super) free_disk: Option<u64>,
    /// Goes up with every other base.
    pub(super) edition: u64,
}

/// What was worked out.
#[derive(Debug, PartialEq)]
pub struct Digest {
    pub(super) plan: Plan,
    pub(super) chart: Chart,
    pub(super) edition: u64,
}

impl Question {
    /// Works it out.
    pub fn answer(self) -> Digest {
        let candidates: Vec<Candidate> = self
            .all
            .iter()
            .zip(self.sizes.iter())
            .filter(|(s, _)| self.hidden.is_empty() || !self.hidden.contains(&s.id))
            .map(|(session, size)| session.candidate(size.usage()))
            .collect();
        let moment = Moment {
            now: self.now,
            free_disk: self.free_disk,
        };
        let oldest_first = || candidates.iter().rev();
        Digest {
            plan: session::cleanup::plan(&candidates, &self.policy, &moment),
            chart: Chart {
                ids: oldest_first().map(|c| c.id).collect(),
                bytes: oldest_first().map(|c| c.bytes.unwrap_or(0)).collect(),
                current: oldest_first().position(|c| Some(c.id) == self.current),
            },
            edition: self.edition,
        }
    }
}

/// What is no longer needed, for a thread to let go of: of 100,000 sessions that takes milliseconds.
#[derive(Debug, Default, PartialEq)]
pub struct Waste {
    pub(super) list: Option<Box<List>>,
    pub(super) known: Option<Box<Known>>,
    pub(super) from: Vec<u32>,
    pub(super) plan: Option<Plan>,
    pub(super) chart: Option<Chart>,
}

impl Waste {
    /// Whether to let go of it would keep the window's thread for too long.
    pub fn is_large(&self) -> bool {
        self.from.len() > LARGE || self.list.as_ref().is_some_and(|l| l.is_large())
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{id, listing, now, used};
    use super::super::{Beginning, Model};
    use super::*;
    use crate::config::Settings;

    #[test]
    fn a_thread_works_out_the_same_as_the_window_would() {
        let mut model = Model::new(Beginning {
            base: "/base".into(),
            base_is_overridden: false,
            settings: Settings::default(),
            policy: Policy {
                max_total: Some(9_000_000),
                ..Policy::keep(5_900)
            },
            now: now(),
        });
        let n = 6_000;
        model.table.replace(listing(n), now());
        for days in (0..n).filter(|d| d % 3 != 0) {
            model.table.set_size(id(days), Size::Known(used(3_000)));
        }
        model.table.hide([id(7), id(5_999)]);
        model.table.remove(&[id(11)].into());
        model
            .table
            .edit(id(5_998), |session| session.protection.pinned = true);
        model.moved();
        assert_eq!(
            model.cleanup_plan(),
            &Plan::default(),
            "nothing is worked out in the frame"
        );
        let digest = model.question().unwrap().answer();
        assert_eq!(model.question(), None, "one at a time");
        let policy = model.policy.clone();
        assert_eq!(digest.plan, model.plan_by(&policy));
        assert!(digest.plan.delete.len() > 90 && digest.plan.spared.len() == 1);
        assert_eq!(digest.chart, Chart::of(&model.table));
        assert!(model.is_digesting());
        model.digest(digest);
        assert!(!model.is_digesting());
        assert!(!model.cleanup_plan().delete.is_empty());
        assert_eq!(model.chart().ids.len(), 5_997);
    }

    #[test]
    fn what_was_worked_out_of_another_base_is_not_taken_over() {
        let mut model = Model::new(Beginning {
            base: "/base".into(),
            base_is_overridden: false,
            settings: Settings::default(),
            policy: Policy::keep(3),
            now: now(),
        });
        model.table.replace(listing(6_000), now());
        model.moved();
        let digest = model.question().unwrap().answer();
        model.edition += 1;
        model.table.replace(listing(5), now());
        model.moved();
        model.digest(digest);
        assert_eq!(model.cleanup_plan().delete.len(), 2, "that of the five");
        assert!(!model.is_digesting());
    }
}
