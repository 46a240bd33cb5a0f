//! The table: rows, selection, keys, sorting, filtering, what other programs change.

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;

use super::stage::Stage;
use crate::fixture::Fixture;

const IDS: [&str; 4] = [
    "session_20250704_120000",
    "session_20250703_120000",
    "session_20250702_120000",
    "session_20250701_120000",
];

fn four() -> Stage {
    let fixture = Fixture::new();
    for (i, id) in IDS.iter().enumerate() {
        // The older, the larger.
        let bytes = vec![b'x'; 10_000 * (i + 1)];
        fixture.backend_session(id, 1, &[("data.csv", &bytes), ("src/main.py", b"")]);
    }
    Stage::open(fixture)
}

#[test]
fn rows_are_there_newest_first_with_names_that_say_everything() {
    let mut stage = four();
    stage.wait_rows(&IDS);
    stage.wait("sizes", |s| s.has("20.0 kB"));
    stage.click_row(IDS[1], Modifiers::NONE);
    stage.key(Modifiers::COMMAND, Key::P);
    stage.wait("the pin", |s| {
        s.fixture.base().join(IDS[1]).join(".session.json").exists()
    });
    let name = |id: &str| {
        use egui_kittest::kittest::NodeT;
        stage.row(id).accesskit_node().label().unwrap()
    };
    let first = name(IDS[0]);
    assert!(
        first.starts_with(&format!("{}, 10.0 kB, created ", IDS[0])),
        "{first}"
    );
    assert!(first.ends_with(", current"), "{first}");
    assert!(name(IDS[1]).ends_with(", pinned"));
}

#[test]
fn clicks_and_keys_select() {
    let mut stage = four();
    stage.click_row(IDS[1], Modifiers::NONE);
    assert_eq!(stage.selected(), [IDS[1]]);
    stage.click_row(IDS[3], Modifiers::SHIFT);
    assert_eq!(stage.selected(), &IDS[1..]);
    stage.click_row(IDS[2], Modifiers::COMMAND);
    assert_eq!(stage.selected(), [IDS[1], IDS[3]]);
    stage.key(Modifiers::NONE, Key::Home);
    assert_eq!(stage.selected(), [IDS[0]]);
    stage.key(Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(stage.selected(), &IDS[..2]);
    stage.key(Modifiers::COMMAND, Key::A);
    assert_eq!(stage.selected(), IDS);
    stage.key(Modifiers::NONE, Key::Escape);
    assert!(stage.selected().is_empty());
    stage.types("20250702");
    assert_eq!(stage.selected(), [IDS[2]]);
}

#[test]
fn headers_sort_and_the_selection_follows() {
    let mut stage = four();
    stage.wait("sizes", |s| s.has("40.0 kB"));
    stage.click_row(IDS[1], Modifiers::NONE);
    let header = |s: &mut Stage, name: &str| {
        s.window
            .get_by_role_and_label(Role::ColumnHeader, name)
            .click();
        s.run();
    };
    header(&mut stage, "Size");
    let largest_first: Vec<_> = IDS.iter().rev().copied().collect();
    assert_eq!(stage.rows(), largest_first);
    assert_eq!(stage.selected(), [IDS[1]]);
    header(&mut stage, "Size, sorted descending");
    assert_eq!(stage.rows(), IDS);
    header(&mut stage, "Session");
    assert_eq!(stage.rows(), largest_first);
}

#[test]
fn the_filter_narrows_by_words_and_text_and_escape_gives_all_back() {
    let mut stage = four();
    stage.wait("sizes", |s| s.has("40.0 kB"));
    stage.key(Modifiers::COMMAND, Key::F);
    stage.run();
    stage.types("larger:25kB");
    assert_eq!(stage.rows(), &IDS[2..]);
    stage.types(" 0701");
    assert_eq!(stage.rows(), [IDS[3]]);
    stage.types("nothing");
    assert!(stage.rows().is_empty());
    assert!(stage.has("No session matches the filter"));
    stage.press("Show all");
    stage.wait_rows(&IDS);
    stage.key(Modifiers::COMMAND, Key::F);
    stage.run();
    stage.types("0702");
    assert_eq!(stage.rows(), [IDS[2]]);
    stage.key(Modifiers::NONE, Key::Escape);
    stage.wait_rows(&IDS);
}

#[test]
fn a_change_by_another_program_shows_and_the_selection_stays() {
    let mut stage = four();
    stage.click_row(IDS[2], Modifiers::NONE);
    stage.fixture.run(["delete", IDS[1]]).ok();
    stage.wait_rows(&[IDS[0], IDS[2], IDS[3]]);
    assert_eq!(stage.selected(), [IDS[2]]);
    stage
        .fixture
        .backend_session("session_20250705_120000", 0, &[("a", b"a")]);
    stage.wait_rows(&["session_20250705_120000", IDS[0], IDS[2], IDS[3]]);
    assert_eq!(stage.selected(), [IDS[2]]);
}

#[test]
fn columns_hide_and_come_back() {
    let mut stage = four();
    stage
        .window
        .get_by_role_and_label(Role::ColumnHeader, "Files")
        .click_secondary();
    stage.run();
    stage
        .window
        .get_by_role_and_label(Role::MenuItemCheckBox, "Files")
        .click();
    stage.run();
    let files = |s: &Stage| {
        s.window
            .query_by_role_and_label(Role::ColumnHeader, "Files")
            .is_some()
    };
    assert!(!files(&stage));
    stage
        .window
        .get_by_role_and_label(Role::ColumnHeader, "Size")
        .click_secondary();
    stage.run();
    stage
        .window
        .get_by_role_and_label(Role::MenuItem, "Reset columns")
        .click();
    stage.run();
    assert!(files(&stage));
}
