//! 200 clients at once with all kinds of requests, for ten seconds or, where `EYPROJECT_SOAK_SECONDS` says
//! so, longer: no answer but the documented ones, and memory stays flat.

use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::kit::{self, Answer, TYPE, debris, eventually, form};
use super::outside::Process;
use crate::fixture::Fixture;

const CLIENTS: usize = 200;

fn ask(process: &Process, line: &str, headers: &str, body: &[u8]) -> Answer {
    let mut stream = kit::connect(process.address());
    let head = format!(
        "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n",
        process.address()
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body);
    kit::read(&mut stream)
}

/// What one client does in its `n`th turn: the answer, and the statuses that are documented for it.
fn turn(process: &Process, n: usize) -> (Answer, &'static [u16], &'static str) {
    let info = || ask(process, "GET /session/info", "", b"");
    let some_id = || {
        let text = info();
        let json: Value = serde_json::from_slice(&text.body).ok()?;
        let sessions = json["all_sessions"].as_array()?.clone();
        let session = sessions.get(n % sessions.len().max(1))?;
        session["session_id"].as_str().map(str::to_owned)
    };
    let get = |rest: &str| match some_id() {
        Some(id) => ask(process, &format!("GET /session/{id}{rest}"), "", b""),
        None => info(),
    };
    match n % 10 {
        0..=2 => (info(), &[200], "info"),
        3 => (get(""), &[200, 404], "one"),
        4 => (get("/files/a.csv"), &[200, 404], "file"),
        5 => (get("/archive.zip"), &[200, 404, 429], "archive"),
        6 | 7 => {
            let rows = format!("x,y\n{n},2\n").repeat(1 + n % 50);
            let body = form(&[
                ("a.csv", rows.as_bytes()),
                ("d/b.bin", &vec![7; n % 50_000]),
            ]);
            let headers = format!("Content-Type: {TYPE}\r\nContent-Length: {}\r\n", body.len());
            let answer = ask(process, "POST /upload", &headers, &body);
            (answer, &[200, 429], "upload")
        }
        8 => {
            let id = some_id().unwrap_or_else(|| kit::id(0));
            let answer = ask(process, &format!("DELETE /session/{id}"), "", b"");
            (answer, &[200, 404, 409], "delete")
        }
        _ => {
            let broken = ask(process, "DELETE /session/session_x%2F..", "", b"");
            (broken, &[400], "no id")
        }
    }
}

#[test]
fn two_hundred_clients_get_documented_answers_and_memory_stays_flat() {
    let seconds = std::env::var("EYPROJECT_SOAK_SECONDS")
        .ok()
        .and_then(|s| s.parse().ok());
    let time = Duration::from_secs(seconds.unwrap_or(10));
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n[cleanup]\nkeep = 8\n");
    let mut process = Process::start(&fixture, &["--quiet"]);
    for n in 0..40 {
        turn(&process, n);
    }
    let (stop, turns) = (AtomicBool::new(false), AtomicUsize::new(0));
    let wrong = Mutex::new(Vec::new());
    let mut sizes = Vec::new();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (process, stop, turns, wrong) = (&process, &stop, &turns, &wrong);
            std::thread::Builder::new()
                .name(format!("client-{client}"))
                .stack_size(256 << 10)
                .spawn_scoped(scope, move || {
                    let mut n = client * 7;
                    while !stop.load(Ordering::Relaxed) {
                        let (answer, documented, what) = turn(process, n);
                        turns.fetch_add(1, Ordering::Relaxed);
                        if !documented.contains(&answer.status) {
                            let said = format!("{what}: {} {}", answer.status, answer.text());
                            wrong.lock().unwrap().push(said);
                        }
                        n += 1;
                    }
                })
                .unwrap();
        }
        let begun = Instant::now();
        while begun.elapsed() < time {
            std::thread::sleep(time / 20);
            sizes.push(process.resident());
        }
        stop.store(true, Ordering::Relaxed);
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{}: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(10)]
    );
    let turns = turns.into_inner();
    assert!(turns > CLIENTS, "{turns}");
    let (early, late) = (sizes[4], sizes[sizes.len() - 1]);
    println!("{turns} turns; resident {early} then {late}");
    assert!(late < early + (64 << 20), "{sizes:?}");
    eventually("all is tidied up", || debris(&fixture).is_empty());
    for id in fixture.sessions() {
        let made = fixture.base().join(&id).join(".session.json");
        assert!(made.is_file(), "{id} is not whole");
    }
    let (code, said) = process.end();
    assert_eq!(code, Some(0), "{said}");
}
