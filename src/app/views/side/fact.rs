//! A line that says one thing: what it is, small, and its value beside it.

use eframe::egui::{Align, Label, Layout, Response, Ui, vec2};

use crate::app::theme::{self, size};
use crate::app::widgets::paint;

/// Width of the column of captions.
const CAPTIONS: f32 = 80.0;

/// Draws the line; a value that is too long is cut at its end.
pub fn show(ui: &mut Ui, caption: &str, value: &str) -> Response {
    line(ui, caption, |ui| ui.add(Label::new(value).truncate()))
}

/// The same for a path: cut in its middle, whole under the pointer.
pub fn path(ui: &mut Ui, caption: &str, path: &str) {
    line(ui, caption, |ui| {
        let room = ui.available_width();
        let short = paint::shortened(ui.painter(), path, &paint::body(), room);
        ui.label(short).on_hover_text(path);
    });
}

fn line<R>(ui: &mut Ui, caption: &str, value: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal(|ui| {
        let column = vec2(CAPTIONS, size::HEADER);
        ui.allocate_ui_with_layout(column, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(CAPTIONS);
            ui.label(theme::caption(ui, caption));
        });
        value(ui)
    })
    .inner
}
