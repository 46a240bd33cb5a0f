//! Whether the keyboard went where it is by keys or by a click: only who works by keys needs a ring that says
//! where it is. Knows what happened in each frame, and no widget.

use egui::{Context, Event, Id};

/// What is known from frame to frame.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    /// What had the keyboard at the end of the last frame.
    at: Option<Id>,
    /// Whether it went there by keys.
    by_keys: bool,
    /// Whether the person did the last thing with the pointer.
    pointed: bool,
}

fn seen_id() -> Id {
    Id::unique("keyboard-seen")
}

fn seen(ctx: &Context) -> Seen {
    ctx.data(|d| d.get_temp(seen_id())).unwrap_or_default()
}

/// Understands what happened, at the beginning of a frame.
pub fn begin(ctx: &Context) {
    let mut now = seen(ctx);
    ctx.input(|i| {
        for event in &i.events {
            match event {
                Event::PointerButton { pressed: true, .. } | Event::Touch { .. } => {
                    now.pointed = true;
                    // Who takes the pointer sees where it is.
                    now.by_keys = false;
                }
                // A screen reader moves it as keys do.
                Event::Key { pressed: true, .. } | Event::AccessKitActionRequest(_) => {
                    now.pointed = false;
                }
                _ => {}
            }
        }
    });
    ctx.data_mut(|d| d.insert_temp(seen_id(), now));
}

/// Remembers where the keyboard is, at the end of a frame.
pub fn end(ctx: &Context) {
    let mut now = seen(ctx);
    let at = ctx.memory(|m| m.focused());
    if at != now.at {
        (now.at, now.by_keys) = (at, !now.pointed);
    }
    ctx.data_mut(|d| d.insert_temp(seen_id(), now));
}

/// Whether the keyboard went to `at` by keys. It has it now.
pub fn moved_by_keys(ctx: &Context, at: Id) -> bool {
    let seen = seen(ctx);
    match seen.at == Some(at) {
        true => seen.by_keys,
        // It has come in this frame.
        false => !seen.pointed,
    }
}

#[cfg(test)]
mod tests {
    use egui::{Key, Modifiers, Role, Sense, WidgetInfo, vec2};
    use egui_kittest::{Harness, kittest::Queryable};

    use super::*;
    use crate::app::widgets::testing::harness;

    /// Two places for the keyboard which a click leads to as well, and which of them has a ring.
    fn window() -> Harness<'static, Vec<&'static str>> {
        harness(Vec::new(), |ui, ringed| {
            begin(ui.ctx());
            ringed.clear();
            for name in ["first", "second"] {
                let (_, place) = ui.allocate_exact_size(vec2(80.0, 28.0), Sense::click());
                place.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
                if place.clicked() {
                    place.request_focus();
                }
                if place.has_focus() && moved_by_keys(ui.ctx(), place.id) {
                    ringed.push(name);
                }
            }
            end(ui.ctx());
        })
    }

    #[test]
    fn a_ring_is_where_keys_moved_the_keyboard_and_not_where_a_click_did() {
        let mut window = window();
        window.get_by_label("first").click();
        window.run();
        assert!(window.get_by_label("first").is_focused());
        assert_eq!(*window.state(), [""; 0]);
        // A key that moves nothing shows nothing.
        window.key_press_modifiers(Modifiers::COMMAND, Key::C);
        window.run();
        assert_eq!(*window.state(), [""; 0]);
        window.key_press(Key::Tab);
        window.run();
        assert_eq!(*window.state(), ["second"]);
        window.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
        window.run();
        assert_eq!(*window.state(), ["first"]);
        window.get_by_label("first").click();
        window.run();
        assert!(window.get_by_label("first").is_focused());
        assert_eq!(*window.state(), [""; 0]);
    }
}
