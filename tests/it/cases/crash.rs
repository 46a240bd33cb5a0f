//! CASE 11: the process is killed at every named point of every change, at every time it gets there.
//! At the next start each session is whole or absent, and nothing else has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use super::driver;
use super::kit::{self, Picture};
use crate::fixture::{Fixture, Outcome};

const OLD: &str = "session_20250710_153000";
const PINNED: &str = "session_20250710_153001";
const NEW: &str = "session_20250710_153002";

/// A change, and what may become of the session that it is about.
struct Change {
    name: &'static str,
    command: fn(&Fixture) -> Command,
    /// The session that it changes, if it is one of those there were.
    subject: Option<&'static str>,
    may_vanish: bool,
    makes_one: bool,
}

const CHANGES: [Change; 8] = [
    Change {
        name: "new",
        command: |f| program(f, &["new"]),
        subject: Some(OLD),
        may_vanish: true,
        makes_one: true,
    },
    Change {
        name: "upload",
        command: |f| {
            let folder = f.outside("folder/sub/b.csv", b"x,y\n");
            let folder = folder.parent().unwrap().parent().unwrap().to_owned();
            let mut command = program(f, &["upload"]);
            command.arg(f.outside("a.csv", b"x,y\n1,2\n")).arg(folder);
            let script = b"import pandas as pd\nprint(pd.read_csv('a.csv'))\n";
            command.arg(f.outside("b.zip", &crate::upload::zip(&[("s.py", script)])));
            command
        },
        subject: Some(OLD),
        may_vanish: true,
        makes_one: true,
    },
    Change {
        name: "delete",
        command: |f| program(f, &["delete", OLD]),
        subject: Some(OLD),
        may_vanish: true,
        makes_one: false,
    },
    Change {
        name: "undo",
        command: |f| driver::command(f, &format!("undo {OLD}")),
        subject: Some(OLD),
        may_vanish: true,
        makes_one: false,
    },
    Change {
        name: "pin",
        command: |f| program(f, &["pin", OLD]),
        subject: Some(OLD),
        may_vanish: false,
        makes_one: false,
    },
    Change {
        name: "unpin",
        command: |f| program(f, &["unpin", PINNED]),
        subject: Some(PINNED),
        may_vanish: false,
        makes_one: false,
    },
    Change {
        name: "use",
        command: |f| program(f, &["use", OLD]),
        subject: None,
        may_vanish: false,
        makes_one: false,
    },
    Change {
        name: "cleanup",
        command: |f| program(f, &["cleanup", "--keep", "1"]),
        subject: Some(OLD),
        may_vanish: true,
        makes_one: false,
    },
];

/// Points that only an unusual file system gets to, which `filesystem` has, or an upload over HTTP, which
/// `api` has.
const ELSEWHERE: [&str; 3] = ["rename-look", "spool-end", "spool-file"];

fn program(fixture: &Fixture, args: &[&str]) -> Command {
    let mut command = fixture.program();
    command.args(args);
    command
}

/// Three sessions, one of them pinned, and rules that keep two.
fn prepared() -> Fixture {
    let fixture = Fixture::new();
    fixture.settings("[cleanup]\nkeep = 2\n[upload]\ndisk_floor = \"0B\"\n");
    fixture.backend_session(OLD, 3, &[("a.txt", b"old"), ("sub/deep/b.txt", b"deep")]);
    fixture.backend_session(PINNED, 2, &[("p.txt", b"pinned")]);
    fixture.backend_session(NEW, 1, &[("n.txt", b"new")]);
    fixture.run(["pin", PINNED]).ok();
    fixture
}

/// Every point that `change` reaches, as often as it does.
fn points(change: &Change) -> Vec<String> {
    let fixture = prepared();
    let log = fixture.home().join("points");
    let armed = format!("*=log:{}", log.display());
    Outcome::of((change.command)(&fixture).env("EYPROJECT_FAILPOINTS", armed)).ok();
    let text = std::fs::read_to_string(log).unwrap();
    text.lines().map(Into::into).collect()
}

#[test]
fn case_11_killed_at_every_step_each_session_is_whole_or_absent() {
    let reached = std::sync::Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for change in &CHANGES {
            let reached = &reached;
            scope.spawn(move || {
                let mut times = BTreeMap::new();
                for point in points(change) {
                    let nth = times.entry(point.clone()).or_insert(0);
                    *nth += 1;
                    // Locks are tried for every session there is; the first few stand for all.
                    if point != "lock" || *nth <= 4 {
                        kill_at(change, &format!("{point}#{nth}"));
                    }
                    reached.lock().unwrap().insert(point);
                }
            });
        }
    });
    let reached = reached.into_inner().unwrap();
    for point in named_in_source() {
        let elsewhere = ELSEWHERE.contains(&point.as_str());
        assert_ne!(reached.contains(&point), elsewhere, "{point}");
    }
}

/// Every point that the source names.
fn named_in_source() -> BTreeSet<String> {
    crate::source::all()
        .iter()
        .filter(|file| file.path.starts_with("src/"))
        .flat_map(|file| {
            let parts = file.text.split("failpoint::reach(\"").skip(1);
            parts
                .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[track_caller]
fn kill_at(change: &Change, point: &str) {
    let fixture = prepared();
    let base = fixture.base();
    let context = format!("{} killed at {point}", change.name);
    let before = sessions(&base);
    let died = Outcome::of(
        (change.command)(&fixture).env("EYPROJECT_FAILPOINTS", format!("{point}=kill")),
    );
    assert_eq!(died.code, None, "{context}: not reached: {died:?}");

    // A reader comes first, and must not mind.
    let readable = fixture.run(["list", "--json"]).ok();
    whole(&readable, &context);
    Outcome::of(&mut driver::command(&fixture, "sweep")).ok();

    assert_eq!(kit::debris(&base), [""; 0], "{context}");
    let room: Vec<_> = Picture::of(&base.join(".eyproject")).paths();
    let known = ["base.lock", "current.json", "locks", "staging", "trash"];
    assert!(
        room.iter().all(|p| known.contains(&p.as_str())),
        "{context}: {room:?}"
    );

    let after = sessions(&base);
    let listed: serde_json::Value =
        serde_json::from_str(&fixture.run(["list", "--json"]).ok()).unwrap();
    for (name, picture) in &before {
        match after.get(name) {
            _ if Some(name.as_str()) != change.subject => {
                assert_eq!(after.get(name), Some(picture), "{context}: {name} changed");
            }
            None => assert!(change.may_vanish, "{context}: {name} is gone"),
            Some(now) => assert_eq!(files(now), files(picture), "{context}: {name} is not whole"),
        }
    }
    let new: Vec<_> = after
        .keys()
        .filter(|name| !before.contains_key(*name))
        .collect();
    assert!(
        new.len() <= usize::from(change.makes_one),
        "{context}: {new:?}"
    );
    if let (Some(name), "upload") = (new.first(), change.name) {
        let expected = [
            "DATABASE_SUMMARY.md",
            "a.csv",
            "eyproject_sql.py",
            "folder/sub/b.csv",
            "logs/upload.log",
            "project_data.db",
            "s.py",
            "s.py.orig",
        ];
        assert_eq!(
            files(&after[*name]).into_keys().collect::<Vec<_>>(),
            expected,
            "{context}"
        );
    }
    let current = listed["current_session_id"].as_str().unwrap();
    let expected = match (new.first(), change.name) {
        (Some(new), _) => vec![new.as_str()],
        (None, "use") => vec![OLD, NEW],
        (None, _) => vec![NEW],
    };
    assert!(
        expected.contains(&current),
        "{context}: {current} is current"
    );
    // And the next change works.
    fixture.run(["new", "--quiet"]).ok();
}

/// A picture of every session in the base.
fn sessions(base: &Path) -> BTreeMap<String, Picture> {
    let names = std::fs::read_dir(base).unwrap().map(|e| e.unwrap());
    names
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| name.starts_with("session_"))
        .map(|name| (name.clone(), Picture::of(&base.join(name))))
        .collect()
}

/// The files in a session and what is in them, but for its manifest.
fn files(picture: &Picture) -> BTreeMap<String, Vec<u8>> {
    let is_file = |mode: u32| mode & 0o170_000 == 0o100_000;
    let files = picture.0.iter().filter(|(_, seen)| is_file(seen.mode));
    files
        .map(|(path, seen)| (path.to_string_lossy().into_owned(), seen.content.clone()))
        .filter(|(path, _)| path != ".session.json")
        .collect()
}

/// Every session of a listing can be read and misses nothing.
fn whole(listing: &str, context: &str) {
    let listing: serde_json::Value = serde_json::from_str(listing).unwrap();
    for session in listing["all_sessions"].as_array().unwrap() {
        assert!(session.get("error").is_none(), "{context}: {session}");
        assert_eq!(session["missing"], serde_json::json!([]), "{context}");
    }
}
