//! The command line as typed. What it means is decided in `cli` and `config`.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::run::ScriptPath;
use crate::session::{SessionId, text};

/// Sessions of EYProject: a window on them, and the same from the command line.
#[derive(Debug, Parser)]
#[command(name = "eyproject-sessions", version, about, long_about = None)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// Forget the window's place and size, the table's columns and its order
    #[arg(long)]
    pub reset_window: bool,
    /// What to do; without a command the window opens
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What holds for every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Base directory of the sessions [env: EYPROJECT_TEMP_BASE] [default: EYProject in the system's temporary directory]
    #[arg(long, global = true, value_name = "DIR")]
    pub base: Option<PathBuf>,
    /// Say nothing but results and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Say more of what is done
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List every session, newest first
    List {
        /// Print JSON, as GET /session/info answers
        #[arg(long)]
        json: bool,
    },
    /// Show one session with its files and tables
    Info {
        /// The session
        id: SessionId,
        /// Print JSON, as GET /session/{id} answers
        #[arg(long)]
        json: bool,
    },
    /// Make an empty session, which becomes the current one, and print its path
    New {
        /// Print JSON, one element of all_sessions
        #[arg(long)]
        json: bool,
    },
    /// Print the path of the current session
    Current,
    /// Make a session the current one
    Use {
        /// The session
        id: SessionId,
    },
    /// Keep a session whatever the rules say
    Pin {
        /// The session
        id: SessionId,
    },
    /// Let the rules decide on a session again
    Unpin {
        /// The session
        id: SessionId,
    },
    /// Make a new session from files and folders, and print its path
    Upload {
        /// Files and folders
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Print JSON, as POST /upload answers
        #[arg(long)]
        json: bool,
    },
    /// Open a session in the file manager; the current one if none is named
    Open {
        /// The session
        id: Option<SessionId>,
    },
    /// Delete sessions that nothing protects
    Delete {
        /// The sessions
        #[arg(required = true, value_name = "ID")]
        ids: Vec<SessionId>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete what the rules say; naming one switches the unnamed ones off
    Cleanup(Cleanup),
    /// Answer over HTTP until stopped; makes a session, which becomes the current one, and prints the address
    Serve(Serve),
    /// Run a script of a session, in it, and exit as it does
    Run(Run),
    /// How the program starts itself around a script
    #[command(hide = true)]
    RunSupervisor {
        /// Which part it plays
        part: Part,
        /// What that part is told
        #[arg(last = true)]
        words: Vec<OsString>,
    },
    /// Print the Python file with which a backend uses sessions: eyproject_sessions.py
    PythonClient {
        /// Write it there instead; a folder gets it under its own name
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// What is to be run.
#[derive(Debug, Args)]
pub struct Run {
    /// The session
    pub id: SessionId,
    /// The script: .py, .sh, .bat, .cmd, .ps1 or .sql, relative to the session
    #[arg(value_parser = ScriptPath::parse)]
    pub script: ScriptPath,
    /// What the script is told
    #[arg(last = true)]
    pub args: Vec<OsString>,
    /// End it after this time, such as 90s, 10m, 2h; 0s for never
    #[arg(long, value_name = "TIME", value_parser = text::parse_age, default_value = "300s")]
    pub time_limit: Duration,
}

/// The parts that the program plays around a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Holds the session and writes the log; told what to run on standard input
    Supervise,
    /// The parent of the script's processes
    Leash,
    /// Runs a file of SQL
    Sql,
}

/// The rules of one cleanup.
#[derive(Debug, Args)]
pub struct Cleanup {
    /// Keep the newest N sessions [env: EYPROJECT_MAX_SESSIONS] [default: 10]
    #[arg(long, value_name = "N")]
    pub keep: Option<usize>,
    /// Delete sessions older than this, such as 90m, 7d, 3w
    #[arg(long, value_name = "AGE", value_parser = text::parse_age)]
    pub older_than: Option<Duration>,
    /// Delete the oldest until all together take at most this, such as 500MB, 20GiB
    #[arg(long, value_name = "SIZE", value_parser = text::parse_bytes)]
    pub max_total: Option<u64>,
    /// Delete the oldest until this much of the disk is free
    #[arg(long, value_name = "SIZE", value_parser = text::parse_bytes)]
    pub min_free: Option<u64>,
    /// Only say what would be done
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port; an address that other computers reach needs a token
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8001")]
    pub listen: SocketAddr,
    /// Let web pages of this origin ask, such as http://localhost:4200; may be named several times
    #[arg(long, value_name = "URL", value_parser = crate::config::parse_origin)]
    pub allow_origin: Vec<String>,
    /// Ask callers for the token in this file [env: EYPROJECT_TOKEN holds the token itself]
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}
