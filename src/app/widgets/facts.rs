//! Facts of one thing: a label and a value each, small tables of any length, and what needs attention.

use egui::{
    Align2, CornerRadius, Frame, Label, Margin, Rect, Response, RichText, Role, ScrollArea, Sense,
    Ui, WidgetInfo, pos2, scroll_area::ScrollBarVisibility, vec2,
};

use super::{fit, form, paint};
use crate::app::icons::Icon;
use crate::app::theme::{self, size, space};
use crate::session::text;

/// Rows of a small table that are seen at once.
const ROWS_SEEN: usize = 8;

/// Width of the column of labels.
const LABELS: f32 = 96.0;

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// Its value. Where it is too long a name or path loses its middle, a sentence its end.
    pub value: String,
    /// More about it, under the pointer.
    pub tip: String,
}

/// Draws facts below each other.
pub fn show(ui: &mut Ui, facts: &[Fact]) {
    let p = theme::palette(ui);
    for fact in facts {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), size::HEADER), Sense::hover());
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Label, true, format!("{}: {}", fact.label, fact.value))
        });
        let painter = ui.painter();
        paint::text(
            painter,
            rect,
            Align2::LEFT_CENTER,
            fact.label,
            paint::body(),
            p.secondary,
        );
        let (place, value) = (paint::after(rect, LABELS), fact.value.as_str());
        let cut = paint::measure(painter, value, &paint::body()) > place.width();
        if is_sentence(value) {
            let align = Align2::LEFT_CENTER;
            paint::text(painter, place, align, value, paint::body(), p.text);
        } else {
            paint::name(painter, place, value, paint::body(), p.text);
        }
        let whole = if cut { fact.value.as_str() } else { "" };
        let tip: Vec<&str> = [whole, &fact.tip]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect();
        if !tip.is_empty() {
            response.on_hover_text(tip.join("\n"));
        }
    }
}

/// Whether a value is words that are read from their beginning, and no name or path, whose end tells most.
fn is_sentence(value: &str) -> bool {
    value.contains(' ') && !value.contains(['/', '\\'])
}

/// A column of a small table after the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// Its head.
    pub title: &'static str,
    /// Its width in points.
    pub width: f32,
    /// Whether it holds numbers, flush right.
    pub number: bool,
}

/// A small table under a heading; of a long one, eight rows are seen at once.
pub struct Table<'a> {
    /// The heading: `Tables`.
    pub heading: &'static str,
    /// Head of the first column, which takes the room that is left.
    pub first: &'static str,
    /// The other columns.
    pub columns: &'a [Column],
    /// How many rows there are.
    pub rows: usize,
}

impl Table<'_> {
    /// Draws it; `cell` gives the text of a row's column, 0 the first.
    pub fn show(&self, ui: &mut Ui, cell: impl Fn(usize, usize) -> String) {
        self.draw(ui, 0.0, |ui, row| {
            self.row(ui, 0.0, None, |column| cell(row, column));
        });
    }

    /// The same with rows that lead to what they are about; each is a button of the name that `name` gives it.
    /// Which was pressed, if any.
    pub fn show_leading(
        &self,
        ui: &mut Ui,
        cell: impl Fn(usize, usize) -> String,
        name: impl Fn(usize) -> String,
    ) -> Option<usize> {
        let mut pressed = None;
        self.draw(ui, size::HEADER, |ui, row| {
            let name = name(row);
            let response = self.row(ui, size::HEADER, Some(&name), |column| cell(row, column));
            let rect = response.rect;
            let sign = Rect::from_min_max(pos2(rect.right() - size::HEADER, rect.top()), rect.max);
            let ink = theme::palette(ui).secondary;
            Icon::ChevronRight.paint(ui.painter(), paint::icon_square(sign).shrink(1.0), ink);
            paint::focus_inside(ui, &response, rect);
            if response.gained_focus() {
                // With its neighbours, which the keyboard couldn't reach otherwise.
                ui.scroll_to_rect(rect.expand2(vec2(0.0, size::HEADER)), None);
            }
            if response.clicked() {
                pressed = Some(row);
            }
        });
        pressed
    }

    /// The same with a button at the end of each row to look at what it is about, where `can_open`
    /// says that there is something; which row's was pressed, if any.
    pub fn show_opening(
        &self,
        ui: &mut Ui,
        cell: impl Fn(usize, usize) -> String,
        can_open: &dyn Fn(usize) -> bool,
    ) -> Option<usize> {
        self.show_opening_in(ui, cell, can_open, Opening::default())
    }

    /// The same with a button that says where it opens.
    pub fn show_opening_in(
        &self,
        ui: &mut Ui,
        cell: impl Fn(usize, usize) -> String,
        can_open: &dyn Fn(usize) -> bool,
        opening: Opening,
    ) -> Option<usize> {
        let mut opened = None;
        self.draw(ui, size::HEADER, |ui, row| {
            let rect = self
                .row(ui, size::HEADER, None, |column| cell(row, column))
                .rect;
            if open_button(ui, rect, row, &cell(row, 0), can_open(row), opening) {
                opened = Some(row);
            }
        });
        opened
    }

    fn draw(&self, ui: &mut Ui, room: f32, mut row: impl FnMut(&mut Ui, usize)) {
        let heading = format!("{} ({})", self.heading, text::grouped(self.rows as u64));
        form::group(ui, &heading, |ui| {
            form::boxed(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                let height = self.rows.min(ROWS_SEEN) as f32 * size::HEADER;
                // The bar takes its room from the rows; the heads leave the same.
                let (bar, visible) = if self.rows > ROWS_SEEN {
                    let bar = ui.spacing().scroll.allocated_width();
                    (bar, ScrollBarVisibility::AlwaysVisible)
                } else {
                    (0.0, ScrollBarVisibility::AlwaysHidden)
                };
                self.head(ui, room + bar);
                // On a page that scrolls, the toolkit would let it be lower than that.
                let area = ScrollArea::vertical()
                    .id_salt(self.heading)
                    .scroll_bar_visibility(visible)
                    .min_scrolled_height(height)
                    .max_height(height);
                area.auto_shrink([false, true]).show_rows(
                    ui,
                    size::HEADER,
                    self.rows,
                    |ui, rows| rows.for_each(|n| row(ui, n)),
                );
            });
        });
    }

    /// Draws the heads, with `room` at the end as in the rows.
    fn head(&self, ui: &mut Ui, room: f32) {
        let (rect, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), size::HEADER), Sense::hover());
        let p = theme::palette(ui);
        let top = CornerRadius {
            nw: size::RADIUS,
            ne: size::RADIUS,
            sw: 0,
            se: 0,
        };
        ui.painter()
            .rect_filled(rect.shrink2(vec2(1.0, 0.0)), top, p.panel);
        for (i, (place, align)) in self
            .places(paint::before(rect, room))
            .into_iter()
            .enumerate()
        {
            if place.width() <= 0.0 {
                continue;
            }
            let title = if i == 0 {
                self.first
            } else {
                self.columns[i - 1].title
            };
            paint::text(
                ui.painter(),
                place,
                align,
                title,
                paint::small(),
                p.secondary,
            );
        }
        paint::hairline_below(ui.painter(), rect, p);
    }

    /// Draws a row that leaves `room` at its end; one that can be pressed has a name for that.
    fn row(
        &self,
        ui: &mut Ui,
        room: f32,
        button: Option<&str>,
        cell: impl Fn(usize) -> String,
    ) -> Response {
        let sense = match button {
            Some(_) => Sense::click(),
            None => Sense::hover(),
        };
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), size::HEADER), sense);
        let cells: Vec<String> = (0..=self.columns.len()).map(cell).collect();
        response.widget_info(|| match button {
            Some(name) => WidgetInfo::labeled(Role::Button, ui.is_enabled(), name),
            None => WidgetInfo::labeled(Role::Row, true, cells.join(", ")),
        });
        let p = theme::palette(ui);
        if response.hovered() {
            ui.painter()
                .rect_filled(rect.shrink2(vec2(1.0, 0.0)), 0.0, p.hover);
        }
        let mut cut = false;
        let inner = paint::before(rect, room);
        for (i, ((place, align), words)) in self.places(inner).into_iter().zip(&cells).enumerate() {
            let ink = if i == 0 { p.text } else { p.secondary };
            if place.width() <= 0.0 {
                cut |= !words.is_empty();
                continue;
            }
            let painter = ui.painter();
            cut |= paint::measure(painter, words, &paint::body()) > place.width();
            let is_path = align == Align2::LEFT_CENTER && !is_sentence(words);
            if i == 0 || is_path {
                paint::name(painter, place, words, paint::body(), ink);
            } else {
                paint::text(painter, place, align, words, paint::body(), ink);
            }
        }
        match cut {
            true => response.on_hover_text(cells.join("\n")),
            false => response,
        }
    }

    /// Where the cells of a row are, the first one first.
    fn places(&self, row: Rect) -> Vec<(Rect, Align2)> {
        let mut right = row.right() - space::M;
        let mut places = Vec::with_capacity(self.columns.len() + 1);
        // Words right behind a number would be read as one with it.
        let gap = |i: usize, column: &Column| {
            let number_before = self.columns[..i].last().is_some_and(|c| c.number);
            match number_before && !column.number {
                true => space::XL,
                false => space::S,
            }
        };
        let columns = || self.columns.iter().enumerate();
        let wanted: Vec<_> = columns()
            .map(|(i, c)| (c.width, c.number, gap(i, c)))
            .collect();
        let widths = fit::beside_first(row.width() - 2.0 * space::M, &wanted);
        for ((i, column), width) in columns().rev().zip(widths.into_iter().rev()) {
            let left = right - width;
            let align = if column.number {
                Align2::RIGHT_CENTER
            } else {
                Align2::LEFT_CENTER
            };
            places.push((
                Rect::from_min_max(pos2(left, row.top()), pos2(right, row.bottom())),
                align,
            ));
            if width > 0.0 {
                right = left - gap(i, column);
            }
        }
        let left = row.left() + space::M;
        let first = Rect::from_min_max(pos2(left, row.top()), pos2(right.max(left), row.bottom()));
        places.push((first, Align2::LEFT_CENTER));
        places.reverse();
        places
    }
}

/// What the button at the end of a row says of what it does.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    /// Its icon.
    pub icon: Icon,
    /// Where it opens, after `Open`: ` in Data`.
    pub place: &'static str,
}

impl Default for Opening {
    fn default() -> Self {
        Self {
            icon: Icon::External,
            place: "",
        }
    }
}

/// The button at the end of the row `n`, which stands in `row` and is about `name`.
fn open_button(
    ui: &mut Ui,
    row: Rect,
    n: usize,
    name: &str,
    enabled: bool,
    opening: Opening,
) -> bool {
    let place = Rect::from_min_max(pos2(row.right() - size::HEADER, row.top()), row.max);
    let sense = if enabled {
        Sense::click()
    } else {
        Sense::hover()
    };
    let button = ui.interact(place, ui.scope_id().with(("open", n)), sense);
    button.widget_info(|| {
        let words = format!("Open {name}{}", opening.place);
        WidgetInfo::labeled(Role::Button, enabled, words)
    });
    let p = theme::palette(ui);
    let ink = match (enabled, button.hovered()) {
        (false, _) => p.hairline,
        (true, true) => p.accent,
        (true, false) => p.secondary,
    };
    opening
        .icon
        .paint(ui.painter(), paint::icon_square(place).shrink(1.0), ink);
    paint::focus(ui, &button, place, size::RADIUS_SMALL);
    let clicked = button.clicked();
    button.on_hover_text(match enabled {
        true => format!("Open{}", opening.place),
        false => "It is not there any more".to_owned(),
    });
    clicked
}

/// A box with something to look at.
pub fn callout(ui: &mut Ui, words: &str) {
    let p = theme::palette(ui);
    let frame = Frame::new()
        .fill(p.warning_soft)
        .corner_radius(CornerRadius::same(size::RADIUS))
        .inner_margin(Margin::symmetric(space::M as i8, space::S as i8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            Icon::Warning.show(ui, p.warning);
            ui.add(Label::new(RichText::new(words).color(p.text)).wrap());
        });
    });
}

#[cfg(test)]
mod tests;
