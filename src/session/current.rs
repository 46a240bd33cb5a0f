//! Which session is current: the choice (pure), and the record of what a person chose.

use std::io::Read;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::base::Room;
use super::id::SessionId;
use super::{order, sys};

/// What `current.json` holds: the session that was made current, and the largest sequence at that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub session_id: SessionId,
    pub set_at: DateTime<FixedOffset>,
    pub sequence: i64,
}

/// Reads the record; one that is missing or can't be believed is none.
pub(crate) fn read(room: &Room) -> Option<Record> {
    let mut text = String::new();
    sys::open_regular(&room.current_file())
        .ok()?
        .take(64 * 1024)
        .read_to_string(&mut text)
        .ok()?;
    serde_json::from_str(&text).ok()
}

/// The current session: the recorded one while it exists and nothing newer was made since, else the newest.
///
/// `sessions` are newest first; those from more than an hour ahead come last and displace nobody.
pub(crate) fn choose(
    record: Option<Record>,
    sessions: impl Iterator<Item = (SessionId, i64)> + Clone,
    now_us: i64,
) -> Option<SessionId> {
    let (newest, newest_sequence) = sessions.clone().next()?;
    let displaced = |r: &Record| {
        order::is_ahead(r.sequence, now_us)
            || (newest_sequence > r.sequence && !order::is_ahead(newest_sequence, now_us))
    };
    record
        .filter(|r| !displaced(r))
        .map(|r| r.session_id)
        .filter(|id| sessions.map(|(id, _)| id).any(|s| s == *id))
        .or(Some(newest))
}

/// Whether `witness`, a session that is there, shows that `session` is not the current one: it is newer, and if
/// `session` was chosen, newer than the choice too. Both are an id and a sequence. What it doesn't show may
/// still be so.
pub(crate) fn is_ruled_out(
    record: Option<&Record>,
    session: (SessionId, i64),
    witness: (SessionId, i64),
    now_us: i64,
) -> bool {
    let key = |(id, sequence)| order::key(sequence, id, order::is_ahead(sequence, now_us));
    let displaced = |r: &Record| {
        order::is_ahead(r.sequence, now_us)
            || (witness.1 > r.sequence && !order::is_ahead(witness.1, now_us))
    };
    let chosen = record.filter(|r| r.session_id == session.0);
    key(witness) > key(session) && chosen.is_none_or(displaced)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_752_154_200_000_000;
    const HOUR: i64 = 3_600_000_000;

    fn id(n: u32) -> SessionId {
        format!("session_20250710_1530{n:02}").parse().unwrap()
    }

    fn record(n: u32, sequence: i64) -> Option<Record> {
        let set_at = DateTime::UNIX_EPOCH.fixed_offset();
        Some(Record {
            session_id: id(n),
            set_at,
            sequence,
        })
    }

    #[test]
    fn the_choice_holds_until_something_newer_is_made() {
        let two = [(id(2), NOW - 10), (id(1), NOW - 20)];
        let chosen = |r| choose(r, two.into_iter(), NOW);
        assert_eq!(chosen(None), Some(id(2)), "the newest without a record");
        assert_eq!(chosen(record(1, NOW - 10)), Some(id(1)));
        assert_eq!(
            chosen(record(1, NOW - 11)),
            Some(id(2)),
            "a newer one was made since"
        );
        assert_eq!(
            chosen(record(9, NOW - 10)),
            Some(id(2)),
            "the recorded one is gone"
        );
        assert_eq!(choose(record(1, NOW), [].into_iter(), NOW), None);
    }

    #[test]
    fn case_03_a_session_from_the_future_displaces_nobody() {
        let future = [(id(1), NOW - 20), (id(9), NOW + 2 * HOUR)];
        assert_eq!(
            choose(record(1, NOW - 20), future.into_iter(), NOW),
            Some(id(1))
        );
        let alone = [(id(9), NOW + 2 * HOUR)];
        assert_eq!(choose(None, alone.into_iter(), NOW), Some(id(9)));
        let two = [(id(2), NOW - 10), (id(1), NOW - 20)];
        assert_eq!(
            choose(record(1, NOW + 2 * HOUR), two.into_iter(), NOW),
            Some(id(2)),
            "a choice made under a wrong clock doesn't hold for ever"
        );
    }

    proptest! {
        #[test]
        fn what_is_ruled_out_is_not_current_and_the_newest_rules_out_all_that_are_not(
            offsets in prop::collection::vec(-5i64..5, 1..8),
            ahead in prop::collection::vec(any::<bool>(), 8),
            chosen in prop::option::of((0u32..9, -5i64..5, any::<bool>())),
        ) {
            let far = |ahead| if ahead { 2 * HOUR } else { 0 };
            let mut all: Vec<_> = (0u32..)
                .zip(&offsets)
                .map(|(n, offset)| (id(n), NOW + offset + far(ahead[n as usize])))
                .collect();
            let key = |s: &(SessionId, i64)| order::key(s.1, s.0, order::is_ahead(s.1, NOW));
            all.sort_by_key(|s| std::cmp::Reverse(key(s)));
            let record = chosen.and_then(|(n, offset, ahead)| record(n, NOW + offset + far(ahead)));
            let current = choose(record, all.iter().copied(), NOW);
            for session in &all {
                let out = |w: &(SessionId, i64)| is_ruled_out(record.as_ref(), *session, *w, NOW);
                prop_assert!(!(all.iter().any(out) && current == Some(session.0)));
                // Without a choice one look at the newest is enough.
                if record.is_none() && current != Some(session.0) {
                    prop_assert!(out(&all[0]));
                }
            }
        }
    }
}
