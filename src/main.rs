//! The program with a console: a command if one is named, else the window.

use std::process::ExitCode;

use eyproject_sessions::cli::{self, Asked};

fn main() -> ExitCode {
    match cli::run() {
        Asked::Done(code) => code,
        Asked::Window(window) => open(*window),
    }
}

#[cfg(feature = "window")]
fn open(window: cli::Window) -> ExitCode {
    let _ = window;
    ExitCode::SUCCESS
}

#[cfg(not(feature = "window"))]
fn open(_window: cli::Window) -> ExitCode {
    cli::complain(
        "this program was built without its window; see eyproject-sessions --help for the commands",
    );
    ExitCode::FAILURE
}
