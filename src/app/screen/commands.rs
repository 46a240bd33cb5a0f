//! Commands as buttons and lines of menus: word, sign, key and the reason why not, all from the registry.

use egui::Ui;

use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::format;
use crate::app::model::Model;

use crate::app::widgets::button::Button;
use crate::app::widgets::menu::Item;

use crate::session::{Plan, text};

/// What a control of a command says.
#[derive(Debug, Clone)]
pub struct Words {
    label: String,
    keys: String,
    why_not: Option<String>,
}

impl Words {
    /// What the control of `command` says now.
    pub fn of(ui: &Ui, model: &Model, command: Command) -> Self {
        Self {
            label: command.label(model),
            keys: format::shortcut(ui.ctx(), &command.shortcut()),
            why_not: command.enabled(model).err(),
        }
    }
}

/// The button of a command.
pub fn button<'a>(words: &'a Words, model: &Model, command: Command) -> Button<'a> {
    let button = Button::new(&words.label)
        .shortcut(&words.keys)
        .disabled_because(words.why_not.as_deref());
    match command.icon(model) {
        Some(icon) => button.with_icon(icon),
        None => button,
    }
}

/// The button of a command, which acts.
pub fn act_button(ui: &mut Ui, model: &Model, command: Command, actions: &mut Vec<Action>) {
    let words = Words::of(ui, model, command);
    if button(&words, model, command).show(ui).clicked() {
        actions.push(Action::Command(command));
    }
}

/// The sign of a command alone, as a button which acts.
pub fn icon_button(ui: &mut Ui, model: &Model, command: Command, actions: &mut Vec<Action>) {
    let words = Words::of(ui, model, command);
    let Some(icon) = command.icon(model) else {
        return;
    };
    let button = Button::icon(icon, &words.label)
        .shortcut(&words.keys)
        .disabled_because(words.why_not.as_deref());
    if button.show(ui).clicked() {
        actions.push(Action::Command(command));
    }
}

/// The line of a command in a menu, which acts.
pub fn item(ui: &mut Ui, model: &Model, command: Command, actions: &mut Vec<Action>) {
    let words = Words::of(ui, model, command);
    let mut item = Item::new(&words.label)
        .shortcut(&words.keys)
        .disabled_because(words.why_not.as_deref());
    if let Some(icon) = command.icon(model) {
        item = item.icon(icon);
    }
    if command == Command::DeleteForever {
        item = item.danger();
    }
    if item.show(ui) {
        actions.push(Action::Command(command));
    }
}

/// What a cleanup would do, for a tooltip.
pub fn cleanup_tip(plan: &Plan) -> String {
    const NAMED: usize = 5;
    let mut lines: Vec<String> = plan
        .delete
        .iter()
        .take(NAMED)
        .map(|d| {
            let size = d
                .bytes
                .map(|b| format!(", {}", text::bytes(b)))
                .unwrap_or_default();
            format!("{}{size}", d.id)
        })
        .collect();
    if plan.delete.len() > NAMED {
        lines.push(format!(
            "and {} more",
            text::grouped((plan.delete.len() - NAMED) as u64)
        ));
    }
    let count = text::count(plan.delete.len(), "session", "sessions");
    lines.insert(
        0,
        format!(
            "Deletes {count}, {}; can be undone",
            text::bytes(plan.bytes)
        ),
    );
    lines.join("\n")
}
