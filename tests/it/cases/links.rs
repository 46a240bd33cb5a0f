//! CASE 17: links, also such as are swapped in while we work. Nothing outside a session is ever touched.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::kit::{self, Picture};
use crate::fixture::Fixture;

const A: &str = "session_20250710_153000";
const B: &str = "session_20250710_153001";

/// Two sessions, and a directory outside that must stay as it is.
fn prepared() -> (Fixture, PathBuf, Picture) {
    let fixture = Fixture::new();
    fixture.backend_session(A, 1, &[("sub/a", &[0; 10]), ("b", &[0; 10])]);
    fixture.backend_session(B, 1, &[]);
    for n in 0..20 {
        fixture.outside(&format!("precious/{n}/file"), b"precious");
    }
    let precious = fixture.base().with_file_name("outside").join("precious");
    let picture = Picture::of(&precious);
    (fixture, precious, picture)
}

#[test]
fn case_17_links_are_neither_followed_nor_counted() {
    let (fixture, precious, before) = prepared();
    let dir = fixture.base().join(A);
    symlink(&precious, dir.join("out")).unwrap();
    symlink("/", dir.join("root")).unwrap();
    symlink(".", dir.join("loop")).unwrap();
    symlink("..", dir.join("sub/up")).unwrap();
    symlink("self", dir.join("self")).unwrap();
    std::fs::hard_link(dir.join("b"), dir.join("sub/again")).unwrap();
    std::fs::hard_link(dir.join("b"), dir.join("and again")).unwrap();
    let listing: Value = serde_json::from_str(&fixture.run(["list", "--json"]).ok()).unwrap();
    let session = &listing["all_sessions"][1];
    assert_eq!(session["size_bytes"], 20, "hard links count once");
    assert_eq!(session["file_count"], 4);
    assert!(session.get("error").is_none());
    let info: Value = serde_json::from_str(&fixture.run(["info", A, "--json"]).ok()).unwrap();
    assert_eq!(info["files"].as_array().unwrap().len(), 4);
    fixture.run(["delete", A]).ok();
    assert_eq!(Picture::of(&precious), before);
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
}

/// Deletes A, and does something while the program waits at `point`.
fn meanwhile(fixture: &Fixture, point: &str, swap: impl FnOnce()) -> std::process::Output {
    let gate = fixture.home().join("gate");
    let mut command = fixture.program();
    command.args(["delete", A]);
    command.env(
        "EYPROJECT_FAILPOINTS",
        format!("{point}=wait:{}", gate.display()),
    );
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let child = command.spawn().unwrap();
    kit::eventually(point, || gate.exists());
    swap();
    std::fs::remove_file(gate).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn case_17_a_link_swapped_in_for_the_session_leads_nowhere() {
    for point in ["delete-writable", "delete-before-rename"] {
        let (fixture, precious, before) = prepared();
        let dir = fixture.base().join(A);
        let away = fixture.base().join("moved away");
        let output = meanwhile(&fixture, point, || {
            std::fs::rename(&dir, &away).unwrap();
            symlink(&precious, &dir).unwrap();
        });
        assert_eq!(output.status.code(), Some(1), "{point}: {output:?}");
        assert_eq!(Picture::of(&precious), before, "{point}");
        assert!(away.join("sub/a").exists(), "{point}");
        fixture.run(["new"]).ok();
        assert_eq!(Picture::of(&precious), before, "{point}, swept");
        assert_eq!(kit::debris(&fixture.base()), [""; 0]);
    }
}

#[test]
fn case_17_a_link_swapped_in_for_a_directory_leads_nowhere() {
    let (fixture, precious, before) = prepared();
    let trash = fixture.base().join(".eyproject/trash");
    let output = meanwhile(&fixture, "remove", || {
        let entry = std::fs::read_dir(&trash)
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        std::fs::rename(entry.join("sub"), entry.join("moved")).unwrap();
        symlink(&precious, entry.join("sub")).unwrap();
    });
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(Picture::of(&precious), before);
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
}

#[test]
fn case_17_directories_that_turn_into_links_all_the_time_lead_nowhere() {
    let (fixture, precious, before) = prepared();
    let store = kit::store(&fixture);
    let dir = fixture.base().join(A);
    for n in 0..150 {
        let sub = dir.join(format!("d{n}"));
        for name in ["x/1", "x/2", "y/1"] {
            let path = sub.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        symlink(&precious, dir.join(format!("l{n}"))).unwrap();
    }
    let trashed = store.delete(kit::id(A)).unwrap();
    let entry = trashed.path().to_owned();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut swapped = 0;
            while !stop.load(Ordering::Relaxed) {
                for n in 0..150 {
                    swapped += u32::from(exchange(
                        &entry.join(format!("d{n}")),
                        &entry.join(format!("l{n}")),
                    ));
                }
            }
            assert!(swapped > 0, "too late for all of them");
        });
        kit::eventually("some are swapped", || {
            entry.join("d0").is_symlink() || entry.join("d149").is_symlink()
        });
        let removed = trashed.remove(None, &Default::default()).unwrap();
        stop.store(true, Ordering::Relaxed);
        assert!(removed.is_complete() || entry.exists());
    });
    store.sweep().unwrap();
    assert_eq!(Picture::of(&precious), before);
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
}

/// Lets two entries change places in one step; false if one of them is gone.
fn exchange(a: &Path, b: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).is_ok()
}
