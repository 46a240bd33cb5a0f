//! The same program without a console of its own: what shortcuts on Windows start.
#![windows_subsystem = "windows"]

include!("main.rs");
