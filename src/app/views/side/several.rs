//! What several selected sessions are together.

use eframe::egui::{Ui, vec2};

use super::fact;
use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::model::Model;
use crate::app::model::row::Row;
use crate::app::theme::{self, space};
use crate::app::views::commands;
use crate::app::widgets::stat::{self, Stat};
use crate::session::text;

pub fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let count = text::count(model.selection.len(), "session", "sessions");
    ui.label(theme::title(count));
    let rows: Vec<&Row> = model.selected_rows().collect();
    let bytes = rows.iter().filter_map(|r| r.size.bytes()).sum();
    let files = rows
        .iter()
        .filter_map(|r| r.size.usage())
        .map(|u| u.files)
        .sum();
    let complete = rows.iter().all(|r| r.size.is_final());
    let hint = if complete { "" } else { "still counting" };
    ui.add_space(space::S);
    stat::row(
        ui,
        &[
            Stat {
                caption: "Together",
                figure: &text::bytes(bytes),
                hint,
            },
            Stat {
                caption: "Files",
                figure: &text::grouped(files),
                hint: "",
            },
        ],
    );
    ui.add_space(space::S);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(space::S, space::S);
        for command in [Command::TogglePin, Command::CopyPath, Command::Delete] {
            commands::act_button(ui, model, command, actions);
        }
    });
    ui.add_space(space::S);
    ui.spacing_mut().item_spacing.y = 0.0;
    let ids = || rows.iter().map(|r| r.session.id);
    if let (Some(newest), Some(oldest)) = (ids().max(), ids().min()) {
        fact::show(ui, "Newest", &newest.to_string());
        fact::show(ui, "Oldest", &oldest.to_string());
    }
    let protected = rows.iter().filter(|r| r.session.protection.any()).count();
    if protected > 0 {
        let words = format!("{protected}: current, in use or pinned");
        fact::show(ui, "Protected", &words);
    }
}
