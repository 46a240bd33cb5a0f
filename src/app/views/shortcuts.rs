//! The sheet of shortcuts: every command with its keys, in groups.

use egui::{
    Align2, Context, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::app::theme::{self, size, space};
use crate::app::widgets::dialog::Dialog;
use crate::app::widgets::paint;

/// Commands that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Their heading.
    pub heading: String,
    /// What each is called, and its keys as the platform writes them.
    pub commands: Vec<(String, String)>,
}

/// Draws the sheet; whether it is to be closed.
pub fn show(ctx: &Context, groups: &[Group]) -> bool {
    let dialog = Dialog::new("Keyboard shortcuts").width(680.0).scrolls();
    dialog.show(ctx, |ui| columns(ui, groups)).0.is_some()
}

/// Where there is less room, one column follows the other.
const TWO_COLUMNS: f32 = 560.0;

/// Words get no less room beside their keys; else the keys stand below them.
const LEAST_WORDS: f32 = 96.0;

/// Height of a key cap.
const CAP: f32 = 18.0;

/// Two columns, each about as long as the other.
fn columns(ui: &mut Ui, groups: &[Group]) {
    if ui.available_width() < TWO_COLUMNS {
        return groups.iter().for_each(|group| draw(ui, group));
    }
    let lines: usize = groups.iter().map(|g| g.commands.len() + 2).sum();
    ui.spacing_mut().item_spacing.x = space::XL;
    ui.columns_const(|[left, right]| {
        let mut used = 0;
        for group in groups {
            let length = group.commands.len() + 2;
            // Where most of it stands if one column follows the other.
            let ui = if used * 2 + length <= lines {
                &mut *left
            } else {
                &mut *right
            };
            used += length;
            draw(ui, group);
        }
    });
}

fn draw(ui: &mut Ui, group: &Group) {
    ui.spacing_mut().item_spacing.y = 0.0;
    ui.label(theme::strong(&group.heading));
    for (words, keys) in &group.commands {
        line(ui, words, keys);
    }
    ui.add_space(space::M);
}

/// Words with their keys at the right; as many lines as it takes to read them to the end.
fn line(ui: &mut Ui, words: &str, keys: &str) {
    let p = theme::palette(ui);
    let room = ui.available_width();
    let cap_width = (paint::measure(ui.painter(), keys, &paint::small()) + 12.0).ceil();
    let beside = room - cap_width - space::S;
    let below = beside < LEAST_WORDS;
    let wrap = if below { room } else { beside };
    let painter = ui.painter();
    let text = painter.layout(words.to_owned(), paint::body(), p.text, wrap);
    let around = size::HEADER - size::BODY - space::XS;
    let words_height = (text.size().y + around).max(size::HEADER).ceil();
    let height = words_height + if below { size::HEADER } else { 0.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(room, height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{words}: {keys}")));
    let upper = rect.with_max_y(rect.top() + words_height);
    let top = upper.center().y - text.size().y / 2.0;
    ui.painter().galley(pos2(rect.left(), top), text, p.text);
    let row = if below {
        rect.with_min_y(upper.bottom())
    } else {
        upper
    };
    cap(ui, row, cap_width, keys);
}

/// Draws keys as a key cap at the right of `rect`.
fn cap(ui: &Ui, rect: Rect, width: f32, keys: &str) {
    let p = theme::palette(ui);
    let middle = pos2(rect.right() - width / 2.0 - 1.0, rect.center().y);
    let place = Rect::from_center_size(middle, vec2(width, CAP));
    let edge = Stroke::new(size::HAIRLINE, p.border);
    ui.painter().rect(
        place,
        CornerRadius::same(size::RADIUS_SMALL),
        p.panel,
        edge,
        StrokeKind::Inside,
    );
    paint::text(
        ui.painter(),
        place,
        Align2::CENTER_CENTER,
        keys,
        paint::small(),
        p.secondary,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn every_command_stands_on_the_sheet() {
        let group = |heading: &str, words: &str, keys: &str| Group {
            heading: heading.into(),
            commands: vec![(words.into(), keys.into())],
        };
        let groups = [
            group("New session", "New from files…", "Ctrl+O"),
            group("Window", "Palette", "Ctrl+Shift+P"),
        ];
        let mut window = harness(false, move |ui, closed| *closed |= show(ui.ctx(), &groups));
        window.run();
        assert!(window.query_by_label("New from files…: Ctrl+O").is_some());
        assert!(window.query_by_label("Palette: Ctrl+Shift+P").is_some());
        window.get_by_label("Close").click();
        window.run();
        assert!(window.state());
    }
}
