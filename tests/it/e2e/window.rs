//! The program's window: what is in it by name, and mouse and keys on it.

use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use serde::Deserialize;

use super::program;
use super::screen::{PYTHON, Screen};
use crate::fixture::Fixture;

/// Something that a screen reader finds in the window; places in pixels of the screen.
#[derive(Debug, Clone, Deserialize)]
pub struct Node {
    pub role: String,
    pub name: String,
    pub states: Vec<String>,
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Node {
    /// The session's id, of a row of the table: it comes first in what is said of it.
    pub fn id(&self) -> &str {
        self.name.split(',').next().unwrap_or_default()
    }

    /// Its name with plain spaces, where the window keeps a figure and its unit on one line.
    pub fn words(&self) -> String {
        let words: Vec<_> = self.name.split_whitespace().collect();
        words.join(" ")
    }

    /// Whether it is selected, in any of the words that there are for it.
    pub fn is_selected(&self) -> bool {
        let words = ["selected", "checked", "pressed"];
        self.states.iter().any(|s| words.contains(&s.as_str()))
    }

    fn centre(&self) -> (i32, i32) {
        (self.x + self.width / 2, self.y + self.height / 2)
    }
}

/// A window of the program, on the base of a fixture. The program ends with it.
pub struct Window<'s> {
    screen: &'s Screen,
    child: Child,
    /// Its number on the screen.
    pub id: String,
}

/// The program without a subcommand, about to open a window.
pub fn command(screen: &Screen, fixture: &Fixture) -> Command {
    let mut command = fixture.isolated(&program());
    screen.join(&mut command);
    command
}

impl<'s> Window<'s> {
    /// Opens the window and waits until it can be seen and read.
    pub fn open(screen: &'s Screen, fixture: &Fixture) -> Self {
        let mut command = command(screen, fixture);
        let child = command.stdout(Stdio::inherit()).spawn().unwrap();
        let mut window = Self {
            screen,
            child,
            id: String::new(),
        };
        screen.wait_for("the window", || {
            if let Some(status) = window.child.try_wait().unwrap() {
                panic!("the program ended: {status}");
            }
            let pid = window.child.id().to_string();
            let found = screen.xdotool(&[
                "search",
                "--all",
                "--onlyvisible",
                "--pid",
                &pid,
                "--name",
                ".",
            ]);
            window.id = found.lines().last().unwrap_or_default().into();
            !window.id.is_empty()
        });
        screen.xdotool(&["windowactivate", "--sync", &window.id]);
        screen.wait_for("something in the window", || !window.nodes().is_empty());
        window
    }

    /// Everything in the window, from top to bottom of the tree.
    pub fn nodes(&self) -> Vec<Node> {
        serde_json::from_slice(&self.screen.tree(self.child.id())).unwrap()
    }

    /// The rows of the session table, from top to bottom.
    pub fn rows(&self) -> Vec<Node> {
        let mut rows = self.nodes();
        rows.retain(|node| node.role == "table row" && node.name.starts_with("session_"));
        rows
    }

    /// The ids of the rows, from top to bottom.
    pub fn ids(&self) -> Vec<String> {
        self.rows().iter().map(|row| row.id().into()).collect()
    }

    /// The first thing with this name, or that starts with it (buttons add their shortcut).
    pub fn find(&self, name: &str) -> Option<Node> {
        let nodes = self.nodes();
        let exact = nodes.iter().find(|node| node.name == name);
        exact
            .or_else(|| nodes.iter().find(|node| node.name.starts_with(name)))
            .cloned()
    }

    /// Waits for it.
    #[track_caller]
    pub fn wait_for(&self, name: &str) -> Node {
        let mut found = None;
        self.screen.wait_for(name, || {
            found = self.find(name);
            found.is_some()
        });
        found.expect("just found")
    }

    /// Waits until the rows are these.
    #[track_caller]
    pub fn wait_for_ids(&self, ids: &[&str]) {
        let mut last = Vec::new();
        let same = || {
            last = self.ids();
            last == ids
        };
        self.screen.wait_for(&format!("the rows {ids:?}"), same);
    }

    /// Waits until the selected rows are these, from top to bottom.
    #[track_caller]
    pub fn wait_for_selection(&self, ids: &[&str]) {
        let what = format!("the selection {ids:?}");
        self.screen.wait_for(&what, || {
            let mut rows = self.rows();
            rows.retain(|row| row.is_selected());
            rows.iter().map(Node::id).eq(ids.iter().copied())
        });
    }

    /// Clicks in the middle of what has this name.
    #[track_caller]
    pub fn click(&self, name: &str) {
        self.click_on(&self.wait_for(name));
    }

    pub fn click_on(&self, node: &Node) {
        let (x, y) = node.centre();
        // The toolkit ignores a move to where it last saw the pointer: come from beside.
        for x in [x - 3, x] {
            self.screen
                .xdotool(&["mousemove", &x.to_string(), &y.to_string()]);
            std::thread::sleep(Duration::from_millis(60));
        }
        self.screen.xdotool(&["click", "1"]);
    }

    /// Drags files from elsewhere over the window and lets go.
    #[track_caller]
    pub fn drop_files(&self, paths: &[PathBuf]) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/e2e/drop.py");
        let mut drag = self.screen.tool(PYTHON);
        let dropped = drag.args([script, &self.id]).args(paths).output().unwrap();
        let said = String::from_utf8_lossy(&dropped.stderr);
        assert!(dropped.status.success(), "the drop failed: {said}");
    }

    /// Presses keys, in xdotool's words: `ctrl+a`, `Delete`.
    pub fn keys(&self, keys: &[&str]) {
        for key in keys {
            self.screen.xdotool(&["key", key]);
            std::thread::sleep(Duration::from_millis(60));
        }
    }

    /// Types a text.
    pub fn types(&self, text: &str) {
        self.screen.xdotool(&["type", "--delay", "20", text]);
    }

    /// Makes the window's inside as large as this, in pixels.
    pub fn resize(&self, (width, height): (u32, u32)) {
        let size = [width.to_string(), height.to_string()];
        self.screen
            .xdotool(&["windowsize", "--sync", &self.id, &size[0], &size[1]]);
    }

    /// Brings it down as a person does, and returns how it ended.
    pub fn close(self) -> ExitStatus {
        self.ask_to_close();
        self.ended()
    }

    /// Asks it to close, as its title bar does.
    pub fn ask_to_close(&self) {
        self.screen
            .tool("wmctrl")
            .args(["-i", "-c", &self.id])
            .status()
            .unwrap();
    }

    /// Whether it is on the screen.
    pub fn is_visible(&self) -> bool {
        let search = ["search", "--onlyvisible", "--name", "."];
        self.screen.xdotool(&search).lines().any(|id| id == self.id)
    }

    /// Waits for the end of the program, and returns how it ended.
    pub fn ended(mut self) -> ExitStatus {
        let mut ended = None;
        self.screen.wait_for("the program's end", || {
            ended = self.child.try_wait().unwrap();
            ended.is_some()
        });
        ended.expect("just ended")
    }

    /// Kills the program on the spot.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Whether the keyboard speaks to this window.
    pub fn is_active(&self) -> bool {
        self.screen.xdotool(&["getactivewindow"]) == self.id
    }

    #[track_caller]
    pub fn wait_for_active(&self) {
        self.screen
            .wait_for("the window in front", || self.is_active());
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Whether nothing in it moves or changes for a moment.
    pub fn is_at_rest(&self) -> bool {
        let before = self.screen.pixels(&self.id);
        std::thread::sleep(Duration::from_millis(500));
        before == self.screen.pixels(&self.id)
    }

    /// Waits for a window that isn't this one, such as a dialog, and returns its number.
    #[track_caller]
    pub fn other(&self, what: &str) -> String {
        let mut other = None;
        self.screen.wait_for(what, || {
            let mut windows = self.screen.windows();
            windows.retain(|id| *id != self.id);
            other = windows.pop();
            other.is_some()
        });
        let other = other.expect("just found");
        self.screen.xdotool(&["windowactivate", "--sync", &other]);
        self.screen.pause();
        other
    }

    /// Waits until another window has gone.
    #[track_caller]
    pub fn wait_for_gone(&self, other: &String) {
        let gone = || !self.screen.windows().contains(other);
        self.screen.wait_for("the dialog's end", gone);
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.screen.record_failure(self.child.id());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
