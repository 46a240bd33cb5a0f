//! Where archives go: each is unpacked out of the way, then its entries move to the top of the session,
//! or into a folder of its own where they would be in the way of others.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::archive::{self, Extracted, Kind, Limits};
use super::gather::Archive;
use super::{ArchiveRules, Request};
use crate::session::{
    self, Cancel, Error, Progress, Result, Skipped, Source, Staging, atomic, failpoint, sys, usage,
};

/// Names of one archive that the manifest names: whoever lists sessions looks for each of them. The others
/// are one entry without a name.
const MOST_NAMES: usize = 100;

/// How much archives may become.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Bytes of free disk that are left alone.
    pub floor: u64,
    /// What holds for each of them.
    pub each: ArchiveRules,
}

impl Rules {
    /// Those that an upload asks for.
    pub fn of(request: &Request) -> Self {
        Self {
            floor: request.disk_floor,
            each: request.archive_rules,
        }
    }
}

/// What became of the archives of an upload.
#[derive(Debug, Default)]
pub struct Unpacked {
    /// Regular files unpacked.
    pub files: u64,
    /// Their lengths added up.
    pub bytes: u64,
    /// Each archive, and what came out of it.
    pub extracted: Vec<session::Extracted>,
    /// One entry for each name that stands at the top of the session because of an archive.
    pub sources: Vec<Source>,
    /// What is in an archive and was not unpacked, and why.
    pub skipped: Vec<Skipped>,
    /// What is not as it was in an archive, and why.
    pub notes: Vec<Skipped>,
}

/// An archive that is unpacked and has no place yet.
struct Unplaced<'a> {
    archive: &'a Archive,
    dir: PathBuf,
    extracted: Extracted,
}

/// Unpacks `archives` into the staging directory, by `rules`.
///
/// # Errors
/// The first archive that is refused, with the entry; a full disk; `cancel`.
pub fn unpack(
    archives: &[Archive],
    staging: &Staging,
    rules: Rules,
    cancel: &Cancel,
    progress: &Progress,
    on: &dyn Fn(&str),
) -> Result<Unpacked> {
    let root = staging.path();
    let mut taken = names_in(root)?;
    let mut unplaced = Vec::new();
    for archive in archives {
        on(&archive.name);
        let dir = root.join(fresh(root)?);
        fs::create_dir(&dir).map_err(|e| Error::io(format!("make {}", dir.display()), &dir, e))?;
        let extracted = extract(archive, &dir, rules, cancel, progress)?;
        unplaced.push(Unplaced {
            archive,
            dir,
            extracted,
        });
    }
    let alone = |this: usize, unplaced: &[Unplaced<'_>]| {
        let names = keys(&unplaced[this].extracted);
        let others = unplaced.iter().enumerate().filter(|(i, _)| *i != this);
        names.is_disjoint(&taken)
            && others
                .into_iter()
                .all(|(_, o)| names.is_disjoint(&keys(&o.extracted)))
    };
    let at_top: Vec<bool> = (0..unplaced.len()).map(|i| alone(i, &unplaced)).collect();
    for (u, _) in unplaced.iter().zip(&at_top).filter(|(_, top)| **top) {
        taken.extend(keys(&u.extracted));
    }
    failpoint::reach("extracted").map_err(|e| Error::io("unpack", root, e))?;
    let mut unpacked = Unpacked::default();
    for (u, at_top) in unplaced.into_iter().zip(at_top) {
        place(u, at_top, root, &mut taken, &mut unpacked)?;
    }
    Ok(unpacked)
}

fn extract(
    archive: &Archive,
    into: &Path,
    rules: Rules,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Extracted> {
    let space = || sys::free_space(into).map(|free| free.saturating_sub(rules.floor));
    let mut limits = Limits::with_space(space().unwrap_or(u64::MAX));
    limits.space_now = Some(&space);
    let ArchiveRules {
        entries,
        ratio,
        levels,
        name_bytes,
    } = rules.each;
    (limits.entries, limits.ratio) = (entries, ratio);
    (limits.levels, limits.name_bytes) = (levels, name_bytes);
    progress.begin(0, 0);
    failpoint::reach("extract").map_err(|e| Error::io("unpack", &archive.path, e))?;
    archive::extract(&archive.path, archive.kind, into, &limits, cancel, progress)
}

/// Moves what was unpacked to where it stays.
fn place(
    u: Unplaced<'_>,
    at_top: bool,
    root: &Path,
    taken: &mut HashSet<String>,
    unpacked: &mut Unpacked,
) -> Result<()> {
    let moved = |from: &Path, to: &Path| {
        crate::session::rename_new(from, to)
            .map(drop)
            .and_then(|()| failpoint::reach("unpack-placed"))
            .map_err(|e| Error::io(format!("move {} to its place", to.display()), to, e))
    };
    let (mut skipped, mut notes) = (u.extracted.skipped, u.extracted.notes);
    let mut tops = Vec::new();
    if at_top {
        for name in &u.extracted.top_level {
            moved(&u.dir.join(name), &root.join(name))?;
            tops.push(name.clone());
        }
        fs::remove_dir(&u.dir).map_err(|e| Error::io("remove an empty folder", &u.dir, e))?;
    } else {
        let folder = free_name(u.archive.stem(), taken);
        moved(&u.dir, &root.join(&folder))?;
        unpacked.notes.push(Skipped {
            file: u.archive.name.clone(),
            reason: format!(
                "unpacked into the folder {folder}: names in it stand at the top already"
            ),
        });
        // They are named as they stand in the archive; what is told of it as a whole has its own name.
        let all = skipped.iter_mut().chain(&mut notes);
        for note in all.filter(|n| n.file != u.archive.name) {
            note.file = format!("{folder}/{}", note.file);
        }
        tops.push(folder);
    }
    let path = u.archive.source.clone();
    let mut rest = Source {
        path: path.clone(),
        ..Source::default()
    };
    for (n, stored_as) in tops.into_iter().enumerate() {
        let (files, bytes) = size(&root.join(&stored_as));
        if n < MOST_NAMES {
            unpacked.sources.push(Source {
                path: path.clone(),
                stored_as,
                files,
                bytes,
            });
        } else {
            rest.files += files;
            rest.bytes += bytes;
        }
    }
    if rest.files > 0 {
        unpacked.sources.push(rest);
    }
    unpacked.extracted.push(session::Extracted {
        archive: u.archive.name.clone(),
        files: u.extracted.files,
        bytes: u.extracted.bytes,
    });
    unpacked.files += u.extracted.files;
    unpacked.bytes += u.extracted.bytes;
    unpacked.skipped.extend(skipped);
    unpacked.notes.extend(notes);
    Ok(())
}

fn size(path: &Path) -> (u64, u64) {
    match fs::symlink_metadata(path) {
        Ok(m) if m.is_dir() => usage::measure_one(path, &Cancel::default())
            .map(|u| (u.files, u.bytes))
            .unwrap_or_default(),
        Ok(m) => (1, m.len()),
        Err(_) => (0, 0),
    }
}

/// The names at the top of `dir`, as [`key`] compares them.
fn names_in(dir: &Path) -> Result<HashSet<String>> {
    let failed = |e: io::Error| Error::io(format!("read {}", dir.display()), dir, e);
    fs::read_dir(dir)
        .map_err(failed)?
        .map(|entry| Ok(key(&entry.map_err(failed)?.file_name().to_string_lossy())))
        .collect()
}

fn keys(extracted: &Extracted) -> HashSet<String> {
    extracted.top_level.iter().map(|name| key(name)).collect()
}

/// What two names share that can't stand in one folder on every system.
fn key(name: &str) -> String {
    name.to_lowercase()
}

fn fresh(root: &Path) -> Result<String> {
    let name = atomic::fresh_name().map_err(|e| Error::io("choose a random name", root, e))?;
    Ok(format!(".unpack-{name}"))
}

/// `stem`, or the first of `stem (2)`, `stem (3)`… that is free; it is taken afterwards.
fn free_name(stem: &str, taken: &mut HashSet<String>) -> String {
    let mut name = stem.to_owned();
    for n in 2u32.. {
        if taken.insert(key(&name)) {
            break;
        }
        name = format!("{stem} ({n})");
    }
    name
}

impl Archive {
    /// The name without what says that it is an archive: `project` of `project.tar.gz`.
    fn stem(&self) -> &str {
        let stem = self
            .name
            .rsplit_once('.')
            .map_or(&*self.name, |(stem, _)| stem);
        match self.kind {
            Kind::Tar(Some(_)) => stem.strip_suffix(".tar").unwrap_or(stem),
            _ => stem,
        }
    }
}
