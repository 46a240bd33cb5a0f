//! The command line: streams passed through, exit codes kept, refusals with the mend.

use std::io::Write;
use std::process::Stdio;

use super::kit::{self, ID, command, session};

const HELLO: &str = "import os, sys\n\
    print('out', *sys.argv[1:])\n\
    print('err', file=sys.stderr)\n\
    print(os.getcwd())\n\
    print(os.environ['EYPROJECT_SESSION_ID'], os.environ['EYPROJECT_SESSION_DIR'], os.environ['EYPROJECT_DB'])\n\
    sys.exit(7)\n";

#[test]
fn streams_pass_and_the_exit_code_is_kept() {
    if !kit::has_python() {
        return;
    }
    let fixture = session(&[("a b/模型 main.py", HELLO)]);
    let out = command(&fixture, &["a b/模型 main.py", "--", "--x", "ä b"])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(7), "{out:?}");
    let dir = dunce::canonicalize(kit::dir(&fixture)).unwrap();
    let stdout = String::from_utf8(out.stdout).unwrap();
    let lines: Vec<_> = stdout.lines().collect();
    assert_eq!(lines[0], "out --x ä b");
    assert_eq!(std::path::Path::new(lines[1]), dir.join("a b"));
    assert!(
        lines[2].starts_with(ID) && lines[2].ends_with("project_data.db"),
        "{}",
        lines[2]
    );
    assert_eq!(String::from_utf8(out.stderr).unwrap().trim_end(), "err");
    let run = kit::only(&fixture);
    let log = kit::log(&fixture, &run);
    for part in [
        "| out --x ä b",
        "! err",
        "# ended: exit code 7",
        "# CPU time: ",
        "# peak memory: ",
    ] {
        assert!(log.contains(part), "{part} in {log}");
    }
    assert_eq!(kit::traces(&fixture), [""; 0]);
}

#[test]
fn bytes_pass_as_they_are() {
    if !kit::has_python() {
        return;
    }
    let text = "import sys\nsys.stdout.buffer.write(bytes(range(256)) * 100 + b'\\xff no end')\n";
    let fixture = session(&[("main.py", text)]);
    let out = command(&fixture, &["main.py"]).output().unwrap();
    let mut wanted: Vec<u8> = (0..=255).collect::<Vec<u8>>().repeat(100);
    wanted.extend(b"\xff no end");
    assert_eq!(out.stdout, wanted);
    assert_eq!(out.status.code(), Some(0));
}

#[test]
fn input_is_passed_on_and_ends_where_ours_ends() {
    if !kit::has_python() {
        return;
    }
    let fixture = session(&[("main.py", "import sys\nprint(sys.stdin.read().upper())\n")]);
    let mut child = command(&fixture, &["main.py"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"said").unwrap();
    let out = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&out.stdout).trim_end(), "SAID");
    // And where nobody says anything, asking is an error of the script, not a wait.
    std::fs::write(kit::dir(&fixture).join("ask.py"), "input()\n").unwrap();
    let name = kit::start(&fixture, "ask.py", &[], 60).unwrap();
    let run = kit::ended(&fixture, &name);
    assert!(kit::log(&fixture, &run).contains("EOFError"), "{run:?}");
}

#[test]
fn a_million_lines_arrive() {
    if !kit::has_python() {
        return;
    }
    let text = "import sys\nfor i in range(1000000): sys.stdout.write(f'{i}\\n')\n";
    let fixture = session(&[("main.py", text)]);
    let out = command(&fixture, &["main.py"]).output().unwrap();
    assert_eq!(
        out.stdout.iter().filter(|b| **b == b'\n').count(),
        1_000_000
    );
    let log = kit::log(&fixture, &kit::only(&fixture));
    assert_eq!(
        log.lines().filter(|l| l.starts_with("| ")).count(),
        1_000_000
    );
    assert!(log.contains("\n| 999999\n#"), "nothing is lost at the end");
}

#[test]
fn what_can_not_be_run_is_refused_with_the_mend_and_leaves_nothing() {
    let fixture = session(&[("main.py", ""), ("x.ps1", ""), ("x.bat", "")]);
    let refused = |args: &[&str], code: i32, why: &str| {
        let mut command = command(&fixture, args);
        let empty = fixture.home();
        let out = command.env("PATH", &empty).output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(code), "{said}");
        assert!(said.contains(why), "{said}");
    };
    refused(&["none.py"], 1, "the session has no such file");
    refused(&["../x.py"], 2, "leads out of the session");
    refused(&["notes.txt"], 2, "is no script");
    refused(&["main.py"], 1, "install Python 3");
    refused(&["x.ps1"], 1, "install PowerShell");
    if cfg!(unix) {
        refused(&["x.bat"], 1, "Windows only");
    }
    assert!(!kit::dir(&fixture).join("logs").exists());
    let gone = fixture.run(["run", "session_20200101_000000", "main.py"]);
    assert_eq!(gone.code, Some(1));
    assert!(gone.stderr.contains("there is no such session"), "{gone:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn the_settings_name_a_python() {
    let fixture = session(&[("main.py", "")]);
    fixture.settings("[run]\npython = \"/nowhere/python\"\n");
    let out = fixture.run(["run", ID, "main.py"]);
    assert!(
        out.stderr.contains("/nowhere/python") && out.stderr.contains("config.toml"),
        "{out:?}"
    );
}

#[test]
fn a_script_of_sql_runs_on_the_sessions_database() {
    let fixture = session(&[
        (
            "sub/make.sql",
            "CREATE TABLE t(a); INSERT INTO t VALUES (1), (2);\nSELECT sum(a) AS total FROM t;\n",
        ),
        ("bad.sql", "SELECT 1;\n\nSELECT nope;\n"),
    ]);
    assert_eq!(fixture.run(["run", ID, "sub/make.sql"]).ok(), "total\n3\n");
    let run = kit::only(&fixture);
    let eyproject_sessions::run::State::Ended(end) = &run.state else {
        panic!("{run:?}")
    };
    assert_eq!(end.changes.tables[0].after, Some(2));
    let bad = fixture.run(["run", ID, "bad.sql"]);
    assert_eq!((bad.code, bad.stdout.as_str()), (Some(1), "1\n1\n"));
    assert!(
        bad.stderr.contains("bad.sql:3: no such column: nope"),
        "{bad:?}"
    );
}

#[test]
#[cfg(unix)]
fn a_shell_script_and_a_signal() {
    let fixture = session(&[("run.sh", "echo \"$1\"; kill -SEGV $$\n")]);
    let out = fixture.run(["run", ID, "run.sh", "--", "said"]);
    assert_eq!((out.code, out.stdout.as_str()), (Some(139), "said\n"));
}

#[test]
#[cfg(unix)]
fn who_reads_no_further_ends_the_script() {
    let fixture = session(&[("main.sh", "while echo x; do :; done\n")]);
    let mut child = command(&fixture, &["main.sh"]).spawn().unwrap();
    drop(child.stdout.take());
    // By SIGPIPE, as in any pipe.
    assert_eq!(child.wait().unwrap().code(), Some(141));
}

#[test]
#[cfg(windows)]
fn a_batch_file_runs() {
    let fixture = session(&[("run all.bat", "@echo off\r\necho %1\r\nexit /b 5\r\n")]);
    let out = fixture.run(["run", ID, "run all.bat", "--", "said"]);
    assert_eq!(
        (out.code, out.stdout.trim_end()),
        (Some(5), "said"),
        "{out:?}"
    );
}

#[test]
#[cfg(windows)]
fn a_batch_file_is_stopped_with_what_it_started() {
    use eyproject_sessions::run::{self, State, Why};
    let text = "@echo off\r\necho up\r\nstart /b cmd /c \"for /l %%i in (0,0,1) do @rem\"\r\n:again\r\ngoto again\r\n";
    let fixture = session(&[("main.bat", text)]);
    let name = kit::start(&fixture, "main.bat", &[], 0).unwrap();
    kit::wait("its output", || {
        let runs = run::runs(&kit::dir(&fixture)).unwrap();
        runs.first()
            .is_some_and(|r| kit::log(&fixture, r).contains("| up"))
    });
    assert_eq!(fixture.run(["delete", ID]).code, Some(1), "in use");
    run::stop(&kit::dir(&fixture), &name).unwrap();
    let run = kit::ended(&fixture, &name);
    let State::Ended(end) = &run.state else {
        panic!("{run:?}")
    };
    assert_eq!(end.why, Why::Stopped);
    // Its supervisor still has to close what it removed.
    kit::wait("no trace of it", || kit::traces(&fixture).is_empty());
    // Nothing of it is left that would keep the session's files open.
    fixture.run(["delete", ID]).ok();
}
