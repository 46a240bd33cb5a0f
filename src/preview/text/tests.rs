//! Text by the index, beside the naive way.

use proptest::prelude::*;

use super::*;
use crate::preview::cut::ROW_UNITS;
use crate::preview::{Hits, Query, look, search, walk};
use crate::session::{Cancel, Progress};

struct Stage {
    dir: tempfile::TempDir,
}

impl Stage {
    fn with(bytes: &[u8]) -> Self {
        let stage = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        std::fs::write(stage.path(), bytes).unwrap();
        stage
    }

    fn path(&self) -> std::path::PathBuf {
        self.dir.path().join("a.log")
    }

    fn text(&self) -> Text {
        let place = Place::new(self.dir.path(), "a.log");
        let looked = look(&place).unwrap();
        Text::open(place, &looked).unwrap()
    }
}

fn walked(text: &Text) -> crate::preview::Walked {
    walk(text, &Cancel::default(), &Progress::default(), &|| {}).unwrap();
    text.index().walked()
}

fn find(text: &Text, needle: &str, ignore_case: bool) -> Hits {
    let query = Query {
        needle: needle.into(),
        ignore_case,
    };
    let never = Cancel::default();
    search(text, &query, &never, &Progress::default(), &mut |_| {}).unwrap()
}

fn lines_of(text: &Text, hits: &Hits) -> Vec<u64> {
    let line = |offset: &u64| text.row_at(*offset).unwrap().unwrap().1;
    hits.offsets.iter().map(line).collect()
}

#[test]
fn any_row_of_a_long_file_is_found_by_number_line_and_offset() {
    let mut bytes = Vec::new();
    for n in 0..100_000 {
        bytes.extend(format!("line {n}\n").bytes());
        if n == 50_000 {
            bytes.extend("x".repeat(ROW_UNITS * 3).bytes());
            bytes.push(b'\n');
        }
    }
    let stage = Stage::with(&bytes);
    let text = stage.text();
    let before = text.page(0, 3).unwrap();
    assert_eq!(before.rows[2].text, "line 2", "before anything is indexed");
    let walked = walked(&text);
    assert_eq!(
        (walked.lines, walked.rows, walked.ended),
        (100_001, 100_003, true)
    );
    assert!(text.index().memory() < 1 << 10);
    let page = text.page(50_001, 5).unwrap();
    let seen: Vec<_> = page.rows.iter().map(|r| (r.line, r.continues)).collect();
    assert_eq!(
        seen,
        [
            (50_002, false),
            (50_002, true),
            (50_002, true),
            (50_003, false),
            (50_004, false)
        ]
    );
    let middle = text.page(50_002, 1).unwrap();
    assert!(middle.rows[0].continues, "a page that begins within a line");
    assert_eq!(text.row_of_line(50_001).unwrap(), 50_001);
    assert_eq!(text.row_of_line(50_002).unwrap(), 50_004);
    assert_eq!(text.row_of_line(99_999_999).unwrap(), 100_002);
    let hits = find(&text, "line 77777", false);
    assert_eq!(
        text.row_at(hits.offsets[0]).unwrap(),
        Some((77_780, 77_778))
    );
    assert_eq!(text.row_at(1 << 40).unwrap(), None);
}

/// Bytes that this thread has read; 0 where the system doesn't tell.
fn bytes_read() -> u64 {
    let io = std::fs::read_to_string("/proc/thread-self/io").unwrap_or_default();
    let read = io
        .lines()
        .find_map(|l| l.strip_prefix("rchar: ")?.parse().ok());
    read.unwrap_or(0)
}

#[test]
fn five_gigabytes_show_their_first_screen_for_a_few_reads() {
    let stage = Stage::with(b"first\nsecond\n");
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(stage.path())
        .unwrap();
    if file.set_len(5 << 30).is_err() {
        return;
    }
    let looked = look(&Place::new(stage.dir.path(), "a.log")).unwrap();
    // What is mostly NUL is no text by its content; its name can't change that.
    assert_eq!(looked.kind, crate::preview::Kind::Bytes);
    assert!(looked.head.len() <= 64 << 10);
    std::fs::write(stage.path(), "0123456789abcde\n".repeat(16 << 10)).unwrap();
    file.set_len(5 << 30).unwrap();
    let before = bytes_read();
    let text = stage.text();
    assert_eq!(text.page(0, 256).unwrap().rows.len(), 256);
    assert!(
        bytes_read() - before < 1 << 20,
        "a few reads, not gigabytes"
    );
    assert_eq!(
        text.index().memory(),
        size_of::<crate::preview::marks::Mark>()
    );
}

#[test]
fn a_log_that_grows_is_walked_on_and_one_that_is_cut_or_replaced_is_told() {
    let stage = Stage::with(b"one\ntwo");
    let text = stage.text();
    let first = walked(&text);
    assert_eq!((first.lines, first.rows), (2, 2));
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(stage.path())
        .unwrap();
    std::io::Write::write_all(&mut file, b" and a half\nthree\n").unwrap();
    let grown = walked(&text);
    assert_eq!((grown.lines, grown.rows), (3, 3));
    assert_eq!(text.page(1, 1).unwrap().rows[0].text, "two and a half");
    std::fs::write(stage.path(), "new\n").unwrap();
    let walk = |t: &Text| walk(t, &Cancel::default(), &Progress::default(), &|| {});
    let cut = walk(&text).unwrap_err();
    assert!(cut.reason().contains("changed"), "{cut}");
    #[cfg(unix)]
    {
        let text = stage.text();
        walk(&text).unwrap();
        std::fs::rename(stage.path(), stage.dir.path().join("a.log.1")).unwrap();
        std::fs::write(stage.path(), "another, and longer\n").unwrap();
        assert!(walk(&text).unwrap_err().reason().contains("changed"));
    }
    let stopped = Cancel::default();
    stopped.cancel();
    let text = stage.text();
    assert!(crate::preview::walk(&text, &stopped, &Progress::default(), &|| {}).is_err());
}

#[test]
fn every_encoding_is_read_and_searched() {
    let words = "zuerst\nGröße: Äpfel\nlast";
    let utf16 = |to: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{words}")
            .encode_utf16()
            .flat_map(to)
            .collect()
    };
    let latin = encoding_rs::WINDOWS_1252.encode(words).0.into_owned();
    for bytes in [
        words.as_bytes().to_vec(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        latin,
    ] {
        let stage = Stage::with(&bytes);
        let text = stage.text();
        let name = text.encoding();
        assert_eq!(walked(&text).rows, 3, "{name}");
        assert_eq!(
            text.page(1, 1).unwrap().rows[0].text,
            "Größe: Äpfel",
            "{name}"
        );
        for (needle, ignore_case, lines) in [
            ("Größe", false, vec![1]),
            ("größe", false, vec![]),
            ("GRÖSSE", true, vec![]),
            ("GRÖßE", true, vec![1]),
            ("ZUERST", true, vec![0]),
            ("st", false, vec![0, 2]),
            ("日", false, vec![]),
        ] {
            let hits = find(&text, needle, ignore_case);
            assert_eq!(lines_of(&text, &hits), lines, "{needle} in {name}");
        }
    }
    let old = Stage::with(b"a\rb\rc");
    assert_eq!(walked(&old.text()).rows, 3);
}

#[test]
fn matches_across_chunks_count_once_for_a_line() {
    let mut bytes = vec![b'x'; (1 << 20) - 3];
    bytes.extend(b"needle and needle\n");
    bytes.extend(vec![b'y'; 3 << 20]);
    bytes.extend(b" needle\nneedle");
    let stage = Stage::with(&bytes);
    let text = stage.text();
    assert_eq!(lines_of(&text, &find(&text, "needle", false)), [0, 1, 2]);
    assert_eq!(lines_of(&text, &find(&text, "NEEDLE", true)), [0, 1, 2]);
}

#[test]
fn matches_of_a_row_are_where_they_are_seen() {
    let query = |needle: &str, ignore_case| Query {
        needle: needle.into(),
        ignore_case,
    };
    assert_eq!(query("aa", false).in_row("aaaa"), [0..2, 2..4]);
    assert_eq!(query("ä", true).in_row("xÄä"), [1..3, 3..5]);
    // A letter whose small form is two.
    assert_eq!(
        query("i", true).in_row("İ"),
        [] as [std::ops::Range<usize>; 0]
    );
    assert!(query("", true).in_row("x").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn rows_are_the_lines_that_a_naive_reader_finds(content in "[a-cä\n]{1,200}", long in 0usize..3) {
        let content = content + &"ß".repeat(long * ROW_UNITS);
        let stage = Stage::with(content.as_bytes());
        let text = stage.text();
        let walked = walked(&text);
        let page = text.page(0, 10_000).unwrap();
        let mut lines = Vec::<String>::new();
        for row in &page.rows {
            match lines.last_mut() {
                Some(line) if row.continues => line.push_str(&row.text),
                _ => lines.push(row.text.clone()),
            }
        }
        let naive: Vec<_> = content.lines().map(str::to_owned).collect();
        prop_assert_eq!(&lines, &naive);
        prop_assert_eq!(walked.lines, naive.len() as u64);
        prop_assert_eq!(walked.rows, page.rows.len() as u64);
        for first in 0..page.rows.len() {
            let one = text.page(first as u64, 1).unwrap();
            prop_assert_eq!(&one.rows[0], &page.rows[first]);
        }
    }

    #[test]
    fn a_search_finds_what_a_naive_one_does(content in "[abAB\n]{1,80}", needle in "[abAB]{1,3}", ignore_case: bool) {
        let stage = Stage::with(content.as_bytes());
        let text = stage.text();
        let fold = |s: &str| if ignore_case { s.to_lowercase() } else { s.to_owned() };
        let naive: Vec<u64> = content.lines().enumerate()
            .filter(|(_, line)| fold(line).contains(&fold(&needle)))
            .map(|(n, _)| n as u64)
            .collect();
        prop_assert_eq!(lines_of(&text, &find(&text, &needle, ignore_case)), naive);
    }
}

#[test]
fn a_later_byte_of_another_encoding_is_told() {
    let line = "2025-07-10 plain words, and nothing else\n";
    let many = 5_000_000 / line.len();
    for (end, told) in [
        (&b"caf\xe9 au lait\n"[..], Some(many as u64 + 3)),
        ("café au lait\n".as_bytes(), None),
    ] {
        let mut bytes = line.repeat(many).into_bytes();
        bytes.extend("größer\nlines\n".bytes());
        bytes.extend(end);
        bytes.extend(b"the last");
        let stage = Stage::with(&bytes);
        let text = stage.text();
        assert_eq!(text.encoding(), "UTF-8");
        assert_eq!(walked(&text).other_encoding, told);
    }
    // What the whole of a smaller file decides needs no second thought.
    let small = Stage::with(b"caf\xe9 au lait\n");
    assert_eq!(walked(&small.text()).other_encoding, None);
}
