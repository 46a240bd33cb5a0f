//! `POST /session` and `POST /cleanup`: what a backend on another computer needs besides uploads. The same
//! as `new` and `cleanup` of the command line.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;

use super::Server;
use super::error::{Detail, Failure};
use crate::json::{CleanupJson, SessionJson};
use crate::session::{Origin, Policy};
use crate::upload;

/// More than any base holds; what is larger is a slip.
const MOST_KEPT: u32 = 1_000_000;

/// Make an empty session
///
/// It becomes the current one; then old ones go by the rules.
#[utoipa::path(
    post, path = "/session", tag = "sessions",
    responses(
        (status = 200, body = SessionJson, description = "The new session"),
        (status = 409, body = Detail, description = "Every name of the next two minutes is taken"),
        (status = 507, body = Detail, description = "Too little disk space"),
    )
)]
pub async fn new(State(server): State<Server>) -> Result<Json<SessionJson>, Failure> {
    let made = server
        .blocking("make a session", |server| {
            let (session, safe) = server.store.create(Origin::Api)?.let_go();
            let usage = crate::session::usage::measure_one(&session.path, &server.cancel).ok();
            let answer = SessionJson::new(&session, usage.as_ref());
            match upload::clean_up(&server.store, &server.options.policy, safe) {
                Ok(cleaned) => server.cleaned_up(cleaned),
                // The session is there all the same.
                Err(e) => tracing::warn!(cause = e.full(), "no cleanup"),
            }
            Ok::<_, crate::session::Error>(answer)
        })
        .await?;
    server.changed();
    Ok(Json(made?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CleanupQuery {
    /// Keep the newest so many, and no other rule; without it the server's own rules hold.
    #[param(minimum = 0, maximum = 1_000_000)]
    keep: Option<u32>,
}

/// Clean up
///
/// Deletes what the rules say. Current sessions, those in use and pinned ones stay, and the answer says why.
#[utoipa::path(
    post, path = "/cleanup", tag = "sessions", params(CleanupQuery),
    responses(
        (status = 200, body = CleanupJson, description = "What went and what stayed"),
        (status = 400, body = Detail, description = "keep is no number of sessions"),
    )
)]
pub async fn cleanup(
    State(server): State<Server>,
    query: Result<Query<CleanupQuery>, QueryRejection>,
) -> Result<Json<CleanupJson>, Failure> {
    let query = query.map(|Query(query)| query);
    let Some(query) = query.ok().filter(|q| q.keep.is_none_or(|k| k <= MOST_KEPT)) else {
        let detail = "keep must be a number of sessions up to 1000000, such as 10";
        return Err(Failure::bad(detail));
    };
    let done = server
        .blocking("clean up", move |server| {
            let policy = match query.keep {
                Some(keep) => Policy::keep(keep as usize),
                None => server.options.policy.clone(),
            };
            let plan = server.store.plan_cleanup(&policy, &server.cancel)?;
            let cleaned = server.store.apply(&plan)?;
            let answer = CleanupJson::done(&plan, &cleaned);
            server.remove_all_later(cleaned);
            Ok::<_, crate::session::Error>(answer)
        })
        .await?;
    server.changed();
    Ok(Json(done?))
}
