//! The proof of the rewriting of scripts: those of `tests/python/session` print the same before and
//! after, run by a real Python with a real pandas (`EYPROJECT_PYTHON`, see `tests/python/setup.sh`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use eyproject_sessions::session::Cancel;
use eyproject_sessions::upload::python::*;
use serde_json::Value;

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

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn table(value: &Value) -> Table {
    let column = |value: &Value| Column {
        name: text(&value["name"]),
        label: text(&value["label"]),
        sql: match text(&value["sql"]).as_str() {
            "INTEGER" => SqlType::Integer,
            "REAL" => SqlType::Real,
            _ => SqlType::Text,
        },
        cells: match text(&value["cells"]).as_str() {
            "Number" => Cells::Number,
            "Boolean" => Cells::Boolean,
            "Date" => Cells::Date,
            "Json" => Cells::Json,
            "Mixed" => Cells::Mixed,
            _ => Cells::Text,
        },
        lossy: value["lossy"].as_bool().expect("true or false"),
    };
    Table {
        name: text(&value["name"]),
        header: value["header"].as_bool().expect("true or false"),
        columns: value["columns"]
            .as_array()
            .expect("columns")
            .iter()
            .map(column)
            .collect(),
        differs: value["differs"].as_str().map(str::to_owned),
    }
}

/// The index that the loader prints.
fn index(printed: &str) -> TableIndex {
    let files: BTreeMap<String, Value> = serde_json::from_str(printed).expect("JSON");
    let mut index = TableIndex::default();
    for (path, value) in files {
        let file = match text(&value["kind"]).as_str() {
            "delimited" => DataFile::Delimited {
                delimiter: text(&value["delimiter"])
                    .chars()
                    .next()
                    .expect("a character"),
                quote: '"',
                encoding: Encoding {
                    name: text(&value["encoding"]["name"]),
                    ascii: value["encoding"]["ascii"] == true,
                    c1: value["encoding"]["c1"] == true,
                },
                table: table(&value["table"]),
            },
            "json" => DataFile::Json {
                lines: value["lines"] == true,
                utf8: true,
                table: table(&value["table"]),
            },
            _ => {
                let sheet = |value: &Value| Sheet {
                    name: text(&value["name"]),
                    table: value["table"].is_object().then(|| table(&value["table"])),
                };
                let sheets = value["sheets"].as_array().expect("sheets");
                DataFile::Workbook {
                    sheets: sheets.iter().map(sheet).collect(),
                }
            }
        };
        index.insert(path, file);
    }
    index
}

#[test]
fn rewritten_scripts_print_what_the_originals_print() {
    let Ok(interpreter) = std::env::var(VARIABLE) else {
        eprintln!("skipped: {VARIABLE} names no Python with pandas; see tests/python/setup.sh");
        return;
    };
    let temp = tempfile::tempdir().expect("a folder");
    let root = temp.path().join("session");
    copy(&fixture("session"), &root);
    python(&interpreter, "make_data.py", &root);
    let tables = index(&python(&interpreter, "load.py", &root));
    let outputs = |printed: String| -> BTreeMap<String, String> {
        serde_json::from_str(&printed).expect("JSON")
    };
    let before = outputs(python(&interpreter, "drive.py", &root));

    let mut scripts = Vec::new();
    files(&root, "", &mut scripts);
    scripts.retain(|path| path.ends_with(".py"));
    assert!(scripts.len() >= 40, "{}", scripts.len());
    let report = apply(&root, &scripts, &tables, &Cancel::default()).expect("rewritten");

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
}
