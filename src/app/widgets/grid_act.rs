//! What a person does in a grid with keys and by its menu. Draws nothing but the menu.

use egui::{EventFilter, Key, Modifiers, Response, Ui};

use super::grid::{Asked, Grid};
use super::menu;
use crate::app::icons::Icon;
use crate::session::text;

impl Grid<'_> {
    /// What can be done with what is marked.
    pub(super) fn menu(&self, ui: &mut Ui) -> Option<Asked> {
        let item = |words| menu::Item::new(words);
        let mut chosen = None;
        let mut choose = |is: bool, what| chosen = is.then_some(what).or(chosen.take());
        if !self.several() {
            choose(item("Show in full").shortcut("Enter").show(ui), Asked::Open);
            let copy = item("Copy cell").icon(Icon::Copy).shortcut("Ctrl+C");
            choose(copy.show(ui), Asked::CopyCell);
        }
        let words = match &self.selected {
            Some(rows) if self.several() => {
                let n = rows.end() - rows.start() + 1;
                format!("Copy {} rows", text::grouped(n))
            }
            _ => "Copy row".to_owned(),
        };
        let copy = item(&words).icon(Icon::Copy).shortcut("Ctrl+Shift+C");
        choose(copy.show(ui), Asked::CopyRows);
        if !self.several()
            && let Some((_, column)) = self.cursor
        {
            menu::separator(ui);
            return self.column_menu(ui, column).or(chosen);
        }
        chosen
    }

    /// What can be done with a column.
    pub(super) fn column_menu(&self, ui: &mut Ui, column: usize) -> Option<Asked> {
        let mut chosen = None;
        let mut choose = |is: bool, what| chosen = is.then_some(what).or(chosen.take());
        if self.can_sort {
            let sorted = self.columns.get(column).and_then(|head| head.sorted);
            for (words, icon, order) in [
                ("Sort smallest first", Icon::ArrowUp, false),
                ("Sort largest first", Icon::ArrowDown, true),
            ] {
                // What holds already is chosen to be undone.
                let holds = sorted == Some(order);
                let words = if holds { "Don't sort" } else { words };
                let item = menu::Item::new(words).icon(if holds { Icon::Close } else { icon });
                let wanted = (!holds).then_some(order);
                choose(item.show(ui), Asked::Order(column, wanted));
            }
            let facts = menu::Item::new("Column facts").icon(Icon::Info);
            choose(facts.show(ui), Asked::Facts(column));
        }
        let copy = menu::Item::new("Copy column name").icon(Icon::Copy);
        choose(copy.show(ui), Asked::CopyName(column));
        chosen
    }

    pub(super) fn several(&self) -> bool {
        let rows = self.selected.as_ref();
        rows.is_some_and(|rows| rows.start() < rows.end())
    }

    /// What keys ask for while the grid has the keyboard; `seen` rows are a page.
    pub(super) fn keys(&self, ui: &Ui, list: &Response, seen: f64) -> Option<Asked> {
        if !list.has_focus() || self.rows == 0 {
            return None;
        }
        let filter = EventFilter {
            vertical_arrows: true,
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|m| m.set_focus_lock_filter(list.id, filter));
        let (row, column) = self.cursor.unwrap_or((0, 0));
        let (last, page) = (self.rows - 1, (seen as u64).max(2) - 1);
        let wide = self.columns.len().saturating_sub(1);
        let (mut to, mut extend) = (None, false);
        ui.input_mut(|i| {
            if i.consume_key(Modifiers::NONE, Key::Enter) {
                to = Some(None);
            }
            for (modifiers, key, row, column) in [
                (Modifiers::COMMAND, Key::Home, 0, 0),
                (Modifiers::COMMAND, Key::End, last, wide),
                (Modifiers::NONE, Key::ArrowDown, (row + 1).min(last), column),
                (Modifiers::NONE, Key::ArrowUp, row.saturating_sub(1), column),
                (
                    Modifiers::NONE,
                    Key::PageDown,
                    (row + page).min(last),
                    column,
                ),
                (
                    Modifiers::NONE,
                    Key::PageUp,
                    row.saturating_sub(page),
                    column,
                ),
                (
                    Modifiers::NONE,
                    Key::ArrowRight,
                    row,
                    (column + 1).min(wide),
                ),
                (
                    Modifiers::NONE,
                    Key::ArrowLeft,
                    row,
                    column.saturating_sub(1),
                ),
                (Modifiers::NONE, Key::Home, row, 0),
                (Modifiers::NONE, Key::End, row, wide),
            ] {
                let shift = i.consume_key(modifiers | Modifiers::SHIFT, key);
                if shift || i.consume_key(modifiers, key) {
                    to = Some(Some((row, column)));
                    extend = shift;
                }
            }
        });
        Some(match to? {
            None => Asked::Open,
            Some((row, column)) => Asked::Mark(row, column, extend),
        })
    }
}
