//! Every route with its documentation, and what stands around them all.

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::get};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::Failure;
use super::{Server, archive, docs, files, guard, log, make, schema, sessions, upload};
use crate::session::SessionId;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "EYProject Sessions",
        description = "Sessions of EYProject: list, look into, make by upload, delete.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags((name = "sessions", description = "Sessions and their files"), (name = "server", description = "The server itself"))
)]
struct Document;

/// All routes, to be tested without a socket.
pub fn router(server: Server) -> Router {
    let (router, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(sessions::info))
        .routes(routes!(sessions::one, sessions::delete))
        .routes(routes!(make::new))
        .routes(routes!(make::cleanup))
        .routes(routes!(upload::upload))
        .routes(routes!(files::file))
        .routes(routes!(archive::archive))
        .routes(routes!(docs::health))
        .split_for_parts();
    // The router marks a path of several parts with an asterisk; the document has no such thing.
    let paths = std::mem::take(&mut document.paths.paths);
    let plain = |(path, item): (String, _)| (path.replace("{*", "{"), item);
    document.paths.paths = paths.into_iter().map(plain).collect();
    schema::add_callers(&mut document);
    router
        .merge(docs::pages(&document))
        .route("/", get(docs::home))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(
            server.clone(),
            guard::callers,
        ))
        .layer(middleware::from_fn_with_state(
            server.clone(),
            log::requests,
        ))
        .with_state(server)
}

/// A path that no route has. What stands where an id belongs and is none gets told so.
async fn unknown(request: Request) -> Failure {
    let rest = request.uri().path().strip_prefix("/session/");
    let id = rest.map(|r| r.split('/').next().unwrap_or_default());
    match id {
        Some(id) if id != "info" && id.parse::<SessionId>().is_err() => sessions::no_id(),
        _ => Failure::new(
            StatusCode::NOT_FOUND,
            "there is nothing here; /docs shows what there is",
        ),
    }
}

async fn wrong_method(method: Method) -> Response {
    let detail = format!("{method} is not for this path; /docs shows what is");
    let failure = Failure::new(StatusCode::METHOD_NOT_ALLOWED, detail);
    failure.into_response()
}
