//! Shows the building blocks and views of the window, to be looked at:
//! `gallery basics|states|tree|base|session|cleanup|delete|settings|palette|shortcuts|drop [light|dark] [SCALE]`.

use chrono::{DateTime, FixedOffset, TimeDelta};
use egui::{self, Ui, vec2};
use eyproject_sessions::app::filetype::FileType;
use eyproject_sessions::app::icons::Icon;
use eyproject_sessions::app::theme::{self, space};
use eyproject_sessions::app::views::{
    base_overview, cleanup_dialog, files_tab, palette, permanent_delete_dialog, session_overview,
    settings_dialog, shortcuts,
};
use eyproject_sessions::app::widgets::button::{Button, Kind};
use eyproject_sessions::app::widgets::file_tree::{self, Line};
use eyproject_sessions::app::widgets::number::{self, Bytes};
use eyproject_sessions::app::widgets::progress::Job;
use eyproject_sessions::app::widgets::rules::{Rule, Rules};
use eyproject_sessions::app::widgets::search::Search;
use eyproject_sessions::app::widgets::toast::{self, About, Toast};
use eyproject_sessions::app::widgets::{empty, form, menu, split, tabs};
use eyproject_sessions::config::{Look, Theme};
use eyproject_sessions::session::{
    Doomed, Manifest, Plan, Protection, Reason, Session, SessionId, Spared, Usage,
};

fn main() -> eframe::Result {
    let mut arguments = std::env::args().skip(1);
    let page = arguments.next().unwrap_or_default();
    let theme = if arguments.next().as_deref() == Some("dark") {
        Theme::Dark
    } else {
        Theme::Light
    };
    let scale = arguments.next().and_then(|s| s.parse().ok()).unwrap_or(1.0);
    let look = Look {
        theme,
        scale,
        animations: true,
    };
    let options = eframe::NativeOptions {
        renderer: eframe::Renderer::Glow,
        viewport: egui::ViewportBuilder::default().with_inner_size(vec2(1000.0, 700.0) * scale),
        ..Default::default()
    };
    let create = move |cc: &eframe::CreationContext<'_>| {
        theme::install(&cc.egui_ctx, &look);
        let rule = |on, text: &str| (on, text.to_owned());
        let rules = [
            rule(true, "10"),
            rule(false, "30d"),
            rule(true, "20 GBB"),
            rule(false, "10GB"),
        ];
        let typed = "older:7d".to_owned();
        Ok(Box::new(Gallery {
            page,
            typed,
            look,
            rules,
            tab: 0,
        }) as Box<dyn eframe::App>)
    };
    eframe::run_native("Gallery", options, Box::new(create))
}

struct Gallery {
    page: String,
    typed: String,
    look: Look,
    rules: [(bool, String); 4],
    tab: usize,
}

impl eframe::App for Gallery {
    fn ui(&mut self, ui: &mut Ui, _: &mut eframe::Frame) {
        let background = theme::palette(ui).background;
        let margin = if ["tree", "base", "session"].contains(&self.page.as_str()) {
            0.0
        } else {
            space::L
        };
        let frame = egui::Frame::new().fill(background).inner_margin(margin);
        egui::CentralPanel::default()
            .frame(frame)
            .show(ui, |ui| self.page(ui));
    }
}

impl Gallery {
    fn page(&mut self, ui: &mut Ui) {
        match self.page.as_str() {
            "states" => states(ui),
            "tree" => tree(ui),
            "base" => base(ui),
            "session" => session(ui, &mut self.typed),
            "cleanup" => {
                self.basics(ui);
                let plan = plan();
                let data = cleanup_dialog::Data {
                    plan: Some(&plan),
                    working: false,
                    measuring: false,
                    can_keep_rules: true,
                    now: now(),
                };
                cleanup_dialog::show(ui.ctx(), &data, rules(&mut self.rules));
            }
            "delete" => {
                self.basics(ui);
                let data = permanent_delete_dialog::Data {
                    count: 14,
                    bytes: Bytes::Known(3_200_000_000),
                    oldest: id(40),
                    newest: id(1),
                    spared: 1,
                };
                permanent_delete_dialog::show(ui.ctx(), &data);
            }
            "settings" => {
                let mut base = "/home/me/some/where/EYProject".to_owned();
                let data = settings_dialog::Data {
                    base: &mut base,
                    base_problem: None,
                    base_fixed: None,
                    look: &mut self.look,
                    rules: rules(&mut self.rules),
                    server: None,
                    why_not: None,
                };
                settings_dialog::show(ui.ctx(), data);
            }
            "palette" => {
                self.basics(ui);
                let entry = |words: &str, keys: &str| palette::Entry {
                    words: words.into(),
                    keys: keys.into(),
                    why_not: None,
                };
                let entries = [
                    entry("New from files…", "Ctrl+O"),
                    entry("New from folder…", "Ctrl+Shift+O"),
                    entry("Clean up…", "Ctrl+K"),
                ];
                palette::show(ui.ctx(), &entries, &mut String::new(), &mut 1);
            }
            "shortcuts" => {
                let command = |words: &str, keys: &str| (words.to_owned(), keys.to_owned());
                let group = |heading: &str| shortcuts::Group {
                    heading: heading.into(),
                    commands: vec![
                        command("New from files…", "Ctrl+O"),
                        command("New from folder…", "Ctrl+Shift+O"),
                        command("Delete", "Del"),
                    ],
                };
                shortcuts::show(
                    ui.ctx(),
                    &["New session", "Selected sessions", "Clean up", "Window"].map(group),
                );
            }
            "drop" => {
                self.basics(ui);
                empty::drop_overlay(ui, "Drop 3 files to make a session", "1.2 GB");
            }
            _ => self.basics(ui),
        }
    }

    fn basics(&mut self, ui: &mut Ui) {
        ui.label(theme::title("session_20250710_153000"));
        ui.label("Body text 日本語 العربية 😀 🎉 שלום 123,456");
        ui.label(theme::strong("Strong text, 0123456789"));
        ui.label(theme::caption(
            ui,
            "Caption: made by the window from 3 files",
        ));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let new = Button::new("New from files…")
                .with_icon(Icon::Upload)
                .kind(Kind::Quiet);
            split::show(ui, new, "More ways", |ui| {
                menu::Item::new("From folder…")
                    .icon(Icon::Folder)
                    .shortcut("Ctrl+Shift+O")
                    .show(ui);
                menu::Item::new("From clipboard")
                    .icon(Icon::Clipboard)
                    .shortcut("Ctrl+Shift+V")
                    .show(ui);
                menu::separator(ui);
                menu::Item::new("Empty session")
                    .icon(Icon::Add)
                    .shortcut("Ctrl+N")
                    .show(ui);
                menu::Item::new("Show size").ticked(true).show(ui);
                menu::Item::new("Delete")
                    .icon(Icon::Trash)
                    .danger()
                    .shortcut("Del")
                    .show(ui);
            });
            let clean = Button::new("Clean up")
                .with_icon(Icon::Broom)
                .kind(Kind::Quiet);
            split::show(ui, clean, "More", |ui| {
                menu::Item::new("Clean up…").show(ui)
            });
            let search = Search {
                name: "Filter",
                hint: "Filter",
                found: Some((3, 1200)),
                problem: None,
                width: 260.0,
            };
            search.show(ui, &mut self.typed);
            Button::icon(Icon::Settings, "Settings").show(ui);
        });
        ui.horizontal(|ui| {
            Button::new("Cancel").show(ui);
            Button::new("Save").kind(Kind::Primary).show(ui);
            Button::new("Delete 3 sessions").kind(Kind::Danger).show(ui);
            Button::new("Undo")
                .with_icon(Icon::Undo)
                .kind(Kind::Quiet)
                .show(ui);
            Button::new("Disabled")
                .disabled_because(Some("why"))
                .show(ui);
        });
        ui.horizontal_wrapped(|ui| {
            for icon in Icon::ALL {
                let text = theme::palette(ui).text;
                icon.show(ui, text);
                ui.add_space(space::XS);
            }
        });
        if let Some(tab) = tabs::show(ui, &["Overview", "Files", "Data"], self.tab) {
            self.tab = tab;
        }
        let p = theme::palette(ui);
        for size in [
            Bytes::Known(3_200_000_000),
            Bytes::Known(810_000_000),
            Bytes::AtLeast(111_000_000),
            Bytes::Known(12),
            Bytes::Unknown,
        ] {
            let (rect, _) = ui.allocate_exact_size(vec2(160.0, 20.0), egui::Sense::hover());
            number::bytes_with_bar(ui.painter(), rect, size, 3_200_000_000, p);
        }
        rules(&mut self.rules).show(ui);
        form::segmented(ui, "Theme", &["As the system", "Light", "Dark"], 1);
    }
}

fn rules(rules: &mut [(bool, String); 4]) -> Rules<'_> {
    let [keep, older_than, max_total, min_free] = rules.each_mut().map(|(on, typed)| {
        let problem = typed
            .contains("BB")
            .then(|| format!("{typed:?} is not a size; write it like 500MB or 20GiB"));
        Rule { on, typed, problem }
    });
    Rules {
        keep,
        older_than,
        max_total,
        min_free,
    }
}

fn now() -> DateTime<FixedOffset> {
    DateTime::UNIX_EPOCH.fixed_offset() + TimeDelta::days(20_000)
}

fn id(days: i64) -> SessionId {
    let time = now() - TimeDelta::seconds(days * 86_400 + days * 1_234);
    let Some(id) = SessionId::from_local(time.naive_utc()) else {
        unreachable!("every second of these years names a session")
    };
    id
}

fn plan() -> Plan {
    let doomed = |i: i64| Doomed {
        id: id(i),
        created_at: now() - TimeDelta::days(i),
        bytes: (i % 5 != 0).then_some(((i * 7_919) % 4_000) as u64 * 1_000_003),
        reasons: if i % 3 == 0 {
            vec![
                Reason::NotAmongNewest(10),
                Reason::TotalOver(20_000_000_000),
            ]
        } else {
            vec![Reason::NotAmongNewest(10)]
        },
    };
    let pinned = Protection {
        pinned: true,
        ..Protection::default()
    };
    let spared = [2, 3].map(|i| Spared {
        id: id(i),
        protection: pinned,
    });
    Plan {
        spared: spared.to_vec(),
        safe: vec![],
        kept: 12,
        ..Plan::to_delete((6..14).map(doomed).collect())
    }
}

fn states(ui: &mut Ui) {
    let failures = [(
        "data/very/long/path/to/a/file that could not be read.csv".to_owned(),
        "permission denied".to_owned(),
    )];
    for (title, share, failures_open) in [
        ("Copying 3 files", Some(0.37), true),
        ("Deleting 2 sessions", None, false),
    ] {
        let job = Job {
            title,
            step: "data/large/table of sales 2025.csv",
            share,
            figures: "1.2 of 3.4 GB · 12 of 40 files · 84.0 MB/s · 12 s left",
            can_cancel: true,
            cancelling: false,
            failures: if failures_open { &failures } else { &[] },
            failures_open,
        };
        let room = egui::Rect::from_min_size(ui.cursor().min, vec2(590.0, 80.0));
        ui.scope_builder(egui::UiBuilder::new().max_rect(room), |ui| job.show(ui));
        ui.add_space(space::M);
    }
    let toast = |id, about, title, body, details| Toast {
        id,
        about,
        title,
        body,
        details,
        open: id == 3,
    };
    toast::show(
        ui.ctx(),
        0.0,
        [
            toast(1, About::Undoable, "Deleted 2 sessions, 3.2 GB", "", ""),
            toast(
                2,
                About::Done,
                "Made session_20250710_153000 from 3 files",
                "sales.csv, main.py, notes.md",
                "",
            ),
            toast(
                3,
                About::Error,
                "Could not delete session_20250710_153000",
                "It is in use; end the program that uses it",
                "could not delete session_20250710_153000: it is in use: /tmp/EYProject/session_20250710_153000",
            ),
            toast(
                4,
                About::Warning,
                "Changes made by other programs are seen late",
                "Too many folders are watched",
                "inotify limit",
            ),
        ],
    );
    let room = egui::Rect::from_min_size(ui.cursor().min, vec2(560.0, 360.0));
    ui.scope_builder(egui::UiBuilder::new().max_rect(room), |ui| {
        empty::Empty {
            icon: Icon::Upload,
            sentence: "No sessions yet",
            hint: "Drop files or a folder here to make one",
            button: "Choose files…",
            drop_target: true,
        }
        .show(ui);
    });
}

fn tree(ui: &mut Ui) {
    let line = |path: &'static str, kind, depth, bytes| Line {
        path,
        name: path.rsplit('/').next().unwrap_or(path),
        kind,
        bytes,
        depth,
    };
    use file_tree::Kind::{File, Folder, Link, OpenFolder};
    let lines = [
        line("data", OpenFolder, 0, 3_200_000_000),
        line("data/raw", Folder, 1, 12_000),
        line("data/sales 2025.csv", File, 1, 3_199_000_000),
        line("data/日本語 😀.xlsx", File, 1, 1_000_000),
        line("logs", Folder, 0, 810),
        line("current", Link, 0, 0),
        line("main.py", File, 0, 12_345),
        line("project_data.db", File, 0, 98_304),
        line("picture.png", File, 0, 98_304),
        line("archive.zip", File, 0, 98_304),
        line("README", File, 0, 98),
        line("upload.log", File, 0, 98),
    ];
    tabs::show(ui, &["Overview", "Files"], 1);
    files_tab::show(
        ui,
        files_tab::Files::Read {
            lines: lines.len(),
            left_out: 12,
        },
        None,
        |i| lines.get(i).copied(),
    );
}

fn base(ui: &mut Ui) {
    let bytes: Vec<u64> = (0..40u64).map(|i| (i * 7_919 % 101) * 40_000_003).collect();
    let data = base_overview::Data {
        base: "/tmp/EYProject",
        total: Bytes::Known(48_200_000_000),
        free_disk: Some(120_000_000_000),
        cleanup: Some((14, 3_200_000_000)),
        bytes: &bytes,
        current: Some(39),
        label: &|i| id(40 - i as i64).to_string(),
        ends: ("3 months ago", "just now"),
        notices: &[],
    };
    base_overview::show(ui, &data);
}

fn session(ui: &mut Ui, note: &mut String) {
    let session = Session {
        id: id(0),
        path: "/tmp/EYProject/session_20250710_153000".into(),
        created_at: now() - TimeDelta::hours(3),
        sequence: 1,
        origin: Some(eyproject_sessions::session::Origin::Gui),
        protection: Protection {
            current: true,
            ..Protection::default()
        },
        note: String::new(),
        clock_ahead: false,
        missing: vec!["data/old.csv".to_owned()],
        problem: None,
        tables: 2,
    };
    let manifest: Option<Manifest> = serde_json::from_value(serde_json::json!({
        "version": 1, "session_id": id(0).to_string(), "created_at": now().to_rfc3339(), "sequence": 1, "origin": "gui",
        "sources": [{"path": "/home/me/Documents/sales 2025.csv", "stored_as": "sales 2025.csv", "files": 1, "bytes": 3_199_000_000u64},
                    {"path": "/home/me/projects/report", "stored_as": "report", "files": 1234, "bytes": 26_000}],
        "tables": [{"name": "sales_2025", "rows": 1_234_567, "columns": [["a", "TEXT"], ["b", "REAL"]]}, {"name": "customers", "rows": 812}],
        "skipped": [{"file": "report/link", "reason": "a link that points outside the folder"}],
    }))
    .ok();
    let usage = Usage {
        bytes: 3_199_026_000,
        disk_bytes: 3_199_070_208,
        files: 1235,
        unreadable: 0,
    };
    let data = session_overview::Data {
        runs: &[],
        session: &session,
        manifest: manifest.as_ref(),
        usage: Some((&usage, true)),
        files: 1235,
        unreadable: None,
        kinds: &[
            (FileType::Table, 2_400_000_000),
            (FileType::Database, 700_000_000),
            (FileType::Code, 90_000_000),
            (FileType::Text, 9_026_000),
        ],
        places: &[],
        note_fixed: None,
        now: now(),
    };
    tabs::show(ui, &["Overview", "Files"], 0);
    session_overview::show(ui, &data, note);
}
