//! Copies of the output of a run: a line, or what is known of all of it. Says what is missing.

use super::super::action::{Effect, UiEffect};
use super::super::model::Model;
use super::super::model::runs::LogLine;
use crate::session::text;

/// As many bytes are put on the clipboard at most.
const MOST: usize = 1 << 20;

/// The line of this number, if it is known.
pub fn line(model: &Model, number: usize) -> Vec<Effect> {
    let line = model.runs.shown.as_ref().and_then(|shown| {
        let at = number.checked_sub(shown.first)?;
        shown.lines.get(at)
    });
    line.map(|line| copy(line.text())).into_iter().collect()
}

/// The lines around those that are seen; how many of all they are is told, if others are left out.
pub fn output(model: &mut Model) -> Vec<Effect> {
    let Some(shown) = &model.runs.shown else {
        return Vec::new();
    };
    let (lines, copied) = joined(&shown.lines);
    if copied == 0 {
        return Vec::new();
    }
    if copied < shown.total {
        let title = format!(
            "Copied {} of {} lines",
            text::grouped(copied as u64),
            text::grouped(shown.total as u64)
        );
        let from = text::grouped(shown.first as u64 + 1);
        let why =
            format!("From line {from} on, those around what is seen; open the log to have all");
        model.toasts.warning(title, Some(why), None);
    }
    vec![copy(lines)]
}

fn copy(text: String) -> Effect {
    Effect::Ui(UiEffect::CopyText(text))
}

/// The text of as many lines as there is room for, and how many those are.
fn joined(lines: &[LogLine]) -> (String, usize) {
    let mut all = String::new();
    for (copied, line) in lines.iter().enumerate() {
        let said = line.text();
        if all.len() + said.len() >= MOST {
            return (all, copied);
        }
        all += &said;
        all.push('\n');
    }
    (all, lines.len())
}
