//! The same program without a console of its own on Windows: what shortcuts start.
#![windows_subsystem = "windows"]

use std::process::ExitCode;

use eyproject_sessions::program::{self, Console};

fn main() -> ExitCode {
    let console = if cfg!(windows) {
        Console::Absent
    } else {
        Console::Present
    };
    program::main(console)
}
