//! Sizes, ages and counts as people write and read them; the same words in window, command line and reports.

use std::borrow::Cow;
use std::time::Duration;

/// A size as people read it: decimal units, as disks are sold and file managers count: `3.2 GB`.
pub fn bytes(n: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if n < 1000 {
        return format!("{n} B");
    }
    let (mut value, mut unit) = (n as f64 / 1000.0, 0);
    // 999.5 would print as 1000.
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if value >= 99.95 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

/// An age as people read it, by its largest unit: `90 minutes`, `7 days`.
pub fn age(age: Duration) -> String {
    const UNITS: [(u64, &str, &str); 4] = [
        (7 * 86_400, "week", "weeks"),
        (86_400, "day", "days"),
        (3_600, "hour", "hours"),
        (60, "minute", "minutes"),
    ];
    let seconds = age.as_secs();
    UNITS
        .iter()
        .find(|(unit, ..)| seconds >= *unit && seconds.is_multiple_of(*unit))
        .map_or_else(
            || count(seconds as usize, "second", "seconds"),
            |(unit, one, many)| count((seconds / unit) as usize, one, many),
        )
}

/// `1 file`, `3 files`, `12,345 files`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n as u64), if n == 1 { one } else { many })
}

/// Text from elsewhere, such as a file's name, as one line that neither commands a terminal nor turns
/// the direction of writing: such characters are written out.
pub fn one_line(text: &str) -> Cow<'_, str> {
    let misleads =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(misleads) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if misleads(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// A number with its thousands set apart: `12,345`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Rows as people read them while they are counted: `12,345 rows`, `3.1 M rows`.
pub fn rows(n: u64) -> String {
    match n {
        0..1_000_000 => count(n as usize, "row", "rows"),
        // 999.95 would print as 1000.0.
        1_000_000..999_950_000 => format!("{:.1} M rows", n as f64 / 1e6),
        _ => format!("{:.1} G rows", n as f64 / 1e9),
    }
}

/// Reads a size: `500MB` and `1.5 GB` are decimal, `20GiB` binary. A bare number is none: who leaves out the
/// unit hardly means bytes, and rules of cleanup are made of sizes.
pub fn parse_bytes(text: &str) -> Result<u64, String> {
    let (number, unit) = split(text);
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "b" => 1,
        "" if number == "0" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "t" | "tb" => 1_000_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        "tib" => 1 << 40,
        _ => {
            return Err(format!(
                "{text:?} is not a size; write it like 500MB or 20GiB"
            ));
        }
    };
    scale(number, factor)
        .ok_or_else(|| format!("{text:?} is not a size; write it like 500MB or 20GiB"))
}

/// Reads an age: `90s`, `90m`, `12h`, `7d`, `3w`.
pub fn parse_age(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let factor: u64 = match unit {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => {
            return Err(format!(
                "{text:?} is not an age; write it like 90m, 12h, 7d or 3w"
            ));
        }
    };
    scale(number, factor)
        .map(Duration::from_secs)
        .ok_or_else(|| format!("{text:?} is not an age; write it like 90m, 12h, 7d or 3w"))
}

/// An age as people type it, by the largest unit that leaves no rest: `7d`. [`parse_age`] reads it.
pub fn typed_age(age: Duration) -> String {
    const UNITS: [(u64, &str); 5] = [
        (604_800, "w"),
        (86_400, "d"),
        (3_600, "h"),
        (60, "m"),
        (1, "s"),
    ];
    typed(age.as_secs(), UNITS)
}

/// A size as people type it, by the largest decimal unit that leaves no rest: `20GB`. [`parse_bytes`] reads it.
pub fn typed_bytes(bytes: u64) -> String {
    const UNITS: [(u64, &str); 5] = [
        (1_000_000_000_000, "TB"),
        (1_000_000_000, "GB"),
        (1_000_000, "MB"),
        (1_000, "kB"),
        (1, "B"),
    ];
    typed(bytes, UNITS)
}

fn typed(n: u64, units: [(u64, &str); 5]) -> String {
    let fits = |(unit, _): &&(u64, &str)| n > 0 && n.is_multiple_of(*unit);
    let (unit, name) = units.iter().find(fits).unwrap_or(&units[4]);
    format!("{}{name}", n / unit)
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    (&text[..end], text[end..].trim())
}

/// `number × factor`, rounded; `None` if it isn't a number or doesn't fit.
fn scale(number: &str, factor: u64) -> Option<u64> {
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(factor);
    }
    let product = number.parse::<f64>().ok()? * factor as f64;
    (product.is_finite() && product < u64::MAX as f64).then_some(product.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_print_with_two_or_three_digits() {
        for (n, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (25_983, "26.0 kB"),
            (99_940, "99.9 kB"),
            (99_950, "100 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (3_200_000_000, "3.2 GB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(bytes(n), text);
        }
    }

    #[test]
    fn sizes_and_ages_are_read_as_people_write_them() {
        for (text, n) in [
            ("0", 0),
            ("500MB", 500_000_000),
            ("20GiB", 20 << 30),
            ("1.5 GB", 1_500_000_000),
            ("7k", 7000),
            (" 12 b ", 12),
        ] {
            assert_eq!(parse_bytes(text), Ok(n), "{text}");
        }
        for bad in [
            "",
            "GB",
            "-1MB",
            "1..2MB",
            "1e3",
            "5",
            "5 apples",
            "99999999999TB",
        ] {
            assert!(parse_bytes(bad).is_err(), "{bad}");
        }
        for (text, s) in [
            ("90m", 5400),
            ("7d", 604_800),
            ("3w", 1_814_400),
            ("1.5h", 5400),
        ] {
            assert_eq!(parse_age(text), Ok(Duration::from_secs(s)), "{text}");
        }
        for bad in ["", "7", "d", "7 years", "-3d"] {
            assert!(parse_age(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn text_from_elsewhere_commands_nothing() {
        for (text, shown) in [
            ("Füße 日本語.csv", "Füße 日本語.csv"),
            ("a\nb\r\t", "a\\nb\\r\\t"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("exe.\u{202e}fdp", "exe.\\u{202e}fdp"),
        ] {
            assert_eq!(one_line(text), shown);
        }
    }

    #[test]
    fn ages_print_by_the_largest_whole_unit() {
        let print = |s| age(Duration::from_secs(s));
        assert_eq!(print(604_800), "1 week");
        assert_eq!(print(5400), "90 minutes");
        assert_eq!(print(61), "61 seconds");
        assert_eq!(print(0), "0 seconds");
    }

    proptest! {
        #[test]
        fn what_is_read_never_panics(text in "\\PC{0,12}") {
            let _ = (parse_bytes(&text), parse_age(&text));
        }
    }

    #[test]
    fn what_is_typed_comes_back_the_same() {
        for n in [
            0,
            1,
            59,
            60,
            90,
            3_600,
            7 * 86_400,
            86_401,
            1_000,
            1_500,
            20_000_000_000,
        ] {
            assert_eq!(parse_bytes(&typed_bytes(n)), Ok(n));
            let age = Duration::from_secs(n);
            assert_eq!(parse_age(&typed_age(age)), Ok(age));
        }
        assert_eq!(typed_bytes(20_000_000_000), "20GB");
        assert_eq!(typed_age(Duration::from_secs(7 * 86_400)), "1w");
    }
}
