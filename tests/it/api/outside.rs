//! The program from outside: `serve` as a process, asked by `curl` as EYProject's documentation shows.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::kit::{self, debris};
use crate::fixture::{Fixture, Outcome};

/// `serve` as a process; ended when dropped.
pub struct Process {
    pub child: Child,
    pub url: String,
}

impl Process {
    pub fn start(fixture: &Fixture, args: &[&str]) -> Self {
        Self::of(
            fixture
                .program()
                .args(["serve", "--listen", "127.0.0.1:0"])
                .args(args),
        )
    }

    pub fn of(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut url)
            .unwrap();
        let url = url.trim().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        Self { child, url }
    }

    pub fn address(&self) -> std::net::SocketAddr {
        self.url.strip_prefix("http://").unwrap().parse().unwrap()
    }

    /// Bytes of memory that it has now.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
        let number = line.split_whitespace().nth(1).unwrap();
        number.parse::<u64>().unwrap() * 1024
    }

    /// Asks it to end, as a service manager does; its exit code and what it said.
    pub fn end(&mut self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
        let begun = Instant::now();
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.code();
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut said = String::new();
        let stderr = self.child.stderr.as_mut().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        (code, said)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `curl` with the status behind the body.
#[track_caller]
fn curl(args: &[&str]) -> (u16, Value) {
    let mut command = Command::new("curl");
    command.args(["-sS", "--max-time", "20", "-w", "\n%{http_code}"]);
    let out = Outcome::of(command.args(args)).ok();
    let (body, status) = out.rsplit_once('\n').unwrap();
    (
        status.parse().unwrap(),
        serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {body}")),
    )
}

#[test]
fn the_requests_of_the_documentation_by_curl() {
    if Command::new("curl").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "curl is missing");
        return;
    }
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    let mut process = Process::start(&fixture, &[]);
    let url = process.url.clone();
    let (status, first) = curl(&[&format!("{url}/session/info")]);
    assert_eq!(status, 200);
    let own = first["current_session_id"].as_str().unwrap().to_owned();
    assert_eq!(fixture.sessions(), std::slice::from_ref(&own));
    assert_eq!(first["all_sessions"][0]["origin"], "server");
    assert_eq!(first["all_sessions"][0]["in_use"], false);

    let file = fixture.outside("sales.csv", b"city,amount\nBern,10\n");
    let part = format!("file=@{}", file.display());
    let other = fixture.outside("note.txt", b"hello");
    let second = format!("file=@{};filename=docs/note.txt", other.display());
    let (status, made) = curl(&["-F", &part, "-F", &second, &format!("{url}/upload")]);
    assert_eq!(status, 200, "{made}");
    let id = made["session_id"].as_str().unwrap();
    assert_eq!(made["sql_conversion"]["converted_tables"][0], "sales");
    let (_, info) = curl(&[&format!("{url}/session/info")]);
    assert_eq!(info["current_session_id"], id);
    assert_eq!(info["all_sessions"][0], made["session"]);

    let remove = |id: &str| curl(&["-X", "DELETE", &format!("{url}/session/{id}")]);
    let (status, refused) = remove(id);
    assert_eq!(status, 409, "{refused}");
    assert!(refused["detail"].as_str().unwrap().contains("current"));
    let (status, deleted) = remove(&own);
    assert_eq!((status, deleted["session_id"].as_str()), (200, Some(&*own)));
    assert_eq!(remove(&own).0, 404);
    assert_eq!(remove("session_x%2F..").0, 400);
    let (status, _) = curl(&["--path-as-is", "-X", "DELETE", &format!("{url}/session/..")]);
    assert_eq!(status, 400);
    let (status, _) = curl(&[
        "-H",
        "Origin: http://evil.example",
        &format!("{url}/session/info"),
    ]);
    assert_eq!(status, 403);

    let (code, log) = process.end();
    assert_eq!(code, Some(0), "{log}");
    assert!(std::net::TcpStream::connect(process.address()).is_err());
    let lines: Vec<_> = log.lines().filter(|l| l.contains("path=")).collect();
    assert_eq!(lines.len(), 9, "one line a request: {log}");
    for part in [
        "method=\"GET\"",
        "path=\"/session/info\"",
        "status=200",
        "ms=",
    ] {
        assert!(lines[0].contains(part), "{part}: {log}");
    }
    assert_eq!(debris(&fixture), [""; 0]);
}

#[test]
fn a_token_comes_from_a_file_or_the_environment_and_is_never_said() {
    let fixture = Fixture::new();
    const TOKEN: &str = "a-long-random-token-7";
    let file = fixture.outside("token", format!("{TOKEN}\n").as_bytes());
    let file = file.to_str().unwrap();
    let mut by_file = Process::start(&fixture, &["--token-file", file]);
    let mut by_environment = Process::of(
        fixture
            .program()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("EYPROJECT_TOKEN", TOKEN),
    );
    for process in [&mut by_file, &mut by_environment] {
        let ask = |headers: &str| {
            let mut stream = kit::connect(process.address());
            let head = format!(
                "GET /session/info HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n",
                process.address()
            );
            std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
            kit::read(&mut stream)
        };
        ask("").refused(401);
        ask(&format!("Authorization: Bearer {TOKEN}\r\n")).ok();
        let (_, log) = process.end();
        assert!(!log.contains(TOKEN), "{log}");
    }
    let short = fixture.outside("short", b"abc");
    let refused = fixture.run(["serve", "--token-file", short.to_str().unwrap()]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("fewer than 16"), "{refused:?}");
    let open = fixture.run(["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(open.code, Some(1));
    assert!(open.stderr.contains("there is no token"), "{open:?}");
    let sessions = fixture.sessions();
    for wrong in [
        ["serve", "--listen", "nowhere"],
        ["serve", "--allow-origin", "*"],
        ["serve", "--token", TOKEN],
    ] {
        assert_eq!(fixture.run(wrong).code, Some(2), "{wrong:?}");
    }
    assert_eq!(fixture.sessions(), sessions);
}

#[test]
fn a_port_in_use_is_said_with_the_mend() {
    let fixture = Fixture::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = fixture.run(["serve", "--listen", &address]);
    assert_eq!((refused.code, &*refused.stdout), (Some(1), ""));
    assert!(refused.stderr.contains("another port"), "{refused:?}");
    assert_eq!(fixture.sessions(), [""; 0]);
}

#[test]
fn an_upload_is_never_in_memory() {
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    let mut process = Process::start(&fixture, &["--quiet"]);
    let before = process.resident();
    let head = kit::part_head("large.bin");
    let (pieces, piece) = (150, vec![7; 1 << 20]);
    let length = head.len() + pieces * piece.len() + b"\r\n--XyZ--\r\n".len();
    let mut stream = kit::connect(process.address());
    let mut send = |bytes: &[u8]| std::io::Write::write_all(&mut stream, bytes).unwrap();
    let address = process.address();
    let headers = format!(
        "Content-Type: {}\r\nContent-Length: {length}\r\n",
        kit::TYPE
    );
    send(
        format!("POST /upload HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n")
            .as_bytes(),
    );
    send(head.as_bytes());
    for _ in 0..pieces {
        send(&piece);
    }
    let grown = process.resident().saturating_sub(before);
    send(b"\r\n--XyZ--\r\n");
    let made = kit::read(&mut stream).ok().json();
    assert_eq!(made["session"]["file_count"], 3, "{made}");
    let after = process.resident().saturating_sub(before);
    assert!(grown.max(after) < 32 << 20, "{grown} {after}");
    process.end();
}
