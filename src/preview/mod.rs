//! What is in a file of a session, bit by bit: the first screen of a file of any size at once, the rest
//! when it is asked for. Reads and never writes; opens a file for one read and closes it again; follows
//! no link out of the session. Knows sessions and how uploads read text; no window.
//!
//! [`look`] says what a file is. [`Text`] and [`Grid`] give rows of it by a sparse index, which [`walk`]
//! extends on a thread of the caller's. [`json::Outline`], [`picture::Picture`], [`database::Facts`] and [`workbook`]
//! are for the other kinds; everything has bytes ([`Place::read_at`]).

mod cut;
pub mod database;
mod grid;
pub mod highlight;
pub mod json;
mod kind;
mod marks;
pub mod picture;
mod place;
mod save;
mod search;
mod text;
pub mod workbook;

pub use grid::{Cells, Grid};
pub use kind::{Kind, Look, look};
pub use marks::{Shared, Walkable, Walked, walk};
pub use place::{Place, Stamp, is_changed, is_gone};
pub use save::save_copy;
pub use search::{Hits, Query, search};
pub use text::{Level, Page, Row, Text, level};
