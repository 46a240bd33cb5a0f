//! Whose the keyboard is: Escape closes what is open and nothing behind it, and Delete never reaches a session
//! from among its files.

use egui::accesskit::Toggled;
use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};

use super::data::{editor, open_sql, orders};
use super::stage::Stage;
use crate::fixture::Fixture;

const ID: &str = "session_20250710_153000";
const OTHER: &str = "session_20250711_153000";

fn two() -> Fixture {
    let fixture = Fixture::new();
    let files: [(&str, &[u8]); 3] = [("a.txt", b"a\n"), ("b.txt", b"b\n"), ("c.txt", b"c\n")];
    fixture.backend_session(ID, 1, &files);
    fixture.backend_session(OTHER, 2, &[("x", b"x")]);
    fixture
}

#[test]
fn escape_closes_a_menu_and_keeps_the_selection() {
    let mut stage = Stage::open(two());
    stage.click_row(ID, Modifiers::NONE);
    stage.press("More ways to clean up");
    assert!(menu_is_open(&stage));
    stage.key(Modifiers::NONE, Key::Escape);
    assert!(!menu_is_open(&stage));
    assert_eq!(stage.selected(), [ID]);
    stage.row(ID).click_secondary();
    stage.run();
    assert!(menu_is_open(&stage));
    stage.key(Modifiers::NONE, Key::Escape);
    assert!(!menu_is_open(&stage));
    assert_eq!(stage.selected(), [ID]);
    stage.key(Modifiers::NONE, Key::Escape);
    assert_eq!(stage.selected(), [""; 0], "now it means the selection");
}

#[test]
fn escape_closes_the_menu_of_a_file_and_the_keyboard_stays_there() {
    let mut stage = Stage::open(two());
    open_files(&mut stage);
    item(&stage, "b.txt").click_secondary();
    stage.run();
    assert!(menu_is_open(&stage));
    stage.key(Modifiers::NONE, Key::Escape);
    assert!(!menu_is_open(&stage));
    stage.key(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(marked(&stage), "c.txt");
}

#[test]
fn escape_closes_the_menu_of_tables() {
    let mut stage = orders();
    stage.press("orders");
    assert!(menu_is_open(&stage));
    stage.key(Modifiers::NONE, Key::Escape);
    assert!(!menu_is_open(&stage));
    assert_eq!(stage.selected(), [super::data::ID]);
}

#[test]
fn escape_refuses_the_names_that_sql_is_offered_and_stays_in_the_editor() {
    let mut stage = orders();
    open_sql(&mut stage);
    let in_editor = |stage: &Stage| editor(stage).is_focused();
    stage.types("SELECT * FROM ord");
    stage.wait_for("Tab:");
    stage.key(Modifiers::NONE, Key::Escape);
    assert!(
        !stage.has("Tab:") && in_editor(&stage),
        "the names are gone"
    );
    stage.types("e");
    assert!(
        !stage.has("Tab:"),
        "nor are they offered for more of the word"
    );
    stage.types("rs WHERE pri");
    assert!(stage.has("Tab:"), "but for the next");
    stage.key(Modifiers::NONE, Key::Escape);
    assert!(in_editor(&stage));
    stage.key(Modifiers::NONE, Key::Escape);
    assert!(!in_editor(&stage), "with none offered it leaves");
}

#[test]
fn after_a_file_is_deleted_the_next_one_is_marked_and_has_the_keyboard() {
    let mut stage = Stage::open(two());
    open_files(&mut stage);
    item(&stage, "a.txt").click();
    stage.wait_for("Preview of a.txt");
    stage.press("Delete the file");
    stage.wait_for("Deleted a.txt");
    stage.wait_for("Preview of b.txt");
    assert_eq!(marked(&stage), "b.txt");
    // The keyboard goes on with the files, not with the sessions.
    stage.key(Modifiers::NONE, Key::Delete);
    stage.wait_for("Deleted b.txt");
    stage.wait_for("Preview of c.txt");
    assert_eq!(marked(&stage), "c.txt");
    // What comes back is marked again.
    stage.key(Modifiers::COMMAND, Key::Z);
    stage.wait_for("Preview of b.txt");
    stage.wait("the tree", |s| marked(s) == "b.txt");
    stage.key(Modifiers::NONE, Key::Delete);
    stage.wait_for("Preview of c.txt");
    stage.key(Modifiers::NONE, Key::Delete);
    stage.wait_for("No files");
    stage.key(Modifiers::NONE, Key::Delete);
    stage.run();
    assert!(!stage.has("Deleted session"));
    assert_eq!(stage.fixture.sessions().len(), 2);
}

fn menu_is_open(stage: &Stage) -> bool {
    let lines = |role| stage.window.query_all_by_role(role).count();
    lines(Role::MenuItem) + lines(Role::MenuItemCheckBox) > 0
}

fn open_files(stage: &mut Stage) {
    stage.click_row(ID, Modifiers::NONE);
    stage
        .window
        .get_by_role_and_label(Role::Tab, "Files")
        .click();
    stage.wait_for("a.txt, ");
}

/// A file in the tree.
fn item<'s>(stage: &'s Stage, name: &'s str) -> egui_kittest::Node<'s> {
    stage.window.get_by(move |node| {
        node.role() == Role::TreeItem && node.label().is_some_and(|l| l.starts_with(name))
    })
}

/// The name of the file that is marked in the tree.
fn marked(stage: &Stage) -> String {
    let items = stage.window.query_all_by_role(Role::TreeItem);
    let marked = items.filter(|n| n.accesskit_node().toggled() == Some(Toggled::True));
    let names: Vec<_> = marked
        .map(|n| n.accesskit_node().label().unwrap_or_default())
        .collect();
    let name = names.first().map(String::as_str).unwrap_or_default();
    name.split(',').next().unwrap_or_default().to_owned()
}
