//! The two questions about runs: whether a session's code may run, and what becomes of runs when the window
//! closes.

use egui::Context;

use crate::app::theme;
use crate::app::widgets::dialog::{Answer, Dialog};
use crate::session::text;

/// Asks whether `script` of the session `id` may run; the answer, once there is one.
pub fn consent(ctx: &Context, script: &str, id: &str) -> Option<bool> {
    let title = format!("Run {}?", text::one_line(script));
    let dialog = Dialog::new(&title).yes("Run").width(440.0);
    let shown = dialog.show(ctx, |ui| {
        ui.label(format!("Nothing of {id} has been run from this window yet."));
        ui.label("A script can do whatever you can: read, change and send your files. Run it only if you trust where the session comes from.");
        ui.label(theme::caption(ui, "This is asked once for each session."));
    });
    shown.0.map(|answer| answer == Answer::Yes)
}

/// How a person closes a window while runs go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// End them first.
    Stop,
    /// They go on.
    Leave,
    /// Don't close it.
    Cancel,
}

/// Asks what becomes of `going` runs.
pub fn closing(ctx: &Context, going: usize) -> Option<Closing> {
    let (title, words, stop) = match going {
        1 => (
            "Close the window while a run goes on?".to_owned(),
            "It can go on without the window, and is found again when it is opened.",
            "Stop it",
        ),
        _ => (
            format!(
                "Close the window while {} go on?",
                text::count(going, "run", "runs")
            ),
            "They can go on without the window, and are found again when it is opened.",
            "Stop them",
        ),
    };
    let dialog = Dialog::new(&title)
        .yes("Leave running")
        .or(stop)
        .width(440.0);
    let (answer, ()) = dialog.show(ctx, |ui| {
        ui.label(words);
    });
    answer.map(|answer| match answer {
        Answer::Yes => Closing::Leave,
        Answer::Other => Closing::Stop,
        Answer::No => Closing::Cancel,
    })
}
