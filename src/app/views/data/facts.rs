//! The facts of a column: figures, and beside or below them how its values are spread.

use egui::{
    Align2, CornerRadius, Rect, Response, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, vec2,
};
use egui_plot::{Bar, BarChart, Plot};

use super::plot;
use crate::app::action::DataAction;
use crate::app::icons::Icon;
use crate::app::model::problem::Problem;
use crate::app::theme::{self, size, space};
use crate::app::widgets::button::Button;
use crate::app::widgets::paint;
use crate::data::ColumnFacts;
use crate::session::text;

/// From this width on, how values are spread stands beside the figures.
const BESIDE: f32 = 520.0;

/// Width of the figures then.
const FIGURES: f32 = 232.0;

/// Rooms of a figure: for what it is, and for its value, which stands at its right end.
const LABEL: f32 = 72.0;
const VALUE: f32 = 136.0;

/// Height of a figure.
const LINE: f32 = 22.0;

/// Figures of a column of numbers, the most that there are.
const MOST: f32 = 7.0;

/// Height of the histogram below the figures.
const BELOW: f32 = 148.0;

/// Height of the pane in so much width: heading and figures, and what is below them.
pub fn height(width: f32) -> f32 {
    let figures = size::ROW + 2.0 * space::S + MOST * LINE;
    match width >= BESIDE {
        true => figures,
        false => figures + space::S + BELOW,
    }
}

/// Draws the pane.
pub fn show(
    ui: &mut Ui,
    column: &str,
    known: Option<&Result<ColumnFacts, Problem>>,
    out: &mut Vec<DataAction>,
) {
    ui.horizontal(|ui| {
        let name = text::one_line(column);
        ui.label(theme::strong(super::short(&name, 48)))
            .on_hover_text(&*name);
        if Button::icon(Icon::Close, "Close the facts")
            .show(ui)
            .clicked()
        {
            out.push(DataAction::Facts(None));
        }
    });
    let known = match known {
        None => return drop(ui.label(theme::caption(ui, "Looking through the column…"))),
        Some(Err(problem)) => {
            let words = theme::caption(ui, &problem.why).color(theme::palette(ui).danger_ink);
            return drop(ui.label(words));
        }
        Some(Ok(known)) => known,
    };
    let beside = ui.available_width() >= BESIDE;
    ui.spacing_mut().item_spacing.y = 0.0;
    if !beside {
        return scroll(ui, |ui| {
            figures(ui, known);
            ui.add_space(space::S);
            spread(ui, column, known, BELOW);
        });
    }
    let whole = ui.available_rect_before_wrap();
    let mut left = ui.new_child(
        UiBuilder::new()
            .max_rect(whole.with_max_x(whole.left() + FIGURES))
            .id_salt("figures"),
    );
    scroll(&mut left, |ui| figures(ui, known));
    let right = whole.with_min_x(whole.left() + FIGURES + space::L);
    let mut right = ui.new_child(UiBuilder::new().max_rect(right).id_salt("spread"));
    if known.histogram.is_empty() {
        scroll(&mut right, |ui| frequent(ui, known));
    } else {
        let height = right.available_height();
        spread(&mut right, column, known, height);
    }
}

fn scroll(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical()
        .auto_shrink(false)
        .id_salt("facts")
        .show(ui, contents);
}

fn figures(ui: &mut Ui, known: &ColumnFacts) {
    let count = |ui: &mut Ui, label, n| figure(ui, label, &text::grouped(n));
    count(ui, "Rows", known.rows);
    count(ui, "Different", known.distinct);
    count(ui, "NULL", known.nulls);
    count(ui, "Empty", known.empty);
    for (label, value) in [("Least", &known.least), ("Largest", &known.largest)] {
        figure(ui, label, &value.shown());
    }
    if let Some(mean) = known.mean {
        // More digits than that mean little.
        let short = format!("{mean:.6e}").parse().unwrap_or(mean);
        figure(ui, "Mean", &plot::number(short));
    }
}

/// What it is and its value: below each other at their right end; what is too long for that, from the left.
fn figure(ui: &mut Ui, label: &str, value: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{label}: {value}")));
    let p = theme::palette(ui);
    let (painter, left) = (ui.painter(), Align2::LEFT_CENTER);
    paint::text(painter, rect, left, label, paint::body(), p.secondary);
    let place = paint::after(rect, LABEL);
    let room = place.width().min(VALUE);
    if paint::measure(painter, value, &paint::body()) <= room {
        let place = place.with_max_x(place.left() + room);
        let right = Align2::RIGHT_CENTER;
        paint::text(painter, place, right, value, paint::body(), p.text);
    } else {
        told(ui, response, place, value);
    }
}

/// Draws a value from its beginning, which tells it best from others; what is cut off is under the pointer.
fn told(ui: &Ui, response: Response, place: Rect, value: &str) {
    let (painter, ink) = (ui.painter(), theme::palette(ui).text);
    let left = Align2::LEFT_CENTER;
    paint::text(painter, place, left, value, paint::body(), ink);
    if paint::measure(painter, value, &paint::body()) > place.width() {
        response.on_hover_text(value);
    }
}

/// How the values are spread.
fn spread(ui: &mut Ui, column: &str, known: &ColumnFacts, height: f32) {
    if known.histogram.is_empty() {
        return frequent(ui, known);
    }
    let p = theme::palette(ui);
    let bars = known.histogram.iter().map(|b| {
        let bar = Bar::new((b.from + b.to) / 2.0, b.rows as f64);
        bar.width(b.to - b.from).fill(p.accent)
    });
    let chart = BarChart::new("Rows", bars.collect())
        .color(p.accent)
        // What it would write over the bar stands at the pointer.
        .element_formatter(Box::new(|_, _| String::new()));
    ui.visuals_mut().override_text_color = Some(p.secondary);
    let shown = Plot::new(("histogram", column))
        .grid_color(p.hairline)
        .height(height)
        .y_axis_formatter(|mark, _| plot::number(mark.value))
        .allow_scroll(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_boxed_zoom(false)
        .show(ui, |plot| plot.bar_chart(chart));
    ui.visuals_mut().override_text_color = None;
    if let Some(pointer) = shown.response.hover_pos() {
        let at = shown.transform.value_from_position(pointer).x;
        if let Some(words) = bar_words(known, at) {
            plot::tip(&shown.response, &words);
        }
    }
}

/// What the bar at this number says.
fn bar_words(known: &ColumnFacts, at: f64) -> Option<String> {
    let last = known.histogram.last()?;
    let is_here = |b: &&crate::data::Bar| (b.from..b.to).contains(&at) || at == last.to;
    let bar = known.histogram.iter().find(is_here)?;
    let rows = text::count(bar.rows as usize, "row", "rows");
    // As exact as the bar is wide.
    let width = (bar.to - bar.from).abs();
    let step = 10_f64.powf(width.log10().floor() - 2.0);
    let round = |n: f64| match step.is_normal() {
        true => plot::number((n / step).round() * step),
        false => plot::number(n),
    };
    Some(format!("{} to {}\n{rows}", round(bar.from), round(bar.to)))
}

/// The values that occur most often, each with a bar, its rows and its share.
fn frequent(ui: &mut Ui, known: &ColumnFacts) {
    /// Room for the bar, for the number of rows, and for the share.
    const ROOM: [f32; 3] = [64.0, 64.0, 56.0];
    if known.frequent.is_empty() {
        return;
    }
    ui.label(theme::caption(ui, "Most frequent"));
    let most = known.frequent.iter().map(|(_, n)| *n).max().unwrap_or(1);
    for (value, n) in &known.frequent {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
        let share = *n as f64 / known.rows.max(1) as f64 * 100.0;
        let (rows, share) = (text::grouped(*n), format!("{share:.1} %"));
        let words = value.shown();
        response.widget_info(|| {
            let words = format!("{words}: {rows} rows, {share}");
            WidgetInfo::labeled(Role::ListItem, true, words)
        });
        let p = theme::palette(ui);
        let rect = paint::before(rect, space::M);
        let mut left = rect.right() - ROOM.iter().sum::<f32>();
        let name = rect.with_max_x((left - space::S).max(rect.left()));
        let mut place = |width: f32| {
            let place = rect.with_min_x(left).with_max_x(left + width);
            left += width;
            place
        };
        let track = place(ROOM[0]);
        let long = track.width() * (*n as f32 / most.max(1) as f32);
        let bar = Rect::from_center_size(track.center(), vec2(track.width(), 8.0));
        let bar = bar.with_max_x(bar.left() + long.max(2.0));
        ui.painter()
            .rect_filled(bar, CornerRadius::same(2), p.accent_soft);
        for (words, width) in [(rows, ROOM[1]), (share, ROOM[2])] {
            let (place, align) = (place(width), Align2::RIGHT_CENTER);
            let painter = ui.painter();
            paint::text(painter, place, align, &words, paint::body(), p.secondary);
        }
        told(ui, response, name, &words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use crate::data::Value;
    use egui_kittest::kittest::Queryable;

    fn facts() -> ColumnFacts {
        let bar = |from: f64| crate::data::Bar {
            from,
            to: from + 0.5,
            rows: 1_234,
        };
        ColumnFacts {
            column: "price".into(),
            rows: 20_000,
            nulls: 3,
            empty: 0,
            numbers: 19_997,
            distinct: 12_267,
            least: Value::Real(0.5),
            largest: Value::Real(1.5),
            mean: Some(1.0 / 3.0),
            histogram: vec![bar(0.5), bar(1.0)],
            frequent: Vec::new(),
        }
    }

    #[test]
    fn a_bar_says_where_it_stands_and_how_many_rows_it_is() {
        let known = facts();
        for (at, words) in [
            (0.4, None),
            (0.5, Some("0.5 to 1\n1,234 rows")),
            (0.75, Some("0.5 to 1\n1,234 rows")),
            (1.2, Some("1 to 1.5\n1,234 rows")),
            (1.6, None),
        ] {
            assert_eq!(bar_words(&known, at).as_deref(), words, "{at}");
        }
    }

    #[test]
    fn numbers_stand_below_each_other_and_nothing_is_cut_beside_or_below() {
        for width in [700.0, 400.0] {
            let mut window = harness(Vec::new(), move |ui, out| {
                let pane = Rect::from_min_size(ui.cursor().min, vec2(width, height(width)));
                let mut ui = ui.new_child(UiBuilder::new().max_rect(pane));
                show(&mut ui, "price", Some(&Ok(facts())), out);
                let reached = ui.min_rect();
                assert!(reached.bottom() <= pane.bottom() + 0.5, "{reached} {pane}");
            });
            window.run();
            let ends: Vec<_> = ["20,000", "12,267", "3", "0.3333333"]
                .iter()
                .map(|words| {
                    let shapes = window.output().shapes.iter();
                    let ends = shapes.filter_map(|s| match &s.shape {
                        egui::Shape::Text(t) if t.galley.text() == *words => {
                            Some(t.pos.x + t.galley.size().x)
                        }
                        _ => None,
                    });
                    ends.fold(f32::MIN, f32::max)
                })
                .collect();
            assert!(
                ends.iter().all(|end| (end - ends[0]).abs() < 1.5),
                "{ends:?}"
            );
            assert!(window.query_by_label("Largest: 1.5").is_some());
        }
    }
}
