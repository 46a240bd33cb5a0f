//! A button whose right half opens a menu of other ways to do the same.

use egui::{CornerRadius, Popup, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

use super::button::{Button, Kind, colours};
use super::{menu, paint};
use crate::app::icons::Icon;
use crate::app::theme::{self, size};

/// A button whose right half opens a menu; what was pressed, and what the menu answers while it is open.
pub fn show<R>(
    ui: &mut Ui,
    button: Button<'_>,
    menu_name: &str,
    contents: impl FnOnce(&mut Ui) -> R,
) -> (Response, Option<R>) {
    let spacing = std::mem::replace(&mut ui.spacing_mut().item_spacing.x, 0.0);
    let main = button.show(ui);
    let (rect, half) = ui.allocate_exact_size(vec2(HALF, size::ROW), Sense::click());
    ui.spacing_mut().item_spacing.x = spacing;
    half.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), menu_name));
    let p = theme::palette(ui);
    let open = Popup::is_id_open(ui.ctx(), Popup::default_response_id(&half));
    let (fill, _, ink) = colours(p, Kind::Quiet, half.hovered() || open, open);
    ui.painter()
        .rect_filled(rect, CornerRadius::same(size::RADIUS), fill);
    let square = Rect::from_center_size(rect.center(), vec2(12.0, 12.0));
    let ink = if half.hovered() || open {
        ink
    } else {
        p.secondary
    };
    Icon::ChevronDown.paint(ui.painter(), square, ink);
    paint::focus(ui, &half, rect, size::RADIUS);
    let half = if open {
        half
    } else {
        half.on_hover_text(menu_name)
    };
    let answer = menu::below(&half, contents);
    (main, answer)
}

/// Width of the half that opens the menu.
const HALF: f32 = 20.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn the_half_with_the_arrow_opens_a_menu() {
        let mut window = harness(String::new(), |ui, chosen| {
            let (main, item) = show(ui, Button::new("New"), "More ways", |ui| {
                menu::Item::new("From folder…").show(ui)
            });
            if main.clicked() {
                *chosen = "main".into();
            }
            if item == Some(true) {
                *chosen = "folder".into();
            }
        });
        assert!(window.query_by_label("From folder…").is_none());
        window.get_by_label("More ways").click();
        window.run();
        window.get_by_label("From folder…").click();
        window.run();
        assert_eq!(window.state(), "folder");
        window.get_by_label("New").click();
        window.run();
        assert_eq!(window.state(), "main");
    }
}
