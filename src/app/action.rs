//! The two languages of the window: what happened (`Action`, `Report`) and what is to be done (`Effect`).
//! Only words; `update` decides, `jobs` and the shell do.

mod data;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};

pub use self::data::{DataAction, DataEffect, DataReport};
pub use super::action_runs::{RunAction, RunAnswer, RunEffect, RunReport};
use super::command::Command;
use super::model::column::Column;
use super::model::dialog::{Answer, Dialog};
use super::model::digest::{Digest, Question, Waste};
use super::model::fresh::{Fresh, Known};
use super::model::job::JobId;
use super::model::order::{Disorder, Order};
use super::model::preview;
use super::model::problem::Problem;
use super::model::row::Size;
use super::model::selection::{Extend, Step};
use super::model::server::Run;
use super::model::toast::{BatchId, ToastId};
use super::model::tree::Tree;
use super::model::{Bundle, SideTab};
use super::server::{Request, Terms};
use crate::config::Settings;
use crate::session::{BaseDir, Manifest, Plan, Policy, Reading, SessionId, Skipped};
use crate::upload::ArchiveRules;

/// Something that happened: the person did it, time passed, or a job reports.
#[derive(Debug)]
pub enum Action {
    /// A moment begins.
    Tick(Instant),
    /// A command from a button, menu, key or the palette.
    Command(Command),
    /// A row was clicked.
    Click(SessionId, Extend),
    /// The context menu was opened on a row.
    Aim(SessionId),
    /// The keyboard steps through the table.
    Step(Step, bool),
    /// Letters were typed at the table.
    TypeAhead(String),
    /// A header was clicked.
    Sort(Column),
    /// A column is shown or hidden.
    ToggleColumn(Column),
    /// A column was dragged to a width in points.
    ResizeColumn(Column, f32),
    /// The widths of the columns go back to what they were at first.
    ResetColumns,
    /// The splitter was dragged: width of the right side in points.
    ResizeSide(f32),
    /// The right side has the width that it had at first.
    ResetSide,
    /// The window has the keyboard again.
    Focused,
    /// The filter box holds this now.
    Filter(String),
    /// Another side of the open session is looked at.
    Side(SideTab),
    /// A folder of the file tree was opened or closed.
    ToggleFolder(String),
    /// A file of the open session is to be opened by its program.
    OpenFile(PathBuf),
    /// A file is to be shown in the file manager.
    RevealFile(PathBuf),
    /// The file beside the tree is looked at, searched, saved or deleted.
    Preview(preview::Act),
    /// Text goes to the clipboard.
    Copy(String),
    /// Files and folders were dropped, pasted or picked: they become a session.
    Upload(Vec<PathBuf>),
    /// Files hover over the window; none when they have left it.
    Hover(Vec<PathBuf>),
    /// Files hovered, were let go, and nothing arrived.
    DropLost,
    /// A job is to stop.
    Cancel(JobId),
    /// A job is so far.
    Progress(JobId, Reading),
    /// The pointer is on this message, or on none.
    HoverToast(Option<ToastId>),
    /// A message was dismissed.
    Dismiss(ToastId),
    /// The details of a message are opened or closed.
    ToastDetails(ToastId),
    /// What was deleted comes back.
    Undo(BatchId),
    /// The note on a session was written.
    Note(SessionId, String),
    /// A dialog was changed.
    Edit(Dialog),
    /// A dialog was answered.
    Answer(Answer),
    /// The next step of an offered session.
    Select(SessionId),
    /// Scripts and runs.
    Run(RunAction),
    /// The person does something to the HTTP API.
    Server(ServerDeed),
    /// Something in the databases of the open session.
    Data(DataAction),
    /// A job reports.
    Report(Report),
}

/// A moment, told to the model at the beginning of every frame.
#[derive(Debug, Clone, Copy)]
pub struct Instant {
    /// The time of day.
    pub now: DateTime<FixedOffset>,
    /// Time since the window was opened.
    pub clock: Duration,
}

/// What a job found or did.
#[derive(Debug)]
pub enum Report {
    /// The base was read.
    Listed {
        /// What the model knew when it asked; an older answer is out of date.
        generation: u64,
        /// The sessions, or why there are none to be shown.
        result: Result<Fresh, Problem>,
        /// Bytes free on its disk.
        free_disk: Option<u64>,
    },
    /// The system wants less movement, or not.
    Motion {
        /// Less.
        reduced: bool,
    },
    /// The rows of a large table were put in order.
    Arranged(Box<Order>),
    /// Plan and chart of a large base were worked out.
    Digested(Box<Digest>),
    /// Sizes came in.
    Measured(Vec<(SessionId, Size)>),
    /// All sizes that were asked for are in.
    MeasuringEnded,
    /// Sessions were moved to the trash, or not.
    Deleted {
        /// Which act it was.
        batch: BatchId,
        /// What went.
        deleted: Vec<SessionId>,
        /// What did not, and why.
        skipped: Vec<(SessionId, Problem)>,
    },
    /// Sessions came back.
    Restored {
        /// Which act it was.
        batch: BatchId,
        /// Which came back.
        restored: Vec<SessionId>,
        /// Which did not, and why.
        failed: Vec<(SessionId, Problem)>,
        /// Which of those can be tried again.
        again: Vec<SessionId>,
    },
    /// Batches can't be undone any more: their space was needed.
    UndoGone(Vec<BatchId>),
    /// A permanent deletion has ended.
    Erased {
        /// The job that ends with it.
        job: JobId,
        /// What is gone.
        erased: Vec<SessionId>,
        /// What is not, and why.
        failed: Vec<(SessionId, Problem)>,
    },
    /// The set of sessions, or what is said of one, was changed by us.
    Changed,
    /// An empty session was made.
    Created {
        /// Which.
        session: SessionId,
        /// What the cleanup after it deleted.
        cleaned: Option<(BatchId, Vec<SessionId>)>,
    },
    /// What the cleanup after a session of the HTTP API deleted.
    CleanedUp(BatchId, Vec<SessionId>),
    /// What dead processes left is gone, and the base is ready for use.
    Swept,
    /// An upload has ended.
    Uploaded {
        /// The job that ends with it.
        job: JobId,
        /// What came of it.
        result: Result<Box<Uploaded>, Problem>,
    },
    /// An upload was cancelled and has left nothing.
    UploadCancelled(JobId),
    /// A job is at this step.
    Step(JobId, String),
    /// What the manifest of a session says.
    Details(SessionId, Option<Box<Manifest>>),
    /// What there is to look at for each line of what a session's upload left out or changed.
    Places(SessionId, Vec<Option<PathBuf>>),
    /// Something was read of a database.
    Data(Box<DataReport>),
    /// The files of a session.
    Files(SessionId, Result<Tree, Problem>),
    /// Of the file beside the tree.
    Preview(preview::News),
    /// What hovers over the window, counted.
    Bundle(Bundle),
    /// A folder was picked as the base directory.
    PickedBase(PathBuf),
    /// Scripts and runs.
    Run(RunReport),
    /// Another program changed the set of sessions.
    SetChanged,
    /// Another program changed files of these sessions.
    ContentChanged(Vec<SessionId>),
    /// A second start asks for the window.
    Raise,
    /// The HTTP API.
    Server(ServerReport),
    /// A person should know this.
    Notice(String, Option<String>),
    /// A person should look at this.
    Warning(String, Option<String>),
    /// Something failed.
    Failed(Problem),
}

/// A finished upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// The new session.
    pub session: SessionId,
    /// Regular files in it.
    pub files: u64,
    /// Their lengths added up.
    pub bytes: u64,
    /// What was left out, renamed or changed.
    pub skipped: Vec<Skipped>,
    /// What the cleanup after it deleted, if anything.
    pub cleaned: Option<(BatchId, Vec<SessionId>)>,
    /// What a person should know besides.
    pub notes: Vec<String>,
}

/// Something to be done outside the model.
#[derive(Debug, PartialEq)]
pub enum Effect {
    /// Read the base.
    List {
        /// To be handed back with the answer.
        generation: u64,
        /// What the table knows, so that the list can be made ready for it.
        known: Box<Known>,
    },
    /// Ask the system whether it wants less movement.
    AskMotion,
    /// Put the rows of a large table in order.
    Arrange(Box<Disorder>),
    /// Work out plan and chart of a large base.
    Digest(Box<Question>),
    /// Let go of what is no longer needed.
    Forget(Box<Waste>),
    /// Measure these sessions, replacing what is still waiting to be measured.
    Measure(Vec<SessionId>),
    /// Move the sessions of the plan to the trash, keeping them for Undo.
    Delete {
        /// The name to undo it by.
        batch: BatchId,
        /// What goes.
        plan: Plan,
    },
    /// Bring a batch back.
    Restore(BatchId),
    /// Let batches go for good.
    Purge(Vec<BatchId>),
    /// Delete for good.
    Erase {
        /// The job that shows it.
        job: JobId,
        /// What goes.
        plan: Plan,
    },
    /// Make a session current.
    MakeCurrent(SessionId),
    /// Pin or unpin sessions.
    Pin(Vec<SessionId>, bool),
    /// Write the note on a session.
    SetNote(SessionId, String),
    /// Make an empty session.
    CreateEmpty {
        /// The name to undo the cleanup after it by.
        batch: BatchId,
        /// The rules of that cleanup.
        policy: Policy,
    },
    /// Make a session of files and folders.
    Upload {
        /// The job that shows it.
        job: JobId,
        /// What goes in.
        sources: Vec<PathBuf>,
        /// The name to undo the cleanup after it by.
        batch: BatchId,
        /// The rules of that cleanup.
        policy: Policy,
        /// Bytes of free disk that it leaves alone.
        disk_floor: u64,
        /// Whether archives are stored beside what they unpack to.
        keep_archives: bool,
        /// How much one archive may become.
        archive_rules: ArchiveRules,
    },
    /// Stop a job.
    Cancel(JobId),
    /// Forget a job that has ended.
    Ended(JobId),
    /// Ask for files.
    PickFiles,
    /// Ask for a folder to upload.
    PickFolder,
    /// Ask for a base directory.
    PickBase,
    /// Ask for the file of an export.
    /// Its name to begin with, without an end.
    PickExport(String, crate::data::Format),
    /// Read a database.
    Data(DataEffect),
    /// Upload what the clipboard holds.
    ReadClipboard,
    /// Count what hovers over the window, with the names that are shown of it.
    Count(Vec<PathBuf>, Vec<String>),
    /// Count no more.
    StopCounting,
    /// Read the manifest of a session.
    LoadDetails(SessionId),
    /// Read the files of a session.
    LoadFiles(SessionId, PathBuf),
    /// For the file beside the tree.
    Preview(preview::Task),
    /// Open with the program that the platform has for it.
    Open(PathBuf),
    /// Show in the file manager.
    Reveal(PathBuf),
    /// Write the settings.
    SaveSettings(Box<Settings>),
    /// Go over to another base directory.
    OpenBase(BaseDir),
    /// Claim the base for this window, so that a second start finds it.
    Claim,
    /// Scripts and runs.
    Run(RunEffect),
    /// For the HTTP API.
    Server(ServerEffect),
    /// For the toolkit.
    Ui(UiEffect),
}

/// Something only the toolkit can do.
#[derive(Debug, Clone, PartialEq)]
pub enum UiEffect {
    /// Put text on the clipboard.
    CopyText(String),
    /// Move the keyboard to the filter box.
    FocusFilter,
    /// Move the keyboard to the table.
    FocusTable,
    /// Mark this file in the tree.
    MarkFile(String),
    /// Bring a row of the table into view.
    ScrollTo(SessionId),
    /// Bring a row of the preview into view.
    PreviewRow(u64),
    /// Move the keyboard to the search of the preview.
    FocusFind,
    /// Move the keyboard to the output of the run that is looked at, unless something is being typed.
    FocusOutput,
    /// Bring the window to the front.
    Raise,
    /// Close the window.
    Close,
    /// Take over theme, scale and animations.
    ApplyLook,
}

/// What the person does to the HTTP API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerDeed {
    /// Look at it.
    ShowPanel,
    /// Look no more.
    ClosePanel,
    /// Start or stop it.
    Switch(bool),
    /// Copy its address.
    CopyAddress,
    /// Open its page in a browser.
    OpenPage,
    /// Go to its settings.
    Settings,
}

/// What is to be done with the HTTP API.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerEffect {
    /// Start it, after the end of one that runs.
    Start {
        /// To be handed back with what it tells.
        run: Run,
        /// How it serves.
        terms: Terms,
    },
    /// Let it finish, and stop it.
    Stop,
    /// Tell of answered requests, or tell no more.
    Watch(bool),
    /// Hand over what was answered.
    Collect,
    /// Open its page in a browser.
    Browse(String),
}

/// What the HTTP API reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerReport {
    /// It listens there.
    Started(Run, SocketAddr),
    /// It could not be started, or ended by itself.
    Failed(Run, String),
    /// It has been stopped.
    Stopped,
    /// There is more to collect.
    MoreAnswered,
    /// It has answered these, in order of time.
    Answered(Vec<Request>),
}
