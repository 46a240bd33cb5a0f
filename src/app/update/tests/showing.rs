//! What is shown, selected, sorted, measured; settings and keys.

use super::*;
use crate::app::action::RunEffect;

#[test]
fn the_right_side_goes_back_to_the_width_of_the_beginning() {
    let mut model = window(1);
    update(&mut model, Action::ResizeSide(500.0));
    assert_eq!(model.side_width, Some(500.0));
    update(&mut model, Action::ResetSide);
    assert_eq!(model.side_width, None);
}

#[test]
fn the_wish_of_the_system_for_less_movement_is_followed_and_the_settings_stay() {
    let mut model = window(1);
    assert_eq!(update(&mut model, Action::Focused), [Effect::AskMotion]);
    assert!(model.look().animations);
    let look = [Effect::Ui(UiEffect::ApplyLook)];
    for (reduced, effects) in [(false, &[][..]), (true, &look), (true, &[]), (false, &look)] {
        let said = report(&mut model, Report::Motion { reduced });
        assert_eq!(said, effects, "{reduced}");
        assert_eq!(model.look().animations, !reduced);
        assert!(model.settings.window.animations, "they are the person's");
    }
    model.settings.window.animations = false;
    assert!(!model.look().animations, "either is enough");
}

#[test]
fn the_first_list_is_shown_whole_and_asks_for_all_sizes() {
    let mut model = window(0);
    let effects = report(&mut model, listed(0, Ok(listing(3))));
    assert_eq!(shown(&model), ids(&[0, 1, 2]));
    let Some(Effect::Measure(wanted)) = effects.first() else {
        panic!("{effects:?}");
    };
    assert_eq!(*wanted, ids(&[0, 1, 2]));
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
        !effects.iter().any(|e| matches!(e, Effect::List { .. })),
        "one at a time"
    );
    let effects = report(&mut model, listed(0, Ok(listing(3))));
    assert_eq!(shown(&model), ids(&[0, 2]), "it stays gone");
    assert!(lists(&effects, 1), "{effects:?}");
}

#[test]
fn the_open_session_follows_the_selection_and_loads_what_its_side_needs() {
    let mut model = window(3);
    let runs = |effects: &[Effect], n| {
        let read = |e: &Effect| matches!(e, Effect::Run(RunEffect::LoadRuns(i, _)) if *i == id(n));
        effects.iter().any(read)
    };
    let effects = update(&mut model, Action::Click(id(1), Extend::No));
    assert_eq!(effects[0], Effect::LoadDetails(id(1)));
    // The overview tells kinds of files, so it needs them too.
    let files = |e: &Effect| matches!(e, Effect::LoadFiles(i, _) if *i == id(1));
    assert!(effects.len() == 3 && effects.iter().any(files) && runs(&effects, 1));
    assert!(
        update(&mut model, Action::Click(id(1), Extend::No)).is_empty(),
        "known already"
    );
    let effects = update(&mut model, Action::Side(SideTab::Files));
    // The files tell which tables were made from them.
    assert_eq!(effects[0], Effect::LoadDetails(id(1)));
    assert!(effects.len() == 2 && effects.iter().any(files));
    let effects = update(&mut model, Action::Step(Step::Down, false));
    assert!(
        matches!(&effects[..], [Effect::LoadDetails(_), Effect::LoadFiles(i, _), _, Effect::Ui(UiEffect::ScrollTo(_))] if *i == id(2))
    );
    assert!(runs(&effects, 2));
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
fn a_key_that_can_do_nothing_says_why_and_only_once() {
    let mut model = window(3);
    command(&mut model, Command::ClearSelection);
    let told =
        |model: &Model| -> Vec<String> { model.toasts.iter().map(|t| t.title.clone()).collect() };
    for key in [
        Command::ShowFiles,
        Command::ShowFiles,
        Command::Run,
        Command::Widen,
    ] {
        assert!(command(&mut model, key).is_empty());
        assert_eq!(told(&model), ["Select one session first"], "{key:?}");
    }
    command(&mut model, Command::OpenFolder);
    assert_eq!(
        told(&model).last().map(String::as_str),
        Some("Select a session first")
    );
    // What is pressed until nothing is left to do, and what can't lose anything.
    for key in [Command::ClearSelection, Command::Undo, Command::Delete] {
        command(&mut model, key);
        assert_eq!(told(&model).len(), 2, "{key:?}");
    }
}

#[test]
fn the_selection_survives_another_programs_change() {
    let mut model = window(4);
    click(&mut model, 2);
    assert!(lists(&report(&mut model, Report::SetChanged), 0));
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
    assert_eq!(
        model.table.get(id(1)).unwrap().size,
        &Size::Known(used(100))
    );
    report(
        &mut model,
        Report::Measured(vec![(id(1), Size::Known(used(9)))]),
    );
    assert_eq!(model.table.get(id(1)).unwrap().size, &Size::Known(used(9)));
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
        [Effect::Measure(wanted)] => wanted.clone(),
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
