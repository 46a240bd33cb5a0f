//! Parts of forms: a check box, a field with what is wrong with it, a choice of few, and the line that
//! holds a label beside them.

use eframe::egui::{
    Align2, CornerRadius, EventFilter, Frame, Key, Margin, Modifiers, Rect, Response, Role, Sense,
    Stroke, StrokeKind, TextEdit, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::paint;
use crate::app::icons::Icon;
use crate::app::theme::{self, size, space};

/// Width of the column of labels.
pub const LABELS: f32 = 148.0;

/// A check box with its word.
pub fn check(ui: &mut Ui, on: &mut bool, words: &str) -> Response {
    let word = paint::measure(ui.painter(), words, &paint::body());
    let wanted = vec2(size::ICON + space::S + word, size::ROW);
    let (rect, mut response) = ui.allocate_exact_size(wanted, Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, *on, words));
    let p = theme::palette(ui);
    let square = paint::icon_square(rect);
    let (fill, edge) = match (*on, response.hovered()) {
        (true, false) => (p.accent, p.accent),
        (true, true) => (p.accent_hover, p.accent_hover),
        (false, false) => (p.field, p.border),
        (false, true) => (p.field, p.secondary),
    };
    let radius = CornerRadius::same(size::RADIUS_SMALL);
    let edge = Stroke::new(size::HAIRLINE, edge);
    ui.painter()
        .rect(square, radius, fill, edge, StrokeKind::Inside);
    if *on {
        Icon::Check.paint(ui.painter(), square.shrink(1.0), p.on_accent);
    }
    let text = paint::after(rect, size::ICON + space::S);
    paint::text(
        ui.painter(),
        text,
        Align2::LEFT_CENTER,
        words,
        paint::body(),
        p.text,
    );
    paint::focus(ui, &response, square, size::RADIUS_SMALL);
    response
}

/// A field of one line; `problem` colours it and is told under the pointer.
pub fn field(
    ui: &mut Ui,
    typed: &mut String,
    name: &str,
    width: f32,
    problem: Option<&str>,
) -> Response {
    let p = theme::palette(ui);
    if problem.is_some() {
        let edge = Stroke::new(size::HAIRLINE, p.danger_ink);
        let widgets = &mut ui.visuals_mut().widgets;
        widgets.inactive.bg_stroke = edge;
        widgets.hovered.bg_stroke = edge;
    }
    let field = TextEdit::singleline(typed)
        .id_salt(name)
        .desired_width(width)
        .min_size(vec2(width, size::ROW))
        .margin(Margin::symmetric(space::S as i8, 0))
        .align(Align2::LEFT_CENTER);
    let response = ui.scope(|ui| ui.add(field)).inner.accessible_name(name);
    ui.reset_style();
    match problem {
        Some(problem) => response.on_hover_text(problem),
        None => response,
    }
}

/// A field of several lines.
pub fn area(ui: &mut Ui, typed: &mut String, name: &str, hint: &str, rows: usize) -> Response {
    let field = TextEdit::multiline(typed)
        .id_salt(name)
        .hint_text(hint)
        .desired_rows(rows)
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(space::S as i8, 6));
    ui.add(field).accessible_name(name)
}

/// A choice of few, side by side; the one that the person went to, if any.
pub fn segmented(ui: &mut Ui, name: &str, words: &[&str], chosen: usize) -> Option<usize> {
    let painter = ui.painter().clone();
    let widths: Vec<f32> = words
        .iter()
        .map(|w| paint::measure(&painter, w, &paint::body()) + 2.0 * space::M)
        .collect();
    let (rect, group) = ui.allocate_exact_size(
        vec2(widths.iter().sum(), size::ROW),
        Sense::focusable_noninteractive(),
    );
    group.widget_info(|| WidgetInfo::labeled(Role::RadioGroup, ui.is_enabled(), name));
    let p = theme::palette(ui);
    let radius = CornerRadius::same(size::RADIUS);
    let edge = Stroke::new(size::HAIRLINE, p.border);
    painter.rect(rect, radius, p.track, edge, StrokeKind::Inside);
    let mut went = None;
    let mut left = rect.left();
    for (i, (word, width)) in words.iter().zip(widths).enumerate() {
        let part = Rect::from_min_size(pos2(left, rect.top()), vec2(width, size::ROW));
        left += width;
        let response = ui.interact(part, group.id.with(i), Sense::CLICK);
        let is_chosen = i == chosen;
        response.widget_info(|| {
            WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), is_chosen, word)
        });
        if is_chosen {
            let inner = CornerRadius::same(size::RADIUS_SMALL);
            painter.rect(part.shrink(2.0), inner, p.button, edge, StrokeKind::Inside);
        }
        let ink = if is_chosen || response.hovered() {
            p.text
        } else {
            p.secondary
        };
        paint::text(
            &painter,
            part,
            Align2::CENTER_CENTER,
            word,
            paint::body(),
            ink,
        );
        if response.clicked() {
            went = Some(i);
        }
    }
    paint::focus(ui, &group, rect, size::RADIUS);
    went.or_else(|| stepped(ui, &group, chosen, words.len()))
        .filter(|i| *i != chosen)
}

/// Where the arrows lead while `group` has the keyboard.
pub fn stepped(ui: &Ui, group: &Response, from: usize, of: usize) -> Option<usize> {
    if !group.has_focus() {
        return None;
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|m| m.set_focus_lock_filter(group.id, filter));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowRight) {
        Some((from + 1).min(of.saturating_sub(1)))
    } else if pressed(Key::ArrowLeft) {
        Some(from.saturating_sub(1))
    } else {
        None
    }
}

/// A line of a form: its label in a column, then what `contents` draws.
pub fn row<R>(ui: &mut Ui, label: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(LABELS, size::ROW), Sense::hover());
        let ink = theme::palette(ui).secondary;
        paint::text(
            ui.painter(),
            rect,
            Align2::LEFT_CENTER,
            label,
            paint::body(),
            ink,
        );
        contents(ui)
    })
    .inner
}

/// Small words under a field; a problem in red takes the place of the hint.
pub fn hint(ui: &mut Ui, hint: &str, problem: Option<&str>) {
    let p = theme::palette(ui);
    let (text, ink) = problem.map_or((hint, p.secondary), |problem| (problem, p.danger_ink));
    if !text.is_empty() {
        ui.label(theme::caption(ui, text).color(ink));
    }
}

/// A group of a form under its heading.
pub fn group<R>(ui: &mut Ui, heading: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.label(theme::strong(heading));
    let inside = ui.scope(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(space::S, space::XS);
        contents(ui)
    });
    ui.add_space(space::S);
    inside.inner
}

/// A framed box that holds something of its own: a list in a dialog, a card.
pub fn boxed<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let p = theme::palette(ui);
    let frame = Frame::new()
        .fill(p.background)
        .stroke(Stroke::new(size::HAIRLINE, p.hairline))
        .corner_radius(CornerRadius::same(size::RADIUS));
    frame.show(ui, contents).inner
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn switches_choices_and_fields_take_what_is_given() {
        let mut window = harness((false, 0, String::new()), |ui, (on, chosen, typed)| {
            check(ui, on, "Keep the newest");
            if let Some(i) = segmented(ui, "Theme", &["System", "Light", "Dark"], *chosen) {
                *chosen = i;
            }
            row(ui, "Count", |ui| {
                field(ui, typed, "Number kept", 80.0, None)
            });
            hint(ui, "", Some("not a number"));
        });
        window
            .get_by_role_and_label(Role::CheckBox, "Keep the newest")
            .click();
        window.run();
        window
            .get_by_role_and_label(Role::RadioButton, "Dark")
            .click();
        window.run();
        window.get_by_label("Number kept").focus();
        window.run();
        window.get_by_label("Number kept").type_text("12");
        window.run();
        assert_eq!(*window.state(), (true, 2, "12".to_owned()));
        window
            .get_by_role_and_label(Role::RadioGroup, "Theme")
            .focus();
        window.run();
        window.key_press(Key::ArrowLeft);
        window.run();
        assert_eq!(window.state().1, 1);
        assert!(window.query_by_label("not a number").is_some());
    }
}
