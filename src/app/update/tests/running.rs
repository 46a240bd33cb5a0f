//! Closing the window while scripts run or are about to, running again, and what is told of a run that goes on.
//! No process: what begins is made up.

use super::*;
use crate::app::action::{RunAction, RunAnswer, RunEffect, RunReport};
use crate::app::model::runs::{Form, LogLine, result};
use crate::run::{Record, Run, ScriptPath, State};

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

/// A run of `main.py` that was told `args`.
fn ran(name: &str, args: &[&str], state: State) -> Run {
    let record = Record {
        version: 1,
        name: name.into(),
        session_id: id(1),
        script: ScriptPath::parse("main.py").unwrap(),
        args: args.iter().map(|a| (*a).to_owned()).collect(),
        command: Vec::new(),
        time_limit_s: 90,
        started_at: now(),
        end: None,
    };
    Run { record, state }
}

/// A window that may run what is in its open session, and knows a run of it that was told `old one`.
fn with_a_run(state: State) -> Model {
    let mut model = window(3);
    click(&mut model, 1);
    update(&mut model, Action::Side(SideTab::Run));
    let dir = model.table.get(id(1)).unwrap().session.path.clone();
    model.runs.remembered.allowed.insert(dir);
    let runs = RunReport::Runs(id(1), Ok(vec![ran("first", &["old one"], state)]));
    report(&mut model, Report::Run(runs));
    model
}

/// What a script is told when it is started.
fn told(effects: &[Effect]) -> (Vec<String>, u64) {
    let mut requests = effects.iter().filter_map(|effect| match effect {
        Effect::Run(RunEffect::Start(request)) => Some(request),
        _ => None,
    });
    let request = requests.next_back().expect("a start");
    let args = request.args.iter().map(|a| a.to_string_lossy().into());
    (args.collect(), request.time_limit_s)
}

#[test]
fn a_run_again_is_told_the_same_unless_something_was_typed_since() {
    let mut model = with_a_run(State::Lost);
    let old = (vec!["old one".to_owned()], 90);
    assert_eq!(
        told(&act(&mut model, RunAction::Again("first".into()))),
        old
    );
    // What stands in the form by that was typed by nobody.
    assert_eq!(model.runs.form.args, "\"old one\"");
    assert_eq!(
        told(&act(&mut model, RunAction::Again("first".into()))),
        old
    );

    let mut typed = model.runs.form.clone();
    typed.args = "new".into();
    act(&mut model, RunAction::Edit(typed));
    let run = model.runs.runs[0].clone();
    assert_eq!(model.runs.typed_since(&run).unwrap().args, "new");
    let new = (vec!["new".to_owned()], 90);
    assert_eq!(
        told(&act(&mut model, RunAction::Again("first".into()))),
        new
    );
    // Once it was run, the old run means itself again.
    assert_eq!(model.runs.typed_since(&run), None);
    assert_eq!(
        told(&act(&mut model, RunAction::Again("first".into()))),
        old
    );

    // What was typed for another script is not meant.
    act(
        &mut model,
        RunAction::Choose(ScriptPath::parse("z.py").unwrap()),
    );
    let typed = Form {
        args: "other".into(),
        ..Form::default()
    };
    act(&mut model, RunAction::Edit(typed));
    assert_eq!(model.runs.typed_since(&run), None);
    assert_eq!(
        told(&act(&mut model, RunAction::Again("first".into()))),
        old
    );
}

#[test]
fn the_table_is_read_again_when_a_session_comes_into_use_and_out_of_it() {
    let lists = |effects: &[Effect]| effects.iter().any(|e| matches!(e, Effect::List { .. }));
    let ran_as = |state| RunReport::Runs(id(1), Ok(vec![ran("first", &[], state)]));
    let mut model = window(3);
    click(&mut model, 1);
    model.runs.starting = 1;
    assert!(lists(&began(&mut model, 1, Ok("first"))));
    let answer = listed(model.generation, Ok(listing(3)));
    report(&mut model, answer);
    for (state, changes) in [
        (State::Running, false),
        (State::Lost, true),
        (State::Lost, false),
        (State::Running, true),
    ] {
        let effects = report(&mut model, Report::Run(ran_as(state.clone())));
        assert_eq!(lists(&effects), changes, "{state:?}");
        let answer = listed(model.generation, Ok(listing(3)));
        report(&mut model, answer);
    }
}

#[test]
fn only_a_run_that_goes_on_and_is_seen_asks_for_a_moment_each_second() {
    let at = |ms| Duration::from_millis(ms);
    let mut model = with_a_run(State::Lost);
    later(&mut model, at(12_300));
    assert_eq!(model.next_second_of_runs(), None, "it has ended");

    let mut model = with_a_run(State::Running);
    later(&mut model, at(12_300));
    assert_eq!(result(&model.runs.runs[0], model.now()), "running for 12 s");
    assert_eq!(model.next_second_of_runs(), Some(at(700)));
    act(&mut model, RunAction::Show("first".into()));
    assert_eq!(model.next_second_of_runs(), Some(at(700)));
    act(&mut model, RunAction::Show("another".into()));
    assert_eq!(
        model.next_second_of_runs(),
        None,
        "another one is looked at"
    );
    for (side, seen) in [
        (SideTab::Overview, true),
        (SideTab::Files, false),
        (SideTab::Data, false),
    ] {
        update(&mut model, Action::Side(side));
        assert_eq!(model.next_second_of_runs().is_some(), seen, "{side:?}");
    }
    update(&mut model, Action::Side(SideTab::Overview));
    command(&mut model, Command::ClearSelection);
    assert_eq!(model.next_second_of_runs(), None, "no session is open");
}
