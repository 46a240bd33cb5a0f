//! What runs a script: the session's own Python, the settings' choice, or what the PATH holds; a missing
//! one is said with the mend. Starts nothing.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::script::{Kind, ScriptPath};
use crate::session::{Error, ErrorKind, Result};

/// A program, and what it is told before the script's own arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpreter {
    /// The program itself.
    pub program: PathBuf,
    /// Its arguments, the script last.
    pub args: Vec<OsString>,
}

impl Interpreter {
    fn of(program: PathBuf, args: &[&str], script: &Path) -> Self {
        let args = args.iter().map(OsString::from);
        Self {
            program,
            args: args.chain([script.as_os_str().to_owned()]).collect(),
        }
    }
}

/// Where interpreters are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    /// The session's directory.
    pub session: &'a Path,
    /// The Python that the settings name.
    pub python: Option<&'a Path>,
    /// The search path of this process.
    pub path: Option<&'a OsStr>,
    /// This program, which runs `.sql` itself.
    pub own: &'a Path,
}

/// Chooses what runs `script`, which lies at `at`.
///
/// # Errors
/// [`ErrorKind::Refused`] with the mend if there is nothing that runs it here.
pub fn choose(script: &ScriptPath, at: &Path, places: Places<'_>) -> Result<Interpreter> {
    let found = match script.kind() {
        Kind::Python => python(at, places),
        Kind::Shell => shell(places).map(|p| Interpreter::of(p, &[], at)),
        // The standard library starts it through cmd, and quotes the arguments as that needs.
        Kind::Batch => cfg!(windows).then(|| Interpreter {
            program: at.to_owned(),
            args: Vec::new(),
        }),
        Kind::PowerShell => power_shell(at, places),
        Kind::Sql => Some(Interpreter::of(
            places.own.to_owned(),
            &["run-supervisor", "sql", "--"],
            at,
        )),
    };
    if let Some(named) = places.python
        && script.kind() == Kind::Python
        && !is_program(named)
    {
        return Err(refuse(
            script,
            at,
            &format!("the settings name {}, which is no program", named.display()),
            "mend python under [run] in config.toml",
        ));
    }
    found.ok_or_else(|| {
        let (why, mend) = missing(script.kind());
        refuse(script, at, why, mend)
    })
}

fn refuse(script: &ScriptPath, at: &Path, why: &str, mend: &str) -> Error {
    Error::new(ErrorKind::Refused(why.into()), format!("run {script}"), at).with_help(mend)
}

fn missing(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Python => (
            "no Python was found: neither a .venv in the session, nor python3, python or py on the PATH",
            "install Python 3, or name one in config.toml: python = \"…\" under [run]",
        ),
        Kind::Shell => (
            "neither bash nor sh was found on the PATH",
            "install one, for instance with Git for Windows",
        ),
        Kind::Batch => (
            "batch files run on Windows only",
            "write it as a .sh or .py for this system",
        ),
        Kind::PowerShell => (
            "neither pwsh nor powershell was found on the PATH",
            "install PowerShell 7",
        ),
        Kind::Sql => ("nothing runs it", "report this as a bug"),
    }
}

fn python(at: &Path, places: Places<'_>) -> Option<Interpreter> {
    let own = at
        .ancestors()
        .skip(1)
        .take_while(|dir| dir.starts_with(places.session))
        .map(|dir| {
            dir.join(if cfg!(windows) {
                ".venv/Scripts/python.exe"
            } else {
                ".venv/bin/python"
            })
        })
        .find(|program| is_program(program));
    let plain = own
        .or_else(|| places.python.map(Path::to_owned))
        .or_else(|| find("python3", places))
        .or_else(|| find("python", places));
    match plain {
        Some(program) => Some(Interpreter::of(program, &[], at)),
        None => find("py", places).map(|py| Interpreter::of(py, &["-3"], at)),
    }
}

fn shell(places: Places<'_>) -> Option<PathBuf> {
    find("bash", places).or_else(|| find("sh", places))
}

fn power_shell(at: &Path, places: Places<'_>) -> Option<Interpreter> {
    let program = find("pwsh", places).or_else(|| find("powershell", places))?;
    let args: &[&str] = if cfg!(windows) {
        &[
            "-NoProfile",
            "-NonInteractive",
            "-ExecutionPolicy",
            "Bypass",
            "-File",
        ]
    } else {
        &["-NoProfile", "-NonInteractive", "-File"]
    };
    Some(Interpreter::of(program, args, at))
}

/// A program on the search path. Folders named relative to wherever one stands are left out: there they
/// would be the session's own.
fn find(name: &str, places: Places<'_>) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(places.path?)
        .filter(|dir| dir.is_absolute() && !is_misleading(dir, name))
        .map(|dir| dir.join(&file))
        .find(|program| is_program(program))
}

/// `bash` in the Windows directory starts another system, which knows none of our paths.
fn is_misleading(dir: &Path, name: &str) -> bool {
    cfg!(windows)
        && name == "bash"
        && dir
            .file_name()
            .is_some_and(|d| d.eq_ignore_ascii_case("system32"))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

/// What the Windows store puts on the path in place of a Python is empty.
#[cfg(windows)]
fn is_program(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Stage {
        room: tempfile::TempDir,
    }

    impl Stage {
        fn new(programs: &[&str]) -> Self {
            let room = tempfile::tempdir().unwrap();
            let stage = Self { room };
            std::fs::create_dir_all(stage.session().join("a")).unwrap();
            for program in programs {
                let path = stage.room.path().join(program);
                let path = path.with_file_name(format!(
                    "{}{}",
                    path.file_name().unwrap().to_str().unwrap(),
                    std::env::consts::EXE_SUFFIX
                ));
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, "x").unwrap();
                #[cfg(unix)]
                {
                    use std::os::unix::fs::PermissionsExt;
                    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
                        .unwrap();
                }
            }
            stage
        }

        fn session(&self) -> PathBuf {
            self.room.path().join("session")
        }

        fn choose(&self, script: &str, python: Option<&str>) -> Result<Interpreter> {
            let path = self.room.path().join("bin");
            let python = python.map(|p| self.room.path().join(p));
            let places = Places {
                session: &self.session(),
                python: python.as_deref(),
                path: Some(path.as_os_str()),
                own: Path::new("own"),
            };
            let script = ScriptPath::parse(script).unwrap();
            choose(&script, &self.session().join(script.as_str()), places)
        }
    }

    #[test]
    fn the_sessions_own_python_comes_first_then_the_settings_then_the_path() {
        let venv = if cfg!(windows) {
            "session/.venv/Scripts/python"
        } else {
            "session/.venv/bin/python"
        };
        let name = |i: Interpreter| i.program.file_stem().unwrap().to_owned();
        let all = Stage::new(&["bin/python3", "bin/python", "chosen", venv]);
        let suffix = std::env::consts::EXE_SUFFIX;
        let own = all
            .choose("a/x.py", Some(&format!("chosen{suffix}")))
            .unwrap();
        assert!(own.program.starts_with(all.session()), "{own:?}");
        let settings = Stage::new(&["bin/python3", "chosen"]);
        let chosen = settings
            .choose("x.py", Some(&format!("chosen{suffix}")))
            .unwrap();
        assert_eq!(name(chosen), "chosen");
        assert_eq!(
            name(
                Stage::new(&["bin/python3", "bin/python"])
                    .choose("x.py", None)
                    .unwrap()
            ),
            "python3"
        );
        assert_eq!(
            name(
                Stage::new(&["bin/python", "bin/py"])
                    .choose("x.py", None)
                    .unwrap()
            ),
            "python"
        );
        let py = Stage::new(&["bin/py"]).choose("x.py", None).unwrap();
        assert_eq!(py.args[0], "-3");
    }

    #[test]
    fn a_missing_one_is_said_with_the_mend() {
        let stage = Stage::new(&[]);
        for (script, mend) in [
            ("x.py", "install Python 3"),
            ("x.sh", "install one"),
            ("x.ps1", "PowerShell 7"),
        ] {
            let error = stage.choose(script, None).unwrap_err().full();
            assert!(error.contains(mend), "{error}");
        }
        let error = stage.choose("x.py", Some("gone")).unwrap_err().full();
        assert!(error.contains("config.toml"), "{error}");
        assert_eq!(stage.choose("x.bat", None).is_ok(), cfg!(windows));
        assert_eq!(
            stage.choose("x.sql", None).unwrap().args[..2],
            ["run-supervisor", "sql"]
        );
    }
}
