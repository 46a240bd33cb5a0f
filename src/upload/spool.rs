//! Files that come in pieces, from a network or elsewhere: each is written to its place in a staging
//! directory as it comes, under a safe name, and nothing is ever overwritten. Knows no network.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use super::archive::{self, EntryName, fold};
use super::copy::{self, Copied};
use super::gather::{Archive, numbered};
use crate::session::{
    Error, ErrorKind, Result, Skipped, Source, Staging, Store, atomic, failpoint,
};

/// Bytes written between two looks at the free space.
const SPACE_CHECK: u64 = 64 << 20;

/// What the usual file systems take for one component.
const MAX_COMPONENT_BYTES: usize = 255;

/// Files on their way into a session. Dropped, nothing is left of them.
#[derive(Debug)]
pub struct Spool {
    /// Before the staging directory, which Windows removes only once nothing in it is open.
    open: Option<Open>,
    staging: Staging,
    floor: u64,
    /// What stands where, by what a file system that ignores case and form would compare.
    taken: HashMap<String, Place>,
    files: Vec<Received>,
    skipped: Vec<Skipped>,
    /// What was given another name.
    notes: Vec<Skipped>,
    since_check: u64,
}

#[derive(Debug)]
enum Place {
    /// A folder, as it is spelled.
    Folder(String),
    File,
}

/// A file that has come whole.
#[derive(Debug)]
struct Received {
    /// Its path in the session, with `/`.
    stored_as: String,
    /// Its name as it was sent, for people.
    sent_as: String,
    bytes: u64,
}

/// The file that is coming.
#[derive(Debug)]
struct Open {
    file: File,
    path: PathBuf,
    received: Received,
}

/// What has come, ready to be unpacked and converted.
#[derive(Debug)]
pub(super) struct Spooled {
    pub staging: Staging,
    pub archives: Vec<Archive>,
    pub sources: Vec<Source>,
    pub copied: Copied,
    /// Where archives lie that don't stay; to be removed once they are unpacked.
    pub aside: Option<PathBuf>,
}

impl Spool {
    /// Begins a session out of sight, into which `expected` bytes shall come, leaving `floor` bytes of the
    /// disk free.
    ///
    /// # Errors
    /// If there is too little space, and as [`Store::stage`].
    pub fn begin(store: &Store, expected: u64, floor: u64) -> Result<Self> {
        if let Some(free) = store.free_disk()
            && expected.saturating_add(floor) > free
        {
            return Err(super::no_space(store, expected, free, floor));
        }
        Ok(Self {
            staging: store.stage()?,
            floor,
            taken: HashMap::new(),
            files: Vec::new(),
            open: None,
            skipped: Vec::new(),
            notes: Vec::new(),
            since_check: 0,
        })
    }

    /// How many files have come or are coming.
    pub fn files(&self) -> usize {
        self.files.len() + usize::from(self.open.is_some())
    }

    /// Begins the next file; the one before has come whole. `name` may have folders in it, with `/` or `\`.
    ///
    /// # Errors
    /// `Refused` for a name that means another place, is empty or too long, or is a file's and a folder's
    /// at once. What can't stand as it is gets another name, which the report tells.
    pub fn begin_file(&mut self, name: &[u8]) -> Result<()> {
        self.end_file()?;
        let sent_as = archive::shown(name);
        let refuse = |why: String| {
            let tried = format!("store the file “{sent_as}”");
            Error::new(ErrorKind::Refused(why), tried, PathBuf::new())
                .with_help("give it another name and send it again")
        };
        let parsed = EntryName::parse(name).map_err(|e| refuse(e.to_string()))?;
        let (folder, last) = parsed.name.split();
        let mut at = String::new();
        for component in folder.into_iter().flat_map(|f| f.split('/')) {
            at = self.folder(&at, component).map_err(refuse)?;
        }
        let mut stored_as = join(&at, last);
        let mut n = 2u32;
        while let Some(place) = self.taken.get(&*fold(&stored_as)) {
            if let Place::Folder(_) = place {
                return Err(refuse("a folder has that name already".into()));
            }
            stored_as = join(&at, &numbered(last.as_ref(), n).to_string_lossy());
            n += 1;
        }
        let component = stored_as.rsplit('/').next().unwrap_or_default();
        if component.len() > MAX_COMPONENT_BYTES {
            return Err(refuse("its name is too long".into()));
        }
        let why = match parsed.changed {
            Some(change) => Some(change.to_string()),
            None if n > 2 => Some("that name was taken".into()),
            None => None,
        };
        if let Some(why) = why {
            self.notes.push(Skipped {
                file: sent_as.clone(),
                reason: format!("stored as {stored_as}: {why}"),
            });
        }
        let path = below(&self.staging, &stored_as);
        let failed = |e| Error::io(format!("write {}", path.display()), &path, e);
        if !at.is_empty() {
            let folder = below(&self.staging, &at);
            fs_err::create_dir_all(&folder)
                .map_err(|e| Error::io(format!("make {}", folder.display()), &folder, e))?;
        }
        let file = create(&path).map_err(failed)?;
        failpoint::reach("spool-file").map_err(failed)?;
        self.taken.insert(fold(&stored_as).into(), Place::File);
        self.open = Some(Open {
            file,
            path,
            received: Received {
                stored_as,
                sent_as,
                bytes: 0,
            },
        });
        Ok(())
    }

    /// The folder `name` in `at`, spelled as it was first.
    fn folder(&mut self, at: &str, name: &str) -> std::result::Result<String, String> {
        let path = join(at, name);
        match self.taken.get(&*fold(&path)) {
            Some(Place::Folder(spelled)) => Ok(spelled.clone()),
            Some(Place::File) => Err(format!("“{path}” is a file already, and no folder")),
            None => {
                let place = Place::Folder(path.clone());
                self.taken.insert(fold(&path).into(), place);
                Ok(path)
            }
        }
    }

    /// Adds `bytes` to the file that is coming.
    ///
    /// # Errors
    /// A full disk, or less than the floor free.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        open.file
            .write_all(bytes)
            .map_err(|e| Error::io(format!("write {}", open.path.display()), &open.path, e))?;
        open.received.bytes += bytes.len() as u64;
        self.since_check += bytes.len() as u64;
        if self.since_check >= SPACE_CHECK {
            self.since_check = 0;
            copy::check_floor(self.staging.path(), self.floor)?;
        }
        Ok(())
    }

    /// Notes something that was sent and isn't stored.
    pub fn skip(&mut self, what: &[u8], reason: &str) {
        self.skipped.push(Skipped {
            file: archive::shown(what),
            reason: reason.into(),
        });
    }

    /// The file that is coming has come whole.
    ///
    /// # Errors
    /// None today; a file system may tell only now that it could not write.
    pub fn end_file(&mut self) -> Result<()> {
        if let Some(open) = self.open.take() {
            failpoint::reach("spool-end").map_err(|e| Error::io("write", &open.path, e))?;
            self.files.push(open.received);
        }
        Ok(())
    }

    /// Everything has come: sets archives apart that stand at the top.
    pub(super) fn finish(mut self, keep_archives: bool) -> Result<Spooled> {
        self.end_file()?;
        let mut archives = Vec::new();
        let mut aside = None;
        let mut sources: Vec<Source> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut copied = Copied {
            skipped: std::mem::take(&mut self.skipped),
            notes: std::mem::take(&mut self.notes),
            ..Copied::default()
        };
        for file in std::mem::take(&mut self.files) {
            if !file.stored_as.contains('/')
                && let Some(archive) = self.archive(&file, keep_archives, &mut aside)?
            {
                archives.push(archive);
                if !keep_archives {
                    continue;
                }
            }
            copied.files += 1;
            copied.bytes += file.bytes;
            let top = file.stored_as.split('/').next().unwrap_or_default();
            let at = *places.entry(top.to_owned()).or_insert_with(|| {
                sources.push(Source {
                    path: file.sent_as.split('/').next().unwrap_or_default().into(),
                    stored_as: top.into(),
                    files: 0,
                    bytes: 0,
                });
                sources.len() - 1
            });
            sources[at].files += 1;
            sources[at].bytes += file.bytes;
        }
        Ok(Spooled {
            staging: self.staging,
            archives,
            sources,
            copied,
            aside,
        })
    }

    /// The file as an archive if it is one; out of the way of what is in it, unless it stays.
    fn archive(
        &self,
        file: &Received,
        keep: bool,
        aside: &mut Option<PathBuf>,
    ) -> Result<Option<Archive>> {
        let mut path = below(&self.staging, &file.stored_as);
        let Some(kind) = archive::detect(&path)? else {
            return Ok(None);
        };
        if !keep {
            let room = match aside {
                Some(room) => room.clone(),
                None => aside.insert(self.make_room()?).clone(),
            };
            let moved = room.join(&file.stored_as);
            crate::session::rename_new(&path, &moved)
                .map_err(|e| Error::io(format!("move {}", path.display()), &path, e))?;
            path = moved;
        }
        Ok(Some(Archive {
            path,
            name: file.stored_as.clone(),
            source: file.sent_as.clone(),
            kind,
        }))
    }

    fn make_room(&self) -> Result<PathBuf> {
        let root = self.staging.path();
        let name = atomic::fresh_name().map_err(|e| Error::io("choose a random name", root, e))?;
        let room = root.join(format!(".spool-{name}"));
        fs::create_dir(&room)
            .map_err(|e| Error::io(format!("make {}", room.display()), &room, e))?;
        Ok(room)
    }
}

fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    }
}

/// `name`, whose components are parsed, in the staging directory.
fn below(staging: &Staging, name: &str) -> PathBuf {
    let mut path = staging.path().to_owned();
    path.extend(name.split('/'));
    path
}

fn create(path: &std::path::Path) -> std::io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{BaseDir, Cancel, Origin, Policy, Progress};
    use crate::upload::{self, Report, Request};

    fn store() -> (tempfile::TempDir, Store) {
        let room = tempfile::tempdir().unwrap();
        let store = Store::new(BaseDir::chosen(room.path().join("base")));
        (room, store)
    }

    fn request(keep_archives: bool) -> Request {
        Request {
            sources: Vec::new(),
            origin: Origin::Api,
            policy: Policy::none(),
            disk_floor: 0,
            keep_archives,
            archive_rules: Default::default(),
        }
    }

    fn send(store: &Store, files: &[(&str, &[u8])], keep: bool) -> Result<Report> {
        let mut spool = Spool::begin(store, 0, 0)?;
        for (name, bytes) in files {
            spool.begin_file(name.as_bytes())?;
            for piece in bytes.chunks(3) {
                spool.write(piece)?;
            }
        }
        let (cancel, progress) = (Cancel::default(), Progress::default());
        upload::run_spooled(spool, &request(keep), &cancel, &progress, &|_| {})
    }

    #[test]
    fn case_22_names_are_safe_reported_and_nothing_is_overwritten() {
        let (_room, store) = store();
        let report = send(
            &store,
            &[
                ("a.txt", b"1"),
                ("A.TXT", b"2"),
                ("a.txt", b"3"),
                ("sub/b", b"4"),
                ("SUB\\c", b"5"),
                ("CON", b"6"),
                ("x\u{202e}y", b"7"),
                (".session.json", b"8"),
            ],
            false,
        )
        .unwrap();
        let dir = &report.session.as_ref().unwrap().path;
        for (name, bytes) in [
            ("a.txt", "1"),
            ("A (2).TXT", "2"),
            ("a (3).txt", "3"),
            ("sub/b", "4"),
            ("sub/c", "5"),
            ("_CON", "6"),
            ("x_y", "7"),
            ("_.session.json", "8"),
        ] {
            assert_eq!(std::fs::read_to_string(dir.join(name)).unwrap(), bytes);
        }
        assert_eq!((report.files, report.bytes), (8, 8));
        let reasons = report.notes.iter().map(|s| s.reason.as_str());
        let told: Vec<_> = reasons.filter(|r| r.starts_with("stored as")).collect();
        assert_eq!(told.len(), 5, "{told:?}");
        let sources = store.manifest(report.session.as_ref().unwrap().id).unwrap();
        assert_eq!(sources.unwrap().sources.len(), 7, "the folder is one");
    }

    #[test]
    fn case_22_hostile_names_refuse_the_upload_and_leave_nothing() {
        let (_room, store) = store();
        let long = "x".repeat(300);
        for files in [
            &["../x"][..],
            &["C:\\x"],
            &[""],
            &["."],
            &["/etc/passwd"],
            &["a/../../b"],
            &["\\\\server\\share"],
            &[&long],
            &["a", "a/b"],
            &["a/b", "A"],
        ] {
            let files: Vec<(&str, &[u8])> = files.iter().map(|name| (*name, &b"x"[..])).collect();
            let error = send(&store, &files, false).unwrap_err();
            let refused = matches!(error.kind(), ErrorKind::Refused(_));
            assert!(
                refused && error.full().contains("store the file"),
                "{error:?}"
            );
        }
        assert!(store.list().unwrap().sessions.is_empty());
        let staging = store.base().join(crate::session::ROOM).join("staging");
        assert_eq!(std::fs::read_dir(staging).unwrap().count(), 0);
    }

    #[test]
    fn an_archive_is_unpacked_and_stays_only_if_wanted() {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("in/it.txt", zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(b"text").unwrap();
        let zip = zip.finish().unwrap().into_inner();
        for keep in [false, true] {
            let (_room, store) = store();
            let report = send(&store, &[("p.zip", &zip), ("sub/q.zip", &zip)], keep).unwrap();
            let stored: Vec<_> = report.stored.iter().map(String::as_str).collect();
            let wanted = match keep {
                false => vec!["in/it.txt", "sub/q.zip"],
                true => vec!["in/it.txt", "p.zip", "sub/q.zip"],
            };
            assert_eq!(stored, wanted);
            let from: Vec<_> = report.sources.iter().map(|s| s.path.as_str()).collect();
            assert!(from.contains(&"p.zip"), "as it was sent: {from:?}");
        }
        let (_room, store) = store();
        let error = send(&store, &[("p.zip", &zip[..zip.len() - 30])], false).unwrap_err();
        assert!(!error.full().contains("staging"), "{}", error.full());
        assert!(store.list().unwrap().sessions.is_empty());
        assert!(send(&store, &[], false).is_err(), "nothing was sent");
    }
}
