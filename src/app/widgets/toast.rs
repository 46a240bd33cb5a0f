//! A message in the corner of the window: what happened, and what can be done about it. Knows no clock;
//! whoever keeps the messages decides how long they stay.

use egui::{
    Align, Align2, Area, Color32, Context, CornerRadius, Frame, Id, Layout, Margin, Order, Role,
    ScrollArea, Shadow, Stroke, Ui, Vec2, vec2,
};

use super::button::{Button, Kind};
use crate::app::icons::Icon;
use crate::app::theme::{self, Palette, size, space};

/// Width of a message.
const WIDTH: f32 = 360.0;

/// Height of its details.
const DETAILS_HEIGHT: f32 = 160.0;

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Something was done.
    Done,
    /// Something to know.
    Remark,
    /// Something was done that can be taken back.
    Undoable,
    /// Something to look at.
    Warning,
    /// Something failed.
    Error,
}

/// A message as its card shows it.
#[derive(Debug, Clone, Copy)]
pub struct Toast<'a> {
    /// Tells it from the others.
    pub id: u64,
    /// What it is about.
    pub about: About,
    /// One line.
    pub title: &'a str,
    /// What else there is to read.
    pub body: &'a str,
    /// The rest, behind "Details".
    pub details: &'a str,
    /// Whether the details are open.
    pub open: bool,
}

/// What the person did with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Take it back.
    Undo,
    /// Show or hide the details.
    Details,
    /// Put everything it says on the clipboard.
    Copy,
    /// Away with it.
    Dismiss,
}

/// What happened to the messages in one frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The message under the pointer.
    pub hovered: Option<u64>,
    /// What was done with which.
    pub asked: Option<(u64, Asked)>,
}

/// Draws the messages, newest on top, in the upper right corner, `top` points from the window's edge.
pub fn show<'a>(ctx: &Context, top: f32, toasts: impl IntoIterator<Item = Toast<'a>>) -> Outcome {
    let mut outcome = Outcome::default();
    let area = Area::new(Id::unique("messages"))
        .order(Order::Foreground)
        .anchor(Align2::RIGHT_TOP, vec2(-space::M, top + space::M))
        .movable(false);
    area.show(ctx, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        for toast in toasts {
            let shown = ctx.animate_bool(Id::unique(("message", toast.id)), true);
            ui.scope(|ui| {
                ui.multiply_opacity(shown);
                let (asked, hovered) = toast.card(ui);
                outcome.asked = asked.map(|a| (toast.id, a)).or(outcome.asked);
                outcome.hovered = hovered.then_some(toast.id).or(outcome.hovered);
            });
        }
    });
    outcome
}

impl Toast<'_> {
    fn card(&self, ui: &mut Ui) -> (Option<Asked>, bool) {
        let p = theme::palette(ui);
        let frame = Frame::new()
            .fill(p.raised)
            .stroke(Stroke::new(size::HAIRLINE, p.hairline))
            .corner_radius(CornerRadius::same(size::RADIUS + 2))
            .shadow(Shadow {
                offset: [0, 4],
                blur: 16,
                spread: 0,
                color: p.shadow,
            })
            .inner_margin(Margin {
                left: 12,
                right: 8,
                top: 8,
                bottom: 8,
            });
        let shown = ui.push_id(self.id, |ui| frame.show(ui, |ui| self.content(ui, p)).inner);
        let hovered = shown.response.contains_pointer();
        ui.ctx().accesskit_node_builder(shown.response.id, |node| {
            node.set_role(if self.about == About::Error {
                Role::Alert
            } else {
                Role::Status
            });
            node.set_label(self.title);
        });
        (shown.inner, hovered)
    }

    fn content(&self, ui: &mut Ui, p: &Palette) -> Option<Asked> {
        ui.set_width(WIDTH - 20.0);
        let mut asked = None;
        ui.spacing_mut().item_spacing = Vec2::new(space::S, space::XS);
        ui.horizontal_top(|ui| {
            let (icon, ink) = self.mark(p);
            ui.vertical(|ui| {
                ui.add_space(6.0);
                icon.show(ui, ink);
            });
            ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
                if Button::icon(Icon::Close, "Dismiss").show(ui).clicked() {
                    asked = Some(Asked::Dismiss);
                }
                ui.with_layout(Layout::top_down(Align::LEFT), |ui| {
                    ui.add_space(6.0);
                    ui.label(theme::strong(self.title));
                    if !self.body.is_empty() {
                        ui.label(egui::RichText::new(self.body).color(p.secondary));
                    }
                    asked = self.actions(ui).or(asked);
                });
            });
        });
        if self.open && !self.details.is_empty() {
            ScrollArea::vertical()
                .max_height(DETAILS_HEIGHT)
                .content_margin(Margin {
                    left: 24,
                    ..Margin::ZERO
                })
                .show(ui, |ui| {
                    ui.add(egui::Label::new(theme::caption(ui, self.details)).selectable(true));
                });
        }
        asked
    }

    fn mark(&self, p: &Palette) -> (Icon, Color32) {
        match self.about {
            About::Done => (Icon::Check, p.success),
            About::Remark => (Icon::Info, p.secondary),
            About::Undoable => (Icon::Trash, p.secondary),
            About::Warning => (Icon::Warning, p.warning),
            About::Error => (Icon::Error, p.danger_ink),
        }
    }

    fn actions(&self, ui: &mut Ui) -> Option<Asked> {
        let has_details = !self.details.is_empty();
        let failed = matches!(self.about, About::Error | About::Warning);
        let details = if self.open { "Hide details" } else { "Details" };
        let offered = [
            (self.about == About::Undoable, "Undo", Asked::Undo),
            (has_details, details, Asked::Details),
            (failed, "Copy", Asked::Copy),
        ];
        if offered.iter().all(|(there, ..)| !there) {
            return None;
        }
        ui.horizontal(|ui| {
            // The word of a button without a frame stands under the words above it.
            if self.about != About::Undoable {
                ui.add_space(-space::S);
            }
            let mut pressed = None;
            for (_, words, asked) in offered.into_iter().filter(|(there, ..)| *there) {
                let kind = if asked == Asked::Undo {
                    Kind::Normal
                } else {
                    Kind::Quiet
                };
                if Button::new(words).kind(kind).show(ui).clicked() {
                    pressed = Some(asked);
                }
            }
            pressed
        })
        .inner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    #[test]
    fn messages_offer_what_fits_them() {
        let mut window = harness(Outcome::default(), |ui, last| {
            let undo = Toast {
                id: 7,
                about: About::Undoable,
                title: "Deleted 2 sessions",
                body: "",
                details: "",
                open: false,
            };
            let error = Toast {
                id: 8,
                about: About::Error,
                title: "Could not delete session_20250710_153000",
                body: "It is in use",
                details: "all of it",
                open: true,
            };
            let outcome = show(ui.ctx(), 0.0, [undo, error]);
            if outcome.asked.is_some() {
                *last = outcome;
            }
        });
        for (label, asked) in [
            ("Undo", (7, Asked::Undo)),
            ("Hide details", (8, Asked::Details)),
            ("Copy", (8, Asked::Copy)),
        ] {
            window.get_by_label(label).click();
            window.run();
            assert_eq!(window.state().asked, Some(asked));
        }
        assert!(window.query_by_label("all of it").is_some());
        assert!(
            window
                .query_by_role_and_label(Role::Alert, "Could not delete session_20250710_153000")
                .is_some()
        );
        window.get_all_by_label("Dismiss").next().unwrap().click();
        window.run();
        assert_eq!(window.state().asked, Some((7, Asked::Dismiss)));
    }
}
