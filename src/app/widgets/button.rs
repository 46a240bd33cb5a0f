//! Buttons: with word and icon, or with an icon alone.

use egui::{
    Align2, Color32, CornerRadius, FontId, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui,
    Widget, WidgetInfo, pos2, vec2,
};

use super::paint;
use crate::app::format;
use crate::app::icons::Icon;
use crate::app::theme::{self, Palette, size, space};

/// How much a button draws to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// One of several.
    #[default]
    Normal,
    /// What most people want here; one at a time.
    Primary,
    /// Can't be undone.
    Danger,
    /// No frame until the pointer is on it: toolbars, cards.
    Quiet,
}

/// A button with a word.
#[derive(Debug, Clone)]
#[must_use]
pub struct Button<'a> {
    words: &'a str,
    icon: Option<Icon>,
    kind: Kind,
    shortcut: &'a str,
    tip: &'a str,
    why_not: Option<&'a str>,
    only_icon: bool,
    small: bool,
    menu: bool,
}

impl<'a> Button<'a> {
    /// A normal button.
    pub fn new(words: &'a str) -> Self {
        Self {
            words,
            icon: None,
            kind: Kind::Normal,
            shortcut: "",
            tip: "",
            why_not: None,
            only_icon: false,
            small: false,
            menu: false,
        }
    }

    /// An icon alone; the words are its name and its tooltip.
    pub fn icon(icon: Icon, words: &'a str) -> Self {
        Self {
            icon: Some(icon),
            kind: Kind::Quiet,
            only_icon: true,
            ..Self::new(words)
        }
    }

    /// An icon before the word.
    pub fn with_icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With the arrow of what opens a menu.
    pub fn menu(mut self) -> Self {
        self.menu = true;
        self
    }

    /// In the words of a line of facts, small and pale, until the pointer is on it.
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// How much it draws to itself.
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Its keys, for the tooltip.
    pub fn shortcut(mut self, keys: &'a str) -> Self {
        self.shortcut = keys;
        self
    }

    /// What the tooltip says besides word and keys.
    pub fn tip(mut self, tip: &'a str) -> Self {
        self.tip = tip;
        self
    }

    /// Why it can't be pressed, if so.
    pub fn disabled_because(mut self, why: Option<&'a str>) -> Self {
        self.why_not = why;
        self
    }

    /// Leaves the word to the tooltip where room is short.
    pub fn compact(mut self, compact: bool) -> Self {
        self.only_icon = self.only_icon || (compact && self.icon.is_some());
        self
    }

    /// Draws it.
    pub fn show(self, ui: &mut Ui) -> Response {
        let why_not = self.why_not;
        let tip = self.tooltip();
        let response = ui.add_enabled(why_not.is_none(), self);
        match why_not {
            Some(why) => response.on_disabled_hover_text(why),
            None if tip.is_empty() => response,
            None => response.on_hover_text(tip),
        }
    }

    fn tooltip(&self) -> String {
        let says_something = self.only_icon || !self.shortcut.is_empty();
        let name = says_something.then(|| format::with_shortcut(self.words, self.shortcut));
        let lines = name
            .into_iter()
            .chain((!self.tip.is_empty()).then(|| self.tip.to_owned()));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn width(&self, ui: &Ui) -> f32 {
        let arrow = if self.menu { ARROW + ICON_GAP } else { 0.0 };
        if self.only_icon {
            // The arrow stands where the padding is.
            return size::ROW + if self.menu { ARROW } else { 0.0 };
        }
        let padding = if self.kind == Kind::Quiet {
            space::S
        } else {
            space::M
        };
        let icon = if self.icon.is_some() {
            size::ICON + ICON_GAP
        } else {
            0.0
        };
        (2.0 * padding + icon + paint::measure(ui.painter(), self.words, &self.font()) + arrow)
            .ceil()
    }

    fn font(&self) -> FontId {
        match self.small {
            true => paint::small(),
            false => paint::body(),
        }
    }
}

/// Between an icon and its word.
const ICON_GAP: f32 = 6.0;

/// The square of the arrow of a menu.
const ARROW: f32 = 12.0;

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let wanted = vec2(self.width(ui), size::ROW);
        let (rect, response) = ui.allocate_exact_size(wanted, Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), self.words));
        if ui.is_rect_visible(rect) {
            let ink = frame(
                ui,
                rect,
                &response,
                self.kind,
                CornerRadius::same(size::RADIUS),
            );
            let pale = self.only_icon || self.small;
            let ink = if pale && !response.hovered() && self.kind == Kind::Quiet {
                theme::palette(ui).secondary
            } else {
                ink
            };
            let mut inside = rect;
            if self.menu {
                let padding = if self.only_icon { 4.0 } else { space::S };
                let square = vec2(ARROW, ARROW);
                let middle = pos2(rect.right() - padding - ARROW / 2.0, rect.center().y);
                let arrow = Rect::from_center_size(middle, square);
                Icon::ChevronDown.paint(ui.painter(), arrow, ink);
                let room = if self.only_icon { padding } else { 0.0 };
                inside.max.x = arrow.left() + room;
            }
            content(
                ui,
                inside,
                self.icon,
                (!self.only_icon).then_some((self.words, self.font())),
                ink,
            );
            paint::focus(ui, &response, rect, size::RADIUS);
        }
        response
    }
}

/// Draws the frame of a button as its state wants it, and returns the colour of what is in it.
fn frame(ui: &Ui, rect: Rect, response: &Response, kind: Kind, radius: CornerRadius) -> Color32 {
    let p = theme::palette(ui);
    let down = response.is_pointer_button_down_on();
    let (fill, edge, ink) = colours(p, kind, response.hovered(), down);
    ui.painter().rect(
        rect,
        radius,
        fill,
        Stroke::new(size::HAIRLINE, edge),
        StrokeKind::Inside,
    );
    ink
}

/// Fill, edge and ink of a button of this kind under the pointer, or held down.
pub(super) fn colours(
    p: &Palette,
    kind: Kind,
    hovered: bool,
    down: bool,
) -> (Color32, Color32, Color32) {
    let of = |rest, over, pressed| match (down, hovered) {
        (true, _) => pressed,
        (false, true) => over,
        (false, false) => rest,
    };
    let clear = Color32::TRANSPARENT;
    match kind {
        Kind::Normal => (
            of(p.button, p.button_hover, p.button_down),
            p.border,
            p.text,
        ),
        Kind::Primary => (
            of(p.accent, p.accent_hover, p.accent_hover),
            clear,
            p.on_accent,
        ),
        Kind::Danger => (
            of(p.danger, p.danger_hover, p.danger_hover),
            clear,
            p.on_accent,
        ),
        Kind::Quiet => (of(clear, p.quiet_hover, p.quiet_down), clear, p.text),
    }
}

/// Draws icon and word in the middle of `rect`.
fn content(ui: &Ui, rect: Rect, icon: Option<Icon>, words: Option<(&str, FontId)>, ink: Color32) {
    let painter = ui.painter();
    let word_width = match &words {
        Some((words, font)) => paint::measure(painter, words, font),
        None => 0.0,
    };
    let icon_width = match (icon, &words) {
        (None, _) => 0.0,
        (Some(_), None) => size::ICON,
        (Some(_), Some(_)) => size::ICON + ICON_GAP,
    };
    let inside =
        Rect::from_center_size(rect.center(), vec2(icon_width + word_width, rect.height()));
    if let Some(icon) = icon {
        icon.paint(painter, paint::icon_square(inside), ink);
    }
    if let Some((words, font)) = words {
        let place = paint::after(inside, icon_width).with_max_x(rect.right());
        paint::text(painter, place, Align2::LEFT_CENTER, words, font, ink);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui::Key;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn a_button_is_pressed_by_pointer_and_keyboard() {
        let mut window = harness(0, |ui, presses| {
            if Button::new("Clean up")
                .with_icon(Icon::Broom)
                .shortcut("Ctrl+K")
                .show(ui)
                .clicked()
            {
                *presses += 1;
            }
        });
        window
            .get_by_role_and_label(Role::Button, "Clean up")
            .click();
        window.run();
        assert_eq!(*window.state(), 1);
        window.get_by_label("Clean up").focus();
        window.run();
        window.key_press(Key::Enter);
        window.run();
        assert_eq!(*window.state(), 2);
    }

    #[test]
    fn a_disabled_button_says_why_and_does_nothing() {
        let mut window = harness(0, |ui, presses| {
            let why = Some("It is the current session");
            if Button::new("Delete")
                .disabled_because(why)
                .show(ui)
                .clicked()
            {
                *presses += 1;
            }
        });
        window.get_by_label("Delete").click();
        window.run();
        assert_eq!(*window.state(), 0);
        window.get_by_label("Delete").hover();
        window.run_steps(60);
        assert!(window.query_by_label("It is the current session").is_some());
    }

    #[test]
    fn a_small_button_takes_the_room_of_the_words_beside_it() {
        let mut window = harness(0, |ui, presses| {
            let _ = Button::new("API 127.0.0.1:8001").kind(Kind::Quiet).show(ui);
            let small = Button::new("API 127.0.0.1:9000").kind(Kind::Quiet).small();
            *presses += usize::from(small.show(ui).clicked());
        });
        let width = |name: &str| window.get_by_label(name).rect().width();
        let (normal, small) = (width("API 127.0.0.1:8001"), width("API 127.0.0.1:9000"));
        let words = (normal - 2.0 * space::S) / size::BODY * size::SMALL;
        assert!(
            (small - 2.0 * space::S - words).abs() < 6.0,
            "{normal} {small}"
        );
        window.get_by_label("API 127.0.0.1:9000").click();
        window.run();
        assert_eq!(*window.state(), 1);
    }
}
