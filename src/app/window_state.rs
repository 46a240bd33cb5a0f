//! What the window remembers by itself from one start to the next: its place, its splitter, its columns.
//! Kept in `window.json`, written in one step; what can't be read or used is forgotten.

use std::collections::BTreeMap;
use std::path::Path;

use egui::{Pos2, Rect, Vec2, pos2, vec2};
use serde::{Deserialize, Serialize};

use super::model::Model;
use super::model::column::{Column, Sort};
use crate::config;

/// Name of the file in the directory for such things.
pub const FILE_NAME: &str = "window.json";

/// Size of the window at the first start, in points.
pub const SIZE: Vec2 = vec2(1180.0, 720.0);

/// The least size that still shows everything, in points.
pub const MIN_SIZE: Vec2 = vec2(720.0, 440.0);

/// Larger than any screen: such a number comes from a broken file.
const FAR: f32 = 32_000.0;

/// What older versions remember of the tab Files where nobody chose anything.
const OLD_FILES_SHARE: f32 = 0.36;

/// What is remembered. Lengths are points of the screen, before the scale of the settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowState {
    /// Upper left corner, where the platform tells it.
    pub position: Option<(f32, f32)>,
    /// Width and height of the inside.
    pub size: (f32, f32),
    /// Whether it fills the screen.
    pub maximized: bool,
    /// Width of the right side, if a person chose it.
    pub side_width: Option<f32>,
    /// The share of the tab Files that the tree takes, if a person chose it.
    pub files_share: Option<f32>,
    /// What the table is sorted by.
    pub sort: Sort,
    /// Widths that a person changed.
    pub widths: BTreeMap<Column, f32>,
    /// Columns that are hidden.
    pub hidden: Vec<Column>,
    /// Statements that were run, the last first.
    pub sql_history: Vec<String>,
}

impl Default for WindowState {
    fn default() -> Self {
        Self {
            position: None,
            size: (SIZE.x, SIZE.y),
            maximized: false,
            side_width: None,
            files_share: None,
            sort: Sort::default(),
            widths: BTreeMap::new(),
            hidden: Vec::new(),
            sql_history: Vec::new(),
        }
    }
}

impl WindowState {
    /// Reads what was remembered; nothing where there is none that makes sense.
    pub fn load(dir: &Path) -> Self {
        fs_err::read_to_string(dir.join(FILE_NAME))
            .ok()
            .and_then(|text| Self::parse(&text))
            .unwrap_or_default()
    }

    fn parse(text: &str) -> Option<Self> {
        let mut state: Self = serde_json::from_str(text).ok()?;
        let sane = |v: f32| v.is_finite() && v.abs() < FAR;
        state.position = state.position.filter(|(x, y)| sane(*x) && sane(*y));
        let (width, height) = state.size;
        if !sane(width) || !sane(height) {
            state.size = (SIZE.x, SIZE.y);
        }
        state.size = (state.size.0.max(MIN_SIZE.x), state.size.1.max(MIN_SIZE.y));
        state.side_width = state.side_width.filter(|width| sane(*width));
        let chosen = |share: &f32| (0.0..=1.0).contains(share) && *share != OLD_FILES_SHARE;
        state.files_share = state.files_share.filter(chosen);
        state.widths.retain(|_, width| sane(*width));
        state.hidden.retain(|column| column.can_hide());
        Some(state)
    }

    /// Remembers it.
    ///
    /// # Errors
    /// If it can't be written; then the old one stands.
    pub fn save(&self, dir: &Path) -> std::io::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        config::save_text(&dir.join(FILE_NAME), &text)
    }

    /// Gives the model what it remembers of it.
    pub fn apply(&self, model: &mut Model) {
        model.table.set_sort(self.sort);
        model.widths = self.widths.iter().map(|(c, w)| (*c, *w)).collect();
        model.hidden.clone_from(&self.hidden);
        model.sql_history.clone_from(&self.sql_history);
        model.side_width = self.side_width;
        model.files_share = self.files_share;
    }

    /// Takes from the model what is remembered of it.
    pub fn take(&mut self, model: &Model) {
        self.sort = model.table.sort();
        self.widths = model.widths.iter().map(|(c, w)| (*c, *w)).collect();
        self.hidden.clone_from(&model.hidden);
        self.sql_history.clone_from(&model.sql_history);
        self.side_width = model.side_width;
        self.files_share = model.files_share;
    }

    /// Takes the place of the window; one that is minimised has none, one that fills the screen keeps the
    /// place that it returns to.
    pub fn place(&mut self, outer: Option<Rect>, inner: Vec2, maximized: bool) {
        self.maximized = maximized;
        if !maximized && inner.x >= 1.0 && inner.y >= 1.0 {
            self.size = (inner.x.round(), inner.y.round());
            self.position = outer.map(|o| (o.min.x.round(), o.min.y.round()));
        }
    }
}

/// Where a window of this place and size has to go so that a person can grasp it: nowhere, if enough of its
/// title is on one of the screens.
pub fn corrected(position: Pos2, size: Vec2, screens: &[Rect]) -> Option<Pos2> {
    const GRASP: Vec2 = vec2(120.0, 32.0);
    let title = Rect::from_min_size(position, vec2(size.x, GRASP.y));
    let grasped = |screen: &Rect| {
        let seen = screen.intersect(title);
        seen.width() >= GRASP.x.min(size.x) && seen.height() >= GRASP.y / 2.0
    };
    let first = screens.first()?;
    if screens.iter().any(grasped) {
        return None;
    }
    let free = (first.size() - size).max(Vec2::ZERO) / 2.0;
    Some(first.min + vec2(free.x, free.y.min(first.height() / 4.0)))
        .map(|p| pos2(p.x.round(), p.y.round()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(WindowState::load(dir.path()), WindowState::default());
        let mut state = WindowState {
            side_width: Some(300.0),
            files_share: Some(0.1),
            hidden: vec![Column::Files],
            ..WindowState::default()
        };
        state.widths.insert(Column::Created, 99.0);
        state.place(
            Some(Rect::from_min_size(pos2(10.0, 20.0), vec2(900.0, 700.0))),
            vec2(890.0, 660.0),
            false,
        );
        state.save(dir.path()).unwrap();
        assert_eq!(WindowState::load(dir.path()), state);
        state.place(None, vec2(1920.0, 1080.0), true);
        assert_eq!(
            (state.size, state.position),
            ((890.0, 660.0), Some((10.0, 20.0)))
        );
    }

    #[test]
    fn what_makes_no_sense_is_forgotten() {
        for text in ["", "{", "7", "{\"sort\": 7}"] {
            assert_eq!(WindowState::parse(text), None, "{text}");
        }
        let broken = r#"{"position": [1e9, 0.0], "size": [3.0, 1e30], "side_width": 1e9,
            "hidden": ["session", "files"]}"#;
        let state = WindowState::parse(broken).unwrap();
        assert_eq!(state.position, None);
        assert_eq!(state.size, (SIZE.x, SIZE.y));
        assert_eq!(state.side_width, None);
        assert_eq!(state.hidden, [Column::Files], "ids can't be hidden");
        for (share, chosen) in [("0.36", None), ("7.0", None), ("0.5", Some(0.5))] {
            let state = WindowState::parse(&format!("{{\"files_share\": {share}}}")).unwrap();
            assert_eq!(state.files_share, chosen, "{share}");
        }
    }

    #[test]
    fn a_window_off_every_screen_comes_back() {
        let screen = |x: f32| Rect::from_min_size(pos2(x, 0.0), vec2(1920.0, 1080.0));
        let two = [screen(0.0), screen(1920.0)];
        let size = vec2(1000.0, 700.0);
        for (position, to) in [
            (pos2(10.0, 10.0), None),
            (pos2(2000.0, 10.0), None),
            (pos2(-880.0, 10.0), None),
            (pos2(-990.0, 10.0), Some(pos2(460.0, 190.0))),
            (pos2(4000.0, 10.0), Some(pos2(460.0, 190.0))),
            (pos2(10.0, 2000.0), Some(pos2(460.0, 190.0))),
            (pos2(10.0, -100.0), Some(pos2(460.0, 190.0))),
        ] {
            assert_eq!(corrected(position, size, &two), to, "{position}");
        }
        assert_eq!(
            corrected(pos2(9e3, 9e3), size, &[]),
            None,
            "nobody knows the screens"
        );
    }
}
