//! Where the columns stand: widths as the person wants them, as far as there is room.

use eframe::egui::{Rangef, Rect, pos2};

use crate::app::model::Model;
use crate::app::model::column::Column;
use crate::app::theme::space;

/// Room at the right for the scroll bar.
const SCROLL_BAR: f32 = 12.0;

/// Room at both ends of a cell.
pub const PADDING: f32 = space::S;

/// The columns and their places.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    places: Vec<(Column, Rangef)>,
}

impl Columns {
    /// The shown columns within `whole`. Where room is short the bars give way first, then the ids, then all
    /// others; where there is plenty the last one takes it.
    pub fn new(model: &Model, whole: Rect) -> Self {
        let columns: Vec<_> = model.columns().collect();
        let mut widths: Vec<_> = columns.iter().map(|c| model.width(*c)).collect();
        let room = whole.width() - space::XS - SCROLL_BAR;
        let mut missing = widths.iter().sum::<f32>() - room;
        let order = |c: &Column| (*c != Column::Size, *c != Column::Session);
        let mut giving: Vec<_> = (0..columns.len()).collect();
        giving.sort_by_key(|i| order(&columns[*i]));
        for i in giving {
            let gives = (widths[i] - columns[i].min_width()).clamp(0.0, missing.max(0.0));
            widths[i] -= gives;
            missing -= gives;
        }
        if missing < 0.0
            && let Some(last) = widths.last_mut()
        {
            *last -= missing;
        }
        let mut x = whole.left() + space::XS;
        let places = columns
            .into_iter()
            .zip(widths)
            .map(|(column, width)| {
                let place = Rangef::new(x, x + width);
                x += width;
                (column, place)
            })
            .collect();
        Self { places }
    }

    /// Every column with its left and right edge.
    pub fn iter(&self) -> impl Iterator<Item = (Column, Rangef)> {
        self.places.iter().copied()
    }

    /// The cell of a column in a row, without its padding.
    pub fn cell(place: Rangef, row: Rect, column: Column) -> Rect {
        let padding = if column.is_marker() { 0.0 } else { PADDING };
        Rect::from_min_max(
            pos2(place.min + padding, row.top()),
            pos2((place.max - padding).max(place.min + padding), row.bottom()),
        )
    }

    /// The column at a place of the screen.
    pub fn at(&self, x: f32) -> Option<Column> {
        self.iter()
            .find(|(_, place)| place.contains(x))
            .map(|(c, _)| c)
    }
}

/// The width of the table in which every column has its own, in points.
pub fn natural_width(model: &Model) -> f32 {
    model.columns().map(|c| model.width(c)).sum::<f32>() + space::XS + SCROLL_BAR
}
