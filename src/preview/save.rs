//! A copy of a session's file at a place of the person's choice: written beside, then renamed over.
//! Whether something may be replaced there has been asked before.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::place::Place;
use crate::session::{Cancel, Error, ErrorKind, Progress, Result, atomic, sys};

const BLOCK: usize = 1 << 20;

/// Copies `place` to `target`, which is replaced in one step once all of it is written, and keeps the time of
/// its last change.
///
/// # Errors
/// If `target` lies in the session itself, if either can't be read or written, or `cancel` is set; then
/// nothing is left at `target` that wasn't there.
pub fn save_copy(place: &Place, target: &Path, cancel: &Cancel, progress: &Progress) -> Result<()> {
    let tried = || format!("save a copy of {}", place.relative());
    let failed = |e| Error::io(tried(), target, e);
    let refused = |why: &str| Error::new(ErrorKind::Refused(why.into()), tried(), target);
    let (Some(folder), Some(name)) = (target.parent(), target.file_name()) else {
        return Err(refused("that is no name for a file"));
    };
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    if let (Ok(folder), Ok(session)) = (
        dunce::canonicalize(folder),
        dunce::canonicalize(place.session()),
    ) && folder.starts_with(&session)
    {
        return Err(refused("that place is in the session itself")
            .with_help("choose a folder outside of it"));
    }
    let mut part = std::ffi::OsString::from(".");
    part.push(name);
    part.push(format!(".{}.part", atomic::fresh_name().map_err(failed)?));
    let part: PathBuf = folder.join(part);
    let (mut from, stamp) = place.open()?;
    progress.set_total(1, stamp.len);
    let written = write(&mut from, &part, cancel, progress).and_then(|file| {
        if let Some(modified) = stamp.modified {
            // A file system that keeps no times keeps the bytes all the same.
            let _ = file.set_modified(modified);
        }
        drop(file);
        sys::replace_file(&part, target)
    });
    match written {
        Ok(()) => Ok(()),
        Err(e) => {
            // What is left of it is worth nothing; the error that counts is the one above.
            let _ = std::fs::remove_file(&part);
            match cancel.is_cancelled() {
                true => Err(Error::cancelled(tried())),
                false => Err(failed(e)),
            }
        }
    }
}

fn write(
    from: &mut impl Read,
    part: &Path,
    cancel: &Cancel,
    progress: &Progress,
) -> io::Result<std::fs::File> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(part)?;
    let mut block = vec![0; BLOCK];
    loop {
        if cancel.is_cancelled() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match from.read(&mut block) {
            Ok(0) => break,
            Ok(read) => {
                file.write_all(&block[..read])?;
                progress.add(0, read as u64);
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    file.sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_bytes_and_time_and_leaves_nothing_when_it_fails() {
        let session = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(session.path().join("a.bin"), vec![7; 3 << 20]).unwrap();
        let place = Place::new(session.path(), "a.bin");
        let target = outside.path().join("copy");
        std::fs::write(&target, "old").unwrap();
        let never = Cancel::default();
        let save = |to: &Path, cancel: &Cancel| save_copy(&place, to, cancel, &Progress::default());
        save(&target, &never).unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), vec![7; 3 << 20]);
        let time = |p: &Path| std::fs::metadata(p).unwrap().modified().unwrap();
        assert_eq!(time(&target), time(&session.path().join("a.bin")));

        let stopped = Cancel::default();
        stopped.cancel();
        let error = save(&outside.path().join("other"), &stopped).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Cancelled);
        let error = save(&outside.path().join("none/other"), &never).unwrap_err();
        assert_eq!(error.tried(), "save a copy of a.bin");
        let error = save(&session.path().join("b.bin"), &never).unwrap_err();
        assert!(error.reason().contains("in the session itself"));
        assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 1);
        assert_eq!(std::fs::read_dir(session.path()).unwrap().count(), 1);
    }
}
