//! Unix: signals by rustix, the tree by what /proc or ps says of parents. On Linux nothing of a run gets out
//! of sight: whoever loses its parent becomes a child of ours.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus};
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};

use super::super::record::Used;
use super::Asked;

/// A pipe from a script, as both its streams are read.
pub type Pipe = File;

/// Output pipes of a child, with room for more than the system gives by itself.
pub fn pipes(out: ChildStdout, err: ChildStderr) -> [Pipe; 2] {
    [
        File::from(std::os::fd::OwnedFd::from(out)),
        File::from(std::os::fd::OwnedFd::from(err)),
    ]
    .map(|pipe| {
        #[cfg(target_os = "linux")]
        // Less is only slower.
        let _ = rustix::pipe::fcntl_setpipe_size(&pipe, 1 << 20);
        pipe
    })
}

/// Waits up to `patience` for something to read; which of `pipes` have it, or have ended.
pub fn readable(pipes: &[&Pipe], patience: Duration) -> io::Result<Vec<usize>> {
    let mut polled: Vec<_> = pipes
        .iter()
        .map(|pipe| PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN))
        .collect();
    let patience = Timespec {
        tv_sec: i64::try_from(patience.as_secs()).unwrap_or(1),
        tv_nsec: patience.subsec_nanos().into(),
    };
    match poll(&mut polled, Some(&patience)) {
        Ok(_) => {}
        Err(rustix::io::Errno::INTR) => return Ok(Vec::new()),
        Err(e) => return Err(e.into()),
    }
    let ready = |p: &PollFd<'_>| !p.revents().is_empty();
    Ok((0..polled.len()).filter(|i| ready(&polled[*i])).collect())
}

/// This process takes in the children of those of its children that end before theirs, and is told of
/// nothing by a terminal that it doesn't wait for.
pub fn become_parent_of_orphans() {
    #[cfg(target_os = "linux")]
    // Kernels before 3.4 can't; there those that lose their parent get out of sight.
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// A supervisor goes on when the window, or the terminal that it was started from, ends.
pub fn detach() {
    // Refused only to who leads a group already, and that is detached.
    let _ = rustix::process::setsid();
}

/// How the window starts a supervisor.
pub fn for_supervisor(command: &mut Command) {
    // Ctrl+C in a terminal that the window was started from means the window.
    command.process_group(0);
}

/// How a supervisor starts the parent of a run's processes: at a terminal they stay in its foreground, so
/// that they can read from it.
pub fn for_leash(command: &mut Command, at_terminal: bool) {
    if !at_terminal {
        command.process_group(0);
    }
}

/// Tells what signals ask for, on a thread of its own, until it is dropped. They no longer end this process.
#[derive(Debug)]
pub struct Ears {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
}

impl Ears {
    /// Listens.
    ///
    /// # Errors
    /// If the signals can't be taken over or no thread can be started.
    pub fn open<T: Send + 'static>(sender: Sender<T>, tell: fn(Asked) -> T) -> io::Result<Self> {
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let handle = signals.handle();
        let thread = std::thread::Builder::new()
            .name("run-signals".into())
            .spawn(move || {
                for signal in signals.forever() {
                    let asked = if signal == SIGINT {
                        Asked::Interrupt
                    } else {
                        Asked::Terminate
                    };
                    if sender.send(tell(asked)).is_err() {
                        break;
                    }
                }
            })?;
        Ok(Self {
            handle,
            thread: Some(thread),
        })
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        self.handle.close();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The processes below this one.
#[derive(Debug)]
pub struct Tree {
    /// The child that is left to its own end.
    spared: Option<u32>,
}

impl Tree {
    /// All that this process will start.
    pub fn new() -> io::Result<Self> {
        Ok(Self { spared: None })
    }

    /// All below this process but `spared`, which waits for the others itself.
    pub fn below(spared: u32) -> Self {
        Self {
            spared: Some(spared),
        }
    }

    /// Asks every process to end.
    pub fn ask(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends every process. One that starts another just then is ended by the next call.
    pub fn end(&self) {
        self.signal(Signal::KILL);
    }

    /// Whether nothing is left of it.
    pub fn is_empty(&self) -> bool {
        self.pids().is_empty()
    }

    fn signal(&self, signal: Signal) {
        for pid in self.pids() {
            // It may have ended meanwhile.
            let _ = kill_process(pid, signal);
        }
    }

    fn pids(&self) -> Vec<Pid> {
        let me = std::process::id();
        let parents = parents();
        let mut found = vec![me];
        let mut next = 0;
        while let Some(parent) = found.get(next).copied() {
            next += 1;
            let children = parents
                .iter()
                .filter(|(_, p)| *p == parent)
                .map(|(pid, _)| *pid);
            found.extend(children.collect::<Vec<_>>());
        }
        found
            .into_iter()
            .skip(1)
            .filter(|pid| Some(*pid) != self.spared)
            .filter_map(|pid| Pid::from_raw(i32::try_from(pid).ok()?))
            .collect()
    }

    /// What they used, as far as they have ended.
    pub fn used(&self) -> Option<Used> {
        use nix::sys::resource::{UsageWho, getrusage};
        use nix::sys::time::TimeValLike;
        let used = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
        let unit = if cfg!(target_vendor = "apple") {
            1
        } else {
            1024
        };
        Some(Used {
            cpu_ms: u64::try_from((used.user_time() + used.system_time()).num_milliseconds())
                .ok()?,
            peak_bytes: u64::try_from(used.max_rss()).ok()? * unit,
        })
    }
}

/// Every process with its parent, but for those that have ended already.
#[cfg(target_os = "linux")]
fn parents() -> Vec<(u32, u32)> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        // The name in parentheses may hold anything; state and parent follow it.
        let stat = fs_err::read(entry.path().join("stat")).ok()?;
        let after = stat.iter().rposition(|b| *b == b')')?;
        let text = std::str::from_utf8(&stat[after + 1..]).ok()?;
        let mut fields = text.split_ascii_whitespace();
        let ended = matches!(fields.next()?, "Z" | "X");
        let parent = fields.next()?.parse().ok()?;
        (!ended).then_some((pid, parent))
    })
    .collect()
}

#[cfg(not(target_os = "linux"))]
fn parents() -> Vec<(u32, u32)> {
    let listed = Command::new("ps")
        .args(["-A", "-o", "pid=,ppid=,stat="])
        .output();
    let text = listed.map(|o| String::from_utf8_lossy(&o.stdout).into_owned());
    let line = |line: &str| {
        let mut fields = line.split_ascii_whitespace();
        let pair = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        (!fields.next()?.starts_with('Z')).then_some(pair)
    };
    text.unwrap_or_default().lines().filter_map(line).collect()
}

/// Waits for the script, then ends what it left behind: asked first, forced after `patience`.
///
/// # Errors
/// If the script is no child of ours.
pub fn await_script(script: Child, tree: &Tree, patience: Duration) -> io::Result<ExitStatus> {
    let mut ended = None;
    // Orphans are taken in meanwhile and let go of as they end.
    while ended.is_none() {
        let (pid, status) = reap(WaitOptions::empty())?.ok_or(io::ErrorKind::NotFound)?;
        ended = (pid == script.id()).then_some(status);
    }
    tree.ask();
    let forced = Instant::now() + patience;
    loop {
        match reap(WaitOptions::NOHANG) {
            Ok(Some(_)) => {}
            Ok(None) => {
                if Instant::now() >= forced {
                    tree.end();
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            // There is no child any more.
            Err(_) => break,
        }
    }
    ended.ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Takes leave of every child that has ended, and of those of children that died before theirs.
pub fn reap_rest() {
    while let Ok(Some(_)) = reap(WaitOptions::NOHANG) {}
}

/// A child that has ended; `None` if none has yet.
fn reap(options: WaitOptions) -> io::Result<Option<(u32, ExitStatus)>> {
    loop {
        return match waitpid(None, options) {
            Ok(ended) => Ok(ended.map(|(pid, status)| {
                let pid = pid.as_raw_nonzero().get().unsigned_abs();
                (pid, ExitStatus::from_raw(status.as_raw()))
            })),
            Err(rustix::io::Errno::INTR) => continue,
            Err(e) => Err(e.into()),
        };
    }
}

/// The signal that ended a process.
pub fn signal(status: ExitStatus) -> Option<i32> {
    status.signal()
}
