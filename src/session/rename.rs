//! The one rename by which sessions come and go: it replaces nothing, an empty directory included.
//! Knows neither sessions nor trash.

use std::io;
use std::path::Path;

use super::{failpoint, sys};

/// Renames `from` to `to`, or refuses (`AlreadyExists`) if anything is there. True if the file system
/// itself sees to that; where it can't, a look just before has to do, under the base lock, which
/// every program of ours waits for.
#[expect(clippy::disallowed_methods, reason = "the last resort, after a look")]
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<bool> {
    let renamed =
        failpoint::reach("rename-noreplace").and_then(|()| sys::rename_noreplace(from, to));
    match renamed {
        Ok(()) => Ok(true),
        Err(e) if sys::unsupported(&e) => {
            failpoint::reach("rename-look")?;
            if std::fs::symlink_metadata(to).is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            std::fs::rename(from, to).map(|()| false)
        }
        Err(e) => Err(e),
    }
}
