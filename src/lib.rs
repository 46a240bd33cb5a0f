//! Manages the session directories of EYProject.

pub mod session;
