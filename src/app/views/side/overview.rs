//! What is known of the open session, and what can be done with it.

use eframe::egui::{Ui, vec2};

use super::fact;
use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::format;
use crate::app::model::row::{Row, Size};
use crate::app::model::{Model, Open};
use crate::app::theme::{self, size, space};
use crate::app::views::commands;
use crate::app::widgets::{form, paint};
use crate::session::{Manifest, Origin, Skipped, text};

pub fn show(ui: &mut Ui, model: &Model, row: &Row, open: &Open, actions: &mut Vec<Action>) {
    let session = &row.session;
    ui.label(theme::title(session.id.to_string()));
    badges(ui, row);
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(space::S, space::S);
        commands::act_button(ui, model, Command::OpenFolder, actions);
        commands::act_button(ui, model, Command::MakeCurrent, actions);
        commands::act_button(ui, model, Command::TogglePin, actions);
        commands::act_button(ui, model, Command::Delete, actions);
    });
    ui.add_space(space::S);
    facts(ui, model, row);
    if let Some(Some(manifest)) = &open.manifest {
        told(ui, manifest);
    }
    warnings(ui, row);
}

/// What is special about it, as words in their colours.
fn badges(ui: &mut Ui, row: &Row) {
    let p = theme::palette(ui);
    let protection = row.session.protection;
    let all = [
        (protection.current, "Current", p.accent_ink),
        (protection.pinned, "Pinned", p.secondary),
        (protection.in_use, "In use", p.secondary),
        (row.is_damaged(), "Damaged", p.warning),
    ];
    let words: Vec<_> = all.into_iter().filter(|(holds, ..)| *holds).collect();
    if words.is_empty() {
        return;
    }
    ui.horizontal(|ui| {
        for (_, word, ink) in words {
            ui.colored_label(ink, word);
        }
    });
}

fn facts(ui: &mut Ui, model: &Model, row: &Row) {
    let session = &row.session;
    ui.spacing_mut().item_spacing.y = 0.0;
    fact::show(ui, "Created", &format::ago(session.created_at, model.now()))
        .on_hover_text(format::exact(session.created_at));
    fact::show(ui, "Size", &size_words(&row.size));
    if let Some(usage) = row.size.usage() {
        fact::show(ui, "On disk", &text::bytes(usage.disk_bytes));
        fact::show(ui, "Files", &text::grouped(usage.files));
    }
    if session.tables > 0 {
        fact::show(ui, "Tables", &text::grouped(session.tables as u64));
    }
    fact::show(ui, "Made by", origin(session.origin));
    let path = session.path.display().to_string();
    fact::show(ui, "Path", &path).on_hover_text(path);
    if !session.note.is_empty() {
        fact::show(ui, "Note", &session.note);
    }
    ui.spacing_mut().item_spacing.y = space::S;
}

fn size_words(size: &Size) -> String {
    match size {
        Size::Unknown => format::UNKNOWN.to_owned(),
        Size::Counting(usage) => format::at_least(usage.bytes),
        Size::Known(usage) => text::bytes(usage.bytes),
        Size::Failed(_) => "not known".to_owned(),
    }
}

fn origin(origin: Option<Origin>) -> &'static str {
    match origin {
        Some(Origin::Gui) => "this window",
        Some(Origin::Cli) => "the command line",
        Some(Origin::Api) => "an upload over HTTP",
        Some(Origin::Server) => "the start of a server",
        Some(Origin::Library) => "another program",
        Some(Origin::Unknown) | None => "EYProject's backend",
    }
}

/// What went into it, and what was left out.
fn told(ui: &mut Ui, manifest: &Manifest) {
    if !manifest.sources.is_empty() {
        ui.add_space(space::S);
        ui.label(theme::strong("Uploaded"));
        for source in &manifest.sources {
            let files = text::count(
                usize::try_from(source.files).unwrap_or(usize::MAX),
                "file",
                "files",
            );
            let figures = format!("{files}, {}", text::bytes(source.bytes));
            line(ui, &source.stored_as, &figures).on_hover_text(format!("From {}", source.path));
        }
    }
    if !manifest.skipped.is_empty() {
        ui.add_space(space::S);
        ui.label(theme::strong("Left out or changed"));
        for Skipped { file, reason } in &manifest.skipped {
            line(ui, file, reason).on_hover_text(format!("{file}: {reason}"));
        }
    }
}

/// A name, and grey words under it.
fn line(ui: &mut Ui, name: &str, words: &str) -> eframe::egui::Response {
    let height = size::ROW + space::S;
    let (rect, response) = ui.allocate_exact_size(
        vec2(ui.available_width(), height),
        eframe::egui::Sense::hover(),
    );
    let p = theme::palette(ui);
    let (top, bottom) = rect.split_top_bottom_at_fraction(0.55);
    paint::name(ui.painter(), top, name, paint::body(), p.text);
    paint::text(
        ui.painter(),
        bottom,
        eframe::egui::Align2::LEFT_CENTER,
        words,
        paint::small(),
        p.secondary,
    );
    response.widget_info(|| {
        eframe::egui::WidgetInfo::labeled(
            eframe::egui::Role::Label,
            true,
            format!("{name}, {words}"),
        )
    });
    response
}

fn warnings(ui: &mut Ui, row: &Row) {
    if !row.is_damaged() && !row.session.clock_ahead {
        return;
    }
    ui.add_space(space::S);
    form::boxed(ui, |ui| {
        for words in row.state_explained() {
            ui.label(words);
        }
    });
}
