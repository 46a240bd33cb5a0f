//! The building blocks of the window: each draws plain data and returns what the person did with it.
//! Know no session, no job and no command.

pub mod button;
pub mod menu;
pub mod number;
pub mod paint;
pub mod search;
pub mod tabs;

#[cfg(test)]
pub(crate) mod testing;
