//! An answer as a plot: a line, bars or points, of two of its columns.

use egui::Ui;
use egui_plot::{Bar, BarChart, Line, Plot, Points};

use crate::app::action::DataAction;
use crate::app::model::data::{Query, Shape};
use crate::app::theme;
use crate::app::widgets::button::Button;
use crate::app::widgets::menu;
use crate::data::Answer;
use crate::session::text;

/// As many points are drawn at most.
const MOST: usize = 5_000;

/// Draws the plot, and the choice of columns over it.
pub fn show(ui: &mut Ui, query: &Query, answer: &Answer, out: &mut Vec<DataAction>) {
    let (x, y) = query.axes;
    let (points, left_out) = points(answer, x, y);
    ui.horizontal_wrapped(|ui| {
        if let Some(x) = axis(ui, "Along", answer, x) {
            out.push(DataAction::Axes(x, y));
        }
        if let Some(y) = axis(ui, "Up", answer, y) {
            out.push(DataAction::Axes(x, y));
        }
        let words = match (points.len(), left_out) {
            (0, _) => "no numbers to draw".to_owned(),
            (n, false) => text::count(n, "point", "points"),
            (n, true) => format!("{} of the points, evenly chosen", text::grouped(n as u64)),
        };
        ui.label(theme::caption(ui, words));
    });
    let ink = theme::palette(ui).accent;
    let shape = query.shape;
    let name = answer.columns.get(y).cloned().unwrap_or_default();
    Plot::new("answer").show(ui, |plot| match shape {
        Shape::Bars => {
            let bars = points
                .iter()
                .map(|[x, y]| Bar::new(*x, *y).fill(ink))
                .collect();
            plot.bar_chart(BarChart::new(name, bars).color(ink));
        }
        Shape::Points => plot.points(Points::new(name, points).color(ink).radius(2.5)),
        Shape::Line | Shape::Grid => plot.line(Line::new(name, points).color(ink)),
    });
}

/// The points of two columns, and whether some were left out. What is no number along is numbered.
fn points(answer: &Answer, x: usize, y: usize) -> (Vec<[f64; 2]>, bool) {
    let step = answer.rows.len().div_ceil(MOST).max(1);
    let point = |(i, row): (usize, &Vec<crate::data::Value>)| {
        let along = if x == y { None } else { row.get(x)?.number() };
        Some([along.unwrap_or(i as f64), row.get(y)?.number()?])
    };
    let points = answer
        .rows
        .iter()
        .enumerate()
        .step_by(step)
        .filter_map(point);
    (points.collect(), step > 1)
}

fn axis(ui: &mut Ui, name: &str, answer: &Answer, chosen: usize) -> Option<usize> {
    let column = answer.columns.get(chosen).map_or("", String::as_str);
    let pressed = Button::new(&format!("{name}: {}", super::short(column, 16))).show(ui);
    menu::below(&pressed, |ui| {
        let mut went = None;
        for (i, column) in answer.columns.iter().enumerate() {
            if menu::Item::new(&text::one_line(column))
                .ticked(i == chosen)
                .show(ui)
            {
                went = Some(i);
                ui.close();
            }
        }
        went
    })
    .flatten()
}
