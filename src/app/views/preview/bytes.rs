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
    let places = Places::of(preview.bytes);
    let long = Long {
        name: "Bytes of the file",
        role: Role::Document,
        rows: preview.rows(),
        row_height: LINE,
        width: digit * (places.letters + HEX_ROW as f32) + 2.0 * space::S,
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
            let (offset, values, letters) = words(i * HEX_ROW, row, places.digits);
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
            column(places.values, &values, p.text);
            column(places.letters, &letters, p.accent_ink);
        },
    );
    memory.scroll = scroll;
    memory.need(&seen, |page| bytes.pages.get(page).is_some(), asked);
    seen
}

/// Where the parts of a row begin, in digits.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Places {
    /// Digits of an offset: eight, as long as they are enough.
    digits: usize,
    values: f32,
    letters: f32,
}

impl Places {
    fn of(bytes: Option<u64>) -> Self {
        const GAP: f32 = 2.0;
        let long = bytes.is_some_and(|bytes| bytes > 1 << 32);
        let digits = if long { 10 } else { 8 };
        let values = digits as f32 + GAP;
        // Two digits and a gap for each, and one more gap in the middle.
        let letters = values + 3.0 * HEX_ROW as f32 + GAP;
        Self {
            digits,
            values,
            letters,
        }
    }
}

/// Offset, values in two groups, and letters of one row.
fn words(offset: u64, row: &[u8], digits: usize) -> (String, String, String) {
    let mut values = String::new();
    for (i, byte) in row.iter().enumerate() {
        let gap = match i {
            0 => "",
            8 => "  ",
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
        format!("{offset:0digits$x}"),
        values,
        row.iter().map(letter).collect(),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_row_reads_as_in_any_hex_view() {
        let (offset, values, letters) = super::words(4096, b"SQLite\0\x01 format", 8);
        assert_eq!(offset, "00001000");
        assert_eq!(values, "53 51 4c 69 74 65 00 01  20 66 6f 72 6d 61 74");
        assert_eq!(letters, "SQLite·· format");
    }

    #[test]
    fn the_parts_of_a_row_stand_apart_and_offsets_are_as_long_as_the_file_needs() {
        let (offset, values, letters) = super::words(0, &[b'x'; 16], 8);
        let places = super::Places::of(Some(1 << 32));
        assert!(offset.len() as f32 + 2.0 <= places.values);
        assert!(places.values + values.len() as f32 + 2.0 <= places.letters);
        assert_eq!(letters.len(), 16);
        let large = super::Places::of(Some((1 << 32) + 1));
        assert_eq!((places.digits, large.digits), (8, 10));
        assert_eq!(super::words(1 << 32, &[], 10).0, "0100000000");
    }
}
