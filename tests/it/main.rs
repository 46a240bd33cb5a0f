//! Tests of the whole: the program from outside, and what its source promises.
//! One binary, one fixture; a module's own tests stand at the end of its file.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests set the stage with what std has"
)]

#[cfg(feature = "server")]
mod api;
mod architecture;
#[cfg(any(target_os = "linux", feature = "window"))]
mod books;
#[cfg(target_os = "linux")]
mod cases;
mod cli;
#[cfg(target_os = "linux")]
mod clock;
#[cfg(all(target_os = "linux", feature = "window"))]
mod e2e;
mod fixture;
mod python_client;
mod python_corpus;
mod run;
mod source;
#[cfg(target_os = "linux")]
mod upload;
#[cfg(feature = "window")]
mod window;
