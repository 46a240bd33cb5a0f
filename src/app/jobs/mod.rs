//! Carries out the effects of the model on named threads and reports back. Knows no toolkit: it is handed a
//! waker. Every thread is joined when it is dropped, but for an open file dialog.

mod changes;
mod data;
mod desk;
mod files;
mod follow;
mod outbox;
mod preview;
pub mod runs;
mod server;
mod sizes;
mod uploads;
mod worker;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::Sender;

use rfd::AsyncFileDialog;

use self::changes::Undos;
use self::data::DataJobs;
pub use self::desk::Pick;
use self::outbox::Outbox;
pub use self::outbox::Waker;
use self::preview::Previews;
use self::uploads::Upload;
use self::worker::{Shared, Worker};
use super::action::{Action, Effect, Report, UiEffect};
use super::model::fresh::{Fresh, Known};
use super::model::job::JobId;
use super::model::preview::Task;
use super::model::problem::Problem;
use super::motion;
use super::server::Starter;
use super::single::Lone;
use crate::config::Settings;
use crate::preview::Place;
use crate::session::watch::{Change, Watcher};
use crate::session::{BaseDir, Cancel, Plan, Progress, Reading, SessionId, Store};
use crate::upload;

/// Where settings are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingsFile {
    /// There.
    At(PathBuf),
    /// This platform has no place for them.
    Nowhere,
    /// There is a file that could not be understood; the text says why. It is left as it is.
    Unusable(String),
}

/// Everything that works behind the window.
pub struct Jobs {
    store: Store,
    settings: SettingsFile,
    outbox: Outbox,
    undos: Undos,
    running: HashMap<JobId, (Cancel, Progress)>,
    measuring: Cancel,
    reading_files: Cancel,
    counting: Cancel,
    /// The window closes: nobody waits for the base lock any more, and what is being removed stays for the
    /// next sweep.
    closing: Cancel,
    previews: Previews,
    watcher: Option<Watcher>,
    lone: Option<Lone>,
    runs: runs::Runs,
    server: server::Switch,
    // Joined in this order when dropped, after everything was asked to stop.
    lists: Worker,
    orders: Worker,
    digests: Worker,
    sizes: Worker,
    looks: Worker,
    changes: Worker,
    removals: Shared,
    uploads: Worker,
    desk: Worker,
    system: Worker,
    data: DataJobs,
}

impl Jobs {
    /// Jobs on `store`; what happens goes into `sender`.
    pub fn new(store: Store, settings: SettingsFile, sender: Sender<Action>, wake: Waker) -> Self {
        let closing = Cancel::default();
        let outbox = Outbox::new(sender, wake);
        Self {
            store: store.until(&closing),
            settings,
            data: DataJobs::new(outbox.clone()),
            outbox,
            undos: Undos::default(),
            running: HashMap::new(),
            measuring: Cancel::default(),
            reading_files: Cancel::default(),
            counting: Cancel::default(),
            closing,
            previews: Previews::new(),
            watcher: None,
            lone: None,
            runs: runs::Runs::new(None, None),
            server: server::Switch::new(None),
            lists: Worker::new("session-list"),
            orders: Worker::new("session-order"),
            digests: Worker::new("session-digest"),
            sizes: Worker::new("session-sizes"),
            looks: Worker::new("session-files"),
            changes: Worker::new("session-changes"),
            removals: Shared::new("trash-removal"),
            uploads: Worker::new("upload"),
            desk: Worker::new("desktop"),
            system: Worker::new("system-settings"),
        }
    }

    /// These jobs can start a server.
    pub fn with_server(mut self, starter: Option<Starter>) -> Self {
        self.server = server::Switch::new(starter);
        self
    }

    /// The window is there: sweeps what dead processes left, watches for changes, and lets a second
    /// start find this window.
    pub fn settle(&mut self, lone: Option<Lone>) {
        self.lone = lone;
        self.ask_motion();
        let (store, outbox) = (self.store.clone(), self.outbox.clone());
        let watching = Watcher::start(&self.store, move |change| {
            outbox.report(match change {
                Change::Set => Report::SetChanged,
                Change::Content(ids) => Report::ContentChanged(ids),
                Change::Raise => Report::Raise,
                Change::Fallback(why) => Report::Warning(
                    "Changes by other programs show up a little later".into(),
                    Some(why),
                ),
            });
        });
        match watching {
            Ok(watcher) => self.watcher = Some(watcher),
            Err(e) => self.outbox.report(Report::Warning(
                "Changes by other programs don't show by themselves".into(),
                Some(format!("{e}; refresh by hand instead")),
            )),
        }
        let (outbox, closing) = (self.outbox.clone(), self.closing.clone());
        let removals = self.removals.clone();
        self.changes.run(move || {
            // A base that can't be used is told by the list already.
            if let Ok(debris) = store.begin_sweep() {
                outbox.report(Report::Swept);
                removals.run(move || debris.remove(&closing));
            }
        });
    }

    fn ask_motion(&mut self) {
        let outbox = self.outbox.clone();
        self.system.run(move || {
            if let Some(reduced) = motion::is_reduced() {
                outbox.report(Report::Motion { reduced });
            }
        });
    }

    /// Claims the base for this window, once the room in it is there; a second start then raises this one.
    fn claim(&mut self) {
        if self.lone.is_none() {
            self.lone = Lone::claim(self.store.base());
        }
    }

    /// Runs are supervised by `program`, and what is remembered of them goes into `state_dir`.
    pub fn set_runs(&mut self, program: Option<PathBuf>, state_dir: Option<PathBuf>) {
        self.runs = runs::Runs::new(program, state_dir);
    }

    /// The store that jobs work on.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// How far the running jobs are.
    pub fn readings(&self) -> Vec<(JobId, Reading)> {
        let running = self.running.iter();
        running
            .map(|(id, (_, progress))| (*id, progress.read()))
            .collect()
    }

    /// Opens a file dialog, on the window's thread.
    pub fn pick(&self, what: Pick, dialog: AsyncFileDialog) {
        desk::pick(what, dialog, self.outbox.clone());
    }

    /// Carries out an effect; what only the toolkit can do is handed back.
    pub fn run(&mut self, effect: Effect) -> Option<Left> {
        let (store, outbox) = (self.store.clone(), self.outbox.clone());
        let (undos, closing) = (self.undos.clone(), self.closing.clone());
        match effect {
            Effect::Run(effect) => self.runs.run(effect, &store, &outbox),
            Effect::Ui(effect) => return Some(Left::Ui(effect)),
            Effect::PickFiles => return Some(Left::Pick(Pick::Files)),
            Effect::PickFolder => return Some(Left::Pick(Pick::Folders)),
            Effect::PickBase => return Some(Left::Pick(Pick::Base)),
            Effect::List { generation, known } => self
                .lists
                .run(move || list(&store, generation, *known, &outbox)),
            Effect::AskMotion => self.ask_motion(),
            Effect::Arrange(disorder) => self
                .orders
                .run(move || outbox.report(Report::Arranged(Box::new(disorder.order())))),
            Effect::Digest(question) => self
                .digests
                .run(move || outbox.report(Report::Digested(Box::new(question.answer())))),
            Effect::Forget(waste) => self.digests.run(move || drop(waste)),
            Effect::PickExport(name, format) => {
                return Some(Left::Pick(Pick::Export(name, format)));
            }
            Effect::Data(effect) => self.data.run(effect),
            Effect::Measure(wanted) => {
                let cancel = renew(&mut self.measuring);
                self.sizes
                    .run(move || sizes::measure(store.base(), &wanted, &cancel, &outbox));
            }
            Effect::Delete { batch, plan } => {
                let removals = self.removals.clone();
                self.changes.run(move || {
                    let debris = changes::delete(&store, &undos, &outbox, batch, &plan);
                    if let Some(debris) = debris {
                        removals.run(move || debris.remove(&closing));
                    }
                });
            }
            Effect::Restore(batch) => self
                .changes
                .run(move || changes::restore(&store, &undos, &outbox, batch)),
            Effect::Purge(batches) => self.removals.run(move || {
                for batch in batches {
                    undos.forget_file(batch);
                    changes::remove(undos.take(batch), &closing, &outbox);
                }
            }),
            Effect::Erase { job, plan } => self.erase(job, plan),
            Effect::MakeCurrent(id) => self
                .changes
                .run(move || changes::make_current(&store, &outbox, id)),
            Effect::Pin(ids, pinned) => self
                .changes
                .run(move || changes::pin(&store, &outbox, &ids, pinned)),
            Effect::SetNote(id, note) => self
                .changes
                .run(move || changes::note(&store, &outbox, id, &note)),
            Effect::CreateEmpty { batch, policy } => self
                .changes
                .run(move || changes::create(&store, &undos, &outbox, batch, &policy)),
            Effect::Upload {
                job,
                sources,
                batch,
                policy,
                disk_floor,
                keep_archives,
                archive_rules,
            } => {
                let (cancel, progress) = self.begin(job);
                let upload = Upload {
                    job,
                    sources,
                    batch,
                    policy,
                    disk_floor,
                    keep_archives,
                    archive_rules,
                    cancel,
                    progress,
                };
                self.uploads
                    .run(move || upload.run(&store, &undos, &outbox));
            }
            Effect::Cancel(job) => {
                self.data.stop_export(job);
                if let Some((cancel, _)) = self.running.get(&job) {
                    cancel.cancel();
                }
            }
            Effect::ReadClipboard => self.desk.run(move || desk::paste(&outbox)),
            Effect::Preview(task) => return self.preview(task),
            Effect::Count(paths, names) => {
                let cancel = renew(&mut self.counting);
                self.looks
                    .run(move || files::count(&paths, names, &cancel, &outbox));
            }
            Effect::LoadDetails(id) => self.looks.run(move || details(&store, id, &outbox)),
            Effect::LoadFiles(id, dir) => {
                let cancel = renew(&mut self.reading_files);
                self.looks
                    .run(move || files::tree(id, &dir, &cancel, &outbox));
            }
            Effect::Open(path) => self.desk.run(move || desk::open(&path, &outbox)),
            Effect::Reveal(path) => self.desk.run(move || desk::reveal(&path, &outbox)),
            Effect::SaveSettings(settings) => self.save(*settings),
            Effect::OpenBase(base) => self.open(base),
            Effect::Claim => self.claim(),
            Effect::Ended(job) => {
                self.running.remove(&job);
            }
            Effect::Server(effect) => self.server.run(effect, store, undos, outbox),
            Effect::StopCounting => self.counting.cancel(),
        }
        None
    }

    fn preview(&mut self, task: Task) -> Option<Left> {
        let (store, outbox, undos) = (self.store.clone(), self.outbox.clone(), self.undos.clone());
        match self.previews.run(task, &self.outbox)? {
            Task::Save(session, path) => return Some(Left::Pick(Pick::Copy(session, path))),
            Task::SaveTo(session, path, target) => {
                let (place, closing) = (Place::new(session, path), self.closing.clone());
                self.desk
                    .run(move || desk::save(&place, &target, &closing, &outbox));
            }
            Task::Delete(batch, id, path) => self
                .changes
                .run(move || changes::delete_file(&store, &undos, &outbox, batch, (id, &path))),
            Task::Restore(batch) => self
                .changes
                .run(move || changes::restore_file(&undos, &outbox, batch)),
            _ => {}
        }
        None
    }

    fn begin(&mut self, job: JobId) -> (Cancel, Progress) {
        let begun = (Cancel::default(), Progress::default());
        self.running.insert(job, begun.clone());
        begun
    }

    fn erase(&mut self, job: JobId, plan: Plan) {
        let (cancel, progress) = self.begin(job);
        let (store, outbox) = (self.store.clone(), self.outbox.clone());
        self.changes.run(move || {
            changes::erase(&store, &outbox, job, &plan, (&cancel, &progress));
        });
    }

    fn save(&mut self, settings: Settings) {
        let outbox = self.outbox.clone();
        let failed = |why: &str| Report::Failed(Problem::new("Could not save the settings", why));
        let path = match &self.settings {
            SettingsFile::At(path) => path.clone(),
            SettingsFile::Nowhere => {
                let why =
                    "This system has no place for settings; they hold until the window is closed";
                return outbox.report(failed(why));
            }
            // What a person wrote is not replaced because we can't read it.
            SettingsFile::Unusable(why) => return outbox.report(failed(why)),
        };
        self.desk.run(move || {
            if let Err(e) = settings.save(&path) {
                outbox.report(failed(&e.to_string()));
            }
        });
    }

    /// Goes over to another base. What could be undone in the old one is left to its next sweep.
    fn open(&mut self, base: BaseDir) {
        self.measuring.cancel();
        self.reading_files.cancel();
        self.watcher = None;
        self.lone = None;
        self.undos = Undos::default();
        self.store = Store::new(base).until(&self.closing);
        self.settle(None);
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        for (cancel, _) in self.running.values() {
            cancel.cancel();
        }
        self.measuring.cancel();
        self.reading_files.cancel();
        self.counting.cancel();
        self.previews.stop();
        self.closing.cancel();
    }
}

/// What is left to be done by the window itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Left {
    /// For the toolkit.
    Ui(UiEffect),
    /// A file dialog.
    Pick(Pick),
}

/// Cancels what runs, and gives what follows a flag of its own.
fn renew(cancel: &mut Cancel) -> Cancel {
    cancel.cancel();
    *cancel = Cancel::default();
    cancel.clone()
}

fn list(store: &Store, generation: u64, known: Known, outbox: &Outbox) {
    outbox.report(Report::Listed {
        generation,
        result: store
            .list()
            .map(|listing| Fresh::of(listing, known))
            .map_err(|e| (&e).into()),
        free_disk: store.free_disk(),
    });
}

fn details(store: &Store, id: SessionId, outbox: &Outbox) {
    // A session that has gone has no details, and its row goes with the next list.
    let manifest = store.manifest(id).ok().flatten().map(Box::new);
    let dir = store.base().join(id.to_string());
    let places = manifest
        .as_deref()
        .map(|manifest| upload::places(&dir, manifest));
    outbox.report(Report::Details(id, manifest));
    outbox.report(Report::Places(id, places.unwrap_or_default()));
}
