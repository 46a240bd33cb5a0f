//! Opening, checking and finishing a session's database. One that was uploaded is never trusted: its
//! schema can't run functions, its pages are checked, and journals of others are not played back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::names::{Names, quoted};
use crate::session::{Cancel, Error, ErrorKind, rename_new};

/// What SQLite puts beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The mutex of the connection is left out: it never leaves its thread.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// How many of SQLite's steps go by between two looks at whether the caller cancelled.
const STEPS: i32 = 10_000;

/// A session's database while tables are added to it. The session is not published yet, so nothing
/// is synced: after a crash it is swept away whole.
#[derive(Debug)]
pub(super) struct Database {
    pub connection: Connection,
    path: PathBuf,
    /// It wasn't there before.
    made: bool,
    /// Names of its tables, indexes and views, and of those to come.
    pub names: Names,
}

impl Database {
    /// Opens the database at `path`, which is made if it isn't there.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let tried = "open the database";
        let made = match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_file() => false,
            Ok(_) => {
                let why = "it is not a regular file".to_owned();
                return Err(Error::new(ErrorKind::Refused(why), tried, path));
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => true,
            Err(e) => return Err(Error::io(tried, path, e)),
        };
        let open = || {
            let connection = open(path, FLAGS | OpenFlags::SQLITE_OPEN_CREATE)?;
            // The journal in memory holds only pages that were there before: it makes rollback of
            // one file possible and costs nothing while tables are appended.
            connection.execute_batch(
                "PRAGMA page_size=16384; PRAGMA locking_mode=EXCLUSIVE;
                 PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA cache_size=-16384;",
            )?;
            let names = connection
                .prepare("SELECT name FROM main.sqlite_schema")?
                .query_map([], |row| row.get::<_, String>(0))?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok((connection, names.iter().map(String::as_str).collect()))
        };
        let (connection, names) = open().map_err(|e| refused(tried, path, e))?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            made,
            names,
        })
    }

    /// Closes the database; nothing stays beside it, and one that was made for nothing goes.
    pub fn finish(self) -> Result<(), Error> {
        let Self {
            connection,
            path,
            made,
            ..
        } = self;
        let tried = "finish the database";
        let empty = connection
            .query_row("SELECT count(*) = 0 FROM main.sqlite_schema", [], |row| {
                row.get(0)
            })
            .map_err(|e| refused(tried, &path, e))?;
        connection
            .close()
            .map_err(|(_, e)| refused(tried, &path, e))?;
        if made && empty {
            fs::remove_file(&path).map_err(|e| Error::io(tried, &path, e))?;
        }
        Ok(())
    }
}

/// Opens the file at `path` so that nothing in it can do harm.
fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(path, flags)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 50),
        (Limit::SQLITE_LIMIT_FUNCTION_ARG, 16),
        (Limit::SQLITE_LIMIT_LENGTH, 256 << 20),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 10),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        db.set_limit(limit, value)?;
    }
    db.execute_batch("PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA foreign_keys=OFF;")?;
    Ok(db)
}

/// A table that an uploaded database brought along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Its name.
    pub name: String,
    /// Names and declared types of its columns.
    pub columns: Vec<(String, String)>,
    /// How many rows it has.
    pub rows: u64,
}

/// What became of an uploaded database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// It is whole, and the session's own from now on: one file, its write-ahead log applied.
    Taken {
        /// Its tables, by name.
        tables: Vec<Brought>,
        /// What was done with files beside it, for people to read.
        changes: Vec<String>,
    },
    /// It stays as a file under other names, byte for byte.
    Refused {
        /// Why.
        reason: String,
        /// The new names, in its folder.
        kept_as: Vec<String>,
    },
}

/// Takes the uploaded file at `path` as a session's database if it is one and is whole, with its
/// write-ahead log beside it. Otherwise it stays as an ordinary file under another name.
///
/// # Errors
/// Files that can't be renamed or removed, a full disk, and `cancel`.
pub fn accept_database(path: &Path, cancel: &Cancel) -> Result<Accepted, Error> {
    let tried = "take over the uploaded database";
    let io = |e| Error::io(tried, path, e);
    // The index of the log belongs to processes elsewhere. A rollback journal can name any file of
    // this computer to be deleted, and so is never played back.
    remove(&beside(path, "-shm")).map_err(io)?;
    let mut changes = Vec::new();
    if let Some(name) = set_aside(&beside(path, "-journal")).map_err(io)? {
        changes.push(format!(
            "the journal beside the database was not applied, and is kept as {name}"
        ));
    }
    match check(path, cancel) {
        Ok(tables) => {
            for suffix in BESIDE {
                remove(&beside(path, suffix)).map_err(io)?;
            }
            Ok(Accepted::Taken { tables, changes })
        }
        Err(_) if cancel.is_cancelled() => Err(Error::cancelled(tried)),
        Err(Unfit::Refused(e)) if fatal(&e) => Err(refused(tried, path, e)),
        Err(unfit) => {
            remove(&beside(path, "-shm")).map_err(io)?;
            let mut kept_as = Vec::new();
            for file in [path.to_owned(), beside(path, "-wal")] {
                kept_as.extend(set_aside(&file).map_err(io)?);
            }
            let reason = match unfit {
                Unfit::Damaged(what) => format!("the database is damaged: {what}"),
                Unfit::Refused(e) => format!("it can't be used as a database: {}", message(&e)),
            };
            Ok(Accepted::Refused { reason, kept_as })
        }
    }
}

/// Why an uploaded database is not taken.
enum Unfit {
    Damaged(String),
    Refused(rusqlite::Error),
}

impl From<rusqlite::Error> for Unfit {
    fn from(error: rusqlite::Error) -> Self {
        Self::Refused(error)
    }
}

/// Checks every page, and only then puts the log into the file.
fn check(path: &Path, cancel: &Cancel) -> Result<Vec<Brought>, Unfit> {
    if !fs::symlink_metadata(path).is_ok_and(|m| m.is_file()) {
        return Err(Unfit::Damaged("it is not a regular file".into()));
    }
    let mut db = open(path, FLAGS)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let cancel = cancel.clone();
    db.progress_handler(STEPS, Some(move || cancel.is_cancelled()))?;
    let verdict: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(Unfit::Damaged(verdict));
    }
    let tables = brought(&db)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    let mode: String = db.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get(0))?;
    if mode != "delete" {
        return Err(Unfit::Damaged(format!("its journal stays in mode {mode}")));
    }
    db.close().map_err(|(_, e)| e)?;
    Ok(tables)
}

/// The ordinary tables of `db`.
fn brought(db: &Connection) -> rusqlite::Result<Vec<Brought>> {
    let names = db
        .prepare("SELECT name FROM pragma_table_list WHERE schema='main' AND type='table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")?
        .query_map([], |row| row.get::<_, String>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    names
        .into_iter()
        .map(|name| {
            let columns = db
                .prepare("SELECT name, type FROM pragma_table_info(?)")?
                .query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            let count = format!("SELECT count(*) FROM main.{}", quoted(&name));
            let rows: i64 = db.query_row(&count, [], |row| row.get(0))?;
            Ok(Brought {
                name,
                columns,
                rows: rows.unsigned_abs(),
            })
        })
        .collect()
}

/// Gives files that SQLite would take for parts of a database at `path`, which isn't there, names under
/// which it leaves them alone: what they were called, and what they are called now.
///
/// # Errors
/// A file that can't be renamed.
pub fn set_aside_strays(path: &Path) -> Result<Vec<(String, String)>, Error> {
    let mut moved = Vec::new();
    for stray in BESIDE.map(|suffix| beside(path, suffix)) {
        let old = stray.file_name().unwrap_or_default().to_string_lossy();
        let failed = |e| Error::io(format!("rename {old}"), &stray, e);
        moved.extend(
            set_aside(&stray)
                .map_err(failed)?
                .map(|new| (old.clone().into_owned(), new)),
        );
    }
    Ok(moved)
}

/// `path` with `suffix` behind its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// Gives the file at `path` a name under which SQLite leaves it alone, if it is there.
fn set_aside(path: &Path) -> io::Result<Option<String>> {
    let Some(name) = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
    else {
        return Ok(None);
    };
    let mut n = 1u32;
    loop {
        let new = match n {
            1 => format!("{name}.uploaded"),
            _ => format!("{name}.uploaded_{n}"),
        };
        let free = path.with_file_name(&new);
        if fs::symlink_metadata(&free).is_ok() {
            n += 1;
            continue;
        }
        return match rename_new(path, &free) {
            Ok(_) => Ok(Some(new)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        };
    }
}

/// Whether `error` is about this computer, not about the data.
pub(super) fn fatal(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::OutOfMemory
                | ErrorCode::PermissionDenied
                | ErrorCode::ReadOnly
        )
    )
}

/// What SQLite said.
pub(super) fn message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(text)) => text.clone(),
        other => other.to_string(),
    }
}

/// The error for a database that can't be written.
pub(super) fn refused(tried: &str, path: &Path, error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::io(tried, path, io::ErrorKind::StorageFull.into()),
        Some(ErrorCode::OperationInterrupted) => Error::cancelled(tried),
        _ => Error::new(ErrorKind::Refused(message(&error)), tried, path),
    }
}
