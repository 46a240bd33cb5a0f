//! Any bytes as an archive: the first byte chooses what its name promises. Whatever comes of it, nothing
//! is written outside the directory, and nothing but files and folders inside.

#![no_main]

use std::fs;

use eyproject_sessions::session::{Cancel, Progress};
use eyproject_sessions::upload::archive::{Limits, detect, extract};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((kind, data)) = data.split_first() else {
        return;
    };
    let room = tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .expect("a directory");
    let name = ["a.zip", "a.tar", "a.tar.gz", "a.7z", "a.csv.zst"][usize::from(kind % 5)];
    let (path, into) = (room.path().join(name), room.path().join("into"));
    fs::write(&path, data).expect("a file");
    fs::create_dir(&into).expect("a directory");
    let Ok(Some(kind)) = detect(&path) else {
        return;
    };
    let limits = Limits::with_space(16 << 20);
    let done = extract(
        &path,
        kind,
        &into,
        &limits,
        &Cancel::default(),
        &Progress::default(),
    );
    let (mut files, mut folders) = (0, vec![into]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let entry = entry.expect("readable");
            let kind = entry.file_type().expect("a type");
            assert!(kind.is_file() || kind.is_dir());
            files += u64::from(kind.is_file());
            if kind.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    if let Ok(extracted) = done {
        assert_eq!(extracted.files, files);
    }
    let outside = fs::read_dir(room.path()).expect("readable").count();
    assert_eq!(outside, 2, "the archive and the directory");
});
