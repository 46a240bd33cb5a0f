//! A clock that stands where a test puts it, in the zone that the test chooses.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use eyproject_sessions::session::{Clock, resolve};

/// A clock to be set by hand; clones show the same time.
#[derive(Clone)]
pub struct TestClock {
    zone: Tz,
    now: Arc<Mutex<DateTime<Utc>>>,
}

impl TestClock {
    /// Stands at an instant such as `2025-10-26T00:30:00Z`.
    pub fn at(zone: Tz, instant: &str) -> Self {
        Self {
            zone,
            now: Arc::new(Mutex::new(instant.parse().unwrap())),
        }
    }

    /// Moves on, or back.
    pub fn advance(&self, by: TimeDelta) {
        *self.now.lock().unwrap() += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<FixedOffset> {
        Clock::at(self, *self.now.lock().unwrap())
    }

    fn at(&self, instant: DateTime<Utc>) -> DateTime<FixedOffset> {
        instant.with_timezone(&self.zone).fixed_offset()
    }

    fn instant(&self, local: NaiveDateTime) -> DateTime<FixedOffset> {
        resolve(&self.zone, local)
    }
}
