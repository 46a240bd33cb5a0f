//! An answer as a plot: a line, bars or points, of two of its columns.

use egui::{Frame, Margin, Ui};
use egui_plot::{Bar, BarChart, Line, Plot, Points};

use crate::app::action::DataAction;
use crate::app::model::data::{Query, Shape};
use crate::app::theme::{self, space};
use crate::app::widgets::button::Button;
use crate::app::widgets::menu;
use crate::data::{Answer, Value};
use crate::session::text;

/// As many points are drawn at most.
const MOST: usize = 5_000;

/// Draws the plot, and the choice of columns over it.
pub fn show(ui: &mut Ui, query: &Query, answer: &Answer, out: &mut Vec<DataAction>) {
    Frame::NONE
        .inner_margin(Margin::symmetric(space::S as i8, space::XS as i8))
        .show(ui, |ui| whole(ui, query, answer, out));
}

fn whole(ui: &mut Ui, query: &Query, answer: &Answer, out: &mut Vec<DataAction>) {
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
    ui.visuals_mut().override_text_color = Some(theme::palette(ui).secondary);
    let plot = Plot::new("answer")
        .grid_color(theme::palette(ui).hairline)
        .x_axis_formatter(|mark, _| match name_at(answer, x, mark.value) {
            Some(name) => super::short(&name, 16),
            None => mark.value.to_string(),
        });
    plot.show(ui, |plot| match shape {
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
    let point = |(i, row): (usize, &Vec<Value>)| {
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

/// What stands along at this place, where that is numbered because it is no number.
fn name_at(answer: &Answer, x: usize, place: f64) -> Option<String> {
    let numbered = |row: &Vec<Value>| row.get(x).is_some_and(|v| v.number().is_none());
    if !answer.rows.first().is_some_and(numbered) {
        return None;
    }
    let whole = place >= 0.0 && place.fract() == 0.0;
    let row = answer.rows.get(place as usize).filter(|_| whole);
    let value = row.and_then(|row| row.get(x));
    Some(
        value
            .map(|v| text::one_line(&v.plain()).into_owned())
            .unwrap_or_default(),
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_along_are_named_at_their_numbers_only() {
        let row = |along| vec![along, Value::Integer(1)];
        let answer = |along: [Value; 2]| Answer {
            place: 0..1,
            columns: vec!["along".into(), "up".into()],
            rows: along.map(row).into(),
            more: false,
            took: std::time::Duration::ZERO,
        };
        let texts = answer([Value::Text("Bonn".into()), Value::Text("K\nöln".into())]);
        let numbers = answer([Value::Integer(5), Value::Integer(7)]);
        for (place, name) in [
            (0.0, "Bonn"),
            (1.0, "K\\nöln"),
            (0.5, ""),
            (2.0, ""),
            (-1.0, ""),
        ] {
            assert_eq!(name_at(&texts, 0, place).as_deref(), Some(name), "{place}");
            assert_eq!(name_at(&numbers, 0, place), None);
        }
    }
}
