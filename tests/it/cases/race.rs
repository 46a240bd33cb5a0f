//! CASES 10 (two deleters), 13 and 14: what another program does between our steps.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::driver;
use super::kit::{self, Picture, id, store};
use crate::fixture::{Fixture, Outcome};

const A: &str = "session_20250710_153000";
const B: &str = "session_20250710_153001";

/// A program that stopped at a point of its way, until it is let go.
struct Stopped {
    child: std::process::Child,
    gate: PathBuf,
}

impl Stopped {
    /// Starts `command`, which stops at `point`; `further` points are armed besides.
    fn at(point: &str, further: &str, fixture: &Fixture, command: &mut Command) -> Self {
        let gate = fixture.home().join("gate");
        let armed = format!("{point}=wait:{}{further}", gate.display());
        command.env("EYPROJECT_FAILPOINTS", armed);
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        kit::eventually(point, || gate.exists());
        Self { child, gate }
    }

    fn go(self) -> Outcome {
        std::fs::remove_file(self.gate).unwrap();
        let output = self.child.wait_with_output().unwrap();
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Directories named for this second and the next hundred: whatever is chosen, it is among them.
fn in_the_way(fixture: &Fixture) -> Vec<String> {
    let now = chrono::Local::now().naive_local();
    (-2..100)
        .map(|s| {
            (now + chrono::TimeDelta::seconds(s))
                .format("session_%Y%m%d_%H%M%S")
                .to_string()
        })
        .inspect(|name| std::fs::create_dir(fixture.base().join(name)).unwrap())
        .collect()
}

#[test]
fn case_13_an_empty_directory_that_appears_meanwhile_is_not_replaced() {
    for unsupported in ["", ",rename-noreplace=unsupported"] {
        let fixture = Fixture::new();
        fixture.settings("[cleanup]\nkeep = false\n");
        // Where the file system can't refuse, the look that has to do comes after the directory.
        let point = "publish-before-rename#1";
        let mut command = fixture.program();
        let stopped = Stopped::at(point, unsupported, &fixture, command.arg("new"));
        let names = in_the_way(&fixture);
        let before = Picture::of(&fixture.base());
        let made = PathBuf::from(stopped.go().ok().trim_end());
        let made = made.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(!names.contains(&made), "{made}");
        let after = Picture::of(&fixture.base());
        for name in &names {
            let name = PathBuf::from(name);
            assert_eq!(after.0[&name], before.0[&name]);
        }
        assert_eq!(fixture.sessions().len(), names.len() + 1);
    }
}

#[test]
fn case_13_undo_does_not_replace_a_session_that_took_the_name() {
    for further in ["", ",rename-noreplace#2=unsupported"] {
        let fixture = Fixture::new();
        fixture.backend_session(A, 1, &[("a", b"1")]);
        fixture.backend_session(B, 1, &[]);
        let mut command = driver::command(&fixture, &format!("undo {A}"));
        let stopped = Stopped::at("undo-before-rename", further, &fixture, &mut command);
        std::fs::create_dir(fixture.base().join(A)).unwrap();
        let outcome = stopped.go();
        assert_eq!(outcome.code, Some(101), "{outcome:?}");
        let output = outcome.stdout + &outcome.stderr;
        assert!(
            output.contains("something else has its name by now"),
            "{output}"
        );
        assert_eq!(
            std::fs::read_dir(fixture.base().join(A)).unwrap().count(),
            0
        );
    }
}

#[test]
fn case_10_two_deleters_give_one_success_and_one_not_found() {
    for _ in 0..5 {
        let fixture = Fixture::new();
        fixture.backend_session(A, 1, &[("a", b"1")]);
        fixture.backend_session(B, 1, &[]);
        let children = [(); 2].map(|()| {
            let mut command = fixture.program();
            command
                .args(["delete", A])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            command.spawn().unwrap()
        });
        let outputs = children.map(|c| c.wait_with_output().unwrap());
        let mut codes = outputs.each_ref().map(|o| o.status.code().unwrap());
        codes.sort_unstable();
        assert_eq!(codes, [0, 1], "{outputs:?}");
        let loser = outputs.iter().find(|o| o.status.code() == Some(1)).unwrap();
        let said = String::from_utf8_lossy(&loser.stderr);
        assert!(said.contains("there is no such session"), "{said}");
        assert_eq!(fixture.sessions(), [B]);
        assert_eq!(kit::debris(&fixture.base()), [""; 0]);
    }
}

#[test]
fn case_10_a_session_that_is_pinned_while_its_deleter_waits_stays() {
    let fixture = Fixture::new();
    fixture.backend_session(A, 1, &[("a", b"1")]);
    fixture.backend_session(B, 1, &[]);
    // The pinning has the base to itself and has just written; the deleter waits for it.
    let mut pin = fixture.program();
    let pinning = Stopped::at("atomic-after-rename", "", &fixture, pin.args(["pin", A]));
    let mut delete = fixture.program();
    delete
        .args(["delete", A])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut deleting = delete.spawn().unwrap();
    assert!(deleting.try_wait().unwrap().is_none());
    pinning.go().ok();
    let output = deleting.wait_with_output().unwrap();
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("it is pinned"),
        "{output:?}"
    );
    assert_eq!(fixture.sessions(), [A, B]);
}

#[test]
fn case_14_sessions_and_files_that_vanish_meanwhile_are_no_error_for_the_rest() {
    let fixture = Fixture::new();
    let keep = fixture.backend_session(B, 1, &[("b", &[0; 100])]);
    let base = fixture.base();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        // As the Python backend does it: made in pieces, removed with rm -rf, over and over.
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                for n in 0..20 {
                    let dir = base.join(format!("session_20240101_0000{n:02}"));
                    std::fs::create_dir_all(dir.join("sub")).unwrap();
                    std::fs::write(dir.join("sub/file"), [0; 10]).unwrap();
                    std::fs::write(dir.join("file"), [0; 10]).unwrap();
                }
                for n in 0..20 {
                    std::fs::remove_dir_all(base.join(format!("session_20240101_0000{n:02}")))
                        .unwrap();
                }
            }
        });
        let store = store(&fixture);
        for _ in 0..100 {
            let listing = store.list().unwrap();
            assert_eq!(listing.sessions[0].id, id(B));
            assert_eq!(listing.current, Some(id(B)));
            assert!(listing.sessions.iter().all(|s| s.problem.is_none()));
            let sizes = store.measure(&listing, &Default::default()).unwrap();
            assert_eq!(sizes[&id(B)].bytes, 100);
            assert!(sizes.values().all(|u| u.unreadable == 0 && u.bytes <= 100));
        }
        for _ in 0..5 {
            let json = fixture.run(["list", "--json"]).ok();
            assert!(json.contains(keep.to_str().unwrap()));
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn case_14_a_session_that_vanishes_while_it_is_deleted_is_not_found() {
    let fixture = Fixture::new();
    fixture.backend_session(A, 1, &[("a", b"1")]);
    fixture.backend_session(B, 1, &[]);
    let mut command = fixture.program();
    let deleting = Stopped::at("delete-writable", "", &fixture, command.args(["delete", A]));
    std::fs::remove_dir_all(fixture.base().join(A)).unwrap();
    let outcome = deleting.go();
    assert_eq!(outcome.code, Some(1));
    assert!(
        outcome.stderr.contains("there is no such session"),
        "{outcome:?}"
    );
}
