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
fn an_archive_of_many_names_is_named_in_part_and_counted_whole() {
    let fixture = new();
    let names: Vec<_> = (0..150).map(|n| format!("{n:03}.txt")).collect();
    let entries: Vec<_> = names.iter().map(|name| (&**name, &b"1"[..])).collect();
    let source = fixture.outside("many.zip", &zip(&entries));
    let (session, answer) = uploaded(&fixture, &[&source]);
    assert_eq!(answer["extracted"][0]["files"], 150);
    assert_eq!(answer["session"]["missing"], json!([]));
    let manifest = std::fs::read(session.join(".session.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let sources = manifest["sources"].as_array().unwrap();
    assert_eq!(sources.len(), 101);
    let files: u64 = sources.iter().map(|s| s["files"].as_u64().unwrap()).sum();
    assert_eq!(files, 150);
}

#[test]
fn limits_are_settings() {
    let fixture = new();
    let entries = [("a/b/c.txt", &b"1"[..]), ("d.txt", b"2")];
    let one = fixture.outside("one.zip", &zip(&entries));
    for (setting, words) in [
        ("max_entries = 3", "more than 3 files and folders"),
        ("max_levels = 2", "more than 2 folders deep"),
        ("max_name_bytes = 8", "over 8 bytes long"),
    ] {
        fixture.settings(&format!("[upload]\ndisk_floor = \"0B\"\n{setting}\n"));
        refused(&fixture, &run(&fixture, &[&one]), words);
    }
    let zeros = vec![0; 300 << 20];
    let bomb = fixture.outside("bomb.zip", &zip(&[("zeros", &zeros)]));
    fixture.settings("[upload]\ndisk_floor = \"0B\"\nmax_ratio = 2000\n");
    uploaded(&fixture, &[&bomb]);
    let fixture = new();
    let bomb = fixture.outside("bomb.zip", &std::fs::read(&bomb).unwrap());
    refused(&fixture, &run(&fixture, &[&bomb]), "200 times its size");
}

#[test]
fn the_settings_have_the_defaults_of_uploads() {
    let rules = eyproject_sessions::config::UploadRules::default();
    let usual = eyproject_sessions::upload::ArchiveRules::default();
    assert_eq!(
        (rules.max_entries, rules.max_ratio),
        (usual.entries, usual.ratio)
    );
    assert_eq!(
        (rules.max_levels, rules.max_name_bytes),
        (usual.levels, usual.name_bytes)
    );
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
