//! What is made of the files of a session: data files become tables of its database, with a summary of
//! them, and Python scripts are rewritten to read those. Runs nothing that was uploaded.

use std::fs;
use std::io;
use std::path::Path;

use super::Step;
use super::index;
use super::python;
use super::tables::{self, Accepted, Converted, RelFile};
use crate::session::{
    Cancel, DATABASE_NAME, EntryKind, Error, Mounts, Progress, Result, Root, Skipped, Unreachable,
    failpoint, manifest, rename_new,
};

/// What was made of the files of a session.
#[derive(Debug, Default)]
pub struct Made {
    /// The tables, those of an uploaded database among them.
    pub converted: Converted,
    /// The scripts.
    pub scripts: python::Report,
    /// An uploaded database that could not be taken as the session's own.
    pub skipped: Vec<Skipped>,
    /// What was done with an uploaded database or summary.
    pub notes: Vec<Skipped>,
}

/// Converts the data files below `root`, a session being built, and rewrites its scripts. `progress` counts
/// the data files and their bytes, then the scripts.
///
/// # Errors
/// A database, summary or script that can't be written; `cancel`. A file that can't be converted, or a
/// script that can't be rewritten, stays as it is and is in the answer.
pub fn convert(
    root: &Path,
    cancel: &Cancel,
    progress: &Progress,
    on: &dyn Fn(Step<'_>),
) -> Result<Made> {
    let mut made = Made::default();
    let database = root.join(DATABASE_NAME);
    if fs::symlink_metadata(&database).is_ok_and(|m| m.is_file()) {
        take_database(&database, cancel, &mut made)?;
    } else {
        for (file, new) in tables::set_aside_strays(&database)? {
            let reason = format!("stored as {new}: there is no {DATABASE_NAME} that it belongs to");
            made.notes.push(Skipped { file, reason });
        }
    }
    let files = files_below(root, cancel)?;
    failpoint::reach("convert")
        .map_err(|e| Error::io("convert data files into tables", &database, e))?;
    let brought = std::mem::take(&mut made.converted.brought);
    made.converted = tables::convert(
        &files,
        &database,
        &tables::Limits::default(),
        cancel,
        &|step| {
            progress.set_total(step.total_files, step.total_bytes);
            progress.set_done(step.files, step.bytes);
            progress.set_rows(step.rows);
            on(Step::Converting {
                file: step.file,
                rows: step.rows,
            });
        },
    )?;
    made.converted.brought = brought;
    let all = progress.read();
    progress.set_done(all.total_files, all.total_bytes);
    progress.set_rows(0);
    if made.converted.has_anything() {
        write_summary(root, &mut made)?;
    }
    let scripts: Vec<String> = files
        .into_iter()
        .map(|f| f.relative)
        .filter(|f| f.ends_with(".py"))
        .collect();
    if !scripts.is_empty() {
        on(Step::Rewriting);
        failpoint::reach("rewrite").map_err(|e| Error::io("rewrite scripts", root, e))?;
        made.scripts = python::apply(
            root,
            &scripts,
            &index::of(&made.converted),
            cancel,
            progress,
        )?;
    }
    Ok(made)
}

/// The uploaded database becomes the session's own if it is whole, else it stays under another name.
fn take_database(database: &Path, cancel: &Cancel, made: &mut Made) -> Result<()> {
    let file = DATABASE_NAME.to_owned();
    let taken = tables::accept_database(database, cancel)?;
    failpoint::reach("database-taken")
        .map_err(|e| Error::io("take over the uploaded database", database, e))?;
    match taken {
        Accepted::Taken { tables, changes } => {
            made.converted.brought = tables;
            let notes = changes.into_iter().map(|reason| Skipped {
                file: file.clone(),
                reason,
            });
            made.notes.extend(notes);
        }
        Accepted::Refused { reason, kept_as } => made.skipped.push(Skipped {
            file,
            reason: format!("{reason}; kept as {}", kept_as.join(", ")),
        }),
    }
    Ok(())
}

/// Every regular file below `root` whose name is Unicode, as the converters take it.
fn files_below(root: &Path, cancel: &Cancel) -> Result<Vec<RelFile>> {
    let tried = "convert data files into tables";
    let failed = |below: &Path, why: Unreachable| {
        let path = root.join(below);
        Error::io(format!("read {}", path.display()), &path, why.into())
    };
    let walked = Root::at(root, Mounts::Stay).map_err(|why| failed(Path::new(""), why))?;
    let mut files = Vec::new();
    for entry in walked.walk(Path::new(""), cancel) {
        if cancel.is_cancelled() {
            return Err(Error::cancelled(tried));
        }
        let entry = entry.map_err(|missed| failed(&missed.below, missed.why))?;
        let ours = [DATABASE_NAME, manifest::FILE_NAME].map(Path::new);
        let is_unicode = entry.below.to_str().is_some();
        if is_unicode && entry.kind == EntryKind::File && !ours.contains(&&*entry.below) {
            files.push(RelFile {
                relative: entry.name().into_owned(),
                path: root.join(&entry.below),
            });
        }
    }
    Ok(files)
}

/// Writes the summary; an uploaded file of its name makes room.
fn write_summary(root: &Path, made: &mut Made) -> Result<()> {
    let path = root.join(tables::SUMMARY);
    let failed = |e| Error::io(format!("write {}", path.display()), &path, e);
    if fs::symlink_metadata(&path).is_ok() {
        let aside = make_room(root, &path).map_err(failed)?;
        made.notes.push(Skipped {
            file: tables::SUMMARY.to_owned(),
            reason: format!("stored as {aside}: the session's own has that name"),
        });
    }
    failpoint::reach("summary").map_err(failed)?;
    fs_err::write(&path, tables::summary(&made.converted)).map_err(failed)
}

/// Renames the uploaded summary to the first name that is free, and returns that.
fn make_room(root: &Path, path: &Path) -> io::Result<String> {
    for n in 1u32.. {
        let aside = match n {
            1 => "DATABASE_SUMMARY (uploaded).md".to_owned(),
            n => format!("DATABASE_SUMMARY (uploaded {n}).md"),
        };
        match rename_new(path, &root.join(&aside)) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            renamed => return renamed.map(|_| aside),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
