//! CASES 6 and 7: which sessions go, on real directories and through every door.

use eyproject_sessions::session::{Policy, Reason};

use super::kit::{self, listed, store};
use crate::fixture::Fixture;

fn numbered(fixture: &Fixture, n: u32) -> Vec<String> {
    (0..n)
        .map(|i| {
            let id = format!("session_20250710_1530{i:02}");
            fixture.backend_session(&id, 1, &[("data", &[0; 100])]);
            id
        })
        .collect()
}

#[test]
fn case_06_the_eleventh_session_leaves_exactly_ten() {
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    let old = numbered(&fixture, 10);
    let path = fixture.run(["new"]).ok();
    let left = fixture.sessions();
    assert_eq!(left.len(), 10);
    assert!(!left.contains(&old[0]) && left.contains(&old[1]));
    assert!(left.iter().any(|id| path.trim_end().ends_with(id)));
    assert_eq!(fixture.run(["current"]).ok(), path);

    let file = fixture.outside("a.csv", b"1");
    let uploaded = fixture.run(["upload", file.to_str().unwrap()]).ok();
    let left = fixture.sessions();
    assert_eq!(left.len(), 10);
    assert!(!left.contains(&old[1]), "the oldest went");
    assert_eq!(fixture.run(["current"]).ok(), uploaded);
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
}

#[test]
fn case_07_the_current_session_stays_though_it_is_the_oldest() {
    let fixture = Fixture::new();
    let old = numbered(&fixture, 4);
    fixture.run(["use", &old[0]]).ok();
    fixture.run(["cleanup", "--keep", "2"]).ok();
    assert_eq!(fixture.sessions(), [&old[0], &old[3]].map(Clone::clone));
}

#[test]
fn case_07_keep_none_leaves_only_what_is_protected_and_says_so() {
    let fixture = Fixture::new();
    let old = numbered(&fixture, 5);
    fixture.run(["pin", &old[1]]).ok();
    let dir = fixture.base().join(&old[2]);
    let _held = kit::Other::flock("-s", &dir);
    let done = fixture.run(["cleanup", "--keep", "0"]);
    assert_eq!(
        fixture.sessions(),
        [&old[1], &old[2], &old[4]].map(Clone::clone)
    );
    for (id, why) in [
        (1, "it is pinned"),
        (2, "it is in use"),
        (4, "it is the current session"),
    ] {
        let line = format!("kept {}: {why}\n", old[id]);
        assert!(done.stdout.contains(&line), "{done:?}");
    }
    assert!(
        done.stderr
            .contains("2 sessions are protected, more than the 0 to keep"),
        "{done:?}"
    );
    assert_eq!(done.code, Some(0), "what is skipped is no failure");
}

#[test]
fn case_07_more_to_keep_than_there_are_does_nothing() {
    let fixture = Fixture::new();
    let old = numbered(&fixture, 3);
    let done = fixture.run(["cleanup", "--keep", "100"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), ""));
    assert_eq!(fixture.sessions(), old);
}

#[test]
fn a_plan_is_applied_as_it_was_shown() {
    let fixture = Fixture::new();
    let old = numbered(&fixture, 6);
    let store = store(&fixture);
    let plan = store
        .plan_cleanup(&Policy::keep(2), &Default::default())
        .unwrap();
    let planned: Vec<_> = plan.delete.iter().map(|d| d.id.to_string()).collect();
    assert_eq!(planned, old[..4], "oldest first");
    // Meanwhile one is pinned, one is deleted by somebody else, one is locked, and one is made.
    store.set_pinned(kit::id(&old[0]), true).unwrap();
    kit::delete(&store, kit::id(&old[1])).unwrap();
    let _held = kit::Other::flock("-x", &fixture.base().join(&old[2]));
    let new = kit::create(&store).to_string();
    let mut cleaned = store.apply(&plan).unwrap();
    let deleted: Vec<_> = cleaned
        .deleted
        .iter()
        .map(|(d, _)| d.id.to_string())
        .collect();
    assert_eq!(
        deleted,
        [old[3].clone()],
        "nothing that the plan did not name"
    );
    let skipped: Vec<_> = cleaned
        .skipped
        .iter()
        .map(|(id, e)| (id.to_string(), e.reason()))
        .collect();
    let expected = [
        (old[0].clone(), "it is pinned".into()),
        (old[2].clone(), "it is in use".into()),
    ];
    assert_eq!(skipped, expected);
    assert!(cleaned.remove_deleted(&Default::default()).is_empty());
    let mut left: Vec<_> = listed(&store);
    left.sort();
    assert_eq!(
        left,
        [&old[0], &old[2], &old[4], &old[5], &new].map(Clone::clone)
    );
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
}

#[test]
fn rules_on_sizes_measure_real_files() {
    let fixture = Fixture::new();
    let old = numbered(&fixture, 5);
    let store = store(&fixture);
    let policy = Policy {
        max_total: Some(250),
        ..Policy::none()
    };
    let plan = store.plan_cleanup(&policy, &Default::default()).unwrap();
    let planned: Vec<_> = plan
        .delete
        .iter()
        .map(|d| (d.id.to_string(), d.bytes))
        .collect();
    let expected: Vec<_> = old[..3].iter().map(|id| (id.clone(), Some(100))).collect();
    assert_eq!(planned, expected);
    assert_eq!(plan.delete[0].reasons, [Reason::TotalOver(250)]);
    let cleaned = store.cleanup(&policy).unwrap();
    assert_eq!(cleaned.deleted.len(), 3);
    let policy = Policy {
        min_free: Some(u64::MAX),
        ..Policy::none()
    };
    let plan = store.plan_cleanup(&policy, &Default::default()).unwrap();
    assert_eq!(
        plan.delete.len(),
        1,
        "all but the current one, though that is not enough"
    );
    assert!(
        plan.notes[0].contains("would have to be freed elsewhere"),
        "{:?}",
        plan.notes
    );
}
