//! `run`: a script of a session before one's eyes, and the parts that the program plays around it. The
//! exit code is the script's.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::args::{Part, Run};
use super::{Context, Failed, complain};
use crate::run::sql::{self, SqlError};
use crate::run::{self, Attached, Record, Request, Started, Why, leash};
use crate::session::{Error, Result};

type Outcome = std::result::Result<ExitCode, Failed>;

/// Runs a script to its end; its streams are ours.
pub fn run(context: &Context, args: Run) -> Outcome {
    let request = Request {
        session: args.id.find(context, false)?,
        script: args.script,
        args: args.args,
        environment: Vec::new(),
        time_limit_s: args.time_limit.as_secs(),
    };
    let prepared = run::prepare(&context.store, &request, &own()?, python(context))?;
    let prepared = prepared.with_log_limit(log_limit(context));
    let attached = Attached {
        out: Box::new(std::io::stdout()),
        err: Box::new(std::io::stderr()),
    };
    let record = prepared.run(Some(attached), |_| {})?;
    Ok(told(context, &record))
}

/// Says what isn't the script's own to say.
fn told(context: &Context, record: &Record) -> ExitCode {
    let Some(end) = &record.end else {
        return ExitCode::FAILURE;
    };
    if let Some(problem) = &end.problem {
        complain(&format!("{}: {problem}", record.script));
    }
    match end.why {
        Why::TimeLimit => complain(&format!(
            "{} took longer than its time limit of {} s and was ended; --time-limit allows more",
            record.script, record.time_limit_s
        )),
        Why::Stopped => context.say(&format!("stopped {}", record.script)),
        Why::Itself | Why::NotStarted | Why::Lost => {}
    }
    ExitCode::from(end.exit_code())
}

/// Plays one of the parts around a script.
pub fn play(context: &Context, part: Part, words: &[OsString]) -> Outcome {
    match part {
        Part::Supervise => supervise(context),
        Part::Leash => {
            let [lock, report, program, args @ ..] = words else {
                return wrong();
            };
            leash::hold(Path::new(lock), Path::new(report), program, args)?;
            Ok(ExitCode::SUCCESS)
        }
        Part::Sql => {
            let [file, args @ ..] = words else {
                return wrong();
            };
            if !args.is_empty() {
                complain("a script of SQL takes no arguments");
                return Err(Failed::Refused);
            }
            query(Path::new(file))
        }
    }
}

fn wrong() -> Outcome {
    complain("this command is for the program itself; run does what you want");
    Ok(ExitCode::from(2))
}

/// Supervises the run that is asked for on standard input, and says on standard output whether it began.
fn supervise(context: &Context) -> Outcome {
    run::detach();
    let mut asked = Vec::new();
    std::io::stdin().read_to_end(&mut asked)?;
    let request: Request = serde_json::from_slice(&asked)?;
    let prepared =
        own().and_then(|own| run::prepare(&context.store, &request, &own, python(context)));
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(e) => {
            say(&e.into());
            return Err(Failed::Refused);
        }
    };
    let prepared = prepared.with_log_limit(log_limit(context));
    let record = prepared.run(None, |name| say(&Started::Run(name.to_owned())))?;
    Ok(record
        .end
        .map_or(ExitCode::FAILURE, |end| ExitCode::from(end.exit_code())))
}

fn say(started: &Started) {
    let mut line = serde_json::to_vec(started).unwrap_or_default();
    line.push(b'\n');
    // Who asked may have gone meanwhile: that is what a supervisor is for.
    let mut out = std::io::stdout();
    let _ = out.write_all(&line).and_then(|()| out.flush());
}

fn query(file: &Path) -> Outcome {
    let Some(database) = std::env::var_os("EYPROJECT_DB").map(PathBuf::from) else {
        return wrong();
    };
    match sql::run(file, &database, std::io::stdout()) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(SqlError::Output(e)) => Err(e.into()),
        Err(SqlError::Said(why)) => {
            let _ = writeln!(std::io::stderr(), "{why}");
            Err(Failed::Refused)
        }
    }
}

fn log_limit(context: &Context) -> u64 {
    let set = context.settings.run.log_limit;
    set.unwrap_or(run::log::DEFAULT_LIMIT)
}

fn python(context: &Context) -> Option<&Path> {
    context.settings.run.python.as_deref()
}

/// This program; where there are two, the one with a console, which can ask processes to end.
fn own() -> Result<PathBuf> {
    std::env::current_exe().map_err(|e| {
        Error::io(
            "find this program, which supervises the script",
            PathBuf::new(),
            e,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::ErrorKind;

    #[test]
    fn refusals_reach_whoever_asked() {
        let error = Error::new(ErrorKind::Refused("no Python".into()), "run x.py", "x.py")
            .with_help("install it");
        assert_eq!(
            Started::from(error),
            Started::Refused("no Python; install it".into())
        );
    }
}
