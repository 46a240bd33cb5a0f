//! What facts and small tables show and read aloud, and where columns stand.

use super::*;
use crate::app::widgets::testing::harness;
use egui_kittest::kittest::Queryable;

#[test]
fn a_sentence_loses_its_end_and_a_name_its_middle() {
    for (value, sentence) in [
        ("31 min ago (26 Nov 2026, 14:48)", true),
        ("EYProject's Python backend", true),
        ("session_20250710_153000", false),
        ("/tmp/EY Project/session_20250710_153000", false),
        ("C:\\My files\\x", false),
    ] {
        assert_eq!(is_sentence(value), sentence, "{value}");
    }
}

#[test]
fn a_long_table_on_a_page_that_scrolls_shows_its_rows_and_has_its_heads_over_them() {
    let columns = [Column {
        title: "12345",
        width: 80.0,
        number: true,
    }];
    let window = harness((), |ui, ()| {
        ScrollArea::vertical().show(ui, |ui| {
            // Little room is left in the window, none of which matters on a page that scrolls.
            ui.add_space(560.0);
            let table = Table {
                heading: "Tables",
                first: "Name",
                columns: &columns,
                rows: 50,
            };
            table.show(ui, |row, _| format!("cell {row}"));
        });
    });
    let rows = window.query_all_by_role(Role::Row).count();
    assert!((ROWS_SEEN..=ROWS_SEEN + 1).contains(&rows), "{rows} rows");

    let window = harness((), |ui, ()| {
        let table = Table {
            heading: "Tables",
            first: "Name",
            columns: &columns,
            rows: 50,
        };
        table.show(ui, |row, _| format!("cell {row}"));
    });
    let rights: Vec<_> = ["12345", "cell 0"]
        .iter()
        .map(|words| {
            let ends = window
                .output()
                .shapes
                .iter()
                .filter_map(|s| match &s.shape {
                    egui::Shape::Text(t) if t.galley.text() == *words => {
                        Some(t.pos.x + t.galley.size().x)
                    }
                    _ => None,
                });
            ends.fold(f32::MIN, f32::max)
        })
        .collect();
    assert!((rights[0] - rights[1]).abs() < 2.0, "{rights:?}");
}

#[test]
fn words_behind_a_number_stand_apart_from_it() {
    let column = |title, width, number| Column {
        title,
        width,
        number,
    };
    let table = Table {
        heading: "Scripts",
        first: "Script",
        columns: &[
            column("Calls", 48.0, true),
            column("Original", 136.0, false),
        ],
        rows: 1,
    };
    let row = Rect::from_min_size(pos2(0.0, 0.0), vec2(400.0, 24.0));
    let places = table.places(row);
    assert!(places[2].0.left() - places[1].0.right() >= space::L);
    assert!(places[1].0.left() - places[0].0.right() < space::L);
}

#[test]
fn a_row_that_leads_somewhere_is_a_button_for_pointer_and_keyboard() {
    let column = Column {
        title: "Result",
        width: 80.0,
        number: false,
    };
    let mut window = harness(Vec::new(), move |ui, pressed: &mut Vec<usize>| {
        let table = Table {
            heading: "Runs",
            first: "Script",
            columns: &[column],
            rows: 30,
        };
        let name = |row| format!("Open run {row}");
        pressed.extend(table.show_leading(ui, |row, _| row.to_string(), name));
    });
    window
        .get_by_role_and_label(Role::Button, "Open run 2")
        .click();
    window.run();
    // Tab by Tab, one comes to those that are not seen at first.
    window.get_by_label("Open run 7").focus();
    window.run();
    for _ in 0..4 {
        window.key_press(egui::Key::Tab);
        window.run();
    }
    window.key_press(egui::Key::Enter);
    window.run();
    assert_eq!(*window.state(), [2, 11]);
}

#[test]
fn facts_and_rows_are_read_aloud_and_long_tables_are_not_drawn_whole() {
    let columns = [Column {
        title: "Rows",
        width: 80.0,
        number: true,
    }];
    let table = Table {
        heading: "Tables",
        first: "Name",
        columns: &columns,
        rows: 50_000,
    };
    let window = harness(0, |ui, asked| {
        *asked = 0;
        let fact = Fact {
            label: "Created",
            value: "yesterday".into(),
            tip: "exactly".into(),
        };
        show(ui, &[fact]);
        let count = std::cell::Cell::new(0);
        table.show(ui, |row, column| {
            count.set(count.get() + 1);
            format!("{row}.{column}")
        });
        *asked = count.get();
        callout(ui, "Files are missing");
    });
    assert!(window.query_by_label("Created: yesterday").is_some());
    assert!(window.query_by_label("0.0, 0.1").is_some());
    assert!(window.query_by_label("Tables (50,000)").is_some());
    assert!(window.query_by_label("Files are missing").is_some());
    assert!(*window.state() < 40, "{} cells", window.state());
}
