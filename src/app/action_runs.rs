//! The words of the window for scripts and runs, beside those in `action`.

use std::path::PathBuf;

use super::model::problem::Problem;
use super::model::runs::{Form, LogLine, Remembered};
use crate::run::{Candidates, Request, Run, ScriptPath};
use crate::session::SessionId;

/// What a person does with scripts and runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunAction {
    /// A script is chosen.
    Choose(ScriptPath),
    /// The form of the next run was changed.
    Edit(Form),
    /// Run what is chosen.
    Start,
    /// End a run.
    Stop(String),
    /// Look at a run.
    Show(String),
    /// Look at all of them.
    Back,
    /// The same once more.
    Again(String),
    /// These lines of the log are looked at: from, how many.
    Want(usize, usize),
    /// This is looked for in the log: from the line that was found last, on or back.
    Find(String, bool),
    /// The line of this number is copied.
    CopyLine(usize),
    /// What is known of the output is copied.
    CopyOutput,
    /// The window is to be closed.
    CloseAsked,
    /// A question was answered.
    Answer(RunAnswer),
}

/// An answer to a question about runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunAnswer {
    /// The session's code may run.
    Allow,
    /// End every run and close the window.
    StopAll,
    /// Close the window; they go on.
    Leave,
    /// Neither.
    No,
}

/// Something to be done for runs outside the model.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEffect {
    /// Look for the scripts of a session.
    LoadScripts(SessionId, PathBuf),
    /// Read the runs of a session.
    LoadRuns(SessionId, PathBuf),
    /// Start a run.
    Start(Box<Request>),
    /// Ask a run of the session in this directory to end.
    Stop(PathBuf, String),
    /// Ask these runs to end, each of the session in its directory, and tell when it is done.
    StopAll(Vec<(PathBuf, String)>),
    /// Follow the log of a run of the session in this directory, and no other.
    Follow(PathBuf, String),
    /// These of its lines are looked at.
    Want(usize, usize),
    /// Look for this in it: on from that line, or back.
    Find(String, Option<usize>, bool),
    /// Follow no log.
    Unfollow,
    /// Write down what is remembered.
    Remember(Box<Remembered>),
}

/// What a job found of runs.
#[derive(Debug)]
pub enum RunReport {
    /// The scripts of a session.
    Scripts(SessionId, Candidates),
    /// Its runs.
    Runs(SessionId, Result<Vec<Run>, Problem>),
    /// A run has begun, under this name, or not.
    Started(SessionId, Result<String, Problem>),
    /// Lines of a log.
    Lines {
        /// Of which run.
        name: String,
        /// How many there are by now.
        total: usize,
        /// The number of the first of these.
        first: usize,
        /// The lines.
        lines: Vec<LogLine>,
    },
    /// Where in the log of this run something that was looked for stands, if it does.
    Found(String, String, Option<usize>),
    /// A log can't be read.
    LogFailed(String, Problem),
    /// Every run was asked to end.
    AskedAll,
    /// A run that is followed has ended.
    Ended(String),
}
