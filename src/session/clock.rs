//! The time, passed in: what now is, and which instant a local wall-clock time names.
//! Knows nothing of sessions; tests set it, and choose the zone.

use chrono::{DateTime, FixedOffset, Local, NaiveDateTime, TimeDelta, TimeZone};

/// Where the store takes time and zone from.
pub trait Clock: Send + Sync {
    /// This moment, with the local offset that holds at it.
    fn now(&self) -> DateTime<FixedOffset>;

    /// The local offset at an instant, applied to it.
    fn at(&self, instant: DateTime<chrono::Utc>) -> DateTime<FixedOffset>;

    /// The instant of a local wall-clock time. In the hour that repeats when summer time ends it
    /// is the earlier one; in the hour that is skipped, the offset before the change holds.
    fn instant(&self, local: NaiveDateTime) -> DateTime<FixedOffset>;
}

/// The computer's clock and time zone.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
    fn now(&self) -> DateTime<FixedOffset> {
        Local::now().fixed_offset()
    }

    fn at(&self, instant: DateTime<chrono::Utc>) -> DateTime<FixedOffset> {
        instant.with_timezone(&Local).fixed_offset()
    }

    fn instant(&self, local: NaiveDateTime) -> DateTime<FixedOffset> {
        resolve(&Local, local)
    }
}

/// What [`Clock::instant`] promises, for any zone that chrono knows.
pub fn resolve<Z: TimeZone>(zone: &Z, local: NaiveDateTime) -> DateTime<FixedOffset> {
    use chrono::Offset;
    zone.from_local_datetime(&local)
        .earliest()
        .map(|t| t.fixed_offset())
        .unwrap_or_else(|| {
            // Skipped by a change of the clock: read it with the offset of half a day earlier.
            let before = zone
                .offset_from_utc_datetime(&(local - TimeDelta::hours(12)))
                .fix();
            before
                .from_local_datetime(&local)
                .earliest()
                .unwrap_or_else(|| local.and_utc().fixed_offset())
        })
}
