//! [`EntryName`]: a table of what becomes of names, and that none of them ever leaves the directory, by the
//! rules of Unix nor by those of Windows.

use std::path::{Component, Path};

use proptest::prelude::*;

use crate::upload::archive::{Change, EntryName, NameError};

fn parsed(raw: &[u8]) -> Result<String, NameError> {
    EntryName::parse(raw).map(|p| p.name.to_string())
}

#[test]
fn what_becomes_of_names() {
    use NameError::*;
    for (raw, name) in [
        ("a/b.csv", Ok("a/b.csv")),
        ("./a//b/./c/", Ok("a/b/c")),
        (r"a\b\c.txt", Ok("a/b/c.txt")),
        ("日本/😀.csv", Ok("日本/😀.csv")),
        (".hidden/..data/a..b", Ok(".hidden/..data/a..b")),
        ("aux.c", Ok("_aux.c")),
        ("x/NUL", Ok("x/_NUL")),
        ("com1.tar.gz", Ok("_com1.tar.gz")),
        ("COM¹", Ok("_COM¹")),
        ("con .txt", Ok("_con .txt")),
        ("CONIN$", Ok("_CONIN$")),
        ("console.log", Ok("console.log")),
        ("com10", Ok("com10")),
        ("run_12:30.csv", Ok("run_12_30.csv")),
        ("what?.csv", Ok("what_.csv")),
        ("Icon\r", Ok("Icon_")),
        ("dot.", Ok("dot_")),
        ("space  ", Ok("space__")),
        ("a/file.txt::$DATA", Ok("a/file.txt__$DATA")),
        (
            "a/$INDEX::$INDEX_ALLOCATION",
            Ok("a/$INDEX__$INDEX_ALLOCATION"),
        ),
        ("\u{202e}vsc.exe", Ok("_vsc.exe")),
        ("a/.session.json", Ok("a/_.session.json")),
        (".EYProject/x", Ok("_.EYProject/x")),
        ("", Err(Empty)),
        (".", Err(Top)),
        ("././", Err(Top)),
        ("..", Err(Parent)),
        ("a/..", Err(Parent)),
        ("a/.. ", Err(Dots)),
        ("...", Err(Dots)),
        (" ", Err(Dots)),
        ("/a", Err(Absolute)),
        (r"\\server\share", Err(Absolute)),
        ("C:", Err(Drive)),
        ("z:a", Err(Drive)),
        ("a\0b", Err(Nul)),
    ] {
        assert_eq!(parsed(raw.as_bytes()), name.map(str::to_owned), "{raw:?}");
    }
    assert_eq!(parsed(b"caf\xe9.csv"), Ok("caf%E9.csv".into()));
    assert_eq!(parsed(&[b'a'; 255]).map(|n| n.len()), Ok(255));
    assert_eq!(parsed(&[b'a'; 256]), Err(ComponentTooLong));
    assert_eq!(parsed(&b"a/".repeat(3000)), Err(TooLong));
}

#[test]
fn why_they_are_changed() {
    for (raw, change) in [
        (&b"aux"[..], Some(Change::Device)),
        (b".session.json", Some(Change::Own)),
        (b"a?", Some(Change::Characters)),
        (b"a.", Some(Change::Ending)),
        (b"a\xff", Some(Change::Encoding)),
        (b"a/./b", None),
    ] {
        assert_eq!(EntryName::parse(raw).map(|p| p.changed), Ok(change));
    }
}

/// Bytes that are likelier to do harm than random ones.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "/",
            "\\",
            "..",
            ".",
            ":",
            "C:",
            " ",
            "\0",
            "CON",
            "nul",
            "aux.",
            "\u{202e}",
            "%",
            "~1",
            "é",
            "e\u{301}",
            ".session.json",
            ".eyproject",
            "project_data.db",
            "\r",
            "a",
            "$DATA",
        ])
        .prop_map(|s| s.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn no_name_leaves_the_directory(raw in hostile()) {
        if let Ok(parsed) = EntryName::parse(&raw) {
            let root = Path::new("root");
            let path = parsed.name.below(root);
            prop_assert!(path.starts_with(root));
            let below = path.strip_prefix(root).unwrap();
            prop_assert!(below.components().all(|c| matches!(c, Component::Normal(_))));
            prop_assert_eq!(below.components().count(), parsed.name.levels());
        }
    }

    #[test]
    fn every_name_is_one_that_windows_keeps_as_it_is(raw in hostile()) {
        if let Ok(parsed) = EntryName::parse(&raw) {
            for c in parsed.name.components() {
                prop_assert!(!c.is_empty() && c.len() <= 255);
                prop_assert!(!c.ends_with(['.', ' ']));
                prop_assert!(!c.contains(['<', '>', ':', '"', '/', '\\', '|', '?', '*']));
                prop_assert!(!c.chars().any(char::is_control));
                let base = c.split('.').next().unwrap().trim_end().to_ascii_uppercase();
                prop_assert!(!["CON", "PRN", "AUX", "NUL", "COM1", "LPT9"].contains(&&*base));
                prop_assert!(!c.eq_ignore_ascii_case(".session.json"));
                prop_assert!(!c.eq_ignore_ascii_case(".eyproject"));
            }
        }
    }

    #[test]
    fn a_name_is_its_own_name(raw in hostile()) {
        if let Ok(first) = EntryName::parse(&raw) {
            let again = EntryName::parse(first.name.as_str().as_bytes());
            prop_assert_eq!(again.as_ref().map(|p| &p.name), Ok(&first.name));
            prop_assert_eq!(again.map(|p| p.changed), Ok(None));
        }
    }
}
