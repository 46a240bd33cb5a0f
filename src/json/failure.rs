//! What is said when nothing came of it: the words, and the status that they have over HTTP.

use serde::Serialize;

use crate::session::{Error, ErrorKind};

/// What `--json` prints where a command was refused or failed.
#[derive(Debug, Clone, Serialize)]
pub struct FailureJson {
    /// What was tried, why it failed, and what helps.
    pub detail: String,
    /// The status that the HTTP API has for it.
    pub status: u16,
}

impl FailureJson {
    /// The JSON of an error; what was refused for a reason of its own has the status `refused`.
    pub fn new(error: &Error, refused: u16) -> Self {
        Self {
            detail: error.full(),
            status: status(error, refused),
        }
    }
}

/// The status that the HTTP API has for an error.
pub fn status(error: &Error, refused: u16) -> u16 {
    match error.kind() {
        ErrorKind::InvalidId => 400,
        ErrorKind::NotFound => 404,
        ErrorKind::Protected(_) => 409,
        ErrorKind::Refused(_) => refused,
        ErrorKind::Cancelled => 503,
        ErrorKind::NoSpace => 507,
        ErrorKind::Base(_) | ErrorKind::Io => 500,
    }
}
