//! A frame of the window with 100,000 sessions: while scrolling, filtering, sorting, as sizes come in and as a new
//! list is taken over; and how long a delete takes from the key until the row is gone, and until it can be undone.
//! `cargo bench --bench window`, `cargo bench --bench window delete` for the last of these alone. Counts `logic` and `ui` without drawing on a screen, as `frame` does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{self, Context, Event, MouseWheelUnit, RawInput, Rect, pos2, vec2};
use eyproject_sessions::app::action::{Action, Report};
use eyproject_sessions::app::command::Command;
use eyproject_sessions::app::model::Model;
use eyproject_sessions::app::model::column::Column;
use eyproject_sessions::app::model::fresh::Fresh;
use eyproject_sessions::app::model::row::Size;
use eyproject_sessions::app::{self, App, Args};
use eyproject_sessions::config::Settings;
use eyproject_sessions::session::{
    BaseDir, Listing, Manifest, Origin, Policy, Protection, Session, SessionId, Store, Usage,
    manifest,
};

const SESSIONS: i64 = 100_000;
const FRAMES: usize = 1_000;

fn main() {
    if std::env::args().any(|a| a == "delete") {
        return deletes();
    }
    let mut stage = Stage::new();
    stage.report("scroll", FRAMES, |stage, i| {
        stage.scroll(if i % 200 < 100 { -700.0 } else { 700.0 });
    });
    let typed = [
        "2",
        "20",
        "202",
        "2024",
        "older:30d",
        "larger:50MB is:pinned",
        "smaller:1MB",
        "",
    ];
    stage.report("filter", 80, |stage, i| {
        stage.act(Action::Filter(typed[i % typed.len()].to_owned()));
    });
    let columns = [
        Column::Size,
        Column::Session,
        Column::Files,
        Column::Created,
        Column::State,
    ];
    stage.report("sort", 80, |stage, i| {
        stage.act(Action::Sort(columns[i % columns.len()]))
    });
    stage.report("sizes come in", 1_000, |stage, i| {
        let first = i as i64 * 500 % SESSIONS;
        let sizes = (first..first + 500)
            .map(|n| (id(n), Size::Known(used(n))))
            .collect();
        stage.act(Action::Report(Report::Measured(sizes)));
    });
    stage.report("type ahead", 40, |stage, i| {
        let letters = ["2024", "2022", "x"][i % 3];
        stage.act(Action::TypeAhead(letters.to_owned()));
    });
    // A list is read and made ready by a thread: what counts is the frame that takes it over.
    stage.prepared("list again", 100, Stage::fresh, Stage::list);
    stage.prepared("list, sizes moved", 20, Stage::fresh, |stage, fresh| {
        stage.act(Action::Report(Report::Measured(vec![(
            id(5),
            Size::Known(used(5)),
        )])));
        stage.list(fresh);
    });
    stage.report("select all", 20, |stage, _| {
        stage.act(Action::Command(Command::SelectAll));
    });
    stage.report("all selected", 100, |_, _| {});
    stage.act(Action::Select(id(50)));
    stage.act(Action::Command(Command::CleanUpPreview));
    stage.report("clean up dialog", 50, |_, _| {});
    drop(stage);
    deletes();
}

/// The window without a screen.
struct Stage {
    ctx: Context,
    app: App,
    frame: eframe::Frame,
    time: f64,
    events: Vec<Event>,
    _base: tempfile::TempDir,
}

impl Stage {
    fn new() -> Self {
        let mut stage = Self::on(tempfile::tempdir().expect("a temporary directory"));
        let fresh = stage.fresh();
        stage.list(fresh);
        let sizes = (0..SESSIONS)
            .map(|n| (id(n), Size::Known(used(n))))
            .collect();
        stage.act(Action::Report(Report::Measured(sizes)));
        stage.act(Action::Report(Report::MeasuringEnded));
        while !stage.app.model().is_settled() {
            stage.step();
        }
        assert_eq!(stage.app.model().table.shown_len() as i64, SESSIONS);
        stage
    }

    /// A window on what is in `base`, once it is shown.
    fn on(base: tempfile::TempDir) -> Self {
        let args = Args {
            program: None,
            store: Store::new(BaseDir::chosen(base.path())),
            settings: Settings::default(),
            settings_file: None,
            state_dir: None,
            problem: None,
            policy: Policy::default(),
            reset: true,
            server: None,
        };
        let ctx = Context::default();
        app::setup(&ctx, &args.settings);
        // As the real window does: it sleeps until it is woken.
        let window = std::thread::current();
        let app = app::begin(args, Arc::new(move || window.unpark()));
        let mut stage = Self {
            ctx,
            app,
            frame: eframe::Frame::_new_kittest(),
            time: 0.0,
            events: Vec::new(),
            _base: base,
        };
        // The list of the real base arrives first, is empty, and comes once more when the watcher is there.
        for _ in 0..100 {
            std::thread::sleep(Duration::from_millis(25));
            stage.step();
        }
        stage
    }

    /// A list, made ready by a thread as in the window.
    fn fresh(&self) -> Fresh {
        let model = self.app.model();
        let known = model.table.known(model.now());
        let thread = std::thread::Builder::new().name("session-list".into());
        let made = thread.spawn(move || {
            let sessions: Vec<_> = (0..SESSIONS).map(session).collect();
            let listing = Listing {
                current: Some(sessions[0].id),
                sessions,
            };
            Fresh::of(listing, known)
        });
        let made = made.expect("a thread");
        made.join().expect("a list")
    }

    fn list(&mut self, fresh: Fresh) {
        self.act(Action::Report(Report::Listed {
            generation: 0,
            result: Ok(fresh),
            free_disk: Some(1 << 40),
        }));
    }

    fn act(&mut self, action: Action) {
        let ctx = self.ctx.clone();
        self.app.act(&ctx, action);
    }

    fn scroll(&mut self, by: f32) {
        self.events.push(Event::PointerMoved(pos2(300.0, 400.0)));
        self.events.push(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta: vec2(0.0, by),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: egui::Modifiers::NONE,
        });
    }

    /// One frame: `logic` and `ui`, up to the shapes that would be drawn.
    fn step(&mut self) {
        self.time += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1600.0, 1000.0))),
            time: Some(self.time),
            events: std::mem::take(&mut self.events),
            ..RawInput::default()
        };
        let (app, frame) = (&mut self.app, &mut self.frame);
        let output = self.ctx.run_ui(input, |ui| {
            let ctx = ui.ctx().clone();
            eframe::App::logic(app, &ctx, frame);
            eframe::App::ui(app, ui, frame);
        });
        output.drop_without_applying_deltas();
    }

    /// Does `what` and draws the frame after it, `n` times, and prints how long both took. Frames that follow
    /// from it, such as those that take over what threads worked out, are printed by themselves.
    fn report(&mut self, name: &str, n: usize, mut what: impl FnMut(&mut Self, usize)) {
        let mut i = 0;
        self.prepared(
            name,
            n,
            |_| (),
            |stage, ()| {
                what(stage, i);
                i += 1;
            },
        );
    }

    /// The same, with what `prepare` makes beforehand, which doesn't count.
    fn prepared<T>(
        &mut self,
        name: &str,
        n: usize,
        mut prepare: impl FnMut(&Self) -> T,
        mut what: impl FnMut(&mut Self, T),
    ) {
        let (mut times, mut after) = (Vec::new(), Vec::new());
        for _ in 0..n {
            let prepared = prepare(self);
            let from = Instant::now();
            what(self, prepared);
            self.step();
            times.push(from.elapsed());
            while !self.app.model().is_settled() {
                let from = Instant::now();
                self.step();
                after.push(from.elapsed());
                std::thread::sleep(Duration::from_millis(4));
            }
        }
        print(name, times);
        if !after.is_empty() {
            print(&format!("{name}: after"), after);
        }
    }
}

fn print(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let measured = times.len();
    let ms = |part: f64| {
        let i = ((measured as f64 * part) as usize).min(measured - 1);
        times[i].as_secs_f64() * 1e3
    };
    println!(
        "{name:21} median {:7.2} ms   p99 {:7.2} ms   max {:7.2} ms   ({measured} times)",
        ms(0.5),
        ms(0.99),
        ms(1.0)
    );
}

/// Sessions of the base that is deleted from, and files in one of them.
const MANIFESTS: i64 = 1_000;
const FILES: usize = 100_000;

/// From the key to the offer to undo, in a base of sessions with manifests, one of them with very many files.
fn deletes() {
    let base = tempfile::tempdir().expect("a temporary directory");
    for n in 0..MANIFESTS {
        let dir = base.path().join(id(n).to_string());
        fs_err::create_dir(&dir).expect("room for a session");
        let bytes = manifest::to_bytes(&manifest_of(n)).expect("a manifest");
        fs_err::write(dir.join(manifest::FILE_NAME), bytes).expect("room for a manifest");
    }
    let full = base.path().join(id(500).to_string());
    for n in 0..FILES {
        let sub = full.join(format!("d{}", n % 100));
        if n < 100 {
            fs_err::create_dir(&sub).expect("room for a folder");
        }
        fs_err::File::create(sub.join(n.to_string())).expect("room for a file");
    }
    let mut stage = Stage::on(base);
    stage.wait(|m| m.is_settled() && m.table.shown_len() as i64 == MANIFESTS);
    for (name, which) in [("delete", None), ("delete the full one", Some(500))] {
        let (gone, offered): (Vec<_>, Vec<_>) = (0..50)
            .map(|i| stage.delete(id(which.unwrap_or(100 + i))))
            .unzip();
        print(name, gone);
        print(&format!("{name}: undo"), offered);
    }
}

fn manifest_of(n: i64) -> Manifest {
    let session = session(n);
    Manifest {
        version: manifest::VERSION,
        session_id: session.id,
        created_at: session.created_at,
        sequence: session.sequence,
        origin: Origin::Cli,
        sources: Vec::new(),
        tables: Vec::new(),
        skipped: Vec::new(),
        extracted: Vec::new(),
        scripts: Vec::new(),
        removed: Vec::new(),
        pinned: false,
        note: String::new(),
    }
}

impl Stage {
    fn wait(&mut self, done: impl Fn(&Model) -> bool) {
        while !done(self.app.model()) {
            std::thread::sleep(Duration::from_millis(1));
            self.step();
        }
    }

    /// Deletes a session, and brings it back: how long it took until its row was gone, and until that was offered.
    fn delete(&mut self, id: SessionId) -> (Duration, Duration) {
        self.act(Action::Select(id));
        self.step();
        let from = Instant::now();
        self.act(Action::Command(Command::Delete));
        self.step();
        let gone = from.elapsed();
        assert!(
            self.app.model().table.get(id).is_none(),
            "it is still shown"
        );
        while self.app.model().toasts.newest_batch().is_none() {
            std::thread::park_timeout(Duration::from_millis(100));
            self.step();
        }
        let offered = from.elapsed();
        self.act(Action::Command(Command::Undo));
        self.wait(|m| m.is_settled() && m.table.get(id).is_some());
        (gone, offered)
    }
}

fn id(n: i64) -> SessionId {
    let newest = chrono::DateTime::UNIX_EPOCH.naive_utc() + chrono::TimeDelta::days(20_000);
    SessionId::from_local(newest - chrono::TimeDelta::minutes(n)).expect("a year of four digits")
}

fn session(n: i64) -> Session {
    let id = id(n);
    let created_at = id.local().and_utc().fixed_offset();
    Session {
        id,
        path: format!("/tmp/EYProject/{id}").into(),
        created_at,
        sequence: created_at.timestamp_micros(),
        origin: None,
        protection: Protection {
            current: n == 0,
            pinned: n % 50 == 7,
            in_use: false,
        },
        note: String::new(),
        clock_ahead: false,
        missing: Vec::new(),
        problem: None,
        tables: 0,
    }
}

fn used(n: i64) -> Usage {
    let bytes = n.unsigned_abs().wrapping_mul(7_919) % 100_000_000;
    Usage {
        bytes,
        disk_bytes: bytes,
        files: bytes % 97,
        unreadable: 0,
    }
}
