//! What the person does to the HTTP server, and what the server tells.

use super::super::action::{Effect, ServerDeed, ServerEffect, ServerReport, UiEffect};
use super::super::command::Command;
use super::super::model::Model;
use super::super::model::dialog::Dialog;
use super::super::model::problem::Problem;
use super::super::model::server::State;
use super::super::server::Terms;
use crate::config::ServerRules;

/// Starts it with the window, if the settings say so.
pub fn begin(model: &mut Model) -> Vec<Effect> {
    match model.settings.server.on && model.server.available {
        true => start(model),
        false => Vec::new(),
    }
}

/// The person does something to it.
pub fn act(model: &mut Model, deed: ServerDeed) -> Vec<Effect> {
    match deed {
        ServerDeed::ShowPanel => {
            model.dialog = Some(Dialog::Server);
            vec![Effect::Server(ServerEffect::Watch(true))]
        }
        ServerDeed::ClosePanel => {
            model.dialog = None;
            vec![
                Effect::Server(ServerEffect::Watch(false)),
                Effect::Ui(UiEffect::FocusTable),
            ]
        }
        ServerDeed::Switch(on) => {
            let rules = ServerRules {
                on,
                ..model.settings.server.clone()
            };
            let mut effects = settle(model, rules);
            effects.push(Effect::SaveSettings(Box::new(model.settings.clone())));
            effects
        }
        ServerDeed::CopyAddress => {
            let url = model.server.url().into_iter();
            url.map(|url| Effect::Ui(UiEffect::CopyText(url))).collect()
        }
        ServerDeed::OpenPage => {
            let url = model.server.url().into_iter();
            url.map(|url| Effect::Server(ServerEffect::Browse(url)))
                .collect()
        }
        ServerDeed::Settings => {
            let mut effects = act(model, ServerDeed::ClosePanel);
            effects.extend(super::command::run(model, Command::Settings));
            effects
        }
    }
}

/// Goes over to other settings of the server; what has not changed goes on.
pub fn settle(model: &mut Model, rules: ServerRules) -> Vec<Effect> {
    let same = rules == model.settings.server;
    let on = rules.on;
    model.settings.server = rules;
    let runs = matches!(model.server.state, State::On(_) | State::Starting);
    match (on && model.server.available, runs) {
        (true, true) if same => Vec::new(),
        (true, _) => start(model),
        (false, true) => {
            model.server.state = State::Stopping;
            vec![Effect::Server(ServerEffect::Stop)]
        }
        (false, false) => {
            if matches!(model.server.state, State::Failed(_)) {
                model.server.state = State::Off;
            }
            Vec::new()
        }
    }
}

/// Serves what the window shows now, by the rules that hold now.
pub fn renew(model: &mut Model) -> Vec<Effect> {
    match model.server.state {
        State::On(_) | State::Starting => start(model),
        State::Off | State::Stopping | State::Failed(_) => Vec::new(),
    }
}

/// Starts it; one that runs ends before.
fn start(model: &mut Model) -> Vec<Effect> {
    model.server.run = model.fresh_id();
    model.server.state = State::Starting;
    let rules = &model.settings.server;
    vec![Effect::Server(ServerEffect::Start {
        run: model.server.run,
        terms: Terms {
            listen: rules.listen,
            allow_origins: rules.allow_origins.clone(),
            policy: model.policy.clone(),
            disk_floor: model.settings.upload.disk_floor(),
            keep_archives: model.settings.upload.keep_archives,
            archive_rules: model.settings.upload.archive_rules(),
        },
    })]
}

/// The server tells something.
pub fn take(model: &mut Model, report: ServerReport) -> Vec<Effect> {
    match report {
        ServerReport::Started(run, address) => {
            if run == model.server.run && model.server.state == State::Starting {
                model.server.state = State::On(address);
            }
        }
        ServerReport::Failed(run, why) => {
            // One that is being stopped, or replaced, was not wanted any more.
            let wanted = matches!(model.server.state, State::On(_) | State::Starting);
            if run == model.server.run && wanted {
                model.server.state = State::Failed(why.clone());
                let problem = Problem::new("The HTTP API does not run", why);
                model.toasts.error(problem);
            }
        }
        ServerReport::Stopped => {
            if model.server.state == State::Stopping {
                model.server.state = State::Off;
            }
        }
        ServerReport::MoreAnswered => return vec![Effect::Server(ServerEffect::Collect)],
        ServerReport::Answered(requests) => model.server.answered(requests),
    }
    Vec::new()
}
