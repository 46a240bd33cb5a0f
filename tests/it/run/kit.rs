//! A session with scripts in it, and what watches them.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use eyproject_sessions::run::{self, Request, Run, ScriptPath, State};

use crate::fixture::Fixture;

pub const ID: &str = "session_20250710_153000";

/// A session with these files, beside a newer one, so that nothing but its use protects it.
pub fn session(files: &[(&str, &str)]) -> Fixture {
    let fixture = Fixture::new();
    let files: Vec<_> = files.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
    fixture.backend_session(ID, 1, &files);
    fixture.backend_session("session_20250711_153000", 0, &[]);
    fixture
}

pub fn dir(fixture: &Fixture) -> PathBuf {
    fixture.base().join(ID)
}

/// Whether there is a Python. Where there is none, as under Wine, what needs one is not tested, and says so.
pub fn has_python() -> bool {
    let starts = |name| {
        std::process::Command::new(name)
            .arg("--version")
            .output()
            .is_ok_and(|o| o.status.success())
    };
    let there = starts("python3") || starts("python");
    if !there {
        if !cfg!(windows) {
            panic!("install Python 3");
        }
        eprintln!("there is no Python: not tested");
    }
    there
}

/// Starts a run as the window does.
pub fn start(
    fixture: &Fixture,
    script: &str,
    args: &[&str],
    time_limit_s: u64,
) -> Result<String, String> {
    let request = Request {
        session: ID.parse().unwrap(),
        script: ScriptPath::parse(script).unwrap(),
        args: args.iter().map(Into::into).collect(),
        environment: vec![("OWN".into(), "ä b".into())],
        time_limit_s,
    };
    run::start(&fixture.program_file(), &fixture.base(), &request)
        .map(|begun| begun.name)
        .map_err(|e| e.full())
}

/// Waits until something holds.
#[track_caller]
pub fn wait(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Waits until the run has ended, however it did.
#[track_caller]
pub fn ended(fixture: &Fixture, name: &str) -> Run {
    let look = || run::run(&dir(fixture), name).expect("it is written down");
    wait("the run to end", || look().state != State::Running);
    look()
}

/// The text of a run's log.
pub fn log(fixture: &Fixture, run: &Run) -> String {
    let path = run::Files::of(&dir(fixture), &run.record.name).log();
    String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
}

/// The one run of the session.
pub fn only(fixture: &Fixture) -> Run {
    let mut runs = run::runs(&dir(fixture)).unwrap();
    assert_eq!(runs.len(), 1, "{runs:?}");
    runs.remove(0)
}

/// Every file that a run leaves only while it goes on.
pub fn traces(fixture: &Fixture) -> Vec<String> {
    let logs = std::fs::read_dir(dir(fixture).join("logs")).unwrap();
    let names = logs.map(|e| e.unwrap().file_name().into_string().unwrap());
    names.filter(|n| n.starts_with('.')).collect()
}

/// The processes whose command line holds `mark`.
#[cfg(target_os = "linux")]
pub fn processes(mark: &str) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    all.filter_map(|e| e.file_name().to_str()?.parse().ok())
        .filter(|pid| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(mark)
        })
        .collect()
}

/// The command line's `run`, about to start.
pub fn command(fixture: &Fixture, args: &[&str]) -> std::process::Command {
    let mut command = fixture.program();
    command.args(["run", ID]).args(args);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
