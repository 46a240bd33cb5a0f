//! The files of a session as a tree. Whoever has them keeps them flat, folders before what is in them;
//! only what is seen is asked for and drawn.

use egui::{Align2, Id, Key, Modifiers, Role, Sense, Ui, vec2};

pub use super::file_line::{Asked, Kind, Line, width};
use super::file_line::{activate, draw, has_sizes};
use super::list::List;
use super::paint;
use crate::app::input;
use crate::app::theme::{self, size, space};

/// Draws `lines` lines; `line` gives each that is to be seen. `mark` marks a file and brings it into view.
pub fn show<'a>(
    ui: &mut Ui,
    lines: usize,
    mark: Option<String>,
    line: impl Fn(usize) -> Option<Line<'a>>,
) -> Option<Asked> {
    let id = ui.make_persistent_id("marked file");
    let reveal = mark.is_some();
    if let Some(path) = mark {
        let at = (0..lines).find(|i| line(*i).is_some_and(|l| l.path == path));
        ui.data_mut(|d| d.insert_temp(id, (at.unwrap_or(0), path)));
    }
    let marked = marked(ui, id, lines, &line);
    let mut asked = None;
    let mut stepped_to = None;
    let tree = List {
        name: "Files",
        role: Role::Tree,
        rows: lines,
        marked,
        reveal,
    };
    let place = ui.make_persistent_id(tree.name);
    ui.data_mut(|d| d.insert_temp(input::tree_id(), place));
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
    if outcome.focused {
        let here = marked.and_then(&line).filter(|l| l.kind == Kind::File);
        let place = input::Place::Tree(here.map(|l| l.path.to_owned()));
        ui.data_mut(|d| d.insert_temp(input::place_id(), place));
    }
    if let Some(new) = outcome.marked.or(stepped_to)
        && let Some(line) = line(new)
    {
        if line.kind == Kind::File {
            asked.get_or_insert_with(|| Asked::Show(line.path.to_owned()));
        }
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
    if pressed(Key::Space) && here.kind == Kind::File {
        return Some(Went::Asked(Asked::Show(here.path.to_owned())));
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

/// Words of a column's head over the sizes, in the same columns as the `lines` below, whose scroll bar takes room.
pub fn header(ui: &mut Ui, left: &str, right: &str, lines: usize) {
    let scrolls = lines as f32 * size::ROW > ui.available_height() - size::HEADER;
    let bar = match scrolls {
        true => ui.spacing().scroll.allocated_width(),
        false => 0.0,
    };
    let (rect, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::HEADER), Sense::hover());
    let p = theme::palette(ui);
    ui.painter().rect_filled(rect, 0.0, p.panel);
    paint::hairline_below(ui.painter(), rect, p);
    let inside = paint::before(rect.shrink2(vec2(space::S, 0.0)), bar);
    paint::text(
        ui.painter(),
        inside,
        Align2::LEFT_CENTER,
        left,
        paint::small(),
        p.secondary,
    );
    if !has_sizes(inside.width() + 2.0 * space::S) {
        return;
    }
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
            if let Some(asked) = show(ui, lines.len(), None, |i| lines.get(i).copied()) {
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
            [
                toggle(),
                Asked::Show("data/a.csv".into()),
                Asked::Open("data/a.csv".into()),
                toggle()
            ]
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
