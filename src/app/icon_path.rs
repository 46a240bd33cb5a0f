//! The little language that icons are written in: the commands `M L H V Q C Z` of SVG with absolute
//! coordinates, besides `O x y r`, a circle, and `D x y r`, a filled one. Knows no colour and no screen.

use eframe::egui::epaint::{CubicBezierShape, PathStroke, QuadraticBezierShape};
use eframe::egui::{Color32, Pos2, Vec2, vec2};

/// How far a flattened curve may lie from the true one, in points.
const TOLERANCE: f32 = 0.05;

/// What is drawn in one go.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// A stroke through points.
    Line { points: Vec<Vec2>, closed: bool },
    /// A circle.
    Circle { middle: Vec2, radius: f32 },
    /// A filled circle.
    Disc { middle: Vec2, radius: f32 },
}

/// Reads a path. What can't be read is left out; a test sees to it that there is no such thing.
pub(super) fn pieces(path: &str) -> Vec<Piece> {
    let mut drawn = Vec::new();
    let mut points: Vec<Vec2> = Vec::new();
    for (command, numbers) in commands(path) {
        let at = points.last().copied().unwrap_or_default();
        match (command, numbers.as_slice()) {
            ('M', [x, y]) => {
                finish(&mut drawn, &mut points, false);
                points.push(vec2(*x, *y));
            }
            ('L', [x, y]) => points.push(vec2(*x, *y)),
            ('H', [x]) => points.push(vec2(*x, at.y)),
            ('V', [y]) => points.push(vec2(at.x, *y)),
            ('Q', [a, b, x, y]) => {
                let curve = [at, vec2(*a, *b), vec2(*x, *y)].map(Vec2::to_pos2);
                let shape = QuadraticBezierShape::from_points_stroke(
                    curve,
                    false,
                    Color32::TRANSPARENT,
                    PathStroke::NONE,
                );
                extend(&mut points, &shape.flatten(Some(TOLERANCE)));
            }
            ('C', [a, b, c, d, x, y]) => {
                let curve = [at, vec2(*a, *b), vec2(*c, *d), vec2(*x, *y)].map(Vec2::to_pos2);
                let shape = CubicBezierShape::from_points_stroke(
                    curve,
                    false,
                    Color32::TRANSPARENT,
                    PathStroke::NONE,
                );
                extend(&mut points, &shape.flatten(Some(TOLERANCE)));
            }
            ('Z', []) => finish(&mut drawn, &mut points, true),
            ('O', [x, y, r]) => drawn.push(Piece::Circle {
                middle: vec2(*x, *y),
                radius: *r,
            }),
            ('D', [x, y, r]) => drawn.push(Piece::Disc {
                middle: vec2(*x, *y),
                radius: *r,
            }),
            _ => {}
        }
    }
    finish(&mut drawn, &mut points, false);
    drawn
}

/// A curve begins where the line ends; that point is there already.
fn extend(points: &mut Vec<Vec2>, curve: &[Pos2]) {
    points.extend(curve.iter().skip(1).map(|p| p.to_vec2()));
}

fn finish(pieces: &mut Vec<Piece>, points: &mut Vec<Vec2>, closed: bool) {
    let points = std::mem::take(points);
    if points.len() > 1 {
        pieces.push(Piece::Line { points, closed });
    }
}

/// The commands of a path with their numbers.
pub(super) fn commands(path: &str) -> impl Iterator<Item = (char, Vec<f32>)> {
    let starts = path.match_indices(|c: char| c.is_ascii_alphabetic());
    starts.map(|(start, letter)| {
        let rest = &path[start + 1..];
        let end = rest
            .find(|c: char| c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let numbers = rest[..end]
            .split_ascii_whitespace()
            .filter_map(|n| n.parse().ok());
        (letter.chars().next().unwrap_or('?'), numbers.collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_as_svg_means_it() {
        assert_eq!(
            pieces("M1 2H4V6Z O8 8 2"),
            [
                Piece::Line {
                    points: vec![vec2(1.0, 2.0), vec2(4.0, 2.0), vec2(4.0, 6.0)],
                    closed: true
                },
                Piece::Circle {
                    middle: vec2(8.0, 8.0),
                    radius: 2.0
                },
            ]
        );
        let Piece::Line { points, .. } = &pieces("M0 0Q4 0 4 4")[0] else {
            panic!()
        };
        assert_eq!(
            (points[0], points[points.len() - 1]),
            (vec2(0.0, 0.0), vec2(4.0, 4.0))
        );
        assert!(points.len() > 3);
    }
}
