//! The columns of the table: their names, widths, and how two rows compare in them.
//! Knows nothing of how a cell is drawn.

use std::borrow::Borrow;
use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::row::{Row, Size};
use crate::session::Session;

/// A column of the session table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// Whether it is the current session.
    Current,
    /// Whether it is pinned.
    Pin,
    /// Its id.
    Session,
    /// When it was made.
    Created,
    /// Apparent size, with a bar.
    Size,
    /// How many files.
    Files,
    /// What else is to be said of it.
    State,
}

impl Column {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Current,
        Self::Pin,
        Self::Session,
        Self::Created,
        Self::Size,
        Self::Files,
        Self::State,
    ];

    /// What its header says; for the two markers, what it would say if there were room.
    pub fn label(self) -> &'static str {
        match self {
            Self::Current => "Current",
            Self::Pin => "Pinned",
            Self::Session => "Session",
            Self::Created => "Created",
            Self::Size => "Size",
            Self::Files => "Files",
            Self::State => "State",
        }
    }

    /// Whether it is a narrow column with a sign in it, of fixed width and without a word in the header.
    pub fn is_marker(self) -> bool {
        matches!(self, Self::Current | Self::Pin)
    }

    /// Width at the start, in points.
    pub fn default_width(self) -> f32 {
        match self {
            Self::Current | Self::Pin => 24.0,
            Self::Session => 180.0,
            Self::Created => 112.0,
            Self::Size => 136.0,
            Self::Files => 64.0,
            Self::State => 88.0,
        }
    }

    /// The least width that still shows something, in points.
    pub fn min_width(self) -> f32 {
        match self {
            Self::Current | Self::Pin => 24.0,
            Self::Session => 96.0,
            Self::Size => 104.0,
            Self::Created | Self::State => 72.0,
            Self::Files => 48.0,
        }
    }

    /// Whether a person may hide it; a table without ids would say nothing.
    pub fn can_hide(self) -> bool {
        self != Self::Session
    }

    /// Whether the first click on the header shows the largest first.
    pub fn starts_descending(self) -> bool {
        !matches!(self, Self::Session)
    }
}

/// What the table is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// Largest, newest or marked ones first.
    pub descending: bool,
}

impl Default for Sort {
    /// Newest first, as everywhere.
    fn default() -> Self {
        Self {
            column: Column::Created,
            descending: true,
        }
    }
}

impl Sort {
    /// What a click on a header makes of it.
    #[must_use]
    pub fn clicked(self, column: Column) -> Self {
        let descending = if self.column == column {
            !self.descending
        } else {
            column.starts_descending()
        };
        Self { column, descending }
    }

    /// Whether the order changes as sizes come in.
    pub fn depends_on_size(self) -> bool {
        matches!(self.column, Column::Size | Column::Files | Column::State)
    }

    /// Sorts `order`, which holds places in `sessions` and `sizes`; those are newest first, which decides ties.
    pub fn apply(self, sessions: &[impl Borrow<Session>], sizes: &[Size], order: &mut [u32]) {
        let session = |i: usize| sessions[i].borrow();
        match self.column {
            // The list comes in the one order of sessions already, wrong clocks last.
            Column::Created => {
                order.sort_unstable();
                if !self.descending {
                    order.reverse();
                }
            }
            Column::Session => self.by(order, |i| session(i).id),
            Column::Size => self.by(order, |i| sizes[i].bytes()),
            Column::Files => self.by(order, |i| {
                let row = Row {
                    session: session(i),
                    size: &sizes[i],
                };
                row.files()
            }),
            Column::Current => self.by(order, |i| session(i).protection.current),
            Column::Pin => self.by(order, |i| session(i).protection.pinned),
            Column::State => self.by(order, |i| {
                let row = Row {
                    session: session(i),
                    size: &sizes[i],
                };
                let p = row.session.protection;
                (
                    p.current,
                    p.in_use,
                    row.is_damaged(),
                    row.session.clock_ahead,
                )
            }),
        }
    }

    fn by<K: Ord>(self, order: &mut [u32], key: impl Fn(usize) -> K) {
        order.sort_by(|a, b| {
            let compared = key(*a as usize).cmp(&key(*b as usize));
            let compared = if self.descending {
                compared.reverse()
            } else {
                compared
            };
            match compared {
                Ordering::Equal => a.cmp(b),
                decided => decided,
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{rows, used};
    use super::*;

    fn sorted(
        column: Column,
        descending: bool,
        (sessions, sizes): &(Vec<Session>, Vec<Size>),
    ) -> Vec<u32> {
        let mut order: Vec<u32> = (0..).take(sessions.len()).collect();
        // Whatever the order was before.
        order.reverse();
        Sort { column, descending }.apply(sessions, sizes, &mut order);
        order
    }

    #[test]
    fn every_column_sorts_by_its_raw_value_and_ties_stay_newest_first() {
        let mut rows = rows(5);
        rows.1[1] = Size::Known(used(9));
        rows.1[2] = Size::Known(used(1_000));
        rows.1[3] = Size::Counting(used(50));
        rows.0[4].protection.pinned = true;
        rows.0[3].protection.current = true;
        for (column, descending, expected) in [
            (Column::Created, true, [0, 1, 2, 3, 4]),
            (Column::Created, false, [4, 3, 2, 1, 0]),
            (Column::Session, false, [4, 3, 2, 1, 0]),
            (Column::Session, true, [0, 1, 2, 3, 4]),
            (Column::Size, true, [2, 3, 1, 0, 4]),
            (Column::Size, false, [0, 4, 1, 3, 2]),
            (Column::Pin, true, [4, 0, 1, 2, 3]),
            (Column::Current, true, [3, 0, 1, 2, 4]),
            (Column::State, true, [3, 0, 1, 2, 4]),
            (Column::Files, true, [1, 2, 3, 0, 4]),
        ] {
            assert_eq!(
                sorted(column, descending, &rows),
                expected,
                "{column:?} {descending}"
            );
        }
    }

    #[test]
    fn a_second_click_turns_the_order_round_and_another_column_starts_anew() {
        let sort = Sort::default().clicked(Column::Created);
        assert_eq!((sort.column, sort.descending), (Column::Created, false));
        let sort = sort.clicked(Column::Size);
        assert_eq!((sort.column, sort.descending), (Column::Size, true));
        assert!(!sort.clicked(Column::Session).descending);
    }
}
