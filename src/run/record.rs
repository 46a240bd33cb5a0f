//! What is written down of a run, `logs/run-….json`, and what it says: running, ended, or ended without a
//! word. That is told by a kernel lock, never by a PID or an age.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::changes::Changes;
use super::logs::Logs;
use super::script::ScriptPath;
use crate::session::{SessionId, sys};

/// The folder of a session that runs write into.
pub const LOGS: &str = "logs";

/// A larger record is none of ours.
const MOST_BYTES: u64 = 4 << 20;

/// A run as it is written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Version of the format, 1.
    pub version: u32,
    /// Its name, which its files bear: `run-main.py-20250710_153000`.
    pub name: String,
    /// The session that it ran in.
    pub session_id: SessionId,
    /// The script.
    pub script: ScriptPath,
    /// What the script was told.
    #[serde(default)]
    pub args: Vec<String>,
    /// The whole command.
    #[serde(default)]
    pub command: Vec<String>,
    /// Seconds after which it was to be ended; 0 for never.
    #[serde(default)]
    pub time_limit_s: u64,
    /// When it began.
    pub started_at: DateTime<FixedOffset>,
    /// How it ended; nothing while it runs, or if its supervisor died.
    #[serde(default)]
    pub end: Option<End>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// What ended it.
    pub why: Why,
    /// The script's exit code, if it ended by itself or took the request to.
    pub code: Option<i32>,
    /// The signal that ended it, on Unix.
    pub signal: Option<i32>,
    /// Why it could not be started, or what went wrong besides.
    #[serde(default)]
    pub problem: Option<String>,
    /// Milliseconds from start to end.
    pub duration_ms: u64,
    /// What its processes used, where the system told.
    #[serde(default)]
    pub usage: Option<Used>,
    /// What it changed in the session.
    #[serde(default)]
    pub changes: Changes,
}

/// What ended a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The script ended.
    Itself,
    /// A person stopped it.
    Stopped,
    /// It took longer than it was given.
    TimeLimit,
    /// It could not be started.
    NotStarted,
    /// Its supervisor died, and its processes with it.
    Lost,
}

/// What the processes of a run used together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// Milliseconds of processor time, of all processes added up.
    pub cpu_ms: u64,
    /// Most memory that one of them held, in bytes.
    pub peak_bytes: u64,
}

/// What became of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// It is running.
    Running,
    /// It has ended so.
    Ended(End),
    /// Its supervisor died without a word.
    Lost,
}

/// A run of a session, as it is found.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What is written of it.
    pub record: Record,
    /// What became of it.
    pub state: State,
}

impl End {
    /// Whether the script ended by itself, and well.
    pub fn is_success(&self) -> bool {
        self.why == Why::Itself && self.code == Some(0)
    }

    /// How long it took.
    pub fn duration(&self) -> Duration {
        Duration::from_millis(self.duration_ms)
    }

    /// The exit code that tells of it, as a shell would: of a signal 128 and its number, of a time limit 124.
    pub fn exit_code(&self) -> u8 {
        let code = match (self.why, self.code, self.signal) {
            (Why::NotStarted | Why::Lost, ..) => 1,
            (Why::TimeLimit, ..) => 124,
            (_, Some(code), _) => code & 0xff,
            (_, None, Some(signal)) => 128 + signal,
            (_, None, None) => 1,
        };
        u8::try_from(code).unwrap_or(1)
    }

    /// How it ended, in words.
    pub fn words(&self) -> String {
        let how = match (self.code, self.signal) {
            (Some(code), _) => format!("exit code {code}"),
            (None, Some(signal)) => format!("signal {signal}"),
            (None, None) => "no exit code".to_owned(),
        };
        match self.why {
            Why::Itself => how,
            Why::Stopped => format!("stopped ({how})"),
            Why::TimeLimit => format!("stopped at its time limit ({how})"),
            Why::NotStarted => "not started".to_owned(),
            Why::Lost => "ended unexpectedly".to_owned(),
        }
    }
}

/// The files of a run, by its name. Those that begin with a dot are gone when it has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    logs: PathBuf,
    name: String,
}

impl Files {
    /// The files of the run `name` of the session in `dir`.
    pub fn of(dir: &Path, name: &str) -> Self {
        Self {
            logs: dir.join(LOGS),
            name: name.to_owned(),
        }
    }

    /// Its output.
    pub fn log(&self) -> PathBuf {
        self.logs.join(format!("{}.log", self.name))
    }

    /// Its record.
    pub fn record(&self) -> PathBuf {
        self.logs.join(format!("{}.json", self.name))
    }

    /// What its supervisor holds locked.
    pub fn lock(&self) -> PathBuf {
        self.logs.join(self.hidden("lock"))
    }

    /// Its being there asks the supervisor to stop.
    pub fn stop(&self) -> PathBuf {
        self.logs.join(self.hidden("stop"))
    }

    /// What the parent of its processes tells the supervisor at the end.
    pub fn report(&self) -> PathBuf {
        self.logs.join(self.hidden("end"))
    }

    fn hidden(&self, ending: &str) -> String {
        format!(".{}.{ending}", self.name)
    }

    /// Writes the record into the open folder of logs in one step.
    pub(super) fn save(&self, logs: &Logs, record: &Record) -> io::Result<()> {
        let bytes = serde_json::to_vec_pretty(record)?;
        let name = format!("{}.json", self.name);
        logs.replace(&name, &self.hidden("new"), &bytes)
    }

    /// What the parent of its processes told.
    pub(super) fn told(&self, logs: &Logs) -> io::Result<Vec<u8>> {
        logs.read(&self.hidden("end"), MOST_BYTES)
    }

    /// Removes from the open folder of logs what is of use only while it runs.
    pub(super) fn tidy(&self, logs: &Logs) {
        for ending in ["stop", "end", "new", "lock"] {
            // What stays is removed by the next run.
            let _ = logs.remove(&self.hidden(ending));
        }
    }
}

/// Whether a run's supervisor lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Supervisor {
    Alive,
    Dead,
}

/// The runs of the session in `dir`, newest first. What is no record is left out.
///
/// # Errors
/// If its logs can't be read; a session without any has no runs.
pub fn runs(dir: &Path) -> io::Result<Vec<Run>> {
    let entries = match std::fs::read_dir(dir.join(LOGS)) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let mut found: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            let name = name.to_str()?.strip_suffix(".json")?;
            name.starts_with("run-").then(|| run(dir, name))?
        })
        .collect();
    found.sort_by(|a, b| {
        let key = |r: &Run| (r.record.started_at, r.record.name.clone());
        key(b).cmp(&key(a))
    });
    Ok(found)
}

/// The run of this name; `None` if there is none that can be believed.
pub fn run(dir: &Path, name: &str) -> Option<Run> {
    let files = Files::of(dir, name);
    let mut record = read(&files)?;
    if record.end.is_none() && supervisor(&files) == Supervisor::Dead {
        // It may have ended between the two looks.
        record = read(&files)?;
        if record.end.is_none() {
            return Some(Run {
                record,
                state: State::Lost,
            });
        }
    }
    let state = match &record.end {
        None => State::Running,
        Some(end) if end.why == Why::Lost => State::Lost,
        Some(end) => State::Ended(end.clone()),
    };
    Some(Run { record, state })
}

fn read(files: &Files) -> Option<Record> {
    let mut bytes = Vec::new();
    let open = sys::open_regular(&files.record()).ok()?;
    open.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    let record: Record = serde_json::from_slice(&bytes).ok()?;
    (record.name == files.name).then_some(record)
}

/// The supervisor has its lock file for itself as long as it lives.
fn supervisor(files: &Files) -> Supervisor {
    match File::open(files.lock()).map(|file| file.try_lock_shared()) {
        Ok(Err(TryLockError::WouldBlock)) => Supervisor::Alive,
        // Where nothing can be locked, nothing is known: what is written holds.
        Ok(Err(TryLockError::Error(_))) => Supervisor::Alive,
        Ok(Ok(())) | Err(_) => Supervisor::Dead,
    }
}

/// Makes the lock file of a new run and locks it; `None` if the name is taken.
pub(super) fn claim(files: &Files) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let taken = |e: &io::Error| e.kind() == io::ErrorKind::AlreadyExists;
    let file = match options.open(files.lock()) {
        Err(e) if taken(&e) => return Ok(None),
        opened => opened?,
    };
    if files.record().exists() || files.log().exists() {
        drop(file);
        let _ = std::fs::remove_file(files.lock());
        return Ok(None);
    }
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        // Somebody looks whether it runs already, which takes no time.
        Err(TryLockError::WouldBlock) => file.lock().map(|()| Some(file)),
        Err(TryLockError::Error(e))
            if e.kind() == io::ErrorKind::Unsupported || sys::is_no_locks(&e) =>
        {
            Ok(Some(file))
        }
        Err(TryLockError::Error(e)) => Err(e),
    }
}

/// Writes down of runs whose supervisor died that they have ended, and removes what they left.
pub(super) fn sweep(dir: &Path, logs: &Logs) {
    for run in runs(dir).unwrap_or_default() {
        if run.state != State::Lost || run.record.end.is_some() {
            continue;
        }
        let files = Files::of(dir, &run.record.name);
        let mut record = run.record;
        record.end = Some(End {
            why: Why::Lost,
            code: None,
            signal: None,
            problem: None,
            duration_ms: 0,
            usage: None,
            changes: Changes::default(),
        });
        if files.save(logs, &record).is_ok() {
            files.tidy(logs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn record(name: &str) -> Record {
        Record {
            version: 1,
            name: name.into(),
            session_id: "session_20250710_153000".parse().unwrap(),
            script: ScriptPath::parse("main.py").unwrap(),
            args: vec![],
            command: vec![],
            time_limit_s: 300,
            started_at: DateTime::parse_from_rfc3339("2025-07-10T15:30:00+02:00").unwrap(),
            end: None,
        }
    }

    #[test]
    fn a_run_is_running_as_long_as_its_lock_is_held() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(LOGS)).unwrap();
        let logs = Logs::open(&dir.path().join(LOGS)).unwrap();
        assert_eq!(runs(dir.path()).unwrap(), []);
        let files = Files::of(dir.path(), "run-main.py-1");
        let lock = claim(&files).unwrap().unwrap();
        assert!(claim(&files).unwrap().is_none(), "the name is taken");
        files.save(&logs, &record("run-main.py-1")).unwrap();
        assert_eq!(
            run(dir.path(), "run-main.py-1").unwrap().state,
            State::Running
        );
        sweep(dir.path(), &logs);
        assert_eq!(runs(dir.path()).unwrap()[0].state, State::Running);
        drop(lock);
        assert_eq!(run(dir.path(), "run-main.py-1").unwrap().state, State::Lost);
        sweep(dir.path(), &logs);
        assert_eq!(runs(dir.path()).unwrap()[0].state, State::Lost);
        assert!(!files.lock().exists());
        assert!(claim(&files).unwrap().is_none(), "its record is there");
        // What somebody else wrote is no run of ours.
        std::fs::write(dir.path().join(LOGS).join("run-other.json"), "{}").unwrap();
        assert_eq!(runs(dir.path()).unwrap().len(), 1);
    }

    #[test]
    fn exit_codes_are_those_of_a_shell() {
        let end = |why, code, signal| End {
            why,
            code,
            signal,
            problem: None,
            duration_ms: 1,
            usage: None,
            changes: Changes::default(),
        };
        for (why, code, signal, exit) in [
            (Why::Itself, Some(0), None, 0),
            (Why::Itself, Some(7), None, 7),
            (Why::Itself, Some(-1), None, 255),
            (Why::Itself, None, Some(9), 137),
            (Why::Stopped, None, Some(15), 143),
            (Why::TimeLimit, Some(0), None, 124),
            (Why::NotStarted, None, None, 1),
        ] {
            assert_eq!(end(why, code, signal).exit_code(), exit);
        }
        assert!(!end(Why::Stopped, Some(0), None).is_success());
    }
}
