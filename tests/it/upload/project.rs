//! A real project in a ZIP: CSV in two encodings, a workbook with three sheets, two scripts, a folder.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::{new, query, said, uploaded, workbook, zip};

/// Names the Python that has pandas and openpyxl.
pub const PYTHON_VARIABLE: &str = "EYPROJECT_PYTHON";

/// The script at its top.
pub const SALES: &str = "import pandas as pd\n\nsales = pd.read_csv('sales.csv')\nprint(sales.describe())\nprint(sales.dtypes)\nbook = pd.read_excel('plan.xlsx', sheet_name='Costs')\nprint(book)\n";
const CITIES: &str = "from pandas import read_csv\n\nprint(read_csv('../data/cities.csv', sep=';', encoding='cp1252'))\nprint(read_csv('../data/cities.csv', sep=';', encoding='cp1252', skiprows=1))\n";

/// A project with everything that an upload knows.
pub fn project() -> Vec<u8> {
    let plan = workbook(&[
        (
            "Costs",
            &[&["item", "price"], &["pen", "1.5"], &["ink", "7"]],
        ),
        ("Empty", &[]),
        ("Staff", &[&["name"], &["Ada"], &["Kurt"]]),
    ]);
    zip(&[
        (
            "sales.csv",
            b"id,amount,name\n1,2.50,M\xc3\xbcller\n2,,x\n3,4.25,y\n",
        ),
        (
            "data/cities.csv",
            b"city;people\nK\xf6ln;1000\nM\xfcnchen;2000\n\xdcberlingen;5\n",
        ),
        ("plan.xlsx", &plan),
        ("sales.py", SALES.as_bytes()),
        ("tools/cities.py", CITIES.as_bytes()),
        ("run.sh", b"#!/bin/sh\n"),
    ])
}

#[test]
fn a_project_becomes_a_session_whose_scripts_print_the_same() {
    let fixture = new();
    let source = fixture.outside("project.zip", &project());
    let (session, answer) = uploaded(&fixture, &[&source]);
    let made = &answer["sql_conversion"];
    let tables = json!(["sales", "plan_Costs", "plan_Staff", "cities"]);
    assert_eq!(
        sorted(&made["converted_tables"]),
        sorted(&tables),
        "{answer:#}"
    );
    assert_eq!(made["total_tables"], 4);
    assert_eq!(answer["extracted"][0]["archive"], "project.zip");
    assert_eq!(answer["extracted"][0]["files"], 6);
    // All that the window shows of it later.
    let manifest = std::fs::read(session.join(".session.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["extracted"], answer["extracted"]);
    assert_eq!(manifest["tables"], made["conversion_summary"]);
    let list = |field: &str| answer[field].as_array().unwrap().clone();
    let told = [list("skipped"), list("notes")].concat();
    assert_eq!(manifest["skipped"], serde_json::Value::from(told));
    // What is only told of a file is not skipped.
    for note in list("notes") {
        assert!(!list("skipped").contains(&note), "{note}");
    }
    let encoding = list("notes").into_iter().any(|n| {
        n["file"] == "data/cities.csv" && n["reason"].as_str().unwrap().contains("windows-1252")
    });
    assert!(encoding, "{answer:#}");
    let script = json!({"file": "sales.py", "original": "sales.py.orig", "calls": 2});
    assert_eq!(manifest["scripts"][0], script);
    let id = answer["session_id"].as_str().unwrap();
    let info: serde_json::Value =
        serde_json::from_str(&fixture.run(["info", id, "--json"]).ok()).unwrap();
    for field in ["tables", "skipped", "extracted", "scripts"] {
        assert_eq!(info[field], manifest[field], "{field}");
    }
    let shown = fixture.run(["info", id]).ok();
    for line in [
        "  archive  project.zip (6 files)",
        "  script   sales.py (2 calls to tables, before: sales.py.orig)",
    ] {
        assert!(shown.lines().any(|l| l == line), "{line}: {shown}");
    }
    assert_eq!(
        made["python_files_updated"],
        json!(["sales.py", "tools/cities.py"])
    );
    assert_eq!(made["python_transformations"].as_array().unwrap().len(), 3);
    said(&answer, "tools/cities.py", "line 4");
    said(&answer, "plan.xlsx, sheet Empty", "the sheet is empty");
    assert_eq!(query(&session, "SELECT count(*) FROM sales"), 3);
    assert_eq!(
        query(
            &session,
            "SELECT count(*) FROM cities WHERE city LIKE 'K_ln'"
        ),
        1
    );
    assert!(session.join("DATABASE_SUMMARY.md").is_file());
    assert!(!session.join("project.zip").exists());
    assert!(!session.join("project_data.db-wal").exists());
    assert_eq!(
        std::fs::read_to_string(session.join("sales.py.orig")).unwrap(),
        SALES
    );
    let mode = |name: &str| session.join(name).metadata().unwrap().permissions().mode();
    assert_ne!(mode("run.sh") & 0o100, 0);
    assert_eq!(mode("sales.csv") & 0o111, 0);
    let log = std::fs::read_to_string(session.join("logs/upload.log")).unwrap();
    assert!(log.contains("table sales: 3 rows, 3 columns"), "{log}");
    assert!(log.contains("script sales.py: 2 calls"), "{log}");

    match std::env::var(PYTHON_VARIABLE) {
        Ok(python) => print_the_same(&python, &session),
        Err(_) => eprintln!("skipped: {PYTHON_VARIABLE} names no Python with pandas"),
    }
}

/// The rewritten scripts of the project print what the originals print.
pub fn print_the_same(python: &str, session: &Path) {
    for (folder, script) in [("", "sales.py"), ("tools", "cities.py")] {
        let run = |name: &str| {
            let mut command = Command::new(python);
            let output = command.arg(name).current_dir(session.join(folder)).output();
            let output = output.unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{name}: {error}");
            String::from_utf8(output.stdout).unwrap()
        };
        assert_eq!(run(script), run(&format!("{script}.orig")), "{script}");
    }
}

fn sorted(names: &serde_json::Value) -> Vec<String> {
    let names = names.as_array().unwrap().iter();
    let mut names: Vec<_> = names.map(|n| n.as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn verbose_prints_tables_scripts_and_what_was_left_alone() {
    let fixture = new();
    let source = fixture.outside("project.zip", &project());
    let mut command = fixture.program();
    let outcome = crate::fixture::Outcome::of(command.args(["-v", "upload"]).arg(source));
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    for words in [
        "extracting project.zip",
        "extracted 6 files",
        "converting sales.csv",
        "table sales: 3 rows, 3 columns, from sales.csv",
        "script sales.py: 2 calls",
        "tools/cities.py: line 4",
    ] {
        assert!(outcome.stderr.contains(words), "{words}: {outcome:?}");
    }
}
