//! What happens to scripts and runs: choosing, typing, starting, stopping, following, and closing the window
//! while some go on.

use std::time::Duration;

use super::super::action::{Effect, RunAction, RunAnswer, RunEffect, RunReport, UiEffect};
use super::super::model::dialog::{Dialog, RunQuestion};
use super::super::model::runs::{self, Form, Shown};
use super::super::model::{Model, SideTab};
use super::{relist, run_copy};
use crate::run::{Request, Run, ScriptPath, State};
use crate::session::{SessionId, text};

/// Asks for what the right side shows of runs and doesn't know yet.
pub fn load(model: &mut Model) -> Vec<Effect> {
    let Some(open) = model.open.as_ref().map(|o| o.id) else {
        return leave(model);
    };
    let Some(dir) = model.table.get(open).map(|row| row.session.path.clone()) else {
        return Vec::new();
    };
    let mut effects = Vec::new();
    if model.runs.session != Some(open) {
        effects.extend(leave(model));
        model.runs.session = Some(open);
        effects.push(Effect::Run(RunEffect::LoadRuns(open, dir.clone())));
    }
    if model.side == SideTab::Run && model.runs.scripts.is_none() {
        effects.push(Effect::Run(RunEffect::LoadScripts(open, dir)));
    }
    effects
}

fn leave(model: &mut Model) -> Vec<Effect> {
    let followed = model.runs.shown.is_some();
    model.runs.leave();
    followed
        .then_some(Effect::Run(RunEffect::Unfollow))
        .into_iter()
        .collect()
}

/// Something in these sessions has changed: runs may have begun or ended there.
pub fn content_changed(model: &Model, ids: &[SessionId]) -> Vec<Effect> {
    let concerns = |id: SessionId| {
        model.runs.session == Some(id) || model.runs.going.iter().any(|(going, _)| *going == id)
    };
    let changed = ids.iter().copied().filter(|id| concerns(*id));
    let effects = changed.filter_map(|id| {
        let dir = model.table.get(id)?.session.path.clone();
        Some(Effect::Run(RunEffect::LoadRuns(id, dir)))
    });
    effects.collect()
}

/// What the person does.
pub fn act(model: &mut Model, action: RunAction) -> Vec<Effect> {
    match action {
        RunAction::Choose(script) => choose(model, script),
        RunAction::Edit(form) => model.runs.form = form,
        RunAction::Start => return ask_or_start(model),
        RunAction::Stop(name) => return stop(model, name),
        RunAction::Show(name) => return show(model, name),
        RunAction::Back => {
            model.runs.shown = None;
            return vec![Effect::Run(RunEffect::Unfollow)];
        }
        RunAction::Again(name) => return again(model, &name),
        RunAction::Want(first, count) => {
            if let Some(shown) = &mut model.runs.shown {
                shown.asked = (first, count);
                return vec![Effect::Run(RunEffect::Want(first, count))];
            }
        }
        RunAction::Find(needle, on) => {
            if let Some(shown) = &mut model.runs.shown {
                let find = &mut shown.find;
                if find.needle != needle {
                    // As more is typed, the same line may still do.
                    find.at = find.at.and_then(|at| at.checked_sub(1));
                }
                find.looking = !needle.is_empty();
                find.needle.clone_from(&needle);
                if find.looking {
                    return vec![Effect::Run(RunEffect::Find(needle, find.at, on))];
                }
                find.at = None;
            }
        }
        RunAction::CopyLine(line) => return run_copy::line(model, line),
        RunAction::CopyOutput => return run_copy::output(model),
        RunAction::CloseAsked => return close_asked(model),
        RunAction::Answer(answer) => return answered(model, answer),
    }
    Vec::new()
}

/// What jobs report.
pub fn take(model: &mut Model, report: RunReport) -> Vec<Effect> {
    let mut effects = taken(model, report);
    effects.extend(close_if_ended(model));
    effects
}

/// Closes the window that asks what becomes of the runs, once there are none any more.
fn close_if_ended(model: &mut Model) -> Vec<Effect> {
    match model.dialog {
        Some(Dialog::Run(RunQuestion::Closing)) if model.runs.count() == 0 => {
            answered(model, RunAnswer::Leave)
        }
        _ => Vec::new(),
    }
}

fn taken(model: &mut Model, report: RunReport) -> Vec<Effect> {
    match report {
        RunReport::Scripts(id, scripts) if model.runs.session == Some(id) => {
            if model.runs.chosen.is_none()
                && let Some(first) = scripts.scripts.first()
            {
                choose(model, first.clone());
            }
            model.runs.scripts = Some(scripts);
        }
        RunReport::Runs(id, Ok(found)) => return listed(model, id, found),
        RunReport::Runs(id, Err(problem)) if model.runs.session == Some(id) => {
            model.toasts.error(problem);
        }
        RunReport::Started(id, begun) => return started(model, id, begun),
        RunReport::Lines {
            name,
            total,
            first,
            lines,
        } => {
            if let Some(shown) = model.runs.shown.as_mut().filter(|s| s.name == name) {
                (shown.total, shown.first, shown.lines) = (total, first, lines);
            }
        }
        RunReport::Found(name, needle, at) => {
            let shown = model.runs.shown.as_mut().filter(|s| s.name == name);
            if let Some(find) = shown.map(|s| &mut s.find).filter(|f| f.needle == needle) {
                (find.looking, find.at) = (false, at);
                find.found += usize::from(at.is_some());
            }
        }
        RunReport::LogFailed(name, problem) => {
            if let Some(shown) = model.runs.shown.as_mut().filter(|s| s.name == name) {
                shown.problem = Some(problem);
            }
        }
        // The supervisors see to the rest without us.
        RunReport::AskedAll => return vec![Effect::Ui(UiEffect::Close)],
        RunReport::Ended(_) => {
            let id = model.runs.session;
            return id
                .map(|id| content_changed(model, &[id]))
                .unwrap_or_default();
        }
        RunReport::Scripts(..) | RunReport::Runs(..) => {}
    }
    Vec::new()
}

fn listed(model: &mut Model, id: SessionId, found: Vec<Run>) -> Vec<Effect> {
    let ran = model.runs.goes_on_in(id);
    model.runs.going.retain(|(session, _)| *session != id);
    let running = found.iter().filter(|r| r.state == State::Running);
    model
        .runs
        .going
        .extend(running.map(|r| (id, r.record.name.clone())));
    if model.runs.session == Some(id) {
        model.runs.runs = found;
    }
    // Whether it is in use changes no file, so that nobody else tells the table.
    match model.runs.goes_on_in(id) == ran {
        true => Vec::new(),
        false => relist(model),
    }
}

fn started(
    model: &mut Model,
    id: SessionId,
    begun: Result<String, super::super::model::problem::Problem>,
) -> Vec<Effect> {
    model.runs.starting = model.runs.starting.saturating_sub(1);
    let name = match begun {
        Ok(name) => name,
        Err(problem) => {
            model.toasts.error(problem);
            return close_if_begun(model);
        }
    };
    let mut effects = match model.runs.goes_on_in(id) {
        true => Vec::new(),
        false => relist(model),
    };
    model.runs.going.insert((id, name.clone()));
    effects.extend(content_changed(model, &[id]));
    if model.runs.session == Some(id) && model.side == SideTab::Run {
        effects.extend(show(model, name));
    }
    effects.extend(close_if_begun(model));
    effects
}

/// Closes the window as it was said, once nothing is about to begin any more.
fn close_if_begun(model: &mut Model) -> Vec<Effect> {
    match model.runs.closing {
        Some(answer) if model.runs.starting == 0 => {
            model.runs.closing = None;
            answered(model, answer)
        }
        _ => Vec::new(),
    }
}

fn choose(model: &mut Model, script: ScriptPath) {
    let file = file(model, &script);
    let remembered = file.and_then(|file| model.runs.remembered.forms.get(&file));
    model.runs.form = remembered.cloned().unwrap_or_default();
    model.runs.settled = model.runs.form.clone();
    model.runs.chosen = Some(script);
}

/// The file of a script of the session that runs are of.
fn file(model: &Model, script: &ScriptPath) -> Option<std::path::PathBuf> {
    let row = model.table.get(model.runs.session?)?;
    Some(row.session.path.join(script.as_str()))
}

fn ask_or_start(model: &mut Model) -> Vec<Effect> {
    let Some(dir) = model
        .runs
        .session
        .and_then(|id| model.table.get(id))
        .map(|r| r.session.path.clone())
    else {
        return Vec::new();
    };
    if model.runs.chosen.is_none() || model.runs.form.problem().is_some() {
        return Vec::new();
    }
    if model.runs.remembered.allowed.contains(&dir) {
        return start(model);
    }
    model.dialog = Some(Dialog::Run(RunQuestion::Consent));
    Vec::new()
}

fn start(model: &mut Model) -> Vec<Effect> {
    let (Some(session), Some(script)) = (model.runs.session, model.runs.chosen.clone()) else {
        return Vec::new();
    };
    let form = &model.runs.form;
    let (Ok(args), Ok(environment), Ok(time_limit_s)) =
        (form.args(), form.environment(), form.time_limit_s())
    else {
        return Vec::new();
    };
    let mut effects = remember(model, &script);
    model.runs.starting += 1;
    model.runs.settled = model.runs.form.clone();
    effects.push(Effect::Run(RunEffect::Start(Box::new(Request {
        session,
        script,
        args: args.into_iter().map(Into::into).collect(),
        environment,
        time_limit_s,
    }))));
    effects
}

fn remember(model: &mut Model, script: &ScriptPath) -> Vec<Effect> {
    let Some(file) = file(model, script) else {
        return Vec::new();
    };
    let form = model.runs.form.clone();
    let remembered = &mut model.runs.remembered;
    if form == Form::default() {
        remembered.forms.remove(&file);
    } else {
        remembered.forms.insert(file, form);
    }
    remembered.shorten();
    vec![Effect::Run(RunEffect::Remember(Box::new(
        remembered.clone(),
    )))]
}

fn stop(model: &Model, name: String) -> Vec<Effect> {
    let row = model.runs.session.and_then(|id| model.table.get(id));
    let effect = row.map(|row| Effect::Run(RunEffect::Stop(row.session.path.clone(), name)));
    effect.into_iter().collect()
}

fn show(model: &mut Model, name: String) -> Vec<Effect> {
    let Some(dir) = model
        .runs
        .session
        .and_then(|id| model.table.get(id))
        .map(|r| r.session.path.clone())
    else {
        return Vec::new();
    };
    model.runs.shown = Some(Shown {
        name: name.clone(),
        total: 0,
        first: 0,
        lines: Vec::new(),
        asked: (usize::MAX, 0),
        problem: None,
        find: Default::default(),
    });
    vec![
        Effect::Run(RunEffect::Follow(dir, name)),
        Effect::Ui(UiEffect::FocusOutput),
    ]
}

/// The same once more: what it was told then, with what is remembered of the rest; but what a person has typed
/// for it since is what is meant now.
fn again(model: &mut Model, name: &str) -> Vec<Effect> {
    let Some(run) = model.runs.runs.iter().find(|r| r.record.name == name) else {
        return Vec::new();
    };
    if model.runs.typed_since(run).is_none() {
        let record = run.record.clone();
        choose(model, record.script);
        model.runs.form.args = runs::typed(&record.args);
        model.runs.form.time_limit = text::typed_age(Duration::from_secs(record.time_limit_s));
        model.runs.settled = model.runs.form.clone();
    }
    ask_or_start(model)
}

fn close_asked(model: &mut Model) -> Vec<Effect> {
    model.runs.closing = None;
    model.dialog = Some(Dialog::Run(RunQuestion::Closing));
    Vec::new()
}

fn answered(model: &mut Model, answer: RunAnswer) -> Vec<Effect> {
    model.dialog = None;
    if matches!(answer, RunAnswer::Leave | RunAnswer::StopAll) && model.runs.starting > 0 {
        // What has no name yet can neither be stopped nor be left to itself.
        model.runs.closing = Some(answer);
        return Vec::new();
    }
    match answer {
        RunAnswer::No => vec![Effect::Ui(UiEffect::FocusTable)],
        RunAnswer::Allow => {
            let row = model.runs.session.and_then(|id| model.table.get(id));
            if let Some(dir) = row.map(|r| r.session.path.clone()) {
                model.runs.remembered.allowed.insert(dir);
            }
            start(model)
        }
        RunAnswer::Leave => {
            model.runs.may_close = true;
            vec![Effect::Ui(UiEffect::Close)]
        }
        RunAnswer::StopAll => {
            model.runs.may_close = true;
            let base = &model.base;
            let going = model.runs.going.iter();
            let all = going.map(|(id, name)| (base.join(id.to_string()), name.clone()));
            vec![Effect::Run(RunEffect::StopAll(all.collect()))]
        }
    }
}
