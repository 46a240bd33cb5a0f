//! The command line from outside: what it prints where, and how it ends.

mod contract;
mod naming;
#[cfg(target_os = "linux")]
mod streams;
