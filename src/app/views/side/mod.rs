//! The right side: the open session, or what several selected ones are together, or the whole base.

mod base;
mod fact;
mod files;
mod overview;
mod several;

use eframe::egui::{ScrollArea, Ui, vec2};

use crate::app::action::Action;
use crate::app::model::{Model, SideTab};
use crate::app::theme::space;
use crate::app::widgets::tabs;

pub fn show(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing = vec2(space::S, space::S);
    match (model.open_row(), &model.open) {
        (Some(row), Some(open)) => {
            let chosen = usize::from(model.side == SideTab::Files);
            if let Some(tab) = tabs::show(ui, &["Overview", "Files"], chosen) {
                let tab = if tab == 0 {
                    SideTab::Overview
                } else {
                    SideTab::Files
                };
                actions.push(Action::Side(tab));
            }
            match model.side {
                SideTab::Overview => padded(ui, |ui| overview::show(ui, model, row, open, actions)),
                SideTab::Files => files::show(ui, row, open, actions),
            }
        }
        _ if model.selection.len() > 1 => padded(ui, |ui| several::show(ui, model, actions)),
        _ => padded(ui, |ui| base::show(ui, model, actions)),
    }
}

fn padded(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        eframe::egui::Frame::NONE
            .inner_margin(eframe::egui::Margin::same(space::L as i8))
            .show(ui, |ui| {
                ui.take_available_width();
                contents(ui);
            });
    });
}
