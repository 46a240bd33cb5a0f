//! Backends in Python and the window at work on one base.

use std::process::{Child, Stdio};

use egui::{Key, Modifiers};

use super::{client, interpreter, python, tests};
use crate::fixture::Fixture;
use crate::window::stage::Stage;

/// Processes that backends are, and how many turns each takes.
const BACKENDS: usize = 4;
const TURNS: usize = 24;

#[test]
fn backends_and_the_window_work_on_one_base_side_by_side() {
    let Some(python) = python() else { return };
    let fixture = Fixture::new();
    let folder = client(&fixture);
    let mut backends: Vec<Child> = (0..BACKENDS)
        .map(|seed| {
            interpreter(&fixture, python, &folder)
                .arg(tests().join("work.py"))
                .args([seed.to_string(), TURNS.to_string()])
                .arg(&folder)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();

    let mut stage = Stage::open(fixture);
    let command = Modifiers::COMMAND;
    let deeds = [
        (command | Modifiers::SHIFT, Key::E),
        (Modifiers::NONE, Key::End),
        (Modifiers::NONE, Key::Delete),
        (command, Key::Z),
        (Modifiers::NONE, Key::ArrowUp),
        (command, Key::P),
        (command, Key::P),
        (Modifiers::NONE, Key::F5),
    ];
    let mut turn = 0;
    let at_work = |child: &mut Child| child.try_wait().unwrap().is_none();
    // However fast they are, or slow the window is: each key once.
    while backends.iter_mut().any(at_work) || turn < deeds.len() {
        let (modifiers, key) = deeds[turn % deeds.len()];
        stage.key(modifiers, key);
        turn += 1;
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    for child in backends {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let done = String::from_utf8_lossy(&output.stdout);
        assert_eq!(done.trim(), TURNS.to_string());
    }

    // What nobody holds is swept by the next change; then each session is whole, or it isn't there.
    stage.fixture.run(["new"]).ok();
    let there = |stage: &Stage| {
        let mut ids = stage.fixture.sessions();
        ids.reverse();
        ids
    };
    stage.wait("the rows that there are", |s| {
        let mut rows = s.rows();
        rows.sort_by(|a, b| b.cmp(a));
        rows == there(s)
    });
    let text = stage.fixture.run(["list", "--json"]).ok();
    let list: serde_json::Value = serde_json::from_str(&text).unwrap();
    let sessions = list["all_sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), there(&stage).len());
    assert!(sessions.iter().any(|s| s["is_current"] == true));
    for session in sessions {
        assert_eq!(session.get("error"), None, "{session}");
        assert_eq!(session["missing"], serde_json::json!([]), "{session}");
        assert_ne!(session["origin"], "unknown", "{session}");
    }
    // What the window deleted it keeps for Undo; once it is closed, the next change sweeps that too.
    let Stage { window, fixture } = stage;
    drop(window);
    fixture.run(["new"]).ok();
    for room in ["staging", "trash"] {
        let left = std::fs::read_dir(fixture.base().join(".eyproject").join(room)).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().path()).collect();
        assert!(left.is_empty(), "{room}: {left:?}");
    }
}
