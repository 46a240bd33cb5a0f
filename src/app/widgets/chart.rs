//! A chart of what each of many things takes: a column each, or a column for several neighbours where
//! there are more than the width has room for.

use std::ops::Range;

use egui::{
    Align2, CornerRadius, Key, Modifiers, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::{form, number, paint};
use crate::app::theme::{self, size, space};
use crate::session::text;

/// Height of the columns.
const HEIGHT: f32 = 120.0;

/// Width of the widest column with its gap.
const WIDEST: f32 = 28.0;

/// Width of the narrowest column with its gap.
const NARROWEST: f32 = 4.0;

/// A chart.
pub struct Chart<'a> {
    /// Its name, read aloud.
    pub name: &'a str,
    /// What each thing takes, in the order of the columns.
    pub bytes: &'a [u64],
    /// The thing that stands out.
    pub current: Option<usize>,
    /// What a thing is called.
    pub label: &'a dyn Fn(usize) -> String,
    /// Words under the first and the last column.
    pub ends: (&'a str, &'a str),
}

/// A column: which things stand in it, and what they take together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The things in it.
    pub things: Range<usize>,
    /// What they take together.
    pub bytes: u64,
}

/// At most `most` columns for `bytes`, each for equally many neighbours but perhaps the last.
pub fn columns(bytes: &[u64], most: usize) -> Vec<Column> {
    let each = bytes.len().div_ceil(most.max(1)).max(1);
    let sum = |part: &[u64]| part.iter().fold(0u64, |sum, n| sum.saturating_add(*n));
    let column = |(i, part): (usize, &[u64])| Column {
        things: i * each..i * each + part.len(),
        bytes: sum(part),
    };
    bytes.chunks(each).enumerate().map(column).collect()
}

impl Column {
    /// The thing that takes most of it.
    fn largest(&self, bytes: &[u64]) -> usize {
        let of = |i: &usize| bytes.get(*i).copied().unwrap_or(0);
        self.things
            .clone()
            .max_by_key(of)
            .unwrap_or(self.things.start)
    }
}

impl Chart<'_> {
    /// Draws it over the whole width; the thing that the person went to, if any.
    pub fn show(&self, ui: &mut Ui) -> Option<usize> {
        let p = theme::palette(ui);
        let (rect, response) = ui.allocate_exact_size(
            vec2(ui.available_width(), HEIGHT + size::ICON + space::S),
            Sense::click(),
        );
        let plot = Rect::from_min_size(rect.min, vec2(rect.width(), HEIGHT));
        let columns = columns(self.bytes, (plot.width() / NARROWEST) as usize);
        let highest = columns.iter().map(|c| c.bytes).max().unwrap_or(0);
        response.widget_info(|| {
            let words = format!(
                "{}: {}",
                self.name,
                text::count(self.bytes.len(), "session", "sessions")
            );
            WidgetInfo::labeled(Role::ListBox, ui.is_enabled(), words)
        });
        let pitch = (plot.width() / columns.len().max(1) as f32).min(WIDEST);
        let slot = |i: usize| {
            let left = pos2(plot.left() + i as f32 * pitch, plot.top());
            Rect::from_min_size(left, vec2(pitch, plot.height()))
        };
        let under = response
            .hover_pos()
            .map(|at| ((at.x - plot.left()) / pitch) as usize);
        let marked = self.marked(ui, &response, columns.len());
        for (i, column) in columns.iter().enumerate() {
            let is_current = self.current.is_some_and(|c| column.things.contains(&c));
            let colour = match (is_current, under == Some(i) || marked == Some(i)) {
                (true, false) => p.accent,
                (true, true) => p.accent_hover,
                (false, true) => p.accent_soft.lerp_to_gamma(p.accent, 0.4),
                (false, false) => p.accent_soft,
            };
            let height = number::share(column.bytes, highest) * plot.height();
            let pixel = 1.0 / ui.pixels_per_point();
            let slot = slot(i);
            let gap = if pitch > 8.0 { 2.0 } else { pixel };
            let bottom = pos2(slot.right() - gap, slot.bottom());
            let top = pos2(slot.left(), slot.bottom() - height.max(pixel));
            let radius = if pitch > 8.0 {
                CornerRadius {
                    nw: 2,
                    ne: 2,
                    sw: 0,
                    se: 0,
                }
            } else {
                CornerRadius::ZERO
            };
            ui.painter()
                .rect_filled(Rect::from_min_max(top, bottom), radius, colour);
        }
        paint::hairline_below(ui.painter(), plot.translate(vec2(0.0, 1.0)), p);
        let ends = Rect::from_min_max(pos2(rect.left(), plot.bottom() + space::XS), rect.max);
        paint::text(
            ui.painter(),
            ends,
            Align2::LEFT_CENTER,
            self.ends.0,
            paint::small(),
            p.secondary,
        );
        let last = pitch * columns.len() as f32;
        let ends = ends.with_max_x(
            (ends.left() + last).clamp(ends.left() + 160.0, ends.right().max(ends.left() + 160.0)),
        );
        // One column has one age.
        if columns.len() > 1 {
            paint::text(
                ui.painter(),
                ends,
                Align2::RIGHT_CENTER,
                self.ends.1,
                paint::small(),
                p.secondary,
            );
        }
        paint::focus(ui, &response, rect, size::RADIUS);
        let at = under.filter(|i| *i < columns.len());
        let chosen = if response.clicked() && at.is_some() {
            at
        } else {
            self.entered(ui, &response, marked)
        };
        let found = chosen
            .and_then(|i| columns.get(i))
            .map(|c| c.largest(self.bytes));
        if let Some(column) = at.or(marked).and_then(|i| columns.get(i)) {
            response.on_hover_text_at_pointer(self.words(column));
        }
        found
    }

    fn words(&self, column: &Column) -> String {
        let size = text::bytes(column.bytes);
        match column.things.len() {
            1 => format!("{}\n{size}", (self.label)(column.things.start)),
            n => format!(
                "{} to {}\n{}, {size}",
                (self.label)(column.things.start),
                (self.label)(column.things.end - 1),
                text::count(n, "session", "sessions"),
            ),
        }
    }

    /// The column that the keyboard is on.
    fn marked(&self, ui: &Ui, response: &Response, columns: usize) -> Option<usize> {
        if !response.has_focus() || columns == 0 {
            return None;
        }
        let before = ui
            .data(|d| d.get_temp::<usize>(response.id))
            .unwrap_or(columns - 1);
        let now = form::stepped(ui, response, before, columns)
            .unwrap_or(before)
            .min(columns - 1);
        ui.data_mut(|d| d.insert_temp(response.id, now));
        Some(now)
    }

    fn entered(&self, ui: &Ui, response: &Response, marked: Option<usize>) -> Option<usize> {
        let enter =
            response.has_focus() && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
        marked.filter(|_| enter || response.clicked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;
    use proptest::prelude::*;

    #[test]
    fn columns_stand_for_one_each_or_for_equally_many() {
        let column = |things, bytes| Column { things, bytes };
        assert_eq!(columns(&[], 10), []);
        assert_eq!(columns(&[1, 2], 10), [column(0..1, 1), column(1..2, 2)]);
        assert_eq!(
            columns(&[1, 2, 3, 4, 5], 2),
            [column(0..3, 6), column(3..5, 9)]
        );
        assert_eq!(columns(&[1, 2], 0), [column(0..2, 3)]);
        assert_eq!(columns(&[1, 2], 0)[0].largest(&[1, 2]), 1);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_there_are_not_too_many(bytes in prop::collection::vec(0u64..1 << 40, 0..3000), most in 1usize..400) {
            let columns = columns(&bytes, most);
            prop_assert!(columns.len() <= most);
            prop_assert_eq!(columns.iter().map(|c| c.bytes).sum::<u64>(), bytes.iter().sum::<u64>());
            prop_assert_eq!(columns.iter().map(|c| c.things.len()).sum::<usize>(), bytes.len());
        }
    }

    #[test]
    fn a_column_is_chosen_by_pointer_and_by_keyboard() {
        let mut window = harness(None, |ui, chosen| {
            let bytes = [10, 20, 30];
            let label = |i: usize| format!("session {i}");
            let chart = Chart {
                name: "Sizes",
                bytes: &bytes,
                current: Some(2),
                label: &label,
                ends: ("old", "new"),
            };
            *chosen = chart.show(ui).or(*chosen);
        });
        let chart = window.get_by_label("Sizes: 3 sessions").rect();
        window.hover_at(pos2(chart.left() + WIDEST * 1.5, chart.top() + 20.0));
        window.run();
        window.drag_at(pos2(chart.left() + WIDEST * 1.5, chart.top() + 20.0));
        window.drop_at(pos2(chart.left() + WIDEST * 1.5, chart.top() + 20.0));
        window.run();
        assert_eq!(*window.state(), Some(1));
        window.get_by_label("Sizes: 3 sessions").focus();
        window.run();
        window.key_press(Key::ArrowLeft);
        window.run();
        window.key_press(Key::ArrowLeft);
        window.run();
        window.key_press(Key::Enter);
        window.run();
        assert_eq!(*window.state(), Some(0));
    }
}
