//! What an archive has named so far, as a tree, so that no two entries are one on any file system: neither
//! by case, nor by Unicode form, nor a file and a folder of one name. Pure; knows no format and no disk.

use std::collections::HashMap;
use std::time::SystemTime;

use super::fold::fold;
use super::limits::ALL_NAMES_BYTES;
use super::name::EntryName;

/// One node of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct NodeId(u32);

/// The directory that is unpacked into.
pub(super) const ROOT: NodeId = NodeId(0);

#[derive(Debug)]
struct Node {
    name: Box<str>,
    parent: NodeId,
    what: What,
}

/// What stands at a node.
#[derive(Debug)]
pub(super) enum What {
    /// A folder: its children by [`fold`]ed name.
    Folder {
        /// Its children.
        children: HashMap<Box<str>, NodeId>,
        /// When it was last changed, where the archive says so.
        modified: Option<SystemTime>,
    },
    /// A regular file.
    File {
        /// Whether its owner may execute it.
        executable: bool,
        /// When it was last changed, where the archive says so.
        modified: Option<SystemTime>,
    },
    /// A symbolic link, by its text.
    Symlink(Box<[u8]>),
    /// A second name of another entry, which this names.
    HardLink(EntryName),
    /// Something that stood there before the archive.
    Foreign,
}

impl What {
    pub fn folder(modified: Option<SystemTime>) -> Self {
        Self::Folder {
            children: HashMap::new(),
            modified,
        }
    }
}

/// Why an entry can't stand where it wants to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Clash {
    /// An entry with exactly this name is there.
    Same,
    /// This name is there; it differs in case or Unicode form only.
    Alike(String),
    /// This name is a file or link, and is wanted as a folder, or the reverse.
    NotAFolder(String),
    /// Something that isn't the archive's is there.
    Foreign(String),
    /// More nodes than allowed.
    TooMany,
    /// The names together take too much memory.
    NamesTooLong,
}

/// The tree.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    max_nodes: u64,
    name_bytes: usize,
    /// The folder of the entry before: the next one mostly stands in it too.
    last_folder: Option<(EntryName, NodeId)>,
}

impl Tree {
    /// An empty tree that takes up to `max_nodes` files, folders and links.
    pub fn new(max_nodes: u64) -> Self {
        Self {
            nodes: vec![Node {
                name: "".into(),
                parent: ROOT,
                what: What::folder(None),
            }],
            max_nodes: max_nodes.min(u64::from(u32::MAX - 1)),
            name_bytes: 0,
            last_folder: None,
        }
    }

    /// Notes that `name` stood at the top before the archive came.
    pub fn keep_foreign(&mut self, name: &str) {
        if self.child(ROOT, name).is_none() {
            self.push(ROOT, name, What::Foreign);
        }
    }

    /// Puts an entry at `name`, making the folders that it needs; `new_folders` gets their names, outer
    /// ones first. A folder may be named again, anything else only once.
    pub fn insert(
        &mut self,
        name: &EntryName,
        what: What,
        new_folders: &mut Vec<EntryName>,
    ) -> Result<NodeId, Clash> {
        let (folder, component) = name.split();
        let parent = match folder {
            None => ROOT,
            Some(folder) => self.folder(&name.prefix(folder.len()), new_folders)?,
        };
        let Some(there) = self.child(parent, component) else {
            let is_folder = matches!(what, What::Folder { .. });
            let id = self.add(parent, component, what)?;
            if is_folder {
                new_folders.push(name.clone());
            }
            return Ok(id);
        };
        let node = &mut self.nodes[there.0 as usize];
        if &*node.name != component {
            return Err(Clash::Alike(self.path(there)));
        }
        match (&mut node.what, what) {
            (What::Foreign, _) => Err(Clash::Foreign(self.path(there))),
            (What::Folder { modified, .. }, What::Folder { modified: new, .. }) => {
                *modified = new.or(*modified);
                Ok(there)
            }
            (What::Folder { .. }, _) | (_, What::Folder { .. }) => {
                Err(Clash::NotAFolder(self.path(there)))
            }
            _ => Err(Clash::Same),
        }
    }

    /// The node of the folder `name`, made if need be.
    fn folder(
        &mut self,
        name: &EntryName,
        new_folders: &mut Vec<EntryName>,
    ) -> Result<NodeId, Clash> {
        if let Some((last, id)) = &self.last_folder
            && last == name
        {
            return Ok(*id);
        }
        let mut at = ROOT;
        let mut end = 0;
        for component in name.components() {
            end += component.len();
            at = match self.child(at, component) {
                None => {
                    let id = self.add(at, component, What::folder(None))?;
                    new_folders.push(name.prefix(end));
                    id
                }
                Some(there) => {
                    let node = &self.nodes[there.0 as usize];
                    if &*node.name != component {
                        return Err(Clash::Alike(self.path(there)));
                    }
                    match node.what {
                        What::Folder { .. } => there,
                        What::Foreign => return Err(Clash::Foreign(self.path(there))),
                        _ => return Err(Clash::NotAFolder(self.path(there))),
                    }
                }
            };
            end += 1;
        }
        self.last_folder = Some((name.clone(), at));
        Ok(at)
    }

    fn add(&mut self, parent: NodeId, name: &str, what: What) -> Result<NodeId, Clash> {
        if self.nodes.len() as u64 > self.max_nodes {
            return Err(Clash::TooMany);
        }
        self.name_bytes += name.len();
        if self.name_bytes > ALL_NAMES_BYTES {
            return Err(Clash::NamesTooLong);
        }
        Ok(self.push(parent, name, what))
    }

    fn push(&mut self, parent: NodeId, name: &str, what: What) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node {
            name: name.into(),
            parent,
            what,
        });
        if let What::Folder { children, .. } = &mut self.nodes[parent.0 as usize].what {
            children.insert(fold(name).into(), id);
        }
        id
    }

    /// The child of a folder that a file system which ignores case and form would find under `name`.
    pub fn child(&self, folder: NodeId, name: &str) -> Option<NodeId> {
        match &self.nodes[folder.0 as usize].what {
            What::Folder { children, .. } => children.get(&*fold(name)).copied(),
            _ => None,
        }
    }

    /// The children of a folder, sorted by name.
    pub fn children(&self, folder: NodeId) -> Vec<NodeId> {
        let mut ids: Vec<_> = match &self.nodes[folder.0 as usize].what {
            What::Folder { children, .. } => children.values().copied().collect(),
            _ => Vec::new(),
        };
        ids.sort_unstable_by(|a, b| self.name(*a).cmp(self.name(*b)));
        ids
    }

    /// What stands at a node.
    pub fn what(&self, id: NodeId) -> &What {
        &self.nodes[id.0 as usize].what
    }

    /// The last component of a node's name.
    pub fn name(&self, id: NodeId) -> &str {
        &self.nodes[id.0 as usize].name
    }

    /// The folder that a node stands in; the root stands in itself.
    pub fn parent(&self, id: NodeId) -> NodeId {
        self.nodes[id.0 as usize].parent
    }

    /// How many files, folders and links the archive has named so far.
    pub fn len(&self) -> u64 {
        self.nodes.len() as u64 - 1
    }

    /// All nodes but the root, parents before children.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        let end = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        (1..end).map(NodeId)
    }

    /// The path of a node, with `/`; empty for the root.
    pub fn path(&self, id: NodeId) -> String {
        let mut components = Vec::new();
        let mut at = id;
        while at != ROOT {
            components.push(self.name(at));
            at = self.parent(at);
        }
        components.reverse();
        components.join("/")
    }
}
