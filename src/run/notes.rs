//! What the log of a run says besides the script: what was begun and when, and what came of it.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::log::Log;
use super::record::{End, Record};
use crate::session::text;

pub(super) fn head<W: Write>(log: &mut Log<W>, record: &Record, folder: &Path) {
    let limit = match record.time_limit_s {
        0 => "none".to_owned(),
        s => text::age(Duration::from_secs(s)),
    };
    log.note(&format!("command: {}", quoted(&record.command)));
    log.note(&format!("folder: {}", folder.display()));
    let started = record.started_at.format("%Y-%m-%d %H:%M:%S UTC%:z");
    log.note(&format!("started: {started}"));
    log.note(&format!("time limit: {limit}"));
}

pub(super) fn tail<W: Write>(log: &mut Log<W>, end: &End) {
    if let Some(problem) = &end.problem {
        log.note(&format!("problem: {problem}"));
    }
    log.note(&format!("ended: {}", end.words()));
    log.note(&format!("duration: {:.3} s", end.duration().as_secs_f64()));
    if let Some(used) = &end.usage {
        log.note(&format!(
            "CPU time: {:.3} s",
            Duration::from_millis(used.cpu_ms).as_secs_f64()
        ));
        log.note(&format!("peak memory: {}", text::bytes(used.peak_bytes)));
    }
}

/// A command as one could type it.
fn quoted(command: &[String]) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=+,@%\\".contains(c);
    let word = |word: &String| {
        if !word.is_empty() && word.chars().all(plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    };
    command.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_written_as_one_could_type_it() {
        let words = ["python3", "a b.py", "", "it's", "x=1"].map(String::from);
        assert_eq!(quoted(&words), "python3 'a b.py' '' 'it'\\''s' x=1");
    }
}
