//! A scroll bar over any length: it tells a place between 0 and 1, in double precision.

use egui::{CornerRadius, Id, Rect, Sense, Ui, WidgetInfo, vec2};

use crate::app::theme;

/// A scroll bar; where it was dragged to, from 0 to 1.
pub fn bar(
    ui: &Ui,
    id: Id,
    name: &str,
    track: Rect,
    upright: bool,
    share: f32,
    at: f64,
) -> Option<f64> {
    let response = ui.interact(track, id, Sense::CLICK | Sense::DRAG);
    response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), at, name));
    let along = |v: egui::Vec2| if upright { v.y } else { v.x };
    let length = along(track.size());
    let handle = (share * length).clamp(24.0_f32.min(length), length);
    let room = (length - handle).max(1.0);
    let start = at.clamp(0.0, 1.0) as f32 * room;
    let (offset, extent) = if upright {
        (vec2(2.0, start), vec2(6.0, handle))
    } else {
        (vec2(start, 2.0), vec2(handle, 6.0))
    };
    let p = theme::palette(ui);
    let ink = if response.hovered() || response.dragged() {
        p.secondary
    } else {
        p.border
    };
    ui.painter().rect_filled(
        Rect::from_min_size(track.min + offset, extent),
        CornerRadius::same(3),
        ink,
    );
    let pointer = response.interact_pointer_pos()?;
    (response.dragged() || response.clicked())
        .then(|| f64::from(((along(pointer - track.min) - handle / 2.0) / room).clamp(0.0, 1.0)))
}
