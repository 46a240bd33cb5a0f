//! The runs of the open session in its overview: what was run, what came of it, when; each leads to its output.

use chrono::{DateTime, FixedOffset};
use egui::Ui;

use super::run_tab;
use crate::app::format;
use crate::app::model::runs::result;
use crate::app::widgets::facts::{Column, Table};
use crate::run::Run;

/// Draws them, nothing where there are none; the name of the one that the person wants to look at.
pub fn show(ui: &mut Ui, runs: &[Run], now: DateTime<FixedOffset>) -> Option<String> {
    if runs.is_empty() {
        return None;
    }
    let column = |title, width| Column {
        title,
        width,
        number: false,
    };
    // As in the tab "Run": where there is little room its script needs it more, and when is in the tooltip.
    let columns: &[Column] = match ui.available_width() < run_tab::NARROW {
        true => &[column("Result", 120.0)],
        false => &[column("Result", 136.0), column("When", 88.0)],
    };
    let table = Table {
        heading: "Runs",
        first: "Script",
        columns,
        rows: runs.len(),
    };
    let cell = |row: usize, column| {
        runs.get(row).map_or_else(String::new, |run| match column {
            0 => run.record.script.to_string(),
            1 => result(run, now),
            _ => format::ago(run.record.started_at, now),
        })
    };
    let name = |row| {
        let cells = [0, 1, 2].map(|column| cell(row, column));
        format!("{}: open this run", cells.join(", "))
    };
    let pressed = table.show_leading(ui, cell, name)?;
    Some(runs.get(pressed)?.record.name.clone())
}
