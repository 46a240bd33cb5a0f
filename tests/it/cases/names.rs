//! CASES 1 to 5: names, times and the one order of sessions.

use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::time::{Duration, Instant, SystemTime};

use chrono::TimeDelta;
use chrono_tz::Tz;
use eyproject_sessions::session::ErrorKind;

use super::driver;
use super::kit::{self, Picture, id, listed, store, store_at};
use crate::clock::TestClock;
use crate::fixture::{Fixture, Outcome};

#[test]
fn case_01_fifty_creates_at_once_are_fifty_sessions() {
    let fixture = Fixture::new();
    let began = Instant::now();
    let children: Vec<_> = (0..5)
        .map(|_| {
            let mut command = driver::command(&fixture, "create 10");
            std::thread::spawn(move || Outcome::of(&mut command).ok())
        })
        .collect();
    let outputs: Vec<_> = children.into_iter().map(|c| c.join().unwrap()).collect();
    let made: Vec<_> = outputs.iter().flat_map(|o| driver::told(o)).collect();
    let distinct: BTreeSet<_> = made.iter().collect();
    assert_eq!((made.len(), distinct.len()), (50, 50), "{made:?}");
    assert_eq!(fixture.sessions().len(), 50);
    // Busy machines take longer; but then the names have not run ahead either.
    assert!(began.elapsed() < Duration::from_secs(30));

    let listing = store(&fixture).list().unwrap();
    let sequences: Vec<_> = listing.sessions.iter().map(|s| s.sequence).collect();
    assert!(
        sequences.is_sorted_by(|a, b| a > b),
        "no two alike, newest first"
    );
    assert!(
        listing
            .sessions
            .iter()
            .all(|s| s.problem.is_none() && s.missing.is_empty())
    );
    let names: Vec<_> = listing.sessions.iter().map(|s| s.id).collect();
    assert!(names.is_sorted_by(|a, b| a > b), "names sort as created");
}

#[test]
fn case_01_every_name_of_two_minutes_can_be_used_and_then_it_says_so() {
    let fixture = Fixture::new();
    let clock = TestClock::at(Tz::UTC, "2025-07-10T15:30:00Z");
    let store = store_at(&fixture, &clock);
    // Files are in the way of every name but the last that is tried.
    for seconds in 0..120i64 {
        let taken = id("session_20250710_153000").local() + TimeDelta::seconds(seconds);
        let name = taken.format("session_%Y%m%d_%H%M%S").to_string();
        std::fs::write(fixture.base().join(name), "in the way").unwrap();
    }
    assert_eq!(kit::create(&store).to_string(), "session_20250710_153200");
    // Now the newest name is two minutes ahead, and the next one follows it.
    assert_eq!(kit::create(&store).to_string(), "session_20250710_153201");
    for seconds in 122..=260i64 {
        let taken = id("session_20250710_153000").local() + TimeDelta::seconds(seconds);
        let name = taken.format("session_%Y%m%d_%H%M%S").to_string();
        std::fs::write(fixture.base().join(name), "in the way").unwrap();
    }
    let error = store.stage().unwrap();
    let error = error
        .publish(eyproject_sessions::session::Draft::empty(
            eyproject_sessions::session::Origin::Cli,
        ))
        .unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Refused(_)));
    assert!(
        error.full().contains("wait two minutes"),
        "{}",
        error.full()
    );
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
    assert_eq!(listed(&store).len(), 2);
}

#[test]
fn case_01_the_name_of_a_session_that_is_gone_is_not_given_again() {
    let fixture = Fixture::new();
    let clock = TestClock::at(Tz::UTC, "2025-07-10T15:30:00Z");
    let store = store_at(&fixture, &clock);
    let first = kit::create(&store);
    let second = kit::create(&store);
    store.make_current(first).unwrap();
    kit::delete(&store, second).unwrap();
    let third = kit::create(&store);
    assert_eq!(third.to_string(), "session_20250710_153002");
    // Nor that of a session which the Python backend made.
    let theirs = "session_20250710_153005";
    fixture.backend_session(theirs, 0, &[]);
    store.make_current(first).unwrap();
    kit::delete(&store, id(theirs)).unwrap();
    assert_eq!(kit::create(&store).to_string(), "session_20250710_153006");
    // A name from a wrong clock is no reason to follow it.
    fixture.backend_session("session_20990101_000000", 0, &[]);
    kit::delete(&store, id("session_20990101_000000")).unwrap();
    assert_eq!(kit::create(&store).to_string(), "session_20250710_153007");
}

#[test]
fn case_02_the_hour_that_repeats_keeps_the_order_of_creation() {
    let fixture = Fixture::new();
    let clock = TestClock::at(Tz::Europe__Berlin, "2025-10-26T00:30:00Z");
    let store = store_at(&fixture, &clock);
    let summer = kit::create(&store);
    clock.advance(TimeDelta::hours(1));
    let winter = kit::create(&store);
    assert_eq!(summer.to_string(), "session_20251026_023000");
    assert_eq!(
        winter.to_string(),
        "session_20251026_023001",
        "no collision"
    );
    let sessions = store.list().unwrap().sessions;
    assert_eq!(sessions[0].id, winter);
    assert_eq!(
        sessions[0].created_at.to_rfc3339(),
        "2025-10-26T02:30:00+01:00"
    );
    assert_eq!(
        sessions[1].created_at.to_rfc3339(),
        "2025-10-26T02:30:00+02:00"
    );
    // A name of the repeated hour that is older in text is newer in fact.
    clock.advance(TimeDelta::minutes(-20));
    clock.advance(TimeDelta::minutes(10));
    let later = kit::create(&store);
    assert!(later < winter, "the clock was set back by ten minutes");
    assert_eq!(
        listed(&store)[0],
        later.to_string(),
        "the order is that of creation"
    );
    assert_eq!(store.current().unwrap(), Some(later));
}

#[test]
fn case_02_without_a_manifest_the_repeated_hour_is_the_earlier_and_the_skipped_one_valid() {
    let fixture = Fixture::new();
    let clock = TestClock::at(Tz::Europe__Berlin, "2025-12-01T00:00:00Z");
    let store = store_at(&fixture, &clock);
    fixture.backend_session("session_20251026_023000", 1, &[]);
    fixture.backend_session("session_20250330_023000", 1, &[]);
    fixture.backend_session("session_20250330_030000", 1, &[]);
    let sessions = store.list().unwrap().sessions;
    let times: Vec<_> = sessions.iter().map(|s| s.created_at.to_rfc3339()).collect();
    assert_eq!(times[0], "2025-10-26T02:30:00+02:00");
    // 02:30 was skipped: with the offset before the change it is 03:30 of summer time.
    assert_eq!(sessions[1].id, id("session_20250330_023000"));
    assert_eq!(times[1], "2025-03-30T02:30:00+01:00");
    assert_eq!(times[2], "2025-03-30T03:00:00+02:00");
}

#[test]
fn case_02_a_clock_set_back_collides_with_nothing() {
    let fixture = Fixture::new();
    let clock = TestClock::at(Tz::UTC, "2025-07-10T15:30:00Z");
    let store = store_at(&fixture, &clock);
    let mut made = Vec::new();
    for back in [0, 30, 30, 45 * 60, 45 * 60] {
        clock.advance(TimeDelta::seconds(-back));
        made.push(kit::create(&store).to_string());
        assert_eq!(
            store.current().unwrap().unwrap().to_string(),
            *made.last().unwrap()
        );
    }
    let distinct: BTreeSet<_> = made.iter().collect();
    assert_eq!(distinct.len(), made.len());
    made.reverse();
    assert_eq!(listed(&store)[..3], made[..3], "order by real creation");
}

#[test]
fn case_03_a_session_from_2099_is_flagged_and_displaces_nobody() {
    let fixture = Fixture::new();
    let clock = TestClock::at(Tz::UTC, "2099-01-01T00:00:00Z");
    let store = store_at(&fixture, &clock);
    let future = kit::create(&store);
    clock.advance(TimeDelta::days(-365 * 70));
    let first = kit::create(&store);
    let second = kit::create(&store);
    let listing = store.list().unwrap();
    assert_eq!(listing.current, Some(second));
    let order: Vec<_> = listing.sessions.iter().map(|s| s.id).collect();
    assert_eq!(order, [second, first, future]);
    assert!(listing.get(future).unwrap().clock_ahead);
    assert!(!listing.get(first).unwrap().clock_ahead);
    // It is the first to go, and the plan says why.
    let policy = eyproject_sessions::session::Policy::keep(2);
    let plan = store.plan_cleanup(&policy, &Default::default()).unwrap();
    assert_eq!(plan.delete.len(), 1);
    assert_eq!(plan.delete[0].id, future);
    assert!(plan.delete[0].reasons[0].to_string().contains("future"));
    // Choosing it by hand holds, until the next is made.
    store.make_current(future).unwrap();
    assert_eq!(store.current().unwrap(), Some(future));
    let third = kit::create(&store);
    assert_eq!(store.current().unwrap(), Some(third));
}

#[test]
fn case_03_an_age_rule_says_that_it_spares_what_is_dated_in_the_future() {
    let fixture = Fixture::new();
    fixture.backend_session("session_20990101_000000", 0, &[]);
    fixture.backend_session("session_20250710_153000", 0, &[]);
    let output = fixture.run(["cleanup", "--older-than", "300000w", "--dry-run"]);
    assert!(output.stderr.contains("dated in the future"), "{output:?}");
}

#[test]
fn case_04_what_is_only_named_like_a_session_is_never_touched() {
    let fixture = Fixture::new();
    let base = fixture.base();
    let outside = fixture.outside("precious/file", b"precious");
    for name in [
        "session_foo",
        "session_20251399_999999",
        "Session_20250710_153000",
    ] {
        std::fs::create_dir(base.join(name)).unwrap();
        std::fs::write(base.join(name).join("file"), name).unwrap();
    }
    std::fs::write(base.join("session_20250710_153000"), "a file").unwrap();
    symlink(
        outside.parent().unwrap(),
        base.join("session_20250710_153001"),
    )
    .unwrap();
    std::fs::write(base.join("notes.txt"), "mine").unwrap();
    let before = Picture::of(&base);
    let precious = Picture::of(outside.parent().unwrap());

    assert_eq!(fixture.run(["list"]).ok(), "");
    for name in ["session_20250710_153000", "session_20250710_153001"] {
        for command in ["delete", "use", "pin", "info"] {
            let refused = fixture.run([command, name]);
            assert_eq!(
                (refused.code, refused.stdout.as_str()),
                (Some(1), ""),
                "{command} {name}"
            );
            assert!(
                refused.stderr.contains("there is no such session"),
                "{refused:?}"
            );
        }
    }
    for name in ["session_foo", "session_20251399_999999"] {
        assert_eq!(fixture.run(["delete", name]).code, Some(2), "{name}");
    }
    fixture.run(["new"]).ok();
    fixture.run(["cleanup", "--keep", "0"]).ok();
    let mut after = Picture::of(&base);
    after
        .0
        .retain(|path, _| before.0.contains_key(path) && !path.as_os_str().is_empty());
    let mut before = before;
    before.0.remove(std::path::Path::new(""));
    assert_eq!(after, before);
    assert_eq!(Picture::of(outside.parent().unwrap()), precious);
}

#[test]
fn case_05_changes_to_files_leave_the_order_alone() {
    let fixture = Fixture::new();
    let old = fixture.backend_session("session_20250710_153000", 9, &[("a", b"1")]);
    fixture.backend_session("session_20250710_153001", 9, &[("a", b"1")]);
    let store = store(&fixture);
    let third = kit::create(&store);
    let before = listed(&store);
    std::fs::write(old.join("a"), "changed").unwrap();
    std::fs::write(old.join("b"), "new").unwrap();
    std::fs::File::open(&old)
        .unwrap()
        .set_modified(SystemTime::now() + Duration::from_secs(3600))
        .unwrap();
    assert_eq!(listed(&store), before);
    assert_eq!(store.current().unwrap(), Some(third));
    // A manifest that a later write gives it keeps its place too.
    store
        .set_pinned(id("session_20250710_153000"), true)
        .unwrap();
    assert_eq!(listed(&store), before);
}

#[test]
fn undoing_a_deletion_makes_nothing_current() {
    let fixture = Fixture::new();
    let store = store(&fixture);
    fixture.backend_session("session_20250710_153000", 1, &[]);
    fixture.backend_session("session_20250710_153001", 1, &[]);
    let chosen = id("session_20250710_153000");
    store.make_current(chosen).unwrap();
    let trashed = store.delete(id("session_20250710_153001")).unwrap();
    store.make_current(chosen).unwrap();
    trashed.restore().map_err(|(_, e)| e).unwrap();
    assert_eq!(store.current().unwrap(), Some(chosen));
}
