//! The HTTP API in the real window: what `curl` uploads has its row within a second.

use std::time::{Duration, Instant};

use super::on_screen;
use super::window::Window;
use crate::fixture::{Fixture, Outcome};

#[test]
fn an_upload_over_http_shows_up_within_a_second() {
    on_screen("api_upload", (1280, 800), |screen| {
        let fixture = Fixture::new();
        // A port that was free a moment ago.
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .unwrap()
            .port();
        fixture.settings(&format!(
            "[server]\non = true\nlisten = \"127.0.0.1:{port}\"\n"
        ));
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
