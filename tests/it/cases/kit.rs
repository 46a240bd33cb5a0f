//! What the cases have in common: a store with a clock, pictures of a directory, waiting for a condition,
//! other users, small disks, locks held by other programs.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eyproject_sessions::session::{BaseDir, Progress, SessionId, Store};
use eyproject_sessions::upload;

use crate::clock::TestClock;
use crate::fixture::Fixture;

/// The user that tests become when root could do what is to fail.
pub const NOBODY: u32 = 65534;

/// The store of a fixture's base, by the computer's clock.
pub fn store(fixture: &Fixture) -> Store {
    Store::new(BaseDir::chosen(fixture.base()))
}

/// The store of a fixture's base, by a clock of the test's.
pub fn store_at(fixture: &Fixture, clock: &TestClock) -> Store {
    Store::with_clock(BaseDir::chosen(fixture.base()), Arc::new(clock.clone()))
}

pub fn id(text: &str) -> SessionId {
    text.parse().unwrap()
}

/// Makes an empty session that nobody uses.
pub fn create(store: &Store) -> SessionId {
    let published = store
        .create(eyproject_sessions::session::Origin::Library)
        .unwrap();
    published.session.id
}

/// Deletes a session and removes its tree.
pub fn delete(store: &Store, id: SessionId) -> eyproject_sessions::session::Result<()> {
    let removed = store.delete(id)?.remove(None, &Progress::default())?;
    assert!(removed.is_complete(), "{removed:?}");
    Ok(())
}

/// An upload of `sources` that cleans nothing up and needs no free space.
pub fn request(sources: &[PathBuf]) -> upload::Request {
    upload::Request {
        sources: sources.to_vec(),
        origin: eyproject_sessions::session::Origin::Library,
        policy: eyproject_sessions::session::Policy::none(),
        disk_floor: 0,
        keep_archives: false,
        archive_rules: Default::default(),
    }
}

/// Ids of the listed sessions, newest first.
pub fn listed(store: &Store) -> Vec<String> {
    let listing = store.list().unwrap();
    listing.sessions.iter().map(|s| s.id.to_string()).collect()
}

/// Everything below a directory, itself included: kind, mode, time of change, content.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Picture(pub BTreeMap<PathBuf, Seen>);

#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Seen {
    pub mode: u32,
    pub changed: (i64, i64),
    pub content: Vec<u8>,
}

impl Picture {
    /// Looks at `dir`; one that isn't there has none. Never follows a link.
    pub fn of(dir: &Path) -> Self {
        let entries = walkdir::WalkDir::new(dir)
            .into_iter()
            .filter_map(Result::ok);
        Self(
            entries
                .map(|entry| {
                    let metadata = entry.metadata().unwrap();
                    let content = if metadata.is_file() {
                        std::fs::read(entry.path()).unwrap()
                    } else if metadata.is_symlink() {
                        let target = std::fs::read_link(entry.path()).unwrap();
                        target.into_os_string().into_encoded_bytes()
                    } else {
                        Vec::new()
                    };
                    let seen = Seen {
                        mode: metadata.mode(),
                        changed: (metadata.mtime(), metadata.mtime_nsec()),
                        content,
                    };
                    (entry.path().strip_prefix(dir).unwrap().to_owned(), seen)
                })
                .collect(),
        )
    }

    /// The paths in it, as text.
    pub fn paths(&self) -> Vec<String> {
        let text = |p: &PathBuf| p.to_string_lossy().into_owned();
        self.0.keys().map(text).filter(|p| !p.is_empty()).collect()
    }
}

/// What lies in the staging and trash of a base.
pub fn debris(base: &Path) -> Vec<String> {
    ["staging", "trash"]
        .iter()
        .flat_map(|dir| Picture::of(&base.join(".eyproject").join(dir)).paths())
        .collect()
}

/// Waits until `condition` holds; fails after ten seconds.
#[track_caller]
pub fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Hands everything in the fixture to [`NOBODY`], who may then use it; false if we are not root.
pub fn give_away(fixture: &Fixture) -> bool {
    if !is_root() {
        return false;
    }
    let room = fixture.base().parent().unwrap().to_owned();
    for entry in walkdir::WalkDir::new(&room) {
        std::os::unix::fs::lchown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    std::fs::set_permissions(&room, std::fs::Permissions::from_mode(0o755)).unwrap();
    // What was built may lie where only root can go. Linked after the change of owner, which it must not share.
    let tests = std::env::current_exe().unwrap();
    for program in [fixture.program_file(), tests] {
        let reachable = fixture.reachable(&program);
        if std::fs::hard_link(&program, &reachable).is_err() {
            std::fs::copy(&program, &reachable).unwrap();
        }
    }
    true
}

/// Makes `command` run as [`NOBODY`] where we are root; elsewhere we are nobody special already.
pub fn unprivileged(command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt;
    if is_root() {
        // With the user, the standard library drops root's groups too.
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// As [`unprivileged`], if the fixture was given away; what root made, root must use.
pub fn unprivileged_in<'a>(fixture: &Fixture, command: &'a mut Command) -> &'a mut Command {
    let owner = fixture.home().metadata().unwrap().uid();
    match owner == NOBODY {
        true => unprivileged(command),
        false => command,
    }
}

/// A file system of its own, in memory, of `size` such as `4m`; gone when dropped.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one at `dir`; `None`, and says so, where that isn't allowed.
    pub fn mount(dir: &Path, options: &str) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(dir)
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(dir.to_owned())),
            other => {
                eprintln!("not tested, since mounting is not possible here: {other:?}");
                None
            }
        }
    }
}

impl SmallDisk {
    /// The same one, when the directory that it is mounted in has been renamed.
    pub fn moved_to(mut self, dir: &Path) -> Self {
        self.0 = dir.to_owned();
        self
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Another process, ended when dropped.
pub struct Other(pub Child);

impl Other {
    /// Starts `command` and waits for the line `ready` on its stdout.
    pub fn start(command: &mut Command, ready: &str) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{command:?}: {e}"));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let found = lines.any(|line| line.unwrap().ends_with(ready));
        assert!(found, "{command:?} ended before {ready:?}");
        Self(child)
    }

    /// Holds a lock on `dir` as any program can, with flock(1): shared (`-s`) or exclusive (`-x`).
    pub fn flock(kind: &str, dir: &Path) -> Self {
        Self::start(
            Command::new("flock")
                // Held by flock itself, not by what it starts, which ends when we close its stdin.
                .args(["--close", kind])
                .arg(dir)
                .args(["-c", "echo locked; exec cat"]),
            "locked",
        )
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
