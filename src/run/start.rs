//! Starting a supervisor that outlives whoever starts it, and asking one to stop.

use std::fs::OpenOptions;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde::{Deserialize, Serialize};

use super::record::Files;
use super::supervise::Request;
use super::{COMMAND, sys};
use crate::session::{Error, ErrorKind, Result};

/// The first and only line that a supervisor says to whoever started it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Started {
    /// The run has begun, under this name.
    Run(String),
    /// It could not begin, for this reason.
    Refused(String),
}

/// A supervisor that has been started, and works without us.
#[derive(Debug)]
pub struct Begun {
    /// The run's name.
    pub name: String,
    supervisor: Child,
}

impl Begun {
    /// Whether the supervisor has ended; then nothing is left of it in the system's list of processes.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.supervisor.try_wait(), Ok(None))
    }
}

/// Starts `program`, which is this program, as the supervisor of a run in a session of `base`, and waits
/// until the script runs.
///
/// # Errors
/// If the supervisor can't be started, or says why the script can't.
pub fn start(program: &Path, base: &Path, request: &Request) -> Result<Begun> {
    let tried = || format!("run {}", request.script);
    let io = |e| Error::io(tried(), program, e);
    let mut command = Command::new(program);
    command
        .args([COMMAND, "supervise", "--base"])
        .arg(base)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    sys::for_supervisor(&mut command);
    let mut child = command.spawn().map_err(io)?;
    let told = tell(&mut child, request);
    match told {
        Ok(Started::Run(name)) => Ok(Begun {
            name,
            supervisor: child,
        }),
        Ok(Started::Refused(why)) => {
            let _ = child.wait();
            Err(Error::new(ErrorKind::Refused(why), tried(), ""))
        }
        Err(e) => {
            let _ = child.wait();
            Err(io(e))
        }
    }
}

fn tell(child: &mut Child, request: &Request) -> io::Result<Started> {
    let gone = || io::Error::other("its supervisor ended without a word");
    let mut to = child.stdin.take().ok_or_else(gone)?;
    let from = child.stdout.take().ok_or_else(gone)?;
    to.write_all(&serde_json::to_vec(request)?)?;
    drop(to);
    let mut line = String::new();
    BufReader::new(from).read_line(&mut line)?;
    if line.is_empty() {
        return Err(gone());
    }
    Ok(serde_json::from_str(&line)?)
}

/// Asks the supervisor of the run `name` of the session in `dir` to stop it. It does so within moments:
/// processes are asked first, and forced after three seconds.
///
/// # Errors
/// If the request can't be left in the session's logs.
pub fn stop(dir: &Path, name: &str) -> Result<()> {
    let files = Files::of(dir, name);
    if !files.lock().exists() {
        // It has ended.
        return Ok(());
    }
    let path = files.stop();
    let left = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(&path);
    left.map(drop)
        .map_err(|e| Error::io(format!("ask {name} to stop"), &path, e))
}

/// A supervisor cuts itself loose from the terminal of whoever started it.
pub fn detach() {
    sys::detach();
}
