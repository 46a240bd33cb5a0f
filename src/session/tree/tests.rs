//! What is swapped for a link at any moment leads nowhere, by either way of reaching things.

use std::fs;

use super::*;

/// A folder with `a/deep/x`, `b/y` and `c`.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [("a/deep/x", "x"), ("b/y", "yy"), ("c", "ccc")] {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn told(found: Result<Entry, Missed>) -> String {
    let slashes = |path: &Path| path.to_string_lossy().replace('\\', "/");
    match found {
        Ok(entry) => format!("{:?} {} {}", entry.kind, slashes(&entry.below), entry.bytes),
        Err(missed) => format!("{}: {}", slashes(&missed.below), missed.why),
    }
}

/// Each line but the length of a folder, which differs by file system.
fn names(walk: Walk<'_>) -> Vec<String> {
    walk.map(|found| {
        let line = told(found);
        match line.strip_prefix("Folder ") {
            Some(folder) => folder.split(' ').next().unwrap().to_owned(),
            None => line,
        }
    })
    .collect()
}

#[test]
fn all_of_it_comes_in_order_and_a_folder_before_what_is_in_it() {
    let dir = folder();
    let root = Root::at(dir.path(), Mounts::Enter).unwrap();
    let cancel = Cancel::default();
    let all = [
        "a",
        "a/deep",
        "File a/deep/x 1",
        "b",
        "File b/y 2",
        "File c 3",
    ];
    assert_eq!(names(root.walk(Path::new(""), &cancel)), all);
    assert_eq!(names(root.walk(Path::new("a"), &cancel)), all[1..3]);
    let modified = fs::metadata(dir.path().join("c")).unwrap().modified();
    let last = root.walk(Path::new(""), &cancel).last().unwrap().unwrap();
    assert_eq!(last.modified, modified.ok());
    cancel.cancel();
    assert!(root.walk(Path::new(""), &cancel).next().unwrap().is_err());
}

#[test]
fn a_folder_that_is_skipped_is_not_looked_into() {
    let dir = folder();
    let root = Root::at(dir.path(), Mounts::Stay).unwrap();
    let cancel = Cancel::default();
    let mut walk = root.walk(Path::new(""), &cancel);
    let mut seen = Vec::new();
    while let Some(found) = walk.next() {
        let entry = found.unwrap();
        if entry.below == Path::new("a") {
            walk.skip_folder();
        }
        seen.push(entry.name().into_owned());
    }
    assert_eq!(seen, ["a", "b", "b/y", "c"]);
}

#[test]
fn files_are_opened_below_and_nowhere_else() {
    use std::io::Read;
    let dir = folder();
    let root = Arc::new(Root::at(&dir.path().join("a"), Mounts::Enter).unwrap());
    let other = Arc::new(Root::at(dir.path(), Mounts::Stay).unwrap());
    let mut opener = Opener::default();
    for (root, name, text) in [
        (&root, "deep/x", "x"),
        (&other, "b/y", "yy"),
        (&other, "c", "ccc"),
        (&root, "deep/x", "x"),
    ] {
        let mut read = String::new();
        let mut file = opener.open(root, Path::new(name)).unwrap();
        file.read_to_string(&mut read).unwrap();
        assert_eq!(read, text);
    }
    for name in [
        "",
        "..",
        "../c",
        "deep/../../c",
        "/etc/passwd",
        "deep",
        "no",
    ] {
        assert!(opener.open(&root, Path::new(name)).is_err(), "{name:?}");
    }
}

#[test]
fn what_is_no_folder_is_no_root() {
    let dir = folder();
    let why = |name: &str| Root::at(&dir.path().join(name), Mounts::Stay).unwrap_err();
    assert!(matches!(why("c"), Unreachable::Replaced));
    assert!(matches!(why("none"), Unreachable::Vanished));
}

#[cfg(unix)]
mod swapped {
    use std::os::unix::fs::symlink;

    use super::super::{portable, unix};
    use super::*;

    /// A folder as above, and one outside it with the same names.
    fn both() -> (tempfile::TempDir, tempfile::TempDir) {
        let outside = folder();
        fs::write(outside.path().join("a/secret"), "secret").unwrap();
        (folder(), outside)
    }

    /// The folder `name` goes, and in its place is a link to that of the same name outside.
    fn swap(dir: &Path, name: &str, outside: &Path) {
        fs::rename(dir.join(name), dir.join("aside")).unwrap();
        symlink(outside.join(name), dir.join(name)).unwrap();
    }

    #[test]
    fn case_17_a_folder_swapped_for_a_link_in_the_middle_of_a_walk_shows_nothing() {
        let (dir, outside) = both();
        let root = Root::at(dir.path(), Mounts::Enter).unwrap();
        let cancel = Cancel::default();
        let mut walk = root.walk(Path::new(""), &cancel);
        assert_eq!(walk.next().unwrap().unwrap().below, Path::new("a"));
        swap(dir.path(), "a", outside.path());
        let rest = names(walk);
        let replaced = format!("a: {}", Unreachable::Replaced);
        assert_eq!(rest, [&*replaced, "b", "File b/y 2", "File c 3"]);
    }

    #[test]
    fn case_17_a_folder_swapped_for_a_link_after_a_walk_opens_nothing() {
        let (dir, outside) = both();
        let root = Arc::new(Root::at(dir.path(), Mounts::Enter).unwrap());
        let opened = |name| Opener::default().open(&root, Path::new(name));
        assert!(opened("a/deep/x").is_ok());
        swap(dir.path(), "a", outside.path());
        let why = opened("a/deep/x").unwrap_err();
        assert!(matches!(why, Unreachable::Replaced), "{why}");
        fs::remove_file(dir.path().join("c")).unwrap();
        symlink(outside.path().join("c"), dir.path().join("c")).unwrap();
        let why = opened("c").unwrap_err();
        assert!(matches!(why, Unreachable::Replaced), "{why}");
    }

    #[test]
    fn case_17_another_folder_in_the_place_of_the_root_is_not_the_root() {
        let room = tempfile::tempdir().unwrap();
        let place = room.path().join("place");
        fs::create_dir(&place).unwrap();
        let root = Root::at(&place, Mounts::Enter).unwrap();
        fs::rename(&place, room.path().join("aside")).unwrap();
        fs::create_dir(&place).unwrap();
        fs::write(place.join("other"), "").unwrap();
        let cancel = Cancel::default();
        let replaced = format!(": {}", Unreachable::Replaced);
        assert_eq!(names(root.walk(Path::new(""), &cancel)), [replaced]);
    }

    #[test]
    fn case_17_a_root_that_is_kept_open_stays_the_root_wherever_it_goes() {
        let (dir, outside) = both();
        let place = dir.path().join("a");
        let root = Arc::new(Root::kept_at(&place, Mounts::Enter).unwrap());
        swap(dir.path(), "a", outside.path());
        let cancel = Cancel::default();
        let own = ["deep", "File deep/x 1"];
        assert_eq!(names(root.walk(Path::new(""), &cancel)), own);
        let opened = |name| Opener::default().open(&root, Path::new(name));
        assert!(opened("deep/x").is_ok() && opened("secret").is_err());
    }

    /// Both ways of the module say the same of a tree with links in it.
    #[test]
    fn case_17_no_way_leads_through_a_link() {
        let (dir, outside) = both();
        swap(dir.path(), "a", outside.path());
        symlink(outside.path().join("c"), dir.path().join("b/link")).unwrap();
        let cancel = Cancel::default();
        let one = unix::Folder::open(dir.path()).unwrap();
        let other = portable::Folder::open(dir.path()).unwrap();
        assert!(one.identity().unwrap().is_some() && other.identity().unwrap().is_none());
        let (one, other) = (one.again().unwrap(), other.again().unwrap());
        for below in ["", "a", "a/deep", "b", "b/link", "c", "none"] {
            let below = Path::new(below);
            let read = |entries: Result<Vec<_>, Unreachable>| {
                let mut lines: Vec<_> = match entries {
                    Ok(entries) => entries.into_iter().map(told).collect(),
                    Err(why) => vec![why.to_string()],
                };
                lines.sort();
                lines
            };
            assert_eq!(
                read(one.read(below, Mounts::Stay, &cancel)),
                read(other.read(below, Mounts::Stay, &cancel)),
                "{below:?}"
            );
        }
        for (below, name, opens) in [
            ("", "c", true),
            ("b", "y", true),
            ("b", "link", false),
            ("a", "secret", false),
            ("a/deep", "x", false),
            ("b", "none", false),
            ("", "b", false),
        ] {
            let (below, name) = (Path::new(below), OsStr::new(name));
            let one = one.reach(below, Mounts::Stay);
            let other = other.reach(below, Mounts::Stay);
            let one = one.and_then(|reach| reach.open(name));
            let other = other.and_then(|reach| reach.open(name));
            assert_eq!(
                (one.is_ok(), other.is_ok()),
                (opens, opens),
                "{below:?} {name:?}"
            );
        }
        for place in ["a", "b/link", "c"] {
            assert!(portable::Folder::open(&dir.path().join(place)).is_err());
        }
    }
}
