//! One line in the log for each request, the cause of a failure once, and the same for whoever listens.
//! Never writes headers or queries, where secrets are.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::error::Cause;
use super::{Event, Server};

/// Around everything: measures, logs and tells.
pub async fn requests(State(server): State<Server>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let at = server.store.clock().now();
    let method = request.method().to_string();
    let path = request.uri().path().to_owned();
    let span = tracing::info_span!("request", method, path = shortened(&path));
    let response = next.run(request).instrument(span.clone()).await;
    let took = begun.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| {
        let ms = took.as_micros() as f64 / 1000.0;
        match response.extensions().get::<Cause>() {
            Some(Cause(cause)) => tracing::error!(status, ms, cause),
            None => tracing::info!(status, ms),
        }
    });
    server.tell(Event::Answered {
        at,
        method,
        path,
        status,
        took,
    });
    response
}

/// A line is for people; nobody reads 10 kB of path.
fn shortened(path: &str) -> &str {
    // Paths are ASCII here: hyper takes nothing else.
    path.get(..200).unwrap_or(path)
}

/// Writes the log to stderr: each request, or only warnings and errors if `quiet`.
/// `EYPROJECT_LOG` says it more finely. Does nothing where a log is set up already.
pub fn to_stderr(quiet: bool) {
    use tracing_subscriber::EnvFilter;
    let default = if quiet { "warn" } else { "info" };
    let filter = EnvFilter::builder()
        .with_default_directive(
            default
                .parse()
                .unwrap_or_else(|_| tracing_subscriber::filter::LevelFilter::INFO.into()),
        )
        .with_env_var("EYPROJECT_LOG")
        .from_env_lossy();
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let _ = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(terminal)
        .with_target(false)
        .with_env_filter(filter)
        .try_init();
}
