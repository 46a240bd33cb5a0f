//! Rewrites the scripts of a session on disk: the new script, its original as `.orig` beside it, and
//! the helper where Python finds it. Works in staging, where nobody else is; never overwrites a file.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use std::fs::{FileTimes, Metadata};

use super::calls::HELPER;
use super::rewrite::{Change, Left, Rewritten, rewrite};
use super::tables::TableIndex;
use crate::session::{Cancel, Error, Result, sys};

/// The helper's name beside a rewritten script.
pub const HELPER_FILE: &str = "eyproject_sql.py";
const HELPER_TEXT: &[u8] = include_bytes!("../../../assets/eyproject_sql.py");
/// A script in the making; a crash leaves it in staging, which is swept.
const UNFINISHED: &str = ".eyproject-rewriting";

/// What became of the scripts of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Scripts with at least one call rewritten or left alone, or left alone as a whole.
    pub scripts: Vec<Script>,
}

/// What became of one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its path relative to the session, with `/`.
    pub path: String,
    /// Where its original is, if it was rewritten.
    pub original: Option<String>,
    /// The calls that now read tables.
    pub changes: Vec<Change>,
    /// The calls left alone, and why.
    pub left: Vec<Left>,
}

/// Rewrites `scripts`, paths relative to `root` with `/`, to read the `tables` made from the files
/// below `root`. Scripts of installed packages are passed over. An error leaves a half-done tree,
/// which the caller discards; a script that can't be rewritten is no error but in the report.
pub fn apply(
    root: &Path,
    scripts: &[String],
    tables: &TableIndex,
    cancel: &Cancel,
) -> Result<Report> {
    if tables.is_empty() {
        return Ok(Report::default());
    }
    let mut done = BTreeMap::new();
    let mut tables = tables.clone();
    for script in scripts.iter().filter(|script| is_users_own(script)) {
        done.insert(
            script.as_str(),
            read_and_rewrite(root, script, &tables, cancel)?,
        );
    }
    // What one script writes, no other may read from a table; only now all of them are known.
    let written: Vec<(&str, String)> = done
        .iter()
        .flat_map(|(script, done)| done.writes.iter().map(|file| (*script, file.clone())))
        .collect();
    written
        .iter()
        .for_each(|(script, file)| tables.mark_written(file, script));
    for (script, outcome) in &mut done {
        let stale = |change: &Change| written.iter().any(|(_, file)| *file == change.file);
        if outcome.changes.iter().any(stale) {
            *outcome = read_and_rewrite(root, script, &tables, cancel)?;
        }
    }
    let folders: BTreeSet<&str> = scripts.iter().map(|script| folder_of(script)).collect();
    let mut report = Report::default();
    for (script, outcome) in done {
        let Rewritten {
            text,
            changes,
            left,
            ..
        } = outcome;
        let mut entry = Script {
            path: script.to_owned(),
            original: None,
            changes,
            left,
        };
        if let Some(text) = text {
            match obstacle(root, script, &folders)? {
                None => entry.original = Some(replace(root, script, &folders, &text)?),
                Some(reason) => {
                    let left = entry.changes.drain(..);
                    let left = left.map(|c| Left {
                        line: c.line,
                        call: c.call,
                        reason: reason.clone(),
                    });
                    entry.left.extend(left);
                    entry.left.sort_by_key(|left| left.line);
                }
            }
        }
        if !entry.changes.is_empty() || !entry.left.is_empty() {
            report.scripts.push(entry);
        }
    }
    Ok(report)
}

fn read_and_rewrite(
    root: &Path,
    script: &str,
    tables: &TableIndex,
    cancel: &Cancel,
) -> Result<Rewritten> {
    if cancel.is_cancelled() {
        return Err(Error::cancelled(format!("rewrite {script}")));
    }
    let path = below(root, script);
    let source = sys::open_regular(&path).and_then(|mut file| {
        let mut source = Vec::new();
        io::Read::read_to_end(&mut file, &mut source).map(|_| source)
    });
    let source = source.map_err(|error| Error::io(format!("read {script}"), &path, error))?;
    Ok(rewrite(&source, script, tables))
}

/// What is installed is no script of the user's, and there can be thousands of them.
fn is_users_own(script: &str) -> bool {
    !script
        .split('/')
        .any(|part| matches!(part, "site-packages" | "dist-packages" | "__pycache__"))
}

fn folder_of(script: &str) -> &str {
    script.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `path`, relative to the session with `/`, on this system.
fn below(root: &Path, path: &str) -> PathBuf {
    path.split('/')
        .filter(|part| !part.is_empty())
        .fold(root.to_owned(), |at, part| at.join(part))
}

/// The folders in which Python may look for the helper of `script`: its own, and those above that
/// have scripts, since one of these may be the program and `script` a module of it.
fn helper_folders<'s>(script: &'s str, folders: &BTreeSet<&str>) -> Vec<&'s str> {
    let own = folder_of(script);
    let ends = own.match_indices('/').map(|(end, _)| end).chain([0]);
    let above = ends
        .map(|end| &own[..end])
        .filter(|folder| *folder != own && folders.contains(folder));
    [own].into_iter().chain(above).collect()
}

/// Why `script` can't be replaced, if anything is in the way.
fn obstacle(root: &Path, script: &str, folders: &BTreeSet<&str>) -> Result<Option<String>> {
    if is_there(&below(root, &original_of(script)))? {
        return Ok(Some(format!("`{}` is there already", original_of(script))));
    }
    for folder in helper_folders(script, folders) {
        let at = below(root, folder);
        if is_there(&at.join(HELPER))?
            || is_there(&at.join(HELPER_FILE))? && !is_helper(&at.join(HELPER_FILE))
        {
            return Ok(Some(format!("another `{HELPER_FILE}` is in the way")));
        }
        if is_there(&at.join("pandas.py"))? || is_there(&at.join("pandas"))? {
            return Ok(Some("its folder has a `pandas` of its own".into()));
        }
    }
    Ok(None)
}

fn original_of(script: &str) -> String {
    format!("{script}.orig")
}

fn is_there(path: &Path) -> Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io(
            format!("look at {}", path.display()),
            path,
            error,
        )),
    }
}

fn is_helper(path: &Path) -> bool {
    let regular = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    regular && fs::read(path).is_ok_and(|text| text == HELPER_TEXT)
}

/// Puts the helper and the new text in place; returns the name that the original has now.
fn replace(root: &Path, script: &str, folders: &BTreeSet<&str>, text: &[u8]) -> Result<String> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| Error::io(format!("rewrite {script}"), path, error)
    };
    for folder in helper_folders(script, folders) {
        let helper = below(root, folder).join(HELPER_FILE);
        if !is_there(&helper)? {
            write_new(&helper, HELPER_TEXT, None).map_err(failed(&helper))?;
        }
    }
    let path = below(root, script);
    let metadata = fs::symlink_metadata(&path).map_err(failed(&path))?;
    let unfinished = below(root, &format!("{script}{UNFINISHED}"));
    let original = original_of(script);
    let kept = below(root, &original);
    write_new(&unfinished, text, Some(&metadata)).map_err(failed(&unfinished))?;
    sys::rename_noreplace(&path, &kept).map_err(failed(&kept))?;
    sys::rename_noreplace(&unfinished, &path).map_err(failed(&path))?;
    Ok(original)
}

/// Writes a file that isn't there yet, with the times and the mode of `like`.
fn write_new(path: &Path, text: &[u8], like: Option<&Metadata>) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)?;
    io::Write::write_all(&mut file, text)?;
    if let Some(like) = like {
        let times = FileTimes::new().set_modified(like.modified()?);
        file.set_times(
            like.accessed()
                .map_or(times, |accessed| times.set_accessed(accessed)),
        )?;
        file.set_permissions(like.permissions())?;
    }
    Ok(())
}
