//! The one gate that every entry of every format passes before anything of it is written: its name, its
//! kind, its place among the others, the count. Pure; knows no format and no disk.

use std::time::SystemTime;

use super::failure::{Failure, Result};
use super::limits::Limits;
use super::name::{EntryName, NameError, is_database, shown};
use super::notes::Notes;
use super::tree::{Clash, Tree, What};

/// An entry as its format describes it; nothing in it is believed.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// Its name as it stands in the archive.
    pub name: &'a [u8],
    pub kind: EntryKind<'a>,
    /// Unix permission bits; 0 where the format has none.
    pub mode: u32,
    pub modified: Option<SystemTime>,
}

#[derive(Debug)]
pub(super) enum EntryKind<'a> {
    File,
    Folder,
    /// A symbolic link with its text.
    Symlink(&'a [u8]),
    /// Another name for the entry of this name.
    HardLink(&'a [u8]),
    /// Something that has no place in a session, in words.
    Other(&'static str),
}

/// A file that may be written.
#[derive(Debug)]
pub(super) struct NewFile {
    pub name: EntryName,
    pub executable: bool,
    pub modified: Option<SystemTime>,
}

/// The gate. It only ever lets in what doesn't clash with what it let in before.
#[derive(Debug)]
pub(super) struct Gate {
    tree: Tree,
    notes: Notes,
    new_folders: Vec<EntryName>,
    entries: u64,
    max_entries: u64,
    levels: usize,
    name_bytes: usize,
    told_backslashes: bool,
}

impl Gate {
    pub fn new(limits: &Limits<'_>, tree: Tree) -> Self {
        Self {
            tree,
            notes: Notes::default(),
            new_folders: Vec::new(),
            entries: 0,
            max_entries: limits.entries,
            levels: limits.levels,
            name_bytes: limits.name_bytes,
            told_backslashes: false,
        }
    }

    /// Lets an entry in, or refuses the archive for it. A file comes back to be written; folders and links
    /// wait in the gate.
    pub fn admit(&mut self, entry: &Entry<'_>) -> Result<Option<NewFile>> {
        self.check(entry).map_err(|e| e.at(shown(entry.name)))
    }

    fn check(&mut self, entry: &Entry<'_>) -> Result<Option<NewFile>> {
        self.entries += 1;
        if self.entries > self.max_entries {
            return Err(too_many(self.max_entries));
        }
        if entry.name.len() > self.name_bytes {
            return Err(self.name_too_long());
        }
        let parsed = match EntryName::parse(entry.name) {
            Ok(parsed) => parsed,
            // What `tar c .` begins with: the folder itself.
            Err(NameError::Top) if matches!(entry.kind, EntryKind::Folder) => return Ok(None),
            Err(e) => return Err(Failure::refused(e.to_string())),
        };
        let name = parsed.name;
        if name.as_str().len() > self.name_bytes {
            return Err(self.name_too_long());
        }
        if name.levels() > self.levels {
            return Err(Failure::refused(format!(
                "it is more than {} folders deep",
                self.levels
            )));
        }
        let modified = entry.modified;
        let executable = entry.mode & 0o111 != 0;
        let what = match entry.kind {
            EntryKind::File => What::File {
                executable,
                modified,
            },
            EntryKind::Folder => What::folder(modified),
            EntryKind::Symlink(text) => What::Symlink(text.into()),
            EntryKind::HardLink(target) => What::HardLink(hard_link_target(target)?),
            EntryKind::Other(kind) => {
                return Err(Failure::refused(format!(
                    "it is {kind}, which can't be in a session"
                )));
            }
        };
        let is_file = matches!(what, What::File { .. });
        let regular_from = if is_file {
            name.levels() - 1
        } else {
            usize::MAX
        };
        if name
            .components()
            .enumerate()
            .any(|(i, c)| i < regular_from && is_database(c))
        {
            return Err(Failure::refused(
                "the session's database has that name, so it must be a regular file",
            ));
        }

        self.tree
            .insert(&name, what, &mut self.new_folders)
            .map_err(|clash| self.clash(clash))?;

        if let Some(change) = parsed.changed {
            self.notes.add(
                name.as_str(),
                format!("called “{}” in the archive: {change}", shown(entry.name)),
            );
        }
        if parsed.backslashes && !self.told_backslashes {
            self.told_backslashes = true;
            self.notes.add(
                name.as_str(),
                "the backslashes in names like this one were taken for folders",
            );
        }
        if is_file && entry.mode & 0o6000 != 0 {
            self.notes.add(
                name.as_str(),
                "its right to run as another user was dropped (setuid or setgid)",
            );
        }
        Ok(is_file.then_some(NewFile {
            name,
            executable,
            modified,
        }))
    }

    fn name_too_long(&self) -> Failure {
        Failure::refused(format!("its name is over {} bytes long", self.name_bytes))
    }

    fn clash(&self, clash: Clash) -> Failure {
        Failure::refused(match clash {
            Clash::Same => "the archive has two entries of that name".into(),
            Clash::Alike(other) => format!(
                "“{other}” differs from it only in capital letters or Unicode form, which is no difference on many computers"
            ),
            Clash::NotAFolder(other) => {
                format!("“{other}” is both a folder and something else in the archive")
            }
            Clash::Foreign(other) => format!("there is another “{other}” already"),
            Clash::TooMany => return too_many(self.max_entries),
            Clash::NamesTooLong => "the names in the archive are too long altogether".into(),
        })
    }

    /// The folders that entries need and that were not asked for yet, outer ones first.
    pub fn take_new_folders(&mut self) -> Vec<EntryName> {
        std::mem::take(&mut self.new_folders)
    }

    /// How many entries came.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// All that came, and what is to be told of it.
    pub fn finish(self) -> (Tree, Notes) {
        (self.tree, self.notes)
    }
}

pub(super) fn too_many(max: u64) -> Failure {
    Failure::refused(format!("the archive has more than {max} files and folders"))
}

/// The target of a hard link, named from the top of the archive.
fn hard_link_target(raw: &[u8]) -> Result<EntryName> {
    EntryName::parse(raw)
        .map(|parsed| parsed.name)
        .map_err(|e| match e {
            NameError::Parent | NameError::Absolute | NameError::Drive => {
                Failure::refused("it is a hard link to something outside the archive")
            }
            e => Failure::refused(format!("it is a hard link, and of what it links to: {e}")),
        })
}
