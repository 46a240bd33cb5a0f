//! Times, sizes, counts and paths as the window words them. Pure: the time is passed in, and so is the
//! measure of text.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use egui::os::OperatingSystem;
use egui::{Context, KeyboardShortcut};

use crate::session::text;

/// Stands where a size isn't known yet.
pub const UNKNOWN: &str = "–";

/// How long ago something was made, for a cell: `just now`, `5 min ago`, `yesterday`, `3 months ago`.
///
/// "Yesterday" and days go by the calendar where the person sits, so both times carry their offset.
pub fn ago(then: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> String {
    let passed = now - then;
    // A clock that was set back by a moment isn't worth a word.
    if passed < TimeDelta::seconds(-60) {
        return "in the future".to_owned();
    }
    let minutes = passed.num_minutes();
    if minutes < 1 {
        return "just now".to_owned();
    }
    if minutes < 60 {
        return format!("{minutes} min ago");
    }
    let there = then.with_timezone(now.offset()).date_naive();
    let days = (now.date_naive() - there).num_days();
    match days {
        0 => format!("{} h ago", passed.num_hours()),
        1 if passed.num_hours() < 6 => format!("{} h ago", passed.num_hours()),
        1 => "yesterday".to_owned(),
        2..=59 => format!("{days} days ago"),
        60..=729 => format!("{} months ago", days / 30),
        _ => format!("{} years ago", days / 365),
    }
}

/// The exact time for a tooltip: as the person's clock shows it, and in UTC.
pub fn exact(then: DateTime<FixedOffset>) -> String {
    format!(
        "{}\n{} UTC",
        then.format("%A, %-d %B %Y, %H:%M:%S (UTC%:z)"),
        then.with_timezone(&Utc).format("%Y-%m-%d %H:%M:%S")
    )
}

/// A size in two parts, so that the unit can be lighter: `("3.2", "GB")`.
pub fn size(bytes: u64) -> (String, String) {
    let whole = text::bytes(bytes);
    match whole.split_once(' ') {
        Some((value, unit)) => (value.to_owned(), unit.to_owned()),
        None => (whole, String::new()),
    }
}

/// A size that is still being counted: `≥ 1.2 GB`.
pub fn at_least(bytes: u64) -> String {
    format!("≥ {}", text::bytes(bytes))
}

/// What so many files take: `26.0 kB in 1 file`. Without a file there may be a size all the same, of what the
/// manager itself writes down.
pub fn size_of_files(size: &str, files: u64) -> String {
    match usize::try_from(files).unwrap_or(usize::MAX) {
        0 => format!("{size}, no files"),
        n => format!("{size} in {}", text::count(n, "file", "files")),
    }
}

/// How fast it goes, in bytes per second: `84 MB/s`.
pub fn rate(bytes: u64) -> String {
    format!("{}/s", text::bytes(bytes))
}

/// How long the rest takes: `12 s left`, `3 min left`, `2 h left`.
pub fn time_left(left: Duration) -> String {
    match left.as_secs() {
        s @ 0..60 => format!("{s} s left"),
        s @ 60..3_600 => format!("{} min left", s.div_ceil(60)),
        s @ 3_600..172_800 => format!("{} h left", s.div_ceil(3_600)),
        _ => "days left".to_owned(),
    }
}

/// `whole` shortened in the middle until `fits` says yes: `session_2025…153000`. The end is kept longer,
/// since names that begin alike differ there.
pub fn elide_middle(whole: &str, fits: impl Fn(&str) -> bool) -> String {
    if fits(whole) {
        return whole.to_owned();
    }
    let chars: Vec<char> = whole.chars().collect();
    let keep = |n: usize| -> String {
        let (head, tail) = (n / 2, n - n / 2);
        let mut short: String = chars[..head].iter().collect();
        short.push('…');
        short.extend(&chars[chars.len() - tail..]);
        short
    };
    // The longest that fits; `partition_point` over lengths is a binary search.
    let lengths: Vec<usize> = (0..chars.len()).collect();
    let fitting = lengths.partition_point(|n| fits(&keep(*n)));
    keep(fitting.saturating_sub(1))
}

/// The words with a capital at their beginning.
pub fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// What this platform calls the program that shows folders.
pub fn file_manager(os: OperatingSystem) -> &'static str {
    match os {
        OperatingSystem::Windows => "Explorer",
        OperatingSystem::Mac | OperatingSystem::IOS => "Finder",
        _ => "file manager",
    }
}

/// `Open in Explorer`, `Open in Finder`, `Open in file manager`.
pub fn open_in(os: OperatingSystem) -> String {
    format!("Open in {}", file_manager(os))
}

/// `Show in Explorer`, `Show in Finder`, `Show in file manager`.
pub fn show_in(os: OperatingSystem) -> String {
    format!("Show in {}", file_manager(os))
}

/// A shortcut as this platform writes it: `Ctrl+Shift+P`, `⇧⌘P`, `Ctrl+,`.
pub fn shortcut(ctx: &Context, shortcut: &KeyboardShortcut) -> String {
    let words = ctx.format_shortcut(shortcut);
    let key = shortcut.logical_key;
    let sign = key.symbol_or_name();
    // The toolkit spells signs out: `Comma`. Arrows stay words, which more fonts have.
    match words.strip_suffix(key.name()) {
        Some(modifiers) if sign.is_ascii() => format!("{modifiers}{sign}"),
        _ => words,
    }
}

/// A word with its shortcut, for a tooltip.
pub fn with_shortcut(words: &str, shortcut: &str) -> String {
    if shortcut.is_empty() {
        words.to_owned()
    } else {
        format!("{words} ({shortcut})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn ages_are_worded_as_people_say_them() {
        let now = at("2025-07-10T15:30:00+02:00");
        for (then, words) in [
            ("2025-07-10T15:30:00+02:00", "just now"),
            ("2025-07-10T15:29:01+02:00", "just now"),
            ("2025-07-10T15:30:40+02:00", "just now"),
            ("2025-07-10T15:31:01+02:00", "in the future"),
            ("2025-07-10T15:29:00+02:00", "1 min ago"),
            ("2025-07-10T14:30:01+02:00", "59 min ago"),
            ("2025-07-10T14:30:00+02:00", "1 h ago"),
            ("2025-07-10T00:00:00+02:00", "15 h ago"),
            ("2025-07-09T23:59:59+02:00", "yesterday"),
            ("2025-07-09T00:00:00+02:00", "yesterday"),
            ("2025-07-08T23:59:59+02:00", "2 days ago"),
            // The day is the person's, not that of the machine which made the session.
            ("2025-07-08T23:30:00Z", "yesterday"),
            ("2025-06-28T12:00:00+02:00", "12 days ago"),
            ("2025-05-12T12:00:00+02:00", "59 days ago"),
            ("2025-04-10T12:00:00+02:00", "3 months ago"),
            ("2023-07-12T12:00:00+02:00", "24 months ago"),
            ("2023-07-11T12:00:00+02:00", "2 years ago"),
        ] {
            assert_eq!(ago(at(then), now), words, "{then}");
        }
        let night = at("2025-07-10T00:30:00+02:00");
        assert_eq!(ago(at("2025-07-09T22:00:00+02:00"), night), "2 h ago");
    }

    #[test]
    fn a_tooltip_has_the_local_and_the_universal_time() {
        assert_eq!(
            exact(at("2025-07-10T01:30:05+02:00")),
            "Thursday, 10 July 2025, 01:30:05 (UTC+02:00)\n2025-07-09 23:30:05 UTC"
        );
    }

    #[test]
    fn sizes_rates_and_times_left_are_short() {
        assert_eq!(size(3_200_000_000), ("3.2".to_owned(), "GB".to_owned()));
        assert_eq!(size(0), ("0".to_owned(), "B".to_owned()));
        assert_eq!(at_least(1_200_000_000), "≥ 1.2 GB");
        for (files, words) in [
            (0, "412 B, no files"),
            (1, "412 B in 1 file"),
            (2_000, "412 B in 2,000 files"),
        ] {
            assert_eq!(size_of_files("412 B", files), words);
        }
        assert_eq!(rate(84_000_000), "84.0 MB/s");
        for (seconds, words) in [
            (0, "0 s left"),
            (10, "10 s left"),
            (60, "1 min left"),
            (61, "2 min left"),
            (5_000, "2 h left"),
            (1_000_000, "days left"),
        ] {
            assert_eq!(time_left(Duration::from_secs(seconds)), words);
        }
    }

    #[test]
    fn platforms_are_called_by_their_words() {
        assert_eq!(open_in(OperatingSystem::Windows), "Open in Explorer");
        assert_eq!(show_in(OperatingSystem::Mac), "Show in Finder");
        assert_eq!(show_in(OperatingSystem::Nix), "Show in file manager");
        assert_eq!(with_shortcut("Clean up", "Ctrl+K"), "Clean up (Ctrl+K)");
        assert_eq!(with_shortcut("Clean up", ""), "Clean up");
        assert_eq!(
            (capital("it is pinned"), capital("")),
            ("It is pinned".to_owned(), String::new())
        );
    }

    #[test]
    fn long_names_lose_their_middle() {
        let fits = |n| move |s: &str| s.chars().count() <= n;
        assert_eq!(
            elide_middle("session_20250710_153000", fits(13)),
            "sessio…153000"
        );
        assert_eq!(elide_middle("short", fits(5)), "short");
        assert_eq!(elide_middle("short", fits(4)), "s…rt");
        assert_eq!(elide_middle("short", fits(0)), "…");
        assert_eq!(elide_middle("", fits(0)), "");
        assert_eq!(elide_middle("日本語のファイル名", fits(5)), "日本…ル名");
    }

    proptest! {
        #[test]
        fn what_is_shortened_fits_and_keeps_both_ends(name in "\\PC{2,40}", room in 1usize..40) {
            let short = elide_middle(&name, |s| s.chars().count() <= room);
            prop_assert!(short.chars().count() <= room);
            if short != name {
                let (head, tail) = short.rsplit_once('…').unwrap();
                prop_assert!(name.starts_with(head) || name.contains('…'));
                prop_assert!(name.ends_with(tail));
            }
        }

        #[test]
        fn ages_never_panic(then in -1i64 << 40..1i64 << 40, now in -1i64 << 40..1i64 << 40) {
            let time = |s| DateTime::from_timestamp(s, 0).unwrap().fixed_offset();
            prop_assert!(!ago(time(then), time(now)).is_empty());
        }
    }
}
