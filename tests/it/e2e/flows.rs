//! What a person does with sessions: delete and undo, clean up, all of it without a mouse.

use super::on_screen;
use super::window::Window;
use crate::fixture::Fixture;

/// Sessions of `n` days in a row, the newest last.
fn days(fixture: &Fixture, n: u64) -> Vec<String> {
    let id = |day| format!("session_202507{day:02}_153000");
    for day in 1..=n {
        let text = format!("day {day}\n").repeat(100);
        let files: &[(&str, &[u8])] = &[
            ("report.txt", text.as_bytes()),
            ("data/values.csv", b"a,b\n1,2\n"),
        ];
        fixture.backend_session(&id(day), 40 - day, files);
    }
    (1..=n).map(id).collect()
}

#[test]
fn delete_and_undo_bring_the_session_back_as_it_was() {
    on_screen("delete_and_undo", (1280, 800), |screen| {
        let fixture = Fixture::new();
        let ids = days(&fixture, 3);
        let before = fixture.contents(&ids[1]);
        let window = Window::open(screen, &fixture);

        window.click(&ids[1]);
        window.wait_for_selection(&[&ids[1]]);
        window.keys(&["Delete"]);
        window.wait_for_ids(&[&ids[2], &ids[0]]);
        assert_eq!(fixture.sessions(), [ids[0].clone(), ids[2].clone()]);

        window.click("Undo");
        window.wait_for_ids(&[&ids[2], &ids[1], &ids[0]]);
        assert_eq!(fixture.contents(&ids[1]), before);
    });
}

#[test]
fn the_current_session_cannot_be_deleted() {
    on_screen("delete_current", (1280, 800), |screen| {
        let fixture = Fixture::new();
        let ids = days(&fixture, 2);
        let window = Window::open(screen, &fixture);
        window.click(&ids[1]);
        window.wait_for_selection(&[&ids[1]]);
        // The other one goes, this one stays.
        window.keys(&["Delete", "ctrl+a", "Delete"]);
        window.wait_for_ids(&[&ids[1]]);
        assert_eq!(fixture.sessions(), [ids[1].clone()]);
    });
}

#[test]
fn clean_up_keeps_the_newest_ten_and_can_be_undone() {
    on_screen("clean_up", (1280, 800), |screen| {
        let fixture = Fixture::new();
        let ids = days(&fixture, 13);
        let window = Window::open(screen, &fixture);
        window.click("Clean up");
        screen.wait_for("three sessions gone", || fixture.sessions() == ids[3..]);
        window.click("Undo");
        screen.wait_for("three sessions back", || fixture.sessions() == ids);
    });
}

#[test]
fn everything_goes_by_keyboard() {
    on_screen("keyboard", (1280, 800), |screen| {
        let fixture = Fixture::new();
        let ids = days(&fixture, 5);
        let window = Window::open(screen, &fixture);
        window.wait_for(&ids[0]);

        // The oldest two, from the end upwards; then back.
        window.keys(&["End", "shift+Up", "Delete"]);
        window.wait_for_ids(&[&ids[4], &ids[3], &ids[2]]);
        window.keys(&["ctrl+z"]);
        window.wait_for_ids(&[&ids[4], &ids[3], &ids[2], &ids[1], &ids[0]]);

        // A filter narrows, Escape gives all back.
        window.keys(&["ctrl+f"]);
        window.types("20250703");
        window.wait_for_ids(&[&ids[2]]);
        window.keys(&["Escape"]);
        window.wait_for_ids(&[&ids[4], &ids[3], &ids[2], &ids[1], &ids[0]]);

        // The palette finds what has no key.
        window.keys(&["ctrl+shift+p"]);
        window.types("empty session");
        window.keys(&["Return"]);
        screen.wait_for("a new session", || fixture.sessions().len() == 6);
    });
}
