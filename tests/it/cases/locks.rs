//! CASES 8 and 9: a session in use is one whose lock somebody holds, and nothing else.

use std::time::{Duration, Instant};

use super::driver;
use super::kit::{self, Other, Picture, id, store};
use crate::fixture::Fixture;

const A: &str = "session_20250710_153000";
const B: &str = "session_20250710_153001";

fn two() -> Fixture {
    let fixture = Fixture::new();
    fixture.backend_session(A, 1, &[("a", b"1")]);
    fixture.backend_session(B, 1, &[("b", b"1")]);
    fixture
}

fn state(fixture: &Fixture, of: &str) -> String {
    let listing = fixture.run(["list"]).ok();
    let line = listing.lines().find(|l| l.starts_with(of)).unwrap();
    line.split('\t').nth(4).unwrap().to_owned()
}

#[track_caller]
fn refused_as_in_use(fixture: &Fixture) {
    assert_eq!(state(fixture, A), "in use");
    let before = Picture::of(&fixture.base().join(A));
    let refused = fixture.run(["delete", A]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    assert!(
        refused
            .stderr
            .contains("it is in use; end the program that uses it"),
        "{refused:?}"
    );
    let cleaned = fixture.run(["cleanup", "--keep", "0"]);
    assert_eq!(
        cleaned.stdout,
        format!("kept {A}: it is in use\nkept {B}: it is the current session\n")
    );
    assert_eq!(Picture::of(&fixture.base().join(A)), before);
}

#[test]
fn case_08_a_lock_held_from_outside_is_respected() {
    for kind in ["-s", "-x"] {
        let fixture = two();
        let lock = Other::flock(kind, &fixture.base().join(A));
        refused_as_in_use(&fixture);
        drop(lock);
        kit::eventually("the lock is let go", || state(&fixture, A).is_empty());
        assert_eq!(fixture.run(["delete", A]).ok(), format!("deleted {A}\n"));
    }
}

#[test]
fn case_08_our_own_hold_is_a_lock_that_others_see() {
    let fixture = two();
    let hold = store(&fixture).hold(id(A)).unwrap();
    refused_as_in_use(&fixture);
    // Any program sees it, and any number of ours may share it.
    let dir = fixture.base().join(A);
    let flock = |kind: &str| {
        let mut command = std::process::Command::new("flock");
        command.args(["--nonblock", kind]).arg(&dir).arg("true");
        command.status().unwrap().success()
    };
    assert!(!flock("-x"));
    assert!(flock("-s"));
    let second = Other::start(&mut driver::command(&fixture, &format!("hold {A}")), "held");
    drop(hold);
    refused_as_in_use(&fixture);
    drop(second);
    assert!(flock("-x"));
    assert_eq!(fixture.run(["delete", A]).code, Some(0));
}

#[test]
fn case_08_a_session_that_another_program_keeps_for_itself_can_not_be_held() {
    let fixture = two();
    let _lock = Other::flock("-x", &fixture.base().join(A));
    let error = store(&fixture).hold(id(A)).unwrap_err();
    assert!(
        error
            .full()
            .contains("another program has locked it for itself"),
        "{}",
        error.full()
    );
}

#[test]
fn case_08_an_upload_is_in_use_until_it_is_published_and_then_no_longer() {
    let fixture = two();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    let file = fixture.outside("a.csv", b"1");
    let gate = fixture.home().join("gate");
    let mut upload = fixture.program();
    upload.arg("upload").arg(file);
    upload.env(
        "EYPROJECT_FAILPOINTS",
        format!("copy-file=wait:{}", gate.display()),
    );
    let mut upload = upload.stdout(std::process::Stdio::null()).spawn().unwrap();
    kit::eventually("the upload copies", || gate.exists());
    // It isn't listed, and no sweep takes it away.
    assert_eq!(fixture.run(["list"]).ok().lines().count(), 2);
    let staged = || {
        std::fs::read_dir(fixture.base().join(".eyproject/staging"))
            .unwrap()
            .count()
    };
    assert_eq!(staged(), 1);
    fixture.run(["new"]).ok();
    assert_eq!(staged(), 1, "somebody is at it");
    std::fs::remove_file(gate).unwrap();
    assert!(upload.wait().unwrap().success());
    assert_eq!(staged(), 0);
    let newest = fixture.run(["list"]).ok();
    assert_eq!(
        newest.lines().next().unwrap().split('\t').nth(4),
        Some("current")
    );
}

#[test]
fn case_09_a_dead_holder_holds_nothing() {
    let fixture = two();
    let mut holder = Other::start(&mut driver::command(&fixture, &format!("hold {A}")), "held");
    assert_eq!(state(&fixture, A), "in use");
    holder.0.kill().unwrap();
    // Until it is reaped its PID is taken, by a process that lives as little as any later owner of it.
    kit::eventually("the kernel has let go", || state(&fixture, A).is_empty());
    holder.0.wait().unwrap();
    assert_eq!(fixture.run(["delete", A]).code, Some(0));
}

#[test]
fn a_trash_entry_is_kept_for_undo_as_long_as_its_deleter_lives() {
    let fixture = two();
    let deleter = Other::start(
        &mut driver::command(&fixture, &format!("trash {A}")),
        "trashed",
    );
    fixture.run(["new"]).ok();
    assert!(
        kit::debris(&fixture.base())
            .iter()
            .any(|p| p.ends_with("/a")),
        "still there for undo"
    );
    drop(deleter);
    fixture.run(["new"]).ok();
    assert_eq!(
        kit::debris(&fixture.base()),
        [""; 0],
        "nobody holds it any more"
    );
}

#[test]
fn what_others_hold_in_the_trash_costs_a_change_nothing() {
    let fixture = Fixture::new();
    let store = store(&fixture);
    let mut held = Vec::new();
    for n in 0..40 {
        let id = format!("session_20250710_1530{n:02}");
        fixture.backend_session(&id, 1, &[]);
        held.push(store.delete(kit::id(&id)).ok());
        if held.last().unwrap().is_none() {
            // The only one is the current one: make way.
            kit::create(&store);
            held.push(store.delete(kit::id(&id)).ok());
        }
    }
    // Each costs milliseconds where it is waited for; the machine may be busy with other things, but not ever.
    let mut sweeps = (0..10).map(|_| {
        let began = Instant::now();
        store.sweep().unwrap();
        began.elapsed()
    });
    assert!(sweeps.any(|took| took < Duration::from_millis(100)));
}
