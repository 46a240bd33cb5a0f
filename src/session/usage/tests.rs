//! What sizes must come to, on trees that are hard to walk. Linux, where they can be made.
#![expect(
    clippy::unwrap_used,
    reason = "a test that fails here says so by panicking"
)]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::*;
use crate::session::walk::testing::{self, Swapper};

fn threads(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).unwrap()
}

fn size(dir: &Path) -> Usage {
    measure_one(dir, &Cancel::default()).unwrap()
}

/// What is told of each directory at the end, in the order of `dirs`.
fn sizes(dirs: &[PathBuf], n: usize) -> Vec<Result<Usage>> {
    let done = Mutex::new(BTreeMap::new());
    measure(dirs, threads(n), &Cancel::default(), &|index, measured| {
        if let Measured::Done(result) = measured {
            let before = done.lock().unwrap().insert(index, result);
            assert!(before.is_none(), "told twice");
        }
    });
    let done = done.into_inner().unwrap();
    assert!(done.keys().copied().eq(0..dirs.len()));
    done.into_values().collect()
}

/// What walkdir makes of the same tree.
fn portably(dir: &Path) -> Usage {
    let result = Mutex::new(None);
    let dirs = [dir.to_owned()];
    portable::measure(&dirs, threads(1), &Cancel::default(), &|_, measured| {
        if let Measured::Done(done) = measured {
            *result.lock().unwrap() = Some(done.unwrap());
        }
    });
    result.into_inner().unwrap().unwrap()
}

#[test]
fn case_17_lengths_add_up_and_links_are_not_followed() {
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
    assert_eq!(usage, portably(&root));
}

#[test]
fn case_17_hard_links_count_once_in_each_session() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    fs::create_dir_all(a.join("inner")).unwrap();
    fs::create_dir(&b).unwrap();
    fs::write(a.join("1"), [0; 1000]).unwrap();
    for name in ["a/2", "a/inner/3", "b/4"] {
        fs::hard_link(a.join("1"), dir.path().join(name)).unwrap();
    }
    let found: Vec<_> = sizes(&[a, b], 2).into_iter().map(Result::unwrap).collect();
    assert_eq!((found[0].bytes, found[0].files), (1000, 3));
    assert_eq!((found[1].bytes, found[1].files), (1000, 1));
}

#[test]
fn case_17_a_link_swapped_in_for_a_directory_leads_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let (root, outside) = (dir.path().join("root"), dir.path().join("outside"));
    fs::create_dir_all(root.join("swapped/inner")).unwrap();
    fs::create_dir_all(outside.join("inner")).unwrap();
    fs::write(root.join("swapped/inner/x"), [0; 10]).unwrap();
    for path in ["large", "inner/large"] {
        let large = fs::File::create(outside.join(path)).unwrap();
        large.set_len(1 << 30).unwrap();
    }
    let swapper = Swapper::start(root.join("swapped"), &outside);
    for _ in 0..2000 {
        let usage = size(&root);
        assert!(usage.bytes <= 20 && usage.unreadable == 0, "{usage:?}");
    }
    drop(swapper);
}

#[test]
fn case_14_what_vanishes_is_no_error_for_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let dirs = ["there", "gone", "also there", "file", "link"].map(|name| dir.path().join(name));
    fs::create_dir(&dirs[0]).unwrap();
    fs::create_dir(&dirs[2]).unwrap();
    fs::write(dirs[2].join("x"), "four").unwrap();
    fs::write(&dirs[3], "").unwrap();
    symlink(&dirs[2], &dirs[4]).unwrap();
    for n in 1..4 {
        let found = sizes(&dirs, n);
        assert_eq!(found[0].as_ref().unwrap().files, 0);
        assert_eq!(*found[1].as_ref().unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(found[2].as_ref().unwrap().bytes, 4);
        for root in &found[3..] {
            assert_eq!(*root.as_ref().unwrap_err().kind(), ErrorKind::Io);
        }
    }
}

#[test]
fn case_14_a_tree_that_changes_meanwhile_is_measured_without_complaint() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("stays"), "12345").unwrap();
    let stop = Cancel::default();
    std::thread::scope(|scope| {
        let changing = || {
            while !stop.is_cancelled() {
                fs::create_dir_all(root.join("a/b")).unwrap();
                for n in 0..20 {
                    fs::write(root.join(format!("a/b/{n}")), "").unwrap();
                }
                fs::remove_dir_all(root.join("a")).unwrap();
            }
        };
        let name = std::thread::Builder::new().name("changing".into());
        name.spawn_scoped(scope, changing).unwrap();
        for _ in 0..500 {
            let usage = size(&root);
            assert_eq!((usage.bytes, usage.unreadable), (5, 0));
        }
        stop.cancel();
    });
}

#[test]
fn case_16_names_of_255_bytes_and_not_in_unicode() {
    let dir = tempfile::tempdir().unwrap();
    for name in [&[b'n'; 255][..], b"\xff\xfe", b" ", b"-rf", b"new\nline"] {
        fs::write(dir.path().join(OsStr::from_bytes(name)), "x").unwrap();
    }
    assert_eq!(size(dir.path()).bytes, 5);
}

#[test]
fn case_16_a_thousand_levels_and_ten_thousand_directories_with_few_open_files() {
    const TEST: &str = "session::usage::tests::case_16_a_thousand_levels_and_ten_thousand_directories_with_few_open_files";
    let Some(dir) = testing::child() else {
        let dir = testing::others_dir();
        return testing::as_other_user(TEST, dir.path());
    };
    let name = std::ffi::CString::new([b'd'; 255]).unwrap();
    let last = testing::deep(&dir, 1000, &name);
    testing::many_files(&last, 0..3);
    // Each level has a second directory that waits while the walk is at the first.
    let mut level = dir.clone();
    for _ in 0..10 {
        for n in 0..1000 {
            fs::create_dir(level.join(n.to_string())).unwrap();
        }
        level.push(OsStr::from_bytes(name.as_bytes()));
    }
    testing::allow_open_files(24);
    for n in [1, 4] {
        let found = sizes(std::slice::from_ref(&dir), n);
        let usage = found[0].as_ref().unwrap();
        assert_eq!((usage.files, usage.unreadable), (3, 0));
        let directories = usage.disk_bytes / 4096;
        assert!(directories == 0 || directories >= 11_000, "{directories}");
    }
    let removed =
        crate::session::remove_tree(&dir.join("d".repeat(255)), None, &Default::default());
    assert!(removed.unwrap().is_complete());
}

#[test]
fn case_16_many_files_in_one_directory_are_told_as_they_are_counted() {
    let dir = testing::in_memory();
    let root = dir.path().join("root");
    fs::create_dir(&root).unwrap();
    testing::many_files(&testing::deep(&root, 0, c""), 0..50_000);
    fs::write(root.join("x"), "x").unwrap();
    let last = Mutex::new((Usage::default(), false));
    measure(&[root], threads(3), &Cancel::default(), &|_, measured| {
        let mut last = last.lock().unwrap();
        assert!(!last.1, "told after the end");
        let usage = match measured {
            Measured::Partial(usage) => usage,
            Measured::Done(result) => {
                last.1 = true;
                result.unwrap()
            }
        };
        assert!(usage.files >= last.0.files, "a figure that shrinks");
        last.0 = usage;
    });
    let (last, done) = last.into_inner().unwrap();
    assert_eq!(
        (last.files, last.bytes, last.unreadable, done),
        (50_001, 1, 0, true)
    );
}

#[test]
fn case_16_what_another_user_may_not_read_is_counted() {
    const TEST: &str = "session::usage::tests::case_16_what_another_user_may_not_read_is_counted";
    let Some(dir) = testing::child() else {
        let dir = testing::others_dir();
        return testing::as_other_user(TEST, dir.path());
    };
    let set = |name: &str, mode| {
        fs::set_permissions(dir.join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    for name in ["closed", "no names", "names only"] {
        fs::create_dir(dir.join(name)).unwrap();
        fs::write(dir.join(name).join("x"), "123").unwrap();
    }
    fs::write(dir.join("y"), "4567").unwrap();
    set("y", 0);
    set("closed", 0);
    set("no names", 0o300);
    set("names only", 0o600);
    let usage = size(&dir);
    assert_eq!((usage.bytes, usage.files, usage.unreadable), (4, 1, 3));

    let root = measure_one(&dir.join("closed"), &Cancel::default()).unwrap_err();
    assert_eq!(*root.kind(), ErrorKind::Io);
    assert!(root.full().contains("ermission denied"), "{}", root.full());
    for name in ["closed", "no names", "names only"] {
        set(name, 0o700);
    }
}

#[test]
fn measuring_leaves_access_times_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("a")).unwrap();
    fs::write(dir.path().join("a/x"), "x").unwrap();
    let paths = [
        dir.path().to_owned(),
        dir.path().join("a"),
        dir.path().join("a/x"),
    ];
    let times = || paths.clone().map(|p| fs::metadata(p).unwrap().atime_nsec());
    let before = times();
    // Written after it was read last, so that reading would be noted even on a file system that
    // notes only the first time.
    fs::write(dir.path().join("a/y"), "y").unwrap();
    fs::write(dir.path().join("z"), "z").unwrap();
    size(dir.path());
    assert_eq!(times(), before);
}

#[test]
fn cancelled_work_still_tells_of_every_directory() {
    let dir = tempfile::tempdir().unwrap();
    let dirs: Vec<_> = (0..50).map(|n| dir.path().join(n.to_string())).collect();
    for dir in &dirs {
        fs::create_dir_all(dir.join("a/b/c")).unwrap();
    }
    for n in [1, 3] {
        let cancel = Cancel::default();
        let done = Mutex::new(vec![0; dirs.len()]);
        let cancelled = Mutex::new(0);
        measure(&dirs, threads(n), &cancel, &|index, measured| {
            cancel.cancel();
            let Measured::Done(result) = measured else {
                return;
            };
            done.lock().unwrap()[index] += 1;
            if let Err(e) = result {
                assert_eq!(*e.kind(), ErrorKind::Cancelled);
                *cancelled.lock().unwrap() += 1;
            }
        });
        assert!(done.into_inner().unwrap().into_iter().all(|n| n == 1));
        assert!(cancelled.into_inner().unwrap() >= dirs.len() - n);
    }
}

#[test]
fn a_sum_is_told_when_it_is_time_and_not_before() {
    let part = Usage {
        bytes: 7,
        ..Usage::default()
    };
    let mut total = Total::new();
    total.add(part, |_| panic!("too early"));
    total.told = total.told.checked_sub(TELL_EVERY).unwrap();
    let mut told = None;
    total.add(part, |measured| told = Some(measured));
    assert!(matches!(
        told,
        Some(Measured::Partial(Usage { bytes: 14, .. }))
    ));
    total.add(part, |_| panic!("too early again"));
}

/// One thing in a random tree: what it is, and the number of the directory it is made in.
#[derive(Debug, Clone)]
enum Thing {
    Directory(usize),
    File(usize, u16),
    HardLink(usize, usize),
    Link(usize, &'static str),
    Pipe(usize),
}

fn thing() -> impl Strategy<Value = Thing> {
    let target = prop::sample::select(vec![".", "..", "/", "nowhere", "0", "1"]);
    prop_oneof![
        any::<usize>().prop_map(Thing::Directory),
        (any::<usize>(), any::<u16>()).prop_map(|(at, len)| Thing::File(at, len)),
        (any::<usize>(), any::<usize>()).prop_map(|(at, of)| Thing::HardLink(at, of)),
        (any::<usize>(), target).prop_map(|(at, to)| Thing::Link(at, to)),
        any::<usize>().prop_map(Thing::Pipe),
    ]
}

/// Makes the tree, and answers the bytes and files that are to be found.
fn plant(root: &Path, things: &[Thing]) -> (u64, u64) {
    let (mut dirs, mut files) = (vec![root.to_owned()], Vec::new());
    let (mut bytes, mut names) = (0, 0);
    for (n, thing) in things.iter().enumerate() {
        let place = |at: &usize| dirs[at % dirs.len()].join(n.to_string());
        match thing {
            Thing::Directory(at) => {
                let path = place(at);
                fs::create_dir(&path).unwrap();
                dirs.push(path);
            }
            Thing::File(at, len) => {
                files.push(place(at));
                fs::write(place(at), vec![1; usize::from(*len)]).unwrap();
                (bytes, names) = (bytes + u64::from(*len), names + 1);
            }
            Thing::HardLink(_, _) if files.is_empty() => {}
            Thing::HardLink(at, of) => {
                fs::hard_link(&files[of % files.len()], place(at)).unwrap();
                names += 1;
            }
            Thing::Link(at, to) => symlink(to, place(at)).unwrap(),
            Thing::Pipe(at) => {
                let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR);
                rustix::fs::mknodat(rustix::fs::CWD, place(at), kind, mode, 0).unwrap();
            }
        }
    }
    (bytes, names)
}

fn agree(things: &[Thing], n: usize) -> TestCaseResult {
    let dir = tempfile::tempdir().unwrap();
    let (bytes, files) = plant(dir.path(), things);
    let found = sizes(&[dir.path().to_owned()], n).remove(0).unwrap();
    prop_assert_eq!((found.bytes, found.files), (bytes, files));
    prop_assert_eq!(found, portably(dir.path()));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_ways_find_what_was_planted(
        things in prop::collection::vec(thing(), 0..60),
        n in 1usize..4,
    ) {
        agree(&things, n)?;
    }
}
