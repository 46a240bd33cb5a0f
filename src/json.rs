//! The JSON that programs read: of `--json` and of the HTTP API, one shape for both.
//! Knows how things are named there, and nothing of how they are sent.

mod detail;
mod failure;

use std::collections::HashMap;
use std::path::Path;

use serde::Serialize;

use crate::session::{
    Cleaned, Extracted, Listing, Plan, Session, SessionId, Skipped, Store, Table, Usage, text,
};

pub use detail::{DetailJson, FileJson};
pub use failure::{FailureJson, status};

/// One element of `all_sessions`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct SessionJson {
    /// Its id.
    #[cfg_attr(feature = "server", schema(value_type = String))]
    pub session_id: SessionId,
    /// Its directory.
    pub path: String,
    /// When it was made: local time without offset, ISO 8601, cut to the second.
    pub creation_time: String,
    /// Apparent size in bytes; missing if it can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
    /// Whether it is the current one.
    pub is_current: bool,
    /// When it was made, RFC 3339 with offset.
    pub created_at: String,
    /// Its place in the order of all sessions.
    pub sequence: i64,
    /// Which program made it: gui, cli, api, server, library or unknown.
    #[cfg_attr(feature = "server", schema(value_type = String))]
    pub origin: &'static str,
    /// Bytes on disk; missing if it can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_bytes: Option<u64>,
    /// Regular files; missing if it can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_count: Option<u64>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Whether a program uses it.
    pub in_use: bool,
    /// The person's words on it.
    pub note: String,
    /// Its date lies in the future: a wrong clock made it, and it counts as the oldest.
    pub clock_ahead: bool,
    /// What its manifest names and is gone.
    pub missing: Vec<String>,
    /// What can't be read of it, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl SessionJson {
    /// The JSON of a session; without `usage` it could not be measured.
    pub fn new(session: &Session, usage: Option<&Usage>) -> Self {
        let unreadable = match usage {
            None => Some("its size can't be read".to_owned()),
            Some(u) if u.unreadable > 0 => Some(format!(
                "{} can't be read",
                text::count(u.unreadable as usize, "entry in it", "entries in it")
            )),
            Some(_) => None,
        };
        Self {
            session_id: session.id,
            path: session.path.display().to_string(),
            creation_time: session
                .created_at
                .naive_local()
                .format("%Y-%m-%dT%H:%M:%S")
                .to_string(),
            size_bytes: usage.map(|u| u.bytes),
            is_current: session.is_current(),
            created_at: session.created_at.to_rfc3339(),
            sequence: session.sequence,
            origin: session.origin.map_or("unknown", |o| o.as_str()),
            disk_bytes: usage.map(|u| u.disk_bytes),
            file_count: usage.map(|u| u.files),
            pinned: session.protection.pinned,
            in_use: session.protection.in_use,
            note: session.note.clone(),
            clock_ahead: session.clock_ahead,
            missing: session.missing.clone(),
            error: session.problem.clone().or(unreadable),
        }
    }
}

/// The answer to `list` and `GET /session/info`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct InfoJson {
    /// The current session, if there is one.
    #[cfg_attr(feature = "server", schema(value_type = Option<String>, required = true))]
    pub current_session_id: Option<SessionId>,
    /// The base directory.
    pub eyproject_temp_base: String,
    /// Directory of the current session, if there is one.
    #[cfg_attr(feature = "server", schema(required = true))]
    pub current_session_dir: Option<String>,
    /// Every session, newest first.
    pub all_sessions: Vec<SessionJson>,
}

impl InfoJson {
    /// The JSON of a listing.
    pub fn new(store: &Store, listing: &Listing, usages: &HashMap<SessionId, Usage>) -> Self {
        let current = listing.current.and_then(|id| listing.get(id));
        Self {
            current_session_id: listing.current,
            eyproject_temp_base: shown(store.base()),
            current_session_dir: current.map(|s| shown(&s.path)),
            all_sessions: listing
                .sessions
                .iter()
                .map(|s| SessionJson::new(s, usages.get(&s.id)))
                .collect(),
        }
    }
}

/// What a cleanup would do, or did.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct CleanupJson {
    /// Whether nothing was done.
    pub dry_run: bool,
    /// What goes, oldest first.
    pub deleted: Vec<DoomedJson>,
    /// What stays only because it is protected, or could not be deleted.
    pub skipped: Vec<SparedJson>,
    /// How many sessions stay.
    pub kept: usize,
    /// Known sizes of what goes, added up.
    pub freed_bytes: u64,
    /// What the person should know besides.
    pub notes: Vec<String>,
}

/// A session that goes.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct DoomedJson {
    /// Its id.
    #[cfg_attr(feature = "server", schema(value_type = String))]
    pub session_id: SessionId,
    /// Apparent size, if known.
    pub size_bytes: Option<u64>,
    /// Why it goes.
    pub reason: String,
}

/// A session that stays though a rule would take it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct SparedJson {
    /// Its id.
    #[cfg_attr(feature = "server", schema(value_type = String))]
    pub session_id: SessionId,
    /// Why it stays.
    pub reason: String,
}

impl CleanupJson {
    /// The JSON of a plan, before anything is done.
    pub fn planned(plan: &Plan) -> Self {
        Self {
            dry_run: true,
            deleted: plan.delete.iter().map(doomed).collect(),
            skipped: plan.spared.iter().map(spared).collect(),
            kept: plan.kept,
            freed_bytes: plan.bytes,
            notes: plan.notes.clone(),
        }
    }

    /// The JSON of what was done of `plan`.
    pub fn done(plan: &Plan, cleaned: &Cleaned) -> Self {
        let failed = cleaned.skipped.iter().map(|(id, e)| SparedJson {
            session_id: *id,
            reason: e.why(),
        });
        Self {
            dry_run: false,
            deleted: cleaned.deleted.iter().map(|(d, _)| doomed(d)).collect(),
            skipped: cleaned.spared.iter().map(spared).chain(failed).collect(),
            kept: plan.kept + cleaned.skipped.len(),
            freed_bytes: cleaned.deleted.iter().filter_map(|(d, _)| d.bytes).sum(),
            notes: cleaned.notes.clone(),
        }
    }
}

fn doomed(d: &crate::session::Doomed) -> DoomedJson {
    DoomedJson {
        session_id: d.id,
        size_bytes: d.bytes,
        reason: reasons(d),
    }
}

fn spared(s: &crate::session::Spared) -> SparedJson {
    SparedJson {
        session_id: s.id,
        reason: s.protection.to_string(),
    }
}

/// Every rule that takes a session, in words.
pub fn reasons(doomed: &crate::session::Doomed) -> String {
    let reasons: Vec<_> = doomed.reasons.iter().map(ToString::to_string).collect();
    reasons.join(", ")
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The answer to `upload` and `POST /upload`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct UploadJson {
    /// What was done, in one sentence.
    pub message: String,
    /// The new session.
    #[cfg_attr(feature = "server", schema(value_type = String))]
    pub session_id: SessionId,
    /// Its directory.
    pub temp_dir: String,
    /// Stored files and folders as they were named, relative with `/`.
    pub files: Vec<String>,
    /// The new tables, in one sentence.
    pub table_names_message: String,
    /// What was made of data files and scripts.
    pub sql_conversion: ConversionJson,
    /// What was left out or left as it was, and why: failed conversions too.
    pub skipped: Vec<Skipped>,
    /// What is stored, but not as it came: under another name, read in another encoding.
    pub notes: Vec<Skipped>,
    /// The session as in the list.
    pub session: SessionJson,
    /// Archives that were unpacked, and what came out of each.
    pub extracted: Vec<Extracted>,
}

/// What an upload made of data files and scripts.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ConversionJson {
    /// The names of the session's tables.
    pub converted_tables: Vec<String>,
    /// How many they are.
    pub total_tables: usize,
    /// Each table with its rows, columns and source.
    pub conversion_summary: Vec<Table>,
    /// Every call that now reads a table.
    pub python_transformations: Vec<TransformationJson>,
    /// The scripts that were rewritten, relative with `/`.
    pub python_files_updated: Vec<String>,
}

/// A call of a script that now reads a table.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct TransformationJson {
    /// The script, relative with `/`.
    pub file: String,
    /// The call's line in the original, from 1.
    pub line: usize,
    /// The function as the script called it.
    pub call: String,
    /// The data file it read.
    pub data_file: String,
    /// The tables it reads now.
    pub tables: Vec<String>,
}

impl ConversionJson {
    fn new(report: &crate::upload::Report) -> Self {
        let tables = report.tables();
        let changes = report.scripts.scripts.iter().flat_map(|script| {
            script.changes.iter().map(|change| TransformationJson {
                file: script.path.clone(),
                line: change.line,
                call: change.call.clone(),
                data_file: change.file.clone(),
                tables: change.tables.clone(),
            })
        });
        let rewritten = report.rewritten().map(|script| script.path.clone());
        Self {
            converted_tables: tables.iter().map(|t| t.name.clone()).collect(),
            total_tables: tables.len(),
            python_transformations: changes.collect(),
            python_files_updated: rewritten.collect(),
            conversion_summary: tables,
        }
    }

    fn message(&self) -> String {
        match &*self.converted_tables {
            [] => "No tables were made".into(),
            names => format!(
                "{}: {}",
                text::count(names.len(), "table", "tables"),
                names.join(", ")
            ),
        }
    }
}

impl UploadJson {
    /// The JSON of an upload that made `session`.
    pub fn new(report: &crate::upload::Report, session: SessionJson) -> Self {
        let files = text::count(report.files as usize, "file", "files");
        let sql_conversion = ConversionJson::new(report);
        Self {
            table_names_message: sql_conversion.message(),
            sql_conversion,
            message: format!("{files} uploaded, {}", text::bytes(report.bytes)),
            session_id: session.session_id,
            temp_dir: session.path.clone(),
            files: report.stored.clone(),
            extracted: report.extracted.clone(),
            skipped: report.skipped.clone(),
            notes: report.notes.clone(),
            session,
        }
    }
}
