//! Looking into large files, beside what a person would use instead, in turns: `cargo bench --bench preview`.
//! Prints medians. `EYPROJECT_BENCH_DIR` names the room for some gigabytes; memory if there is enough of it.

use fs_err as fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use eyproject_sessions::preview::{Grid, Kind, Look, Place, Query, Text, look, search, walk};
use eyproject_sessions::session::{Cancel, Progress};

/// Bytes of the log that is searched.
const LOG: u64 = 1 << 30;

/// Bytes of the file whose first screen is shown.
const HUGE: u64 = 5 << 30;

const ROUNDS: usize = 7;

fn main() {
    let room = std::env::var_os("EYPROJECT_BENCH_DIR").map_or("/dev/shm".into(), PathBuf::from);
    let dir = tempfile::tempdir_in(&room).expect("room for some gigabytes");
    write_log(&dir.path().join("large.log")).expect("a gigabyte");
    fs::copy(dir.path().join("large.log"), dir.path().join("large.csv")).expect("another");
    let huge = dir.path().join("huge.log");
    write_huge(&huge).expect("a sparse file");

    let place = |name: &str| Place::new(dir.path(), name);
    let before = peak_kilobytes();
    let first = median(|| {
        timed(|| {
            assert_eq!(
                open(place("huge.log"))
                    .page(0, 128)
                    .expect("a page")
                    .rows
                    .len(),
                128
            )
        })
    });
    println!("first screen of 5 GB        {first:>10.3?}");
    let text = open(place("huge.log"));
    let walked = timed(|| index(&text));
    let rows = text.index().walked().rows;
    println!(
        "index of 5 GB               {walked:>10.3?}   {rows} rows, {} kB",
        text.index().memory() / 1000
    );
    let far = median(|| timed(|| drop(text.page(rows / 2, 128).expect("a page"))));
    println!("any page of it              {far:>10.3?}");
    println!(
        "memory at most for all that {:>7} kB",
        peak_kilobytes().saturating_sub(before)
    );

    let text = open(place("large.log"));
    println!(
        "index of 1 GB of lines      {:>10.3?}",
        median(|| timed(|| index(&open(place("large.log")))))
    );
    println!(
        "index of 1 GB of records    {:>10.3?}",
        median(|| timed(|| walk_grid(place("large.csv"))))
    );
    for (needle, ignore_case) in [
        ("step 12345678 ", false),
        ("STEP 12345678 ", true),
        ("nowhere to be found", false),
    ] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(timed(|| {
                std::hint::black_box(find(&text, needle, ignore_case));
            }));
            theirs.push(timed(|| {
                rg(&dir.path().join("large.log"), needle, ignore_case)
            }));
        }
        let (ours, theirs) = (middle(ours), middle(theirs));
        let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
        println!(
            "search {needle:?}, case {ignore_case}: {ours:.3?}; rg {theirs:.3?}; {ratio:.2} times as fast"
        );
    }
}

fn write_log(path: &Path) -> std::io::Result<()> {
    let mut file = BufWriter::new(fs::File::create(path)?);
    let (mut written, mut n) = (0, 0u64);
    while written < LOG {
        let line = format!(
            "2025-07-10 15:30:00,{:03} INFO  model.solver: step {n} of the run, residual {}\n",
            n % 1000,
            n * 7919 % 10_007
        );
        file.write_all(line.as_bytes())?;
        written += line.len() as u64;
        n += 1;
    }
    file.flush()
}

/// Text at the beginning, nothing on the disk behind it.
fn write_huge(path: &Path) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(
        "a line of a log as programs write them\n"
            .repeat(10_000)
            .as_bytes(),
    )?;
    file.set_len(HUGE)
}

fn open(place: Place) -> Text {
    let looked: Look = look(&place).expect("a look");
    assert!(matches!(looked.kind, Kind::Text { .. }));
    Text::open(place, &looked).expect("a text")
}

fn index(text: &Text) {
    walk(text, &Cancel::default(), &Progress::default(), &|| {}).expect("a walk");
}

fn walk_grid(place: Place) {
    let looked = look(&place).expect("a look");
    let grid = Grid::open(place, &looked, b',').expect("a grid");
    walk(&grid, &Cancel::default(), &Progress::default(), &|| {}).expect("a walk");
}

fn find(text: &Text, needle: &str, ignore_case: bool) -> usize {
    let query = Query {
        needle: needle.into(),
        ignore_case,
    };
    let never = Cancel::default();
    let hits = search(text, &query, &never, &Progress::default(), &mut |_| {}).expect("a search");
    hits.offsets.len()
}

fn rg(path: &Path, needle: &str, ignore_case: bool) {
    let mut rg = Command::new("rg");
    rg.args(["--fixed-strings", "--line-number", "--color=never"]);
    if ignore_case {
        rg.arg("--ignore-case");
    }
    let status = rg
        .arg("--")
        .arg(needle)
        .arg(path)
        .stdout(Stdio::null())
        .status();
    assert!(
        status
            .expect("rg is installed")
            .code()
            .is_some_and(|c| c < 2)
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn median(mut once: impl FnMut() -> Duration) -> Duration {
    middle((0..ROUNDS).map(|_| once()).collect())
}

fn middle(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

/// The most memory that this process has had; 0 where the system doesn't tell.
fn peak_kilobytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
