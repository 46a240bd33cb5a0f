//! A list of any length of which only what is seen is drawn, with one marked row and the keyboard on it.
//! The base of the file tree, the plan and the palette.

use egui::{
    CornerRadius, EventFilter, Key, Modifiers, Rect, Response, Role, ScrollArea, Sense, Ui,
    WidgetInfo, pos2, vec2,
};

use super::paint;
use crate::app::theme::{self, size};

/// A list.
#[derive(Debug, Clone, Copy)]
pub struct List<'a> {
    /// Its name, read aloud; one name once in the window.
    pub name: &'a str,
    /// What it is: `Role::List`, `Role::Tree`, `Role::ListBox`.
    pub role: Role,
    /// How many rows it has.
    pub rows: usize,
    /// The marked row.
    pub marked: Option<usize>,
    /// Whether the marked row is brought into view now.
    pub reveal: bool,
}

/// What happened to a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The row that the person marked, if it is another one.
    pub marked: Option<usize>,
    /// Whether the list has the keyboard.
    pub focused: bool,
}

/// One visible row, for who draws it.
pub struct Row<'a> {
    /// Its number.
    pub index: usize,
    /// Its place.
    pub rect: Rect,
    /// Clicks, the pointer, the context menu; has no name yet.
    pub response: &'a Response,
}

impl List<'_> {
    /// Draws the list in what is left of `ui`; `draw` draws a row over its background.
    pub fn show(self, ui: &mut Ui, mut draw: impl FnMut(&mut Ui, Row<'_>)) -> Outcome {
        let id = ui.make_persistent_id(self.name);
        let place = ui.available_rect_before_wrap();
        let list = ui.interact(place, id, Sense::focusable_noninteractive());
        list.widget_info(|| WidgetInfo::labeled(self.role, ui.is_enabled(), self.name));
        let page = (place.height() / size::ROW).floor().max(1.0) as usize;
        let moved = self.keys(ui, &list, page);
        let mut outcome = Outcome {
            marked: moved,
            focused: list.has_focus(),
        };
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::vertical()
            .id_salt(self.name)
            .min_scrolled_height(0.0)
            .auto_shrink([false, false]);
        area.show_viewport(ui, |ui, viewport| {
            ui.set_height(self.rows as f32 * size::ROW);
            let top = ui.max_rect().top();
            let row_rect = |i: usize| {
                let left = pos2(ui.max_rect().left(), top + i as f32 * size::ROW);
                Rect::from_min_size(left, vec2(ui.max_rect().width(), size::ROW))
            };
            let shown = moved.or(self.marked.filter(|_| self.reveal));
            if let Some(i) = shown.filter(|i| *i < self.rows) {
                ui.scroll_to_rect(row_rect(i), None);
            }
            let first = (viewport.min.y / size::ROW).floor().max(0.0) as usize;
            let last = ((viewport.max.y / size::ROW).ceil().max(0.0) as usize).min(self.rows);
            let rects: Vec<_> = (first..last).map(|i| (i, row_rect(i))).collect();
            for (index, rect) in rects {
                let response = ui.interact(rect, id.with(index), Sense::CLICK);
                if response.clicked() || response.secondary_clicked() {
                    outcome.marked = Some(index);
                    list.request_focus();
                }
                self.background(ui, rect, &response, index, list.has_focus());
                draw(
                    ui,
                    Row {
                        index,
                        rect,
                        response: &response,
                    },
                );
            }
        });
        paint::focus_inside(ui, &list, place);
        outcome.marked = outcome.marked.filter(|i| Some(*i) != self.marked);
        outcome
    }

    fn background(&self, ui: &Ui, rect: Rect, response: &Response, index: usize, focused: bool) {
        let p = theme::palette(ui);
        let fill = match (self.marked == Some(index), response.hovered()) {
            (true, _) if focused => p.selection,
            (true, _) => p.selection_idle,
            (false, true) => p.hover,
            (false, false) => return,
        };
        ui.painter().rect_filled(rect, CornerRadius::ZERO, fill);
    }

    fn keys(&self, ui: &Ui, list: &Response, page: usize) -> Option<usize> {
        if !list.has_focus() || self.rows == 0 {
            return None;
        }
        let filter = EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|m| m.set_focus_lock_filter(list.id, filter));
        stepped(ui, self.marked, self.rows, page)
    }
}

/// Where the keys lead from `marked` in a list of `rows`, of which a `page` is seen at once.
pub fn stepped(ui: &Ui, marked: Option<usize>, rows: usize, page: usize) -> Option<usize> {
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let last = rows.checked_sub(1)?;
    let at = marked.unwrap_or(0);
    if pressed(Key::ArrowDown) {
        Some(marked.map_or(0, |i| (i + 1).min(last)))
    } else if pressed(Key::ArrowUp) {
        Some(marked.map_or(last, |i| i.saturating_sub(1)))
    } else if pressed(Key::PageDown) {
        Some((at + page).min(last))
    } else if pressed(Key::PageUp) {
        Some(at.saturating_sub(page))
    } else if pressed(Key::Home) {
        Some(0)
    } else if pressed(Key::End) {
        Some(last)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn a_hundred_thousand_rows_are_walked_by_keyboard_and_few_are_drawn() {
        let mut window = harness((None, 0), |ui, (marked, drawn)| {
            *drawn = 0;
            let list = List {
                name: "Numbers",
                role: Role::List,
                rows: 100_000,
                marked: *marked,
                reveal: false,
            };
            let outcome = list.show(ui, |ui, row| {
                *drawn += 1;
                let words = format!("row {}", row.index);
                row.response
                    .widget_info(|| WidgetInfo::labeled(Role::ListItem, ui.is_enabled(), &words));
            });
            *marked = outcome.marked.or(*marked);
        });
        window.get_by_label("row 3").click();
        window.run();
        assert_eq!(window.state().0, Some(3));
        for (key, at) in [
            (Key::ArrowDown, 4),
            (Key::ArrowUp, 3),
            (Key::End, 99_999),
            (Key::ArrowDown, 99_999),
            (Key::Home, 0),
            (Key::ArrowUp, 0),
        ] {
            window.key_press(key);
            window.run();
            assert_eq!(window.state().0, Some(at), "{key:?}");
        }
        window.key_press(Key::End);
        window.run();
        assert!(
            window.query_by_label("row 99999").is_some(),
            "the marked row is in view"
        );
        assert!(window.state().1 < 40, "{} rows drawn", window.state().1);
    }
}
