//! Follows the log of a run: knows where its lines begin and hands over those that are looked at. Holds no
//! more of it in memory, and no handle while it waits, so that the session can still be moved.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::super::action::{Report, RunReport};
use super::super::model::ansi::LONGEST;
use super::super::model::problem::Problem;
use super::super::model::runs::LogLine;
use super::outbox::Outbox;
use crate::run::{self, Files, State};
use crate::session::Cancel;

/// From one look at a growing log to the next.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The place of every line whose number this divides is kept.
const STRIDE: usize = 512;

/// As many lines are handed over at most.
const MOST: usize = 2_000;

/// What the window wants of a log.
#[derive(Debug)]
enum Want {
    /// As many lines from this one on.
    Lines(usize, usize),
    /// The next line after or before this one with these words in it.
    Find(String, Option<usize>, bool),
}

/// Bytes of a line that are looked into.
const LONGEST_SOUGHT: u64 = 1 << 20;

/// A thread that follows one log.
#[derive(Debug)]
pub struct Follower {
    wants: Option<Sender<Want>>,
    thread: Option<JoinHandle<()>>,
    cancel: Cancel,
}

impl Follower {
    /// Follows the log of the run `name` of the session in `dir`.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(dir: PathBuf, name: String, outbox: Outbox) -> io::Result<Self> {
        let (wants, wanted) = channel();
        let cancel = Cancel::default();
        let index = Index {
            cancel: cancel.clone(),
            ..Index::default()
        };
        let thread = std::thread::Builder::new()
            .name("run-log".into())
            .spawn(move || follow(&dir, &name, index, &wanted, &outbox))?;
        Ok(Self {
            wants: Some(wants),
            thread: Some(thread),
            cancel,
        })
    }

    /// Asks it to end.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// From now on `count` lines from the line `first` are looked at.
    pub fn want(&self, first: usize, count: usize) {
        if let Some(wants) = &self.wants {
            // One that has ended has said why.
            let _ = wants.send(Want::Lines(first, count));
        }
    }

    /// Looks for `needle`: on from the line `from`, or back, and then from the other end.
    pub fn find(&self, needle: String, from: Option<usize>, on: bool) {
        if let Some(wants) = &self.wants {
            let _ = wants.send(Want::Find(needle, from, on));
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.cancel.cancel();
        drop(self.wants.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn follow(dir: &Path, name: &str, mut index: Index, wanted: &Receiver<Want>, outbox: &Outbox) {
    let path = Files::of(dir, name).log();
    // At first the end is looked at.
    let mut want = (usize::MAX, 200);
    let mut told = None;
    let mut running = true;
    loop {
        let was_running = running;
        if running {
            running = run::run(dir, name).is_some_and(|r| r.state == State::Running);
        }
        let found = index.grow(&path).and_then(|grown| {
            if !grown && told == Some(want) {
                return Ok(None);
            }
            index.lines(&path, want).map(Some)
        });
        let lines = match found {
            Ok(lines) => lines,
            Err(e) => {
                let problem =
                    Problem::new(format!("Could not read {}", path.display()), e.to_string());
                return outbox.report(Report::Run(RunReport::LogFailed(name.to_owned(), problem)));
            }
        };
        if let Some((first, lines)) = lines {
            told = Some(want);
            outbox.report(Report::Run(RunReport::Lines {
                name: name.to_owned(),
                total: index.total(),
                first,
                lines,
            }));
        }
        if was_running && !running {
            outbox.report(Report::Run(RunReport::Ended(name.to_owned())));
            continue;
        }
        let next = match running {
            true => wanted.recv_timeout(LOOK_EVERY),
            // What has ended grows no more: nothing is to be done until somebody looks elsewhere.
            false => wanted.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let mut sought = None;
        match next {
            Ok(first) => {
                for latest in std::iter::once(first).chain(wanted.try_iter()) {
                    match latest {
                        Want::Lines(first, count) => want = (first, count),
                        Want::Find(needle, from, on) => sought = Some((needle, from, on)),
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if let Some((needle, from, on)) = sought {
            // A log that can't be read says so above.
            let found = index.find(&path, &needle, from, on).unwrap_or(None);
            let found = RunReport::Found(name.to_owned(), needle, found);
            outbox.report(Report::Run(found));
        }
    }
}

/// Where the lines of a growing file begin.
#[derive(Debug, Default)]
struct Index {
    /// The start of every [`STRIDE`]th line.
    starts: Vec<u64>,
    /// Lines that have an end.
    ended: usize,
    /// Bytes that were looked at.
    read: u64,
    /// Whether the last line has no end yet.
    open: bool,
    /// Nobody waits for it any more.
    cancel: Cancel,
}

impl Index {
    fn total(&self) -> usize {
        self.ended + usize::from(self.open)
    }

    /// Looks at what has been added; whether anything has.
    fn grow(&mut self, path: &Path) -> io::Result<bool> {
        let mut file = File::open(path)?;
        let before = self.read;
        file.seek(SeekFrom::Start(before))?;
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let n = file.read(&mut buffer)?;
            if n == 0 || self.cancel.is_cancelled() {
                return Ok(self.read > before);
            }
            for at in memchr::memchr_iter(b'\n', &buffer[..n]) {
                self.ended += 1;
                if self.ended.is_multiple_of(STRIDE) {
                    self.starts.push(self.read + at as u64 + 1);
                }
            }
            self.open = buffer[n - 1] != b'\n';
            self.read += n as u64;
        }
    }

    /// The next line after `from` with `needle` in it, or the last one before; then from the other end. Capital
    /// and small letters of ASCII are the same, and the marks of the log are not looked into.
    fn find(
        &self,
        path: &Path,
        needle: &str,
        from: Option<usize>,
        on: bool,
    ) -> io::Result<Option<usize>> {
        let needle = needle.to_ascii_lowercase();
        let finder = memchr::memmem::Finder::new(needle.as_bytes());
        let mut reader = BufReader::with_capacity(1 << 20, File::open(path)?.take(self.read));
        let (mut line, mut number) = (Vec::new(), 0);
        let (mut first, mut last, mut before) = (None, None, None);
        loop {
            line.clear();
            // Of a line without end, what comes first is looked into.
            if reader
                .by_ref()
                .take(LONGEST_SOUGHT)
                .read_until(b'\n', &mut line)?
                == 0
                || self.cancel.is_cancelled()
            {
                break;
            }
            if line.last() != Some(&b'\n') {
                reader.skip_until(b'\n')?;
            }
            line.make_ascii_lowercase();
            if finder.find(run::log::parse(&line).1).is_some() {
                if on && from.is_none_or(|from| number > from) {
                    return Ok(Some(number));
                }
                if from.is_some_and(|from| number < from) {
                    before = Some(number);
                }
                first = first.or(Some(number));
                last = Some(number);
            }
            number += 1;
        }
        Ok(if on { first } else { before.or(last) })
    }

    /// Lines around the wanted ones, as far as they were looked at, and the number of the first.
    fn lines(
        &self,
        path: &Path,
        (first, count): (usize, usize),
    ) -> io::Result<(usize, Vec<LogLine>)> {
        let count = count.min(MOST);
        let first = first.min(self.total().saturating_sub(count));
        let start = self.starts.get(first / STRIDE).copied().unwrap_or(0);
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        let mut reader = BufReader::new(file.take(self.read - start));
        for _ in 0..first % STRIDE {
            reader.skip_until(b'\n')?;
        }
        let mut lines = Vec::with_capacity(count);
        let mut line = Vec::new();
        while lines.len() < count {
            line.clear();
            // A line of any length takes no more memory than is shown of it.
            let longest = (LONGEST + 3) as u64;
            if reader.by_ref().take(longest).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if line.last() == Some(&b'\n') {
                line.pop();
            } else if line.len() as u64 == longest {
                reader.skip_until(b'\n')?;
            }
            lines.push(LogLine::of(&line));
        }
        Ok((first, lines))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_on_and_back_and_round() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.log");
        std::fs::write(
            &path,
            "# command: x\n| one Two\n! two\n| three\n|+TWO four\nlast",
        )
        .unwrap();
        let mut index = Index::default();
        index.grow(&path).unwrap();
        for (needle, from, on, found) in [
            ("two", None, true, Some(1)),
            ("Two", Some(1), true, Some(2)),
            ("two", Some(2), true, Some(4)),
            ("two", Some(4), true, Some(1)),
            ("two", Some(4), false, Some(2)),
            ("two", Some(1), false, Some(4)),
            ("two", None, false, Some(4)),
            ("LAST", Some(5), true, Some(5)),
            ("| ", None, true, None),
            ("nowhere", Some(2), false, None),
        ] {
            let at = index.find(&path, needle, from, on).unwrap();
            assert_eq!(at, found, "{needle} {from:?} {on}");
        }
    }

    #[test]
    fn any_line_of_a_growing_log_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.log");
        let text = |from: usize, to: usize| {
            (from..to)
                .map(|i| format!("| line {i}\n"))
                .collect::<String>()
        };
        std::fs::write(&path, text(0, 3000) + "| half").unwrap();
        let mut index = Index::default();
        assert!(index.grow(&path).unwrap());
        assert_eq!(index.total(), 3001);
        std::fs::write(
            &path,
            text(0, 3000) + "| half done\n" + &text(3001, 5000) + &"x".repeat(100_000) + "\nlast",
        )
        .unwrap();
        assert!(index.grow(&path).unwrap());
        assert!(!index.grow(&path).unwrap());
        assert_eq!(index.total(), 5002);
        for (first, said) in [
            (0, "line 0"),
            (511, "line 511"),
            (512, "line 512"),
            (3000, "half done"),
            (4999, "line 4999"),
        ] {
            let (at, lines) = index.lines(&path, (first, 2)).unwrap();
            assert_eq!((at, lines[0].text().as_str()), (first, said));
        }
        let (at, lines) = index.lines(&path, (usize::MAX, 2)).unwrap();
        assert_eq!(
            (at, lines.len(), lines[1].text().as_str()),
            (5000, 2, "last")
        );
        assert_eq!(lines[0].text().chars().count(), LONGEST + 1);
    }
}
