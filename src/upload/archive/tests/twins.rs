//! Case 24: entries that are one on some file systems.

use super::fixture::*;

#[test]
fn case_24_two_entries_of_one_name() {
    for (first, second) in [
        ("a.csv", "a.csv"),
        ("a.csv", "A.CSV"),
        ("a.csv", "./a.csv"),
        ("x/a.csv", "x//a.csv"),
        ("x/a.csv", r"x\a.csv"),
        ("Data/a.csv", "data/b.csv"),
        ("é.csv", "e\u{301}.csv"),
        ("É.csv", "e\u{301}.csv"),
        ("straße", "STRASSE"),
        ("a:b.csv.x", "a_b.csv.x"),
        ("b?.csv", "b*.csv"),
        ("b.", "b "),
    ] {
        let archive = zip(&[ZipEntry::stored(first, "1"), ZipEntry::stored(second, "2")]);
        let text = refusal("twins.zip", &archive);
        assert!(text.contains("unpack “"), "{text}");
        refused(
            "twins.tar",
            &tar(&[tar_file(first, "1"), tar_file(second, "2")]),
            &[],
        );
    }
}

#[test]
fn case_24_up_and_down_again() {
    refused(
        "twins.zip",
        &zip(&[ZipEntry::stored("a/../b", "1")]),
        &["a/../b", ".."],
    );
    refused(
        "twins.tar",
        &tar(&[tar_file("a/../b", "1")]),
        &["a/../b", ".."],
    );
}

#[test]
fn case_24_a_file_and_a_folder_of_one_name() {
    let file = || ZipEntry::stored("a", "1");
    for other in [ZipEntry::folder("a/"), ZipEntry::stored("a/b", "2")] {
        refused(
            "twins.zip",
            &zip(&[file(), other.clone()]),
            &["both a folder"],
        );
        refused("twins.zip", &zip(&[other, file()]), &["both a folder"]);
    }
    let archive = tar(&[tar_file("a", "1"), tar_file("A/b", "2")]);
    refused("twins.tar", &archive, &["A/b"]);
    let archive = tar(&[
        tar_link(b'2', "a", "b"),
        tar_file("b/c", "1"),
        tar_file("a/c", "2"),
    ]);
    refused("twins.tar", &archive, &["“a/c”", "both a folder"]);
}

#[test]
fn case_24_what_stood_there_before_stays() {
    let place = Place::new();
    fs_err::write(place.root().join("Orders.csv"), "mine").unwrap();
    let archive = zip(&[ZipEntry::stored("orders.csv", "theirs")]);
    let error = place.unpack("a.zip", &archive).unwrap_err().full();
    assert!(error.contains("“orders.csv”"), "{error}");
    let archive = zip(&[ZipEntry::stored("Orders.csv/x", "theirs")]);
    place.unpack("a.zip", &archive).unwrap_err();
    let kept = fs_err::read_to_string(place.root().join("Orders.csv")).unwrap();
    assert_eq!(kept, "mine");
}

#[test]
fn a_folder_may_be_named_twice() {
    let archive = zip(&[
        ZipEntry::folder("a/"),
        ZipEntry::stored("a/b", "1"),
        ZipEntry::folder("a/"),
        ZipEntry::folder("empty/"),
    ]);
    let (extracted, files) = unpacked("a.zip", &archive);
    assert_eq!(files["a/b"], "1");
    assert_eq!(extracted.top_level, ["a", "empty"]);
}
