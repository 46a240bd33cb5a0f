//! Unpacking planned entries on all cores. Knows how to share work, not what the work is.

use std::fs::File;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::super::failure::{Failure, Result};
use super::super::sink::Sink;
use super::Planned;
use super::content::Scratch;

/// From this many packed bytes on, an entry is a piece of work of its own.
const LARGE: u64 = 256 << 10;
/// Small entries that make a piece of work.
const BATCH: usize = 32;
/// More threads than this only wait for the disk.
const MAX_THREADS: usize = 8;

/// Writes all `files`, and fails with the failure of the first of those that failed.
pub(super) fn write(archive: &File, files: &[Planned], sink: &Sink<'_>) -> Result<()> {
    let (order, work) = share(files);
    let shared = Shared {
        archive,
        files,
        order: &order,
        work: &work,
        next: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        failed: Mutex::new(None),
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(MAX_THREADS).min(work.len());
    thread::scope(|scope| {
        for i in 1..threads {
            let shared = &shared;
            // Without a second thread the first does all of it.
            let _ = thread::Builder::new()
                .name(format!("unzip-{i}"))
                .spawn_scoped(scope, move || shared.work(sink));
        }
        shared.work(sink);
    });
    match shared
        .failed
        .into_inner()
        .unwrap_or_else(|e| e.into_inner())
    {
        Some((_, failure)) => Err(failure),
        None => Ok(()),
    }
}

/// Cuts the files into pieces of work, as ranges of an order of their indices: large ones first, the largest
/// at the head, so that no thread is left alone with one at the end, then small ones folder by folder.
fn share(files: &[Planned]) -> (Vec<usize>, Vec<Range<usize>>) {
    let (mut order, mut small): (Vec<usize>, Vec<usize>) =
        (0..files.len()).partition(|i| files[*i].content.packed >= LARGE);
    order.sort_by_key(|i| std::cmp::Reverse(files[*i].content.packed));
    // Mostly so already; where not, a folder is opened a few times and not for every file.
    small.sort_by_key(|i| files[*i].new.name.split().0);
    let large = order.len();
    order.extend(small);
    let mut work: Vec<_> = (0..large).map(|i| i..i + 1).collect();
    let batches = (large..order.len()).step_by(BATCH);
    work.extend(batches.map(|i| i..(i + BATCH).min(order.len())));
    (order, work)
}

struct Shared<'a> {
    archive: &'a File,
    files: &'a [Planned],
    order: &'a [usize],
    work: &'a [Range<usize>],
    next: AtomicUsize,
    stop: AtomicBool,
    failed: Mutex<Option<(usize, Failure)>>,
}

impl Shared<'_> {
    /// Does pieces of work until there are none or one failed.
    fn work(&self, sink: &Sink<'_>) {
        let mut scratch = Scratch::new();
        let mut writer = sink.writer();
        while let Some(range) = self.work.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            for &i in &self.order[range.clone()] {
                if self.stop.load(Ordering::Relaxed) {
                    return;
                }
                let file = &self.files[i];
                let done = (file.content.open(self.archive, &mut scratch))
                    .map_err(|e| Failure::read(e).at(file.new.name.as_str()))
                    .and_then(|mut content| writer.write(&file.new, &mut content));
                if let Err(failure) = done {
                    self.fail(i, failure);
                    return;
                }
            }
        }
    }

    fn fail(&self, at: usize, failure: Failure) {
        self.stop.store(true, Ordering::Relaxed);
        let mut failed = self.failed.lock().unwrap_or_else(|e| e.into_inner());
        if failed.as_ref().is_none_or(|(before, _)| at < *before) {
            *failed = Some((at, failure));
        }
    }
}
