//! The window laid out: gives each view what it shows of the model and turns what the person asked for into
//! actions. Changes nothing but what the toolkit has to remember from frame to frame.

mod bottom;
mod commands;
mod dialogs;
mod files;
mod note;
mod overlay;
mod places;
mod run;
mod server;
mod sheet;
mod side;
mod table;
mod toasts;
mod toolbar;

pub use places::READING;

use egui::{CentralPanel, Frame, Panel, Ui};

use super::action::Action;
use super::input;
use super::model::{Model, SIDE_SHARE};
use super::theme::{self, size};
use super::widgets::paint;
use crate::session::SessionId;

/// What the views remember from frame to frame, and what they were asked to do in the next.
#[derive(Debug, Default)]
pub struct Memory {
    /// What is in the filter box while it is being typed.
    filter: String,
    /// Whether the keyboard is in it.
    filter_focused: bool,
    /// The note that is being typed.
    note: note::Draft,
    /// Where the person looks in the file that is shown.
    pub preview: files::Memory,
    /// How wide the tree of files is where nobody chose it.
    files: files::Fit,
    /// The keyboard goes to the filter box.
    pub focus_filter: bool,
    /// The keyboard goes to the table.
    pub focus_table: bool,
    /// The keyboard goes to the output of the run that is looked at.
    pub focus_output: bool,
    /// This file is marked in the tree.
    pub mark_file: Option<String>,
    /// This row comes into view.
    pub scroll_to: Option<SessionId>,
}

/// The least width of the right side, in points.
const SIDE_MIN: f32 = 280.0;

/// Draws the window.
pub fn show(ui: &mut Ui, model: &Model, memory: &mut Memory, actions: &mut Vec<Action>) {
    ui.data_mut(|d| d.insert_temp(input::place_id(), input::Place::Elsewhere));
    let p = theme::palette(ui);
    Panel::top("toolbar")
        .exact_size(size::TOOLBAR)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::NONE.fill(p.panel))
        .show(ui, |ui| toolbar::show(ui, model, memory, actions));
    bottom::show(ui, model, actions);
    let head = if model.widened {
        CentralPanel::default()
            .frame(Frame::NONE.fill(p.background))
            .show(ui, |ui| side::show(ui, model, memory, actions))
            .inner
    } else {
        let (side, head) = right_side(ui, model, memory, actions);
        table_side(ui, model, memory, actions);
        // Over both, or the scroll bar of the table would have half of the edge.
        splitter(ui, side, actions);
        head
    };
    toasts::show(ui, model, head, actions);
    dialogs::show(ui, model, actions);
    overlay::show(ui, model);
    let unfocused = ui.memory(|m| m.focused().is_none());
    if !model.widened && model.dialog.is_none() && (unfocused || memory.focus_table) {
        memory.focus_table = false;
        ui.memory_mut(|m| m.request_focus(input::table_id()));
    }
    input::note_keyboard(ui.ctx());
}

fn table_side(ui: &mut Ui, model: &Model, memory: &mut Memory, actions: &mut Vec<Action>) {
    let p = theme::palette(ui);
    CentralPanel::default()
        .frame(Frame::NONE.fill(p.background))
        .show(ui, |ui| table::show(ui, model, memory, actions));
}

/// Where room is short the right side gives way first, down to its least, then the table. Where it is, and where
/// its head ends.
fn right_side(
    ui: &mut Ui,
    model: &Model,
    memory: &mut Memory,
    actions: &mut Vec<Action>,
) -> (egui::Rect, f32) {
    let p = theme::palette(ui);
    let room = ui.available_width();
    let width = side_width(model.side_width, room, table::natural_width(model));
    let shown = Panel::right("side")
        .exact_size(width)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::NONE.fill(p.background))
        .show(ui, |ui| side::show(ui, model, memory, actions));
    (shown.response.rect, shown.inner)
}

/// Width of the right side in so much room: what was chosen, or its share, as far as the table leaves it.
fn side_width(chosen: Option<f32>, room: f32, table: f32) -> f32 {
    let most = (room - table).max(SIDE_MIN);
    let wanted = chosen.unwrap_or(room * SIDE_SHARE);
    wanted.clamp(SIDE_MIN, most).round()
}

/// The edge of the right side, to be dragged.
fn splitter(ui: &Ui, side: egui::Rect, actions: &mut Vec<Action>) {
    use egui::{CursorIcon, Id, Rangef, Rect, Role, Sense, Stroke, WidgetInfo};
    const GRIP: f32 = 4.0;
    let p = theme::palette(ui);
    let grip = Rect::from_x_y_ranges(Rangef::point(side.left()).expand(GRIP), side.y_range());
    let response = ui
        .interact(grip, Id::unique("splitter"), Sense::click_and_drag())
        .on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal)
        .on_hover_text("Drag to resize; double click for the width it had at first");
    response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, "Width of the right side"));
    let stroke = if response.hovered() || response.dragged() {
        Stroke::new(size::HAIRLINE, p.accent_ink)
    } else {
        paint::hairline(ui.painter(), p)
    };
    ui.painter().vline(side.left(), side.y_range(), stroke);
    if response.double_clicked() {
        return actions.push(Action::ResetSide);
    }
    if let Some(pointer) = response
        .interact_pointer_pos()
        .filter(|_| response.dragged())
    {
        actions.push(Action::ResizeSide(side.right() - pointer.x));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_side_grows_with_the_window_until_a_person_chooses() {
        const TABLE: f32 = 560.0;
        for (chosen, room, width) in [
            (None, 700.0, SIDE_MIN),
            (None, 900.0, 340.0),
            (None, 1180.0, 620.0),
            (None, 1600.0, 896.0),
            (None, 2560.0, 1434.0),
            (Some(300.0), 2560.0, 300.0),
            (Some(1000.0), 2560.0, 1000.0),
            (Some(1000.0), 900.0, 340.0),
            (Some(10.0), 1600.0, SIDE_MIN),
        ] {
            assert_eq!(side_width(chosen, room, TABLE), width, "{chosen:?} {room}");
        }
    }
}
