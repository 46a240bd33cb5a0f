//! A table of five million rows: the first page, any page by the scrollbar, frames while it is scrolled, and the
//! work behind them, beside SQLite's own command and Python: `cargo bench --bench data`. Prints medians and the
//! slowest. `EYPROJECT_BENCH_DIR` names the room for 500 MB, `EYPROJECT_BENCH_ROWS` another number of rows.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use eyproject_sessions::app::action::{Action, DataAction};
use eyproject_sessions::app::command::Command as Word;
use eyproject_sessions::app::model::selection::Extend;
use eyproject_sessions::app::{self, App, Args};
use eyproject_sessions::config::Settings;
use eyproject_sessions::data::{
    Copy, Database, Filter, Key, Sort, Stop, View, build, copy, page, quick, run,
};
use eyproject_sessions::session::{BaseDir, Policy, Store};

/// Rows in the table, unless others are wanted.
const ROWS: u64 = 5_000_000;

/// Rows in a page, as the window reads them.
const PAGE: usize = 128;

const ROUNDS: usize = 9;

const ID: &str = "session_20250710_153000";

fn main() {
    let room = std::env::var_os("EYPROJECT_BENCH_DIR").map_or("/dev/shm".into(), PathBuf::from);
    let wanted = std::env::var("EYPROJECT_BENCH_ROWS").ok();
    let rows = wanted.and_then(|n| n.parse().ok()).unwrap_or(ROWS);
    let dir = tempfile::tempdir_in(&room).expect("room for a large database");
    let base = dir.path().join("EYProject");
    let path = base.join(ID).join("project_data.db");
    fs_err::create_dir_all(base.join(ID)).expect("a session");
    fill(&path, rows).expect("a large table");
    println!(
        "{rows} rows, {} MB",
        path.metadata().map_or(0, |m| m.len()) / 1_000_000
    );
    pages(&path, rows);
    copies(&path, rows);
    statements(&path);
    frames(&base, dir.path(), rows);
}

/// A table with gaps between its numbers, so that no place in it can be guessed.
fn fill(path: &Path, rows: u64) -> rusqlite::Result<()> {
    let db = rusqlite::Connection::open(path)?;
    db.execute_batch(&format!(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;
         CREATE TABLE prices(id INTEGER PRIMARY KEY, code TEXT, day TEXT, price REAL, volume INTEGER, note TEXT);
         WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
         INSERT INTO prices SELECT i * 3 + i % 2, printf('%06d', i * 7919 % 999983),
           date('2000-01-01', (i % 9000) || ' days'), (i * 31 % 100000) / 100.0, i * 17 % 1000000,
           CASE WHEN i % 50 THEN NULL ELSE 'a remark on this row' END FROM n;",
    ))?;
    db.close().map_err(|(_, e)| e)
}

fn view() -> View {
    View {
        table: "prices".into(),
        key: Key::Rowid("rowid"),
        columns: ["id", "code", "day", "price", "volume", "note"]
            .map(String::from)
            .into(),
        filter: Filter::default(),
        sort: None,
    }
}

/// Ours: schema known, from nothing to the rows. Theirs: the same rows by the command that a person would type.
fn pages(path: &Path, rows: u64) {
    let (database, stop) = (Database::new(path), Stop::default());
    let read = |view: &View, order: &_, at| {
        let rows = page(&database, view, order, at, PAGE, &stop).expect("a page");
        assert!(!rows.is_empty(), "nothing at {at}");
    };
    let mut plain = view();
    let first = || {
        let order = quick(&database, &plain, &stop).expect("an order");
        read(&plain, &order, 0);
    };
    beside(
        "first page",
        50,
        first,
        &[&|| sqlite3(path, 0), &|| python(path, 0)],
    );
    let built = Instant::now();
    let order = build(&database, &plain, &stop, &mut |_| {}).expect("an order");
    println!(
        "{:32} {:>10.1?}   once, behind the first page",
        "finding every page",
        built.elapsed()
    );
    let mut at = 0;
    let any = || {
        at = (at + rows * 5 / 13) % rows.saturating_sub(PAGE as u64).max(1);
        read(&plain, &order, at);
    };
    let far = rows * 4 / 5;
    beside(
        "any page",
        100,
        any,
        &[&|| sqlite3(path, far), &|| python(path, far)],
    );
    plain.sort = Some(Sort {
        column: "price".into(),
        descending: true,
    });
    let sorted = Instant::now();
    let order = build(&database, &plain, &stop, &mut |_| {}).expect("an order");
    println!(
        "{:32} {:>10.1?}   once",
        "sorting by a column",
        sorted.elapsed()
    );
    let mut at = 0;
    let any = || {
        at = (at + rows * 5 / 13) % rows.saturating_sub(PAGE as u64).max(1);
        read(&plain, &order, at);
    };
    beside("any page of the sorted rows", 100, any, &[]);
}

fn copies(path: &Path, rows: u64) {
    let (database, stop, view) = (Database::new(path), Stop::default(), view());
    let order = Arc::new(build(&database, &view, &stop, &mut |_| {}).expect("an order"));
    let last = rows.min(100_000) - 1;
    let ours = || {
        let what = Copy::Rows(view.clone(), Arc::clone(&order), 0..=last);
        let copied = copy(&database, &what, &stop).expect("a copy");
        assert_eq!(copied.rows, last + 1);
    };
    let sql = format!("SELECT * FROM prices LIMIT {}", last + 1);
    let theirs = || {
        ended(
            Command::new("sqlite3")
                .args(["-tabs", "-header"])
                .arg(path)
                .arg(&sql),
        )
    };
    beside("100,000 rows as text", 1_000, ours, &[&theirs]);
}

fn statements(path: &Path) {
    let (database, stop) = (Database::new(path), Stop::default());
    let sql = "SELECT day, count(*), avg(price) FROM prices GROUP BY day ORDER BY 1";
    let ours = || {
        let outcome = run(&database, sql, 1_000, &stop).expect("an answer");
        assert!(outcome.mistake.is_none());
    };
    let theirs = || ended(Command::new("sqlite3").arg(path).arg(sql));
    beside("a statement over all rows", 60_000, ours, &[&theirs]);
}

/// The window on that session: the scrollbar is dragged, and what each frame takes while pages come in.
fn frames(base: &Path, room: &Path, rows: u64) {
    let args = Args {
        store: Store::new(BaseDir::chosen(base)),
        settings: Settings::default(),
        settings_file: None,
        state_dir: Some(room.join("state")),
        program: None,
        problem: None,
        policy: Policy::keep(10),
        reset: false,
        server: None,
    };
    let mut window = Harness::builder()
        .with_size(egui::Vec2::new(1280.0, 800.0))
        .with_max_steps(64)
        .build_eframe(move |cc| {
            app::setup(&cc.egui_ctx, &args.settings);
            let ctx = cc.egui_ctx.clone();
            app::begin(args, Arc::new(move || ctx.request_repaint()))
        });
    wait(&mut window, |w| w.state().model().is_settled());
    act(
        &mut window,
        Action::Click(ID.parse().expect("an id"), Extend::No),
    );
    let shown = Instant::now();
    act(&mut window, Action::Command(Word::ShowData));
    wait(&mut window, |w| {
        w.query_by_label_contains("Row 1: ").is_some()
    });
    println!(
        "{:32} {:>10.1?}   from Ctrl+3",
        "rows in the window",
        shown.elapsed()
    );
    let exact = |w: &Harness<'_, App>| {
        w.state()
            .model()
            .data
            .table
            .as_ref()
            .is_some_and(|t| t.is_exact())
    };
    wait(&mut window, exact);
    // A notch of the wheel in each frame, and a leap now and then, as with the scrollbar.
    let mut all = Vec::new();
    let mut leaps = Vec::new();
    let middle = window
        .get_by_role_and_label(egui::Role::Grid, "Rows")
        .rect()
        .center();
    window.hover_at(middle);
    for i in 0..600u64 {
        if i % 60 == 59 {
            let row = (rows / 13 * (i / 60 * 5 % 13)).min(rows - 1);
            let leap = Instant::now();
            act(&mut window, Action::Data(DataAction::Mark(row, 0, false)));
            wait(&mut window, |w| {
                let table = w.state().model().data.table.as_ref();
                table.is_some_and(|t| t.row(row).is_some())
            });
            leaps.push(leap.elapsed());
        }
        window.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, -120.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: egui::Modifiers::NONE,
        });
        all.push(timed(|| window.step()));
    }
    told("a frame while scrolling", 8, all);
    told("a leap, until its rows are there", 100, leaps);
}

fn act(window: &mut Harness<'_, App>, action: Action) {
    let ctx = window.ctx.clone();
    window.state_mut().act(&ctx, action);
    window.step();
}

fn wait(window: &mut Harness<'_, App>, done: impl Fn(&Harness<'_, App>) -> bool) {
    let until = Instant::now() + Duration::from_secs(120);
    while !done(window) {
        assert!(Instant::now() < until, "waited in vain");
        window.step();
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn sqlite3(path: &Path, from: u64) {
    let sql = format!("SELECT * FROM prices LIMIT {PAGE} OFFSET {from}");
    ended(Command::new("sqlite3").arg(path).arg(sql));
}

fn python(path: &Path, from: u64) {
    let code = "import sqlite3, sys\n\
        db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)\n\
        print(db.execute(f'SELECT * FROM prices LIMIT 128 OFFSET {sys.argv[2]}').fetchall())\n";
    let mut command = Command::new("python3");
    ended(command.args(["-c", code]).arg(path).arg(from.to_string()));
}

/// Runs a program to its end, its output thrown away; none where there is no such program.
fn ended(command: &mut Command) {
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    assert!(command.status().is_ok_and(|s| s.success()), "{command:?}");
}

/// Measures ours and theirs in turns, and prints the medians, ours with its limit in milliseconds.
fn beside(name: &str, limit: u64, mut ours: impl FnMut(), theirs: &[&dyn Fn()]) {
    let mut all = vec![Vec::new(); theirs.len() + 1];
    for _ in 0..ROUNDS {
        all[0].push(timed(&mut ours));
        for (i, other) in theirs.iter().enumerate() {
            all[i + 1].push(timed(other));
        }
    }
    let mut all = all.into_iter();
    told(name, limit, all.next().unwrap_or_default());
    for (other, times) in ["  sqlite3", "  Python"].into_iter().zip(all) {
        println!("{other:32} {:>10.1?}", median(times));
    }
}

fn told(name: &str, limit: u64, times: Vec<Duration>) {
    let slowest = times.iter().max().copied().unwrap_or_default();
    println!(
        "{name:32} {:>10.1?}   at most {slowest:.1?}, wanted under {limit} ms",
        median(times)
    );
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}
