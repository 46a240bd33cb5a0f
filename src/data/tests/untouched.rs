//! No look changes a byte, whatever lies beside the database and whoever writes to it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::*;

/// A real program of Python that does `before`, says so, waits for a word, and dies without a goodbye.
struct Other {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Other {
    fn start(dir: &Path, before: &str) -> Self {
        let code = format!(
            "import sqlite3, os, sys\nc = sqlite3.connect('project_data.db', isolation_level=None)\n{before}\n\
             print('ready', flush=True)\nsys.stdin.readline()\nos._exit(0)\n"
        );
        let mut child = Command::new("python3")
            .args(["-c", &code])
            .current_dir(dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), "ready");
        Self { child, lines }
    }

    fn die(mut self) {
        let _ = self.child.stdin.take().unwrap().write_all(b"\n");
        self.child.wait().unwrap();
        assert!(self.lines.next().is_none());
    }
}

const TABLE: &str = "c.execute('create table if not exists t(x)')\n";

/// Looks, and compares the directory before and after.
#[track_caller]
fn seen(dir: &Path) -> u64 {
    let before = contents(dir);
    let rows = look_at_all(&Database::new(dir.join("project_data.db")), "t");
    let after = contents(dir);
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    assert!(before == after, "bytes or times have changed");
    rows
}

#[test]
fn a_database_at_rest() {
    let (dir, _) = made("CREATE TABLE t(x); INSERT INTO t VALUES (1), (2)");
    assert_eq!(seen(dir.path()), 2);
}

#[test]
fn a_database_that_would_write_a_log() {
    let (dir, _) =
        made("PRAGMA journal_mode=WAL; CREATE TABLE t(x); INSERT INTO t VALUES (1), (2)");
    assert_eq!(
        contents(dir.path()).len(),
        1,
        "the log went with its program"
    );
    assert_eq!(seen(dir.path()), 2);
}

#[test]
fn rows_in_a_log_are_seen_with_its_program_alive_and_dead_and_without_the_index() {
    let dir = tempfile::tempdir().unwrap();
    let insert = format!(
        "c.execute('pragma journal_mode=wal')\n{TABLE}c.execute('insert into t values (1),(2),(3)')"
    );
    let other = Other::start(dir.path(), &insert);
    assert_eq!(contents(dir.path()).len(), 3);
    assert_eq!(seen(dir.path()), 3, "alive");
    other.die();
    assert_eq!(seen(dir.path()), 3, "dead");
    fs::remove_file(dir.path().join("project_data.db-shm")).unwrap();
    assert_eq!(seen(dir.path()), 3, "no index");
}

#[test]
fn a_writer_in_the_middle_of_a_change_is_not_waited_for() {
    for mode in ["delete", "wal"] {
        let dir = tempfile::tempdir().unwrap();
        let change = format!(
            "c.execute('pragma journal_mode={mode}')\n{TABLE}c.execute('insert into t values (1)')\n\
             c.execute('begin immediate')\nc.execute('insert into t values (2)')"
        );
        let other = Other::start(dir.path(), &change);
        let began = std::time::Instant::now();
        assert_eq!(
            seen(dir.path()),
            1,
            "{mode}: what isn't committed isn't seen"
        );
        assert!(began.elapsed().as_secs() < 2, "{mode}");
        other.die();
    }
}

#[test]
fn a_change_that_a_crash_cut_off_is_taken_back_and_stays_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    // A tiny cache, so that changed pages are written before the end of the change.
    let change = format!(
        "{TABLE}c.execute('insert into t values (1)')\nc.execute('pragma cache_size=1')\nc.execute('begin')\n\
         c.execute('update t set x = 7')\n\
         c.execute('with n(i) as (select 1 union all select i + 1 from n where i < 5000) \
         insert into t select zeroblob(500) from n')"
    );
    Other::start(dir.path(), &change).die();
    let journal = dir.path().join("project_data.db-journal");
    assert!(fs::metadata(&journal).unwrap().len() > 512);
    assert!(
        fs::metadata(dir.path().join("project_data.db"))
            .unwrap()
            .len()
            > 1_000_000
    );
    assert_eq!(seen(dir.path()), 1);
    let database = Database::new(dir.path().join("project_data.db"));
    let outcome = run(
        &database,
        "SELECT x FROM t; PRAGMA integrity_check",
        10,
        &Stop::default(),
    )
    .unwrap();
    assert_eq!(outcome.answers[0].rows, [[Value::Integer(1)]]);
    assert_eq!(outcome.answers[1].rows, [[Value::Text("ok".into())]]);
}

#[test]
fn a_database_that_changes_all_the_time_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("project_data.db");
    let code = "import sqlite3\nc = sqlite3.connect('project_data.db', timeout=60)\n\
                c.execute('create table t(a, b)')\nc.commit()\nprint('ready', flush=True)\n\
                for i in range(100000):\n    c.execute('insert into t values (?, ?)', (i, -i))\n    c.commit()\n";
    let mut child = Command::new("python3")
        .args(["-c", code])
        .current_dir(dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let database = Database::new(path);
    let mut seen = 0;
    let deadline = Instant::now() + Duration::from_secs(60);
    for look in 0.. {
        // Until it has written something, which a busy machine may put off.
        if look >= 20 && (seen > 0 || Instant::now() > deadline) {
            break;
        }
        let sql = "SELECT count(*), sum(a + b), max(rowid) FROM t";
        let outcome = run(&database, sql, 1, &Stop::default()).unwrap();
        let row = &outcome.answers[0].rows[0];
        let Value::Integer(n) = row[0] else {
            panic!("{row:?}")
        };
        if n > 0 {
            assert_eq!(row[1..], [Value::Integer(0), Value::Integer(n)]);
        }
        assert!(n >= seen);
        seen = n;
    }
    assert!(seen > 0);
    assert!(child.try_wait().unwrap().is_none(), "it goes on writing");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_empty_file_with_a_log_beside_it_keeps_it() {
    let dir = tempfile::tempdir().unwrap();
    for name in [
        "project_data.db",
        "project_data.db-wal",
        "project_data.db-journal",
    ] {
        fs::write(
            dir.path().join(name),
            if name.ends_with("db") {
                ""
            } else {
                "not empty"
            },
        )
        .unwrap();
    }
    let before = contents(dir.path());
    let database = Database::new(dir.path().join("project_data.db"));
    assert!(
        schema(&database, &Stop::default())
            .unwrap()
            .tables
            .is_empty()
    );
    assert!(before == contents(dir.path()));
}
