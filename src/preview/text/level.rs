//! How serious a line of a log is, by the word that programs write for it. Pure.

/// How serious a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// For who looks for a fault: DEBUG, TRACE.
    Debug,
    /// What happens: INFO.
    Info,
    /// What should be looked at: WARN, WARNING.
    Warning,
    /// What failed: ERROR, FATAL, CRITICAL, a traceback.
    Error,
}

/// Bytes of a line in which its level is looked for.
const HEAD: usize = 200;

/// The level of a line, if it names one. The word counts in capitals, or in any case where it stands as
/// levels do: `[error]`, `level=error`, `error:` at the beginning.
pub fn level(line: &str) -> Option<Level> {
    let mut end = line.len().min(HEAD);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    let head = &line[..end];
    if head.starts_with("Traceback (most recent call last)")
        || head.starts_with("thread '") && head.contains("panicked at")
    {
        return Some(Level::Error);
    }
    let mut before = None;
    let mut at = 0;
    for word in head.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        let next = head[at + word.len()..].chars().next();
        if let Some(level) = of_word(word) {
            let capitals = word.bytes().all(|b| b.is_ascii_uppercase());
            let stands = matches!(
                (before, next),
                (Some('[' | '<' | '='), _) | (None, Some(':'))
            );
            if capitals || stands {
                return Some(level);
            }
        }
        // Python ends its tracebacks with the name of the error.
        if at == 0 && next == Some(':') && (word.ends_with("Error") || word.ends_with("Exception"))
        {
            return Some(Level::Error);
        }
        at += word.len();
        before = next;
        at += next.map_or(0, char::len_utf8);
    }
    None
}

fn of_word(word: &str) -> Option<Level> {
    let is = |words: &[&str]| words.iter().any(|w| word.eq_ignore_ascii_case(w));
    if is(&["error", "err", "fatal", "critical", "severe", "panic"]) {
        Some(Level::Error)
    } else if is(&["warning", "warn"]) {
        Some(Level::Warning)
    } else if is(&["info", "notice"]) {
        Some(Level::Info)
    } else if is(&["debug", "trace", "verbose"]) {
        Some(Level::Debug)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_what_programs_call_them() {
        for (line, expected) in [
            (
                "2025-07-10 15:30:00,123 ERROR root: no such table",
                Some(Level::Error),
            ),
            (
                "2025-07-10T15:30:00Z  WARN eyproject: disk is nearly full",
                Some(Level::Warning),
            ),
            ("INFO:root:started", Some(Level::Info)),
            ("[debug] 3 rows", Some(Level::Debug)),
            ("level=error msg=\"x\"", Some(Level::Error)),
            ("warning: unused variable", Some(Level::Warning)),
            ("Traceback (most recent call last):", Some(Level::Error)),
            ("ValueError: could not convert", Some(Level::Error)),
            ("KeyError: 'a'", Some(Level::Error)),
            (
                "thread 'main' panicked at src/main.rs:3",
                Some(Level::Error),
            ),
            ("there was no error in it", None),
            ("the error: none", None),
            ("ERRORS_TOTAL 3", None),
            ("", None),
            ("ä日 CRITICAL x", Some(Level::Error)),
        ] {
            assert_eq!(level(line), expected, "{line}");
        }
        let far = format!("{}ERROR", "ä".repeat(500));
        assert_eq!(level(&far), None);
    }
}
