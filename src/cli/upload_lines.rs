//! What an upload came to, in lines for people: each begins with what it is about.

use crate::session::{Skipped, text};
use crate::upload::Report;

/// The lines on `report`; with `verbose` each table, script and archive has its own.
pub fn lines(report: &Report, verbose: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut add = |label: &str, what: &str| lines.push(format!("{label:<9} {what}"));
    if let Some(session) = &report.session {
        add("session", &session.id.to_string());
    }
    let files = text::count(report.files as usize, "file", "files");
    add("stored", &format!("{files}, {}", text::bytes(report.bytes)));
    let tables: Vec<_> = report.tables().into_iter().map(|t| t.name).collect();
    if !tables.is_empty() {
        let count = text::count(tables.len(), "table", "tables");
        add("converted", &format!("{count}: {}", tables.join(", ")));
    }
    let rewritten: Vec<_> = report.rewritten().map(|s| s.path.as_str()).collect();
    if !rewritten.is_empty() {
        let count = text::count(rewritten.len(), "script", "scripts");
        add("rewritten", &format!("{count}: {}", rewritten.join(", ")));
    }
    let said = |s: &Skipped| format!("{}: {}", s.file, s.reason);
    report
        .skipped
        .iter()
        .for_each(|s| add("left out", &said(s)));
    report.notes.iter().for_each(|s| add("note", &said(s)));
    if verbose {
        lines.extend(report.made_lines());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_says_what_it_is_about() {
        let said = |file: &str, reason: &str| Skipped {
            file: file.into(),
            reason: reason.into(),
        };
        let report = Report {
            files: 2,
            bytes: 1500,
            skipped: vec![said("pipe", "it is neither a file nor a folder")],
            notes: vec![said("a.csv", "read as windows-1252")],
            ..Report::default()
        };
        assert_eq!(
            lines(&report, false),
            [
                "stored    2 files, 1.5 kB",
                "left out  pipe: it is neither a file nor a folder",
                "note      a.csv: read as windows-1252",
            ]
        );
    }
}
