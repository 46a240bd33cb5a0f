//! The files of a session as a tree. Whoever has them keeps them flat, folders before what is in them;
//! only what is seen is asked for and drawn.

use eframe::egui::{Align2, Id, Key, Modifiers, Role, Sense, Ui, WidgetInfo, vec2};

use super::list::{self, List};
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
    /// A file opened by its program.
    Open(String),
    /// A file shown in the file manager.
    Reveal(String),
    /// A path on the clipboard.
    CopyPath(String),
}

/// Draws `lines` lines; `line` gives each that is to be seen.
pub fn show<'a>(
    ui: &mut Ui,
    lines: usize,
    line: impl Fn(usize) -> Option<Line<'a>>,
) -> Option<Asked> {
    let id = ui.make_persistent_id("marked file");
    let marked = marked(ui, id, lines, &line);
    let mut asked = None;
    let mut stepped_to = None;
    let tree = List {
        name: "Files",
        role: Role::Tree,
        rows: lines,
        marked,
        reveal: false,
    };
    let outcome = tree.show(ui, |ui, row| {
        if let Some(line) = line(row.index) {
            asked = draw(ui, &row, &line, marked == Some(row.index)).or(asked.take());
        }
    });
    if outcome.focused
        && let Some(at) = marked
        && let Some(here) = line(at)
    {
        match keys(ui, at, &here, &line) {
            Some(Went::Asked(key)) => asked = Some(key),
            Some(Went::Step(to)) => stepped_to = Some(to),
            None => {}
        }
    }
    if let Some(new) = outcome.marked.or(stepped_to)
        && let Some(line) = line(new)
    {
        ui.data_mut(|d| d.insert_temp(id, (new, line.path.to_owned())));
    }
    asked
}

/// The marked line: where it was, or wherever its path is now.
fn marked<'a>(
    ui: &Ui,
    id: Id,
    lines: usize,
    line: &impl Fn(usize) -> Option<Line<'a>>,
) -> Option<usize> {
    let (at, path) = ui.data(|d| d.get_temp::<(usize, String)>(id))?;
    let is_here = |i: usize| line(i).is_some_and(|l| l.path == path);
    if is_here(at) {
        Some(at)
    } else {
        (0..lines).find(|i| is_here(*i))
    }
}

/// What a key leads to.
enum Went {
    Asked(Asked),
    Step(usize),
}

/// Right opens a folder or goes into it, left closes it or goes out, Enter opens.
fn keys<'a>(
    ui: &Ui,
    at: usize,
    here: &Line<'a>,
    line: &impl Fn(usize) -> Option<Line<'a>>,
) -> Option<Went> {
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let toggle = || Went::Asked(Asked::Toggle(here.path.to_owned()));
    if pressed(Key::Enter) {
        return Some(Went::Asked(activate(here)));
    }
    if pressed(Key::ArrowRight) {
        return match here.kind {
            Kind::Folder => Some(toggle()),
            Kind::OpenFolder => Some(Went::Step(at + 1)),
            Kind::File | Kind::Link => None,
        };
    }
    if pressed(Key::ArrowLeft) {
        if here.kind == Kind::OpenFolder {
            return Some(toggle());
        }
        let parent = (0..at)
            .rev()
            .find(|i| line(*i).is_some_and(|l| l.depth < here.depth));
        return parent.map(Went::Step);
    }
    None
}

/// What a double click or Enter does.
fn activate(line: &Line<'_>) -> Asked {
    let path = line.path.to_owned();
    match line.kind {
        Kind::Folder | Kind::OpenFolder => Asked::Toggle(path),
        Kind::File => Asked::Open(path),
        Kind::Link => Asked::Reveal(path),
    }
}

fn draw(ui: &mut Ui, row: &list::Row<'_>, line: &Line<'_>, marked: bool) -> Option<Asked> {
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
    let name = paint::before(
        paint::after(after_chevron, size::ICON + space::S),
        number::WIDTH + space::S,
    );
    let cut = paint::name(&painter, name, line.name, paint::body(), p.text);
    if line.kind != Kind::Link {
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
    asked
}

/// Words of a column's head over the sizes, in the same columns as the lines.
pub fn header(ui: &mut Ui, left: &str, right: &str) {
    let (rect, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::HEADER), Sense::hover());
    let p = theme::palette(ui);
    ui.painter().rect_filled(rect, 0.0, p.panel);
    paint::hairline_below(ui.painter(), rect, p);
    let inside = rect.shrink2(vec2(space::S, 0.0));
    paint::text(
        ui.painter(),
        inside,
        Align2::LEFT_CENTER,
        left,
        paint::small(),
        p.secondary,
    );
    paint::text(
        ui.painter(),
        inside,
        Align2::RIGHT_CENTER,
        right,
        paint::small(),
        p.secondary,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::{Harness, kittest::Queryable};

    type State = (bool, Vec<Asked>);

    /// A folder with a file in it, and a file beside it.
    fn window() -> Harness<'static, State> {
        harness((false, vec![]), |ui, (open, log): &mut State| {
            let line = |path: &'static str, kind, depth| Line {
                path,
                name: path.rsplit('/').next().unwrap_or(path),
                kind,
                bytes: 1_000,
                depth,
            };
            let mut lines = vec![line(
                "data",
                if *open {
                    Kind::OpenFolder
                } else {
                    Kind::Folder
                },
                0,
            )];
            if *open {
                lines.push(line("data/a.csv", Kind::File, 1));
            }
            lines.push(line("main.py", Kind::File, 0));
            if let Some(asked) = show(ui, lines.len(), |i| lines.get(i).copied()) {
                *open ^= matches!(asked, Asked::Toggle(_));
                log.push(asked);
            }
        })
    }

    #[test]
    fn a_tree_is_walked_by_keyboard() {
        let mut window = window();
        window
            .get_by_role_and_label(Role::TreeItem, "data, 1.0 kB")
            .click();
        window.run();
        for key in [
            Key::ArrowRight,
            Key::ArrowRight,
            Key::Enter,
            Key::ArrowLeft,
            Key::ArrowLeft,
        ] {
            window.key_press(key);
            window.run();
        }
        let toggle = || Asked::Toggle("data".into());
        assert_eq!(
            window.state().1,
            [toggle(), Asked::Open("data/a.csv".into()), toggle()]
        );
    }

    #[test]
    fn a_chevron_opens_and_the_menu_reveals() {
        let mut window = window();
        window.get_by_label("Open data").click();
        window.run();
        assert!(window.query_by_label("a.csv, 1.0 kB").is_some());
        window.get_by_label("main.py, 1.0 kB").click_secondary();
        window.run();
        window.get_by_label("Copy path").click();
        window.run();
        assert_eq!(
            window.state().1.last(),
            Some(&Asked::CopyPath("main.py".into()))
        );
    }
}
