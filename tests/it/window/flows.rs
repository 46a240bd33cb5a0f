//! What a person does with sessions: delete and undo, delete for good, clean up, make current, pin, look into.

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use eyproject_sessions::session::Policy;

use super::stage::Stage;
use crate::fixture::Fixture;

/// Sessions of `n` days in a row, the newest first.
fn days(n: u32) -> (Fixture, Vec<String>) {
    let fixture = Fixture::new();
    let ids: Vec<_> = (1..=n)
        .rev()
        .map(|d| format!("session_202507{d:02}_153000"))
        .collect();
    for id in &ids {
        fixture.backend_session(
            id,
            3,
            &[("report.txt", b"text\n"), ("data/values.csv", b"a\n1\n")],
        );
    }
    (fixture, ids)
}

fn refs(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}

#[test]
fn a_double_click_gives_the_right_side_the_width_of_the_beginning() {
    let mut stage = Stage::open(days(31).0);
    let width = |stage: &Stage| stage.window.state().model().side_width;
    let edge = |stage: &Stage| {
        let splitter = stage.window.get_by_label("Width of the right side");
        splitter.rect().center()
    };
    let button = |pos, pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    let first = edge(&stage);
    // Where the scroll bar of the table is near.
    let from = first - egui::vec2(2.0, 0.0);
    stage.window.hover_at(from);
    stage.window.event(button(from, true));
    stage.window.hover_at(first + egui::vec2(80.0, 0.0));
    stage
        .window
        .event(button(first + egui::vec2(80.0, 0.0), false));
    stage.run();
    assert!(width(&stage).is_some());
    assert!(edge(&stage).x > first.x);
    let there = edge(&stage);
    stage.window.hover_at(there);
    stage.run();
    // In one frame: those of a test are far apart.
    let events = [true, false, true, false].map(|pressed| button(there, pressed));
    stage.window.input_mut().events.extend(events);
    stage.window.step();
    stage.run();
    assert_eq!(width(&stage), None);
    assert_eq!(edge(&stage), first);
}

#[test]
fn delete_and_undo_bring_the_session_back_byte_for_byte() {
    let (fixture, ids) = days(3);
    let before = fixture.contents(&ids[1]);
    let mut stage = Stage::open(fixture);
    stage.click_row(&ids[1], Modifiers::NONE);
    stage.key(Modifiers::NONE, Key::Delete);
    assert_eq!(
        stage.rows(),
        [ids[0].clone(), ids[2].clone()],
        "gone at once"
    );
    assert_eq!(
        stage.selected(),
        [ids[2].clone()],
        "the next row is selected"
    );
    stage.wait_for(&format!("Deleted {}", ids[1]));
    assert_eq!(stage.fixture.sessions().len(), 2);
    stage.press("Undo");
    stage.wait_rows(&refs(&ids));
    assert_eq!(stage.fixture.contents(&ids[1]), before);
    assert_eq!(stage.selected(), [ids[1].clone()]);
}

#[test]
fn the_current_session_cannot_be_deleted_and_the_reason_is_told() {
    let (fixture, ids) = days(2);
    let mut stage = Stage::open(fixture);
    stage.click_row(&ids[0], Modifiers::NONE);
    stage.key(Modifiers::NONE, Key::Delete);
    stage.key(Modifiers::SHIFT, Key::Delete);
    assert_eq!(stage.rows(), ids);
    let why = "because it is the current session";
    let told = |stage: &Stage| stage.window.query_all_by_label_contains(why).count();
    assert_eq!(told(&stage), 1, "by one message for both keys");
    assert!(stage.has("Nothing was deleted"));
    // It lies over the button.
    stage.press("Dismiss");
    assert_eq!(told(&stage), 0);
    stage
        .window
        .get_by_role_and_label(Role::Button, "Delete")
        .hover();
    stage.window.run_steps(60);
    assert_eq!(told(&stage), 1, "by the tooltip");
}

#[test]
fn permanent_deletion_asks_with_cancel_focused() {
    let (fixture, ids) = days(3);
    let mut stage = Stage::open(fixture);
    stage.wait("sizes", |s| s.has("9 B"));
    stage.key(Modifiers::COMMAND, Key::A);
    stage.key(Modifiers::SHIFT, Key::Delete);
    stage.wait_for("Delete 2 sessions permanently?");
    assert!(stage.has("1 protected session stays"));
    assert!(
        stage
            .window
            .get_by_role_and_label(Role::Button, "Cancel")
            .is_focused()
    );
    // Enter is an answer that can be given by a slip.
    stage.key(Modifiers::NONE, Key::Enter);
    assert!(!stage.has("permanently?"));
    assert_eq!(stage.rows(), ids);

    stage.key(Modifiers::SHIFT, Key::Delete);
    stage.press("Delete 2 sessions");
    stage.wait_rows(&[&ids[0]]);
    stage.wait_for("Deleted 2 sessions for good");
    assert_eq!(stage.fixture.sessions(), [ids[0].clone()]);
    assert!(!stage.has("Undo"));
}

#[test]
fn clean_up_is_one_click_and_can_be_undone() {
    let (fixture, ids) = days(5);
    let mut stage = Stage::open_with(fixture, Policy::keep(3));
    stage.press("Clean up");
    stage.wait_rows(&refs(&ids[..3]));
    stage.wait_for("Cleaned up 2 sessions");
    stage.key(Modifiers::COMMAND, Key::Z);
    stage.wait_rows(&refs(&ids));
    assert_eq!(stage.fixture.sessions().len(), 5);
}

#[test]
fn the_plan_follows_the_rules_as_they_are_typed() {
    let (fixture, ids) = days(5);
    let mut stage = Stage::open_with(fixture, Policy::keep(4));
    stage.key(Modifiers::COMMAND, Key::K);
    stage.wait_for("Delete 1 session");
    let field = stage
        .window
        .get_by_role_and_label(Role::TextInput, "Number of sessions kept");
    field.click();
    stage.run();
    stage.key(Modifiers::COMMAND, Key::A);
    stage.types("2");
    stage.wait_for("Delete 3 sessions");
    let name = stage
        .window
        .query_all_by_role(Role::Button)
        .filter_map(|n| egui_kittest::kittest::NodeT::accesskit_node(&n).label())
        .find(|label| label.starts_with("Delete 3 sessions"))
        .unwrap();
    stage.press(&name);
    stage.wait_rows(&refs(&ids[..2]));
    stage.wait_for("Cleaned up 3 sessions");
    stage.press("Undo");
    stage.wait_rows(&refs(&ids));
}

#[test]
fn another_session_becomes_current_and_protected() {
    let (fixture, ids) = days(2);
    let mut stage = Stage::open(fixture);
    stage.click_row(&ids[1], Modifiers::NONE);
    stage.press("Make current");
    stage.wait("the mark", |s| {
        s.has(&format!("{}, ", ids[1])) && s.has("current") && {
            s.fixture.run(["current"]).ok().trim().ends_with(&ids[1])
        }
    });
    let mark = |s: &Stage, id: &str| {
        use egui_kittest::kittest::NodeT;
        s.row(id)
            .accesskit_node()
            .label()
            .unwrap()
            .contains("current")
    };
    stage.wait("the row's name", |s| mark(s, &ids[1]) && !mark(s, &ids[0]));
}

#[test]
fn files_are_a_tree_that_opens() {
    let (fixture, ids) = days(1);
    let mut stage = Stage::open(fixture);
    stage.click_row(&ids[0], Modifiers::NONE);
    stage
        .window
        .get_by_role_and_label(Role::Tab, "Files")
        .click();
    stage.wait_for("report.txt");
    assert!(!stage.has("values.csv"));
    stage.window.get_by_label("Open data").click();
    stage.wait_for("values.csv");
}

#[test]
fn a_new_empty_session_comes_from_the_palette_and_is_selected() {
    let (fixture, ids) = days(2);
    let mut stage = Stage::open(fixture);
    stage.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    stage.run();
    stage.types("empty session");
    stage.key(Modifiers::NONE, Key::Enter);
    stage.wait("the new session", |s| s.rows().len() == 3);
    let rows = stage.rows();
    assert_eq!(&rows[1..], ids);
    stage.wait("it is selected", |s| s.selected() == rows[..1]);
}

#[test]
fn the_sheet_of_shortcuts_opens_with_a_question_mark() {
    let (fixture, _) = days(1);
    let mut stage = Stage::open(fixture);
    stage.types("?");
    stage.wait_for("Keyboard shortcuts");
    assert!(stage.has("Delete: Delete") || stage.has("Delete: Del"));
    stage.key(Modifiers::NONE, Key::Escape);
    stage.wait("its end", |s| !s.has("Words for the filter"));
}

#[test]
fn settings_are_saved_where_they_belong() {
    let (fixture, _) = days(1);
    let mut stage = Stage::open(fixture);
    stage.key(Modifiers::COMMAND, Key::Comma);
    stage.wait_for("Appearance");
    stage.window.get_by_label("Dark").click();
    stage.run();
    stage.press("Save");
    let file = stage.fixture.home().join("config.toml");
    stage.wait("the file", |_| file.exists());
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("theme = \"dark\""), "{text}");
}

#[test]
fn a_note_is_written_when_its_field_is_left() {
    let (fixture, ids) = days(2);
    let mut stage = Stage::open(fixture);
    stage.click_row(&ids[1], Modifiers::NONE);
    stage
        .window
        .get_by_role_and_label(Role::MultilineTextInput, "Note")
        .click();
    stage.run();
    stage.types("quarterly");
    // Away without a word: it is kept all the same.
    stage.click_row(&ids[0], Modifiers::NONE);
    let manifest = stage.fixture.base().join(&ids[1]).join(".session.json");
    stage.wait("the manifest", |_| {
        std::fs::read_to_string(&manifest).is_ok_and(|text| text.contains("quarterly"))
    });
}

#[test]
fn an_empty_base_says_what_to_do() {
    let stage = Stage::open(Fixture::new());
    assert!(stage.has("No sessions yet"));
    assert!(stage.window.query_all_by_label("New from files…").count() >= 2);
}

#[test]
fn everything_has_a_name() {
    let (fixture, ids) = days(3);
    let mut stage = Stage::open(fixture);
    stage.click_row(&ids[1], Modifiers::NONE);
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
    for (modifiers, key) in [
        (Modifiers::COMMAND, Key::K),
        (Modifiers::COMMAND, Key::Comma),
    ] {
        stage.key(modifiers, key);
        assert_eq!(stage.window.unnamed_widgets(), [""; 0], "{key:?}");
        stage.key(Modifiers::NONE, Key::Escape);
    }
}

#[test]
fn keys_of_one_frame_mean_what_they_mean_in_their_order() {
    let (fixture, ids) = days(3);
    let mut stage = Stage::open(fixture);
    // As on a slow computer: all of it before the next picture.
    for key in [Key::ArrowDown, Key::ArrowDown, Key::Delete] {
        stage.window.event(egui::Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        });
    }
    stage.wait_rows(&[&ids[0], &ids[2]]);
}
