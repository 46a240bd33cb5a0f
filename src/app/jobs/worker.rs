//! Threads that take one task after another: named, started when first needed, joined when dropped.
//! Know nothing of what the tasks do.

use std::io;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use crate::session::{Cancel, sys};

type Task = Box<dyn FnOnce() + Send>;

/// A thread with a queue.
#[derive(Debug)]
pub struct Worker {
    name: &'static str,
    gives_way: bool,
    running: Option<(Sender<Task>, JoinHandle<()>)>,
    /// Set when the window closes: what waits in the queue is not begun.
    closing: Cancel,
}

impl Worker {
    /// A worker of this name; its thread starts with the first task.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            gives_way: false,
            running: None,
            closing: Cancel::default(),
        }
    }

    /// The same for long work that nobody waits for: where processors are few, the window's frames come first.
    pub fn gives_way(mut self) -> Self {
        self.gives_way = true;
        self
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
        let (closing, gives_way) = (self.closing.clone(), self.gives_way);
        let thread = std::thread::Builder::new()
            .name(self.name.into())
            .spawn(move || {
                if gives_way {
                    sys::give_way();
                }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gives_way_says_so_to_the_system_and_others_do_not() {
        let told = |mut worker: Worker| {
            let (sender, answers) = channel();
            worker.run(move || sender.send(niceness()).unwrap());
            answers.recv().unwrap()
        };
        let usual = told(Worker::new("usual"));
        let patient = told(Worker::new("patient").gives_way());
        assert!(patient > usual || !cfg!(any(target_os = "linux", windows)));
    }

    #[cfg(target_os = "linux")]
    fn niceness() -> i32 {
        rustix::process::getpriority_process(None).unwrap()
    }

    #[cfg(not(target_os = "linux"))]
    fn niceness() -> i32 {
        i32::from(sys::gives_way())
    }
}
