//! Case 23: names, links and devices that lead out.

use super::fixture::*;
use crate::session::Skipped;

const OUT: [&str; 16] = [
    "../x",
    "a/../../x",
    "..",
    "../staging/into/x",
    r"..\x",
    r"a\..\..\x",
    "/etc/x",
    r"\x",
    r"\\server\share\x",
    "//server/share/x",
    r"\\?\C:\x",
    r"C:\x",
    "C:x",
    "c:/x",
    "a/.. /x",
    "a/. ./x",
];

#[test]
fn case_23_names_that_lead_out_of_a_zip() {
    for name in OUT {
        let archive = zip(&[ZipEntry::stored("good", "1"), ZipEntry::stored(name, "2")]);
        refused("evil.zip", &archive, &["unpack", name]);
        let archive = zip(&[
            ZipEntry::folder(&format!("{name}/")),
            ZipEntry::stored("good", "1"),
        ]);
        refused("evil.zip", &archive, &[name]);
    }
}

#[test]
fn case_23_names_that_lead_out_of_a_tar() {
    for name in OUT {
        let archive = tar(&[tar_file("good", "1"), tar_file(name, "2")]);
        refused("evil.tar", &archive, &["unpack", name]);
        // The same by the long names of GNU and of POSIX, which replace an innocent one.
        let long = tar_entry(
            b'L',
            b"././@LongLink",
            b"",
            0,
            format!("{name}\0").as_bytes(),
        );
        refused("evil.tar", &tar(&[long, tar_file("good", "1")]), &[name]);
        let record = format!(" path={name}\n");
        let record = format!("{}{record}", record.len() + 2);
        let pax = tar_entry(b'x', b"pax", b"", 0, record.as_bytes());
        refused("evil.tar", &tar(&[pax, tar_file("good", "1")]), &[name]);
    }
}

#[test]
fn case_23_a_nul_that_would_cut_a_name_short() {
    refused(
        "evil.zip",
        &zip(&[ZipEntry::stored("a.csv\0.exe", "1")]),
        &["NUL"],
    );
}

#[test]
fn case_23_links_that_lead_out() {
    for target in [
        "/",
        "/etc/passwd",
        "..",
        "../secret",
        "a/../../secret",
        "../../outside/secret",
        r"..\secret",
        r"C:\Windows",
        r"\\server\share",
    ] {
        let links = zip(&[ZipEntry::link("link", target), ZipEntry::stored("a/b", "1")]);
        refused("evil.zip", &links, &["“link”", "outside the archive"]);
        let links = tar(&[tar_link(b'2', "link", target), tar_file("a/b", "1")]);
        refused("evil.tar", &links, &["“link”", "outside the archive"]);
        let links = tar(&[tar_link(b'1', "link", target)]);
        refused("evil.tar", &links, &["“link”", "hard link"]);
    }
}

#[test]
fn case_23_an_entry_through_a_link() {
    // The classic: a link to a place outside, then a file below it.
    for kind in [b'1', b'2'] {
        let archive = tar(&[
            tar_link(kind, "d", "../../outside"),
            tar_file("d/secret", "overwritten"),
        ]);
        refused("evil.tar", &archive, &["“d"]);
    }
    let archive = zip(&[
        ZipEntry::link("d", "/tmp"),
        ZipEntry::stored("d/x", "overwritten"),
    ]);
    refused("evil.zip", &archive, &["“d"]);
    let archive = tar(&[tar_file("d/x", "1"), tar_link(b'2', "d", "/tmp")]);
    refused("evil.tar", &archive, &["“d”"]);
}

#[test]
fn case_23_chains_and_loops() {
    // By its text, `out` stays in `x/y`; through the other link it leads out.
    let archive = tar(&[
        tar_file("top/t", "1"),
        tar_link(b'2', "x/y/z/flat", "../../../top"),
        tar_link(b'2', "x/y/z/out", "flat/../../secret"),
    ]);
    refused("evil.tar", &archive, &["outside the archive"]);
    for target in ["self", "./self", "d/../self"] {
        let archive = tar(&[tar_file("d/x", "1"), tar_link(b'2', "self", target)]);
        refused("evil.tar", &archive, &["“self”", "back to itself"]);
    }
    let ring = tar(&[
        tar_link(b'2', "a", "b"),
        tar_link(b'2', "b", "c"),
        tar_link(b'2', "c", "a"),
    ]);
    refused("evil.tar", &ring, &["back to itself"]);
    for target in [".", "..", "../d", "../d/e/.."] {
        let archive = tar(&[tar_file("d/e/x", "1"), tar_link(b'2', "d/loop", target)]);
        refused("evil.tar", &archive, &["“d/loop”", "back to itself"]);
    }
    // Two folders with a link to each other each.
    let cross = tar(&[
        tar_file("a/x", "1"),
        tar_file("b/y", "2"),
        tar_link(b'2', "a/b", "../b"),
        tar_link(b'2', "b/a", "../a"),
    ]);
    refused("evil.tar", &cross, &["back to itself"]);
    let mut chain = vec![tar_file("0", "1")];
    chain.extend((1..60).map(|i| tar_link(b'2', &i.to_string(), &(i - 1).to_string())));
    refused("evil.tar", &tar(&chain), &["back to itself"]);
}

#[test]
fn case_23_links_that_differ_in_case() {
    let archive = tar(&[tar_file("Data/a", "1"), tar_link(b'2', "link", "data/a")]);
    refused("evil.tar", &archive, &["“link”", "capital letters"]);
    let archive = tar(&[tar_link(b'2', "link", "x"), tar_file("LINK", "1")]);
    refused("evil.tar", &archive, &["LINK", "capital letters"]);
}

#[test]
fn case_23_devices_and_fifos() {
    for kind in [b'3', b'4', b'6'] {
        let archive = tar(&[tar_file("good", "1"), tar_link(kind, "dev", "")]);
        refused("evil.tar", &archive, &["“dev”", "can't be in a session"]);
    }
    for mode in [0o010_644, 0o020_644, 0o060_644, 0o140_644] {
        let archive = zip(&[ZipEntry::stored("dev", "").mode(mode)]);
        refused("evil.zip", &archive, &["“dev”", "can't be in a session"]);
    }
}

#[test]
fn case_23_links_that_stay_inside_become_copies() {
    let entries = tar(&[
        tar_file("data/v1/a.csv", "a"),
        tar_file("data/v1/deep/b.csv", "b"),
        tar_link(b'2', "data/v1/deep/up.csv", "../a.csv"),
        tar_link(b'2', "current", "latest"),
        tar_link(b'2', "latest", "data/v1"),
        tar_link(b'1', "hard.csv", "data/v1/a.csv"),
        tar_link(b'2', "soft.csv", "./current/deep/../a.csv"),
        tar_link(b'2', "dead", "gone/away"),
    ]);
    let (extracted, files) = unpacked("good.tar", &entries);
    for (path, text) in [
        ("hard.csv", "a"),
        ("soft.csv", "a"),
        ("current/a.csv", "a"),
        ("current/deep/b.csv", "b"),
        ("current/deep/up.csv", "a"),
        ("latest/deep/up.csv", "a"),
        ("data/v1/deep/up.csv", "a"),
    ] {
        assert_eq!(files.get(path).map(String::as_str), Some(text), "{path}");
    }
    assert!(!files.contains_key("dead"));
    let top = ["current", "data", "hard.csv", "latest", "soft.csv"];
    assert_eq!(extracted.top_level, top);
    let names = |told: &[Skipped]| Vec::from_iter(told.iter().map(|n| n.file.clone()));
    assert_eq!(names(&extracted.skipped), ["dead"]);
    let told = names(&extracted.notes);
    for link in [
        "current",
        "latest",
        "hard.csv",
        "soft.csv",
        "data/v1/deep/up.csv",
    ] {
        assert!(told.iter().any(|t| t == link), "{link} in {told:?}");
    }
}

#[test]
fn case_23_setuid_is_dropped_and_reported() {
    let archives = [
        ("a.tar", tar(&[tar_entry(b'0', b"tool", b"", 0o6755, b"x")])),
        (
            "a.zip",
            zip(&[ZipEntry::stored("tool", "x").mode(0o106_755)]),
        ),
    ];
    for (name, archive) in archives {
        let place = Place::new();
        let extracted = place.unpack(name, &archive).unwrap();
        assert_eq!(extracted.notes.len(), 1);
        assert!(extracted.notes[0].reason.contains("setuid"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs_err::metadata(place.root().join("tool")).unwrap();
            assert_eq!(mode.permissions().mode() & 0o7000, 0);
            assert_ne!(mode.permissions().mode() & 0o100, 0);
        }
    }
}
