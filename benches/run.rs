//! A run that prints a million lines while the window follows it: how long a frame takes meanwhile, and until the
//! last line is seen. `cargo bench --bench run`; how long the run itself takes is compared by
//! `python3 benches/compare.py run`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::Vec2;
use egui_kittest::Harness;
use eyproject_sessions::app::action::{Action, RunAction, RunAnswer};
use eyproject_sessions::app::command::Command as Word;
use eyproject_sessions::app::model::selection::Extend;
use eyproject_sessions::app::{self, App, Args};
use eyproject_sessions::config::Settings;
use eyproject_sessions::run::{ScriptPath, State};
use eyproject_sessions::session::{BaseDir, Policy, Store};

const LINES: u64 = 1_000_000;

const ID: &str = "session_20250710_153000";

const SCRIPT: &str = "lines.py";

fn main() {
    let room = tempfile::tempdir().expect("a temporary directory");
    let base = room.path().join("EYProject");
    let session = base.join(ID);
    fs_err::create_dir_all(&session).expect("a session");
    let code = format!("for i in range({LINES}):\n    print('line', i, 'of very many')\n");
    fs_err::write(session.join(SCRIPT), code).expect("a script");
    let args = Args {
        store: Store::new(BaseDir::chosen(&base)),
        settings: Settings::default(),
        settings_file: None,
        state_dir: Some(room.path().join("state")),
        program: Some(env!("CARGO_BIN_EXE_eyproject-sessions").into()),
        problem: None,
        policy: Policy::keep(10),
        reset: false,
        server: None,
    };
    let mut window = Harness::builder()
        .with_size(Vec2::new(1280.0, 800.0))
        .with_max_steps(64)
        .build_eframe(move |cc| {
            app::setup(&cc.egui_ctx, &args.settings);
            let ctx = cc.egui_ctx.clone();
            app::begin(args, Arc::new(move || ctx.request_repaint()))
        });
    until(&mut window, |app| app.model().is_settled());
    let id = ID.parse().expect("an id");
    act(&mut window, Action::Click(id, Extend::No));
    act(&mut window, Action::Command(Word::Run));
    until(&mut window, |app| app.model().runs.scripts.is_some());
    let script = ScriptPath::parse(SCRIPT).expect("a script");
    act(&mut window, Action::Run(RunAction::Choose(script)));
    let began = Instant::now();
    act(&mut window, Action::Run(RunAction::Start));
    act(
        &mut window,
        Action::Run(RunAction::Answer(RunAnswer::Allow)),
    );
    let frames = until(&mut window, |app| {
        let runs = &app.model().runs;
        let ended = runs.runs.first().is_some_and(|r| r.state != State::Running);
        // The lines, and what the run itself says at its beginning and its end.
        ended && runs.shown.as_ref().is_some_and(|s| s.total as u64 > LINES)
    });
    let took = began.elapsed();
    println!("{LINES} lines, from the click to the last one seen: {took:.2?}");
    print(frames);
}

fn act(window: &mut Harness<'_, App>, action: Action) {
    let ctx = window.ctx.clone();
    window.state_mut().act(&ctx, action);
    window.step();
}

/// Frames, sixty a second, until `done`: how long each took.
fn until(window: &mut Harness<'_, App>, done: impl Fn(&App) -> bool) -> Vec<Duration> {
    let mut frames = Vec::new();
    let limit = Instant::now() + Duration::from_secs(120);
    while !done(window.state()) {
        assert!(Instant::now() < limit, "waited in vain");
        let from = Instant::now();
        window.step();
        let took = from.elapsed();
        frames.push(took);
        std::thread::sleep(Duration::from_millis(16).saturating_sub(took));
    }
    frames
}

fn print(mut frames: Vec<Duration>) {
    frames.sort_unstable();
    let at = |part: usize| frames[(frames.len() * part / 100).min(frames.len() - 1)];
    println!(
        "{} frames meanwhile: median {:.2?}, p99 {:.2?}, max {:.2?}; wanted under 8 ms",
        frames.len(),
        at(50),
        at(99),
        at(100)
    );
}
