//! What spares a person a detour: Enter where one types, rows that lead on, keys in the output, messages and
//! sheets that hide nothing, words that agree.

use egui::{Key, Modifiers, Role, Shape};
use egui_kittest::kittest::{NodeT, Queryable};

use super::stage::Stage;
use crate::fixture::Fixture;

const ID: &str = "session_20250710_153000";
const CURRENT: &str = "session_20250711_153000";
const RUN: &str = "run-main.py-20250710_153100";

/// A session with a script, and a run of it that printed `lines` numbers.
fn with_a_run(lines: usize) -> Stage {
    let fixture = Fixture::new();
    let record = serde_json::json!({
        "version": 1, "name": RUN, "session_id": ID, "script": "main.py", "args": ["a b"], "time_limit_s": 300,
        "started_at": "2025-07-10T15:31:00.123456789+02:00",
        "end": {"why": "itself", "code": 0, "signal": null, "duration_ms": 1200},
    });
    let mut log = "# command: python3 main.py\n".to_owned();
    for n in 0..lines {
        log += &format!("| number {n}\n");
    }
    let (json, text) = (format!("logs/{RUN}.json"), format!("logs/{RUN}.log"));
    fixture.backend_session(
        ID,
        1,
        &[
            ("main.py", b"print(1)\n"),
            (&json, record.to_string().as_bytes()),
            (&text, log.as_bytes()),
        ],
    );
    fixture.backend_session(CURRENT, 1, &[("x", b"x")]);
    let mut stage = Stage::open(fixture);
    stage.click_row(ID, Modifiers::NONE);
    stage
}

/// A line of the output, which is not to be mistaken for one that begins like it.
fn line(stage: &Stage, words: &str) -> bool {
    stage.window.query_by_label(words).is_some()
}

#[test]
fn enter_in_a_field_of_one_line_runs_what_can_be_run() {
    for field in ["Arguments", "Time limit"] {
        let mut stage = with_a_run(1);
        stage.key(Modifiers::COMMAND, Key::Num4);
        stage.wait_for(field);
        stage
            .window
            .get_by_role_and_label(Role::TextInput, field)
            .focus();
        stage.run();
        stage.types("'");
        stage.key(Modifiers::NONE, Key::Enter);
        assert!(!stage.has("Nothing of session_"), "it is wrong");
        let typed = stage.window.get_by_role_and_label(Role::TextInput, field);
        assert!(typed.is_focused(), "and can be mended at once");
        stage.key(Modifiers::NONE, Key::Backspace);
        stage.key(Modifiers::NONE, Key::Enter);
        stage.wait_for("Nothing of session_");
        assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
    }
}

#[test]
fn a_run_of_the_overview_is_opened_by_click_and_by_enter() {
    let is_it = |l: String| l.starts_with("main.py, done, ") && l.ends_with(": open this run");
    for by_key in [false, true] {
        let mut stage = with_a_run(3);
        stage.key(Modifiers::COMMAND, Key::Num1);
        stage.wait_for(": open this run");
        let row = stage
            .window
            .get_by(|n| n.role() == Role::Button && n.label().is_some_and(is_it));
        match by_key {
            true => row.focus(),
            false => row.click(),
        }
        stage.run();
        if by_key {
            stage.key(Modifiers::NONE, Key::Enter);
        }
        stage.wait("its output", |s| line(s, "number 2"));
        assert!(stage.has("All runs") && stage.has("started "));
        stage.window.get_by_label("Run again").hover();
        stage.wait_for("As this run: with \"a b\"");
        stage.press("All runs");
        stage.wait_for("Arguments");
    }
}

#[test]
fn the_ends_of_an_output_are_a_key_and_a_button_away() {
    let mut stage = with_a_run(5_000);
    stage.key(Modifiers::COMMAND, Key::Num4);
    let name = "main.py \"a b\", done, ";
    stage.wait_for(name);
    stage.window.get_by_label_contains(name).click();
    stage.wait("its end", |s| line(s, "number 4999"));
    // The keyboard is there already.
    for _ in 0..2 {
        stage.key(Modifiers::COMMAND, Key::Home);
        stage.wait("its start", |s| line(s, "number 0"));
        assert!(!line(&stage, "number 4999"));
        stage.key(Modifiers::COMMAND, Key::End);
        stage.wait("its end", |s| line(s, "number 4999"));
        assert!(!line(&stage, "number 0"));
    }
    stage.key(Modifiers::NONE, Key::PageUp);
    stage.wait("a page before", |s| !line(s, "number 4999"));
    stage.key(Modifiers::NONE, Key::PageDown);
    stage.wait("its end", |s| line(s, "number 4999"));
    stage.press("Start of the output");
    stage.wait("its start", |s| line(s, "number 0"));
    stage.press("End of the output");
    stage.wait("its end", |s| line(s, "number 4999"));
    assert_eq!(stage.selected(), [ID], "none of it meant the sessions");
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
}

#[test]
fn a_session_with_nothing_but_its_own_record_has_no_files_wherever_it_is_said() {
    let fixture = Fixture::new();
    fixture.run(["new"]).ok();
    let id = fixture.sessions().remove(0);
    assert!(fixture.base().join(&id).join(".session.json").is_file());
    let mut stage = Stage::open(fixture);
    stage.click_row(&id, Modifiers::NONE);
    stage.wait_for(" B, no files");
    assert!(!stage.has("1 file"));
    stage.key(Modifiers::COMMAND, Key::Num2);
    stage.wait_for("No files");
    let model = stage.window.state().model();
    assert_eq!(model.open_row().unwrap().files(), Some(0));
    // What other programs read counts what is on the disk.
    let info = stage.fixture.run(["info", &id, "--json"]).ok();
    let info: serde_json::Value = serde_json::from_str(&info).unwrap();
    assert!(info["size_bytes"].as_u64().unwrap() > 0, "{info}");
}

#[test]
fn a_message_leaves_the_head_of_the_right_side_free() {
    for size in [egui::vec2(900.0, 600.0), egui::vec2(1280.0, 800.0)] {
        let mut stage = with_a_run(1);
        stage
            .fixture
            .backend_session("session_20250709_153000", 1, &[("y", b"y")]);
        stage.wait_rows(&[CURRENT, ID, "session_20250709_153000"]);
        stage.window.set_size(size);
        stage.run();
        stage.click_row("session_20250709_153000", Modifiers::NONE);
        stage.key(Modifiers::NONE, Key::Delete);
        stage.wait_for("Deleted session");
        let rect = |role, name: &str| stage.window.get_by_role_and_label(role, name).rect();
        let message = rect(Role::Button, "Undo").union(rect(Role::Button, "Dismiss"));
        let controls = [
            "Open folder",
            "Make current",
            "Pin",
            "Copy path",
            "Widen the right side",
        ];
        let controls = controls.map(|name| (Role::Button, name));
        let tabs = ["Overview", "Files", "Data", "Run"].map(|name| (Role::Tab, name));
        for (role, name) in controls.into_iter().chain(tabs) {
            let control = rect(role, name);
            assert!(control.bottom() <= message.top(), "{name} at {size}");
        }
        // And it is in the window itself.
        assert!(message.bottom() < size.y && message.right() < size.x);
    }
}

#[test]
fn clean_up_lists_what_is_protected_and_an_emptied_field_says_what_it_wants() {
    let mut stage = with_a_run(1);
    stage.key(Modifiers::COMMAND, Key::K);
    stage.wait_for("Nothing to clean up: 2 sessions stay");
    assert!(stage.has(&format!("{CURRENT} stays: it is the current session")));
    let field = |stage: &Stage| {
        let field = stage.window.get_by_label("Number of sessions kept");
        field.rect().center()
    };
    let at = field(&stage);
    stage.window.get_by_label("Number of sessions kept").focus();
    stage.run();
    stage.key(Modifiers::COMMAND, Key::A);
    stage.key(Modifiers::NONE, Key::Backspace);
    stage.wait_for("Write a number of sessions, like 10");
    assert_eq!(field(&stage), at, "nothing jumps");
    let buttons = stage
        .window
        .query_all_by_role_and_label(Role::Button, "Delete");
    buttons.last().unwrap().click();
    stage.run();
    assert!(stage.has("Write a number of sessions"), "nothing was done");
    assert_eq!(stage.fixture.sessions(), [ID, CURRENT]);
    stage.window.get_by_label("Number of sessions kept").focus();
    stage.run();
    stage.types("1");
    stage.wait_for("Delete 1 session, ");
    assert!(stage.has("1 session is protected, and the rules keep it too"));
}

#[test]
fn the_palette_finds_delete_by_its_first_letters() {
    let mut stage = with_a_run(1);
    // The current one can't be deleted; that is said there.
    stage.click_row(CURRENT, Modifiers::NONE);
    stage.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    stage.run();
    stage.types("del");
    let options = stage.window.query_all_by_role(Role::ListBoxOption);
    let mut options: Vec<_> = options
        .map(|n| {
            (
                n.rect().top(),
                n.accesskit_node().label().unwrap_or_default(),
            )
        })
        .collect();
    options.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert_eq!(options[0].1, "Delete");
    assert_eq!(options[1].1, "Delete permanently…");
}

#[test]
fn the_sheet_of_shortcuts_is_read_to_the_end_in_small_windows() {
    // The smallest window, and the same at twice the size of everything.
    for size in [egui::vec2(900.0, 600.0), egui::vec2(450.0, 300.0)] {
        let mut stage = with_a_run(1);
        stage.window.set_size(size);
        stage.run();
        stage.types("?");
        stage.wait_for("Keyboard shortcuts");
        for words in [
            "New from files…: ",
            "Run the statement: ",
            "Take the first name that is offered: ",
            "Refuse the names, or leave the editor: ",
            "End of the output: ",
            "Created more than 7 days ago; also m, h and w: older:7d",
        ] {
            assert!(stage.has(words), "{words}");
        }
        // What lies behind the sheet is drawn before it.
        let shapes = &stage.window.output().shapes;
        let texts = shapes.iter().filter_map(|clipped| match &clipped.shape {
            Shape::Text(text) => Some((text, clipped.clip_rect)),
            _ => None,
        });
        let is_title = |text: &str| text == "Keyboard shortcuts";
        let sheet: Vec<_> = texts
            .skip_while(|(text, _)| !is_title(text.galley.text()))
            .collect();
        assert!(sheet.len() > 10, "{}", sheet.len());
        for (text, clip) in sheet {
            let said = text.galley.text();
            let right = text.galley.rect.right() + text.pos.x;
            assert!(!text.galley.elided, "{said:?} is cut at {size}");
            assert!(right <= clip.right() + 1.0, "{said:?} at {size}");
        }
    }
}

#[test]
fn the_ring_of_the_keyboard_is_there_for_keys_and_not_for_clicks() {
    let mut stage = with_a_run(3);
    stage.key(Modifiers::COMMAND, Key::Num4);
    let name = "main.py \"a b\", done, ";
    stage.wait_for(name);
    stage.window.get_by_label_contains(name).click();
    stage.wait("its output", |s| line(s, "number 2"));
    stage.window.get_by_label("number 1").click();
    stage.run();
    let output = |s: &Stage| {
        s.window
            .get_by_role_and_label(Role::Log, "Output")
            .is_focused()
    };
    assert!(output(&stage) && !has_ring(&stage));
    stage.key(Modifiers::SHIFT, Key::Tab);
    assert!(!output(&stage) && has_ring(&stage), "a button has it");
    stage.key(Modifiers::NONE, Key::Tab);
    assert!(output(&stage) && has_ring(&stage));
    stage.window.get_by_label("number 1").click();
    stage.run();
    assert!(output(&stage) && !has_ring(&stage));
}

/// Whether a ring of the keyboard is drawn anywhere.
fn has_ring(stage: &Stage) -> bool {
    let shapes = stage.window.output().shapes.iter();
    let mut rings = shapes.filter(|clipped| match &clipped.shape {
        Shape::Rect(rect) => rect.stroke.width == eyproject_sessions::app::theme::size::FOCUS,
        _ => false,
    });
    rings.next().is_some()
}
