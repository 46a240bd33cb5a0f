//! The same program without a console of its own: what shortcuts on Windows start.
#![windows_subsystem = "windows"]

#[path = "main.rs"]
mod program;

fn main() -> std::process::ExitCode {
    program::main()
}
