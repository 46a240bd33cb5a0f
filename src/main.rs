//! The program with a console: a command if one is named, else the window.

use std::process::ExitCode;

#[cfg(feature = "window")]
use eyproject_sessions::{app, config};
use eyproject_sessions::cli::{self, Asked};

fn main() -> ExitCode {
    match cli::run() {
        Asked::Done(code) => code,
        Asked::Window(window) => open(*window),
    }
}

#[cfg(feature = "window")]
fn open(window: cli::Window) -> ExitCode {
    let args = app::Args {
        store: window.store,
        settings: window.settings,
        settings_file: window.settings_file,
        state_dir: config::state_dir(),
        problem: window.problem,
        policy: window.policy,
        reset: window.reset,
    };
    match app::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            cli::complain(&e.to_string());
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(feature = "window"))]
fn open(_window: cli::Window) -> ExitCode {
    cli::complain(
        "this program was built without its window; see eyproject-sessions --help for the commands",
    );
    ExitCode::FAILURE
}
