//! Telling, within a second, what other programs changed in a base directory.
//! Sees only that something changed; the list says what. Falls back to looking every second, and says so.

mod look;
mod pending;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use notify::{EventKind, RecursiveMode, Watcher as _};

use look::Look;
use pending::Pending;

use super::base::ROOM;
use super::id::SessionId;
use super::list;
use super::store::Store;

/// What happened in the base directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Sessions came or went, another is current, one was pinned: list again.
    Set,
    /// Files in these sessions changed: measure them again.
    Content(Vec<SessionId>),
    /// Another start of the program asks this one to come forward.
    Raise,
    /// Changes are looked for every second from now on; the text says why.
    Fallback(String),
}

/// Name of the file in the manager's room that asks the window to come forward.
pub const RAISE_FILE: &str = "raise";

/// What happens together is told together.
const GATHER: Duration = Duration::from_millis(150);

/// A lock is let go after the last write, which no event tells: look once more.
const AFTERTHOUGHT: Duration = Duration::from_secs(1);

/// How often a base is looked at that can't be watched, or isn't there: what changes is told within a second.
const POLL: Duration = Duration::from_millis(800);

/// Watches until it is dropped.
#[derive(Debug)]
pub struct Watcher {
    stop: Sender<Message>,
    thread: Option<JoinHandle<()>>,
}

enum Message {
    Event(notify::Result<notify::Event>),
    Stop,
}

impl Watcher {
    /// Starts to watch the base of `store` on a thread of its own, which calls `on`.
    ///
    /// # Errors
    /// If the thread can't be started.
    pub fn start(store: &Store, on: impl Fn(Change) + Send + 'static) -> std::io::Result<Self> {
        let (sender, receiver) = channel();
        let base = store.base().to_owned();
        let events = sender.clone();
        let thread = std::thread::Builder::new()
            .name("session-watch".into())
            .spawn(move || Watch::new(base, events, on).run(&receiver))?;
        Ok(Self {
            stop: sender,
            thread: Some(thread),
        })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.stop.send(Message::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Watch<F> {
    base: PathBuf,
    on: F,
    watcher: Option<notify::RecommendedWatcher>,
    watching_base: bool,
    watched: BTreeSet<SessionId>,
    fell_back: bool,
    seen: Option<Look>,
    pending: Pending,
}

impl<F: Fn(Change)> Watch<F> {
    fn new(base: PathBuf, events: Sender<Message>, on: F) -> Self {
        let on_event = move |event: notify::Result<notify::Event>| {
            // Reading is no change, and our own reading would wake us for ever.
            let changes = event.as_ref().is_ok_and(|e| is_change(e.kind)) || event.is_err();
            if changes {
                let _ = events.send(Message::Event(event));
            }
        };
        // A link to the root would have the whole computer watched.
        let config = notify::Config::default().with_follow_symlinks(false);
        let watcher = notify::RecommendedWatcher::new(on_event, config);
        let mut watch = Self {
            base,
            on,
            watcher: None,
            watching_base: false,
            watched: BTreeSet::new(),
            fell_back: false,
            seen: None,
            pending: Pending::default(),
        };
        match watcher {
            Ok(watcher) => watch.watcher = Some(watcher),
            Err(e) => watch.fall_back(&e),
        }
        watch
    }

    fn run(mut self, messages: &Receiver<Message>) {
        self.watch_all();
        self.look();
        // What changed before it was watched has been seen by nobody: list once more.
        self.pending.set = true;
        self.tell();
        let mut again: Option<Instant> = None;
        loop {
            let polling = self.fell_back || !self.watching_base;
            let wait = match again {
                Some(at) => at.saturating_duration_since(Instant::now()),
                None if polling => POLL,
                None => Duration::MAX,
            };
            match receive(messages, wait) {
                Ok(Message::Event(event)) => self.note(event),
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) if again.take().is_some() => {
                    self.pending.set = true;
                    self.tell();
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.watch_all();
                    self.look();
                    self.tell();
                    continue;
                }
            }
            if !self.gather(messages) {
                return;
            }
            self.watch_all();
            if self.tell() {
                again = Some(Instant::now() + AFTERTHOUGHT);
            }
        }
    }

    /// Takes in what comes within [`GATHER`]; false if it is time to stop.
    fn gather(&mut self, messages: &Receiver<Message>) -> bool {
        let end = Instant::now() + GATHER;
        loop {
            match receive(messages, end.saturating_duration_since(Instant::now())) {
                Ok(Message::Event(event)) => self.note(event),
                Err(RecvTimeoutError::Timeout) => return true,
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    fn note(&mut self, event: notify::Result<notify::Event>) {
        match event {
            Ok(event) if event.need_rescan() || event.paths.is_empty() => self.pending.set = true,
            Ok(event) => {
                let replaces = may_replace(event.kind);
                for path in &event.paths {
                    if *path == self.base {
                        self.pending.set = true;
                        if replaces {
                            self.unwatch_base();
                        }
                    } else if let Ok(below) = path.strip_prefix(&self.base) {
                        self.pending.note(below);
                        if replaces && let Some(id) = session_itself(below) {
                            self.unwatch(id);
                        }
                    }
                }
            }
            Err(e) => self.fall_back(&e),
        }
    }

    /// Tells what was gathered; whether there was anything that may have an afterthought.
    fn tell(&mut self) -> bool {
        let told = std::mem::take(&mut self.pending);
        if told.raise {
            (self.on)(Change::Raise);
        }
        if told.set {
            (self.on)(Change::Set);
        }
        let changed = !told.content.is_empty();
        if changed {
            (self.on)(Change::Content(told.content.into_iter().collect()));
        }
        changed
    }

    /// Watches what isn't watched yet: the base, the manager's room, and each session with its folders.
    fn watch_all(&mut self) {
        if self.fell_back {
            return;
        }
        let whole = !cfg!(target_os = "linux");
        if !self.watching_base {
            let depth = if whole {
                RecursiveMode::Recursive
            } else {
                RecursiveMode::NonRecursive
            };
            if !self.base.is_dir() || !self.watch(&self.base.clone(), depth) {
                return;
            }
            self.watching_base = true;
            self.watched.clear();
            self.pending.set = true;
        }
        if whole {
            return;
        }
        // Each folder costs a watch on Linux; what lies in staging and trash is nobody's business.
        self.watch(&self.base.join(ROOM), RecursiveMode::NonRecursive);
        let there: BTreeSet<_> = list::session_ids(&self.base)
            .unwrap_or_default()
            .into_iter()
            .collect();
        let gone: Vec<_> = self.watched.difference(&there).copied().collect();
        gone.into_iter().for_each(|id| self.unwatch(id));
        let new: Vec<_> = there.difference(&self.watched).copied().collect();
        for id in new {
            self.watch(&self.base.join(id.to_string()), RecursiveMode::Recursive);
            if self.fell_back {
                return;
            }
            self.watched.insert(id);
        }
    }

    /// Watches one directory; false if it can't be. What vanished meanwhile is no reason to fall back.
    fn watch(&mut self, path: &Path, depth: RecursiveMode) -> bool {
        let Some(watcher) = &mut self.watcher else {
            return false;
        };
        match watcher.watch(path, depth) {
            Ok(()) => true,
            Err(e) if !path.exists() || is_refusal_of_one(&e) => false,
            Err(e) => {
                self.fall_back(&e);
                false
            }
        }
    }

    /// Forgets a session's watch, so that it is watched anew if it is there: what has its name now may be
    /// another directory, or the same one come back, whose watch the system has dropped.
    fn unwatch(&mut self, id: SessionId) {
        if self.watched.remove(&id)
            && let Some(watcher) = &mut self.watcher
        {
            // Refused where the system has dropped it already.
            let _ = watcher.unwatch(&self.base.join(id.to_string()));
        }
    }

    /// As [`Watch::unwatch`], for the base.
    fn unwatch_base(&mut self) {
        self.watching_base = false;
        if let Some(watcher) = &mut self.watcher {
            let _ = watcher.unwatch(&self.base);
        }
    }

    fn fall_back(&mut self, why: &notify::Error) {
        if !std::mem::replace(&mut self.fell_back, true) {
            self.watcher = None;
            let why = match &why.kind {
                notify::ErrorKind::MaxFilesWatch => {
                    "the system watches too many folders already; raise fs.inotify.max_user_watches"
                        .into()
                }
                _ => why.to_string(),
            };
            (self.on)(Change::Fallback(format!(
                "changes are looked for every second: {why}"
            )));
        }
    }

    /// Compares what can be seen cheaply with the last look.
    fn look(&mut self) {
        let now = Look::at(&self.base, self.fell_back);
        let before = self.seen.replace(now);
        if let (Some(now), Some(before)) = (&self.seen, before) {
            now.differences(&before)
                .for_each(|path| self.pending.note(path));
        }
    }
}

/// Whether the event may mean that another thing stands at its path from now on.
fn may_replace(kind: EventKind) -> bool {
    use notify::event::ModifyKind;
    matches!(
        kind,
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))
    )
}

/// The session whose directory itself is at `below`, a path relative to the base.
fn session_itself(below: &Path) -> Option<SessionId> {
    below.to_str()?.parse().ok()
}

fn receive(messages: &Receiver<Message>, wait: Duration) -> Result<Message, RecvTimeoutError> {
    if wait == Duration::MAX {
        messages.recv().map_err(|_| RecvTimeoutError::Disconnected)
    } else {
        messages.recv_timeout(wait)
    }
}

fn is_change(kind: EventKind) -> bool {
    use notify::event::{AccessKind, AccessMode};
    !matches!(kind, EventKind::Access(k) if k != AccessKind::Close(AccessMode::Write))
}

/// A folder that we may not read can't be watched; the others still can.
fn is_refusal_of_one(error: &notify::Error) -> bool {
    matches!(&error.kind, notify::ErrorKind::Io(e) if e.kind() == std::io::ErrorKind::PermissionDenied)
        || matches!(error.kind, notify::ErrorKind::PathNotFound)
}
