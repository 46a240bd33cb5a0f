//! Named points between the steps of an operation, where a test kills the process or makes a step fail.
//! Compiled in only with the feature `failpoints`, which nothing but the tests switches on.

/// Environment variable that arms points, joined by `,`: `name=kill` dies there, `name=enospc` and
/// `name=unsupported` fail there, `name=wait:FILE` makes FILE and goes on when it is gone,
/// `name=log:FILE` adds the name to FILE. `name#3=kill` means the third time the point is reached,
/// `*` every point.
#[cfg(feature = "failpoints")]
pub const VARIABLE: &str = "EYPROJECT_FAILPOINTS";

/// Reaches the point `name`: dies there, fails there, waits there, or (in every real build) does nothing.
#[cfg(not(feature = "failpoints"))]
#[inline(always)]
pub fn reach(_name: &str) -> std::io::Result<()> {
    Ok(())
}

/// Reaches the point `name`: dies there, fails there, waits there, or does nothing.
#[cfg(feature = "failpoints")]
pub fn reach(name: &str) -> std::io::Result<()> {
    use std::collections::HashMap;
    use std::sync::Mutex;

    static SEEN: Mutex<Option<HashMap<String, u32>>> = Mutex::new(None);

    let Ok(armed) = std::env::var(VARIABLE) else {
        return Ok(());
    };
    let count = {
        let mut seen = SEEN.lock().unwrap_or_else(|e| e.into_inner());
        let n = seen.get_or_insert_default().entry(name.into()).or_insert(0);
        *n += 1;
        *n
    };
    for rule in armed.split(',') {
        let (point, action) = rule.split_once('=').unwrap_or((rule, "kill"));
        let (point, nth) = match point.split_once('#') {
            Some((point, nth)) => (point, nth.parse().unwrap_or(1)),
            None => (point, count),
        };
        if (point == name || point == "*") && nth == count {
            act(name, action)?;
        }
    }
    Ok(())
}

#[cfg(feature = "failpoints")]
fn act(name: &str, action: &str) -> std::io::Result<()> {
    use std::io::{ErrorKind, Write};
    match action.split_once(':') {
        Some(("wait", file)) => wait(file.as_ref()),
        Some(("log", file)) => std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(file)?
            .write_all(format!("{name}\n").as_bytes()),
        _ if action == "enospc" => Err(ErrorKind::StorageFull.into()),
        _ if action == "unsupported" => Err(ErrorKind::Unsupported.into()),
        _ => kill(),
    }
}

/// Makes `file` and waits until somebody removes it; half a minute at most, so that nothing hangs for ever.
#[cfg(feature = "failpoints")]
fn wait(file: &std::path::Path) -> std::io::Result<()> {
    fs_err::write(file, [])?;
    for _ in 0..30_000 {
        if !file.exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    Ok(())
}

/// Ends the process at once, as `kill -9` does: no destructor runs, no buffer is written.
#[cfg(feature = "failpoints")]
fn kill() -> ! {
    #[cfg(unix)]
    {
        let me = rustix::process::getpid();
        let _ = rustix::process::kill_process(me, rustix::process::Signal::KILL);
    }
    std::process::abort()
}
