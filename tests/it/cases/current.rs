//! CASE 7: whether a session is the current one is the same for a list, which reads everything, and for a
//! delete, which reads only as much as it takes to know.

use chrono::TimeDelta;
use chrono_tz::Tz;
use eyproject_sessions::session::{ErrorKind, Progress, SessionId, Store};

use super::kit::{self, store_at};
use crate::clock::TestClock;
use crate::fixture::Fixture;

/// Deletes each session and brings it back: refused for exactly the one that the list calls current.
#[track_caller]
fn agrees(store: &Store, case: &str) {
    let listing = store.list().unwrap();
    for session in &listing.sessions {
        let id = session.id;
        match store.delete(id) {
            Ok(trashed) => {
                assert_ne!(listing.current, Some(id), "{case}");
                trashed.restore().map_err(|(_, e)| e).unwrap();
            }
            Err(e) => {
                assert!(
                    matches!(e.kind(), ErrorKind::Protected(p) if p.current),
                    "{case}: {e:?}"
                );
                assert_eq!(listing.current, Some(id), "{case}");
            }
        }
        assert_eq!(store.list().unwrap().current, listing.current, "{case}");
    }
}

fn at(instant: &str) -> (Fixture, TestClock) {
    (Fixture::new(), TestClock::at(Tz::UTC, instant))
}

fn create(store: &Store, clock: &TestClock, n: usize) -> Vec<SessionId> {
    let one = |_| {
        clock.advance(TimeDelta::minutes(1));
        kit::create(store)
    };
    (0..n).map(one).collect()
}

#[test]
fn case_07_a_delete_knows_the_current_session_as_the_list_does() {
    let (fixture, clock) = at("2025-07-10T15:30:00Z");
    let store = store_at(&fixture, &clock);
    let ids = create(&store, &clock, 4);
    agrees(&store, "no choice");
    for chosen in ids {
        store.make_current(chosen).unwrap();
        agrees(&store, "a choice");
    }
    // Another program makes one that we gave no name to, and takes no lock.
    fixture.backend_session("session_20250710_160000", 1, &[]);
    clock.advance(TimeDelta::hours(1));
    agrees(&store, "made by another program");
    store
        .make_current("session_20250710_153100".parse().unwrap())
        .unwrap();
    agrees(&store, "a choice of the oldest");
}

#[test]
fn case_02_a_clock_set_back_hides_the_current_session_from_no_delete() {
    let (fixture, clock) = at("2025-07-10T16:00:00Z");
    let store = store_at(&fixture, &clock);
    create(&store, &clock, 12);
    clock.advance(TimeDelta::minutes(-50));
    let newest = create(&store, &clock, 1);
    let names = store.list().unwrap().sessions.into_iter().map(|s| s.id);
    assert!(names.max() > Some(newest[0]), "its name is not the largest");
    assert_eq!(store.list().unwrap().current, Some(newest[0]));
    agrees(&store, "the names don't tell the order");
}

#[test]
fn case_03_a_session_from_the_future_makes_no_other_deletable() {
    let (fixture, clock) = at("2099-01-01T00:00:00Z");
    let store = store_at(&fixture, &clock);
    create(&store, &clock, 2);
    let (_, clock) = at("2025-07-10T15:30:00Z");
    let store = store_at(&fixture, &clock);
    let ids = create(&store, &clock, 2);
    agrees(&store, "beside two from a wrong clock");
    store.make_current(ids[0]).unwrap();
    agrees(&store, "a choice beside two from a wrong clock");
}

#[test]
fn a_new_session_is_current_though_the_newest_at_the_choice_is_gone() {
    let (fixture, clock) = at("2025-07-10T15:30:00Z");
    let store = store_at(&fixture, &clock);
    let ids = create(&store, &clock, 2);
    store.make_current(ids[0]).unwrap();
    store
        .delete(ids[1])
        .unwrap()
        .remove_whole(&Progress::default())
        .unwrap();
    // Set back a little: what is made now would count as older than the choice.
    clock.advance(TimeDelta::minutes(-10));
    let new = create(&store, &clock, 1);
    assert_eq!(store.list().unwrap().current, Some(new[0]));
    agrees(&store, "after a choice whose newest is gone");
}
