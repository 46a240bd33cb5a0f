//! The tab "Overview" of the open session: where it comes from, what it holds, what became of the upload,
//! the person's note.

use std::path::PathBuf;

use chrono::{DateTime, FixedOffset};
use egui::{Margin, ScrollArea, Ui, vec2};

use super::{run_section, session_facts, upload_report};
use crate::app::filetype::FileType;
use crate::app::theme::space;
use crate::app::widgets::facts::{self, Column, Table};
use crate::app::widgets::{form, shares};
use crate::session::{Manifest, Session, Usage, text};

/// What the overview shows.
#[derive(Debug, Clone, Copy)]
pub struct Data<'a> {
    /// What the list says of it.
    pub session: &'a Session,
    /// What it says of itself; `None` without a manifest, or while it is being read.
    pub manifest: Option<&'a Manifest>,
    /// What it takes, and whether that is all.
    pub usage: Option<(&'a Usage, bool)>,
    /// Files in it as far as they are counted, without the manager's own.
    pub files: u64,
    /// Why its size can't be measured, if so.
    pub unreadable: Option<&'a str>,
    /// Bytes of each kind of file, the largest first; empty while not known.
    pub kinds: &'a [(FileType, u64)],
    /// Its runs, newest first.
    pub runs: &'a [crate::run::Run],
    /// What there is to look at for each line of what was left out or changed.
    pub places: &'a [Option<PathBuf>],
    /// Why the note can't be written, if so.
    pub note_fixed: Option<&'a str>,
    /// Now.
    pub now: DateTime<FixedOffset>,
}

/// What the person did with the note, or wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// It is being written.
    NoteChanged,
    /// It is written: the field was left.
    NoteDone,
    /// To look at what this line of what was left out or changed is about.
    Open(usize),
    /// To look at the run of this name.
    Run(String),
}

/// Draws the overview over the `note` as it is typed.
pub fn show(ui: &mut Ui, data: &Data<'_>, note: &mut String) -> Option<Asked> {
    let area = ScrollArea::vertical()
        .id_salt(data.session.id)
        .auto_shrink([false, false])
        .content_margin(Margin::same(space::L as i8));
    area.show(ui, |ui| page(ui, data, note)).inner
}

fn page(ui: &mut Ui, data: &Data<'_>, note: &mut String) -> Option<Asked> {
    ui.spacing_mut().item_spacing = vec2(space::S, space::S);
    for words in session_facts::attention(data) {
        facts::callout(ui, &words);
    }
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        facts::show(ui, &session_facts::of(data));
    });
    ui.add_space(space::S);
    let asked = form::group(ui, "Note", |ui| note_field(ui, note, data.note_fixed));
    if !data.kinds.is_empty() {
        let parts: Vec<_> = data
            .kinds
            .iter()
            .map(|(kind, n)| (kind.label(), *n))
            .collect();
        form::group(ui, "By kind of file", |ui| {
            shares::show(ui, "By kind of file", &parts)
        });
    }
    let run = run_section::show(ui, data.runs, data.now);
    let asked = asked.or(run.map(Asked::Run));
    if let Some(manifest) = data.manifest {
        let report = upload_report::Data {
            manifest,
            can_open: &|row| matches!(data.places.get(row), Some(Some(_))),
        };
        let line = upload_report::show(ui, &report);
        sources(ui, manifest);
        return asked.or(line.map(Asked::Open));
    }
    asked
}

fn note_field(ui: &mut Ui, note: &mut String, fixed: Option<&str>) -> Option<Asked> {
    let field = ui
        .add_enabled_ui(fixed.is_none(), |ui| {
            form::area(ui, note, "Note", "Add a note", 2)
        })
        .inner;
    if let Some(why) = fixed {
        field.clone().on_disabled_hover_text(why);
    }
    match (field.lost_focus(), field.changed()) {
        (true, _) => Some(Asked::NoteDone),
        (false, true) => Some(Asked::NoteChanged),
        (false, false) => None,
    }
}

fn sources(ui: &mut Ui, manifest: &Manifest) {
    let number = |title, width| Column {
        title,
        width,
        number: true,
    };
    // What came out of archives is told with them.
    let extracted = |path: &str| {
        let name = path.rsplit(['/', '\\']).next();
        manifest.extracted.iter().any(|e| Some(&*e.archive) == name)
    };
    let sources = manifest.sources.iter();
    let sources: Vec<_> = sources.filter(|s| !extracted(&s.path)).collect();
    if !sources.is_empty() {
        let columns = [number("Files", 72.0), number("Size", 72.0)];
        let table = Table {
            heading: "Sources",
            first: "From",
            columns: &columns,
            rows: sources.len(),
        };
        table.show(ui, |row, column| {
            sources.get(row).map_or_else(String::new, |s| match column {
                0 => s.path.clone(),
                1 => text::grouped(s.files),
                _ => text::bytes(s.bytes),
            })
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::widgets::plan::tests::now;
    use crate::app::widgets::testing::harness;
    use crate::session::{Origin, Protection, Skipped, Source};
    use egui_kittest::kittest::Queryable;

    fn session() -> Session {
        Session {
            id: "session_20250710_120000".parse().unwrap(),
            path: "/tmp/EYProject/session_20250710_120000".into(),
            created_at: DateTime::parse_from_rfc3339("2025-07-10T12:00:00+02:00").unwrap(),
            sequence: 1,
            origin: Some(Origin::Gui),
            protection: Protection {
                current: true,
                ..Protection::default()
            },
            note: String::new(),
            clock_ahead: true,
            missing: ["a", "b", "c", "d", "e", "f", "g"]
                .map(str::to_owned)
                .to_vec(),
            problem: None,
            tables: 1,
        }
    }

    fn manifest() -> Manifest {
        let mut manifest: Manifest = serde_json::from_value(serde_json::json!({
            "version": 1,
            "session_id": "session_20250710_120000",
            "created_at": "2025-07-10T12:00:00+02:00",
            "sequence": 1,
            "origin": "gui",
            "removed": ["old.csv"],
            "tables": [{"name": "sales", "rows": 12345, "source": "sales.csv", "columns": [["a", "TEXT"]]}],
        }))
        .unwrap();
        let source = Source {
            path: "/home/me/sales.csv".into(),
            stored_as: "sales.csv".into(),
            files: 1,
            bytes: 26_000,
        };
        manifest.sources.push(source);
        manifest.skipped.push(Skipped {
            file: "link".into(),
            reason: "points outside the folder".into(),
        });
        manifest
    }

    #[test]
    fn the_overview_tells_all_that_is_known() {
        let (session, manifest) = (session(), manifest());
        let usage = Usage {
            bytes: 26_000,
            disk_bytes: 28_672,
            files: 1,
            unreadable: 0,
        };
        let mut window = harness(
            (String::new(), vec![]),
            |ui, (note, log): &mut (String, Vec<Asked>)| {
                let data = Data {
                    session: &session,
                    manifest: Some(&manifest),
                    usage: Some((&usage, true)),
                    files: 1,
                    unreadable: None,
                    runs: &[],
                    kinds: &[(FileType::Table, 26_000)],
                    places: &[],
                    note_fixed: None,
                    now: now(),
                };
                log.extend(show(ui, &data, note));
            },
        );
        for words in [
            "Not there any more: a, b, c, d, e and 2 more",
            "Created: 3 h ago (10 July 2025, 12:00)",
            "Size: 26.0 kB in 1 file",
            "Made by: The window",
            "Protected: It is the current session",
            "Tables: 26.0 kB",
            "/home/me/sales.csv, 1, 26.0 kB",
            "sales, sales.csv, 1, 12,345",
            "Deleted by hand: old.csv",
            "link, points outside the folder",
        ] {
            assert!(window.query_by_label(words).is_some(), "{words}");
        }
        window
            .get_by_role_and_label(egui::Role::MultilineTextInput, "Note")
            .focus();
        window.run();
        window
            .get_by_role_and_label(egui::Role::MultilineTextInput, "Note")
            .type_text("keep me");
        window.run();
        window
            .get_by_role_and_label(egui::Role::MultilineTextInput, "Note")
            .focus();
        window.key_press(egui::Key::Tab);
        window.run();
        assert_eq!(window.state().0, "keep me");
        assert_eq!(window.state().1, [Asked::NoteChanged, Asked::NoteDone]);
    }
}
