//! The whole base: how much there is, what takes it, and what a cleanup would free.

use eframe::egui::{Ui, vec2};

use super::fact;
use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::model::{Load, Model};
use crate::app::theme::{self, space};
use crate::app::views::commands;
use crate::app::widgets::chart::Chart;
use crate::app::widgets::stat::{self, Stat};
use crate::session::{SessionId, text};

pub fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    ui.label(theme::title("All sessions"));
    let path = model.base.display().to_string();
    ui.add(eframe::egui::Label::new(theme::caption(ui, path.clone())).truncate())
        .on_hover_text(path);
    if matches!(model.load, Load::Failed(_)) {
        return;
    }
    ui.add_space(space::S);
    figures(ui, model);
    if model.table.is_empty() {
        return;
    }
    ui.add_space(space::M);
    ui.label(theme::strong("Size of each session"));
    chart(ui, model, actions);
    ui.add_space(space::M);
    cleanup(ui, model, actions);
}

fn figures(ui: &mut Ui, model: &Model) {
    let total = model.table.total();
    let counting = if total.complete { "" } else { "still counting" };
    let free = model.free_disk.map_or_else(|| "–".to_owned(), text::bytes);
    let sessions = text::grouped(total.sessions as u64);
    let bytes = text::bytes(total.bytes);
    stat::row(
        ui,
        &[
            Stat {
                caption: "Sessions",
                figure: &sessions,
                hint: "",
            },
            Stat {
                caption: "Total",
                figure: &bytes,
                hint: counting,
            },
            Stat {
                caption: "Free disk",
                figure: &free,
                hint: "",
            },
        ],
    );
}

/// Oldest at the left, as time goes.
fn chart(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let ids = model.chart();
    let bytes: Vec<u64> = ids.iter().map(|(_, bytes)| *bytes).collect();
    let current = model.table.current();
    let chart = Chart {
        name: "Size of each session",
        bytes: &bytes,
        current: ids.iter().position(|(id, _)| Some(*id) == current),
        label: &|i| {
            ids.get(i)
                .map(|(id, _): &(SessionId, u64)| id.to_string())
                .unwrap_or_default()
        },
        ends: ("oldest", "newest"),
    };
    if let Some((id, _)) = chart.show(ui).and_then(|i| ids.get(i)) {
        actions.push(Action::Select(*id));
    }
}

fn cleanup(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    ui.label(theme::strong("Clean up"));
    let plan = model.cleanup_plan();
    let words = if plan.delete.is_empty() {
        "The rules keep every session".to_owned()
    } else {
        let count = text::count(plan.delete.len(), "session", "sessions");
        format!(
            "Would delete {count} and free {}",
            text::bytes(plan.bytes())
        )
    };
    ui.label(words);
    if !plan.spared.is_empty() {
        fact::show(
            ui,
            "Protected",
            &text::count(plan.spared.len(), "session", "sessions"),
        );
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing = vec2(space::S, space::S);
        commands::act_button(ui, model, Command::CleanUpPreview, actions);
    });
}
