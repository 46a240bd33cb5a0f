//! How a session is named on the command line, and what its help says.

use serde_json::Value;

use crate::fixture::{Fixture, Outcome};

const FIRST: &str = "session_20250709_120000";
const SECOND: &str = "session_20250710_120000";
const THIRD: &str = "session_20250710_153000";

fn three() -> Fixture {
    let fixture = Fixture::new();
    for id in [FIRST, SECOND, THIRD] {
        fixture.backend_session(id, 1, &[("run.sh", b"echo \"$EYPROJECT_SESSION_ID\"\n")]);
    }
    fixture
}

#[track_caller]
fn shown(fixture: &Fixture, which: &str) -> String {
    let info: Value = serde_json::from_str(&fixture.run(["info", which, "--json"]).ok()).unwrap();
    info["session_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_session_is_named_by_its_id_its_beginning_or_as_the_current_one() {
    let fixture = three();
    for (which, id) in [
        (FIRST, FIRST),
        ("session_20250709", FIRST),
        ("session_20250709_", FIRST),
        ("session_20250710_12", SECOND),
        ("session_20250710_1530", THIRD),
        ("current", THIRD),
    ] {
        assert_eq!(shown(&fixture, which), id, "{which}");
    }
    let current = |fixture: &Fixture| fixture.run(["current"]).ok();
    fixture.run(["use", "session_20250709"]).ok();
    assert!(current(&fixture).trim_end().ends_with(FIRST));
    assert_eq!(shown(&fixture, "current"), FIRST);
    fixture.run(["pin", "session_20250710_15"]).ok();
    let deleted = fixture.run(["delete", THIRD]);
    assert!(deleted.stderr.contains("it is pinned"), "{deleted:?}");
    fixture.run(["unpin", "session_20250710_15"]).ok();
    fixture.run(["delete", THIRD]).ok();
}

#[cfg(unix)]
#[test]
fn scripts_run_in_the_session_that_is_meant() {
    let fixture = three();
    for (which, id) in [("current", THIRD), ("session_20250709", FIRST)] {
        let said = fixture.run(["run", which, "run.sh"]).ok();
        assert_eq!(said, format!("{id}\n"), "{which}");
    }
}

#[test]
fn what_fits_several_is_wrong_usage_and_names_them() {
    let fixture = three();
    let outcome = fixture.run(["use", "session_20250710_1"]);
    assert_eq!((outcome.code, &*outcome.stdout), (Some(2), ""));
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    let both = outcome.stderr.contains(SECOND) && outcome.stderr.contains(THIRD);
    assert!(both && !outcome.stderr.contains(FIRST), "{outcome:?}");

    let outcome = fixture.run(["info", "session_20250710", "--json"]);
    assert_eq!(outcome.code, Some(2), "{outcome:?}");
    let answer: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(answer["status"], 400);
    assert!(answer["detail"].as_str().unwrap().contains(SECOND));
    assert!(fixture.run(["current"]).ok().trim_end().ends_with(THIRD));
}

#[test]
fn what_fits_none_is_refused() {
    let fixture = three();
    let outcome = fixture.run(["info", "session_20240101"]);
    assert_eq!((outcome.code, &*outcome.stdout), (Some(1), ""));
    assert!(outcome.stderr.contains("session_20240101"), "{outcome:?}");
    let answer = fixture.run(["info", "session_20240101", "--json"]);
    let answer: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(answer["status"], 404);

    let empty = Fixture::new();
    for args in [["info", "current"], ["use", "current"]] {
        let outcome = empty.run(args);
        assert_eq!((outcome.code, &*outcome.stdout), (Some(1), ""), "{args:?}");
        assert!(
            outcome.stderr.contains("there is no session"),
            "{outcome:?}"
        );
    }
    for bad in ["session_2025071", "session_20251399", "20250710", "CURRENT"] {
        let outcome = fixture.run(["info", bad]);
        assert_eq!(outcome.code, Some(2), "{bad}: {outcome:?}");
        assert!(
            outcome.stderr.contains("current"),
            "what is wanted: {outcome:?}"
        );
    }
}

#[test]
fn nothing_is_deleted_by_the_beginning_of_its_id() {
    let fixture = three();
    let outcome = fixture.run(["delete", "session_20250709"]);
    assert_eq!((outcome.code, &*outcome.stdout), (Some(2), ""));
    assert!(outcome.stderr.contains("whole id"), "{outcome:?}");
    // The current one is named, and protected as ever.
    let outcome = fixture.run(["delete", "current"]);
    assert_eq!((outcome.code, &*outcome.stdout), (Some(1), ""));
    assert!(outcome.stderr.contains(THIRD), "{outcome:?}");
    assert!(
        outcome.stderr.contains("it is the current session"),
        "{outcome:?}"
    );
    assert_eq!(fixture.sessions(), [FIRST, SECOND, THIRD]);
}

#[test]
fn help_says_what_holds_and_what_matters_first() {
    let fixture = Fixture::new();
    let help = |command: &str| fixture.run([command, "--help"]).ok();
    let run = help("run");
    assert!(run.contains("300") && run.contains("124"), "{run}");
    let cleanup = help("cleanup");
    let order = [
        "--keep",
        "--older-than",
        "--max-total",
        "--min-free",
        "--dry-run",
        "--base",
    ];
    let mut places = order.map(|option| cleanup.find(option).unwrap());
    let as_listed = places;
    places.sort_unstable();
    assert_eq!(places, as_listed, "{cleanup}");
}

#[test]
fn where_it_can_not_listen_it_says_what_is_wanted() {
    let fixture = Fixture::new();
    for address in ["localhost", "example.org:8001", "8001"] {
        let outcome = fixture.run(["serve", "--listen", address]);
        assert_eq!(outcome.code, Some(2), "{outcome:?}");
        assert!(outcome.stderr.contains("localhost:8001"), "{outcome:?}");
    }
}

#[test]
fn an_upload_says_what_each_line_is_about_and_the_result_is_its_path() {
    let fixture = Fixture::new();
    let table = fixture.outside("prices.csv", "name;price\nK\u{f6}ln;1\n".as_bytes());
    let outcome: Outcome = fixture.run(["upload", table.to_str().unwrap()]);
    let session = fixture.sessions().remove(0);
    let path = fixture.base().join(&session);
    assert_eq!(outcome.stdout.trim_end(), path.to_str().unwrap());
    let lines: Vec<_> = outcome.stderr.lines().collect();
    assert_eq!(lines[0], format!("session   {session}"));
    assert!(lines[1].starts_with("stored    1 file, "), "{lines:?}");
    assert_eq!(lines[2], "converted 1 table: prices");
    let quiet = fixture.run(["--quiet", "upload", table.to_str().unwrap()]);
    assert_eq!((quiet.code, &*quiet.stderr), (Some(0), ""));
}
