//! Closing the window while scripts run or are about to. No process: what begins is made up.

use super::*;
use crate::app::action::{RunAction, RunAnswer, RunEffect, RunReport};

fn act(model: &mut Model, action: RunAction) -> Vec<Effect> {
    update(model, Action::Run(action))
}

fn began(model: &mut Model, day: i64, begun: Result<&str, &str>) -> Vec<Effect> {
    let begun = begun.map(String::from);
    let begun = begun.map_err(|why| Problem::new("Could not run main.py", why));
    report(model, Report::Run(RunReport::Started(id(day), begun)))
}

/// What of the effects ends the window, in words.
fn words(effects: &[Effect]) -> Vec<String> {
    let word = |effect: &Effect| match effect {
        Effect::Ui(UiEffect::Close) => Some("close".to_owned()),
        Effect::Run(RunEffect::StopAll(all)) => {
            let names: Vec<_> = all.iter().map(|(_, name)| name.as_str()).collect();
            Some(format!("stop {}", names.join(" ")))
        }
        _ => None,
    };
    effects.iter().filter_map(word).collect()
}

#[test]
fn a_window_that_closes_waits_for_what_is_about_to_begin() {
    for (answer, begun, end) in [
        (RunAnswer::Leave, Ok("new"), "close"),
        (RunAnswer::StopAll, Ok("new"), "stop new old"),
        (RunAnswer::StopAll, Err("no Python"), "stop old"),
        (RunAnswer::Leave, Err("no Python"), "close"),
    ] {
        let mut model = window(3);
        model.runs.starting = 1;
        began(&mut model, 1, Ok("old"));
        model.runs.starting = 2;
        assert_eq!(model.runs.count(), 3);
        act(&mut model, RunAction::CloseAsked);
        assert_eq!(words(&act(&mut model, RunAction::Answer(answer))), [""; 0]);
        assert!(model.dialog.is_none() && !model.runs.may_close);
        assert_eq!(words(&began(&mut model, 1, Err("first"))), [""; 0]);
        assert_eq!(
            words(&began(&mut model, 1, begun)),
            [end],
            "{answer:?} {begun:?}"
        );
        assert!(model.runs.may_close);
    }
}

#[test]
fn who_says_no_or_is_asked_again_closes_nothing() {
    let mut model = window(3);
    model.runs.starting = 1;
    act(&mut model, RunAction::CloseAsked);
    act(&mut model, RunAction::Answer(RunAnswer::Leave));
    act(&mut model, RunAction::CloseAsked);
    assert!(model.dialog.is_some());
    act(&mut model, RunAction::Answer(RunAnswer::No));
    assert_eq!(words(&began(&mut model, 1, Ok("new"))), [""; 0]);
    assert!(!model.runs.may_close);
}
