//! The files of the open session as a tree, kept flat: every folder stands before what is in it.
//! Pure: built from a list of entries, opened and closed by the person.

use std::collections::HashSet;

use crate::app::filetype::{self, FileType};

/// One file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path below the session, with `/`.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// Length in bytes; of a folder, of everything in it.
    pub bytes: u64,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A folder.
    Folder,
    /// A regular file.
    File,
    /// A link, with its length not counted.
    Link,
}

/// The tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    open: HashSet<String>,
    /// Places of the nodes that are to be seen, top down.
    shown: Vec<usize>,
    /// Bytes of each kind of file, the largest first.
    kinds: Vec<(FileType, u64)>,
    /// Entries that were left out because there are too many.
    pub left_out: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    entry: Entry,
    depth: usize,
    /// One past the last node of what is in it.
    end: usize,
}

/// A line of the tree on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line<'a> {
    /// Path below the session, with `/`.
    pub path: &'a str,
    /// The last part of the path.
    pub name: &'a str,
    /// What it is.
    pub kind: EntryKind,
    /// Length in bytes.
    pub bytes: u64,
    /// How deep it stands, from 0.
    pub depth: usize,
    /// Whether what is in it is shown.
    pub is_open: bool,
}

impl Tree {
    /// Builds the tree from entries in any order. Folders come first, names in natural order.
    pub fn new(mut entries: Vec<Entry>, left_out: u64) -> Self {
        entries.sort_by_cached_key(sort_key);
        let mut nodes: Vec<Node> = Vec::with_capacity(entries.len());
        let mut parents: Vec<usize> = Vec::new();
        for entry in entries {
            let depth = entry.path.matches('/').count();
            while parents.len() > depth {
                close(&mut nodes, &mut parents);
            }
            let place = nodes.len();
            let is_folder = entry.kind == EntryKind::Folder;
            nodes.push(Node {
                entry,
                depth,
                end: place + 1,
            });
            if is_folder {
                parents.push(place);
            }
        }
        while !parents.is_empty() {
            close(&mut nodes, &mut parents);
        }
        let mut tree = Self {
            nodes,
            left_out,
            ..Self::default()
        };
        tree.kinds = filetype::by_type(tree.files());
        tree.arrange();
        tree
    }

    /// How many lines are to be seen.
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A line that is to be seen, counted from the top.
    pub fn line(&self, i: usize) -> Option<Line<'_>> {
        let node = self.nodes.get(*self.shown.get(i)?)?;
        let path = node.entry.path.as_str();
        Some(Line {
            path,
            name: path.rsplit('/').next().unwrap_or(path),
            kind: node.entry.kind,
            bytes: node.entry.bytes,
            depth: node.depth,
            is_open: self.is_open(node),
        })
    }

    /// The next regular file below that of this path among the lines that are to be seen; after the last one,
    /// the one above.
    pub fn file_beside(&self, path: &str) -> Option<&str> {
        let lines = || (0..self.len()).filter_map(|i| self.line(i));
        let at = lines().position(|line| line.path == path)?;
        let file = |line: &Line<'_>| line.kind == EntryKind::File;
        let below = lines().skip(at + 1).find(file);
        let line = below.or_else(|| lines().take(at).filter(file).last())?;
        Some(line.path)
    }

    /// Bytes of each kind of file, the largest first.
    pub fn kinds(&self) -> &[(FileType, u64)] {
        &self.kinds
    }

    /// Every regular file, shown or not: its path and length.
    fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        let files = self
            .nodes
            .iter()
            .filter(|n| n.entry.kind == EntryKind::File);
        files.map(|n| (n.entry.path.as_str(), n.entry.bytes))
    }

    /// Names of files and folders down to the `depth`th level, shown or not, each with how deep it stands.
    pub fn names(&self, depth: usize) -> impl Iterator<Item = (usize, &str)> {
        let near = self.nodes.iter().filter(move |n| n.depth <= depth);
        near.map(|n| {
            let path = n.entry.path.as_str();
            (n.depth, path.rsplit('/').next().unwrap_or(path))
        })
    }

    /// How many files and folders there are, shown or not.
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    /// Opens or closes a folder.
    pub fn toggle(&mut self, path: &str) {
        if !self.open.remove(path) {
            self.open.insert(path.to_owned());
        }
        self.arrange();
    }

    /// Opens the folders that are open in `other`, which it replaces.
    pub fn open_like(&mut self, other: &mut Self) {
        self.open = std::mem::take(&mut other.open);
        self.arrange();
    }

    fn is_open(&self, node: &Node) -> bool {
        node.entry.kind == EntryKind::Folder && self.open.contains(&node.entry.path)
    }

    fn arrange(&mut self) {
        self.shown.clear();
        let mut i = 0;
        while let Some(node) = self.nodes.get(i) {
            self.shown.push(i);
            i = if self.is_open(node) { i + 1 } else { node.end };
        }
    }
}

/// Ends the innermost folder: where it ends, and how much is in it.
fn close(nodes: &mut [Node], parents: &mut Vec<usize>) {
    let Some(place) = parents.pop() else {
        return;
    };
    let children_depth = nodes[place].depth + 1;
    let bytes = nodes[place + 1..]
        .iter()
        .filter(|n| n.depth == children_depth)
        .map(|n| n.entry.bytes)
        .sum();
    nodes[place].end = nodes.len();
    nodes[place].entry.bytes = bytes;
}

/// Sorts folders before files at every level, and names as people count: `a2` before `a10`.
fn sort_key(entry: &Entry) -> Vec<(bool, Vec<Chunk>)> {
    let parts: Vec<_> = entry.path.split('/').collect();
    let last = parts.len() - 1;
    let is_file = |i| i == last && entry.kind != EntryKind::Folder;
    parts
        .iter()
        .enumerate()
        .map(|(i, part)| (is_file(i), natural(part)))
        .collect()
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Chunk {
    Number(usize, String),
    Text(String),
    /// The name as written, so that two names never compare as the same.
    Whole(String),
}

fn natural(name: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest
            .find(|c: char| c.is_ascii_digit() != digits)
            .unwrap_or(rest.len());
        let (chunk, after) = rest.split_at(end);
        chunks.push(if digits {
            let significant = chunk.trim_start_matches('0');
            Chunk::Number(significant.len(), significant.to_owned())
        } else {
            Chunk::Text(chunk.to_lowercase())
        });
        rest = after;
    }
    chunks.push(Chunk::Whole(name.to_owned()));
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, bytes: u64) -> Entry {
        let (path, kind) = match path.strip_suffix('/') {
            Some(folder) => (folder, EntryKind::Folder),
            None => (path, EntryKind::File),
        };
        Entry {
            path: path.into(),
            kind,
            bytes,
        }
    }

    fn tree(entries: &[(&str, u64)]) -> Tree {
        Tree::new(entries.iter().map(|(p, b)| entry(p, *b)).collect(), 0)
    }

    fn names(tree: &Tree) -> Vec<(String, u64)> {
        lines(tree)
            .iter()
            .map(|l| (l.path.to_owned(), l.bytes))
            .collect()
    }

    fn lines(tree: &Tree) -> Vec<Line<'_>> {
        (0..tree.len()).filter_map(|i| tree.line(i)).collect()
    }

    #[test]
    fn the_file_beside_another_is_the_next_or_else_the_one_above() {
        let mut tree = tree(&[("b/", 0), ("b/x", 1), ("c", 1), ("d", 1)]);
        assert_eq!(tree.file_beside("c"), Some("d"));
        assert_eq!(tree.file_beside("d"), Some("c"));
        assert_eq!(tree.file_beside("b/x"), None, "it is not to be seen");
        tree.toggle("b");
        assert_eq!(tree.file_beside("b/x"), Some("c"));
        assert_eq!(tree.file_beside("c"), Some("d"));
        assert_eq!(self::tree(&[("a", 1)]).file_beside("a"), None);
    }

    #[test]
    fn folders_come_first_closed_and_with_the_sum_of_what_is_in_them() {
        let mut tree = tree(&[
            ("b.csv", 5),
            ("a10.csv", 1),
            ("a2.csv", 1),
            ("src/", 0),
            ("src/main.py", 7),
            ("src/deep/", 0),
            ("src/deep/x", 4),
            ("src.txt", 2),
        ]);
        let top = |n: &str, b| (n.to_owned(), b);
        assert_eq!(
            names(&tree),
            [
                top("src", 11),
                top("a2.csv", 1),
                top("a10.csv", 1),
                top("b.csv", 5),
                top("src.txt", 2)
            ]
        );
        tree.toggle("src");
        let lines = lines(&tree);
        assert_eq!(lines[1].path, "src/deep");
        assert_eq!(
            (lines[1].name, lines[1].depth, lines[1].bytes),
            ("deep", 1, 4)
        );
        assert_eq!(lines[2].name, "main.py");
        assert!(lines[0].is_open && !lines[1].is_open);
        assert_eq!(lines.len(), 7);
        tree.toggle("src");
        assert_eq!(tree.len(), 5);
    }

    #[test]
    fn a_fresh_tree_opens_what_was_open() {
        let mut old = tree(&[("a/", 0), ("a/x", 1)]);
        old.toggle("a");
        let mut fresh = tree(&[("a/", 0), ("a/x", 1), ("a/y", 1)]);
        fresh.open_like(&mut old);
        assert_eq!(fresh.len(), 3);
        assert!(Tree::default().line(0).is_none());
    }
}
