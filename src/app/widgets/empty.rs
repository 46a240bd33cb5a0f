//! What stands where nothing is: one sentence, and where it helps a place to drop files and a button.

use egui::{
    Align2, Color32, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use super::button::{Button, Kind};
use super::paint;
use crate::app::icons::Icon;
use crate::app::theme::{self, size, space};

/// An empty place.
#[derive(Debug, Clone, Copy)]
pub struct Empty<'a> {
    /// A picture of what could be there.
    pub icon: Icon,
    /// What is the case.
    pub sentence: &'a str,
    /// What can be done about it.
    pub hint: &'a str,
    /// The button that does it; no words, no button.
    pub button: &'a str,
    /// Whether files can be dropped here: a dashed outline says so.
    pub drop_target: bool,
}

/// Says that nothing is here, and what can be done about it.
pub fn nothing(ui: &mut Ui, icon: Icon, sentence: &str, hint: &str) {
    Empty {
        icon,
        sentence,
        hint,
        button: "",
        drop_target: false,
    }
    .show(ui);
}

impl Empty<'_> {
    /// Draws it in the middle of what is left; whether the button was pressed.
    pub fn show(self, ui: &mut Ui) -> bool {
        let room = ui.available_rect_before_wrap();
        let wanted = vec2(400.0, if self.drop_target { 200.0 } else { 132.0 });
        let place = Rect::from_center_size(room.center(), wanted.min(room.size()));
        let p = theme::palette(ui);
        if self.drop_target {
            dashed(ui, place, p.border);
        }
        let mut inside = ui.new_child(UiBuilder::new().max_rect(place.shrink(space::L)));
        let mut pressed = false;
        inside.vertical_centered(|ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            let height = 32.0
                + space::S
                + 40.0
                + if self.button.is_empty() {
                    0.0
                } else {
                    size::ROW + space::M
                };
            ui.add_space(((ui.available_height() - height) / 2.0).max(0.0));
            let (icon, _) = ui.allocate_exact_size(vec2(32.0, 32.0), Sense::hover());
            self.icon.paint(ui.painter(), icon, p.secondary);
            ui.add_space(space::XS);
            ui.label(theme::strong(self.sentence));
            if !self.hint.is_empty() {
                ui.label(egui::RichText::new(self.hint).color(p.secondary));
            }
            if !self.button.is_empty() {
                ui.add_space(space::S);
                pressed = Button::new(self.button)
                    .kind(Kind::Primary)
                    .show(ui)
                    .clicked();
            }
        });
        ui.advance_cursor_after_rect(room);
        pressed
    }
}

/// Covers the window while files hover over it: how many, and how large where that is known.
pub fn drop_overlay(ui: &Ui, sentence: &str, figures: &str) {
    let p = theme::palette(ui);
    let painter = ui.ctx().layer_painter(egui::LayerId::new(
        egui::Order::Foreground,
        egui::Id::unique("drop"),
    ));
    let window = ui.ctx().content_rect();
    painter.rect_filled(window, 0.0, p.background.gamma_multiply(0.9));
    let place = window.shrink(space::L);
    outline(&painter, place, Stroke::new(2.0, p.accent_ink));
    let middle = place.center();
    let icon = Rect::from_center_size(middle - vec2(0.0, 40.0), vec2(48.0, 48.0));
    Icon::Upload.paint(&painter, icon, p.accent_ink);
    let line = |y: f32| {
        Rect::from_center_size(middle + vec2(0.0, y), vec2(place.width() - space::XL, 24.0))
    };
    let title = theme::strong_font(size::TITLE);
    paint::text(
        &painter,
        line(14.0),
        Align2::CENTER_CENTER,
        sentence,
        title,
        p.text,
    );
    paint::text(
        &painter,
        line(40.0),
        Align2::CENTER_CENTER,
        figures,
        paint::body(),
        p.secondary,
    );
    let overlay = ui.interact(window, ui.scope_id().with("drop"), Sense::hover());
    overlay
        .widget_info(|| WidgetInfo::labeled(Role::Status, true, format!("{sentence}, {figures}")));
}

fn dashed(ui: &Ui, rect: Rect, colour: Color32) {
    outline(ui.painter(), rect, Stroke::new(1.5, colour));
}

/// A dashed outline with round corners.
fn outline(painter: &egui::Painter, rect: Rect, stroke: Stroke) {
    let radius = f32::from(size::RADIUS_LARGE);
    painter.extend(Shape::dashed_line(&rounded(rect, radius), stroke, 6.0, 5.0));
}

fn rounded(rect: Rect, radius: f32) -> Vec<Pos2> {
    let corners = [
        (pos2(rect.right() - radius, rect.top() + radius), -0.25),
        (pos2(rect.right() - radius, rect.bottom() - radius), 0.0),
        (pos2(rect.left() + radius, rect.bottom() - radius), 0.25),
        (pos2(rect.left() + radius, rect.top() + radius), 0.5),
    ];
    let mut points: Vec<Pos2> = corners
        .into_iter()
        .flat_map(|(middle, turn)| {
            (0..=6).map(move |step| {
                let angle = (turn + step as f32 / 24.0) * std::f32::consts::TAU;
                middle + radius * vec2(angle.cos(), angle.sin())
            })
        })
        .collect();
    points.extend(points.first().copied());
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn an_empty_base_has_one_sentence_and_one_button() {
        let mut window = harness(false, |ui, pressed| {
            let empty = Empty {
                icon: Icon::Upload,
                sentence: "No sessions yet",
                hint: "Drop files here, or",
                button: "Choose files…",
                drop_target: true,
            };
            *pressed |= empty.show(ui);
            drop_overlay(ui, "Drop 3 files to make a session", "1.2 MB");
        });
        assert!(window.query_by_label("No sessions yet").is_some());
        assert!(
            window
                .query_by_label("Drop 3 files to make a session, 1.2 MB")
                .is_some()
        );
        window.get_by_label("Choose files…").click();
        window.run();
        assert!(window.state());
    }

    #[test]
    fn an_outline_is_closed_and_stays_within_its_rectangle() {
        let rect = Rect::from_min_size(pos2(10.0, 10.0), vec2(100.0, 50.0));
        let points = rounded(rect, 10.0);
        assert_eq!(points.first(), points.last());
        assert!(points.iter().all(|p| rect.expand(0.01).contains(*p)));
    }
}
