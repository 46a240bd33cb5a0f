//! Links of an archive become copies of what they name, if that is in the archive too. Links are followed
//! in the tree of names, never on the disk, so there is nothing to race with. Pure.
//!
//! Refused: a link that leads out or to a name of the session's own, a loop, and a link that finds its target
//! only where case doesn't matter. Left out and told: a symbolic link to something that isn't there, which
//! was as dead in the place that the archive comes from.

use std::collections::HashSet;

use super::failure::{Failure, Result};
use super::gate::{NewFile, too_many};
use super::limits::Limits;
use super::name::{EntryName, is_database, is_own, shown};
use super::notes::Notes;
use super::tree::{NodeId, ROOT, Tree, What};

/// Links followed on the way to one target, as Linux has it.
const MAX_HOPS: u32 = 40;
/// Components walked for all links together; keeps hostile ones from costing more than a moment.
const MAX_STEPS: u64 = 4_000_000;
/// A longer text is no path on any system.
pub(super) const MAX_TEXT: usize = 4096;

/// What to do so that no link is left.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Folders to make, outer ones first.
    pub folders: Vec<EntryName>,
    /// Files to copy: from which, to which.
    pub copies: Vec<(EntryName, NewFile)>,
    /// Links that name nothing.
    pub left_out: HashSet<NodeId>,
}

/// Plans the copies for all links in `tree`.
pub(super) fn plan(tree: &Tree, limits: &Limits<'_>, notes: &mut Notes) -> Result<Plan> {
    let mut planner = Planner {
        tree,
        limits,
        plan: Plan::default(),
        nodes: tree.len(),
        steps: 0,
    };
    for id in tree.ids() {
        if matches!(tree.what(id), What::Symlink(_) | What::HardLink(_)) {
            let path = tree.path(id);
            planner.link(id, &path, notes).map_err(|e| e.at(path))?;
        }
    }
    Ok(planner.plan)
}

struct Planner<'a> {
    tree: &'a Tree,
    limits: &'a Limits<'a>,
    plan: Plan,
    /// Nodes of the tree and of the plan.
    nodes: u64,
    steps: u64,
}

/// Why a link can't be followed.
enum Lost {
    Missing,
    Refused(&'static str),
}

const OUTSIDE: Lost = Lost::Refused("it is a link to something outside the archive");
const LOOP: &str = "it is a link that leads back to itself";

impl Planner<'_> {
    fn link(&mut self, id: NodeId, path: &str, notes: &mut Notes) -> Result<()> {
        let tree = self.tree;
        let text = match tree.what(id) {
            What::Symlink(text) => shown(text),
            What::HardLink(target) => target.as_str().to_owned(),
            _ => return Ok(()),
        };
        let target = match self.follow(id, &mut 0) {
            Ok(target) => target,
            Err(Lost::Missing) if matches!(tree.what(id), What::Symlink(_)) => {
                self.plan.left_out.insert(id);
                notes.leave_out(
                    path,
                    format!("left out: a link to “{text}”, which is not there"),
                );
                return Ok(());
            }
            Err(Lost::Missing) => {
                return Err(Failure::refused(format!(
                    "it is a hard link to “{text}”, which is not in the archive"
                )));
            }
            Err(Lost::Refused(why)) => return Err(Failure::refused(format!("{why}: “{text}”"))),
        };
        // The name was parsed when it came in, and nothing else comes into the tree.
        let Ok(name) = EntryName::parse(path.as_bytes()) else {
            return Err(Failure::refused("it has no usable name"));
        };
        self.copy(target, name.name, &mut Vec::new())?;
        notes.add(
            path,
            format!("was a link to “{text}”; stored as a copy of it"),
        );
        Ok(())
    }

    /// The file or folder at the end of the link `id`.
    fn follow(&mut self, id: NodeId, hops: &mut u32) -> Result<NodeId, Lost> {
        let tree = self.tree;
        let what = tree.what(id);
        if matches!(what, What::Symlink(_) | What::HardLink(_)) {
            *hops += 1;
            if *hops > MAX_HOPS {
                return Err(Lost::Refused(LOOP));
            }
        }
        match what {
            What::Symlink(text) => self.walk(tree.parent(id), text, hops),
            What::HardLink(target) => self.walk(ROOT, target.as_str().as_bytes(), hops),
            _ => Ok(id),
        }
    }

    /// What the text of a link means in the folder `at`.
    fn walk(&mut self, mut at: NodeId, text: &[u8], hops: &mut u32) -> Result<NodeId, Lost> {
        if text.len() > MAX_TEXT {
            return Err(Lost::Refused(
                "it is a link with a text too long to be a path",
            ));
        }
        let drive = matches!(text, [letter, b':', ..] if letter.is_ascii_alphabetic());
        if drive || text.starts_with(b"/") || text.starts_with(b"\\") {
            return Err(OUTSIDE);
        }
        for component in text.split(|b| matches!(b, b'/' | b'\\')) {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return Err(Lost::Refused("the archive has too many links in links"));
            }
            match component {
                b"" | b"." => continue,
                b".." if at == ROOT => return Err(OUTSIDE),
                b".." => at = self.tree.parent(at),
                component => at = self.step(at, component, hops)?,
            }
        }
        Ok(at)
    }

    /// The child of the folder `at` that one component of a link's text means, links followed.
    fn step(&mut self, at: NodeId, component: &[u8], hops: &mut u32) -> Result<NodeId, Lost> {
        if std::str::from_utf8(component).is_ok_and(|c| is_own(c) || is_database(c)) {
            return Err(Lost::Refused("it is a link to a name of the session's own"));
        }
        // Entries were renamed by the same rules, so the link still means the same one.
        let Ok(name) = EntryName::parse(component) else {
            return Err(Lost::Missing);
        };
        let name = name.name.as_str().to_owned();
        let Some(child) = self.tree.child(at, &name) else {
            return Err(Lost::Missing);
        };
        if self.tree.name(child) != name {
            return Err(Lost::Refused(
                "it is a link that finds its target only where capital letters don't matter",
            ));
        }
        match self.tree.what(child) {
            What::Foreign => Err(OUTSIDE),
            _ => self.follow(child, hops),
        }
    }

    /// Plans a copy of the file or folder `from` at `to`. `within` are the folders being copied around it.
    fn copy(&mut self, from: NodeId, to: EntryName, within: &mut Vec<NodeId>) -> Result<()> {
        let tree = self.tree;
        let from = match self.follow(from, &mut 0) {
            Ok(from) => from,
            // Told where the link itself stands.
            Err(Lost::Missing) => return Ok(()),
            Err(Lost::Refused(why)) => return Err(Failure::refused(why)),
        };
        self.nodes += 1;
        if self.nodes > self.limits.entries {
            return Err(too_many(self.limits.entries));
        }
        if to.levels() > self.limits.levels || to.as_str().len() > self.limits.name_bytes {
            return Err(Failure::refused(
                "it is a link whose copy would be nested too deep",
            ));
        }
        match tree.what(from) {
            What::File {
                executable,
                modified,
            } => {
                let Ok(source) = EntryName::parse(tree.path(from).as_bytes()) else {
                    return Ok(());
                };
                let file = NewFile {
                    name: to,
                    executable: *executable,
                    modified: *modified,
                };
                self.plan.copies.push((source.name, file));
            }
            What::Folder { .. } => {
                if from == ROOT || within.contains(&from) || contains(tree, from, &to) {
                    return Err(Failure::refused(LOOP));
                }
                within.push(from);
                self.plan.folders.push(to.clone());
                for child in tree.children(from) {
                    self.copy(child, to.child(tree.name(child)), within)?;
                }
                within.pop();
            }
            What::Symlink(_) | What::HardLink(_) | What::Foreign => {}
        }
        Ok(())
    }
}

/// Whether `name` lies in the folder `folder`.
fn contains(tree: &Tree, folder: NodeId, name: &EntryName) -> bool {
    name.as_str()
        .strip_prefix(&tree.path(folder))
        .is_some_and(|rest| rest.starts_with('/'))
}
