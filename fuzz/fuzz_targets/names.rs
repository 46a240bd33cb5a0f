//! Any bytes as the names of entries of an archive, one on each line.

#![no_main]

use std::path::{Component, Path};

use eyproject_sessions::upload::archive::EntryName;

libfuzzer_sys::fuzz_target!(|data: &[u8]| data.split(|b| *b == b'\n').for_each(check));

/// What is said of every name that parsing makes holds, and parsing it once more changes nothing.
fn check(raw: &[u8]) {
    let Ok(parsed) = EntryName::parse(raw) else {
        return;
    };
    let name = parsed.name;
    let root = Path::new("root");
    let below = name.below(root);
    let rest = below.strip_prefix(root).expect("it stays below the root");
    assert!(rest.components().all(|c| matches!(c, Component::Normal(_))));
    assert_eq!(rest.components().count(), name.levels());
    for part in name.components() {
        assert!(!part.is_empty() && part.len() <= 255);
        assert!(!part.ends_with(['.', ' ']));
        assert!(!part.contains(['/', '\\', ':', '<', '>', '"', '|', '?', '*']));
        assert!(!part.chars().any(char::is_control));
        assert!(!part.eq_ignore_ascii_case(".session.json"));
        assert!(!part.eq_ignore_ascii_case(".eyproject"));
        let device = part.split('.').next().unwrap_or(part).trim_end();
        assert!(!["con", "prn", "aux", "nul", "com1", "lpt9"].contains(&&*device.to_lowercase()));
    }
    let again = EntryName::parse(name.as_str().as_bytes()).expect("a good name stays good");
    assert_eq!((&again.name, again.changed), (&name, None));
}
