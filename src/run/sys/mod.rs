//! What differs by system in keeping a run's processes together: on Unix signals and children, on Windows
//! job objects and the console. Knows no session.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::*;
#[cfg(windows)]
pub use windows::*;

/// What asked this process to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Ctrl+C: the terminal has told every process of the run already.
    Interrupt,
    /// Anything else: the processes of the run don't know yet.
    Terminate,
}
