//! The runs of the open session in its overview: what was run, what came of it, when.

use chrono::{DateTime, FixedOffset};
use egui::Ui;

use crate::app::format;
use crate::app::model::runs::result;
use crate::app::widgets::facts::{Column, Table};
use crate::run::Run;

/// Draws them; nothing where there are none.
pub fn show(ui: &mut Ui, runs: &[Run], now: DateTime<FixedOffset>) {
    if runs.is_empty() {
        return;
    }
    let column = |title, width| Column {
        title,
        width,
        number: false,
    };
    let columns = [column("Result", 120.0), column("When", 96.0)];
    let table = Table {
        heading: "Runs",
        first: "Script",
        columns: &columns,
        rows: runs.len(),
    };
    table.show(ui, |row, column| {
        runs.get(row).map_or_else(String::new, |run| match column {
            0 => run.record.script.to_string(),
            1 => result(run),
            _ => format::ago(run.record.started_at, now),
        })
    });
}
