//! Rewrites the scripts of a session on disk: the new script, its original as `.orig` beside it, and
//! the helper where Python finds it. Works in staging, where nobody else is; never overwrites a file.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::place::{Folders, HELPER_TEXT, below, obstacle, replace};
use super::rewrite::{Change, Left, Rewritten, rewrite};
use super::tables::TableIndex;
use crate::session::{Cancel, Error, Progress, Result, sys};

/// What became of the scripts of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Scripts with at least one call rewritten or left alone, or left alone as a whole.
    pub scripts: Vec<Script>,
}

/// What became of one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its path relative to the session, with `/`.
    pub path: String,
    /// Where its original is, if it was rewritten.
    pub original: Option<String>,
    /// The calls that now read tables.
    pub changes: Vec<Change>,
    /// The calls left alone, and why.
    pub left: Vec<Left>,
}

/// Rewrites `scripts`, paths relative to `root` with `/`, to read the `tables` made from the files
/// below `root`. Scripts of installed packages are passed over. An error leaves a half-done tree,
/// which the caller discards; a script that can't be rewritten is no error but in the report. `progress`
/// counts the scripts that were read.
pub fn apply(
    root: &Path,
    scripts: &[String],
    tables: &TableIndex,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Report> {
    let mut done = BTreeMap::new();
    let mut tables = tables.clone();
    progress.begin(scripts.len() as u64, 0);
    for script in scripts.iter().filter(|script| is_users_own(script)) {
        done.insert(
            script.as_str(),
            read_and_rewrite(root, script, &tables, cancel)?,
        );
        progress.add(1, 0);
    }
    // What one script writes, no other may read from a table; only now all of them are known.
    let written: Vec<(&str, String)> = done
        .iter()
        .flat_map(|(script, done)| done.writes.iter().map(|file| (*script, file.clone())))
        .collect();
    written
        .iter()
        .for_each(|(script, file)| tables.mark_written(file, script));
    for (script, outcome) in &mut done {
        let stale = |change: &Change| written.iter().any(|(_, file)| *file == change.file);
        if outcome.changes.iter().any(stale) {
            *outcome = read_and_rewrite(root, script, &tables, cancel)?;
        }
    }
    let folders = Folders::of(scripts.iter().map(String::as_str));
    let mut report = Report::default();
    for (script, outcome) in done {
        let Rewritten {
            text,
            changes,
            left,
            ..
        } = outcome;
        let mut entry = Script {
            path: script.to_owned(),
            original: None,
            changes,
            left,
        };
        if let Some(text) = text {
            if cancel.is_cancelled() {
                return Err(Error::cancelled(format!("rewrite {script}")));
            }
            match obstacle(root, script, &folders)? {
                None => entry.original = Some(replace(root, script, &folders, &text)?),
                Some(reason) => {
                    let left = entry.changes.drain(..);
                    let left = left.map(|c| Left {
                        line: c.line,
                        call: c.call,
                        reason: reason.clone(),
                    });
                    entry.left.extend(left);
                    entry.left.sort_by_key(|left| left.line);
                }
            }
        }
        if !entry.changes.is_empty() || !entry.left.is_empty() {
            report.scripts.push(entry);
        }
    }
    Ok(report)
}

fn read_and_rewrite(
    root: &Path,
    script: &str,
    tables: &TableIndex,
    cancel: &Cancel,
) -> Result<Rewritten> {
    if cancel.is_cancelled() {
        return Err(Error::cancelled(format!("rewrite {script}")));
    }
    let path = below(root, script);
    let source = sys::open_regular(&path).and_then(|mut file| {
        let mut source = Vec::new();
        io::Read::read_to_end(&mut file, &mut source).map(|_| source)
    });
    let source = source.map_err(|error| Error::io(format!("read {script}"), &path, error))?;
    // What an earlier run put there is ours.
    if source == HELPER_TEXT {
        return Ok(Rewritten::default());
    }
    Ok(rewrite(&source, script, tables))
}

/// What is installed is no script of the user's, and there can be thousands of them.
fn is_users_own(script: &str) -> bool {
    !script
        .split('/')
        .any(|part| matches!(part, "site-packages" | "dist-packages" | "__pycache__"))
}

#[cfg(test)]
mod tests {
    use super::super::HELPER_FILE;
    use super::super::tables::{Cells, Column, DataFile, Encoding, SqlType, Table};
    use super::*;
    use fs_err as fs;
    use std::fs::FileTimes;
    use std::time::{Duration, SystemTime};

    const SCRIPT: &str = "import pandas as pd\nprint(pd.read_csv('x.csv'))\n";

    fn tables(files: &[&str]) -> TableIndex {
        let mut index = TableIndex::default();
        for file in files {
            let column = Column {
                name: "a".into(),
                label: "a".into(),
                sql: SqlType::Integer,
                cells: Cells::Text,
                lossy: false,
            };
            let table = Table {
                name: "x".into(),
                header: true,
                columns: vec![column],
                differs: None,
            };
            let encoding = Encoding {
                name: "UTF-8".into(),
                ascii: true,
                c1: false,
            };
            index.insert(
                *file,
                DataFile::Delimited {
                    delimiter: ',',
                    quote: '"',
                    encoding,
                    table,
                },
            );
        }
        index
    }

    /// A session with `files`, and what `apply` reports of its scripts.
    fn applied(files: &[(&str, &str)]) -> (tempfile::TempDir, Report) {
        let root = tempfile::tempdir().expect("a folder");
        let mut scripts = Vec::new();
        for (path, text) in files {
            let at = below(root.path(), path);
            fs::create_dir_all(at.parent().expect("a parent")).expect("a folder");
            fs::write(at, text).expect("a file");
            if path.ends_with(".py") {
                scripts.push((*path).to_owned());
            }
        }
        let index = tables(&["x.csv"]);
        let report = apply(
            root.path(),
            &scripts,
            &index,
            &Cancel::default(),
            &Progress::default(),
        )
        .expect("applied");
        (root, report)
    }

    fn read(root: &tempfile::TempDir, path: &str) -> Option<String> {
        fs::read_to_string(below(root.path(), path)).ok()
    }

    #[test]
    fn the_original_stays_beside_the_new_script_and_the_helper() {
        let (root, report) = applied(&[("m.py", SCRIPT), ("other.py", "print(1)\n")]);
        assert_eq!(read(&root, "m.py.orig").as_deref(), Some(SCRIPT));
        let new = read(&root, "m.py").expect("a script");
        assert_eq!(
            new,
            "import eyproject_sql\nimport pandas as pd\nprint(eyproject_sql.read_csv(\"x\"))\n"
        );
        assert_eq!(
            read(&root, HELPER_FILE).map(String::into_bytes).as_deref(),
            Some(HELPER_TEXT)
        );
        assert_eq!(read(&root, "other.py").as_deref(), Some("print(1)\n"));
        assert_eq!(report.scripts.len(), 1);
        assert_eq!(report.scripts[0].original.as_deref(), Some("m.py.orig"));
        assert_eq!(
            fs::read_dir(root.path()).expect("a folder").count(),
            4,
            "nothing else is left"
        );
    }

    #[test]
    fn times_and_mode_stay() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("m.py");
        fs::write(&path, SCRIPT).expect("a file");
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
        let file = fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .expect("a file");
        file.set_times(FileTimes::new().set_modified(then))
            .expect("set");
        let mut permissions = fs::metadata(&path).expect("there").permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).expect("set");
        apply(
            root.path(),
            &["m.py".into()],
            &tables(&["x.csv"]),
            &Cancel::default(),
            &Progress::default(),
        )
        .expect("applied");
        for name in ["m.py", "m.py.orig"] {
            let metadata = fs::metadata(root.path().join(name)).expect("there");
            assert_eq!(metadata.modified().expect("a time"), then, "{name}");
            assert!(metadata.permissions().readonly(), "{name}");
        }
        assert_ne!(fs::read_to_string(path).expect("text"), SCRIPT);
    }

    #[test]
    fn what_is_in_the_way_stays_and_so_does_the_script() {
        for (name, why) in [
            ("m.py.orig", "`m.py.orig` is there already"),
            (HELPER_FILE, "another `eyproject_sql.py`"),
            ("eyproject_sql/__init__.py", "another `eyproject_sql.py`"),
            ("pandas.py", "a `pandas` of its own"),
        ] {
            let (root, report) = applied(&[("m.py", SCRIPT), (name, "# mine\n")]);
            assert_eq!(read(&root, "m.py").as_deref(), Some(SCRIPT), "{name}");
            assert_eq!(read(&root, name).as_deref(), Some("# mine\n"), "{name}");
            let script = &report.scripts[0];
            assert!(script.changes.is_empty() && script.original.is_none());
            assert!(script.left[0].reason.contains(why), "{:?}", script.left);
            assert_eq!(
                (script.left[0].line, script.left[0].call.as_str()),
                (2, "pd.read_csv")
            );
        }
    }

    #[test]
    fn the_helper_is_where_the_program_finds_it() {
        let module = SCRIPT.replace("x.csv", "../../x.csv");
        let (root, _) = applied(&[
            ("a/b/m.py", &module),
            ("main.py", "import a.b.m\n"),
            ("c/n.py", "\n"),
        ]);
        assert!(read(&root, "a/b/m.py.orig").is_some());
        assert!(read(&root, "a/b/eyproject_sql.py").is_some(), "beside it");
        assert!(
            read(&root, HELPER_FILE).is_some(),
            "beside the program that imports it"
        );
        assert!(
            read(&root, "a/eyproject_sql.py").is_none(),
            "no program there"
        );
        assert!(read(&root, "c/eyproject_sql.py").is_none());
    }

    #[test]
    fn the_helper_is_where_a_package_is_started_from() {
        let module = SCRIPT.replace("x.csv", "../../../x.csv");
        let (root, _) = applied(&[
            ("project/pkg/__init__.py", ""),
            ("project/pkg/sub/__init__.py", ""),
            ("project/pkg/sub/m.py", &module),
            ("loose/deep/n.py", "\n"),
        ]);
        assert!(read(&root, "project/pkg/sub/m.py.orig").is_some());
        for (folder, why) in [
            ("project/pkg/sub", "beside it"),
            ("project/pkg", "a folder above that has scripts"),
            ("project", "where python -m pkg.sub.m is said"),
        ] {
            let helper = format!("{folder}/{HELPER_FILE}");
            assert!(read(&root, &helper).is_some(), "{why}");
        }
        assert!(read(&root, HELPER_FILE).is_none(), "nothing starts there");
    }

    #[test]
    fn what_another_script_writes_is_read_from_its_file() {
        let writer = "import pandas as pd\npd.DataFrame().to_csv('x.csv')\n";
        let (root, report) = applied(&[("a.py", SCRIPT), ("z.py", writer)]);
        assert_eq!(read(&root, "a.py").as_deref(), Some(SCRIPT));
        assert_eq!(report.scripts[0].left[0].reason, "`z.py` writes `x.csv`");
        assert!(read(&root, HELPER_FILE).is_none());
    }

    #[test]
    fn installed_packages_are_passed_over() {
        let (root, report) = applied(&[("venv/lib/site-packages/p/m.py", "print 'old'\n")]);
        assert_eq!(report, Report::default());
        assert!(read(&root, "venv/lib/site-packages/p/m.py.orig").is_none());
    }

    #[test]
    fn applying_again_changes_nothing() {
        let (root, _) = applied(&[("m.py", SCRIPT)]);
        let before = read(&root, "m.py");
        let scripts = ["m.py".to_owned(), HELPER_FILE.to_owned()];
        let again = apply(
            root.path(),
            &scripts,
            &tables(&["x.csv"]),
            &Cancel::default(),
            &Progress::default(),
        )
        .expect("applied");
        assert_eq!(again, Report::default());
        assert_eq!(read(&root, "m.py"), before);
    }

    #[test]
    fn a_cancelled_step_changes_nothing_more() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("m.py"), SCRIPT).expect("a file");
        let cancel = Cancel::default();
        cancel.cancel();
        assert!(
            apply(
                root.path(),
                &["m.py".into()],
                &tables(&["x.csv"]),
                &cancel,
                &Progress::default()
            )
            .is_err()
        );
        assert_eq!(read(&root, "m.py").as_deref(), Some(SCRIPT));
    }
}
