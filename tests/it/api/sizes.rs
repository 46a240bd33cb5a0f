//! What `GET /session/info` remembers, and that it remembers nothing that isn't so.

use std::time::{Duration, Instant};

use super::kit::{App, eventually, id};

fn size(app: &App, query: &str, n: u32) -> Option<u64> {
    let info = app.get(&format!("/session/info{query}")).ok().json();
    let sessions = info["all_sessions"].as_array().unwrap();
    let session = sessions.iter().find(|s| s["session_id"] == *id(n))?;
    session["size_bytes"].as_u64()
}

#[test]
fn our_own_changes_show_in_the_very_next_answer() {
    let app = App::new();
    app.fixture.backend_session(&id(0), 1, &[("a", b"1")]);
    for n in 0..5 {
        app.get("/session/info").ok();
        let name = format!("{n}.bin");
        let made = app.upload(&[(&name, &vec![1; 1000 + n])]).ok().json();
        let info = app.get("/session/info").ok().json();
        assert_eq!(info["current_session_id"], made["session_id"]);
        assert_eq!(info["all_sessions"][0], made["session"], "{n}");
        let sessions = info["all_sessions"].as_array().unwrap();
        if let Some(before) = sessions.get(1) {
            let before = before["session_id"].as_str().unwrap();
            app.delete(&format!("/session/{before}")).ok();
            let after = app.get("/session/info").ok().json();
            assert_eq!(after["all_sessions"].as_array().unwrap().len(), 1);
        }
    }
}

#[test]
fn what_another_program_makes_deletes_or_chooses_shows_at_once() {
    let app = App::new();
    app.fixture.backend_session(&id(0), 1, &[("a", b"1")]);
    assert_eq!(size(&app, "", 0), Some(1));
    app.fixture.backend_session(&id(1), 1, &[("a", b"12")]);
    assert_eq!(size(&app, "", 1), Some(2));
    app.fixture.run(["use", &id(0)]).ok();
    let info = app.get("/session/info").ok().json();
    assert_eq!(info["current_session_id"], *id(0));
    app.fixture.run(["delete", &id(1)]).ok();
    assert_eq!(size(&app, "", 1), None);
}

#[test]
fn what_another_program_writes_shows_within_a_second_however_long_it_was_known() {
    let app = App::new();
    let dir = app.fixture.backend_session(&id(0), 1, &[("a", b"1")]);
    // Wine forgets to tell of some changes in folders that are new.
    let patience = if cfg!(windows) { 20 } else { 10 };
    // Until the size counts as watched, and after.
    for bytes in [10, 20, 30, 40] {
        std::fs::write(dir.join("a"), vec![0; bytes]).unwrap();
        let begun = Instant::now();
        eventually("the new size", || size(&app, "", 0) == Some(bytes as u64));
        assert!(begun.elapsed() < Duration::from_secs(patience), "{bytes}");
        std::fs::create_dir_all(dir.join(format!("deep/{bytes}"))).unwrap();
        std::thread::sleep(Duration::from_millis(1200));
        assert_eq!(size(&app, "", 0), Some(bytes as u64));
    }
    std::fs::write(dir.join("deep/40/b"), [0; 5]).unwrap();
    eventually("a file in a new folder", || size(&app, "", 0) == Some(45));
}

#[test]
fn exact_sizes_are_measured_when_they_are_asked_for() {
    let app = App::new();
    let dir = app.fixture.backend_session(&id(0), 1, &[("a", b"1")]);
    for bytes in 1..20u64 {
        std::fs::write(dir.join("a"), vec![0; bytes as usize]).unwrap();
        assert_eq!(size(&app, "?sizes=exact", 0), Some(bytes));
    }
}
