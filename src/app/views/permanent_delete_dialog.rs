//! The question before a deletion that can't be undone.

use eframe::egui::Context;

use crate::app::theme::{self, space};
use crate::app::widgets::dialog::{Answer, Dialog};
use crate::app::widgets::facts::{self, Fact};
use crate::app::widgets::number::Bytes;
use crate::session::{SessionId, text};

/// What would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Data {
    /// How many.
    pub count: usize,
    /// What they take together.
    pub bytes: Bytes,
    /// The oldest of them.
    pub oldest: SessionId,
    /// The newest of them.
    pub newest: SessionId,
    /// How many of the selected ones stay because something protects them.
    pub spared: usize,
}

/// Draws the question; the answer, once there is one.
pub fn show(ctx: &Context, data: &Data) -> Option<Answer> {
    let sessions = text::count(data.count, "session", "sessions");
    let title = format!("Delete {sessions} permanently?");
    let yes = format!("Delete {sessions}");
    let dialog = Dialog::new(&title).yes_for_good(&yes);
    let shown = dialog.show(ctx, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let fact = |label, value| Fact {
            label,
            value,
            tip: String::new(),
        };
        let mut all = vec![fact("Total size", data.bytes.words())];
        if data.count == 1 {
            all.insert(0, fact("Session", data.oldest.to_string()));
        } else {
            all.push(fact("Oldest", data.oldest.to_string()));
            all.push(fact("Newest", data.newest.to_string()));
        }
        facts::show(ui, &all);
        ui.add_space(space::S);
        ui.label("They don't go to the trash and can't be brought back.");
        if data.spared > 0 {
            let stay = text::count(
                data.spared,
                "protected session stays",
                "protected sessions stay",
            );
            ui.label(theme::caption(ui, stay));
        }
    });
    shown.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    fn id(text: &str) -> SessionId {
        format!("session_{text}").parse().unwrap()
    }

    #[test]
    fn the_question_names_what_goes_and_begins_on_cancel() {
        let data = Data {
            count: 14,
            bytes: Bytes::AtLeast(3_200_000_000),
            oldest: id("20250101_000000"),
            newest: id("20250710_153000"),
            spared: 1,
        };
        let mut window = harness(None, move |ui, answer| {
            *answer = show(ui.ctx(), &data).or(*answer)
        });
        window.run();
        for words in [
            "Delete 14 sessions permanently?",
            "Total size: at least 3.2 GB",
            "Oldest: session_20250101_000000",
            "Newest: session_20250710_153000",
            "1 protected session stays",
        ] {
            assert!(window.query_all_by_label(words).next().is_some(), "{words}");
        }
        assert!(window.get_by_label("Cancel").is_focused());
        window.get_by_label("Delete 14 sessions").click();
        window.run();
        assert_eq!(*window.state(), Some(Answer::Yes));
    }
}
