//! The tab Files: room for tree and file, and what leads from a file to the tab Data.

use egui::{Event, Modifiers, PointerButton, Pos2, Role, Shape, pos2};
use egui_kittest::kittest::{NodeT, Queryable};
use eyproject_sessions::app::action::Action;
use eyproject_sessions::app::model::preview::Act;

use super::stage::Stage;
use crate::books::workbook;
use crate::fixture::Fixture;

const ID: &str = "session_20250710_153000";
const LONG: &str = "quarterly_forecast_model.py";
const SPLITTER: &str = "Room for the tree of files";

/// A session of few files whose first one is shown beside the tree.
fn beside() -> Stage {
    let fixture = Fixture::new();
    fixture.backend_session(
        ID,
        1,
        &[
            ("a.txt", b"words\n"),
            (LONG, b"print(1)\n"),
            ("folder/deeper/measurements.csv", b"a,b\n1,2\n"),
        ],
    );
    let mut stage = Stage::open(fixture);
    stage.click_row(ID, Modifiers::NONE);
    stage.key(Modifiers::COMMAND, egui::Key::Num2);
    stage.wait_for("a.txt");
    mark(&mut stage, "a.txt");
    stage.wait_for("Line 1: words");
    stage
}

/// Marks a file in the tree.
fn mark(stage: &mut Stage, name: &str) {
    let begins = format!("{name}, ");
    stage.wait_for(&begins);
    stage
        .window
        .get_by(|node| {
            node.role() == Role::TreeItem && node.label().is_some_and(|l| l.starts_with(&begins))
        })
        .click();
    stage.wait_for(&format!("Preview of {name}"));
}

/// Whether these words are drawn, and not only read aloud.
fn is_drawn(stage: &Stage, words: &str) -> bool {
    let shapes = stage.window.output().shapes.iter();
    let mut texts = shapes.filter_map(|s| match &s.shape {
        Shape::Text(text) => Some(text.galley.text()),
        _ => None,
    });
    texts.any(|text| text == words)
}

/// Where the edge between tree and file is.
fn edge(stage: &Stage) -> Pos2 {
    stage.window.get_by_label(SPLITTER).rect().center()
}

/// Drags the edge there.
fn drag(stage: &mut Stage, to: Pos2) {
    let from = edge(stage);
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    for event in [
        Event::PointerMoved(from),
        button(from, true),
        Event::PointerMoved(from.lerp(to, 0.5)),
        Event::PointerMoved(to),
        button(to, false),
    ] {
        stage.window.event(event);
        stage.window.step();
    }
    stage.run();
}

#[test]
fn names_in_the_tree_are_whole_where_there_is_room() {
    let mut stage = beside();
    assert!(is_drawn(&stage, LONG));
    let before = edge(&stage);
    // What is opened moves nothing.
    let folder = Role::DisclosureTriangle;
    stage
        .window
        .get_by_role_and_label(folder, "Open folder")
        .click();
    stage.run();
    stage.window.get_by_label("Open deeper").click();
    stage.wait_for("measurements.csv");
    assert!(is_drawn(&stage, "measurements.csv"));
    assert_eq!(edge(&stage), before);
}

#[test]
fn the_edge_of_the_tree_is_dragged_nearly_to_both_ends_and_comes_back() {
    let mut stage = beside();
    let before = edge(&stage);
    let tree = stage.window.get_by_role_and_label(Role::Tree, "Files");
    let (left, right) = (tree.rect().left(), 1280.0);
    drag(&mut stage, pos2(left - 200.0, before.y));
    let least = edge(&stage).x - left;
    assert!((40.0..=100.0).contains(&least), "{least}");
    assert!(!is_drawn(&stage, LONG));
    drag(&mut stage, pos2(right, before.y));
    let least = right - edge(&stage).x;
    assert!((40.0..=180.0).contains(&least), "{least}");
    assert!(is_drawn(&stage, LONG));
    let tree = stage.window.get_by_role_and_label(Role::Tree, "Files");
    assert_eq!(tree.rect().left(), left, "nothing is pushed away");
    let to = pos2(left + 300.0, before.y);
    drag(&mut stage, to);
    assert!((edge(&stage).x - to.x).abs() < 2.0);
    stage.act(Action::Preview(Act::Share(None)));
    assert_eq!(edge(&stage), before);
}

#[test]
fn a_workbook_says_its_sheets_and_leads_to_the_tables_made_from_it() {
    let fixture = Fixture::new();
    let book = workbook(&[
        ("Umsatz", &[&["Monat", "Betrag"], &["Januar", "1.5"]]),
        ("Kunden", &[&["Name", "Ort"], &["Müller", "Köln"]]),
        ("Leer", &[]),
    ]);
    let book = fixture.outside("bericht.xlsx", &book);
    let csv = fixture.outside("orte.csv", b"ort,plz\nBonn,53111\n");
    let mut stage = Stage::open(fixture);
    stage.drop(&[book, csv]);
    stage.wait("a row", |s| s.rows().len() == 1);
    stage.wait_for("Tables (");
    // What is said of the upload stands over the files.
    stage.press("Dismiss");
    stage.key(Modifiers::COMMAND, egui::Key::Num2);
    mark(&mut stage, "bericht.xlsx");
    stage.wait_for("Kind: Excel workbook");
    stage.wait_for("Sheets (3)");
    stage.wait_for("bericht_Kunden, 1");
    for sheet in ["Umsatz", "Kunden", "Leer"] {
        let rows = stage.window.query_all_by_role(Role::Row);
        let names = rows.map(|row| row.accesskit_node().label().unwrap_or_default());
        assert!(names.into_iter().any(|name| name == sheet), "{sheet}");
    }
    assert!(!stage.has("00000000: "), "the bytes come second");
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
    stage
        .window
        .get_by_role_and_label(Role::RadioButton, "Bytes")
        .click();
    stage.wait_for("00000000: 50 4b 03 04");
    stage
        .window
        .get_by_role_and_label(Role::RadioButton, "Facts")
        .click();
    stage.wait_for("bericht_Kunden, 1");
    stage.press("Open bericht_Kunden in Data");
    stage.wait_for("Row 1: Müller, Köln");
    // The same once the database is known, from a table that isn't its first.
    stage.key(Modifiers::COMMAND, egui::Key::Num2);
    mark(&mut stage, "orte.csv");
    stage.wait_for("Row 1: Bonn, 53111");
    stage.press("Open in Data");
    stage.wait_for("Filter rows");
    stage.wait_for("Row 1: Bonn, 53111");
}

#[test]
fn a_database_of_any_name_says_what_it_is_and_leads_to_its_rows() {
    for name in ["lookup.sqlite", "values.dat", "no_extension"] {
        let fixture = Fixture::new();
        let dir = fixture.backend_session(ID, 1, &[("a.txt", b"words\n")]);
        let db = rusqlite::Connection::open(dir.join(name)).unwrap();
        db.execute_batch("CREATE TABLE t(word TEXT); INSERT INTO t VALUES ('found')")
            .unwrap();
        db.close().unwrap();
        let mut stage = Stage::open(fixture);
        stage.click_row(ID, Modifiers::NONE);
        stage.key(Modifiers::COMMAND, egui::Key::Num2);
        mark(&mut stage, name);
        stage.wait_for("Kind: SQLite database");
        stage.press("Open in Data");
        stage.wait_for("Row 1: found");
    }
}

#[test]
fn the_head_of_a_column_of_numbers_stands_over_them() {
    let fixture = Fixture::new();
    let csv = "name,amount\nNorth,98765\nSouth,43210\n";
    fixture.backend_session(ID, 1, &[("a.csv", csv.as_bytes())]);
    let mut stage = Stage::open(fixture);
    stage.click_row(ID, Modifiers::NONE);
    stage.key(Modifiers::COMMAND, egui::Key::Num2);
    mark(&mut stage, "a.csv");
    stage.wait_for("Row 1: North, 98765");
    let end = |words: &str| {
        let shapes = stage.window.output().shapes.iter();
        let ends = shapes.filter_map(|s| match &s.shape {
            Shape::Text(t) if t.galley.text() == words => Some(t.pos.x + t.galley.size().x),
            _ => None,
        });
        ends.fold(f32::MIN, f32::max)
    };
    assert!((end("amount") - end("98765")).abs() < 1.5);
    assert!(end("name") < end("amount") - 20.0);
}
