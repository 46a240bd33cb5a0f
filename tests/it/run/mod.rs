//! Scripts of a session, run with what this machine has: by the command line, and by a supervisor that is
//! started and left alone as the window does it.

mod alone;
pub mod kit;
mod outcome;
mod streams;
