//! The session core's long work, in this process: `cargo bench --bench session`.
//! `compare.py` beside it sets the program against what a user would use instead.

use fs_err as fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use divan::Bencher;
use eyproject_sessions::session::{Cancel, Progress, remove_tree, usage};
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// A directory in memory where there is one: a disk would measure itself.
fn room() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .expect("a temporary directory")
}

/// Makes a directory of `files` small files.
fn fill(dir: &Path, files: usize) {
    fs::create_dir_all(dir).expect("a directory");
    for n in 0..files {
        fs::write(dir.join(format!("file_{n}.csv")), "a,b\n1,2\n").expect("a file");
    }
}

/// Measures `dirs` and answers the files found, so that nothing is optimised away.
fn measure(dirs: &[PathBuf], threads: usize) -> u64 {
    let files = std::sync::atomic::AtomicU64::new(0);
    let threads = NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN);
    usage::measure(dirs, threads, &Cancel::default(), &|_, measured| {
        if let usage::Measured::Done(Ok(usage)) = measured {
            files.fetch_add(usage.files, std::sync::atomic::Ordering::Relaxed);
        }
    });
    files.into_inner()
}

#[divan::bench(args = [1, 2, 4], sample_count = 10)]
fn size_1000_sessions_of_100_files(bencher: Bencher, threads: usize) {
    let room = room();
    let dirs: Vec<_> = (0..1000).map(|n| room.path().join(n.to_string())).collect();
    dirs.iter().for_each(|dir| fill(dir, 100));
    bencher.bench_local(|| measure(&dirs, threads));
}

#[divan::bench(args = [1, 2, 4], sample_count = 5)]
fn size_one_session_of_1000000_files(bencher: Bencher, threads: usize) {
    let room = room();
    for n in 0..1000 {
        fill(&room.path().join(n.to_string()), 1000);
    }
    bencher.bench_local(|| measure(&[room.path().to_owned()], threads));
}

#[divan::bench(args = [1, 100], sample_count = 10)]
fn remove_10000_files_in_folders(bencher: Bencher, folders: usize) {
    let room = room();
    let root = room.path().join("root");
    bencher
        .with_inputs(|| {
            for n in 0..folders {
                fill(&root.join(n.to_string()), 10_000 / folders);
            }
        })
        .bench_local_values(|()| remove_tree(&root, None, &Progress::default()));
}
