//! Telling how far a long step is, and asking it to stop. Knows no thread, window or terminal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A flag that asks long work to stop. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the work to stop; it does so within 200 ms.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counters that long work moves on and anybody reads. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    files: AtomicU64,
    bytes: AtomicU64,
    total_files: AtomicU64,
    total_bytes: AtomicU64,
    rows: AtomicU64,
}

/// One reading of a [`Progress`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// Files done.
    pub files: u64,
    /// Bytes done.
    pub bytes: u64,
    /// Files in all; 0 while unknown.
    pub total_files: u64,
    /// Bytes in all; 0 while unknown.
    pub total_bytes: u64,
    /// Rows stored of the table that is being made; 0 while none is.
    pub rows: u64,
}

impl Progress {
    /// Counts `files` and `bytes` as done.
    pub fn add(&self, files: u64, bytes: u64) {
        self.0.files.fetch_add(files, Ordering::Relaxed);
        self.0.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Begins a step with so much to do; 0 while unknown. What was counted before it is over.
    pub fn begin(&self, files: u64, bytes: u64) {
        self.set_done(0, 0);
        self.set_rows(0);
        self.set_total(files, bytes);
    }

    /// So much of the step is done: for work that can go back and begin again.
    pub fn set_done(&self, files: u64, bytes: u64) {
        self.0.files.store(files, Ordering::Relaxed);
        self.0.bytes.store(bytes, Ordering::Relaxed);
    }

    /// So many rows are stored of the table that is being made.
    pub fn set_rows(&self, rows: u64) {
        self.0.rows.store(rows, Ordering::Relaxed);
    }

    /// Sets how much there is to do.
    pub fn set_total(&self, files: u64, bytes: u64) {
        self.0.total_files.store(files, Ordering::Relaxed);
        self.0.total_bytes.store(bytes, Ordering::Relaxed);
    }

    /// How far it is.
    pub fn read(&self) -> Reading {
        Reading {
            files: self.0.files.load(Ordering::Relaxed),
            bytes: self.0.bytes.load(Ordering::Relaxed),
            total_files: self.0.total_files.load(Ordering::Relaxed),
            total_bytes: self.0.total_bytes.load(Ordering::Relaxed),
            rows: self.0.rows.load(Ordering::Relaxed),
        }
    }
}
