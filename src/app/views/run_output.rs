//! The log of a run as a terminal would show it: only the lines that are seen are known and drawn, whatever
//! its length.

use egui::style::ScrollAnimation;
use egui::text::LayoutJob;
use egui::{
    Align, EventFilter, FontId, Key, KeyboardShortcut, Modifiers, Rect, Response, Role, ScrollArea,
    Sense, TextFormat, Ui, WidgetInfo, pos2, vec2,
};

use crate::app::icons::Icon;
use crate::app::input::{self, Place};
use crate::app::model::runs::LogLine;
use crate::app::theme::{self, Palette, size, space};
use crate::app::widgets::{menu, paint};
use crate::run::log::{From, Stream};

/// Height of a line.
const LINE: f32 = 17.0;

/// Lines that are asked for before and behind those that are seen.
const MARGIN: usize = 150;

/// Where in the output a person jumps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// To its first line.
    Start,
    /// To its last one, and on with it as it grows.
    End,
}

/// Leads to the start while the output has the keyboard.
pub const START: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::Home);

/// Leads to the end while the output has the keyboard.
pub const END: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::End);

/// Copies the output while it has the keyboard.
pub const COPY: KeyboardShortcut = KeyboardShortcut::new(Modifiers::COMMAND, Key::C);

/// What is known of a log.
#[derive(Debug, Clone, Copy)]
pub struct Output<'a> {
    /// Which it is; another one begins at its end.
    pub name: &'a str,
    /// How many lines it has.
    pub total: usize,
    /// The number of the first known line.
    pub first: usize,
    /// The known lines.
    pub lines: &'a [LogLine],
    /// What was asked for last.
    pub asked: (usize, usize),
    /// The line that was looked for, and which finding this is: with each it comes into view.
    pub found: Option<(usize, usize)>,
    /// The keyboard goes there now.
    pub focus: bool,
}

/// What is asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Copy the line of this number.
    CopyLine(usize),
    /// Copy what is known of it.
    CopyAll,
    /// These lines should be known: from, how many. They are not asked for yet.
    Want(usize, usize),
}

/// Draws it in what is left of `ui`, at the edge that the person jumps to.
pub fn show(ui: &mut Ui, output: Output<'_>, jump: Option<Edge>) -> Option<Asked> {
    let place = ui.available_rect_before_wrap();
    let id = ui.make_persistent_id(("output", output.name));
    let list = ui.interact(place, id, Sense::click());
    if list.clicked() || output.focus {
        list.request_focus();
    }
    let (keyed, by) = keys(ui, &list, place.height());
    let mut copy = None;
    list.widget_info(|| WidgetInfo::labeled(Role::Log, ui.is_enabled(), "Output"));
    let p = theme::palette(ui);
    ui.painter().rect_filled(place, 0.0, p.field);
    let stroke = paint::hairline(ui.painter(), p);
    ui.painter().hline(place.x_range(), place.top(), stroke);
    let font = FontId::monospace(size::BODY - 1.0);
    let glyph = ui.fonts_mut(|f| f.glyph_width(&font, 'm'));
    let longest = output.lines.iter().map(|l| {
        l.spans
            .iter()
            .map(|s| s.text.chars().count())
            .sum::<usize>()
    });
    let width = longest.max().unwrap_or(0) as f32 * glyph + 2.0 * space::L;
    let mut seen = (0, 0);
    let mut area = ScrollArea::both()
        .id_salt(id)
        .auto_shrink([false, false])
        .stick_to_bottom(true);
    let key = id.with("found");
    if let Some((line, finding)) = output.found
        && ui.data(|d| d.get_temp(key)) != Some(finding)
    {
        ui.data_mut(|d| d.insert_temp(key, finding));
        let middle = (place.height() / LINE / 2.0).floor();
        area = area
            .stick_to_bottom(false)
            .vertical_scroll_offset(((line as f32 - middle) * LINE).max(0.0));
        ui.ctx().request_repaint();
    }
    match jump.or(keyed) {
        None => {}
        Some(Edge::Start) => {
            area = area.stick_to_bottom(false).vertical_scroll_offset(0.0);
            ui.ctx().request_repaint();
        }
        Some(Edge::End) => {
            let end = (output.total as f32 * LINE - place.height()).max(0.0);
            area = area.vertical_scroll_offset(end + LINE);
            ui.ctx().request_repaint();
        }
    }
    area.show_viewport(ui, |ui, viewport| {
        if by != 0.0 {
            ui.scroll_with_delta_animation(vec2(0.0, -by), ScrollAnimation::none());
        }
        ui.set_height(output.total as f32 * LINE);
        ui.set_width(width.max(viewport.width()));
        let first = (viewport.min.y / LINE).floor().max(0.0) as usize;
        let last = ((viewport.max.y / LINE).ceil().max(0.0) as usize).min(output.total);
        seen = (first, last.saturating_sub(first));
        // From the edge of what is seen, so that lines far down in a long log don't tremble.
        let shift = viewport.min.y - first as f32 * LINE;
        let top = ui.clip_rect().top().max(place.top()) - shift.clamp(0.0, LINE);
        let left = ui.max_rect().left();
        for i in first..last {
            let Some(line) = i
                .checked_sub(output.first)
                .and_then(|n| output.lines.get(n))
            else {
                continue;
            };
            let at = pos2(left, top + (i - first) as f32 * LINE);
            let rect = Rect::from_min_size(at, vec2(width.max(viewport.width()), LINE));
            let is_found = output.found.is_some_and(|(found, _)| found == i);
            if is_found {
                ui.painter().rect_filled(rect, 0.0, p.selection);
            }
            draw(ui, rect, line, &font, p);
            let response = ui.interact(rect.intersect(place), id.with(i), Sense::CLICK);
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words(line)));
            if response.clicked() || response.secondary_clicked() {
                list.request_focus();
            }
            copy = menu::context(&response, |ui| context(ui, i))
                .flatten()
                .or(copy);
        }
    });
    if list.has_focus() {
        ui.data_mut(|d| d.insert_temp(input::place_id(), Place::Output));
    }
    paint::focus_inside(ui, &list, place);
    if copy.is_some() {
        return copy;
    }
    let (first, count) = seen;
    let known = output.first..output.first + output.lines.len();
    if count == 0 || (known.contains(&first) && first + count <= known.end) {
        return None;
    }
    let want = (first.saturating_sub(MARGIN), count + 2 * MARGIN);
    (want != output.asked).then_some(Asked::Want(want.0, want.1))
}

/// Where keys lead while the output has the keyboard: to an edge, or so many points down.
fn keys(ui: &Ui, list: &Response, height: f32) -> (Option<Edge>, f32) {
    if !list.has_focus() {
        return (None, 0.0);
    }
    let filter = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|m| m.set_focus_lock_filter(list.id, filter));
    ui.input_mut(|i| {
        let mut pressed = |modifiers, key| i.consume_key(modifiers, key);
        let mut edge = None;
        for modifiers in [Modifiers::COMMAND, Modifiers::NONE] {
            edge = pressed(modifiers, Key::Home)
                .then_some(Edge::Start)
                .or(edge);
            edge = pressed(modifiers, Key::End).then_some(Edge::End).or(edge);
        }
        let page = (height - LINE).max(LINE);
        let mut by = 0.0;
        for (key, points) in [
            (Key::ArrowDown, LINE),
            (Key::ArrowUp, -LINE),
            (Key::PageDown, page),
            (Key::PageUp, -page),
        ] {
            if pressed(Modifiers::NONE, key) {
                by += points;
            }
        }
        (edge, by)
    })
}

/// The menu of the line of this number.
fn context(ui: &mut Ui, line: usize) -> Option<Asked> {
    let mut asked = None;
    if menu::Item::new("Copy the line").icon(Icon::Copy).show(ui) {
        asked = Some(Asked::CopyLine(line));
    }
    let keys = ui.ctx().format_shortcut(&COPY);
    let all = menu::Item::new("Copy the output").shortcut(&keys);
    if all.show(ui) {
        asked = Some(Asked::CopyAll);
    }
    asked
}

fn words(line: &LogLine) -> String {
    let said = line.text();
    match line.from {
        From::Script(Stream::Err) => format!("error output: {said}"),
        From::Script(Stream::Out) | From::Us => said,
    }
}

fn draw(ui: &Ui, rect: Rect, line: &LogLine, font: &FontId, p: &Palette) {
    let ink = match line.from {
        From::Script(Stream::Out) => p.text,
        From::Script(Stream::Err) => p.danger_ink,
        From::Us => p.secondary,
    };
    let mut job = LayoutJob::default();
    for span in &line.spans {
        let colour = span.colour.map_or(ink, |c| theme::terminal(p, c));
        let format = TextFormat {
            font_id: font.clone(),
            // What stands out does so by colour: the font has one weight.
            color: if span.bold && span.colour.is_none() && ink == p.text {
                p.accent_ink
            } else {
                colour
            },
            valign: Align::Center,
            ..TextFormat::default()
        };
        job.append(&span.text, 0.0, format);
    }
    job.wrap.max_width = f32::INFINITY;
    let galley = ui.painter().layout_job(job);
    let at = pos2(
        rect.left() + space::L,
        rect.center().y - galley.size().y / 2.0,
    );
    ui.painter().galley(at, galley, ink);
}
