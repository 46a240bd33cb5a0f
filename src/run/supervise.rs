//! The supervisor of a run: holds the session, starts the script, writes its log, ends it when asked or when
//! its time is over, and writes down what came of it.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::changes::Snapshot;
use super::interpreter::{self, Interpreter, Places};
use super::leash::{PATIENCE, Told};
use super::log::{self, Log};
use super::logs::Logs;
use super::record::{self, End, Files, LOGS, Record, Why};
use super::script::ScriptPath;
use super::streams::{Carriers, SharedLog};
use super::sys::{self, Asked, Ears, Tree};
use super::{COMMAND, environment, notes};
use crate::session::{Error, ErrorKind, Hold, Result, SessionId, Store, sys as disk};

/// From one look for a request to stop to the next.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How long after Ctrl+C those are asked again who took no notice.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// As long a script's name may be in the name of its run.
const LONGEST_NAME: usize = 80;

/// What is to be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The session.
    pub session: SessionId,
    /// Its script.
    pub script: ScriptPath,
    /// What the script is told.
    #[serde(default)]
    pub args: Vec<OsString>,
    /// Variables of a person's own.
    #[serde(default)]
    pub environment: Vec<(String, String)>,
    /// Seconds after which it is ended; 0 for never.
    pub time_limit_s: u64,
}

/// The streams of a script that runs before somebody's eyes.
pub struct Attached {
    /// Takes its standard output, untouched.
    pub out: Box<dyn Write + Send>,
    /// Takes its standard error, untouched.
    pub err: Box<dyn Write + Send>,
}

/// A run that is ready to begin: everything that could refuse it has been looked at.
#[derive(Debug)]
pub struct Prepared {
    dir: PathBuf,
    folder: PathBuf,
    own: PathBuf,
    interpreter: Interpreter,
    environment: Vec<(OsString, OsString)>,
    record: Record,
    files: Files,
    logs: Logs,
    log: File,
    log_limit: u64,
    before: Snapshot,
    // Let go of in this order: who finds the session free finds the run ended.
    lock: File,
    hold: Hold,
}

/// Makes a run ready: takes the session into use, finds what runs the script, and gives the run its name.
/// `own` is this program; `python` the one that the settings name.
///
/// # Errors
/// If the session isn't there or can't be used, the script is none, nothing runs it, or the logs can't be
/// written. Then nothing has been changed but the session's folder of logs.
pub fn prepare(
    store: &Store,
    request: &Request,
    own: &Path,
    python: Option<&Path>,
) -> Result<Prepared> {
    let hold = store.hold(request.session)?;
    hold.pass_on()
        .map_err(|e| Error::io("keep the session in use", store.base(), e))?;
    let dir = store.base().join(request.session.to_string());
    let at = request.script.resolve(&dir)?;
    let path = std::env::var_os("PATH");
    let places = Places {
        session: &dir,
        python,
        path: path.as_deref(),
        own,
    };
    let interpreter = interpreter::choose(&request.script, &at, places)?;
    let modules = environment::module_folder(store.base())?;
    let tried = || format!("write down the run of {}", request.script);
    let io = |path: &Path, e| Error::io(tried(), path, e);
    let logs = dir.join(LOGS);
    let opened = make_logs(&logs).map_err(|e| io(&logs, e))?;
    record::sweep(&dir, &opened);
    let now = store.clock().now();
    let stem = format!(
        "run-{}-{}",
        shortened(request.script.file_name()),
        now.format("%Y%m%d_%H%M%S")
    );
    let (files, lock, name) = claim(&dir, &stem).map_err(|e| io(&logs, e))?;
    let lossy = |s: &OsString| s.to_string_lossy().into_owned();
    let whole = [interpreter.program.as_os_str().to_owned()];
    let whole = whole.iter().chain(&interpreter.args).chain(&request.args);
    let record = Record {
        version: 1,
        name,
        session_id: request.session,
        script: request.script.clone(),
        args: request.args.iter().map(lossy).collect(),
        command: whole.map(lossy).collect(),
        time_limit_s: request.time_limit_s,
        started_at: now,
        end: None,
    };
    let before = Snapshot::of(&dir);
    let begun = create(&files.log()).and_then(|log| files.save(&opened, &record).map(|()| log));
    let log = match begun {
        Ok(log) => log,
        Err(e) => {
            let _ = std::fs::remove_file(files.log());
            files.tidy(&opened);
            return Err(io(&files.log(), e));
        }
    };
    let mut interpreter = interpreter;
    interpreter.args.extend(request.args.iter().cloned());
    Ok(Prepared {
        folder: at.parent().unwrap_or(&dir).to_owned(),
        own: own.to_owned(),
        environment: environment::variables(request.session, &dir, &modules, &request.environment),
        dir,
        interpreter,
        record,
        files,
        logs: opened,
        log,
        log_limit: log::DEFAULT_LIMIT,
        before,
        lock,
        hold,
    })
}

/// A folder of logs, and not a link to another place.
fn make_logs(logs: &Path) -> io::Result<Logs> {
    match std::fs::create_dir(logs) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    if !std::fs::symlink_metadata(logs)?.is_dir() {
        return Err(io::Error::other(
            "something else stands in the place of the folder of logs",
        ));
    }
    Logs::open(logs)
}

fn claim(dir: &Path, stem: &str) -> io::Result<(Files, File, String)> {
    for n in 1..1000 {
        let name = if n == 1 {
            stem.to_owned()
        } else {
            format!("{stem}-{n}")
        };
        let files = Files::of(dir, &name);
        if let Some(lock) = record::claim(&files)? {
            return Ok((files, lock, name));
        }
    }
    Err(io::Error::other("too many runs have begun in this second"))
}

fn shortened(name: &str) -> &str {
    let end = name
        .char_indices()
        .map(|(at, _)| at)
        .take_while(|at| *at <= LONGEST_NAME)
        .last();
    if name.len() <= LONGEST_NAME {
        name
    } else {
        &name[..end.unwrap_or(0)]
    }
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// What a supervisor waits for.
enum Event {
    /// The leash has ended.
    Ended,
    /// A signal.
    Asked(Asked),
}

impl Prepared {
    /// The run's name.
    pub fn name(&self) -> &str {
        &self.record.name
    }

    /// Keeps so many bytes of the script's output in the log, instead of [`log::DEFAULT_LIMIT`].
    #[must_use]
    pub fn with_log_limit(mut self, bytes: u64) -> Self {
        self.log_limit = bytes;
        self
    }

    /// Runs the script to its end. `attached` takes its streams besides the log and lets it read our
    /// standard input; without it there is nothing to be read. `begun` is told when the script runs.
    ///
    /// # Errors
    /// Never for what the script does. If the record can't be written; the script has ended all the same.
    pub fn run(mut self, attached: Option<Attached>, begun: impl FnOnce(&str)) -> Result<Record> {
        let began = Instant::now();
        let log: Box<dyn Write + Send> = match self.log.try_clone() {
            Ok(file) => Box::new(file),
            Err(e) => return Err(Error::io("write a log", self.files.log(), e)),
        };
        // A script that writes for ever is not to fill the disk.
        let room = disk::free_space(&self.dir).map_or(u64::MAX, |free| free / 2);
        let log = Log::new(log).limited(self.log_limit.min(room));
        let log: SharedLog = Arc::new(Mutex::new(log));
        notes::head(
            &mut log.lock().unwrap_or_else(|e| e.into_inner()),
            &self.record,
            &self.folder,
        );
        let (told, why) = match self.carry_out(attached, &log, || begun(&self.record.name)) {
            Ok(ended) => ended,
            Err(e) => (
                Told {
                    problem: Some(e.to_string()),
                    ..Told::default()
                },
                Why::NotStarted,
            ),
        };
        let duration = began.elapsed();
        let before = std::mem::replace(&mut self.before, Snapshot::nothing());
        let after = Snapshot::of(&self.dir);
        let mut end = End {
            why: if why == Why::Itself && told.problem.is_some() {
                Why::NotStarted
            } else {
                why
            },
            code: told.code,
            signal: told.signal,
            problem: told.problem,
            duration_ms: u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
            usage: told.used,
            changes: after.since(before),
        };
        let mut log = log.lock().unwrap_or_else(|e| e.into_inner());
        notes::tail(&mut log, &end);
        if let Some(e) = log.failure() {
            end.problem
                .get_or_insert(format!("its log is not complete: {e}"));
        }
        self.record.end = Some(end);
        let saved = self.files.save(&self.logs, &self.record);
        let path = self.files.record();
        self.files.tidy(&self.logs);
        let Self {
            record, lock, hold, ..
        } = self;
        drop((lock, hold));
        saved.map_err(|e| Error::io("write down what came of the run", path, e))?;
        Ok(record)
    }

    /// Starts the leash and sees it to its end.
    fn carry_out(
        &self,
        attached: Option<Attached>,
        log: &SharedLog,
        begun: impl FnOnce(),
    ) -> io::Result<(Told, Why)> {
        let (sender, events) = mpsc::channel();
        let ears = Ears::open(sender.clone(), Event::Asked)?;
        sys::become_parent_of_orphans();
        let mut command = self.command(attached.is_some());
        let mut leash = command.spawn()?;
        begun();
        let pid = leash.id();
        let carriers = match (leash.stdout.take(), leash.stderr.take()) {
            (Some(out), Some(err)) => {
                let onward = attached.map(|a| [a.out, a.err]);
                Some(Carriers::start(sys::pipes(out, err), onward, log))
            }
            _ => None,
        };
        // Without threads to carry the output, the script can't go on.
        let (carriers, problem) = match carriers.transpose() {
            Ok(carriers) => (carriers, None),
            Err(e) => (None, Some(e)),
        };
        let wait = {
            let sender = sender.clone();
            move || {
                let status = leash.wait();
                let _ = sender.send(Event::Ended);
                (leash, status)
            }
        };
        let waiter = std::thread::Builder::new()
            .name("run-wait".into())
            .spawn(wait)?;
        let tree = Tree::below(pid);
        if problem.is_some() {
            tree.end();
        }
        let why = self.watch(&events, &tree);
        let waited = waiter
            .join()
            .map_err(|_| io::Error::other("the thread that waited for it is gone"))?;
        drop(ears);
        // Usually there is nobody left; if the leash was killed, its children are ours now.
        let deadline = Instant::now() + PATIENCE;
        while !Tree::below(pid).is_empty() && Instant::now() < deadline {
            Tree::below(pid).end();
            std::thread::sleep(Duration::from_millis(5));
        }
        sys::reap_rest();
        if let Some(carriers) = carriers {
            carriers.finish(PATIENCE);
        }
        match problem {
            Some(e) => Err(e),
            None => Ok((self.told(&waited), why)),
        }
    }

    fn command(&self, attached: bool) -> Command {
        let mut command = Command::new(&self.own);
        command
            .args([COMMAND, "leash", "--"])
            .arg(self.files.lock())
            .arg(self.files.report())
            .arg(&self.interpreter.program)
            .args(&self.interpreter.args)
            .current_dir(&self.folder)
            .envs(self.environment.iter().map(|(k, v)| (k, v)))
            .stdin(if attached {
                Stdio::inherit()
            } else {
                Stdio::null()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        sys::for_leash(&mut command, attached);
        command
    }

    /// Waits for the end, and brings it about when it is time: asks, then forces. What ended it.
    fn watch(&self, events: &Receiver<Event>, tree: &Tree) -> Why {
        let limit = match self.record.time_limit_s {
            0 => None,
            s => Instant::now().checked_add(Duration::from_secs(s)),
        };
        let mut why = Why::Itself;
        let mut ask: Option<Instant> = None;
        let mut force: Option<Instant> = None;
        loop {
            let asked = match events.recv_timeout(LOOK_EVERY) {
                Ok(Event::Ended) | Err(RecvTimeoutError::Disconnected) => return why,
                Ok(Event::Asked(asked)) => Some((Why::Stopped, asked)),
                Err(RecvTimeoutError::Timeout) if why != Why::Itself => None,
                Err(RecvTimeoutError::Timeout) if self.files.stop().exists() => {
                    Some((Why::Stopped, Asked::Terminate))
                }
                Err(RecvTimeoutError::Timeout) if limit.is_some_and(|l| Instant::now() >= l) => {
                    Some((Why::TimeLimit, Asked::Terminate))
                }
                Err(RecvTimeoutError::Timeout) => None,
            };
            let now = Instant::now();
            match asked {
                // Who asks twice means it.
                Some(_) if why != Why::Itself => force = Some(now),
                Some((reason, how)) => {
                    why = reason;
                    force = Some(now + PATIENCE);
                    ask = Some(if how == Asked::Interrupt {
                        now + ASK_AGAIN
                    } else {
                        now
                    });
                }
                None => {}
            }
            if ask.is_some_and(|at| now >= at) {
                ask = None;
                tree.ask();
            }
            if force.is_some_and(|at| now >= at) {
                tree.end();
            }
        }
    }

    /// What the leash told; if it was killed, what is known without it.
    fn told(&self, waited: &(Child, io::Result<std::process::ExitStatus>)) -> Told {
        let report = self.files.told(&self.logs);
        let told = report
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        told.unwrap_or_else(|| Told {
            code: None,
            signal: waited.1.as_ref().ok().and_then(|s| sys::signal(*s)),
            problem: None,
            used: None,
        })
    }
}

/// The reason that `error` gives, for whoever asked for the run.
impl From<Error> for super::Started {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::Refused("there is no such session".into()),
            _ => Self::Refused(match error.help() {
                Some(help) => format!("{}; {help}", error.why()),
                None => error.why(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_between_letters() {
        let long = "日".repeat(60);
        assert!(shortened(&long).len() <= LONGEST_NAME && long.starts_with(shortened(&long)));
        assert_eq!(shortened("main.py"), "main.py");
    }
}
