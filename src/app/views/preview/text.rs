//! Lines: their numbers, their colours, what was found in them.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, Color32, FontId, Rect, Role, Sense, Ui, WidgetInfo, pos2};

use super::{Asked, Memory};
use crate::app::icons::Icon;
use crate::app::model::preview::{Lines, PAGE, Preview};
use crate::app::theme::{self, Palette, size, space};
use crate::app::widgets::long::{Long, Seen};
use crate::app::widgets::{menu, paint};
use crate::preview::highlight::Ink;
use crate::preview::{Level, Query, Row, level};
use crate::session::text;

/// Height of a line.
pub(super) const LINE: f32 = 18.0;

pub(super) fn mono() -> FontId {
    FontId::monospace(size::BODY - 1.0)
}

pub(super) fn show(
    ui: &mut Ui,
    preview: &Preview,
    lines: &Lines,
    memory: &mut Memory,
    asked: &mut Vec<Asked>,
) -> Seen {
    let digits = lines.walked.lines.max(999).ilog10() + 1;
    let gutter = digits as f32 * paint::measure(ui.painter(), "0", &mono()) + 2.0 * space::S;
    let long = Long {
        name: "Text of the file",
        role: Role::Document,
        rows: preview.rows(),
        row_height: LINE,
        width: memory.widest,
        header: 0.0,
    };
    let query = preview.find.as_ref().map(|f| &f.query);
    let (mut scroll, mut widest) = (memory.scroll, memory.widest);
    let seen = long.show(
        ui,
        &mut scroll,
        |_, _| {},
        |ui, i, rect| {
            let Some(page) = lines.pages.get(i / PAGE) else {
                return;
            };
            let at = (i % PAGE) as usize;
            let Some(row) = page.page.rows.get(at) else {
                return;
            };
            let shown = Shown {
                row,
                inks: page.inks.get(at).map_or(&[], Vec::as_slice),
                log: lines.log,
                query,
                marked: preview.marked == Some(i),
                gutter,
            };
            let (width, copied) = shown.draw(ui, i, rect);
            widest = widest.max(width);
            asked.extend(copied);
        },
    );
    (memory.scroll, memory.widest) = (scroll, widest);
    memory.need(&seen, |page| lines.pages.get(page).is_some(), asked);
    seen
}

struct Shown<'a> {
    row: &'a Row,
    inks: &'a [(usize, Ink)],
    log: bool,
    query: Option<&'a Query>,
    marked: bool,
    gutter: f32,
}

impl Shown<'_> {
    /// Draws the row; its width, and what the person wants of it.
    fn draw(&self, ui: &mut Ui, i: u64, rect: Rect) -> (f32, Option<Asked>) {
        let p = theme::palette(ui);
        let row = self.row;
        let response = ui.interact(rect, ui.scope_id().with(("line", i)), Sense::CLICK);
        response.widget_info(|| {
            let words = format!("Line {}: {}", row.line, row.text);
            WidgetInfo::selected(Role::ListItem, true, self.marked, words)
        });
        if self.marked {
            ui.painter().rect_filled(rect, 0.0, p.hover);
        }
        // The numbers stay where they are while the lines scroll sideways.
        let left = ui.clip_rect().left().max(rect.left());
        let text_left = rect.left() + self.gutter + space::S;
        let galley = ui.painter().layout_job(self.job(p));
        let width = self.gutter + space::S + galley.size().x + space::L;
        let y = rect.center().y - galley.size().y / 2.0;
        ui.painter()
            .galley(pos2(text_left, y.round()), galley, p.text);
        let gutter = Rect::from_min_max(
            pos2(left, rect.top()),
            pos2(left + self.gutter, rect.bottom()),
        );
        ui.painter().rect_filled(gutter, 0.0, p.panel);
        if self.marked {
            ui.painter()
                .rect_filled(gutter.with_max_x(gutter.left() + 3.0), 0.0, p.accent);
        }
        if !row.continues {
            let number = gutter.with_max_x(gutter.right() - space::S);
            paint::text(
                ui.painter(),
                number,
                Align2::RIGHT_CENTER,
                &row.line.to_string(),
                FontId::monospace(size::SMALL),
                p.secondary,
            );
        }
        let copied = menu::context(&response, |ui| {
            menu::Item::new("Copy line").icon(Icon::Copy).show(ui)
        });
        let copied = (copied == Some(true)).then(|| Asked::Copy(row.text.clone()));
        (width, copied)
    }

    fn job(&self, p: &Palette) -> LayoutJob {
        let text = &self.row.text;
        let base = match self.log.then(|| level(text)).flatten() {
            Some(Level::Error) => p.danger_ink,
            Some(Level::Warning) => p.warning,
            Some(Level::Debug) => p.secondary,
            Some(Level::Info) | None => p.text,
        };
        let found = self.query.map(|q| q.in_row(text)).unwrap_or_default();
        let mut job = LayoutJob::default();
        let plain = [(text.len(), Ink::Plain)];
        let inks = if self.inks.is_empty() {
            &plain[..]
        } else {
            self.inks
        };
        let mut at = 0;
        for (len, ink) in inks {
            let end = (at + len).min(text.len());
            let colour = colour(p, *ink).unwrap_or(base);
            let mut from = at;
            for hit in found.iter().filter(|hit| hit.end > at && hit.start < end) {
                let (start, stop) = (hit.start.max(from), hit.end.min(end));
                append(&mut job, text, from..start, colour, Color32::TRANSPARENT);
                append(&mut job, text, start..stop, p.text, p.accent_soft);
                from = stop;
            }
            append(&mut job, text, from..end, colour, Color32::TRANSPARENT);
            at = end;
        }
        job.wrap.max_width = f32::INFINITY;
        job
    }
}

fn append(
    job: &mut LayoutJob,
    text: &str,
    range: std::ops::Range<usize>,
    colour: Color32,
    background: Color32,
) {
    let Some(part) = text.get(range).filter(|part| !part.is_empty()) else {
        return;
    };
    let format = TextFormat {
        font_id: mono(),
        color: colour,
        background,
        ..TextFormat::default()
    };
    job.append(part, 0.0, format);
}

/// The colour of what isn't plain.
pub(super) fn colour(p: &Palette, ink: Ink) -> Option<Color32> {
    Some(match ink {
        Ink::Plain => return None,
        Ink::Comment => p.secondary,
        Ink::String => p.success,
        Ink::Constant => p.warning,
        Ink::Keyword => p.keyword,
        Ink::Name => p.accent_ink,
    })
}

/// `12 of 340 lines`, and more than that many.
pub(super) fn matches(count: usize, more: bool) -> String {
    let words = text::count(count, "line", "lines");
    if more {
        format!("{words} or more")
    } else {
        words
    }
}
