//! The bottom: running jobs, then a line on the base.

use egui::{Align, Frame, Label, Layout, Margin, Panel, Ui, vec2};

use super::{commands, server};
use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::format;
use crate::app::model::Model;
use crate::app::model::job::Job;
use crate::app::theme::{self, size, space};
use crate::app::widgets::paint;
use crate::app::widgets::progress::{self, Asked};
use crate::session::text;

pub fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let p = theme::palette(ui);
    Panel::bottom("status")
        .exact_size(size::ROW)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::NONE.fill(p.panel))
        .show(ui, |ui| status(ui, model, actions));
    if model.jobs.is_empty() {
        return;
    }
    let margin = Margin::symmetric(space::L as i8, space::S as i8);
    Panel::bottom("jobs")
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::NONE.fill(p.panel).inner_margin(margin))
        .show(ui, |ui| {
            let outer = ui.max_rect().expand2(vec2(space::L, space::S));
            ui.painter().hline(
                outer.x_range(),
                outer.top(),
                paint::hairline(ui.painter(), p),
            );
            for job in &model.jobs {
                job_row(ui, job, actions);
            }
        });
}

fn job_row(ui: &mut Ui, job: &Job, actions: &mut Vec<Action>) {
    let rate = job.bytes_per_second().map(format::rate);
    let left = job.time_left().map(format::time_left);
    let figures = progress::figures(&job.reading, rate, left);
    let row = progress::Job {
        title: &job.title,
        step: &job.words(),
        share: job.fraction(),
        figures: &figures,
        can_cancel: job.can_cancel,
        cancelling: job.cancelling,
        failures: &[],
        failures_open: false,
    };
    if let Some(Asked::Cancel) = ui.push_id(job.id, |ui| row.show(ui)).inner {
        actions.push(Action::Cancel(job.id));
    }
}

fn status(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let p = theme::palette(ui);
    let rect = ui.max_rect();
    ui.painter()
        .hline(rect.x_range(), rect.top(), paint::hairline(ui.painter(), p));
    ui.spacing_mut().item_spacing = vec2(space::L, 0.0);
    ui.horizontal_centered(|ui| {
        ui.add_space(space::M);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(space::S);
            commands::icon_button(ui, model, Command::Shortcuts, actions);
            server::status(ui, model, actions);
            if let Some(free) = model.free_disk {
                ui.label(theme::caption(ui, format!("{} free", text::bytes(free))));
            }
            let total = model.table.total();
            let sign = if total.complete { "" } else { "≥ " };
            ui.label(theme::caption(
                ui,
                format!("{sign}{}", text::bytes(total.bytes)),
            ));
            let sessions = text::count(total.sessions, "session", "sessions");
            let selected = model.selection.len();
            let words = if selected > 1 {
                format!("{} of {sessions} selected", text::grouped(selected as u64))
            } else {
                sessions
            };
            ui.label(theme::caption(ui, words));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let path = model.base.display().to_string();
                let room = ui.available_width();
                let short = paint::shortened(ui.painter(), &path, &paint::small(), room);
                ui.add(Label::new(theme::caption(ui, short)))
                    .on_hover_text(path);
            });
        });
    });
}
