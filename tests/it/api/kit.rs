//! What the tests of the API have in common: a router without a socket, a server with one, a client that
//! sends any bytes, and forms.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use eyproject_sessions::api::{self, Event, Limits, Options, Running, Server};
use eyproject_sessions::session::{BaseDir, Policy, Store};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::fixture::Fixture;

/// Where the routers of the tests believe they listen.
pub const HOST: &str = "127.0.0.1:8001";

/// Options that clean nothing up and need no free space.
pub fn options() -> Options {
    Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        allow_origins: vec!["http://localhost:4200".into()],
        token: None,
        limits: Limits::default(),
        policy: Policy::none(),
        disk_floor: 0,
        keep_archives: false,
        archive_rules: Default::default(),
        keeper: None,
    }
}

pub fn store(fixture: &Fixture) -> Store {
    Store::new(BaseDir::chosen(fixture.base()))
}

/// A router, and what it answers.
pub struct App {
    pub store: Store,
    router: Router,
    runtime: tokio::runtime::Runtime,
    /// Last, so that nothing has the directory open when it goes: on Windows it stays until that is closed.
    pub fixture: Fixture,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The reason of a refusal with this status.
    #[track_caller]
    pub fn refused(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        let json = self.json();
        let fields = json.as_object().unwrap();
        assert_eq!(fields.len(), 1, "{json}");
        fields["detail"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.text());
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl App {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut Options)) -> Self {
        Self::on(Fixture::new(), change)
    }

    /// On a base that looks some way before anybody watches it.
    pub fn on(fixture: Fixture, change: impl FnOnce(&mut Options)) -> Self {
        let store = store(&fixture);
        let mut options = options();
        change(&mut options);
        let address = HOST.parse().unwrap();
        let server = Server::new(store.clone(), options, address, Arc::new(|_| {}));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        Self {
            fixture,
            store,
            router: api::router(server),
            runtime,
        }
    }

    pub fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (head, body) = response.into_parts();
            Answer {
                status: head.status.as_u16(),
                headers: head.headers,
                body: body.collect().await.unwrap().to_bytes().to_vec(),
            }
        })
    }

    /// Gets `path`, and does something once the answer has begun: the rest is made only as it is taken.
    #[cfg(unix)]
    pub fn get_slowly(&self, path: &str, meanwhile: impl FnOnce()) -> Answer {
        let request = Request::builder().uri(path).header("host", HOST);
        self.runtime.block_on(async {
            let request = request.body(Body::empty()).unwrap();
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (head, mut body) = response.into_parts();
            let first = body.frame().await.unwrap().unwrap();
            meanwhile();
            let mut bytes = first.into_data().unwrap().to_vec();
            bytes.extend(body.collect().await.unwrap().to_bytes());
            Answer {
                status: head.status.as_u16(),
                headers: head.headers,
                body: bytes,
            }
        })
    }

    /// Asks with our own `Host` unless another is among the headers.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask_with(method, path, headers, Body::empty())
    }

    pub fn ask_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", HOST);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path, &[])
    }

    /// Uploads parts named `file`.
    pub fn upload(&self, files: &[(&str, &[u8])]) -> Answer {
        let form = form(files);
        self.ask_with("POST", "/upload", &[("content-type", TYPE)], form)
    }
}

/// The `Content-Type` of [`form`].
pub const TYPE: &str = "multipart/form-data; boundary=XyZ";

/// A form with parts named `file`.
pub fn form(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in files {
        body.extend(part_head(name).as_bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--XyZ--\r\n");
    body
}

pub fn part_head(name: &str) -> String {
    format!(
        "--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    )
}

/// A running server, and what it told.
pub struct Served {
    pub store: Store,
    pub running: Running,
    pub events: Arc<Mutex<Vec<Event>>>,
    /// Last, as in [`App`].
    pub fixture: Fixture,
}

impl Served {
    pub fn with(change: impl FnOnce(&mut Options)) -> Self {
        let fixture = Fixture::new();
        let store = store(&fixture);
        let mut options = options();
        change(&mut options);
        let events = Arc::new(Mutex::new(Vec::new()));
        let told = events.clone();
        let on = Arc::new(move |event| told.lock().unwrap().push(event));
        let running = api::start(store.clone(), options, on).unwrap();
        Self {
            fixture,
            store,
            running,
            events,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// A connection that waits 20 seconds at most.
    pub fn connect(&self) -> TcpStream {
        connect(self.address())
    }

    /// Sends bytes and reads what comes until the server closes.
    pub fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        // It may be refused before all of it is sent.
        let _ = stream.write_all(bytes);
        read(&mut stream)
    }

    /// A request of these lines with our host and no other.
    pub fn request(&self, line: &str, headers: &str, body: &[u8]) -> Answer {
        let mut bytes = self.head(line, headers).into_bytes();
        bytes.extend_from_slice(body);
        self.raw(&bytes)
    }

    /// `POST /upload HTTP/1.1` with its headers, each with its line end.
    pub fn head(&self, line: &str, headers: &str) -> String {
        format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n",
            self.address()
        )
    }

    /// The sessions but for the server's own, and what is left in staging and trash.
    pub fn others(&self) -> Vec<String> {
        let own = self.running.session().to_string();
        let mut names = self.fixture.sessions();
        names.retain(|name| *name != own);
        names.extend(debris(&self.fixture));
        names
    }
}

/// What lies in staging and trash.
pub fn debris(fixture: &Fixture) -> Vec<String> {
    let room = fixture.base().join(".eyproject");
    ["staging", "trash"]
        .iter()
        .flat_map(|dir| std::fs::read_dir(room.join(dir)).into_iter().flatten())
        .map(|entry| entry.unwrap().path().display().to_string())
        .collect()
}

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).unwrap();
    stream.set_write_timeout(patience).unwrap();
    stream
}

/// Reads an answer to the end of the connection.
pub fn read(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A connection that is cut has still said what it said.
    let _ = stream.read_to_end(&mut bytes);
    parse(&bytes)
}

/// The last answer in `bytes`, which is of status 0 if there is none.
pub fn parse(bytes: &[u8]) -> Answer {
    let none = Answer {
        status: 0,
        headers: HeaderMap::new(),
        body: Vec::new(),
    };
    let text = String::from_utf8_lossy(bytes);
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return none;
    };
    let body = &bytes[head.len() + 4..];
    let mut lines = head.lines();
    let status = lines.next().and_then(|l| l.split(' ').nth(1)?.parse().ok());
    let status: u16 = status.unwrap_or(0);
    if status == 100 {
        return parse(body);
    }
    let headers: HeaderMap = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect::<Vec<(axum::http::HeaderName, axum::http::HeaderValue)>>()
        .into_iter()
        .collect();
    Answer {
        status,
        headers,
        body: body.to_vec(),
    }
}

/// Waits until `condition` holds; 20 seconds at most.
#[track_caller]
pub fn eventually(what: &str, condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(20), "not so: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// An id.
pub fn id(n: u32) -> String {
    format!("session_20250710_1530{n:02}")
}
