//! The place of the window on the screen, from one start to the next.

use std::sync::Arc;

use egui::{Context, RawInput, ViewportCommand, ViewportId};
use eyproject_sessions::app::{self, Args};
use eyproject_sessions::config::Settings;
use eyproject_sessions::session::{BaseDir, Policy, Store};

use crate::fixture::Fixture;

/// What a window that remembers `state` asks of the system in each of its first two frames.
fn asked(state: &str) -> [Vec<ViewportCommand>; 2] {
    let fixture = Fixture::new();
    let dir = fixture.home().join("state");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("window.json"), state).unwrap();
    let args = Args {
        store: Store::new(BaseDir::chosen(fixture.base())),
        settings: Settings::default(),
        settings_file: None,
        state_dir: Some(dir),
        program: Some(fixture.program_file()),
        problem: None,
        policy: Policy::keep(10),
        reset: false,
        server: None,
    };
    let ctx = Context::default();
    app::setup(&ctx, &args.settings);
    let mut app = app::begin(args, Arc::new(|| ()));
    let mut frame = eframe::Frame::_new_kittest();
    [(); 2].map(|()| {
        let mut shown = ctx.run_ui(RawInput::default(), |ui| {
            eframe::App::ui(&mut app, ui, &mut frame);
        });
        // Nobody paints here.
        shown.textures_delta.clear();
        shown.viewport_output[&ViewportId::ROOT].commands.clone()
    })
}

#[test]
fn a_window_that_filled_the_screen_does_so_again() {
    let maximized = ViewportCommand::Maximized(true);
    let [first, second] = asked(r#"{"position": [10.0, 20.0], "maximized": true}"#);
    assert!(first.contains(&maximized), "{first:?}");
    assert!(!second.contains(&maximized), "a person may make it small");
    let [first, _] = asked(r#"{"position": [10.0, 20.0]}"#);
    assert!(!first.contains(&maximized), "{first:?}");
}
