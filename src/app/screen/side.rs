//! The right side: the open session, or what several selected ones are together, or the whole base.

use egui::{Frame, Margin, Rect, Ui, UiBuilder, vec2};

use super::{Memory, commands, files, run};
use crate::app::action::{Action, RunAction};
use crate::app::command::Command;
use crate::app::format;
use crate::app::model::row::{Row, Size};
use crate::app::model::tree::Tree;
use crate::app::model::{Load, Model, Open, SideTab};
use crate::app::theme::{self, size, space};
use crate::app::views::data;
use crate::app::views::{base_overview, session_overview};
use crate::app::widgets::facts::{self, Fact};
use crate::app::widgets::number::Bytes;
use crate::app::widgets::stat::{self, Stat};
use crate::app::widgets::tabs;
use crate::session::text;

/// Height of what stands above the page where no session is open: its title and the buttons.
const HEAD: f32 = space::L + 2.0 * size::ROW + space::S;

/// Draws it; where its head ends, which messages leave free.
pub fn show(ui: &mut Ui, model: &Model, memory: &mut Memory, actions: &mut Vec<Action>) -> f32 {
    let head = ui.max_rect().top() + HEAD;
    ui.spacing_mut().item_spacing = vec2(space::S, 0.0);
    memory.note.follow(model, actions);
    match (model.open_row(), &model.open) {
        (Some(row), Some(open)) => return session(ui, model, row, open, memory, actions),
        _ if model.selection.len() > 1 => several(ui, model, actions),
        _ => base(ui, model, actions),
    }
    head
}

fn session(
    ui: &mut Ui,
    model: &Model,
    row: Row<'_>,
    open: &Open,
    memory: &mut Memory,
    actions: &mut Vec<Action>,
) -> f32 {
    heading(ui, model, row, actions);
    const TABS: [(SideTab, &str); 4] = [
        (SideTab::Overview, "Overview"),
        (SideTab::Files, "Files"),
        (SideTab::Data, "Data"),
        (SideTab::Run, "Run"),
    ];
    let chosen = TABS.iter().position(|(t, _)| *t == model.side).unwrap_or(0);
    let line = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), tabs::HEIGHT));
    if let Some(tab) = tabs::show(ui, &TABS.map(|(_, name)| name), chosen) {
        actions.extend(TABS.get(tab).map(|(t, _)| Action::Side(*t)));
    }
    let end = line.with_min_x(line.right() - size::ROW - space::S);
    let end = end.shrink2(vec2(0.0, (tabs::HEIGHT - size::ROW) / 2.0));
    let mut end = ui.new_child(UiBuilder::new().max_rect(end));
    commands::icon_button(&mut end, model, Command::Widen, actions);
    match model.side {
        SideTab::Overview => overview(ui, model, row, open, memory, actions),
        SideTab::Files => files::show(ui, model, memory, actions),
        SideTab::Data => {
            let mut asked = Vec::new();
            data::show(ui, &model.data, &model.sql_history, &mut asked);
            actions.extend(asked.into_iter().map(Action::Data));
        }
        SideTab::Run => run::show(ui, model, row, memory, actions),
    }
    line.bottom()
}

/// Narrower, "Make current" is a sign without words.
const ALL_BUTTONS: f32 = 344.0;

/// Its name, and what can be done with it.
fn heading(ui: &mut Ui, model: &Model, row: Row<'_>, actions: &mut Vec<Action>) {
    let margin = Margin {
        left: space::L as i8,
        right: space::L as i8,
        top: space::M as i8,
        bottom: space::XS as i8,
    };
    Frame::NONE.inner_margin(margin).show(ui, |ui| {
        ui.take_available_width();
        ui.spacing_mut().item_spacing = vec2(space::S, space::S);
        ui.label(theme::title(row.session.id.to_string()));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let roomy = ui.available_width() >= ALL_BUTTONS;
            commands::act_button(ui, model, Command::OpenFolder, actions);
            if roomy {
                commands::act_button(ui, model, Command::MakeCurrent, actions);
            } else {
                commands::icon_button(ui, model, Command::MakeCurrent, actions);
            }
            for command in [Command::TogglePin, Command::CopyPath, Command::Delete] {
                commands::icon_button(ui, model, command, actions);
            }
        });
    });
}

fn overview(
    ui: &mut Ui,
    model: &Model,
    row: Row<'_>,
    open: &Open,
    memory: &mut Memory,
    actions: &mut Vec<Action>,
) {
    let usage = row
        .size
        .usage()
        .map(|u| (u, matches!(row.size, Size::Known(_))));
    let unreadable = match row.size {
        Size::Failed(why) => Some(why.as_str()),
        Size::Unknown | Size::Counting(_) | Size::Known(_) => None,
    };
    let damaged = "Its manifest can't be believed, so nothing can be written to it";
    let data = session_overview::Data {
        session: row.session,
        manifest: open.manifest.as_ref().and_then(|m| m.as_deref()),
        usage,
        files: row.files().unwrap_or(0),
        unreadable,
        kinds: open.tree().map(Tree::kinds).unwrap_or_default(),
        runs: &model.runs.runs,
        places: &open.places,
        note_fixed: row.session.problem.as_ref().map(|_| damaged),
        now: model.now(),
    };
    let asked = session_overview::show(ui, &data, memory.note.text());
    match asked {
        Some(session_overview::Asked::Open(line)) => actions.extend(look_at(row, open, line)),
        Some(session_overview::Asked::Run(name)) => {
            actions.push(Action::Side(SideTab::Run));
            actions.push(Action::Run(RunAction::Show(name)));
        }
        asked => memory.note.take(asked, model, actions),
    }
}

/// Opens what a line of the upload's report is about; what lies outside the session is only shown.
fn look_at(row: Row<'_>, open: &Open, line: usize) -> Option<Action> {
    let path = open.places.get(line)?.clone()?;
    Some(match path.starts_with(&row.session.path) {
        true => Action::OpenFile(path),
        false => Action::RevealFile(path),
    })
}

fn several(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let sum = model.selected_total();
    Frame::NONE
        .inner_margin(Margin::same(space::L as i8))
        .show(ui, |ui| {
            ui.take_available_width();
            ui.spacing_mut().item_spacing = vec2(space::S, space::S);
            ui.label(theme::title(text::count(
                sum.sessions,
                "session",
                "sessions",
            )));
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = space::XS;
                commands::act_button(ui, model, Command::Delete, actions);
                for command in [Command::TogglePin, Command::CopyPath] {
                    commands::icon_button(ui, model, command, actions);
                }
            });
            ui.add_space(space::S);
            let hint = if sum.complete { "" } else { "still counting" };
            stat::row(
                ui,
                &[
                    Stat {
                        caption: "Takes",
                        figure: &text::bytes(sum.bytes),
                        hint,
                    },
                    Stat {
                        caption: "Files",
                        figure: &text::grouped(sum.files),
                        hint: "",
                    },
                ],
            );
            ui.add_space(space::S);
            ui.spacing_mut().item_spacing.y = 0.0;
            let fact = |label, value| Fact {
                label,
                value,
                tip: String::new(),
            };
            let mut all = Vec::new();
            if let Some((oldest, newest)) = sum.range {
                all.push(fact("Newest", newest.to_string()));
                all.push(fact("Oldest", oldest.to_string()));
            }
            if sum.protected > 0 {
                let count = text::count(sum.protected, "is", "are");
                all.push(fact(
                    "Protected",
                    format!("{count} current, in use or pinned"),
                ));
            }
            facts::show(ui, &all);
        });
}

fn base(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    if !matches!(model.load, Load::Ready) {
        return;
    }
    let chart = model.chart();
    let total = model.table.total();
    let bytes = if total.complete {
        Bytes::Known(total.bytes)
    } else {
        Bytes::AtLeast(total.bytes)
    };
    let plan = model.cleanup_plan();
    let age = |row: Option<Row<'_>>| {
        row.map(|r| format::ago(r.session.created_at, model.now()))
            .unwrap_or_default()
    };
    let (oldest, newest) = (
        age(model.table.rows().next_back()),
        age(model.table.rows().next()),
    );
    let path = model.base.display().to_string();
    let data = base_overview::Data {
        base: &path,
        total: bytes,
        free_disk: model.free_disk,
        cleanup: (total.complete || !plan.delete.is_empty())
            .then_some((plan.delete.len(), plan.bytes)),
        bytes: &chart.bytes,
        current: chart.current,
        label: &|i| {
            chart
                .ids
                .get(i)
                .map(ToString::to_string)
                .unwrap_or_default()
        },
        ends: (&oldest, &newest),
        notices: &[],
    };
    let asked = base_overview::show(ui, &data);
    actions.extend(asked.and_then(|asked| {
        Some(match asked {
            base_overview::Asked::Select(i) => Action::Select(*chart.ids.get(i)?),
            base_overview::Asked::CleanUp => Action::Command(Command::CleanUpPreview),
            base_overview::Asked::OpenBase => Action::OpenFile(model.base.clone()),
        })
    }));
}
