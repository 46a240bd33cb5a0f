//! The tab "Files" of the open session.

use egui::{Ui, UiBuilder};

use crate::app::icons::Icon;
use crate::app::theme::{self, space};
use crate::app::widgets::empty;
use crate::app::widgets::file_tree::{self, Asked, Line};
use crate::session::text;

/// What is known of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files<'a> {
    /// They are being read.
    Reading,
    /// They can't be read; why.
    Unreadable(&'a str),
    /// So many lines of the tree are to be seen, and so many files were left out because there are too many.
    Read {
        /// Lines of the tree.
        lines: usize,
        /// Files that are not in it.
        left_out: u64,
    },
}

/// Draws the tab; `line` gives each line of the tree that is to be seen, `mark` is the file to be marked.
pub fn show<'a>(
    ui: &mut Ui,
    files: Files<'_>,
    mark: Option<String>,
    line: impl Fn(usize) -> Option<Line<'a>>,
) -> Option<Asked> {
    match files {
        Files::Reading => empty::nothing(ui, Icon::Folder, "Reading the files…", ""),
        Files::Unreadable(why) => empty::nothing(ui, Icon::Error, "The files can't be read", why),
        Files::Read { lines: 0, .. } => {
            let mut words =
                ui.new_child(UiBuilder::new().max_rect(ui.available_rect_before_wrap()));
            empty::nothing(
                &mut words,
                Icon::Folder,
                "No files",
                "This session is empty",
            );
            // Where the last file was deleted, the keyboard stays: among the sessions Delete means another thing.
            return file_tree::show(ui, 0, mark, line);
        }
        Files::Read { lines, left_out } => {
            ui.spacing_mut().item_spacing.y = 0.0;
            file_tree::header(ui, "Name", "Size", lines);
            if left_out > 0 {
                ui.horizontal(|ui| {
                    ui.add_space(space::S);
                    let more = text::count(left_out as usize, "more file is", "more files are");
                    ui.label(theme::caption(
                        ui,
                        format!("{more} not shown; open the folder to see all"),
                    ));
                });
            }
            return file_tree::show(ui, lines, mark, line);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::file_tree::Kind;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn each_state_has_its_words() {
        for (files, words) in [
            (Files::Reading, "Reading the files…"),
            (Files::Unreadable("permission denied"), "permission denied"),
            (
                Files::Read {
                    lines: 0,
                    left_out: 0,
                },
                "No files",
            ),
            (
                Files::Read {
                    lines: 1,
                    left_out: 5,
                },
                "5 more files are not shown; open the folder to see all",
            ),
            (
                Files::Read {
                    lines: 1,
                    left_out: 0,
                },
                "a.csv, 5 B",
            ),
        ] {
            let window = harness((), move |ui, ()| {
                let line = Line {
                    path: "a.csv",
                    name: "a.csv",
                    kind: Kind::File,
                    bytes: 5,
                    depth: 0,
                };
                show(ui, files, None, |_| Some(line));
            });
            assert!(window.query_by_label(words).is_some(), "{words}");
        }
    }
}
