//! Opening the window: what it is asked for, how it reaches the screen, and what is said where there is none.

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};

use eframe::{NativeOptions, Renderer};
use egui::{Context, Pos2, Rect, Vec2, ViewportBuilder, ViewportCommand, pos2, vec2};

use super::action::{Action, Effect, Report};
use super::jobs::{Jobs, SettingsFile, Waker, runs};
use super::model::runs::Remembered;
use super::model::{Beginning, Model};
use super::outlines::SystemFonts;
use super::platform::{self, Screen};
use super::server::Starter;
use super::shell::App;
use super::single::{self, Found, Lone};
use super::style;
use super::update;
use super::window_state::{self, WindowState};
use crate::config::{self, Settings};
use crate::session::{Policy, Store};

/// What the window is asked for.
#[derive(Debug)]
pub struct Args {
    /// The sessions to show.
    pub store: Store,
    /// The settings that hold.
    pub settings: Settings,
    /// Where they are kept, if this platform has such a place.
    pub settings_file: Option<PathBuf>,
    /// Where the window remembers its place, if this platform has such a place.
    pub state_dir: Option<PathBuf>,
    /// This program, which supervises runs; the one that is running unless named.
    pub program: Option<PathBuf>,
    /// What was wrong with the settings.
    pub problem: Option<String>,
    /// The rules of cleanup after flags, environment and settings.
    pub policy: Policy,
    /// Whether the window forgets its place.
    pub reset: bool,
    /// Starts the HTTP API, if this program has one.
    pub server: Option<Starter>,
}

/// Why there is no window. One line for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowError(String);

impl std::fmt::Display for WindowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WindowError {}

/// Name of the window, for the window manager.
const APP_ID: &str = "eyproject-sessions";

/// Its picture, where a title bar or a task bar shows one.
const ICON: &[u8] = include_bytes!("../../assets/icon-128.png");

/// Its title.
const TITLE: &str = "EYProject sessions";

/// Opens the window and returns when it is closed. Where one shows the same base already, that one comes
/// forward instead.
///
/// # Errors
/// If there is no screen, or none that can be drawn on.
pub fn run(args: Args) -> Result<(), WindowError> {
    let lone = match single::look(args.store.base()) {
        Found::Another => return Ok(()),
        Found::Nobody(lone) => lone,
    };
    let state = remembered(&args);
    let mut options = NativeOptions {
        viewport: viewport(&state),
        renderer: renderer(),
        // Through ours instead, which leaves out what would be drawn white.
        system_font_fallback: false,
        ..NativeOptions::default()
    };
    let screen = platform::prepare(&mut options);
    // The list is read while the window is being made.
    let context = Arc::new(OnceLock::<Context>::new());
    let waker: Waker = {
        let context = context.clone();
        Arc::new(move || {
            if let Some(ctx) = context.get() {
                ctx.request_repaint();
            }
        })
    };
    let mut app = begin_with(args, state.clone(), lone, screen, waker);
    let made = eframe::run_native(
        APP_ID,
        options,
        Box::new(move |cc| {
            let _ = context.set(cc.egui_ctx.clone());
            cc.egui_ctx.add_font_provider(SystemFonts::new());
            setup(&cc.egui_ctx, &app.model().settings);
            bring_on_screen(cc, &state);
            if let Some(window) = cc.winit_window().cloned() {
                app.hide_by(move || window.set_visible(false));
            }
            Ok(Box::new(app))
        }),
    );
    made.map_err(|e| no_window(&e))
}

/// Fonts, theme and scale.
pub fn setup(ctx: &Context, settings: &Settings) {
    style::install(ctx, &settings.window);
    // The scale is a setting of ours, with keys of ours.
    ctx.options_mut(|o| o.zoom_with_keyboard = false);
}

fn remembered(args: &Args) -> WindowState {
    match &args.state_dir {
        Some(dir) if !args.reset => WindowState::load(dir),
        _ => WindowState::default(),
    }
}

fn viewport(state: &WindowState) -> ViewportBuilder {
    let mut viewport = ViewportBuilder::default()
        .with_title(TITLE)
        .with_app_id(APP_ID)
        .with_inner_size(vec2(state.size.0, state.size.1))
        .with_min_inner_size(window_state::MIN_SIZE)
        .with_maximized(state.maximized);
    if let Ok(icon) = eframe::icon_data::from_png_bytes(ICON) {
        viewport = viewport.with_icon(icon);
    }
    if let Some((x, y)) = state.position {
        viewport = viewport.with_position(pos2(x, y));
    }
    viewport
}

#[cfg(feature = "wgpu")]
fn renderer() -> Renderer {
    Renderer::Wgpu
}

#[cfg(not(feature = "wgpu"))]
fn renderer() -> Renderer {
    Renderer::Glow
}

/// The window's inside without a window around it, with its jobs begun; `waker` makes it look at what
/// they report.
pub fn begin(args: Args, waker: Waker) -> App {
    let state = remembered(&args);
    begin_with(args, state, None, Screen::Full, waker)
}

fn begin_with(
    args: Args,
    state: WindowState,
    lone: Option<Lone>,
    screen: Screen,
    waker: Waker,
) -> App {
    let (sender, inbox) = channel();
    tell_at_start(&args, screen, &sender);
    let settings_file = match (&args.problem, &args.settings_file) {
        (Some(problem), _) => SettingsFile::Unusable(problem.clone()),
        (None, Some(path)) => SettingsFile::At(path.clone()),
        (None, None) => SettingsFile::Nowhere,
    };
    let available = args.server.is_some();
    let jobs = Jobs::new(args.store.clone(), settings_file, sender, waker);
    let mut jobs = jobs.with_server(args.server);
    let base = args.store.base().to_owned();
    let by_settings = config::base(None, None, &args.settings);
    let mut model = Model::new(Beginning {
        base_is_overridden: by_settings.path() != base,
        base,
        settings: args.settings,
        policy: args.policy,
        now: args.store.clock().now(),
    });
    let program = args.program.or_else(runs::own_program);
    jobs.set_runs(program, args.state_dir.clone());
    let remembered = args
        .state_dir
        .as_ref()
        .map(|dir| dir.join(runs::REMEMBERED));
    let remembered = remembered.and_then(|path| fs_err::read_to_string(path).ok());
    model.runs.remembered = Remembered::parse(&remembered.unwrap_or_default());
    model.server.available = available;
    for effect in update::begin(&mut model) {
        run_early(&mut jobs, effect);
    }
    App::new(model, jobs, inbox, lone, state, args.state_dir)
}

fn run_early(jobs: &mut Jobs, effect: Effect) {
    // Nothing of what begins needs the toolkit.
    let left = jobs.run(effect);
    debug_assert_eq!(left, None);
}

fn tell_at_start(args: &Args, screen: Screen, sender: &Sender<Action>) {
    let tell = |title: &str, body: &str| {
        let report = Report::Warning(title.into(), Some(body.into()));
        // The other end is in our hands.
        let _ = sender.send(Action::Report(report));
    };
    if let Some(problem) = &args.problem {
        tell("The settings could not be used", problem);
    }
    if screen == Screen::NoDrop {
        tell(
            "Files can't be dropped on this window",
            "The toolkit takes no drops under Wayland without X11. Choose files with \"New from files…\", \
             or copy them and choose \"New from clipboard\".",
        );
    }
}

/// Moves the window where a person can grasp it, if the screen that it was on is gone.
fn bring_on_screen(cc: &eframe::CreationContext<'_>, state: &WindowState) {
    let (Some((x, y)), Some(window)) = (state.position, cc.winit_window()) else {
        return;
    };
    let scale = window.scale_factor();
    let screens: Vec<Rect> = window
        .available_monitors()
        .map(|m| {
            let (place, size) = (
                m.position().to_logical::<f32>(scale),
                m.size().to_logical::<f32>(scale),
            );
            Rect::from_min_size(
                Pos2::new(place.x, place.y),
                Vec2::new(size.width, size.height),
            )
        })
        .collect();
    let size = vec2(state.size.0, state.size.1);
    if let Some(to) = window_state::corrected(pos2(x, y), size, &screens) {
        let zoom = cc.egui_ctx.zoom_factor();
        cc.egui_ctx
            .send_viewport_cmd(ViewportCommand::OuterPosition(to / zoom));
    }
}

/// Why there is no window, without what only its makers would understand.
fn no_window(error: &eframe::Error) -> WindowError {
    let why = match error {
        eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_) => {
            "there is no display".to_owned()
        }
        eframe::Error::AppCreation(e) => e.to_string(),
        _ => "the display can't be drawn on with OpenGL".to_owned(),
    };
    WindowError(format!(
        "could not open the window: {why}; use the command line instead, for instance eyproject-sessions list"
    ))
}
