//! A JSON document as a tree that opens bit by bit, every value as it is written.

use egui::{Align2, FontId, Rect, Role, Sense, Ui, WidgetInfo};

use super::text::{LINE, mono};
use super::{Asked, Memory};
use crate::app::icons::Icon;
use crate::app::model::preview::{Act, Tree};
use crate::app::theme::{self, space};
use crate::app::widgets::long::{Long, Seen};
use crate::app::widgets::{menu, paint};
use crate::preview::json::{Type, Value};
use crate::session::text;

/// How far each level stands in.
const INDENT: f32 = 16.0;

/// Characters of a value that are drawn; the whole is copied.
const MOST: usize = 400;

/// A row of the tree.
const ROW: f32 = LINE + 4.0;

pub(super) fn show(ui: &mut Ui, tree: &Tree, memory: &mut Memory, asked: &mut Vec<Asked>) -> Seen {
    let long = Long {
        name: "Values of the file",
        role: Role::Tree,
        rows: tree.shown.len() as u64,
        row_height: ROW,
        width: memory.widest,
        header: 0.0,
    };
    let (mut scroll, mut widest) = (memory.scroll, memory.widest);
    let seen = long.show(
        ui,
        &mut scroll,
        |_, _| {},
        |ui, i, rect| {
            let Some(number) = tree.shown.get(i as usize) else {
                return;
            };
            if let Some(value) = tree.outline.value(*number as usize) {
                let (right, wanted) = row(ui, tree, *number, &value, rect);
                widest = widest.max(right - rect.left() + space::L);
                asked.extend(wanted);
            }
        },
    );
    (memory.scroll, memory.widest) = (scroll, widest);
    seen
}

/// Draws a value; where it ends, and what the person wants of it.
fn row(
    ui: &mut Ui,
    tree: &Tree,
    number: u32,
    value: &Value<'_>,
    rect: Rect,
) -> (f32, Option<Asked>) {
    let p = theme::palette(ui);
    let opens = value.children > 0;
    let open = tree.is_open(number);
    let (name, words) = (name(value), words(value));
    let response = ui.interact(rect, ui.scope_id().with(("value", number)), Sense::click());
    response.widget_info(|| {
        let whole = if name.is_empty() {
            words.clone()
        } else {
            format!("{name}: {words}")
        };
        WidgetInfo::labeled(Role::TreeItem, true, whole)
    });
    if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, p.hover);
    }
    let mut place = paint::after(rect, space::S + value.depth as f32 * INDENT);
    if opens {
        let icon = if open {
            Icon::ChevronDown
        } else {
            Icon::ChevronRight
        };
        icon.paint(
            ui.painter(),
            paint::icon_square(place).shrink(2.0),
            p.secondary,
        );
    }
    place = paint::after(place, INDENT + space::XS);
    let mut write = |words: &str, font: FontId, ink| {
        let wide = place.with_max_x(f32::INFINITY);
        let drawn = paint::text(ui.painter(), wide, Align2::LEFT_CENTER, words, font, ink);
        place.min.x = drawn.right();
    };
    if !name.is_empty() {
        let ink = if value.key.is_some() {
            p.accent_ink
        } else {
            p.secondary
        };
        write(&name, mono(), ink);
        write(":  ", mono(), p.secondary);
    }
    let ink = match value.kind {
        Type::String => p.success,
        Type::Number => p.warning,
        Type::Word => p.keyword,
        Type::Object | Type::Array => p.secondary,
    };
    write(&words, mono(), ink);
    let right = place.min.x;
    paint::focus_inside(ui, &response, rect);
    let copied = menu::context(&response, |ui| {
        menu::Item::new("Copy value").icon(Icon::Copy).show(ui)
    });
    if copied == Some(true) {
        return (right, Some(Asked::Copy(value.text.to_owned())));
    }
    let toggled = (response.clicked() && opens).then_some(Asked::Act(Act::ToggleValue(number)));
    (right, toggled)
}

fn name(value: &Value<'_>) -> String {
    match value.key {
        Some(key) => text::one_line(key.trim_matches('"')).into_owned(),
        None if value.depth > 0 => value.place.to_string(),
        None => String::new(),
    }
}

fn words(value: &Value<'_>) -> String {
    match value.kind {
        Type::Object => text::count(value.children, "field", "fields"),
        Type::Array => text::count(value.children, "value", "values"),
        Type::String | Type::Number | Type::Word => {
            let mut short: String = value.text.chars().take(MOST).collect();
            if short.len() < value.text.len() {
                short.push('…');
            }
            text::one_line(&short).into_owned()
        }
    }
}
