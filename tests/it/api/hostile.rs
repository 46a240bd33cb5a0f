//! CASES 19 to 21 with bytes on real sockets: what no client library would send.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use super::kit::{self, Served, TYPE, eventually, form, id, part_head};

fn quick() -> Served {
    Served::with(|options| {
        options.limits.head_time = Duration::from_millis(500);
        options.limits.stall_time = Duration::from_millis(700);
        options.limits.upload_bytes = 5_000_000;
    })
}

fn nothing_happened(served: &Served) {
    eventually("nothing is left", || served.others().is_empty());
    assert_eq!(
        served.store.current().unwrap(),
        Some(served.running.session()),
        "current as before"
    );
}

#[test]
fn cases_19_and_20_as_raw_bytes() {
    let served = quick();
    let address = served.address();
    served.fixture.backend_session(&id(0), 1, &[("a", b"1")]);
    for path in [
        "/session/..",
        "/session/../x",
        "/session/session_x/..",
        "/session/session_x%5C..%5C..",
        "/session/%2e%2e",
        &format!("/session/{}/../{}", "session_x", id(0)),
    ] {
        let answer = served.request(&format!("DELETE {path}"), "", b"");
        answer.refused(400);
    }
    // The parser itself refuses these.
    for path in [
        "/session/\0",
        "/session/a b",
        &format!("/session/{}", "x".repeat(100_000)),
    ] {
        let answer = served.request(&format!("DELETE {path}"), "", b"");
        assert!((400..500).contains(&answer.status), "{answer:?}");
    }
    let target = format!("DELETE /session/{}", id(0));
    for head in [
        "Host: evil.example\r\n".to_owned(),
        String::new(),
        format!("Host: {address}\r\nHost: evil.example\r\n"),
        format!("Host: {address}\r\nOrigin: http://evil.example\r\n"),
        format!("Host: {address}\r\nOrigin: null\r\n"),
        format!("Host: {address}\r\nSec-Fetch-Site: cross-site\r\n"),
    ] {
        let bytes = format!("{target} HTTP/1.1\r\nConnection: close\r\n{head}\r\n");
        let answer = served.raw(bytes.as_bytes());
        assert!(matches!(answer.status, 400 | 403), "{head}: {answer:?}");
    }
    assert!(served.fixture.sessions().contains(&id(0)));
    served.request(&target, "", b"").ok();
}

#[test]
fn case_21_a_body_that_is_not_whole_makes_no_session() {
    let served = quick();
    let body = form(&[("a.csv", &[b'7'; 100_000])]);
    let typed = format!("Content-Type: {TYPE}\r\n");
    let upload = |length: usize, body: &[u8]| {
        let headers = format!("{typed}Content-Length: {length}\r\n");
        let mut stream = served.connect();
        stream
            .write_all(served.head("POST /upload", &headers).as_bytes())
            .unwrap();
        let _ = stream.write_all(body);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        kit::read(&mut stream)
    };
    // Aborted: fewer bytes than were said.
    let aborted = upload(body.len(), &body[..50_000]);
    assert!(matches!(aborted.status, 0 | 400), "{aborted:?}");
    nothing_happened(&served);
    // The length says less than the body: what is left of it is no form.
    let short = upload(body.len() - 9, &body);
    assert!(matches!(short.status, 0 | 400), "{short:?}");
    nothing_happened(&served);
    // The last boundary is missing.
    let cut = upload(body.len() - 11, &body[..body.len() - 11]);
    assert!(matches!(cut.status, 0 | 400), "{cut:?}");
    nothing_happened(&served);
    // Both lengths at once, as for smuggling.
    let both = format!("{typed}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
    let answer = served.request("POST /upload", &both, b"0\r\n\r\n");
    assert!((400..500).contains(&answer.status), "{answer:?}");
    let twice = format!("{typed}Content-Length: 5\r\nContent-Length: 6\r\n");
    let answer = served.request("POST /upload", &twice, b"hello");
    assert!(matches!(answer.status, 0 | 400), "{answer:?}");
    // A chunk that is none.
    let chunked = format!("{typed}Transfer-Encoding: chunked\r\n");
    let answer = served.request("POST /upload", &chunked, b"zz\r\nhello\r\n0\r\n\r\n");
    assert!(matches!(answer.status, 0 | 400), "{answer:?}");
    nothing_happened(&served);
}

#[test]
fn case_21_a_chunked_body_without_end_is_cut_at_the_limit() {
    let served = quick();
    let headers = format!("Content-Type: {TYPE}\r\nTransfer-Encoding: chunked\r\n");
    let mut stream = served.connect();
    stream
        .write_all(served.head("POST /upload", &headers).as_bytes())
        .unwrap();
    let head = part_head("endless");
    write!(stream, "{:x}\r\n{head}\r\n", head.len()).unwrap();
    let chunk = vec![7; 1 << 20];
    let mut sent = 0;
    while sent < 1000 << 20 {
        let piece = format!("{:x}\r\n", chunk.len());
        if stream.write_all(piece.as_bytes()).is_err()
            || stream.write_all(&chunk).is_err()
            || stream.write_all(b"\r\n").is_err()
        {
            break;
        }
        sent += chunk.len();
    }
    assert!(sent < 500 << 20, "it was cut: {sent}");
    nothing_happened(&served);
    // The same, by a client that looks whether it is answered.
    let mut stream = served.connect();
    stream
        .write_all(served.head("POST /upload", &headers).as_bytes())
        .unwrap();
    write!(stream, "{:x}\r\n{head}\r\n", head.len()).unwrap();
    for _ in 0..6 {
        write!(stream, "{:x}\r\n", chunk.len()).unwrap();
        stream.write_all(&chunk).unwrap();
        stream.write_all(b"\r\n").unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    kit::read(&mut stream).refused(413);
    nothing_happened(&served);
}

#[test]
fn case_21_slow_heads_and_bodies_are_given_up() {
    let served = quick();
    let begun = Instant::now();
    let mut head = served.connect();
    head.write_all(b"GET /session/info HTTP/1.1\r\nHost: ")
        .unwrap();
    let mut idle = served.connect();
    let headers = format!("Content-Type: {TYPE}\r\nContent-Length: 100000\r\n");
    let mut body = served.connect();
    body.write_all(served.head("POST /upload", &headers).as_bytes())
        .unwrap();
    body.write_all(part_head("slow.txt").as_bytes()).unwrap();
    // One byte now and then is next to nothing.
    let mut dripping = body.try_clone().unwrap();
    let drips = std::thread::Builder::new()
        .name("drips".into())
        .spawn(move || {
            for _ in 0..100 {
                std::thread::sleep(Duration::from_millis(50));
                if dripping.write_all(b"x").is_err() {
                    return;
                }
            }
        })
        .unwrap();
    assert!(matches!(kit::read(&mut head).status, 0 | 408));
    assert!(matches!(kit::read(&mut idle).status, 0 | 408));
    let slow = kit::read(&mut body);
    assert!(begun.elapsed() < Duration::from_secs(10));
    let reason = slow.refused(408);
    assert!(reason.contains("next to nothing"), "{reason}");
    drips.join().unwrap();
    nothing_happened(&served);
}

#[test]
fn slow_uploads_hold_up_nobody_and_are_limited() {
    let served = Served::with(|options| {
        options.limits.uploads = 3;
        // However busy this machine is, they stay.
        options.limits.stall_time = Duration::from_secs(120);
    });
    let headers = format!("Content-Type: {TYPE}\r\nContent-Length: 100000\r\n");
    let slow: Vec<_> = (0..2)
        .map(|_| {
            let mut stream = served.connect();
            let head = served.head("POST /upload", &headers);
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(part_head("s").as_bytes()).unwrap();
            stream
        })
        .collect();
    let body = form(&[("a.txt", b"1")]);
    let quick = format!("Content-Type: {TYPE}\r\nContent-Length: {}\r\n", body.len());
    let begun = Instant::now();
    for _ in 0..5 {
        served.request("POST /upload", &quick, &body).ok();
        served.request("GET /session/info", "", b"").ok();
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
    let mut third = served.connect();
    third
        .write_all(served.head("POST /upload", &headers).as_bytes())
        .unwrap();
    third.write_all(part_head("s").as_bytes()).unwrap();
    // Only then: a quick one that came first would have taken its place.
    eventually("all places are taken", || {
        kit::debris(&served.fixture).len() == 3
    });
    let refused = served.request("POST /upload", &quick, &body);
    refused.refused(429);
    assert_eq!(refused.header("retry-after"), "5");
    drop((slow, third));
    eventually("places are free again", || {
        served.request("POST /upload", &quick, &body).status == 200
    });
    eventually("nothing is left", || {
        kit::debris(&served.fixture).is_empty()
    });
}

#[test]
fn connections_over_the_limit_wait_and_clients_that_take_nothing_are_cut() {
    let served = Served::with(|options| {
        options.limits.connections = 2;
        options.limits.head_time = Duration::from_millis(400);
        options.limits.stall_time = Duration::from_millis(400);
    });
    served
        .fixture
        .backend_session(&id(0), 1, &[("large", &vec![7; 30_000_000])]);
    // Two that ask for more than fits into the buffers on the way, and take nothing of it.
    let greedy: Vec<_> = (0..2)
        .map(|_| {
            let mut stream = served.connect();
            let line = format!("GET /session/{}/files/large", id(0));
            stream.write_all(served.head(&line, "").as_bytes()).unwrap();
            stream
        })
        .collect();
    // The third is answered once one of them has been cut.
    served.request("GET /session/info", "", b"").ok();
    for mut stream in greedy {
        let mut got = Vec::new();
        let _ = stream.read_to_end(&mut got);
        assert!(got.len() < 30_000_000, "{}", got.len());
    }
}
