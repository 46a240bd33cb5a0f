//! Deleting, undoing, cleaning up.

use super::*;

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
    let told: Vec<_> = model
        .toasts
        .iter()
        .map(|t| (t.kind, t.title.as_str()))
        .collect();
    assert_eq!(
        told,
        [(Kind::Remark, "Nothing was deleted")],
        "told once, and not as done"
    );
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
