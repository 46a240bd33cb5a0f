//! The tab Files: the tree, and the file that is marked in it beside or below.

use egui::{CursorIcon, Id, Rangef, Rect, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2};

use super::Memory as Screen;
use crate::app::action::Action;
use crate::app::input::{self, Place};
use crate::app::model::preview::Act;
use crate::app::model::tree::Line;
use crate::app::model::{Model, Open};
use crate::app::theme::{self, size};
use crate::app::views::files_tab::{self, Files};
use crate::app::views::preview;
pub use crate::app::views::preview::Memory;
use crate::app::widgets::file_tree::{self, Asked, Kind};
use crate::app::widgets::paint;
use crate::session::{EntryKind, SessionId, Table};

/// From this width on, the file stands beside the tree.
const BESIDE: f32 = 620.0;

/// The least that is left of tree and file beside each other, and of each where they are below each other.
const LEAST: (f32, f32, f32) = (88.0, 168.0, 72.0);

/// Where nobody chose it, the tree beside the file is this wide at least, and at most this share of the tab.
const UNASKED: (f32, f32) = (176.0, 0.55);

/// Where nobody chose it, the tree above the file has this share of the tab.
const ABOVE: f32 = 0.36;

/// The width that the names in a tree need; kept, because a tree may be long and nothing shall jump.
#[derive(Debug, Default)]
pub struct Fit {
    of: Option<(SessionId, usize)>,
    width: f32,
}

impl Fit {
    /// Names that are measured, and how deep.
    const MOST: (usize, usize) = (2_000, 2);

    fn width(&mut self, ui: &Ui, open: &Open) -> f32 {
        if let Some(tree) = open.tree()
            && self.of != Some((open.id, tree.size()))
        {
            self.of = Some((open.id, tree.size()));
            let names = tree.names(Self::MOST.1).take(Self::MOST.0);
            let widths = names.map(|(depth, name)| file_tree::width(ui, name, depth));
            self.width = widths.fold(0.0, f32::max);
        }
        self.width
    }
}

pub fn show(ui: &mut Ui, model: &Model, memory: &mut Screen, actions: &mut Vec<Action>) {
    let whole = ui.available_rect_before_wrap();
    let beside = whole.width() >= BESIDE;
    let (first, second) = match (&model.preview, &model.open) {
        (Some(_), Some(open)) => {
            let names = memory.files.width(ui, open);
            halves(whole, model.files_share, beside, names)
        }
        _ => (whole, whole.with_min_y(whole.bottom())),
    };
    // Always in the same place of the toolkit's tree, so that it keeps what is marked and the keyboard.
    // What has too little room makes nothing around it larger.
    let mut left = ui.new_child(UiBuilder::new().max_rect(first).id_salt("tree"));
    left.set_clip_rect(ui.clip_rect().intersect(first));
    tree(&mut left, model, memory.mark_file.take(), actions);
    let Some(shown) = &model.preview else {
        return;
    };
    let in_use = model
        .open_row()
        .is_some_and(|row| row.session.protection.in_use);
    let manifest = model.open.as_ref().and_then(|o| o.manifest.as_ref());
    let tables = manifest.and_then(|m| m.as_deref()).map(|m| &m.tables);
    let made_from = |table: &&Table| table.source == shown.path;
    let tables: Vec<_> = tables.into_iter().flatten().filter(made_from).collect();
    let given = preview::Given {
        in_use,
        tables: &tables,
    };
    let mut right = ui.new_child(UiBuilder::new().max_rect(second).id_salt("preview"));
    right.set_clip_rect(ui.clip_rect().intersect(second));
    let outcome = preview::show(&mut right, shown, given, &mut memory.preview);
    splitter(ui, whole, second, beside, actions);
    ui.advance_cursor_after_rect(whole);
    if outcome.focused {
        ui.data_mut(|d| d.insert_temp(input::place_id(), Place::Preview));
    }
    if outcome.asked.iter().any(is_of_the_file)
        && let Some(tree) = ui.data(|d| d.get_temp(input::tree_id()))
    {
        // A button has no use for the keyboard, and among the sessions the next Delete would mean a whole one.
        ui.memory_mut(|m| m.request_focus(tree));
    }
    let Some(row) = model.open_row() else {
        return;
    };
    let path = || row.session.path.join(&shown.path);
    actions.extend(outcome.asked.into_iter().map(|asked| match asked {
        preview::Asked::Act(act) => Action::Preview(act),
        preview::Asked::Open => Action::OpenFile(path()),
        preview::Asked::Copy(text) => Action::Copy(text),
    }));
}

/// Whether it was asked by a button above the file, and leaves the keyboard with nobody.
fn is_of_the_file(asked: &preview::Asked) -> bool {
    use preview::Asked;
    matches!(
        asked,
        Asked::Act(Act::Delete(_) | Act::Save(_) | Act::Follow(true) | Act::Bare(_)) | Asked::Open
    )
}

/// Where tree and file stand: by the share that the tree was given, or else by the width of its `names`.
fn halves(whole: Rect, share: Option<f32>, beside: bool, names: f32) -> (Rect, Rect) {
    let within = |wanted: f32, room: f32, (first, second): (f32, f32)| {
        let first = first.min(room / 3.0);
        wanted.clamp(first, (room - second).max(first))
    };
    if beside {
        let room = whole.width();
        let unasked = names.clamp(UNASKED.0, (room * UNASKED.1).max(UNASKED.0));
        let width = within(
            share.map_or(unasked, |s| room * s),
            room,
            (LEAST.0, LEAST.1),
        );
        let x = (whole.left() + width).round();
        (whole.with_max_x(x), whole.with_min_x(x))
    } else {
        let room = whole.height();
        let height = within(room * share.unwrap_or(ABOVE), room, (LEAST.2, LEAST.2));
        let y = (whole.top() + height).round();
        (whole.with_max_y(y), whole.with_min_y(y))
    }
}

/// The line between tree and file, to be dragged.
fn splitter(ui: &Ui, whole: Rect, second: Rect, beside: bool, actions: &mut Vec<Action>) {
    const GRIP: f32 = 4.0;
    let p = theme::palette(ui);
    let (grip, cursor) = if beside {
        let x = Rangef::point(second.left()).expand(GRIP);
        (
            Rect::from_x_y_ranges(x, second.y_range()),
            CursorIcon::ResizeHorizontal,
        )
    } else {
        let y = Rangef::point(second.top()).expand(GRIP);
        (
            Rect::from_x_y_ranges(second.x_range(), y),
            CursorIcon::ResizeVertical,
        )
    };
    let response = ui
        .interact(grip, Id::unique("files-splitter"), Sense::click_and_drag())
        .on_hover_and_drag_cursor(cursor)
        .on_hover_text("Drag to resize; double click for the width that the names need");
    response
        .widget_info(|| WidgetInfo::labeled(Role::Splitter, true, "Room for the tree of files"));
    let stroke = if response.hovered() || response.dragged() {
        Stroke::new(size::HAIRLINE, p.accent_ink)
    } else {
        paint::hairline(ui.painter(), p)
    };
    let end = if beside {
        second.left_bottom()
    } else {
        second.right_top()
    };
    ui.painter()
        .line_segment([pos2(second.left(), second.top()), end], stroke);
    if response.double_clicked() {
        actions.push(Action::Preview(Act::Share(None)));
    } else if let Some(pointer) = response
        .interact_pointer_pos()
        .filter(|_| response.dragged())
    {
        let share = if beside {
            (pointer.x - whole.left()) / whole.width()
        } else {
            (pointer.y - whole.top()) / whole.height()
        };
        actions.push(Action::Preview(Act::Share(Some(share))));
    }
}

fn tree(ui: &mut Ui, model: &Model, mark: Option<String>, actions: &mut Vec<Action>) {
    let (Some(row), Some(open)) = (model.open_row(), &model.open) else {
        return;
    };
    let tree = open.files.as_ref().and_then(|f| f.as_ref().ok());
    let known = match &open.files {
        None => Files::Reading,
        Some(Err(problem)) => Files::Unreadable(&problem.why),
        Some(Ok(tree)) => Files::Read {
            lines: tree.len(),
            left_out: tree.left_out,
        },
    };
    let asked = files_tab::show(ui, known, mark, |i| tree?.line(i).map(drawn));
    let full = |path: &str| row.session.path.join(path);
    actions.extend(asked.map(|asked| match asked {
        Asked::Toggle(path) => Action::ToggleFolder(path),
        Asked::Show(path) => Action::Preview(Act::Show(path)),
        Asked::Open(path) => Action::OpenFile(full(&path)),
        Asked::Reveal(path) => Action::RevealFile(full(&path)),
        Asked::CopyPath(path) => Action::Copy(full(&path).display().to_string()),
        Asked::Save(path) => Action::Preview(Act::Save(path)),
        Asked::Delete(path) => Action::Preview(Act::Delete(path)),
    }));
}

fn drawn(line: Line<'_>) -> file_tree::Line<'_> {
    file_tree::Line {
        path: line.path,
        name: line.name,
        kind: match line.kind {
            EntryKind::Folder if line.is_open => Kind::OpenFolder,
            EntryKind::Folder => Kind::Folder,
            EntryKind::File | EntryKind::Other => Kind::File,
            EntryKind::Link => Kind::Link,
        },
        bytes: line.bytes,
        depth: line.depth,
    }
}
