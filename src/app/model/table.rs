//! All rows, and which of them are shown in which order. 100,000 rows cost an index, not a copy.
//! Knows nothing of what is selected or drawn.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use super::column::Sort;
use super::filter::Filter;
use super::fresh::{Fresh, Places};
use super::row::{Row, Size};
use crate::session::{Candidate, SessionId};

/// From this many sessions on, threads do what grows with their number.
const LARGE: usize = 5_000;

/// The sessions of the base with the order that they are shown in.
#[derive(Debug, Default)]
pub struct Table {
    /// Every session, newest first.
    rows: Vec<Row>,
    places: Places,
    /// What a plan must know of each row, but for its size.
    candidates: Arc<Vec<Candidate>>,
    /// Sessions that are being deleted: gone for the person, but they may come back.
    leaving: HashSet<SessionId>,
    /// Sessions that are deleted, until the list says so too.
    gone: HashSet<SessionId>,
    /// Places of the shown rows, in the order of the screen.
    shown: Vec<u32>,
    /// What the table is sorted by.
    sort: Sort,
    filter: Filter,
    largest: u64,
    current: Option<SessionId>,
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
    /// Takes over a fresh list; sizes that are known stay. Returns the places of what is new in it, and the old
    /// rows, to be let go of where nobody waits.
    pub fn replace(
        &mut self,
        fresh: impl Into<Fresh>,
        now: DateTime<FixedOffset>,
    ) -> (Vec<u32>, Vec<Row>) {
        let mut fresh = fresh.into();
        let mut new = fresh.inherit(&mut self.rows, &self.places);
        self.current = fresh.current;
        let old = std::mem::replace(&mut self.rows, fresh.rows);
        self.places = fresh.places;
        self.candidates = fresh.candidates;
        let places = &self.places;
        self.leaving.retain(|id| places.get(*id).is_some());
        // What was deleted and is in a list that was read since has come back.
        new.extend(self.gone.drain().filter_map(|id| places.get(id)));
        self.settle();
        self.arrange(now);
        (new, old)
    }

    /// Where the sessions of this list stand; handed to whoever reads the next one.
    pub fn places(&self) -> Places {
        self.places.clone()
    }

    /// Whether what grows with the number of sessions would keep the window's thread for too long.
    pub fn is_large(&self) -> bool {
        self.rows.len() > LARGE
    }

    /// The row at a place of the list, hidden or not.
    pub fn at(&self, place: u32) -> Option<&Row> {
        self.rows.get(place as usize)
    }

    /// What a plan must know of each row, newest first, but for its size; the sizes; and what doesn't count.
    pub(super) fn for_digest(&self) -> (Arc<Vec<Candidate>>, Vec<Option<u64>>, HashSet<SessionId>) {
        let bytes = self.rows.iter().map(|row| row.size.bytes()).collect();
        let hidden = self.leaving.union(&self.gone).copied().collect();
        (self.candidates.clone(), bytes, hidden)
    }

    fn is_hidden(&self, id: SessionId) -> bool {
        !self.none_hidden() && (self.leaving.contains(&id) || self.gone.contains(&id))
    }

    fn none_hidden(&self) -> bool {
        self.leaving.is_empty() && self.gone.is_empty()
    }

    /// Sorts and filters anew.
    pub fn arrange(&mut self, now: DateTime<FixedOffset>) {
        let mut buffer = String::new();
        let mut shown = std::mem::take(&mut self.shown);
        let unfiltered = self.filter.is_empty();
        let keep = |row: &Row, buffer: &mut String| {
            !self.is_hidden(row.session.id) && (unfiltered || self.filter.matches(row, now, buffer))
        };
        shown.clear();
        shown.extend(
            self.rows
                .iter()
                .zip(0u32..)
                .filter(|(row, _)| keep(row, &mut buffer))
                .map(|(_, place)| place),
        );
        self.shown = shown;
        self.sort.apply(&self.rows, &mut self.shown);
    }

    /// Sets the size of a session; `false` if it isn't in the list.
    pub fn set_size(&mut self, id: SessionId, size: Size) -> bool {
        let Some(place) = self.places.get(id) else {
            return false;
        };
        self.largest = self.largest.max(size.bytes().unwrap_or(0));
        self.total.take();
        self.rows[place as usize].size = size;
        true
    }

    /// Finds the largest size and the sum again, once sizes may have shrunk or gone.
    pub fn settle(&mut self) {
        self.total.take();
        let sizes = self.rows.iter().filter_map(|r| r.size.bytes());
        self.largest = sizes.max().unwrap_or(0);
    }

    /// The largest size, which the bars are drawn against.
    pub fn largest(&self) -> u64 {
        self.largest
    }

    /// Hides sessions that are about to go.
    pub fn hide(&mut self, ids: impl IntoIterator<Item = SessionId>) {
        let there = ids.into_iter().filter(|id| self.places.get(*id).is_some());
        let there: Vec<_> = there.filter(|id| !self.gone.contains(id)).collect();
        self.leaving.extend(there);
        self.take_out_hidden();
    }

    fn take_out_hidden(&mut self) {
        let hidden = self.leaving.union(&self.gone);
        let hidden: HashSet<u32> = hidden.filter_map(|id| self.places.get(*id)).collect();
        self.shown.retain(|place| !hidden.contains(place));
        self.total.take();
    }

    /// Shows sessions again that did not go after all.
    pub fn unhide(&mut self, ids: impl IntoIterator<Item = SessionId>) {
        for id in ids {
            self.leaving.remove(&id);
        }
        self.total.take();
    }

    /// Takes sessions out that are gone.
    pub fn remove(&mut self, ids: &HashSet<SessionId>) {
        for id in ids {
            let Some(place) = self.places.get(*id) else {
                continue;
            };
            self.leaving.remove(id);
            self.gone.insert(*id);
            // So that it is the largest no more.
            self.rows[place as usize].size = Size::Unknown;
        }
        self.take_out_hidden();
        self.settle();
    }

    /// Changes one row in place.
    pub fn edit(&mut self, id: SessionId, change: impl FnOnce(&mut Row)) {
        if let Some(place) = self.places.get(id) {
            let row = &mut self.rows[place as usize];
            change(row);
            Arc::make_mut(&mut self.candidates)[place as usize] = row.session.candidate(None);
        }
    }

    /// Sets what the table is sorted by.
    pub fn set_sort(&mut self, sort: Sort) {
        self.sort = sort;
        self.sort.apply(&self.rows, &mut self.shown);
    }

    /// What the table is sorted by.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// Sets what is shown.
    pub fn set_filter(&mut self, filter: Filter, now: DateTime<FixedOffset>) {
        self.filter = filter;
        self.arrange(now);
    }

    /// What is shown.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Every row but those that are being deleted, newest first.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &Row> {
        let none_hidden = self.none_hidden();
        self.rows
            .iter()
            .filter(move |row| none_hidden || !self.is_hidden(row.session.id))
    }

    /// Whether there is no session at all, shown or not.
    pub fn is_empty(&self) -> bool {
        self.rows.len() == self.leaving.len() + self.gone.len()
    }

    /// How many rows are shown.
    pub fn shown_len(&self) -> usize {
        self.shown.len()
    }

    /// The row at a position of the screen.
    pub fn shown(&self, position: usize) -> Option<&Row> {
        self.rows.get(*self.shown.get(position)? as usize)
    }

    /// The id at a position of the screen.
    pub fn id_at(&self, position: usize) -> Option<SessionId> {
        self.shown(position).map(|row| row.session.id)
    }

    /// Where a session is shown.
    pub fn position(&self, id: SessionId) -> Option<usize> {
        let place = self.places.get(id)?;
        self.shown.iter().position(|p| *p == place)
    }

    /// The row of a session that is not being deleted.
    pub fn get(&self, id: SessionId) -> Option<&Row> {
        if self.is_hidden(id) {
            return None;
        }
        self.at(self.places.get(id)?)
    }

    /// The current session.
    pub fn current(&self) -> Option<SessionId> {
        self.current
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
                total.files += usage.files;
            }
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::super::column::Column;
    use super::super::fixture::{id, listing, now, session, used};
    use super::*;

    fn shown(table: &Table) -> Vec<SessionId> {
        (0..table.shown_len())
            .filter_map(|p| table.id_at(p))
            .collect()
    }

    #[test]
    fn a_fresh_list_keeps_known_sizes_and_tells_what_is_new() {
        let mut table = Table::default();
        assert_eq!(table.replace(listing(3), now()).0, [0, 1, 2]);
        table.set_size(id(1), Size::Known(used(7)));
        let mut fewer = listing(4);
        fewer.sessions.remove(0);
        assert_eq!(table.replace(fewer, now()).0, [2]);
        assert_eq!(shown(&table), [id(1), id(2), id(3)]);
        assert_eq!(table.get(id(1)).unwrap().size.bytes(), Some(7));
        assert!(table.get(id(0)).is_none());
    }

    #[test]
    fn what_is_being_deleted_is_hidden_and_can_come_back() {
        let mut table = Table::default();
        table.replace(listing(3), now());
        table.hide([id(1)]);
        table.arrange(now());
        assert_eq!(shown(&table), [id(0), id(2)]);
        assert!(table.get(id(1)).is_none());
        assert_eq!(table.total().sessions, 2);
        // A list that was read before the rename doesn't bring it back.
        table.replace(listing(3), now());
        assert_eq!(shown(&table), [id(0), id(2)]);
        table.unhide([id(1)]);
        table.arrange(now());
        assert_eq!(shown(&table), [id(0), id(1), id(2)]);
        table.remove(&[id(1)].into());
        assert_eq!(shown(&table), [id(0), id(2)]);
        assert_eq!(table.total().sessions, 2);
        // It was brought back: the next list has it, and its size is to be measured.
        assert_eq!(table.replace(listing(3), now()).0, [1]);
        assert_eq!(shown(&table), [id(0), id(1), id(2)]);
    }

    #[test]
    fn a_list_made_ready_for_this_table_is_taken_over_as_one_that_was_not() {
        let mut tables: [Table; 2] = Default::default();
        let next = || {
            let mut next = listing(6);
            next.sessions.remove(4);
            next.sessions.remove(1);
            next.sessions.insert(0, session(-1));
            next
        };
        for (table, ready) in tables.iter_mut().zip([true, false]) {
            table.replace(listing(5), now());
            for days in 0..5 {
                table.set_size(id(days), Size::Known(used(10 + days.unsigned_abs())));
            }
            let places = table.places();
            if !ready {
                // Meanwhile another list came.
                table.replace(listing(6), now());
            }
            let (new, _) = table.replace(Fresh::of(next(), places), now());
            assert_eq!(new.len(), if ready { 2 } else { 1 });
            assert_eq!(shown(table), [-1, 0, 2, 3, 5].map(id));
            for days in [0, 2, 3] {
                let bytes = table.get(id(days)).unwrap().size.bytes();
                assert_eq!(bytes, Some(10 + days.unsigned_abs()), "{days}");
            }
            assert_eq!(table.get(id(5)).unwrap().size, Size::Unknown);
            assert_eq!(table.largest(), 13);
        }
    }

    #[test]
    fn sorting_and_filtering_find_their_rows() {
        let mut table = Table::default();
        table.replace(listing(5), now());
        for (days, bytes) in [(0, 5), (1, 50), (2, 500), (3, 5_000), (4, 1)] {
            table.set_size(id(days), Size::Known(used(bytes)));
        }
        assert_eq!(table.largest(), 5_000);
        let by_size = Sort {
            column: Column::Size,
            descending: true,
        };
        table.set_sort(by_size);
        table.set_filter(Filter::parse("smaller:500B"), now());
        assert_eq!(shown(&table), [id(2), id(1), id(0), id(4)]);
        assert_eq!(table.position(id(0)), Some(2));
        assert_eq!(table.position(id(3)), None);
        let total = table.total();
        assert_eq!(
            (total.sessions, total.bytes, total.complete),
            (5, 5_556, true)
        );
    }
}
