//! What removal must come to, on trees that resist. Linux, where they can be made.
#![expect(
    clippy::unwrap_used,
    reason = "a test that fails here says so by panicking"
)]

use std::ffi::{CString, OsStr};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;
use crate::session::walk::testing::{self, Swapper};
use crate::session::{ErrorKind, usage};

fn remove(path: &Path) -> Removed {
    remove_tree(path, None, &Progress::default()).unwrap()
}

#[test]
fn a_tree_goes_and_a_second_time_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    fs::create_dir_all(root.join("a/b/c")).unwrap();
    fs::create_dir_all(root.join("a/d")).unwrap();
    fs::write(root.join("x"), "x").unwrap();
    fs::write(root.join("a/b/y"), "y").unwrap();
    let progress = Progress::default();
    let removed = remove_tree(&root, None, &progress).unwrap();
    assert_eq!((removed.files, removed.dirs), (2, 5));
    assert!(removed.is_complete() && !root.exists());
    assert_eq!(progress.read().files, 2);
    let again = remove(&root);
    assert_eq!((again.files, again.dirs), (0, 0));
    assert!(again.is_complete());
}

#[test]
fn more_files_than_are_read_at_once_go_and_those_in_between() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("t");
    fs::create_dir_all(root.join("folder/inner")).unwrap();
    for n in 0..250 {
        fs::write(root.join(n.to_string()), "x").unwrap();
    }
    let removed = remove(&root);
    assert_eq!((removed.files, removed.dirs), (250, 3));
    assert!(!root.exists());
}

#[test]
fn case_17_a_root_that_is_a_link_or_a_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (outside, link, file) = (
        dir.path().join("outside"),
        dir.path().join("link"),
        dir.path().join("file"),
    );
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("x"), "x").unwrap();
    fs::write(&file, "x").unwrap();
    symlink(&outside, &link).unwrap();
    for path in [&link, &file] {
        let error = remove_tree(path, None, &Progress::default()).unwrap_err();
        assert_eq!(
            (error.kind(), error.path()),
            (&ErrorKind::Io, path.as_path())
        );
    }
    assert!(outside.join("x").exists() && link.is_symlink() && file.exists());
}

#[test]
fn case_17_links_go_and_what_they_point_to_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (root, outside) = (dir.path().join("root"), dir.path().join("outside"));
    fs::create_dir_all(root.join("a")).unwrap();
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("x"), "x").unwrap();
    fs::hard_link(outside.join("x"), root.join("same file")).unwrap();
    for (target, name) in [
        (outside.as_path(), "a/outside"),
        (Path::new("/"), "everything"),
        (Path::new(".."), "a/loop"),
        (Path::new("nowhere"), "dangling"),
    ] {
        symlink(target, root.join(name)).unwrap();
    }
    let removed = remove(&root);
    assert_eq!((removed.files, removed.dirs), (5, 2));
    assert_eq!(fs::read_to_string(outside.join("x")).unwrap(), "x");
}

#[test]
fn case_17_a_link_swapped_in_during_removal_leads_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let outside = dir.path().join("outside");
    let kept = ["x", "inner/y", "inner/empty/.keep"];
    fs::create_dir_all(outside.join("inner/empty")).unwrap();
    fs::create_dir_all(outside.join("no files")).unwrap();
    for name in kept {
        fs::write(outside.join(name), "precious").unwrap();
    }
    for round in 0..300 {
        let root = dir.path().join(format!("root{round}"));
        let swapped = root.join("a/swapped");
        for name in ["inner/empty", "no files"] {
            fs::create_dir_all(swapped.join(name)).unwrap();
        }
        for n in 0..20 {
            fs::write(swapped.join(format!("inner/{n}")), "").unwrap();
        }
        let swapper = Swapper::start(swapped, &outside);
        let removed = remove(&root);
        drop(swapper);
        // What was out of reach for a moment may stay: it is named, and the next removal gets it.
        assert_eq!(removed.is_complete(), !root.exists(), "{:?}", removed.left);
        assert!(remove(&root).is_complete() && !root.exists());
        for name in kept {
            assert_eq!(fs::read_to_string(outside.join(name)).unwrap(), "precious");
        }
        assert!(outside.join("no files").is_dir());
    }
}

#[test]
fn case_16_what_is_closed_to_its_owner_goes() {
    const TEST: &str = "session::remove::tests::case_16_what_is_closed_to_its_owner_goes";
    let Some(dir) = testing::child() else {
        let dir = testing::others_dir();
        return testing::as_other_user(TEST, dir.path());
    };
    let root = dir.join("root");
    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let modes = [0o700, 0o600, 0o500, 0o400, 0o300, 0o200, 0o100, 0];
    for (outer, inner) in modes.into_iter().flat_map(|o| modes.map(|i| (o, i))) {
        let outside = root.join(format!("{outer:o} with {inner:o}"));
        let inside = outside.join("inner");
        fs::create_dir_all(inside.join("empty")).unwrap();
        fs::write(inside.join("file"), "x").unwrap();
        set(&inside.join("file"), 0);
        set(&inside.join("empty"), inner);
        set(&inside, inner);
        set(&outside, outer);
    }
    set(&root, 0);
    let removed = remove(&root);
    assert!(removed.is_complete(), "{:?}", removed.left);
    assert_eq!((removed.files, removed.dirs), (64, 3 * 64 + 1));
    assert!(!root.exists());
}

#[test]
fn what_is_somebody_elses_stays_and_is_named_and_the_rest_goes() {
    const TEST: &str =
        "session::remove::tests::what_is_somebody_elses_stays_and_is_named_and_the_rest_goes";
    let Some(dir) = testing::child() else {
        let dir = testing::others_dir();
        fs::create_dir_all(dir.path().join("root/a/b")).unwrap();
        fs::write(dir.path().join("root/a/b/goes"), "x").unwrap();
        fs::write(dir.path().join("root/goes"), "x").unwrap();
        testing::give_away(dir.path());
        if rustix::process::geteuid().is_root() {
            for (name, mode) in [("theirs", 0o755), ("closed", 0)] {
                let theirs = dir.path().join("root/a").join(name);
                fs::create_dir(&theirs).unwrap();
                fs::write(theirs.join("stays"), "x").unwrap();
                fs::set_permissions(theirs, fs::Permissions::from_mode(mode)).unwrap();
            }
            fs::create_dir(dir.path().join("root/a/empty")).unwrap();
            fs::write(dir.path().join("root/a/file of theirs"), "").unwrap();
        }
        return testing::as_other_user(TEST, dir.path());
    };
    let root = dir.join("root");
    let theirs = root.join("a/theirs").exists();
    let removed = remove(&root);
    let mut left: Vec<_> = removed.left.iter().map(|(path, _)| path.clone()).collect();
    left.sort();
    let expected = ["a/closed", "a/theirs/stays"].map(|name| root.join(name));
    assert_eq!(
        left,
        if theirs {
            expected.to_vec()
        } else {
            Vec::new()
        }
    );
    for (_, error) in &removed.left {
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    }
    assert!(!root.join("a/b").exists() && !root.join("goes").exists());
    assert!(!root.join("a/empty").exists() && !root.join("a/file of theirs").exists());
}

#[test]
fn case_16_names_of_255_bytes_and_not_in_unicode() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    for name in [
        &[b'n'; 255][..],
        b"\xff\xfe",
        b" ",
        b"-rf",
        b"new\nline",
        b"...",
    ] {
        let path = root.join(OsStr::from_bytes(name));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join(OsStr::from_bytes(name)), "x").unwrap();
    }
    let removed = remove(&root);
    assert_eq!((removed.files, removed.dirs), (6, 7));
}

#[test]
fn case_16_a_thousand_levels_with_few_open_files() {
    const TEST: &str = "session::remove::tests::case_16_a_thousand_levels_with_few_open_files";
    let Some(dir) = testing::child() else {
        let dir = testing::others_dir();
        return testing::as_other_user(TEST, dir.path());
    };
    let root = dir.join("root");
    fs::create_dir(&root).unwrap();
    let name = CString::new([b'd'; 255]).unwrap();
    let last = testing::deep(&root, 1000, &name);
    testing::many_files(&last, 0..3);
    drop(last);
    // Each of these levels has more directories that wait while others are emptied.
    let mut level = root.clone();
    for _ in 0..10 {
        for n in 0..200 {
            fs::create_dir(level.join(n.to_string())).unwrap();
        }
        level.push(OsStr::from_bytes(name.as_bytes()));
    }
    testing::allow_open_files(24);
    let removed = remove(&root);
    assert_eq!((removed.files, removed.dirs), (3, 1 + 1000 + 2000));
    assert!(!root.exists());
}

#[test]
fn case_16_a_million_files_in_one_directory() {
    let dir = testing::in_memory();
    let root = dir.path().join("root");
    fs::create_dir(&root).unwrap();
    testing::many_files(&testing::deep(&root, 0, c""), 0..1_000_000);
    let found = usage::measure_one(&root, &Cancel::default()).unwrap();
    assert_eq!(
        (found.files, found.bytes, found.unreadable),
        (1_000_000, 0, 0)
    );
    let progress = Progress::default();
    let removed = remove_tree(&root, None, &progress).unwrap();
    assert_eq!(
        (removed.files, progress.read().files),
        (1_000_000, 1_000_000)
    );
    assert!(removed.is_complete() && !root.exists());
}

#[test]
fn another_file_system_mounted_inside_stays_and_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let mounted = dir.path().join("root/a/mounted");
    fs::create_dir_all(&mounted).unwrap();
    fs::write(dir.path().join("root/goes"), "x").unwrap();
    let run = |program: &str, arguments: &[&OsStr]| {
        let status = std::process::Command::new(program).args(arguments).output();
        status.is_ok_and(|output| output.status.success())
    };
    let tmpfs = ["-t", "tmpfs", "none"].map(OsStr::new);
    if !run(
        "mount",
        &[tmpfs[0], tmpfs[1], tmpfs[2], mounted.as_os_str()],
    ) {
        return; // Only root may, and not in every container.
    }
    fs::write(mounted.join("stays"), "x").unwrap();
    let removed = remove(&dir.path().join("root"));
    let size = usage::measure_one(&dir.path().join("root"), &Cancel::default());
    let stayed = mounted.join("stays").exists();
    assert!(run("umount", &[mounted.as_os_str()]));
    assert!(stayed);
    assert_eq!(size.unwrap().files, 0);
    assert_eq!((removed.files, removed.left_total), (1, 1));
    let (path, error) = &removed.left[0];
    assert_eq!(
        (path, error.kind()),
        (&mounted, io::ErrorKind::CrossesDevices)
    );
}

#[test]
fn a_directory_that_fills_again_ends_in_gone_or_named() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    let stop = Cancel::default();
    fs::create_dir_all(root.join("a/b")).unwrap();
    std::thread::scope(|scope| {
        let filling = || {
            for n in (0..50).cycle().take_while(|_| !stop.is_cancelled()) {
                let _ = fs::write(root.join(format!("a/b/{n}")), "");
                let _ = fs::create_dir(root.join(format!("a/{n}")));
            }
        };
        let name = std::thread::Builder::new().name("filling".into());
        name.spawn_scoped(scope, filling).unwrap();
        for _ in 0..100 {
            let removed = remove(&root);
            for (path, error) in &removed.left {
                assert!(path.starts_with(&root));
                assert_eq!(error.kind(), io::ErrorKind::DirectoryNotEmpty, "{path:?}");
            }
            assert!(removed.is_complete() != root.exists());
            let _ = fs::create_dir_all(root.join("a/b"));
        }
        stop.cancel();
    });
    assert!(remove(&root).is_complete());
}

#[test]
fn a_cancelled_removal_says_so_and_can_be_taken_up_again() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    fs::create_dir_all(root.join("a/b")).unwrap();
    fs::write(root.join("a/x"), "").unwrap();
    let cancel = Cancel::default();
    cancel.cancel();
    let error = remove_tree(&root, Some(&cancel), &Progress::default()).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Cancelled);
    assert!(root.join("a/x").exists() && root.join("a/b").exists());
    assert!(remove(&root).is_complete() && !root.exists());
}

#[test]
fn many_that_stay_are_counted_and_some_of_them_named() {
    let mut removed = Removed::default();
    for n in 0..250 {
        removed.keep(
            format!("/x/{n}").into(),
            io::ErrorKind::PermissionDenied.into(),
        );
        removed.keep(
            format!("/x/{}", n % 100).into(),
            io::ErrorKind::PermissionDenied.into(),
        );
    }
    assert_eq!(
        (removed.left.len(), removed.left_total),
        (Removed::MAX_LEFT, 250)
    );
}
