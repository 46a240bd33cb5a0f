//! Closing the window while scripts run or are about to. No process: what begins is made up.

use super::*;
use crate::app::action::{RunAction, RunAnswer, RunEffect, RunReport};
use crate::app::model::runs::LogLine;

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

#[test]
fn a_window_that_asks_closes_by_itself_once_nothing_runs() {
    let mut model = window(3);
    model.runs.starting = 1;
    began(&mut model, 1, Ok("old"));
    model.runs.starting = 1;
    began(&mut model, 2, Ok("other"));
    act(&mut model, RunAction::CloseAsked);
    let ended = |model: &mut Model, day| {
        report(model, Report::Run(RunReport::Runs(id(day), Ok(Vec::new()))))
    };
    assert_eq!(words(&ended(&mut model, 1)), [""; 0]);
    assert!(model.dialog.is_some() && !model.runs.may_close);
    assert_eq!(words(&ended(&mut model, 2)), ["close"]);
    assert!(model.dialog.is_none() && model.runs.may_close);
    // Nobody asked for that here.
    let mut model = window(3);
    model.runs.starting = 1;
    began(&mut model, 1, Ok("old"));
    assert_eq!(words(&ended(&mut model, 1)), [""; 0]);
    assert!(!model.runs.may_close);
}

/// A window that looks at a run of `total` lines, of which these from `first` on are known.
fn looking(total: usize, first: usize, lines: &[&str]) -> Model {
    let mut model = window(3);
    click(&mut model, 1);
    update(&mut model, Action::Side(SideTab::Run));
    act(&mut model, RunAction::Show("run".into()));
    let lines = lines.iter().map(|l| LogLine::of(l.as_bytes())).collect();
    let lines = RunReport::Lines {
        name: "run".into(),
        total,
        first,
        lines,
    };
    report(&mut model, Report::Run(lines));
    model
}

#[test]
fn lines_of_the_output_are_copied_and_what_is_missing_is_told() {
    let copied = |effects: Vec<Effect>| match effects.as_slice() {
        [Effect::Ui(UiEffect::CopyText(text))] => text.clone(),
        effects => panic!("{effects:?}"),
    };
    let mut model = looking(2, 0, &["| one", "! \u{1b}[31mtwo\u{1b}[0m"]);
    assert_eq!(copied(act(&mut model, RunAction::CopyLine(1))), "two");
    assert_eq!(act(&mut model, RunAction::CopyLine(2)), []);
    assert_eq!(copied(act(&mut model, RunAction::CopyOutput)), "one\ntwo\n");
    assert_eq!(model.toasts.iter().count(), 0);

    let mut model = looking(5_000, 1_000, &["| one", "| two"]);
    assert_eq!(copied(act(&mut model, RunAction::CopyLine(1_001))), "two");
    assert_eq!(act(&mut model, RunAction::CopyLine(0)), []);
    assert_eq!(copied(act(&mut model, RunAction::CopyOutput)), "one\ntwo\n");
    let told = model.toasts.iter().last().unwrap();
    assert_eq!(told.title, "Copied 2 of 5,000 lines");
    assert!(told.body.as_ref().unwrap().contains("From line 1,001 on"));

    let long = format!("| {}", "x".repeat(3_000));
    let mut model = looking(2_000, 0, &vec![long.as_str(); 2_000]);
    let text = copied(act(&mut model, RunAction::CopyOutput));
    assert!(text.len() <= 1 << 20 && text.lines().all(|l| l.len() == 3_000));
    let told = model.toasts.iter().last().unwrap();
    assert_eq!(
        told.title,
        format!("Copied {} of 2,000 lines", text.lines().count())
    );

    let mut model = looking(0, 0, &[]);
    assert_eq!(act(&mut model, RunAction::CopyOutput), []);
}
