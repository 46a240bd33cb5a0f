//! What a script finds in its environment: which session it runs in, and the module that reads its tables.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::session::{DATABASE_NAME, Error, ROOM, Result, SessionId, atomic, sys};

/// The module through which rewritten scripts read tables.
pub const MODULE_FILE: &str = "eyproject_sql.py";
const MODULE: &[u8] = include_bytes!("../../assets/eyproject_sql.py");

/// Where the module lies for scripts that have none beside them: in the manager's own room, so that no
/// session is littered with it.
const FOLDER: &str = "python";

/// The variables that a script of this session gets besides those of this process. A person's own, in
/// `wanted`, come last and win.
pub fn variables(
    session: SessionId,
    dir: &Path,
    modules: &Path,
    wanted: &[(String, String)],
) -> Vec<(OsString, OsString)> {
    let mut all: Vec<(OsString, OsString)> = vec![
        ("EYPROJECT_SESSION_ID".into(), session.to_string().into()),
        ("EYPROJECT_SESSION_DIR".into(), dir.into()),
        ("EYPROJECT_DB".into(), dir.join(DATABASE_NAME).into()),
        ("PYTHONUNBUFFERED".into(), "1".into()),
        ("PYTHONPATH".into(), python_path(modules)),
    ];
    // Output goes through a pipe, where Python takes the system's old encoding on Windows.
    if std::env::var_os("PYTHONIOENCODING").is_none() {
        all.push(("PYTHONIOENCODING".into(), "utf-8".into()));
    }
    all.extend(wanted.iter().map(|(k, v)| (k.into(), v.into())));
    all
}

/// Ours comes last: what a person set has been set for a reason.
fn python_path(modules: &Path) -> OsString {
    let theirs = std::env::var_os("PYTHONPATH").unwrap_or_default();
    let folders = std::env::split_paths(&theirs).filter(|p| !p.as_os_str().is_empty());
    let joined = std::env::join_paths(folders.chain([modules.to_owned()]));
    joined.unwrap_or_else(|_| modules.into())
}

/// Puts the module into the room of `base` unless it is there, and returns the folder it lies in.
///
/// # Errors
/// If it can't be written.
pub fn module_folder(base: &Path) -> Result<PathBuf> {
    let folder = base.join(ROOM).join(FOLDER);
    place(&folder).map_err(|e| {
        Error::io(
            format!("put {MODULE_FILE} into {}", folder.display()),
            &folder,
            e,
        )
    })?;
    Ok(folder)
}

fn place(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    if !std::fs::symlink_metadata(folder)?.is_dir() {
        return Err(io::Error::other("something else stands in its place"));
    }
    let file = folder.join(MODULE_FILE);
    let there = sys::open_regular(&file).and_then(|mut open| {
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut open, &mut bytes)?;
        Ok(bytes)
    });
    if there.is_ok_and(|bytes| bytes == MODULE) {
        return Ok(());
    }
    atomic::replace(
        &file,
        &folder.join(format!(".{}.new", atomic::fresh_name()?)),
        MODULE,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_put_once_and_mended() {
        let base = tempfile::tempdir().unwrap();
        let folder = module_folder(base.path()).unwrap();
        let file = folder.join(MODULE_FILE);
        assert_eq!(std::fs::read(&file).unwrap(), MODULE);
        std::fs::write(&file, "old").unwrap();
        module_folder(base.path()).unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), MODULE);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn a_persons_own_variables_win() {
        let id: SessionId = "session_20250710_153000".parse().unwrap();
        let own = [("PYTHONUNBUFFERED".to_owned(), "0".to_owned())];
        let all = variables(id, Path::new("/s"), Path::new("/m"), &own);
        let last = all.iter().rfind(|(k, _)| k == "PYTHONUNBUFFERED").unwrap();
        assert_eq!(last.1, "0");
        let path = &all.iter().find(|(k, _)| k == "PYTHONPATH").unwrap().1;
        assert!(std::env::split_paths(path).any(|p| p == Path::new("/m")));
    }
}
