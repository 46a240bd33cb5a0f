//! CASE 18: a base directory that can't be used is refused with the mend, and stays as it was.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use super::kit::{self, Picture};
use crate::fixture::{Fixture, Outcome};

const CHANGES: [&[&str]; 6] = [
    &["new"],
    &["cleanup", "--keep", "0"],
    &["delete", "session_20250710_153000"],
    &["use", "session_20250710_153000"],
    &["pin", "session_20250710_153000"],
    &["upload", "/etc/hostname"],
];

const READINGS: [&[&str]; 4] = [
    &["list", "--json"],
    &["list"],
    &["current"],
    &["info", "session_20250710_153000"],
];

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Every command is refused with `words`, and changes nothing in or around the base.
#[track_caller]
fn refused(fixture: &Fixture, commands: &[&[&str]], words: &[&str]) {
    let room = fixture.base().parent().unwrap().to_owned();
    let before = Picture::of(&room);
    for args in commands {
        let mut command = fixture.program();
        let outcome = Outcome::of(kit::unprivileged_in(fixture, command.args(*args)));
        assert!(outcome.is_refused(), "{args:?}: {outcome:?}");
        for words in words {
            assert!(outcome.stderr.contains(words), "{args:?}: {outcome:?}");
        }
        assert_eq!(outcome.stderr.lines().count(), 1, "one line: {outcome:?}");
    }
    assert_eq!(Picture::of(&room), before);
}

#[test]
fn case_18_a_link_is_refused_whatever_it_points_to() {
    let fixture = Fixture::new();
    let base = fixture.base();
    std::fs::remove_dir(&base).unwrap();
    let real = base.with_file_name("real");
    std::fs::create_dir_all(real.join("session_20250710_153000")).unwrap();
    symlink(&real, &base).unwrap();
    let mend = format!(
        "it is a link; name the directory itself: --base {}",
        real.display()
    );
    refused(&fixture, &CHANGES, &[&mend]);
    refused(&fixture, &READINGS, &[&mend]);
    // A slash behind it must not lead through it.
    let slash = format!("{}/", base.display());
    let outcome = Outcome::of(fixture.program().args(["--base", &slash, "list"]));
    assert!(outcome.stderr.contains("it is a link"), "{outcome:?}");
    std::fs::remove_dir_all(&real).unwrap();
    refused(
        &fixture,
        &CHANGES,
        &["it is a link; name a directory itself with --base"],
    );
}

#[test]
fn case_18_a_file_is_refused() {
    let fixture = Fixture::new();
    std::fs::remove_dir(fixture.base()).unwrap();
    std::fs::write(fixture.base(), "mine").unwrap();
    let words =
        ["it is not a directory; move that file away, or name another directory with --base"];
    refused(&fixture, &CHANGES, &words);
    refused(&fixture, &READINGS, &words);
}

#[test]
fn case_18_a_missing_parent_is_told_and_a_missing_base_is_made_private() {
    let fixture = Fixture::new();
    let base = fixture.base();
    std::fs::remove_dir(&base).unwrap();
    let missing = base.join("a").join("b");
    let outcome = Outcome::of(fixture.program().arg("--base").arg(&missing).arg("new"));
    let words = format!(
        "its parent {} does not exist; make that directory first",
        base.join("a").display()
    );
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stderr.contains(&words), "{outcome:?}");
    // Reading makes nothing, and finds nothing.
    assert_eq!(fixture.run(["list"]).ok(), "");
    assert_eq!(fixture.run(["current"]).code, Some(1));
    assert!(!base.exists());
    fixture.run(["new"]).ok();
    assert_eq!(base.metadata().unwrap().mode() & 0o7777, 0o700);
    assert_eq!(
        base.join(".eyproject").metadata().unwrap().mode() & 0o7777,
        0o700
    );
}

#[test]
fn case_18_a_base_that_everyone_can_write_to_is_refused() {
    let fixture = Fixture::new();
    mode(&fixture.base(), 0o777);
    let mend = format!(
        "take that right away with chmod o-w {}",
        fixture.base().display()
    );
    refused(&fixture, &CHANGES, &["everyone can write to it", &mend]);
    // Nobody shall be told to break a shared temporary directory.
    mode(&fixture.base(), 0o1777);
    let mend = format!(
        "name a directory in it: --base {}/EYProject",
        fixture.base().display()
    );
    refused(&fixture, &CHANGES, &["everyone can write to it", &mend]);
    refused(&fixture, &READINGS, &["everyone can write to it"]);
    mode(&fixture.base(), 0o775);
    fixture.run(["new"]).ok();
    assert_eq!(
        fixture.base().metadata().unwrap().mode() & 0o7777,
        0o775,
        "a chosen base keeps its mode"
    );
}

#[test]
fn case_18_the_default_base_is_tightened() {
    let fixture = Fixture::new();
    let temporary = fixture.base();
    let default = temporary.join("EYProject");
    std::fs::create_dir(&default).unwrap();
    mode(&default, 0o777);
    let run = |arg: &str| {
        let mut command = fixture.program();
        command
            .env_remove("EYPROJECT_TEMP_BASE")
            .env("TMPDIR", &temporary)
            .arg(arg);
        Outcome::of(&mut command).ok()
    };
    run("list");
    assert_eq!(
        default.metadata().unwrap().mode() & 0o777,
        0o777,
        "reading changes nothing"
    );
    assert!(run("new").starts_with(default.to_str().unwrap()));
    assert_eq!(default.metadata().unwrap().mode() & 0o7777, 0o700);
}

#[test]
fn case_18_another_users_base_is_refused() {
    if !kit::is_root() {
        return eprintln!("not tested: only root can make a directory of another user's");
    }
    let fixture = Fixture::new();
    kit::give_away(&fixture);
    chown(fixture.base(), Some(12345), Some(12345)).unwrap();
    mode(&fixture.base(), 0o755);
    let words = [
        "it belongs to another user; name a directory of your own with --base or EYPROJECT_TEMP_BASE",
    ];
    refused(&fixture, &CHANGES, &words);
    refused(&fixture, &READINGS, &words);
    // Root could, and is refused all the same.
    let outcome = fixture.run(["new"]);
    assert!(
        outcome.stderr.contains("it belongs to another user"),
        "{outcome:?}"
    );
}

#[test]
fn case_18_another_users_link_is_refused() {
    if !kit::is_root() {
        return eprintln!("not tested: only root can make a link of another user's");
    }
    let fixture = Fixture::new();
    kit::give_away(&fixture);
    let base = fixture.base();
    std::fs::rename(&base, base.with_file_name("mine")).unwrap();
    symlink("mine", &base).unwrap();
    std::os::unix::fs::lchown(&base, Some(12345), Some(12345)).unwrap();
    refused(&fixture, &CHANGES, &["it is a link"]);
}

#[test]
fn case_18_a_read_only_base_is_told() {
    let fixture = Fixture::new();
    fixture.backend_session("session_20250710_153000", 1, &[("a", b"1")]);
    kit::give_away(&fixture);
    mode(&fixture.base(), 0o500);
    refused(
        &fixture,
        &CHANGES,
        &[
            "ermission denied",
            "check who owns it and what its permissions allow",
        ],
    );
    let mut command = fixture.program();
    let listed = Outcome::of(kit::unprivileged_in(&fixture, command.arg("list"))).ok();
    assert_eq!(listed.lines().count(), 1, "it can be read");
    mode(&fixture.base(), 0o700);
}

#[test]
fn case_18_a_read_only_file_system_is_told() {
    let fixture = Fixture::new();
    let options = "size=1m,mode=700,ro";
    let Some(_disk) = kit::SmallDisk::mount(&fixture.base(), options) else {
        return;
    };
    let outcome = fixture.run(["new"]);
    let mend = "choose a base directory on a writable file system with --base";
    assert!(
        outcome.code == Some(1) && outcome.stderr.contains(mend),
        "{outcome:?}"
    );
}

#[test]
fn case_18_something_else_in_the_managers_room_is_refused() {
    for (path, make) in [
        (".eyproject", false),
        (".eyproject", true),
        (".eyproject/staging", true),
        (".eyproject/trash", true),
    ] {
        let fixture = Fixture::new();
        let victim = fixture.outside("precious/file", b"1");
        let path = fixture.base().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        if make {
            symlink(victim.parent().unwrap(), &path).unwrap();
        } else {
            std::fs::write(&path, "mine").unwrap();
        }
        let outcome = fixture.run(["new"]);
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        assert!(
            outcome
                .stderr
                .contains("something else stands in its place; move it away"),
            "{outcome:?}"
        );
        assert!(victim.exists());
        assert_eq!(fixture.sessions(), [""; 0]);
    }
}

#[test]
fn a_home_directory_can_be_the_base() {
    let fixture = Fixture::new();
    for name in ["Documents", "session notes", ".config"] {
        std::fs::create_dir(fixture.base().join(name)).unwrap();
        std::fs::write(fixture.base().join(name).join("file"), "mine").unwrap();
    }
    mode(&fixture.base(), 0o755);
    let before = Picture::of(&fixture.base());
    for _ in 0..3 {
        fixture.run(["new"]).ok();
    }
    fixture.run(["cleanup", "--keep", "0"]).ok();
    let mut after = Picture::of(&fixture.base());
    after
        .0
        .retain(|path, _| before.0.contains_key(path) && path.components().count() > 0);
    let mut before = before;
    before.0.retain(|path, _| path.components().count() > 0);
    assert_eq!(after, before);
}
