//! Files that come in.

use super::*;

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
    let mut new = session(-1);
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
