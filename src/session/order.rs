//! The one total order of sessions, and the next free name in it. Pure: it is handed names, numbers and the time.

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta};

use super::id::SessionId;

/// Names up to this far ahead of now move the next name on; farther ones come from a wrong clock.
const NAME_WINDOW: TimeDelta = TimeDelta::seconds(120);

/// How many further names are tried where the first one is taken.
const FURTHER_NAMES: usize = 120;

/// Sequences up to this far ahead of now are honoured; farther ones come from a wrong clock.
const SEQUENCE_WINDOW_US: i64 = 3_600_000_000;

/// How far the birth time of a directory may lie from its name to be believed.
const BIRTH_TOLERANCE: TimeDelta = TimeDelta::seconds(2);

/// The names to try for a session published now, best first.
///
/// The first is the later of now and one second after the newest of `names` that is at most 120 s
/// ahead; 120 more follow, for where those are taken by something that isn't a session.
pub fn names_to_try(
    now: NaiveDateTime,
    names: impl IntoIterator<Item = SessionId>,
) -> impl Iterator<Item = SessionId> {
    let after_newest = names
        .into_iter()
        .filter(|id| is_near(*id, now))
        .max()
        .and_then(SessionId::next);
    let first = SessionId::from_local(now).max(after_newest);
    std::iter::successors(first, |id| id.next()).take(1 + FURTHER_NAMES)
}

/// Whether a name can be believed to be of our time: not more than 120 s ahead of it.
pub fn is_near(id: SessionId, now: NaiveDateTime) -> bool {
    id.local() - now <= NAME_WINDOW
}

/// The sequence of a session published at `now_us`: later than every believable one.
pub fn next_sequence(now_us: i64, sequences: impl IntoIterator<Item = i64>) -> i64 {
    sequences
        .into_iter()
        .filter(|s| !is_ahead(*s, now_us))
        .max()
        .map_or(now_us, |largest| now_us.max(largest.saturating_add(1)))
}

/// Whether a sequence lies more than an hour after now: made under a wrong clock.
pub fn is_ahead(sequence: i64, now_us: i64) -> bool {
    sequence > now_us.saturating_add(SEQUENCE_WINDOW_US)
}

/// What sessions are compared by; the largest is the newest. One from a wrong clock is the oldest.
pub fn key(sequence: i64, id: SessionId, ahead: bool) -> (bool, i64, SessionId) {
    (!ahead, sequence, id)
}

/// When a session without a manifest was made: the birth of its directory if that is within two
/// seconds of the name, else what the name says (`named`). Never a time that later writes change.
pub fn time_without_manifest(
    id: SessionId,
    born: Option<DateTime<FixedOffset>>,
    named: DateTime<FixedOffset>,
) -> DateTime<FixedOffset> {
    born.filter(|b| (b.naive_local() - id.local()).abs() <= BIRTH_TOLERANCE)
        .unwrap_or(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(text: &str) -> SessionId {
        format!("session_{text}").parse().unwrap()
    }

    #[test]
    fn the_next_name_follows_now_and_the_newest_believable_name() {
        let now = id("20250710_153000").local();
        let first = |names: &[&str]| {
            names_to_try(now, names.iter().map(|n| id(n)))
                .next()
                .unwrap()
        };
        assert_eq!(first(&[]), id("20250710_153000"));
        assert_eq!(first(&["20250710_152959"]), id("20250710_153000"));
        assert_eq!(first(&["20250710_153000"]), id("20250710_153001"));
        assert_eq!(first(&["20250710_153200"]), id("20250710_153201"));
        // 121 s ahead: a wrong clock, or the hour that repeats; left alone.
        assert_eq!(first(&["20250710_153201"]), id("20250710_153000"));
        assert_eq!(
            first(&["20991231_235959", "20250710_153010"]),
            id("20250710_153011")
        );
        assert_eq!(names_to_try(now, []).count(), 121);
    }

    #[test]
    fn case_03_a_sequence_from_a_wrong_clock_counts_as_the_oldest() {
        let (now, hour) = (1_000_000_000_000_000, 3_600_000_000);
        assert_eq!(next_sequence(now, [now + hour]), now + hour + 1);
        assert_eq!(next_sequence(now, [now + hour + 1]), now);
        assert_eq!(next_sequence(now, [now - 5, now + hour + 1]), now);
        assert_eq!(next_sequence(now, [i64::MAX]), now);
        let a = id("20250710_153000");
        assert!(key(5, a, true) < key(4, a, false));
    }

    proptest! {
        #[test]
        fn a_new_session_sorts_after_every_believable_one(
            now in 0i64..4_000_000_000_000_000,
            offsets in prop::collection::vec(-10_000_000_000i64..10_000_000_000, 0..50),
        ) {
            let sequences: Vec<_> = offsets.iter().map(|o| now + o).collect();
            let new = next_sequence(now, sequences.iter().copied());
            prop_assert!(new >= now && !is_ahead(new, now + 1));
            prop_assert!(sequences.iter().all(|s| *s < new || is_ahead(*s, now)));
        }

        #[test]
        fn a_free_name_is_found_whatever_is_there(offsets in prop::collection::vec(-300i64..300, 0..120)) {
            let now = id("20250710_153000").local();
            let names: Vec<_> = offsets.iter().filter_map(|o| SessionId::from_local(now + TimeDelta::seconds(*o))).collect();
            let free = names_to_try(now, names.iter().copied()).find(|n| !names.contains(n));
            prop_assert!(free.is_some_and(|n| n.local() >= now));
        }
    }
}
