//! Manages the session directories of EYProject: where uploads and server runs keep their files.
//!
//! - [`session`]: the core. Directories, their order, locks, deletion, cleanup; everything stands on it.
//! - [`upload`]: files and folders become a new session, all or nothing.
//! - [`run`]: scripts of a session as processes, each under a supervisor that outlives the window.
//! - `preview`: what is in a file of a session, shown without another program; part of the window's feature.
//! - [`data`]: looks into the databases of a session, and never changes a byte of it.
//! - [`config`]: settings, and which of flag, environment, file and default holds.
//! - [`cli`], [`json`]: the command line and the JSON that programs read.
//! - `api`: the HTTP API, unless built without the feature `server`.
//! - `app`: the window, unless built without the feature `window`.
//!
//! Beside them the crate root offers what EYProject's backend offers, under its names.
#![cfg_attr(
    test,
    expect(
        clippy::disallowed_methods,
        reason = "tests set the stage with what std has"
    )
)]

#[cfg(feature = "server")]
pub mod api;
#[cfg(feature = "window")]
pub mod app;
pub mod cli;
pub mod config;
#[cfg(windows)]
mod console;
pub mod data;
pub mod json;
#[cfg(feature = "window")]
pub mod preview;
pub mod program;
pub mod run;
pub mod session;
pub mod upload;

use std::path::PathBuf;

use session::{Origin, Policy, Progress, Result, SessionId, Store};

/// The store of the base directory that environment and settings name.
///
/// Settings that can't be read count as not there; the command line and the window say so.
pub fn default_store() -> Store {
    let settings = config::settings_file()
        .and_then(|path| config::Settings::load(&path).ok())
        .unwrap_or_default();
    let environment = std::env::var_os(config::BASE_VARIABLE).map(PathBuf::from);
    Store::new(config::base(None, environment, &settings))
}

/// Makes a session, which becomes the current one, and returns its directory.
///
/// # Errors
/// If the base directory is refused, full or can't be written to.
pub fn create_session_temp_dir() -> Result<PathBuf> {
    Ok(default_store().create(Origin::Library)?.session.path)
}

/// The directory of the current session; makes one where there is none.
///
/// # Errors
/// As [`create_session_temp_dir`], or if the base directory can't be read.
pub fn get_current_session_dir() -> Result<PathBuf> {
    let store = default_store();
    match store.current()? {
        Some(id) => Ok(store.base().join(id.to_string())),
        None => Ok(store.create(Origin::Library)?.session.path),
    }
}

/// Keeps the newest `max_sessions` sessions and those that are protected, removes the others, and
/// returns which went.
///
/// # Errors
/// If the base directory is refused, can't be read or can't be locked, or if a session that was to go
/// could not be removed; the others are gone all the same.
pub fn cleanup_old_sessions(max_sessions: usize) -> Result<Vec<SessionId>> {
    let mut cleaned = default_store().cleanup(&Policy::keep(max_sessions))?;
    let deleted = cleaned
        .deleted
        .iter()
        .map(|(doomed, _)| doomed.id)
        .collect();
    let failed = cleaned.remove_deleted(&Progress::default());
    // What has become protected meanwhile stays, as it should.
    let refused = |e: &session::Error| matches!(e.kind(), session::ErrorKind::Protected(_));
    let skipped = cleaned.skipped.into_iter().filter(|(_, e)| !refused(e));
    match skipped.chain(failed).next() {
        Some((_, error)) => Err(error),
        None => Ok(deleted),
    }
}
