//! The HTTP API: what the person does to it, what it tells, and what of that still counts.

use std::net::SocketAddr;

use super::super::super::action::{ServerDeed, ServerEffect, ServerReport};
use super::super::super::model::server::{Run, State};
use super::super::server::{renew, settle};
use super::*;
use crate::config::ServerRules;

fn address(port: u16) -> SocketAddr {
    ([127, 0, 0, 1], port).into()
}

/// A window whose server is in this state, in its first run.
fn in_state(state: State) -> Model {
    let mut model = window(3);
    model.server.available = true;
    model.server.run = 1;
    model.settings.server.on = matches!(state, State::On(_) | State::Starting);
    model.server.state = state;
    model
}

fn every_state() -> [State; 5] {
    [
        State::Off,
        State::Starting,
        State::On(address(8001)),
        State::Stopping,
        State::Failed("no network".into()),
    ]
}

fn deed(model: &mut Model, deed: ServerDeed) -> Vec<Effect> {
    update(model, Action::Server(deed))
}

fn told(model: &mut Model, said: ServerReport) -> Vec<Effect> {
    report(model, Report::Server(said))
}

/// What is asked of the server, in words, and of others.
fn asked(effects: &[Effect]) -> Vec<String> {
    let words = |effect: &Effect| match effect {
        Effect::Server(ServerEffect::Start { run, terms }) => {
            format!("start {run} {}", terms.listen)
        }
        Effect::Server(ServerEffect::Stop) => "stop".into(),
        Effect::Server(ServerEffect::Watch(on)) => format!("watch {on}"),
        Effect::Server(ServerEffect::Collect) => "collect".into(),
        Effect::Server(ServerEffect::Browse(url)) => format!("browse {url}"),
        Effect::Ui(UiEffect::CopyText(text)) => format!("copy {text}"),
        Effect::Ui(UiEffect::FocusTable) => "to the table".into(),
        Effect::SaveSettings(settings) => format!("save {}", settings.server.on),
        other => format!("{other:?}"),
    };
    effects.iter().map(words).collect()
}

#[test]
fn it_begins_with_the_window_if_settings_and_program_say_so() {
    for (on, available, starts) in [
        (true, true, true),
        (true, false, false),
        (false, true, false),
        (false, false, false),
    ] {
        let mut model = window(0);
        model.settings.server.on = on;
        model.server.available = available;
        let effects = begin(&mut model);
        let started = asked(&effects).iter().any(|e| e.starts_with("start"));
        assert_eq!(started, starts, "{on} {available}");
        let state = if starts { State::Starting } else { State::Off };
        assert_eq!(model.server.state, state, "{on} {available}");
    }
}

#[test]
fn switching_does_what_is_needed_in_each_state_and_the_settings_remember() {
    let start = |run: Run| format!("start {run} 127.0.0.1:8001");
    let (saved, forgot) = ("save true".to_owned(), "save false".to_owned());
    for (state, on, effects, after) in [
        (
            State::Off,
            true,
            vec![start(2), saved.clone()],
            State::Starting,
        ),
        (State::Starting, true, vec![saved.clone()], State::Starting),
        (
            State::On(address(8001)),
            true,
            vec![saved.clone()],
            State::On(address(8001)),
        ),
        (
            State::Stopping,
            true,
            vec![start(2), saved.clone()],
            State::Starting,
        ),
        (
            State::Failed("x".into()),
            true,
            vec![start(2), saved],
            State::Starting,
        ),
        (State::Off, false, vec![forgot.clone()], State::Off),
        (
            State::Starting,
            false,
            vec!["stop".into(), forgot.clone()],
            State::Stopping,
        ),
        (
            State::On(address(8001)),
            false,
            vec!["stop".into(), forgot.clone()],
            State::Stopping,
        ),
        (
            State::Stopping,
            false,
            vec![forgot.clone()],
            State::Stopping,
        ),
        (State::Failed("x".into()), false, vec![forgot], State::Off),
    ] {
        let mut model = in_state(state.clone());
        let said = asked(&deed(&mut model, ServerDeed::Switch(on)));
        let run = model.server.run;
        let said: Vec<_> = said
            .iter()
            .map(|s| s.replace(&format!("start {run} "), "start 2 "))
            .collect();
        assert_eq!(said, effects, "{state:?} {on}");
        assert_eq!(model.server.state, after, "{state:?} {on}");
        assert_eq!(model.settings.server.on, on);
    }
}

#[test]
fn other_settings_start_it_anew_and_the_same_ones_let_it_be() {
    for (state, port, restarts) in [
        (State::On(address(8001)), 8001, false),
        (State::On(address(8001)), 9000, true),
        (State::Starting, 9000, true),
        (State::Off, 8001, true),
    ] {
        let mut model = in_state(state.clone());
        let rules = ServerRules {
            on: true,
            listen: address(port),
            ..model.settings.server.clone()
        };
        let effects = asked(&settle(&mut model, rules));
        let port_asked = effects
            .first()
            .is_some_and(|e| e.ends_with(&port.to_string()));
        assert_eq!(port_asked, restarts, "{state:?} {port} {effects:?}");
        assert_eq!(effects.len(), usize::from(restarts));
    }
    // A program without a server remembers the settings and starts nothing.
    let mut model = in_state(State::Off);
    model.server.available = false;
    let rules = ServerRules {
        on: true,
        ..model.settings.server.clone()
    };
    assert!(settle(&mut model, rules).is_empty());
    assert!(model.settings.server.on);
}

#[test]
fn another_base_is_served_anew_only_by_a_server_that_runs() {
    for state in every_state() {
        let runs = matches!(state, State::On(_) | State::Starting);
        let mut model = in_state(state.clone());
        assert_eq!(renew(&mut model).len(), usize::from(runs), "{state:?}");
        let after = if runs { State::Starting } else { state };
        assert_eq!(model.server.state, after);
    }
}

#[test]
fn what_it_tells_counts_for_the_present_run_as_long_as_it_is_wanted() {
    let (on, failed) = (State::On(address(9000)), State::Failed("why".into()));
    for state in every_state() {
        let wanted = matches!(state, State::On(_) | State::Starting);
        for run in [1, 7] {
            let mut model = in_state(state.clone());
            told(&mut model, ServerReport::Started(run, address(9000)));
            let taken = run == 1 && state == State::Starting;
            let after = if taken { &on } else { &state };
            assert_eq!(&model.server.state, after, "started {run} {state:?}");

            let mut model = in_state(state.clone());
            told(&mut model, ServerReport::Failed(run, "why".into()));
            let taken = run == 1 && wanted;
            let after = if taken { &failed } else { &state };
            assert_eq!(&model.server.state, after, "failed {run} {state:?}");
            let toasts: Vec<_> = model.toasts.iter().map(|t| t.title.as_str()).collect();
            let expected: &[&str] = if taken {
                &["The HTTP API does not run"]
            } else {
                &[]
            };
            assert_eq!(toasts, expected, "failed {run} {state:?}");
        }
        let mut model = in_state(state.clone());
        told(&mut model, ServerReport::Stopped);
        let after = if state == State::Stopping {
            State::Off
        } else {
            state
        };
        assert_eq!(model.server.state, after, "stopped");
    }
}

#[test]
fn its_panel_watches_while_it_is_open() {
    let mut model = in_state(State::On(address(8001)));
    let effects = command(&mut model, Command::Server);
    assert_eq!(asked(&effects), ["watch true"]);
    assert_eq!(model.dialog, Some(Dialog::Server));
    assert_eq!(
        asked(&told(&mut model, ServerReport::MoreAnswered)),
        ["collect"]
    );
    let effects = deed(&mut model, ServerDeed::ClosePanel);
    assert_eq!(asked(&effects), ["watch false", "to the table"]);
    assert_eq!(model.dialog, None);
    deed(&mut model, ServerDeed::ShowPanel);
    let effects = deed(&mut model, ServerDeed::Settings);
    assert_eq!(asked(&effects)[0], "watch false");
    assert!(matches!(model.dialog, Some(Dialog::Settings(_))));
}

#[test]
fn its_address_is_copied_and_opened_while_it_runs_and_not_else() {
    for state in every_state() {
        let runs = matches!(state, State::On(_));
        let mut model = in_state(state.clone());
        let url = "http://127.0.0.1:8001";
        for (act, word) in [
            (ServerDeed::CopyAddress, "copy"),
            (ServerDeed::OpenPage, "browse"),
        ] {
            let expected = if runs {
                vec![format!("{word} {url}")]
            } else {
                Vec::new()
            };
            assert_eq!(asked(&deed(&mut model, act)), expected, "{state:?}");
        }
    }
}

#[test]
fn a_program_without_a_server_says_so_and_shows_no_panel() {
    let mut model = window(0);
    assert!(
        Command::Server
            .enabled(&model)
            .unwrap_err()
            .contains("without its server")
    );
    assert!(command(&mut model, Command::Server).is_empty());
    assert_eq!(model.dialog, None);
}
