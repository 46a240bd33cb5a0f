//! The parent of a run's processes, and a process of its own: starts the script, ends what it leaves behind,
//! and ends everything if the supervisor dies. Knows no session, only whose lock to watch.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::record::Used;
use super::sys::{self, Asked, Ears, Tree};

/// How long processes that were asked to end may take.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// From one look for the supervisor to the next.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What the parent tells the supervisor at the end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Told {
    /// The script's exit code.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Why it could not be started or waited for.
    pub problem: Option<String>,
    /// What its processes used.
    pub used: Option<Used>,
}

/// Starts `program` and waits for it. `lock` is what the supervisor holds; `report` is written at the end.
///
/// # Errors
/// If the report can't be written. What is wrong with the program stands in the report.
pub fn hold(lock: &Path, report: &Path, program: &OsString, args: &[OsString]) -> io::Result<()> {
    // Before the script can put a link or another folder where the logs are.
    let mut report = fs_err::File::create(report)?;
    let told = run(lock, program, args).unwrap_or_else(|problem| Told {
        problem: Some(problem),
        ..Told::default()
    });
    report.write_all(&serde_json::to_vec(&told)?)
}

fn run(lock: &Path, program: &OsString, args: &[OsString]) -> Result<Told, String> {
    let failed = |what: &str, e: &io::Error| format!("could not {what}: {e}");
    sys::become_parent_of_orphans();
    let tree = Tree::new().map_err(|e| failed("hold the processes together", &e))?;
    // What is asked of the whole group is meant for the script; we end after it.
    let (sender, _asked) = mpsc::channel::<Asked>();
    let _ears = Ears::open(sender, |asked| asked).map_err(|e| failed("listen to signals", &e))?;
    let tree = std::sync::Arc::new(tree);
    let guard = Guard::start(lock, tree.clone()).map_err(|e| failed("watch the supervisor", &e))?;
    let what = format!("start {}", Path::new(program).display());
    let script = Command::new(program)
        .args(args)
        .spawn()
        .map_err(|e| failed(&what, &e))?;
    let status =
        sys::await_script(script, &tree, PATIENCE).map_err(|e| failed("wait for it", &e))?;
    drop(guard);
    Ok(Told {
        code: status.code(),
        signal: sys::signal(status),
        problem: None,
        used: tree.used(),
    })
}

/// Ends the tree as soon as the supervisor's lock is free: it has died.
struct Guard {
    end: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Guard {
    fn start(lock: &Path, tree: std::sync::Arc<Tree>) -> io::Result<Self> {
        let lock = File::open(lock)?;
        let (end, ended) = mpsc::channel();
        let watch = move || {
            while ended.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                if lock.try_lock_shared().is_ok() {
                    // Until the last has gone; whoever starts another one just then is met again.
                    tree.end();
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("run-guard".into())
            .spawn(watch)?;
        Ok(Self {
            end: Some(end),
            thread: Some(thread),
        })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
