//! Looking into the files of a session: every kind is shown, searched, followed, saved from, deleted and
//! brought back, and nothing in the session changes by it.

use egui::accesskit::Toggled;
use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};

use super::stage::Stage;
use crate::fixture::Fixture;

const ID: &str = "session_20250710_153000";

/// A session with a file of each kind.
fn session() -> Fixture {
    let fixture = Fixture::new();
    let mut log = String::new();
    for n in 0..2_000 {
        log += &format!("2025-07-10 15:30:00 INFO step {n}\n");
    }
    log += "2025-07-10 15:31:00 ERROR no such table: sales\n";
    let png = std::fs::read(crate::source::root().join("assets/icon-64.png"));
    fixture.backend_session(
        ID,
        1,
        &[
            ("logs/run.log", log.as_bytes()),
            ("model.py", b"def main():  # begin\n    return \"x\"\n"),
            (
                "sales.csv",
                b"name;amount\n\"Smith; Co\";1,5\nM\xc3\xbcller;2\n",
            ),
            (
                "facts.json",
                br#"{"rows": 12345678901234567890, "names": ["a", "b"]}"#,
            ),
            ("raw.bin", b"\0\x01\x02SQL\0\0\0\0\0\0\0\0\0\0\xff"),
            ("empty.txt", b""),
            ("broken.json", b"{\"a\": }\n"),
            ("icon.png", png.as_deref().unwrap_or(b"")),
        ],
    );
    fixture
}

fn open(fixture: Fixture) -> Stage {
    let mut stage = Stage::open(fixture);
    stage.click_row(ID, Modifiers::NONE);
    stage
        .window
        .get_by_role_and_label(Role::Tab, "Files")
        .click();
    stage.wait_for("model.py");
    stage
}

/// Marks a file in the tree.
fn mark(stage: &mut Stage, name: &str) {
    let begins = format!("{name}, ");
    stage
        .window
        .get_by(|node| {
            node.role() == Role::TreeItem && node.label().is_some_and(|l| l.starts_with(&begins))
        })
        .click();
    stage.run();
    stage.wait_for(&format!("Preview of {name}"));
}

#[test]
fn every_kind_of_file_is_shown_and_nothing_is_changed_by_it() {
    let fixture = session();
    let before = fixture.contents(ID);
    let mut stage = open(fixture);
    // Room for the whole tree beside the file.
    stage.key(Modifiers::NONE, Key::F11);
    mark(&mut stage, "model.py");
    stage.wait_for("Line 1: def main():  # begin");
    stage.wait_for("2 lines · Python · UTF-8");
    mark(&mut stage, "sales.csv");
    stage.wait_for("Row 1: Smith; Co, 1,5");
    stage.wait_for("2 rows · 2 columns · semicolons · UTF-8");
    mark(&mut stage, "facts.json");
    stage.wait_for("rows: 12345678901234567890");
    assert!(!stage.has("0: \"a\""));
    stage.window.get_by_label("names: 2 values").click();
    stage.wait_for("0: \"a\"");
    mark(&mut stage, "raw.bin");
    stage.wait_for("00000000: 00 01 02 53 51 4c 00 00  00 00 00 00 00 00 00 00 ···SQL");
    mark(&mut stage, "empty.txt");
    stage.wait_for("The file is empty");
    mark(&mut stage, "broken.json");
    stage.wait_for("Shown as text and not as a tree: expected value");
    mark(&mut stage, "icon.png");
    stage.wait_for("Picture, ");
    stage.window.get_by_label("100 %").click();
    stage.run();
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
    assert_eq!(stage.fixture.contents(ID), before);
}

#[test]
fn a_json_tree_is_walked_by_keyboard() {
    let mut stage = open(session());
    stage.key(Modifiers::NONE, Key::F11);
    mark(&mut stage, "facts.json");
    stage.wait_for("rows: 12345678901234567890");
    stage
        .window
        .get_by_label("rows: 12345678901234567890")
        .click();
    stage.run();
    let at = |stage: &Stage| {
        let marked = stage.window.query_all_by_role(Role::TreeItem);
        let marked = marked.filter(|n| n.accesskit_node().toggled() == Some(Toggled::True));
        let names = marked.map(|n| n.accesskit_node().label().unwrap_or_default());
        // The tree of files marks the file.
        let names = names.filter(|n| !n.starts_with("facts.json"));
        names.collect::<Vec<_>>()
    };
    for (key, to) in [
        (Key::ArrowDown, "names: 2 values"),
        (Key::ArrowRight, "names: 2 values"),
        (Key::ArrowRight, "0: \"a\""),
        (Key::End, "1: \"b\""),
        (Key::ArrowLeft, "names: 2 values"),
        (Key::Enter, "names: 2 values"),
        (Key::ArrowDown, "names: 2 values"),
        (Key::Home, "2 fields"),
        (Key::ArrowUp, "2 fields"),
        (Key::ArrowLeft, "2 fields"),
        (Key::ArrowDown, "2 fields"),
    ] {
        stage.key(Modifiers::NONE, key);
        stage.run();
        assert_eq!(at(&stage), [to], "{key:?}");
    }
    assert!(!stage.has("rows: 12345678901234567890"), "it is closed");
    stage.window.event(egui::Event::Copy);
    stage.window.step();
    let copied = stage.window.output().platform_output.commands.clone();
    let whole = "{\"rows\": 12345678901234567890, \"names\": [\"a\", \"b\"]}";
    let copied = copied
        .iter()
        .any(|c| matches!(c, egui::OutputCommand::CopyText(t) if t == whole));
    assert!(copied, "the value, not the id of the session");
}

#[test]
fn the_keys_of_the_preview_are_its_own() {
    let mut stage = open(session());
    stage.window.get_by_label("Open logs").click();
    stage.wait_for("run.log");
    let begins = "run.log, ";
    stage
        .window
        .get_by(|n| n.role() == Role::TreeItem && n.label().is_some_and(|l| l.starts_with(begins)))
        .click();
    stage.run();
    stage.wait_for("2,001 lines · UTF-8");
    stage.wait_for("Line 1: ");
    // A click on a line gives the keyboard to all of them.
    let first = "Line 1: 2025-07-10 15:30:00 INFO step 0";
    stage.window.get_by_label(first).click();
    stage.run();
    stage.key(Modifiers::NONE, Key::End);
    stage.wait_for("Line 2001: 2025-07-10 15:31:00 ERROR no such table: sales");
    stage.key(Modifiers::NONE, Key::Home);
    stage.wait_for("Line 1: ");
    stage.key(Modifiers::COMMAND, Key::F);
    stage.wait("the search", |s| {
        s.window
            .query_by_role_and_label(Role::TextInput, "Find in the file")
            .is_some_and(|field| field.is_focused())
    });
    stage.types("no such TABLE");
    stage.wait_for("1 of 1 line");
    stage.wait_for("Line 2001: ");
    stage.key(Modifiers::COMMAND, Key::A);
    stage.types("step 1");
    stage.wait_for("1 of 1,111 lines");
    stage.key(Modifiers::NONE, Key::F3);
    stage.wait_for("2 of 1,111 lines");
    stage.key(Modifiers::COMMAND, Key::A);
    stage.types(":1500");
    stage.key(Modifiers::NONE, Key::Enter);
    stage.wait_for("Line 1500: ");
    stage.key(Modifiers::NONE, Key::Escape);
    stage.run();
    // Away from the preview, the same keys filter the sessions.
    stage.click_row(ID, Modifiers::NONE);
    stage.key(Modifiers::COMMAND, Key::F);
    stage.wait("the filter", |s| {
        s.window
            .query_by_role_and_label(Role::TextInput, "Filter sessions")
            .is_some_and(|field| field.is_focused())
    });
}

#[test]
fn a_log_that_grows_is_followed_and_one_that_goes_is_told() {
    let fixture = session();
    let path = fixture.base().join(ID).join("growing.log");
    std::fs::write(&path, "first\n").unwrap();
    let mut stage = open(fixture);
    mark(&mut stage, "growing.log");
    stage.wait_for("Line 1: first");
    stage.press("Follow the end");
    let mut text = String::from("first\n");
    for n in 0..500 {
        text += &format!("more {n}\n");
    }
    std::fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .and_then(|mut f| std::io::Write::write_all(&mut f, &text.as_bytes()[6..]))
        .unwrap();
    stage.wait_for("Line 501: more 499");
    std::fs::write(&path, "new\n").unwrap();
    stage.wait_for("Line 1: new");
    stage.wait_for("The file changed and was read again");
    std::fs::remove_file(&path).unwrap();
    stage.wait_for("The file is gone");
}

#[test]
fn a_deleted_file_comes_back_and_delete_never_reaches_the_session() {
    let fixture = session();
    fixture.backend_session("session_20250711_153000", 1, &[]);
    let before = fixture.contents(ID);
    let mut stage = open(fixture);
    mark(&mut stage, "model.py");
    stage.wait_for("Line 1: def");
    stage.key(Modifiers::NONE, Key::Delete);
    stage.wait_for("Deleted model.py");
    let file = stage.fixture.base().join(ID).join("model.py");
    assert!(!file.exists());
    stage.wait("the tree", |s| {
        let mut items = s.window.query_all_by_role(Role::TreeItem);
        !items.any(|i| {
            i.accesskit_node()
                .label()
                .is_some_and(|l| l.starts_with("model.py"))
        })
    });
    stage.press("Undo");
    stage.wait_for("Preview of model.py");
    assert_eq!(stage.fixture.contents(ID), before);
    assert_eq!(stage.fixture.sessions().len(), 2);
}

#[test]
fn the_preview_is_widened_and_the_sessions_come_back() {
    let mut stage = open(session());
    mark(&mut stage, "sales.csv");
    stage.key(Modifiers::NONE, Key::F11);
    stage.wait("the table's end", |s| s.rows().is_empty());
    assert!(stage.has("Row 1: Smith"));
    stage.key(Modifiers::NONE, Key::F11);
    stage.wait_rows(&[ID]);
}
