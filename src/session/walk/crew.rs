//! Workers that share one stack of tasks and find more of them as they work.
//! Knows nothing of what a task is.

use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The tasks that are left, and the workers that wait for one.
///
/// The newest task is taken first, which keeps a walk of a tree in its depths: what waits stays
/// small, and trees come to their end one after the other.
pub struct Crew<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    stack: Vec<T>,
    /// Workers that were started, and how many of them wait for a task.
    workers: usize,
    waiting: usize,
    /// Nothing is left, or a worker panicked.
    over: bool,
}

impl<T: Send> Crew<T> {
    /// Runs `worker` on this thread and up to `threads - 1` others, named `name`, until no task is left.
    ///
    /// The last of `tasks` is taken first. A worker calls [`Crew::next`] until it answers `None`; it
    /// counts as at work on a task until it asks for the next.
    pub fn run(name: &str, threads: NonZeroUsize, tasks: Vec<T>, worker: impl Fn(&Self) + Sync) {
        let crew = Self {
            state: Mutex::new(State {
                stack: tasks,
                workers: 1,
                waiting: 0,
                over: false,
            }),
            changed: Condvar::new(),
        };
        let work = || {
            let _watch = Watch(&crew);
            worker(&crew);
        };
        thread::scope(|scope| {
            for _ in 1..threads.get() {
                crew.lock().workers += 1;
                let started = thread::Builder::new()
                    .name(name.into())
                    .spawn_scoped(scope, work);
                if started.is_err() {
                    // Too many threads on this computer: those that there are do it all.
                    crew.lock().workers -= 1;
                    break;
                }
            }
            work();
        });
    }

    /// Adds a task, to be taken before all others.
    #[cfg_attr(
        not(any(unix, test)),
        expect(dead_code, reason = "what is portable knows all its tasks before")
    )]
    pub fn push(&self, task: T) {
        let mut state = self.lock();
        state.stack.push(task);
        if state.waiting > 0 {
            self.changed.notify_one();
        }
    }

    /// The next task, waiting for one if others are at work that may add some; `None` at the end.
    pub fn next(&self) -> Option<T> {
        let mut state = self.lock();
        state.waiting += 1;
        loop {
            if state.over {
                return None;
            }
            if let Some(task) = state.stack.pop() {
                state.waiting -= 1;
                return Some(task);
            }
            if state.waiting == state.workers {
                state.over = true;
                self.changed.notify_all();
                return None;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the others' wait if a worker panics, so that the panic is seen rather than a standstill.
struct Watch<'a, T: Send>(&'a Crew<T>);

impl<T: Send> Drop for Watch<'_, T> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.lock().over = true;
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    fn threads(n: usize) -> NonZeroUsize {
        NonZeroUsize::new(n).unwrap()
    }

    #[test]
    fn every_task_is_done_once_however_many_work() {
        for n in [1, 2, 7] {
            let leaves = AtomicU64::new(0);
            // Each task of depth d adds two of depth d - 1.
            Crew::run("test", threads(n), vec![10u32, 10], |crew| {
                while let Some(depth) = crew.next() {
                    if depth == 0 {
                        leaves.fetch_add(1, Ordering::Relaxed);
                    } else {
                        crew.push(depth - 1);
                        crew.push(depth - 1);
                    }
                }
            });
            assert_eq!(leaves.into_inner(), 2 << 10);
        }
    }

    #[test]
    fn nothing_to_do_ends_at_once() {
        Crew::run("test", threads(3), Vec::<()>::new(), |crew| {
            assert!(crew.next().is_none());
        });
    }

    #[test]
    fn a_panic_reaches_the_caller() {
        let caught = std::panic::catch_unwind(|| {
            Crew::run("test", threads(4), vec![1], |crew| {
                while let Some(n) = crew.next() {
                    assert_ne!(n, 1, "on purpose");
                }
            });
        });
        assert!(caught.is_err());
    }
}
