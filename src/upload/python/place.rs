//! Puts a rewritten script, its original and the helper in their places, if nothing is in the way.
//! Overwrites no file.

use std::collections::BTreeSet;
use std::fs::{FileTimes, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::calls::HELPER;
use crate::session::{Error, Result, failpoint, sys};

/// The helper's name beside a rewritten script.
pub const HELPER_FILE: &str = "eyproject_sql.py";
pub(super) const HELPER_TEXT: &[u8] = include_bytes!("../../../assets/eyproject_sql.py");
/// A script in the making; a crash leaves it in staging, which is swept.
const UNFINISHED: &str = ".eyproject-rewriting";

pub(super) fn folder_of(script: &str) -> &str {
    script.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `path`, relative to the session with `/`, on this system.
pub(super) fn below(root: &Path, path: &str) -> PathBuf {
    path.split('/')
        .filter(|part| !part.is_empty())
        .fold(root.to_owned(), |at, part| at.join(part))
}

/// The folders of a session that have scripts, as far as it matters where Python looks for modules.
#[derive(Debug, Default)]
pub(super) struct Folders<'s> {
    all: BTreeSet<&'s str>,
    /// Those with an `__init__.py`.
    packages: BTreeSet<&'s str>,
}

impl<'s> Folders<'s> {
    /// Those of `scripts`.
    pub fn of(scripts: impl Iterator<Item = &'s str>) -> Self {
        let mut folders = Self::default();
        for script in scripts {
            let folder = folder_of(script);
            folders.all.insert(folder);
            if script.rsplit('/').next() == Some("__init__.py") {
                folders.packages.insert(folder);
            }
        }
        folders
    }

    /// The folders in which Python may look for the helper of `script`: its own; those above that have
    /// scripts, since one of these may be the program and `script` a module of it; and that in which its
    /// package stands, since there `python -m package.script` is said.
    fn of_helper(&self, script: &'s str) -> Vec<&'s str> {
        let own = folder_of(script);
        let mut start = own;
        while !start.is_empty() && self.packages.contains(start) {
            start = folder_of(start);
        }
        let ends = own.match_indices('/').map(|(end, _)| end).chain([0]);
        let above = ends
            .map(|end| &own[..end])
            .filter(|folder| *folder != own && (self.all.contains(folder) || *folder == start));
        [own].into_iter().chain(above).collect()
    }
}

/// Why `script` can't be replaced, if anything is in the way.
pub(super) fn obstacle(root: &Path, script: &str, folders: &Folders<'_>) -> Result<Option<String>> {
    if is_there(&below(root, &original_of(script)))? {
        return Ok(Some(format!("`{}` is there already", original_of(script))));
    }
    for folder in folders.of_helper(script) {
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
pub(super) fn replace(
    root: &Path,
    script: &str,
    folders: &Folders<'_>,
    text: &[u8],
) -> Result<String> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| Error::io(format!("rewrite {script}"), path, error)
    };
    for folder in folders.of_helper(script) {
        let helper = below(root, folder).join(HELPER_FILE);
        if !is_there(&helper)? {
            write_new(&helper, HELPER_TEXT, None).map_err(failed(&helper))?;
            failpoint::reach("rewrite-helper").map_err(failed(&helper))?;
        }
    }
    let path = below(root, script);
    let metadata = fs::symlink_metadata(&path).map_err(failed(&path))?;
    let unfinished = below(root, &format!("{script}{UNFINISHED}"));
    let original = original_of(script);
    let kept = below(root, &original);
    write_new(&unfinished, text, Some(&metadata)).map_err(failed(&unfinished))?;
    rename(&path, &kept).map_err(failed(&kept))?;
    failpoint::reach("rewrite-original-kept").map_err(failed(&path))?;
    rename(&unfinished, &path).map_err(failed(&path))?;
    Ok(original)
}

/// Renames to a name that was free a moment ago. Where the file system can't refuse to replace what is
/// there, that nobody else is in staging has to do.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match sys::rename_noreplace(from, to) {
        Err(error) if sys::unsupported(&error) => fs::rename(from, to),
        done => done,
    }
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
