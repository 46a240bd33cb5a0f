//! What came of an upload: for the person, for `--json`, and for the session's own `logs/upload.log`.

use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, FixedOffset};

use crate::session::{Cleaned, Error, Result, Session, Skipped, Source, text};

/// What came of an upload.
#[derive(Debug, Default)]
pub struct Report {
    /// The new session; `None` only before it is published.
    pub session: Option<Session>,
    /// Regular files stored.
    pub files: u64,
    /// Their lengths added up.
    pub bytes: u64,
    /// Every file, relative to the session with `/`.
    pub stored: Vec<String>,
    /// What was uploaded.
    pub sources: Vec<Source>,
    /// What was left out, renamed or changed, and why.
    pub skipped: Vec<Skipped>,
    /// What the cleanup afterwards deleted.
    pub cleaned: Cleaned,
    /// What went wrong after the session was there.
    pub notices: Vec<String>,
}

/// Writes `logs/upload.log` into the session that is being built.
pub(super) fn write_log(report: &Report, dir: &Path, now: DateTime<FixedOffset>) -> Result<()> {
    let failed = |path: &Path, e| Error::io(format!("write {}", path.display()), path, e);
    let logs = dir.join("logs");
    match std::fs::create_dir(&logs) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists && logs.is_dir() => {}
        // A file of the person's has that name: the manifest says the same.
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
        made => made.map_err(|e| failed(&logs, e))?,
    }
    let text = log_text(report, now);
    for n in 1u32.. {
        let path = match n {
            1 => logs.join("upload.log"),
            n => logs.join(format!("upload ({n}).log")),
        };
        let written = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
        match written {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            written => return written.map_err(|e| failed(&path, e)),
        }
    }
    Ok(())
}

fn log_text(report: &Report, now: DateTime<FixedOffset>) -> String {
    let mut out = String::new();
    // Writing to a string can't fail.
    let _ = writeln!(
        out,
        "{} uploaded {}, {}",
        now.to_rfc3339_opts(chrono::SecondsFormat::Secs, false),
        text::count(report.files as usize, "file", "files"),
        text::bytes(report.bytes)
    );
    for s in &report.sources {
        let files = text::count(s.files as usize, "file", "files");
        let _ = writeln!(
            out,
            "  {} -> {} ({files}, {})",
            s.path,
            s.stored_as,
            text::bytes(s.bytes)
        );
    }
    for s in &report.skipped {
        let _ = writeln!(out, "  {}: {}", s.file, s.reason);
    }
    out
}
