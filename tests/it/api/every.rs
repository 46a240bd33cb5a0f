//! Every call with every status that the document has for it, without a socket: none is missing here, and none
//! there.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use eyproject_sessions::api::{Options, Token};
use serde_json::{Value, json};

use super::kit::{Answer, App, TYPE, debris, eventually, form, id};
use crate::fixture::Fixture;

/// Two sessions, the second of which is current.
fn app(change: impl FnOnce(&mut Options)) -> App {
    let app = App::with(change);
    app.fixture.backend_session(&id(0), 1, &[("a", b"12345")]);
    app.fixture.backend_session(&id(1), 1, &[("a", b"1")]);
    app
}

/// The calls that ask for sessions, with a target that is there.
fn calls() -> [(&'static str, String); 8] {
    let session = format!("/session/{}", id(0));
    [
        ("get /session/info", "/session/info".into()),
        ("get /session/{session_id}", session.clone()),
        ("delete /session/{session_id}", session.clone()),
        ("post /session", "/session".into()),
        ("post /cleanup", "/cleanup".into()),
        ("post /upload", "/upload".into()),
        (
            "get /session/{session_id}/files/{path}",
            format!("{session}/files/a"),
        ),
        (
            "get /session/{session_id}/archive.zip",
            format!("{session}/archive.zip"),
        ),
    ]
}

/// Asks for `target` as `call` does; an upload sends a file.
fn ask(app: &App, call: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
    let method = call.split(' ').next().unwrap().to_uppercase();
    match call {
        "post /upload" => {
            let typed = [headers, &[("content-type", TYPE)]].concat();
            app.ask_with(&method, target, &typed, form(&[("a", b"1")]))
        }
        _ => app.ask(&method, target, headers),
    }
}

/// A body that never comes.
struct Never;

impl HttpBody for Never {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }
}

/// What was seen: a call and a status of it.
type Seen = BTreeSet<(String, u16)>;

fn note(seen: &mut Seen, call: &str, status: u16, answer: Answer) {
    match status {
        200 | 206 => assert_eq!(answer.status, status, "{call}: {}", answer.text()),
        _ => drop(answer.refused(status)),
    }
    seen.insert((call.to_owned(), status));
}

/// What stands for every call: it works, the caller is refused, or the base is.
fn everywhere(seen: &mut Seen) {
    for (call, target) in calls() {
        note(seen, call, 200, ask(&app(|_| {}), call, &target, &[]));
        let foreign = [("host", "evil.example")];
        note(seen, call, 403, ask(&app(|_| {}), call, &target, &foreign));
        let guarded = app(|o| o.token = Some(Token::new("0123456789abcdef0123").unwrap()));
        note(seen, call, 401, ask(&guarded, call, &target, &[]));
        let fixture = Fixture::new();
        std::fs::remove_dir(fixture.base()).unwrap();
        std::fs::write(fixture.base(), "a file").unwrap();
        let no_base = App::on(fixture, |_| {});
        let answer = ask(&no_base, call, &target, &[]);
        assert!(answer.text().contains("it is not a directory"), "{call}");
        note(seen, call, 500, answer);
    }
    let app = app(|_| {});
    note(seen, "get /health", 200, app.get("/health"));
    let foreign = app.ask("GET", "/health", &[("host", "evil.example")]);
    note(seen, "get /health", 403, foreign);
}

/// Ids and paths that are none, and sessions that are not there or stay.
fn targets(seen: &mut Seen) {
    let app = app(|_| {});
    for (call, target) in calls() {
        if call.contains("{session_id}") {
            let at = |id: &str| target.replace(&super::kit::id(0), id);
            note(seen, call, 400, ask(&app, call, &at("session_x"), &[]));
            note(seen, call, 404, ask(&app, call, &at(&id(9)), &[]));
        }
    }
    let delete = "delete /session/{session_id}";
    let current = format!("/session/{}", id(1));
    note(seen, delete, 409, app.delete(&current));
    let file = "get /session/{session_id}/files/{path}";
    let path = format!("/session/{}/files/a", id(0));
    let range = |bytes| app.ask("GET", &path, &[("range", bytes)]);
    note(seen, file, 206, range("bytes=1-2"));
    note(seen, file, 416, range("bytes=9-"));
    let busy = self::app(|o| o.limits.archives = 0);
    let target = format!("/session/{}/archive.zip", id(0));
    let archive = "get /session/{session_id}/archive.zip";
    note(seen, archive, 429, busy.get(&target));
}

/// What is refused of the calls that make, clean up and list.
fn makers(seen: &mut Seen) {
    let app = app(|_| {});
    let info = app.get("/session/info?sizes=guessed");
    note(seen, "get /session/info", 400, info);
    for wrong in ["-1", "x", "", "1.5", "1000001"] {
        let answer = app.ask("POST", &format!("/cleanup?keep={wrong}"), &[]);
        note(seen, "post /cleanup", 400, answer);
    }
    assert_eq!(app.fixture.sessions(), [id(0), id(1)]);
    let now = app.store.clock().now().naive_local();
    for second in 0..400 {
        let name = now + chrono::TimeDelta::seconds(second - 10);
        let name = name.format("session_%Y%m%d_%H%M%S").to_string();
        std::fs::create_dir(app.fixture.base().join(name)).unwrap();
    }
    let taken = app.ask("POST", "/session", &[]);
    assert!(taken.text().contains("is taken"), "{}", taken.text());
    note(seen, "post /session", 409, taken);
}

/// What is refused of an upload.
fn uploads(seen: &mut Seen) {
    let upload = "post /upload";
    let typed = [("content-type", TYPE)];
    let with = |change: fn(&mut Options), headers: &[(&str, &str)], body: Body| {
        let app = App::with(change);
        let answer = app.ask_with("POST", "/upload", headers, body);
        assert_eq!(app.fixture.sessions(), [""; 0]);
        assert_eq!(debris(&app.fixture), [""; 0]);
        answer
    };
    let whole = || Body::from(form(&[("a", b"1")]));
    note(seen, upload, 400, with(|_| {}, &typed, Body::empty()));
    let stalled: fn(&mut Options) = |o| o.limits.stall_time = Duration::from_millis(50);
    note(seen, upload, 408, with(stalled, &typed, Body::new(Never)));
    note(
        seen,
        upload,
        413,
        with(|o| o.limits.upload_bytes = 9, &typed, whole()),
    );
    note(seen, upload, 415, with(|_| {}, &[], whole()));
    note(
        seen,
        upload,
        429,
        with(|o| o.limits.uploads = 0, &typed, whole()),
    );
    note(
        seen,
        upload,
        507,
        with(|o| o.disk_floor = u64::MAX / 2, &typed, whole()),
    );
}

#[test]
fn every_call_gives_every_answer_of_the_document() {
    let mut seen = Seen::new();
    everywhere(&mut seen);
    targets(&mut seen);
    makers(&mut seen);
    uploads(&mut seen);
    // Only what happens to a real disk or a real process: they stand in `crash` and `running`.
    seen.insert(("post /session".into(), 507));
    seen.insert(("post /upload".into(), 503));

    let document = App::new().get("/openapi.json").ok().json();
    let mut documented = Seen::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, call) in item.as_object().unwrap() {
            for status in call["responses"].as_object().unwrap().keys() {
                documented.insert((format!("{method} {path}"), status.parse().unwrap()));
            }
        }
    }
    assert_eq!(seen, documented);
}

#[test]
fn a_new_session_is_current_and_old_ones_go_by_the_rules() {
    let app = app(|options| options.policy.keep = Some(2));
    let made = app.ask("POST", "/session", &[]).ok().json();
    let new = made["session_id"].as_str().unwrap().to_owned();
    assert_eq!(made["origin"], "api");
    assert_eq!(made["is_current"], true);
    assert_eq!(made["in_use"], false);
    assert_eq!(app.fixture.sessions(), [id(1), new.clone()]);
    let listed = app.get("/session/info").ok().json();
    assert_eq!(listed["current_session_id"], *new);
    assert_eq!(listed["all_sessions"][0], made);
    eventually("the trash is empty", || debris(&app.fixture).is_empty());
}

#[test]
fn a_cleanup_says_what_went_and_what_stayed() {
    let app = app(|options| options.policy.keep = Some(3));
    app.fixture.backend_session(&id(2), 1, &[("a", b"1")]);
    app.store.set_pinned(id(1).parse().unwrap(), true).unwrap();
    // The server's own rules keep all of them.
    let done = app.ask("POST", "/cleanup", &[]).ok().json();
    assert_eq!(
        (&done["deleted"], &done["dry_run"]),
        (&json!([]), &json!(false))
    );
    let done = app.ask("POST", "/cleanup?keep=0", &[]).ok().json();
    let ids = |field: &str| -> Vec<Value> {
        let all = done[field].as_array().unwrap().iter();
        all.map(|s| s["session_id"].clone()).collect()
    };
    assert_eq!(ids("deleted"), [json!(id(0))]);
    let mut stayed = ids("skipped");
    stayed.sort_by_key(ToString::to_string);
    assert_eq!(stayed, [json!(id(1)), json!(id(2))]);
    let reason = done["skipped"].to_string();
    assert!(
        reason.contains("pinned") && reason.contains("current"),
        "{reason}"
    );
    assert_eq!(app.fixture.sessions(), [id(1), id(2)]);
    let listed = app.get("/session/info").ok().json();
    assert_eq!(listed["all_sessions"].as_array().unwrap().len(), 2);
    eventually("the trash is empty", || debris(&app.fixture).is_empty());
}
