//! The name of a session: `session_YYYYMMDD_HHMMSS`, a valid local date and time.
//! Knows nothing of directories, zones or the clock: text that isn't exactly such a name has no `SessionId`.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const PREFIX: &str = "session_";
const LEN: usize = "session_YYYYMMDD_HHMMSS".len();

/// A session's id. Only parsing and the clock make one, so it is safe as a file name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(NaiveDateTime);

/// The text was not `session_YYYYMMDD_HHMMSS` with a valid date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidId;

impl SessionId {
    /// The id for a local wall-clock time, cut to the second; `None` outside the years 0–9999.
    pub fn from_local(time: NaiveDateTime) -> Option<Self> {
        let whole = time.with_nanosecond(0)?;
        (0..=9999).contains(&whole.year()).then_some(Self(whole))
    }

    /// The local wall-clock time that the name spells.
    pub fn local(self) -> NaiveDateTime {
        self.0
    }

    /// Its text as ASCII. Of very many ids, as a filter looks at, this takes a fraction of what formatting does.
    pub fn to_bytes(self) -> [u8; LEN] {
        let mut text = *b"session_YYYYMMDD_HHMMSS";
        let mut put = |place: std::ops::Range<usize>, number: u32| {
            let mut left = number;
            for digit in text[place].iter_mut().rev() {
                *digit = b'0' + (left % 10) as u8;
                left /= 10;
            }
        };
        let t = self.0;
        put(8..12, t.year().unsigned_abs());
        put(12..14, t.month());
        put(14..16, t.day());
        put(17..19, t.hour());
        put(19..21, t.minute());
        put(21..23, t.second());
        text
    }

    /// The id one second later.
    pub fn next(self) -> Option<Self> {
        Self::from_local(self.0.checked_add_signed(TimeDelta::seconds(1))?)
    }
}

impl FromStr for SessionId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let digits = text.strip_prefix(PREFIX).ok_or(InvalidId)?.as_bytes();
        if text.len() != LEN || digits[8] != b'_' {
            return Err(InvalidId);
        }
        let number = |range: std::ops::Range<usize>| -> Result<u32, InvalidId> {
            digits[range].iter().try_fold(0, |n, b| match b {
                b'0'..=b'9' => Ok(n * 10 + u32::from(b - b'0')),
                _ => Err(InvalidId),
            })
        };
        let year = i32::try_from(number(0..4)?).map_err(|_| InvalidId)?;
        NaiveDate::from_ymd_opt(year, number(4..6)?, number(6..8)?)
            .and_then(|d| {
                d.and_hms_opt(
                    number(9..11).ok()?,
                    number(11..13).ok()?,
                    number(13..15).ok()?,
                )
            })
            .map(Self)
            .ok_or(InvalidId)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_bytes();
        f.pad(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not a session id: it must be session_YYYYMMDD_HHMMSS with a valid date and time",
        )
    }
}

impl std::error::Error for InvalidId {}

impl Serialize for SessionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SessionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_04_only_the_strict_form_with_a_valid_date_is_an_id() {
        for good in [
            "session_20250710_153000",
            "session_20240229_235959",
            "session_00000101_000000",
            "session_99991231_000000",
        ] {
            assert_eq!(
                good.parse::<SessionId>().map(|id| id.to_string()),
                Ok(good.into())
            );
        }
        for bad in [
            "",
            "session_",
            "session_foo",
            "session_20251399_999999",
            "session_20250229_000000",
            "session_20250710_240000",
            "session_20250710_153060",
            "session_20250710-153000",
            "session_20250710_15300",
            "session_20250710_1530000",
            "session_+0250710_153000",
            "session_2025071０_15300",
            "Session_20250710_153000",
            "SESSION_20250710_153000",
            " session_20250710_153000",
            "session_20250710_153000 ",
            "session_20250710_153000.",
            "session_20250710_153000\0",
            "session_20250710_153000/..",
            "session_20250710_153000::$INDEX_ALLOCATION",
            "..",
            "session_x/..",
        ] {
            assert_eq!(bad.parse::<SessionId>(), Err(InvalidId), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_what_parses_prints_the_same(text in "(session_)?[0-9_a\\PC]{0,20}") {
            if let Ok(id) = text.parse::<SessionId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }

        #[test]
        fn ids_sort_as_their_text(a in 0i64..250_000_000_000, b in 0i64..250_000_000_000) {
            let id = |s| SessionId::from_local(chrono::DateTime::from_timestamp(s, 0).unwrap().naive_utc()).unwrap();
            prop_assert_eq!(id(a).cmp(&id(b)), id(a).to_string().cmp(&id(b).to_string()));
        }
    }
}
