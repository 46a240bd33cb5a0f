//! Starting and stopping: binds, makes the server run's session, and runs on threads of its own until
//! somebody stops it. Knows nothing of what is answered.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio_util::sync::CancellationToken;

use super::{Event, Options, Server, serve};
use crate::session::{Error, Origin, SessionId, Store};
use crate::upload;

/// Threads for what may wait for a disk: uploads, walks, reading files.
const BLOCKING_THREADS: usize = 64;

/// How long a stopped server waits for threads that are still at it; all of them look at a flag.
const LAST_PATIENCE: Duration = Duration::from_secs(10);

/// A server that runs. Stops, and waits for it, when dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    session: SessionId,
    stop: CancellationToken,
    runtime: Handle,
    server: Handed,
    thread: Option<JoinHandle<Option<String>>>,
}

/// For [`Running::changed`]; says nothing of itself.
struct Handed(Server);

impl fmt::Debug for Handed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

/// Why a server could not be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// Another program listens there.
    PortInUse(SocketAddr),
    /// The address can't be listened on.
    Listen(SocketAddr, io::Error),
    /// More than this computer could ask, and there is no token.
    NeedsToken(SocketAddr),
    /// The server's own session could not be made.
    Session(Error),
    /// The system gave no threads.
    Threads(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PortInUse(at) => write!(
                f,
                "could not listen on {at}: another program listens there; end it, or choose another port such as {}",
                at.port().checked_add(1).unwrap_or(8001)
            ),
            Self::Listen(at, e) => write!(
                f,
                "could not listen on {at}: {e}; choose an address of this computer and a port above 1023"
            ),
            Self::NeedsToken(at) => write!(
                f,
                "could not listen on {at}: other computers could ask there, and there is no token; name a file with one, or listen on 127.0.0.1"
            ),
            Self::Session(e) => f.write_str(&e.full()),
            Self::Threads(e) => write!(f, "could not start the server: {e}"),
        }
    }
}

impl std::error::Error for StartError {}

/// Binds, makes the server run's session, which becomes current, and serves until it is stopped.
///
/// `on` is called from the server's threads; it must not wait.
///
/// # Errors
/// If the address can't be had or may not be had without a token, or the session can't be made. Where it
/// can't be listened on no session is made.
pub fn start(
    store: Store,
    options: Options,
    on: Arc<dyn Fn(Event) + Send + Sync>,
) -> Result<Running, StartError> {
    let listen = options.listen;
    if !listen.ip().is_loopback() && options.token.is_none() {
        return Err(StartError::NeedsToken(listen));
    }
    let failed = |e: io::Error| match e.kind() {
        io::ErrorKind::AddrInUse => StartError::PortInUse(listen),
        _ => StartError::Listen(listen, e),
    };
    let listener = TcpListener::bind(listen).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;

    let runtime = runtime().map_err(StartError::Threads)?;
    let published = store.create(Origin::Server).map_err(StartError::Session)?;
    let (session, safe) = published.let_go();
    let server = Server::new(store, options, address, on);
    {
        let _in_runtime = runtime.enter();
        match upload::clean_up(&server.store, &server.options.policy, safe) {
            Ok(cleaned) => server.cleaned_up(cleaned),
            Err(e) => tracing::warn!(cause = e.full(), "no cleanup"),
        }
    }
    server.tell(Event::SessionsChanged);

    let stop = CancellationToken::new();
    let handle = runtime.handle().clone();
    let thread = {
        let (server, stop) = (server.clone(), stop.clone());
        std::thread::Builder::new()
            .name("api-server".into())
            .spawn(move || run(runtime, listener, server, stop))
            .map_err(StartError::Threads)?
    };
    Ok(Running {
        address,
        session: session.id,
        stop,
        runtime: handle,
        server: Handed(server),
        thread: Some(thread),
    })
}

fn runtime() -> io::Result<Runtime> {
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    Builder::new_multi_thread()
        .thread_name("api-worker")
        .worker_threads(processors.clamp(2, 4))
        .max_blocking_threads(BLOCKING_THREADS)
        .enable_io()
        .enable_time()
        .build()
}

/// The server's thread: serves, then tells how it ended.
fn run(
    runtime: Runtime,
    listener: TcpListener,
    server: Server,
    stop: CancellationToken,
) -> Option<String> {
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        serve(listener, server.clone(), stop.cancelled_owned()).await;
        io::Result::Ok(())
    });
    runtime.shutdown_timeout(LAST_PATIENCE);
    let reason = served
        .err()
        .map(|e| format!("the server could not go on: {e}; start it again"));
    server.tell(Event::Ended(reason.clone()));
    reason
}

impl Running {
    /// Where it listens, with the port that it got.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The session that its start made.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// This process changed sessions by another way than HTTP: the next answer shows it.
    pub fn changed(&self) {
        self.server.0.snapshot.changed();
    }

    /// Stops it: what is under way finishes, or is rolled back when the grace of the limits is over.
    /// Returns when it has ended.
    pub fn stop(mut self) {
        self.end();
    }

    /// Ctrl+C, or a request of the system to end, stops it.
    pub fn stop_on_signals(&self) {
        let stop = self.stop.clone();
        self.runtime.spawn(async move {
            match asked_to_end().await {
                Ok(()) => stop.cancel(),
                Err(e) => tracing::warn!("signals are not heard: {e}"),
            }
        });
    }

    /// Waits until it has ended; the reason if nobody asked it to.
    pub fn wait(mut self) -> Option<String> {
        self.join()
    }

    fn end(&mut self) {
        self.stop.cancel();
        self.join();
    }

    fn join(&mut self) -> Option<String> {
        let ended = self.thread.take()?.join();
        // A panic has been reported by the panic itself.
        ended.unwrap_or_else(|_| Some("the server's thread failed; start it again".into()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(unix)]
async fn asked_to_end() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
        _ = hang_up.recv() => Ok(()),
    }
}

#[cfg(windows)]
async fn asked_to_end() -> io::Result<()> {
    use tokio::signal::windows::{ctrl_break, ctrl_close, ctrl_shutdown};
    let (mut stop, mut close, mut shutdown) = (ctrl_break()?, ctrl_close()?, ctrl_shutdown()?);
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = stop.recv() => Ok(()),
        _ = close.recv() => Ok(()),
        _ = shutdown.recv() => Ok(()),
    }
}
