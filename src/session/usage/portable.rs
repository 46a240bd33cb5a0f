//! Sizes through the standard library and walkdir: one thread for each tree.
//! Where the system tells no file identity (Windows), each name of a hard link counts.

use std::collections::HashSet;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::{Measured, Total, Usage, cancelled, failed};
use crate::session::walk::Crew;
use crate::session::{Cancel, Result};

/// See [`super::measure`].
pub fn measure(
    dirs: &[PathBuf],
    threads: NonZeroUsize,
    cancel: &Cancel,
    on: &(dyn Fn(usize, Measured) + Sync),
) {
    Crew::run("sizes", threads, (0..dirs.len()).rev().collect(), |crew| {
        while let Some(index) = crew.next() {
            let result = tree(&dirs[index], cancel, |measured| on(index, measured));
            on(index, Measured::Done(result));
        }
    });
}

fn tree(root: &Path, cancel: &Cancel, mut tell: impl FnMut(Measured)) -> Result<Usage> {
    let metadata = fs_err::symlink_metadata(root).map_err(|e| failed(root, e))?;
    if !metadata.is_dir() {
        return Err(failed(root, io::ErrorKind::NotADirectory.into()));
    }
    let mut total = Total::new();
    let mut linked = HashSet::new();
    for entry in WalkDir::new(root).same_file_system(true) {
        if cancel.is_cancelled() {
            return Err(cancelled());
        }
        let part = match entry.and_then(|e| Ok((e.depth(), e.metadata()?))) {
            Ok((_, metadata)) => {
                let mut part = Usage::default();
                if metadata.is_dir() {
                    part.disk_bytes = platform::disk_bytes(&metadata);
                } else if metadata.is_file() {
                    part.files = 1;
                    if platform::several_names(&metadata).is_none_or(|id| linked.insert(id)) {
                        part.bytes = metadata.len();
                        part.disk_bytes = platform::disk_bytes(&metadata);
                    }
                }
                part
            }
            Err(e) if e.depth() == 0 => {
                let error = e
                    .into_io_error()
                    .unwrap_or_else(|| io::ErrorKind::Other.into());
                return Err(failed(root, error));
            }
            Err(e) => Usage {
                unreadable: u64::from(!is_gone(&e)),
                ..Usage::default()
            },
        };
        total.add(part, &mut tell);
    }
    Ok(total.usage)
}

fn is_gone(error: &walkdir::Error) -> bool {
    error.io_error().is_some_and(|e| {
        matches!(
            e.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
        )
    })
}

#[cfg(unix)]
mod platform {
    use std::fs::Metadata;
    use std::os::unix::fs::MetadataExt;

    pub fn disk_bytes(metadata: &Metadata) -> u64 {
        metadata.blocks() * 512
    }

    /// Device and number of a file that has more than one name.
    pub fn several_names(metadata: &Metadata) -> Option<(u64, u64)> {
        (metadata.nlink() > 1).then(|| (metadata.dev(), metadata.ino()))
    }
}

#[cfg(not(unix))]
mod platform {
    use std::fs::Metadata;

    pub fn disk_bytes(metadata: &Metadata) -> u64 {
        metadata.len()
    }

    pub fn several_names(_metadata: &Metadata) -> Option<(u64, u64)> {
        None
    }
}
