//! The real window without a display: every flow by the names that a screen reader reads, on a real base.

mod closing;
mod comfort;
mod data;
mod data_acts;
mod data_heads;
mod files;
mod flows;
mod keyboard;
mod place;
mod preview;
mod runs;
mod server;
pub mod stage;
mod table;
mod tabs;
mod uploads;
