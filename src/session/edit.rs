//! Small changes of a session: make it current, pin it, note something on it.

use serde_json::{Map, Value};

use super::atomic;
use super::create::{all_sequences, fresh_name};
use super::current::Record;
use super::error::{Error, ErrorKind, Result};
use super::id::SessionId;
use super::list::{self, Session};
use super::manifest::{self, Manifest, Origin, ReadManifest};
use super::order;
use super::store::Store;

impl Store {
    /// Makes a session the current one until the next is made.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], or if the record can't be written; then the current one stays.
    pub fn make_current(&self, id: SessionId) -> Result<()> {
        self.change(|change| {
            let tried = || format!("make {id} the current session");
            if !list::is_session_dir(&self.base().join(id.to_string())) {
                return Err(Error::not_found(tried(), id, self.base()));
            }
            let now = self.clock().now();
            let now_us = now.timestamp_micros();
            let record = Record {
                session_id: id,
                set_at: now,
                sequence: all_sequences(change)?
                    .into_iter()
                    .filter(|s| !order::is_ahead(*s, now_us))
                    .max()
                    .unwrap_or(now_us),
            };
            let path = change.room.current_file();
            let temporary = change.room.staging().join(fresh_name(change)?);
            serde_json::to_vec_pretty(&record)
                .map_err(Into::into)
                .and_then(|bytes| atomic::replace(&path, &temporary, &bytes))
                .map_err(|e| Error::io(tried(), &path, e))
        })
    }

    /// Pins a session, so that nothing deletes it, or lets go of it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], or if the manifest can't be read or written; then nothing was changed.
    pub fn set_pinned(&self, id: SessionId, pinned: bool) -> Result<()> {
        let tried = if pinned {
            format!("pin {id}")
        } else {
            format!("unpin {id}")
        };
        self.set_field(id, &tried, "pinned", pinned.into())
    }

    /// Sets the person's note on a session.
    ///
    /// # Errors
    /// As [`Store::set_pinned`].
    pub fn set_note(&self, id: SessionId, note: &str) -> Result<()> {
        self.set_field(id, &format!("note something on {id}"), "note", note.into())
    }

    fn set_field(&self, id: SessionId, tried: &str, field: &str, value: Value) -> Result<()> {
        self.change(|change| {
            let found = self.some_under(change, &[id])?.into_iter().next();
            let session = found.ok_or_else(|| Error::not_found(tried, id, self.base()))?;
            let path = session.path.join(manifest::FILE_NAME);
            let failed = |e| Error::io(tried, &path, e);
            let fields = match manifest::read(&session.path, id) {
                ReadManifest::Read(_) => manifest::read_fields(&session.path),
                ReadManifest::None => new_fields(&session),
                ReadManifest::Unreadable(e) => return Err(failed(e)),
                ReadManifest::Damaged(why) => {
                    return Err(Error::new(ErrorKind::Refused(why), tried, &path)
                        .with_help("mend or delete that file, then try again"));
                }
            };
            let mut fields = fields.map_err(failed)?;
            fields.insert(field.to_owned(), value);
            let bytes = manifest::to_bytes(&fields).map_err(failed)?;
            // Written in staging, so that a crash leaves no debris in the session.
            let temporary = change.room.staging().join(fresh_name(change)?);
            atomic::replace(&path, &temporary, &bytes).map_err(failed)
        })
    }
}

/// The manifest of a session that the Python backend made without one; its place in the order stays.
fn new_fields(session: &Session) -> std::io::Result<Map<String, Value>> {
    let manifest = Manifest {
        version: manifest::VERSION,
        session_id: session.id,
        created_at: session.created_at,
        sequence: session.sequence,
        origin: Origin::Unknown,
        sources: Vec::new(),
        tables: Vec::new(),
        skipped: Vec::new(),
        extracted: Vec::new(),
        scripts: Vec::new(),
        removed: Vec::new(),
        pinned: false,
        note: String::new(),
    };
    Ok(serde_json::from_slice(&manifest::to_bytes(&manifest)?)?)
}
