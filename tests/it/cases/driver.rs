//! The test binary as a program: it starts itself again with a scenario, for what the command line
//! can't do (undo, holding a session) and for many processes at once.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use eyproject_sessions::session::{ErrorKind, Policy, Progress, SessionId, Store};
use eyproject_sessions::upload;

use super::kit;
use crate::fixture::Fixture;

const SCENARIO: &str = "EYPROJECT_TEST_SCENARIO";

/// The test binary, about to run `scenario` on the fixture's base.
pub fn command(fixture: &Fixture, scenario: &str) -> Command {
    let mut command = fixture.isolated(&std::env::current_exe().unwrap());
    command
        .args(["--exact", "cases::driver::scenario", "--nocapture"])
        .env(SCENARIO, scenario);
    command
}

/// What a scenario told by [`tell`].
pub fn told(stdout: &str) -> Vec<&str> {
    let told = |line: &'_ str| line.find("@ ").map(|at| at + 2);
    stdout
        .lines()
        .filter_map(|line| told(line).map(|at| &line[at..]))
        .collect()
}

/// Tells a line to who started the scenario; see [`told`].
pub fn tell(line: &str) {
    // In one write, so that threads don't mix; libtest has its own words on the line before.
    let _ = std::io::stdout().write_all(format!("\n@ {line}\n").as_bytes());
}

/// No test by itself: where a scenario is named, its process does that and ends.
#[test]
fn scenario() {
    let Ok(scenario) = std::env::var(SCENARIO) else {
        return;
    };
    let store = eyproject_sessions::default_store();
    let mut words = scenario.split(' ');
    let mut word = || words.next().unwrap();
    match word() {
        "create" => create(&store, word().parse().unwrap()),
        "undo" => {
            let trashed = store.delete(kit::id(word())).unwrap();
            trashed.restore().map_err(|(_, e)| e).unwrap();
        }
        "delete-file" => drop(store.delete_file(kit::id(word()), word()).unwrap()),
        "undo-file" => {
            let trashed = store.delete_file(kit::id(word()), word()).unwrap();
            trashed.restore().map_err(|(_, e)| e).unwrap();
        }
        "hold" => {
            let _hold = store.hold(kit::id(word())).unwrap();
            wait_for_parent("held");
        }
        "trash" => {
            let _trashed = store.delete(kit::id(word())).unwrap();
            wait_for_parent("trashed");
        }
        "watch" => super::watch::tell_changes(&store),
        "tree" => super::trees::build(&store.base().join(word())),
        "sweep" => store.sweep().unwrap(),
        "churn" => churn(&store, word().parse().unwrap(), word().into()),
        "library" => library(),
        other => panic!("no scenario {other}"),
    }
    std::process::exit(0);
}

fn wait_for_parent(ready: &str) {
    tell(ready);
    let _ = std::io::stdin().read(&mut [0]);
}

/// Each of four threads makes its share of `n` sessions.
fn create(store: &Store, n: usize) {
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                for _ in (thread..n).step_by(4) {
                    tell(&format!("made {}", kit::create(store)));
                }
            });
        }
    });
}

/// The crate's own functions, as a backend calls them.
fn library() {
    let first = eyproject_sessions::get_current_session_dir().unwrap();
    tell(&first.display().to_string());
    let again = eyproject_sessions::get_current_session_dir().unwrap();
    tell(&again.display().to_string());
    let second = eyproject_sessions::create_session_temp_dir().unwrap();
    tell(&second.display().to_string());
    for id in eyproject_sessions::cleanup_old_sessions(1).unwrap() {
        tell(&id.to_string());
    }
}

/// Makes, uploads, deletes, cleans up, chooses for `seconds`, and tells what it made and deleted,
/// and every error that is no refusal.
fn churn(store: &Store, seconds: u64, source: PathBuf) {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    let mut random = u64::from(std::process::id()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = |n: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % n as u64).unwrap()
    };
    let request = upload::Request {
        policy: Policy::keep(12),
        ..kit::request(&[source])
    };
    let began = Instant::now();
    let mut made = 0;
    while Instant::now() < deadline {
        // Names run ahead of the clock by two minutes at most: together not much more than one a second.
        let may_make = made < 12 + began.elapsed().as_secs() / 8;
        let listing = store.list().unwrap();
        let some = (!listing.sessions.is_empty())
            .then(|| listing.sessions[next(listing.sessions.len())].id);
        let done = match (next(6), some) {
            (0 | 1, _) if !may_make => Ok(()),
            (0, _) => store
                .create(request.origin)
                .map(|p| told_made(p.session.id, &mut made)),
            (1, _) => upload::run(
                store,
                &request,
                &Default::default(),
                &Default::default(),
                &|_| {},
            )
            .map(|report| {
                assert_eq!(report.notices, [""; 0]);
                told_made(report.session.unwrap().id, &mut made);
                told_deleted(report.cleaned);
            }),
            (2, Some(id)) => store.delete(id).map(|trashed| {
                tell(&format!("deleted {id}"));
                trashed.remove(None, &Progress::default()).unwrap();
            }),
            (3, Some(id)) => store.delete(id).and_then(|trashed| {
                let restored = trashed.restore();
                restored.map_err(|(_, e)| e)
            }),
            (4, _) => store.cleanup(&Policy::keep(next(20))).map(told_deleted),
            (_, Some(id)) => store.make_current(id),
            (_, None) => Ok(()),
        };
        if let Err(e) = done
            && !matches!(e.kind(), ErrorKind::NotFound | ErrorKind::Protected(_))
        {
            tell(&format!("error {}", e.full()));
        }
    }
}

fn told_made(id: SessionId, made: &mut u64) {
    *made += 1;
    tell(&format!("made {id}"));
}

fn told_deleted(mut cleaned: eyproject_sessions::session::Cleaned) {
    for (doomed, _) in &cleaned.deleted {
        tell(&format!("deleted {}", doomed.id));
    }
    for (id, e) in &cleaned.skipped {
        assert!(matches!(e.kind(), ErrorKind::Protected(_)), "{id}: {e:?}");
    }
    let failed = cleaned.remove_deleted(&Progress::default());
    assert!(failed.is_empty(), "{failed:?}");
}
