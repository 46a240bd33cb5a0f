//! The dialogs. Each takes its plain values and says what became of them.

mod cleanup;
mod erase;
mod palette;
mod settings;
mod shortcuts;

use eframe::egui::Ui;

use crate::app::action::Action;
use crate::app::model::Model;
use crate::app::model::dialog::Dialog;

/// Draws the dialog that is open.
pub fn show(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    match &model.dialog {
        None => {}
        Some(Dialog::Erase(question)) => erase::show(ui, question, actions),
        Some(Dialog::CleanUp(form)) => cleanup::show(ui, model, form, actions),
        Some(Dialog::Settings(form)) => settings::show(ui, form, actions),
        Some(Dialog::Palette(palette)) => palette::show(ui, model, palette, actions),
        Some(Dialog::Shortcuts) => shortcuts::show(ui, model, actions),
    }
}
