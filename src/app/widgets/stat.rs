//! A figure that a person looks for first: its caption, the figure large, and a word on it.

use eframe::egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::paint;
use crate::app::theme::{self, size, space};

/// A figure.
#[derive(Debug, Clone, Copy)]
pub struct Stat<'a> {
    /// What it is.
    pub caption: &'a str,
    /// How much.
    pub figure: &'a str,
    /// What else there is to it.
    pub hint: &'a str,
}

/// Further apart, figures don't look like one row.
const WIDEST: f32 = 180.0;

/// Height of the figures.
const HEIGHT: f32 = 60.0;

/// Draws figures side by side, each equally wide.
pub fn row(ui: &mut Ui, stats: &[Stat<'_>]) {
    let (rect, group) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let width = (rect.width() / stats.len().max(1) as f32).min(WIDEST);
    let p = theme::palette(ui);
    for (i, stat) in stats.iter().enumerate() {
        let left = rect.left() + i as f32 * width;
        let cell = Rect::from_min_size(
            pos2(left, rect.top()),
            vec2(width - space::M, rect.height()),
        );
        let response = ui.interact(cell, group.id.with(i), Sense::hover());
        response.widget_info(|| {
            WidgetInfo::labeled(
                Role::Label,
                true,
                format!("{}: {}, {}", stat.caption, stat.figure, stat.hint),
            )
        });
        let line = |top: f32, height: f32| {
            Rect::from_min_size(cell.min + vec2(0.0, top), vec2(cell.width(), height))
        };
        let painter = ui.painter();
        paint::text(
            painter,
            line(0.0, 16.0),
            Align2::LEFT_CENTER,
            stat.caption,
            paint::small(),
            p.secondary,
        );
        let large = theme::strong_font(size::TITLE);
        paint::text(
            painter,
            line(18.0, 24.0),
            Align2::LEFT_CENTER,
            stat.figure,
            large,
            p.text,
        );
        paint::text(
            painter,
            line(43.0, 16.0),
            Align2::LEFT_CENTER,
            stat.hint,
            paint::small(),
            p.secondary,
        );
    }
}
