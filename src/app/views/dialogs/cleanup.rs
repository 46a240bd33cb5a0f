//! The plan of a cleanup beside the rules that make it.

use eframe::egui::{Align2, Role, Ui, WidgetInfo, vec2};

use crate::app::action::Action;
use crate::app::format;
use crate::app::model::Model;
use crate::app::model::dialog::{Answer, Dialog as Open, Rule, RulesForm};
use crate::app::theme::{self, size, space};
use crate::app::widgets::button::{Button, Kind};
use crate::app::widgets::dialog::{self, Dialog};
use crate::app::widgets::list::{self, List};
use crate::app::widgets::number::{self, Bytes};
use crate::app::widgets::rules as widget;
use crate::app::widgets::{form, paint};
use crate::session::{Doomed, Plan, Spared, text};

/// Height of the list.
const LIST: f32 = 10.0 * size::ROW;

pub fn show(ui: &Ui, model: &Model, form: &RulesForm, actions: &mut Vec<Action>) {
    let policy = form.policy();
    let plan = policy
        .as_ref()
        .map(|p| model.plan_by(p))
        .unwrap_or_default();
    let yes = words(&plan);
    let why_not = match &policy {
        Err(problem) => Some(problem.as_str()),
        Ok(_) if plan.delete.is_empty() => Some("The rules keep every session"),
        Ok(_) => None,
    };
    let mut edited = form.clone();
    let mut keep_rules = false;
    let is_new = policy.as_ref().is_ok_and(|p| *p != model.policy);
    let (answer, ()) = Dialog::new("Clean up")
        .width(720.0)
        .yes(&yes)
        .disabled_because(why_not)
        .body_has_focus()
        .show(ui.ctx(), |ui| {
            rules(ui, &mut edited);
            ui.horizontal(|ui| {
                let saved = (!is_new).then_some("These rules are the saved ones");
                keep_rules = Button::new("Keep these rules")
                    .kind(Kind::Quiet)
                    .disabled_because(saved)
                    .tip("They hold after every new session from now on")
                    .show(ui)
                    .clicked();
            });
            form::boxed(ui, |ui| list(ui, model, &plan));
            for note in &plan.notes {
                ui.colored_label(theme::palette(ui).warning, note);
            }
        });
    if edited != *form {
        actions.push(Action::Edit(Open::CleanUp(edited)));
    }
    if keep_rules {
        actions.push(Action::Answer(Answer::SaveRules));
    }
    actions.extend(answer.map(|answer| {
        Action::Answer(match answer {
            dialog::Answer::Yes => Answer::CleanUp(plan),
            dialog::Answer::No => Answer::Close,
        })
    }));
}

fn words(plan: &Plan) -> String {
    let count = text::count(plan.delete.len(), "session", "sessions");
    format!("Delete {count}, {}", text::bytes(plan.bytes()))
}

/// The rules as a form.
pub fn rules(ui: &mut Ui, form: &mut RulesForm) {
    let (count, age) = (form.keep.count_problem(), form.older_than.age_problem());
    let (total, free) = (form.max_total.size_problem(), form.min_free.size_problem());
    let form = widget::Rules {
        keep: rule(&mut form.keep, count),
        older_than: rule(&mut form.older_than, age),
        max_total: rule(&mut form.max_total, total),
        min_free: rule(&mut form.min_free, free),
    };
    form.show(ui);
}

fn rule(rule: &mut Rule, problem: Option<String>) -> widget::Rule<'_> {
    let Rule { on, text } = rule;
    widget::Rule {
        on,
        typed: text,
        problem,
    }
}

fn list(ui: &mut Ui, model: &Model, plan: &Plan) {
    ui.set_height(LIST);
    let n = plan.delete.len();
    let rows = List {
        name: "What goes",
        role: Role::List,
        rows: n + plan.spared.len(),
        marked: None,
        reveal: false,
    };
    rows.show(ui, |ui, row| {
        if let Some(doomed) = plan.delete.get(row.index) {
            goes(ui, model, doomed, &row);
        } else if let Some(spared) = plan.spared.get(row.index.wrapping_sub(n)) {
            stays(ui, spared, &row);
        }
    });
}

fn goes(ui: &Ui, model: &Model, doomed: &Doomed, row: &list::Row<'_>) {
    let reasons: Vec<_> = doomed.reasons.iter().map(ToString::to_string).collect();
    let reasons = reasons.join(", ");
    let size = doomed.bytes.map_or(Bytes::Unknown, Bytes::Known);
    let age = format::ago(doomed.created_at, model.now());
    row.response.widget_info(|| {
        let words = format!("{}, {age}, {}, {reasons}", doomed.id, size.words());
        WidgetInfo::labeled(Role::ListItem, true, words)
    });
    let p = theme::palette(ui);
    let (painter, rect) = (ui.painter(), row.rect.shrink2(vec2(space::S, 0.0)));
    let id = rect.with_max_x(rect.left() + 176.0);
    paint::name(painter, id, &doomed.id.to_string(), paint::body(), p.text);
    let place = rect
        .with_min_x(id.right() + space::S)
        .with_max_x(id.right() + 104.0);
    paint::text(
        painter,
        place,
        Align2::LEFT_CENTER,
        &age,
        paint::body(),
        p.secondary,
    );
    let sizes = rect
        .with_min_x(place.right())
        .with_max_x(place.right() + number::WIDTH + space::S);
    number::bytes(painter, sizes, size, p);
    let rest = rect.with_min_x(sizes.right() + space::L);
    paint::text(
        painter,
        rest,
        Align2::LEFT_CENTER,
        &reasons,
        paint::body(),
        p.secondary,
    );
}

fn stays(ui: &Ui, spared: &Spared, row: &list::Row<'_>) {
    let why = format!("stays: {}", spared.protection);
    row.response
        .widget_info(|| WidgetInfo::labeled(Role::ListItem, true, format!("{}, {why}", spared.id)));
    let p = theme::palette(ui);
    let rect = row.rect.shrink2(vec2(space::S, 0.0));
    let id = rect.with_max_x(rect.left() + 176.0);
    paint::name(
        ui.painter(),
        id,
        &spared.id.to_string(),
        paint::body(),
        p.secondary,
    );
    let rest = rect.with_min_x(id.right() + space::S);
    paint::text(
        ui.painter(),
        rest,
        Align2::LEFT_CENTER,
        &why,
        paint::body(),
        p.secondary,
    );
}
