//! `GET /session/info`, and one session: its detail, and away with it.

use std::io;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::Server;
use super::error::{Detail, Failure};
use super::schema::IdPath;
use crate::json::{DetailJson, InfoJson};
use crate::session::{Error, InvalidId, SessionId};

/// How sizes are come by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sizes {
    /// As known; measured where they aren't.
    #[default]
    Known,
    /// All measured anew.
    Exact,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InfoQuery {
    /// `exact` measures every session anew.
    #[serde(default)]
    #[param(inline)]
    sizes: Sizes,
}

/// Every session
///
/// The current session, the base directory, and all sessions, newest first. Changes nothing.
#[utoipa::path(
    get, path = "/session/info", tag = "sessions", params(InfoQuery),
    responses(
        (status = 200, body = InfoJson, description = "All sessions"),
        (status = 400, body = Detail, description = "sizes is neither known nor exact"),
    )
)]
pub async fn info(
    State(server): State<Server>,
    query: Result<Query<InfoQuery>, QueryRejection>,
) -> Result<Response, Failure> {
    let Ok(Query(query)) = query else {
        return Err(Failure::bad("sizes must be known or exact"));
    };
    let body = server
        .snapshot
        .info(&server, query.sizes == Sizes::Exact)
        .await?;
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, json)], body).into_response())
}

/// One session
///
/// Its fields as in the list, its files, the tables of its database, and what its upload left out or changed.
#[utoipa::path(
    get, path = "/session/{session_id}", tag = "sessions",
    params(IdPath),
    responses(
        (status = 200, body = DetailJson, description = "The session"),
        (status = 400, body = Detail, description = "Not a session id"),
        (status = 404, body = Detail, description = "There is no such session"),
    )
)]
pub async fn one(
    State(server): State<Server>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<DetailJson>, Failure> {
    let id = parsed(id)?;
    let detail = server
        .blocking("look into the session", move |server| {
            DetailJson::read(&server.store, id, &server.cancel)
        })
        .await??;
    Ok(Json(detail))
}

/// What a deletion says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Deleted {
    /// What was done.
    message: String,
    /// The session that is gone.
    #[schema(value_type = String)]
    session_id: SessionId,
}

/// Delete a session
///
/// It is gone at once. The current one, one in use and a pinned one stay, and the answer says why.
#[utoipa::path(
    delete, path = "/session/{session_id}", tag = "sessions",
    params(IdPath),
    responses(
        (status = 200, body = Deleted, description = "It is gone"),
        (status = 400, body = Detail, description = "Not a session id"),
        (status = 404, body = Detail, description = "There is no such session"),
        (status = 409, body = Detail, description = "It is current, in use or pinned"),
    )
)]
pub async fn delete(
    State(server): State<Server>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Deleted>, Failure> {
    let id = parsed(id)?;
    let delete = move |server: &Server| server.store.delete(id);
    let trashed = server.blocking("delete the session", delete).await?;
    // One that somebody else was faster with is no longer there either.
    server.changed();
    server.remove_later(trashed.map_err(|e| refused(&e))?);
    Ok(Json(Deleted {
        message: format!("deleted {id}"),
        session_id: id,
    }))
}

/// Why a session stays. Windows also keeps one in which a file is open, be it one that we are sending.
fn refused(error: &Error) -> Failure {
    let failure = Failure::of(error, StatusCode::CONFLICT);
    let cause = std::error::Error::source(error);
    let busy = cause
        .and_then(|e| e.downcast_ref::<io::Error>())
        .is_some_and(|e| {
            use io::ErrorKind::{PermissionDenied, ResourceBusy};
            matches!(e.kind(), PermissionDenied | ResourceBusy)
        });
    match cfg!(windows) && busy {
        true => Failure::new(StatusCode::CONFLICT, error.full()),
        false => failure,
    }
}

/// 400: not an id.
pub fn no_id() -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, InvalidId.to_string())
}

/// The id that stands in a path. What isn't exactly one is none, however it is written.
pub fn parsed(id: Result<Path<String>, PathRejection>) -> Result<SessionId, Failure> {
    let Ok(Path(text)) = id else {
        return Err(no_id());
    };
    text.parse().map_err(|InvalidId| no_id())
}
