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

/// A million files where `EYPROJECT_TEST_MILLION` is set (in memory, some 1 GB), else 30,000.
#[test]
fn case_16_very_many_files_are_sized_and_deleted() {
    let many: u64 = match std::env::var_os("EYPROJECT_TEST_MILLION") {
        Some(_) => 1_000_000,
        None => 30_000,
    };
    let fixture = Fixture::new();
    let _disk = kit::SmallDisk::mount(&fixture.base(), "mode=700,nr_inodes=1100000");
    fixture.backend_session(B, 1, &[]);
    let dir = fixture.backend_session(A, 1, &[]);
    // Half of them in one directory, the others in many.
    for n in 0..many {
        let below = match n % 2 {
            0 => dir.join("flat"),
            _ => dir.join(format!("d{}", n % 1000)),
        };
        if n < 1000 {
            std::fs::create_dir_all(&below).unwrap();
        }
        std::fs::File::create(below.join(n.to_string())).unwrap();
    }
    let listing: Value = serde_json::from_str(&fixture.run(["list", "--json"]).ok()).unwrap();
    assert_eq!(
        listing["all_sessions"][1]["file_count"].as_u64(),
        Some(many)
    );
    assert_eq!(fixture.run(["delete", A]).ok(), format!("deleted {A}\n"));
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
}
