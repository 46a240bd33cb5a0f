//! The messages at the right.

use egui::Ui;

use crate::app::action::Action;
use crate::app::model::Model;
use crate::app::model::toast::{Kind, Toast};
use crate::app::widgets::toast::{self, About, Asked};

/// As many are shown at once; the others wait behind them.
const MOST: usize = 4;

/// Draws them below the head of the right side, whose controls stay within reach.
pub fn show(ui: &Ui, model: &Model, head: f32, actions: &mut Vec<Action>) {
    let shown: Vec<&Toast> = model.toasts.iter().rev().take(MOST).collect();
    let cards = shown.iter().map(|t| toast::Toast {
        id: t.id,
        about: match t.kind {
            Kind::Notice => About::Done,
            Kind::Remark => About::Remark,
            Kind::Undo(_) => About::Undoable,
            Kind::Warning => About::Warning,
            Kind::Error => About::Error,
        },
        title: &t.title,
        body: t.body.as_deref().unwrap_or_default(),
        details: t.details.as_deref().unwrap_or_default(),
        open: t.open,
    });
    let top = head - ui.ctx().content_rect().top();
    let outcome = toast::show(ui.ctx(), top, cards);
    let hovered = model.toasts.iter().find(|t| t.hovered).map(|t| t.id);
    if outcome.hovered != hovered {
        actions.push(Action::HoverToast(outcome.hovered));
    }
    let Some((id, asked)) = outcome.asked else {
        return;
    };
    let Some(toast) = shown.into_iter().find(|t| t.id == id) else {
        return;
    };
    actions.push(match (asked, toast.batch()) {
        (Asked::Undo, Some(batch)) => Action::Undo(batch),
        (Asked::Details, _) => Action::ToastDetails(id),
        (Asked::Copy, _) => Action::Copy(toast.whole()),
        (Asked::Dismiss | Asked::Undo, _) => Action::Dismiss(id),
    });
}
