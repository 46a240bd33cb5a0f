//! Rows and columns of any number, of which only what is seen is asked for and drawn. Where it stands is
//! kept in rows as a number of double precision: five million rows are more points than a single one tells apart.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

use egui::{
    Align2, CornerRadius, CursorIcon, Id, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::scroll_bar::bar;
use super::{fit, menu, paint};
use crate::app::icons::Icon;
use crate::app::theme::{self, size, space};
use crate::session::text;

/// Height of a row.
const ROW: f32 = 24.0;

/// Width of a column before its values are there, and at least.
const WIDTH: (f32, f32) = (128.0, 48.0);

/// Columns that are fitted to their values; more than that are seldom looked at.
const MOST_FITTED: usize = 200;

/// Width of a scroll bar.
const BAR: f32 = 10.0;

/// A column's head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its name.
    pub name: String,
    /// What it is declared as, for the tooltip.
    pub tip: String,
    /// Sorted by it: with the largest first, or not.
    pub sorted: Option<bool>,
}

/// A grid.
pub struct Grid<'a> {
    /// Its name, read aloud.
    pub name: &'a str,
    /// What is remembered of it is remembered for this.
    pub key: Id,
    /// What has the keyboard.
    pub id: Id,
    /// Its columns.
    pub columns: &'a [Head],
    /// How many rows it has.
    pub rows: u64,
    /// The marked cell.
    pub cursor: Option<(u64, usize)>,
    /// The selected rows.
    pub selected: Option<RangeInclusive<u64>>,
    /// Whether its columns are those of a table, which can be sorted and have facts.
    pub can_sort: bool,
}

/// A cell.
pub struct Cell<'a> {
    /// What it says.
    pub text: Cow<'a, str>,
    /// Whether it stands at the right.
    pub right: bool,
    /// Whether it is paler than the others.
    pub pale: bool,
}

/// What the person did.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// Marked a cell; whether the selection reaches to it.
    Mark(u64, usize, bool),
    /// Wants the marked cell in full.
    Open,
    /// Wants the marked cell on the clipboard.
    CopyCell,
    /// Wants the selected rows there.
    CopyRows,
    /// Pressed the head of a column.
    Sort(usize),
    /// Wants a column sorted with the largest first, the smallest first, or not.
    Order(usize, Option<bool>),
    /// Wants to know more of a column.
    Facts(usize),
    /// Wants the name of a column on the clipboard.
    CopyName(usize),
}

/// Where it stands, from frame to frame.
#[derive(Debug, Clone, Default)]
struct State {
    top: f64,
    left: f32,
    widths: Vec<f32>,
    /// Columns whose values stand at the right, as their heads do then.
    right: Vec<bool>,
    /// The names of the columns that were fitted to their values.
    fitted: Option<Id>,
    cursor: Option<(u64, usize)>,
}

impl Grid<'_> {
    /// Draws it in what is left of `ui`: which rows are seen, and what the person did.
    pub fn show<'c>(
        &self,
        ui: &mut Ui,
        cell: impl Fn(u64, usize) -> Option<Cell<'c>>,
    ) -> (Range<u64>, Option<Asked>) {
        let place = ui.available_rect_before_wrap();
        ui.allocate_rect(place, Sense::hover());
        let mut state: State = ui.data(|d| d.get_temp(self.key)).unwrap_or_default();
        state.widths.resize(self.columns.len(), WIDTH.0);
        state.right.resize(self.columns.len(), false);
        let digits = text::grouped(self.rows.max(10)).len() as f32;
        let gutter = (digits * 7.0 + 2.0 * space::S).round();
        let body = Rect::from_min_max(
            pos2(place.left() + gutter, place.top() + size::HEADER),
            place.max - vec2(BAR, BAR),
        );
        let list = ui.interact(place, self.id, Sense::focusable_noninteractive());
        list.widget_info(|| WidgetInfo::labeled(Role::Grid, ui.is_enabled(), self.name));
        let seen = f64::from(body.height() / ROW);
        let mut asked = self.keys(ui, &list, seen);
        self.follow(&mut state, body, seen);
        self.scroll(ui, place, body, &mut state, seen);
        let first = state.top.floor().max(0.0) as u64;
        let last = ((state.top + seen).ceil().max(0.0) as u64).min(self.rows);
        self.fit(ui, &mut state, first..last, &cell);
        for row in first..last {
            let y = body.top() + ((row as f64 - state.top) * f64::from(ROW)) as f32;
            let clicked = self.row(ui, (place, body), y, row, &state, &list, &cell);
            asked = clicked.or(asked);
        }
        let head = self.header(ui, place, body, &mut state);
        if head
            .as_ref()
            .is_some_and(|asked| !matches!(asked, Asked::Sort(_)))
        {
            // The keyboard was in the menu.
            list.request_focus();
        }
        asked = head.or(asked);
        paint::focus_inside(ui, &list, place);
        ui.data_mut(|d| d.insert_temp(self.key, state));
        (first..last.max(first + 1), asked)
    }

    /// Gives the columns the width of their values, once those are there; a person may change it then.
    fn fit<'c>(
        &self,
        ui: &Ui,
        state: &mut State,
        rows: Range<u64>,
        cell: &impl Fn(u64, usize) -> Option<Cell<'c>>,
    ) {
        let names: Vec<_> = self.columns.iter().map(|c| &c.name).collect();
        let names = Id::unique(names);
        if state.fitted == Some(names) || !rows.clone().any(|row| cell(row, 0).is_some()) {
            return;
        }
        state.fitted = Some(names);
        for (i, head) in self.columns.iter().enumerate().take(MOST_FITTED) {
            let cells = rows.clone().filter_map(|row| cell(row, i));
            let cells = cells.map(|c| (c.text, c.right, c.pale));
            (state.widths[i], state.right[i]) = fit::column(ui, &head.name, cells);
        }
    }

    /// The marked cell comes into view when it has moved.
    fn follow(&self, state: &mut State, body: Rect, seen: f64) {
        if state.cursor == self.cursor {
            return;
        }
        state.cursor = self.cursor;
        let Some((row, column)) = self.cursor else {
            return;
        };
        let row = row as f64;
        if row < state.top {
            state.top = row;
        } else if row + 1.0 > state.top + seen {
            state.top = row + 1.0 - seen;
        }
        let left: f32 = state.widths.iter().take(column).sum();
        let width = state.widths.get(column).copied().unwrap_or(WIDTH.0);
        if left < state.left {
            state.left = left;
        } else if left + width > state.left + body.width() {
            state.left = (left + width - body.width()).min(left);
        }
    }

    fn scroll(&self, ui: &Ui, place: Rect, body: Rect, state: &mut State, seen: f64) {
        if ui.rect_contains_pointer(place) {
            let by = ui.input_mut(|i| std::mem::take(&mut i.smooth_scroll_delta));
            state.top -= f64::from(by.y / ROW);
            state.left -= by.x;
        }
        let most = (self.rows as f64 - seen).max(0.0);
        let wide: f32 = state.widths.iter().sum();
        let across = (wide - body.width()).max(0.0);
        let track = Rect::from_min_max(
            pos2(place.right() - BAR, body.top()),
            pos2(place.right(), body.bottom()),
        );
        if most > 0.0 {
            let share = (seen / self.rows as f64) as f32;
            let to = bar(
                ui,
                self.key.with("rows"),
                "Scroll rows",
                track,
                true,
                share,
                state.top / most,
            );
            if let Some(to) = to {
                state.top = to * most;
            }
        }
        let track = Rect::from_min_max(
            pos2(body.left(), place.bottom() - BAR),
            pos2(body.right(), place.bottom()),
        );
        if across > 0.0 {
            let share = body.width() / wide;
            let at = f64::from(state.left / across);
            let to = bar(
                ui,
                self.key.with("columns"),
                "Scroll columns",
                track,
                false,
                share,
                at,
            );
            if let Some(to) = to {
                state.left = to as f32 * across;
            }
        }
        state.top = state.top.clamp(0.0, most);
        state.left = state.left.clamp(0.0, across).round();
    }

    /// The columns that are seen, with their left edge and width.
    fn seen(&self, body: Rect, state: &State) -> Vec<(usize, Rect)> {
        let mut left = body.left() - state.left;
        let mut found = Vec::new();
        for (i, width) in state.widths.iter().enumerate() {
            let rect = Rect::from_x_y_ranges(left..=left + width, body.y_range());
            if rect.right() > body.left() && rect.left() < body.right() {
                found.push((i, rect));
            }
            left += width;
        }
        found
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one row of one grid: its places, its state, its cells"
    )]
    fn row<'c>(
        &self,
        ui: &Ui,
        (place, body): (Rect, Rect),
        y: f32,
        row: u64,
        state: &State,
        list: &Response,
        cell: &impl Fn(u64, usize) -> Option<Cell<'c>>,
    ) -> Option<Asked> {
        let p = theme::palette(ui);
        let whole = Rect::from_x_y_ranges(place.left()..=body.right(), y..=y + ROW);
        let clip = Rect::from_min_max(pos2(place.left(), body.top()), body.max);
        let response = ui.interact(whole.intersect(clip), self.key.with(row), Sense::CLICK);
        response.widget_info(|| {
            let values = (0..self.columns.len().min(40)).filter_map(|c| cell(row, c));
            let values: Vec<_> = values.map(|c| c.text.into_owned()).collect();
            let words = format!("Row {}: {}", text::grouped(row + 1), values.join(", "));
            WidgetInfo::selected(Role::Row, ui.is_enabled(), self.is_selected(row), words)
        });
        let painter = ui.painter().with_clip_rect(clip);
        let fill = match (self.is_selected(row), list.has_focus(), response.hovered()) {
            (true, true, _) => Some(p.selection),
            (true, false, _) => Some(p.selection_idle),
            (false, _, true) => Some(p.hover),
            (false, _, false) => None,
        };
        if let Some(fill) = fill {
            painter.rect_filled(whole, CornerRadius::ZERO, fill);
        }
        paint::hairline_below(&painter, whole, p);
        let number = Rect::from_min_max(whole.min, pos2(body.left() - space::S, whole.bottom()));
        paint::text(
            &painter,
            number,
            Align2::RIGHT_CENTER,
            &text::grouped(row + 1),
            paint::small(),
            p.secondary,
        );
        let painter = painter.with_clip_rect(body);
        let seen = self.seen(body, state);
        for (column, rect) in &seen {
            let rect = Rect::from_x_y_ranges(rect.x_range(), whole.y_range());
            let inside = rect.shrink2(vec2(space::S, 0.0));
            match cell(row, *column) {
                Some(cell) => {
                    let align = if cell.right {
                        Align2::RIGHT_CENTER
                    } else {
                        Align2::LEFT_CENTER
                    };
                    let ink = if cell.pale { p.secondary } else { p.text };
                    paint::text(&painter, inside, align, &cell.text, paint::body(), ink);
                }
                None => {
                    let bar = Rect::from_min_size(
                        pos2(inside.left(), inside.center().y - 4.0),
                        vec2(inside.width() * 0.6, 8.0),
                    );
                    painter.rect_filled(bar, CornerRadius::same(4), p.track);
                }
            }
            if self.cursor == Some((row, *column)) {
                let ring = egui::Stroke::new(1.5, p.accent_ink);
                painter.rect_stroke(rect.shrink(1.0), 2, ring, egui::StrokeKind::Inside);
            }
        }
        let chosen = menu::context(&response, |ui| self.menu(ui)).flatten();
        if chosen.is_some() {
            // The keyboard was in the menu.
            list.request_focus();
        }
        if !(response.clicked() || response.secondary_clicked() || response.double_clicked()) {
            return chosen;
        }
        list.request_focus();
        if response.double_clicked() {
            return Some(Asked::Open);
        }
        if response.secondary_clicked() && self.several() && self.is_selected(row) {
            // The menu is about all of them.
            return None;
        }
        let at = response.interact_pointer_pos()?;
        let hit = seen
            .iter()
            .find(|(_, r)| r.x_range().contains(at.x))
            .map(|(c, _)| *c);
        let column = hit.or(self.cursor.map(|(_, c)| c)).unwrap_or(0);
        Some(Asked::Mark(row, column, ui.input(|i| i.modifiers.shift)))
    }

    fn is_selected(&self, row: u64) -> bool {
        self.selected.as_ref().is_some_and(|s| s.contains(&row))
    }

    fn header(&self, ui: &Ui, place: Rect, body: Rect, state: &mut State) -> Option<Asked> {
        let p = theme::palette(ui);
        let line = Rect::from_min_size(place.min, vec2(place.width(), size::HEADER));
        ui.painter().rect_filled(line, CornerRadius::ZERO, p.panel);
        paint::hairline_below(ui.painter(), line, p);
        let clip = Rect::from_min_max(
            pos2(body.left(), line.top()),
            pos2(body.right(), line.bottom()),
        );
        let painter = ui.painter().with_clip_rect(clip);
        let mut asked = None;
        for (i, rect) in self.seen(body, state) {
            let Some(head) = self.columns.get(i) else {
                continue;
            };
            let rect = Rect::from_x_y_ranges(rect.x_range(), line.y_range());
            let id = self.key.with(("head", i));
            let response = ui.interact(rect.intersect(clip), id, Sense::CLICK);
            let order = match head.sorted {
                Some(true) => ", largest first",
                Some(false) => ", smallest first",
                None => "",
            };
            response.widget_info(|| {
                let words = format!("{}{order}", head.name);
                WidgetInfo::labeled(Role::ColumnHeader, ui.is_enabled(), words)
            });
            let mut inside = rect.shrink2(vec2(space::S, 0.0));
            if let Some(descending) = head.sorted {
                let square = Rect::from_center_size(
                    pos2(inside.right() - 6.0, inside.center().y),
                    vec2(12.0, 12.0),
                );
                let icon = if descending {
                    Icon::ArrowDown
                } else {
                    Icon::ArrowUp
                };
                icon.paint(&painter, square, p.accent_ink);
                inside.max.x -= 16.0;
            }
            let ink = if response.hovered() {
                p.text
            } else {
                p.secondary
            };
            let align = match state.right.get(i) {
                Some(true) => Align2::RIGHT_CENTER,
                _ => Align2::LEFT_CENTER,
            };
            paint::text(&painter, inside, align, &head.name, paint::small(), ink);
            painter.vline(
                rect.right(),
                line.y_range().shrink(6.0),
                paint::hairline(&painter, p),
            );
            if response.clicked() && self.can_sort {
                asked = Some(Asked::Sort(i));
            }
            let chosen = menu::context(&response, |ui| self.column_menu(ui, i)).flatten();
            asked = chosen.or(asked);
            if !head.tip.is_empty() {
                response.on_hover_text(&head.tip);
            }
            let grip =
                Rect::from_x_y_ranges(rect.right() - 4.0..=rect.right() + 4.0, line.y_range());
            let grip = ui
                .interact(
                    grip.intersect(clip),
                    self.key.with(("grip", i)),
                    Sense::DRAG,
                )
                .on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
            grip.widget_info(|| {
                WidgetInfo::labeled(
                    Role::Splitter,
                    ui.is_enabled(),
                    format!("Width of {}", head.name),
                )
            });
            if let (true, Some(width)) = (grip.dragged(), state.widths.get_mut(i)) {
                *width = (*width + grip.drag_delta().x).max(WIDTH.1);
            }
        }
        asked
    }
}
