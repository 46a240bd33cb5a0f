//! Uploads by copy: what vanishes, changes, can't be read, is named alike or linked; and stopping one.

use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime};

use eyproject_sessions::session::{Cancel, ErrorKind, Progress};
use eyproject_sessions::upload;
use serde_json::{Value, json};

use super::kit::{self, store};
use crate::fixture::{Fixture, Outcome};

fn new() -> Fixture {
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    fixture
}

/// An upload with `--json` that waits at a point, as often as it gets there.
struct Waiting {
    child: Child,
    gate: PathBuf,
}

impl Waiting {
    fn at(point: &str, fixture: &Fixture, sources: &[&Path]) -> Self {
        let gate = fixture.home().join("gate");
        let mut command = fixture.program();
        command.args(["upload", "--json"]).args(sources);
        command.env(
            "EYPROJECT_FAILPOINTS",
            format!("{point}=wait:{}", gate.display()),
        );
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self { child, gate }
    }

    /// Does something while it waits, and lets it go on.
    fn then(self, meanwhile: impl FnOnce()) -> Self {
        kit::eventually("it waits", || self.gate.exists());
        meanwhile();
        std::fs::remove_file(&self.gate).unwrap();
        self
    }

    fn end(self) -> Outcome {
        let output = self.child.wait_with_output().unwrap();
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn uploaded(outcome: Outcome) -> (PathBuf, Value) {
    let answer: Value = serde_json::from_str(&outcome.ok()).unwrap();
    (answer["temp_dir"].as_str().unwrap().into(), answer)
}

/// Nothing was made, and nothing is left.
#[track_caller]
fn refused(fixture: &Fixture, outcome: &Outcome, words: &str) {
    assert!(outcome.is_refused(), "{outcome:?}");
    assert!(outcome.stderr.contains(words), "{outcome:?}");
    assert_eq!(fixture.sessions(), [""; 0]);
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
}

#[test]
fn what_vanishes_is_left_out_and_reported() {
    let fixture = new();
    let gone = fixture.outside("gone.txt", b"1");
    let stays = fixture.outside("stays.txt", b"1");
    let inner = fixture.outside("folder/inner.txt", b"1");
    fixture.outside("folder/other.txt", b"2");
    let sources = [gone.as_path(), &stays, inner.parent().unwrap()];
    let (session, answer) = uploaded(
        Waiting::at("stage-made", &fixture, &sources)
            .then(|| {
                std::fs::remove_file(&gone).unwrap();
                std::fs::remove_file(&inner).unwrap();
            })
            .end(),
    );
    assert_eq!(answer["files"], json!(["folder/other.txt", "stays.txt"]));
    let reason = "it vanished before it could be copied";
    let skipped: Vec<_> = [&gone, &inner]
        .map(|p| json!({"file": p, "reason": reason}))
        .into();
    assert_eq!(answer["skipped"], json!(skipped));
    assert_eq!(
        answer["session"]["missing"],
        json!([]),
        "what never came is not missing"
    );
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(session.join(".session.json")).unwrap()).unwrap();
    let names: Vec<_> = manifest["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["stored_as"])
        .collect();
    assert_eq!(names, ["stays.txt", "folder"]);
    let log = std::fs::read_to_string(session.join("logs/upload.log")).unwrap();
    assert!(
        log.contains(&format!("{}: {reason}", gone.display())),
        "{log}"
    );
}

/// Whatever is swapped for a link between looking and copying: nothing comes from where that leads.
#[cfg(unix)]
#[test]
fn case_17_what_became_a_link_before_it_was_copied_is_left_out_and_reported() {
    use std::os::unix::fs::symlink;
    let fixture = new();
    fixture.outside("elsewhere/secret.txt", b"secret");
    fixture.outside("elsewhere/deep/secret.txt", b"secret");
    let elsewhere = fixture.outside("elsewhere/z.txt", b"secret");
    let elsewhere = elsewhere.parent().unwrap();
    fixture.outside("folder/a/secret.txt", b"own");
    fixture.outside("folder/b/deep/secret.txt", b"own");
    let file = fixture.outside("folder/z.txt", b"own");
    let folder = file.parent().unwrap();
    fixture.outside("folder/stays.txt", b"own");
    let (session, answer) = uploaded(
        Waiting::at("stage-made", &fixture, &[folder])
            .then(|| {
                for name in ["a", "b"] {
                    let aside = format!("aside-{name}");
                    std::fs::rename(folder.join(name), folder.join(aside)).unwrap();
                    symlink(elsewhere, folder.join(name)).unwrap();
                }
                std::fs::remove_file(&file).unwrap();
                symlink(elsewhere.join("z.txt"), &file).unwrap();
            })
            .end(),
    );
    assert_eq!(answer["files"], json!(["folder/stays.txt"]));
    assert_eq!(
        std::fs::read(session.join("folder/stays.txt")).unwrap(),
        b"own"
    );
    let mut left: Vec<_> = answer["skipped"].as_array().unwrap().iter().collect();
    left.sort_by_key(|s| s["file"].to_string());
    let expected = ["a/secret.txt", "b/deep/secret.txt", "z.txt"].map(|name| {
        let reason = "a link or something else took its place before it could be copied";
        json!({"file": folder.join(name), "reason": reason})
    });
    assert_eq!(left, expected.iter().collect::<Vec<_>>());
}

#[test]
fn an_upload_of_which_everything_vanishes_makes_no_session() {
    let fixture = new();
    let gone = fixture.outside("gone.txt", b"1");
    let outcome = Waiting::at("stage-made", &fixture, &[&gone])
        .then(|| std::fs::remove_file(&gone).unwrap())
        .end();
    refused(
        &fixture,
        &outcome,
        "everything that was to be uploaded has vanished",
    );
}

#[test]
fn a_file_that_changes_is_copied_again_and_in_the_end_as_it_is() {
    let fixture = new();
    let file = fixture.outside("growing.log", b"first\n");
    let append = || {
        let mut open = std::fs::File::options().append(true).open(&file).unwrap();
        open.write_all(b"more\n").unwrap();
    };
    let (session, answer) = uploaded(
        Waiting::at("copy-file#1", &fixture, &[&file])
            .then(append)
            .end(),
    );
    assert_eq!(
        std::fs::read(session.join("growing.log")).unwrap(),
        b"first\nmore\n"
    );
    assert_eq!(answer["skipped"], json!([]));

    let waiting = Waiting::at("copy-file", &fixture, &[&file])
        .then(append)
        .then(append)
        .then(append);
    let (session, answer) = uploaded(waiting.end());
    assert_eq!(answer["skipped"], json!([]));
    let reason = answer["notes"][0]["reason"].as_str().unwrap();
    assert!(
        reason.contains("it kept changing while it was copied"),
        "{reason}"
    );
    assert!(
        std::fs::read(session.join("growing.log"))
            .unwrap()
            .starts_with(b"first\nmore\n")
    );
}

#[test]
fn what_can_not_be_read_refuses_the_upload() {
    let fixture = new();
    let secret = fixture.outside("folder/secret.txt", b"1");
    let folder = secret.parent().unwrap();
    fixture.outside("folder/a.txt", b"1");
    kit::give_away(&fixture);
    let run = |path: &Path| {
        let mut command = fixture.program();
        Outcome::of(kit::unprivileged(command.arg("upload").arg(path)))
    };
    let mode = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(&secret, 0o000);
    let mend = "make it readable, or leave it out of the upload";
    for path in [&secret, folder] {
        refused(&fixture, &run(path), "secret.txt");
        refused(&fixture, &run(path), mend);
    }
    mode(&secret, 0o600);
    mode(folder, 0o000);
    refused(&fixture, &run(folder), mend);
    mode(folder, 0o700);
    run(folder).ok();
}

#[test]
fn names_that_are_taken_or_ours_are_changed_and_reported() {
    let fixture = new();
    let sources: Vec<_> = [
        "a/data.txt",
        "b/data.txt",
        "c/data (2).txt",
        "d/.session.json",
        "e/.session.json.new",
    ]
    .map(|name| fixture.outside(name, name.as_bytes()))
    .into();
    let mut command = fixture.program();
    let outcome = Outcome::of(command.args(["upload", "--json"]).args(&sources));
    let said = outcome.stderr.clone();
    let (session, answer) = uploaded(outcome);
    let read = |name: &str| String::from_utf8(std::fs::read(session.join(name)).unwrap()).unwrap();
    assert_eq!(read("data.txt"), "a/data.txt");
    assert_eq!(read("data (2).txt"), "b/data.txt");
    assert_eq!(read("data (2) (2).txt"), "c/data (2).txt");
    assert_eq!(read("uploaded.session.json"), "d/.session.json");
    assert_eq!(read(".session.json.new"), "e/.session.json.new");
    assert_eq!(answer["notes"].as_array().unwrap().len(), 3);
    // The content of the fourth, which is no JSON.
    assert_eq!(answer["skipped"].as_array().unwrap().len(), 1);
    assert!(
        said.contains("stored as data (2).txt: that name was taken"),
        "{said}"
    );
    assert_eq!(answer["session"]["missing"], json!([]));
}

#[test]
fn links_are_copied_as_what_they_point_to_inside_and_left_out_else() {
    let fixture = new();
    let file = fixture.outside("folder/real/a.txt", b"inside");
    let folder = file.parent().unwrap().parent().unwrap();
    let secret = fixture.outside("secret", b"outside");
    symlink("real/a.txt", folder.join("to file")).unwrap();
    symlink("real", folder.join("to folder")).unwrap();
    symlink(&secret, folder.join("out")).unwrap();
    symlink("/", folder.join("root")).unwrap();
    symlink("nowhere", folder.join("dangling")).unwrap();
    symlink(".", folder.join("loop")).unwrap();
    let (session, answer) = uploaded(fixture.run(["upload", "--json", folder.to_str().unwrap()]));
    let files = [
        "folder/real/a.txt",
        "folder/to file",
        "folder/to folder/a.txt",
    ];
    assert_eq!(answer["files"], json!(files));
    for name in files {
        let path = session.join(name);
        assert!(std::fs::symlink_metadata(&path).unwrap().is_file());
        assert_eq!(std::fs::read(path).unwrap(), b"inside");
    }
    assert!(!session.join("folder/to folder").is_symlink());
    assert_eq!(answer["skipped"].as_array().unwrap().len(), 4, "{answer}");
}

#[test]
fn times_and_the_right_to_execute_are_kept_and_no_others() {
    let fixture = new();
    let script = fixture.outside("folder/run.sh", b"#!/bin/sh\n");
    let data = fixture.outside("folder/data.txt", b"1");
    let folder = script.parent().unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o4775)).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o666)).unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::new(1_234_567_890, 123_456_789);
    for path in [script.as_path(), &data, folder] {
        std::fs::File::open(path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    }
    let (session, _) = uploaded(fixture.run(["upload", "--json", folder.to_str().unwrap()]));
    for name in ["folder", "folder/run.sh", "folder/data.txt"] {
        assert_eq!(
            session.join(name).metadata().unwrap().modified().unwrap(),
            time,
            "{name}"
        );
    }
    let mode = |name: &str| session.join(name).metadata().unwrap().mode() & 0o7777;
    assert_eq!(
        mode("folder/run.sh") & 0o7700,
        0o700,
        "executable, not setuid"
    );
    assert_eq!(mode("folder/data.txt") & 0o7711, 0o600);
}

#[test]
fn a_file_that_says_it_is_empty_and_is_not_is_copied_whole() {
    let fixture = new();
    // Files of the kernel are 0 bytes long, and have text in them.
    let file = "/proc/self/mountinfo";
    let (session, answer) = uploaded(fixture.run(["upload", "--json", file]));
    assert_ne!(
        std::fs::read(session.join("mountinfo")).unwrap(),
        b"",
        "{answer}"
    );
    assert_eq!(answer["skipped"], json!([]));
}

#[test]
fn what_holds_the_base_is_refused_and_what_lies_in_it_is_not() {
    let fixture = new();
    let room = fixture.base().parent().unwrap().to_owned();
    let outcome = fixture.run(["upload", room.to_str().unwrap()]);
    refused(
        &fixture,
        &outcome,
        "the base directory of the sessions is in it",
    );
    let outcome = fixture.run(["upload", fixture.base().to_str().unwrap()]);
    refused(
        &fixture,
        &outcome,
        "the base directory of the sessions is in it",
    );
    fixture.backend_session("session_20250710_153000", 1, &[("a", b"1")]);
    let session = fixture.base().join("session_20250710_153000");
    let (new, _) = uploaded(fixture.run(["upload", "--json", session.to_str().unwrap()]));
    assert_eq!(
        std::fs::read(new.join("session_20250710_153000/a")).unwrap(),
        b"1"
    );
}

#[test]
fn progress_ends_where_it_said_it_would() {
    let fixture = new();
    for n in 0..50 {
        fixture.outside(&format!("folder/{n}"), &vec![1; n * 1000]);
    }
    let folder = fixture.base().with_file_name("outside").join("folder");
    let progress = Progress::default();
    let request = kit::request(&[folder]);
    let report = upload::run(
        &store(&fixture),
        &request,
        &Cancel::default(),
        &progress,
        &|_| {},
    )
    .unwrap();
    let read = progress.read();
    assert_eq!((read.files, read.bytes), (50, 1_225_000));
    assert_eq!(
        (read.total_files, read.total_bytes),
        (read.files, read.bytes)
    );
    assert_eq!((report.files, report.bytes), (read.files, read.bytes));
}

/// How long an upload takes to end after it was cancelled in the middle of its copying.
fn cancelled(fixture: &Fixture, sources: &[PathBuf]) -> Duration {
    let (cancel, progress) = (Cancel::default(), Progress::default());
    let (sender, ended) = mpsc::channel();
    let elapsed = std::thread::scope(|scope| {
        let (cancel, progress) = (&cancel, &progress);
        scope.spawn(move || {
            let request = kit::request(sources);
            let result = upload::run(&store(fixture), &request, cancel, progress, &|_| {});
            sender
                .send(result.map(|_| ()).map_err(|e| e.kind().clone()))
                .unwrap();
        });
        kit::eventually("it copies", || progress.read().bytes > 0);
        cancel.cancel();
        let began = Instant::now();
        assert_eq!(ended.recv().unwrap(), Err(ErrorKind::Cancelled));
        began.elapsed()
    });
    let read = progress.read();
    assert!(read.bytes < read.total_bytes, "too late to cancel");
    assert_eq!(fixture.sessions(), [""; 0]);
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
    elapsed
}

#[test]
fn cancelling_ends_within_200_ms_and_leaves_nothing() {
    let fixture = new();
    let large = fixture.outside("large", &[]);
    let mut file = std::fs::File::create(&large).unwrap();
    for _ in 0..200 {
        file.write_all(&[7; 1 << 20]).unwrap();
    }
    let many = fixture.outside("many/0", b"1").parent().unwrap().to_owned();
    for n in 1..8_000 {
        std::fs::write(many.join(n.to_string()), b"1").unwrap();
    }
    for source in [large, many] {
        // The machine may be busy with other things, but not ten times.
        let sources = [source];
        let in_time = |d: &Duration| *d < Duration::from_millis(200);
        let mut tries = (0..10).map(|_| cancelled(&fixture, &sources));
        assert!(tries.any(|d| in_time(&d)), "{sources:?}");
    }
}
