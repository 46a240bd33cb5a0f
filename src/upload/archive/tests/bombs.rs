//! Case 25: archives that are larger than they look.

use super::fixture::*;
use crate::session::{Cancel, ErrorKind, Progress};
use crate::upload::archive::{Codec, Kind, Limits, extract};

/// Limits that a test reaches soon: 2 MiB before the ratio counts.
fn tight() -> Limits<'static> {
    Limits {
        ratio_from: 2 << 20,
        ..Limits::with_space(1 << 30)
    }
}

/// Asserts that an archive is refused for its ratio before much of it is on disk.
fn bomb(name: &str, archive: &[u8]) {
    let place = Place::new();
    let error = place.unpack_within(name, archive, &tight()).unwrap_err();
    let text = error.full();
    assert!(text.contains("200 times"), "{text}");
    let written: usize = snapshot(&place.root()).values().map(Vec::len).sum();
    assert!(written <= 3 << 20, "{written} bytes were written");
}

#[test]
fn case_25_more_than_200_times_its_size() {
    let zeros = vec![0; 6 << 20];
    bomb("a.zip", &zip(&[ZipEntry::deflated("zeros", &zeros)]));
    let tarred = tar(&[tar_entry(b'0', b"zeros", b"", 0o644, &zeros)]);
    for (ending, pack) in PACKERS {
        bomb(&format!("zeros{ending}"), &pack(&zeros));
        bomb(&format!("zeros.tar{ending}"), &pack(&tarred));
    }
    bomb("zeros.7z", &seven(&[("zeros", &zeros)]));
}

#[test]
fn case_25_a_bomb_in_what_is_never_written() {
    // After the end mark, in a folder's data, in the header of a long name.
    let mut behind = tar(&[tar_file("a", "1")]);
    behind.resize(behind.len() + (6 << 20), 0);
    bomb("a.tar.gz", &gzip(&behind));
    let folder = tar(&[tar_entry(b'5', b"d", b"", 0o755, &vec![0; 6 << 20])]);
    bomb("a.tar.gz", &gzip(&folder));
    let name = tar(&[
        tar_entry(b'L', b"x", b"", 0, &vec![b'a'; 6 << 20]),
        tar_file("a", "1"),
    ]);
    refused("a.tar.gz", &gzip(&name), &["256 KiB"]);
}

#[test]
fn case_25_sizes_that_lie() {
    let text = "0123456789".repeat(1000);
    let honest = ZipEntry::deflated("a.csv", &text);
    for (size, words) in [
        (10, "more in it than it says"),
        (0, "more in it than it says"),
        (10_001, "less in it than it says"),
        (u32::MAX - 1, "not enough disk space"),
    ] {
        for descriptor in [false, true] {
            let lie = ZipEntry {
                size,
                descriptor,
                ..honest.clone()
            };
            let place = Place::new();
            let error = place.unpack("a.zip", &zip(&[lie])).unwrap_err().full();
            assert!(error.contains(words), "{error}");
            let written: usize = snapshot(&place.root()).values().map(Vec::len).sum();
            assert!(written <= text.len());
        }
    }
    // The entry's own header says something else than the directory.
    let mut archive = zip(&[honest]);
    archive[22] ^= 1;
    refused("a.zip", &archive, &["“a.csv”", "two ways"]);
    let renamed = ZipEntry {
        local_name: Some(b"b.csv".to_vec()),
        ..ZipEntry::stored("a.csv", "1")
    };
    refused("a.zip", &zip(&[renamed]), &["“a.csv”", "two ways"]);
}

#[test]
fn case_25_entries_that_share_their_bytes() {
    let first = ZipEntry::deflated("a", "0123456789".repeat(1000));
    let again = ZipEntry {
        name: b"b".to_vec(),
        start: Some(0),
        ..first.clone()
    };
    refused(
        "a.zip",
        &zip(&[first.clone(), again]),
        &["“b”", "lies over"],
    );
    // The data of one entry holds the header of another.
    let inner = zip(&[ZipEntry::stored("b", "bomb")]);
    let outer = ZipEntry::stored("a", &inner);
    let into_it = ZipEntry {
        start: Some(31),
        ..ZipEntry::stored("b", "bomb")
    };
    refused("a.zip", &zip(&[outer, into_it]), &["“b”", "lies over"]);
    // Into the directory, and behind the file.
    for start in [40, 1 << 30] {
        let entry = ZipEntry {
            start: Some(start),
            ..ZipEntry::stored("b", "bomb")
        };
        refused(
            "a.zip",
            &zip(&[ZipEntry::stored("a", "1"), entry]),
            &["“b”"],
        );
    }
}

#[test]
fn case_25_too_many_entries() {
    let limits = Limits {
        entries: 50,
        ..Limits::with_space(1 << 30)
    };
    let too_many = |name: &str, archive: &[u8]| {
        let error = Place::new()
            .unpack_within(name, archive, &limits)
            .unwrap_err();
        assert!(error.full().contains("more than 50"), "{}", error.full());
    };
    let names: Vec<_> = (0..51).map(|i| i.to_string()).collect();
    let entries: Vec<_> = names.iter().map(|n| ZipEntry::stored(n, "")).collect();
    too_many("a.zip", &zip(&entries));
    too_many(
        "a.tar",
        &tar(&names.iter().map(|n| tar_file(n, "")).collect::<Vec<_>>()),
    );
    let sevens: Vec<_> = names.iter().map(|n| (&**n, &b"x"[..])).collect();
    too_many("a.7z", &seven(&sevens));
    // Folders that no entry names count too.
    let deep = |top: &str| format!("{top}/{}x", "d/".repeat(30));
    let entries = [
        ZipEntry::stored(deep("a"), ""),
        ZipEntry::stored(deep("b"), ""),
    ];
    too_many("a.zip", &zip(&entries));
    assert!(
        Place::new()
            .unpack_within("a.zip", &zip(&entries[..1]), &limits)
            .is_ok()
    );
    // One folder named again and again makes no tree, but work.
    let again = vec![ZipEntry::folder("a/"); 51];
    too_many("a.zip", &zip(&again));
}

#[test]
fn case_25_links_to_links_to_links() {
    let mut entries: Vec<_> = (0..10).map(|i| tar_file(&format!("0/{i}"), "x")).collect();
    for level in 1..8 {
        let target = format!("../{}", level - 1);
        entries.extend((0..10).map(|i| tar_link(b'2', &format!("{level}/{i}"), &target)));
    }
    refused("a.tar", &tar(&entries), &["more than 500000"]);
}

#[test]
fn case_25_depth_and_length_of_names() {
    let name = |levels: usize| format!("{}x", "d/".repeat(levels - 1));
    unpacked("a.zip", &zip(&[ZipEntry::stored(name(64), "")]));
    refused(
        "a.zip",
        &zip(&[ZipEntry::stored(name(65), "")]),
        &["64 folders deep"],
    );
    let name = |bytes: usize| {
        let name = format!("{}/", "d".repeat(200)).repeat(6);
        name[..bytes].to_owned()
    };
    unpacked("a.zip", &zip(&[ZipEntry::stored(name(1024), "")]));
    refused(
        "a.zip",
        &zip(&[ZipEntry::stored(name(1025), "")]),
        &["1024 bytes"],
    );
}

#[test]
fn case_25_an_archive_in_an_archive_stays_a_file() {
    let inner = zip(&[ZipEntry::stored("x", "1")]);
    let (_, files) = unpacked("a.zip", &zip(&[ZipEntry::stored("inner.zip", &inner)]));
    assert_eq!(files.keys().collect::<Vec<_>>(), ["inner.zip"]);
    let (_, files) = unpacked("a.zip.gz", &gzip(&inner));
    assert_eq!(files.keys().collect::<Vec<_>>(), ["a.zip"]);
}

#[test]
fn case_25_more_than_the_disk_has_to_spare() {
    let text = "x".repeat(2000);
    for (name, archive) in [
        ("a.zip", zip(&[ZipEntry::deflated("a", &text)])),
        ("a.tar", tar(&[tar_file("a", &text)])),
        ("a.gz", gzip(text.as_bytes())),
        ("a.7z", seven(&[("a", text.as_bytes())])),
        (
            "b.tar",
            tar(&[tar_file("a", &text[..900]), tar_link(b'2', "b", "a")]),
        ),
    ] {
        let place = Place::new();
        let limits = Limits::with_space(1000);
        let error = place.unpack_within(name, &archive, &limits).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::NoSpace, "{}", error.full());
    }
    // Another program took the space meanwhile.
    let full = || Ok(0);
    let limits = Limits {
        space_now: Some(&full),
        ..Limits::with_space(1 << 30)
    };
    let archive = zip(&[ZipEntry::stored("a", vec![0; 65 << 20])]);
    let error = Place::new()
        .unpack_within("a.zip", &archive, &limits)
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::NoSpace);
}

#[test]
fn a_decoder_that_wants_gigabytes_is_refused() {
    // xz: the byte of the window's size in the first block's header, whose checksum follows.
    let mut archive = pack_xz(b"x");
    assert_eq!(archive[14..16], [0x21, 1]);
    archive[16] = 40;
    let checksum = crc32fast::hash(&archive[12..20]).to_le_bytes();
    archive[20..24].copy_from_slice(&checksum);
    refused("a.xz", &archive, &["memory"]);
    // zstd: a window of 3.75 TB.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0, 0xff, 1, 0, 0];
    refused("a.zst", &frame, &[]);
    // lzma in ZIP: a window of 4 GB.
    let data = [9, 4, 5, 0, 0x5d, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0];
    refused(
        "a.zip",
        &zip(&[ZipEntry::raw("a", 14, &data, b"x")]),
        &["memory"],
    );
}

#[test]
fn a_cancelled_unpacking_stops() {
    let cancel = Cancel::default();
    cancel.cancel();
    for (name, kind, bytes) in [
        ("a.zip", Kind::Zip, zip(&[ZipEntry::stored("a", "1")])),
        ("a.tar", Kind::Tar(None), tar(&[tar_file("a", "1")])),
        ("a.gz", Kind::Single(Codec::Gzip), gzip(b"1")),
        ("a.7z", Kind::SevenZip, seven(&[("a", b"1")])),
    ] {
        let place = Place::new();
        let path = place.archive(name, &bytes);
        let limits = Limits::with_space(1 << 30);
        let done = extract(
            &path,
            kind,
            &place.root(),
            &limits,
            &cancel,
            &Progress::default(),
        );
        assert_eq!(*done.unwrap_err().kind(), ErrorKind::Cancelled);
    }
}

/// Unpacks bombs in a process of its own and reads from the kernel how much memory it ever had.
#[cfg(target_os = "linux")]
#[test]
fn case_25_memory_stays_small() {
    const CHILD: &str = "EYPROJECT_TEST_BOMB";
    const MOST: u64 = 24 << 20;
    fn peak() -> u64 {
        let status = fs_err::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
        let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kib << 10
    }
    let Ok(dir) = std::env::var(CHILD) else {
        let dir = tempfile::tempdir().unwrap();
        let zeros = vec![0; 40 << 20];
        fs_err::write(
            dir.path().join("a.zip"),
            zip(&[ZipEntry::deflated("zeros", &zeros)]),
        )
        .unwrap();
        for (ending, pack) in PACKERS {
            fs_err::write(dir.path().join(format!("zeros{ending}")), pack(&zeros)).unwrap();
        }
        fs_err::write(dir.path().join("a.7z"), seven(&[("zeros", &zeros)])).unwrap();
        let me = std::env::current_exe().unwrap();
        let test = "upload::archive::tests::bombs::case_25_memory_stays_small";
        let child = std::process::Command::new(me)
            .args(["--exact", test, "--nocapture"])
            .env(CHILD, dir.path())
            .output()
            .unwrap();
        assert!(
            child.status.success(),
            "{}",
            String::from_utf8_lossy(&child.stderr)
        );
        return;
    };
    let dir = std::path::PathBuf::from(dir);
    let limits = Limits {
        ratio: u64::MAX,
        ..Limits::with_space(1 << 30)
    };
    let before = peak();
    for entry in fs_err::read_dir(&dir).unwrap().map(|e| e.unwrap().path()) {
        let into = tempfile::tempdir_in(&dir).unwrap();
        let kind = crate::upload::archive::detect(&entry).unwrap().unwrap();
        let (cancel, progress) = (Cancel::default(), Progress::default());
        extract(&entry, kind, into.path(), &limits, &cancel, &progress).unwrap();
        assert_eq!(progress.read().bytes, 40 << 20);
        let more = peak() - before;
        assert!(more < MOST, "{}: {} MiB", entry.display(), more >> 20);
    }
}
