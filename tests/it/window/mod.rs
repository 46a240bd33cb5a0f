//! The real window without a display: every flow by the names that a screen reader reads, on a real base.

mod data;
mod flows;
mod stage;
mod table;
mod uploads;
