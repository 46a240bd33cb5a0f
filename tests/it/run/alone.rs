//! A run that is left alone: it outlives who started it, keeps its session in use, and ends with all its
//! processes, whoever dies.
#![cfg(target_os = "linux")]

use std::process::Stdio;
use std::time::{Duration, Instant};

use eyproject_sessions::run::{self, Files, State, Why};
use rustix::process::{Pid, Signal, kill_process};

use super::kit::{self, ID, session};
use crate::fixture::Fixture;

/// Starts children that ask for nothing and shed their parents, then waits with them for ever. The mark in
/// their command lines is the name of the base, which nothing else has.
const ENDLESS: &str = "import os, subprocess, sys, time\n\
    code = 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)'\n\
    subprocess.Popen([sys.executable, '-c', code, sys.argv[1]])\n\
    subprocess.Popen(['sh', '-c', 'setsid sleep \"$0\" & exec sleep \"$0\"', sys.argv[2]])\n\
    if os.fork() == 0:\n\
    \x20   os.setsid()\n\
    \x20   if os.fork() == 0: time.sleep(600)\n\
    \x20   os._exit(0)\n\
    print('ready', flush=True)\n\
    while True: time.sleep(0.05)\n";

fn mark(fixture: &Fixture) -> String {
    fixture.base().to_string_lossy().into_owned()
}

/// Seconds that nobody else sleeps: the mark of processes that say nothing else of themselves.
fn nap(fixture: &Fixture) -> String {
    let name = mark(fixture);
    let number = name
        .bytes()
        .fold(7u64, |n, b| n.wrapping_mul(31).wrapping_add(b.into()));
    format!("98765.{:012}", number % 1_000_000_000_000)
}

/// A run that goes on until it is stopped.
fn endless(fixture: &Fixture, time_limit_s: u64) -> String {
    let name = kit::start(
        fixture,
        "main.py",
        &[&mark(fixture), &nap(fixture)],
        time_limit_s,
    )
    .unwrap();
    let log = Files::of(&kit::dir(fixture), &name).log();
    kit::wait("the children", || {
        std::fs::read_to_string(&log).unwrap().contains("| ready")
    });
    name
}

fn nothing_is_left(fixture: &Fixture) {
    for mark in [mark(fixture), nap(fixture)] {
        kit::wait("every process to end", || kit::processes(&mark).is_empty());
    }
}

#[test]
fn stop_ends_the_whole_tree_and_the_session_is_in_use_until_then() {
    let fixture = session(&[("main.py", ENDLESS)]);
    let name = endless(&fixture, 0);
    let look = || run::run(&kit::dir(&fixture), &name).unwrap().state;
    assert_eq!(look(), State::Running);
    kit::wait("all of them", || kit::processes(&mark(&fixture)).len() >= 5);
    let sleeps = |pid: &u32| {
        let program = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        program.trim() == "sleep"
    };
    kit::wait("both that only sleep", || {
        kit::processes(&nap(&fixture))
            .iter()
            .filter(|p| sleeps(p))
            .count()
            == 2
    });
    let refused = fixture.run(["delete", ID]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("it is in use"), "{refused:?}");
    let kept = fixture.run(["cleanup", "--keep", "0", "--dry-run"]);
    assert!(
        kept.stdout.contains(&format!("kept {ID}: it is in use")),
        "{kept:?}"
    );

    let asked = Instant::now();
    run::stop(&kit::dir(&fixture), &name).unwrap();
    let run = kit::ended(&fixture, &name);
    assert!(
        asked.elapsed() < Duration::from_secs(15),
        "{:?}",
        asked.elapsed()
    );
    nothing_is_left(&fixture);
    let State::Ended(end) = &run.state else {
        panic!("{run:?}")
    };
    assert_eq!(
        (end.why, end.code, end.signal),
        (Why::Stopped, None, Some(15))
    );
    assert_eq!(kit::traces(&fixture), [""; 0]);
    fixture.run(["delete", ID]).ok();
}

#[test]
fn a_time_limit_ends_it() {
    let fixture = session(&[("main.py", ENDLESS)]);
    let name = endless(&fixture, 1);
    let run = kit::ended(&fixture, &name);
    nothing_is_left(&fixture);
    let State::Ended(end) = &run.state else {
        panic!("{run:?}")
    };
    assert_eq!((end.why, end.exit_code()), (Why::TimeLimit, 124));
    assert!(kit::log(&fixture, &run).contains("# ended: stopped at its time limit"));
    let out = kit::command(
        &fixture,
        &["--time-limit", "1s", "main.py", "--", "x", "600"],
    )
    .output()
    .unwrap();
    assert_eq!(out.status.code(), Some(124));
}

#[test]
fn a_killed_supervisor_takes_the_tree_with_it_and_is_found_out() {
    let fixture = session(&[("main.py", ENDLESS), ("next.py", "")]);
    let name = endless(&fixture, 0);
    kill(&fixture, "supervise");
    nothing_is_left(&fixture);
    let found = run::run(&kit::dir(&fixture), &name).unwrap();
    assert_eq!(found.state, State::Lost);
    // The next run tidies up after it.
    assert!(!kit::traces(&fixture).is_empty());
    let next = kit::start(&fixture, "next.py", &[], 0).unwrap();
    kit::ended(&fixture, &next);
    kit::wait("the traces to go", || kit::traces(&fixture).is_empty());
    assert_eq!(
        run::run(&kit::dir(&fixture), &name).unwrap().state,
        State::Lost
    );
}

#[test]
fn a_killed_leash_leaves_its_children_to_the_supervisor() {
    let fixture = session(&[("main.py", ENDLESS)]);
    let name = endless(&fixture, 0);
    kill(&fixture, "leash");
    let run = kit::ended(&fixture, &name);
    nothing_is_left(&fixture);
    let State::Ended(end) = &run.state else {
        panic!("{run:?}")
    };
    assert_eq!(end.signal, Some(9));
}

#[test]
fn a_session_stays_in_use_by_what_outlives_its_supervisor() {
    let fixture = session(&[("main.py", ENDLESS)]);
    endless(&fixture, 0);
    // It can do nothing while the leash dies, so that nobody is left to end the others.
    signal(&fixture, "supervise", Signal::STOP);
    kill(&fixture, "leash");
    kill(&fixture, "supervise");
    let refused = fixture.run(["delete", ID]);
    assert!(refused.stderr.contains("in use"), "{refused:?}");
    for mark in [mark(&fixture), nap(&fixture)] {
        for pid in kit::processes(&mark) {
            let _ = kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL);
        }
    }
    nothing_is_left(&fixture);
    fixture.run(["delete", ID]).ok();
}

/// Kills the process that plays this part here.
fn kill(fixture: &Fixture, part: &str) {
    signal(fixture, part, Signal::KILL);
}

fn signal(fixture: &Fixture, part: &str, signal: Signal) {
    let mine = |pid: &u32| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split(|b| *b == 0).any(|word| word == part.as_bytes())
    };
    let found: Vec<_> = kit::processes(&mark(fixture))
        .into_iter()
        .filter(mine)
        .collect();
    assert_eq!(found.len(), 1, "{part}");
    let pid = Pid::from_raw(found[0].cast_signed()).unwrap();
    kill_process(pid, signal).unwrap();
}

#[test]
fn it_outlives_who_started_it() {
    let fixture = session(&[("main.py", "import time\ntime.sleep(0.7)\nprint('done')\n")]);
    // A process of its own starts it and is killed at once, with everything in its group.
    let mut starter = fixture.isolated("sh".as_ref());
    let script = format!(
        "printf '%s' '{{\"session\":\"{ID}\",\"script\":\"main.py\",\"time_limit_s\":9}}' | \"$0\" run-supervisor supervise; sleep 60"
    );
    starter
        .args(["-c", &script])
        .arg(fixture.program_file())
        .stdout(Stdio::piped());
    std::os::unix::process::CommandExt::process_group(&mut starter, 0);
    let mut starter = starter.spawn().unwrap();
    let mut line = String::new();
    let said = starter.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(said), &mut line).unwrap();
    assert!(line.contains("run-main.py-"), "{line}");
    let group = Pid::from_raw(starter.id().cast_signed()).unwrap();
    rustix::process::kill_process_group(group, Signal::KILL).unwrap();
    starter.wait().unwrap();
    let run = kit::ended(&fixture, &kit::only(&fixture).record.name);
    let State::Ended(end) = &run.state else {
        panic!("{run:?}")
    };
    assert!(end.is_success(), "{run:?}");
    assert!(kit::log(&fixture, &run).contains("| done\n"));
}

#[test]
fn control_c_stops_the_tree() {
    let text = "import time\ntry:\n    print('ready', flush=True)\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('asked', flush=True)\n    raise SystemExit(3)\n";
    let fixture = session(&[("main.py", text)]);
    let mut command = kit::command(&fixture, &["main.py"]);
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().unwrap();
    kit::wait("the script", || {
        run::runs(&kit::dir(&fixture))
            .unwrap()
            .first()
            .is_some_and(|r| kit::log(&fixture, r).contains("ready"))
    });
    let group = Pid::from_raw(child.id().cast_signed()).unwrap();
    rustix::process::kill_process_group(group, Signal::INT).unwrap();
    assert_eq!(
        child.wait().unwrap().code(),
        Some(3),
        "as it answers Ctrl+C"
    );
    assert!(kit::log(&fixture, &kit::only(&fixture)).contains("asked\n"));
}

#[test]
fn a_script_that_writes_without_end_fills_its_log_only() {
    let fixture = session(&[(
        "main.sh",
        "i=0; while [ $i -lt 20000 ]; do echo 'a line of some length' $i; i=$((i+1)); done; echo end >&2\n",
    )]);
    fixture.settings("[run]\nlog_limit = \"100kB\"\n");
    let out = fixture.run(["run", ID, "main.sh"]);
    assert_eq!(
        (out.code, out.stdout.lines().count()),
        (Some(0), 20_000),
        "it goes on"
    );
    let log = kit::log(&fixture, &kit::only(&fixture));
    assert!(log.len() < 101_500, "{}", log.len());
    assert!(log.contains("\n# the log is full: ") && log.contains("log_limit"));
    assert!(
        log.contains("\n# ended: exit code 0\n"),
        "{}",
        &log[log.len() - 500..]
    );
}

#[test]
fn what_a_script_leaves_behind_ends_with_it() {
    let fixture = session(&[(
        "run.sh",
        "sleep \"$1\" & sh -c 'setsid sleep \"$0\"' \"$1\" & sleep 0.3; exit 0\n",
    )]);
    let began = Instant::now();
    fixture
        .run(["run", ID, "run.sh", "--", &nap(&fixture)])
        .ok();
    assert!(began.elapsed() < Duration::from_secs(20));
    nothing_is_left(&fixture);
}

#[test]
fn a_link_in_the_place_of_the_logs_leads_nobody_out() {
    let fixture = session(&[(
        "main.sh",
        "for record in logs/*.json; do echo victim > \"$1/${record#logs/}\"; done\n\
         mv logs moved && ln -s \"$1\" logs && exit 7\n",
    )]);
    let outside = tempfile::tempdir().unwrap();
    let place = outside.path().to_str().unwrap();
    let out = fixture.run(["run", ID, "main.sh", "--", place]);
    assert_eq!(out.code, Some(7), "{out:?}");
    let names = |dir: &std::path::Path| {
        let entries = std::fs::read_dir(dir).unwrap();
        let mut names: Vec<_> = entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let victims = names(outside.path());
    assert_eq!(victims.len(), 1, "{victims:?}");
    let victim = std::fs::read_to_string(outside.path().join(&victims[0])).unwrap();
    assert_eq!(victim, "victim\n");
    // What came of the run stands where the logs are now, and nothing else is left there.
    let moved = kit::dir(&fixture).join("moved");
    let written = std::fs::read_to_string(moved.join(&victims[0])).unwrap();
    assert!(written.contains("\"code\": 7"), "{written}");
    assert_eq!(names(&moved).len(), 2, "{:?}", names(&moved));
}
