//! Sizes in columns: the figure flush right, its unit lighter beside it, and a bar for how much of the
//! largest it is.

use egui::{Align2, CornerRadius, Painter, Rect, pos2, vec2};

use super::paint;
use crate::app::format;
use crate::app::theme::{Palette, size, space};
use crate::session::text;

/// Room for a figure of three digits with its point, or four with `≥`.
const FIGURE: f32 = 44.0;

/// Room for a unit.
const UNIT: f32 = 20.0;

/// Room that a size takes without a bar.
pub const WIDTH: f32 = FIGURE + space::XS + UNIT;

/// A size as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bytes {
    /// Nobody has looked yet.
    Unknown,
    /// It is being counted, and so much is there.
    AtLeast(u64),
    /// It is known.
    Known(u64),
    /// It can't be found out.
    Unreadable,
}

impl Bytes {
    /// What has been counted.
    pub fn counted(self) -> Option<u64> {
        match self {
            Self::AtLeast(n) | Self::Known(n) => Some(n),
            Self::Unknown | Self::Unreadable => None,
        }
    }

    /// In words, for those who can't see the column.
    pub fn words(self) -> String {
        match self {
            Self::Unknown => "size not known yet".to_owned(),
            Self::AtLeast(n) => format!("at least {}", text::bytes(n)),
            Self::Known(n) => text::bytes(n),
            Self::Unreadable => "size can't be read".to_owned(),
        }
    }
}

/// Draws a size flush right into `rect`; the columns of figure and unit are the same in every row.
pub fn bytes(painter: &Painter, rect: Rect, bytes: Bytes, palette: &Palette) {
    let unit_column = Rect::from_min_max(pos2(rect.right() - UNIT, rect.top()), rect.max);
    let figure_column = paint::before(rect, UNIT + space::XS);
    let (figure, unit, ink) = match bytes {
        Bytes::Known(n) => {
            let (figure, unit) = format::size(n);
            (figure, unit, palette.text)
        }
        Bytes::AtLeast(n) => {
            let (figure, unit) = format::size(n);
            (format!("≥ {figure}"), unit, palette.secondary)
        }
        Bytes::Unknown => (format::UNKNOWN.to_owned(), String::new(), palette.secondary),
        Bytes::Unreadable => ("?".to_owned(), String::new(), palette.warning),
    };
    paint::text(
        painter,
        figure_column,
        Align2::RIGHT_CENTER,
        &figure,
        paint::body(),
        ink,
    );
    paint::text(
        painter,
        unit_column,
        Align2::LEFT_CENTER,
        &unit,
        paint::body(),
        palette.secondary,
    );
}

/// Draws a size with a bar before it: full for the largest.
pub fn bytes_with_bar(painter: &Painter, rect: Rect, size: Bytes, largest: u64, palette: &Palette) {
    bytes(painter, rect, size, palette);
    let track = paint::before(rect, WIDTH + space::S);
    if let Some(n) = size.counted() {
        bar(painter, track, share(n, largest), palette);
    }
}

/// How much of `whole` is `part`, from 0 to 1; nothing of nothing.
pub fn share(part: u64, whole: u64) -> f32 {
    if whole == 0 {
        0.0
    } else {
        (part as f64 / whole as f64).min(1.0) as f32
    }
}

/// Draws a bar that fills `share` of the width of `track`, in its middle height. What is there at all
/// can be seen.
pub fn bar(painter: &Painter, track: Rect, share: f32, palette: &Palette) {
    if share <= 0.0 || track.width() < 1.0 {
        return;
    }
    let pixel = 1.0 / painter.pixels_per_point();
    let width = (track.width() * share).max(2.0 * pixel);
    let middle = pos2(track.left() + width / 2.0, track.center().y);
    let filled = Rect::from_center_size(middle, vec2(width, size::BAR));
    let radius = CornerRadius::same((size::BAR / 2.0) as u8);
    painter.rect_filled(filled, radius, palette.accent_soft);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_between_nothing_and_all() {
        for (part, whole, share_of) in [
            (0, 0, 0.0),
            (0, 10, 0.0),
            (5, 10, 0.5),
            (20, 10, 1.0),
            (5, 0, 0.0),
        ] {
            assert_eq!(share(part, whole), share_of);
        }
        assert_eq!(share(u64::MAX, u64::MAX), 1.0);
    }

    #[test]
    fn sizes_are_read_aloud_in_words() {
        assert_eq!(Bytes::Known(3_200_000_000).words(), "3.2 GB");
        assert_eq!(Bytes::AtLeast(1_000).words(), "at least 1.0 kB");
        assert_eq!(Bytes::Unknown.counted(), None);
    }
}
