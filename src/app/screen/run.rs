//! The tab "Run" and the questions about runs: their views are given what they show of the model.

use egui::Ui;

use super::Memory;
use crate::app::action::{Action, RunAction, RunAnswer};
use crate::app::model::dialog::RunQuestion;
use crate::app::model::row::Row;
use crate::app::model::{Model, runs::Shown};
use crate::app::views::run_dialogs::{self, Closing};
use crate::app::views::run_output::Output;
use crate::app::views::{run_page, run_tab};
use crate::run::Files;

pub fn show(
    ui: &mut Ui,
    model: &Model,
    row: Row<'_>,
    memory: &mut Memory,
    actions: &mut Vec<Action>,
) {
    let focus = std::mem::take(&mut memory.focus_output) && !ui.ctx().text_edit_focused();
    match &model.runs.shown {
        Some(shown) => page(ui, model, row, (shown, focus), actions),
        None => tab(ui, model, actions),
    }
}

fn tab(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let runs = &model.runs;
    let data = run_tab::Data {
        scripts: runs.scripts.as_ref(),
        chosen: runs.chosen.as_ref(),
        runs: &runs.runs,
        starting: runs.starting > 0,
        now: model.now(),
    };
    let mut form = runs.form.clone();
    let asked = run_tab::show(ui, &data, &mut form);
    if form != runs.form {
        actions.push(Action::Run(RunAction::Edit(form)));
    }
    actions.extend(asked.and_then(|asked| {
        Some(Action::Run(match asked {
            run_tab::Asked::Choose(script) => RunAction::Choose(script),
            run_tab::Asked::Start => RunAction::Start,
            run_tab::Asked::Show(name) => RunAction::Show(name),
            run_tab::Asked::Typed => return None,
        }))
    }));
}

fn page(
    ui: &mut Ui,
    model: &Model,
    row: Row<'_>,
    (shown, focus): (&Shown, bool),
    actions: &mut Vec<Action>,
) {
    let run = model.runs.shown_run();
    let data = run_page::Data {
        run,
        typed_since: run.and_then(|run| model.runs.typed_since(run)),
        now: model.now(),
        problem: shown.problem.as_ref().map(|p| p.why.as_str()),
        output: Output {
            name: &shown.name,
            total: shown.total,
            first: shown.first,
            lines: &shown.lines,
            asked: shown.asked,
            found: shown.find.at.map(|at| (at, shown.find.found)),
            focus,
        },
        find: &shown.find,
    };
    let name = || shown.name.clone();
    actions.extend(run_page::show(ui, &data).map(|asked| match asked {
        run_page::Asked::Back => Action::Run(RunAction::Back),
        run_page::Asked::Stop => Action::Run(RunAction::Stop(name())),
        run_page::Asked::Again => Action::Run(RunAction::Again(name())),
        run_page::Asked::OpenLog => {
            Action::OpenFile(Files::of(&row.session.path, &shown.name).log())
        }
        run_page::Asked::Open(path) => Action::OpenFile(row.session.path.join(path)),
        run_page::Asked::Find(needle, on) => Action::Run(RunAction::Find(needle, on)),
        run_page::Asked::CopyLine(line) => Action::Run(RunAction::CopyLine(line)),
        run_page::Asked::CopyOutput => Action::Run(RunAction::CopyOutput),
        run_page::Asked::Want(first, count) => Action::Run(RunAction::Want(first, count)),
    }));
}

/// The open question.
pub fn question(ui: &Ui, model: &Model, question: RunQuestion, actions: &mut Vec<Action>) {
    let runs = &model.runs;
    let answer = match question {
        RunQuestion::Consent => {
            let script = runs.chosen.as_ref().map_or("", |s| s.as_str());
            let id = runs.session.map(|id| id.to_string()).unwrap_or_default();
            run_dialogs::consent(ui.ctx(), script, &id).map(|yes| match yes {
                true => RunAnswer::Allow,
                false => RunAnswer::No,
            })
        }
        RunQuestion::Closing => run_dialogs::closing(ui.ctx(), runs.count()).map(|how| match how {
            Closing::Stop => RunAnswer::StopAll,
            Closing::Leave => RunAnswer::Leave,
            Closing::Cancel => RunAnswer::No,
        }),
    };
    actions.extend(answer.map(|answer| Action::Run(RunAction::Answer(answer))));
}
