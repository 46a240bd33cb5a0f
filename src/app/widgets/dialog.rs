//! The frame of dialogs: a title, what is asked, and the answers. Escape and a click beside it say no,
//! Enter says yes, but never to what can't be undone.

use egui::{
    Align, Context, CornerRadius, Frame, Id, Key, Layout, Margin, Modal, Rect, Response, Role,
    ScrollArea, Stroke, Ui, UiBuilder, Vec2, vec2,
};

use super::button::{Button, Kind};
use crate::app::theme::{self, size, space};

/// A dialog.
#[derive(Debug, Clone)]
#[must_use]
pub struct Dialog<'a> {
    title: &'a str,
    width: f32,
    yes: Option<(&'a str, Kind)>,
    why_not: Option<&'a str>,
    or: Option<&'a str>,
    no: &'a str,
    body_has_focus: bool,
    scrolls: bool,
}

/// What stands above and below the body of a dialog, with room to the edges of the window.
const AROUND_BODY: f32 = 168.0;

/// No lower, whatever the window.
const LEAST_BODY: f32 = 96.0;

/// How a dialog was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Do it.
    Yes,
    /// Do the other thing.
    Other,
    /// Leave it.
    No,
}

impl<'a> Dialog<'a> {
    /// A dialog that only says something.
    pub fn new(title: &'a str) -> Self {
        Self {
            title,
            width: 420.0,
            yes: None,
            why_not: None,
            or: None,
            no: "Close",
            body_has_focus: false,
            scrolls: false,
        }
    }

    /// Its width in points, as far as the window has room.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// The button that does it, beside one that cancels.
    pub fn yes(mut self, words: &'a str) -> Self {
        self.yes = Some((words, Kind::Primary));
        self.no = "Cancel";
        self
    }

    /// The same for what can't be undone: red, and the keyboard begins on "Cancel".
    pub fn yes_for_good(mut self, words: &'a str) -> Self {
        self.yes = Some((words, Kind::Danger));
        self.no = "Cancel";
        self
    }

    /// A red button beside it that does something else.
    pub fn or(mut self, words: &'a str) -> Self {
        self.or = Some(words);
        self
    }

    /// Why it can't be done now, if so.
    pub fn disabled_because(mut self, why: Option<&'a str>) -> Self {
        self.why_not = why;
        self
    }

    /// The body takes the keyboard by itself.
    pub fn body_has_focus(mut self) -> Self {
        self.body_has_focus = true;
        self
    }

    /// The body scrolls where the window is too low for it. Not for one with a list that scrolls by itself.
    pub fn scrolls(mut self) -> Self {
        self.scrolls = true;
        self
    }

    /// Draws it around `body`; the answer, once there is one, and what the body says.
    pub fn show<R>(self, ctx: &Context, body: impl FnOnce(&mut Ui) -> R) -> (Option<Answer>, R) {
        let id = Id::unique(("dialog", self.title));
        let appears = appears(ctx, id);
        let p = theme::of(&ctx.global_style().visuals);
        let frame = Frame::new()
            .fill(p.raised)
            .stroke(Stroke::new(size::HAIRLINE, p.hairline))
            .corner_radius(CornerRadius::same(size::RADIUS_LARGE))
            .shadow(ctx.global_style().visuals.window_shadow)
            .inner_margin(Margin::same(20));
        let room = ctx.content_rect().width() - 2.0 * space::XL - 40.0;
        let modal = Modal::new(id).backdrop_color(p.veil).frame(frame);
        let shown = modal.show(ctx, |ui| {
            ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                node.set_role(Role::Dialog);
                node.set_label(self.title);
            });
            ui.set_width(self.width.min(room));
            ui.spacing_mut().item_spacing = Vec2::splat(space::S);
            ui.label(theme::title(self.title));
            ui.add_space(space::S);
            let said = if self.scrolls {
                let height = (ctx.content_rect().height() - AROUND_BODY).max(LEAST_BODY);
                // The toolkit would give it the height of an area of unknown content.
                let room = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), height));
                ui.scope_builder(UiBuilder::new().max_rect(room), |ui| {
                    let area = ScrollArea::vertical().max_height(height);
                    area.show(ui, body).inner
                })
                .inner
            } else {
                body(ui)
            };
            ui.add_space(space::S);
            (self.footer(ui, appears), said)
        });
        let closed = shown.should_close().then_some(Answer::No);
        let (answer, said) = shown.inner;
        (answer.or(closed), said)
    }

    fn footer(&self, ui: &mut Ui, appears: bool) -> Option<Answer> {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let yes = self.yes.map(|(words, kind)| {
                Button::new(words)
                    .kind(kind)
                    .disabled_because(self.why_not)
                    .show(ui)
            });
            let other = self
                .or
                .is_some_and(|words| Button::new(words).kind(Kind::Danger).show(ui).clicked());
            let no = Button::new(self.no).show(ui);
            if appears && !self.body_has_focus {
                self.first(yes.as_ref(), &no).request_focus();
            }
            let entered = self.yes.is_some_and(|(_, kind)| kind != Kind::Danger)
                && self.why_not.is_none()
                && entered_elsewhere(ui);
            if no.clicked() {
                Some(Answer::No)
            } else if other {
                Some(Answer::Other)
            } else if entered || yes.is_some_and(|yes| yes.clicked()) {
                Some(Answer::Yes)
            } else {
                None
            }
        })
        .inner
    }

    /// What has the keyboard when the dialog appears.
    fn first<'r>(&self, yes: Option<&'r Response>, no: &'r Response) -> &'r Response {
        match (yes, self.yes) {
            (Some(yes), Some((_, Kind::Primary))) if self.why_not.is_none() => yes,
            _ => no,
        }
    }
}

/// Enter was pressed, and no button took it: a field lets go of the keyboard then.
fn entered_elsewhere(ui: &Ui) -> bool {
    ui.memory(|m| m.focused().is_none()) && ui.input(|i| i.key_pressed(Key::Enter))
}

/// Whether this is the first frame in a row that shows `id`.
fn appears(ctx: &Context, id: Id) -> bool {
    let now = ctx.cumulative_pass_nr();
    let before = ctx.data_mut(|d| d.get_temp::<u64>(id));
    ctx.data_mut(|d| d.insert_temp(id, now));
    before.is_none_or(|before| before + 1 < now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::{Harness, kittest::Queryable};

    type State = (bool, Vec<Answer>);

    fn window(for_good: bool) -> Harness<'static, State> {
        let mut window = harness((true, vec![]), move |ui, (open, answers): &mut State| {
            let dialog = Dialog::new("Delete permanently?");
            let dialog = if for_good {
                dialog.yes_for_good("Delete")
            } else {
                dialog.yes("Delete")
            };
            if *open && let Some(answer) = dialog.show(ui.ctx(), |ui| ui.label("3 sessions")).0 {
                answers.push(answer);
                *open = false;
            }
        });
        window.run();
        window
    }

    #[test]
    fn enter_says_no_to_what_cant_be_undone() {
        let mut window = window(true);
        assert!(window.get_by_label("Cancel").is_focused());
        window.key_press(Key::Enter);
        window.run();
        assert_eq!(window.state().1, [Answer::No]);
    }

    #[test]
    fn enter_says_yes_elsewhere_and_escape_no() {
        let mut yes = window(false);
        yes.key_press(Key::Enter);
        yes.run();
        assert_eq!(yes.state().1, [Answer::Yes]);
        let mut no = window(false);
        no.key_press(Key::Escape);
        no.run();
        assert_eq!(no.state().1, [Answer::No]);
    }

    #[test]
    fn a_long_dialog_keeps_its_title_and_its_buttons_in_the_window() {
        let mut window = harness(true, |ui, open: &mut bool| {
            let dialog = Dialog::new("Keyboard shortcuts").scrolls();
            let lines = |ui: &mut egui::Ui| {
                for n in 0..200 {
                    ui.label(format!("line {n}"));
                }
            };
            if *open && dialog.show(ui.ctx(), lines).0.is_some() {
                *open = false;
            }
        });
        window.run();
        let all = window.ctx.content_rect();
        for name in ["Keyboard shortcuts", "Close"] {
            let place = window.get_all_by_label(name).last().unwrap().rect();
            assert!(all.contains_rect(place), "{name}: {place} in {all}");
        }
        window.get_by_label("Close").click();
        window.run();
        assert!(!window.state());
    }

    #[test]
    fn a_dialog_has_its_name_and_the_red_button_works() {
        let mut window = window(true);
        assert!(
            window
                .query_by_role_and_label(Role::Dialog, "Delete permanently?")
                .is_some()
        );
        window.get_by_label("Delete").click();
        window.run();
        assert_eq!(window.state().1, [Answer::Yes]);
    }
}
