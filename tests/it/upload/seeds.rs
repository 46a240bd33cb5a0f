//! What fuzzing began with and what it found: the same check as there, of every file in `fuzz/seeds`.

use std::path::Path;

#[path = "../../../fuzz/fuzz_targets/books.rs"]
mod books;
#[path = "../../../fuzz/fuzz_targets/common.rs"]
mod common;

/// Hands on the bytes of every seed of `target`.
fn each(target: &str, check: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/seeds")
        .join(target);
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // Whatever fails below says so under this name.
        println!("{}", path.display());
        check(&std::fs::read(&path).unwrap());
        seen += 1;
    }
    assert!(seen >= 2, "{target}: {seen}");
}

#[test]
fn no_seed_of_the_fuzzing_ends_the_program() {
    each("delimited", |data| common::check("data.csv", data));
    each("json", |data| common::check("data.json", data));
    each("workbook", books::check);
}
