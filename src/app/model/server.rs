//! What the window knows of its HTTP server: whether it runs, where, and what it answered last.
//! And the settings of it as they are typed.

use std::collections::VecDeque;
use std::net::SocketAddr;

use super::super::server::Request;
use crate::config::ServerRules;

/// How many answered requests are remembered.
pub const REMEMBERED: usize = 50;

/// Which run of the server; what an earlier one still tells is out of date.
pub type Run = u64;

/// The server.
#[derive(Debug, Default)]
pub struct Server {
    /// Whether this program has one.
    pub available: bool,
    /// Whether it runs.
    pub state: State,
    /// What it answered, the latest first.
    pub requests: VecDeque<Request>,
    /// The present run, or the last.
    pub run: Run,
}

/// Whether the server runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum State {
    /// It does not.
    #[default]
    Off,
    /// It is about to.
    Starting,
    /// It listens there.
    On(SocketAddr),
    /// It finishes what is under way.
    Stopping,
    /// It could not be started, or ended by itself.
    Failed(String),
}

impl Server {
    /// Takes in what was answered, in order of time.
    pub fn answered(&mut self, requests: Vec<Request>) {
        for request in requests {
            self.requests.push_front(request);
        }
        self.requests.truncate(REMEMBERED);
    }

    /// Its address, while it runs.
    pub fn url(&self) -> Option<String> {
        match self.state {
            State::On(address) => Some(format!("http://{address}")),
            State::Off | State::Starting | State::Stopping | State::Failed(_) => None,
        }
    }
}

/// The settings of the server as they are typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerForm {
    /// Whether it runs.
    pub on: bool,
    /// Address and port.
    pub listen: String,
    /// Origins, with spaces between them.
    pub origins: String,
}

impl ServerForm {
    /// The form of what holds.
    pub fn of(rules: &ServerRules) -> Self {
        Self {
            on: rules.on,
            listen: rules.listen.to_string(),
            origins: rules.allow_origins.join(" "),
        }
    }

    /// What was typed.
    ///
    /// # Errors
    /// What can't be understood.
    pub fn rules(&self, before: &ServerRules) -> Result<ServerRules, String> {
        let typed = self.listen.trim();
        let listen = typed.replace("localhost", "127.0.0.1").parse();
        let listen = listen.map_err(|_| {
            format!("{typed:?} is not an address with a port; write it like 127.0.0.1:8001")
        })?;
        let words = self.origins.split([' ', ',']).filter(|w| !w.is_empty());
        Ok(ServerRules {
            on: self.on,
            listen,
            allow_origins: words
                .map(crate::config::parse_origin)
                .collect::<Result<_, _>>()?,
            other: before.other.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_origins_are_typed_as_people_write_them() {
        let before = ServerRules::default();
        let mut form = ServerForm::of(&before);
        assert_eq!(form.rules(&before), Ok(before.clone()));
        form.listen = " localhost:9000 ".into();
        form.origins = "http://localhost:4200, HTTPS://App.Example/".into();
        let rules = form.rules(&before).unwrap();
        assert_eq!(rules.listen.to_string(), "127.0.0.1:9000");
        assert_eq!(
            rules.allow_origins,
            ["http://localhost:4200", "https://app.example"]
        );
        form.listen = "8001".into();
        assert!(form.rules(&before).unwrap_err().contains("127.0.0.1:8001"));
        form.listen = "127.0.0.1:8001".into();
        form.origins = "localhost".into();
        assert!(form.rules(&before).unwrap_err().contains("localhost:4200"));
    }
}
