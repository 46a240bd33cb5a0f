//! The tab "Run" of the open session: its scripts with what they are told, and its runs.

use chrono::{DateTime, FixedOffset};
use egui::{Align2, Key, Margin, Response, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};

use crate::app::format;
use crate::app::icons::Icon;
use crate::app::model::runs::{Form, result, typed};
use crate::app::theme::{self, Palette, size, space};
use crate::app::widgets::button::{Button, Kind};
use crate::app::widgets::empty::Empty;
use crate::app::widgets::list::List;
use crate::app::widgets::{form, paint};
use crate::run::{Candidates, Run, ScriptPath, State};

/// What the tab shows.
#[derive(Debug, Clone, Copy)]
pub struct Data<'a> {
    /// The scripts; nothing while they are being looked for.
    pub scripts: Option<&'a Candidates>,
    /// The one that is chosen.
    pub chosen: Option<&'a ScriptPath>,
    /// The runs, newest first.
    pub runs: &'a [Run],
    /// Whether a run is about to begin.
    pub starting: bool,
    /// Now.
    pub now: DateTime<FixedOffset>,
}

/// What the person asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Another script.
    Choose(ScriptPath),
    /// The form was changed.
    Typed,
    /// Run it.
    Start,
    /// Look at this run.
    Show(String),
}

/// Draws it over the `form` as it is typed.
pub fn show(ui: &mut Ui, data: &Data<'_>, form: &mut Form) -> Option<Asked> {
    let Some(found) = data.scripts else {
        let looking = "Looking for scripts…";
        ui.add_space(space::L);
        ui.vertical_centered(|ui| ui.label(theme::caption(ui, looking)));
        return None;
    };
    if found.scripts.is_empty() && data.runs.is_empty() {
        let empty = Empty {
            icon: Icon::Command,
            sentence: "Nothing here can be run",
            hint: "Scripts end in .py, .sh, .bat, .cmd, .ps1 or .sql",
            button: "",
            drop_target: false,
        };
        empty.show(ui);
        return None;
    }
    let mut asked = None;
    let most = (ui.available_height() * 0.3).max(2.0 * size::ROW);
    let height = (found.scripts.len() as f32 * size::ROW).min(most);
    if !found.scripts.is_empty() {
        ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
            ui.set_height(height);
            asked = scripts(ui, found, data.chosen);
        });
    }
    if found.more {
        ui.label(theme::caption(ui, "There are more than are looked at"));
    }
    ScrollArea::vertical()
        .id_salt("run form")
        .auto_shrink([false, false])
        .content_margin(Margin::same(space::L as i8))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, space::S);
            if data.chosen.is_some() {
                asked = fields(ui, data, form).or(asked.take());
            }
            if !data.runs.is_empty() {
                ui.add_space(space::S);
                ui.label(theme::strong("Runs"));
                ui.spacing_mut().item_spacing.y = 0.0;
                for run in data.runs {
                    asked = line(ui, run, data.now).or(asked.take());
                }
            }
        });
    asked
}

fn scripts(ui: &mut Ui, found: &Candidates, chosen: Option<&ScriptPath>) -> Option<Asked> {
    let list = List {
        name: "Scripts",
        role: Role::ListBox,
        rows: found.scripts.len(),
        marked: found.scripts.iter().position(|s| Some(s) == chosen),
        reveal: false,
    };
    let mut run = false;
    let outcome = list.show(ui, |ui, row| {
        let Some(script) = found.scripts.get(row.index) else {
            return;
        };
        let is_chosen = Some(script) == chosen;
        row.response.widget_info(|| {
            WidgetInfo::selected(
                Role::ListBoxOption,
                ui.is_enabled(),
                is_chosen,
                script.as_str(),
            )
        });
        let p = theme::palette(ui);
        let inside = row.rect.shrink2(vec2(space::L, 0.0));
        paint::name(ui.painter(), inside, script.as_str(), paint::body(), p.text);
        run |= is_chosen && row.response.double_clicked();
    });
    if run {
        return Some(Asked::Start);
    }
    let marked = outcome.marked.and_then(|i| found.scripts.get(i));
    marked.cloned().map(Asked::Choose)
}

fn fields(ui: &mut Ui, data: &Data<'_>, typed: &mut Form) -> Option<Asked> {
    let mut changed = false;
    let width = ui.available_width();
    ui.label(theme::caption(ui, "Arguments"));
    let wrong = typed.args().err();
    let args = form::field(ui, &mut typed.args, "Arguments", width, wrong.as_deref());
    changed |= args.changed();
    ui.label(theme::caption(ui, "Environment"));
    changed |= form::area(
        ui,
        &mut typed.environment,
        "Environment",
        "KEY=VALUE on each line",
        2,
    )
    .changed();
    let problem = typed.problem();
    let mut start = false;
    ui.horizontal(|ui| {
        ui.label(theme::caption(ui, "Time limit"));
        let wrong = typed.time_limit_s().err();
        let limit = form::field(
            ui,
            &mut typed.time_limit,
            "Time limit",
            72.0,
            wrong.as_deref(),
        );
        changed |= limit.changed();
        let starting = data.starting.then_some("It is being started");
        let why_not = problem.as_deref().or(starting);
        start = Button::new("Run")
            .kind(Kind::Primary)
            .tip("Enter in a field of one line does the same")
            .disabled_because(why_not)
            .show(ui)
            .clicked();
        for field in [&args, &limit].into_iter().filter(|f| entered(ui, f)) {
            match why_not {
                None => start = true,
                // What is wrong stands below; it is mended where it was typed.
                Some(_) => field.request_focus(),
            }
        }
    });
    if let Some(problem) = &problem {
        ui.label(egui::RichText::new(problem).color(theme::palette(ui).danger_ink));
    }
    if start {
        return Some(Asked::Start);
    }
    changed.then_some(Asked::Typed)
}

/// Whether a field of one line was left with Enter.
fn entered(ui: &Ui, field: &Response) -> bool {
    field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter))
}

/// A run in one line: its script, what came of it, when.
fn line(ui: &mut Ui, run: &Run, now: DateTime<FixedOffset>) -> Option<Asked> {
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::click());
    let script = format!("{} {}", run.record.script, typed(&run.record.args));
    let (script, result) = (script.trim_end(), result(run, now));
    let when = format::ago(run.record.started_at, now);
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Button,
            ui.is_enabled(),
            format!("{script}, {result}, {when}"),
        )
    });
    let p = theme::palette(ui);
    if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, p.hover);
    }
    paint::hairline_below(ui.painter(), rect, p);
    let (right, middle) = line_places(rect.width());
    let name = paint::before(rect, right + middle + 2.0 * space::S);
    let named = match rect.width() < NARROW {
        true => run.record.script.as_str(),
        false => script,
    };
    paint::name(ui.painter(), name, named, paint::body(), p.text);
    let place = paint::before(
        paint::after(rect, rect.width() - right - middle),
        right + space::S,
    );
    paint::text(
        ui.painter(),
        place,
        Align2::LEFT_CENTER,
        &result,
        paint::small(),
        ink(run, p),
    );
    if right > 0.0 {
        let place = paint::after(rect, rect.width() - right);
        paint::text(
            ui.painter(),
            place,
            Align2::RIGHT_CENTER,
            &when,
            paint::small(),
            p.secondary,
        );
    }
    paint::focus_inside(ui, &response, rect);
    let clicked = response.clicked();
    let exact = format::exact(run.record.started_at);
    response.on_hover_text(format!("{script}\n{result}\n{exact}"));
    clicked.then(|| Asked::Show(run.record.name.clone()))
}

/// Where a line is narrower, it says less.
pub const NARROW: f32 = 440.0;

/// Room for when a run began and for what came of it. Where there is little, its script needs it more: when,
/// and what it was told, is in the tooltip then.
fn line_places(width: f32) -> (f32, f32) {
    match width {
        width if width < NARROW => (0.0, 96.0),
        _ => (88.0, 136.0),
    }
}

/// The colour of what came of a run.
pub fn ink(run: &Run, p: &Palette) -> egui::Color32 {
    match &run.state {
        State::Running => p.accent_ink,
        State::Ended(end) if end.is_success() => p.success,
        State::Ended(_) | State::Lost => p.danger_ink,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_smallest_window_a_line_has_room_for_its_script() {
        /// What a window of 900 points leaves for it.
        const LEAST: f32 = 248.0;
        let name = |width: f32| {
            let (when, result) = line_places(width);
            width - when - result - 2.0 * space::S
        };
        assert!(name(LEAST) >= 128.0);
        assert!(name(NARROW) >= name(NARROW - 1.0) / 2.0);
        assert_eq!(line_places(LEAST).0, 0.0, "when is in the tooltip");
        assert!(line_places(NARROW).0 > 0.0);
    }
}
