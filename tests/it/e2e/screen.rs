//! A virtual screen with a window manager, and a message bus with accessibility switched on.
//! Everything that it starts ends with it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::artefacts;

/// Debian's own Python, which has the accessibility bindings.
pub const PYTHON: &str = "/usr/bin/python3";

/// How long anything may take that takes no time for a person.
const PATIENCE: Duration = Duration::from_secs(30);

/// A screen. Programs join it through [`Screen::tool`] and [`Screen::join`].
pub struct Screen {
    test: String,
    display: String,
    bus: String,
    room: TempDir,
    /// In the order of their start.
    servers: Vec<Child>,
}

/// Width and height of a picture file in PNG.
pub fn dimensions(png: &Path) -> (u32, u32) {
    let bytes = std::fs::read(png).unwrap();
    let number = |at| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

/// The programs that a screen needs and this computer lacks.
pub fn missing_tools() -> Vec<&'static str> {
    let tools = [
        ("Xvfb", "-help"),
        ("openbox", "--version"),
        ("xdotool", "version"),
        ("wmctrl", "-h"),
        ("import", "-version"),
        ("dbus-daemon", "--version"),
        ("dbus-send", "--help"),
    ];
    let quiet = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        command
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status()
    };
    let mut missing: Vec<_> = tools
        .into_iter()
        .filter(|(tool, harmless)| quiet(tool, &[harmless]).is_err())
        .map(|(tool, _)| tool)
        .collect();
    for (package, import) in [
        (
            "python3-pyatspi",
            "import gi; gi.require_version('Atspi', '2.0')",
        ),
        ("python3-xlib", "import Xlib"),
    ] {
        if !quiet(PYTHON, &["-c", import]).is_ok_and(|status| status.success()) {
            missing.push(package);
        }
    }
    missing
}

impl Screen {
    /// Starts a screen of `size` pixels for the test `test`.
    pub fn start(test: &str, size: (u32, u32)) -> Self {
        let mut screen = Self {
            test: test.into(),
            display: String::new(),
            bus: String::new(),
            room: tempfile::tempdir().unwrap(), // readable by us only, as XDG_RUNTIME_DIR must be
            servers: Vec::new(),
        };
        let size = format!("{}x{}x24", size.0, size.1);
        let xvfb = ["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp"];
        screen.display = format!(":{}", screen.serve("Xvfb", &xvfb));
        let bus = ["--session", "--nofork", "--nopidfile", "--print-address=1"];
        screen.bus = screen.serve("dbus-daemon", &bus);
        screen.manage_windows();
        // What a screen reader does when it starts: programs listen, and show themselves.
        let reader = screen
            .quiet("dbus-send")
            .args(["--session", "--print-reply", "--dest=org.a11y.Bus"])
            .args(["/org/a11y/bus", "org.freedesktop.DBus.Properties.Set"])
            .args(["string:org.a11y.Status", "string:IsEnabled"])
            .arg("variant:boolean:true")
            .status();
        assert!(reader.unwrap().success(), "accessibility is off");
        screen
    }

    /// Starts a window manager. Where it gives up, as it may on a very busy computer, once more.
    fn manage_windows(&mut self) {
        let mut openbox = self.quiet("openbox");
        openbox.arg("--sm-disable");
        let mut manager = openbox.spawn().unwrap();
        self.wait_for("a window manager", || {
            if let Some(status) = manager.try_wait().unwrap() {
                eprintln!("the window manager ended: {status}");
                manager = openbox.spawn().unwrap();
            }
            self.quiet("wmctrl").arg("-m").status().unwrap().success()
        });
        self.servers.push(manager);
    }

    /// Starts a server and returns the line by which it says that it is there.
    fn serve(&mut self, program: &str, args: &[&str]) -> String {
        let mut child = self
            .tool(program)
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = child.stdout.take().expect("piped");
        self.servers.push(child);
        BufReader::new(out).read_line(&mut line).unwrap();
        assert!(!line.trim().is_empty(), "{program} did not start");
        line.trim().into()
    }

    /// Puts a program onto this screen.
    pub fn join<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("XDG_RUNTIME_DIR", self.room.path())
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("NO_AT_BRIDGE")
            .stdin(Stdio::null())
    }

    /// A program on this screen, with a home of its own.
    pub fn tool(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.env("HOME", self.room.path());
        self.join(&mut command);
        command
    }

    fn quiet(&self, program: &str) -> Command {
        let mut command = self.tool(program);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// What xdotool prints; nothing where it fails, as it does when it finds no window.
    pub fn xdotool(&self, args: &[&str]) -> String {
        let out = self.tool("xdotool").args(args).output().unwrap();
        String::from_utf8_lossy(&out.stdout).trim().into()
    }

    /// Takes a picture of the whole screen, or of a window.
    pub fn picture(&self, name: &str, window: Option<&str>) -> PathBuf {
        std::fs::create_dir_all(artefacts()).unwrap();
        let path = artefacts().join(format!("{name}.png"));
        let window = window.unwrap_or("root");
        let taken = self
            .tool("import")
            .args(["-window", window])
            .arg(&path)
            .status();
        assert!(taken.unwrap().success(), "no picture of {window}");
        path
    }

    /// What a screen reader sees of a program, as JSON; see [`super::window::Node`].
    pub fn tree(&self, pid: u32) -> Vec<u8> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/e2e/a11y.py");
        let mut reader = self.tool(PYTHON);
        let out = reader.args([script, &pid.to_string()]).output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "no accessibility tree: {said}");
        out.stdout
    }

    /// Keeps what was to be seen when a test failed: the screen, and the program as a reader sees it.
    pub fn record_failure(&self, pid: u32) {
        let name = format!("failed-{}", self.test);
        self.picture(&name, None);
        let _ = std::fs::write(artefacts().join(format!("{name}.json")), self.tree(pid));
    }

    /// The pixels of a window, in some order.
    pub fn pixels(&self, window: &str) -> Vec<u8> {
        let picture = self
            .tool("import")
            .args(["-window", window, "rgb:-"])
            .output();
        picture.unwrap().stdout
    }

    /// The numbers of all windows with a frame.
    pub fn windows(&self) -> Vec<String> {
        let list = self.tool("wmctrl").arg("-l").output().unwrap().stdout;
        let list = String::from_utf8_lossy(&list);
        let number = |line: &str| {
            let hex = line.split(' ').next()?.strip_prefix("0x")?;
            Some(u64::from_str_radix(hex, 16).ok()?.to_string())
        };
        list.lines().filter_map(number).collect()
    }

    /// Gives another program, which can't be asked, the time to react.
    pub fn pause(&self) {
        std::thread::sleep(Duration::from_millis(600));
    }

    /// Waits until `there`, or fails the test, saying `what` was waited for.
    #[track_caller]
    pub fn wait_for(&self, what: &str, mut there: impl FnMut() -> bool) {
        let start = Instant::now();
        while !there() {
            assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // The window manager first, the screen last; what the bus started ends with the bus.
        for server in self.servers.iter_mut().rev() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}
