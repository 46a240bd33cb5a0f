//! Every tab of the open session: each control and row has a role and a name, at the width of a small window too.

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;

use super::stage::Stage;
use crate::fixture::Fixture;

const ID: &str = "session_20250710_153000";

/// A session in which each tab has something to show.
fn stage() -> Stage {
    let fixture = Fixture::new();
    let log = "2025-07-10 15:30:00 ERROR it failed\n".repeat(300);
    fixture.backend_session(
        ID,
        1,
        &[
            ("main.py", b"print('hello')\n"),
            ("prices.csv", b"code,price\n600519,1.5\n"),
            ("facts.json", b"{\"a\": [1, 2], \"b\": null}"),
            ("run.log", log.as_bytes()),
            ("any.bin", &[0, 159, 146, 150, 7]),
        ],
    );
    let path = fixture.base().join(ID).join("project_data.db");
    let _ = std::fs::remove_file(&path);
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch(
        "CREATE TABLE prices(code TEXT, price REAL); INSERT INTO prices VALUES ('600519', 1.5), (NULL, 2.5);
         CREATE VIEW dear AS SELECT * FROM prices WHERE price > 2",
    )
    .unwrap();
    db.close().unwrap();
    let mut stage = Stage::open(fixture);
    stage.click_row(ID, Modifiers::NONE);
    stage
}

/// Everything there has a name, and there is something of each of these roles.
#[track_caller]
fn named(stage: &Stage, place: &str, roles: &[Role]) {
    assert_eq!(stage.window.unnamed_widgets(), [""; 0], "{place}");
    for role in roles {
        let found: Vec<_> = stage.window.query_all_by_role(*role).collect();
        assert!(!found.is_empty(), "{place}: no {role:?}");
        for node in found {
            use egui_kittest::kittest::NodeT;
            let node = node.accesskit_node();
            let name = node.label().unwrap_or_default();
            assert!(!name.trim().is_empty(), "{place}: {role:?} without a name");
        }
    }
}

#[test]
fn each_control_and_row_of_each_tab_has_a_role_and_a_name() {
    for width in [1280.0, 900.0] {
        let mut stage = stage();
        stage.window.set_size(egui::vec2(width, 800.0));
        stage.run();
        stage.key(Modifiers::COMMAND, Key::Num1);
        stage.wait_for("Note");
        named(&stage, "Overview", &[Role::Tab, Role::Button, Role::Row]);
        stage.key(Modifiers::COMMAND, Key::Num2);
        for (file, there, role) in [
            ("any.bin", "00000000", Role::TreeItem),
            ("facts.json", "a", Role::TreeItem),
            ("main.py", "Python", Role::TreeItem),
            ("prices.csv", "600519", Role::ColumnHeader),
            ("run.log", "it failed", Role::TreeItem),
        ] {
            stage.wait_for(file);
            stage
                .window
                .get_by(|n| {
                    n.role() == Role::TreeItem && n.label().is_some_and(|l| l.starts_with(file))
                })
                .click();
            stage.wait_for(there);
            named(&stage, file, &[Role::TreeItem, role]);
        }
        stage.key(Modifiers::COMMAND, Key::Num3);
        stage.wait_for("Row 1: ");
        named(
            &stage,
            "Data, rows",
            &[Role::Grid, Role::ColumnHeader, Role::Row, Role::RadioButton],
        );
        stage.window.get_by_label_contains("Row 1: ").click();
        stage.run();
        stage.press("Column facts");
        stage.wait_for("Different");
        named(&stage, "Data, facts", &[Role::Button]);
        stage
            .window
            .get_by_role_and_label(Role::RadioButton, "SQL")
            .click();
        stage.wait_for("History");
        named(&stage, "Data, SQL", &[Role::MultilineTextInput]);
        stage.key(Modifiers::COMMAND, Key::Num4);
        stage.wait_for("Arguments");
        named(
            &stage,
            "Run",
            &[Role::TextInput, Role::MultilineTextInput, Role::Button],
        );
        stage.press("Run");
        stage.wait_for("Nothing of session_");
        named(&stage, "Run, the question", &[Role::Button]);
    }
}
