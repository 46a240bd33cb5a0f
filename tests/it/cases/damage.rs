//! CASE 15 and the manifest: what another program took or wrote is shown, and what we don't know survives.

use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::{Value, json};

use super::kit::{self, Picture, id, store};
use crate::fixture::{Fixture, Outcome};

const A: &str = "session_20250710_153000";
const B: &str = "session_20250710_153001";

fn two() -> Fixture {
    let fixture = Fixture::new();
    fixture.backend_session(A, 1, &[("a", b"1")]);
    fixture.backend_session(B, 1, &[]);
    fixture
}

fn manifest(of: &str) -> Value {
    json!({
        "version": 1,
        "session_id": of,
        "created_at": "2025-07-10T15:30:00+02:00",
        "sequence": 1_752_154_200_000_000i64,
        "origin": "cli",
    })
}

fn write_manifest(fixture: &Fixture, manifest: &Value) {
    let path = fixture.base().join(A).join(".session.json");
    std::fs::write(path, manifest.to_string()).unwrap();
}

fn listed(fixture: &Fixture, of: &str) -> Value {
    let listing: Value = serde_json::from_str(&fixture.run(["list", "--json"]).ok()).unwrap();
    let sessions = listing["all_sessions"].as_array().unwrap();
    sessions
        .iter()
        .find(|s| s["session_id"] == of)
        .unwrap()
        .clone()
}

#[test]
fn case_15_what_a_cleaner_took_is_shown_as_missing() {
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    let files = ["a.csv", "b.csv"].map(|name| fixture.outside(name, b"1"));
    let path = fixture
        .run([
            "upload",
            files[0].to_str().unwrap(),
            files[1].to_str().unwrap(),
        ])
        .ok();
    let state = || {
        fixture
            .run(["list"])
            .ok()
            .split('\t')
            .nth(4)
            .unwrap()
            .to_owned()
    };
    assert_eq!(state(), "current");
    std::fs::remove_file(std::path::Path::new(path.trim_end()).join("a.csv")).unwrap();
    assert_eq!(state(), "current, damaged");
    let id = fixture.sessions().remove(0);
    assert_eq!(listed(&fixture, &id)["missing"], json!(["a.csv"]));
    let info = fixture.run(["info", &id]).ok();
    assert!(
        info.contains("missing  a.csv: its manifest names it, but it is gone"),
        "{info}"
    );
}

#[test]
fn case_15_a_database_that_the_manifest_speaks_of_is_missed() {
    let fixture = two();
    let mut with_table = manifest(A);
    with_table["tables"] = json!([{"name": "t", "rows": 1}]);
    // Names that lead out of the session are no business of its manifest's.
    with_table["sources"] = json!([
        {"path": "x", "stored_as": "../../elsewhere", "files": 1, "bytes": 1},
        {"path": "x", "stored_as": "/nowhere", "files": 1, "bytes": 1},
    ]);
    write_manifest(&fixture, &with_table);
    assert_eq!(listed(&fixture, A)["missing"], json!(["project_data.db"]));
    std::fs::write(fixture.base().join(A).join("project_data.db"), "").unwrap();
    assert_eq!(listed(&fixture, A)["missing"], json!([]));
}

#[test]
fn a_manifest_that_can_not_be_believed_is_told_and_in_no_ones_way() {
    let outside =
        |fixture: &Fixture| fixture.outside("manifest.json", manifest(A).to_string().as_bytes());
    type Damage = fn(&Fixture);
    let hostile: [(&str, Damage); 6] = [
        ("not valid", |f| write_manifest(f, &json!("text"))),
        ("that of session_20250710_153001", |f| {
            write_manifest(f, &manifest(B))
        }),
        ("not valid", |f| {
            std::fs::write(f.base().join(A).join(".session.json"), b"{\"version\":1,").unwrap();
        }),
        ("not a regular file", |f| {
            std::fs::create_dir(f.base().join(A).join(".session.json")).unwrap();
        }),
        ("not a regular file", |f| {
            symlink("/etc/passwd", f.base().join(A).join(".session.json")).unwrap();
        }),
        ("not a regular file", |f| {
            let path = f.base().join(A).join(".session.json");
            let made = std::process::Command::new("mkfifo").arg(path).status();
            assert!(made.unwrap().success());
        }),
    ];
    for (problem, damage) in hostile {
        let fixture = two();
        let precious = outside(&fixture);
        damage(&fixture);
        let error = listed(&fixture, A)["error"].as_str().unwrap().to_owned();
        assert!(error.contains(problem), "{error}");
        assert!(listed(&fixture, B).get("error").is_none());
        let refused = fixture.run(["pin", A]);
        assert_eq!(refused.code, Some(1));
        assert!(
            refused.stderr.contains("mend or delete that file"),
            "{refused:?}"
        );
        assert_eq!(fixture.run(["delete", A]).ok(), format!("deleted {A}\n"));
        assert!(precious.exists());
    }
}

#[test]
fn what_a_later_version_wrote_survives_a_rewrite() {
    let fixture = two();
    let mut future = manifest(A);
    future["version"] = json!(7);
    future["origin"] = json!("phone");
    future["colour"] = json!({"r": [1, 2.5, null]});
    future["tables"] = json!([{"name": "t", "rows": 1, "index": ["a"]}]);
    future["sources"] =
        json!([{"path": "p", "stored_as": "a", "files": 1, "bytes": 1, "sha": "x"}]);
    write_manifest(&fixture, &future);
    fixture.run(["pin", A]).ok();
    store(&fixture).set_note(id(A), "a \"note\"\n").unwrap();
    let text = std::fs::read_to_string(fixture.base().join(A).join(".session.json")).unwrap();
    let mut expected = future;
    expected["pinned"] = json!(true);
    expected["note"] = json!("a \"note\"\n");
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
    assert_eq!(listed(&fixture, A)["note"], "a \"note\"\n");
}

#[test]
fn a_pin_of_a_session_that_can_not_be_read_still_protects_it() {
    for mode in [0o000, 0o700] {
        let fixture = two();
        fixture.run(["pin", A]).ok();
        let dir = fixture.base().join(A);
        let file = dir.join(".session.json");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).unwrap();
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(mode)).unwrap();
        kit::give_away(&fixture);
        let before = Picture::of(&fixture.base().join(A));
        let mut command = fixture.program();
        let refused = Outcome::of(kit::unprivileged(command.args(["delete", A])));
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains("it is pinned"), "{refused:?}");
        let mut command = fixture.program();
        let cleaned = Outcome::of(kit::unprivileged(command.args(["cleanup", "--keep", "0"])));
        assert!(
            cleaned.stdout.contains(&format!("kept {A}: it is pinned")),
            "{cleaned:?}"
        );
        if kit::is_root() {
            assert_eq!(Picture::of(&fixture.base().join(A)), before);
        }
        // Not pinned, its mode protects it from nothing.
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o700)).unwrap();
        std::fs::remove_file(file).unwrap();
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(mode)).unwrap();
        let mut command = fixture.program();
        Outcome::of(kit::unprivileged(command.args(["delete", A]))).ok();
    }
}

#[test]
fn a_cleanup_leaves_alone_what_may_have_been_pinned() {
    let fixture = two();
    fixture.run(["pin", A]).ok();
    let file = fixture.base().join(A).join(".session.json");
    let text = std::fs::read_to_string(&file).unwrap();
    for damaged in [&text[..text.len() - 3], &text.replace("\"\"", "5"), ""] {
        std::fs::write(&file, damaged).unwrap();
        assert_eq!(listed(&fixture, A)["session_id"], A);
        let cleaned = fixture.run(["cleanup", "--keep", "0"]).ok();
        assert!(cleaned.contains(&format!("kept {A}")), "{cleaned}");
    }
    // Who names it means it.
    fixture.run(["delete", A]).ok();
}

#[test]
fn a_record_of_the_current_session_that_can_not_be_believed_counts_for_nothing() {
    let fixture = two();
    fixture.run(["use", A]).ok();
    let current = || fixture.run(["current"]).ok();
    assert!(current().trim_end().ends_with(A));
    let record = fixture.base().join(".eyproject/current.json");
    for text in ["", "{}", "null", "{\"session_id\":\"..\",\"set_at\":1}"] {
        std::fs::write(&record, text).unwrap();
        assert!(current().trim_end().ends_with(B), "{text:?}");
    }
    std::fs::remove_file(&record).unwrap();
    symlink("/etc/passwd", &record).unwrap();
    assert!(current().trim_end().ends_with(B));
    // Choosing again replaces the link, not what it points to.
    fixture.run(["use", A]).ok();
    assert!(current().trim_end().ends_with(A));
}
