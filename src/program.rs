//! What both executables do: carry out a command if one is named, else open the window.
//! The only place that knows the command line, the window and the server; each error is said here once.

use std::process::ExitCode;

use crate::cli::{self, Asked};

/// Whether the executable comes with a console. On Windows, shortcuts start one that doesn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Console {
    /// stderr reaches the person.
    Present,
    /// Only a dialog does.
    Absent,
}

/// Runs the program; the exit code is 0 when done, 1 when refused or failed, 2 for wrong usage.
pub fn main(console: Console) -> ExitCode {
    match cli::run() {
        Asked::Done(code) => code,
        Asked::Window(window) => open(*window, console),
        Asked::Serve(serve) => answer(*serve),
    }
}

/// Serves until a signal or an error ends it; the address is the result, and goes to stdout.
#[cfg(feature = "server")]
fn answer(serve: cli::Serve) -> ExitCode {
    use std::io::Write;
    use std::sync::Arc;

    crate::api::log_to_stderr(serve.quiet);
    let served = token(serve.token_file.as_deref())
        .and_then(|token| {
            let options = crate::api::Options {
                listen: serve.listen,
                allow_origins: serve.allow_origins,
                token,
                limits: crate::api::Limits::default(),
                policy: serve.policy,
                disk_floor: serve.upload.disk_floor(),
                keep_archives: serve.upload.keep_archives,
                archive_rules: serve.upload.archive_rules(),
                keeper: None,
            };
            crate::api::start(serve.store, options, Arc::new(|_| {})).map_err(|e| e.to_string())
        })
        .and_then(|running| {
            running.stop_on_signals();
            // Nobody may be reading; it serves all the same.
            let _ = writeln!(std::io::stdout(), "http://{}", running.address());
            running.wait().map_or(Ok(()), Err)
        });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            cli::complain(&line);
            ExitCode::FAILURE
        }
    }
}

/// The token of the file, else of the environment; none if neither is named.
#[cfg(feature = "server")]
fn token(file: Option<&std::path::Path>) -> Result<Option<crate::api::Token>, String> {
    use crate::{api::Token, config::TOKEN_VARIABLE};
    let token = match (file, std::env::var_os(TOKEN_VARIABLE)) {
        (Some(file), _) => Token::read(file).map_err(|e| e.to_string())?,
        (None, Some(text)) if !text.is_empty() => Token::new(&text.to_string_lossy())
            .map_err(|e| format!("could not use {TOKEN_VARIABLE}: {e}"))?,
        _ => return Ok(None),
    };
    Ok(Some(token))
}

#[cfg(not(feature = "server"))]
fn answer(_serve: cli::Serve) -> ExitCode {
    cli::complain("this program was built without its server; build it with the feature server");
    ExitCode::FAILURE
}

#[cfg(feature = "window")]
fn open(window: cli::Window, console: Console) -> ExitCode {
    #[cfg(windows)]
    if console == Console::Present {
        crate::console::free_own();
    }
    let args = crate::app::Args {
        store: window.store,
        settings: window.settings,
        settings_file: window.settings_file,
        problem: window.problem,
        policy: window.policy,
        state_dir: crate::config::state_dir(),
        program: None,
        reset: window.reset,
        server: starter(),
    };
    match crate::app::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let line = error.to_string();
            match console {
                Console::Present => cli::complain(&line),
                Console::Absent => show(&line),
            }
            ExitCode::FAILURE
        }
    }
}

/// Without a console a dialog is the only way to a person.
#[cfg(feature = "window")]
fn show(line: &str) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("EYProject sessions")
        .set_description(line)
        .show();
}

#[cfg(not(feature = "window"))]
fn open(_window: cli::Window, _console: Console) -> ExitCode {
    cli::complain(
        "this program was built without its window; eyproject-sessions --help lists the commands",
    );
    ExitCode::FAILURE
}

#[cfg(all(feature = "window", not(feature = "server")))]
fn starter() -> Option<crate::app::server::Starter> {
    None
}

/// How the window starts the HTTP API. The token is that of the environment, if any.
#[cfg(all(feature = "window", feature = "server"))]
fn starter() -> Option<crate::app::server::Starter> {
    use crate::api::{self, Event};
    use crate::app::server::{Request, Serving, Starter, Told};

    Some(Starter::new(|wish, listener| {
        let terms = wish.terms;
        let options = api::Options {
            listen: terms.listen,
            allow_origins: terms.allow_origins,
            token: token(None)?,
            limits: api::Limits::default(),
            policy: terms.policy,
            disk_floor: terms.disk_floor,
            keep_archives: terms.keep_archives,
            archive_rules: terms.archive_rules,
            keeper: Some(api::Keeper::new({
                let listener = listener.clone();
                move |cleaned| listener(Told::CleanedUp(cleaned))
            })),
        };
        let tell = move |event| {
            listener(match event {
                Event::Answered {
                    at,
                    method,
                    path,
                    status,
                    took,
                } => Told::Answered(Request {
                    at,
                    method,
                    path,
                    status,
                    took,
                }),
                Event::SessionsChanged => Told::SessionsChanged,
                Event::Ended(why) => Told::Ended(why),
            });
        };
        let running = api::start(wish.store, options, std::sync::Arc::new(tell));
        let running = running.map_err(|e| e.to_string())?;
        Ok(Box::new(running) as Box<dyn Serving>)
    }))
}

#[cfg(all(feature = "window", feature = "server"))]
impl crate::app::server::Serving for crate::api::Running {
    fn address(&self) -> std::net::SocketAddr {
        Self::address(self)
    }

    fn stop(self: Box<Self>) {
        Self::stop(*self);
    }
}
