//! Runs as the window's jobs know them: looking for scripts and runs, starting supervisors, asking them to
//! stop, and reading logs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::super::action::{Report, RunEffect, RunReport};
use super::super::model::problem::Problem;
use super::follow::Follower;
use super::outbox::Outbox;
use super::renew;
use super::worker::Worker;
use crate::config;
use crate::run::{self, Begun};
use crate::session::{Cancel, Store};

/// What is remembered of runs stands here in the window's folder.
pub const REMEMBERED: &str = "runs.json";

/// Everything that works for runs.
pub struct Runs {
    /// This program; nothing if the system doesn't tell.
    program: Option<PathBuf>,
    state_dir: Option<PathBuf>,
    looking: Cancel,
    looks: Worker,
    starts: Worker,
    /// Waits for no start.
    stops: Worker,
    follower: Option<Follower>,
    /// Supervisors that this window started and has not taken leave of.
    begun: Arc<Mutex<Vec<Begun>>>,
}

impl Runs {
    /// `program` supervises; what is remembered goes into `state_dir`.
    pub fn new(program: Option<PathBuf>, state_dir: Option<PathBuf>) -> Self {
        Self {
            program,
            state_dir,
            looking: Cancel::default(),
            looks: Worker::new("run-list"),
            starts: Worker::new("run-start"),
            stops: Worker::new("run-stop"),
            follower: None,
            begun: Arc::default(),
        }
    }

    /// Carries out an effect.
    pub fn run(&mut self, effect: RunEffect, store: &Store, outbox: &Outbox) {
        let (store, outbox) = (store.clone(), outbox.clone());
        let begun = self.begun.clone();
        match effect {
            RunEffect::LoadScripts(id, dir) => {
                let cancel = renew(&mut self.looking);
                self.looks.run(move || {
                    let found = run::candidates(&dir, &cancel);
                    if !cancel.is_cancelled() {
                        outbox.report(Report::Run(RunReport::Scripts(id, found)));
                    }
                });
            }
            RunEffect::LoadRuns(id, dir) => self.looks.run(move || {
                take_leave(&begun);
                let runs = run::runs(&dir).map_err(|e| {
                    Problem::new(format!("Could not read the runs of {id}"), e.to_string())
                });
                outbox.report(Report::Run(RunReport::Runs(id, runs)));
            }),
            RunEffect::Start(request) => {
                let program = self.program.clone();
                self.starts.run(move || {
                    let id = request.session;
                    let named = match program {
                        Some(program) => {
                            let started = run::start(&program, store.base(), &request);
                            started.map_err(|e| (&e).into()).map(|run| {
                                let name = run.name.clone();
                                begun.lock().unwrap_or_else(|e| e.into_inner()).push(run);
                                name
                            })
                        }
                        None => Err(Problem::new(
                            format!("Could not run {}", request.script),
                            "The system doesn't tell where this program lies, which supervises it",
                        )),
                    };
                    outbox.report(Report::Run(RunReport::Started(id, named)));
                });
            }
            RunEffect::Stop(dir, name) => self.stops.run(move || {
                if let Err(e) = run::stop(&dir, &name) {
                    outbox.failed(&e);
                }
            }),
            RunEffect::StopAll(all) => self.stops.run(move || {
                for (dir, name) in all {
                    if let Err(e) = run::stop(&dir, &name) {
                        outbox.failed(&e);
                    }
                }
                outbox.report(Report::Run(RunReport::AskedAll));
            }),
            RunEffect::Follow(dir, name) => {
                self.unfollow();
                let path = dir.clone();
                match Follower::start(path, name.clone(), outbox.clone()) {
                    Ok(follower) => self.follower = Some(follower),
                    Err(e) => {
                        let problem = Problem::new(
                            format!("Could not read the log of {name}"),
                            e.to_string(),
                        );
                        outbox.report(Report::Failed(problem));
                    }
                }
            }
            RunEffect::Want(first, count) => {
                if let Some(follower) = &self.follower {
                    follower.want(first, count);
                }
            }
            RunEffect::Find(needle, from, on) => {
                if let Some(follower) = &self.follower {
                    follower.find(needle, from, on);
                }
            }
            RunEffect::Unfollow => self.unfollow(),
            RunEffect::Remember(remembered) => {
                let Some(dir) = self.state_dir.clone() else {
                    return;
                };
                self.starts.run(move || {
                    let text =
                        serde_json::to_string_pretty(&*remembered).map_err(std::io::Error::from);
                    let saved =
                        text.and_then(|text| config::save_text(&dir.join(REMEMBERED), &text));
                    if let Err(e) = saved {
                        let problem = Problem::new(
                            "Could not remember what was typed for the script",
                            e.to_string(),
                        );
                        outbox.report(Report::Failed(problem));
                    }
                });
            }
        }
    }
}

impl Runs {
    /// Asks the follower to end; it is joined where waiting for it keeps nobody.
    fn unfollow(&mut self) {
        if let Some(follower) = self.follower.take() {
            follower.cancel();
            self.looks.run(move || drop(follower));
        }
    }
}

/// Takes leave of supervisors that have ended, or the system would keep them in its list of processes.
fn take_leave(begun: &Mutex<Vec<Begun>>) {
    let mut begun = begun.lock().unwrap_or_else(|e| e.into_inner());
    begun.retain_mut(|run| !run.has_ended());
}

impl Drop for Runs {
    fn drop(&mut self) {
        self.looking.cancel();
    }
}

/// This program as it is to be started for a supervisor: on Windows the one with a console.
pub fn own_program() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let console = |own: &Path| {
        let stem = own.file_stem()?.to_str()?.strip_suffix("-window")?;
        let beside = own.with_file_name(format!("{stem}{}", std::env::consts::EXE_SUFFIX));
        beside.is_file().then_some(beside)
    };
    Some(console(&own).unwrap_or(own))
}
