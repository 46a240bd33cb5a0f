//! The desktop window: what it shows and what the person does in it. Knows sessions and uploads, never the
//! command line or the HTTP API.
//!
//! Views read the [`model`] and emit [`action::Action`]s; `update` alone changes the model and answers with
//! [`action::Effect`]s; [`jobs`] carry those out on their threads and report back as actions.

pub mod action;
pub mod action_runs;
pub mod command;
pub mod filetype;
pub mod fonts;
pub mod format;
mod icon_path;
pub mod icons;
mod input;
mod jobs;
pub mod model;
mod motion;
mod outlines;
mod platform;
mod screen;
pub mod server;
mod shell;
mod single;
mod sql_words;
mod start;
mod style;
pub mod theme;
pub mod update;
pub mod views;
pub mod widgets;
mod window_state;

pub use shell::App;
pub use start::{Args, WindowError, begin, run, setup};
