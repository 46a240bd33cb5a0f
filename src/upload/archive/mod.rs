//! Archives: telling one by its content, and unpacking it into a directory of ours, whole or not at all.
//!
//! Every format feeds one loop: an entry passes the gate, which makes its [`EntryName`] and its place
//! among the others, then the sink writes it below one open directory, counting. Nothing that an
//! archive declares about itself is believed. When this module refuses, it leaves what it wrote to the
//! caller, who drops the directory. Knows no session, no window and no upload.

mod codec;
mod detect;
mod failure;
mod fold;
mod gate;
mod limits;
mod links;
mod name;
mod notes;
mod seven;
mod single;
mod sink;
mod sys;
mod tar;
#[cfg(test)]
mod tests;
mod tree;
mod zip;

use std::fs::File;
use std::path::Path;

pub use codec::Codec;
pub use detect::detect;
pub(super) use fold::fold;
pub use limits::Limits;
pub(super) use name::shown;
pub use name::{Change, EntryName, NameError, Parsed};

use failure::Failure;
use gate::Gate;
use limits::Meter;
use notes::Notes;
use sink::Sink;
use tree::{ROOT, Tree, What};

use crate::session::{Cancel, Error, Progress, Result, Skipped, sys as session_sys};

/// What kind of archive a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// ZIP.
    Zip,
    /// A tar archive, compressed or not.
    Tar(Option<Codec>),
    /// 7z.
    SevenZip,
    /// One compressed file.
    Single(Codec),
}

/// What became of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// Entries in it: files, folders and links.
    pub entries: u64,
    /// Regular files written, copies for links included.
    pub files: u64,
    /// Their lengths added up.
    pub bytes: u64,
    /// What stands in the directory now because of it: names of files and folders, sorted.
    pub top_level: Vec<String>,
    /// What is in the archive and was not unpacked, and why.
    pub skipped: Vec<Skipped>,
    /// What is not as it was in the archive, and why.
    pub notes: Vec<Skipped>,
}

/// Unpacks `archive` into the directory `into`, which must be ours alone. What stands in it is left alone;
/// an entry that would come into its way refuses the archive.
///
/// `progress` counts files and bytes as they are written; its total is set where the archive declares one.
///
/// Fails without cleaning up: drop the directory. `Refused` names the entry and the reason.
pub fn extract(
    archive: &Path,
    kind: Kind,
    into: &Path,
    limits: &Limits<'_>,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Extracted> {
    let file = session_sys::open_regular(archive).map_err(|e| Error::io("read", archive, e))?;
    let length = file
        .metadata()
        .map_err(|e| Error::io("read", archive, e))?
        .len();
    let meter = Meter::new(*limits, length);
    let job = Job {
        archive,
        file,
        length,
        kind,
    };
    job.run(into, &meter, cancel, progress)
        .map_err(|e| e.into_error(archive))
}

/// One archive being unpacked.
struct Job<'a> {
    archive: &'a Path,
    file: File,
    length: u64,
    kind: Kind,
}

impl Job<'_> {
    fn run(
        &self,
        into: &Path,
        meter: &Meter<'_>,
        cancel: &Cancel,
        progress: &Progress,
    ) -> failure::Result<Extracted> {
        if self.length == 0 {
            return Err(Failure::refused("it is an empty file"));
        }
        let sink = Sink::open(into, meter, cancel, progress)?;
        let mut tree = Tree::new(meter.limits().entries);
        for name in sink::foreign_names(into)? {
            tree.keep_foreign(&name);
        }
        let mut gate = Gate::new(meter.limits(), tree);

        match self.kind {
            Kind::Zip => zip::unpack(&self.file, self.length, &mut gate, &sink)?,
            Kind::Tar(codec) => tar::unpack(&self.file, codec, &mut gate, &sink)?,
            Kind::SevenZip => seven::unpack(&self.file, &mut gate, &sink)?,
            Kind::Single(codec) => {
                single::unpack(&self.file, self.archive, codec, &mut gate, &sink)?
            }
        }

        let entries = gate.entries();
        if entries == 0 {
            return Err(Failure::refused("there is nothing in it"));
        }
        let (tree, mut notes) = gate.finish();
        let copies = links::plan(&tree, meter.limits(), &mut notes)?;
        sink.make_folders(&copies.folders)?;
        let mut writer = sink.writer();
        for (from, to) in &copies.copies {
            writer.copy(from, to)?;
        }
        sink.set_folder_times(&tree)?;
        Ok(self.report(&tree, &copies, entries, meter.written(), notes))
    }

    fn report(
        &self,
        tree: &Tree,
        links: &links::Plan,
        entries: u64,
        bytes: u64,
        notes: Notes,
    ) -> Extracted {
        let written = tree
            .ids()
            .filter(|id| matches!(tree.what(*id), What::File { .. }))
            .count();
        let top_level = tree
            .children(ROOT)
            .into_iter()
            .filter(|id| !matches!(tree.what(*id), What::Foreign) && !links.left_out.contains(id))
            .map(|id| tree.name(id).to_owned())
            .collect();
        let name = self.archive.file_name().unwrap_or(self.archive.as_os_str());
        let (skipped, notes) = notes.finish(&name::shown(name.as_encoded_bytes()));
        Extracted {
            entries,
            files: (written + links.copies.len()) as u64,
            bytes,
            top_level,
            skipped,
            notes,
        }
    }
}
