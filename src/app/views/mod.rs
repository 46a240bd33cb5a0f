//! Whole parts of the window: each reads the model and says what the person asked for. Changes nothing but
//! what the toolkit has to remember from frame to frame.

mod commands;
mod table;
mod toolbar;

use eframe::egui::{CentralPanel, Frame, Panel, Ui};

use super::action::Action;
use super::input;
use super::model::Model;
use super::theme;
use crate::session::SessionId;

/// What the views remember from frame to frame, and what they were asked to do in the next.
#[derive(Debug, Default)]
pub struct Memory {
    /// What is in the filter box while it is being typed.
    filter: String,
    /// Whether the keyboard is in it.
    filter_focused: bool,
    /// The keyboard goes to the filter box.
    pub focus_filter: bool,
    /// The keyboard goes to the table.
    pub focus_table: bool,
    /// This row comes into view.
    pub scroll_to: Option<SessionId>,
}

/// Draws the window.
pub fn show(ui: &mut Ui, model: &Model, memory: &mut Memory, actions: &mut Vec<Action>) {
    let p = theme::palette(ui);
    Panel::top("toolbar")
        .exact_size(theme::size::TOOLBAR)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::NONE.fill(p.panel))
        .show(ui, |ui| toolbar::show(ui, model, memory, actions));
    CentralPanel::default()
        .frame(Frame::NONE.fill(p.background))
        .show(ui, |ui| table::show(ui, model, memory, actions));
    let unfocused = ui.memory(|m| m.focused().is_none());
    if model.dialog.is_none() && (unfocused || memory.focus_table) {
        memory.focus_table = false;
        ui.memory_mut(|m| m.request_focus(input::table_id()));
    }
}
