//! A base directory of its own for each test, sessions in it as the Python backend makes them, and
//! the program run on it, cut off from the settings of whoever runs the tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// A base directory, and a room around it for everything else. Both go with it.
pub struct Fixture {
    room: TempDir,
}

/// What a run of the program came to.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Fixture {
    /// An empty base directory.
    pub fn new() -> Self {
        let room = tempfile::Builder::new()
            .prefix("eyproject-test-")
            .tempdir()
            .unwrap();
        let fixture = Self { room };
        for dir in ["EYProject", "home", "outside"] {
            std::fs::create_dir(fixture.room.path().join(dir)).unwrap();
        }
        fixture
    }

    /// The base directory.
    pub fn base(&self) -> PathBuf {
        self.room.path().join("EYProject")
    }

    /// Where the program believes that the person's home is.
    pub fn home(&self) -> PathBuf {
        self.room.path().join("home")
    }

    /// Makes a session as the Python backend does: a directory with files, and no manifest. The
    /// files are `days` old, which must not matter to anything.
    pub fn backend_session(&self, id: &str, days: u64, files: &[(&str, &[u8])]) -> PathBuf {
        let dir = self.base().join(id);
        std::fs::create_dir(&dir).unwrap();
        let modified = SystemTime::now() - Duration::from_secs(days * 86_400);
        for (name, bytes) in files {
            write(&dir.join(name), bytes);
            let file = std::fs::File::options()
                .write(true)
                .open(dir.join(name))
                .unwrap();
            file.set_modified(modified).unwrap();
        }
        dir
    }

    /// Makes a file outside the base, something to upload.
    pub fn outside(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.room.path().join("outside").join(name);
        write(&path, bytes);
        path
    }

    /// Writes the settings file that the program finds; elsewhere no variable says where that is.
    #[cfg(target_os = "linux")]
    pub fn settings(&self, toml: &str) {
        write(
            &self.home().join(".config/eyproject-sessions/config.toml"),
            toml.as_bytes(),
        );
    }

    /// Everything in a session: each path below it with its time and bytes, directories included.
    pub fn contents(&self, id: &str) -> BTreeMap<PathBuf, (SystemTime, Vec<u8>)> {
        let dir = self.base().join(id);
        walkdir::WalkDir::new(&dir)
            .into_iter()
            .map(|entry| {
                let entry = entry.unwrap();
                let modified = entry.metadata().unwrap().modified().unwrap();
                let bytes = match entry.file_type().is_file() {
                    true => std::fs::read(entry.path()).unwrap(),
                    false => Vec::new(),
                };
                let path = entry.path().strip_prefix(&dir).unwrap();
                (path.to_owned(), (modified, bytes))
            })
            .collect()
    }

    /// Everything that is a session by its name, sorted.
    pub fn sessions(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(self.base())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("session_"))
            .collect();
        names.sort();
        names
    }

    /// The program, about to start on this base: the one just built, or that which `EYPROJECT_CLI` names,
    /// started by what `EYPROJECT_CLI_RUNNER` says, such as `wine`.
    pub fn program(&self) -> Command {
        let program = self.program_file();
        let runner = std::env::var("EYPROJECT_CLI_RUNNER").unwrap_or_default();
        let mut words = runner.split_whitespace();
        match words.next() {
            Some(first) => {
                let mut command = self.isolated(first.as_ref());
                command.args(words).arg(program);
                command
            }
            None => self.isolated(&program),
        }
    }

    /// The program that is tested.
    pub fn program_file(&self) -> PathBuf {
        let built = env!("CARGO_BIN_EXE_eyproject-sessions");
        std::env::var_os("EYPROJECT_CLI").map_or_else(|| built.into(), PathBuf::from)
    }

    /// Where a test that runs as another user links `program`, if it has to.
    pub fn reachable(&self, program: &Path) -> PathBuf {
        let name = program.file_name().expect("a program has a name");
        self.home().with_file_name(name)
    }

    /// Any program, about to start with this base and this home.
    pub fn isolated(&self, program: &Path) -> Command {
        let home = self.home();
        let reachable = self.reachable(program);
        let mut command = match reachable.is_file() {
            true => Command::new(reachable),
            false => Command::new(program),
        };
        command
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_STATE_HOME", home.join(".local/state"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("EYPROJECT_TEMP_BASE", self.base())
            .env_remove("EYPROJECT_MAX_SESSIONS");
        command
    }

    /// Runs the program to its end.
    pub fn run<const N: usize>(&self, args: [&str; N]) -> Outcome {
        Outcome::of(self.program().args(args))
    }
}

impl Outcome {
    /// Runs `command` to its end.
    pub fn of(command: &mut Command) -> Self {
        let Output {
            status,
            stdout,
            stderr,
        } = command
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap_or_else(|e| panic!("could not start {command:?}: {e}"));
        Self {
            code: status.code(),
            stdout: String::from_utf8(stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(stderr).expect("stderr is UTF-8"),
        }
    }

    #[cfg(unix)]
    /// Whether it was refused without a result: nothing on stdout, or with `--json` the reason.
    pub fn is_refused(&self) -> bool {
        let reason = || serde_json::from_str::<serde_json::Value>(&self.stdout).ok();
        let is_reason = |v: serde_json::Value| v["detail"].is_string() && v["status"].is_u64();
        self.code == Some(1) && (self.stdout.is_empty() || reason().is_some_and(is_reason))
    }

    /// Its stdout, if it ended well.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }
}

/// Writes a file and the directories above it.
fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}
