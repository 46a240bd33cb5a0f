//! Files that come into the window, and what becomes of them.

use std::path::PathBuf;

use eyproject_sessions::session::Policy;

use super::stage::Stage;
use crate::fixture::Fixture;

#[test]
fn dropped_files_become_the_selected_session() {
    let fixture = Fixture::new();
    let paths: Vec<PathBuf> = vec![
        fixture.outside("two words.txt", b"one\n"),
        fixture.outside("Füße (2).bin", &[0, 159, 146, 150]),
    ];
    let mut stage = Stage::open(fixture);
    stage.hover(&paths);
    stage.wait_for("two words.txt");
    stage.wait_for("2 files, 8 B");
    stage.drop(&paths);
    stage.wait("a row", |s| s.rows().len() == 1);
    let id = stage.rows().remove(0);
    stage.wait("it is selected", |s| s.selected() == [id.clone()]);
    stage.wait_for("2 files, 8 B");
    let session = stage.fixture.base().join(&id);
    assert_eq!(
        std::fs::read(session.join("two words.txt")).unwrap(),
        b"one\n"
    );
    assert_eq!(
        std::fs::read(session.join("Füße (2).bin")).unwrap(),
        [0, 159, 146, 150]
    );
}

#[test]
fn the_cleanup_after_an_upload_tells_itself_and_can_be_undone() {
    let fixture = Fixture::new();
    for day in 1..=3 {
        fixture.backend_session(&format!("session_2025070{day}_120000"), 1, &[("a", b"a")]);
    }
    let path = fixture.outside("data.csv", b"a,b\n");
    let mut stage = Stage::open_with(fixture, Policy::keep(2));
    stage.drop(&[path]);
    stage.wait_for("Cleaned up 2 sessions");
    stage.wait("two rows", |s| s.rows().len() == 2);
    stage.press("Undo");
    stage.wait("all rows", |s| s.rows().len() == 4);
}

#[test]
fn an_upload_of_what_is_not_there_says_so_and_leaves_nothing() {
    let fixture = Fixture::new();
    let gone = fixture.outside("gone.csv", b"");
    std::fs::remove_file(&gone).unwrap();
    let mut stage = Stage::open(fixture);
    stage.drop(&[gone]);
    stage.wait_for("Could not");
    assert!(stage.has("gone.csv"));
    assert!(stage.fixture.sessions().is_empty());
    stage.press("Dismiss");
    assert!(!stage.has("Could not"));
}

#[test]
fn a_cancelled_upload_leaves_nothing() {
    let fixture = Fixture::new();
    let first = fixture.outside("many/0.bin", &[7; 20_000]);
    let folder = first.parent().unwrap().to_owned();
    // A layer that makes names of files case-blind looks through the whole folder for each new one.
    let count = if cfg!(windows) { 3_000 } else { 20_000 };
    for n in 1..count {
        std::fs::hard_link(&first, folder.join(format!("{n}.bin"))).unwrap();
    }
    let mut stage = Stage::open(fixture);
    stage.drop(&[folder]);
    stage.wait_for("New session from many");
    stage.press("Cancel: New session from many");
    stage.wait_for("Upload cancelled");
    assert!(stage.fixture.sessions().is_empty());
    let staging = stage.fixture.base().join(".eyproject/staging");
    assert_eq!(std::fs::read_dir(staging).unwrap().count(), 0);
}

#[test]
fn a_conversion_shows_rows_and_bytes_in_its_row() {
    let fixture = Fixture::new();
    let mut csv = String::from("a,b,c\n");
    for n in 0..400_000 {
        csv += &format!("{n},{n}.5,text {n}\n");
    }
    let path = fixture.outside("big.csv", csv.as_bytes());
    let mut stage = Stage::open(fixture);
    stage.drop(&[path]);
    let total = eyproject_sessions::session::text::bytes(csv.len() as u64);
    stage.wait("rows, bytes and a part of them", |s| {
        let jobs = &s.window.state().model().jobs;
        let Some(job) = jobs.first().filter(|j| j.reading.rows > 0) else {
            return false;
        };
        let step = job.words();
        assert!(step.starts_with("converting big.csv, "), "{step}");
        assert_eq!(job.reading.total_bytes, csv.len() as u64);
        job.fraction().is_some_and(|part| part > 0.0) && s.has(&format!("of {total}"))
    });
    stage.wait("a row", |s| s.rows().len() == 1);
    stage.wait_for("big, big.csv, 3, 400,000");
}

#[cfg(target_os = "linux")]
#[test]
fn the_overview_tells_what_became_of_an_upload_now_and_later() {
    let fixture = Fixture::new();
    let archive = crate::upload::project::project();
    let paths = [
        fixture.outside("project.zip", &archive),
        fixture.outside(".session.json", b"{}"),
    ];
    let mut stage = Stage::open(fixture);
    stage.drop(&paths);
    stage.wait("a row", |s| s.rows().len() == 1);
    let told = [
        "Extracted (1)",
        "project.zip, 6, ",
        "sales, sales.csv, 3, 3",
        "plan_Costs, plan.xlsx, 2, 2",
        "cities, data/cities.csv, 2, 3",
        "sales.py, 2, sales.py.orig",
        "plan.xlsx, sheet Empty, the sheet is empty",
        "Open plan.xlsx, sheet Empty",
    ];
    for words in told {
        stage.wait_for(words);
    }
    let places = |s: &Stage| {
        s.window
            .state()
            .model()
            .open
            .as_ref()
            .unwrap()
            .places
            .clone()
    };
    stage.wait("places", |s| !places(s).is_empty());
    let session = stage.fixture.base().join(&stage.rows()[0]);
    let all = places(&stage);
    assert!(
        all.iter().all(|p| p.as_ref().is_some_and(|p| p.exists())),
        "{all:?}"
    );
    assert!(all.contains(&Some(session.join("plan.xlsx"))));
    assert!(all.contains(&Some(session.join("uploaded.session.json"))));

    // Another window knows it from the session alone.
    let Stage { fixture, window } = stage;
    drop(window);
    let mut stage = Stage::open(fixture);
    let id = stage.rows().remove(0);
    stage.click_row(&id, egui::Modifiers::NONE);
    for words in told {
        stage.wait_for(words);
    }
}

#[test]
fn a_column_with_decimal_commas_is_told_in_the_report() {
    let fixture = Fixture::new();
    let csv = fixture.outside("preise.csv", b"artikel;preis\nTisch;1,5\nStuhl;49,90\n");
    let mut stage = Stage::open(fixture);
    stage.drop(&[csv]);
    stage.wait_for("preise.csv, preis: 2 of 2 values have a decimal comma; kept as text");
}
