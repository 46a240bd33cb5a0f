//! CASE 10: eight processes make, upload, delete, undo, clean up and choose at once.

use std::collections::BTreeSet;

use super::driver;
use super::kit::{self, Other, store};
use crate::fixture::{Fixture, Outcome};

/// Seconds; a minute where the checks ask for it.
fn duration() -> u64 {
    let asked = std::env::var("EYPROJECT_TEST_CHURN_SECONDS");
    asked.ok().and_then(|s| s.parse().ok()).unwrap_or(3)
}

#[test]
fn case_10_eight_processes_lose_nothing_that_should_stay() {
    let fixture = Fixture::new();
    let pinned = "session_20250710_153000";
    let held = "session_20250710_153001";
    fixture.backend_session(pinned, 1, &[("a", b"pinned")]);
    fixture.backend_session(held, 1, &[("a", b"held")]);
    fixture.run(["pin", pinned]).ok();
    let _lock = Other::flock("-s", &fixture.base().join(held));
    fixture.outside("folder/a.csv", b"1,2\n");
    let file = fixture.outside("folder/sub/b.csv", &[7; 10_000]);
    let folder = file.parent().unwrap().parent().unwrap().to_owned();

    let scenario = format!("churn {} {}", duration(), folder.display());
    let children: Vec<_> = (0..8)
        .map(|_| {
            let mut command = driver::command(&fixture, &scenario);
            std::thread::spawn(move || Outcome::of(&mut command))
        })
        .collect();
    let outcomes: Vec<_> = children.into_iter().map(|c| c.join().unwrap()).collect();
    let outputs: Vec<_> = outcomes.into_iter().map(Outcome::ok).collect();
    let told: Vec<_> = outputs.iter().flat_map(|o| driver::told(o)).collect();
    let named = |what: &str| -> Vec<String> {
        let names = told.iter().filter_map(|line| line.strip_prefix(what));
        names.map(Into::into).collect()
    };
    assert_eq!(named("error "), [""; 0]);

    let (made, deleted) = (named("made "), named("deleted "));
    let as_set = |names: &[String]| names.iter().cloned().collect::<BTreeSet<_>>();
    assert!(made.len() > 20, "only {} were made", made.len());
    assert_eq!(as_set(&made).len(), made.len(), "no name twice");
    assert_eq!(
        as_set(&deleted).len(),
        deleted.len(),
        "nothing is deleted twice"
    );
    let mut expected = as_set(&made);
    expected.extend([pinned.to_owned(), held.to_owned()]);
    for id in &deleted {
        assert!(expected.remove(id), "{id} was deleted, but never made");
    }
    assert_eq!(
        as_set(&fixture.sessions()),
        expected,
        "nothing lost, nothing come back"
    );

    let store = store(&fixture);
    let listing = store.list().unwrap();
    assert!(
        listing
            .sessions
            .iter()
            .all(|s| s.problem.is_none() && s.missing.is_empty())
    );
    let newest = listing.sessions.iter().max_by_key(|s| s.sequence).unwrap();
    assert!(listing.current.is_some_and(|c| c <= newest.id));
    for session in &listing.sessions {
        let uploaded = session.path.join("folder");
        assert_eq!(
            uploaded.exists(),
            session.path.join("logs").exists(),
            "{}",
            session.id
        );
        if uploaded.exists() {
            assert_eq!(
                std::fs::read(uploaded.join("sub/b.csv")).unwrap(),
                [7; 10_000]
            );
        }
    }
    store.sweep().unwrap();
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
}
