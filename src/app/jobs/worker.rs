//! Threads that take one task after another: named, started when first needed, joined when dropped.
//! Know nothing of what the tasks do.

use std::io;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use crate::session::Cancel;

type Task = Box<dyn FnOnce() + Send>;

/// A thread with a queue.
#[derive(Debug)]
pub struct Worker {
    name: &'static str,
    running: Option<(Sender<Task>, JoinHandle<()>)>,
    /// Set when the window closes: what waits in the queue is not begun.
    closing: Cancel,
}

impl Worker {
    /// A worker of this name; its thread starts with the first task.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            running: None,
            closing: Cancel::default(),
        }
    }

    /// Hands over a task. Where no thread can be started it is done at once instead.
    pub fn run(&mut self, task: impl FnOnce() + Send + 'static) {
        let task: Task = Box::new(task);
        if self.running.is_none() {
            self.running = self.start().ok();
        }
        match &self.running {
            Some((sender, _)) => {
                if let Err(unsent) = sender.send(task) {
                    (unsent.0)();
                }
            }
            None => task(),
        }
    }

    fn start(&self) -> io::Result<(Sender<Task>, JoinHandle<()>)> {
        let (sender, tasks) = channel::<Task>();
        let closing = self.closing.clone();
        let thread = std::thread::Builder::new()
            .name(self.name.into())
            .spawn(move || {
                for task in tasks {
                    if !closing.is_cancelled() {
                        task();
                    }
                }
            })?;
        Ok((sender, thread))
    }
}

/// A worker that others hand tasks to as well, from their own threads. They must have ended before it is dropped.
#[derive(Debug, Clone)]
pub struct Shared(Arc<Mutex<Worker>>);

impl Shared {
    /// As [`Worker::new`].
    pub fn new(name: &'static str) -> Self {
        Self(Arc::new(Mutex::new(Worker::new(name))))
    }

    /// As [`Worker::run`].
    pub fn run(&self, task: impl FnOnce() + Send + 'static) {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).run(task);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.closing.cancel();
        if let Some((sender, thread)) = self.running.take() {
            drop(sender);
            // A task that panicked has been reported by the panic itself.
            let _ = thread.join();
        }
    }
}
