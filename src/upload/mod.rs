//! Uploads: files and folders become a new session, all or nothing.
//! Knows sessions, and no window, command line or network; the steps run in one staging directory:
//! gather what is there, copy it, unpack archives, make tables of data files, rewrite scripts to read
//! those, then publish, then clean up.

pub mod archive;
mod convert;
mod copy;
mod gather;
mod index;
mod places;
pub mod python;
mod report;
mod spool;
pub mod tables;
mod unpack;

use std::fmt;
use std::path::PathBuf;

use crate::session::{
    Cancel, Cleaned, Draft, Error, ErrorKind, Origin, Policy, Progress, Result, Staging, Store,
    failpoint, remove_tree, text,
};

pub use gather::{Archive, Gathered, Item, ItemKind, gather, numbered};
pub use places::places;
pub use report::Report;
pub use spool::Spool;

/// What to upload, and by which rules.
#[derive(Debug, Clone)]
pub struct Request {
    /// Files and folders, as the person named them.
    pub sources: Vec<PathBuf>,
    /// Which program asks.
    pub origin: Origin,
    /// The rules of the cleanup that follows.
    pub policy: Policy,
    /// Bytes of free disk that the upload leaves alone.
    pub disk_floor: u64,
    /// Whether an archive is stored beside what it unpacks to.
    pub keep_archives: bool,
    /// How much one archive may become.
    pub archive_rules: ArchiveRules,
}

/// How much one archive may become, besides what the disk has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveRules {
    /// Files, folders and links in it.
    pub entries: u64,
    /// How many times its size it may unpack to, once past 256 MB.
    pub ratio: u64,
    /// Components of a name.
    pub levels: usize,
    /// Bytes of a name.
    pub name_bytes: usize,
}

impl Default for ArchiveRules {
    fn default() -> Self {
        let usual = archive::Limits::with_space(0);
        Self {
            entries: usual.entries,
            ratio: usual.ratio,
            levels: usual.levels,
            name_bytes: usual.name_bytes,
        }
    }
}

/// What an upload is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// Looking what there is to copy.
    Gathering,
    /// Copying files.
    Copying,
    /// Unpacking the archive of this name.
    Extracting(&'a str),
    /// Making tables of a data file.
    Converting {
        /// The file, relative to the session.
        file: &'a str,
        /// Rows stored so far.
        rows: u64,
    },
    /// Rewriting scripts.
    Rewriting,
    /// Making the session visible.
    Publishing,
    /// Deleting what the rules say.
    CleaningUp,
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gathering => f.write_str("looking at files"),
            Self::Copying => f.write_str("copying"),
            Self::Extracting(name) => write!(f, "extracting {name}"),
            Self::Converting { file, rows: 0 } => write!(f, "converting {file}"),
            Self::Converting { file, rows } => {
                write!(f, "converting {file}, {}", text::rows(*rows))
            }
            Self::Rewriting => f.write_str("rewriting scripts"),
            Self::Publishing => f.write_str("publishing"),
            Self::CleaningUp => f.write_str("cleaning up"),
        }
    }
}

/// Makes a new session of `request.sources`. It becomes the current one, and older ones go by the rules.
///
/// # Errors
/// Any source that can't be read refuses the whole upload; so do a full disk and `cancel`. Then there
/// is no new session and nothing is left behind. What fails after publishing is in the report instead.
pub fn run(
    store: &Store,
    request: &Request,
    cancel: &Cancel,
    progress: &Progress,
    on: &dyn Fn(Step<'_>),
) -> Result<Report> {
    on(Step::Gathering);
    if request.sources.is_empty() {
        let why = ErrorKind::Refused("no files were named".into());
        return Err(
            Error::new(why, "upload", PathBuf::new()).with_help("name at least one file or folder")
        );
    }
    let gathered = gather(
        &request.sources,
        store.base(),
        request.keep_archives,
        cancel,
    )?;
    progress.begin(gathered.files, gathered.bytes);
    check_space(store, &gathered, request.disk_floor)?;

    let staging = store.stage()?;
    on(Step::Copying);
    let copied = copy::copy(&gathered, &staging, request.disk_floor, cancel, progress)?;
    if gathered.files > 0 && copied.files == 0 && gathered.archives.is_empty() {
        let why = ErrorKind::Refused("everything that was to be uploaded has vanished".into());
        return Err(Error::new(why, "upload", PathBuf::new()).with_help("look where it is now"));
    }
    let mut report = Report::of(gathered.sources, copied);
    report.skipped.splice(..0, gathered.skipped);
    report.notes.splice(..0, gathered.notes);
    if !gathered.archives.is_empty() {
        let on = |name: &str| on(Step::Extracting(name));
        let rules = unpack::Rules::of(request);
        let unpacked = unpack::unpack(&gathered.archives, &staging, rules, cancel, progress, &on)?;
        report.add_unpacked(unpacked);
    }
    make(staging, request, report, cancel, progress, on)
}

/// Makes a new session of what has come into `spool`, as [`run`] does of files and folders;
/// `request.sources` is not looked at.
///
/// # Errors
/// As [`run`].
pub fn run_spooled(
    spool: Spool,
    request: &Request,
    cancel: &Cancel,
    progress: &Progress,
    on: &dyn Fn(Step<'_>),
) -> Result<Report> {
    let spooled = spool.finish(request.keep_archives)?;
    if spooled.copied.files == 0 && spooled.archives.is_empty() {
        let why = ErrorKind::Refused("no files were sent".into());
        return Err(Error::new(why, "upload", PathBuf::new()).with_help("send at least one file"));
    }
    let staging = spooled.staging;
    let mut report = Report::of(spooled.sources, spooled.copied);
    if !spooled.archives.is_empty() {
        let on = |name: &str| on(Step::Extracting(name));
        let rules = unpack::Rules::of(request);
        let unpacked = unpack::unpack(&spooled.archives, &staging, rules, cancel, progress, &on)
            // Whoever sent it knows its name, and nothing of our staging directory.
            .map_err(|e| match e.kind() {
                ErrorKind::Refused(_) => e.without_path(),
                _ => e,
            })?;
        report.add_unpacked(unpacked);
    }
    if let Some(aside) = spooled.aside {
        remove_tree(&aside, None, &Progress::default())?;
    }
    make(staging, request, report, cancel, progress, on)
}

/// The steps that all uploads share: convert, rewrite, publish, clean up.
fn make(
    staging: Staging,
    request: &Request,
    mut report: Report,
    cancel: &Cancel,
    progress: &Progress,
    on: &dyn Fn(Step<'_>),
) -> Result<Report> {
    report.add_made(convert::convert(staging.path(), cancel, progress, on)?);
    on(Step::Publishing);
    publish(staging, request, report, cancel, on)
}

fn check_space(store: &Store, gathered: &Gathered, floor: u64) -> Result<()> {
    let Some(free) = store.free_disk() else {
        return Ok(());
    };
    let needed = gathered.bytes.saturating_add(floor);
    if needed <= free {
        return Ok(());
    }
    Err(no_space(store, gathered.bytes, free, floor))
}

fn no_space(store: &Store, bytes: u64, free: u64, floor: u64) -> Error {
    Error::new(ErrorKind::NoSpace, format!("store {}", text::bytes(bytes)), store.base()).with_help(format!(
        "{} of the disk is free and {} is always left; free some, for instance by cleaning up old sessions",
        text::bytes(free),
        text::bytes(floor)
    ))
}

fn publish(
    staging: Staging,
    request: &Request,
    mut report: Report,
    cancel: &Cancel,
    on: &dyn Fn(Step<'_>),
) -> Result<Report> {
    let store = staging.store().clone();
    report.stored = report::stored(staging.path());
    // What vanished altogether was never in the session, and so won't be missing from it.
    report
        .sources
        .retain(|s| std::fs::symlink_metadata(staging.path().join(&s.stored_as)).is_ok());
    report::write_log(&report, staging.path(), store.clock().now())?;
    failpoint::reach("upload-logged").map_err(|e| Error::io("upload", staging.path(), e))?;
    if cancel.is_cancelled() {
        return Err(Error::cancelled("upload"));
    }
    let published = staging.publish(Draft {
        origin: request.origin,
        sources: report.sources.clone(),
        tables: report.tables(),
        skipped: report.told(),
        extracted: report.extracted.clone(),
        scripts: report.rewritten_scripts(),
    })?;
    // A session in use is never cleaned up, and this one no longer is.
    let (session, safe_file_system) = published.let_go();
    report.session = Some(session);

    on(Step::CleaningUp);
    match clean_up(&store, &request.policy, safe_file_system) {
        Ok(cleaned) => report.cleaned = cleaned,
        Err(e) => report.notices.push(e.full()),
    }
    Ok(report)
}

/// The cleanup that follows every new session.
///
/// # Errors
/// If the file system can't do what a safe cleanup needs, or the base can't be locked.
pub fn clean_up(store: &Store, policy: &Policy, safe_file_system: bool) -> Result<Cleaned> {
    if safe_file_system {
        return store.cleanup(policy);
    }
    let why = "the file system of the base directory can't lock, or can't rename without replacing"
        .to_owned();
    Err(Error::new(
        ErrorKind::Refused(why),
        "clean up automatically",
        store.base(),
    )
    .with_help("delete old sessions by hand, or choose a base directory on a local disk"))
}
