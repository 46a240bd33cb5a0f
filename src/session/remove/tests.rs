//! Trees that are removed whole: what is read-only, and what went before.

use std::fs;

use super::*;

#[test]
fn a_tree_goes_and_a_second_time_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    fs::create_dir_all(root.join("a/b/c")).unwrap();
    fs::create_dir_all(root.join("a/d")).unwrap();
    fs::write(root.join("x"), "x").unwrap();
    fs::write(root.join("a/b/y"), "y").unwrap();
    let removed = remove_tree(&root, None, &Progress::default()).unwrap();
    assert_eq!((removed.files, removed.dirs, removed.left_total), (2, 5, 0));
    assert!(!root.exists());
    let again = remove_tree(&root, None, &Progress::default()).unwrap();
    assert_eq!((again.files, again.dirs), (0, 0));
}
