//! A list on its way into the table: the thread that read it does what grows with the number of sessions,
//! so that the window's thread only has to swap it in. Pure.

use std::collections::HashMap;
use std::sync::Arc;

use super::row::Row;
use crate::session::{Candidate, Listing, SessionId};

/// Where each session of a list stands in it. Clones share it; one is equal to itself and to no other.
#[derive(Debug, Clone, Default)]
pub struct Places(Arc<HashMap<SessionId, u32>>);

impl PartialEq for Places {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Places {
    fn of(listing: &Listing) -> Self {
        let ids = listing.sessions.iter().map(|s| s.id);
        Self(Arc::new(ids.zip(0u32..).collect()))
    }

    /// Where a session stands.
    pub fn get(&self, id: SessionId) -> Option<u32> {
        self.0.get(&id).copied()
    }
}

/// No place: the session is new.
const NOWHERE: u32 = u32::MAX;

/// A list with all that the table needs of it.
#[derive(Debug)]
pub struct Fresh {
    /// Every session, newest first, its size not known yet.
    pub(super) rows: Vec<Row>,
    pub(super) places: Places,
    /// The list that the table had when this one was asked for.
    before: Places,
    /// Where each row stood in it.
    from: Vec<u32>,
    /// What a plan must know of each, but for sizes.
    pub(super) candidates: Arc<Vec<Candidate>>,
    pub(super) current: Option<SessionId>,
}

impl Fresh {
    /// Makes a list ready for a table that has the list `before`.
    pub fn of(listing: Listing, before: Places) -> Self {
        let place = |id| before.get(id).unwrap_or(NOWHERE);
        Self {
            places: Places::of(&listing),
            from: listing.sessions.iter().map(|s| place(s.id)).collect(),
            candidates: Arc::new(listing.sessions.iter().map(|s| s.candidate(None)).collect()),
            current: listing.current,
            rows: listing.sessions.into_iter().map(Row::new).collect(),
            before,
        }
    }

    /// Hands the sizes in `old`, whose places are `known`, over to the same sessions here. Returns the places of
    /// those that are new.
    pub(super) fn inherit(&mut self, old: &mut [Row], known: &Places) -> Vec<u32> {
        if self.before != *known {
            // Meanwhile the table has got another list.
            let place = |row: &Row| known.get(row.session.id).unwrap_or(NOWHERE);
            self.from = self.rows.iter().map(place).collect();
        }
        let mut new = Vec::new();
        for ((row, from), here) in self.rows.iter_mut().zip(&self.from).zip(0u32..) {
            match old.get_mut(*from as usize) {
                Some(old) => row.size = std::mem::take(&mut old.size),
                None => new.push(here),
            }
        }
        new
    }
}

impl From<Listing> for Fresh {
    fn from(listing: Listing) -> Self {
        Self::of(listing, Places::default())
    }
}
