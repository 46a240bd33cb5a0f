//! The search bar of a text: what is looked for, how much was found, on and back; a line is gone to by
//! `:number`.

use egui::{Align, Key, Layout, Modifiers, Ui, vec2};

use super::text::matches;
use super::{Asked, Memory};
use crate::app::icons::Icon;
use crate::app::model::preview::{Act, Find};
use crate::app::theme::{self, size, space};
use crate::app::widgets::button::{Button, Kind};
use crate::app::widgets::paint;
use crate::app::widgets::search::Search;
use crate::preview::Query;
use crate::session::text;

/// What stands in the bar while it is typed.
#[derive(Debug, Default)]
pub(super) struct Typed {
    text: String,
    focused: bool,
}

/// Draws the bar; whether the keyboard is in it.
pub(super) fn show(ui: &mut Ui, find: &Find, memory: &mut Memory, asked: &mut Vec<Asked>) -> bool {
    let p = theme::palette(ui);
    let rect = ui.available_rect_before_wrap();
    let rect = rect.with_max_y(rect.top() + size::ROW + space::S);
    ui.painter().rect_filled(rect, 0.0, p.panel);
    paint::hairline_below(ui.painter(), rect, p);
    let mut child = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(rect.shrink2(vec2(space::S, space::XS)))
            .layout(Layout::right_to_left(Align::Center)),
    );
    let bar = &mut child;
    let close = Button::icon(Icon::Close, "Close the search")
        .shortcut("Esc")
        .show(bar);
    if close.clicked() {
        asked.push(Asked::Act(Act::CloseFind));
    }
    let none = find.hits.offsets.is_empty().then_some("Nothing was found");
    if Button::icon(Icon::ArrowDown, "Next match")
        .shortcut("F3")
        .disabled_because(none)
        .show(bar)
        .clicked()
    {
        asked.push(Asked::Act(Act::Step(true)));
    }
    if Button::icon(Icon::ArrowUp, "Previous match")
        .shortcut("Shift+F3")
        .disabled_because(none)
        .show(bar)
        .clicked()
    {
        asked.push(Asked::Act(Act::Step(false)));
    }
    let case = match find.query.ignore_case {
        true => Button::new("Aa")
            .kind(Kind::Quiet)
            .tip("Capitals and small letters are the same; press to tell them apart"),
        false => Button::new("Aa")
            .tip("Capitals and small letters differ; press to take them as the same"),
    };
    if case.show(bar).clicked() {
        let query = Query {
            ignore_case: !find.query.ignore_case,
            ..find.query.clone()
        };
        asked.push(Asked::Act(Act::Find(query)));
    }
    bar.label(theme::caption(bar, said(find)));
    let typed = &mut memory.find;
    if !typed.focused && typed.text != find.query.needle && !typed.text.starts_with(':') {
        typed.text.clone_from(&find.query.needle);
    }
    let search = Search {
        name: "Find in the file",
        hint: "Find, or :line",
        found: None,
        problem: None,
        width: bar.available_width().max(80.0),
    };
    let response = search.show(bar, &mut typed.text);
    if std::mem::take(&mut memory.focus_find) {
        response.request_focus();
    }
    let typed = &mut memory.find;
    let (enter, back) = ui.input(|i| (i.key_pressed(Key::Enter), i.modifiers.shift));
    if response.lost_focus() && enter {
        response.request_focus();
        match typed.text.strip_prefix(':').map(|n| n.trim().parse()) {
            Some(Ok(line)) => asked.push(Asked::Act(Act::GoTo(line))),
            Some(Err(_)) => {}
            None => asked.push(Asked::Act(Act::Step(!back))),
        }
    } else if response.lost_focus() && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape))
    {
        asked.push(Asked::Act(Act::CloseFind));
    }
    if response.changed() && !typed.text.starts_with(':') {
        let query = Query {
            needle: typed.text.clone(),
            ..find.query.clone()
        };
        asked.push(Asked::Act(Act::Find(query)));
    }
    typed.focused = response.has_focus();
    ui.advance_cursor_after_rect(rect);
    typed.focused
}

fn said(find: &Find) -> String {
    let count = find.hits.offsets.len();
    if find.query.needle.is_empty() {
        return String::new();
    }
    let all = matches(count, find.hits.more || !find.ended);
    match find.at {
        Some(at) => format!("{} of {all}", text::grouped(at as u64 + 1)),
        None if find.ended => "Not found".into(),
        None => "Looking…".into(),
    }
}
