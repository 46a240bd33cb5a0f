//! One run: what came of it, what it changed, and its output.

use chrono::{DateTime, FixedOffset};
use egui::{Frame, Key, Margin, ScrollArea, Ui, vec2};

use super::run_output::{self, END, Edge, Output, START};
use super::run_tab;
use crate::app::format;
use crate::app::icons::Icon;
use crate::app::model::runs::{Find, Form, result, typed};
use crate::app::theme::{self, size, space};
use crate::app::widgets::button::Button;
use crate::app::widgets::facts::{self, Fact};
use crate::app::widgets::search::Search;
use crate::run::{End, FileChange, Run, State, TableChange};
use crate::session::text;

/// As many changed files are shown.
const FILES: usize = 40;

/// What the page shows.
#[derive(Debug, Clone, Copy)]
pub struct Data<'a> {
    /// The run; nothing until it is listed.
    pub run: Option<&'a Run>,
    /// Why its log can't be read, if so.
    pub problem: Option<&'a str>,
    /// What a person has typed for its script and not run yet, if anything.
    pub typed_since: Option<&'a Form>,
    /// Now.
    pub now: DateTime<FixedOffset>,
    /// Its log.
    pub output: Output<'a>,
    /// What is looked for in it.
    pub find: &'a Find,
}

/// What the person asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Away from it.
    Back,
    /// End it.
    Stop,
    /// The same once more.
    Again,
    /// Open its log with the system's program.
    OpenLog,
    /// Open this file of the session.
    Open(String),
    /// Look for this in the log, on or back.
    Find(String, bool),
    /// Copy the line of this number.
    CopyLine(usize),
    /// Copy what is known of the output.
    CopyOutput,
    /// These lines should be known.
    Want(usize, usize),
}

/// Draws it.
pub fn show(ui: &mut Ui, data: &Data<'_>) -> Option<Asked> {
    let (mut asked, mut jump) = (None, None);
    let margin = Margin::symmetric(space::L as i8, space::S as i8);
    Frame::NONE.inner_margin(margin).show(ui, |ui| {
        ui.take_available_width();
        ui.spacing_mut().item_spacing = vec2(space::XS, space::XS);
        asked = head(ui, data);
        if let Some(Run {
            state: State::Ended(end),
            ..
        }) = data.run
        {
            asked = outcome(ui, end).or(asked.take());
        }
        if let Some(problem) = data.problem {
            facts::callout(ui, problem);
        }
        asked = find(ui, data.find, &mut jump).or(asked.take());
    });
    let of_output = run_output::show(ui, data.output, jump).map(|of_output| match of_output {
        run_output::Asked::CopyLine(line) => Asked::CopyLine(line),
        run_output::Asked::CopyAll => Asked::CopyOutput,
        run_output::Asked::Want(first, count) => Asked::Want(first, count),
    });
    asked.or(of_output)
}

fn head(ui: &mut Ui, data: &Data<'_>) -> Option<Asked> {
    let run = data.run;
    let mut asked = None;
    ui.horizontal(|ui| {
        if Button::new("All runs").show(ui).clicked() {
            asked = Some(Asked::Back);
        }
        if run.is_some_and(|r| r.state == State::Running) {
            if Button::new("Stop").show(ui).clicked() {
                asked = Some(Asked::Stop);
            }
        } else if let Some(run) = run {
            let problem = data.typed_since.and_then(Form::problem);
            let tip = told_again(run, data.typed_since);
            let again = Button::new("Run again").tip(&tip);
            if again
                .disabled_because(problem.as_deref())
                .show(ui)
                .clicked()
            {
                asked = Some(Asked::Again);
            }
        }
        if Button::icon(Icon::External, "Open log").show(ui).clicked() {
            asked = Some(Asked::OpenLog);
        }
    });
    if let Some(run) = run {
        ui.scope(|ui| about(ui, run, data.now));
    }
    asked
}

/// What was run, what came of it, and when. What it was told may be long, and what came of it must be seen.
fn about(ui: &mut Ui, run: &Run, now: DateTime<FixedOffset>) {
    ui.spacing_mut().interact_size.y = size::ICON;
    ui.horizontal(|ui| {
        ui.label(theme::strong(run.record.script.as_str()));
        if !run.record.args.is_empty() {
            let args = theme::caption(ui, typed(&run.record.args));
            ui.add(egui::Label::new(args).truncate());
        }
    });
    ui.horizontal(|ui| {
        let ink = run_tab::ink(run, theme::palette(ui));
        ui.label(egui::RichText::new(result(run, now)).color(ink));
        let started = run.record.started_at;
        let when = format!("started {}", format::ago(started, now));
        ui.label(theme::caption(ui, when))
            .on_hover_text(format::exact(started));
    });
}

/// What the script will be told when it is run again.
fn told_again(run: &Run, typed_since: Option<&Form>) -> String {
    let with = |args: &str| match args.trim() {
        "" => "without arguments".to_owned(),
        args => format!("with {args}"),
    };
    match typed_since {
        Some(form) => format!("As it is typed now: {}", with(&form.args)),
        None => format!("As this run: {}", with(&typed(&run.record.args))),
    }
}

/// What is looked for in the output, on and back; and where in it a person wants to `jump`.
fn find(ui: &mut Ui, find: &Find, jump: &mut Option<Edge>) -> Option<Asked> {
    let mut asked = None;
    let mut needle = find.needle.clone();
    ui.horizontal(|ui| {
        let search = Search {
            name: "Find in the output",
            hint: "Find in the output",
            found: None,
            problem: None,
            width: (ui.available_width() - 244.0).clamp(96.0, 320.0),
        };
        let response = search.show(ui, &mut needle);
        let (enter, back) = ui.input(|i| (i.key_pressed(Key::Enter), i.modifiers.shift));
        if response.changed() {
            asked = Some(true);
        } else if response.lost_focus() && enter && !needle.is_empty() {
            response.request_focus();
            asked = Some(!back);
        }
        let none = find.at.is_none().then_some("Nothing was found");
        for (icon, name, on) in [
            (Icon::ArrowUp, "Previous line", false),
            (Icon::ArrowDown, "Next line", true),
        ] {
            let button = Button::icon(icon, name).disabled_because(none);
            if button.show(ui).clicked() {
                asked = Some(on);
            }
        }
        for (icon, name, keys, edge) in [
            (Icon::ToStart, "Start of the output", &START, Edge::Start),
            (Icon::ToEnd, "End of the output", &END, Edge::End),
        ] {
            let keys = format::shortcut(ui.ctx(), keys);
            if Button::icon(icon, name).shortcut(&keys).show(ui).clicked() {
                *jump = Some(edge);
            }
        }
        let said = match find.at {
            _ if needle.is_empty() => String::new(),
            _ if find.looking => "Looking…".to_owned(),
            Some(at) => format!("line {}", text::grouped(at as u64 + 1)),
            None => "Not found".to_owned(),
        };
        ui.add(egui::Label::new(theme::caption(ui, said)).truncate());
    });
    asked.map(|on| Asked::Find(needle, on))
}

/// What came of it: figures, files with a way to open them, tables.
fn outcome(ui: &mut Ui, end: &End) -> Option<Asked> {
    let mut said = vec![format!("{:.1} s", end.duration().as_secs_f64())];
    if let Some(used) = &end.usage {
        said.push(format!("CPU {:.1} s", used.cpu_ms as f64 / 1000.0));
        said.push(format!("memory {}", text::bytes(used.peak_bytes)));
    }
    ui.label(theme::caption(ui, said.join(" · ")));
    if let Some(problem) = &end.problem {
        facts::callout(ui, problem);
    }
    let changes = &end.changes;
    let mut asked = None;
    let most = ui.available_height() * 0.3;
    ScrollArea::vertical()
        .id_salt("outcome")
        .max_height(most)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let tables: Vec<_> = changes
                .tables
                .iter()
                .map(|t| fact("Table", table(t)))
                .collect();
            facts::show(ui, &tables);
            // What is looked at comes first.
            let (seen, other): (Vec<_>, Vec<_>) =
                changes.files.iter().partition(|f| is_seen(&f.path));
            for change in seen.into_iter().chain(other).take(FILES) {
                ui.horizontal(|ui| {
                    let open = format!("Open {}", change.path);
                    if Button::icon(Icon::External, &open).show(ui).clicked() {
                        asked = Some(Asked::Open(change.path.clone()));
                    }
                    ui.label(file(change));
                });
            }
            let rest = changes.more_files + changes.files.len().saturating_sub(FILES);
            if rest > 0 {
                ui.label(theme::caption(
                    ui,
                    format!("and {} more", text::count(rest, "file", "files")),
                ));
            }
            for note in &changes.notes {
                ui.label(theme::caption(ui, note));
            }
        });
    asked
}

fn fact(label: &'static str, value: String) -> Fact {
    Fact {
        label,
        value,
        tip: String::new(),
    }
}

fn table(change: &TableChange) -> String {
    let rows = |n: u64| text::count(usize::try_from(n).unwrap_or(usize::MAX), "row", "rows");
    match (change.before, change.after) {
        (None, Some(after)) => format!("{}: new, {}", change.name, rows(after)),
        (Some(_), None) => format!("{}: gone", change.name),
        (Some(before), Some(after)) if before != after => {
            format!(
                "{}: {} → {}",
                change.name,
                text::grouped(before),
                rows(after)
            )
        }
        _ => format!("{}: changed", change.name),
    }
}

fn file(change: &FileChange) -> String {
    let what = if change.new { "new" } else { "changed" };
    format!(
        "{} ({what}, {})",
        text::one_line(&change.path),
        text::bytes(change.bytes)
    )
}

/// Pages and pictures are what most models are run for.
fn is_seen(path: &str) -> bool {
    let ending = path
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    matches!(
        ending.as_str(),
        "html" | "htm" | "png" | "jpg" | "jpeg" | "gif" | "svg" | "webp" | "pdf"
    )
}
