//! The dialog that is open: its view is given what it shows, its answer becomes an action.

use egui::Ui;

use super::{server, sheet};
use crate::app::action::Action;
use crate::app::command::Command;
use crate::app::format;
use crate::app::model::Model;
use crate::app::model::dialog::{Answer, Dialog, Erase, Palette, Rule, RulesForm, SettingsForm};
use crate::app::views::{
    cleanup_dialog, palette, permanent_delete_dialog, settings_dialog, shortcuts,
};
use crate::app::widgets::dialog;
use crate::app::widgets::number::Bytes;
use crate::app::widgets::rules as widget;

pub fn show(ui: &Ui, model: &Model, actions: &mut Vec<Action>) {
    match &model.dialog {
        None => {}
        Some(Dialog::Erase(question)) => erase(ui, question, actions),
        Some(Dialog::CleanUp(form)) => clean_up(ui, model, form, actions),
        Some(Dialog::Settings(form)) => settings(ui, model, form, actions),
        Some(Dialog::Palette(typed)) => commands(ui, model, typed, actions),
        Some(Dialog::Shortcuts) if shortcuts::show(ui.ctx(), &sheet::groups(ui.ctx(), model)) => {
            actions.push(Action::Answer(Answer::Close));
        }
        Some(Dialog::Shortcuts) => {}
        Some(Dialog::Run(question)) => super::run::question(ui, model, *question, actions),
        Some(Dialog::Server) => server::panel(ui, model, actions),
    }
}

fn erase(ui: &Ui, question: &Erase, actions: &mut Vec<Action>) {
    let (oldest, newest) = question.range;
    let bytes = if question.complete {
        Bytes::Known(question.bytes)
    } else {
        Bytes::AtLeast(question.bytes)
    };
    let data = permanent_delete_dialog::Data {
        count: question.ids.len(),
        bytes,
        oldest,
        newest,
        spared: question.spared,
    };
    let answer = permanent_delete_dialog::show(ui.ctx(), &data);
    actions.extend(answer.map(|answer| {
        Action::Answer(match answer {
            dialog::Answer::Yes => Answer::Erase,
            dialog::Answer::No | dialog::Answer::Other => Answer::Close,
        })
    }));
}

fn clean_up(ui: &Ui, model: &Model, form: &RulesForm, actions: &mut Vec<Action>) {
    use cleanup_dialog::Asked;
    let policy = form.policy().ok();
    let plan = policy.as_ref().and_then(|p| model.plan_of_form(p));
    let data = cleanup_dialog::Data {
        plan: plan.as_deref(),
        working: policy.is_some() && plan.is_none(),
        measuring: model.measuring,
        can_keep_rules: policy.is_some_and(|p| p != model.policy),
        now: model.now(),
    };
    let mut edited = form.clone();
    let asked = cleanup_dialog::show(ui.ctx(), &data, rules(&mut edited));
    actions.extend(asked.and_then(|asked| {
        Some(match asked {
            Asked::Close => Action::Answer(Answer::Close),
            Asked::CleanUp => Action::Answer(Answer::CleanUp(plan?.into_owned())),
            Asked::KeepRules => Action::Answer(Answer::SaveRules),
            Asked::Changed => Action::Edit(Dialog::CleanUp(edited)),
        })
    }));
}

fn rules(form: &mut RulesForm) -> widget::Rules<'_> {
    let (count, age) = (form.keep.count_problem(), form.older_than.age_problem());
    let (total, free) = (form.max_total.size_problem(), form.min_free.size_problem());
    widget::Rules {
        keep: rule(&mut form.keep, count),
        older_than: rule(&mut form.older_than, age),
        max_total: rule(&mut form.max_total, total),
        min_free: rule(&mut form.min_free, free),
    }
}

fn rule(rule: &mut Rule, problem: Option<String>) -> widget::Rule<'_> {
    widget::Rule {
        on: &mut rule.on,
        typed: &mut rule.text,
        problem,
    }
}

fn settings(ui: &Ui, model: &Model, form: &SettingsForm, actions: &mut Vec<Action>) {
    use settings_dialog::Asked;
    let mut edited = form.clone();
    let rules_before = &model.settings.server;
    let server_problem = form
        .server
        .as_ref()
        .and_then(|s| s.rules(rules_before).err());
    let problem = form.rules.policy().err().or_else(|| server_problem.clone());
    let SettingsForm {
        base,
        rules: typed,
        look,
        server: typed_server,
        ..
    } = &mut edited;
    let data = settings_dialog::Data {
        base,
        base_problem: None,
        base_fixed: form
            .base_is_overridden
            .then_some("It was named when the program was started"),
        look,
        rules: rules(typed),
        server: typed_server.as_mut().map(|s| settings_dialog::Server {
            on: &mut s.on,
            listen: &mut s.listen,
            origins: &mut s.origins,
            problem: server_problem.as_deref(),
        }),
        why_not: problem.as_deref(),
    };
    let asked = settings_dialog::show(ui.ctx(), data);
    let changed = || Action::Edit(Dialog::Settings(Box::new(edited.clone())));
    match asked {
        None => {}
        Some(Asked::Changed) => actions.push(changed()),
        Some(Asked::Cancel) => actions.push(Action::Answer(Answer::Close)),
        // What was typed last counts as well.
        Some(Asked::Save) => actions.extend([changed(), Action::Answer(Answer::SaveSettings)]),
        Some(Asked::PickBase) => actions.extend([changed(), Action::Answer(Answer::PickBase)]),
    }
}

fn commands(ui: &Ui, model: &Model, typed: &Palette, actions: &mut Vec<Action>) {
    let commands: Vec<_> = Command::ALL
        .into_iter()
        .filter(|c| *c != Command::Palette)
        .collect();
    let entry = |command: &Command| palette::Entry {
        words: command.label(model),
        keys: format::shortcut(ui.ctx(), &command.shortcut()),
        why_not: command.enabled(model).err(),
    };
    let entries: Vec<_> = commands.iter().map(entry).collect();
    let mut edited = typed.clone();
    let asked = palette::show(ui.ctx(), &entries, &mut edited.query, &mut edited.marked);
    match asked {
        Some(palette::Asked::Run(i)) => {
            actions.push(Action::Answer(Answer::Close));
            actions.extend(commands.get(i).map(|c| Action::Command(*c)));
        }
        Some(palette::Asked::Close) => actions.push(Action::Answer(Answer::Close)),
        None if edited != *typed => actions.push(Action::Edit(Dialog::Palette(edited))),
        None => {}
    }
}
