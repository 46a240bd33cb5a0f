//! What stands on which stream, and what a reading command leaves behind: nothing.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::Value;

use crate::fixture::{Fixture, Outcome};

const A: &str = "session_20250710_153000";
const B: &str = "session_20250710_153001";

fn two() -> Fixture {
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    fixture.backend_session(A, 1, &[("a", b"1")]);
    fixture.backend_session(B, 1, &[("b", b"1")]);
    fixture
}

#[test]
fn results_go_to_stdout_and_everything_else_to_stderr() {
    let fixture = two();
    let new = fixture.run(["new", "--verbose"]);
    assert_eq!(new.stdout.lines().count(), 1, "{new:?}");
    for args in [["use", A], ["pin", A], ["unpin", A]] {
        let outcome = fixture.run(args);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), ""));
        assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
        let quiet = fixture.run([args[0], args[1], "--quiet"]);
        assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
    }
    let upload = fixture.run(["upload", "--verbose", "/etc/hostname"]);
    assert_eq!(upload.stdout.lines().count(), 1, "{upload:?}");
    for step in [
        "looking at files",
        "copying",
        "publishing",
        "cleaning up",
        "stored    1 file",
    ] {
        assert!(upload.stderr.contains(step), "{upload:?}");
    }
    // Cleaned up by the way: told, but not among the results.
    let cleaned = fixture.run(["new", "--json", "--quiet"]);
    assert_eq!(cleaned.stderr, "");
    let mut few = fixture.program();
    let few = Outcome::of(few.arg("new").env("EYPROJECT_MAX_SESSIONS", "1"));
    assert!(
        few.stderr.contains(&format!("deleted {A}"))
            || few.stderr.contains(&format!("deleted {B}"))
    );
    assert_eq!(few.stdout.lines().count(), 1, "{few:?}");
}

#[test]
fn json_is_one_document_for_every_command_that_has_it() {
    let fixture = two();
    let commands: [&[&str]; 8] = [
        &["list", "--json"],
        &["info", A, "--json"],
        &["new", "--json"],
        &["upload", "--json", "/etc/hostname"],
        &["cleanup", "--json", "--keep", "3", "--dry-run"],
        &["cleanup", "--json", "--keep", "3"],
        &["delete", "--json", A, B],
        &["list", "--json", "--verbose"],
    ];
    for args in commands {
        let outcome = Outcome::of(fixture.program().args(args));
        let document: Result<Value, _> = serde_json::from_str(&outcome.stdout);
        assert!(document.is_ok(), "{args:?}: {outcome:?}");
        assert!(outcome.stdout.ends_with('\n'));
    }
}

#[test]
fn nobody_who_reads_is_no_reason_for_words() {
    let fixture = Fixture::new();
    for n in 0..60 {
        let files: Vec<_> = (0..40)
            .map(|n| format!("{}{n}", "long name ".repeat(8)))
            .collect();
        let files: Vec<_> = files.iter().map(|f| (f.as_str(), &b"1"[..])).collect();
        fixture.backend_session(&format!("session_20250710_1530{n:02}"), 1, &files);
    }
    for args in [
        &["list"][..],
        &["list", "--json"],
        &["info", "session_20250710_153000", "--json"],
    ] {
        let mut command = fixture.program();
        command
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::with_capacity(16, child.stdout.take().unwrap()).lines();
        assert!(lines.next().is_some());
        drop(lines);
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert_eq!(said, "", "{args:?}");
        assert!(
            child.wait().unwrap().code().is_some(),
            "{args:?} did not end by itself"
        );
    }
}

#[test]
fn what_was_to_be_deleted_is_deleted_whoever_reads() {
    let fixture = two();
    fixture.run(["new"]).ok();
    let mut command = fixture.program();
    command.args(["delete", A, B]).stdout(Stdio::piped());
    let gate = fixture.home().join("gate");
    command.env(
        "EYPROJECT_FAILPOINTS",
        format!("delete-writable#1=wait:{}", gate.display()),
    );
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    while !gate.exists() {
        assert!(child.try_wait().unwrap().is_none());
    }
    std::fs::remove_file(gate).unwrap();
    child.wait().unwrap();
    assert_eq!(fixture.sessions().len(), 1);
}

#[test]
fn reading_changes_nothing_at_all() {
    let fixture = two();
    for prepared in [false, true] {
        if prepared {
            fixture.run(["pin", A]).ok();
            fixture.run(["use", A]).ok();
        }
        let room = fixture.base().parent().unwrap().to_owned();
        let before = crate::cases::picture(&room);
        let commands: [&[&str]; 8] = [
            &["list"],
            &["list", "--json"],
            &["info", A],
            &["info", A, "--json"],
            &["current"],
            &["cleanup", "--keep", "0", "--dry-run"],
            &["cleanup", "--max-total", "1B", "--dry-run", "--json"],
            &["--help"],
        ];
        for args in commands {
            Outcome::of(fixture.program().args(args)).ok();
            assert_eq!(crate::cases::picture(&room), before, "{args:?}");
        }
    }
}

#[test]
fn a_refusal_is_one_line_whatever_the_names_are() {
    let fixture = two();
    let outcome = fixture.run(["upload", "no such\nfile\u{1b}[31m"]);
    assert_eq!(outcome.code, Some(1));
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    assert!(
        outcome.stderr.contains("no such\\nfile\\u{1b}[31m"),
        "{outcome:?}"
    );
    let outcome = fixture.run(["delete", A, B, A]);
    assert_eq!(outcome.stdout, format!("deleted {A}\n"));
    assert_eq!(
        outcome.stderr.lines().count(),
        2,
        "one for each that stays: {outcome:?}"
    );
}

#[test]
fn flag_environment_file_default_in_this_order() {
    let fixture = two();
    let doomed = |flag: &[&str], environment: &str| {
        let mut command = fixture.program();
        command.args(["cleanup", "--dry-run", "--json"]).args(flag);
        let outcome = Outcome::of(command.env("EYPROJECT_MAX_SESSIONS", environment));
        let plan: Value = serde_json::from_str(&outcome.ok()).unwrap();
        plan["deleted"].as_array().unwrap().len()
    };
    assert_eq!(doomed(&[], ""), 0, "the default keeps ten");
    fixture.settings("[cleanup]\nkeep = 1\n");
    assert_eq!(doomed(&[], ""), 1, "the file");
    assert_eq!(doomed(&[], "5"), 0, "the environment");
    assert_eq!(doomed(&["--keep", "1"], "5"), 1, "the flag");
    assert_eq!(
        doomed(&["--max-total", "1GB"], "1"),
        0,
        "a flag switches the others off"
    );
    fixture.settings("[cleanup]\nkeep = false\nolder_than = \"1d\"\n");
    assert_eq!(doomed(&[], ""), 1, "the file's other rules");
    assert_eq!(doomed(&["--keep", "9"], ""), 0);
}
