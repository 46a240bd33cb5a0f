//! File systems that can't lock, or can't rename without replacing: said, nothing cleaned up by itself, nothing lost.

use super::kit::{self, Picture};
use crate::fixture::{Fixture, Outcome};

fn run(fixture: &Fixture, points: &str, args: &[&str]) -> Outcome {
    let mut command = fixture.program();
    Outcome::of(command.args(args).env("EYPROJECT_FAILPOINTS", points))
}

fn twelve() -> Fixture {
    let fixture = Fixture::new();
    fixture.settings("[upload]\ndisk_floor = \"0B\"\n");
    for n in 0..12 {
        fixture.backend_session(&format!("session_20250710_1530{n:02}"), 1, &[("a", b"1")]);
    }
    fixture
}

#[test]
fn without_locks_or_safe_renames_nothing_is_cleaned_up_automatically() {
    for (points, why) in [
        ("lock=unsupported", "can't lock"),
        (
            "rename-noreplace=unsupported",
            "can't rename without replacing",
        ),
    ] {
        for args in [&["new"][..], &["upload", "/etc/hostname"]] {
            let fixture = twelve();
            let made = run(&fixture, points, args);
            assert_eq!(made.code, Some(0), "{made:?}");
            assert_eq!(fixture.sessions().len(), 13, "{points} {args:?}");
            assert!(
                made.stderr.contains("could not clean up automatically"),
                "{made:?}"
            );
            assert!(made.stderr.contains(why), "{made:?}");
            assert!(
                made.stderr.contains("delete old sessions by hand"),
                "{made:?}"
            );
            let current = run(&fixture, points, &["current"]).ok();
            assert_eq!(current, made.stdout);
        }
    }
}

#[test]
fn without_them_every_command_still_works() {
    for points in ["lock=unsupported", "rename-noreplace=unsupported"] {
        let fixture = twelve();
        let [a, b] = ["session_20250710_153000", "session_20250710_153001"];
        run(&fixture, points, &["use", a]).ok();
        run(&fixture, points, &["pin", b]).ok();
        assert!(
            run(&fixture, points, &["current"])
                .ok()
                .trim_end()
                .ends_with(a)
        );
        assert_eq!(
            run(&fixture, points, &["delete", b]).code,
            Some(1),
            "pinned"
        );
        let c = "session_20250710_153002";
        assert_eq!(
            run(&fixture, points, &["delete", c]).ok(),
            format!("deleted {c}\n")
        );
        assert_eq!(kit::debris(&fixture.base()), [""; 0]);
        let asked = run(&fixture, points, &["cleanup", "--keep", "5"]);
        assert_eq!(
            asked.code,
            Some(0),
            "by hand it is the person's own decision: {asked:?}"
        );
        assert_eq!(fixture.sessions().len(), 6);
    }
}

#[test]
fn without_locks_nothing_is_swept_since_nobody_can_tell_what_is_in_use() {
    let fixture = twelve();
    let points = "lock=unsupported";
    run(&fixture, points, &["new"]).ok();
    let staged = fixture.base().join(".eyproject/staging/0123456789abcdef");
    std::fs::create_dir(&staged).unwrap();
    std::fs::write(staged.join("data"), "being uploaded").unwrap();
    let before = Picture::of(&staged);
    run(&fixture, points, &["new"]).ok();
    assert_eq!(Picture::of(&staged), before);
    // With locks, it is what a dead process left.
    fixture.run(["new"]).ok();
    assert!(!staged.exists());
}
