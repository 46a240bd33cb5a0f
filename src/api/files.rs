//! `GET /session/{id}/files/{path}`: one file of a session, whole or a range of it, never shown as a page.
//! Follows no link, and takes no path but a parsed one.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Seek, SeekFrom};
use std::time::UNIX_EPOCH;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::error::{Detail, Failure};
use super::schema::{Bytes, FilePath};
use super::{Server, body, sessions};
use crate::session::{InsideName, SessionId};

/// A file of a session
///
/// As it is, or a range of it. A link is no file here.
#[utoipa::path(
    get, path = "/session/{session_id}/files/{*path}", tag = "sessions",
    params(
        FilePath,
        ("range" = Option<String>, Header, description = "One range of bytes"),
        ("if-range" = Option<String>, Header, description = "The ETag that the range belongs to"),
    ),
    responses(
        (status = 200, description = "The file", body = inline(Bytes), content_type = "*/*"),
        (status = 206, description = "The range of it", body = inline(Bytes), content_type = "*/*"),
        (status = 400, body = Detail, description = "Not a session id, or no path inside a session"),
        (status = 403, body = Detail, description = "The server may not read it"),
        (status = 404, body = Detail, description = "There is no such session, or no such file in it"),
        (status = 416, body = Detail, description = "The file has no such range"),
    )
)]
pub async fn file(
    State(server): State<Server>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Ok(Path((id, name))) = path else {
        return Err(Failure::bad("the path is not valid text"));
    };
    let id: SessionId = sessions::parsed(Ok(Path(id)))?;
    let Some(name) = InsideName::parse(&name) else {
        return Err(Failure::bad(
            "not a path inside a session: it must be relative, without empty parts, . and ..",
        ));
    };
    let range = headers.get(header::RANGE).cloned();
    let if_range = headers.get(header::IF_RANGE).cloned();
    let answer = server
        .blocking("read the file", move |server| {
            let (file, metadata) = open(server, id, &name)?;
            let tag = tag(&metadata);
            let fresh = if_range.is_none_or(|tagged| tagged.as_bytes() == tag.as_bytes());
            let range = match range.filter(|_| fresh) {
                Some(range) => ranged(range.as_bytes(), metadata.len()),
                None => Ranged::Whole,
            };
            answer(file, &metadata, &name, &tag, range)
        })
        .await??;
    Ok(answer)
}

fn open(server: &Server, id: SessionId, name: &InsideName) -> Result<(File, Metadata), Failure> {
    let directory = server.store.directory(id)?;
    let opened = name
        .open(&directory)
        .and_then(|file| Ok((file.metadata()?, file)));
    match opened {
        Ok((metadata, file)) => Ok((file, metadata)),
        Err(e) => Err(match e.kind() {
            ErrorKind::NotFound => Failure::new(
                StatusCode::NOT_FOUND,
                format!(
                    "there is no file {} in {id}; GET /session/{id} names those that there are",
                    name.as_str()
                ),
            ),
            ErrorKind::NotADirectory | ErrorKind::InvalidInput => {
                let why = match e.kind() {
                    ErrorKind::NotADirectory => {
                        "a link or a file stands in its way where a folder should be, \
                         and links are not followed"
                            .to_owned()
                    }
                    _ => e.to_string(),
                };
                Failure::new(
                    StatusCode::NOT_FOUND,
                    format!(
                        "{} in {id} is no file that can be had: {why}; \
                         GET /session/{id} names those that can",
                        name.as_str()
                    ),
                )
            }
            ErrorKind::PermissionDenied => Failure::new(
                StatusCode::FORBIDDEN,
                format!("the server may not read {} in {id}", name.as_str()),
            ),
            _ => Failure::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                format!("could not read {} in {id}: {e}", name.as_str()),
            ),
        }),
    }
}

/// What tells this state of the file from another.
fn tag(metadata: &Metadata) -> String {
    let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
    let nanos = modified
        .duration_since(UNIX_EPOCH)
        .map_or(0, |t| t.as_nanos());
    format!("\"{nanos:x}-{:x}\"", metadata.len())
}

fn answer(
    mut file: File,
    metadata: &Metadata,
    name: &InsideName,
    tag: &str,
    range: Ranged,
) -> Result<Response, Failure> {
    let length = metadata.len();
    let (status, start, count) = match range {
        Ranged::Whole => (StatusCode::OK, 0, length),
        Ranged::Part { start, end } => (StatusCode::PARTIAL_CONTENT, start, end - start + 1),
        Ranged::Outside => {
            let detail = format!("the file has {length} bytes, and none in that range");
            let failure = Failure::new(StatusCode::RANGE_NOT_SATISFIABLE, detail);
            let mut response = failure.into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_RANGE, value(&format!("bytes */{length}")));
            return Ok(response);
        }
    };
    if start > 0 {
        file.seek(SeekFrom::Start(start))
            .map_err(|_| Failure::broken("read the file"))?;
    }
    let body = match count {
        0 => Body::empty(),
        _ => body::of_file(file, count),
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    let kind = mime_guess::from_path(name.last()).first_or_octet_stream();
    headers.insert(header::CONTENT_TYPE, value(kind.as_ref()));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(count));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::ETAG, value(tag));
    for (name, value) in attached(name.last()) {
        headers.insert(name, value);
    }
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {start}-{}/{length}", start + count - 1);
        headers.insert(header::CONTENT_RANGE, value(&range));
    }
    Ok(response)
}

/// What makes a browser store it under this name, and run nothing in it should it show it all the same.
pub fn attached(name: &str) -> [(HeaderName, HeaderValue); 2] {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');
    let plain = |c: char| c.is_ascii_alphanumeric() || " .-_()".contains(c);
    let ascii: String = name
        .chars()
        .map(|c| if plain(c) { c } else { '_' })
        .collect();
    let whole = utf8_percent_encode(name, KEPT);
    let disposition = format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{whole}");
    let sandbox = HeaderValue::from_static("sandbox; default-src 'none'");
    [
        (header::CONTENT_DISPOSITION, value(&disposition)),
        (header::CONTENT_SECURITY_POLICY, sandbox),
    ]
}

/// Text of ours as a header; all of it is ASCII.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// What a `Range` asks for of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ranged {
    /// All of it: there is no range, or one in a form that may be ignored.
    Whole,
    /// From `start` to `end`, both in it.
    Part { start: u64, end: u64 },
    /// Nothing of it.
    Outside,
}

/// Reads a `Range` of bytes. Several ranges at once, and what is no range, count as none, as the standard
/// lets a server do.
fn ranged(text: &[u8], length: u64) -> Ranged {
    let parts = std::str::from_utf8(text).ok().and_then(|text| {
        let (unit, range) = text.split_once('=')?;
        let (from, to) = range.trim().split_once('-')?;
        unit.trim()
            .eq_ignore_ascii_case("bytes")
            .then_some((from, to))
    });
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // A number that is too large is past every end.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match parts {
        Some(("", last)) => match number(last) {
            Some(0) => Ranged::Outside,
            Some(_) if length == 0 => Ranged::Outside,
            Some(n) => Ranged::Part {
                start: length.saturating_sub(n),
                end: length - 1,
            },
            None => Ranged::Whole,
        },
        Some((from, to)) => match (number(from), to, number(to)) {
            (Some(from), "", _) if from >= length => Ranged::Outside,
            (Some(start), "", _) => Ranged::Part {
                start,
                end: length - 1,
            },
            (Some(from), _, Some(to)) if from > to => Ranged::Whole,
            (Some(from), _, Some(_)) if from >= length => Ranged::Outside,
            (Some(start), _, Some(to)) => Ranged::Part {
                start,
                end: to.min(length - 1),
            },
            _ => Ranged::Whole,
        },
        None => Ranged::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let part = |start, end| Ranged::Part { start, end };
        for (text, length, wanted) in [
            ("bytes=0-0", 10, part(0, 0)),
            ("bytes=2-5", 10, part(2, 5)),
            ("Bytes = 2-", 10, part(2, 9)),
            ("bytes=2-99", 10, part(2, 9)),
            ("bytes=-3", 10, part(7, 9)),
            ("bytes=-99", 10, part(0, 9)),
            ("bytes=10-", 10, Ranged::Outside),
            ("bytes=10-11", 10, Ranged::Outside),
            ("bytes=-0", 10, Ranged::Outside),
            ("bytes=0-", 0, Ranged::Outside),
            ("bytes=-1", 0, Ranged::Outside),
            ("bytes=99999999999999999999-", 10, Ranged::Outside),
            ("bytes=5-2", 10, Ranged::Whole),
            ("bytes=0-1,4-5", 10, Ranged::Whole),
            ("bytes=a-", 10, Ranged::Whole),
            ("bytes=-", 10, Ranged::Whole),
            ("bytes=+1-2", 10, Ranged::Whole),
            ("lines=1-2", 10, Ranged::Whole),
            ("", 10, Ranged::Whole),
        ] {
            assert_eq!(ranged(text.as_bytes(), length), wanted, "{text}");
        }
    }

    #[test]
    fn names_in_headers_are_ascii() {
        let [(_, value), _] = attached("a \"b\"\u{e9}.csv");
        assert_eq!(
            value,
            "attachment; filename=\"a _b__.csv\"; filename*=UTF-8''a%20%22b%22%C3%A9.csv"
        );
    }
}
