//! `serve` as a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::fixture::Fixture;

/// `serve` on a port that was free; ended when dropped.
pub struct Server {
    child: Child,
    /// Its address.
    pub address: String,
}

impl Server {
    /// A server on the base of `fixture`.
    pub fn start(fixture: &Fixture) -> Self {
        let mut child = fixture
            .program()
            .args(["--quiet", "serve", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        assert!(address.starts_with("http://"), "{address:?}");
        Self { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
