//! The Python file for backends, run by a real Python: the examples of EYProject's documentation as they
//! stand there, every function and exception against program and server, and backends beside the window.

use std::path::{Path, PathBuf};
use std::process::Command;

#[cfg(feature = "window")]
mod beside_window;
#[cfg(feature = "server")]
pub mod serving;

use crate::fixture::{Fixture, Outcome};
#[cfg(feature = "server")]
use serving::Server;

/// EYProject's documentation, "Usage Examples": word for word.
const EXAMPLES: [&str; 3] = [
    r#"from main import create_session_temp_dir
session_dir = create_session_temp_dir()
print(f"Session created: {session_dir}")
"#,
    r#"from main import get_current_session_dir
current_dir = get_current_session_dir()
print(f"Current session: {current_dir}")
"#,
    r#"from main import cleanup_old_sessions
cleanup_old_sessions(max_sessions=5)
"#,
];

const MAIN: &str = "from eyproject_sessions import *\n";

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/client")
}

/// A Python that is new enough; none where there is none, which is said, and no excuse in CI.
fn python() -> Option<&'static str> {
    let new_enough = "import sys; sys.exit(sys.version_info < (3, 9))";
    let found = ["python3", "python"].into_iter().find(|name| {
        let ran = Command::new(name).args(["-c", new_enough]).output();
        ran.is_ok_and(|output| output.status.success())
    });
    // What runs by a runner, such as Wine, no Python of ours can start.
    let runner = std::env::var_os("EYPROJECT_CLI_RUNNER").is_some();
    if let (Some(python), false) = (found, runner) {
        return Some(python);
    }
    let in_ci = std::env::var_os("CI").is_some() && cfg!(target_os = "linux");
    assert!(!in_ci, "there is no Python 3.9 or newer");
    eprintln!("skipped: there is no Python 3.9 or newer that could start the program");
    None
}

/// The client as a backend gets it, in a folder of its own.
fn client(fixture: &Fixture) -> PathBuf {
    let folder = fixture.home().join("backend");
    std::fs::create_dir_all(&folder).unwrap();
    let folder_name = folder.to_str().unwrap();
    let wrote = fixture.run(["python-client", "--output", folder_name]);
    assert!(wrote.stderr.contains("eyproject_sessions.py"), "{wrote:?}");
    wrote.ok();
    std::fs::write(folder.join("main.py"), MAIN).unwrap();
    folder
}

/// Python, about to run in the backend's folder.
fn interpreter(fixture: &Fixture, python: &str, folder: &Path) -> Command {
    let mut command = fixture.isolated(python.as_ref());
    command
        .current_dir(folder)
        .env("EYPROJECT_SESSIONS_BIN", fixture.program_file())
        .env("CLIENT_DIR", folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("EYPROJECT_SESSIONS_URL")
        .env_remove("EYPROJECT_TOKEN");
    command
}

#[test]
fn the_client_is_written_where_it_belongs() {
    let fixture = Fixture::new();
    let printed = fixture.run(["python-client"]).ok();
    assert!(printed.contains("def create_session_temp_dir("));
    let lines = printed.lines().count();
    assert!(lines <= 500, "{lines} lines");

    let file = fixture.home().join("mine.py");
    std::fs::write(&file, "older").unwrap();
    let name = file.to_str().unwrap();
    let wrote = fixture.run(["python-client", "-o", name]);
    assert!(wrote.stderr.contains(name), "{wrote:?}");
    assert_eq!(wrote.ok(), "");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), printed);

    let missing = fixture.home().join("missing/mine.py");
    let refused = fixture.run(["python-client", "-o", missing.to_str().unwrap()]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("mine.py"), "{refused:?}");
    assert_eq!(std::fs::read_dir(fixture.home()).unwrap().count(), 1);
}

#[test]
fn the_documented_examples_run_word_for_word() {
    let Some(python) = python() else { return };
    let fixture = Fixture::new();
    let folder = client(&fixture);
    let run = |n: usize| {
        let mut command = interpreter(&fixture, python, &folder);
        Outcome::of(command.args(["-c", EXAMPLES[n]])).ok()
    };
    let printed = run(1);
    let first = printed.trim().strip_prefix("Current session: ").unwrap();
    assert!(Path::new(first).is_dir(), "{printed}");
    assert_eq!(run(1), printed, "made once");

    let printed = run(0);
    let made = printed.trim().strip_prefix("Session created: ").unwrap();
    assert!(Path::new(made).is_dir(), "{printed}");
    assert_eq!(run(1), format!("Current session: {made}\n"));

    for _ in 0..6 {
        run(0);
    }
    assert_eq!(fixture.sessions().len(), 8);
    assert_eq!(run(2), "");
    assert_eq!(fixture.sessions().len(), 5);
}

#[test]
fn every_function_and_exception_by_the_program() {
    let Some(python) = python() else { return };
    let fixture = Fixture::new();
    let folder = client(&fixture);
    let mut command = interpreter(&fixture, python, &folder);
    Outcome::of(command.arg(tests().join("functions.py"))).ok();
}

#[cfg(feature = "server")]
#[test]
fn every_function_and_exception_by_a_server() {
    let Some(python) = python() else { return };
    let fixture = Fixture::new();
    let folder = client(&fixture);
    let server = Server::start(&fixture);
    let mut command = interpreter(&fixture, python, &folder);
    command.env("EYPROJECT_SESSIONS_URL", &server.address);
    Outcome::of(command.arg(tests().join("functions.py"))).ok();
}

/// The Python of `tests/python/client/setup.sh`, with mypy, FastAPI, requests and schemathesis; said where there
/// is none.
fn equipped() -> Option<PathBuf> {
    let named = std::env::var_os("EYPROJECT_CLIENT_PYTHON").map(PathBuf::from);
    if named.is_none() {
        eprintln!("skipped: EYPROJECT_CLIENT_PYTHON is not set; see tests/python/client/setup.sh");
    }
    named
}

#[test]
fn the_types_of_the_client_hold() {
    let Some(python) = equipped() else { return };
    let fixture = Fixture::new();
    let folder = client(&fixture);
    let mut command = fixture.isolated(&python);
    command.args(["-m", "mypy", "--strict", "eyproject_sessions.py"]);
    Outcome::of(command.current_dir(&folder)).ok();
}

#[test]
fn the_backend_of_the_readme_runs() {
    let Some(python) = equipped() else { return };
    let fixture = Fixture::new();
    let folder = client(&fixture);
    let mut command = interpreter(&fixture, python.to_str().unwrap(), &folder);
    Outcome::of(command.arg(tests().join("snippet.py"))).ok();
}

#[cfg(feature = "server")]
#[test]
fn the_api_is_asked_with_requests() {
    let Some(python) = equipped() else { return };
    let fixture = Fixture::new();
    let server = Server::start(&fixture);
    let mut command = fixture.isolated(&python);
    command.arg(tests().join("by_requests.py"));
    Outcome::of(command.arg(&server.address)).ok();
}

/// A tool of PyPI sends what the document allows, and what it doesn't, and holds every answer against it.
#[cfg(feature = "server")]
#[test]
fn the_server_keeps_to_its_document() {
    let Some(python) = equipped() else { return };
    let fixture = Fixture::new();
    for _ in 0..3 {
        fixture.run(["new"]).ok();
    }
    let server = Server::start(&fixture);
    let mut command = fixture.isolated(&python);
    command.current_dir(fixture.home());
    command.args([
        "-m",
        "schemathesis.cli",
        "run",
        "--max-examples=50",
        "--seed=1",
    ]);
    let document = format!("{}/openapi.json", server.address);
    let ran = Outcome::of(command.args(["--no-color", &document]));
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
}
