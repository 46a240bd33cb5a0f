//! Which sessions are selected, by their ids, so that sorting, filtering and refreshing change nothing of it.
//! Pure: clicks and keys come in as words, positions come from the table.

use std::collections::HashSet;

use super::hash::IdSet;
use super::table::Table;
use crate::session::SessionId;

/// The selected sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    chosen: IdSet,
    /// Where a range begins.
    anchor: Option<SessionId>,
    /// Where the keyboard is.
    cursor: Option<SessionId>,
}

/// What a click or key asks for besides going somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extend {
    /// Only this one.
    #[default]
    No,
    /// Everything from the anchor to this one (Shift).
    Range,
    /// This one in or out, the others as they are (Ctrl, Cmd).
    Toggle,
}

/// A step of the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// This many rows up, a page.
    PageUp(usize),
    /// This many rows down, a page.
    PageDown(usize),
}

impl Selection {
    /// Whether it is selected.
    pub fn contains(&self, id: SessionId) -> bool {
        self.chosen.contains(&id)
    }

    /// How many are selected.
    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// The one that is selected, if it is exactly one.
    pub fn single(&self) -> Option<SessionId> {
        match self.chosen.len() {
            1 => self.chosen.iter().next().copied(),
            _ => None,
        }
    }

    /// The selected ones, in no order; the filter may hide some of them.
    pub fn iter(&self) -> impl Iterator<Item = SessionId> {
        self.chosen.iter().copied()
    }

    /// Where the keyboard is.
    pub fn cursor(&self) -> Option<SessionId> {
        self.cursor
    }

    /// The selected ones in the order of the screen; those that the filter hides are not among them.
    pub fn in_order(&self, table: &Table) -> Vec<SessionId> {
        if let Some(id) = self.single() {
            return table.position(id).map(|_| id).into_iter().collect();
        }
        (0..table.shown_len())
            .filter_map(|p| table.id_at(p))
            .filter(|id| self.contains(*id))
            .collect()
    }

    /// A click on a row.
    pub fn click(&mut self, table: &Table, id: SessionId, extend: Extend) {
        match extend {
            Extend::No => self.set([id]),
            Extend::Range => self.range_to(table, id),
            Extend::Toggle => {
                if !self.chosen.remove(&id) {
                    self.chosen.insert(id);
                }
                self.anchor = Some(id);
                self.cursor = Some(id);
            }
        }
    }

    /// Selects exactly these, with the keyboard on the first.
    pub fn set(&mut self, ids: impl IntoIterator<Item = SessionId>) {
        let ids: Vec<_> = ids.into_iter().collect();
        self.anchor = ids.first().copied();
        self.cursor = self.anchor;
        self.chosen = ids.into_iter().collect();
    }

    /// Selects nothing.
    pub fn clear(&mut self) {
        self.chosen.clear();
    }

    /// Selects everything that is shown.
    pub fn all(&mut self, table: &Table) {
        let shown = 0..table.shown_len();
        // Of 100,000, growing takes as long as putting them in.
        self.chosen = IdSet::with_capacity_and_hasher(shown.len(), Default::default());
        self.chosen.extend(shown.filter_map(|p| table.id_at(p)));
        if self.anchor.is_none() {
            self.anchor = table.id_at(0);
            self.cursor = self.anchor;
        }
    }

    /// A step of the keyboard; from nowhere it goes to the first row, or the last for steps upwards.
    pub fn step(&mut self, table: &Table, step: Step, extend: bool) {
        let Some(last) = table.shown_len().checked_sub(1) else {
            return;
        };
        let here = self.cursor.and_then(|id| table.position(id));
        let there = match (step, here) {
            (Step::First, _) | (Step::Down | Step::PageDown(_), None) => 0,
            (Step::Last, _) | (Step::Up | Step::PageUp(_), None) => last,
            (Step::Up, Some(p)) => p.saturating_sub(1),
            (Step::Down, Some(p)) => (p + 1).min(last),
            (Step::PageUp(n), Some(p)) => p.saturating_sub(n),
            (Step::PageDown(n), Some(p)) => p.saturating_add(n).min(last),
        };
        if let Some(id) = table.id_at(there) {
            let how = if extend { Extend::Range } else { Extend::No };
            self.click(table, id, how);
        }
    }

    /// Goes to the first session after the cursor whose id, with or without `session_`, begins with what was
    /// typed; from the top again after the last.
    pub fn type_ahead(&mut self, table: &Table, typed: &str) {
        let n = table.shown_len();
        let start = self.cursor.and_then(|id| table.position(id)).unwrap_or(0);
        let typed = typed.to_lowercase();
        let typed = typed.as_bytes();
        let fits = |id: &SessionId| {
            let name = id.to_bytes();
            let bare = name.strip_prefix(b"session_");
            name.starts_with(typed) || bare.is_some_and(|bare| bare.starts_with(typed))
        };
        let found = (0..n)
            .filter_map(|i| table.id_at((start + i) % n))
            .find(fits);
        if let Some(id) = found {
            self.set([id]);
        }
    }

    /// Forgets what isn't there any more.
    pub fn retain(&mut self, exists: impl Fn(SessionId) -> bool) {
        self.chosen.retain(|id| exists(*id));
        self.anchor = self.anchor.filter(|id| exists(*id));
        self.cursor = self.cursor.filter(|id| exists(*id));
    }

    /// Where the selection goes when `going` go: the next row that stays, or the last before them.
    pub fn heir(&self, table: &Table, going: &HashSet<SessionId>) -> Option<SessionId> {
        let stays = |p: usize| table.id_at(p).filter(|id| !going.contains(id));
        let last = (0..table.shown_len())
            .rev()
            .find(|p| table.id_at(*p).is_some_and(|id| going.contains(&id)))?;
        (last + 1..table.shown_len())
            .find_map(stays)
            .or_else(|| (0..last).rev().find_map(stays))
    }

    fn range_to(&mut self, table: &Table, id: SessionId) {
        let anchor = self.anchor.and_then(|a| table.position(a));
        let (Some(from), Some(to)) = (anchor, table.position(id)) else {
            self.set([id]);
            return;
        };
        self.chosen = (from.min(to)..=from.max(to))
            .filter_map(|p| table.id_at(p))
            .collect();
        self.cursor = Some(id);
    }
}

#[cfg(test)]
mod tests {
    use super::super::column::{Column, Sort};
    use super::super::filter::Filter;
    use super::super::fixture::{id, listing, now};
    use super::*;

    fn table(n: i64) -> Table {
        let mut table = Table::default();
        table.replace(listing(n), now());
        table
    }

    fn chosen(s: &Selection, table: &Table) -> Vec<usize> {
        let mut positions: Vec<_> = s
            .chosen
            .iter()
            .filter_map(|id| table.position(*id))
            .collect();
        positions.sort_unstable();
        positions
    }

    #[test]
    fn clicks_select_one_a_range_from_the_anchor_or_toggle() {
        let t = table(6);
        let mut s = Selection::default();
        s.click(&t, id(2), Extend::No);
        assert_eq!(chosen(&s, &t), [2]);
        s.click(&t, id(4), Extend::Range);
        assert_eq!(chosen(&s, &t), [2, 3, 4]);
        s.click(&t, id(0), Extend::Range);
        assert_eq!(chosen(&s, &t), [0, 1, 2], "the anchor stays");
        s.click(&t, id(5), Extend::Toggle);
        assert_eq!(chosen(&s, &t), [0, 1, 2, 5]);
        s.click(&t, id(1), Extend::Toggle);
        assert_eq!(chosen(&s, &t), [0, 2, 5]);
        assert_eq!(s.in_order(&t), [id(0), id(2), id(5)]);
        s.click(&t, id(3), Extend::No);
        assert_eq!(s.single(), Some(id(3)));
    }

    #[test]
    fn keys_walk_through_the_rows_and_stop_at_the_ends() {
        let t = table(10);
        let mut s = Selection::default();
        for (step, extend, expected) in [
            (Step::Down, false, vec![0]),
            (Step::Up, false, vec![0]),
            (Step::PageDown(4), false, vec![4]),
            (Step::Down, true, vec![4, 5]),
            (Step::Down, true, vec![4, 5, 6]),
            (Step::Up, true, vec![4, 5]),
            (Step::Last, false, vec![9]),
            (Step::Down, false, vec![9]),
            (Step::PageUp(3), true, vec![6, 7, 8, 9]),
            (Step::First, false, vec![0]),
            (Step::Last, true, (0..10).collect()),
        ] {
            s.step(&t, step, extend);
            assert_eq!(chosen(&s, &t), expected, "{step:?}");
        }
        let mut s = Selection::default();
        s.step(&t, Step::Up, false);
        assert_eq!(chosen(&s, &t), [9]);
        s.step(&table(0), Step::Down, false);
    }

    #[test]
    fn the_selection_follows_the_session_through_sort_filter_and_refresh() {
        let mut t = table(5);
        let mut s = Selection::default();
        s.click(&t, id(1), Extend::No);
        let oldest_first = Sort {
            column: Column::Created,
            descending: false,
        };
        t.set_sort(oldest_first);
        assert_eq!(chosen(&s, &t), [3]);
        t.set_filter(Filter::parse("older:2d"), now());
        assert!(s.contains(id(1)), "hidden, not forgotten");
        assert!(
            s.in_order(&t).is_empty(),
            "and nothing is done to what is hidden"
        );
        t.set_filter(Filter::default(), now());
        t.replace(listing(3), now());
        s.retain(|id| t.get(id).is_some());
        assert_eq!(s.single(), Some(id(1)));
        t.replace(listing(1), now());
        s.retain(|id| t.get(id).is_some());
        assert!(s.is_empty() && s.cursor().is_none());
    }

    #[test]
    fn typing_goes_to_the_session() {
        let t = table(40);
        let mut s = Selection::default();
        s.type_ahead(&t, "202506");
        assert_eq!(s.single(), Some(id(10)), "the newest of June");
        s.type_ahead(&t, "session_20250708");
        assert_eq!(s.single(), Some(id(2)), "from the top again");
        s.type_ahead(&t, "2024");
        assert_eq!(s.single(), Some(id(2)), "nothing fits, nothing moves");
        s.type_ahead(&table(0), "2");
    }

    #[test]
    fn all_selects_what_is_shown_and_the_next_row_inherits() {
        let t = table(5);
        let mut s = Selection::default();
        s.all(&t);
        assert_eq!(s.len(), 5);
        for (going, heir) in [
            (vec![1], Some(id(2))),
            (vec![1, 2], Some(id(3))),
            (vec![4], Some(id(3))),
            (vec![3, 4], Some(id(2))),
            (vec![0, 1, 2, 3, 4], None),
        ] {
            let going: HashSet<_> = going.into_iter().map(id).collect();
            assert_eq!(s.heir(&t, &going), heir, "{going:?}");
        }
    }
}
