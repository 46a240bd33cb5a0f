//! A frame of the window with 100,000 sessions: while scrolling, filtering, sorting, and as sizes come in.
//! `cargo bench --bench window`. Counts `logic` and `ui` without drawing on a screen, as `frame` does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{self, Context, Event, MouseWheelUnit, RawInput, Rect, pos2, vec2};
use eyproject_sessions::app::action::{Action, Report};
use eyproject_sessions::app::model::column::Column;
use eyproject_sessions::app::model::fresh::Fresh;
use eyproject_sessions::app::model::row::Size;
use eyproject_sessions::app::{self, App, Args};
use eyproject_sessions::config::Settings;
use eyproject_sessions::session::{
    BaseDir, Listing, Policy, Protection, Session, SessionId, Store, Usage,
};

const SESSIONS: i64 = 100_000;
const FRAMES: usize = 1_000;

fn main() {
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
    // A list is read and made ready by a thread: what counts is the frame that takes it over.
    stage.prepared("list again", 100, Stage::fresh, Stage::list);
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
        let base = tempfile::tempdir().expect("a temporary directory");
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
        let app = app::begin(args, Arc::new(|| {}));
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
        let fresh = stage.fresh();
        stage.list(fresh);
        let sizes = (0..SESSIONS)
            .map(|n| (id(n), Size::Known(used(n))))
            .collect();
        stage.act(Action::Report(Report::Measured(sizes)));
        stage.act(Action::Report(Report::MeasuringEnded));
        stage.step();
        assert_eq!(stage.app.model().table.shown_len() as i64, SESSIONS);
        stage
    }

    /// A list as a thread makes it ready.
    fn fresh(&self) -> Fresh {
        let sessions: Vec<_> = (0..SESSIONS).map(session).collect();
        let listing = Listing {
            current: Some(sessions[0].id),
            sessions,
        };
        Fresh::of(listing, self.app.model().table.places())
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

    /// Does `what` and draws the frame after it, `n` times, and prints how long both took; frames that follow
    /// from it, such as those that take over what threads worked out, count as frames of their own.
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
        let mut times = Vec::new();
        for _ in 0..n {
            let prepared = prepare(self);
            let from = Instant::now();
            what(self, prepared);
            self.step();
            times.push(from.elapsed());
            while self.app.model().is_digesting() {
                let from = Instant::now();
                self.step();
                times.push(from.elapsed());
                std::thread::sleep(Duration::from_millis(4));
            }
        }
        let frames = times.len();
        times.sort();
        let ms = |part: f64| {
            let i = ((frames as f64 * part) as usize).min(frames - 1);
            times[i].as_secs_f64() * 1e3
        };
        println!(
            "{name:14} median {:7.2} ms   p99 {:7.2} ms   max {:7.2} ms   ({n} times, {frames} frames)",
            ms(0.5),
            ms(0.99),
            ms(1.0)
        );
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
