//! Cleanup on real sessions: gathering what the plan must know, and applying it unchanged.

use std::collections::HashMap;

use super::cleanup::{self, Candidate, Doomed, Moment, Plan, Policy, Spared};
use super::error::{Error, ErrorKind, Result};
use super::id::SessionId;
use super::list::{Listing, Session};
use super::progress::{Cancel, Progress};
use super::store::{Change, Store};
use super::trash::{self, Debris, Trashed};
use super::usage::{self, Usage};

/// What a cleanup did.
#[derive(Debug, Default)]
pub struct Cleaned {
    /// What went, oldest first, and lies in the trash.
    pub deleted: Vec<(Doomed, Trashed)>,
    /// What the plan would have taken, were it not protected.
    pub spared: Vec<Spared>,
    /// What was to go and didn't, and why. A session that another program deleted first is not among them.
    pub skipped: Vec<(SessionId, Error)>,
    /// What the person should know besides.
    pub notes: Vec<String>,
}

impl Store {
    /// Plans a cleanup of the sessions as they are now. Changes nothing.
    ///
    /// # Errors
    /// As [`Store::list`], or if `cancel` stops the measuring that rules on sizes need.
    pub fn plan_cleanup(&self, policy: &Policy, cancel: &Cancel) -> Result<Plan> {
        let listing = self.list()?;
        let usages = self.measure(&listing, cancel)?;
        Ok(self.plan_of(&listing, &usages, policy))
    }

    /// Deletes what `plan` says, as far as it is still unprotected.
    ///
    /// # Errors
    /// If the base directory is refused, can't be read or locked. A session that can't be deleted is
    /// in [`Cleaned::skipped`].
    pub fn apply(&self, plan: &Plan) -> Result<Cleaned> {
        self.change(|change| self.apply_plan(change, plan))
    }

    /// As [`Store::apply`], but hands over what dead processes left, locked, instead of removing it first:
    /// that may be much, and somebody waits for the answer.
    ///
    /// # Errors
    /// As [`Store::apply`].
    pub fn apply_first(&self, plan: &Plan) -> (Result<Cleaned>, Option<Debris>) {
        match self.change_first(|change| self.apply_plan(change, plan)) {
            Ok((result, debris)) => (result, Some(debris)),
            Err(e) => (Err(e), None),
        }
    }

    fn apply_plan(&self, change: &Change<'_>, plan: &Plan) -> Result<Cleaned> {
        let ids: Vec<_> = plan.delete.iter().map(|d| d.id).collect();
        let found = self.some_under(change, &ids)?;
        apply_under(change, &found, plan)
    }

    /// Plans and applies in one step: what runs after every new session.
    ///
    /// Sizes are measured only if a rule needs them, and before the base is locked.
    ///
    /// # Errors
    /// As [`Store::apply`].
    pub fn cleanup(&self, policy: &Policy) -> Result<Cleaned> {
        let usages = if policy.needs_sizes() {
            self.measure(&self.list()?, &Cancel::default())?
        } else {
            HashMap::new()
        };
        self.change(|change| {
            if !change.lock.is_real() {
                let why = "the file system of the base directory has no locks".to_owned();
                return Err(Error::new(
                    ErrorKind::Refused(why),
                    "clean up automatically",
                    self.base(),
                )
                .with_help(
                    "delete old sessions by hand, or choose a base directory on a local disk",
                ));
            }
            let listing = self.list()?;
            let plan = self.plan_of(&listing, &usages, policy);
            apply_under(change, &listing.sessions, &plan)
        })
    }

    /// The sizes of all listed sessions; those that vanish or can't be read are left out.
    ///
    /// # Errors
    /// [`ErrorKind::Cancelled`].
    pub fn measure(&self, listing: &Listing, cancel: &Cancel) -> Result<HashMap<SessionId, Usage>> {
        let paths: Vec<_> = listing.sessions.iter().map(|s| s.path.clone()).collect();
        let found = std::sync::Mutex::new(HashMap::with_capacity(paths.len()));
        usage::measure(&paths, usage::default_threads(), cancel, &|i, measured| {
            if let usage::Measured::Done(Ok(usage)) = measured {
                let mut found = found.lock().unwrap_or_else(|e| e.into_inner());
                found.insert(listing.sessions[i].id, usage);
            }
        });
        if cancel.is_cancelled() {
            return Err(Error::cancelled("measure the sessions"));
        }
        Ok(found.into_inner().unwrap_or_else(|e| e.into_inner()))
    }

    fn plan_of(
        &self,
        listing: &Listing,
        usages: &HashMap<SessionId, Usage>,
        policy: &Policy,
    ) -> Plan {
        let candidates: Vec<Candidate> = listing
            .sessions
            .iter()
            .map(|s| s.candidate(usages.get(&s.id)))
            .collect();
        let moment = Moment {
            now: self.clock().now(),
            free_disk: self.free_disk(),
        };
        cleanup::plan(&candidates, policy, &moment)
    }
}

fn apply_under(change: &Change<'_>, sessions: &[Session], plan: &Plan) -> Result<Cleaned> {
    let places: HashMap<_, _> = sessions.iter().map(|s| (s.id, s)).collect();
    let mut cleaned = Cleaned {
        spared: plan.spared.clone(),
        notes: plan.notes.clone(),
        ..Cleaned::default()
    };
    for doomed in &plan.delete {
        let Some(session) = places.get(&doomed.id) else {
            continue;
        };
        match trash::move_to_trash(change, session) {
            Ok(trashed) => cleaned.deleted.push((doomed.clone(), trashed)),
            Err(e) if *e.kind() == ErrorKind::NotFound => {}
            Err(e) => cleaned.skipped.push((doomed.id, e)),
        }
    }
    Ok(cleaned)
}

impl Cleaned {
    /// Removes everything that was deleted for good, and returns what could not be.
    pub fn remove_deleted(&mut self, progress: &Progress) -> Vec<(SessionId, Error)> {
        std::mem::take(&mut self.deleted)
            .into_iter()
            .filter_map(|(doomed, trashed)| {
                let error = trashed.remove_whole(progress).err()?;
                Some((doomed.id, error))
            })
            .collect()
    }
}
