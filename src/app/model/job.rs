//! Long work that a person watches: how far it is, how fast it goes, how long it will take.
//! Pure arithmetic over readings; knows no thread.

use std::time::Duration;

use crate::session::{Reading, text};

/// Names a job as long as it runs.
pub type JobId = u64;

/// One job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// What it does: "Copying 3 files", or "Deleting 2 sessions for good".
    pub title: String,
    /// What it is at.
    pub step: Option<String>,
    /// How far it is.
    pub reading: Reading,
    /// Whether it was asked to stop.
    pub cancelling: bool,
    /// Whether it can be asked to stop.
    pub can_cancel: bool,
    /// When its step began, on the window's clock.
    began: Duration,
    rate: Rate,
}

/// Bytes per second, smoothed so that the figure can be read.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Rate {
    at: Duration,
    bytes: u64,
    per_second: f64,
}

/// How much a fresh measurement counts against the old ones.
const FRESH: f64 = 0.3;

/// The shortest time that a rate is measured over.
const INTERVAL: Duration = Duration::from_millis(250);

impl Job {
    /// A job that begins at `began`.
    pub fn new(id: JobId, title: String, began: Duration, can_cancel: bool) -> Self {
        Self {
            id,
            title,
            step: None,
            reading: Reading::default(),
            cancelling: false,
            can_cancel,
            began,
            rate: Rate {
                at: began,
                ..Rate::default()
            },
        }
    }

    /// What it is at, with the rows of the table that is being made.
    pub fn words(&self) -> String {
        let step = self.step.as_deref().unwrap_or_default();
        match self.reading.rows {
            0 => step.to_owned(),
            rows => format!("{step}, {}", text::rows(rows)),
        }
    }

    /// Takes a reading made at `now`. A new step has a rate and a time left of its own.
    pub fn read(&mut self, reading: Reading, now: Duration) {
        let old = self.reading;
        let other = old.total_bytes > 0 && reading.total_bytes != old.total_bytes;
        if reading.bytes < old.bytes || other {
            self.began = now;
            self.rate = Rate {
                at: now,
                bytes: reading.bytes,
                per_second: 0.0,
            };
        }
        self.reading = reading;
        let passed = now.saturating_sub(self.rate.at);
        if passed < INTERVAL {
            return;
        }
        let bytes = reading.bytes.saturating_sub(self.rate.bytes) as f64;
        let fresh = bytes / passed.as_secs_f64();
        let old = self.rate.per_second;
        self.rate = Rate {
            at: now,
            bytes: reading.bytes,
            per_second: if old == 0.0 {
                fresh
            } else {
                old + FRESH * (fresh - old)
            },
        };
    }

    /// Part done, from 0 to 1; `None` while nobody knows how much there is.
    pub fn fraction(&self) -> Option<f32> {
        let r = &self.reading;
        let part = |done: u64, all: u64| (done as f64 / all as f64).clamp(0.0, 1.0) as f32;
        if r.total_bytes > 0 {
            Some(part(r.bytes, r.total_bytes))
        } else if r.total_files > 0 {
            Some(part(r.files, r.total_files))
        } else {
            None
        }
    }

    /// Bytes per second, once there is something to say.
    pub fn bytes_per_second(&self) -> Option<u64> {
        (self.rate.per_second >= 1.0).then_some(self.rate.per_second as u64)
    }

    /// Time left at this rate; not told in the first second, when it would only jump.
    pub fn time_left(&self) -> Option<Duration> {
        let left = self.reading.total_bytes.checked_sub(self.reading.bytes)?;
        if left == 0 || self.rate.at.saturating_sub(self.began) < Duration::from_secs(1) {
            return None;
        }
        Some(Duration::from_secs(left / self.bytes_per_second()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(bytes: u64) -> Reading {
        Reading {
            files: 0,
            bytes,
            total_files: 2,
            total_bytes: 1_000,
            rows: 0,
        }
    }

    #[test]
    fn rate_and_time_left_follow_the_readings() {
        let at = Duration::from_millis;
        let mut job = Job::new(1, "Copying".into(), at(0), true);
        assert_eq!(job.fraction(), None);
        job.read(reading(100), at(100));
        assert_eq!(job.fraction(), Some(0.1));
        assert_eq!(job.bytes_per_second(), None, "too early to say");
        job.read(reading(100), at(1_000));
        assert_eq!(job.bytes_per_second(), Some(100));
        assert_eq!(job.time_left(), Some(Duration::from_secs(9)));
        job.read(reading(1_000), at(2_000));
        assert_eq!(job.time_left(), None, "done");
        assert_eq!(job.bytes_per_second(), Some(340), "smoothed");
    }

    #[test]
    fn without_bytes_files_tell_how_far_it_is() {
        let mut job = Job::new(1, "Deleting".into(), Duration::ZERO, false);
        let counted = Reading {
            files: 1,
            total_files: 4,
            ..Reading::default()
        };
        job.read(counted, Duration::from_secs(5));
        assert_eq!(job.fraction(), Some(0.25));
        assert_eq!(job.time_left(), None);
    }
}
