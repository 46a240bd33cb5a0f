//! The facts of a column: figures, and how its values are spread.

use egui::{Align2, CornerRadius, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};
use egui_plot::{Bar, BarChart, Plot};

use crate::app::action::DataAction;
use crate::app::icons::Icon;
use crate::app::model::problem::Problem;
use crate::app::theme::{self, size, space};
use crate::app::widgets::button::Button;
use crate::app::widgets::facts::{self, Fact};
use crate::app::widgets::paint;
use crate::data::ColumnFacts;
use crate::session::text;

/// Draws the pane.
pub fn show(
    ui: &mut Ui,
    column: &str,
    known: Option<&Result<ColumnFacts, Problem>>,
    out: &mut Vec<DataAction>,
) {
    ui.horizontal(|ui| {
        ui.label(theme::strong(text::one_line(column)));
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
    ScrollArea::vertical()
        .auto_shrink(false)
        .id_salt("facts")
        .show(ui, |ui| {
            let fact = |label, value: String| Fact {
                label,
                value,
                tip: String::new(),
            };
            let short = |value: &crate::data::Value| super::short(&value.shown(), 48);
            let mut all = vec![
                fact("Rows", text::grouped(known.rows)),
                fact("Different", text::grouped(known.distinct)),
                fact("NULL", text::grouped(known.nulls)),
                fact("Empty", text::grouped(known.empty)),
                fact("Least", short(&known.least)),
                fact("Largest", short(&known.largest)),
            ];
            if let Some(mean) = known.mean {
                all.push(fact("Mean", format!("{mean:.6}")));
            }
            ui.spacing_mut().item_spacing.y = 0.0;
            facts::show(ui, &all);
            ui.add_space(space::S);
            if known.histogram.is_empty() {
                frequent(ui, known);
                return;
            }
            let fill = theme::palette(ui).accent;
            let bars = known.histogram.iter().map(|b| {
                let bar = Bar::new((b.from + b.to) / 2.0, b.rows as f64);
                bar.width(b.to - b.from).fill(fill)
            });
            let chart = BarChart::new("Rows", bars.collect()).color(fill);
            Plot::new(("histogram", column))
                .grid_color(theme::palette(ui).hairline)
                .height(110.0)
                .allow_scroll(false)
                .allow_drag(false)
                .allow_zoom(false)
                .show(ui, |plot| plot.bar_chart(chart));
        });
}

/// The values that occur most often, each with its rows, its share and a bar.
fn frequent(ui: &mut Ui, known: &ColumnFacts) {
    /// Room for the number of rows, for the share, and for the bar.
    const ROOM: [f32; 3] = [72.0, 56.0, 120.0];
    if known.frequent.is_empty() {
        return;
    }
    ui.label(theme::caption(ui, "Most frequent"));
    let most = known.frequent.iter().map(|(_, n)| *n).max().unwrap_or(1);
    for (value, n) in &known.frequent {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), size::HEADER), Sense::hover());
        let share = *n as f64 / known.rows.max(1) as f64 * 100.0;
        let (rows, share) = (text::grouped(*n), format!("{share:.1} %"));
        let words = value.shown();
        response.widget_info(|| {
            let words = format!("{words}: {rows} rows, {share}");
            WidgetInfo::labeled(Role::ListItem, true, words)
        });
        let p = theme::palette(ui);
        let mut left = rect.left();
        let mut place = |width: f32| {
            let place = rect.with_min_x(left).with_max_x(left + width);
            left += width;
            place
        };
        for (words, width) in [(rows, ROOM[0]), (share, ROOM[1])] {
            let place = place(width);
            let align = Align2::RIGHT_CENTER;
            paint::text(
                ui.painter(),
                place,
                align,
                &words,
                paint::body(),
                p.secondary,
            );
        }
        let track = paint::after(place(ROOM[2]), space::M);
        let long = track.width() * (*n as f32 / most.max(1) as f32);
        let bar = Rect::from_center_size(track.center(), vec2(track.width(), 8.0));
        let bar = bar.with_max_x(bar.left() + long.max(2.0));
        ui.painter()
            .rect_filled(bar, CornerRadius::same(2), p.track);
        let name = paint::after(rect, ROOM.iter().sum::<f32>() + space::M);
        if paint::name(ui.painter(), name, &words, paint::body(), p.text) {
            response.on_hover_text(words);
        }
    }
}
