//! What stands in the place of the rows where there are none: first start, no match, a base that can't be read.

use std::time::Duration;

use eframe::egui::Ui;

use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::icons::Icon;
use crate::app::model::{Load, Model};
use crate::app::widgets::empty::Empty;

/// How long the base is read before a word is said about it.
pub const READING: Duration = Duration::from_millis(400);

/// Draws it if there are no rows; whether it did.
pub fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) -> bool {
    if model.table.shown_len() > 0 {
        return false;
    }
    let (place, does) = match &model.load {
        // Mostly it is there in a moment, and words would only flicker.
        Load::Reading if model.moment.clock < READING => return true,
        Load::Reading => {
            let reading = Empty {
                icon: Icon::Folder,
                sentence: "Reading the sessions…",
                hint: "",
                button: "",
                drop_target: false,
            };
            reading.show(ui);
            return true;
        }
        Load::Failed(problem) => (
            Empty {
                icon: Icon::Warning,
                sentence: &problem.title,
                hint: &problem.why,
                button: "Settings…",
                drop_target: false,
            },
            Action::Command(Command::Settings),
        ),
        Load::Ready if model.table.is_empty() => (
            Empty {
                icon: Icon::Upload,
                sentence: "No sessions yet",
                hint: "Drop files or a folder here to make one",
                button: "New from files…",
                drop_target: true,
            },
            Action::Command(Command::NewFromFiles),
        ),
        Load::Ready => (
            Empty {
                icon: Icon::Search,
                sentence: "No session matches the filter",
                hint: model.table.filter().problem.as_deref().unwrap_or(""),
                button: "Show all",
                drop_target: false,
            },
            Action::Filter(String::new()),
        ),
    };
    if place.show(ui) {
        actions.push(does);
    }
    true
}
