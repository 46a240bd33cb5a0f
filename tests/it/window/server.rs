//! The HTTP API in the window, with a server that only the test knows: switched on and off, its requests
//! looked at, and what is said where it can't be had.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use eyproject_sessions::app::server::{Listener, Request, Serving, Starter, Told, Wish};
use eyproject_sessions::config::{ServerRules, Settings};
use eyproject_sessions::session::{BaseDir, Policy, Store};

use super::stage::Stage;
use crate::fixture::Fixture;

/// What a server of the test went through.
#[derive(Clone, Default)]
struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    listener: Arc<Mutex<Option<Listener>>>,
}

struct Fake(SocketAddr, Log);

impl Serving for Fake {
    fn address(&self) -> SocketAddr {
        self.0
    }

    fn stop(self: Box<Self>) {}
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.1.write(format!("stop {}", self.0));
    }
}

impl Log {
    fn write(&self, line: String) {
        self.lines.lock().unwrap().push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// Starts servers on any port but 9999, which is in use.
    fn starter(&self) -> Starter {
        let log = self.clone();
        Starter::new(move |wish: Wish, listener| {
            let listen = wish.terms.listen;
            if listen.port() == 9999 {
                return Err(format!(
                    "could not listen on {listen}: another program listens there; choose another port"
                ));
            }
            let origins = wish.terms.allow_origins.join(" ");
            log.write(format!("start {listen} {origins}").trim_end().to_owned());
            *log.listener.lock().unwrap() = Some(listener);
            Ok(Box::new(Fake(listen, log.clone())))
        })
    }

    fn tell(&self, told: Told) {
        self.listener.lock().unwrap().as_ref().unwrap()(told);
    }
}

fn stage(on: bool, port: u16, log: &Log) -> Stage {
    let settings = Settings {
        server: ServerRules {
            on,
            listen: ([127, 0, 0, 1], port).into(),
            ..ServerRules::default()
        },
        ..Settings::default()
    };
    let fixture = Fixture::new();
    Stage::open_as(fixture, Policy::keep(10), settings, Some(log.starter()))
}

fn request(path: &str, status: u16) -> Told {
    Told::Answered(Request {
        at: chrono::DateTime::parse_from_rfc3339("2025-07-10T15:30:00+02:00").unwrap(),
        method: "GET".into(),
        path: path.into(),
        status,
        took: Duration::from_millis(3),
    })
}

#[test]
fn the_server_starts_with_the_window_and_ends_with_it() {
    let log = Log::default();
    let mut stage = stage(true, 8001, &log);
    stage.wait_for("API 127.0.0.1:8001");
    assert_eq!(log.lines(), ["start 127.0.0.1:8001"]);
    drop(stage);
    assert_eq!(log.lines()[1..], ["stop 127.0.0.1:8001"]);
}

#[test]
fn the_window_is_off_the_screen_before_the_server_has_finished() {
    let log = Log::default();
    let mut stage = stage(true, 8001, &log);
    stage.wait_for("API 127.0.0.1:8001");
    let hidden = log.clone();
    let app = stage.window.state_mut();
    app.hide_by(move || hidden.write("hidden".into()));
    eframe::App::on_exit(app, None);
    assert_eq!(log.lines()[1..], ["hidden"]);
    drop(stage);
    assert_eq!(log.lines()[2..], ["stop 127.0.0.1:8001"]);
}

#[test]
fn the_panel_of_the_server_has_a_command() {
    let log = Log::default();
    let mut stage = stage(false, 8001, &log);
    let both = Modifiers::COMMAND.plus(Modifiers::SHIFT);
    stage.key(both, Key::A);
    stage.wait_for("None while it does not run");
    stage.key(Modifiers::NONE, Key::Escape);
    stage.key(both, Key::P);
    stage.types("http api");
    stage.key(Modifiers::NONE, Key::Enter);
    stage.wait_for("None while it does not run");
}

#[test]
fn it_is_switched_on_and_off_in_its_panel_and_the_settings_remember() {
    let log = Log::default();
    let mut stage = stage(false, 8001, &log);
    let file = stage.fixture.home().join("config.toml");
    let remembered = |on: bool| {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        text.contains(&format!("[server]\non = {on}"))
    };
    stage.press("API off");
    stage.wait_for("None while it does not run");
    stage.press("Start");
    stage.wait_for("http://127.0.0.1:8001");
    stage.wait("the settings", |_| remembered(true));
    stage.press("Stop");
    stage.wait_for("API off");
    stage.wait("the settings", |_| remembered(false));
    assert_eq!(log.lines(), ["start 127.0.0.1:8001", "stop 127.0.0.1:8001"]);
    stage.key(Modifiers::NONE, Key::Escape);
    stage.wait("its end", |s| !s.has("Last requests"));
}

#[test]
fn requests_are_shown_to_who_looks_the_latest_first() {
    let log = Log::default();
    let mut stage = stage(true, 8001, &log);
    stage.wait_for("API 127.0.0.1:8001");
    for n in 0..60 {
        log.tell(request(&format!("/before/{n}"), 200));
    }
    stage.press("API 127.0.0.1:8001");
    stage.wait_for("15:30:00 GET /before/59 200 3 ms");
    log.tell(request("/session/x", 400));
    stage.wait_for("15:30:00 GET /session/x 400 3 ms");
    let requests = &stage.window.state().model().server.requests;
    assert_eq!(requests.len(), 50);
    assert_eq!(requests[0].path, "/session/x");
    assert_eq!(stage.window.unnamed_widgets(), [""; 0]);
}

#[test]
fn a_session_made_by_the_server_shows_up() {
    let log = Log::default();
    let mut stage = stage(true, 8001, &log);
    stage.wait_for("API 127.0.0.1:8001");
    stage
        .fixture
        .backend_session("session_20250701_120000", 0, &[("a.txt", b"a")]);
    log.tell(Told::SessionsChanged);
    stage.wait_rows(&["session_20250701_120000"]);
}

#[test]
fn what_the_cleanup_of_the_api_deleted_comes_back() {
    let log = Log::default();
    let mut stage = stage(true, 8001, &log);
    stage.wait_for("API 127.0.0.1:8001");
    for id in ["session_20250701_120000", "session_20250702_120000"] {
        stage.fixture.backend_session(id, 0, &[("a.txt", b"a")]);
    }
    log.tell(Told::SessionsChanged);
    stage.wait_rows(&["session_20250702_120000", "session_20250701_120000"]);
    let store = Store::new(BaseDir::chosen(stage.fixture.base()));
    log.tell(Told::CleanedUp(store.cleanup(&Policy::keep(1)).unwrap()));
    stage.wait_rows(&["session_20250702_120000"]);
    stage.press("Undo");
    stage.wait_rows(&["session_20250702_120000", "session_20250701_120000"]);
    assert_eq!(stage.fixture.sessions().len(), 2);
}

#[test]
fn a_port_in_use_is_said_with_the_mend_and_another_one_typed() {
    let log = Log::default();
    let mut stage = stage(true, 9999, &log);
    stage.wait_for("The HTTP API does not run");
    assert!(stage.has("choose another port"));
    stage.press("API does not run");
    stage.press("Change settings…");
    stage.wait_for("Appearance");
    let field = stage
        .window
        .get_by_role_and_label(Role::TextInput, "Address and port");
    field.click();
    stage.run();
    stage.key(Modifiers::COMMAND, Key::A);
    stage.types("127.0.0.1");
    stage.wait_for("is not an address with a port");
    stage.types(":9000");
    stage.press("Save");
    stage.wait_for("API 127.0.0.1:9000");
    assert_eq!(log.lines(), ["start 127.0.0.1:9000"]);
}

#[test]
fn one_that_ends_by_itself_says_why() {
    let log = Log::default();
    let mut stage = stage(true, 8001, &log);
    stage.wait_for("API 127.0.0.1:8001");
    log.tell(Told::Ended(Some("the network is gone".into())));
    stage.wait_for("API does not run");
    assert!(stage.has("the network is gone"));
}
