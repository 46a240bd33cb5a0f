//! Tabs over the open session: a line of words, the chosen one underlined.

use egui::{
    Align2, CornerRadius, EventFilter, Key, Modifiers, Rect, Role, Sense, Ui, WidgetInfo, pos2,
    vec2,
};

use super::paint;
use crate::app::theme::{self, space};

/// Height of the line of tabs.
pub const HEIGHT: f32 = 36.0;

/// Draws the tabs; the one that the person went to, if any.
pub fn show(ui: &mut Ui, names: &[&str], chosen: usize) -> Option<usize> {
    let mut went = None;
    let row = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), HEIGHT));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.add_space(space::S);
        for (i, name) in names.iter().enumerate() {
            went = tab(ui, name, i == chosen, (i, names.len())).or(went);
        }
    });
    paint::hairline_below(ui.painter(), row, theme::palette(ui));
    went.filter(|i| *i != chosen)
}

fn tab(ui: &mut Ui, name: &str, chosen: bool, (i, of): (usize, usize)) -> Option<usize> {
    let word = paint::measure(ui.painter(), name, &paint::body());
    let (rect, response) =
        ui.allocate_exact_size(vec2(word + 2.0 * space::S, HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, ui.is_enabled(), chosen, name));
    let p = theme::palette(ui);
    let ink = if chosen || response.hovered() {
        p.text
    } else {
        p.secondary
    };
    paint::text(
        ui.painter(),
        rect,
        Align2::CENTER_CENTER,
        name,
        paint::body(),
        ink,
    );
    if chosen {
        let left = pos2(rect.left() + space::S, rect.bottom() - 2.0);
        let line = Rect::from_min_max(left, pos2(rect.right() - space::S, rect.bottom()));
        ui.painter()
            .rect_filled(line, CornerRadius::ZERO, p.accent_ink);
    }
    paint::focus_inside(
        ui,
        &response,
        rect.shrink2(vec2(0.0, space::XS)).intersect(rect),
    );
    if response.clicked() {
        return Some(i);
    }
    if response.has_focus() {
        let filter = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, filter));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::ArrowRight) {
            return Some((i + 1).min(of - 1));
        }
        if pressed(Key::ArrowLeft) {
            return Some(i.saturating_sub(1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn tabs_change_by_pointer_and_by_arrows() {
        let mut window = harness(0, |ui, chosen| {
            if let Some(i) = show(ui, &["Overview", "Files"], *chosen) {
                *chosen = i;
            }
        });
        window.get_by_role_and_label(Role::Tab, "Files").click();
        window.run();
        assert_eq!(*window.state(), 1);
        window.get_by_label("Files").focus();
        window.run();
        window.key_press(Key::ArrowRight);
        window.run();
        assert_eq!(*window.state(), 1);
        window.key_press(Key::ArrowLeft);
        window.run();
        assert_eq!(*window.state(), 0);
    }
}
