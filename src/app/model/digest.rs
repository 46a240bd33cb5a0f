//! What is worked out from all sessions together: the plan of a cleanup, and the chart. For few sessions that is
//! done where it is asked for; for many a thread does it, and what was worked out last is shown until then.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::Arc;

use super::dialog::Dialog;
use super::fresh::Known;
use super::list::{LARGE, List, Sessions};
use super::row::Size;
use super::{Chart, Model};
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
    /// The rules in the dialog of a cleanup.
    pub(super) form: Option<Policy>,
    pub(super) now: chrono::DateTime<chrono::FixedOffset>,
    pub(super) free_disk: Option<u64>,
    /// Goes up with every other base.
    pub(super) edition: u64,
}

/// What was worked out.
#[derive(Debug, PartialEq)]
pub struct Digest {
    pub(super) plan: Plan,
    /// What the rules in the dialog would do.
    pub(super) form: Option<(Policy, Plan)>,
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
        let by = |policy: &Policy| session::cleanup::plan(&candidates, policy, &moment);
        let oldest_first = || candidates.iter().rev();
        Digest {
            plan: by(&self.policy),
            form: self.form.map(|policy| {
                let plan = by(&policy);
                (policy, plan)
            }),
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
    pub(super) form: Option<(Policy, Plan)>,
    pub(super) chart: Option<Chart>,
}

impl Waste {
    /// Whether to let go of it would keep the window's thread for too long.
    pub fn is_large(&self) -> bool {
        self.from.len() > LARGE || self.list.as_ref().is_some_and(|l| l.is_large())
    }
}

impl Model {
    /// Something of the sessions has changed: what is worked out from them is worked out again.
    pub(in crate::app) fn moved(&mut self) {
        self.stale_digest = self.table.is_large();
        if !self.stale_digest {
            self.plan.take();
            self.chart.take();
        }
    }

    /// Whether the next moment asks a thread for plan and chart.
    fn wants_digest(&self) -> bool {
        self.stale_digest && !self.digesting
    }

    /// Whether the next moment has something for a thread to work out.
    pub fn wants_thread(&self) -> bool {
        self.wants_digest() || self.table.wants_order()
    }

    /// What a thread is to work out, if anything is.
    pub(in crate::app) fn question(&mut self) -> Option<Question> {
        if !self.wants_digest() {
            return None;
        }
        self.stale_digest = false;
        self.digesting = true;
        let (all, sizes, hidden) = self.table.for_digest();
        Some(Question {
            all,
            sizes,
            hidden,
            current: self.table.current(),
            policy: self.policy.clone(),
            form: self.form_policy(),
            now: self.now(),
            free_disk: self.free_disk,
            edition: self.edition,
        })
    }

    /// Takes over what a thread worked out, and returns what it replaces.
    pub(in crate::app) fn digest(&mut self, digest: Digest) -> Waste {
        self.digesting = false;
        if digest.edition != self.edition || !self.table.is_large() {
            // Of another base, or of one that was large.
            self.stale_digest = self.table.is_large();
            return Waste::default();
        }
        let waste = Waste {
            plan: self.plan.take(),
            chart: self.chart.take(),
            form: std::mem::replace(&mut self.form_plan, digest.form),
            ..Waste::default()
        };
        self.plan = OnceCell::from(digest.plan);
        self.chart = OnceCell::from(digest.chart);
        waste
    }

    /// What cleaning up would do, by the rules that hold, as shown. Of a large base it may be that of a moment
    /// ago: what is done follows [`Model::plan_by`].
    pub fn cleanup_plan(&self) -> &Plan {
        let fresh = || self.plan_by(&self.policy);
        self.plan.get_or_init(|| self.unless_large(fresh))
    }

    fn unless_large<T: Default>(&self, work_out: impl FnOnce() -> T) -> T {
        if self.table.is_large() {
            return T::default();
        }
        work_out()
    }

    /// The rules in the dialog of a cleanup, if they can be read.
    fn form_policy(&self) -> Option<Policy> {
        match &self.dialog {
            Some(Dialog::CleanUp(form)) => form.policy().ok(),
            _ => None,
        }
    }

    /// What cleaning up would do by the rules in its dialog; nothing while a thread works it out.
    pub fn plan_of_form(&self, policy: &Policy) -> Option<Cow<'_, Plan>> {
        if !self.table.is_large() {
            return Some(Cow::Owned(self.plan_by(policy)));
        }
        let (worked_out, plan) = self.form_plan.as_ref()?;
        (worked_out == policy).then_some(Cow::Borrowed(plan))
    }

    /// What cleaning up would do now, by other rules.
    pub fn plan_by(&self, policy: &Policy) -> Plan {
        let candidates: Vec<Candidate> = self
            .table
            .rows()
            .map(|row| row.session.candidate(row.size.usage()))
            .collect();
        let moment = Moment {
            now: self.now(),
            free_disk: self.free_disk,
        };
        session::cleanup::plan(&candidates, policy, &moment)
    }

    /// The chart of the whole base, made again when something of it has changed.
    pub fn chart(&self) -> &Chart {
        let fresh = || Chart::of(&self.table);
        self.chart.get_or_init(|| self.unless_large(fresh))
    }
}

#[cfg(test)]
mod tests {
    use super::super::dialog::RulesForm;
    use super::super::fixture::{id, listing, model, now, used};
    use super::*;

    #[test]
    fn a_thread_works_out_the_same_as_the_window_would() {
        let mut model = model(Policy {
            max_total: Some(9_000_000),
            ..Policy::keep(5_900)
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
    fn the_rules_in_the_dialog_are_worked_out_for_as_long_as_they_are_these() {
        let large = |n: i64| {
            let mut model = model(Policy::keep(3));
            model.table.replace(listing(n), now());
            model.dialog = Some(Dialog::CleanUp(RulesForm::of(&Policy::keep(5_990))));
            model.moved();
            model
        };
        let (these, others) = (Policy::keep(5_990), Policy::keep(7));
        let mut model = large(6_000);
        assert_eq!(model.plan_of_form(&these), None, "not in the frame");
        let digest = model.question().unwrap().answer();
        model.digest(digest);
        assert_eq!(model.plan_of_form(&these).unwrap().delete.len(), 10);
        assert_eq!(model.plan_of_form(&others), None);
        let small = large(20);
        assert_eq!(small.plan_of_form(&others).unwrap().delete.len(), 13);
    }

    #[test]
    fn what_was_worked_out_of_another_base_is_not_taken_over() {
        let mut model = model(Policy::keep(3));
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
