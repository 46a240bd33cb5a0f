//! Dates and times of workbooks as ISO text. Knows nothing else of them.

use std::fmt::Write as _;

use calamine::ExcelDateTime;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// `2025-07-10 15:30:00`, with a fraction if there is one.
    Moment,
    /// `15:30:00`, a time of day or a duration.
    Time,
    /// Nothing: it is outside of what Excel shows as a date.
    Nothing,
}

/// Days from which on Excel shows no dates any more, in either of its calendars.
const DAYS: f64 = 2_957_004.0;

const DAY_MILLIS: f64 = 86_400_000.0;

/// Writes a date, time or duration of Excel behind `out`.
pub(super) fn excel(moment: &ExcelDateTime, out: &mut String) -> Written {
    let days = moment.as_f64();
    if moment.is_duration() {
        return match days.abs() < DAYS {
            true => {
                time(days, out);
                Written::Time
            }
            false => Written::Nothing,
        };
    }
    match days {
        0.0..1.0 => {
            time(days, out);
            Written::Time
        }
        1.0..DAYS => {
            let (year, month, day, hour, minute, second, millis) = moment.to_ymd_hms_milli();
            let _ = write!(
                out,
                "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
            );
            fraction(u64::from(millis), out);
            Written::Moment
        }
        _ => Written::Nothing,
    }
}

/// Writes hours, minutes and seconds of `days`; hours go beyond 24.
fn time(days: f64, out: &mut String) {
    let millis = (days * DAY_MILLIS).round();
    let sign = if millis < 0.0 { "-" } else { "" };
    let millis = millis.abs() as u64;
    let (seconds, millis) = (millis / 1000, millis % 1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let _ = write!(out, "{sign}{hours:02}:{minutes:02}:{seconds:02}");
    fraction(millis, out);
}

fn fraction(millis: u64, out: &mut String) {
    if millis > 0 {
        let _ = write!(out, ".{millis:03}");
    }
}

/// Writes `text`, `2025-07-10` or `2025-07-10T15:30:00` with or without a fraction, as a moment;
/// false, and nothing is written, if it is something else.
pub(super) fn iso(text: &str, out: &mut String) -> bool {
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    if !pattern(date, "dddd-dd-dd")
        || !pattern(clock, "dd:dd:dd")
        || !fraction.bytes().all(|b| b.is_ascii_digit())
    {
        return false;
    }
    let _ = write!(out, "{date} {clock}");
    if let fraction @ [_, ..] = fraction.trim_end_matches('0').as_bytes() {
        let _ = write!(out, ".{}", String::from_utf8_lossy(fraction));
    }
    true
}

fn pattern(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(b, p)| {
            if p == b'd' {
                b.is_ascii_digit()
            } else {
                b == p
            }
        })
}

/// Writes `text`, a duration such as `PT12H30M15S`, as `12:30:15`; false if it is something else.
pub(super) fn iso_duration(text: &str, out: &mut String) -> bool {
    let Some((hours, rest)) = text.strip_prefix("PT").and_then(|t| t.split_once('H')) else {
        return false;
    };
    let Some((minutes, rest)) = rest.split_once('M') else {
        return false;
    };
    let Some(seconds) = rest.strip_suffix('S') else {
        return false;
    };
    let (seconds, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let digits = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| part.parse::<u64>().ok())
            .flatten()
    };
    let (Some(hours), Some(minutes), Some(seconds)) =
        (digits(hours), digits(minutes), digits(seconds))
    else {
        return false;
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let _ = write!(out, "{hours:02}:{minutes:02}:{seconds:02}");
    if let fraction @ [_, ..] = fraction.trim_end_matches('0').as_bytes() {
        let _ = write!(out, ".{}", String::from_utf8_lossy(fraction));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    #[test]
    fn excel_dates() {
        let write = |value, kind, since_1904| {
            let mut out = String::new();
            let written = excel(&ExcelDateTime::new(value, kind, since_1904), &mut out);
            (written, out)
        };
        for (value, kind, since_1904, written, text) in [
            (
                45943.5,
                DateTime,
                false,
                Written::Moment,
                "2025-10-13 12:00:00",
            ),
            (
                45943.541,
                DateTime,
                false,
                Written::Moment,
                "2025-10-13 12:59:02.400",
            ),
            (
                45943.0,
                DateTime,
                false,
                Written::Moment,
                "2025-10-13 00:00:00",
            ),
            (1.0, DateTime, false, Written::Moment, "1900-01-01 00:00:00"),
            (
                44481.0,
                DateTime,
                true,
                Written::Moment,
                "2025-10-13 00:00:00",
            ),
            (0.75, DateTime, false, Written::Time, "18:00:00"),
            (1.5, TimeDelta, false, Written::Time, "36:00:00"),
            (-0.25, TimeDelta, false, Written::Time, "-06:00:00"),
            (-1.0, DateTime, false, Written::Nothing, ""),
            (3e6, DateTime, false, Written::Nothing, ""),
            (f64::NAN, TimeDelta, false, Written::Nothing, ""),
        ] {
            assert_eq!(
                write(value, kind, since_1904),
                (written, text.to_owned()),
                "{value}"
            );
        }
    }

    #[test]
    fn iso_dates() {
        let write = |f: fn(&str, &mut String) -> bool, text| {
            let mut out = String::new();
            f(text, &mut out).then_some(out)
        };
        assert_eq!(
            write(iso, "2025-07-10").as_deref(),
            Some("2025-07-10 00:00:00")
        );
        assert_eq!(
            write(iso, "2025-07-10T15:30:00.500").as_deref(),
            Some("2025-07-10 15:30:00.5")
        );
        assert_eq!(write(iso, "2025-07-10T15:30:00Z"), None);
        assert_eq!(write(iso, "10.7.2025"), None);
        assert_eq!(
            write(iso_duration, "PT12H30M15S").as_deref(),
            Some("12:30:15")
        );
        assert_eq!(
            write(iso_duration, "PT1H2M3.250S").as_deref(),
            Some("01:02:03.25")
        );
        assert_eq!(write(iso_duration, "P1D"), None);
    }
}
