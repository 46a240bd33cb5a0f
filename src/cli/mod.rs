//! The command line: what was typed becomes one call of the core, results go to stdout, the rest to stderr.
//! Knows no window; `main` opens that where no command is named.

mod args;
mod commands;
mod python_client;
mod run;
mod table;
mod upload_lines;
mod which;

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::config::{self, Settings};
use crate::session::{Error, Policy, Store, text};

pub use args::{Cli, Command};

/// What a command line asks for.
#[derive(Debug)]
pub enum Asked {
    /// A command; it has been carried out.
    Done(ExitCode),
    /// The window.
    Window(Box<Window>),
    /// The HTTP API.
    Serve(Box<Serve>),
}

/// How the window was asked for.
#[derive(Debug)]
pub struct Window {
    /// The sessions to show.
    pub store: Store,
    /// The settings that hold.
    pub settings: Settings,
    /// Where they are kept, if this platform has such a place.
    pub settings_file: Option<PathBuf>,
    /// What was wrong with them, to be told in the window.
    pub problem: Option<String>,
    /// The rules of cleanup after flags, environment and settings.
    pub policy: Policy,
    /// Whether the window forgets its place.
    pub reset: bool,
}

/// How the HTTP API was asked for.
#[derive(Debug)]
pub struct Serve {
    /// The sessions to serve.
    pub store: Store,
    /// How uploads are made.
    pub upload: config::UploadRules,
    /// The rules of cleanup after environment and settings.
    pub policy: Policy,
    /// Where to listen.
    pub listen: std::net::SocketAddr,
    /// Web pages of other origins that may ask.
    pub allow_origins: Vec<String>,
    /// The file with the token, if one was named.
    pub token_file: Option<PathBuf>,
    /// Whether requests are left out of the log.
    pub quiet: bool,
}

/// Where a command writes, by which rules.
struct Context {
    store: Store,
    settings: Settings,
    policy: Policy,
    quiet: bool,
    verbose: bool,
}

/// Why a command ended with something else than 0; it has been said already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failed {
    /// It was refused, or failed.
    Refused,
    /// What was typed doesn't say which session is meant.
    Usage,
}

impl Failed {
    fn code(self) -> ExitCode {
        match self {
            Self::Refused => ExitCode::FAILURE,
            Self::Usage => ExitCode::from(2),
        }
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        complain(&error.full());
        Self::Refused
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        // Nobody reads any more, as in `list | head`: that is no failure worth words.
        if error.kind() != std::io::ErrorKind::BrokenPipe {
            complain(&format!("could not write the result: {error}"));
        }
        Self::Refused
    }
}

impl From<serde_json::Error> for Failed {
    fn from(error: serde_json::Error) -> Self {
        std::io::Error::from(error).into()
    }
}

/// Carries out the command line of this process, unless it asks for the window.
pub fn run() -> Asked {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            // 0 for --help and --version, 2 for wrong usage.
            let code = e.exit_code();
            let _ = e.print();
            return Asked::Done(ExitCode::from(u8::try_from(code).unwrap_or(2)));
        }
    };
    let settings_file = config::settings_file();
    let loaded = settings_file
        .as_deref()
        .map_or_else(|| Ok(Settings::default()), Settings::load);
    let (settings, problem) = match loaded {
        Ok(settings) => (settings, None),
        Err(problem) => (Settings::default(), Some(problem.0)),
    };
    let environment = std::env::var_os(config::BASE_VARIABLE).map(PathBuf::from);
    let base = config::base(cli.global.base, environment, &settings);
    let keep = std::env::var_os(config::KEEP_VARIABLE);
    let policy = match config::policy(
        keep.as_deref().map(OsStr::to_string_lossy).as_deref(),
        &settings,
    ) {
        Ok(policy) => policy,
        Err(problem) => {
            complain(&problem.0);
            return Asked::Done(ExitCode::from(2));
        }
    };
    let store = Store::new(base);
    let Some(command) = cli.command else {
        return Asked::Window(Box::new(Window {
            store,
            settings,
            settings_file,
            problem,
            policy,
            reset: cli.reset_window,
        }));
    };
    // Of several lines: it shows the place in the file. Around a script it has been said already.
    let silent = matches!(command, Command::RunSupervisor { .. });
    let problem = problem.filter(|_| !silent);
    problem.iter().flat_map(|p| p.lines()).for_each(complain);
    if let Command::Serve(args) = command {
        return Asked::Serve(Box::new(Serve {
            store,
            upload: settings.upload,
            policy,
            listen: args.listen,
            allow_origins: args.allow_origin,
            token_file: args.token_file,
            quiet: cli.global.quiet,
        }));
    }
    let context = Context {
        store,
        settings,
        policy,
        quiet: cli.global.quiet,
        verbose: cli.global.verbose,
    };
    let done = match command {
        // Its exit code is the script's.
        Command::Run(args) => run::run(&context, args),
        Command::RunSupervisor { part, words } => run::play(&context, part, &words),
        command => commands::run(&context, command).map(|()| ExitCode::SUCCESS),
    };
    Asked::Done(done.unwrap_or_else(Failed::code))
}

/// Says on stderr why something was refused or failed, one line.
pub fn complain(line: &str) {
    use std::io::Write;
    // Nothing is left to tell it to if stderr is closed.
    let line = text::one_line(line.trim_end());
    let _ = writeln!(std::io::stderr(), "eyproject-sessions: {line}");
}

impl Context {
    /// Says what was done, for people; `--quiet` leaves it out.
    fn say(&self, line: &str) {
        use std::io::Write;
        if !self.quiet {
            let _ = writeln!(std::io::stderr(), "{}", text::one_line(line));
        }
    }
}
