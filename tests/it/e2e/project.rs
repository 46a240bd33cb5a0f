//! A real project dropped on the window becomes a session whose rewritten scripts give the same as the
//! originals; a hostile one is refused with its reason, and nothing of it is left.

use super::uploads::new_session;
use super::window::Window;
use super::{on_screen, skip};
use crate::fixture::Fixture;
use crate::upload::project::{PYTHON_VARIABLE, SALES, print_the_same, project};
use crate::upload::zip;

#[test]
fn a_dropped_project_becomes_a_session_whose_scripts_print_the_same() {
    let Ok(python) = std::env::var(PYTHON_VARIABLE) else {
        let reason = format!("{PYTHON_VARIABLE} names no Python with pandas");
        return skip("project", &reason);
    };
    on_screen("project", (1280, 800), |screen| {
        let fixture = Fixture::new();
        let archive = fixture.outside("project.zip", &project());
        let window = Window::open(screen, &fixture);
        window.drop_files(&[archive]);
        let session = new_session(screen, &fixture, &[]);
        // The window shows what became of it.
        let id = session.file_name().unwrap().to_str().unwrap();
        window.wait_for_selection(&[id]);
        for words in [
            "Extracted (1)",
            "project.zip, 6, ",
            "sales, sales.csv, 3, 3",
            "sales.py, 2, sales.py.orig",
        ] {
            window.wait_for(words);
        }
        screen.picture("project", None);
        let kept = std::fs::read_to_string(session.join("sales.py.orig")).unwrap();
        assert_eq!(kept, SALES);
        assert_ne!(
            std::fs::read_to_string(session.join("sales.py")).unwrap(),
            SALES
        );
        print_the_same(&python, &session);
    });
}

#[test]
fn a_dropped_hostile_archive_is_refused_with_its_reason_and_leaves_nothing() {
    on_screen("hostile", (1280, 800), |screen| {
        let fixture = Fixture::new();
        let before = "session_20250709_120000";
        fixture.backend_session(before, 1, &[("a.txt", b"a")]);
        let good = fixture.outside("good.csv", b"a,b\n1,2\n");
        let bad = zip(&[("ok.txt", b"1"), ("../../escaped.txt", b"2")]);
        let bad = fixture.outside("bad.zip", &bad);
        let window = Window::open(screen, &fixture);
        window.drop_files(&[good, bad]);
        let names = |window: &Window<'_>| -> String {
            let nodes = window.nodes();
            nodes.iter().map(|n| n.words() + "\n").collect()
        };
        screen.wait_for("the reason", || {
            let said = names(&window);
            said.contains("escaped.txt") && said.contains("leads out with “..”")
        });
        screen.picture("hostile", None);
        assert_eq!(fixture.sessions(), [before]);
        let staging = fixture.base().join(".eyproject/staging");
        assert_eq!(std::fs::read_dir(staging).unwrap().count(), 0);
        let room = fixture.base().parent().unwrap().to_owned();
        let escaped = walkdir::WalkDir::new(room)
            .into_iter()
            .any(|e| e.unwrap().file_name() == "escaped.txt");
        assert!(!escaped, "it got out");
        window.wait_for_ids(&[before]);
    });
}
