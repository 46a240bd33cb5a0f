//! Windows: a job object that ends with whoever holds it, and the console for asking first.
#![expect(
    unsafe_code,
    reason = "calls to the Windows API; each is one line, its arguments checked above it"
)]

use std::fs::File;
use std::io;
use std::mem::ManuallyDrop;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::os::windows::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;
use std::time::Duration;

use windows_sys::Win32::System::Console as console;
use windows_sys::Win32::System::JobObjects as job;
use windows_sys::Win32::System::Threading as process;

use super::super::record::Used;
use super::Asked;
use crate::session::Cancel;

/// A pipe from a script.
pub type Pipe = File;

/// Output pipes of a child.
pub fn pipes(out: ChildStdout, err: ChildStderr) -> [Pipe; 2] {
    [OwnedHandle::from(out), OwnedHandle::from(err)].map(File::from)
}

/// Says what is to be read next. Each pipe has a thread here, for which reading is waiting; the job sees to
/// it that nobody keeps the other end.
pub fn readable(pipes: &[&Pipe], _patience: Duration) -> io::Result<Vec<usize>> {
    Ok((0..pipes.len()).collect())
}

/// Nothing to do: a job holds them all.
pub fn become_parent_of_orphans() {}

/// Nothing to do: it was started without a console of the window's.
pub fn detach() {}

/// How the window starts a supervisor: with a console of its own that nobody sees, so that it can ask.
pub fn for_supervisor(command: &mut Command) {
    command.creation_flags(process::CREATE_NO_WINDOW | process::CREATE_NEW_PROCESS_GROUP);
}

/// How a supervisor starts the parent of a run's processes: as a group of its own, so that Ctrl+Break can
/// be sent to it and to nobody else.
pub fn for_leash(command: &mut Command, _at_terminal: bool) {
    command.creation_flags(process::CREATE_NEW_PROCESS_GROUP);
}

/// How often the console called.
static CALLS: AtomicU32 = AtomicU32::new(0);

/// Only takes the call; what follows from it is decided on a thread of ours.
unsafe extern "system" fn called(_kind: u32) -> windows_sys::core::BOOL {
    CALLS.fetch_add(1, Ordering::Relaxed);
    1
}

/// Tells what the console asks for, on a thread of its own, until it is dropped.
#[derive(Debug)]
pub struct Ears {
    closing: Cancel,
    thread: Option<JoinHandle<()>>,
}

impl Ears {
    /// Listens.
    ///
    /// # Errors
    /// If the console can't be listened to or no thread can be started.
    pub fn open<T: Send + 'static>(sender: Sender<T>, tell: fn(Asked) -> T) -> io::Result<Self> {
        // SAFETY: the handler is a function of this program, which lives as long as the process.
        if unsafe { console::SetConsoleCtrlHandler(Some(called), 1) } == 0 {
            return Err(io::Error::last_os_error());
        }
        let closing = Cancel::default();
        let ended = closing.clone();
        let thread = std::thread::Builder::new()
            .name("run-signals".into())
            .spawn(move || {
                let mut heard = CALLS.load(Ordering::Relaxed);
                while !ended.is_cancelled() {
                    let calls = CALLS.load(Ordering::Relaxed);
                    // Ctrl+C doesn't reach a group of its own, so its processes don't know yet.
                    if calls != heard && sender.send(tell(Asked::Terminate)).is_err() {
                        break;
                    }
                    heard = calls;
                    std::thread::sleep(Duration::from_millis(50));
                }
            })?;
        Ok(Self {
            closing,
            thread: Some(thread),
        })
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        self.closing.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The processes of a run.
#[derive(Debug)]
pub struct Tree {
    /// The job, for who is in it. It ends with the last handle, and who is in it with the job: so it is left
    /// to the system to close it once this process has said all that it has to say.
    job: Option<ManuallyDrop<OwnedHandle>>,
    /// The process that leads the group and holds the job, for its supervisor.
    leader: Option<u32>,
}

impl Tree {
    /// A job that this process is in, and so is whatever it starts. Everything in it ends with this process.
    ///
    /// # Errors
    /// If there can be no such job.
    pub fn new() -> io::Result<Self> {
        let null = std::ptr::null();
        // SAFETY: neither attributes nor a name are asked for.
        let raw = unsafe { job::CreateJobObjectW(null, null.cast()) };
        if raw.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the handle has just been made, and nobody else owns it.
        let handle = unsafe { OwnedHandle::from_raw_handle(raw) };
        let mut limits = job::JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = job::JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        let class = job::JobObjectExtendedLimitInformation;
        let (at, len) = (
            std::ptr::from_ref(&limits).cast(),
            size_of_val(&limits) as u32,
        );
        // SAFETY: the class says that the pointer is to limits, which are as long as is said.
        if unsafe { job::SetInformationJobObject(raw, class, at, len) } == 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: both handles are valid; the second stands for this process.
        if unsafe { job::AssignProcessToJobObject(raw, process::GetCurrentProcess()) } == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Self {
            job: Some(ManuallyDrop::new(handle)),
            leader: None,
        })
    }

    /// The tree that the process `leader` holds.
    pub fn below(leader: u32) -> Self {
        Self {
            job: None,
            leader: Some(leader),
        }
    }

    /// Asks every process to end, by Ctrl+Break.
    pub fn ask(&self) {
        if let Some(leader) = self.leader {
            // SAFETY: takes no pointer. Who has no console can't be asked, and is forced in the end.
            unsafe { console::GenerateConsoleCtrlEvent(console::CTRL_BREAK_EVENT, leader) };
        }
    }

    /// Ends every process, this one among them if it is in the job.
    pub fn end(&self) {
        if let Some(job) = &self.job {
            // SAFETY: the handle is valid.
            unsafe { job::TerminateJobObject(job.as_raw_handle(), 1) };
        } else if let Some(leader) = self.leader {
            // SAFETY: takes no pointer; a null handle, for a process that is gone, is looked for.
            let raw = unsafe { process::OpenProcess(process::PROCESS_TERMINATE, 0, leader) };
            if !raw.is_null() {
                // SAFETY: the handle has just been made, and nobody else owns it.
                let handle = unsafe { OwnedHandle::from_raw_handle(raw) };
                // SAFETY: the handle is valid. The job ends with the process that holds it.
                unsafe { process::TerminateProcess(handle.as_raw_handle(), 1) };
            }
        }
    }

    /// Whether nothing is left of it, once its leader has ended: nothing outlives the job.
    pub fn is_empty(&self) -> bool {
        true
    }

    /// What they used.
    pub fn used(&self) -> Option<Used> {
        let job = self.job.as_ref()?;
        let times: job::JOBOBJECT_BASIC_ACCOUNTING_INFORMATION =
            query(job, job::JobObjectBasicAccountingInformation)?;
        let limits: job::JOBOBJECT_EXTENDED_LIMIT_INFORMATION =
            query(job, job::JobObjectExtendedLimitInformation)?;
        // Times count in steps of 100 ns.
        let steps = times.TotalUserTime.saturating_add(times.TotalKernelTime);
        Some(Used {
            cpu_ms: u64::try_from(steps).ok()? / 10_000,
            peak_bytes: limits.PeakProcessMemoryUsed as u64,
        })
    }
}

fn query<T: Default>(job: &OwnedHandle, class: job::JOBOBJECTINFOCLASS) -> Option<T> {
    let mut found = T::default();
    let (at, len) = (std::ptr::from_mut(&mut found).cast(), size_of::<T>() as u32);
    let null = std::ptr::null_mut();
    // SAFETY: callers name the class that goes with `T`, which is as long as is said.
    let done = unsafe { job::QueryInformationJobObject(job.as_raw_handle(), class, at, len, null) };
    (done != 0).then_some(found)
}

/// Waits for the script; what it left behind ends with the job.
///
/// # Errors
/// If it can't be waited for.
pub fn await_script(
    mut script: Child,
    _tree: &Tree,
    _patience: Duration,
) -> io::Result<ExitStatus> {
    script.wait()
}

/// Nothing to do: nobody has to take leave of children here.
pub fn reap_rest() {}

/// Nothing ends by a signal here.
pub fn signal(_status: ExitStatus) -> Option<i32> {
    None
}
