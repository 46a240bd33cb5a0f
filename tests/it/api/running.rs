//! Starting, telling and stopping.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eyproject_sessions::api::{self, Event, Keeper, StartError, Token};
use eyproject_sessions::session::Origin;

use super::kit::{self, Served, TYPE, eventually, form, part_head};
use crate::fixture::Fixture;

#[test]
fn a_start_makes_a_session_which_is_current_and_not_in_use() {
    let served = Served::with(|_| {});
    let listing = served.store.list().unwrap();
    assert_eq!(listing.current, Some(served.running.session()));
    let session = listing.get(served.running.session()).unwrap();
    assert_eq!(session.origin, Some(Origin::Server));
    assert!(!session.protection.in_use);
    served.request("GET /session/info", "", b"").ok();
    let target = format!("DELETE /session/{}", served.running.session());
    served.request(&target, "", b"").refused(409);
    eventually("it is told", || {
        let events = served.events.lock().unwrap();
        let statuses: Vec<_> = events
            .iter()
            .filter_map(|e| match e {
                Event::Answered {
                    method,
                    path,
                    status,
                    ..
                } => Some(format!("{method} {path} {status}")),
                _ => None,
            })
            .collect();
        events.contains(&Event::SessionsChanged)
            && statuses == ["GET /session/info 200".to_owned(), format!("{target} 409")]
    });
    let Served {
        running, events, ..
    } = served;
    let address = running.address();
    running.stop();
    assert_eq!(events.lock().unwrap().last(), Some(&Event::Ended(None)));
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn what_can_not_be_started_says_what_helps_and_makes_no_session() {
    let served = Served::with(|_| {});
    let fixture = Fixture::new();
    let start = |change: &dyn Fn(&mut api::Options)| {
        let mut options = kit::options();
        change(&mut options);
        api::start(kit::store(&fixture), options, Arc::new(|_| {})).unwrap_err()
    };
    let taken = start(&|o| o.listen = served.address());
    assert!(matches!(taken, StartError::PortInUse(at) if at == served.address()));
    let said = taken.to_string();
    assert!(said.contains("another program listens there") && said.contains("another port"));
    let open = start(&|o| o.listen = "0.0.0.0:0".parse().unwrap());
    assert!(matches!(open, StartError::NeedsToken(_)), "{open}");
    let elsewhere = start(&|o| {
        o.listen = "192.0.2.1:80".parse().unwrap();
        o.token = Some(Token::new("0123456789abcdef").unwrap());
    });
    assert!(matches!(elsewhere, StartError::Listen(..)), "{elsewhere}");
    assert_eq!(fixture.sessions(), [""; 0]);
}

#[test]
fn cleanup_follows_the_start() {
    let fixture = Fixture::new();
    for n in 0..3 {
        fixture.backend_session(&kit::id(n), 1, &[("a", b"1")]);
    }
    let mut options = kit::options();
    options.policy.keep = Some(2);
    let running = api::start(kit::store(&fixture), options, Arc::new(|_| {})).unwrap();
    assert_eq!(
        fixture.sessions(),
        [kit::id(2), running.session().to_string()]
    );
    kit::eventually("what was cleaned up is gone", || {
        kit::debris(&fixture).is_empty()
    });
    running.stop();
}

#[test]
fn who_keeps_what_is_cleaned_up_can_take_it_back() {
    let fixture = Fixture::new();
    for n in 0..2 {
        fixture.backend_session(&kit::id(n), 1, &[("a", b"1")]);
    }
    let (sender, kept) = std::sync::mpsc::channel();
    let mut options = kit::options();
    options.policy.keep = Some(2);
    options.keeper = Some(Keeper::new(move |cleaned| sender.send(cleaned).unwrap()));
    let running = api::start(kit::store(&fixture), options, Arc::new(|_| {})).unwrap();
    running.stop();
    let cleaned = kept.recv().unwrap();
    assert_eq!(fixture.sessions().len(), 2);
    for (_, trashed) in cleaned.deleted {
        trashed.restore().unwrap();
    }
    assert!(fixture.sessions().contains(&kit::id(0)));
}

/// An upload that has begun and not ended.
fn half(served: &Served, body: &[u8]) -> std::net::TcpStream {
    let headers = format!("Content-Type: {TYPE}\r\nContent-Length: {}\r\n", body.len());
    let mut stream = served.connect();
    stream
        .write_all(served.head("POST /upload", &headers).as_bytes())
        .unwrap();
    stream.write_all(&body[..body.len() / 2]).unwrap();
    eventually("it is being stored", || {
        !kit::debris(&served.fixture).is_empty()
    });
    stream
}

#[test]
fn a_server_that_stops_lets_an_upload_finish_within_its_grace() {
    let served = Served::with(|_| {});
    let body = form(&[("a.txt", &[7; 100_000])]);
    let mut stream = half(&served, &body);
    // A connection that only waits holds nothing up.
    let idle = served.connect();
    let Served {
        running, fixture, ..
    } = served;
    let own = running.session().to_string();
    let stopping = std::thread::Builder::new()
        .name("stopping".into())
        .spawn(move || running.stop())
        .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    stream.write_all(&body[body.len() / 2..]).unwrap();
    let answer = kit::read(&mut stream).ok().json();
    stopping.join().unwrap();
    drop(idle);
    let made = answer["session_id"].as_str().unwrap();
    assert_eq!(fixture.sessions(), [own.as_str(), made]);
    assert_eq!(kit::debris(&fixture), [""; 0]);
}

#[test]
fn a_server_that_stops_rolls_back_what_does_not_finish_and_is_not_held_up() {
    let served = Served::with(|options| options.limits.grace = Duration::from_millis(300));
    let head = part_head("a.txt");
    let body = [head.as_bytes(), &[7; 100_000]].concat();
    let _stream = half(&served, &body);
    let Served {
        running,
        fixture,
        events,
        ..
    } = served;
    let own = running.session().to_string();
    let begun = Instant::now();
    running.stop();
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(fixture.sessions(), [own]);
    assert_eq!(kit::debris(&fixture), [""; 0]);
    assert_eq!(events.lock().unwrap().last(), Some(&Event::Ended(None)));
}

#[test]
fn who_hangs_up_gets_no_session() {
    let served = Served::with(|_| {});
    let body = form(&[("a.txt", &[7; 100_000])]);
    drop(half(&served, &body));
    eventually("it is rolled back", || served.others().is_empty());
}
