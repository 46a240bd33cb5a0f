//! Case 26: entries with the names that a session keeps for itself.

use super::fixture::*;

#[test]
fn case_26_the_manifest_and_our_room_are_renamed_and_reported() {
    for name in [".session.json", ".Session.JSON", ".ſession.json"] {
        let archive = zip(&[ZipEntry::stored(name, "{}")]);
        let (extracted, files) = unpacked("a.zip", &archive);
        let stored = format!("_{name}");
        assert_eq!(files.keys().collect::<Vec<_>>(), [&stored]);
        assert_eq!(extracted.notes[0].file, stored);
        let called = format!("called “{name}” in the archive");
        assert!(extracted.notes[0].reason.contains(&called));
    }
    let archive = tar(&[
        tar_file(".eyproject/trash/x", "1"),
        tar_file("a/.session.json", "2"),
    ]);
    let (extracted, files) = unpacked("a.tar", &archive);
    assert_eq!(files["_.eyproject/trash/x"], "1");
    assert_eq!(files["a/_.session.json"], "2");
    assert_eq!(extracted.notes.len(), 2);
}

#[test]
fn case_26_the_database_must_be_a_regular_file() {
    for name in [
        "project_data.db",
        "project_data.db-wal",
        "project_data.db-journal",
        "project_data.db-shm",
        "PROJECT_DATA.DB",
    ] {
        let (_, files) = unpacked("a.zip", &zip(&[ZipEntry::stored(name, "x")]));
        assert_eq!(files[name], "x");
        for kind in [b'1', b'2'] {
            let archive = tar(&[tar_file("x", "1"), tar_link(kind, name, "x")]);
            refused("a.tar", &archive, &[name, "regular file"]);
        }
        let archive = zip(&[ZipEntry::stored("x", "1"), ZipEntry::link(name, "x")]);
        refused("a.zip", &archive, &[name, "regular file"]);
        refused(
            "a.zip",
            &zip(&[ZipEntry::folder(&format!("{name}/"))]),
            &["regular file"],
        );
        refused(
            "a.zip",
            &zip(&[ZipEntry::stored(format!("{name}/x"), "")]),
            &["regular file"],
        );
    }
}

#[test]
fn case_26_links_to_them_are_refused() {
    for target in [
        "project_data.db",
        ".session.json",
        ".eyproject/base.lock",
        "PROJECT_DATA.db-wal",
    ] {
        let archive = tar(&[
            tar_file("project_data.db", "1"),
            tar_link(b'2', "link", target),
        ]);
        refused("a.tar", &archive, &["“link”", "the session's own"]);
    }
    let archive = tar(&[
        tar_file("project_data.db", "1"),
        tar_link(b'1', "link", "project_data.db"),
    ]);
    refused("a.tar", &archive, &["“link”", "the session's own"]);
}
