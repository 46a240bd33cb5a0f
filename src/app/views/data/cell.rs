//! A value in full, some of it at a time: text as it is, bytes in hexadecimal.

use egui::{FontId, RichText, ScrollArea, Ui};

use crate::app::action::DataAction;
use crate::app::icons::Icon;
use crate::app::model::data::CellLook;
use crate::app::theme::{self, size};
use crate::app::widgets::button::Button;
use crate::data::Part;
use crate::session::text;

/// Bytes in a line of hexadecimal.
const LINE: usize = 16;

/// Draws the pane.
pub fn show(ui: &mut Ui, cell: &CellLook, out: &mut Vec<DataAction>) {
    let part = cell.part.as_ref().and_then(|p| p.as_ref().ok());
    ui.horizontal(|ui| {
        let name = text::one_line(&cell.column);
        ui.label(theme::strong(format!(
            "{name}, row {}",
            text::grouped(cell.row + 1)
        )));
        if let Some(part) = part {
            let end = part.from + part.part.len() as u64;
            let whole = part.from == 0 && end == part.bytes;
            let what = if part.blob { "bytes" } else { "text" };
            let words = if whole {
                format!("{what}, {}", text::bytes(part.bytes))
            } else {
                format!(
                    "{what}, bytes {}–{} of {}",
                    text::grouped(part.from),
                    text::grouped(end),
                    text::grouped(part.bytes)
                )
            };
            ui.label(theme::caption(ui, words));
            if !whole {
                let step = crate::app::update::PART as u64;
                if part.from > 0 && Button::new("Earlier").show(ui).clicked() {
                    out.push(DataAction::Part(part.from.saturating_sub(step)));
                }
                if end < part.bytes && Button::new("Later").show(ui).clicked() {
                    out.push(DataAction::Part(end));
                }
            }
        }
        if part.is_some()
            && Button::icon(Icon::Copy, "Copy the value")
                .tip("All of it, and not only the part that is shown")
                .show(ui)
                .clicked()
        {
            out.push(DataAction::CopyShown);
        }
        if Button::icon(Icon::Close, "Close the value")
            .show(ui)
            .clicked()
        {
            out.push(DataAction::CloseCell);
        }
    });
    let font = FontId::monospace(size::BODY - 1.0);
    ScrollArea::both()
        .auto_shrink(false)
        .id_salt("value")
        .show(ui, |ui| match &cell.part {
            None => {
                ui.label(theme::caption(ui, "Reading…"));
            }
            Some(Err(problem)) => {
                ui.label(theme::caption(ui, &problem.why).color(theme::palette(ui).danger_ink));
            }
            Some(Ok(part)) if part.blob => {
                let lines = part
                    .part
                    .chunks(LINE)
                    .enumerate()
                    .map(|(i, bytes)| line(part, i, bytes));
                let words = lines.collect::<Vec<_>>().join("\n");
                ui.add(
                    egui::Label::new(RichText::new(words).font(font))
                        .selectable(true)
                        .extend(),
                );
            }
            Some(Ok(part)) => {
                let words = String::from_utf8_lossy(&part.part);
                ui.add(
                    egui::Label::new(RichText::new(words).font(font))
                        .selectable(true)
                        .wrap(),
                );
            }
        });
}

/// A line of bytes: where, in hexadecimal, as text.
fn line(part: &Part, i: usize, bytes: &[u8]) -> String {
    let at = part.from + (i * LINE) as u64;
    let hex: Vec<_> = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let plain = |b: &u8| {
        if b.is_ascii_graphic() || *b == b' ' {
            char::from(*b)
        } else {
            '.'
        }
    };
    let plain: String = bytes.iter().map(plain).collect();
    format!("{at:08x}  {:47}  {plain}", hex.join(" "))
}
