//! One line of the file tree: how it looks, and what can be asked of it.

use egui::{Role, Sense, Ui, WidgetInfo, vec2};

use super::list::Row;
use super::number::{self, Bytes};
use super::{menu, paint};
use crate::app::filetype::FileType;
use crate::app::format;
use crate::app::icons::Icon;
use crate::app::theme::{self, size, space};

/// How far each level stands in.
const INDENT: f32 = 16.0;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A folder that shows what is in it.
    OpenFolder,
    /// A folder that doesn't.
    Folder,
    /// A regular file.
    File,
    /// A link.
    Link,
}

/// A line of the tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line<'a> {
    /// Path below the session, with `/`.
    pub path: &'a str,
    /// The last part of it.
    pub name: &'a str,
    /// What it is.
    pub kind: Kind,
    /// Length in bytes; of a folder, of everything in it.
    pub bytes: u64,
    /// How deep it stands, from 0.
    pub depth: usize,
}

/// What the person wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A folder opened or closed.
    Toggle(String),
    /// A file shown beside the tree.
    Show(String),
    /// A file opened by its program.
    Open(String),
    /// A file shown in the file manager.
    Reveal(String),
    /// A path on the clipboard.
    CopyPath(String),
    /// A copy of a file saved elsewhere.
    Save(String),
    /// A file deleted.
    Delete(String),
}

/// The width in which a line of this name shows all of it.
pub fn width(ui: &Ui, name: &str, depth: usize) -> f32 {
    let name = paint::measure(ui.painter(), name, &paint::body());
    let before = space::S + (depth + 1) as f32 * INDENT + space::XS + size::ICON + space::S;
    // A point more, as text is drawn on whole pixels.
    before + name + 1.0 + space::S + number::WIDTH + space::S
}

/// Whether a line of this width has room for a size beside the name.
pub(super) fn has_sizes(width: f32) -> bool {
    width >= 2.0 * number::WIDTH + 48.0
}

/// What a double click or Enter does.
pub(super) fn activate(line: &Line<'_>) -> Asked {
    let path = line.path.to_owned();
    match line.kind {
        Kind::Folder | Kind::OpenFolder => Asked::Toggle(path),
        Kind::File => Asked::Open(path),
        Kind::Link => Asked::Reveal(path),
    }
}

/// Draws a line over its row; what the person wants of it, if anything.
pub(super) fn draw(ui: &mut Ui, row: &Row<'_>, line: &Line<'_>, marked: bool) -> Option<Asked> {
    let p = theme::palette(ui);
    let is_folder = matches!(line.kind, Kind::Folder | Kind::OpenFolder);
    row.response.widget_info(|| {
        let words = format!("{}, {}", line.name, Bytes::Known(line.bytes).words());
        WidgetInfo::selected(Role::TreeItem, ui.is_enabled(), marked, words)
    });
    let painter = ui.painter().clone();
    let rect = row.rect.shrink2(vec2(space::S, 0.0));
    let inside = paint::after(rect, line.depth as f32 * INDENT);
    let chevron = paint::icon_square(inside);
    let mut asked = None;
    if is_folder {
        let icon = if line.kind == Kind::OpenFolder {
            Icon::ChevronDown
        } else {
            Icon::ChevronRight
        };
        icon.paint(&painter, chevron.shrink(1.0), p.secondary);
        let toggle = ui.interact(
            chevron.expand(4.0),
            row.response.id.with("chevron"),
            Sense::CLICK,
        );
        toggle.widget_info(|| {
            WidgetInfo::labeled(
                Role::DisclosureTriangle,
                true,
                format!("Open {}", line.name),
            )
        });
        if toggle.clicked() {
            asked = Some(Asked::Toggle(line.path.to_owned()));
        }
    }
    let icon = match line.kind {
        Kind::OpenFolder => Icon::FolderOpen,
        Kind::Folder => Icon::Folder,
        Kind::File => FileType::of(line.name).icon(),
        Kind::Link => Icon::Link,
    };
    let after_chevron = paint::after(inside, INDENT + space::XS);
    icon.paint(&painter, paint::icon_square(after_chevron), p.secondary);
    let sizes = has_sizes(row.rect.width());
    let name = paint::after(after_chevron, size::ICON + space::S);
    let name = match sizes {
        true => paint::before(name, number::WIDTH + space::S),
        false => name,
    };
    let cut = paint::name(&painter, name, line.name, paint::body(), p.text);
    if sizes && line.kind != Kind::Link {
        number::bytes(&painter, rect, Bytes::Known(line.bytes), p);
    }
    if row.response.double_clicked() && asked.is_none() {
        asked = Some(activate(line));
    }
    let chosen = menu::context(row.response, |ui| context(ui, line)).flatten();
    if cut {
        row.response.clone().on_hover_text(line.path);
    }
    chosen.or(asked)
}

fn context(ui: &mut Ui, line: &Line<'_>) -> Option<Asked> {
    let path = || line.path.to_owned();
    let show_in = format::show_in(ui.ctx().os());
    let mut asked = None;
    if line.kind == Kind::File && menu::Item::new("Open").icon(Icon::External).show(ui) {
        asked = Some(Asked::Open(path()));
    }
    if menu::Item::new(&show_in).icon(Icon::FolderOpen).show(ui) {
        asked = Some(Asked::Reveal(path()));
    }
    menu::separator(ui);
    if menu::Item::new("Copy path").icon(Icon::Copy).show(ui) {
        asked = Some(Asked::CopyPath(path()));
    }
    if line.kind == Kind::File {
        if menu::Item::new("Save a copy…").icon(Icon::Save).show(ui) {
            asked = Some(Asked::Save(path()));
        }
        menu::separator(ui);
        if menu::Item::new("Delete").icon(Icon::Trash).show(ui) {
            asked = Some(Asked::Delete(path()));
        }
    }
    asked
}
