//! Named points between the steps of an operation, where a test kills the process or makes a step fail.
//! Compiled in only with the feature `failpoints`, which nothing but the tests switches on.

/// Environment variable that arms points: `name=kill`, `name=enospc`, `name=pause:MS`, joined by `,`.
/// `name#3=kill` means the third time the point is reached.
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
        if point != name || nth != count {
            continue;
        }
        match action.split_once(':') {
            Some(("pause", ms)) => {
                std::thread::sleep(std::time::Duration::from_millis(ms.parse().unwrap_or(0)));
            }
            _ if action == "enospc" => return Err(std::io::ErrorKind::StorageFull.into()),
            _ if action == "unsupported" => return Err(std::io::ErrorKind::Unsupported.into()),
            _ => kill(),
        }
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
