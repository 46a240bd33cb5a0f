//! The HTTP API: every route and refusal without a socket, hostile clients with real ones, `curl` with the
//! requests of EYProject's documentation, crashes, and a soak.

mod answers;
#[cfg(target_os = "linux")]
mod crash;
mod document;
mod every;
mod guard;
mod hostile;
mod kit;
#[cfg(target_os = "linux")]
mod outside;
mod running;
mod sizes;
#[cfg(target_os = "linux")]
mod soak;
mod uploads;
