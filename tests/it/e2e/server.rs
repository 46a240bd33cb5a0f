//! The HTTP API in the real window: what `curl` uploads has its row within a second.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::on_screen;
use super::window::Window;
use crate::fixture::{Fixture, Outcome};

/// A base whose window answers over HTTP, and the port.
fn with_server() -> (Fixture, u16) {
    let fixture = Fixture::new();
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .unwrap()
        .port();
    fixture.settings(&format!(
        "[server]\non = true\nlisten = \"127.0.0.1:{port}\"\n"
    ));
    (fixture, port)
}

#[test]
fn the_window_is_gone_at_once_while_an_upload_over_http_goes_on() {
    on_screen("api_close", (1280, 800), |screen| {
        let (fixture, port) = with_server();
        let mut window = Window::open(screen, &fixture);
        window.wait_for(&format!("API 127.0.0.1:{port}"));
        let mut upload = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let head = format!(
            "POST /upload HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\
             Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9999\r\n\r\n--x\r\n"
        );
        upload.write_all(head.as_bytes()).unwrap();
        // One more request, after which the first has begun.
        let url = format!("http://127.0.0.1:{port}/session/info");
        Outcome::of(std::process::Command::new("curl").args(["-sS", "-f", &url])).ok();
        window.ask_to_close();
        let asked = Instant::now();
        screen.wait_for("an empty screen", || !window.is_visible());
        // The server gives the upload ten seconds.
        assert!(
            asked.elapsed() < Duration::from_secs(9),
            "{:?}",
            asked.elapsed()
        );
        assert!(window.is_running(), "it goes on behind");
        drop(upload);
        assert!(window.ended().success());
        assert!(fixture.sessions().len() <= 1, "nothing of it was kept");
    });
}

#[test]
fn an_upload_over_http_shows_up_within_a_second() {
    on_screen("api_upload", (1280, 800), |screen| {
        let (fixture, port) = with_server();
        let window = Window::open(screen, &fixture);
        window.wait_for(&format!("API 127.0.0.1:{port}"));
        let file = fixture.outside("numbers.csv", b"n\n1\n");
        let form = format!("file=@{}", file.display());
        let url = format!("http://127.0.0.1:{port}/upload");
        let mut curl = std::process::Command::new("curl");
        let answer = Outcome::of(curl.args(["-sS", "-f", "-F", &form, &url])).ok();
        let answered = Instant::now();
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        // A look takes its time, so none is timed: one that begins after a second must see the row.
        std::thread::sleep(Duration::from_secs(1).saturating_sub(answered.elapsed()));
        let made = answer["session_id"].as_str().unwrap();
        assert!(window.find(made).is_some(), "{made} is not shown");
    });
}
