//! Which files of a session can be run, and the path of one: below the session, and never out of it.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::session::{Cancel, Entry, EntryKind, Error, ErrorKind, Mounts, Result, Root};

/// More scripts than this nobody looks through.
const MOST_SCRIPTS: usize = 5_000;

/// Nor is a tree searched for longer than this many entries.
const MOST_ENTRIES: usize = 200_000;

/// What a script is written in, which decides what runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `.py`
    Python,
    /// `.sh`
    Shell,
    /// `.bat` and `.cmd`
    Batch,
    /// `.ps1`
    PowerShell,
    /// `.sql`, on the session's own database
    Sql,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        if stem.is_empty() {
            return None;
        }
        Some(match ending.to_ascii_lowercase().as_str() {
            "py" => Self::Python,
            "sh" => Self::Shell,
            "bat" | "cmd" => Self::Batch,
            "ps1" => Self::PowerShell,
            "sql" => Self::Sql,
            _ => return None,
        })
    }
}

/// The path of a script, relative to its session, with `/`. Goes down only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScriptPath {
    path: String,
    kind: Kind,
}

impl ScriptPath {
    /// Reads a path as it is typed: relative to the session, by `/`, on Windows by `\` too.
    ///
    /// # Errors
    /// Why it is none: it is absolute, leads upwards, or has an ending that nothing runs.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let mut parts = Vec::new();
        for part in Path::new(text).components() {
            match part {
                Component::Normal(part) => parts.push(part.to_string_lossy()),
                Component::CurDir => {}
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                    return Err(format!(
                        "{text:?} leads out of the session; write the path relative to it, like model/main.py"
                    ));
                }
            }
        }
        let path = parts.join("/");
        // A colon names a stream of a file on Windows; a NUL ends a name everywhere.
        let strange = path.contains('\0') || (cfg!(windows) && path.contains(':'));
        let name = parts.last().map_or("", |name| name);
        match Kind::of(name) {
            Some(kind) if !strange => Ok(Self { path, kind }),
            _ => Err(format!(
                "{text:?} is no script; what can be run ends in .py, .sh, .bat, .cmd, .ps1 or .sql"
            )),
        }
    }

    /// The path, relative, with `/`.
    pub fn as_str(&self) -> &str {
        &self.path
    }

    /// What it is written in.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its name without its folder.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Where it lies in the session in `dir`.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] if it isn't there, is no regular file, or is a link that leads out of the session.
    pub fn resolve(&self, dir: &Path) -> Result<PathBuf> {
        let path = self.path.split('/').fold(dir.to_owned(), |p, n| p.join(n));
        let tried = || format!("run {}", self.path);
        let refuse = |why: &str| Error::new(ErrorKind::Refused(why.into()), tried(), &path);
        let io = |e| Error::io(tried(), &path, e);
        let real = match dunce::canonicalize(&path) {
            Ok(real) => real,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(refuse("the session has no such file")
                    .with_help("the window's tab Run lists the scripts of a session"));
            }
            Err(e) => return Err(io(e)),
        };
        if !real.starts_with(dunce::canonicalize(dir).map_err(io)?) {
            return Err(refuse("a link in its path leads out of the session")
                .with_help("copy the script itself into the session"));
        }
        if !std::fs::metadata(&real).map_err(io)?.is_file() {
            return Err(refuse("it is not a regular file"));
        }
        Ok(path)
    }

    /// What people mean by "run it" comes first: `runall*`, `main.*`, `model*`, `run*`, then the rest; of
    /// each the ones that lie least deep.
    fn rank(&self) -> (u8, usize, String) {
        let name = self.file_name().to_lowercase();
        let rank = if name.starts_with("runall") {
            0
        } else if name.starts_with("main.") {
            1
        } else if name.starts_with("model") {
            2
        } else if name.starts_with("run") {
            3
        } else {
            4
        };
        (
            rank,
            self.path.matches('/').count(),
            self.path.to_lowercase(),
        )
    }
}

impl fmt::Display for ScriptPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

impl TryFrom<String> for ScriptPath {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<ScriptPath> for String {
    fn from(script: ScriptPath) -> Self {
        script.path
    }
}

/// The scripts of a session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Candidates {
    /// Those that are likely meant first.
    pub scripts: Vec<ScriptPath>,
    /// Whether there is more than was looked at.
    pub more: bool,
}

/// Looks for the scripts of the session in `dir`. What can't be read is left out, and so are the packages
/// in virtual environments and the module that uploads put beside rewritten scripts.
pub fn candidates(dir: &Path, cancel: &Cancel) -> Candidates {
    let mut found = Candidates::default();
    let Ok(root) = Root::at(dir, Mounts::Stay) else {
        return found;
    };
    let mut walk = root.walk(Path::new(""), cancel);
    let mut seen = 0;
    while let Some(entry) = walk.next() {
        if cancel.is_cancelled() {
            break;
        }
        if seen == MOST_ENTRIES || found.scripts.len() == MOST_SCRIPTS {
            found.more = true;
            break;
        }
        seen += 1;
        match entry {
            Ok(entry) if is_foreign(dir, &entry) => walk.skip_folder(),
            Ok(entry) if entry.kind == EntryKind::File => found.scripts.extend(script(&entry)),
            Ok(_) | Err(_) => {}
        }
    }
    found.scripts.sort_by_cached_key(ScriptPath::rank);
    found
}

fn script(entry: &Entry) -> Option<ScriptPath> {
    if entry.below.ends_with(super::environment::MODULE_FILE) {
        return None;
    }
    ScriptPath::parse(entry.below.to_str()?).ok()
}

/// Folders whose scripts are not the session's own.
fn is_foreign(dir: &Path, entry: &Entry) -> bool {
    const NAMES: [&str; 4] = [".git", ".venv", "__pycache__", "node_modules"];
    entry.kind == EntryKind::Folder
        && (NAMES.iter().any(|name| entry.below.ends_with(name))
            || dir.join(&entry.below).join("pyvenv.cfg").is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_down_and_ends_in_what_can_be_run() {
        for (text, path) in [
            ("main.py", "main.py"),
            ("./a b/模型.SQL", "a b/模型.SQL"),
            ("a//b.cmd", "a/b.cmd"),
        ] {
            assert_eq!(ScriptPath::parse(text).unwrap().as_str(), path);
        }
        for bad in [
            "",
            ".",
            "..",
            "/etc/x.py",
            "../x.py",
            "a/../../x.py",
            "a/..",
            "x.txt",
            "x",
            ".py",
            "x.py\0",
        ] {
            assert!(ScriptPath::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_likely_meant_comes_first() {
        let dir = tempfile::tempdir().unwrap();
        let files = [
            "zeta.py",
            "deep/main.py",
            "main.py",
            "run_it.sh",
            "models.sql",
            "RunAll.bat",
            "notes.txt",
            "eyproject_sql.py",
            "env/pyvenv.cfg",
            "env/lib/six.py",
            ".venv/bin/activate.ps1",
        ];
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let found = candidates(dir.path(), &Cancel::default());
        let paths: Vec<_> = found.scripts.iter().map(ScriptPath::as_str).collect();
        assert_eq!(
            paths,
            [
                "RunAll.bat",
                "main.py",
                "deep/main.py",
                "models.sql",
                "run_it.sh",
                "zeta.py"
            ]
        );
        assert!(!found.more);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_may_stay_inside_and_not_lead_out() {
        use std::os::unix::fs::symlink;
        let room = tempfile::tempdir().unwrap();
        let dir = room.path().join("session");
        std::fs::create_dir_all(dir.join("sub")).unwrap();
        std::fs::write(room.path().join("out.py"), "").unwrap();
        std::fs::write(dir.join("sub/in.py"), "").unwrap();
        symlink("../out.py", dir.join("out.py")).unwrap();
        symlink("sub/in.py", dir.join("in.py")).unwrap();
        symlink(room.path(), dir.join("up")).unwrap();
        std::fs::create_dir(dir.join("folder.py")).unwrap();
        let resolve = |text: &str| ScriptPath::parse(text).unwrap().resolve(&dir);
        assert_eq!(resolve("in.py").unwrap(), dir.join("in.py"));
        for (bad, why) in [
            ("out.py", "leads out"),
            ("up/out.py", "leads out"),
            ("folder.py", "regular"),
            ("none.py", "no such file"),
        ] {
            let error = resolve(bad).unwrap_err().full();
            assert!(error.contains(why), "{error}");
        }
    }
}
