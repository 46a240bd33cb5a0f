//! Statements of the person: the editor with its colours, names to complete, what was run before, and the
//! answers as rows or as a plot.

use std::ops::Range;
use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{
    FontId, Galley, Id, Key, Modifiers, ScrollArea, Stroke, TextBuffer, TextEdit, Ui, UiBuilder,
};

use super::{bar, below, cell, nothing, plot, rows, short};
use crate::app::action::DataAction;
use crate::app::icons::Icon;
use crate::app::input;
use crate::app::model::data::{Data, Query, Shape};
use crate::app::sql_words::{self as words, Token};
use crate::app::theme::{self, Palette, size, space};
use crate::app::widgets::button::{Button, Kind};
use crate::app::widgets::grid::{Grid, Head};
use crate::app::widgets::{form, menu};
use crate::data::{Answer, Mistake, Outcome, Schema};
use crate::session::text;

/// As many names are offered.
const OFFERED: usize = 5;

/// Draws the pane.
pub fn show(
    ui: &mut Ui,
    data: &Data,
    schema: &Schema,
    history: &[String],
    out: &mut Vec<DataAction>,
) {
    let query = &data.query;
    ui.add_space(space::XS);
    ui.horizontal(|ui| {
        ui.add_space(space::S);
        ui.vertical(|ui| editor(ui, query, schema, out));
    });
    bar(ui, |ui| {
        if query.running.is_some() {
            if Button::new("Cancel")
                .with_icon(Icon::Close)
                .show(ui)
                .clicked()
            {
                out.push(DataAction::Stop);
            }
            ui.label(theme::caption(ui, "Running…"));
        } else {
            let why_not = query
                .text
                .trim()
                .is_empty()
                .then_some("Write a statement first");
            let button = Button::new("Run")
                .kind(Kind::Primary)
                .shortcut("Ctrl+Enter");
            if button.disabled_because(why_not).show(ui).clicked() {
                out.push(DataAction::Run);
            }
        }
        let why_not = history.is_empty().then_some("Nothing was run yet");
        let button = Button::new("History")
            .with_icon(Icon::Undo)
            .menu()
            .disabled_because(why_not);
        let pressed = button.show(ui);
        menu::below(&pressed, |ui| {
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for old in history {
                    let words = short(&text::one_line(old), 60);
                    if menu::Item::new(&words).show(ui) {
                        out.push(DataAction::Type(old.clone()));
                    }
                }
            });
        });
        if let Some((_, Ok(outcome))) = &query.outcome {
            answers(ui, query, outcome, data.copying.is_some(), out);
        }
    });
    match (&query.outcome, query.shown()) {
        (Some((_, Err(problem))), _) => nothing(ui, &problem.title, &problem.why),
        (Some(_), Some(answer)) => shown(ui, query, answer, out),
        (Some((_, Ok(outcome))), None) if outcome.mistake.is_none() => {
            nothing(ui, "Done", "There was nothing to answer");
        }
        _ => {}
    }
}

fn editor(ui: &mut Ui, query: &Query, schema: &Schema, out: &mut Vec<DataAction>) {
    let id = Id::unique("sql-editor");
    let mut typed = query.text.clone();
    let mistake = mistake(query);
    let caret = TextEdit::load_state(ui.ctx(), id).and_then(|s| s.cursor.char_range());
    let caret = caret.map(|range| byte_of(&typed, range.primary.index.into()));
    let refused = Id::unique("sql-refused");
    let had_keyboard = ui.memory(|m| m.had_focus_last_frame(id) && m.focused().is_none());
    let escaped = had_keyboard && ui.input(|i| i.key_pressed(Key::Escape));
    let focused = escaped || ui.memory(|m| m.has_focus(id));
    let word = caret
        .filter(|_| focused)
        .map(|at| words::word_before(&typed, at));
    let is_refused = ui.data_mut(|d| {
        let still = d
            .get_temp::<(usize, String)>(refused)
            .map(|(start, begins)| {
                let here = word.as_ref().filter(|w| w.start == start);
                here.is_some_and(|w| typed[w.clone()].starts_with(&begins))
            });
        if still == Some(false) {
            // Another word; should this one be typed again, it is offered names again.
            d.remove::<(usize, String)>(refused);
        }
        still == Some(true)
    });
    let mut offered = word
        .clone()
        .filter(|_| !is_refused)
        .map_or_else(Vec::new, |w| words::completions(schema, &typed[w], OFFERED));
    if escaped
        && mistake.is_none()
        && !offered.is_empty()
        && let Some(word) = &word
    {
        // Escape refuses the names for this word; the toolkit has taken the keyboard from the field as well.
        ui.data_mut(|d| d.insert_temp(refused, (word.start, typed[word.clone()].to_owned())));
        ui.memory_mut(|m| m.request_focus(id));
        offered.clear();
    }
    if focused && ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter)) {
        out.push(DataAction::Run);
    }
    let mut accepted = None;
    if !offered.is_empty() && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Tab)) {
        accepted = Some(0);
    }
    let p = theme::palette(ui);
    let mut layouter = |ui: &Ui, text: &dyn TextBuffer, width: f32| -> Arc<Galley> {
        let mut job = coloured(text.as_str(), p, mistake.map(|m| m.at));
        job.wrap.max_width = width;
        ui.fonts_mut(|f| f.layout_job(job))
    };
    let field = TextEdit::multiline(&mut typed)
        .id(id)
        .code_editor()
        .lock_focus(false)
        .hint_text("SELECT … FROM …")
        .desired_rows(4)
        .desired_width((ui.available_width() - space::S).max(80.0))
        .layouter(&mut layouter);
    let area = ScrollArea::vertical().id_salt("sql").max_height(160.0);
    let response = area
        .show(ui, |ui| ui.add(field).accessible_name("SQL"))
        .inner;
    if response.changed() {
        out.push(DataAction::Type(typed.clone()));
    }
    if let Some(mistake) = mistake {
        let place = mistake
            .at
            .map_or_else(String::new, |at| words::place(&query.text, at));
        let line = format!("{place}{}", mistake.message);
        ui.label(theme::caption(ui, line).color(p.danger_ink));
    } else if !offered.is_empty() {
        ui.horizontal(|ui| {
            ui.label(theme::caption(ui, "Tab:"));
            for (i, name) in offered.iter().enumerate() {
                let button = Button::new(name).kind(Kind::Quiet);
                if button.show(ui).clicked() {
                    accepted = Some(i);
                }
            }
        });
    }
    if let (Some(name), Some(word)) = (accepted.and_then(|i| offered.get(i)), word) {
        let start = word.start;
        typed.replace_range(word, name);
        let at = typed[..start + name.len()].chars().count();
        if let Some(mut state) = TextEdit::load_state(ui.ctx(), id) {
            let cursor = egui::text::CCursor::new(at);
            state
                .cursor
                .set_char_range(Some(egui::text::CCursorRange::one(cursor)));
            state.store(ui.ctx(), id);
        }
        ui.memory_mut(|m| m.request_focus(id));
        out.push(DataAction::Type(typed));
    }
}

/// What is wrong with the text, as long as it is the text that was run.
fn mistake(query: &Query) -> Option<&Mistake> {
    let (text, outcome) = query.outcome.as_ref()?;
    let mistake = outcome.as_ref().ok()?.mistake.as_ref()?;
    (*text == query.text).then_some(mistake)
}

fn byte_of(text: &str, char: usize) -> usize {
    text.char_indices()
        .nth(char)
        .map_or(text.len(), |(at, _)| at)
}

fn coloured(text: &str, p: &Palette, mistake: Option<Option<usize>>) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (range, token) in words::tokens(text) {
        let color = match token {
            Token::Keyword => p.accent_ink,
            Token::Text => p.success,
            Token::Number => p.warning,
            Token::Comment => p.secondary,
            Token::Other => p.text,
        };
        let wrong = mistake.flatten().is_some_and(|at| range.contains(&at));
        job.append(
            &text[range],
            0.0,
            TextFormat {
                font_id: FontId::monospace(size::BODY),
                color,
                underline: if wrong {
                    Stroke::new(2.0, p.danger_ink)
                } else {
                    Stroke::NONE
                },
                ..TextFormat::default()
            },
        );
    }
    job
}

/// How the answer is shown, which one, how many rows in how long.
fn answers(
    ui: &mut Ui,
    query: &Query,
    outcome: &Outcome,
    copying: bool,
    out: &mut Vec<DataAction>,
) {
    if outcome.answers.len() > 1 {
        let pressed = Button::new(&format!(
            "Answer {} of {}",
            query.answer + 1,
            outcome.answers.len()
        ))
        .menu()
        .show(ui);
        menu::below(&pressed, |ui| {
            for i in 0..outcome.answers.len() {
                let words = format!("Answer {}", i + 1);
                if menu::Item::new(&words).ticked(i == query.answer).show(ui) {
                    out.push(DataAction::Answer(i));
                    ui.close();
                }
            }
        });
    }
    let Some(answer) = query.shown() else {
        return;
    };
    let shape = Shape::ALL
        .iter()
        .position(|s| *s == query.shape)
        .unwrap_or(0);
    if let Some(i) = form::segmented(ui, "Answer as", &Shape::ALL.map(Shape::word), shape) {
        out.push(DataAction::Shape(Shape::ALL[i]));
    }
    if query.shape == Shape::Grid {
        rows::copy(ui, query.cursor.is_some(), copying, out);
    }
    rows::export(ui, out);
    let more = if answer.more { "first " } else { "" };
    let count = text::count(answer.rows.len(), "row", "rows");
    let words = format!("{more}{count} in {:.3} s", answer.took.as_secs_f64());
    let words = egui::Label::new(theme::caption(ui, words));
    ui.add(words.wrap_mode(egui::TextWrapMode::Extend));
    if answer.more
        && answer.rows.len() < 100_000
        && query.running.is_none()
        && Button::new("More").show(ui).clicked()
    {
        out.push(DataAction::More);
    }
}

fn shown(ui: &mut Ui, query: &Query, answer: &Answer, out: &mut Vec<DataAction>) {
    if answer.columns.is_empty() {
        return nothing(ui, "Done", "This statement has no rows to answer with");
    }
    let mut rest = ui.available_rect_before_wrap();
    if let (Some(value), Shape::Grid) = (&query.cell, query.shape) {
        rest = below(ui, 220.0, "value", |ui| cell::show(ui, value, out));
    }
    let mut child = ui.new_child(UiBuilder::new().max_rect(rest).id_salt("answer"));
    child.set_clip_rect(rest.intersect(ui.clip_rect()));
    if query.shape != Shape::Grid {
        return plot::show(&mut child, query, answer, out);
    }
    let heads: Vec<_> = answer
        .columns
        .iter()
        .map(|name| Head {
            name: text::one_line(name).into_owned(),
            tip: String::new(),
            sorted: None,
        })
        .collect();
    let grid = Grid {
        name: "Answer",
        key: Id::unique("answer"),
        id: input::grid_id(),
        columns: &heads,
        rows: answer.rows.len() as u64,
        cursor: query.cursor,
        selected: query.selected(),
        can_sort: false,
    };
    let cell = |row: u64, column: usize| {
        let row = answer.rows.get(usize::try_from(row).ok()?)?;
        row.get(column).map(rows::drawn)
    };
    let (_, asked): (Range<u64>, _) = grid.show(&mut child, cell);
    out.extend(asked.map(rows::meant));
}
