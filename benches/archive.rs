//! How fast ZIP files are unpacked: a gigabyte in 40 files, and 20,000 small ones.
//!
//! `TMPDIR=/dev/shm cargo bench --no-default-features --bench archive` measures without the disk. With
//! `KEEP_ARCHIVES=DIR` the archives are left in `DIR`, to put another program beside it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use eyproject_sessions::session::{Cancel, Progress};
use eyproject_sessions::upload::archive::{Kind, Limits, extract};

static ARCHIVES: OnceLock<PathBuf> = OnceLock::new();

fn main() {
    let temporary = tempfile::tempdir().expect("a directory for archives");
    let kept = std::env::var_os("KEEP_ARCHIVES").map(PathBuf::from);
    ARCHIVES.get_or_init(|| kept.unwrap_or_else(|| temporary.path().to_owned()));
    divan::main();
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn a_gigabyte_in_40_files(bencher: Bencher) {
    let archive = archives().join("large.zip");
    if !archive.exists() {
        let names = (0..40).map(|i| format!("data/part_{i:02}.csv"));
        write_zip(&archive, names, |_| 26_843_545);
    }
    unpack(
        bencher.counter(BytesCount::new(40 * 26_843_545_u64)),
        &archive,
    );
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn small_files_20_000(bencher: Bencher) {
    let archive = archives().join("small.zip");
    if !archive.exists() {
        let names = (0..20_000).map(|i| format!("dir{:03}/sub{}/file_{i:05}.txt", i / 200, i % 7));
        write_zip(&archive, names, |i| 200 + i * 7919 % 3800);
    }
    unpack(bencher.counter(ItemsCount::new(20_000_usize)), &archive);
}

fn unpack(bencher: Bencher<'_, '_>, archive: &Path) {
    bencher
        .with_inputs(|| tempfile::tempdir().expect("a directory to unpack into"))
        .bench_local_values(|into| {
            let (cancel, progress) = (Cancel::default(), Progress::default());
            let limits = Limits::with_space(u64::MAX);
            let done = extract(archive, Kind::Zip, into.path(), &limits, &cancel, &progress);
            done.expect("a good archive");
            into
        });
}

/// Where the archives are, each made once.
fn archives() -> &'static Path {
    ARCHIVES.get().expect("main set it")
}

/// Rows of a table, as many bytes as asked for, that deflate packs to about half.
fn rows(seed: &mut u64, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 64);
    while text.len() < bytes {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let n = *seed >> 20;
        text.push_str(&format!(
            "{},{:06x},{}.{:03},shop-{}\n",
            n % 5000,
            n >> 18,
            n % 97,
            n % 1000,
            n % 40
        ));
    }
    text.truncate(bytes);
    text
}

/// A ZIP file of deflated entries.
fn write_zip(path: &Path, names: impl Iterator<Item = String>, length: impl Fn(usize) -> usize) {
    let (mut file, mut list) = (Vec::new(), Vec::new());
    let (mut seed, mut count) = (1, 0u16);
    for (i, name) in names.enumerate() {
        let data = rows(&mut seed, length(i));
        let mut packed =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
        packed.write_all(data.as_bytes()).expect("memory");
        let packed = packed.finish().expect("memory");
        let start = file.len() as u32;
        let mut facts = [0x14, 0, 0, 0, 8, 0, 0, 0, 0x21, 0x58].to_vec();
        facts.extend(crc32fast::hash(data.as_bytes()).to_le_bytes());
        facts.extend((packed.len() as u32).to_le_bytes());
        facts.extend((data.len() as u32).to_le_bytes());
        facts.extend((name.len() as u16).to_le_bytes());
        facts.extend([0, 0]);
        file.extend(b"PK\x03\x04");
        file.extend(&facts);
        file.extend(name.as_bytes());
        file.extend(packed);
        list.extend(b"PK\x01\x02\x14\x03");
        list.extend(facts);
        list.extend([0; 6]);
        list.extend((0o100_644u32 << 16).to_le_bytes());
        list.extend(start.to_le_bytes());
        list.extend(name.as_bytes());
        count += 1;
    }
    let at = file.len() as u32;
    file.extend(&list);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    file.extend((list.len() as u32).to_le_bytes());
    file.extend(at.to_le_bytes());
    file.extend([0, 0]);
    fs_err::write(path, file).expect("room for the archive");
}
