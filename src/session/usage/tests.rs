//! Sizes on Linux against trees of known size, with as many workers as there can be.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;

use super::*;

fn threads(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).unwrap()
}

fn size(dir: &Path) -> Usage {
    measure_one(dir, &Cancel::default()).unwrap()
}

/// What `measure` told of each directory at the end.
fn sizes(dirs: &[PathBuf], n: usize) -> BTreeMap<usize, Result<Usage>> {
    let done = Mutex::new(BTreeMap::new());
    measure(dirs, threads(n), &Cancel::default(), &|index, measured| {
        if let Measured::Done(result) = measured {
            assert!(
                done.lock().unwrap().insert(index, result).is_none(),
                "told twice"
            );
        }
    });
    done.into_inner().unwrap()
}

#[test]
fn lengths_add_up_and_links_are_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    fs::create_dir_all(root.join("a/b")).unwrap();
    fs::write(root.join("x"), [0; 10]).unwrap();
    fs::write(root.join("a/b/y"), [0; 100]).unwrap();
    fs::write(dir.path().join("outside"), [0; 5000]).unwrap();
    symlink(dir.path().join("outside"), root.join("link")).unwrap();
    symlink("/", root.join("a/everything")).unwrap();
    symlink("..", root.join("a/loop")).unwrap();
    let usage = size(&root);
    assert_eq!((usage.bytes, usage.files, usage.unreadable), (110, 2, 0));
}
