//! The files of the open session as a tree, kept flat: every folder stands before what is in it.
//! Pure: built from what a walk finds, opened and closed by the person. However many files there are, they
//! take a handful of allocations, so that to let go of them costs the window nothing.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::ops::Range;
use std::vec;

use crate::app::filetype::{self, FileType};
use crate::session::EntryKind;

/// The tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// All paths, one after the other.
    paths: String,
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
    /// Where its path below the session stands in all paths.
    path: Range<usize>,
    /// Where the last part of it begins there.
    name: usize,
    kind: EntryKind,
    /// Length in bytes; of a folder, of everything in it.
    bytes: u64,
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

/// Builds a [`Tree`] of what a walk finds, as it finds it.
#[derive(Debug, Default)]
pub struct TreeBuilder {
    paths: String,
    nodes: Vec<Node>,
    /// The folders on the way to the last node.
    parents: Vec<usize>,
}

impl TreeBuilder {
    /// How many files and folders were found.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Adds a file or folder; `path` is below the session, with `/`. Only `bytes` of regular files count.
    /// What is in a folder comes after it and before anything else.
    pub fn push(&mut self, path: &str, kind: EntryKind, bytes: u64) {
        let depth = path.matches('/').count();
        while self.parents.len() > depth {
            self.close();
        }
        let place = self.nodes.len();
        let begin = self.paths.len();
        self.paths.push_str(path);
        let is_folder = kind == EntryKind::Folder;
        self.nodes.push(Node {
            path: begin..self.paths.len(),
            name: begin + path.rfind('/').map_or(0, |slash| slash + 1),
            kind,
            bytes: if kind == EntryKind::File { bytes } else { 0 },
            depth,
            end: place + 1,
        });
        if is_folder {
            self.parents.push(place);
        }
    }

    /// The tree. Folders come first, names in natural order; `left_out` were too many.
    pub fn build(mut self, left_out: u64) -> Tree {
        while !self.parents.is_empty() {
            self.close();
        }
        let mut tree = Tree {
            nodes: self.sorted(),
            paths: self.paths,
            left_out,
            ..Tree::default()
        };
        tree.kinds = filetype::by_type(tree.files());
        tree.arrange();
        tree
    }

    /// Ends the innermost folder: where it ends, and how much is in it.
    fn close(&mut self) {
        if let Some(place) = self.parents.pop() {
            let end = self.nodes.len();
            let bytes = children(&self.nodes, place + 1..end)
                .map(|child| self.nodes[child].bytes)
                .fold(0, u64::saturating_add);
            let folder = &mut self.nodes[place];
            (folder.end, folder.bytes) = (end, bytes);
        }
    }

    /// The nodes with the children of every folder in order.
    fn sorted(&self) -> Vec<Node> {
        let mut sorted = Vec::with_capacity(self.nodes.len());
        let mut levels = vec![self.in_order(0..self.nodes.len())];
        while let Some(level) = levels.last_mut() {
            let Some(place) = level.next() else {
                levels.pop();
                continue;
            };
            let node = &self.nodes[place];
            sorted.push(Node {
                end: sorted.len() + node.end - place,
                ..node.clone()
            });
            if node.kind == EntryKind::Folder {
                levels.push(self.in_order(place + 1..node.end));
            }
        }
        sorted
    }

    /// The children that fill this range: folders first, and names as people count, `a2` before `a10`.
    fn in_order(&self, range: Range<usize>) -> vec::IntoIter<usize> {
        let mut places: Vec<_> = children(&self.nodes, range).collect();
        let key = |place: usize| {
            let node = &self.nodes[place];
            let name = &self.paths[node.name..node.path.end];
            (node.kind != EntryKind::Folder, name)
        };
        places.sort_unstable_by(|a, b| {
            let ((a_is_file, a), (b_is_file, b)) = (key(*a), key(*b));
            a_is_file.cmp(&b_is_file).then_with(|| natural(a, b))
        });
        places.into_iter()
    }
}

/// Those nodes of a range that are in none of the others.
fn children(nodes: &[Node], range: Range<usize>) -> impl Iterator<Item = usize> {
    let first = (!range.is_empty()).then_some(range.start);
    std::iter::successors(first, move |place| {
        let next = nodes[*place].end;
        (next < range.end).then_some(next)
    })
}

impl Tree {
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
        Some(Line {
            path: &self.paths[node.path.clone()],
            name: self.name(node),
            kind: node.kind,
            bytes: node.bytes,
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

    fn name(&self, node: &Node) -> &str {
        &self.paths[node.name..node.path.end]
    }

    /// Every regular file, shown or not: its name and length.
    fn files(&self) -> impl Iterator<Item = (&str, u64)> {
        let files = self.nodes.iter().filter(|n| n.kind == EntryKind::File);
        files.map(|n| (self.name(n), n.bytes))
    }

    /// Names of files and folders down to the `depth`th level, shown or not, each with how deep it stands.
    pub fn names(&self, depth: usize) -> impl Iterator<Item = (usize, &str)> {
        let near = self.nodes.iter().filter(move |n| n.depth <= depth);
        near.map(|n| (n.depth, self.name(n)))
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
        node.kind == EntryKind::Folder && self.open.contains(&self.paths[node.path.clone()])
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

/// Compares names as people do: numbers by how much they are, letters whatever their case.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (Some(l), Some(r)) = (left.chars().next(), right.chars().next()) else {
            // The shorter one first; then as written, so that two names never compare as the same.
            return left.len().cmp(&right.len()).then_with(|| a.cmp(b));
        };
        let order = match (l.is_ascii_digit(), r.is_ascii_digit()) {
            (false, false) if l == r => {
                left = &left[l.len_utf8()..];
                right = &right[r.len_utf8()..];
                continue;
            }
            (true, true) => number(&mut left).cmp(&number(&mut right)),
            (l_is_digit, r_is_digit) => {
                left = &left[l.len_utf8()..];
                right = &right[r.len_utf8()..];
                let digits_first = r_is_digit.cmp(&l_is_digit);
                digits_first.then_with(|| l.to_lowercase().cmp(r.to_lowercase()))
            }
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Takes the digits that `rest` begins with: how many count, and these.
fn number<'a>(rest: &mut &'a str) -> (usize, &'a str) {
    let end = rest.find(|c: char| !c.is_ascii_digit());
    let (digits, after) = rest.split_at(end.unwrap_or(rest.len()));
    *rest = after;
    let significant = digits.trim_start_matches('0');
    (significant.len(), significant)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Of paths as a walk finds them; those of folders end in `/`.
    fn tree(entries: &[(&str, u64)]) -> Tree {
        let mut builder = TreeBuilder::default();
        for (path, bytes) in entries {
            match path.strip_suffix('/') {
                Some(folder) => builder.push(folder, EntryKind::Folder, *bytes),
                None => builder.push(path, EntryKind::File, *bytes),
            }
        }
        builder.build(0)
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
    fn names_are_in_the_order_that_people_count_in() {
        let ordered = [
            "0", "00", "01", "1", "2", "10", "_", "A", "a", "a1", "a1b", "a01c", "a2", "a2.csv",
            "a10", "a10.csv", "ab", "É", "日本",
        ];
        for (i, a) in ordered.iter().enumerate() {
            for (j, b) in ordered.iter().enumerate() {
                let order = natural(a, b);
                assert_eq!(order, i.cmp(&j), "{a} {b}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_order_of_names_is_one(names in vec("[aA01é./]{0,5}", 3)) {
            let mut sorted = names.clone();
            sorted.sort_by(|a, b| natural(a, b));
            for (i, a) in sorted.iter().enumerate() {
                for b in &sorted[i..] {
                    prop_assert_ne!(natural(a, b), Ordering::Greater);
                }
            }
        }

        /// Of each: how deep it stands, or less where there is no such folder; whether it is one; its length.
        #[test]
        fn every_folder_holds_what_the_walk_found_in_it(
            found in vec((0usize..4, any::<bool>(), 0u64..9), 0..40),
        ) {
            let mut builder = TreeBuilder::default();
            let mut above: Vec<String> = Vec::new();
            let mut all = Vec::new();
            for (i, (depth, is_folder, bytes)) in found.into_iter().enumerate() {
                above.truncate(depth);
                let path = format!("{}{}", above.concat(), 97 * i % 41);
                let kind = if is_folder { EntryKind::Folder } else { EntryKind::File };
                builder.push(&path, kind, bytes);
                if is_folder {
                    above.push(format!("{}/", path.rsplit('/').next().unwrap()));
                }
                all.push((path, kind, bytes));
            }
            let mut tree = builder.build(0);
            for (path, kind, _) in &all {
                if *kind == EntryKind::Folder {
                    tree.toggle(path);
                }
            }
            prop_assert_eq!(tree.len(), all.len());
            let lines = lines(&tree);
            let before = std::iter::once(None).chain(lines.iter().map(Some));
            for (line, above) in lines.iter().zip(before) {
                let inside = format!("{}/", line.path);
                let is_in = |(path, kind, _): &&(String, EntryKind, u64)| {
                    *kind == EntryKind::File && (path == line.path || path.starts_with(&inside))
                };
                prop_assert_eq!(line.bytes, all.iter().filter(is_in).map(|f| f.2).sum::<u64>());
                let parent = line.path.rsplit_once('/').map(|(parent, _)| parent);
                if let (Some(parent), Some(above)) = (parent, above) {
                    let in_it = above.path.starts_with(&format!("{parent}/"));
                    prop_assert!(above.path == parent || in_it, "{} after {}", line.path, above.path);
                }
            }
        }
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
