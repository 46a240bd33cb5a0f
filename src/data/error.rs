//! What SQLite says, in the words of this program.

use std::path::Path;
use std::time::Duration;

use rusqlite::ErrorCode;

use crate::session::{Error, ErrorKind, text};

/// What SQLite says went wrong, without the statement.
pub(super) fn message(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { error, .. } | rusqlite::Error::SqliteFailure(error, _)
            if error.code == ErrorCode::AuthorizationForStatementDenied =>
        {
            "only reading is allowed here: SELECT, WITH, VALUES, EXPLAIN and harmless PRAGMAs"
                .into()
        }
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::SqliteFailure(_, Some(text)) => text.clone(),
        other => other.to_string(),
    }
}

/// The kind of failure, wherever it was met.
pub(super) fn code(error: &rusqlite::Error) -> Option<ErrorCode> {
    match error {
        rusqlite::Error::SqlInputError { error, .. } => Some(error.code),
        other => other.sqlite_error_code(),
    }
}

/// The error for what could not be read of the database at `path`.
pub(super) fn refused(tried: &str, path: &Path, error: &rusqlite::Error) -> Error {
    match code(error) {
        Some(ErrorCode::DiskFull) => Error::io(tried, path, std::io::ErrorKind::StorageFull.into()),
        Some(ErrorCode::OperationInterrupted) => Error::cancelled(tried),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::new(
            ErrorKind::Refused("another program has locked it".into()),
            tried,
            path,
        )
        .with_help("try again when that program has finished its change"),
        Some(ErrorCode::DatabaseCorrupt) => Error::new(
            ErrorKind::Refused(format!("the database is damaged: {}", message(error))),
            tried,
            path,
        ),
        Some(ErrorCode::NotADatabase) => Error::new(
            ErrorKind::Refused("it is not a SQLite database, or it is encrypted".into()),
            tried,
            path,
        ),
        _ => Error::new(ErrorKind::Refused(message(error)), tried, path),
    }
}

/// The error for what took longer than it may.
pub(super) fn too_long(tried: &str, path: &Path, limit: Duration, locked: bool) -> Error {
    let why = format!("it took longer than {}", text::age(limit));
    let error = Error::new(ErrorKind::Refused(why), tried, path);
    error.with_help(if locked {
        "another program is writing to the database and would have to wait; try again when it has ended"
    } else {
        "narrow it down, for instance with a filter or a LIMIT"
    })
}
