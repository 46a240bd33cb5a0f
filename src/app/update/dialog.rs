//! What typing into a dialog and answering it does.

use std::path::PathBuf;

use super::super::action::{Effect, RunEffect, ServerDeed, UiEffect};
use super::super::model::dialog::{Answer, Dialog, Erase, SettingsForm};
use super::super::model::job::Job;
use super::super::model::problem::Problem;
use super::super::model::selection::Selection;
use super::super::model::{Load, Model};
use super::{delete, leave, plan_for, relist};
use crate::config::Retention;
use crate::session::{BaseDir, Listing, Plan, text};

/// The dialog holds this now; theme and scale show at once.
pub fn edit(model: &mut Model, dialog: Dialog) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Dialog::Settings(form) = &dialog
        && form.look != model.settings.window
    {
        model.settings.window = form.look;
        effects.push(Effect::Ui(UiEffect::ApplyLook));
    }
    let plans = matches!(dialog, Dialog::CleanUp(_));
    model.dialog = Some(dialog);
    if plans {
        model.moved();
    }
    effects
}

pub fn answer(model: &mut Model, answer: Answer) -> Vec<Effect> {
    match (answer, model.dialog.take()) {
        (Answer::Close, Some(Dialog::Settings(form))) => {
            model.settings.window = form.look_before;
            vec![
                Effect::Ui(UiEffect::ApplyLook),
                Effect::Ui(UiEffect::FocusTable),
            ]
        }
        (Answer::Erase, Some(Dialog::Erase(erase))) => carry_out(model, erase),
        (Answer::CleanUp(plan), Some(Dialog::CleanUp(_))) => clean_up(model, plan),
        (Answer::SaveRules, Some(Dialog::CleanUp(form))) => {
            let effects = match form.policy() {
                Ok(policy) => {
                    model.settings.cleanup = Retention::of(&policy);
                    model.policy = policy;
                    model.moved();
                    vec![Effect::SaveSettings(Box::new(model.settings.clone()))]
                }
                Err(_) => Vec::new(),
            };
            model.dialog = Some(Dialog::CleanUp(form));
            effects
        }
        (Answer::SaveSettings, Some(Dialog::Settings(form))) => save(model, *form),
        (Answer::PickBase, dialog) => {
            model.dialog = dialog;
            vec![Effect::PickBase]
        }
        (_, Some(Dialog::Server)) => super::server::act(model, ServerDeed::ClosePanel),
        _ => vec![Effect::Ui(UiEffect::FocusTable)],
    }
}

fn carry_out(model: &mut Model, erase: Erase) -> Vec<Effect> {
    let id = model.fresh_id();
    let count = text::count(erase.ids.len(), "session", "sessions");
    let job = Job::new(
        id,
        format!("Deleting {count} for good"),
        model.moment.clock,
        false,
    );
    model.jobs.push(job);
    let plan = plan_for(model, &erase.ids);
    let mut effects = vec![Effect::Erase { job: id, plan }];
    effects.extend(leave(model, &erase.ids));
    effects.push(Effect::Ui(UiEffect::FocusTable));
    effects
}

fn clean_up(model: &mut Model, plan: Plan) -> Vec<Effect> {
    let mut effects = delete(model, plan, true);
    effects.push(Effect::Ui(UiEffect::FocusTable));
    effects
}

fn save(model: &mut Model, form: SettingsForm) -> Vec<Effect> {
    let retention = match form.retention() {
        Ok(retention) => retention,
        // The button is off while something can't be understood.
        Err(why) => {
            model
                .toasts
                .error(Problem::new("Could not save the settings", why));
            model.dialog = Some(Dialog::Settings(Box::new(form)));
            return Vec::new();
        }
    };
    let before = &model.settings.server;
    let server = match form.server.as_ref().map(|s| s.rules(before)).transpose() {
        Ok(server) => server.unwrap_or_else(|| before.clone()),
        Err(why) => {
            model
                .toasts
                .error(Problem::new("Could not save the settings", why));
            model.dialog = Some(Dialog::Settings(Box::new(form)));
            return Vec::new();
        }
    };
    model.policy = retention.policy();
    model.moved();
    let switched = super::server::settle(model, server);
    let base = form.new_base(&model.base);
    let settings = &mut model.settings;
    settings.cleanup = retention;
    settings.window = form.look;
    if let Some(base) = &base {
        settings.base = Some(base.clone());
    }
    let mut effects = vec![
        Effect::SaveSettings(Box::new(settings.clone())),
        Effect::Ui(UiEffect::ApplyLook),
        Effect::Ui(UiEffect::FocusTable),
    ];
    effects.extend(switched);
    if let Some(base) = base {
        effects.extend(move_to(model, BaseDir::chosen(base)));
    }
    effects
}

/// Takes a base directory that was picked outside the settings dialog.
pub fn save_base(model: &mut Model, base: PathBuf) -> Vec<Effect> {
    if base == model.base {
        return Vec::new();
    }
    model.settings.base = Some(base.clone());
    let mut effects = vec![Effect::SaveSettings(Box::new(model.settings.clone()))];
    effects.extend(move_to(model, BaseDir::chosen(base)));
    effects
}

/// Forgets what was known of the old base.
fn move_to(model: &mut Model, base: BaseDir) -> Vec<Effect> {
    model.base = base.path().to_owned();
    model.load = Load::Reading;
    let (_, waste) = model.table.replace(Listing::default(), model.moment.now);
    model.edition += 1;
    model.selection = Selection::default();
    model.open = None;
    model.runs.leave();
    model.runs.going.clear();
    model.moved();
    model.toasts.withdraw_all();
    model.batches.clear();
    model.generation += 1;
    model.listing = false;
    let mut effects = vec![Effect::Run(RunEffect::Unfollow), Effect::OpenBase(base)];
    effects.extend(super::server::renew(model));
    effects.extend(super::report::let_go(waste));
    effects.extend(relist(model));
    effects
}
