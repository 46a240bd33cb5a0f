//! What stands in the cells of a row, in colour, in words and in tooltips.

use chrono::{DateTime, FixedOffset};
use egui::{Align2, Color32, Painter, Rect, vec2};

use crate::app::format;
use crate::app::icons::Icon;
use crate::app::model::Model;
use crate::app::model::column::Column;
use crate::app::model::row::{Row, Size};
use crate::app::theme::{Palette, size};
use crate::app::widgets::number::{self, Bytes};
use crate::app::widgets::paint;
use crate::session::text;

/// The size as the widgets draw it.
pub fn bytes(size: &Size) -> Bytes {
    match size {
        Size::Unknown => Bytes::Unknown,
        Size::Counting(usage) => Bytes::AtLeast(usage.bytes),
        Size::Known(usage) => Bytes::Known(usage.bytes),
        Size::Failed(_) => Bytes::Unreadable,
    }
}

pub fn draw(
    painter: &Painter,
    cell: Rect,
    column: Column,
    row: Row<'_>,
    model: &Model,
    p: &Palette,
) {
    let session = row.session;
    match column {
        Column::Current if session.protection.current => {
            marker(painter, cell, Icon::Current, p.accent_ink)
        }
        Column::Pin if session.protection.pinned => marker(painter, cell, Icon::Pin, p.secondary),
        Column::Current | Column::Pin => {}
        Column::Session => {
            paint::name(
                painter,
                cell,
                &session.id.to_string(),
                paint::body(),
                p.text,
            );
        }
        Column::Created => {
            let age = format::ago(session.created_at, model.now());
            paint::text(
                painter,
                cell,
                Align2::LEFT_CENTER,
                &age,
                paint::body(),
                p.secondary,
            );
        }
        Column::Size => {
            number::bytes_with_bar(painter, cell, bytes(row.size), model.table.largest(), p);
        }
        Column::Files => {
            let files = row.files();
            let files = files.map_or_else(|| format::UNKNOWN.to_owned(), text::grouped);
            paint::text(
                painter,
                cell,
                Align2::RIGHT_CENTER,
                &files,
                paint::body(),
                p.secondary,
            );
        }
        Column::State => {
            let ink = if row.is_damaged() || session.clock_ahead {
                p.warning
            } else {
                p.secondary
            };
            let words = row.state().join(", ");
            paint::text(
                painter,
                cell,
                Align2::LEFT_CENTER,
                &words,
                paint::body(),
                ink,
            );
        }
    }
}

fn marker(painter: &Painter, cell: Rect, icon: Icon, ink: Color32) {
    let square = Rect::from_center_size(cell.center(), vec2(size::ICON, size::ICON));
    icon.paint(painter, square, ink);
}

/// The row in words, for those who can't see it.
pub fn name(row: Row<'_>, now: DateTime<FixedOffset>) -> String {
    let session = row.session;
    let mut words = vec![
        session.id.to_string(),
        bytes(row.size).words(),
        format!("created {}", format::ago(session.created_at, now)),
    ];
    words.extend(row.state().iter().map(|word| word.to_lowercase()));
    if session.protection.pinned {
        words.push("pinned".to_owned());
    }
    words.join(", ")
}

/// What more there is to say of a cell.
pub fn tooltip(column: Column, row: Row<'_>, model: &Model) -> Option<String> {
    let session = row.session;
    match column {
        Column::Current => session
            .protection
            .current
            .then(|| "The current session".to_owned()),
        Column::Pin => session
            .protection
            .pinned
            .then(|| "Pinned: nothing deletes it until it is unpinned".to_owned()),
        Column::Session => Some(session.path.display().to_string()),
        Column::Created => Some(format::exact(session.created_at)),
        Column::Size | Column::Files => Some(sizes(row, model)),
        Column::State => {
            let lines = row.state_explained();
            (!lines.is_empty()).then(|| lines.join("\n"))
        }
    }
}

fn sizes(row: Row<'_>, model: &Model) -> String {
    match row.size {
        Size::Unknown if model.measuring => "Not counted yet".to_owned(),
        Size::Unknown => "Not known".to_owned(),
        Size::Failed(why) => why.clone(),
        Size::Counting(usage) | Size::Known(usage) => {
            let mut lines = vec![
                format::size_of_files(&text::bytes(usage.bytes), row.files().unwrap_or(0)),
                format!("{} on disk", text::bytes(usage.disk_bytes)),
            ];
            if usage.unreadable > 0 {
                let unread = text::grouped(usage.unreadable);
                lines.push(format!("{unread} of its folders can't be read"));
            }
            if matches!(row.size, Size::Counting(_)) {
                lines.push("Still counting".to_owned());
            }
            lines.join("\n")
        }
    }
}
