//! The command line from outside: what it prints where, and how it ends.

mod contract;
#[cfg(target_os = "linux")]
mod streams;
