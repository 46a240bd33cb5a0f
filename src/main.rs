//! The program with a console: a command if one is named, else the window.

use std::process::ExitCode;

use eyproject_sessions::program::{self, Console};

fn main() -> ExitCode {
    program::main(Console::Present)
}
