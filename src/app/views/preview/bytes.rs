//! Bytes, sixteen in a row: where they stand, their values, and the letters that they would be.

use egui::{Align2, Role, Sense, Ui, WidgetInfo};

use super::text::{LINE, mono};
use super::{Asked, Memory};
use crate::app::model::preview::{Bytes, HEX_ROW, PAGE, Preview};
use crate::app::theme::{self, space};
use crate::app::widgets::long::{Long, Seen};
use crate::app::widgets::paint;

pub(super) fn show(
    ui: &mut Ui,
    preview: &Preview,
    bytes: &Bytes,
    memory: &mut Memory,
    asked: &mut Vec<Asked>,
) -> Seen {
    let digit = paint::measure(ui.painter(), "0", &mono());
    let long = Long {
        name: "Bytes of the file",
        role: Role::Document,
        rows: preview.rows(),
        row_height: LINE,
        width: digit * 84.0 + 2.0 * space::L,
        header: 0.0,
    };
    let mut scroll = memory.scroll;
    let seen = long.show(
        ui,
        &mut scroll,
        |_, _| {},
        |ui, i, rect| {
            let Some(page) = bytes.pages.get(i / PAGE) else {
                return;
            };
            let from = ((i % PAGE) * HEX_ROW) as usize;
            let Some(row) = page.get(from..page.len().min(from + HEX_ROW as usize)) else {
                return;
            };
            let p = theme::palette(ui);
            let (offset, values, letters) = words(i * HEX_ROW, row);
            let response = ui.interact(rect, ui.scope_id().with(("bytes", i)), Sense::hover());
            response.widget_info(|| {
                WidgetInfo::labeled(
                    Role::ListItem,
                    true,
                    format!("{offset}: {values} {letters}"),
                )
            });
            let column = |at: f32, words: &str, ink| {
                let place = paint::after(rect, space::S + digit * at);
                paint::text(ui.painter(), place, Align2::LEFT_CENTER, words, mono(), ink);
            };
            column(0.0, &offset, p.secondary);
            column(14.0, &values, p.text);
            column(66.0, &letters, p.accent_ink);
        },
    );
    memory.scroll = scroll;
    memory.need(&seen, |page| bytes.pages.get(page).is_some(), asked);
    seen
}

/// Offset, values in two groups, and letters of one row.
fn words(offset: u64, row: &[u8]) -> (String, String, String) {
    let mut values = String::new();
    for (i, byte) in row.iter().enumerate() {
        let gap = match i {
            0 => "",
            8 => "   ",
            _ => " ",
        };
        values += &format!("{gap}{byte:02x}");
    }
    let letter = |b: &u8| {
        if b.is_ascii_graphic() || *b == b' ' {
            char::from(*b)
        } else {
            '·'
        }
    };
    (
        format!("{offset:010x}"),
        values,
        row.iter().map(letter).collect(),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_row_reads_as_in_any_hex_view() {
        let (offset, values, letters) = super::words(4096, b"SQLite\0\x01 format");
        assert_eq!(offset, "0000001000");
        assert_eq!(values, "53 51 4c 69 74 65 00 01   20 66 6f 72 6d 61 74");
        assert_eq!(letters, "SQLite·· format");
    }
}
