//! One session with its files and tables: the answer to `info` and `GET /session/{id}`.
//! Reads the session and changes nothing; knows nothing of how the answer is sent.

use std::path::Path;

use serde::Serialize;
use walkdir::WalkDir;

use super::SessionJson;
use crate::session::{
    Cancel, Error, Extracted, Result, Script, SessionId, Skipped, Store, Table, usage,
};

/// One file of a session.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct FileJson {
    /// Relative to the session, with `/`.
    pub path: String,
    /// Its length.
    pub size_bytes: u64,
    /// When it was last written, RFC 3339, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified_at: Option<String>,
}

/// The answer to `info` and `GET /session/{id}`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct DetailJson {
    /// As in the list.
    #[serde(flatten)]
    pub session: SessionJson,
    /// Its regular files, by path.
    pub files: Vec<FileJson>,
    /// The tables of its database.
    pub tables: Vec<Table>,
    /// What its upload left out or changed.
    pub skipped: Vec<Skipped>,
    /// Archives that its upload unpacked.
    pub extracted: Vec<Extracted>,
    /// Scripts that its upload had read tables where they read files.
    pub scripts: Vec<Script>,
}

impl DetailJson {
    /// Reads a session with everything in it.
    ///
    /// # Errors
    /// [`crate::session::ErrorKind::NotFound`] if there is none of this id, and on `cancel`. What can't
    /// be read of it is in the session's `error`.
    pub fn read(store: &Store, id: SessionId, cancel: &Cancel) -> Result<Self> {
        let session = store.get(id)?;
        let manifest = store.manifest(id)?;
        let usage = usage::measure_one(&session.path, cancel).ok();
        let (files, all_listed) = files(store, &session.path, cancel)?;
        let (tables, skipped, extracted, scripts) = manifest
            .map(|m| (m.tables, m.skipped, m.extracted, m.scripts))
            .unwrap_or_default();
        let mut session = SessionJson::new(&session, usage.as_ref());
        if !all_listed {
            let why = "not all of its files are listed: some lie too deep, or can't be read";
            session.error = Some(match session.error {
                Some(error) => format!("{error}; {why}"),
                None => why.to_owned(),
            });
        }
        Ok(Self {
            session,
            files,
            tables,
            skipped,
            extracted,
            scripts,
        })
    }
}

/// The regular files below `dir`, and whether those are all.
fn files(store: &Store, dir: &Path, cancel: &Cancel) -> Result<(Vec<FileJson>, bool)> {
    let mut files = Vec::new();
    let mut all_listed = true;
    for entry in WalkDir::new(dir).sort_by_file_name() {
        if cancel.is_cancelled() {
            return Err(Error::cancelled("list the files"));
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(e) => {
                let error = e.io_error();
                all_listed &= error.is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound);
                continue;
            }
        };
        if entry.file_type().is_file()
            && let Ok(metadata) = entry.metadata()
            && let Ok(path) = entry.path().strip_prefix(dir)
        {
            let modified = metadata.modified().ok();
            files.push(FileJson {
                path: path
                    .to_string_lossy()
                    .replace(std::path::MAIN_SEPARATOR, "/"),
                size_bytes: metadata.len(),
                modified_at: modified.map(|t| store.clock().at(t.into()).to_rfc3339()),
            });
        }
    }
    Ok((files, all_listed))
}
