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

/// A column of words that would have less is left out: a few letters tell nothing.
const LEAST_WORDS: f32 = 56.0;

/// The first column of a small table has no less, as far as that leaves the others most of the room.
const LEAST_FIRST: f32 = 120.0;

/// The widths that columns have beside a first one in `room` points, each with its gap before it: what they want
/// (width, whether numbers stand in it, gap), and in a narrow table less. Words give way first; 0 is left out.
pub fn beside_first(room: f32, wanted: &[(f32, bool, f32)]) -> Vec<f32> {
    let left = room - LEAST_FIRST.min(room * 0.4) - wanted.iter().map(|(.., gap)| gap).sum::<f32>();
    let sum = |of_numbers: bool| -> f32 {
        let of = wanted.iter().filter(|(_, number, _)| *number == of_numbers);
        of.map(|(width, ..)| width).sum()
    };
    let (words, numbers) = (sum(false), sum(true));
    let share = |left: f32, wanted: f32| (left / wanted.max(1.0)).clamp(0.0, 1.0);
    let (of_words, of_numbers) = (share(left - numbers, words), share(left, numbers));
    let width = |(width, number, _): &(f32, bool, f32)| match number {
        true => width * of_numbers,
        false if width * of_words < LEAST_WORDS.min(*width) => 0.0,
        false => width * of_words,
    };
    wanted.iter().map(width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;

    #[test]
    fn in_a_narrow_table_words_give_way_to_the_first_column_and_numbers_stay() {
        const GAP: f32 = 8.0;
        let (from, columns, rows) = ((110.0, false, GAP), (56.0, true, GAP), (72.0, true, GAP));
        let original = (136.0, false, GAP);
        assert_eq!(
            beside_first(400.0, &[from, columns, rows]),
            [110.0, 56.0, 72.0]
        );
        // What a window of 900 points leaves.
        assert_eq!(
            beside_first(282.0, &[from, columns, rows]),
            [0.0, 56.0, 72.0]
        );
        let [calls, less] = beside_first(282.0, &[columns, original])[..] else {
            panic!("two columns");
        };
        assert_eq!(calls, 56.0);
        assert!((LEAST_WORDS..136.0).contains(&less), "{less}");
        for room in [0.0, 40.0, 120.0, 200.0, 282.0, 600.0] {
            let widths = beside_first(room, &[from, columns, rows]);
            let first = room - widths.iter().sum::<f32>() - 3.0 * GAP;
            assert!(room < 40.0 || first > 0.0, "{room}: {widths:?}");
        }
    }

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
