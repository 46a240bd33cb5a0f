//! What a run leaves behind: its record, and what it changed.

use eyproject_sessions::run::{State, Why};

use super::kit::{self, session};

const MODEL: &str = "import os, sqlite3\n\
    db = sqlite3.connect(os.environ['EYPROJECT_DB'])\n\
    db.execute('CREATE TABLE sales(region TEXT, amount REAL)')\n\
    db.executemany('INSERT INTO sales VALUES (?, ?)', [('north', 1.5), ('south', 2.5)])\n\
    db.commit()\n\
    total, = db.execute('SELECT sum(amount) FROM sales').fetchone()\n\
    open('report.html', 'w').write(f'<p>{total}</p>')\n\
    print(total, os.environ['OWN'])\n";

#[test]
fn what_a_model_changed_is_told() {
    if !kit::has_python() {
        return;
    }
    let fixture = session(&[("model.py", MODEL), ("kept.txt", "x")]);
    let name = kit::start(&fixture, "model.py", &[], 60).unwrap();
    let run = kit::ended(&fixture, &name);
    let log = kit::log(&fixture, &run);
    assert!(log.contains("| 4.0 ä b"), "{log}");
    let State::Ended(end) = &run.state else {
        panic!("{run:?}")
    };
    assert!(end.is_success(), "{log}");
    let files: Vec<_> = end
        .changes
        .files
        .iter()
        .map(|f| (f.path.as_str(), f.new))
        .collect();
    assert_eq!(files, [("report.html", true)]);
    let tables: Vec<_> = end
        .changes
        .tables
        .iter()
        .map(|t| (t.name.as_str(), t.before, t.after))
        .collect();
    assert_eq!(tables, [("sales", None, Some(2))]);
    assert!(
        end.usage.is_some_and(|u| u.peak_bytes > 1_000_000),
        "{end:?}"
    );
    assert!(!run.record.started_at.to_rfc3339().is_empty());
    let text =
        std::fs::read_to_string(kit::dir(&fixture).join("logs").join(format!("{name}.json")))
            .unwrap();
    assert!(
        !text.contains("ä b"),
        "values of variables may be secrets: {text}"
    );
}

#[test]
fn a_crash_is_read_in_the_log() {
    if !kit::has_python() {
        return;
    }
    let fixture = session(&[("main.py", "print('before')\nraise ValueError('why')\n")]);
    let name = kit::start(&fixture, "main.py", &[], 60).unwrap();
    let run = kit::ended(&fixture, &name);
    let State::Ended(end) = &run.state else {
        panic!("{run:?}")
    };
    assert_eq!((end.why, end.code), (Why::Itself, Some(1)));
    let log = kit::log(&fixture, &run);
    let (before, after) = (log.find("| before"), log.find("! ValueError: why"));
    assert!(before.is_some() && before < after, "{log}");
}

#[test]
fn what_can_not_begin_is_said_to_who_asked() {
    let fixture = session(&[("main.sql", "")]);
    assert!(
        kit::start(&fixture, "none.py", &[], 60)
            .unwrap_err()
            .contains("no such file")
    );
    std::fs::write(kit::dir(&fixture).join("logs"), "in the way").unwrap();
    let error = kit::start(&fixture, "main.sql", &[], 60).unwrap_err();
    assert!(
        error.contains("in the place of the folder of logs"),
        "{error}"
    );
}

#[test]
fn a_rewritten_script_finds_its_module() {
    if !kit::has_python() {
        return;
    }
    let text = "import importlib.util\nprint(importlib.util.find_spec('eyproject_sql').origin)\n";
    let fixture = session(&[("main.py", text)]);
    let out = fixture.run(["run", kit::ID, "main.py"]).ok();
    assert!(out.contains(".eyproject"), "{out}");
    assert!(!kit::dir(&fixture).join("eyproject_sql.py").exists());
}

/// With a Python that has pandas, which `EYPROJECT_PYTHON` names; elsewhere there is nothing to be tested.
#[test]
#[cfg(target_os = "linux")]
fn a_pandas_script_reads_the_tables() {
    let Ok(python) = std::env::var("EYPROJECT_PYTHON") else {
        eprintln!("EYPROJECT_PYTHON names no Python with pandas: not tested");
        return;
    };
    let fixture = session(&[
        (
            "make.sql",
            "CREATE TABLE t(a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, 'y');",
        ),
        (
            "model.py",
            "import eyproject_sql\ndf = eyproject_sql.read_csv('t')\nprint(df.a.sum(), list(df.b))\n",
        ),
    ]);
    fixture.settings(&format!("[run]\npython = {python:?}\n"));
    fixture.run(["run", kit::ID, "make.sql"]).ok();
    assert_eq!(
        fixture.run(["run", kit::ID, "model.py"]).ok(),
        "3 ['x', 'y']\n"
    );
}
