//! All rows, and which of them are shown in which order. 100,000 rows cost an index, not a copy.
//! Knows nothing of what is selected or drawn.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use super::column::Sort;
use super::digest::Waste;
use super::filter::Filter;
use super::fresh::{Fresh, Known};
use super::list::{List, Sessions, View};
use super::order::{Disorder, Order};
use super::row::{Row, Size};
use crate::session::{Session, SessionId};

/// The sessions of the base with the order that they are shown in.
#[derive(Debug, Default)]
pub struct Table {
    list: Box<List>,
    view: View,
    /// Sessions that are deleted, until the list says so too.
    gone: HashSet<SessionId>,
    /// Whether the rows are not in the order that they should be in, and a thread is to work it out.
    disordered: bool,
    /// Whether it is at it.
    arranging: bool,
    /// The sum, once somebody has asked for it.
    total: OnceCell<Total>,
}

/// What all sessions of the base take together, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// Sessions, without those that are being deleted.
    pub sessions: usize,
    /// Apparent bytes.
    pub bytes: u64,
    /// Bytes on disk.
    pub disk_bytes: u64,
    /// Regular files.
    pub files: u64,
    /// Whether every size is in.
    pub complete: bool,
}

impl Table {
    /// Takes over a fresh list; sizes that are known stay. Returns the places of what is new in it, and what it
    /// replaces, to be let go of where nobody waits.
    pub fn replace(
        &mut self,
        fresh: impl Into<Fresh>,
        now: DateTime<FixedOffset>,
    ) -> (Vec<u32>, Waste) {
        let mut fresh = fresh.into();
        self.disordered = !fresh.catch_up(&self.list, &self.view, now);
        let mut new = fresh.new;
        let old = std::mem::replace(&mut self.list, fresh.list);
        let places = &self.list.places;
        let has_left = |id: &SessionId| places.get(*id).is_none();
        if self.view.leaving.iter().any(has_left) {
            Arc::make_mut(&mut self.view.leaving).retain(|id| !has_left(id));
        }
        // What was deleted and is in a list that was read since has come back.
        new.extend(self.gone.drain().filter_map(|id| places.get(id)));
        if self.disordered {
            self.take_out_hidden();
        }
        self.total.take();
        let waste = Waste {
            list: Some(old),
            known: Some(fresh.known),
            from: fresh.from,
            ..Waste::default()
        };
        (new, waste)
    }

    /// What the table knows; handed to whoever reads the next list.
    pub fn known(&self, now: DateTime<FixedOffset>) -> Known {
        Known {
            places: self.list.places.clone(),
            sizes: self.list.sizes.clone(),
            view: self.view.clone(),
            now,
        }
    }

    /// Whether what grows with the number of sessions would keep the window's thread for too long.
    pub fn is_large(&self) -> bool {
        self.list.is_large()
    }

    /// The row at a place of the list, hidden or not.
    pub fn at(&self, place: u32) -> Option<Row<'_>> {
        self.list.at(place)
    }

    /// Every session, newest first; the sizes; and what doesn't count.
    pub(super) fn for_digest(&self) -> (Sessions, Arc<Vec<Size>>, HashSet<SessionId>) {
        let hidden = self.view.leaving.union(&self.gone).copied().collect();
        let list = &self.list;
        (list.sessions.clone(), list.sizes.clone(), hidden)
    }

    fn is_hidden(&self, id: SessionId) -> bool {
        !self.none_hidden() && (self.view.leaving.contains(&id) || self.gone.contains(&id))
    }

    fn none_hidden(&self) -> bool {
        self.view.leaving.is_empty() && self.gone.is_empty()
    }

    /// Sorts and filters anew: at once, or by a thread if the table is large.
    pub fn arrange(&mut self, now: DateTime<FixedOffset>) {
        self.disordered = self.is_large();
        if !self.disordered {
            self.list.arrange(&self.view, &self.gone, now);
        }
    }

    /// Whether the next moment asks a thread for the order of the rows.
    pub fn wants_order(&self) -> bool {
        self.disordered && !self.arranging
    }

    /// Whether the order of the rows is not what it should be, or a thread is at it.
    pub fn is_arranging(&self) -> bool {
        self.disordered || self.arranging
    }

    /// What a thread is to put in order, if anything is.
    pub fn disorder(&mut self, now: DateTime<FixedOffset>) -> Option<Disorder> {
        if !self.wants_order() {
            return None;
        }
        self.disordered = false;
        self.arranging = true;
        Some(Disorder {
            sessions: self.list.sessions.clone(),
            sizes: self.list.sizes.clone(),
            places: self.list.places.clone(),
            view: self.view.clone(),
            now,
        })
    }

    /// Takes over the order that a thread worked out. That of another list, or by what was sorted or filtered by
    /// before, is no use: whatever changed that has seen to another.
    pub fn take_order(&mut self, order: Order) {
        self.arranging = false;
        let same_rows = order.places == self.list.places;
        let (asked, view) = (&order.view, &self.view);
        if same_rows && asked.sort == view.sort && asked.filter == view.filter {
            let same_leaving = Arc::ptr_eq(&asked.leaving, &view.leaving);
            self.list.shown = order.shown;
            if !same_leaving || !self.gone.is_empty() {
                self.take_out_hidden();
            }
        }
    }

    /// Sets the size of a session; `false` if it isn't in the list.
    pub fn set_size(&mut self, id: SessionId, size: Size) -> bool {
        let Some(place) = self.list.places.get(id) else {
            return false;
        };
        self.list.largest = self.list.largest.max(size.bytes().unwrap_or(0));
        self.total.take();
        Arc::make_mut(&mut self.list.sizes)[place as usize] = size;
        true
    }

    /// Finds the largest size and the sum again, once sizes may have shrunk or gone.
    pub fn settle(&mut self) {
        self.total.take();
        self.list.settle();
    }

    /// The largest size, which the bars are drawn against.
    pub fn largest(&self) -> u64 {
        self.list.largest
    }

    /// Hides sessions that are about to go.
    pub fn hide(&mut self, ids: impl IntoIterator<Item = SessionId>) {
        let there = ids
            .into_iter()
            .filter(|id| self.list.places.get(*id).is_some());
        let there: Vec<_> = there.filter(|id| !self.gone.contains(id)).collect();
        Arc::make_mut(&mut self.view.leaving).extend(there);
        self.take_out_hidden();
    }

    fn take_out_hidden(&mut self) {
        let mut hidden = vec![false; self.list.sessions.len()];
        for id in self.view.leaving.union(&self.gone) {
            if let Some(place) = self.list.places.get(*id) {
                hidden[place as usize] = true;
            }
        }
        self.list.shown.retain(|place| !hidden[*place as usize]);
        self.total.take();
    }

    /// Shows sessions again that did not go after all.
    pub fn unhide(&mut self, ids: impl IntoIterator<Item = SessionId>) {
        for id in ids {
            Arc::make_mut(&mut self.view.leaving).remove(&id);
        }
        self.total.take();
    }

    /// Takes sessions out that are gone.
    pub fn remove(&mut self, ids: &HashSet<SessionId>) {
        for id in ids {
            let Some(place) = self.list.places.get(*id) else {
                continue;
            };
            Arc::make_mut(&mut self.view.leaving).remove(id);
            self.gone.insert(*id);
            // So that it is the largest no more.
            Arc::make_mut(&mut self.list.sizes)[place as usize] = Size::Unknown;
        }
        self.take_out_hidden();
        self.settle();
    }

    /// Changes what is shown of one session, until the next list.
    pub fn edit(&mut self, id: SessionId, change: impl FnOnce(&mut Session)) {
        let list = &mut *self.list;
        if let Some(place) = list.places.get(id) {
            let session = &mut Arc::make_mut(&mut list.sessions)[place as usize];
            change(Arc::make_mut(session));
        }
    }

    /// Sets what the table is sorted by.
    pub fn set_sort(&mut self, sort: Sort) {
        self.view.sort = sort;
        if self.is_large() {
            self.disordered = true;
        } else {
            self.list.sort(sort);
        }
    }

    /// What the table is sorted by.
    pub fn sort(&self) -> Sort {
        self.view.sort
    }

    /// Sets what is shown.
    pub fn set_filter(&mut self, filter: Filter, now: DateTime<FixedOffset>) {
        self.view.filter = filter;
        self.arrange(now);
    }

    /// What is shown.
    pub fn filter(&self) -> &Filter {
        &self.view.filter
    }

    /// Every row but those that are being deleted, newest first.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = Row<'_>> {
        let none_hidden = self.none_hidden();
        self.list
            .rows()
            .filter(move |row| none_hidden || !self.is_hidden(row.session.id))
    }

    /// Whether there is no session at all, shown or not.
    pub fn is_empty(&self) -> bool {
        self.list.sessions.len() == self.view.leaving.len() + self.gone.len()
    }

    /// How many rows are shown.
    pub fn shown_len(&self) -> usize {
        self.list.shown.len()
    }

    /// The row at a position of the screen.
    pub fn shown(&self, position: usize) -> Option<Row<'_>> {
        self.list.at(*self.list.shown.get(position)?)
    }

    /// The id at a position of the screen.
    pub fn id_at(&self, position: usize) -> Option<SessionId> {
        self.shown(position).map(|row| row.session.id)
    }

    /// Where a session is shown.
    pub fn position(&self, id: SessionId) -> Option<usize> {
        let place = self.list.places.get(id)?;
        self.list.shown.iter().position(|p| *p == place)
    }

    /// The row of a session that is not being deleted.
    pub fn get(&self, id: SessionId) -> Option<Row<'_>> {
        if self.is_hidden(id) {
            return None;
        }
        self.at(self.list.places.get(id)?)
    }

    /// The current session.
    pub fn current(&self) -> Option<SessionId> {
        self.list.current
    }

    /// What all sessions take together.
    pub fn total(&self) -> Total {
        *self.total.get_or_init(|| self.add_up())
    }

    fn add_up(&self) -> Total {
        let mut total = Total {
            complete: true,
            ..Total::default()
        };
        for row in self.rows() {
            total.sessions += 1;
            total.complete &= row.size.is_final();
            if let Some(usage) = row.size.usage() {
                total.bytes += usage.bytes;
                total.disk_bytes += usage.disk_bytes;
            }
            total.files += row.files().unwrap_or(0);
        }
        total
    }
}

#[cfg(test)]
mod tests;
