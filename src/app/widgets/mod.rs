//! The building blocks of the window: each draws plain data and returns what the person did with it.
//! Know no session, no job and no command.

pub mod button;
pub mod chart;
pub mod dialog;
pub mod empty;
pub mod facts;
mod file_line;
pub mod file_tree;
pub mod fit;
pub mod form;
pub mod grid;
mod grid_act;
pub mod keyboard;
pub mod list;
pub mod long;
pub mod menu;
pub mod number;
pub mod paint;
pub mod plan;
pub mod progress;
pub mod rules;
mod scroll_bar;
pub mod search;
pub mod shares;
pub mod split;
pub mod stat;
pub mod tabs;
pub mod toast;

#[cfg(test)]
pub(crate) mod testing;
