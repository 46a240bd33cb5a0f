//! CASE 12 in the steps of an upload: a disk that fills during unpacking or converting rolls it back.

use super::{new, refused, run, zip};
use crate::cases::small_disk;
use crate::fixture::Outcome;

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

#[test]
fn case_12_every_step_that_fails_as_on_a_full_disk_is_rolled_back() {
    let script = b"import pandas as pd\nprint(pd.read_csv('a.csv'))\n";
    let entries: [(&str, &[u8]); 2] = [("a.csv", b"x,y\n1,2\n"), ("s.py", script)];
    for point in [
        "extract",
        "unpack-file",
        "extracted",
        "convert",
        "convert-file",
        "summary",
        "rewrite",
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
