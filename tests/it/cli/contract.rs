//! The command line as scripts rely on it: what stands on stdout, what the exit code says, which of
//! flag, environment and settings holds. The same on Windows, with the paths of there.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::fixture::{Fixture, Outcome};

const OLD: &str = "session_20250709_120000";
const MIDDLE: &str = "session_20250710_120000";
const NEW: &str = "session_20250711_120000";

/// Three sessions as the Python backend makes them; the last is the current one.
fn three() -> Fixture {
    let fixture = Fixture::new();
    fixture.backend_session(OLD, 9, &[("data.csv", b"a,b\n1,2\n")]);
    fixture.backend_session(MIDDLE, 8, &[("model/run.py", b"print()\n")]);
    fixture.backend_session(NEW, 7, &[]);
    fixture
}

/// What a run printed as JSON: one document, nothing else.
#[track_caller]
fn json(outcome: Outcome) -> Value {
    serde_json::from_str(&outcome.ok()).unwrap()
}

/// The path that a run printed on a line of its own.
#[track_caller]
fn path(outcome: Outcome) -> PathBuf {
    let stdout = outcome.ok();
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
    PathBuf::from(stdout.trim_end())
}

fn id_of(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().into()
}

/// The run was refused: exit code 1, nothing on stdout, this many lines of reasons.
#[track_caller]
fn refused(outcome: &Outcome, lines: usize) {
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert_eq!(outcome.stdout, "");
    assert_eq!(outcome.stderr.lines().count(), lines, "{}", outcome.stderr);
}

#[test]
fn list_as_json_has_the_fields_of_the_api() {
    let fixture = three();
    let info = json(fixture.run(["list", "--json"]));
    let base = fixture.base();
    assert_eq!(info["eyproject_temp_base"], base.to_str().unwrap());
    assert_eq!(info["current_session_id"], NEW);
    assert_eq!(
        info["current_session_dir"],
        base.join(NEW).to_str().unwrap()
    );
    let all = info["all_sessions"].as_array().unwrap();
    let ids: Vec<_> = all.iter().map(|s| &s["session_id"]).collect();
    assert_eq!(ids, [NEW, MIDDLE, OLD], "newest first");
    assert_eq!(all[1]["path"], base.join(MIDDLE).to_str().unwrap());
    assert_eq!(all[1]["creation_time"], "2025-07-10T12:00:00");
    assert_eq!(all[1]["size_bytes"], 8);
    assert_eq!(all[1]["is_current"], false);
    assert_eq!(all[0]["is_current"], true);
}

#[test]
fn list_piped_has_stable_columns() {
    let fixture = three();
    let table = fixture.run(["list"]).ok();
    let rows: Vec<Vec<_>> = table.lines().map(|l| l.split('\t').collect()).collect();
    let old = fixture.base().join(OLD);
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0][4], "current");
    assert_eq!(rows[2][0], OLD);
    assert!(rows[2][1].starts_with("2025-07-09T12:00:00"));
    assert_eq!(rows[2][2..], ["8", "1", "", old.to_str().unwrap()]);
}

#[test]
fn an_empty_base_has_no_current_session() {
    let fixture = Fixture::new();
    assert_eq!(fixture.run(["list"]).ok(), "");
    let info = json(fixture.run(["list", "--json"]));
    assert_eq!(info["current_session_id"], Value::Null);
    assert_eq!(info["current_session_dir"], Value::Null);
    assert_eq!(info["all_sessions"], Value::Array(Vec::new()));
    refused(&fixture.run(["current"]), 1);
}

#[test]
fn reading_changes_nothing() {
    let fixture = three();
    let before = std::fs::read_dir(fixture.base()).unwrap().count();
    for args in [&["list"][..], &["info", OLD], &["current"]] {
        Outcome::of(fixture.program().args(args)).ok();
    }
    let after = std::fs::read_dir(fixture.base()).unwrap().count();
    assert_eq!(before, after, "reading made the manager's room");

    // Not even the base, where it is missing.
    let nowhere = fixture.base().join("missing");
    let listed = fixture.run(["list", "--base", nowhere.to_str().unwrap()]);
    assert_eq!(listed.ok(), "");
    assert!(!nowhere.exists());
}

#[test]
fn a_new_session_is_the_current_one() {
    let fixture = three();
    let made = path(fixture.run(["new"]));
    assert_eq!(made.parent().unwrap(), fixture.base());
    assert!(made.join(".session.json").is_file());
    assert_eq!(path(fixture.run(["current"])), made);

    let element = json(fixture.run(["new", "--json"]));
    assert_eq!(element["is_current"], true);
    assert_eq!(element["origin"], "cli");
    let id = element["session_id"].as_str().unwrap();
    assert!(*id > *id_of(&made), "names sort as created");
    assert_eq!(
        json(fixture.run(["list", "--json"]))["all_sessions"][0],
        element
    );
}

#[test]
fn use_holds_until_the_next_session() {
    let fixture = three();
    assert_eq!(fixture.run(["use", OLD]).ok(), "");
    assert_eq!(id_of(&path(fixture.run(["current"]))), OLD);
    let made = path(fixture.run(["new"]));
    assert_eq!(path(fixture.run(["current"])), made);
    refused(&fixture.run(["use", "session_20200101_000000"]), 1);
}

#[test]
fn info_shows_files_with_slashes() {
    let fixture = three();
    let info = json(fixture.run(["info", MIDDLE, "--json"]));
    assert_eq!(info["session_id"], MIDDLE);
    assert_eq!(info["pinned"], false);
    assert_eq!(info["note"], "");
    assert_eq!(info["files"][0]["path"], "model/run.py");
    assert_eq!(info["tables"], Value::Array(Vec::new()));
    refused(&fixture.run(["info", "session_20200101_000000"]), 1);
}

#[test]
fn an_upload_stores_the_same_bytes() {
    let fixture = three();
    let big: Vec<u8> = (0..2_000_000u32).map(|n| (n % 253) as u8).collect();
    let file = fixture.outside("Füße 日本語.bin", &big);
    let nested = fixture.outside("two words/inner/a.txt", b"a\n");
    let folder = nested.parent().unwrap().parent().unwrap();

    let args = ["upload", file.to_str().unwrap(), folder.to_str().unwrap()];
    let session = path(fixture.run(args));
    assert!(std::fs::read(session.join("Füße 日本語.bin")).unwrap() == big);
    assert_eq!(
        std::fs::read(session.join("two words/inner/a.txt")).unwrap(),
        b"a\n"
    );
    assert_eq!(path(fixture.run(["current"])), session);
    assert!(file.exists(), "what was uploaded stays where it was");

    let answer = json(fixture.run(["upload", "--json", file.to_str().unwrap()]));
    assert_eq!(answer["files"][0], "Füße 日本語.bin");
    assert_eq!(answer["skipped"], Value::Array(Vec::new()));
    assert_eq!(answer["session"]["session_id"], answer["session_id"]);
    assert_eq!(answer["session"]["path"], answer["temp_dir"]);
}

#[test]
fn an_upload_of_nothing_makes_nothing() {
    let fixture = three();
    let before = fixture.contents(NEW);
    let missing = fixture.base().join("missing.csv");
    let outcome = fixture.run(["upload", missing.to_str().unwrap()]);
    refused(&outcome, 1);
    assert!(outcome.stderr.contains("missing.csv"), "{}", outcome.stderr);
    assert_eq!(fixture.sessions(), [OLD, MIDDLE, NEW]);
    assert_eq!(fixture.contents(NEW), before);
    assert_eq!(id_of(&path(fixture.run(["current"]))), NEW);
}

#[test]
fn delete_takes_what_nothing_protects() {
    let fixture = three();
    fixture.run(["pin", OLD]).ok();
    let outcome = fixture.run(["delete", OLD, MIDDLE, NEW, "session_20200101_000000"]);
    assert_eq!(outcome.code, Some(1));
    assert_eq!(outcome.stdout.lines().count(), 1, "{}", outcome.stdout);
    assert!(outcome.stdout.contains(MIDDLE));
    // One reason for each that stays, and one for the one that never was.
    let reasons: Vec<_> = outcome.stderr.lines().collect();
    assert_eq!(reasons.len(), 3, "{reasons:#?}");
    assert!(reasons[0].contains(OLD) && reasons[0].contains("pinned"));
    assert!(reasons[1].contains(NEW) && reasons[1].contains("current"));
    assert!(reasons[2].contains("no such session"));
    assert_eq!(fixture.sessions(), [OLD, NEW]);

    fixture.run(["unpin", OLD]).ok();
    let results = json(fixture.run(["delete", "--json", OLD]));
    assert_eq!(results[0]["session_id"], OLD);
    assert_eq!(results[0]["deleted"], true);
    assert_eq!(fixture.sessions(), [NEW]);
    let trash = fixture.base().join(".eyproject/trash");
    assert_eq!(
        std::fs::read_dir(trash).unwrap().count(),
        0,
        "gone when it returns"
    );
}

#[test]
fn a_session_locked_from_outside_is_in_use() {
    let fixture = three();
    let lock = lock_from_outside(&fixture, OLD);
    let outcome = fixture.run(["delete", OLD]);
    refused(&outcome, 1);
    assert!(outcome.stderr.contains("in use"), "{}", outcome.stderr);
    let plan = json(fixture.run(["cleanup", "--keep", "0", "--json"]));
    assert_eq!(plan["skipped"][0]["session_id"], OLD);
    assert_eq!(fixture.sessions(), [OLD, NEW]);
    drop(lock);
    fixture.run(["delete", OLD]).ok();
}

/// Locks a session as a program of another kind would: `flock` on its directory.
#[cfg(unix)]
fn lock_from_outside(fixture: &Fixture, id: &str) -> std::fs::File {
    let dir = std::fs::File::open(fixture.base().join(id)).unwrap();
    dir.lock_shared().unwrap();
    dir
}

/// On Windows the lock has a file of its own.
#[cfg(windows)]
fn lock_from_outside(fixture: &Fixture, id: &str) -> std::fs::File {
    fixture.run(["pin", id]).ok(); // makes the manager's room
    fixture.run(["unpin", id]).ok();
    let locks = fixture.base().join(".eyproject/locks");
    std::fs::create_dir_all(&locks).unwrap();
    let file = std::fs::File::create(locks.join(id)).unwrap();
    file.lock_shared().unwrap();
    file
}

/// Windows refuses to rename a directory with an open file in it; Wine lets it, and then the file
/// stays in the trash until it is closed. Either way the file is named, and in the end nothing is left.
#[cfg(windows)]
#[test]
fn a_file_held_open_by_another_program_is_named() {
    use std::os::windows::fs::OpenOptionsExt;
    let fixture = three();
    let open = std::fs::File::options()
        .read(true)
        .share_mode(0)
        .open(fixture.base().join(OLD).join("data.csv"))
        .unwrap();
    let outcome = fixture.run(["delete", OLD]);
    let refused = outcome.code == Some(1);
    assert_eq!(fixture.sessions().contains(&OLD.to_owned()), refused);
    assert!(
        refused || outcome.stderr.contains("data.csv"),
        "{outcome:?}"
    );
    drop(open);
    if refused {
        fixture.run(["delete", OLD]).ok();
    }
    fixture.run(["delete", MIDDLE]).ok();
    let trash = fixture.base().join(".eyproject/trash");
    assert_eq!(std::fs::read_dir(trash).unwrap().count(), 0);
}

#[test]
fn cleanup_does_what_its_dry_run_says() {
    let fixture = three();
    fixture.run(["use", OLD]).ok();
    let args = ["cleanup", "--keep", "1", "--json"];
    let planned = json(fixture.run(["cleanup", "--keep", "1", "--dry-run", "--json"]));
    assert_eq!(planned["dry_run"], true);
    assert_eq!(fixture.sessions(), [OLD, MIDDLE, NEW]);

    let mut done = json(fixture.run(args));
    assert_eq!(done["dry_run"], false);
    done["dry_run"] = true.into();
    assert_eq!(done, planned);
    // The current one counts first, so the newest goes too.
    assert_eq!(fixture.sessions(), [OLD]);
}

#[test]
fn naming_a_rule_switches_the_others_off() {
    let fixture = three();
    fixture.run(["cleanup", "--max-total", "1GB"]).ok();
    fixture.run(["cleanup", "--older-than", "5200w"]).ok();
    assert_eq!(fixture.sessions(), [OLD, MIDDLE, NEW]);
    // What is skipped is said, and is no failure.
    let outcome = fixture.run(["cleanup", "--older-than", "7d"]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(
        outcome.stdout.contains(&format!("kept {NEW}")),
        "{}",
        outcome.stdout
    );
    assert_eq!(fixture.sessions(), [NEW]);
}

#[test]
fn flag_beats_environment_beats_settings() {
    let fixture = three();
    let keep = |args: &[&str], environment: Option<&str>| {
        let mut command = fixture.program();
        command.args(["cleanup", "--dry-run", "--json"]).args(args);
        if let Some(keep) = environment {
            command.env("EYPROJECT_MAX_SESSIONS", keep);
        }
        json(Outcome::of(&mut command))["deleted"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(keep(&[], None), 0, "ten are kept by default");
    assert_eq!(keep(&[], Some("2")), 1);
    assert_eq!(keep(&["--keep", "1"], Some("2")), 2);

    let other = Fixture::new();
    let there = path(fixture.run(["new", "--base", other.base().to_str().unwrap()]));
    assert_eq!(there.parent().unwrap(), other.base());
}

/// Elsewhere the system says where settings are, and no variable moves them.
#[cfg(target_os = "linux")]
#[test]
fn settings_hold_where_nothing_else_is_said() {
    let fixture = three();
    let other = Fixture::new();
    let base = other.base();
    fixture.settings(&format!("base = {base:?}\n[cleanup]\nkeep = 1\n"));
    let mut command = fixture.program();
    command.env_remove("EYPROJECT_TEMP_BASE").arg("new");
    assert_eq!(path(Outcome::of(&mut command)).parent().unwrap(), base);
    let plan = json(fixture.run(["cleanup", "--dry-run", "--json"]));
    assert_eq!(plan["deleted"].as_array().unwrap().len(), 2);

    fixture.settings("keep = [\n");
    let outcome = fixture.run(["list"]);
    assert_eq!(outcome.code, Some(0));
    assert!(outcome.stderr.contains("config.toml"), "{}", outcome.stderr);
}

#[test]
fn wrong_usage_is_2() {
    let fixture = three();
    for args in [
        &["list", "--nonsense"][..],
        &["delete"],
        &["delete", "session_foo"],
        &["delete", "../session_20250709_120000"],
        &["info", "session_20251399_999999"],
        &["cleanup", "--older-than", "soon"],
        &["cleanup", "--max-total", "much"],
        &["list", "--quiet", "--verbose"],
    ] {
        let outcome = Outcome::of(fixture.program().args(args));
        assert_eq!(outcome.code, Some(2), "{args:?}: {outcome:?}");
        assert_eq!(outcome.stdout, "", "{args:?}");
    }
    let wrong = Outcome::of(
        fixture
            .program()
            .arg("cleanup")
            .env("EYPROJECT_MAX_SESSIONS", "ten"),
    );
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    assert_eq!(fixture.sessions(), [OLD, MIDDLE, NEW]);
}

#[test]
fn quiet_says_only_results() {
    let fixture = three();
    let outcome = fixture.run(["--quiet", "cleanup", "--keep", "1"]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.stdout.lines().count(), 2, "{}", outcome.stdout);
}
