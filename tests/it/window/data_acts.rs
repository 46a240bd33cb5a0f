//! What is done in the tab "Data": copies, export, history, plots, values in full, mistakes, several databases,
//! and a program that writes meanwhile. The session stays as it was.

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use eyproject_sessions::app::action::{Action, DataAction, DataReport, Report};
use eyproject_sessions::data::Format;

use super::data::{ID, copied, orders, two_databases};
use super::stage::Stage;

/// Runs a statement and waits for an answer that has this in it.
fn statement(stage: &mut Stage, sql: &str, answer: &str) {
    if !stage.has("History") {
        stage
            .window
            .get_by_role_and_label(Role::RadioButton, "SQL")
            .click();
        stage.run();
    }
    stage.act(Action::Data(DataAction::Type(sql.into())));
    stage.press("Run");
    stage.wait_for(answer);
}

/// Chooses from the menu of a button.
fn choose(stage: &mut Stage, button: &str, role: Role, item: &str) {
    stage.window.get_by_label_contains(button).click();
    stage.run();
    stage.window.get_by_role_and_label(role, item).click();
    stage.run();
}

#[test]
fn a_cell_and_rows_are_copied_by_menu_and_keys() {
    let mut stage = orders();
    stage.wait_for("1,000 rows");
    let before = stage.fixture.contents(ID);
    stage.window.get_by_label_contains("Row 1: 1, ").click();
    stage.run();
    stage.key(Modifiers::NONE, Key::End);
    // The marked cell is a text of 2,000 letters, of which the grid knows the first.
    stage.window.event(egui::Event::Copy);
    assert_eq!(copied(&mut stage), "x".repeat(2_000));
    stage
        .window
        .get_by_label_contains("Row 1: 1, ")
        .click_secondary();
    stage.run();
    for item in ["Show in full", "Copy cell", "Copy row"] {
        assert!(
            stage
                .window
                .query_by_role_and_label(Role::MenuItem, item)
                .is_some(),
            "{item}"
        );
    }
    stage
        .window
        .get_by_role_and_label(Role::MenuItem, "Copy row")
        .click();
    let row = format!(
        "id\tcity\tprice\tnote\n1\tKöln\t0.5\t{}\n",
        "x".repeat(2_000)
    );
    assert_eq!(copied(&mut stage), row);
    // Far more rows than were read.
    stage.key(Modifiers::COMMAND | Modifiers::SHIFT, Key::End);
    stage.wait_for("Row 1,000: ");
    stage
        .window
        .key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::C);
    let all = copied(&mut stage);
    assert_eq!(all.lines().count(), 1_001);
    assert!(all.lines().all(|line| line.matches('\t').count() == 3));
    assert!(all.len() > 500 * 2_000, "in full");
    stage
        .window
        .get_by_label_contains("Row 1,000: ")
        .click_secondary();
    stage.run();
    assert!(stage.has("Copy 1,000 rows") && !stage.has("Copy cell"));
    assert_eq!(stage.fixture.contents(ID), before);
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
}

#[test]
fn rows_are_exported_to_csv_and_json() {
    let mut stage = orders();
    stage.wait_for("1,000 rows");
    let before = stage.fixture.contents(ID);
    stage.press("Export");
    assert!(stage.has("Export to CSV…") && stage.has("Export to JSON…"));
    stage.press("Export");
    stage.act(Action::Data(DataAction::Filter("id <= 2".into())));
    stage.wait_for("2 rows of 1,000 · ");
    let target = stage.fixture.home().join("out put.csv");
    // The person's answer to the system's dialog, which no test opens.
    let picked = |target: &std::path::Path| {
        let picked = DataReport::Picked(Some(target.to_owned()));
        Action::Report(Report::Data(Box::new(picked)))
    };
    stage.act(Action::Data(DataAction::Export(Format::Csv)));
    stage.act(picked(&target));
    stage.wait_for("Exported 2 rows");
    let csv = std::fs::read_to_string(&target).unwrap();
    let long = "x".repeat(2_000);
    assert_eq!(
        csv,
        format!("id,city,price,note\r\n1,Köln,0.5,{long}\r\n2,Köln,1.0,x\r\n")
    );
    statement(
        &mut stage,
        "SELECT 1; SELECT city, count(*) AS n FROM orders GROUP BY 1",
        "Row 1: Bonn, 333",
    );
    let target = stage.fixture.home().join("answer.json");
    stage.act(Action::Data(DataAction::Export(Format::Json)));
    stage.act(picked(&target));
    stage.wait("the file", |_| target.exists());
    let json = std::fs::read_to_string(&target).unwrap();
    assert_eq!(
        json,
        "[\n{\"city\": \"Bonn\", \"n\": 333},\n{\"city\": \"Köln\", \"n\": 667}\n]\n"
    );
    // One that can't be written is told.
    let nowhere = stage.fixture.home().join("no such folder").join("x.csv");
    stage.act(Action::Data(DataAction::Export(Format::Csv)));
    stage.act(picked(&nowhere));
    stage.wait_for("Could not export the rows");
    assert_eq!(stage.fixture.contents(ID), before);
}

#[test]
fn what_was_run_before_is_a_menu_away() {
    let mut stage = orders();
    statement(&mut stage, "SELECT 11 AS first", "Row 1: 11");
    statement(&mut stage, "SELECT 22 AS second", "Row 1: 22");
    choose(&mut stage, "History", Role::MenuItem, "SELECT 11 AS first");
    assert_eq!(
        stage.window.state().model().data.query.text,
        "SELECT 11 AS first"
    );
    stage.press("Run");
    stage.wait_for("Row 1: 11");
    assert_eq!(
        stage.window.state().model().sql_history,
        ["SELECT 11 AS first", "SELECT 22 AS second"]
    );
}

#[test]
fn a_plot_has_the_columns_that_are_chosen() {
    let mut stage = orders();
    statement(
        &mut stage,
        "SELECT id, price, -price AS less FROM orders LIMIT 20",
        "Row 1: 1, 0.5, -0.5",
    );
    for shape in ["Line", "Bars", "Points"] {
        stage
            .window
            .get_by_role_and_label(Role::RadioButton, shape)
            .click();
        stage.wait_for("20 points");
    }
    assert!(stage.has("Along: id") && stage.has("Up: price"));
    choose(&mut stage, "Along: id", Role::MenuItemCheckBox, "price");
    stage.wait_for("Along: price");
    choose(&mut stage, "Up: price", Role::MenuItemCheckBox, "less");
    stage.wait_for("Up: less");
    assert_eq!(stage.window.state().model().data.query.axes, (1, 2));
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
}

#[test]
fn long_values_of_tables_and_answers_are_shown_in_full() {
    let mut stage = orders();
    let before = stage.fixture.contents(ID);
    statement(
        &mut stage,
        "SELECT id, note, zeroblob(70000) AS blob FROM orders WHERE id IN (3, 4) ORDER BY id",
        "Row 1: 3, ",
    );
    stage.window.get_by_label_contains("Row 1: 3, ").click();
    stage.run();
    stage.key(Modifiers::NONE, Key::Home);
    stage.key(Modifiers::NONE, Key::ArrowRight);
    stage.key(Modifiers::NONE, Key::Enter);
    stage.wait_for("note, row 1");
    stage.wait_for("text, 2.0 kB");
    assert!(stage.has(&"x".repeat(2_000)));
    stage.window.get_by_label("Copy the value").click();
    assert_eq!(copied(&mut stage), "x".repeat(2_000));
    stage.press("Close the value");
    stage.window.get_by_label_contains("Row 2: 4, ").click();
    stage.run();
    stage.key(Modifiers::NONE, Key::End);
    stage.key(Modifiers::NONE, Key::Enter);
    stage.wait_for("bytes 0–65,536 of 70,000");
    stage.press("Later");
    stage.wait_for("bytes 65,536–70,000 of 70,000");
    stage.wait_for("00010000  00 00");
    stage.press("Earlier");
    stage.wait_for("bytes 0–65,536 of 70,000");
    assert_eq!(stage.fixture.contents(ID), before);
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
}

#[test]
fn a_mistake_is_told_with_its_line_and_column() {
    let mut stage = orders();
    for (sql, told) in [
        (
            "SELECT 1;\nSELECT nope FROM orders",
            "Line 2, column 8: no such column: nope",
        ),
        ("SELEC 1", "Line 1, column 1: near"),
        (
            "SELECT 1;\n\n  DELETE FROM orders",
            "only reading is allowed",
        ),
    ] {
        statement(&mut stage, sql, told);
    }
}

#[test]
fn another_database_of_the_session_is_looked_into() {
    let fixture = two_databases();
    let before = fixture.contents(ID);
    let mut stage = Stage::open(fixture);
    stage.click_row(ID, Modifiers::NONE);
    stage.key(Modifiers::COMMAND, Key::Num3);
    stage.wait_for("Row 1: own");
    stage.press("project_data.db");
    let other = |label: String| label.starts_with("results/extra.db  ");
    stage
        .window
        .get_by(|n| n.role() == Role::MenuItemCheckBox && n.label().is_some_and(other))
        .click();
    stage.wait_for("Row 1: found");
    assert_eq!(stage.fixture.contents(ID), before);
}

#[test]
fn rows_in_the_log_of_a_program_that_writes_are_shown_as_they_come() {
    let mut stage = orders();
    stage.wait_for("1,000 rows");
    let path = stage.fixture.base().join(ID).join("project_data.db");
    // Another program that has it open, with a change in its log and one that isn't finished.
    let writer = rusqlite::Connection::open(path).unwrap();
    writer
        .execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; \
             INSERT INTO orders VALUES (1001, 'Trier', 9.5, NULL); \
             BEGIN IMMEDIATE; INSERT INTO orders VALUES (1002, 'Mainz', 9.5, NULL);",
        )
        .unwrap();
    stage.wait_for("1,001 rows");
    let before = cfg!(unix).then(|| stage.fixture.contents(ID));
    stage.act(Action::Data(DataAction::Filter("city = Trier".into())));
    stage.wait_for("Row 1: 1001, Trier, 9.5");
    stage.act(Action::Data(DataAction::Filter("city = Mainz".into())));
    stage.wait_for("0 rows of 1,001 · ");
    statement(&mut stage, "SELECT count(*) FROM orders", "Row 1: 1001");
    if let Some(before) = before {
        assert_eq!(
            stage.fixture.contents(ID),
            before,
            "nor does looking change the log"
        );
    }
    // Nobody kept the writer from its work.
    writer.execute_batch("COMMIT").unwrap();
    stage.act(Action::Data(DataAction::Filter("city = Mainz".into())));
    stage
        .window
        .get_by_role_and_label(Role::RadioButton, "Rows")
        .click();
    stage.wait_for("Row 1: 1002, Mainz, 9.5");
    drop(writer);
}
