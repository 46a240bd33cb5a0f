//! How much an archive may become, and counting it while it is written. Sizes that an archive declares
//! are never asked. Knows no format.

use std::fmt;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use super::failure::{Failure, Result, told};

/// How much is written between two looks at the disk.
const LOOK_EVERY: u64 = 64 << 20;
/// Names of one archive together: what keeps the list of entries small in memory.
pub(super) const ALL_NAMES_BYTES: usize = 64 << 20;
/// The most that a decoder may want for its window: the largest that packers use unasked, 256 MiB, and a
/// little for the decoder itself.
pub(super) const WINDOW_BYTES: u64 = 264 << 20;

/// How much one archive may become.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// Bytes that it may write in all: what is free, less what must stay free.
    pub space: u64,
    /// The same, asked again while it writes, because others write too.
    pub space_now: Option<&'a (dyn Fn() -> io::Result<u64> + Sync)>,
    /// Files, folders and links, those in no entry of their own included.
    pub entries: u64,
    /// Bytes out for each byte in…
    pub ratio: u64,
    /// …once more than this has come out.
    pub ratio_from: u64,
    /// Components of a name.
    pub levels: usize,
    /// Bytes of a name; over 4,096 makes no difference.
    pub name_bytes: usize,
}

impl Limits<'_> {
    /// The usual limits with `space` bytes to fill.
    pub fn with_space(space: u64) -> Self {
        Self {
            space,
            space_now: None,
            entries: 500_000,
            ratio: 200,
            ratio_from: 256 << 20,
            levels: 64,
            name_bytes: 1024,
        }
    }
}

impl fmt::Debug for Limits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits")
            .field("space", &self.space)
            .field("entries", &self.entries)
            .field("ratio", &self.ratio)
            .field("ratio_from", &self.ratio_from)
            .field("levels", &self.levels)
            .field("name_bytes", &self.name_bytes)
            .finish_non_exhaustive()
    }
}

/// Counts what one archive becomes; threads share it.
#[derive(Debug)]
pub(super) struct Meter<'a> {
    limits: Limits<'a>,
    /// Length of the archive in bytes.
    archive: u64,
    written: AtomicU64,
    decoded: AtomicU64,
}

impl<'a> Meter<'a> {
    pub fn new(limits: Limits<'a>, archive: u64) -> Self {
        Self {
            limits,
            archive,
            written: AtomicU64::new(0),
            decoded: AtomicU64::new(0),
        }
    }

    pub fn limits(&self) -> &Limits<'a> {
        &self.limits
    }

    /// Bytes written so far.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Asks for leave to write `bytes` more.
    pub fn write(&self, bytes: u64) -> Result<()> {
        let before = self.written.fetch_add(bytes, Ordering::Relaxed);
        let after = before.saturating_add(bytes);
        if after > self.limits.space {
            return Err(Failure::no_space());
        }
        self.ratio(after)?;
        if before / LOOK_EVERY != after / LOOK_EVERY
            && let Some(space_now) = self.limits.space_now
            && space_now().map_err(|e| Failure::write("", e))? < bytes
        {
            return Err(Failure::no_space());
        }
        Ok(())
    }

    /// Refuses early what says itself that it is too much; what it doesn't say is caught by [`Self::write`].
    pub fn declared(&self, bytes: u64) -> Result<()> {
        if bytes > self.limits.space {
            return Err(Failure::no_space());
        }
        self.ratio(bytes)
    }

    fn ratio(&self, out: u64) -> Result<()> {
        if self.is_bomb(out) {
            return Err(Failure::refused(self.bomb()));
        }
        Ok(())
    }

    fn is_bomb(&self, out: u64) -> bool {
        let Limits {
            ratio, ratio_from, ..
        } = self.limits;
        out > ratio_from && out > self.archive.saturating_mul(ratio)
    }

    fn bomb(&self) -> String {
        format!(
            "it unpacks to more than {} times its size",
            self.limits.ratio
        )
    }
}

/// A decompressed stream whose length counts against the ratio, whether or not any of it is written.
pub(super) struct Metered<'a, R> {
    inner: R,
    meter: &'a Meter<'a>,
}

impl<'a, R> Metered<'a, R> {
    pub fn new(inner: R, meter: &'a Meter<'a>) -> Self {
        Self { inner, meter }
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        let out = self.meter.decoded.fetch_add(n as u64, Ordering::Relaxed) + n as u64;
        if self.meter.is_bomb(out) {
            return Err(told(self.meter.bomb()));
        }
        Ok(n)
    }
}
