//! Which rows of a large table are shown in which order, worked out by a thread. Until it has answered the table
//! stays as it was: a letter typed into the filter box never waits for 100,000 rows. Pure.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use super::list::{self, Places, Sessions, View};
use super::row::Size;

/// What is to be put in order. Costs nothing to make: all of it is shared.
#[derive(Debug, PartialEq)]
pub struct Disorder {
    pub(super) sessions: Sessions,
    pub(super) sizes: Arc<Vec<Size>>,
    pub(super) places: Places,
    pub(super) view: View,
    pub(super) now: DateTime<FixedOffset>,
}

/// The answer. Holds nothing that it takes time to let go of.
#[derive(Debug, PartialEq)]
pub struct Order {
    /// Of which list.
    pub(super) places: Places,
    /// By which sort and filter.
    pub(super) view: View,
    /// Places of what is shown, in the order of the screen.
    pub(super) shown: Vec<u32>,
}

impl Disorder {
    /// Works it out.
    pub fn order(self) -> Order {
        let none = HashSet::new();
        Order {
            shown: list::order(&self.sessions, &self.sizes, &self.view, &none, self.now),
            places: self.places,
            view: self.view,
        }
    }
}
