//! Pictures of the window for people to look at, light and dark, at two sizes and two scales, and of each tab.
//! Nothing is compared: what is checked is that the window fills the size and draws.

use super::on_screen;
use super::window::Window;
use crate::fixture::Fixture;

/// A base as it looks after some weeks of work, up to a quarter of an hour ago.
fn weeks_of_work() -> Fixture {
    let fixture = Fixture::new();
    let now = chrono::Local::now();
    let mut chance = 7u64;
    let mut minutes_ago = 15;
    let mut newest_first = Vec::new();
    for _ in 0..26 {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let large = (chance >> 40) % 1_000;
        let size = 300_000 + large * large * 1_200;
        let time = now - chrono::TimeDelta::minutes(minutes_ago);
        let id = time.format("session_%Y%m%d_%H%M%S").to_string();
        let table = "600519,2025-07-01,10.25,1200\n".repeat(5_000);
        let session = fixture.backend_session(
            &id,
            minutes_ago as u64 / 1440,
            &[
                ("prices.csv", table.as_bytes()),
                ("model/forecast.py", b"import sqlite3\n"),
                ("model/README.md", b"# Forecast\n"),
                ("売上 2025.csv", table.as_bytes()),
            ],
        );
        // Large to look at, nothing on disk.
        let database = std::fs::File::create(session.join("project_data.db")).unwrap();
        database.set_len(size + chance % 100_000).unwrap();
        newest_first.push(id);
        minutes_ago += 40 + minutes_ago / 3 + (chance >> 33) as i64 % 30;
    }
    fixture.run(["pin", &newest_first[4]]).ok();
    fixture.run(["pin", &newest_first[17]]).ok();
    fixture
}

fn picture(theme: &str, scale: u32, (width, height): (u32, u32)) {
    let name = format!("{width}x{height}-{theme}-{}", scale * 100);
    let size = (width * scale, height * scale);
    // Room for the frame around the window.
    on_screen(&name, (size.0 + 80, size.1 + 80), |screen| {
        let fixture = weeks_of_work();
        fixture.settings(&format!(
            "[window]\ntheme = \"{theme}\"\nscale = {scale}.0\n"
        ));
        let window = Window::open(screen, &fixture);
        window.resize(size);
        let ids = fixture.sessions();
        let current = ids.last().unwrap();
        window.click(current);
        window.wait_for_selection(&[current]);
        screen.wait_for("the window at rest", || window.is_at_rest());
        let path = screen.picture(&name, Some(&window.id));
        assert_eq!(super::screen::dimensions(&path), size, "{name}");
    });
}

/// A session in which each tab has something to show: files, tables, a run that has ended.
fn worked_in() -> (Fixture, String) {
    let fixture = Fixture::new();
    let id = "session_20250710_153000";
    let code =
        "import sqlite3\n\n# The mean of each city.\nfor i in range(12):\n    print('step', i)\n";
    let prices = "code,day,price\n600519,2025-07-01,10.25\n".repeat(40);
    let session = fixture.backend_session(
        id,
        1,
        &[
            ("forecast.py", code.as_bytes()),
            ("main.sh", b"echo started; echo a warning >&2; echo done\n"),
            ("prices.csv", prices.as_bytes()),
            ("notes/README.md", b"# Forecast\n"),
        ],
    );
    let db = rusqlite::Connection::open(session.join("project_data.db")).unwrap();
    db.execute_batch(
        "CREATE TABLE orders(id INTEGER PRIMARY KEY, city TEXT, price REAL, note TEXT);
         WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
         INSERT INTO orders SELECT i, CASE WHEN i % 3 THEN 'Köln' ELSE 'Bonn' END, i * 0.5, NULL FROM n;
         CREATE TABLE people(name TEXT); CREATE VIEW cheap AS SELECT * FROM orders WHERE price < 5",
    )
    .unwrap();
    db.close().unwrap();
    fixture.run(["run", id, "main.sh"]).ok();
    (fixture, id.into())
}

/// Each tab of the open session.
fn tabs(theme: &str) {
    let name = format!("tabs-{theme}");
    on_screen(&name, (1360, 880), |screen| {
        let (fixture, id) = worked_in();
        fixture.settings(&format!("[window]\ntheme = \"{theme}\"\n"));
        let window = Window::open(screen, &fixture);
        window.resize((1280, 800));
        window.click(&id);
        window.wait_for_selection(&[&id]);
        for (key, tab, there) in [
            ("ctrl+1", "overview", "main.sh, done"),
            ("ctrl+2", "files", "prices.csv"),
            ("ctrl+3", "data", "Row 1: 1, Köln"),
            ("ctrl+4", "run", "main.sh, done"),
        ] {
            window.keys(&[key]);
            window.wait_for(there);
            if tab == "files" {
                window.click("forecast.py");
            }
            screen.wait_for("the window at rest", || window.is_at_rest());
            let path = screen.picture(&format!("{name}-{tab}"), Some(&window.id));
            assert_eq!(super::screen::dimensions(&path), (1280, 800), "{tab}");
        }
    });
}

#[test]
fn each_tab_light() {
    tabs("light");
}

#[test]
fn each_tab_dark() {
    tabs("dark");
}

#[test]
fn small_light() {
    picture("light", 1, (900, 600));
}

#[test]
fn small_dark() {
    picture("dark", 1, (900, 600));
}

#[test]
fn large_light() {
    picture("light", 1, (1600, 1000));
}

#[test]
fn large_dark() {
    picture("dark", 1, (1600, 1000));
}

#[test]
fn small_light_at_200_percent() {
    picture("light", 2, (900, 600));
}

#[test]
fn small_dark_at_200_percent() {
    picture("dark", 2, (900, 600));
}

#[test]
fn large_light_at_200_percent() {
    picture("light", 2, (1600, 1000));
}

#[test]
fn large_dark_at_200_percent() {
    picture("dark", 2, (1600, 1000));
}
