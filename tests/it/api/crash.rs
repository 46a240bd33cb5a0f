//! CASE 11 over HTTP: `kill -9` in the middle of uploads, and a start that sweeps up.

use std::io::Write;

use super::kit::{self, TYPE, debris, eventually, form};
use super::outside::Process;
use crate::fixture::Fixture;

fn fixture() -> Fixture {
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    fixture
}

fn send(process: &Process, body: &[u8], upto: usize) -> std::net::TcpStream {
    let mut stream = kit::connect(process.address());
    let head = format!(
        "POST /upload HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: {TYPE}\r\nContent-Length: {}\r\n\r\n",
        process.address(),
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let _ = stream.write_all(&body[..upto]);
    stream
}

#[test]
fn case_11_a_server_killed_in_the_middle_of_uploads_leaves_nothing() {
    let fixture = fixture();
    let process = Process::start(&fixture, &[]);
    let before = fixture.sessions();
    let body = form(&[("a.csv", &[b'7'; 300_000]), ("b/c.txt", &[b'x'; 300_000])]);
    let _streams: Vec<_> = [100_000, 400_000, body.len() - 3]
        .map(|upto| send(&process, &body, upto))
        .into();
    eventually("all three are being stored", || debris(&fixture).len() == 3);
    drop(process);
    assert_eq!(fixture.sessions(), before);
    assert_eq!(debris(&fixture).len(), 3, "nobody could tidy up");
    let current = fixture.run(["current"]).ok();
    assert!(current.trim_end().ends_with(&before[0]));

    let mut again = Process::start(&fixture, &[]);
    eventually("the start swept", || debris(&fixture).is_empty());
    let sessions = fixture.sessions();
    assert_eq!(sessions.len(), 2);
    again.end();
}

/// Each point that an upload reaches, as `name#3`: the third time since the process began.
fn points() -> Vec<String> {
    let fixture = fixture();
    let log = fixture.home().join("points");
    let mut process = armed(&fixture, &format!("*=log:{}", log.display()));
    let read = || std::fs::read_to_string(&log).unwrap();
    let before = read().lines().count();
    upload(&process);
    process.end();
    let mut seen = std::collections::HashMap::new();
    let mut points = Vec::new();
    for (n, point) in read().lines().enumerate() {
        let nth = seen.entry(point.to_owned()).or_insert(0);
        *nth += 1;
        if n >= before {
            points.push(format!("{point}#{nth}"));
        }
    }
    points
}

#[test]
fn case_11_at_every_step_of_an_upload() {
    let points = points();
    for step in [
        "stage-locked",
        "spool-file",
        "spool-end",
        "upload-logged",
        "publish-after",
    ] {
        assert!(
            points.iter().any(|p| p.starts_with(step)),
            "{step}: {points:?}"
        );
    }
    for point in points {
        let fixture = fixture();
        let mut process = armed(&fixture, &format!("{point}=kill"));
        let before = fixture.sessions();
        upload(&process);
        eventually("it is dead", || is_dead(&process));
        let _ = process.child.wait();
        let listing = fixture.run(["list", "--json"]).ok();
        let after = fixture.sessions();
        assert!(after.len() - before.len() <= 1, "{point}");
        for id in after.iter().filter(|id| !before.contains(id)) {
            let made = fixture.contents(id);
            for file in [".session.json", "a.csv", "b/c.txt", "project_data.db"] {
                assert!(
                    made.contains_key(std::path::Path::new(file)),
                    "{point}: {file}"
                );
            }
            assert!(listing.contains(id.as_str()), "{point}");
        }
        fixture.run(["new"]).ok();
        assert_eq!(debris(&fixture), [""; 0], "{point}");
    }
}

#[test]
fn case_12_a_full_disk_is_said_and_leaves_nothing() {
    for point in [
        "spool-file#2",
        "spool-end#1",
        "upload-logged#1",
        "extract#1",
    ] {
        let fixture = fixture();
        let mut process = armed(&fixture, &format!("{point}=enospc"));
        let before = fixture.sessions();
        let zip = zip();
        let body = form(&[("a.csv", b"x,y\n1,2\n"), ("b.zip", &zip)]);
        let mut stream = send(&process, &body, body.len());
        let reason = kit::read(&mut stream).refused(507);
        assert!(
            reason.contains("there is not enough disk space"),
            "{point}: {reason}"
        );
        assert_eq!(fixture.sessions(), before, "{point}");
        assert_eq!(debris(&fixture), [""; 0], "{point}");
        // The server goes on.
        let body = form(&[("a.csv", b"x,y\n1,2\n")]);
        kit::read(&mut send(&process, &body, body.len())).ok();
        let (_, log) = process.end();
        let told = log.matches("cause=").count();
        assert_eq!(told, 1, "the cause is told once: {log}");
    }
}

#[test]
fn case_12_a_session_without_room_is_refused() {
    let fixture = fixture();
    // The first is the server's own.
    let mut process = armed(&fixture, "publish-before-rename#2=enospc");
    let before = fixture.sessions();
    let ask = |target: &str| {
        let mut stream = kit::connect(process.address());
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            process.address()
        );
        stream.write_all(head.as_bytes()).unwrap();
        kit::read(&mut stream)
    };
    let reason = ask("/session").refused(507);
    assert!(reason.contains("not enough disk space"), "{reason}");
    assert_eq!(fixture.sessions(), before);
    assert_eq!(debris(&fixture), [""; 0]);
    ask("/session").ok();
    process.end();
}

fn zip() -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    out.start_file("in.txt", zip::write::SimpleFileOptions::default())
        .unwrap();
    out.write_all(b"text").unwrap();
    out.finish().unwrap().into_inner()
}

fn is_dead(process: &Process) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.child.id()));
    // A zombie is dead: nobody has asked for its code yet.
    stat.map_or(true, |stat| {
        stat.rsplit_once(") ")
            .is_some_and(|(_, rest)| rest.starts_with('Z'))
    })
}

fn armed(fixture: &Fixture, points: &str) -> Process {
    Process::of(
        fixture
            .program()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("EYPROJECT_FAILPOINTS", points),
    )
}

fn upload(process: &Process) {
    let body = form(&[("a.csv", b"x,y\n1,2\n"), ("b/c.txt", b"text")]);
    let mut stream = send(process, &body, body.len());
    kit::read(&mut stream);
}
