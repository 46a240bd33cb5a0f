//! What is said while files hover over the window.

use eframe::egui::Ui;

use crate::app::model::{Bundle, Model};
use crate::app::widgets::empty;
use crate::session::text;

pub fn show(ui: &Ui, model: &Model) {
    if let Some(bundle) = &model.hover {
        empty::drop_overlay(ui, &sentence(bundle), &figures(bundle));
    }
}

fn sentence(bundle: &Bundle) -> String {
    const NAMED: usize = 3;
    let named = bundle
        .names
        .iter()
        .take(NAMED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let more = bundle.entries.saturating_sub(NAMED);
    if more == 0 {
        format!("Drop to make a session from {named}")
    } else {
        format!(
            "Drop to make a session from {named} and {} more",
            text::grouped(more as u64)
        )
    }
}

fn figures(bundle: &Bundle) -> String {
    if bundle.files == 0 && !bundle.complete {
        return String::new();
    }
    let files = text::count(
        usize::try_from(bundle.files).unwrap_or(usize::MAX),
        "file",
        "files",
    );
    let sign = if bundle.complete { "" } else { "at least " };
    format!("{sign}{files}, {}", text::bytes(bundle.bytes))
}
