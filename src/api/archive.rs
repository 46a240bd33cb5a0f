//! `GET /session/{id}/archive.zip`: a session as one archive, made while it is sent, in little memory.
//! What can't be put into it is named in it; if a file breaks off in the middle, so does the answer.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path as FilePath;
use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{Datelike, Timelike};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::body::{self, Writer};
use super::error::{Detail, Failure};
use super::schema::{Bytes, IdPath};
use super::{Server, files, sessions};
use crate::session::{
    Cancel, EntryKind, Error, ErrorKind, Mounts, Opener, Root, SessionId, Store, Unreachable, text,
};
use crate::upload::numbered;

/// Bytes between two looks at the cancel flag.
const PIECE: usize = 256 << 10;

/// Files from here on may need the large form of their sizes.
const LARGE: u64 = 0xF000_0000;

/// When to come again after a 429.
const AGAIN_SECONDS: u32 = 5;

/// The file in the archive that names what isn't.
const LEFT_OUT: &str = "not in this archive.txt";

/// A session as a ZIP archive
#[utoipa::path(
    get, path = "/session/{session_id}/archive.zip", tag = "sessions",
    params(IdPath),
    responses(
        (status = 200, description = "The archive, made while it is sent", body = inline(Bytes), content_type = "application/zip"),
        (status = 400, body = Detail, description = "Not a session id"),
        (status = 404, body = Detail, description = "There is no such session"),
        (status = 429, body = Detail, description = "Too many archives at once; Retry-After says when to come again"),
    )
)]
pub async fn archive(
    State(server): State<Server>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Failure> {
    let id = sessions::parsed(id)?;
    let find = move |server: &Server| root(&server.store, id);
    let root = server.blocking("find the session", find).await??;
    let Ok(place) = server.archives.clone().try_acquire_owned() else {
        let limit = server.options.limits.archives;
        let archives = text::count(limit, "archive is", "archives are");
        let detail = format!("{archives} being sent, and no more are at once; try again soon");
        return Err(Failure::busy(detail, AGAIN_SECONDS));
    };
    let (writer, body) = body::written();
    let packing = Packing {
        root: Arc::new(root),
        store: server.store.clone(),
        cancel: server.cancel.clone(),
    };
    server.tasks.spawn_blocking(move || {
        let _place = place;
        let line = writer.line();
        if let Err(error) = packing.write(writer) {
            if error.kind() != io::ErrorKind::BrokenPipe {
                tracing::warn!("the archive of {id} broke off: {error}");
            }
            Writer::abort(&line, error);
        }
    });
    Ok(answer(id, body))
}

/// The directory of the session, as it is found now.
fn root(store: &Store, id: SessionId) -> Result<Root, Error> {
    let directory = store.directory(id)?;
    Root::at(&directory, Mounts::Stay).map_err(|why| match why {
        Unreachable::Failed(e) => Error::io("read the session", directory, e),
        // Deleted a moment ago.
        _ => Error::new(ErrorKind::NotFound, "find the session", directory),
    })
}

fn answer(id: SessionId, body: axum::body::Body) -> Response {
    let zip = HeaderValue::from_static("application/zip");
    let mut response = ([(header::CONTENT_TYPE, zip)], body).into_response();
    for (name, value) in files::attached(&format!("{id}.zip")) {
        response.headers_mut().insert(name, value);
    }
    response
}

struct Packing {
    root: Arc<Root>,
    store: Store,
    cancel: Cancel,
}

/// The names given out in the archive, each once: what isn't Unicode on the disk may look like another here.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    /// `name`, or the first of `name (2)`, `name (3)`… that is free.
    fn take(&mut self, name: String) -> String {
        let (above, last) = name.rsplit_once('/').unwrap_or(("", &name));
        let mut candidate = name.clone();
        for n in 2u32.. {
            if self.0.insert(candidate.clone()) {
                break;
            }
            let last = numbered(last.as_ref(), n);
            let last = last.to_string_lossy();
            candidate = if above.is_empty() {
                last.into_owned()
            } else {
                format!("{above}/{last}")
            };
        }
        candidate
    }
}

type Zip = ZipWriter<StreamWriter<Writer>>;

impl Packing {
    /// Writes the archive.
    fn write(&self, writer: Writer) -> io::Result<()> {
        let mut zip = ZipWriter::new_stream(writer);
        let mut left_out = String::new();
        let mut names = Names::default();
        // The folders above what comes next, as they are called in the archive.
        let mut folders: Vec<String> = Vec::new();
        let mut opener = Opener::default();
        for found in self.root.walk(FilePath::new(""), &self.cancel) {
            if self.cancel.is_cancelled() {
                return Err(stopping());
            }
            let entry = match found {
                Ok(entry) => entry,
                Err(missed) => {
                    let name = match missed.below.to_string_lossy() {
                        // Deleted since it was found.
                        name if name.is_empty() => "the session".into(),
                        name => name,
                    };
                    left_out += &format!("{}: {}\n", text::one_line(&name), missed.why);
                    continue;
                }
            };
            folders.truncate(entry.below.iter().count().saturating_sub(1));
            let last = entry.below.file_name().unwrap_or_default();
            let last = last.to_string_lossy();
            let name = match folders.last() {
                Some(folder) => format!("{folder}/{last}"),
                None => last.into_owned(),
            };
            let mut leave = |why: &str| left_out += &format!("{}: {why}\n", text::one_line(&name));
            match entry.kind {
                EntryKind::Folder => {
                    let name = names.take(name);
                    zip.add_directory(name.as_str(), SimpleFileOptions::default())?;
                    folders.push(name);
                }
                EntryKind::File => match opener.open(&self.root, &entry.below) {
                    Ok(file) => self.add(&mut zip, &names.take(name), file)?,
                    Err(why) => leave(&why.to_string()),
                },
                EntryKind::Link | EntryKind::Other => leave("it is neither a file nor a folder"),
            }
        }
        if !left_out.is_empty() {
            let name = names.take(LEFT_OUT.to_owned());
            zip.start_file(name, SimpleFileOptions::default())?;
            zip.write_all(left_out.as_bytes())?;
        }
        let mut writer = zip.finish()?.into_inner();
        writer.flush()
    }

    /// Adds one file, as long as it was when it was opened.
    fn add(&self, zip: &mut Zip, name: &str, mut file: File) -> io::Result<()> {
        let metadata = file.metadata()?;
        let length = metadata.len();
        let mut options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(3))
            .large_file(length >= LARGE)
            .unix_permissions(if is_executable(&metadata) {
                0o755
            } else {
                0o644
            });
        if let Some(time) = self.local_time(&metadata) {
            options = options.last_modified_time(time);
        }
        zip.start_file(name, options)?;
        let mut left = length;
        let mut buffer = vec![0; PIECE.min(length.max(1) as usize)];
        while left > 0 {
            if self.cancel.is_cancelled() {
                return Err(stopping());
            }
            let wanted = buffer
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            let n = file.read(&mut buffer[..wanted])?;
            if n == 0 {
                let why = format!("{name} became shorter while it was read");
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
            }
            zip.write_all(&buffer[..n])?;
            left -= n as u64;
        }
        Ok(())
    }

    /// When the file was last written, as archives say it: local, without a zone. `None` before 1980.
    fn local_time(&self, metadata: &std::fs::Metadata) -> Option<zip::DateTime> {
        let modified = metadata.modified().ok()?;
        let t = self.store.clock().at(modified.into()).naive_local();
        zip::DateTime::from_date_and_time(
            u16::try_from(t.year()).ok()?,
            u8::try_from(t.month()).ok()?,
            u8::try_from(t.day()).ok()?,
            u8::try_from(t.hour()).ok()?,
            u8::try_from(t.minute()).ok()?,
            u8::try_from(t.second()).ok()?,
        )
        .ok()
    }
}

fn stopping() -> io::Error {
    io::Error::other("the server is stopping")
}

#[cfg(unix)]
fn is_executable(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(metadata) & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_metadata: &std::fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::BaseDir;
    use http_body_util::BodyExt;

    #[test]
    fn a_session_that_is_deleted_before_it_is_read_is_an_archive_that_says_so() {
        let base = tempfile::tempdir().unwrap();
        let directory = base.path().join("session_20250710_153000");
        std::fs::create_dir(&directory).unwrap();
        let store = Store::new(BaseDir::chosen(base.path().to_owned()));
        let id = "session_20250710_153000".parse().unwrap();
        let packing = Packing {
            root: Arc::new(root(&store, id).unwrap()),
            store: store.clone(),
            cancel: Cancel::default(),
        };
        std::fs::remove_dir(&directory).unwrap();
        let (writer, body) = body::written();
        packing.write(writer).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let bytes = runtime.block_on(body.collect()).unwrap().to_bytes();
        let mut zip = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
        let mut said = String::new();
        let mut file = zip.by_name(LEFT_OUT).unwrap();
        file.read_to_string(&mut said).unwrap();
        assert_eq!(said, "the session: it vanished\n");
        let error = root(&store, id).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::NotFound);
    }
}
