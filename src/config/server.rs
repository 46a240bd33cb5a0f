//! Settings of the HTTP API: whether the window runs it, where it listens, and which web pages may ask.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

/// The port that EYProject's front end asks.
const PORT: u16 = 8001;

/// How the window runs the HTTP API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServerRules {
    /// Whether it starts with the window.
    pub on: bool,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Web pages of other origins that may ask.
    #[serde(deserialize_with = "origins")]
    pub allow_origins: Vec<String>,
    /// Keys that this version doesn't know.
    #[serde(flatten)]
    pub other: HashMap<String, toml::Value>,
}

impl Default for ServerRules {
    fn default() -> Self {
        Self {
            on: false,
            listen: (Ipv4Addr::LOCALHOST, PORT).into(),
            allow_origins: Vec::new(),
            other: HashMap::new(),
        }
    }
}

fn origins<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Vec<String>, D::Error> {
    let written = Vec::<String>::deserialize(d)?;
    let parsed: Result<_, _> = written.iter().map(|text| parse_origin(text)).collect();
    parsed.map_err(serde::de::Error::custom)
}

/// An origin as browsers send it: scheme, host and port, and nothing after them.
///
/// # Errors
/// If it isn't one, with an example.
pub fn parse_origin(text: &str) -> Result<String, String> {
    let origin = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
    let host = ["http://", "https://"]
        .iter()
        .find_map(|scheme| origin.strip_prefix(scheme));
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    match host {
        Some(host) if !host.is_empty() && host.chars().all(plain) => Ok(origin),
        _ => Err(format!(
            "{text:?} is not an origin; write it like http://localhost:4200"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_taken_as_browsers_send_them() {
        for (text, origin) in [
            ("http://localhost:4200", "http://localhost:4200"),
            ("HTTPS://App.Example/", "https://app.example"),
            ("http://[::1]:4200", "http://[::1]:4200"),
        ] {
            assert_eq!(parse_origin(text).as_deref(), Ok(origin));
        }
        for bad in [
            "",
            "*",
            "null",
            "localhost:4200",
            "http://",
            "http://a/b",
            "http://a b",
        ] {
            assert!(parse_origin(bad).is_err(), "{bad}");
        }
    }
}
