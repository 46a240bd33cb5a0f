//! Pictures of the window for people to look at, light and dark, at two sizes and two scales.
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
