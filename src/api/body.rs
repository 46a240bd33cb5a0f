//! Answers that are too large for memory: a file piece by piece, and what a thread writes. Neither holds a
//! thread while its client is slow to take it, but the second holds its writer.

use std::fs::File;
use std::io::{self, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::BodyExt as _;
use hyper::body::{Frame, SizeHint};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Bytes read from a file at once.
const PIECE: u64 = 256 << 10;

/// Bytes that a writer gathers before it sends them.
const GATHER: usize = 64 << 10;

/// Pieces that wait to be taken.
const QUEUE: usize = 4;

/// The next `length` bytes of a file.
pub fn of_file(file: File, length: u64) -> Body {
    Body::new(FileBody {
        state: Reading::Idle(Some(file)),
        left: length,
    })
}

struct FileBody {
    state: Reading,
    left: u64,
}

enum Reading {
    Idle(Option<File>),
    Under(JoinHandle<io::Result<(File, Bytes)>>),
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Reading::Idle(file) = &mut self.state {
            let Some(file) = file.take() else {
                return Poll::Ready(None);
            };
            if self.left == 0 {
                return Poll::Ready(None);
            }
            let length = self.left.min(PIECE) as usize;
            let read = tokio::task::spawn_blocking(move || read(file, length));
            self.state = Reading::Under(read);
        }
        let Reading::Under(under) = &mut self.state else {
            return Poll::Ready(None);
        };
        let read = ready!(Pin::new(under).poll(cx)).unwrap_or_else(|e| Err(io::Error::other(e)));
        self.state = Reading::Idle(None);
        let (file, bytes) = read?;
        // Shorter than it was: the line is cut, so that nobody takes this for the whole of it.
        if bytes.is_empty() {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        self.left -= bytes.len() as u64;
        self.state = Reading::Idle(Some(file));
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

fn read(mut file: File, length: usize) -> io::Result<(File, Bytes)> {
    let mut bytes = Vec::with_capacity(length);
    (&mut file).take(length as u64).read_to_end(&mut bytes)?;
    Ok((file, bytes.into()))
}

/// A body, and what writes it from a thread that may wait.
pub fn written() -> (Writer, Body) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    let writer = Writer {
        sender,
        gathered: Vec::with_capacity(GATHER),
    };
    (writer, Body::new(Written(receiver).boxed()))
}

/// Writes a body; fails once nobody takes it any more.
pub struct Writer {
    sender: mpsc::Sender<io::Result<Bytes>>,
    gathered: Vec<u8>,
}

impl Writer {
    /// Cuts the line, so that nobody takes what came for the whole.
    pub fn abort(sender: &mpsc::Sender<io::Result<Bytes>>, error: io::Error) {
        let _ = sender.blocking_send(Err(error));
    }

    /// For [`Writer::abort`], which has to work after the writer was given away.
    pub fn line(&self) -> mpsc::Sender<io::Result<Bytes>> {
        self.sender.clone()
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= GATHER {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.gathered, Vec::with_capacity(GATHER));
        self.sender
            .blocking_send(Ok(piece.into()))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

struct Written(mpsc::Receiver<io::Result<Bytes>>);

impl HttpBody for Written {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = ready!(self.0.poll_recv(cx));
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }
}
