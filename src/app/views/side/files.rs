//! The files of the open session as a tree.

use eframe::egui::Ui;

use crate::app::action::Action;
use crate::app::icons::Icon;
use crate::app::model::Open;
use crate::app::model::row::Row;
use crate::app::model::tree::{EntryKind, Line};
use crate::app::theme::{self, space};
use crate::app::widgets::empty::Empty;
use crate::app::widgets::file_tree::{self, Asked, Kind};
use crate::session::text;

pub fn show(ui: &mut Ui, row: &Row, open: &Open, actions: &mut Vec<Action>) {
    let tree = match &open.files {
        // It is there in a moment; a word would only flicker.
        None => return,
        Some(Ok(tree)) => tree,
        Some(Err(problem)) => {
            empty(ui, Icon::Warning, &problem.title, &problem.why);
            return;
        }
    };
    if tree.is_empty() {
        empty(ui, Icon::Folder, "This session is empty", "");
        return;
    }
    if tree.left_out > 0 {
        ui.horizontal(|ui| {
            ui.add_space(space::S);
            let words = format!("{} more are not shown", text::grouped(tree.left_out));
            ui.label(theme::caption(ui, words));
        });
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let asked = file_tree::show(ui, tree.len(), |i| tree.line(i).map(drawn));
    let full = |path: &str| row.session.path.join(path);
    actions.extend(asked.map(|asked| match asked {
        Asked::Toggle(path) => Action::ToggleFolder(path),
        Asked::Open(path) => Action::OpenFile(full(&path)),
        Asked::Reveal(path) => Action::RevealFile(full(&path)),
        Asked::CopyPath(path) => Action::Copy(full(&path).display().to_string()),
    }));
}

fn drawn(line: Line<'_>) -> file_tree::Line<'_> {
    file_tree::Line {
        path: line.path,
        name: line.name,
        kind: match line.kind {
            EntryKind::Folder if line.is_open => Kind::OpenFolder,
            EntryKind::Folder => Kind::Folder,
            EntryKind::File => Kind::File,
            EntryKind::Link => Kind::Link,
        },
        bytes: line.bytes,
        depth: line.depth,
    }
}

fn empty(ui: &mut Ui, icon: Icon, sentence: &str, hint: &str) {
    let place = Empty {
        icon,
        sentence,
        hint,
        button: "",
        drop_target: false,
    };
    place.show(ui);
}
