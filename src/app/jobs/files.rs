//! Looking into directories: the file tree of a session, and what hovers over the window.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use walkdir::WalkDir;

use super::super::action::Report;
use super::super::model::Bundle;
use super::super::model::problem::Problem;
use super::super::model::tree::{Tree, TreeBuilder};
use super::outbox::Outbox;
use crate::session::{Cancel, Mounts, Root, SessionId, Unreachable, manifest};

/// As many entries a tree has at most; nobody looks through more.
const MOST_ENTRIES: usize = 200_000;

/// From one telling to the next.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// Reads the files of a session. Tells nothing if it was cancelled.
pub fn tree(id: SessionId, dir: &Path, cancel: &Cancel, outbox: &Outbox) {
    let read = read(dir, cancel);
    if !cancel.is_cancelled() {
        let failed = |why: Unreachable| {
            Problem::new(format!("Could not read the files of {id}"), why.to_string())
        };
        outbox.report(Report::Files(id, read.map_err(failed)));
    }
}

fn read(dir: &Path, cancel: &Cancel) -> Result<Tree, Unreachable> {
    let root = Root::at(dir, Mounts::Stay)?;
    let (mut builder, mut left_out) = (TreeBuilder::default(), 0);
    for found in root.walk(Path::new(""), cancel) {
        let entry = match found {
            Ok(entry) => entry,
            // The session itself can't be read; what is in a folder below it merely isn't shown.
            Err(missed) if missed.below.as_os_str().is_empty() => return Err(missed.why),
            Err(_) => continue,
        };
        if builder.len() == MOST_ENTRIES {
            left_out += 1;
        } else if entry.below != Path::new(manifest::FILE_NAME) {
            builder.push(&entry.name(), entry.kind, entry.bytes);
        }
    }
    Ok(builder.build(left_out))
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
