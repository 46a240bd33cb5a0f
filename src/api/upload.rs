//! `POST /upload`: what comes is written to staging as it comes, then takes the way of every upload.
//! The body is read here; a thread that may wait for the disk takes its pieces by a short queue, so that
//! no upload is ever in memory and none holds up another.

use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use http_body_util::BodyExt;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::Server;
use super::error::{Detail, Failure};
use super::multipart::{Broken, Parser, Piece, boundary};
use super::schema::Form;
use crate::json::{SessionJson, UploadJson};
use crate::session::{Cancel, Error, ErrorKind, Origin, Progress, text};
use crate::upload::{self, Spool};

/// Pieces that wait to be written; each is what one read of the connection brought.
const QUEUE: usize = 4;

/// A body that brings less than this for as long as the limits say has stalled.
const NEXT_TO_NOTHING: u64 = 4096;

/// How much of a refused body is read, and for how long, so that its sender gets to see the answer.
const READ_ON: (u64, Duration) = (64 << 20, Duration::from_secs(2));

/// When to come again after a 429.
const AGAIN_SECONDS: u32 = 5;

/// Make a session by upload
///
/// One or more parts `file`. Archives are unpacked, data files become tables, scripts are rewritten to read
/// those. The new session becomes the current one; then old ones go by the rules. All or nothing.
#[utoipa::path(
    post, path = "/upload", tag = "sessions",
    request_body(content = Form, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = UploadJson, description = "The new session"),
        (status = 400, body = Detail, description = "No file, a name that can't be, a broken archive, or a body that is cut off"),
        (status = 408, body = Detail, description = "Too little came for too long"),
        (status = 413, body = Detail, description = "Larger than the server takes"),
        (status = 415, body = Detail, description = "Not multipart/form-data with a boundary"),
        (status = 429, body = Detail, description = "Too many uploads at once; Retry-After says when to come again"),
        (status = 503, body = Detail, description = "The server is stopping"),
        (status = 507, body = Detail, description = "Too little disk space"),
    )
)]
pub async fn upload(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<UploadJson>, Failure> {
    let (head, mut body) = request.into_parts();
    let waits = head.headers.contains_key(header::EXPECT);
    let answer = receive(&server, &head.headers, &mut body).await;
    if answer.is_err() && !waits {
        read_on(&mut body).await;
    }
    answer.map(Json)
}

async fn receive(
    server: &Server,
    headers: &axum::http::HeaderMap,
    body: &mut Body,
) -> Result<UploadJson, Failure> {
    let kind = headers.get(header::CONTENT_TYPE);
    let Some(boundary) = kind.and_then(|k| boundary(k.as_bytes())) else {
        return Err(Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "an upload is multipart/form-data with a boundary, and parts named file",
        ));
    };
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|l| l.to_str().ok()?.parse::<u64>().ok());
    let limit = server.options.limits.upload_bytes;
    if length.is_some_and(|l| l > limit) {
        return Err(too_large(limit));
    }
    let Ok(place) = server.uploads.clone().try_acquire_owned() else {
        let limit = server.options.limits.uploads;
        let uploads = text::count(limit, "upload is", "uploads are");
        let detail = format!("{uploads} under way, and no more are taken at once; try again soon");
        return Err(Failure::busy(detail, AGAIN_SECONDS));
    };
    let (sender, pieces) = mpsc::channel(QUEUE);
    // Whoever hangs up, or is cut off by a server that stops, wants nothing any more.
    let cancel = Cancel::default();
    let _hung_up = CancelOnDrop(cancel.clone());
    let work = {
        let server = server.clone();
        move || {
            let _place = place;
            Incoming {
                server,
                pieces,
                cancel,
            }
            .store(&boundary, length.unwrap_or(0))
        }
    };
    // Tracked, so that a server that stops waits until it has been rolled back.
    let work = server.tasks.spawn_blocking(work);
    let fed = feed(server, body, sender).await;
    let stored = work
        .await
        .map_err(|_| Failure::broken("store the upload"))?;
    match (fed, stored) {
        (_, Ok(answer)) => Ok(answer),
        // What is wrong with the body comes before what came of that.
        (Err(fed), Err(_)) => Err(fed),
        (Ok(()), Err(failure)) => Err(failure),
    }
}

/// Passes the body on, piece by piece, and that it has ended.
async fn feed(
    server: &Server,
    body: &mut Body,
    sender: mpsc::Sender<Option<Bytes>>,
) -> Result<(), Failure> {
    let limits = &server.options.limits;
    let mut came = 0u64;
    let mut since = 0u64;
    let mut deadline = Instant::now() + limits.stall_time;
    loop {
        let frame = tokio::select! {
            frame = timeout_at(deadline, body.frame()) => frame,
            // Nobody takes it any more: what is wrong is said by whoever did.
            () = sender.closed() => return Ok(()),
        };
        let Ok(frame) = frame else {
            let seconds = limits.stall_time.as_secs();
            return Err(Failure::new(
                StatusCode::REQUEST_TIMEOUT,
                format!("next to nothing came for {seconds} seconds; nothing was stored"),
            ));
        };
        let data = match frame {
            None => break,
            Some(Err(e)) => {
                let detail = format!("the upload broke off: {e}; nothing was stored");
                return Err(Failure::bad(detail));
            }
            Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
        };
        came += data.len() as u64;
        if came > limits.upload_bytes {
            return Err(too_large(limits.upload_bytes));
        }
        since += data.len() as u64;
        if sender.send(Some(data)).await.is_err() {
            return Ok(());
        }
        // The time that our disk takes is not the sender's.
        if since >= NEXT_TO_NOTHING {
            since = 0;
            deadline = Instant::now() + limits.stall_time;
        }
    }
    let _ = sender.send(None).await;
    Ok(())
}

fn too_large(limit: u64) -> Failure {
    Failure::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!(
            "an upload may have {}; send less at once",
            text::bytes(limit)
        ),
    )
}

/// Reads a refused body for a moment: who is still sending would otherwise see only that the line is cut.
async fn read_on(body: &mut Body) {
    let (mut left, time) = READ_ON;
    let deadline = Instant::now() + time;
    while let Ok(Some(Ok(frame))) = timeout_at(deadline, body.frame()).await {
        left = left.saturating_sub(frame.data_ref().map_or(0, |d| d.len() as u64));
        if left == 0 {
            return;
        }
    }
}

struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// An upload on a thread that may wait for the disk.
struct Incoming {
    server: Server,
    /// `None` says that the body has ended as it should.
    pieces: mpsc::Receiver<Option<Bytes>>,
    cancel: Cancel,
}

/// Why an upload ended: as the parser or as the core says it.
enum Ended {
    Broken(Broken),
    Error(Error),
    Parts(usize),
}

impl From<Broken> for Ended {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Ended> for Failure {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Broken(broken) => Self::bad(format!("{broken}; nothing was stored")),
            Ended::Error(error) => Self::of(&error, StatusCode::BAD_REQUEST),
            Ended::Parts(limit) => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!(
                    "an upload may have {}; send an archive instead",
                    text::count(limit, "part", "parts")
                ),
            ),
        }
    }
}

impl Incoming {
    fn store(mut self, boundary: &[u8], expected: u64) -> Result<UploadJson, Failure> {
        let spool = self.spool(boundary, expected)?;
        let options = &self.server.options;
        let request = upload::Request {
            sources: Vec::new(),
            origin: Origin::Api,
            policy: options.policy.clone(),
            disk_floor: options.disk_floor,
            keep_archives: options.keep_archives,
            archive_rules: options.archive_rules,
        };
        let progress = Progress::default();
        let report = upload::run_spooled(spool, &request, &self.cancel, &progress, &|_| {})
            .map_err(|e| Failure::of(&e, StatusCode::BAD_REQUEST))?;
        self.server.changed();
        for notice in &report.notices {
            tracing::warn!("after an upload: {notice}");
        }
        let session = report
            .session
            .clone()
            .ok_or_else(|| Failure::broken("make the session"))?;
        let usage = crate::session::usage::measure_one(&session.path, &self.cancel).ok();
        let answer = UploadJson::new(&report, SessionJson::new(&session, usage.as_ref()));
        self.server.cleaned_up(report.cleaned);
        Ok(answer)
    }

    fn spool(&mut self, boundary: &[u8], expected: u64) -> Result<Spool, Ended> {
        let options = &self.server.options;
        let mut spool = Spool::begin(&self.server.store, expected, options.disk_floor)?;
        let mut parser = Parser::new(boundary);
        let mut parts = 0;
        let most = options.limits.upload_parts;
        loop {
            let piece = match self.pieces.blocking_recv() {
                Some(Some(piece)) => piece,
                Some(None) => break,
                None => return Err(Broken::CutOff.into()),
            };
            if self.cancel.is_cancelled() {
                return Err(Error::cancelled("upload").into());
            }
            parser.push(&piece, |piece| match piece {
                Piece::Begin(head) => {
                    parts += 1;
                    if parts > most {
                        return Err(Ended::Parts(most));
                    }
                    spool.end_file()?;
                    match (&*head.name, &head.filename) {
                        (b"file", Some(name)) => spool.begin_file(name)?,
                        (b"file", None) => return Err(no_name().into()),
                        (name, _) => spool.skip(name, "only parts named file are stored"),
                    }
                    Ok(())
                }
                Piece::Content(bytes) => Ok(spool.write(bytes)?),
                Piece::End => Ok(spool.end_file()?),
            })?;
        }
        parser.finish()?;
        Ok(spool)
    }
}

fn no_name() -> Error {
    let why = ErrorKind::Refused("its part has no file name".into());
    Error::new(why, "store a file", std::path::PathBuf::new())
        .with_help("send filename=\"…\" beside name=\"file\"")
}
