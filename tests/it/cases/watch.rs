//! The watcher tells within a second what other programs change, and says so where it can't.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use eyproject_sessions::session::watch::{Change, Watcher};

use super::driver;
use super::kit::{self, id, store};
use crate::fixture::Fixture;

const A: &str = "session_20250710_153000";
const B: &str = "session_20250710_153001";

const SECOND: Duration = Duration::from_secs(1);

struct Watch {
    told: Receiver<Change>,
    _watcher: Watcher,
}

impl Watch {
    /// Watches; from here on everything is told.
    fn start(fixture: &Fixture) -> Self {
        let (sender, told) = channel();
        let watcher = Watcher::start(&store(fixture), move |change| {
            let _ = sender.send(change);
        });
        let watch = Self {
            told,
            _watcher: watcher.unwrap(),
        };
        assert_eq!(
            watch.told.recv_timeout(10 * SECOND),
            Ok(Change::Set),
            "it begins"
        );
        watch
    }

    /// Takes in what else is told of the same change; only an afterthought comes later.
    fn settle(&self) {
        while self.told.recv_timeout(SECOND / 3).is_ok() {}
    }

    /// `what` is told within a second of now.
    #[track_caller]
    fn tells(&self, what: &Change) {
        let deadline = Instant::now() + SECOND;
        let mut others = Vec::new();
        while let Some(left) = deadline.checked_duration_since(Instant::now()) {
            match self.told.recv_timeout(left) {
                Ok(change) if change == *what => return,
                Ok(change) => others.push(change),
                Err(_) => break,
            }
        }
        panic!("{what:?} was not told, but {others:?}");
    }
}

fn two() -> Fixture {
    let fixture = Fixture::new();
    fixture.backend_session(A, 1, &[("sub/deep/a", b"1")]);
    fixture.backend_session(B, 1, &[]);
    fixture.run(["use", B]).ok();
    fixture
}

fn content(of: &str) -> Change {
    Change::Content(vec![id(of)])
}

fn append(path: &Path) {
    let mut file = std::fs::File::options()
        .append(true)
        .create(true)
        .open(path)
        .unwrap();
    std::io::Write::write_all(&mut file, b"more").unwrap();
}

#[test]
fn what_other_programs_change_is_told_within_a_second() {
    type Step = (&'static str, fn(&Fixture), Change);
    const C: &str = "session_20250710_153002";
    let steps: [Step; 13] = [
        (
            "a file grows",
            |f| append(&f.base().join(A).join("sub/deep/a")),
            content(A),
        ),
        (
            "a file in a new folder",
            |f| {
                std::fs::create_dir(f.base().join(A).join("new")).unwrap();
                append(&f.base().join(A).join("new/file"));
            },
            content(A),
        ),
        (
            "a file goes",
            |f| std::fs::remove_file(f.base().join(A).join("sub/deep/a")).unwrap(),
            content(A),
        ),
        ("a pin", |f| drop(f.run(["pin", A]).ok()), Change::Set),
        (
            "another is current",
            |f| drop(f.run(["use", A]).ok()),
            Change::Set,
        ),
        ("a new one", |f| drop(f.run(["new"]).ok()), Change::Set),
        (
            "a deletion",
            |f| drop(f.run(["delete", A]).ok()),
            Change::Set,
        ),
        // As the Python backend does it: the directory, then file by file.
        (
            "the backend's",
            |f| std::fs::create_dir(f.base().join(C)).unwrap(),
            Change::Set,
        ),
        (
            "a file of the backend's",
            |f| {
                std::fs::create_dir(f.base().join(C)).unwrap();
                append(&f.base().join(C).join("data.csv"));
            },
            content(C),
        ),
        (
            "rm -rf",
            |f| std::fs::remove_dir_all(f.base().join(A)).unwrap(),
            Change::Set,
        ),
        (
            "a request to come forward",
            |f| append(&f.base().join(".eyproject/raise")),
            Change::Raise,
        ),
        (
            "a whole upload",
            |f| {
                f.settings("[upload]\ndisk_floor = \"0B\"\n");
                f.run(["upload", "/etc/hostname"]).ok();
            },
            Change::Set,
        ),
        (
            "a time",
            |f| {
                drop(
                    std::fs::File::open(f.base().join(A))
                        .unwrap()
                        .set_modified(std::time::SystemTime::UNIX_EPOCH),
                )
            },
            content(A),
        ),
    ];
    std::thread::scope(|scope| {
        for (what, step, told) in &steps {
            let run = move || {
                let fixture = two();
                let watch = Watch::start(&fixture);
                step(&fixture);
                watch.tells(told);
            };
            std::thread::Builder::new()
                .name((*what).into())
                .spawn_scoped(scope, run)
                .unwrap();
        }
    });
}

#[test]
fn what_is_no_session_is_nobodys_business() {
    let fixture = two();
    let watch = Watch::start(&fixture);
    std::fs::write(fixture.base().join("notes.txt"), "no session").unwrap();
    std::fs::create_dir(fixture.base().join("session_foo")).unwrap();
    // Neither is reading, our own included.
    fixture.run(["list"]).ok();
    fixture.run(["info", A]).ok();
    assert!(watch.told.recv_timeout(SECOND / 2).is_err());
}

#[test]
fn a_session_that_comes_back_is_watched_again() {
    let fixture = two();
    let watch = Watch::start(&fixture);
    let trashed = store(&fixture).delete(id(A)).unwrap();
    trashed.restore().map_err(|(_, e)| e).unwrap();
    watch.tells(&Change::Set);
    watch.settle();
    append(&fixture.base().join(A).join("sub/deep/a"));
    watch.tells(&content(A));
    watch.settle();
    // Another directory takes its place before anybody has looked.
    let (dir, away) = (fixture.base().join(A), fixture.base().join("away"));
    std::fs::rename(&dir, &away).unwrap();
    std::fs::create_dir(&dir).unwrap();
    watch.tells(&Change::Set);
    watch.settle();
    append(&dir.join("file"));
    watch.tells(&content(A));
}

#[test]
fn a_base_that_comes_goes_or_is_replaced_is_told() {
    let fixture = two();
    let (base, away) = (fixture.base(), fixture.base().with_file_name("away"));
    std::fs::rename(&base, &away).unwrap();
    let watch = Watch::start(&fixture);
    std::fs::rename(&away, &base).unwrap();
    watch.tells(&Change::Set);
    watch.settle();
    append(&base.join(A).join("sub/deep/a"));
    watch.tells(&content(A));
    watch.settle();
    // Replaced between two looks.
    std::fs::rename(&base, &away).unwrap();
    std::fs::create_dir(&base).unwrap();
    watch.tells(&Change::Set);
    watch.settle();
    std::fs::create_dir(base.join(B)).unwrap();
    watch.tells(&Change::Set);
    std::fs::remove_dir_all(&base).unwrap();
    watch.tells(&Change::Set);
}

#[test]
fn links_in_a_session_lead_the_watcher_nowhere() {
    let fixture = two();
    let outside = fixture.outside("folder/file", b"1");
    let dir = fixture.base().join(A);
    symlink(outside.parent().unwrap(), dir.join("out")).unwrap();
    symlink("/", dir.join("root")).unwrap();
    let watch = Watch::start(&fixture);
    append(&outside);
    assert!(
        watch.told.recv_timeout(SECOND / 2).is_err(),
        "outside is nobody's business"
    );
    append(&dir.join("sub/deep/a"));
    watch.tells(&content(A));
}

/// Prints what is told, until stdin ends.
pub fn tell_changes(store: &eyproject_sessions::session::Store) {
    let watcher = Watcher::start(store, |change| driver::tell(&format!("{change:?}")));
    let _watcher = watcher.unwrap();
    let _ = std::io::Read::read(&mut std::io::stdin(), &mut [0]);
}

#[test]
fn where_watches_run_out_it_says_so_and_looks_every_second() {
    let fixture = two();
    // A user namespace has a limit of its own, which is nobody else's.
    let limited = "echo 2 > /proc/sys/user/max_inotify_watches && exec \"$@\"";
    let program = driver::command(&fixture, "watch");
    let mut command = fixture.isolated("unshare".as_ref());
    command.args(["--user", "--map-root-user", "sh", "-c", limited, "sh"]);
    command.arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    let possible = Command::new("unshare")
        .args(["--user", "--map-root-user", "sh", "-c"])
        .arg("echo 2 > /proc/sys/user/max_inotify_watches")
        .stderr(Stdio::null())
        .status();
    if !possible.is_ok_and(|status| status.success()) {
        return eprintln!("not tested: the number of watches can't be limited here");
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (sender, told) = channel();
    let stdout = child.stdout.take().unwrap();
    std::thread::spawn(move || {
        for line in std::io::BufRead::lines(std::io::BufReader::new(stdout)) {
            let _ = sender.send(line.unwrap());
        }
    });
    let _child = kit::Other(child);
    let tells = |what: &str, within: Duration| {
        let deadline = Instant::now() + within;
        let mut lines = Vec::new();
        while let Some(left) = deadline.checked_duration_since(Instant::now()) {
            match told.recv_timeout(left) {
                Ok(line) if line.contains(what) => return,
                Ok(line) => lines.push(line),
                Err(_) => break,
            }
        }
        panic!("{what} was not told, but {lines:?}");
    };
    tells(
        "Fallback(\"changes are looked for every second: the system watches too many",
        10 * SECOND,
    );
    while told.recv_timeout(SECOND + SECOND / 2).is_ok() {}
    let slack = SECOND / 2;
    fixture.run(["new"]).ok();
    tells("Set", SECOND + slack);
    fixture.run(["pin", A]).ok();
    tells("Set", SECOND + slack);
    fixture.run(["use", A]).ok();
    tells("Set", SECOND + slack);
    append(&fixture.base().join(A).join("file"));
    tells(&format!("Content([{A}])"), SECOND + slack);
    append(&fixture.base().join(A).join("file"));
    tells(&format!("Content([{A}])"), SECOND + slack);
    std::fs::remove_dir_all(fixture.base().join(B)).unwrap();
    tells("Set", SECOND + slack);
}
