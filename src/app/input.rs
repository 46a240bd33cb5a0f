//! What keys and dropped files mean. Knows no view: the same keys hold wherever the pointer is.

use std::path::PathBuf;

use egui::{Context, Event, Id, Key, Modifiers, Popup};

use super::action::{Action, DataAction, RunAction};
use super::command::Command;
use super::model::Model;
use super::model::preview::Act;
use super::model::selection::Step;

/// The table as a place for the keyboard.
pub fn table_id() -> Id {
    Id::unique("session-table")
}

/// The rows of a database as a place for the keyboard.
pub fn grid_id() -> Id {
    Id::unique("data-grid")
}

/// Rows that a page of the keyboard is long; set by the table when it is drawn.
pub fn page_id() -> Id {
    Id::unique("session-table-page")
}

/// Where the tree of files says which of the toolkit's places for the keyboard it is.
pub fn tree_id() -> Id {
    Id::unique("file-tree")
}

/// What else can have the keyboard, told by the screen when it is drawn: the tree of files with the file that is
/// marked in it, the preview, or the output of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    /// None of them.
    #[default]
    Elsewhere,
    /// The tree; Delete means this file there.
    Tree(Option<String>),
    /// The preview or its search.
    Preview,
    /// The output of a run.
    Output,
}

/// Where [`Place`] is kept.
pub fn place_id() -> Id {
    Id::unique("keyboard-place")
}

/// Understands the keys of this frame, in the order in which they were pressed: an arrow before Delete moves
/// first, however slow the frame was.
pub fn keys(ctx: &Context, model: &Model, actions: &mut Vec<Action>) {
    let menu_is_open = Popup::is_any_open(ctx);
    if menu_is_open {
        keep_keyboard(ctx);
    }
    if model.dialog.is_some() {
        return;
    }
    let keyboard = Keyboard {
        typing: ctx.text_edit_focused(),
        at_table: !menu_is_open && ctx.memory(|m| m.has_focus(table_id())),
        at_grid: ctx.memory(|m| m.has_focus(grid_id())),
        shift: ctx.input(|i| i.modifiers.shift),
        page: ctx.data(|d| d.get_temp(page_id())).unwrap_or(10),
        place: ctx.data(|d| d.get_temp(place_id())).unwrap_or_default(),
    };
    let mut opened = false;
    ctx.input_mut(|input| {
        input.events.retain(|event| {
            // What follows is meant for the dialog that has been asked for.
            let meaning = if opened {
                None
            } else {
                keyboard.meaning(event)
            };
            opened |= matches!(&meaning, Some(Action::Command(c)) if c.opens_dialog());
            let is_ours = meaning.is_some();
            actions.extend(meaning);
            !is_ours
        });
    });
}

/// Remembers what has the keyboard, at the end of a frame.
pub fn note_keyboard(ctx: &Context) {
    if let Some(id) = ctx.memory(|m| m.focused()) {
        ctx.data_mut(|d| d.insert_temp(had_keyboard_id(), id));
    }
}

fn had_keyboard_id() -> Id {
    Id::unique("had-keyboard")
}

/// Escape closes the menu that is open and nothing else. The toolkit has taken the keyboard from what lies
/// behind it as well; that gets it back before it knows.
fn keep_keyboard(ctx: &Context) {
    if !ctx.input(|i| i.key_pressed(Key::Escape)) {
        return;
    }
    if let Some(id) = ctx.data(|d| d.get_temp(had_keyboard_id())) {
        ctx.memory_mut(|m| {
            if m.focused().is_none() {
                m.request_focus(id);
            }
        });
    }
}

/// Where the keyboard is.
struct Keyboard {
    /// In a field.
    typing: bool,
    /// In the table.
    at_table: bool,
    /// In the rows of a database.
    at_grid: bool,
    /// Whether Shift is down.
    shift: bool,
    /// Rows that a page is long.
    page: usize,
    /// Tree, preview or output.
    place: Place,
}

impl Keyboard {
    /// What an event means to us, if anything.
    fn meaning(&self, event: &Event) -> Option<Action> {
        match event {
            Event::Key {
                key,
                pressed: true,
                modifiers,
                ..
            } => self
                .in_files(*key, *modifiers)
                .or_else(|| self.in_grid(*key, *modifiers))
                .or_else(|| self.command(*key, *modifiers))
                .or_else(|| self.step(*key, *modifiers)),
            // The toolkit makes events of its own of these keys.
            Event::Copy if self.at_grid => Some(Action::Data(DataAction::CopyMarked)),
            Event::Copy if self.place == Place::Output && !self.typing => {
                Some(Action::Run(RunAction::CopyOutput))
            }
            Event::Copy if !self.typing && self.is_with_sessions() => {
                Some(Action::Command(Command::CopyId))
            }
            Event::Cut if self.shift && !self.typing && self.is_with_sessions() => {
                Some(Action::Command(Command::DeleteForever))
            }
            Event::Text(text) if self.at_table && text == "?" => {
                Some(Action::Command(Command::Shortcuts))
            }
            Event::Text(letters) if self.at_table => Some(Action::TypeAhead(letters.clone())),
            _ => None,
        }
    }

    /// Whether keys that could mean what is inside a session mean the session itself.
    fn is_with_sessions(&self) -> bool {
        self.place == Place::Elsewhere && !self.at_grid
    }

    /// What keys mean in tree and preview, whose Delete must never reach the session.
    fn in_files(&self, key: Key, modifiers: Modifiers) -> Option<Action> {
        match (&self.place, key) {
            (Place::Elsewhere | Place::Output, _) => None,
            (Place::Tree(Some(path)), Key::Delete) if modifiers.is_none() && !self.typing => {
                Some(Action::Preview(Act::Delete(path.clone())))
            }
            (_, Key::F) if modifiers.command_only() => Some(Action::Command(Command::FindInFile)),
            (_, Key::F3) => Some(Action::Preview(Act::Step(!modifiers.shift))),
            _ => None,
        }
    }

    /// What keys mean among the rows of a database, whose copies are not the session's path.
    fn in_grid(&self, key: Key, modifiers: Modifiers) -> Option<Action> {
        let wanted = Modifiers::COMMAND | Modifiers::SHIFT;
        let is_copy = self.at_grid && key == Key::C && modifiers.matches_exact(wanted);
        is_copy.then_some(Action::Data(DataAction::Copy))
    }

    fn command(&self, key: Key, modifiers: Modifiers) -> Option<Action> {
        let is_mine = |c: &Command| match c {
            // These belong to whatever has the keyboard.
            Command::OpenFolder | Command::ClearSelection => self.at_table,
            // A question mark comes as text, whatever the keyboard's layout.
            Command::Shortcuts => false,
            Command::Delete | Command::DeleteForever if !self.is_with_sessions() => false,
            Command::SelectAll if self.at_grid => false,
            c => !self.typing || c.works_while_typing(),
        };
        let fits = |c: &Command| {
            let shortcut = c.shortcut();
            shortcut.logical_key == key && modifiers.matches_logically(shortcut.modifiers)
        };
        let found = most_keys_first().find(|c| fits(c) && is_mine(c));
        found.map(Action::Command)
    }

    fn step(&self, key: Key, modifiers: Modifiers) -> Option<Action> {
        if !self.at_table {
            return None;
        }
        let step = match key {
            Key::ArrowUp => Step::Up,
            Key::ArrowDown => Step::Down,
            Key::Home => Step::First,
            Key::End => Step::Last,
            Key::PageUp => Step::PageUp(self.page),
            Key::PageDown => Step::PageDown(self.page),
            _ => return None,
        };
        Some(Action::Step(step, modifiers.shift))
    }
}

/// The commands in an order in which none takes the keys of another: a key without Shift would match with it.
fn most_keys_first() -> impl Iterator<Item = Command> {
    let with_shift = |wanted: bool| move |c: &Command| c.shortcut().modifiers.shift == wanted;
    let all = || Command::ALL.into_iter();
    all()
        .filter(with_shift(true))
        .chain(all().filter(with_shift(false)))
}

/// Files that are dragged over the window.
#[derive(Debug, Default)]
pub struct Drop {
    hovering: Vec<PathBuf>,
    /// When they were gone without having arrived, on the toolkit's clock.
    gone: Option<f64>,
}

/// A pointer that moves in the window so soon after the files have gone let go of them here, in seconds.
const SOON: f64 = 0.4;

impl Drop {
    /// Understands what hovers and what was dropped in this frame.
    pub fn watch(&mut self, ctx: &Context, actions: &mut Vec<Action>) {
        let (hovering, dropped) = ctx.input(|i| {
            let hovering = i.raw.hovered_files.iter().filter_map(|f| f.path.clone());
            let dropped = i.raw.dropped_files.iter().map(|f| f.path().to_owned());
            (hovering.collect::<Vec<_>>(), dropped.collect::<Vec<_>>())
        });
        if !dropped.is_empty() {
            *self = Self::default();
            actions.push(Action::Upload(dropped));
            return;
        }
        if hovering != self.hovering {
            let now = ctx.input(|i| i.time);
            self.gone = hovering.is_empty().then_some(now);
            actions.push(Action::Hover(hovering.clone()));
            self.hovering = hovering;
        }
        self.miss(ctx, actions);
    }

    /// Whoever carries files through the window has the pointer to himself; it comes back to us only when
    /// they were let go here.
    fn miss(&mut self, ctx: &Context, actions: &mut Vec<Action>) {
        let Some(gone) = self.gone else {
            return;
        };
        let (now, moved) = ctx.input(|i| {
            let moved = i.events.iter().any(|e| matches!(e, Event::PointerMoved(_)));
            (i.time, moved)
        });
        if now - gone > SOON {
            self.gone = None;
        } else if moved {
            self.gone = None;
            actions.push(Action::DropLost);
        }
    }
}
