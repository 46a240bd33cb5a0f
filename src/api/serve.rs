//! Connections: accepted up to a limit, each with its time limits, and ended in order when the server stops.
//! Knows no route.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use super::guard::Local;
use super::patient::Patient;
use super::{Server, router};

/// How long to wait after a connection could not be accepted: there are no file handles left, and one
/// has to end first.
const PAUSE: Duration = Duration::from_millis(100);

/// How long what was told to roll back may take.
const ROLL_BACK: Duration = Duration::from_secs(5);

/// Serves `listener` until `shutdown`, then lets what is under way finish; what hasn't by the end of the
/// grace is rolled back. Nothing is under way any more when it returns.
pub async fn serve(listener: TcpListener, server: Server, shutdown: impl Future<Output = ()>) {
    let connections = Connections {
        router: router(server.clone()),
        server: server.clone(),
        closing: CancellationToken::new(),
        aborting: CancellationToken::new(),
    };
    let tasks = TaskTracker::new();
    tokio::select! {
        () = shutdown => {}
        () = connections.accept(&listener, &tasks) => {}
    }
    drop(listener);
    tracing::debug!("stopping");
    connections.closing.cancel();
    tasks.close();
    if tokio::time::timeout(server.options.limits.grace, tasks.wait())
        .await
        .is_err()
    {
        tracing::warn!("requests under way are rolled back");
        server.cancel.cancel();
        connections.aborting.cancel();
    }
    // What goes on after its answer may stop at any moment: the next sweep does the rest.
    server.cancel.cancel();
    server.tasks.close();
    let rest = async {
        tasks.wait().await;
        server.tasks.wait().await;
    };
    if tokio::time::timeout(ROLL_BACK, rest).await.is_err() {
        tracing::warn!("some work did not stop in time; the next start sweeps up after it");
    }
}

struct Connections {
    router: Router,
    server: Server,
    closing: CancellationToken,
    aborting: CancellationToken,
}

impl Connections {
    /// Accepts for ever.
    async fn accept(&self, listener: &TcpListener, tasks: &TaskTracker) {
        let places = Arc::new(Semaphore::new(self.server.options.limits.connections));
        loop {
            // It is never closed.
            let Ok(place) = places.clone().acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok((stream, _)) => {
                    tasks.spawn(self.one(stream, place));
                }
                Err(e) => {
                    tracing::warn!("could not accept a connection: {e}");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Serves one connection; its place is free again afterwards.
    fn one(
        &self,
        stream: TcpStream,
        place: OwnedSemaphorePermit,
    ) -> impl Future<Output = ()> + use<> {
        let limits = &self.server.options.limits;
        let (head_time, stall_time) = (limits.head_time, limits.stall_time);
        let (closing, aborting) = (self.closing.clone(), self.aborting.clone());
        let router = self.router.clone();
        async move {
            let _place = place;
            let _ = stream.set_nodelay(true);
            let local = stream.local_addr().ok();
            let service =
                hyper::service::service_fn(move |request| answer(&router, request, local));
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(head_time)
                .serve_connection(TokioIo::new(Patient::new(stream, stall_time)), service);
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = aborting.cancelled() => return,
                () = closing.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    tokio::select! {
                        ended = connection.as_mut() => ended,
                        () = aborting.cancelled() => return,
                    }
                }
            };
            if let Err(e) = ended {
                tracing::debug!("a connection ended: {e}");
            }
        }
    }
}

fn answer(
    router: &Router,
    request: hyper::Request<hyper::body::Incoming>,
    local: Option<SocketAddr>,
) -> impl Future<Output = Result<axum::response::Response, std::convert::Infallible>> + use<> {
    let mut request: Request = request.map(axum::body::Body::new);
    if let Some(local) = local {
        request.extensions_mut().insert(Local(local));
    }
    router.clone().call(request)
}
