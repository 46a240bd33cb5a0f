//! What both executables do: carry out a command if one is named, else open the window.
//! The only place that knows the command line and the window; each error is said here once.

use std::process::ExitCode;

use crate::cli::{self, Asked};

/// Whether the executable comes with a console. On Windows, shortcuts start one that doesn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Console {
    /// stderr reaches the person.
    Present,
    /// Only a dialog does.
    Absent,
}

/// Runs the program; the exit code is 0 when done, 1 when refused or failed, 2 for wrong usage.
pub fn main(console: Console) -> ExitCode {
    match cli::run() {
        Asked::Done(code) => code,
        Asked::Window(window) => open(*window, console),
    }
}

#[cfg(feature = "window")]
fn open(window: cli::Window, console: Console) -> ExitCode {
    #[cfg(windows)]
    if console == Console::Present {
        crate::console::free_own();
    }
    let args = crate::app::Args {
        store: window.store,
        settings: window.settings,
        settings_file: window.settings_file,
        problem: window.problem,
        policy: window.policy,
        state_dir: crate::config::state_dir(),
        program: None,
        reset: window.reset,
    };
    match crate::app::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let line = error.to_string();
            match console {
                Console::Present => cli::complain(&line),
                Console::Absent => show(&line),
            }
            ExitCode::FAILURE
        }
    }
}

/// Without a console a dialog is the only way to a person.
#[cfg(feature = "window")]
fn show(line: &str) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("EYProject sessions")
        .set_description(line)
        .show();
}

#[cfg(not(feature = "window"))]
fn open(_window: cli::Window, _console: Console) -> ExitCode {
    cli::complain(
        "this program was built without its window; eyproject-sessions --help lists the commands",
    );
    ExitCode::FAILURE
}
