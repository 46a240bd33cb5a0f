//! A list of sessions with their sizes, as far as these are known, and which are shown in which order.
//! A thread can make one ready, so that the window's thread only has to swap it in. Pure.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use super::column::Sort;
use super::filter::Filter;
use super::hash::IdMap;
use super::row::{Row, Size};
use crate::session::{Listing, Session, SessionId};

/// From this many sessions on, threads do what grows with their number.
pub(super) const LARGE: usize = 5_000;

/// Where each session of a list stands in it. Clones share it; one is equal to itself and to no other.
#[derive(Debug, Clone, Default)]
pub struct Places(Arc<IdMap<u32>>);

impl PartialEq for Places {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Places {
    /// Where a session stands.
    pub fn get(&self, id: SessionId) -> Option<u32> {
        self.0.get(&id).copied()
    }
}

/// What decides which sessions are shown in which order, besides themselves.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct View {
    pub sort: Sort,
    pub filter: Filter,
    /// Sessions that are being deleted: gone for the person, but they may come back.
    pub leaving: Arc<HashSet<SessionId>>,
}

impl View {
    pub fn depends_on_size(&self) -> bool {
        self.sort.depends_on_size() || self.filter.depends_on_size()
    }
}

/// Sessions that threads can share. To change one while a thread works with them copies only where they are.
pub(super) type Sessions = Arc<Vec<Arc<Session>>>;

/// All sessions, and which of them are shown in which order.
#[derive(Debug, Default, PartialEq)]
pub(super) struct List {
    /// Every session, newest first.
    pub sessions: Sessions,
    /// The size of each. A thread that works with them shares them; to set one then makes a copy.
    pub sizes: Arc<Vec<Size>>,
    pub places: Places,
    pub current: Option<SessionId>,
    /// Places of the shown rows, in the order of the screen.
    pub shown: Vec<u32>,
    /// The largest size.
    pub largest: u64,
}

impl List {
    /// These sessions, of which no size is known and none is shown yet.
    pub fn of(listing: Listing) -> Self {
        let ids = listing.sessions.iter().map(|s| s.id);
        Self {
            places: Places(Arc::new(ids.zip(0u32..).collect())),
            sizes: Arc::new(vec![Size::Unknown; listing.sessions.len()]),
            current: listing.current,
            sessions: Arc::new(listing.sessions.into_iter().map(Arc::new).collect()),
            shown: Vec::new(),
            largest: 0,
        }
    }

    /// Whether what grows with the number of sessions would keep the window's thread for too long.
    pub fn is_large(&self) -> bool {
        self.sessions.len() > LARGE
    }

    /// The row at a place, hidden or not.
    pub fn at(&self, place: u32) -> Option<Row<'_>> {
        let place = place as usize;
        Some(Row {
            session: self.sessions.get(place)?,
            size: self.sizes.get(place)?,
        })
    }

    /// Every row, newest first, hidden or not.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = Row<'_>> + ExactSizeIterator {
        rows(&self.sessions, &self.sizes)
    }

    /// Sorts and filters anew, without what is in `gone`.
    pub fn arrange(&mut self, view: &View, gone: &HashSet<SessionId>, now: DateTime<FixedOffset>) {
        self.shown = order(&self.sessions, &self.sizes, view, gone, now);
    }

    /// Sorts what is shown anew.
    pub fn sort(&mut self, sort: Sort) {
        sort.apply(&self.sessions, &self.sizes, &mut self.shown);
    }

    /// Finds the largest size again.
    pub fn settle(&mut self) {
        let sizes = self.sizes.iter().filter_map(Size::bytes);
        self.largest = sizes.max().unwrap_or(0);
    }
}

fn rows<'a>(
    sessions: &'a [Arc<Session>],
    sizes: &'a [Size],
) -> impl DoubleEndedIterator<Item = Row<'a>> + ExactSizeIterator {
    let both = sessions.iter().zip(sizes);
    both.map(|(session, size)| Row { session, size })
}

/// The places of what `view` shows, without what is in `gone`, in the order of the screen.
pub(super) fn order(
    sessions: &[Arc<Session>],
    sizes: &[Size],
    view: &View,
    gone: &HashSet<SessionId>,
    now: DateTime<FixedOffset>,
) -> Vec<u32> {
    let mut buffer = String::new();
    let none_hidden = view.leaving.is_empty() && gone.is_empty();
    let hidden = |id| !none_hidden && (view.leaving.contains(id) || gone.contains(id));
    let unfiltered = view.filter.is_empty();
    let mut shown: Vec<u32> = rows(sessions, sizes)
        .zip(0u32..)
        .filter(|(row, _)| {
            !hidden(&row.session.id) && (unfiltered || view.filter.matches(*row, now, &mut buffer))
        })
        .map(|(_, place)| place)
        .collect();
    view.sort.apply(sessions, sizes, &mut shown);
    shown
}
