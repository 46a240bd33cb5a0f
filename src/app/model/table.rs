//! All rows, and which of them are shown in which order. 100,000 rows cost an index, not a copy.
//! Knows nothing of what is selected or drawn.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, FixedOffset};

use super::column::Sort;
use super::filter::Filter;
use super::row::{Row, Size};
use crate::session::{Listing, SessionId};

/// The sessions of the base with the order that they are shown in.
#[derive(Debug, Default)]
pub struct Table {
    /// Every session, newest first.
    rows: Vec<Row>,
    places: HashMap<SessionId, u32>,
    /// Sessions that are being deleted: gone for the person, but they may come back.
    leaving: HashSet<SessionId>,
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
    /// Takes over a fresh list, newest first; sizes that are known stay. Returns what is new in it.
    pub fn replace(&mut self, listing: Listing, now: DateTime<FixedOffset>) -> Vec<SessionId> {
        let old: HashMap<SessionId, Size> = self
            .rows
            .drain(..)
            .map(|row| (row.session.id, row.size))
            .collect();
        let mut new = Vec::new();
        self.current = listing.current;
        self.rows = take_over(listing, old, &mut new);
        self.places = self
            .rows
            .iter()
            .zip(0u32..)
            .map(|(row, place)| (row.session.id, place))
            .collect();
        let places = &self.places;
        self.leaving.retain(|id| places.contains_key(id));
        self.settle();
        self.arrange(now);
        new
    }

    /// Sorts and filters anew.
    pub fn arrange(&mut self, now: DateTime<FixedOffset>) {
        let mut buffer = String::new();
        let (filter, leaving) = (&self.filter, &self.leaving);
        let unfiltered = filter.is_empty();
        let keep = |row: &Row, buffer: &mut String| {
            (leaving.is_empty() || !leaving.contains(&row.session.id))
                && (unfiltered || filter.matches(row, now, buffer))
        };
        self.shown.clear();
        self.shown.extend(
            self.rows
                .iter()
                .zip(0u32..)
                .filter(|(row, _)| keep(row, &mut buffer))
                .map(|(_, place)| place),
        );
        self.sort.apply(&self.rows, &mut self.shown);
    }

    /// Sets the size of a session; `false` if it isn't in the list.
    pub fn set_size(&mut self, id: SessionId, size: Size) -> bool {
        let Some(place) = self.places.get(&id) else {
            return false;
        };
        self.largest = self.largest.max(size.bytes().unwrap_or(0));
        self.total.take();
        self.rows[*place as usize].size = size;
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
        self.leaving.extend(ids);
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
    pub fn remove(&mut self, ids: &HashSet<SessionId>, now: DateTime<FixedOffset>) {
        self.rows.retain(|row| !ids.contains(&row.session.id));
        self.places = self
            .rows
            .iter()
            .zip(0u32..)
            .map(|(row, place)| (row.session.id, place))
            .collect();
        self.leaving.retain(|id| !ids.contains(id));
        self.settle();
        self.arrange(now);
    }

    /// Changes one row in place.
    pub fn edit(&mut self, id: SessionId, change: impl FnOnce(&mut Row)) {
        if let Some(place) = self.places.get(&id) {
            change(&mut self.rows[*place as usize]);
            self.total.take();
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
        let none_leaves = self.leaving.is_empty();
        self.rows
            .iter()
            .filter(move |row| none_leaves || !self.leaving.contains(&row.session.id))
    }

    /// Whether there is no session at all, shown or not.
    pub fn is_empty(&self) -> bool {
        self.rows.len() == self.leaving.len()
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
        let place = *self.places.get(&id)?;
        self.shown.iter().position(|p| *p == place)
    }

    /// The row of a session that is not being deleted.
    pub fn get(&self, id: SessionId) -> Option<&Row> {
        if self.leaving.contains(&id) {
            return None;
        }
        self.rows.get(*self.places.get(&id)? as usize)
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

fn take_over(
    listing: Listing,
    mut old: HashMap<SessionId, Size>,
    new: &mut Vec<SessionId>,
) -> Vec<Row> {
    let sessions = listing.sessions.into_iter();
    sessions
        .map(|session| {
            let size = old.remove(&session.id).unwrap_or_else(|| {
                new.push(session.id);
                Size::Unknown
            });
            Row { session, size }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::column::Column;
    use super::super::fixture::{id, listing, now, used};
    use super::*;

    fn shown(table: &Table) -> Vec<SessionId> {
        (0..table.shown_len())
            .filter_map(|p| table.id_at(p))
            .collect()
    }

    #[test]
    fn a_fresh_list_keeps_known_sizes_and_tells_what_is_new() {
        let mut table = Table::default();
        assert_eq!(table.replace(listing(3), now()), [id(0), id(1), id(2)]);
        table.set_size(id(1), Size::Known(used(7)));
        let mut fewer = listing(4);
        fewer.sessions.remove(0);
        assert_eq!(table.replace(fewer, now()), [id(3)]);
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
        table.remove(&[id(1)].into(), now());
        assert_eq!(shown(&table), [id(0), id(2)]);
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
