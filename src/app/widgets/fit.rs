//! How wide a column has to be for what stands in it, and at which side its head stands.

use std::borrow::Cow;

use egui::Ui;

use super::paint;
use crate::app::theme::space;

/// Least and largest width that values give a column.
const WIDTHS: std::ops::RangeInclusive<f32> = 64.0..=320.0;

/// Room for the arrow of the order.
const ARROW: f32 = 16.0;

/// As many characters are measured.
const MEASURED: usize = 80;

/// Width of a column with this head and these cells (what each says, whether it stands at the right, whether
/// it is pale), and whether most of them stand at the right.
pub fn column<'c>(
    ui: &Ui,
    head: &str,
    cells: impl Iterator<Item = (Cow<'c, str>, bool, bool)>,
) -> (f32, bool) {
    let measure = |words: &str, font| {
        let beginning: String = words.chars().take(MEASURED).collect();
        // A point more, as text is drawn on whole pixels.
        paint::measure(ui.painter(), &beginning, &font) + 2.0 * space::S + 1.0
    };
    let mut width = measure(head, paint::small()) + ARROW;
    let (mut right, mut left) = (0, 0);
    for (words, at_right, pale) in cells {
        width = width.max(measure(&words, paint::body()));
        right += usize::from(at_right);
        left += usize::from(!at_right && !pale);
    }
    let width = width.clamp(*WIDTHS.start(), *WIDTHS.end()).ceil();
    (width, right > left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;

    #[test]
    fn a_column_is_as_wide_as_what_stands_in_it_and_numbers_take_their_head_along() {
        let window = harness(Vec::new(), |ui, found: &mut Vec<(f32, bool)>| {
            let long = "x".repeat(500);
            found.clear();
            for cells in [
                vec![("7", true, false)],
                vec![("2025-01-01T00:00:00", false, false)],
                vec![(long.as_str(), false, false)],
                vec![("NULL", false, true), ("12", true, false)],
            ] {
                let cells = cells.iter().map(|(w, r, p)| (Cow::from(*w), *r, *p));
                found.push(column(ui, "id", cells));
            }
        });
        let found = window.state();
        assert_eq!(found[0], (*WIDTHS.start(), true));
        assert!(found[1].0 > 100.0 && found[1].0 < 200.0, "{found:?}");
        assert_eq!(found[2], (*WIDTHS.end(), false));
        assert!(found[3].1, "what is NULL doesn't count");
    }
}
