//! Files that come into the window: dropped, picked in the system's dialog, cut off in the middle.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::screen::Screen;
use super::window::Window;
use super::{on_screen, skip};
use crate::fixture::Fixture;

/// The one session that is new since `before`.
#[track_caller]
pub fn new_session(screen: &Screen, fixture: &Fixture, before: &[String]) -> PathBuf {
    let mut new = Vec::new();
    screen.wait_for("a new session", || {
        new = fixture.sessions();
        new.retain(|id| !before.contains(id));
        !new.is_empty()
    });
    assert_eq!(new.len(), 1, "{new:?}");
    fixture.base().join(&new[0])
}

/// The names of the uploaded files in a session, sorted: without what the manager adds.
fn uploaded(session: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(session)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != ".session.json" && name != "logs")
        .collect();
    names.sort();
    names
}

#[test]
fn dropped_files_become_a_session() {
    on_screen("drop", (1280, 800), |screen| {
        let fixture = Fixture::new();
        fixture.backend_session("session_20250709_120000", 1, &[("a.txt", b"a")]);
        let big: Vec<u8> = (0..3_000_000u32).map(|n| (n % 251) as u8).collect();
        let files = [
            ("two words.txt", &b"one\n"[..]),
            ("Füße 日本語 😀.bin", &[0, 159, 146, 150]),
            ("big.dat", &big),
        ];
        let paths = files.map(|(name, bytes)| fixture.outside(name, bytes));
        let before = fixture.sessions();
        let window = Window::open(screen, &fixture);
        window.drop_files(&paths);

        let session = new_session(screen, &fixture, &before);
        let mut names = files.map(|(name, _)| name);
        names.sort();
        assert_eq!(uploaded(&session), names);
        for (name, bytes) in files {
            assert!(
                std::fs::read(session.join(name)).unwrap() == bytes,
                "{name}"
            );
        }
        // The window shows it, selected.
        let id = session.file_name().unwrap().to_str().unwrap();
        window.wait_for_ids(&[id, "session_20250709_120000"]);
        window.wait_for_selection(&[id]);
    });
}

#[test]
fn picked_files_become_a_session() {
    if Command::new("zenity").arg("--version").output().is_err() {
        return skip("dialog", "zenity missing");
    }
    on_screen("dialog", (1280, 800), |screen| {
        let fixture = Fixture::new();
        let path = fixture.outside("picked file.txt", b"picked\n");
        let window = Window::open(screen, &fixture);
        window.click("New from files…");
        let dialog = window.other("the file dialog");

        // Cancelled, it changes nothing.
        screen.xdotool(&["key", "Escape"]);
        window.wait_for_gone(&dialog);
        assert!(fixture.sessions().is_empty());

        window.click("New from files…");
        let dialog = window.other("the file dialog again");
        screen.picture("dialog", None);
        screen.xdotool(&["key", "ctrl+l"]);
        screen.pause();
        screen.xdotool(&["key", "ctrl+a"]);
        screen.xdotool(&["type", "--delay", "25", path.to_str().unwrap()]);
        screen.pause();
        screen.xdotool(&["key", "Return"]);
        window.wait_for_gone(&dialog);
        let session = new_session(screen, &fixture, &[]);
        assert_eq!(uploaded(&session), ["picked file.txt"]);
        assert_eq!(
            std::fs::read(session.join("picked file.txt")).unwrap(),
            b"picked\n"
        );
    });
}

#[test]
fn a_window_killed_while_it_uploads_leaves_nothing() {
    on_screen("kill", (1280, 800), |screen| {
        let fixture = Fixture::new();
        fixture.backend_session("session_20250709_120000", 1, &[("a.txt", b"a")]);
        // One file under many names is made fast, and copied slowly.
        let first = fixture.outside("many/0.bin", &[7; 20_000]);
        let folder = first.parent().unwrap();
        for n in 1..40_000 {
            std::fs::hard_link(&first, folder.join(format!("{n}.bin"))).unwrap();
        }
        let staging = fixture.base().join(".eyproject/staging");
        let staged = || walkdir::WalkDir::new(&staging).into_iter().count();

        let window = Window::open(screen, &fixture);
        window.drop_files(&[folder.to_owned()]);
        screen.wait_for("the upload under way", || staged() > 500);
        window.kill();
        assert_eq!(
            fixture.sessions(),
            ["session_20250709_120000"],
            "published too early"
        );

        let window = Window::open(screen, &fixture);
        window.wait_for_ids(&["session_20250709_120000"]);
        // The directory itself, and nothing in it.
        screen.wait_for("empty staging", || staged() <= 1);
        assert_eq!(
            fixture.run(["current"]).ok().trim(),
            fixture
                .base()
                .join("session_20250709_120000")
                .to_str()
                .unwrap()
        );
    });
}
