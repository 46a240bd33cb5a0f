//! Deleting one file of a session and bringing it back: what it leaves, what it refuses, what it never touches.

use std::os::unix::fs::{PermissionsExt, symlink};

use eyproject_sessions::session::ErrorKind;

use super::kit::{self, Picture, id, store};
use crate::fixture::Fixture;

const A: &str = "session_20250710_153000";

fn one() -> Fixture {
    let fixture = Fixture::new();
    fixture.backend_session(A, 1, &[("a.txt", b"first"), ("sub/b.txt", b"second")]);
    fixture
}

#[test]
fn a_deleted_file_comes_back_byte_for_byte_with_its_times() {
    let fixture = one();
    let store = store(&fixture);
    let dir = fixture.base().join(A);
    // Read-only files and the times of folders come back as they were, too.
    std::fs::set_permissions(
        dir.join("sub/b.txt"),
        std::fs::Permissions::from_mode(0o400),
    )
    .unwrap();
    let before = Picture::of(&dir);
    let trashed = store.delete_file(id(A), "sub/b.txt").unwrap();
    assert_eq!(
        (trashed.session(), trashed.relative()),
        (id(A), "sub/b.txt")
    );
    assert!(!dir.join("sub/b.txt").exists());
    // Another change sweeps, but not what is held.
    fixture.run(["new", "--quiet"]).ok();
    trashed.restore().map_err(|(_, e)| e).unwrap();
    assert_eq!(Picture::of(&dir), before);
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
    drop(store.delete_file(id(A), "a.txt").unwrap());
    store.sweep().unwrap();
    assert_eq!(kit::debris(&fixture.base()), [""; 0], "let go, it is swept");
}

#[test]
fn what_a_person_deleted_is_not_lost() {
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    let file = fixture.outside("a.csv", b"a,b\n1,2\n");
    fixture.run(["upload", file.to_str().unwrap()]).ok();
    let session = fixture.sessions().remove(0);
    let store = store(&fixture);
    let missing = || store.get(id(&session)).unwrap().missing;
    let removed = || store.manifest(id(&session)).unwrap().unwrap().removed;
    let trashed = store.delete_file(id(&session), "a.csv").unwrap();
    assert_eq!((missing(), removed()), (vec![], vec!["a.csv".to_owned()]));
    trashed.restore().map_err(|(_, e)| e).unwrap();
    assert_eq!((missing(), removed()), (vec![], vec![]));
    let manifest = fixture.base().join(&session).join(".session.json");
    assert!(
        !std::fs::read_to_string(&manifest)
            .unwrap()
            .contains("removed")
    );
    let _kept = store.delete_file(id(&session), "project_data.db").unwrap();
    assert_eq!(missing(), [""; 0]);
    // What a cleaner takes still is.
    std::fs::remove_file(fixture.base().join(&session).join("a.csv")).unwrap();
    assert_eq!(missing(), ["a.csv"]);
}

#[test]
fn refusals_name_their_reason_and_change_nothing() {
    let fixture = one();
    let dir = fixture.base().join(A);
    let outside = fixture.outside("precious", b"x");
    symlink(&outside, dir.join("link")).unwrap();
    symlink(outside.parent().unwrap(), dir.join("away")).unwrap();
    fixture.run(["pin", A]).ok();
    let store = store(&fixture);
    let before = Picture::of(&dir);
    for (name, why) in [
        ("link", "links are not followed"),
        ("away/precious", "Not a directory"),
        ("sub", "not a regular file"),
        (".session.json", "what the session knows of itself"),
        ("../x", "does not stay in the session"),
        ("none", "No such file"),
    ] {
        let error = store.delete_file(id(A), name).unwrap_err();
        assert!(error.full().contains(why), "{name}: {}", error.full());
    }
    let hold = store.hold(id(A)).unwrap();
    let error = store.delete_file(id(A), "a.txt").unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Protected(p) if p.in_use),
        "{error}"
    );
    drop(hold);
    assert_eq!(Picture::of(&dir), before);
    assert!(outside.exists());
    // A name that was taken meanwhile is not replaced.
    let trashed = store.delete_file(id(A), "a.txt").unwrap();
    std::fs::write(dir.join("a.txt"), "another").unwrap();
    let (trashed, error) = trashed.restore().unwrap_err();
    assert!(
        error.reason().contains("something else has its name"),
        "{error}"
    );
    std::fs::remove_file(dir.join("a.txt")).unwrap();
    trashed.restore().map_err(|(_, e)| e).unwrap();
    assert_eq!(std::fs::read(dir.join("a.txt")).unwrap(), b"first");
    assert_eq!(kit::debris(&fixture.base()), [""; 0]);
}
