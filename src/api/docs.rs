//! What the server says of itself: whether it is well, the OpenAPI document, and a page to try it, which
//! loads nothing from elsewhere.

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect};
use axum::{Json, Router, routing::get};
use serde::Serialize;
use utoipa::openapi::OpenApi;

use super::Server;

const PAGE: &str = include_str!("../../assets/docs/page.html");
const SCRIPT: &str = include_str!("../../assets/docs/page.js");
const STYLE: &str = include_str!("../../assets/docs/page.css");

/// The page's own script and style, requests to where it came from, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// How the server is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// `ok`.
    status: &'static str,
    /// The program's version.
    version: &'static str,
}

/// Whether the server is there
#[utoipa::path(
    get, path = "/health", tag = "server", security(()),
    responses((status = 200, body = Health, description = "It is"))
)]
pub async fn health() -> Json<Health> {
    Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// `/` leads to the page.
pub async fn home() -> Redirect {
    Redirect::to("/docs")
}

/// The document and the page.
pub fn pages(document: &OpenApi) -> Router<Server> {
    // What we made of our own types can be written.
    let document = Bytes::from(serde_json::to_vec(document).unwrap_or_default());
    let json = move || async move { text("application/json", document) };
    Router::new()
        .route("/openapi.json", get(json))
        .route(
            "/docs",
            get(async || text("text/html; charset=utf-8", PAGE)),
        )
        .route(
            "/docs/page.js",
            get(async || text("text/javascript; charset=utf-8", SCRIPT)),
        )
        .route(
            "/docs/page.css",
            get(async || text("text/css; charset=utf-8", STYLE)),
        )
}

fn text(kind: &'static str, body: impl Into<Bytes>) -> impl IntoResponse {
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ),
    ];
    (headers, body.into())
}
