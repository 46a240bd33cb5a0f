//! What became of an upload, as the session remembers it: archives, tables, scripts, and everything that
//! was left alone or changed, each with a way to look at it.

use egui::Ui;

use crate::app::widgets::facts::{Column, Table};
use crate::session::{Manifest, text};

/// What the report shows.
#[derive(Clone, Copy)]
pub struct Data<'a> {
    /// What the session says of itself.
    pub manifest: &'a Manifest,
    /// Whether there is anything to look at for each line of `manifest.skipped`.
    pub can_open: &'a dyn Fn(usize) -> bool,
}

const fn number(title: &'static str, width: f32) -> Column {
    Column {
        title,
        width,
        number: true,
    }
}

/// The width of a column of words: a share of what there is, but no less than `least`.
fn share(ui: &Ui, least: f32, share: f32) -> f32 {
    (ui.available_width() * share).max(least)
}

/// Draws it; which line of `skipped` the person wants to look at, if any.
pub fn show(ui: &mut Ui, data: &Data<'_>) -> Option<usize> {
    extracted(ui, data.manifest);
    tables(ui, data.manifest);
    scripts(ui, data.manifest);
    left_alone(ui, data)
}

fn extracted(ui: &mut Ui, manifest: &Manifest) {
    let rows = &manifest.extracted;
    if rows.is_empty() {
        return;
    }
    let table = Table {
        heading: "Extracted",
        first: "Archive",
        columns: &[number("Files", 72.0), number("Size", 72.0)],
        rows: rows.len(),
    };
    table.show(ui, |row, column| {
        rows.get(row).map_or_else(String::new, |e| match column {
            0 => e.archive.clone(),
            1 => text::grouped(e.files),
            _ => text::bytes(e.bytes),
        })
    });
}

fn tables(ui: &mut Ui, manifest: &Manifest) {
    let rows = &manifest.tables;
    if rows.is_empty() {
        return;
    }
    let from = Column {
        title: "From",
        width: share(ui, 104.0, 0.36),
        number: false,
    };
    let table = Table {
        heading: "Tables",
        first: "Name",
        columns: &[from, number("Columns", 56.0), number("Rows", 72.0)],
        rows: rows.len(),
    };
    table.show(ui, |row, column| {
        rows.get(row).map_or_else(String::new, |t| match column {
            0 => t.name.clone(),
            1 => t.source.clone(),
            2 => text::grouped(t.columns.len() as u64),
            _ => text::grouped(t.rows),
        })
    });
}

fn scripts(ui: &mut Ui, manifest: &Manifest) {
    let rows = &manifest.scripts;
    if rows.is_empty() {
        return;
    }
    let original = Column {
        title: "Original",
        width: share(ui, 136.0, 0.4),
        number: false,
    };
    let table = Table {
        heading: "Scripts that read tables now",
        first: "Script",
        columns: &[number("Calls", 48.0), original],
        rows: rows.len(),
    };
    table.show(ui, |row, column| {
        rows.get(row).map_or_else(String::new, |s| match column {
            0 => s.file.clone(),
            1 => text::grouped(s.calls),
            _ => s.original.clone(),
        })
    });
}

fn left_alone(ui: &mut Ui, data: &Data<'_>) -> Option<usize> {
    let rows = &data.manifest.skipped;
    if rows.is_empty() {
        return None;
    }
    let why = Column {
        title: "Why",
        width: share(ui, 240.0, 0.5),
        number: false,
    };
    let table = Table {
        heading: "Left out or changed",
        first: "File",
        columns: &[why],
        rows: rows.len(),
    };
    let cell = |row: usize, column| {
        rows.get(row).map_or_else(String::new, |s| match column {
            0 => s.file.clone(),
            _ => s.reason.clone(),
        })
    };
    table.show_opening(ui, cell, data.can_open)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn the_report_tells_what_was_made_and_opens_each_line() {
        let manifest: Manifest = serde_json::from_value(serde_json::json!({
            "version": 1,
            "session_id": "session_20250710_120000",
            "created_at": "2025-07-10T12:00:00+02:00",
            "sequence": 1,
            "origin": "gui",
            "extracted": [{"archive": "project.zip", "files": 12, "bytes": 3_400_000}],
            "tables": [{"name": "sales", "rows": 12345, "columns": [["a", "TEXT"]], "source": "sales.csv"}],
            "scripts": [{"file": "model.py", "original": "model.py.orig", "calls": 2}],
            "skipped": [
                {"file": "gone.txt", "reason": "it vanished"},
                {"file": "plan.xlsx, sheet Empty", "reason": "the sheet is empty"},
            ],
        }))
        .unwrap();
        let mut window = harness(Vec::new(), move |ui, log: &mut Vec<usize>| {
            let data = Data {
                manifest: &manifest,
                can_open: &|row| row == 1,
            };
            log.extend(show(ui, &data));
        });
        for words in [
            "project.zip, 12, 3.4 MB",
            "sales, sales.csv, 1, 12,345",
            "model.py, 2, model.py.orig",
            "gone.txt, it vanished",
        ] {
            assert!(window.query_by_label(words).is_some(), "{words}");
        }
        window.get_by_label("Open gone.txt").click();
        window.run();
        window.get_by_label("Open plan.xlsx, sheet Empty").click();
        window.run();
        assert_eq!(*window.state(), [1], "what is gone can't be opened");
    }
}
