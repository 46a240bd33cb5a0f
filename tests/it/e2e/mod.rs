//! The real program in a real window, on a virtual screen of its own: seen as a screen reader sees
//! it, worked with mouse and keyboard as a person does. Knows nothing of the program's inside.
//!
//! `EYPROJECT_E2E_BIN` names the program to test, for instance the release build. Pictures go to
//! `target/e2e`, and for each test a note that it ran, or why it could not.

mod bystanders;
mod flows;
mod pictures;
mod project;
mod screen;
#[cfg(feature = "server")]
mod server;
mod uploads;
mod window;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use screen::Screen;

/// Screens one after the other: what is measured in seconds shall not wait for other tests' windows.
static TURN: Mutex<()> = Mutex::new(());

/// Runs the test `name` on a screen of this size. Without the tools for one it says so and returns.
fn on_screen(name: &str, size: (u32, u32), test: impl FnOnce(&Screen)) {
    match screen::missing_tools() {
        missing if missing.is_empty() => {
            let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
            test(&Screen::start(name, size));
            note(name, "ran");
        }
        missing => skip(name, &format!("{} missing", missing.join(", "))),
    }
}

/// Says that the test `name` can't run here, on the terminal too.
fn skip(name: &str, reason: &str) {
    note(name, &format!("skipped: {reason}"));
    // Past the test harness, which would keep it to itself.
    let _ = writeln!(
        std::io::stderr(),
        "end-to-end test {name} skipped: {reason}"
    );
}

fn note(name: &str, text: &str) {
    let dir = artefacts().join("ran");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join(name), text).unwrap();
}

/// Where pictures and notes go: `e2e` in cargo's target directory.
fn artefacts() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    target.expect("in the target directory").join("e2e")
}

/// The program under test.
fn program() -> PathBuf {
    std::env::var_os("EYPROJECT_E2E_BIN")
        .unwrap_or_else(|| env!("CARGO_BIN_EXE_eyproject-sessions").into())
        .into()
}
