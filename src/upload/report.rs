//! What came of an upload: for the person, for `--json`, and for the session's own `logs/upload.log`.

use std::fmt::Write as _;
use std::path::Path;

use chrono::{DateTime, FixedOffset};

use super::convert::Made;
use super::copy::Copied;
use super::python;
use super::tables::Converted;
use super::unpack::Unpacked;
use crate::session::{
    Cancel, Cleaned, EntryKind, Error, Extracted, Mounts, Result, Root, Script, Session, Skipped,
    Source, Table, text,
};

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
    /// What was left out or left as it was, and why.
    pub skipped: Vec<Skipped>,
    /// What is stored, but not as it came: under another name, or with other values.
    pub notes: Vec<Skipped>,
    /// Archives that were unpacked.
    pub extracted: Vec<Extracted>,
    /// What was made of data files.
    pub converted: Converted,
    /// What was made of scripts.
    pub scripts: python::Report,
    /// What the cleanup afterwards deleted.
    pub cleaned: Cleaned,
    /// What went wrong after the session was there.
    pub notices: Vec<String>,
}

impl Report {
    pub(super) fn of(sources: Vec<Source>, copied: Copied) -> Self {
        Self {
            files: copied.files,
            bytes: copied.bytes,
            sources,
            skipped: copied.skipped,
            notes: copied.notes,
            ..Self::default()
        }
    }

    pub(super) fn add_unpacked(&mut self, unpacked: Unpacked) {
        self.files += unpacked.files;
        self.bytes += unpacked.bytes;
        self.extracted.extend(unpacked.extracted);
        self.sources.extend(unpacked.sources);
        self.skipped.extend(unpacked.skipped);
        self.notes.extend(unpacked.notes);
    }

    pub(super) fn add_made(&mut self, made: Made) {
        self.skipped.extend(made.skipped);
        self.skipped.extend(made.converted.skipped.iter().cloned());
        self.notes.extend(made.notes);
        for table in &made.converted.tables {
            let said = table.changes.iter().map(|reason| Skipped {
                file: table.source.clone(),
                reason: reason.clone(),
            });
            self.notes.extend(said);
        }
        for script in &made.scripts.scripts {
            let said = script.left.iter().map(|left| Skipped {
                file: script.path.clone(),
                reason: left.to_string(),
            });
            self.skipped.extend(said);
        }
        self.converted = made.converted;
        self.scripts = made.scripts;
    }

    /// What was left out, then what is not as it came: all that the manifest, the log and the window tell.
    pub fn told(&self) -> Vec<Skipped> {
        self.skipped.iter().chain(&self.notes).cloned().collect()
    }

    /// The scripts that were rewritten.
    pub fn rewritten(&self) -> impl Iterator<Item = &python::Script> {
        self.scripts
            .scripts
            .iter()
            .filter(|s| !s.changes.is_empty())
    }

    /// The rewritten scripts, for the manifest.
    pub(super) fn rewritten_scripts(&self) -> Vec<Script> {
        let script = |s: &python::Script| Script {
            file: s.path.clone(),
            original: s.original.clone().unwrap_or_default(),
            calls: s.changes.len() as u64,
        };
        self.rewritten().map(script).collect()
    }

    /// Unpacked archives, tables and rewritten scripts, each in a line.
    pub fn made_lines(&self) -> Vec<String> {
        let extracted = self.extracted.iter().map(|e| {
            let files = text::count(e.files as usize, "file", "files");
            format!(
                "extracted {files}, {}, from {}",
                text::bytes(e.bytes),
                e.archive
            )
        });
        let tables = self.tables().into_iter().map(|t| {
            let rows = text::count(t.rows as usize, "row", "rows");
            let columns = text::count(t.columns.len(), "column", "columns");
            format!("table {}: {rows}, {columns}, from {}", t.name, t.source)
        });
        let scripts = self.rewritten().map(|script| {
            let calls = text::count(script.changes.len(), "call", "calls");
            let original = script.original.as_deref().unwrap_or_default();
            format!(
                "script {}: {calls} read tables now; the original is {original}",
                script.path
            )
        });
        extracted.chain(tables).chain(scripts).collect()
    }

    /// The tables of the session's database, for its manifest.
    pub fn tables(&self) -> Vec<Table> {
        let brought = self.converted.brought.iter().map(Table::from);
        self.converted
            .tables
            .iter()
            .map(Table::from)
            .chain(brought)
            .collect()
    }
}

/// Every regular file below `dir`, relative with `/`, sorted.
pub(super) fn stored(dir: &Path) -> Vec<String> {
    let cancel = Cancel::default();
    let root = Root::at(dir, Mounts::Stay).ok();
    let below = root
        .iter()
        .flat_map(|root| root.walk(Path::new(""), &cancel))
        .flatten();
    let files = below.filter(|entry| entry.kind == EntryKind::File);
    let mut stored: Vec<_> = files.map(|file| file.name().into_owned()).collect();
    stored.sort_unstable();
    stored
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
    for line in report.made_lines() {
        let _ = writeln!(out, "  {line}");
    }
    for s in report.told() {
        let _ = writeln!(out, "  {}: {}", s.file, s.reason);
    }
    out
}
