//! A list on its way into the table: the thread that read it does what grows with the number of sessions,
//! so that the window's thread only has to swap it in. Pure.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use super::list::{List, Places, View};
use super::row::Size;
use crate::session::Listing;

/// What a table knows at the moment when a list is asked for. Costs nothing to make: all of it is shared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    pub(super) places: Places,
    /// As long as this is held, no size can be set in the table but in a copy: as long as both have the same,
    /// none was set.
    pub(super) sizes: Arc<Vec<Size>>,
    pub(super) view: View,
    pub(super) now: DateTime<FixedOffset>,
}

/// No place: the session is new.
const NOWHERE: u32 = u32::MAX;

/// A list with all that the table needs of it.
#[derive(Debug)]
pub struct Fresh {
    pub(super) list: Box<List>,
    /// Places of what is new in it.
    pub(super) new: Vec<u32>,
    /// What the table knew when this list was asked for.
    pub(super) known: Box<Known>,
    /// Where each session stood in the list that it had then.
    pub(super) from: Vec<u32>,
}

impl Fresh {
    /// Makes a list ready for a table that knows that much.
    pub fn of(listing: Listing, known: Known) -> Self {
        let mut fresh = Self {
            list: Box::new(List::of(listing)),
            new: Vec::new(),
            known: Box::new(known),
            from: Vec::new(),
        };
        let Known { places, sizes, .. } = &*fresh.known;
        let (places, sizes) = (places.clone(), sizes.clone());
        fresh.find(&places);
        fresh.inherit(&sizes);
        let Known { view, now, .. } = &*fresh.known;
        fresh.list.arrange(view, &HashSet::new(), *now);
        fresh
    }

    /// Does again what the thread did with something that has changed meanwhile in the table, whose list is `old`.
    /// Returns whether its rows are in order: those of a large list are for a thread to arrange.
    pub(super) fn catch_up(&mut self, old: &List, view: &View, now: DateTime<FixedOffset>) -> bool {
        let same_list = self.known.places == old.places;
        let same_sizes = same_list && Arc::ptr_eq(&self.known.sizes, &old.sizes);
        if !same_list {
            self.find(&old.places);
        }
        if !same_sizes {
            self.inherit(&old.sizes);
        }
        let same_order = self.known.view == *view
            && (same_sizes || !view.depends_on_size())
            && (self.known.now == now || !view.filter.depends_on_time());
        if !same_order && !self.list.is_large() {
            self.list.arrange(view, &HashSet::new(), now);
            return true;
        }
        same_order
    }

    /// Looks up where each session stood before.
    fn find(&mut self, before: &Places) {
        let place = |id| before.get(id).unwrap_or(NOWHERE);
        let sessions = self.list.sessions.iter();
        self.from = sessions.map(|s| place(s.id)).collect();
        let new = self.from.iter().zip(0u32..).filter(|(p, _)| **p == NOWHERE);
        self.new = new.map(|(_, here)| here).collect();
    }

    /// Takes over the sizes of the list before.
    fn inherit(&mut self, before: &[Size]) {
        let size = |place: &u32| before.get(*place as usize).cloned().unwrap_or_default();
        self.list.sizes = Arc::new(self.from.iter().map(size).collect());
        self.list.settle();
    }
}

impl From<Listing> for Fresh {
    fn from(listing: Listing) -> Self {
        Self::of(listing, Known::default())
    }
}
