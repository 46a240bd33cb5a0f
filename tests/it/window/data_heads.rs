//! What the heads of columns offer in the tab "Data", and what the pointer is told over a plot.

use egui::Role;
use egui_kittest::kittest::Queryable;
use eyproject_sessions::app::action::{Action, DataAction};
use eyproject_sessions::app::model::data::Shape;

use super::data::{copied, orders};
use super::stage::Stage;

const ITEMS: [&str; 4] = [
    "Sort smallest first",
    "Sort largest first",
    "Column facts",
    "Copy column name",
];

/// Opens the menu of a column's head.
fn open(stage: &mut Stage, head: &str) {
    stage
        .window
        .get_by_role_and_label(Role::ColumnHeader, head)
        .click_secondary();
    stage.run();
}

/// Chooses from the menu that is open.
fn choose(stage: &mut Stage, item: &str) {
    stage
        .window
        .get_by_role_and_label(Role::MenuItem, item)
        .click();
}

/// The centres of circles that are larger than the dots of icons.
fn circles(shape: &egui::Shape, found: &mut Vec<egui::Pos2>) {
    match shape {
        egui::Shape::Circle(c) if c.radius > 2.0 => found.push(c.center),
        egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| circles(shape, found)),
        _ => {}
    }
}

fn offers(stage: &Stage) -> Vec<&'static str> {
    let is_there = |item: &&str| {
        stage
            .window
            .query_by_role_and_label(Role::MenuItem, item)
            .is_some()
    };
    ITEMS.into_iter().filter(|item| is_there(item)).collect()
}

#[test]
fn a_head_and_a_cell_offer_the_same_for_their_column() {
    let mut stage = orders();
    open(&mut stage, "price");
    assert_eq!(offers(&stage), ITEMS);
    choose(&mut stage, ITEMS[1]);
    stage.wait_for("Row 1: 1000, Köln, 500.0");
    open(&mut stage, "price, largest first");
    choose(&mut stage, "Don't sort");
    stage.wait_for("Row 1: 1, Köln, 0.5");
    open(&mut stage, "city");
    choose(&mut stage, ITEMS[3]);
    assert_eq!(copied(&mut stage), "city");
    open(&mut stage, "city");
    choose(&mut stage, ITEMS[2]);
    stage.wait_for("Different: 2");
    stage.wait_for("Least: Bonn");
    stage.press("Close the facts");
    let cell = "Row 1: 1, ";
    stage.window.get_by_label_contains(cell).click();
    stage.run();
    stage.window.get_by_label_contains(cell).click_secondary();
    stage.run();
    assert_eq!(offers(&stage), ITEMS);
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
}

#[test]
fn a_plot_tells_the_point_under_the_pointer_by_the_names_of_its_columns() {
    let mut stage = orders();
    stage.act(Action::Data(DataAction::Pane(
        eyproject_sessions::app::model::data::Pane::Sql,
    )));
    let sql = "SELECT 'Bonn' AS town, 7.25 AS mean";
    stage.act(Action::Data(DataAction::Type(sql.into())));
    stage.press("Run");
    stage.wait_for("Row 1: Bonn, 7.25");
    open(&mut stage, "town");
    assert_eq!(offers(&stage), [ITEMS[3]], "an answer has no order of ours");
    choose(&mut stage, ITEMS[3]);
    assert_eq!(copied(&mut stage), "town");
    let mut at = None;
    for shape in [Shape::Points, Shape::Line, Shape::Bars] {
        stage.act(Action::Data(DataAction::Shape(shape)));
        stage.wait_for("1 point");
        let words = stage.window.get_by_label_contains("1 point").rect();
        let mut points = Vec::new();
        for shape in &stage.window.output().shapes {
            circles(&shape.shape, &mut points);
        }
        // A line and a bar alone are at the same place.
        at = at.or(points.into_iter().find(|center| center.y > words.bottom()));
        let at = at.expect("a point is drawn");
        assert!(!stage.has("town: Bonn"), "{shape:?}");
        stage.window.hover_at(at);
        stage.wait_for("town: Bonn\nmean: 7.25");
        stage.window.hover_at(words.center());
        stage.wait("the end of it", |s| !s.has("town: Bonn"));
    }
}
