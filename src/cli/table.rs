//! The table of `list`: aligned for people on a terminal, tab-separated and stable when piped.

use std::io::{self, IsTerminal, Write};

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::session::{Session, Usage, text};

/// One line of the table, in words and in figures.
#[derive(Debug, Clone)]
pub struct Row {
    id: String,
    created_at: DateTime<FixedOffset>,
    age: String,
    bytes: Option<u64>,
    files: Option<u64>,
    state: String,
    path: String,
}

impl Row {
    /// The line of a session; `usage` as far as it could be measured.
    pub fn new(session: &Session, usage: Option<&Usage>, now: DateTime<FixedOffset>) -> Self {
        let p = session.protection;
        let states = [
            (p.current, "current"),
            (p.pinned, "pinned"),
            (p.in_use, "in use"),
            (session.clock_ahead, "from the future"),
            (
                !session.missing.is_empty() || session.problem.is_some(),
                "damaged",
            ),
        ];
        let states: Vec<_> = states
            .iter()
            .filter(|(yes, _)| *yes)
            .map(|(_, s)| *s)
            .collect();
        Self {
            id: session.id.to_string(),
            created_at: session.created_at,
            age: age(now - session.created_at),
            bytes: usage.map(|u| u.bytes),
            files: usage.map(|u| u.files),
            state: states.join(", "),
            path: session.path.display().to_string(),
        }
    }
}

/// Prints the table to `out`, which is stdout: its kind decides the form.
pub fn print(rows: &[Row], out: &mut (impl Write + IsTerminal)) -> io::Result<()> {
    if out.is_terminal() {
        print_for_people(rows, out)
    } else {
        print_for_programs(rows, out)
    }
}

fn print_for_people(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let age_width = rows
        .iter()
        .map(|r| r.age.chars().count())
        .max()
        .unwrap_or(0)
        .max("CREATED".len());
    writeln!(
        out,
        "{:<23}  {:<age_width$}  {:>8}  {:>7}  STATE",
        "SESSION", "CREATED", "SIZE", "FILES"
    )?;
    for r in rows {
        let size = r.bytes.map_or_else(|| "?".into(), text::bytes);
        let files = r.files.map_or_else(|| "?".into(), text::grouped);
        let line = format!(
            "{:<23}  {:<age_width$}  {size:>8}  {files:>7}  {}",
            r.id, r.age, r.state
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Columns: id, creation time (RFC 3339), bytes, files, state, path; an unknown figure is empty.
fn print_for_programs(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    let mut buffer = String::new();
    for r in rows {
        let figure = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
        buffer += &format!(
            "{}\t{}\t{}\t{}\t{}\t{}\n",
            r.id,
            r.created_at
                .to_rfc3339_opts(chrono::SecondsFormat::Secs, false),
            figure(r.bytes),
            figure(r.files),
            r.state,
            r.path
        );
    }
    out.write_all(buffer.as_bytes())
}

/// How long ago, by the largest unit.
fn age(age: TimeDelta) -> String {
    let seconds = age.num_seconds();
    let units = [
        (86_400, "day ago", "days ago"),
        (3_600, "hour ago", "hours ago"),
        (60, "minute ago", "minutes ago"),
    ];
    if seconds < -3600 {
        return "in the future".into();
    }
    units
        .iter()
        .find(|(unit, ..)| seconds >= *unit)
        .map_or_else(
            || "just now".into(),
            |(unit, one, many)| {
                text::count(usize::try_from(seconds / unit).unwrap_or(0), one, many)
            },
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_as_people_say_them() {
        for (seconds, said) in [
            (-7200, "in the future"),
            (-5, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (7199, "1 hour ago"),
            (172_800, "2 days ago"),
        ] {
            assert_eq!(age(TimeDelta::seconds(seconds)), said);
        }
    }

    #[test]
    fn the_two_forms_of_the_table() {
        let row = Row {
            id: "session_20250710_153000".into(),
            created_at: DateTime::parse_from_rfc3339("2025-07-10T15:30:00+02:00").unwrap(),
            age: "2 days ago".into(),
            bytes: Some(25_983),
            files: None,
            state: String::new(),
            path: "/t/session_20250710_153000".into(),
        };
        let mut people = Vec::new();
        print_for_people(std::slice::from_ref(&row), &mut people).unwrap();
        assert_eq!(
            String::from_utf8(people).unwrap(),
            "SESSION                  CREATED         SIZE    FILES  STATE\n\
             session_20250710_153000  2 days ago   26.0 kB        ?\n"
        );
        let mut programs = Vec::new();
        print_for_programs(&[row], &mut programs).unwrap();
        assert_eq!(
            String::from_utf8(programs).unwrap(),
            "session_20250710_153000\t2025-07-10T15:30:00+02:00\t25983\t\t\t/t/session_20250710_153000\n"
        );
    }
}
