//! Where archives go, and that a refused one refuses everything.

use super::{new, refused, run, said, uploaded, zip};
use serde_json::json;

#[test]
fn alone_and_among_files_and_two_with_one_entry() {
    let fixture = new();
    let file = fixture.outside("notes.txt", b"n");
    let one = fixture.outside("one.zip", &zip(&[("a.txt", b"1"), ("sub/b.txt", b"1")]));
    let two = fixture.outside("two.zip", &zip(&[("a.txt", b"2")]));
    let (_, answer) = uploaded(&fixture, &[&one]);
    assert_eq!(answer["files"], json!(["a.txt", "sub/b.txt"]));
    let (_, answer) = uploaded(&fixture, &[&file, &one]);
    assert_eq!(answer["files"], json!(["a.txt", "notes.txt", "sub/b.txt"]));
    let (_, answer) = uploaded(&fixture, &[&one, &two]);
    assert_eq!(
        answer["files"],
        json!(["one/a.txt", "one/sub/b.txt", "two/a.txt"])
    );
    said(&answer, "one.zip", "unpacked into the folder one");
}

#[test]
fn kept_by_the_setting_and_nested_ones_stay_files() {
    let fixture = new();
    let inner = zip(&[("x.txt", b"x")]);
    let one = fixture.outside("one.zip", &zip(&[("inner.zip", &inner)]));
    let (session, answer) = uploaded(&fixture, &[&one]);
    assert_eq!(answer["files"], json!(["inner.zip"]));
    assert_eq!(std::fs::read(session.join("inner.zip")).unwrap(), inner);
    fixture.settings("[upload]\ndisk_floor = \"0B\"\nkeep_archives = true\n");
    let (_, answer) = uploaded(&fixture, &[&one]);
    assert_eq!(answer["files"], json!(["inner.zip", "one.zip"]));
}

#[test]
fn a_refused_archive_refuses_the_whole_upload() {
    let fixture = new();
    let file = fixture.outside("notes.csv", b"a,b\n1,2\n");
    let good = fixture.outside("good.zip", &zip(&[("a.txt", b"1")]));
    let bad = fixture.outside("bad.zip", &zip(&[("ok.txt", b"1"), ("../out.txt", b"2")]));
    refused(
        &fixture,
        &run(&fixture, &[&file, &good, &bad]),
        "../out.txt",
    );
}
