//! Rows for the tests of the model: row `i` was made `i` days before [`now`].

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::row::Size;
use super::{Beginning, Model};
use crate::config::Settings;
use crate::session::{Listing, Policy, Protection, Session, SessionId, Usage};

pub fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2025-07-10T15:30:00+02:00").unwrap()
}

pub fn id(days: i64) -> SessionId {
    SessionId::from_local((now() - TimeDelta::days(days)).naive_local()).unwrap()
}

pub fn session(days: i64) -> Session {
    let created_at = now() - TimeDelta::days(days);
    Session {
        id: id(days),
        path: format!("/base/{}", id(days)).into(),
        created_at,
        sequence: created_at.timestamp_micros(),
        origin: None,
        protection: Protection::default(),
        note: String::new(),
        clock_ahead: false,
        missing: Vec::new(),
        problem: None,
        tables: 0,
    }
}

/// Sessions and their sizes, which are not known.
pub fn rows(n: i64) -> (Vec<Session>, Vec<Size>) {
    let sessions: Vec<_> = (0..n).map(session).collect();
    let sizes = vec![Size::Unknown; sessions.len()];
    (sessions, sizes)
}

pub fn listing(n: i64) -> Listing {
    let mut sessions: Vec<_> = (0..n).map(session).collect();
    if let Some(first) = sessions.first_mut() {
        first.protection.current = true;
    }
    Listing {
        current: sessions.first().map(|s| s.id),
        sessions,
    }
}

pub fn used(bytes: u64) -> Usage {
    Usage {
        bytes,
        disk_bytes: bytes,
        files: 1,
        unreadable: 0,
    }
}

/// A window that has seen nothing yet, with this policy.
pub fn model(policy: Policy) -> Model {
    Model::new(Beginning {
        base: "/base".into(),
        base_is_overridden: false,
        settings: Settings::default(),
        policy,
        now: now(),
    })
}
