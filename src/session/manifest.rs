//! `.session.json`, what a session knows of itself: its fields, and reading them from hostile bytes.
//! Knows nothing of when it is written; fields of other versions survive a rewrite.

use std::io::{ErrorKind, Read};
use std::path::Path;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::id::SessionId;
use super::sys;

/// The file's name in a session.
pub const FILE_NAME: &str = ".session.json";

/// The version that this program writes.
pub const VERSION: u32 = 1;

/// A larger manifest is not read: nothing that we write comes near it.
const MAX_BYTES: u64 = 64 << 20;

/// What a session's manifest says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the format, 1.
    pub version: u32,
    /// The session that it belongs to.
    pub session_id: SessionId,
    /// When the session was published, with the local offset of that moment.
    pub created_at: DateTime<FixedOffset>,
    /// Place in the total order: microseconds since the Unix epoch, made unique.
    pub sequence: i64,
    /// Which program made it.
    pub origin: Origin,
    /// What was uploaded, one entry for each file or folder named by the person.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Tables of `project_data.db`.
    #[serde(default)]
    pub tables: Vec<Table>,
    /// What was left out, renamed or changed, and why.
    #[serde(default)]
    pub skipped: Vec<Skipped>,
    /// Archives that were unpacked into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extracted: Vec<Extracted>,
    /// Scripts that read tables now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<Script>,
    /// What is named above and the person deleted since, relative with `/`: it is gone, but not lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Whether the person wants it kept whatever the rules say.
    #[serde(default)]
    pub pinned: bool,
    /// The person's own words on it.
    #[serde(default)]
    pub note: String,
}

/// Which program made a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The window.
    Gui,
    /// The command line.
    Cli,
    /// An upload over HTTP.
    Api,
    /// The start of a server.
    Server,
    /// A Rust caller.
    Library,
    /// Something that this version doesn't know.
    #[serde(other)]
    Unknown,
}

impl Origin {
    /// The word for it in the manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gui => "gui",
            Self::Cli => "cli",
            Self::Api => "api",
            Self::Server => "server",
            Self::Library => "library",
            Self::Unknown => "unknown",
        }
    }
}

/// One thing that a person put into a session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Where it came from, for people to read.
    pub path: String,
    /// Its name in the session, relative with `/`; empty where it has many, or one that isn't Unicode.
    pub stored_as: String,
    /// Regular files in it; 1 for a file.
    pub files: u64,
    /// Their lengths added up.
    pub bytes: u64,
}

/// One table of a session's database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Table {
    /// Its name in SQL.
    pub name: String,
    /// Rows stored.
    pub rows: u64,
    /// Columns and their SQL types, in order.
    #[serde(default)]
    pub columns: Vec<(String, String)>,
    /// The file that it was made from, relative with `/`.
    #[serde(default)]
    pub source: String,
}

/// One archive that was unpacked into a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Extracted {
    /// Its own name.
    pub archive: String,
    /// Regular files that came out of it.
    pub files: u64,
    /// Their lengths added up.
    pub bytes: u64,
}

/// One script that reads tables where it read files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Script {
    /// The script, relative with `/`.
    pub file: String,
    /// What it was before, relative with `/`.
    pub original: String,
    /// Calls in it that read tables now.
    pub calls: u64,
}

/// Something that an upload left out, renamed or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Skipped {
    /// The file, as the person knows it.
    pub file: String,
    /// Why, and what was done instead.
    pub reason: String,
}

/// What reading a manifest can come to besides one.
#[derive(Debug)]
pub enum ReadManifest {
    /// It is there and belongs to the session.
    Read(Box<Manifest>),
    /// There is none: the Python backend made the session.
    None,
    /// There is a file, but it can't be believed; the text says why.
    Damaged(String),
    /// There is something, but the system doesn't let us read it.
    Unreadable(std::io::Error),
}

impl ReadManifest {
    /// The manifest, if there is one that can be believed, or what is wrong with what is there.
    pub fn into_result(self) -> Result<Option<Manifest>, String> {
        match self {
            Self::Read(m) => Ok(Some(*m)),
            Self::None => Ok(None),
            Self::Damaged(why) => Err(why),
            Self::Unreadable(e) => Err(format!("{FILE_NAME} can't be read: {e}")),
        }
    }
}

/// Reads the manifest of session `id` in `dir`, never following a link.
pub fn read(dir: &Path, id: SessionId) -> ReadManifest {
    match read_bytes(dir) {
        Ok(bytes) if bytes.len() as u64 > MAX_BYTES => {
            ReadManifest::Damaged(format!("{FILE_NAME} is larger than 64 MiB"))
        }
        Ok(bytes) => parse(&bytes, id),
        Err(e) if e.kind() == ErrorKind::NotFound => ReadManifest::None,
        // A link, a FIFO, a directory: nothing that we write.
        Err(e) if e.kind() == ErrorKind::Other || sys::is_link_refusal(&e) => {
            ReadManifest::Damaged(format!("{FILE_NAME} is not a regular file"))
        }
        Err(e) => ReadManifest::Unreadable(e),
    }
}

fn read_bytes(dir: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    sys::open_regular(&dir.join(FILE_NAME))?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Every field of the manifest in `dir` as it stands there: for rewriting it, since what a later
/// version wrote survives in it, inside of lists and of fields that we know too.
///
/// # Errors
/// If it can't be read, or isn't a JSON object.
pub fn read_fields(dir: &Path) -> std::io::Result<Map<String, Value>> {
    Ok(serde_json::from_slice(&read_bytes(dir)?)?)
}

/// A manifest, or its fields, as it stands in the file.
///
/// # Errors
/// None that real manifests meet: every field can be written as JSON.
pub fn to_bytes(manifest: &impl Serialize) -> std::io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(manifest)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Parses the bytes of a manifest that stood in session `id`.
pub fn parse(bytes: &[u8], id: SessionId) -> ReadManifest {
    match serde_json::from_slice::<Manifest>(bytes) {
        Ok(m) if m.session_id != id => ReadManifest::Damaged(format!(
            "{FILE_NAME} is that of {}, not of this session",
            m.session_id
        )),
        Ok(m) => ReadManifest::Read(Box::new(m)),
        Err(e) => ReadManifest::Damaged(format!("{FILE_NAME} is not valid: {e}")),
    }
}
