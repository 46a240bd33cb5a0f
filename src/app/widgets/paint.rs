//! What every widget draws with: text on one line within a width, hairlines, the ring of the keyboard.

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align, Align2, Color32, CornerRadius, FontId, Galley, Painter, Pos2, Rect, Response, Stroke,
    StrokeKind, TextFormat, Ui, pos2,
};

use super::keyboard;
use crate::app::format;
use crate::app::theme::{self, Palette, size};

/// Body text.
pub fn body() -> FontId {
    FontId::proportional(size::BODY)
}

/// Small text.
pub fn small() -> FontId {
    FontId::proportional(size::SMALL)
}

/// `text` on one line, its end cut off with `…` where it is wider than `width`.
pub fn line(
    painter: &Painter,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> Arc<Galley> {
    let format = TextFormat {
        font_id: font,
        color: colour,
        valign: Align::Center,
        ..TextFormat::default()
    };
    let mut job = LayoutJob::single_section(text.to_owned(), format);
    job.wrap = TextWrapping::truncate_at_width(width.max(0.0));
    painter.layout_job(job)
}

/// Draws `text` on one line into `rect`, and returns where it ends up.
pub fn text(
    painter: &Painter,
    rect: Rect,
    align: Align2,
    text: &str,
    font: FontId,
    colour: Color32,
) -> Rect {
    let galley = line(painter, text, font, colour, rect.width());
    let place = snapped(painter, align.align_size_within_rect(galley.size(), rect));
    painter.galley(place.min, galley, colour);
    place
}

/// Draws `name` on one line into `rect`, its middle cut out where it is too wide; whether it was.
pub fn name(painter: &Painter, rect: Rect, name: &str, font: FontId, colour: Color32) -> bool {
    let short = shortened(painter, name, &font, rect.width());
    text(painter, rect, Align2::LEFT_CENTER, &short, font, colour);
    short != name
}

/// `name` as it fits into `width`, its middle cut out.
pub fn shortened(painter: &Painter, name: &str, font: &FontId, width: f32) -> String {
    format::elide_middle(name, |part| measure(painter, part, font) <= width)
}

/// The width of `text` on one line.
pub fn measure(painter: &Painter, text: &str, font: &FontId) -> f32 {
    painter.fonts_mut(|f| text.chars().map(|c| f.glyph_width(font, c)).sum())
}

/// Text on whole pixels stays sharp while what holds it moves.
fn snapped(painter: &Painter, rect: Rect) -> Rect {
    let pixels = painter.pixels_per_point();
    let snap = |v: f32| (v * pixels).round() / pixels;
    rect.translate(pos2(snap(rect.min.x), snap(rect.min.y)) - rect.min)
}

/// The hairline along the lower edge of `rect`.
pub fn hairline_below(painter: &Painter, rect: Rect, palette: &Palette) {
    let y = rect.bottom() - 0.5 / painter.pixels_per_point();
    painter.hline(rect.x_range(), y, hairline(painter, palette));
}

/// A line one pixel wide whatever the scale.
pub fn hairline(painter: &Painter, palette: &Palette) -> Stroke {
    Stroke::new(
        size::HAIRLINE / painter.pixels_per_point().floor().max(1.0),
        palette.hairline,
    )
}

/// The ring around `rect` if `response` has the keyboard, and the keyboard went there by keys.
pub fn focus(ui: &Ui, response: &Response, rect: Rect, radius: u8) {
    if response.has_focus() && keyboard::moved_by_keys(ui.ctx(), response.id) {
        let ring = theme::focus_ring(theme::palette(ui));
        let radius = CornerRadius::same(radius + 2);
        ui.painter()
            .rect_stroke(rect.expand(1.0), radius, ring, StrokeKind::Outside);
    }
}

/// The same inside `rect`, where there is no room around it: rows, tabs.
pub fn focus_inside(ui: &Ui, response: &Response, rect: Rect) {
    if response.has_focus() && keyboard::moved_by_keys(ui.ctx(), response.id) {
        let ring = theme::focus_ring(theme::palette(ui));
        ui.painter().rect_stroke(
            rect,
            CornerRadius::same(size::RADIUS_SMALL),
            ring,
            StrokeKind::Inside,
        );
    }
}

/// The square of an icon at the left edge of `rect`, in its middle height.
pub fn icon_square(rect: Rect) -> Rect {
    let middle = pos2(rect.left() + size::ICON / 2.0, rect.center().y);
    Rect::from_center_size(middle, egui::Vec2::splat(size::ICON))
}

/// `rect` without `width` at its left.
pub fn after(rect: Rect, width: f32) -> Rect {
    Rect::from_min_max(
        Pos2::new((rect.left() + width).min(rect.right()), rect.top()),
        rect.max,
    )
}

/// `rect` without `width` at its right.
pub fn before(rect: Rect, width: f32) -> Rect {
    Rect::from_min_max(
        rect.min,
        Pos2::new((rect.right() - width).max(rect.left()), rect.bottom()),
    )
}
