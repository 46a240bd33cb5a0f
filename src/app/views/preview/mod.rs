//! The file that is shown: a bar with its name and what can be done, its content by its kind, and a line
//! of facts. Plain data in, what the person wants out.

mod about;
mod bytes;
mod find;
mod grid;
mod json;
mod picture;
mod text;

use std::collections::BTreeSet;

use egui::{Align, Frame, Label, Layout, Margin, Ui, vec2};

use crate::app::format;
use crate::app::icons::Icon;
use crate::app::model::preview::{About, Act, PAGE, Preview, Shown, Ticket};
use crate::app::theme::{self, size, space};
use crate::app::widgets::button::Button;
use crate::app::widgets::empty;
use crate::app::widgets::long::{Scroll, Seen};
use crate::app::widgets::{facts, paint};
use crate::preview::Walked;
use crate::session::{Table, text as words};

/// What the preview remembers from frame to frame.
#[derive(Default)]
pub struct Memory {
    /// The keyboard goes to the search.
    pub focus_find: bool,
    /// This row comes into view.
    pub go_to: Option<u64>,
    ticket: Ticket,
    path: String,
    scroll: Scroll,
    /// Pages that were asked for and have not come.
    asked: BTreeSet<u64>,
    find: find::Typed,
    picture: picture::Texture,
    /// The value of a tree that the keyboard is at.
    value: Option<u32>,
    /// Width of the widest row that was seen.
    widest: f32,
    /// Widths of the columns and whether their heads stand at the right, and whether rows decided that.
    widths: (Vec<(f32, bool)>, bool),
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Memory {:?} {:?}", self.path, self.scroll)
    }
}

/// Narrower, the way to the tab Data is a sign without words.
const ROOMY: f32 = 380.0;

/// What the person wants.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// Something with the preview.
    Act(Act),
    /// The file opened by its program.
    Open,
    /// Text on the clipboard.
    Copy(String),
}

/// What came of drawing it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What the person wants, in order.
    pub asked: Vec<Asked>,
    /// Whether the keyboard is in it.
    pub focused: bool,
}

/// What is known of the session around the file.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// It is in use, so that nothing of it can be deleted.
    pub in_use: bool,
    /// The tables of its own database that were made from the file.
    pub tables: &'a [&'a Table],
}

/// Draws the file.
pub fn show(ui: &mut Ui, preview: &Preview, given: Given<'_>, memory: &mut Memory) -> Outcome {
    memory.follow(preview);
    let mut outcome = Outcome::default();
    ui.spacing_mut().item_spacing = vec2(space::XS, 0.0);
    bar(ui, preview, &given, &mut outcome.asked);
    if let Some(find) = &preview.find {
        outcome.focused |= find::show(ui, find, memory, &mut outcome.asked);
    }
    if let Some(notice) = &preview.notice {
        let margin = Margin::symmetric(space::S as i8, space::XS as i8);
        Frame::NONE
            .inner_margin(margin)
            .show(ui, |ui| facts::callout(ui, notice));
    }
    let whole = ui.available_rect_before_wrap();
    let content = whole.with_max_y((whole.bottom() - size::HEADER).max(whole.top()));
    ui.scope_builder(egui::UiBuilder::new().max_rect(content), |ui| {
        let seen = body(ui, preview, &given, memory, &mut outcome.asked);
        if let Some(seen) = seen {
            outcome.focused |= seen.focused;
            if seen.scrolled && preview.follow {
                outcome.asked.push(Asked::Act(Act::Follow(false)));
            }
        }
        ui.advance_cursor_after_rect(content);
    });
    footer(ui, whole.with_min_y(content.bottom()), preview);
    ui.advance_cursor_after_rect(whole);
    outcome
}

impl Memory {
    fn follow(&mut self, preview: &Preview) {
        if self.path != preview.path {
            self.scroll = Scroll::default();
            self.value = None;
            self.path.clone_from(&preview.path);
            self.widest = 0.0;
        }
        if self.ticket != preview.ticket {
            self.ticket = preview.ticket;
            self.asked.clear();
            self.widths = Default::default();
        }
        if let Some(row) = self.go_to.take() {
            self.scroll.go_to = Some(row);
        }
    }

    /// Asks for the pages of what was seen that aren't there, each once.
    fn need(&mut self, seen: &Seen, is_there: impl Fn(u64) -> bool, asked: &mut Vec<Asked>) {
        let pages = seen.rows.start / PAGE..seen.rows.end.div_ceil(PAGE);
        let mut missing = Vec::new();
        for page in pages {
            if is_there(page) {
                self.asked.remove(&page);
            } else if self.asked.insert(page) {
                missing.push(page);
            }
        }
        if !missing.is_empty() {
            asked.push(Asked::Act(Act::Need(missing)));
        }
    }
}

fn bar(ui: &mut Ui, preview: &Preview, given: &Given<'_>, asked: &mut Vec<Asked>) {
    let rect = ui.available_rect_before_wrap();
    let rect = rect.with_max_y(rect.top() + size::ROW + space::XS);
    let p = theme::palette(ui);
    ui.painter().rect_filled(rect, 0.0, p.panel);
    paint::hairline_below(ui.painter(), rect, p);
    let mut child = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::right_to_left(Align::Center)),
    );
    let ui_bar = &mut child;
    ui_bar.add_space(space::XS);
    let mut button = |ui: &mut Ui, icon, name: &str, why: Option<&str>, wanted: Asked| {
        if Button::icon(icon, name)
            .disabled_because(why)
            .show(ui)
            .clicked()
        {
            asked.push(wanted);
        }
    };
    let why = given
        .in_use
        .then_some("The session is in use: end the program that uses it");
    let path = preview.path.clone();
    button(
        ui_bar,
        Icon::Trash,
        "Delete the file",
        why,
        Asked::Act(Act::Delete(path.clone())),
    );
    button(
        ui_bar,
        Icon::Save,
        "Save a copy…",
        None,
        Asked::Act(Act::Save(path)),
    );
    button(
        ui_bar,
        Icon::External,
        "Open with its program",
        None,
        Asked::Open,
    );
    if preview.can_find() {
        button(
            ui_bar,
            Icon::Search,
            "Find in the file",
            None,
            Asked::Act(Act::OpenFind),
        );
        let (icon, name) = match preview.follow {
            true => (Icon::Check, "Don't follow the end"),
            false => (Icon::ArrowDown, "Follow the end"),
        };
        button(
            ui_bar,
            icon,
            name,
            None,
            Asked::Act(Act::Follow(!preview.follow)),
        );
    }
    if let Some(act) = in_data(preview, given)
        && Button::new("Open in Data")
            .with_icon(Icon::Database)
            .tip("The table that was made from it")
            .compact(rect.width() < ROOMY)
            .show(ui_bar)
            .clicked()
    {
        asked.push(Asked::Act(act));
    }
    let room = ui_bar.available_rect_before_wrap();
    let name = paint::after(room, space::S);
    let cut = paint::name(
        ui.painter(),
        name,
        &preview.path,
        theme::strong_font(size::BODY),
        p.text,
    );
    let label = ui.interact(name, ui.scope_id().with("name"), egui::Sense::hover());
    label.widget_info(|| {
        egui::WidgetInfo::labeled(
            egui::Role::Heading,
            true,
            format!("Preview of {}", preview.path),
        )
    });
    if cut {
        label.on_hover_text(&preview.path);
    }
    ui.advance_cursor_after_rect(rect);
}

/// The table that was made from the file, where it is shown as what it is; others say more of theirs below.
fn in_data(preview: &Preview, given: &Given<'_>) -> Option<Act> {
    let table = given.tables.first()?;
    let is_bytes = matches!(preview.shown, Shown::Bytes(_));
    (!is_bytes).then(|| Act::OpenTable(table.name.clone()))
}

fn body(
    ui: &mut Ui,
    preview: &Preview,
    given: &Given<'_>,
    memory: &mut Memory,
    asked: &mut Vec<Asked>,
) -> Option<Seen> {
    match &preview.shown {
        Shown::Reading => None,
        Shown::Failed(problem) => {
            empty::nothing(ui, Icon::Error, &problem.title, &problem.why);
            None
        }
        Shown::Empty => {
            empty::nothing(ui, Icon::File, "The file is empty", "");
            None
        }
        Shown::Text(lines) => Some(text::show(ui, preview, lines, memory, asked)),
        Shown::Grid(grid) => Some(grid::show(ui, grid, memory, asked)),
        Shown::Json(tree) => Some(json::show(ui, tree, memory, asked)),
        Shown::Picture(picture) => {
            picture::show(ui, picture, preview.ticket, &mut memory.picture);
            None
        }
        Shown::Bytes(bytes) => {
            if bytes.about != About::Nothing {
                about::choice(ui, bytes, asked);
                if !bytes.bare {
                    about::show(ui, &bytes.about, given, asked);
                    return None;
                }
            }
            Some(bytes::show(ui, preview, bytes, memory, asked))
        }
    }
}

fn footer(ui: &mut Ui, rect: egui::Rect, preview: &Preview) {
    let p = theme::palette(ui);
    ui.painter().rect_filled(rect, 0.0, p.panel);
    ui.painter()
        .hline(rect.x_range(), rect.top(), paint::hairline(ui.painter(), p));
    let inside = rect.shrink2(vec2(space::S, 0.0));
    let mut child = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(inside)
            .layout(Layout::left_to_right(Align::Center)),
    );
    let said = facts_of(preview).join(" · ");
    child.add(Label::new(theme::caption(ui, said)).truncate());
}

/// Says where a file isn't in the encoding that its beginning is in.
fn other_encoding(walked: &Walked) -> Option<String> {
    let line = words::grouped(walked.other_encoding?);
    Some(format!(
        "from line {line} on in another encoding, and perhaps shown wrongly"
    ))
}

/// What the line below says.
fn facts_of(preview: &Preview) -> Vec<String> {
    let mut all: Vec<String> = preview.bytes.map(words::bytes).into_iter().collect();
    let progress = |walked: u64, ended: bool| {
        let whole = preview.bytes.unwrap_or(0).max(1);
        let percent = walked.saturating_mul(100) / whole;
        (!ended).then(|| format!("{percent} % read"))
    };
    match &preview.shown {
        Shown::Text(lines) => {
            all.push(words::count(lines.walked.lines as usize, "line", "lines"));
            all.extend(lines.language.map(Into::into));
            all.push(lines.encoding.to_owned());
            all.extend(other_encoding(&lines.walked));
            all.extend(progress(lines.walked.bytes, lines.walked.ended));
        }
        Shown::Grid(grid) => {
            all.push(words::count(grid.rows() as usize, "row", "rows"));
            all.push(words::count(grid.columns.len(), "column", "columns"));
            all.push(match grid.delimiter {
                ',' => "commas".into(),
                ';' => "semicolons".into(),
                '\t' => "tabs".into(),
                '|' => "bars".into(),
                c => c.to_string(),
            });
            all.push(grid.encoding.to_owned());
            all.extend(other_encoding(&grid.walked));
            if !grid.header {
                all.push("no header".into());
            }
            all.extend(progress(grid.walked.bytes, grid.walked.ended));
        }
        Shown::Json(tree) => all.push(words::count(tree.outline.len(), "value", "values")),
        Shown::Picture(picture) => {
            all.push(format!("{} × {} pixels", picture.size.0, picture.size.1));
            all.push(picture.format.to_owned());
            if picture.shown != picture.size {
                all.push(format!(
                    "shown at {} × {}",
                    picture.shown.0, picture.shown.1
                ));
            }
        }
        Shown::Bytes(bytes) => all.extend(about::words(&bytes.about)),
        Shown::Reading => all.push(format::UNKNOWN.to_owned()),
        Shown::Failed(_) | Shown::Empty => {}
    }
    all
}
