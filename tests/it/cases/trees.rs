//! CASE 16: trees that are deep, wide, badly named or locked up are listed, sized and deleted.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};
use serde_json::Value;

use super::driver;
use super::kit;
use crate::fixture::{Fixture, Outcome};

const A: &str = "session_20250710_153000";
const B: &str = "session_20250710_153001";

/// Bytes in the regular files of [`build`], and how many there are.
const BUILT: (u64, u64) = (5 * 100, 5);

/// Builds a hard tree in `dir`: run as the user that will have to cope with it.
pub fn build(dir: &Path) {
    std::fs::create_dir(dir).unwrap();
    let data = [0; 100];
    let file = |path: &Path| std::fs::write(path, data).unwrap();
    let mode = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    file(&dir.join("n".repeat(255)));
    file(&dir.join(OsStr::from_bytes(b"not \xff\xfe unicode \n\x1b[31m")));
    std::fs::create_dir(dir.join(OsStr::from_bytes(b"\xc3("))).unwrap();
    let read_only = dir.join("read only");
    std::fs::create_dir(&read_only).unwrap();
    file(&read_only.join("file"));
    mode(&read_only.join("file"), 0o400);
    mode(&read_only, 0o500);
    // Nothing of it can be seen from outside, one locked directory in another.
    let locked = dir.join("locked");
    std::fs::create_dir_all(locked.join("inner")).unwrap();
    file(&locked.join("inner/file"));
    mode(&locked.join("inner"), 0o000);
    mode(&locked, 0o000);
    deep(dir, 1000);
}

/// A file below `levels` directories, whose path is longer than any system call takes.
fn deep(dir: &Path, levels: usize) {
    let open = |at: &rustix::fd::OwnedFd, name: &str| {
        mkdirat(at, name, Mode::RWXU).unwrap();
        openat(at, name, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).unwrap()
    };
    let mut at = openat(CWD, dir, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).unwrap();
    for _ in 0..levels {
        at = open(&at, "level_of_a_tree");
    }
    let flags = OFlags::CREATE | OFlags::WRONLY | OFlags::CLOEXEC;
    let file = openat(&at, "file", flags, Mode::RUSR).unwrap();
    assert_eq!(rustix::io::write(&file, &[0; 100]).unwrap(), 100);
}

#[test]
fn case_16_a_hard_tree_is_listed_sized_and_deleted() {
    let fixture = Fixture::new();
    fixture.backend_session(B, 1, &[("b", b"1")]);
    kit::give_away(&fixture);
    let run = |args: &[&str]| {
        let mut command = fixture.program();
        Outcome::of(kit::unprivileged(command.args(args)))
    };
    let mut tree = driver::command(&fixture, &format!("tree {A}"));
    Outcome::of(kit::unprivileged(&mut tree)).ok();

    let listing: Value = serde_json::from_str(&run(&["list", "--json"]).ok()).unwrap();
    let session = &listing["all_sessions"][1];
    assert_eq!(session["session_id"], A);
    // What is locked up can't be measured, and is counted as such.
    let readable = (
        session["size_bytes"].as_u64(),
        session["file_count"].as_u64(),
    );
    assert_eq!(readable, (Some(BUILT.0 - 100), Some(BUILT.1 - 1)));
    assert_eq!(session["error"], "1 entry in it can't be read");
    assert_eq!(listing["all_sessions"][0]["size_bytes"], 1);

    let info = run(&["info", A]);
    assert_eq!(info.code, Some(0), "{info:?}");
    assert!(
        !info.stdout.contains('\x1b'),
        "a name must not command the terminal"
    );
    let info: Value = serde_json::from_str(&run(&["info", A, "--json"]).ok()).unwrap();
    let error = info["error"].as_str().unwrap();
    assert!(
        error.contains("not all of its files are listed"),
        "too deep or locked up: {error}"
    );

    let deleted = run(&["delete", A]);
    assert_eq!(
        (deleted.code, deleted.stdout),
        (Some(0), format!("deleted {A}\n")),
        "{}",
        deleted.stderr
    );
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
    assert_eq!(fixture.sessions(), [B]);
}

#[test]
fn case_16_a_session_that_can_not_be_entered_is_listed_and_deleted() {
    let fixture = Fixture::new();
    let dir = fixture.backend_session(A, 1, &[("sub/a", b"1")]);
    fixture.backend_session(B, 1, &[]);
    kit::give_away(&fixture);
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o000)).unwrap();
    let run = |args: &[&str]| {
        let mut command = fixture.program();
        Outcome::of(kit::unprivileged(command.args(args)))
    };
    let listing: Value = serde_json::from_str(&run(&["list", "--json"]).ok()).unwrap();
    let session = &listing["all_sessions"][1];
    assert!(session.get("size_bytes").is_none(), "{session}");
    assert!(
        session["error"].as_str().unwrap().contains("can't be read"),
        "{session}"
    );
    assert_eq!(run(&["delete", A]).ok(), format!("deleted {A}\n"));
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
}

#[test]
fn case_16_undo_gives_the_directory_its_mode_back() {
    let fixture = Fixture::new();
    let dir = fixture.backend_session(A, 1, &[("a", b"1")]);
    fixture.backend_session(B, 1, &[]);
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o050)).unwrap();
    let before = kit::Picture::of(&dir);
    let store = kit::store(&fixture);
    store
        .delete(kit::id(A))
        .unwrap()
        .restore()
        .map_err(|(_, e)| e)
        .unwrap();
    assert_eq!(kit::Picture::of(&dir), before);
}

/// A million files, half of them in one folder and the others in many: in memory, where that takes seconds and
/// some 1 GB. Where nothing can be mounted, fewer.
#[test]
fn case_16_a_million_files_are_listed_sized_and_deleted() {
    let fixture = Fixture::new();
    let disk = kit::SmallDisk::mount(&fixture.base(), "mode=700,nr_inodes=1100000");
    let half: u64 = if disk.is_some() { 500_000 } else { 15_000 };
    fixture.backend_session(B, 1, &[]);
    let dir = fixture.backend_session(A, 1, &[]);
    let flat = dir.join("flat");
    std::fs::create_dir(&flat).unwrap();
    let make = |path: &Path| drop(std::fs::File::create(path).unwrap());
    std::thread::scope(|threads| {
        threads.spawn(|| (0..half).for_each(|n| make(&flat.join(n.to_string()))));
        for folder in 0..500 {
            let below = dir.join(format!("d{folder}"));
            std::fs::create_dir(&below).unwrap();
            (0..half / 500).for_each(|n| make(&below.join(n.to_string())));
        }
    });
    let listing: Value = serde_json::from_str(&fixture.run(["list", "--json"]).ok()).unwrap();
    let session = &listing["all_sessions"][1];
    assert_eq!(session["file_count"].as_u64(), Some(2 * half));
    assert_eq!(session["size_bytes"].as_u64(), Some(0));
    assert_eq!(fixture.run(["delete", A]).ok(), format!("deleted {A}\n"));
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
    assert_eq!(fixture.sessions(), [B]);
}

#[test]
fn case_16_what_can_not_be_removed_is_named_and_the_session_is_deleted_all_the_same() {
    let fixture = Fixture::new();
    fixture.backend_session(B, 1, &[]);
    let dir = fixture.backend_session(A, 1, &[("a", b"1"), ("mounted/b", b"1")]);
    let Some(disk) = kit::SmallDisk::mount(&dir.join("mounted"), "size=1m") else {
        return;
    };
    std::fs::write(dir.join("mounted/other"), "another file system's").unwrap();
    let deleted = fixture.run(["delete", A]);
    assert_eq!(
        (deleted.code, deleted.stdout),
        (Some(0), format!("deleted {A}\n"))
    );
    assert!(
        deleted
            .stderr
            .contains("another file system is mounted here"),
        "{}",
        deleted.stderr
    );
    assert!(deleted.stderr.contains("/mounted"), "{}", deleted.stderr);
    assert_eq!(fixture.sessions(), [B]);
    let left = kit::debris(&fixture.base());
    assert!(
        left.iter().any(|p| p.ends_with("mounted/other")),
        "never emptied: {left:?}"
    );
    let entry = std::fs::read_dir(fixture.base().join(".eyproject/trash"))
        .unwrap()
        .next();
    drop(disk.moved_to(&entry.unwrap().unwrap().path().join("mounted")));
    fixture.run(["new"]).ok();
    assert_eq!(
        kit::debris(&fixture.base()),
        [""; 0],
        "the next change removes it"
    );
}
