//! What keys and dropped files mean. Knows no view: the same keys hold wherever the pointer is.

use std::path::PathBuf;

use eframe::egui::{Context, Event, Id, Key, Modifiers};

use super::action::Action;
use super::command::Command;
use super::model::Model;
use super::model::selection::Step;

/// The table as a place for the keyboard.
pub fn table_id() -> Id {
    Id::unique("session-table")
}

/// Rows that a page of the keyboard is long; set by the table when it is drawn.
pub fn page_id() -> Id {
    Id::unique("session-table-page")
}

/// Understands the keys of this frame.
pub fn keys(ctx: &Context, model: &Model, actions: &mut Vec<Action>) {
    if model.dialog.is_some() {
        return;
    }
    let typing = ctx.text_edit_focused();
    let let_go = just_let_go(ctx);
    let at_table = !typing && at_table(ctx);
    let before = actions.len();
    ctx.input_mut(|input| {
        for command in most_keys_first() {
            // Enter and Escape belong to whatever has the keyboard.
            let local = matches!(command, Command::OpenFolder | Command::ClearSelection);
            let mine = if local {
                at_table && !let_go
            } else {
                !typing || command.works_while_typing()
            };
            let shortcut = command.shortcut();
            if mine && input.consume_key(shortcut.modifiers, shortcut.logical_key) {
                actions.push(Action::Command(command));
            }
        }
        if !typing {
            // The toolkit has made events of its own of these keys.
            input.events.retain(|event| {
                let command = match event {
                    Event::Copy => Command::CopyId,
                    Event::Cut if input.modifiers.shift => Command::DeleteForever,
                    _ => return true,
                };
                actions.push(Action::Command(command));
                false
            });
        }
    });
    // Shift+/ arrives as "?" with Shift on some keyboards and as text on all.
    let asked = actions.len() > before;
    if at_table && !asked {
        steps(ctx, actions);
        letters(ctx, actions);
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

/// Whether something other than the table has lost the keyboard since the last frame. The toolkit takes it
/// away at Escape before anybody sees the key, which is still meant for who had it.
fn just_let_go(ctx: &Context) -> bool {
    let now = ctx.memory(|m| m.focused());
    let key = Id::unique("focus-of-the-last-frame");
    let before =
        ctx.data_mut(|d| std::mem::replace(d.get_temp_mut_or_default::<Option<Id>>(key), now));
    now.is_none() && before.is_some_and(|id| id != table_id())
}

/// Whether keys without a modifier are meant for the table: it has the keyboard.
fn at_table(ctx: &Context) -> bool {
    !ctx.any_popup_open() && ctx.memory(|m| m.has_focus(table_id()))
}

fn steps(ctx: &Context, actions: &mut Vec<Action>) {
    let page = ctx.data(|d| d.get_temp::<usize>(page_id())).unwrap_or(10);
    let steps = [
        (Key::ArrowUp, Step::Up),
        (Key::ArrowDown, Step::Down),
        (Key::Home, Step::First),
        (Key::End, Step::Last),
        (Key::PageUp, Step::PageUp(page)),
        (Key::PageDown, Step::PageDown(page)),
    ];
    ctx.input_mut(|input| {
        for (key, step) in steps {
            // With Shift first: a key without it would match as well.
            while input.consume_key(Modifiers::SHIFT, key) {
                actions.push(Action::Step(step, true));
            }
            while input.consume_key(Modifiers::NONE, key) {
                actions.push(Action::Step(step, false));
            }
        }
    });
}

fn letters(ctx: &Context, actions: &mut Vec<Action>) {
    let typed: String = ctx.input(|input| {
        let texts = input.events.iter().filter_map(|event| match event {
            Event::Text(text) if !input.modifiers.command && !input.modifiers.alt => {
                Some(text.as_str())
            }
            _ => None,
        });
        texts.collect()
    });
    match typed.as_str() {
        "" => {}
        "?" => actions.push(Action::Command(Command::Shortcuts)),
        letters => actions.push(Action::TypeAhead(letters.to_owned())),
    }
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
