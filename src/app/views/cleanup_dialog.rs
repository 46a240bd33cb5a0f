//! "Clean up…": the rules, and beside them what they would delete now, changing as they are typed.

use chrono::{DateTime, FixedOffset};
use egui::{Context, Ui, UiBuilder, vec2};

use crate::app::icons::Icon;
use crate::app::theme::{self, space};
use crate::app::widgets::button::{Button, Kind};
use crate::app::widgets::dialog::{Answer, Dialog};
use crate::app::widgets::empty;
use crate::app::widgets::rules::Rules;
use crate::app::widgets::{form, plan};
use crate::session::{Plan, text};

/// Width of the rules.
const RULES: f32 = 320.0;

/// Height of the list.
const HEIGHT: f32 = 340.0;

/// Where the window is narrower, the list stands below the rules, and the dialog scrolls.
const NARROW: f32 = 800.0;

/// Height of the list there.
const LOW: f32 = 176.0;

/// What the dialog shows.
#[derive(Debug)]
pub struct Data<'a> {
    /// What the rules would delete; `None` while a rule can't be read, or while it is being worked out.
    pub plan: Option<&'a Plan>,
    /// Whether it is being worked out.
    pub working: bool,
    /// Whether sizes are still being measured, so that the plan may grow.
    pub measuring: bool,
    /// Whether the rules differ from those in the settings.
    pub can_keep_rules: bool,
    /// Now.
    pub now: DateTime<FixedOffset>,
}

/// What the person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Close it.
    Close,
    /// Carry out the plan.
    CleanUp,
    /// Use these rules from now on.
    KeepRules,
    /// A rule was changed.
    Changed,
}

/// Draws the dialog.
pub fn show(ctx: &Context, data: &Data<'_>, rules: Rules<'_>) -> Option<Asked> {
    let words = data.plan.map_or_else(|| "Delete".to_owned(), plan::button);
    let why_not = match data.plan {
        None if data.working => Some("It is being worked out"),
        None => Some("A rule can't be read"),
        Some(plan) if plan.delete.is_empty() => Some("These rules delete nothing"),
        Some(_) => None,
    };
    let dialog = Dialog::new("Clean up")
        .width(880.0)
        .yes(&words)
        .disabled_because(why_not);
    let (answer, asked) = match ctx.content_rect().width() < NARROW {
        true => dialog.scrolls().show(ctx, |ui| stacked(ui, data, rules)),
        false => dialog.show(ctx, |ui| body(ui, data, rules)),
    };
    match answer {
        Some(Answer::Yes) => Some(Asked::CleanUp),
        Some(Answer::No | Answer::Other) => Some(Asked::Close),
        None => asked,
    }
}

fn body(ui: &mut Ui, data: &Data<'_>, rules: Rules<'_>) -> Option<Asked> {
    let room = ui.available_rect_before_wrap();
    let height = HEIGHT
        .min(ui.ctx().content_rect().height() - 200.0)
        .max(120.0);
    let (rect, _) = ui.allocate_exact_size(vec2(room.width(), height), egui::Sense::hover());
    let mut left = ui.new_child(UiBuilder::new().max_rect(rect.with_max_x(rect.left() + RULES)));
    let asked = beside(&mut left, data, rules);
    let list = rect.with_min_x(rect.left() + RULES + space::L);
    let mut right = ui.new_child(UiBuilder::new().max_rect(list));
    form::boxed(&mut right, |ui| {
        ui.set_min_size(list.size());
        listed(ui, data);
    });
    asked
}

/// The same below each other.
fn stacked(ui: &mut Ui, data: &Data<'_>, rules: Rules<'_>) -> Option<Asked> {
    let asked = ui.scope(|ui| beside(ui, data, rules)).inner;
    ui.add_space(space::S);
    let size = vec2(ui.available_width() - space::M, LOW);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    let mut list = ui.new_child(UiBuilder::new().max_rect(rect));
    form::boxed(&mut list, |ui| {
        ui.set_min_size(size);
        listed(ui, data);
    });
    asked
}

fn beside(ui: &mut Ui, data: &Data<'_>, rules: Rules<'_>) -> Option<Asked> {
    ui.set_max_width(RULES);
    ui.spacing_mut().item_spacing = vec2(space::S, space::XS);
    let mut asked = rules.show(ui).then_some(Asked::Changed);
    ui.add_space(space::S);
    form::hint(
        ui,
        "A session goes if any rule says so. The current one, those in use and pinned ones stay.",
        None,
    );
    ui.add_space(space::S);
    if data.can_keep_rules {
        let keep = Button::new("Use these rules from now on").kind(Kind::Normal);
        if keep
            .tip("They are applied after every upload")
            .show(ui)
            .clicked()
        {
            asked = Some(Asked::KeepRules);
        }
    }
    for note in data.plan.into_iter().flat_map(|plan| &plan.notes) {
        form::hint(ui, note, None);
    }
    asked
}

fn listed(ui: &mut Ui, data: &Data<'_>) {
    match data.plan {
        None if data.working => empty::nothing(ui, Icon::Broom, "Working out what goes…", ""),
        None => empty::nothing(
            ui,
            Icon::Warning,
            "A rule can't be read",
            "Mend it, or switch it off",
        ),
        Some(plan) if !plan::has_lines(plan) => {
            let kept = format!("All {} stay", text::count(plan.kept, "session", "sessions"));
            let hint = if data.measuring {
                "Sizes are still being measured"
            } else {
                ""
            };
            empty::nothing(
                ui,
                Icon::Check,
                "Nothing to clean up",
                if hint.is_empty() { &kept } else { hint },
            );
        }
        Some(plan) => plan::show(ui, plan, data.now),
    }
    if data.measuring && data.plan.is_some_and(|plan| !plan.delete.is_empty()) {
        let corner = ui.min_rect().right_bottom() - vec2(220.0, 24.0);
        let place = egui::Rect::from_min_size(corner, vec2(208.0, 20.0));
        ui.put(
            place,
            egui::Label::new(theme::caption(ui, "Sizes are still being measured")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::plan::tests::{example, now};
    use crate::app::widgets::rules::tests::Typed;
    use crate::app::widgets::testing::harness;
    use egui_kittest::kittest::Queryable;

    fn window(plan: Option<Plan>) -> egui_kittest::Harness<'static, (Typed, Vec<Asked>)> {
        let mut window = harness(
            (Typed::default(), vec![]),
            move |ui, (typed, log): &mut (Typed, Vec<Asked>)| {
                let data = Data {
                    plan: plan.as_ref(),
                    working: false,
                    measuring: false,
                    can_keep_rules: true,
                    now: now(),
                };
                log.extend(show(ui.ctx(), &data, typed.rules()));
            },
        );
        window.run();
        window
    }

    #[test]
    fn the_plan_is_carried_out_by_the_button_that_names_it() {
        let mut window = window(Some(example()));
        window.get_by_label("Use these rules from now on").click();
        window.run();
        window.get_by_label("Limit all to").click();
        window.run();
        window.get_by_label("Delete 2 sessions, 3.2 GB").click();
        window.run();
        assert_eq!(
            window.state().1,
            [Asked::KeepRules, Asked::Changed, Asked::CleanUp]
        );
    }

    #[test]
    fn nothing_can_be_carried_out_where_nothing_goes() {
        let mut empty = window(Some(Plan {
            kept: 3,
            ..Plan::default()
        }));
        assert!(empty.query_by_label("All 3 sessions stay").is_some());
        empty.get_by_label("Delete 0 sessions, 0 B").click();
        empty.run();
        assert_eq!(empty.state().1, []);
        assert!(
            window(None)
                .query_by_label("A rule can't be read")
                .is_some()
        );
    }
}
