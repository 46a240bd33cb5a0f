//! The tab "Data" over real sessions: rows, filter, values, facts, statements; the session stays as it was.

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;

use super::stage::Stage;
use crate::fixture::Fixture;

pub const ID: &str = "session_20250710_153000";

/// A session with a database of 1,000 orders, a view and a table without rows.
pub fn orders() -> Stage {
    let fixture = Fixture::new();
    fixture.backend_session(ID, 3, &[("report.txt", b"text\n")]);
    let path = fixture.base().join(ID).join("project_data.db");
    let _ = std::fs::remove_file(&path);
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "CREATE TABLE orders(id INTEGER PRIMARY KEY, city TEXT, price REAL, note TEXT);
         WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
         INSERT INTO orders SELECT i, CASE WHEN i % 3 THEN 'Köln' ELSE 'Bonn' END, i * 0.5, printf('%.*c', i % 2 * 2000, 'x') FROM n;
         CREATE TABLE people(name TEXT);
         CREATE VIEW quite_cheap AS SELECT * FROM orders WHERE price < 5;",
    )
    .unwrap();
    db.close().unwrap();
    let mut stage = Stage::open(fixture);
    stage.click_row(ID, Modifiers::NONE);
    stage
        .window
        .get_by_role_and_label(Role::Tab, "Data")
        .click();
    stage.wait_for("Row 1: 1, Köln, 0.5");
    stage
}

/// A session with a database of its own and another one in a folder.
pub fn two_databases() -> Fixture {
    let fixture = Fixture::new();
    fixture.backend_session(ID, 3, &[("report.txt", b"text\n")]);
    let dir = fixture.base().join(ID);
    std::fs::create_dir_all(dir.join("results")).unwrap();
    for (name, word) in [("project_data.db", "own"), ("results/extra.db", "found")] {
        let path = dir.join(name);
        let _ = std::fs::remove_file(&path);
        let db = rusqlite::Connection::open(path).unwrap();
        db.execute_batch("CREATE TABLE words(word TEXT)").unwrap();
        db.execute("INSERT INTO words VALUES (?1)", [word]).unwrap();
        db.close().unwrap();
    }
    fixture
}

/// Shows the editor of statements, and types into it from now on.
pub fn open_sql(stage: &mut Stage) {
    stage
        .window
        .get_by_role_and_label(Role::RadioButton, "SQL")
        .click();
    stage.run();
    focus_sql(stage);
}

fn focus_sql(stage: &mut Stage) {
    editor(stage).focus();
    stage.run();
}

/// The editor of statements.
pub fn editor(stage: &Stage) -> egui_kittest::Node<'_> {
    let window = &stage.window;
    window.get_by_role_and_label(Role::MultilineTextInput, "SQL")
}

/// What goes to the clipboard next, once it has been read.
pub fn copied(stage: &mut Stage) -> String {
    for _ in 0..2_000 {
        stage.window.step();
        let commands = &stage.window.output().platform_output.commands;
        for command in commands {
            if let egui::OutputCommand::CopyText(text) = command {
                return text.clone();
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("nothing is on the clipboard");
}

#[test]
fn rows_are_shown_filtered_sorted_and_copied_and_nothing_changes() {
    let mut stage = orders();
    stage.wait_for("1,000 rows · 4 columns");
    let before = stage.fixture.contents(ID);
    stage
        .window
        .get_by_role_and_label(Role::ColumnHeader, "price")
        .click();
    stage.run();
    stage
        .window
        .get_by_role_and_label(Role::ColumnHeader, "price, smallest first")
        .click();
    stage.wait_for("Row 1: 1000, Köln, 500.0");
    stage.window.get_by_label("Filter rows").click();
    stage.run();
    stage.types("city = Bonn and id < 10");
    stage.wait_for("Row 1: 9, Bonn, 4.5");
    stage.wait_for("3 rows of 1,000 · 4 columns");
    stage.window.get_by_label_contains("Row 1: 9, Bonn").click();
    stage.run();
    stage.key(Modifiers::SHIFT, Key::ArrowDown);
    stage.window.event(egui::Event::Copy);
    let copied = copied(&mut stage);
    assert!(
        copied.starts_with("id\tcity\tprice\tnote\n9\tBonn\t4.5\t"),
        "{copied}"
    );
    assert!(copied.contains("\n6\tBonn\t3.0\t"), "{copied}");
    assert_eq!(stage.fixture.contents(ID), before);
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
}

#[test]
fn the_tab_is_a_key_away() {
    let mut stage = orders();
    stage.key(Modifiers::COMMAND, Key::Num2);
    stage.wait("the files", |s| !s.has("Row 1: 1, Köln, 0.5"));
    stage.key(Modifiers::COMMAND, Key::Num3);
    stage.wait_for("Row 1: 1, Köln, 0.5");
}

#[test]
fn a_database_that_is_previewed_is_opened_in_the_tab() {
    // Before the tab knows which databases there are, and after.
    for known in [false, true] {
        let fixture = two_databases();
        let mut stage = Stage::open(fixture);
        stage.click_row(ID, Modifiers::NONE);
        if known {
            stage.key(Modifiers::COMMAND, Key::Num3);
            stage.wait_for("Row 1: own");
        }
        stage.key(Modifiers::COMMAND, Key::Num2);
        stage.wait_for("Open results");
        stage.window.get_by_label("Open results").click();
        stage.wait_for("extra.db");
        let is_it = |l: String| l.starts_with("extra.db");
        stage
            .window
            .get_by(|n| n.role() == Role::TreeItem && n.label().is_some_and(is_it))
            .click();
        stage.wait_for("Open in Data");
        stage.press("Open in Data");
        stage.wait_for("Row 1: found");
        stage.wait_for("results/extra.db");
        assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
    }
}

#[test]
fn the_end_of_a_table_and_a_long_value_are_a_key_away() {
    let mut stage = orders();
    stage.window.get_by_label_contains("Row 1: 1, Köln").click();
    stage.run();
    stage.key(Modifiers::COMMAND, Key::End);
    stage.wait_for("Row 1,000: 1000, Köln, 500.0");
    stage.key(Modifiers::NONE, Key::ArrowUp);
    stage.key(Modifiers::NONE, Key::Enter);
    stage.wait_for("note, row 999");
    stage.wait_for("text, 2.0 kB");
    stage.press("Close the value");
    stage.press("Column facts");
    stage.wait_for("Different");
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
}

#[test]
fn statements_are_answered_and_mistakes_have_their_place() {
    let mut stage = orders();
    open_sql(&mut stage);
    stage.types("SELECT city, count(*) FROM ord");
    stage.key(Modifiers::NONE, Key::Tab);
    stage.types(" GROUP BY city");
    stage.key(Modifiers::COMMAND, Key::Enter);
    stage.wait_for("Row 2: Köln, 667");
    stage
        .window
        .get_by_role_and_label(Role::RadioButton, "Bars")
        .click();
    stage.wait_for("2 points");
    focus_sql(&mut stage);
    stage.types(" nonsense here");
    stage.press("Run");
    stage.wait_for("Line 1, column");
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
}

#[test]
fn a_statement_without_end_is_cancelled() {
    let mut stage = orders();
    open_sql(&mut stage);
    stage.types(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    );
    stage.press("Run");
    stage.wait_for("Running…");
    stage.press("Cancel");
    stage.wait("its end", |s| s.has("Run") && !s.has("Running…"));
}
