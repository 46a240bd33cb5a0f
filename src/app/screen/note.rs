//! The note of the open session while it is being typed. What was typed is kept whatever the person does
//! next: leaving the field writes it, and so does opening another session.

use crate::app::action::Action;
use crate::app::model::Model;
use crate::app::views::session_overview::Asked;
use crate::session::SessionId;

/// A note that is being typed.
#[derive(Debug, Default)]
pub struct Draft {
    id: Option<SessionId>,
    text: String,
    /// Whether it was changed and not yet handed over.
    changed: bool,
}

impl Draft {
    /// Goes over to the session that is open now.
    pub fn follow(&mut self, model: &Model, actions: &mut Vec<Action>) {
        let open = model.open.as_ref().map(|o| o.id);
        if open != self.id {
            self.hand_over(actions);
            self.id = open;
        }
        if !self.changed
            && let Some(row) = model.open_row()
            && row.session.note != self.text
        {
            self.text.clone_from(&row.session.note);
        }
    }

    /// What is being typed.
    pub fn text(&mut self) -> &mut String {
        &mut self.text
    }

    /// What the person did in the field.
    pub fn take(&mut self, asked: Option<Asked>, model: &Model, actions: &mut Vec<Action>) {
        let saved = model.open_row().map(|r| r.session.note.as_str());
        if asked.is_some() {
            self.changed = saved != Some(self.text.as_str());
        }
        if asked == Some(Asked::NoteDone) {
            self.hand_over(actions);
        }
    }

    fn hand_over(&mut self, actions: &mut Vec<Action>) {
        if std::mem::take(&mut self.changed)
            && let Some(id) = self.id
        {
            actions.push(Action::Note(id, self.text.trim().to_owned()));
        }
    }
}
