//! A line that says one thing: what it is, small, and its value beside it.

use eframe::egui::{Align, Label, Layout, Response, Ui, vec2};

use crate::app::theme::{self, size};

/// Width of the column of captions.
const CAPTIONS: f32 = 88.0;

/// Draws the line; what is too long is cut and told whole under the pointer.
pub fn show(ui: &mut Ui, caption: &str, value: &str) -> Response {
    ui.horizontal(|ui| {
        let column = vec2(CAPTIONS, size::HEADER);
        ui.allocate_ui_with_layout(column, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(CAPTIONS);
            ui.label(theme::caption(ui, caption));
        });
        ui.add(Label::new(value).truncate())
    })
    .inner
}
