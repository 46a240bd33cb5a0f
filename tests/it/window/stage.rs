//! A window on the base of a fixture, worked by names and keys; waits for what threads do.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{self, Key, Modifiers, Role, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use egui_kittest::{Harness, Node};
use eyproject_sessions::app::server::Starter;
use eyproject_sessions::app::{self, App, Args};
use eyproject_sessions::config::Settings;
use eyproject_sessions::session::{BaseDir, Policy, Store};

use crate::fixture::Fixture;

/// Longest that anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A window and the fixture that it shows.
pub struct Stage {
    pub window: Harness<'static, App>,
    /// After the window, so that nothing has the directory open when it goes.
    pub fixture: Fixture,
}

impl Stage {
    /// A window on the sessions of `fixture`, once they are shown.
    pub fn open(fixture: Fixture) -> Self {
        Self::open_with(fixture, Policy::keep(10))
    }

    /// The same with other rules of retention.
    pub fn open_with(fixture: Fixture, policy: Policy) -> Self {
        Self::open_as(fixture, policy, Settings::default(), None)
    }

    /// The same with other settings, and with servers to be started.
    pub fn open_as(
        fixture: Fixture,
        policy: Policy,
        settings: Settings,
        server: Option<Starter>,
    ) -> Self {
        let args = Args {
            store: Store::new(BaseDir::chosen(fixture.base())),
            settings,
            settings_file: Some(fixture.home().join("config.toml")),
            state_dir: Some(fixture.home().join("state")),
            program: Some(fixture.program_file()),
            problem: None,
            policy,
            reset: false,
            server,
        };
        let window = Harness::builder()
            .with_size(Vec2::new(1280.0, 800.0))
            .with_max_steps(64)
            .build_eframe(move |cc| {
                app::setup(&cc.egui_ctx, &args.settings);
                let ctx = cc.egui_ctx.clone();
                app::begin(args, Arc::new(move || ctx.request_repaint()))
            });
        let mut stage = Self { fixture, window };
        stage.wait("the list", |s| s.window.state().model().is_settled());
        stage
    }

    /// A few frames.
    pub fn run(&mut self) {
        // Something may ask for frames for ever without a fault: a caret blinks.
        let _ = self.window.try_run();
    }

    /// Frames until `done`, for what threads do meanwhile.
    #[track_caller]
    pub fn wait(&mut self, what: &str, mut done: impl FnMut(&mut Self) -> bool) {
        let until = Instant::now() + PATIENCE;
        loop {
            self.run();
            if done(self) {
                return;
            }
            assert!(Instant::now() < until, "waited in vain for {what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The ids of the rows, from top to bottom.
    pub fn rows(&self) -> Vec<String> {
        self.row_nodes().map(|(name, _)| id_of(&name)).collect()
    }

    /// The ids of the selected rows, from top to bottom.
    pub fn selected(&self) -> Vec<String> {
        let selected = self.row_nodes().filter(|(_, selected)| *selected);
        selected.map(|(name, _)| id_of(&name)).collect()
    }

    fn row_nodes(&self) -> impl Iterator<Item = (String, bool)> {
        let mut rows: Vec<_> = self
            .window
            .query_all_by_role(Role::Row)
            .map(|row| {
                let node = row.accesskit_node();
                let selected = node.is_selected() == Some(true);
                (row.rect().top(), node.label().unwrap_or_default(), selected)
            })
            .collect();
        // Other tables have rows as well.
        rows.retain(|(_, name, _)| name.starts_with("session_"));
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        rows.into_iter().map(|(_, name, selected)| (name, selected))
    }

    /// The row of a session.
    #[track_caller]
    pub fn row<'s>(&'s self, id: &'s str) -> Node<'s> {
        self.window.get_by(move |node| {
            node.role() == Role::Row && node.label().is_some_and(|label| label.starts_with(id))
        })
    }

    /// Waits until the rows are these.
    #[track_caller]
    pub fn wait_rows(&mut self, ids: &[&str]) {
        let mut last = Vec::new();
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            self.run();
            last = self.rows();
            if last == ids {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("waited in vain for the rows {ids:?}, there are {last:?}");
    }

    /// Clicks a row.
    pub fn click_row(&mut self, id: &str, modifiers: Modifiers) {
        self.row(id).click_modifiers(modifiers);
        self.run();
    }

    /// Presses a button by its name.
    #[track_caller]
    pub fn press(&mut self, name: &str) {
        self.window
            .get_by_role_and_label(Role::Button, name)
            .click();
        self.run();
    }

    /// What happened, as if a job had told it.
    pub fn act(&mut self, action: app::action::Action) {
        let ctx = self.window.ctx.clone();
        self.window.state_mut().act(&ctx, action);
        self.run();
    }

    /// Whether there is something of this name.
    pub fn has(&self, name: &str) -> bool {
        self.window
            .query_all_by_label_contains(name)
            .next()
            .is_some()
    }

    /// Waits for something of this name.
    #[track_caller]
    pub fn wait_for(&mut self, name: &str) {
        self.wait(name, |s| s.has(name));
    }

    /// Presses a key.
    pub fn key(&mut self, modifiers: Modifiers, key: Key) {
        self.window.key_press_modifiers(modifiers, key);
        self.run();
    }

    /// Types a text at whatever has the keyboard.
    pub fn types(&mut self, text: &str) {
        self.window.event(egui::Event::Text(text.to_owned()));
        self.run();
    }

    /// Lets files hover over the window.
    pub fn hover(&mut self, paths: &[PathBuf]) {
        self.window.input_mut().hovered_files = paths
            .iter()
            .map(|path| egui::HoveredFile {
                path: Some(path.clone()),
                ..egui::HoveredFile::default()
            })
            .collect();
        self.run();
    }

    /// Lets go of files over the window.
    pub fn drop(&mut self, paths: &[PathBuf]) {
        let input = self.window.input_mut();
        input.hovered_files.clear();
        for path in paths {
            input.dropped_files.push(Arc::new(Dropped(path.clone())));
        }
        self.window.step();
        self.window.input_mut().dropped_files.clear();
        self.run();
    }
}

fn id_of(name: &str) -> String {
    name.split(',').next().unwrap_or_default().to_owned()
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|e| e.to_string())
    }
}
