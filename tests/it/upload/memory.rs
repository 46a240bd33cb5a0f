//! How much memory an upload takes: little, whatever the size of a table, and of a row.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::new;
use crate::fixture::Fixture;

const MB: u64 = 1 << 20;

/// What no conversion may take, the program itself included.
const MOST: u64 = 64 * MB;

/// What rows of nearly the longest length may take beyond what the program takes for a small file. A
/// release build, which is 22 MB smaller, so stays below [`MOST`] with them too.
const MOST_FOR_LONG_ROWS: u64 = 50 * MB;

/// The most memory that the program had until its upload of `source` was converted.
fn peak(fixture: &Fixture, source: &Path) -> u64 {
    let gate = fixture.home().join("gate");
    let mut child = fixture
        .program()
        .args(["--quiet", "upload"])
        .arg(source)
        .env(
            "EYPROJECT_FAILPOINTS",
            format!("upload-logged=wait:{}", gate.display()),
        )
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while !gate.exists() {
        assert!(child.try_wait().unwrap().is_none(), "{}", source.display());
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    std::fs::remove_file(gate).unwrap();
    assert!(child.wait().unwrap().success());
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes << 10
}

/// A file that begins with `head` and goes on with `rows` until it has `bytes`.
fn repeated(fixture: &Fixture, name: &str, head: &str, rows: &str, bytes: u64) -> PathBuf {
    let path = fixture.outside(name, head.as_bytes());
    let mut file = File::options().append(true).open(&path).unwrap();
    let block = rows.repeat((MB as usize / rows.len()).max(1));
    let mut length = 0;
    while length < bytes {
        file.write_all(block.as_bytes()).unwrap();
        length += block.len() as u64;
    }
    path
}

#[test]
fn a_table_of_any_size_takes_less_than_64_mb() {
    let fixture = new();
    let text = "some words of no importance ".repeat(20);
    let csv = format!("17,2.5,2025-07-10,\"{text}\",00601\n");
    let json = format!("{{\"n\":17,\"x\":2.5,\"text\":\"{text}\",\"code\":\"00601\"}}\n");
    for (name, head, row) in [
        ("a.csv", "n,x,day,text,code\n", &csv),
        ("a.ndjson", "", &json),
    ] {
        let of = |bytes| peak(&fixture, &repeated(&fixture, name, head, row, bytes));
        let (one, two) = (of(40 * MB), of(80 * MB));
        assert!(one.max(two) < MOST, "{name}: {} {}", one / MB, two / MB);
        let grown = two.saturating_sub(one);
        assert!(grown < 4 * MB, "{name}: {} {}", one / MB, two / MB);
    }
}

#[test]
fn long_rows_do_not_add_up() {
    let fixture = new();
    let small = peak(&fixture, &fixture.outside("small.csv", b"a,b\n1,2\n"));
    let long = |part: &str| part.repeat((29 * MB / 10) as usize / part.len());
    // Behind so many short rows, types are guessed, and two threads read the file at once.
    let (lines, objects) = ("1,x\n".repeat(20_000), "{\"a\":\"x\"}\n".repeat(20_000));
    let (x, keys) = (long("x"), long("\"a\":1,"));
    for (is_table, name, head, row) in [
        (true, "plain.csv", &lines, format!("1,{x}\n")),
        (true, "quoted.csv", &lines, format!("1,\"{x}\"\"\"\n")),
        (
            true,
            "plain.ndjson",
            &objects,
            format!("{{\"a\":\"{x}\"}}\n"),
        ),
        (
            true,
            "escaped.ndjson",
            &objects,
            format!("{{\"a\":\"\\n{x}\"}}\n"),
        ),
        (
            false,
            "keys.ndjson",
            &objects,
            format!("{{{keys}\"a\":1}}\n"),
        ),
    ] {
        let source = repeated(&fixture, name, head, &row, 30 * MB);
        let grown = peak(&fixture, &source).saturating_sub(small);
        assert!(grown < MOST_FOR_LONG_ROWS, "{name}: {} MB", grown / MB);
        let newest = fixture.base().join(fixture.sessions().pop().unwrap());
        assert_eq!(newest.join("project_data.db").exists(), is_table, "{name}");
    }
}
