//! Closing the window: whatever it is at, it waits for nobody else.

use std::time::{Duration, Instant};

use egui::{Key, Modifiers};

use super::stage::Stage;
use crate::fixture::Fixture;

/// Far less than the minute for which a change waits, far more than closing takes.
const SOON: Duration = Duration::from_secs(10);

#[test]
fn closing_waits_for_no_lock_that_another_program_holds() {
    let ids = ["session_20250710_153000", "session_20250711_153000"];
    let fixture = Fixture::new();
    for id in ids {
        fixture.backend_session(id, 1, &[("a", b"1")]);
    }
    let base = fixture.base();
    let mut stage = Stage::open(fixture);
    // The window has swept by now, and so the file is there.
    stage.wait("the room", |_| base.join(".eyproject/base.lock").exists());
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(base.join(".eyproject/base.lock"))
        .unwrap();
    // To the system, whoever opened the file apart is somebody else.
    file.lock().unwrap();
    stage.click_row(ids[0], Modifiers::NONE);
    stage.key(Modifiers::NONE, Key::Delete);
    let source = stage.fixture.outside("b.csv", b"x\n1\n");
    stage.drop(&[source]);
    std::thread::sleep(Duration::from_millis(200));
    assert!(
        !stage.has("Deleted session"),
        "nothing changes under a lock"
    );

    let Stage { fixture, window } = stage;
    let closed = Instant::now();
    drop(window);
    assert!(closed.elapsed() < SOON, "it took {:?}", closed.elapsed());
    drop(file);
    assert_eq!(fixture.sessions(), ids, "what was not begun is not done");
    assert!(fixture.run(["list"]).ok().contains(ids[0]));
}
