//! The proof of the rewriting of scripts: those of `tests/python/session` print the same before and
//! after, run by a real Python with a real pandas (`EYPROJECT_PYTHON`, see `tests/python/setup.sh`).

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use eyproject_sessions::session::{BaseDir, Cancel, Origin, Policy, Progress, Store};
use eyproject_sessions::upload;

/// Names the Python that has pandas and openpyxl.
const VARIABLE: &str = "EYPROJECT_PYTHON";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/python")
        .join(name)
}

/// What Python prints, run on one of the programs in `tests/python`.
fn python(interpreter: &str, program: &str, session: &Path) -> String {
    let output = Command::new(interpreter)
        .arg(fixture(program))
        .arg(session)
        .env_remove("EYPROJECT_DB")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap_or_else(|error| panic!("{interpreter} does not start: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        match entry.file_type().expect("a type").is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).expect("a copy")),
        }
    }
}

fn files(folder: &Path, below: &str, into: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("UTF-8");
        match entry.file_type().expect("a type").is_dir() {
            true => files(&entry.path(), &format!("{below}{name}/"), into),
            false => into.push(format!("{below}{name}")),
        }
    }
}

#[test]
fn rewritten_scripts_print_what_the_originals_print() {
    let Ok(interpreter) = std::env::var(VARIABLE) else {
        // Past the test harness, which would keep it to itself.
        let words =
            "skipped: EYPROJECT_PYTHON names no Python with pandas; see tests/python/setup.sh";
        let _ = writeln!(std::io::stderr(), "corpus of scripts {words}");
        return note(words);
    };
    let temp = tempfile::tempdir().expect("a folder");
    let project = temp.path().join("project");
    copy(&fixture("session"), &project);
    python(&interpreter, "make_data.py", &project);
    let outputs = |printed: String| -> BTreeMap<String, String> {
        serde_json::from_str(&printed).expect("JSON")
    };
    let before = outputs(python(&interpreter, "drive.py", &project));

    let mut scripts = Vec::new();
    files(&project, "", &mut scripts);
    scripts.retain(|path| path.ends_with(".py"));
    assert!(scripts.len() >= 40, "{}", scripts.len());
    let report = uploaded(&project, &temp.path().join("base"));
    let root = report.session.expect("a session").path;
    let report = report.scripts;

    let expected = std::fs::read_to_string(fixture("expected.txt")).expect("readable");
    let mut found: Vec<String> = report
        .scripts
        .iter()
        .map(|script| {
            format!(
                "{} {} {}",
                script.path,
                script.changes.len(),
                script.left.len()
            )
        })
        .collect();
    found.sort();
    let expected: Vec<&str> = expected
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert_eq!(found, expected, "{:#?}", report.scripts);

    // Nobody who has no call left alone may still need the files.
    let after_all = outputs(python(&interpreter, "drive.py", &root));
    std::fs::remove_dir_all(root.join("data")).expect("removed");
    let without_files = outputs(python(&interpreter, "drive.py", &root));
    for script in &report.scripts {
        let path = &script.path;
        assert!(!before[path].contains("FAILED"), "{path}: {}", before[path]);
        assert_eq!(after_all[path], before[path], "{path}");
        if script.left.is_empty() {
            assert_eq!(
                without_files[path], before[path],
                "{path}, without its files"
            );
        }
    }
    note("ran");
}

/// Whichever way it was written: no parser sees all of them.
#[test]
fn a_file_that_was_written_to_since_is_read_itself() {
    let Ok(interpreter) = std::env::var(VARIABLE) else {
        return;
    };
    let temp = tempfile::tempdir().expect("a folder");
    let project = temp.path().join("project");
    std::fs::create_dir(&project).expect("a folder");
    std::fs::write(project.join("x.csv"), "a\n1\n").expect("written");
    let script = "import shutil\nimport pandas as pd\n\
        def save(frame, path):\n    frame.to_csv('new.csv', index=False)\n    shutil.copy2('new.csv', path)\n\
        frame = pd.read_csv('x.csv')\nsave(frame * 10, 'x.csv')\n\
        print(frame['a'].tolist(), pd.read_csv('x.csv')['a'].tolist())\n";
    std::fs::write(project.join("m.py"), script).expect("written");
    let report = uploaded(&project, &temp.path().join("base"));
    assert_eq!(report.scripts.scripts[0].changes.len(), 2, "{report:?}");
    let root = report.session.expect("a session").path;
    for expected in ["[1] [10]\n", "[10] [100]\n"] {
        let output = std::process::Command::new(&interpreter)
            .arg("m.py")
            .current_dir(&root)
            .output()
            .expect("started");
        assert!(output.status.success(), "{output:?}");
        let printed = String::from_utf8_lossy(&output.stdout).replace('\r', "");
        assert_eq!(printed, expected);
    }
}

/// Leaves word for who runs the tests whether this one ran: `python-corpus` in cargo's target directory.
fn note(words: &str) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let target = target.expect("in the target directory");
    std::fs::write(target.join("python-corpus"), words).expect("a note");
}

/// The upload of everything in `project` into a session below `base`.
fn uploaded(project: &Path, base: &Path) -> upload::Report {
    let entries = std::fs::read_dir(project).expect("a folder");
    let mut sources: Vec<_> = entries.map(|e| e.expect("an entry").path()).collect();
    sources.sort();
    let request = upload::Request {
        sources,
        origin: Origin::Library,
        policy: Policy::none(),
        disk_floor: 0,
        keep_archives: false,
        archive_rules: Default::default(),
    };
    let store = Store::new(BaseDir::chosen(base.to_owned()));
    let (cancel, progress) = (Cancel::default(), Progress::default());
    upload::run(&store, &request, &cancel, &progress, &|_| {}).expect("uploaded")
}
