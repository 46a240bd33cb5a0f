//! Scripts of a session, run from the window: the question, the output as it comes, stopping, history, and
//! closing the window meanwhile.

use egui::{Modifiers, Role};
use egui_kittest::kittest::Queryable;

use super::data::copied;
use super::stage::Stage;
use crate::fixture::Fixture;
use crate::run::kit::has_python;

const ID: &str = "session_20250710_153000";

fn stage(files: &[(&str, &str)]) -> Stage {
    let fixture = Fixture::new();
    let files: Vec<_> = files.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
    fixture.backend_session(ID, 1, &files);
    fixture.backend_session("session_20250709_153000", 1, &[]);
    let mut stage = Stage::open(fixture);
    stage.click_row(ID, Modifiers::NONE);
    open_tab(&mut stage);
    stage
}

fn open_tab(stage: &mut Stage) {
    stage.window.get_by_role_and_label(Role::Tab, "Run").click();
    stage.run();
}

/// Presses "Run", and says yes where it is asked.
fn start(stage: &mut Stage, asked: bool) {
    stage.press("Run");
    if asked {
        stage.wait_for("Nothing of session_");
        let buttons: Vec<_> = stage
            .window
            .query_all_by_role_and_label(Role::Button, "Run")
            .collect();
        buttons.last().unwrap().click();
        stage.run();
    }
}

const SAYS: &str = "import os, sys\n\
    print('\\x1b[32mgreen\\x1b[0m', *sys.argv[1:], os.environ.get('OWN'))\n\
    print('wrong', file=sys.stderr)\n\
    open('report.html', 'w').write('x')\n";

#[test]
fn a_script_is_chosen_told_run_and_run_again() {
    if !has_python() {
        return;
    }
    let mut stage = stage(&[("main.py", SAYS), ("z.py", "")]);
    stage.wait_for("main.py");
    stage
        .window
        .get_by_role_and_label(Role::TextInput, "Arguments")
        .click();
    stage.run();
    stage.types("'a b'");
    stage
        .window
        .get_by_role_and_label(Role::MultilineTextInput, "Environment")
        .click();
    stage.run();
    stage.types("OWN=mine");
    start(&mut stage, true);
    stage.wait_for("green a b mine");
    stage.wait_for("error output: wrong");
    stage.wait_for("report.html (new, 1 B)");
    assert!(stage.has("Open report.html") && stage.has("done"));
    // What was typed is still there, and nobody asks again.
    stage.press("All runs");
    stage.wait_for("main.py \"a b\", done, ");
    start(&mut stage, false);
    stage.wait_for("green a b mine");
    stage.wait_for("Run again");
    stage.press("Run again");
    stage.wait("three runs", |s| {
        s.window.state().model().runs.runs.len() == 3
    });
    let state = stage.fixture.home().join("state/runs.json");
    stage.wait("the memory", |_| {
        std::fs::read_to_string(&state).is_ok_and(|t| t.contains("OWN=mine"))
    });
    stage
        .window
        .get_by_role_and_label(Role::Tab, "Overview")
        .click();
    stage.run();
    stage.wait_for("Runs");
}

#[test]
fn saying_no_runs_nothing() {
    let mut stage = stage(&[("main.py", SAYS)]);
    stage.wait_for("main.py");
    stage.press("Run");
    stage.wait_for("Nothing of session_");
    stage.press("Cancel");
    assert!(!stage.has("Nothing of session_"));
    assert!(!stage.fixture.base().join(ID).join("logs").exists());
}

#[test]
fn what_is_typed_wrongly_is_said_and_can_not_be_run() {
    let mut stage = stage(&[("main.py", "")]);
    stage.wait_for("main.py");
    stage
        .window
        .get_by_role_and_label(Role::MultilineTextInput, "Environment")
        .click();
    stage.run();
    stage.types("nonsense");
    stage.wait_for("write it like KEY=VALUE");
    stage.press("Run");
    assert!(!stage.has("Nothing of session_"));
}

#[test]
fn a_running_one_is_followed_and_stopped() {
    if !has_python() {
        return;
    }
    let text = "import time\nfor i in range(10**9):\n    print('line', i, flush=True)\n    time.sleep(0.01)\n";
    let mut stage = stage(&[("main.py", text)]);
    stage.wait_for("main.py");
    start(&mut stage, true);
    stage.wait_for("line 60");
    assert!(stage.has("running"));
    let refused = stage.fixture.run(["delete", ID]);
    assert!(
        refused.stderr.contains("it is in use") || refused.stderr.contains("current"),
        "{refused:?}"
    );
    stage.press("Stop");
    stage.wait_for("stopped (signal 15)");
    stage.wait("its end to be known", |s| {
        s.window.state().model().runs.going.is_empty()
    });
}

#[test]
#[cfg(windows)]
fn a_batch_file_is_run_and_stopped() {
    let mut stage = stage(&[(
        "main.bat",
        "@echo off\r\necho still here\r\n:again\r\ngoto again\r\n",
    )]);
    stage.wait_for("main.bat");
    start(&mut stage, true);
    stage.wait_for("still here");
    stage.press("Stop");
    stage.wait("its end to be known", |s| {
        s.window.state().model().runs.going.is_empty()
    });
    stage.wait_for("stopped");
}

#[test]
fn a_million_lines_are_scrolled_and_few_are_known() {
    if !has_python() {
        return;
    }
    let text = "import sys\nfor i in range(1000000): sys.stdout.write(f'number {i}\\n')\n";
    let mut stage = stage(&[("main.py", text)]);
    stage.wait_for("main.py");
    start(&mut stage, true);
    stage.wait_for("done");
    stage.wait_for("number 999999");
    let shown = |s: &Stage| s.window.state().model().runs.shown.clone().unwrap();
    assert!(shown(&stage).total > 1_000_000 && shown(&stage).lines.len() <= 2_000);
    let output = stage
        .window
        .get_by_role_and_label(Role::Log, "Output")
        .rect();
    stage.window.hover_at(output.center());
    stage.window.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, 3.0e7),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
    stage.wait_for("number 3");
    assert!(shown(&stage).first < 10 && !stage.has("number 999999"));
}

#[test]
fn a_line_of_the_output_is_found_on_and_back() {
    if !has_python() {
        return;
    }
    let text = "import sys\nfor i in range(30000): sys.stdout.write(f'number {i}\\n')\nprint('Trouble', file=sys.stderr)\n";
    let mut stage = stage(&[("main.py", text)]);
    stage.wait_for("main.py");
    start(&mut stage, true);
    stage.wait_for("done");
    stage.wait_for("number 29999");
    stage
        .window
        .get_by_role_and_label(Role::TextInput, "Find in the output")
        .focus();
    stage.run();
    stage.types("NUMBER 1234");
    // The head has four lines of ours.
    stage.wait_for("line 1,239");
    stage.wait_for("number 1240");
    assert!(!stage.has("number 29999"), "it has come into view");
    stage.press("Next line");
    stage.wait_for("line 12,345");
    stage.press("Previous line");
    stage.wait_for("line 1,239");
    stage
        .window
        .get_by_role_and_label(Role::TextInput, "Find in the output")
        .focus();
    stage.run();
    stage.types("x");
    stage.wait_for("Not found");
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
}

#[test]
fn the_output_is_copied_by_its_menu_and_its_key() {
    if !has_python() {
        return;
    }
    if !has_python() {
        return;
    }
    let text = "for i in range(3): print('number', i)\n";
    let mut stage = stage(&[("main.py", text)]);
    stage.wait_for("main.py");
    start(&mut stage, true);
    stage.wait_for("done");
    stage.wait_for("number 2");
    let menu = |stage: &mut Stage, item: &str| {
        stage.window.get_by_label("number 1").click_secondary();
        stage.run();
        stage
            .window
            .get_by_role_and_label(Role::MenuItem, item)
            .click();
        copied(stage)
    };
    assert_eq!(menu(&mut stage, "Copy the line"), "number 1");
    let all = menu(&mut stage, "Copy the output");
    assert!(all.contains("\nnumber 0\nnumber 1\nnumber 2\n"), "{all}");
    stage.window.get_by_label("number 0").click();
    stage.run();
    stage.window.event(egui::Event::Copy);
    assert_eq!(copied(&mut stage), all);
    // Among the output, Delete means no session, even of one that it could mean.
    stage.fixture.run(["use", "session_20250709_153000"]).ok();
    stage.wait("the other to be current", |s| {
        let mut rows = s.window.state().model().table.rows();
        rows.any(|row| row.session.id.to_string() == ID && !row.session.protection.current)
    });
    stage.key(Modifiers::NONE, egui::Key::Delete);
    assert!(!stage.has("Deleted session"));
    stage.click_row(ID, Modifiers::NONE);
    stage.window.event(egui::Event::Copy);
    assert_eq!(copied(&mut stage), ID, "among the sessions it is the id");
}

#[test]
fn what_can_not_begin_is_told() {
    let mut stage = stage(&[("main.py", "")]);
    stage.wait_for("main.py");
    std::fs::write(stage.fixture.base().join(ID).join("logs"), "in the way").unwrap();
    start(&mut stage, true);
    stage.wait_for("Could not run main.py");
}

#[test]
#[cfg(target_os = "linux")]
fn a_window_that_asks_closes_once_the_script_has_ended() {
    if !has_python() {
        return;
    }
    let wait = "import os, time\nprint('up', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.02)\n";
    let mut stage = stage(&[("main.py", wait)]);
    stage.wait_for("main.py");
    start(&mut stage, true);
    stage.wait_for("up");
    close(&mut stage);
    stage.wait_for("Close the window while a run goes on?");
    std::fs::write(stage.fixture.base().join(ID).join("go"), "").unwrap();
    stage.wait("the end", |s| s.window.state().model().runs.may_close);
    assert!(!stage.has("Close the window"));
}

#[test]
#[cfg(target_os = "linux")]
fn closing_the_window_asks_and_a_later_one_finds_the_run() {
    let mut stage = stage(&[(
        "main.py",
        "import time\nprint('up', flush=True)\ntime.sleep(600)\n",
    )]);
    stage.wait_for("main.py");
    start(&mut stage, true);
    stage.wait_for("up");
    stage.wait("it to be known", |s| {
        !s.window.state().model().runs.going.is_empty()
    });
    close(&mut stage);
    stage.wait_for("Close the window while a run goes on?");
    stage.press("Cancel");
    assert!(!stage.has("Close the window"));
    close(&mut stage);
    stage.press("Leave running");
    assert!(stage.window.state().model().runs.may_close);

    // The window goes, another comes.
    let Stage { fixture, window } = stage;
    drop(window);
    let mut later = Stage::open(fixture);
    later.click_row(ID, Modifiers::NONE);
    open_tab(&mut later);
    later.wait("the run", |s| s.has("main.py, running"));
    later
        .window
        .get_by_label_contains("main.py, running")
        .click();
    later.run();
    later.wait_for("up");
    close(&mut later);
    later.wait_for("Stop it");
    // In one row with the other answers.
    let middles = ["Cancel", "Stop it", "Leave running"].map(|name| {
        let button = later.window.get_by_role_and_label(Role::Button, name);
        button.rect().center().y
    });
    assert!(middles.iter().all(|y| *y == middles[0]), "{middles:?}");
    later.press("Stop it");
    later.wait_for("stopped (signal 15)");
}

/// Asks the window to close, as its title bar does.
#[cfg(target_os = "linux")]
fn close(stage: &mut Stage) {
    let input = stage.window.input_mut();
    let id = input.viewport_id;
    input
        .viewports
        .entry(id)
        .or_default()
        .events
        .push(egui::ViewportEvent::Close);
    stage.window.step();
    let input = stage.window.input_mut();
    input.viewports.entry(id).or_default().events.clear();
    stage.run();
}
