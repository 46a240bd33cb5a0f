//! Looking into directories: the file tree of a session, and what hovers over the window.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use walkdir::{DirEntry, WalkDir};

use super::super::action::Report;
use super::super::model::Bundle;
use super::super::model::problem::Problem;
use super::super::model::tree::{Entry, EntryKind, Tree};
use super::outbox::Outbox;
use crate::session::{Cancel, SessionId, manifest};

/// As many entries a tree has at most; nobody looks through more.
const MOST_ENTRIES: usize = 200_000;

/// From one telling to the next.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// Reads the files of a session.
pub fn tree(id: SessionId, dir: &Path, cancel: &Cancel, outbox: &Outbox) {
    let (mut entries, mut left_out) = (Vec::new(), 0);
    for found in WalkDir::new(dir).min_depth(1) {
        if cancel.is_cancelled() {
            return;
        }
        let entry = match found {
            Ok(entry) => entry,
            // The session itself can't be read; anything below it merely isn't shown.
            Err(e) if e.depth() == 0 => {
                let why = e
                    .io_error()
                    .map_or_else(|| e.to_string(), ToString::to_string);
                let problem = Problem::new(format!("Could not read the files of {id}"), why);
                return outbox.report(Report::Files(id, Err(problem)));
            }
            Err(_) => continue,
        };
        if entries.len() == MOST_ENTRIES {
            left_out += 1;
        } else if let Some(entry) = tree_entry(dir, &entry) {
            entries.push(entry);
        }
    }
    outbox.report(Report::Files(id, Ok(Tree::new(entries, left_out))));
}

fn tree_entry(dir: &Path, entry: &DirEntry) -> Option<Entry> {
    let relative = entry.path().strip_prefix(dir).ok()?;
    if relative == Path::new(manifest::FILE_NAME) {
        return None;
    }
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    let file_type = entry.file_type();
    let kind = if file_type.is_dir() {
        EntryKind::Folder
    } else if file_type.is_symlink() {
        EntryKind::Link
    } else {
        EntryKind::File
    };
    let bytes = if file_type.is_file() {
        entry.metadata().map_or(0, |m| m.len())
    } else {
        0
    };
    Some(Entry {
        path: parts.join("/"),
        kind,
        bytes,
    })
}

/// Counts what hovers over the window, telling as it goes.
pub fn count(paths: &[PathBuf], names: Vec<String>, cancel: &Cancel, outbox: &Outbox) {
    let mut bundle = Bundle {
        names,
        entries: paths.len(),
        ..Bundle::default()
    };
    let mut told = Instant::now();
    for found in paths.iter().flat_map(WalkDir::new).flatten() {
        if cancel.is_cancelled() {
            return;
        }
        if found.file_type().is_file() {
            bundle.files += 1;
            bundle.bytes += found.metadata().map_or(0, |m| m.len());
        }
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            outbox.report(Report::Bundle(bundle.clone()));
        }
    }
    bundle.complete = true;
    outbox.report(Report::Bundle(bundle));
}
