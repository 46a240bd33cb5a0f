//! CASE 12 in the steps of an upload: a disk that fills during unpacking or converting rolls it back.

use std::io::Write;
use std::process::Stdio;

use super::{new, refused, run, zip};
use crate::cases::{debris, eventually, small_disk};
use crate::fixture::{Fixture, Outcome};

#[test]
fn case_12_unpacking_more_than_fits_is_rolled_back() {
    let fixture = new();
    let Some(_disk) = small_disk(&fixture.base(), "size=2m,mode=700") else {
        return;
    };
    // Too many different bytes to be a bomb, and too many for the disk.
    let mut state = 1u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let bytes: Vec<u8> = (0..4_000_000).map(|_| noise() & 0x0f).collect();
    let source = fixture.outside("project.zip", &zip(&[("a.txt", b"1"), ("b.bin", &bytes)]));
    refused(&fixture, &run(&fixture, &[&source]), "disk");
    let small = fixture.outside("small.txt", b"1");
    assert_eq!(run(&fixture, &[&small]).code, Some(0));
}

#[test]
fn case_12_converting_more_than_fits_is_rolled_back() {
    let fixture = new();
    let Some(_disk) = small_disk(&fixture.base(), "size=2m,mode=700") else {
        return;
    };
    let mut csv = String::from("a,b\n");
    while csv.len() < 1_400_000 {
        csv += "1,some text\n";
    }
    let source = fixture.outside("data.csv", csv.as_bytes());
    refused(&fixture, &run(&fixture, &[&source]), "disk");
    let small = fixture.outside("small.csv", b"a,b\n1,x\n");
    assert_eq!(run(&fixture, &[&small]).code, Some(0));
}

/// Fills the disk of the base to its end.
fn fill(fixture: &Fixture) {
    let mut ballast = std::fs::File::create(fixture.base().join("ballast")).unwrap();
    while ballast.write_all(&[0; 4096]).is_ok() {}
}

/// The disk is filled to the end when the upload is at `point`; the upload is rolled back, and listing
/// and deleting go on.
fn filled_at(point: &str, entries: &[(&str, &[u8])]) {
    const OLD: &str = "session_20250710_153000";
    let fixture = new();
    let Some(_disk) = small_disk(&fixture.base(), "size=4m,mode=700") else {
        return;
    };
    fixture.backend_session(OLD, 1, &[("a", b"1")]);
    let source = fixture.outside("project.zip", &zip(entries));
    let gate = fixture.home().join("gate");
    let mut command = fixture.program();
    command.args(["upload", "--json"]).arg(source);
    command.env(
        "EYPROJECT_FAILPOINTS",
        format!("{point}#1=wait:{}", gate.display()),
    );
    let upload = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    eventually(point, || gate.exists());
    fill(&fixture);
    std::fs::remove_file(&gate).unwrap();
    let output = upload.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let outcome = Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: said.clone(),
    };
    assert!(outcome.is_refused(), "{point}: {outcome:?}");
    assert!(
        said.contains("there is not enough disk space"),
        "{point}: {said}"
    );
    assert_eq!(debris(&fixture.base()), [""; 0], "{point}");
    assert_eq!(fixture.sessions(), [OLD], "{point}");
    fixture.run(["use", OLD]);
    assert!(fixture.run(["list", "--json"]).ok().contains(OLD));
    std::fs::remove_file(fixture.base().join("ballast")).unwrap();
    let other = fixture.outside("small.csv", b"a,b\n1,x\n");
    let again = run(&fixture, &[&other]);
    assert_eq!(again.code, Some(0), "{point}: {again:?}");
    fill(&fixture);
    assert_eq!(
        fixture.run(["delete", OLD]).ok(),
        format!("deleted {OLD}\n"),
        "{point}"
    );
}

#[test]
fn case_12_a_disk_that_fills_in_the_middle_of_a_step_rolls_it_back() {
    let script = b"import pandas as pd\nprint(pd.read_csv('a.csv'))\n";
    let mut csv = String::from("a,b\n");
    while csv.len() < 300_000 {
        csv += "1,some text\n";
    }
    let entries: [(&str, &[u8]); 3] = [
        ("a.csv", csv.as_bytes()),
        ("b.bin", &[7; 100_000]),
        ("s.py", script),
    ];
    for point in ["unpack-file", "convert-file", "summary", "rewrite"] {
        filled_at(point, &entries);
    }
}

#[test]
fn case_12_every_step_that_fails_as_on_a_full_disk_is_rolled_back() {
    let script = b"import pandas as pd\nprint(pd.read_csv('a.csv'))\n";
    let room = new();
    let database = room.outside("project_data.db", b"");
    let db = rusqlite::Connection::open(&database).unwrap();
    db.execute_batch("CREATE TABLE t (a)").unwrap();
    db.close().unwrap();
    let database = std::fs::read(database).unwrap();
    let csv = b"x,y\n1,2\n";
    let entries: [(&str, &[u8]); 3] = [
        ("a.csv", csv),
        ("s.py", script),
        ("project_data.db", &database),
    ];
    for point in [
        "extract",
        "unpack-file",
        "extracted",
        "unpack-placed",
        "convert",
        "database-taken",
        "convert-file",
        "convert-end",
        "convert-finish",
        "summary",
        "rewrite",
        "rewrite-helper",
        "rewrite-original-kept",
        "upload-logged",
    ] {
        let fixture = new();
        let source = fixture.outside("project.zip", &zip(&entries));
        let mut command = fixture.program();
        command.args(["upload", "--json"]).arg(source);
        let outcome = Outcome::of(command.env("EYPROJECT_FAILPOINTS", format!("{point}=enospc")));
        refused(&fixture, &outcome, "not enough disk space");
    }
}
