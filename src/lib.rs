//! Manages the session directories of EYProject.

pub mod config;
pub mod session;
