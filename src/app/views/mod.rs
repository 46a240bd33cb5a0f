//! Whole parts of the window: each takes plain data and returns what the person asked for.

pub mod base_overview;
pub mod cleanup_dialog;
pub mod data;
pub mod files_tab;
pub mod palette;
pub mod permanent_delete_dialog;
pub mod preview;
pub mod run_dialogs;
pub mod run_output;
pub mod run_page;
mod run_section;
pub mod run_tab;
pub mod server_panel;
mod session_facts;
pub mod session_overview;
pub mod settings_dialog;
pub mod shortcuts;
pub mod upload_report;
