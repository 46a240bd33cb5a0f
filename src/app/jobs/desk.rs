//! The desktop around the window: file dialogs, the file manager, files on the clipboard.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use rfd::{AsyncFileDialog, FileHandle};

use super::super::action::{Action, DataReport, Report};
use super::super::model::preview::{Act, News};
use super::super::model::problem::Problem;
use super::super::platform;
use super::outbox::Outbox;
use crate::preview::{Place, save_copy};
use crate::session::{Cancel, ErrorKind, Progress};

/// What a file dialog asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// Files to upload.
    Files,
    /// Folders to upload.
    Folders,
    /// A base directory.
    Base,
    /// Where a copy of this file of the session in that directory goes.
    Copy(PathBuf, String),
    /// The file of an export, which is called like this without its end.
    Export(String, crate::data::Format),
}

/// No person closes a dialog this fast: there was none.
const TOO_FAST: Duration = Duration::from_millis(300);

/// Opens a file dialog. Called on the window's thread, as platforms want it; waited for on another, which
/// ends when the dialog does and is not waited for at the end of the program.
pub fn pick(what: Pick, dialog: AsyncFileDialog, outbox: Outbox) {
    let outbox_if_failed = outbox.clone();
    let started = match &what {
        Pick::Files => {
            let answer = dialog.set_title("New session from files").pick_files();
            wait(answer, what, outbox)
        }
        Pick::Folders => {
            let answer = dialog.set_title("New session from folders").pick_folders();
            wait(answer, what, outbox)
        }
        Pick::Export(name, format) => {
            let (kind, end) = match format {
                crate::data::Format::Csv => ("CSV", "csv"),
                crate::data::Format::Json => ("JSON", "json"),
            };
            let name = format!("{name}.{end}");
            let dialog = dialog.set_title("Export rows").set_file_name(name);
            let answer = dialog.add_filter(kind, &[end]).save_file();
            let answer = async { answer.await.map(|file| vec![file]) };
            wait(answer, what, outbox)
        }
        Pick::Base => {
            let answer = dialog.set_title("Base directory").pick_folder();
            let answer = async { answer.await.map(|folder| vec![folder]) };
            wait(answer, what, outbox)
        }
        Pick::Copy(_, path) => {
            let name = path.rsplit('/').next().unwrap_or(path).to_owned();
            let dialog = dialog.set_title("Save a copy").set_file_name(name);
            let answer = dialog.save_file();
            let answer = async { answer.await.map(|file| vec![file]) };
            wait(answer, what, outbox)
        }
    };
    if let Err(e) = started {
        let problem = Problem::new("Could not open a file dialog", e.to_string());
        outbox_if_failed.report(Report::Failed(problem));
    }
}

fn wait(
    answer: impl Future<Output = Option<Vec<FileHandle>>> + Send + 'static,
    what: Pick,
    outbox: Outbox,
) -> std::io::Result<()> {
    let opened = Instant::now();
    thread::Builder::new()
        .name("file-dialog".into())
        .spawn(move || {
            let picked = block_on(answer);
            let paths = picked.map(|all| all.iter().map(|f| f.path().to_owned()).collect());
            answered(what, paths, opened.elapsed(), &outbox);
        })?;
    Ok(())
}

fn answered(what: Pick, paths: Option<Vec<PathBuf>>, after: Duration, outbox: &Outbox) {
    match (what, paths) {
        (_, None) if after < TOO_FAST => outbox.report(Report::Failed(Problem::new(
            "Could not open a file dialog",
            platform::NO_DIALOG,
        ))),
        (Pick::Base, Some(paths)) => {
            if let Some(path) = paths.into_iter().next() {
                outbox.report(Report::PickedBase(path));
            }
        }
        (Pick::Copy(session, path), Some(paths)) => {
            if let Some(target) = paths.into_iter().next() {
                outbox.send(Action::Preview(Act::SaveTo(session, path, target)));
            }
        }
        (Pick::Export(..), paths) => {
            let path = paths.and_then(|p| p.into_iter().next());
            outbox.report(Report::Data(Box::new(DataReport::Picked(path))));
        }
        (Pick::Files | Pick::Folders, Some(paths)) if !paths.is_empty() => {
            outbox.send(Action::Upload(paths));
        }
        (_, None) | (Pick::Files | Pick::Folders, Some(_)) => {}
    }
}

/// Runs a future on this thread.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

/// Saves a copy of a session's file where the person wants it.
pub fn save(place: &Place, target: &Path, cancel: &Cancel, outbox: &Outbox) {
    match save_copy(place, target, cancel, &Progress::default()) {
        Ok(()) => {
            let saved = News::Saved(place.name().to_owned(), target.to_owned());
            outbox.report(Report::Preview(saved));
        }
        // The window closes; nothing is left of it.
        Err(e) if *e.kind() == ErrorKind::Cancelled => {}
        Err(e) => outbox.failed(&e),
    }
}

/// Opens a file or folder with the program that the platform has for it.
pub fn open(path: &Path, outbox: &Outbox) {
    if let Err(e) = opener::open(path) {
        tell(outbox, format!("Could not open {}", path.display()), &e);
    }
}

/// Shows a file or folder in the file manager.
pub fn reveal(path: &Path, outbox: &Outbox) {
    if let Err(e) = opener::reveal(path) {
        let title = format!(
            "Could not show {} in the {}",
            path.display(),
            platform::FILE_MANAGER
        );
        tell(outbox, title, &e);
    }
}

fn tell(outbox: &Outbox, title: String, error: &opener::OpenError) {
    outbox.report(Report::Failed(Problem::new(title, error.to_string())));
}

/// Uploads the files that were copied in the file manager.
pub fn paste(outbox: &Outbox) {
    let listed = arboard::Clipboard::new().and_then(|mut c| c.get().file_list());
    match listed {
        Ok(paths) if !paths.is_empty() => outbox.send(Action::Upload(paths)),
        Ok(_) | Err(arboard::Error::ContentNotAvailable) => outbox.report(Report::Notice(
            "There are no files on the clipboard".into(),
            Some(format!(
                "Copy files in the {} first",
                platform::FILE_MANAGER
            )),
        )),
        Err(e) => {
            let problem = Problem::new("Could not read the clipboard", e.to_string());
            outbox.report(Report::Failed(problem));
        }
    }
}
