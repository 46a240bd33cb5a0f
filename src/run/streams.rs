//! Carries what a script writes from its pipes into the log, and on to whoever watches, untouched.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::log::{Log, Stream};
use super::sys::{self, Pipe};
use crate::session::Cancel;

/// Between two looks whether it is time to give up.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// As much is read in one go.
const PIECE: usize = 256 * 1024;

/// A script that writes in many small pieces is let write for this long, which is cheaper for both than
/// waking up for each. Nobody sees so short a delay.
const NAP: Duration = Duration::from_millis(4);

/// So many small pieces, each within [`NAP`] of the one before, make a busy writer.
const BUSY_AFTER: u32 = 16;

/// A log that several threads write to.
pub type SharedLog = Arc<Mutex<Log<Box<dyn Write + Send>>>>;

/// One stream on its way.
struct Source {
    stream: Stream,
    pipe: Pipe,
    /// Where it goes besides the log.
    onward: Option<Box<dyn Write + Send>>,
}

/// Threads that carry both streams until they end.
#[derive(Debug)]
pub struct Carriers {
    threads: Vec<JoinHandle<()>>,
    give_up: Cancel,
}

impl Carriers {
    /// Begins to carry. `onward` takes the two streams besides the log.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(
        pipes: [Pipe; 2],
        onward: Option<[Box<dyn Write + Send>; 2]>,
        log: &SharedLog,
    ) -> io::Result<Self> {
        let [out, err] = pipes;
        let [to_out, to_err] = onward.map_or([None, None], |[o, e]| [Some(o), Some(e)]);
        let sources = vec![
            Source {
                stream: Stream::Out,
                pipe: out,
                onward: to_out,
            },
            Source {
                stream: Stream::Err,
                pipe: err,
                onward: to_err,
            },
        ];
        // Where one thread can wait for both, what comes first is read first.
        let groups: Vec<Vec<Source>> = if cfg!(unix) {
            vec![sources]
        } else {
            sources.into_iter().map(|s| vec![s]).collect()
        };
        let give_up = Cancel::default();
        let mut threads = Vec::new();
        for group in groups {
            let (log, give_up) = (log.clone(), give_up.clone());
            let thread = std::thread::Builder::new().name("run-output".into());
            threads.push(thread.spawn(move || carry(group, &log, &give_up))?);
        }
        Ok(Self { threads, give_up })
    }

    /// Waits until both streams have ended; what nobody closes within `patience` is given up.
    pub fn finish(self, patience: Duration) {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline && !self.threads.iter().all(JoinHandle::is_finished) {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.give_up.cancel();
        for thread in self.threads {
            // One that panicked has said so.
            let _ = thread.join();
        }
    }
}

fn carry(mut sources: Vec<Source>, log: &SharedLog, give_up: &Cancel) {
    let mut buffer = vec![0; PIECE];
    let (mut last, mut small) = (Instant::now(), 0);
    while !sources.is_empty() {
        let pipes: Vec<_> = sources.iter().map(|s| &s.pipe).collect();
        let Ok(ready) = sys::readable(&pipes, LOOK_EVERY) else {
            return;
        };
        if ready.is_empty() && give_up.is_cancelled() {
            return;
        }
        let mut most = 0;
        let mut ended = Vec::new();
        for i in ready {
            match sources[i].pipe.read(&mut buffer) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Ok(n) if n > 0 && sources[i].pass(&buffer[..n], log) => most = most.max(n),
                _ => ended.push(i),
            }
        }
        for i in ended.into_iter().rev() {
            // It has ended, or nobody reads it any more: then the script is to notice.
            sources.remove(i);
        }
        let quick = last.elapsed() < 2 * NAP;
        small = if quick && most < PIECE / 4 {
            small + 1
        } else {
            0
        };
        if small > BUSY_AFTER {
            std::thread::sleep(NAP);
        }
        last = Instant::now();
    }
}

impl Source {
    /// Passes on what was read; whether there is still somebody to pass it on to.
    fn pass(&mut self, bytes: &[u8], log: &SharedLog) -> bool {
        log.lock()
            .unwrap_or_else(|e| e.into_inner())
            .push(self.stream, bytes);
        match &mut self.onward {
            Some(onward) => onward
                .write_all(bytes)
                .and_then(|()| onward.flush())
                .is_ok(),
            None => true,
        }
    }
}
