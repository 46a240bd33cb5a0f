//! The command line as typed. What it means is decided in `cli` and `config`.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::which::Which;
use crate::run::ScriptPath;
use crate::session::text;

/// Where options stand in the help that hold for every command: after those of the command itself.
const GLOBAL: usize = 500;

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
    #[arg(long, global = true, value_name = "DIR", display_order = GLOBAL)]
    pub base: Option<PathBuf>,
    /// Say nothing but results and errors
    #[arg(long, short, global = true, display_order = GLOBAL)]
    pub quiet: bool,
    /// Say more of what is done
    #[arg(long, short, global = true, conflicts_with = "quiet", display_order = GLOBAL)]
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
        /// The session: its id, the beginning of it with at least the date, or current
        id: Which,
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
        /// The session: its id, the beginning of it with at least the date, or current
        id: Which,
    },
    /// Keep a session whatever the rules say
    Pin {
        /// The session: its id, the beginning of it with at least the date, or current
        id: Which,
    },
    /// Let the rules decide on a session again
    Unpin {
        /// The session: its id, the beginning of it with at least the date, or current
        id: Which,
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
        /// The session: its id, the beginning of it with at least the date, or current
        id: Option<Which>,
    },
    /// Delete sessions that nothing protects
    Delete {
        /// The sessions, each by its whole id
        #[arg(required = true, value_name = "ID", value_parser = Which::exactly)]
        ids: Vec<Which>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete what the rules say; naming one switches the unnamed ones off
    Cleanup(Cleanup),
    /// Answer over HTTP until stopped; makes a session, which becomes the current one, and prints the address
    Serve(Serve),
    /// Run a script of a session, in it, and exit as it does
    ///
    /// The exit code is the script's: 124 if it took longer than its time limit, which is 300 seconds unless
    /// --time-limit says otherwise, and 128 + n if signal n ended it. While it runs the session is in use.
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
    /// The session: its id, the beginning of it with at least the date, or current
    pub id: Which,
    /// The script: .py, .sh, .bat, .cmd, .ps1 or .sql, relative to the session
    #[arg(value_parser = ScriptPath::parse)]
    pub script: ScriptPath,
    /// What the script is told
    #[arg(last = true)]
    pub args: Vec<OsString>,
    /// End it after this time, such as 90s, 10m, 2h, and exit with 124; 0s for never
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
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = parse_listen, default_value = "127.0.0.1:8001")]
    pub listen: SocketAddr,
    /// Let web pages of this origin ask, such as http://localhost:4200; may be named several times
    #[arg(long, value_name = "URL", value_parser = crate::config::parse_origin)]
    pub allow_origin: Vec<String>,
    /// Ask callers for the token in this file [env: EYPROJECT_TOKEN holds the token itself]
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}

/// An address and a port; of names only that of this computer, since no other says which address is meant.
fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let port = text.split_once(':').and_then(|(host, port)| {
        let port = port.parse::<u16>().ok()?;
        host.eq_ignore_ascii_case("localhost").then_some(port)
    });
    port.map(|port| (Ipv4Addr::LOCALHOST, port).into())
        .ok_or_else(|| {
            "it must be an address and a port, such as 127.0.0.1:8001, localhost:8001 or [::1]:8001; \
             for all addresses of this computer 0.0.0.0:8001, which needs a token"
                .into()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_to_listen_is_an_address_or_this_computer() {
        for (text, address) in [
            ("127.0.0.1:8001", "127.0.0.1:8001"),
            ("localhost:8000", "127.0.0.1:8000"),
            ("LocalHost:0", "127.0.0.1:0"),
            ("[::1]:8001", "[::1]:8001"),
        ] {
            assert_eq!(parse_listen(text), Ok(address.parse().unwrap()), "{text}");
        }
        for text in [
            "",
            "8001",
            ":8001",
            "localhost",
            "localhost:",
            "localhost:99999",
            "a.example:80",
        ] {
            let said = parse_listen(text).unwrap_err();
            assert!(said.contains("127.0.0.1:8001"), "{said}");
        }
    }
}
