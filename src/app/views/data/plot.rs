//! An answer as a plot: a line, bars or points, of two of its columns. What is under the pointer is told.

use egui::{Frame, Margin, PopupAnchor, Pos2, Response, Stroke, Tooltip, Ui};
use egui_plot::{Bar, BarChart, Line, Plot, PlotPoint, PlotTransform, Points};

use crate::app::action::DataAction;
use crate::app::model::data::{Query, Shape};
use crate::app::theme::{self, space};
use crate::app::widgets::button::Button;
use crate::app::widgets::menu;
use crate::data::{Answer, Value};
use crate::session::text;

/// As many points are drawn at most.
const MOST: usize = 5_000;

/// So near has the pointer to be to a point of a line, in points of the screen.
const NEAR: f32 = 28.0;

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
    let p = theme::palette(ui);
    let ink = p.accent;
    let shape = query.shape;
    let name = answer.columns.get(y).cloned().unwrap_or_default();
    ui.visuals_mut().override_text_color = Some(p.secondary);
    let plot = Plot::new("answer")
        .grid_color(p.hairline)
        // The cross is drawn at the point that is told.
        .show_x(false)
        .show_y(false)
        .y_axis_formatter(|mark, _| number(mark.value))
        .x_axis_formatter(|mark, _| match name_at(answer, x, mark.value) {
            Some(name) => super::short(&name, 16),
            None => number(mark.value),
        });
    let shown = plot.show(ui, |plot| match shape {
        Shape::Bars => {
            let bars = points
                .iter()
                .map(|[x, y]| Bar::new(*x, *y).fill(ink))
                .collect();
            // What it would write over the bar stands at the pointer.
            let silent = Box::new(|_: &Bar, _: &BarChart| String::new());
            let chart = BarChart::new(name, bars).color(ink);
            plot.bar_chart(chart.element_formatter(silent));
        }
        Shape::Points => {
            let points = Points::new(name, points.clone()).color(ink);
            plot.points(points.radius(2.5));
        }
        Shape::Line | Shape::Grid => plot.line(Line::new(name, points.clone()).color(ink)),
    });
    ui.visuals_mut().override_text_color = None;
    let across = shape == Shape::Bars;
    if let Some(pointer) = shown.response.hover_pos()
        && let Some(point) = nearest(&points, &shown.transform, pointer, across)
    {
        let at = shown.transform.position_from_point(&PlotPoint::from(point));
        let frame = *shown.transform.frame();
        let painter = ui.painter().with_clip_rect(frame);
        let cross = Stroke::new(1.0, p.border);
        painter.vline(at.x, frame.y_range(), cross);
        painter.hline(frame.x_range(), at.y, cross);
        painter.circle(at, 4.0, p.background, Stroke::new(2.0, p.accent_ink));
        tip(&shown.response, &words(answer, (x, y), point));
    }
}

/// The point that the pointer is at: the nearest one, `across` counting only how far it is to the side.
fn nearest(
    points: &[[f64; 2]],
    transform: &PlotTransform,
    pointer: Pos2,
    across: bool,
) -> Option<[f64; 2]> {
    let distance = |point: &[f64; 2]| {
        let away = transform.position_from_point(&PlotPoint::from(*point)) - pointer;
        if across { away.x.abs() } else { away.length() }
    };
    let distances = points.iter().map(|point| (distance(point), *point));
    let (far, point) = distances.min_by(|a, b| a.0.total_cmp(&b.0))?;
    (across || far <= NEAR).then_some(point)
}

/// What a point says, each value with the name of its column.
fn words(answer: &Answer, (x, y): (usize, usize), [along, up]: [f64; 2]) -> String {
    let name = |column: usize| {
        let name = answer.columns.get(column).map_or("", String::as_str);
        super::short(&text::one_line(name), 40)
    };
    let up = format!("{}: {}", name(y), number(up));
    if x == y {
        return format!("Row {}\n{up}", text::grouped(along as u64 + 1));
    }
    let along = match name_at(answer, x, along) {
        Some(name) => super::short(&name, 60),
        None => number(along),
    };
    format!("{}: {along}\n{up}", name(x))
}

/// A number as short as it can be told from others.
pub fn number(n: f64) -> String {
    match n.fract() == 0.0 && n.abs() < 1e15 {
        true => format!("{:.0}", n + 0.0),
        false => format!("{n:?}"),
    }
}

/// Words at the pointer, at once and not after a while, because it is what one points for.
pub fn tip(plot: &Response, words: &str) {
    let (ctx, layer) = (plot.ctx.clone(), plot.layer_id);
    let tip = Tooltip::always_open(ctx, layer, plot.id.with("point"), PopupAnchor::Pointer);
    tip.gap(12.0).show(|ui| ui.label(words));
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
    let pressed = Button::new(&format!("{name}: {}", super::short(column, 16)))
        .menu()
        .show(ui);
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
    fn a_point_is_told_by_the_names_of_its_columns() {
        let answer = Answer {
            place: 0..1,
            columns: vec!["city".into(), "price".into(), "n".into()],
            rows: vec![
                vec![
                    Value::Text("Bonn".into()),
                    Value::Real(1.25),
                    Value::Integer(7),
                ],
                vec![
                    Value::Text("Köln".into()),
                    Value::Real(-3.0),
                    Value::Integer(1_000_000),
                ],
            ],
            more: false,
            took: std::time::Duration::ZERO,
        };
        for (axes, point, expected) in [
            ((0, 1), [0.0, 1.25], "city: Bonn\nprice: 1.25"),
            ((2, 1), [1e6, -3.0], "n: 1000000\nprice: -3"),
            ((1, 1), [1.0, -3.0], "Row 2\nprice: -3"),
        ] {
            assert_eq!(words(&answer, axes, point), expected);
        }
    }

    #[test]
    fn numbers_are_short_and_exact() {
        for (n, words) in [
            (0.1, "0.1"),
            (-0.0, "0"),
            (1e14, "100000000000000"),
            (1e300, "1e300"),
        ] {
            assert_eq!(number(n), words);
        }
    }

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
