//! Menus: their frame, and their lines with icon, word and keys in columns.

use eframe::egui::{
    Align2, Color32, CornerRadius, Frame, Margin, Popup, PopupCloseBehavior, RectAlign, Response,
    Role, Sense, Ui, WidgetInfo, vec2,
};

use super::paint;
use crate::app::icons::Icon;
use crate::app::theme::{self, size, space};

/// Narrower, a menu looks like a label.
const MIN_WIDTH: f32 = 180.0;

/// Opens a menu below what was pressed; what `contents` answers while it is open.
pub fn below<R>(pressed: &Response, contents: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    let menu = Popup::menu(pressed)
        .frame(frame(pressed))
        .align(RectAlign::BOTTOM_START)
        .gap(space::XS)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    menu.show(|ui| within(ui, contents))
        .map(|shown| shown.inner)
}

/// Opens a menu where a row was pressed with the other button.
pub fn context<R>(pressed: &Response, contents: impl FnOnce(&mut Ui) -> R) -> Option<R> {
    Popup::context_menu(pressed)
        .frame(frame(pressed))
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| within(ui, contents))
        .map(|shown| shown.inner)
}

/// Closer around its lines than a tooltip is around its words.
fn frame(pressed: &Response) -> Frame {
    Frame::menu(&pressed.ctx.global_style()).inner_margin(Margin::same(space::XS as i8))
}

fn within<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.set_min_width(MIN_WIDTH);
    contents(ui)
}

/// One line of a menu.
#[derive(Debug, Clone)]
#[must_use]
pub struct Item<'a> {
    words: &'a str,
    icon: Option<Icon>,
    shortcut: &'a str,
    danger: bool,
    ticked: Option<bool>,
    why_not: Option<&'a str>,
}

impl<'a> Item<'a> {
    /// A line with these words.
    pub fn new(words: &'a str) -> Self {
        Self {
            words,
            icon: None,
            shortcut: "",
            danger: false,
            ticked: None,
            why_not: None,
        }
    }

    /// An icon before the words.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Its keys.
    pub fn shortcut(mut self, keys: &'a str) -> Self {
        self.shortcut = keys;
        self
    }

    /// Marks what can't be undone.
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Makes it a switch that is on or off.
    pub fn ticked(mut self, on: bool) -> Self {
        self.ticked = Some(on);
        self
    }

    /// Why it can't be chosen, if so.
    pub fn disabled_because(mut self, why: Option<&'a str>) -> Self {
        self.why_not = why;
        self
    }

    /// Draws it; whether it was chosen. The menu closes then, but not over a switch: several of those are
    /// often set in a row.
    pub fn show(self, ui: &mut Ui) -> bool {
        let shown = ui
            .add_enabled_ui(self.why_not.is_none(), |ui| self.line(ui))
            .inner;
        match self.why_not {
            Some(why) => {
                shown.on_disabled_hover_text(why);
                false
            }
            None => {
                if shown.clicked() && self.ticked.is_none() {
                    ui.close();
                }
                shown.clicked()
            }
        }
    }

    fn line(&self, ui: &mut Ui) -> Response {
        let painter = ui.painter().clone();
        let words = paint::measure(&painter, self.words, &paint::body());
        let keys = paint::measure(&painter, self.shortcut, &paint::body());
        let natural = 2.0 * space::S + size::ICON + space::S + words + space::XL + keys;
        let wanted = vec2(natural.max(ui.available_width().min(MIN_WIDTH)), size::ROW);
        let (rect, response) = ui.allocate_at_least(wanted, Sense::click());
        let enabled = ui.is_enabled();
        response.widget_info(|| match self.ticked {
            Some(on) => WidgetInfo::selected(Role::MenuItemCheckBox, enabled, on, self.words),
            None => WidgetInfo::labeled(Role::MenuItem, enabled, self.words),
        });
        if ui.is_rect_visible(rect) {
            let p = theme::palette(ui);
            let marked = enabled && (response.hovered() || response.has_focus());
            let (fill, ink, quiet) = match (marked, self.danger) {
                (true, true) => (p.danger, p.on_accent, p.on_accent),
                (true, false) => (p.accent, p.on_accent, p.on_accent),
                (false, true) => (Color32::TRANSPARENT, p.danger_ink, p.secondary),
                (false, false) => (Color32::TRANSPARENT, p.text, p.secondary),
            };
            painter.rect_filled(rect, CornerRadius::same(size::RADIUS_SMALL), fill);
            let inside = rect.shrink2(vec2(space::S, 0.0));
            let tick = self.ticked.and_then(|on| on.then_some(Icon::Check));
            if let Some(icon) = self.icon.or(tick) {
                let colour = if self.danger || marked { ink } else { quiet };
                icon.paint(ui.painter(), paint::icon_square(inside), colour);
            }
            let text = paint::after(inside, size::ICON + space::S);
            let painter = ui.painter();
            paint::text(
                painter,
                text,
                Align2::LEFT_CENTER,
                self.words,
                paint::body(),
                ink,
            );
            paint::text(
                painter,
                text,
                Align2::RIGHT_CENTER,
                self.shortcut,
                paint::body(),
                quiet,
            );
        }
        response
    }
}

/// A line between groups of items.
pub fn separator(ui: &mut Ui) {
    let width = ui.available_width().min(MIN_WIDTH);
    let (rect, _) = ui.allocate_at_least(vec2(width, space::S + 1.0), Sense::hover());
    let line = paint::hairline(ui.painter(), theme::palette(ui));
    ui.painter().hline(rect.x_range(), rect.center().y, line);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn a_context_menu_opens_and_answers_once() {
        let mut window = harness(0, |ui, chosen| {
            let row = ui.button("row");
            let answer = context(&row, |ui| {
                let open = Item::new("Open folder")
                    .icon(Icon::FolderOpen)
                    .shortcut("Enter")
                    .show(ui);
                separator(ui);
                let delete = Item::new("Delete")
                    .danger()
                    .disabled_because(Some("It is pinned"));
                assert!(!delete.show(ui));
                open
            });
            *chosen += i32::from(answer == Some(true));
        });
        window.get_by_label("row").click_secondary();
        window.run();
        window.get_by_label("Delete").click();
        window.run();
        assert_eq!(*window.state(), 0);
        window
            .get_by_role_and_label(Role::MenuItem, "Open folder")
            .click();
        window.run();
        assert_eq!(*window.state(), 1);
        assert!(
            window.query_by_label("Open folder").is_none(),
            "the menu closes"
        );
    }
}
