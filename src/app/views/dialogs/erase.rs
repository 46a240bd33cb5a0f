//! The question before a deletion that can't be undone.

use eframe::egui::Ui;

use crate::app::action::Action;
use crate::app::model::dialog::{Answer, Erase};
use crate::app::theme::{self, space};
use crate::app::widgets::dialog::{self, Dialog};
use crate::session::text;

pub fn show(ui: &Ui, question: &Erase, actions: &mut Vec<Action>) {
    let count = text::count(question.ids.len(), "session", "sessions");
    let title = format!("Delete {count} permanently?");
    let yes = format!("Delete {count}");
    let (answer, ()) = Dialog::new(&title).yes_for_good(&yes).show(ui.ctx(), |ui| {
        let least = if question.complete { "" } else { "at least " };
        ui.label(format!(
            "This removes {least}{} from the disk. It can't be undone.",
            text::bytes(question.bytes)
        ));
        ui.add_space(space::XS);
        let (oldest, newest) = question.range;
        if oldest == newest {
            ui.label(theme::strong(oldest.to_string()));
        } else {
            ui.label(format!("Oldest: {oldest}"));
            ui.label(format!("Newest: {newest}"));
        }
        if question.spared > 0 {
            let kept = text::count(question.spared, "session stays", "sessions stay");
            ui.label(theme::caption(
                ui,
                format!("{kept}: current, in use or pinned"),
            ));
        }
    });
    actions.extend(answer.map(|answer| {
        Action::Answer(match answer {
            dialog::Answer::Yes => Answer::Erase,
            dialog::Answer::No => Answer::Close,
        })
    }));
}
