//! The icons of the window, drawn by us as strokes of one weight on a grid of 16 × 16, tinted with the
//! colour of the text beside them. Knows no command and no widget.

use egui::epaint::{PathShape, PathStroke};
use egui::{Color32, Painter, Pos2, Rect, Response, Sense, Shape, Ui, Vec2};

use super::icon_path::{Piece, pieces};
use super::theme::size;

/// Points of a stroke; rounded to whole pixels of the screen.
const WEIGHT: f32 = 1.2;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        /// One icon.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Icon {
            $($(#[$doc])* $name,)*
        }

        impl Icon {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// What is drawn, as `icon_path` reads it. Straight strokes run through the middle of pixels
            /// (`.5`), so that they are sharp.
            const fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)*
                }
            }
        }
    };
}

icons! {
    /// Something new.
    Add = "M7.5 2.5V12.5 M2.5 7.5H12.5";
    /// Files go in.
    Upload = "M7.5 10.5V2 M4 5.5L7.5 2L11 5.5 M1.5 9.5V12.5Q1.5 13.5 2.5 13.5H12.5Q13.5 13.5 13.5 12.5V9.5";
    /// A folder.
    Folder = "M1.5 4.5Q1.5 3.5 2.5 3.5H5.5L7 5.5H13.5Q14.5 5.5 14.5 6.5V11.5Q14.5 12.5 13.5 12.5H2.5Q1.5 12.5 1.5 11.5Z";
    /// A folder that is open, or is to be opened.
    FolderOpen = "M1.5 12V4.5Q1.5 3.5 2.5 3.5H5.5L7 5.5H11.5Q12.5 5.5 12.5 6.5V7.5 M1.7 12.2L3.8 7.5H15L13 12.5H2Z";
    /// The clipboard.
    Clipboard = "M5.5 3.5H4.5Q3.5 3.5 3.5 4.5V13.5Q3.5 14.5 4.5 14.5H11.5Q12.5 14.5 12.5 13.5V4.5Q12.5 3.5 11.5 3.5H10.5 M6.5 1.5H9.5Q10.5 1.5 10.5 2.5V4.5H5.5V2.5Q5.5 1.5 6.5 1.5Z";
    /// Cleaning up.
    Broom = "M14 2L9 7 M6.5 5.5L10.5 9.5L7.5 14.5L1.5 8.5Z M4 10.500L6 8.5 M6 12.500L7.5 10.5";
    /// Finding.
    Search = "O6.5 6.5 4 M9.5 9.5L13.5 13.5";
    /// Settings.
    Settings = "M1.5 4.5H8.5 M12.5 4.5H14.5 O10.5 4.5 2 M1.5 11.5H3.5 M7.5 11.5H14.5 O5.5 11.5 2";
    /// Kept whatever the rules say.
    Pin = "M4.5 1.5H10.5 M5.5 1.5V6.5L3.5 9.5H11.5L9.5 6.5V1.5 M7.5 9.5V14.5";
    /// Not kept any more.
    PinOff = "M4.5 1.5H10.5 M5.5 4.5V6.5L3.5 9.5H9.5 M9.5 1.5V6.5L11 8.8 M7.5 9.5V14.5 M2 2L13 13";
    /// The current session.
    Current = "D8 8 3.5";
    /// Deleting.
    Trash = "M2.5 4.5H13.5 M6.5 4.5V2.5H9.5V4.5 M4 4.5L4.5 12.5Q4.5 13.5 5.5 13.5H10.5Q11.5 13.5 11.5 12.5L12 4.5 M6.5 7V11 M9.5 7V11";
    /// Taking back.
    Undo = "M5.5 2.5L2.5 5.5L5.5 8.5 M2.5 5.5H9.5C12 5.5 13.5 7.2 13.5 9.5C13.5 11.8 12 13.5 9.5 13.5H6.5";
    /// Away with it.
    Close = "M4 4L12 12 M12 4L4 12";
    /// Closed, or what comes next.
    ChevronRight = "M6 4L10 8L6 12";
    /// Open, or a menu.
    ChevronDown = "M4 6L8 10L12 6";
    /// Sorted with the smallest first.
    ArrowUp = "M7.5 12.5V3 M4 6.5L7.5 3L11 6.5";
    /// Sorted with the largest first.
    ArrowDown = "M7.5 2.5V12 M4 8.5L7.5 12L11 8.5";
    /// To the first line.
    ToStart = "M4 7.5L8 3.5L12 7.5 M4 12.5L8 8.5L12 12.5";
    /// To the last line.
    ToEnd = "M4 3.5L8 7.5L12 3.5 M4 8.5L8 12.5L12 8.5";
    /// Done, or on.
    Check = "M3 8.500L6.5 12L13 4.5";
    /// Take care.
    Warning = "M7.5 1.5L14 13.500H1Z M7.5 6V9.5 D7.5 11.5 0.8";
    /// It failed.
    Error = "O7.5 7.5 6 M5.3 5.300L9.7 9.7 M9.7 5.300L5.3 9.7";
    /// To be known.
    Info = "O7.5 7.5 6 M7.5 7V11 D7.5 4.6 0.8";
    /// Copying.
    Copy = "M6.5 5.5H12.5Q13.5 5.5 13.5 6.5V12.5Q13.5 13.5 12.5 13.5H6.5Q5.5 13.5 5.5 12.5V6.5Q5.5 5.5 6.5 5.5Z M10.5 5.5V3.5Q10.5 2.5 9.5 2.5H3.5Q2.5 2.5 2.5 3.5V9.5Q2.5 10.5 3.5 10.5H5.5";
    /// Opened by another program.
    External = "M6.5 3.5H3.5Q2.5 3.5 2.5 4.5V12.5Q2.5 13.5 3.5 13.5H11.5Q12.5 13.5 12.5 12.5V9.5 M9.5 2.5H13.5V6.5 M13.5 2.5L7.5 8.5";
    /// Reading again.
    Refresh = "M13.5 2V5.5H10 M13.3 5.300C12.3 3.6 10.4 2.5 8 2.5C5 2.5 2.5 5 2.5 8C2.5 11 5 13.5 8 13.5C10.6 13.5 12.7 11.9 13.3 9.6";
    /// Any file.
    File = "M4.5 1.5H9.5L12.5 4.5V13.5Q12.5 14.5 11.5 14.5H4.5Q3.5 14.5 3.5 13.5V2.5Q3.5 1.5 4.5 1.5Z M9.5 1.5V4.5H12.5";
    /// A program's source.
    FileCode = "M5.5 4.5L2 8L5.5 11.5 M10.5 4.5L14 8L10.5 11.5 M9 3L7 13";
    /// A table of data.
    FileTable = "M2.5 2.5H13.5Q14.5 2.5 14.5 3.5V12.5Q14.5 13.5 13.5 13.5H2.5Q1.5 13.5 1.5 12.5V3.5Q1.5 2.5 2.5 2.5Z M1.5 6.5H14.5 M1.5 10.5H14.5 M6.5 6.5V13.5";
    /// A database.
    Database = "M2.5 4C2.5 1.5 13.5 1.5 13.5 4C13.5 6.5 2.5 6.5 2.5 4Z M2.5 4V12C2.5 14.5 13.5 14.5 13.5 12V4 M2.5 8C2.5 10.5 13.5 10.5 13.5 8";
    /// A picture.
    FileImage = "M2.5 2.5H13.5Q14.5 2.5 14.5 3.5V12.5Q14.5 13.5 13.5 13.5H2.5Q1.5 13.5 1.5 12.5V3.5Q1.5 2.5 2.5 2.5Z O5.5 6 1.25 M2 12.500L6.5 8.500L9 11L11.5 8.500L14.5 11";
    /// An archive.
    FileArchive = "M1.5 2.5H14.5V5.5H1.5Z M2.5 5.5V13.5H13.5V5.5 M6.5 8.5H9.5";
    /// Text that a program wrote.
    FileLog = "M4.5 1.5H9.5L12.5 4.5V13.5Q12.5 14.5 11.5 14.5H4.5Q3.5 14.5 3.5 13.5V2.5Q3.5 1.5 4.5 1.5Z M5.5 6.5H10.5 M5.5 8.5H10.5 M5.5 10.5H8.5";
    /// A link.
    Link = "M3.5 12.5V8.5Q3.5 6.5 5.5 6.5H12 M9 3L12.5 6.5L9 10";
    /// What else can be done.
    More = "D3 8 1.1 D8 8 1.1 D13 8 1.1";
    /// The command palette.
    Command = "M2.5 2.5H13.5Q14.5 2.5 14.5 3.5V12.5Q14.5 13.5 13.5 13.5H2.5Q1.5 13.5 1.5 12.5V3.5Q1.5 2.5 2.5 2.5Z M4.5 6L6.5 8L4.5 10 M8.5 10.5H11.5";
    /// More room.
    Widen = "M9.5 2.5H13.5V6.5 M13.5 2.5L9 7 M6.5 13.5H2.5V9.5 M2.5 13.5L7 9";
    /// Less room.
    Narrow = "M13.5 6.5H9.5V2.5 M9.5 6.5L14 2 M2.5 9.5H6.5V13.5 M6.5 9.5L2 14";
    /// Saving.
    Save = "M7.5 2V10.5 M4 7L7.5 10.5L11 7 M2.5 13.5H12.5";
    /// Keys.
    Keyboard = "M2.5 3.5H13.5Q14.5 3.5 14.5 4.5V11.5Q14.5 12.5 13.5 12.5H2.5Q1.5 12.5 1.5 11.5V4.5Q1.5 3.5 2.5 3.5Z M4.5 9.5H11.5 D4.5 6.5 0.7 D8 6.5 0.7 D11.5 6.5 0.7";
    /// A program works in it.
    Lock = "M4.5 7.5H10.5Q11.5 7.5 11.5 8.5V12.5Q11.5 13.5 10.5 13.5H4.5Q3.5 13.5 3.5 12.5V8.5Q3.5 7.5 4.5 7.5Z M5 7.5V5C5 1.7 10 1.7 10 5V7.5";
    /// Changing words.
    Edit = "M2.5 13.500L3.5 10L10.5 3L13 5.500L6 12.500Z M9 4.500L11.5 7";
}

impl Icon {
    /// Draws it in the middle of `rect`, as large as `rect` is high but on whole pixels.
    pub fn paint(self, painter: &Painter, rect: Rect, colour: Color32) {
        let pixels = painter.pixels_per_point();
        let snap = |v: f32| (v * pixels).round() / pixels;
        let side = rect.height().min(rect.width());
        let corner = rect.center() - Vec2::splat(side / 2.0);
        let corner = Pos2::new(snap(corner.x), snap(corner.y));
        let scale = side / 16.0;
        // A large icon would be clumsy if its strokes grew as much as it does.
        let weight = (WEIGHT * scale.sqrt() * pixels).round().max(1.0) / pixels;
        let place = |p: Vec2| corner + p * scale;
        for stroke in pieces(self.path()) {
            painter.add(match stroke {
                Piece::Line { points, closed } => Shape::Path(PathShape {
                    points: points.into_iter().map(place).collect(),
                    closed,
                    fill: Color32::TRANSPARENT,
                    stroke: PathStroke::new(weight, colour),
                }),
                Piece::Circle { middle, radius } => {
                    Shape::circle_stroke(place(middle), radius * scale, (weight, colour))
                }
                Piece::Disc { middle, radius } => {
                    Shape::circle_filled(place(middle), radius * scale, colour)
                }
            });
        }
    }

    /// Takes its place in `ui` and draws it. Decoration: the words beside it are what is read aloud.
    pub fn show(self, ui: &mut Ui, colour: Color32) -> Response {
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(size::ICON), Sense::hover());
        if ui.is_rect_visible(rect) {
            self.paint(ui.painter(), rect, colour);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::icon_path::commands;

    #[test]
    fn every_icon_can_be_read_whole_and_stays_on_its_grid() {
        let arguments = [
            ('M', 2),
            ('L', 2),
            ('H', 1),
            ('V', 1),
            ('Q', 4),
            ('C', 6),
            ('Z', 0),
            ('O', 3),
            ('D', 3),
        ];
        for icon in Icon::ALL {
            for (letter, numbers) in commands(icon.path()) {
                assert!(
                    arguments.contains(&(letter, numbers.len())),
                    "{icon:?}: {letter} {numbers:?}"
                );
            }
            let drawn = pieces(icon.path());
            assert!(!drawn.is_empty(), "{icon:?}");
            for piece in drawn {
                let (points, radius) = match piece {
                    Piece::Line { points, .. } => (points, 0.0),
                    Piece::Circle { middle, radius } | Piece::Disc { middle, radius } => {
                        (vec![middle], radius)
                    }
                };
                for p in points {
                    assert!(p.min_elem() - radius >= 1.0 - 0.1, "{icon:?} {p:?}");
                    assert!(p.max_elem() + radius <= 15.1, "{icon:?} {p:?}");
                }
            }
        }
    }
}
