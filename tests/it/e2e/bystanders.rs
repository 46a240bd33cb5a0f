//! The window beside others: programs that change the base, a second start, a computer without a screen.

use std::time::{Duration, Instant};

use super::window::{Window, command};
use super::{on_screen, program};
use crate::fixture::{Fixture, Outcome};

#[test]
fn rows_are_those_of_the_base_newest_first() {
    on_screen("rows", (1280, 800), |screen| {
        let fixture = Fixture::new();
        for id in ["session_20250709_120000", "session_20250710_153000"] {
            fixture.backend_session(id, 1, &[("data.csv", b"a,b\n1,2\n")]);
        }
        fixture.backend_session("session_20241231_235959", 0, &[("日本語 😀.txt", b"x")]);
        // Not sessions, whatever their names say.
        fixture.backend_session("session_20251399_999999", 0, &[]);
        fixture.backend_session("session_foo", 0, &[]);
        let window = Window::open(screen, &fixture);
        window.wait_for_ids(&[
            "session_20250710_153000",
            "session_20250709_120000",
            "session_20241231_235959",
        ]);
        let rows = window.rows();
        let said: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
        assert!(said[0].contains("8 B") && said[0].contains("current"));
        assert!(!said[1].contains("current"), "{said:?}");
        assert!(said[2].contains("1 B"), "{said:?}");
        assert!(window.close().success());
    });
}

#[test]
fn a_change_by_another_program_shows_within_a_second() {
    on_screen("change_from_outside", (1280, 800), |screen| {
        let fixture = Fixture::new();
        fixture.backend_session("session_20250709_120000", 1, &[("a.txt", b"a")]);
        let window = Window::open(screen, &fixture);
        window.wait_for_ids(&["session_20250709_120000"]);

        // The Python backend makes a directory, then files in it.
        let from = Instant::now();
        fixture.backend_session("session_20250710_120000", 1, &[("b.txt", b"b")]);
        window.wait_for_ids(&["session_20250710_120000", "session_20250709_120000"]);
        let made = from.elapsed();

        let from = Instant::now();
        fixture.run(["delete", "session_20250709_120000"]).ok();
        window.wait_for_ids(&["session_20250710_120000"]);
        let deleted = from.elapsed();

        let from = Instant::now();
        let path = fixture.run(["new"]).ok();
        let new = path.trim().rsplit('/').next().unwrap().to_owned();
        window.wait_for_ids(&[&new, "session_20250710_120000"]);
        let created = from.elapsed();

        // Looking takes a part of the time; a computer that is busy once is not a failure.
        let mut times = [made, deleted, created];
        times.sort();
        assert!(times[1] < Duration::from_secs(1), "{times:?}");
    });
}

#[test]
fn a_second_start_brings_the_first_window_forward() {
    on_screen("second_start", (1280, 800), |screen| {
        let fixture = Fixture::new();
        fixture.backend_session("session_20250709_120000", 1, &[]);
        let first = Window::open(screen, &fixture);

        // One on another base is a window of its own, now in front.
        let other = Fixture::new();
        let mut second = Window::open(screen, &other);
        second.wait_for_active();
        assert!(!first.is_active());

        let outcome = Outcome::of(&mut command(screen, &fixture));
        assert_eq!(outcome.code, Some(0), "{outcome:?}");
        first.wait_for_active();
        assert!(second.is_running());
    });
}

#[test]
fn without_a_display_the_command_line_is_named() {
    let fixture = Fixture::new();
    let outcome = Outcome::of(
        fixture
            .isolated(&program())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY"),
    );
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert_eq!(outcome.stdout, "");
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("eyproject-sessions list"),
        "{}",
        outcome.stderr
    );
}
