//! The facts of a column: figures, and how its values are spread.

use egui::{ScrollArea, Ui};
use egui_plot::{Bar, BarChart, Plot};

use crate::app::action::DataAction;
use crate::app::icons::Icon;
use crate::app::model::problem::Problem;
use crate::app::theme::{self, space};
use crate::app::widgets::button::Button;
use crate::app::widgets::facts::{self, Fact};
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
                let frequent = known.frequent.iter().map(|(value, n)| {
                    let share = *n as f64 / known.rows.max(1) as f64 * 100.0;
                    format!("{}  ({share:.1} %)  {}", text::grouped(*n), short(value))
                });
                for line in frequent {
                    ui.label(line);
                }
                return;
            }
            let fill = theme::palette(ui).accent;
            let bars = known.histogram.iter().map(|b| {
                let bar = Bar::new((b.from + b.to) / 2.0, b.rows as f64);
                bar.width(b.to - b.from).fill(fill)
            });
            let chart = BarChart::new("Rows", bars.collect()).color(fill);
            Plot::new(("histogram", column))
                .height(110.0)
                .allow_scroll(false)
                .allow_drag(false)
                .allow_zoom(false)
                .show(ui, |plot| plot.bar_chart(chart));
        });
}
