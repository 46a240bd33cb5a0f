//! What happens when: actions go in, the model and the effects are looked at. No thread, no file.

use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;

use super::super::action::{Action, Effect, Instant, Report, UiEffect, Uploaded};
use super::super::command::Command;
use super::super::model::column::Column;
use super::super::model::dialog::{Answer, Dialog};
use super::super::model::fixture::{id, listing, now, used};
use super::super::model::problem::Problem;
use super::super::model::row::Size;
use super::super::model::selection::{Extend, Step};
use super::super::model::toast::{Kind, UNDO_TIME};
use super::super::model::{Beginning, Load, Model, SideTab};
use super::{begin, update};
use crate::config::Settings;
use crate::session::{Listing, Policy, SessionId};

/// A window on `n` sessions, one made a day; the newest is current. Every size is 100 bytes.
fn window(n: i64) -> Model {
    let mut model = Model::new(Beginning {
        base: "/base".into(),
        base_is_overridden: false,
        settings: Settings::default(),
        policy: Policy::keep(3),
        now: now(),
    });
    assert_eq!(begin(&mut model), [Effect::List { generation: 0 }]);
    report(&mut model, listed(0, Ok(listing(n))));
    let sizes = (0..n).map(|i| (id(i), Size::Known(used(100)))).collect();
    report(&mut model, Report::Measured(sizes));
    report(&mut model, Report::MeasuringEnded);
    model
}

fn listed(generation: u64, result: Result<Listing, Problem>) -> Report {
    Report::Listed {
        generation,
        result,
        free_disk: Some(1_000),
    }
}

fn report(model: &mut Model, report: Report) -> Vec<Effect> {
    update(model, Action::Report(report))
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    update(model, Action::Command(command))
}

fn click(model: &mut Model, days: i64) {
    update(model, Action::Click(id(days), Extend::No));
}

fn shown(model: &Model) -> Vec<SessionId> {
    (0..model.table.shown_len())
        .filter_map(|p| model.table.id_at(p))
        .collect()
}

fn later(model: &mut Model, time: Duration) -> Vec<Effect> {
    let moment = Instant {
        now: model.now() + TimeDelta::from_std(time).unwrap(),
        clock: model.moment.clock + time,
    };
    update(model, Action::Tick(moment))
}

/// The batch that the only message offers to undo.
fn offered(model: &Model) -> u64 {
    let mut batches = model.toasts.iter().filter_map(|t| t.batch());
    let batch = batches.next().expect("an offer to undo");
    assert_eq!(batches.next(), None);
    batch
}

fn delete_of(effects: &[Effect]) -> (u64, Vec<SessionId>) {
    let found = effects.iter().find_map(|e| match e {
        Effect::Delete { batch, plan } => {
            Some((*batch, plan.delete.iter().map(|d| d.id).collect()))
        }
        _ => None,
    });
    found.expect("an effect that deletes")
}

fn ids(days: &[i64]) -> Vec<SessionId> {
    days.iter().map(|d| id(*d)).collect()
}

#[test]
fn the_first_list_is_shown_whole_and_asks_for_all_sizes() {
    let mut model = window(0);
    let effects = report(&mut model, listed(0, Ok(listing(3))));
    assert_eq!(shown(&model), ids(&[0, 1, 2]));
    let Some(Effect::Measure(wanted)) = effects.first() else {
        panic!("{effects:?}");
    };
    assert_eq!(wanted.len(), 3);
    assert_eq!(
        wanted[0],
        (id(0), PathBuf::from(format!("/base/{}", id(0))))
    );
    assert_eq!(model.load, Load::Ready);
}

#[test]
fn a_list_read_before_our_own_change_is_not_believed() {
    let mut model = window(3);
    click(&mut model, 1);
    let (batch, _) = delete_of(&command(&mut model, Command::Delete));
    report(&mut model, Report::SetChanged);
    let effects = report(
        &mut model,
        Report::Deleted {
            batch,
            deleted: ids(&[1]),
            skipped: vec![],
        },
    );
    assert!(
        !effects.contains(&Effect::List { generation: 1 }),
        "one at a time"
    );
    let effects = report(&mut model, listed(0, Ok(listing(3))));
    assert_eq!(shown(&model), ids(&[0, 2]), "it stays gone");
    assert_eq!(effects, [Effect::List { generation: 1 }]);
}

#[test]
fn delete_hides_at_once_selects_the_next_and_can_be_undone_for_thirty_seconds() {
    let mut model = window(4);
    click(&mut model, 1);
    let effects = command(&mut model, Command::Delete);
    let (batch, gone) = delete_of(&effects);
    assert_eq!(gone, ids(&[1]));
    assert_eq!(shown(&model), ids(&[0, 2, 3]));
    assert_eq!(
        model.selection.single(),
        Some(id(2)),
        "the next row inherits"
    );
    assert_eq!(
        model.toasts.iter().count(),
        0,
        "nothing is offered before it is done"
    );

    report(
        &mut model,
        Report::Deleted {
            batch,
            deleted: ids(&[1]),
            skipped: vec![],
        },
    );
    assert_eq!(offered(&model), batch);
    let toast = model.toasts.iter().next().unwrap();
    assert_eq!(toast.title, format!("Deleted {}, 100 B", id(1)));

    assert!(later(&mut model, UNDO_TIME - Duration::from_secs(1)).is_empty());
    assert_eq!(command(&mut model, Command::Undo), [Effect::Restore(batch)]);
    assert_eq!(model.toasts.iter().count(), 0);
    let effects = report(
        &mut model,
        Report::Restored {
            batch,
            restored: ids(&[1]),
            failed: vec![],
            again: vec![],
        },
    );
    assert!(effects.iter().any(|e| matches!(e, Effect::List { .. })) || model.list_again);
    let generation = model.generation;
    report(&mut model, listed(generation, Ok(listing(4))));
    assert_eq!(model.selection.single(), Some(id(1)), "it is looked at");
}

#[test]
fn what_nobody_brought_back_goes_for_good() {
    let mut model = window(3);
    click(&mut model, 2);
    let (batch, _) = delete_of(&command(&mut model, Command::Delete));
    report(
        &mut model,
        Report::Deleted {
            batch,
            deleted: ids(&[2]),
            skipped: vec![],
        },
    );
    let toast = model.toasts.iter().next().unwrap().id;
    update(&mut model, Action::HoverToast(Some(toast)));
    assert!(
        later(&mut model, UNDO_TIME * 2).is_empty(),
        "it waits under the pointer"
    );
    update(&mut model, Action::HoverToast(None));
    assert_eq!(later(&mut model, UNDO_TIME), [Effect::Purge(vec![batch])]);
    assert!(command(&mut model, Command::Undo).is_empty());
}

#[test]
fn what_could_not_be_deleted_comes_back_with_the_reason() {
    let mut model = window(4);
    update(&mut model, Action::Click(id(1), Extend::No));
    update(&mut model, Action::Click(id(2), Extend::Range));
    let (batch, gone) = delete_of(&command(&mut model, Command::Delete));
    assert_eq!(gone, ids(&[1, 2]));
    let problem = Problem::new("Could not delete it", "It is in use");
    report(
        &mut model,
        Report::Deleted {
            batch,
            deleted: ids(&[1]),
            skipped: vec![(id(2), problem)],
        },
    );
    assert_eq!(shown(&model), ids(&[0, 2, 3]));
    let kinds: Vec<_> = model.toasts.iter().map(|t| t.kind).collect();
    assert_eq!(kinds, [Kind::Undo(batch), Kind::Error]);
}

#[test]
fn protected_sessions_are_never_deleted_and_the_reason_is_told() {
    let mut model = window(3);
    click(&mut model, 0);
    let why = Command::Delete.enabled(&model).unwrap_err();
    assert!(why.contains("it is the current session"), "{why}");
    assert!(why.contains("make another session current"), "{why}");
    assert!(command(&mut model, Command::Delete).is_empty());
    assert!(command(&mut model, Command::DeleteForever).is_empty());
    assert_eq!(model.dialog, None);
    // Of several, what nothing protects goes.
    command(&mut model, Command::SelectAll);
    let (_, gone) = delete_of(&command(&mut model, Command::Delete));
    assert_eq!(gone, ids(&[1, 2]));
}

#[test]
fn permanent_deletion_asks_first() {
    let mut model = window(4);
    command(&mut model, Command::SelectAll);
    assert!(command(&mut model, Command::DeleteForever).is_empty());
    let Some(Dialog::Erase(question)) = model.dialog.clone() else {
        panic!("{:?}", model.dialog);
    };
    assert_eq!((question.bytes, question.spared), (300, 1));
    assert_eq!(question.range, (id(3), id(1)));
    update(&mut model, Action::Answer(Answer::Close));
    assert_eq!((model.dialog.is_none(), shown(&model).len()), (true, 4));

    command(&mut model, Command::DeleteForever);
    let effects = update(&mut model, Action::Answer(Answer::Erase));
    let Some(Effect::Erase { job, plan }) = effects.first() else {
        panic!("{effects:?}");
    };
    let (job, gone): (u64, Vec<_>) = (*job, plan.delete.iter().map(|d| d.id).collect());
    assert_eq!(gone, ids(&[1, 2, 3]));
    assert_eq!(shown(&model), ids(&[0]));
    let effects = report(
        &mut model,
        Report::Erased {
            job,
            erased: gone,
            failed: vec![],
        },
    );
    assert!(effects.contains(&Effect::Ended(job)));
    assert!(model.jobs.is_empty());
}

#[test]
fn clean_up_carries_out_the_plan_that_its_tooltip_tells() {
    let mut model = window(5);
    let planned: Vec<_> = model.cleanup_plan().delete.iter().map(|d| d.id).collect();
    assert_eq!(planned, ids(&[4, 3]), "keep the newest three, oldest first");
    let (batch, gone) = delete_of(&command(&mut model, Command::CleanUp));
    assert_eq!(gone, planned);
    report(
        &mut model,
        Report::Deleted {
            batch,
            deleted: gone,
            skipped: vec![],
        },
    );
    let toast = model.toasts.iter().next().unwrap();
    assert_eq!(toast.title, "Cleaned up 2 sessions, 200 B");
    assert!(
        Command::CleanUp.enabled(&model).is_err(),
        "nothing is left to clean up"
    );
}

#[test]
fn the_clean_up_dialog_changes_its_plan_live_and_keeps_its_rules_when_told_to() {
    let mut model = window(5);
    command(&mut model, Command::CleanUpPreview);
    let Some(Dialog::CleanUp(mut form)) = model.dialog.clone() else {
        panic!("{:?}", model.dialog);
    };
    assert_eq!(form.keep.text, "3");
    form.keep.text = "1".into();
    update(&mut model, Action::Edit(Dialog::CleanUp(form.clone())));
    let plan = model.plan_by(&form.policy().unwrap());
    assert_eq!(plan.delete.len(), 4);
    assert_eq!(
        model.cleanup_plan().delete.len(),
        2,
        "the saved rules hold meanwhile"
    );
    let effects = update(&mut model, Action::Answer(Answer::SaveRules));
    assert!(
        matches!(&effects[..], [Effect::SaveSettings(s)] if s.cleanup.policy() == Policy::keep(1))
    );
    assert!(model.dialog.is_some(), "it stays open");
    let effects = update(&mut model, Action::Answer(Answer::CleanUp(plan)));
    assert_eq!(delete_of(&effects).1.len(), 4);
    assert!(model.dialog.is_none());
}

#[test]
fn an_upload_shows_at_once_selects_its_session_and_tells_what_was_cleaned_up() {
    let mut model = window(3);
    let effects = update(&mut model, Action::Upload(vec!["/x/data.csv".into()]));
    let Some(Effect::Upload { job, batch, .. }) = effects.last() else {
        panic!("{effects:?}");
    };
    let (job, batch) = (*job, *batch);
    assert_eq!(model.jobs[0].title, "New session from data.csv");
    report(&mut model, Report::Step(job, "copying".into()));
    assert_eq!(model.jobs[0].step.as_deref(), Some("copying"));
    let uploaded = Uploaded {
        session: id(-1),
        files: 1,
        bytes: 5,
        skipped: vec![],
        cleaned: Some((batch, ids(&[2]))),
        notes: vec![],
    };
    report(
        &mut model,
        Report::Uploaded {
            job,
            result: Ok(Box::new(uploaded)),
        },
    );
    assert!(model.jobs.is_empty());
    assert_eq!(offered(&model), batch);
    assert_eq!(shown(&model), ids(&[0, 1]));
    let mut with_new = listing(2);
    let mut new = super::super::model::fixture::session(-1);
    new.protection.current = true;
    with_new.sessions.insert(0, new);
    let generation = model.generation;
    report(&mut model, listed(generation, Ok(with_new)));
    assert_eq!(model.selection.single(), Some(id(-1)));
}

#[test]
fn a_cancelled_upload_says_so_and_nothing_else_changes() {
    let mut model = window(2);
    let effects = update(&mut model, Action::Upload(vec!["/x".into(), "/y".into()]));
    let Some(Effect::Upload { job, .. }) = effects.last() else {
        panic!("{effects:?}");
    };
    let job = *job;
    assert_eq!(model.jobs[0].title, "New session from 2 items");
    assert_eq!(
        update(&mut model, Action::Cancel(job)),
        [Effect::Cancel(job)]
    );
    assert!(model.jobs[0].cancelling);
    assert_eq!(
        report(&mut model, Report::UploadCancelled(job)),
        [Effect::Ended(job)]
    );
    assert_eq!(shown(&model).len(), 2);
    assert!(update(&mut model, Action::Upload(vec![])).is_empty());
}

#[test]
fn hovering_files_are_named_and_counted_and_a_lost_drop_is_told() {
    let mut model = window(1);
    let paths: Vec<PathBuf> = (0..9).map(|i| format!("/x/{i}.csv").into()).collect();
    let effects = update(&mut model, Action::Hover(paths.clone()));
    assert!(matches!(&effects[..], [Effect::Count(p, n)] if *p == paths && n.len() == 6));
    assert_eq!(model.hover.as_ref().map(|h| h.entries), Some(9));
    assert_eq!(
        update(&mut model, Action::Hover(vec![])),
        [Effect::StopCounting]
    );
    assert_eq!(model.hover, None);
    update(&mut model, Action::DropLost);
    let toast = model.toasts.iter().next().unwrap();
    assert_eq!(toast.kind, Kind::Warning);
    assert!(
        toast
            .body
            .as_ref()
            .is_some_and(|b| b.contains("New from files"))
    );
}

#[test]
fn the_open_session_follows_the_selection_and_loads_what_its_side_needs() {
    let mut model = window(3);
    let effects = update(&mut model, Action::Click(id(1), Extend::No));
    assert_eq!(effects, [Effect::LoadDetails(id(1))]);
    assert!(
        update(&mut model, Action::Click(id(1), Extend::No)).is_empty(),
        "known already"
    );
    let effects = update(&mut model, Action::Side(SideTab::Files));
    assert!(matches!(&effects[..], [Effect::LoadFiles(i, _)] if *i == id(1)));
    let effects = update(&mut model, Action::Step(Step::Down, false));
    assert!(
        matches!(&effects[..], [Effect::LoadFiles(i, _), Effect::Ui(UiEffect::ScrollTo(_))] if *i == id(2))
    );
    // An answer that comes too late is not shown.
    report(&mut model, Report::Details(id(1), None));
    assert_eq!(
        model.open.as_ref().map(|o| o.manifest.is_some()),
        Some(false)
    );
    command(&mut model, Command::SelectAll);
    assert_eq!(model.open, None);
}

#[test]
fn the_selection_survives_another_programs_change() {
    let mut model = window(4);
    click(&mut model, 2);
    assert_eq!(
        report(&mut model, Report::SetChanged),
        [Effect::List { generation: 0 }]
    );
    let mut without_first = listing(4);
    without_first.sessions.remove(1);
    let effects = report(&mut model, listed(0, Ok(without_first)));
    assert!(effects.is_empty(), "nothing new to measure: {effects:?}");
    assert_eq!(model.selection.single(), Some(id(2)));
    report(&mut model, Report::SetChanged);
    report(&mut model, listed(0, Ok(listing(2))));
    assert!(model.selection.is_empty(), "it is gone");
}

#[test]
fn a_base_that_cannot_be_read_says_why_and_comes_back() {
    let mut model = window(2);
    report(&mut model, Report::SetChanged);
    let problem = Problem::new("Could not use the base directory", "It is a link");
    report(&mut model, listed(0, Err(problem)));
    assert!(matches!(&model.load, Load::Failed(p) if p.why == "It is a link"));
    assert!(shown(&model).is_empty());
    assert!(Command::NewFromFiles.enabled(&model).is_err());
    report(&mut model, Report::SetChanged);
    report(&mut model, listed(0, Ok(listing(2))));
    assert_eq!(shown(&model).len(), 2);
}

#[test]
fn pinning_shows_at_once_and_turns_round_when_all_are_pinned() {
    let mut model = window(3);
    update(&mut model, Action::Click(id(1), Extend::No));
    update(&mut model, Action::Click(id(2), Extend::Range));
    assert_eq!(Command::TogglePin.label(&model), "Pin");
    assert_eq!(
        command(&mut model, Command::TogglePin),
        [Effect::Pin(ids(&[1, 2]), true)]
    );
    assert_eq!(Command::TogglePin.label(&model), "Unpin");
    assert!(Command::Delete.enabled(&model).is_err());
    assert_eq!(
        command(&mut model, Command::TogglePin),
        [Effect::Pin(ids(&[1, 2]), false)]
    );
}

#[test]
fn sizes_that_are_known_do_not_jump_while_they_are_counted_again() {
    let mut model = window(2);
    report(
        &mut model,
        Report::Measured(vec![(id(1), Size::Counting(used(7)))]),
    );
    assert_eq!(model.table.get(id(1)).unwrap().size, Size::Known(used(100)));
    report(
        &mut model,
        Report::Measured(vec![(id(1), Size::Known(used(9)))]),
    );
    assert_eq!(model.table.get(id(1)).unwrap().size, Size::Known(used(9)));
}

#[test]
fn a_table_sorted_by_size_is_arranged_anew_once_a_second_while_sizes_come_in() {
    let mut model = window(3);
    update(&mut model, Action::Sort(Column::Size));
    let before = shown(&model);
    report(
        &mut model,
        Report::Measured(vec![(id(2), Size::Known(used(900)))]),
    );
    assert_eq!(shown(&model), before, "rows don't move under the pointer");
    later(&mut model, Duration::from_millis(1_100));
    assert_eq!(shown(&model)[0], id(2));
}

#[test]
fn typing_at_the_table_goes_on_for_a_second() {
    let mut model = window(40);
    update(&mut model, Action::TypeAhead("2025".into()));
    update(&mut model, Action::TypeAhead("0701".into()));
    assert_eq!(model.selection.single(), Some(id(9)));
    later(&mut model, Duration::from_secs(2));
    update(&mut model, Action::TypeAhead("202506".into()));
    assert_eq!(model.selection.single(), Some(id(10)));
}

#[test]
fn settings_show_at_once_and_go_back_when_cancelled() {
    let mut model = window(1);
    command(&mut model, Command::Settings);
    let Some(Dialog::Settings(mut form)) = model.dialog.clone() else {
        panic!("{:?}", model.dialog);
    };
    form.look.scale = 1.5;
    form.rules.keep.text = "7".into();
    form.base = "/other".into();
    let effects = update(&mut model, Action::Edit(Dialog::Settings(form.clone())));
    assert_eq!(effects, [Effect::Ui(UiEffect::ApplyLook)]);
    update(&mut model, Action::Answer(Answer::Close));
    assert_eq!(model.settings, Settings::default());

    command(&mut model, Command::Settings);
    update(&mut model, Action::Edit(Dialog::Settings(form)));
    let effects = update(&mut model, Action::Answer(Answer::SaveSettings));
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::SaveSettings(s) if s.window.scale == 1.5))
    );
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::OpenBase(b) if b.path().ends_with("other")))
    );
    assert_eq!(model.policy, Policy::keep(7));
    assert_eq!((shown(&model).len(), &model.load), (0, &Load::Reading));
}

#[test]
fn every_command_has_a_key_of_its_own() {
    let mut keys: Vec<_> = Command::ALL.iter().map(|c| c.shortcut()).collect();
    let all = keys.len();
    keys.sort_by_key(|k| format!("{k:?}"));
    keys.dedup();
    assert_eq!(keys.len(), all);
    let model = window(0);
    for command in Command::ALL {
        assert!(!command.label(&model).is_empty());
    }
}

#[test]
fn a_copy_of_several_paths_has_a_line_for_each_in_the_order_of_the_screen() {
    let mut model = window(3);
    command(&mut model, Command::SelectAll);
    let expected = format!("{}\n{}\n{}", id(0), id(1), id(2));
    assert_eq!(
        command(&mut model, Command::CopyId),
        [Effect::Ui(UiEffect::CopyText(expected))]
    );
}

#[test]
fn a_session_that_changes_all_the_time_keeps_no_other_from_being_measured() {
    let mut model = window(3);
    let measured = |effects: &[Effect]| match effects {
        [Effect::Measure(wanted)] => wanted.iter().map(|(id, _)| *id).collect(),
        [] => Vec::new(),
        other => panic!("{other:?}"),
    };
    let changed = |model: &mut Model| report(model, Report::ContentChanged(ids(&[1])));
    assert_eq!(measured(&changed(&mut model)), ids(&[1]));
    assert!(
        changed(&mut model).is_empty(),
        "it is being measured already"
    );
    assert_eq!(
        measured(&report(&mut model, Report::MeasuringEnded)),
        ids(&[1])
    );
    assert!(report(&mut model, Report::MeasuringEnded).is_empty());
}
