//! A JSON document as a tree that opens bit by bit, every value as it is written.

use egui::{Align2, Event, FontId, Key, Modifiers, Rect, Role, Sense, Ui, WidgetInfo};

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
    let focused = long.has_focus(ui) && !tree.shown.is_empty();
    if focused {
        keys(ui, tree, memory, asked);
    }
    let (mut scroll, mut widest, mut at) = (memory.scroll, memory.widest, memory.value);
    let seen = long.show(
        ui,
        &mut scroll,
        |_, _| {},
        |ui, i, rect| {
            let Some(number) = tree.shown.get(i as usize) else {
                return;
            };
            if let Some(value) = tree.outline.value(*number as usize) {
                let mark = (memory.value == Some(*number)).then_some(focused);
                let (right, wanted) = row(ui, tree, (*number, mark), &value, rect, &mut at);
                widest = widest.max(right - rect.left() + space::L);
                asked.extend(wanted);
            }
        },
    );
    (memory.scroll, memory.widest, memory.value) = (scroll, widest, at);
    seen
}

/// What a key does in a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The keyboard goes to another row.
    To(usize),
    /// The value opens or closes.
    Toggle,
}

/// Walks the tree by keyboard, as file trees are walked.
fn keys(ui: &Ui, tree: &Tree, memory: &mut Memory, asked: &mut Vec<Asked>) {
    let place = |value: &u32| tree.shown.binary_search(value).ok();
    let at = memory.value.as_ref().and_then(place);
    for key in [
        Key::ArrowUp,
        Key::ArrowDown,
        Key::ArrowLeft,
        Key::ArrowRight,
        Key::Home,
        Key::End,
        Key::Enter,
        Key::Space,
    ] {
        if !ui.input_mut(|i| i.consume_key(Modifiers::NONE, key)) {
            continue;
        }
        match step(tree, at, key) {
            Some(Step::To(row)) => {
                memory.value = tree.shown.get(row).copied();
                memory.scroll.go_to = Some(row as u64);
            }
            Some(Step::Toggle) => {
                let value = memory.value.map(Act::ToggleValue);
                asked.extend(value.map(Asked::Act));
            }
            None => {}
        }
        return;
    }
    if let Some(value) = memory.value.filter(|_| copies(ui))
        && let Some(value) = tree.outline.value(value as usize)
    {
        asked.push(Asked::Copy(value.text.to_owned()));
    }
}

/// Whether the key that copies was pressed; it is not for the session then.
fn copies(ui: &Ui) -> bool {
    ui.input_mut(|input| {
        let events = input.events.len();
        input.events.retain(|e| !matches!(e, Event::Copy));
        input.events.len() < events
    })
}

/// Where `key` leads from the row `at`.
fn step(tree: &Tree, at: Option<usize>, key: Key) -> Option<Step> {
    let last = tree.shown.len().checked_sub(1)?;
    let Some(at) = at else {
        return Some(Step::To(if key == Key::End { last } else { 0 }));
    };
    let number = *tree.shown.get(at)?;
    let value = tree.outline.value(number as usize)?;
    let open = tree.is_open(number);
    let depth = |row: usize| {
        let number = tree.shown.get(row)?;
        Some(tree.outline.value(*number as usize)?.depth)
    };
    match key {
        Key::ArrowUp => Some(Step::To(at.saturating_sub(1))),
        Key::ArrowDown => Some(Step::To((at + 1).min(last))),
        Key::Home => Some(Step::To(0)),
        Key::End => Some(Step::To(last)),
        Key::ArrowRight if value.children > 0 && open => Some(Step::To((at + 1).min(last))),
        Key::ArrowLeft if value.children == 0 || !open => {
            let around = (0..at).rev().find(|row| depth(*row) < Some(value.depth))?;
            Some(Step::To(around))
        }
        Key::ArrowRight | Key::ArrowLeft | Key::Enter | Key::Space => {
            (value.children > 0).then_some(Step::Toggle)
        }
        _ => None,
    }
}

/// Draws a value, `mark`ed if the keyboard is at it, strongly if the tree has it; where it ends, and what the
/// person wants of it.
fn row(
    ui: &mut Ui,
    tree: &Tree,
    (number, mark): (u32, Option<bool>),
    value: &Value<'_>,
    rect: Rect,
    at: &mut Option<u32>,
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
        WidgetInfo::selected(Role::TreeItem, true, mark.is_some(), whole)
    });
    if response.clicked() || response.secondary_clicked() {
        *at = Some(number);
    }
    let fill = match mark {
        Some(true) => Some(p.selection),
        Some(false) => Some(p.selection_idle),
        None => response.hovered().then_some(p.hover),
    };
    if let Some(fill) = fill {
        ui.painter().rect_filled(rect, 0.0, fill);
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
