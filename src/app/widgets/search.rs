//! The box that filters: what is typed, how much it finds, and away with it.

use egui::{
    Align2, CornerRadius, Frame, Key, Margin, Modifiers, Rect, Response, Sense, Stroke, StrokeKind,
    TextEdit, Ui, UiBuilder, pos2, vec2,
};

use super::button::Button;
use super::paint;
use crate::app::icons::Icon;
use crate::app::theme::{self, size, space};
use crate::session::text;

/// What a search box shows besides its text.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Its name, read aloud.
    pub name: &'a str,
    /// What stands in it while it is empty.
    pub hint: &'a str,
    /// How many are found of how many; shown while something is typed.
    pub found: Option<(usize, usize)>,
    /// What in the text isn't understood, if anything.
    pub problem: Option<&'a str>,
    /// Its width in points.
    pub width: f32,
}

impl Search<'_> {
    /// Draws it over `typed`; the response of the text in it, changed when it changed.
    pub fn show(self, ui: &mut Ui, typed: &mut String) -> Response {
        let (rect, _) = ui.allocate_exact_size(vec2(self.width, size::ROW), Sense::hover());
        let p = theme::palette(ui);
        let frame = ui.painter().add(egui::Shape::Noop);
        let mut inside = rect.shrink2(vec2(space::S, 0.0));
        Icon::Search.paint(ui.painter(), paint::icon_square(inside), p.secondary);
        inside = paint::after(inside, size::ICON + space::XS);
        let mut cleared = false;
        if !typed.is_empty() {
            cleared = clear_button(ui, rect);
            inside = paint::before(inside, size::ROW - space::S);
            inside = self.count(ui, inside);
        }
        let mut edit = ui.new_child(UiBuilder::new().max_rect(inside).id_salt(self.name));
        let height = ui.text_style_height(&egui::TextStyle::Body);
        let padding = ((size::ROW - height) / 2.0).floor() as i8;
        let mut response = TextEdit::singleline(typed)
            .id_salt("text")
            .hint_text(self.hint)
            .frame(Frame::NONE.inner_margin(Margin::symmetric(0, padding)))
            .desired_width(inside.width())
            .show(&mut edit)
            .response
            .response
            .accessible_name(self.name);
        if cleared || escaped(ui, &response, typed) {
            typed.clear();
            response.mark_changed();
        }
        let edge = match (self.problem, response.has_focus()) {
            (Some(_), _) => Stroke::new(size::HAIRLINE, p.warning),
            (None, true) => theme::focus_ring(p),
            (None, false) => Stroke::new(size::HAIRLINE, p.border),
        };
        let radius = CornerRadius::same(size::RADIUS);
        let shape = egui::epaint::RectShape::new(rect, radius, p.field, edge, StrokeKind::Inside);
        ui.painter().set(frame, shape);
        match self.problem {
            Some(problem) => response.on_hover_text(problem),
            None => response,
        }
    }

    /// Draws what was found at the right, and returns what is left of `inside`.
    fn count(&self, ui: &Ui, inside: Rect) -> Rect {
        let Some((found, of)) = self.found else {
            return inside;
        };
        let p = theme::palette(ui);
        let words = format!(
            "{} of {}",
            text::grouped(found as u64),
            text::grouped(of as u64)
        );
        let place = paint::text(
            ui.painter(),
            inside,
            Align2::RIGHT_CENTER,
            &words,
            paint::small(),
            p.secondary,
        );
        paint::before(inside, place.width() + space::S)
    }
}

fn clear_button(ui: &mut Ui, rect: Rect) -> bool {
    let place = Rect::from_min_max(pos2(rect.right() - size::ROW, rect.top()), rect.max);
    let mut child = ui.new_child(UiBuilder::new().max_rect(place));
    Button::icon(Icon::Close, "Clear")
        .shortcut("Esc")
        .show(&mut child)
        .clicked()
}

/// Escape empties what is typed; only an empty box lets go of the keyboard.
fn escaped(ui: &Ui, response: &Response, typed: &str) -> bool {
    let escape = response.lost_focus() && ui.input(|i| i.key_pressed(Key::Escape));
    if escape && !typed.is_empty() {
        response.request_focus();
        ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
        return true;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui::Role;
    use egui_kittest::kittest::Queryable;

    fn draw(ui: &mut Ui, typed: &mut String) {
        let search = Search {
            name: "Filter",
            hint: "Filter",
            found: Some((3, 1_200)),
            problem: None,
            width: 240.0,
        };
        search.show(ui, typed);
    }

    #[test]
    fn what_is_typed_arrives_and_goes_again() {
        let mut window = harness(String::new(), draw);
        assert!(window.query_by_label("Clear").is_none());
        let field = window.get_by_role_and_label(Role::TextInput, "Filter");
        field.focus();
        window.run();
        window
            .get_by_role_and_label(Role::TextInput, "Filter")
            .type_text("older:7d");
        window.run();
        assert_eq!(window.state(), "older:7d");
        window.get_by_label("Clear").click();
        window.run();
        assert_eq!(window.state(), "");
    }

    #[test]
    fn escape_empties_it_first() {
        let mut window = harness("abc".to_owned(), draw);
        window
            .get_by_role_and_label(Role::TextInput, "Filter")
            .focus();
        window.run();
        window.key_press(Key::Escape);
        window.run();
        assert_eq!(window.state(), "");
        assert!(
            window
                .get_by_role_and_label(Role::TextInput, "Filter")
                .is_focused()
        );
    }
}
