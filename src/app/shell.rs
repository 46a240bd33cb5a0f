//! The window as the toolkit runs it: takes what happened to the model, carries out the effects, draws.
//! Decides nothing.

use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use egui::{self, Context, Ui, UserAttentionType, ViewportCommand};
use rfd::AsyncFileDialog;

use super::action::Instant as Moment;
use super::action::{Action, Effect, RunAction, UiEffect};
use super::input;
use super::jobs::{Jobs, Left};
use super::model::{Load, Model};
use super::screen::{self, Memory};
use super::single::Lone;
use super::style;
use super::update::update;
use super::widgets::keyboard;
use super::window_state::WindowState;

/// From one reading of the running jobs to the next.
const READ_EVERY: Duration = Duration::from_millis(100);

/// How long what is remembered must rest before it is written.
const SAVE_AFTER: Duration = Duration::from_secs(1);

/// The ages in the table are worded anew this often.
const AGES_EVERY: Duration = Duration::from_secs(60);

/// Takes the window off the screen.
type Hide = Box<dyn Fn()>;

/// The window.
pub struct App {
    pub(super) model: Model,
    jobs: Jobs,
    inbox: Receiver<Action>,
    memory: Memory,
    drop: input::Drop,
    focused: bool,
    hide: Option<Hide>,
    /// The first frame makes the window fill the screen.
    maximize: bool,
    began: Instant,
    /// Until the first frame is over.
    lone: Option<Option<Lone>>,
    read: Instant,
    remembered: Remembered,
}

/// What the window remembers, and whether it is on disk.
struct Remembered {
    dir: Option<PathBuf>,
    state: WindowState,
    saved: WindowState,
    changed: Option<Instant>,
}

impl App {
    /// A window on jobs that have begun already.
    pub fn new(
        mut model: Model,
        jobs: Jobs,
        inbox: Receiver<Action>,
        lone: Option<Lone>,
        state: WindowState,
        state_dir: Option<PathBuf>,
    ) -> Self {
        state.apply(&mut model);
        let now = Instant::now();
        Self {
            model,
            jobs,
            inbox,
            memory: Memory::default(),
            drop: input::Drop::default(),
            focused: true,
            hide: None,
            maximize: state.maximized,
            began: now,
            lone: Some(lone),
            read: now,
            remembered: Remembered {
                dir: state_dir,
                saved: state.clone(),
                state,
                changed: None,
            },
        }
    }

    /// What takes the window off the screen as soon as it is closed. Jobs and requests under way may take
    /// seconds to end; nobody has to look at that.
    pub fn hide_by(&mut self, hide: impl Fn() + 'static) {
        self.hide = Some(Box::new(hide));
    }

    /// What the window knows.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// What happened, as if a job or the person had done it.
    pub fn act(&mut self, ctx: &Context, action: Action) {
        for effect in update(&mut self.model, action) {
            self.carry_out(ctx, effect, None);
        }
    }

    fn act_all(&mut self, ctx: &Context, actions: Vec<Action>, frame: &eframe::Frame) {
        if !actions.is_empty() {
            // What follows from it is drawn in the next frame.
            ctx.request_repaint();
        }
        for action in actions {
            for effect in update(&mut self.model, action) {
                self.carry_out(ctx, effect, Some(frame));
            }
        }
    }

    fn carry_out(&mut self, ctx: &Context, effect: Effect, frame: Option<&eframe::Frame>) {
        match self.jobs.run(effect) {
            None => {}
            Some(Left::Pick(what)) => {
                let mut dialog = AsyncFileDialog::new();
                if let Some(frame) = frame {
                    dialog = dialog.set_parent(frame);
                }
                self.jobs.pick(what, dialog);
            }
            Some(Left::Ui(effect)) => self.for_toolkit(ctx, effect),
        }
    }

    fn for_toolkit(&mut self, ctx: &Context, effect: UiEffect) {
        match effect {
            UiEffect::CopyText(text) => ctx.copy_text(text),
            UiEffect::FocusFilter => self.memory.focus_filter = true,
            UiEffect::FocusTable => self.memory.focus_table = true,
            UiEffect::MarkFile(path) => self.memory.mark_file = Some(path),
            UiEffect::FocusOutput => self.memory.focus_output = true,
            UiEffect::FocusFind => self.memory.preview.focus_find = true,
            UiEffect::PreviewRow(row) => self.memory.preview.go_to = Some(row),
            UiEffect::ScrollTo(id) => self.memory.scroll_to = Some(id),
            UiEffect::ApplyLook => style::apply(ctx, &self.model.look()),
            UiEffect::Close => ctx.send_viewport_cmd(ViewportCommand::Close),
            UiEffect::Raise => {
                ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
                ctx.send_viewport_cmd(ViewportCommand::Focus);
                // Where a window may not take the front by itself, it asks for it.
                ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(
                    UserAttentionType::Informational,
                ));
            }
        }
        ctx.request_repaint();
    }

    fn moment(&self) -> Moment {
        Moment {
            now: self.jobs.store().clock().now(),
            clock: self.began.elapsed(),
        }
    }

    fn drain(&mut self, ctx: &Context, frame: &eframe::Frame) {
        let moment = self.moment();
        let mut actions = vec![Action::Tick(moment)];
        actions.extend(self.inbox.try_iter());
        if self.read.elapsed() >= READ_EVERY {
            self.read = Instant::now();
            let readings = self.jobs.readings().into_iter();
            actions.extend(readings.map(|(job, reading)| Action::Progress(job, reading)));
        }
        for action in actions {
            for effect in update(&mut self.model, action) {
                self.carry_out(ctx, effect, Some(frame));
            }
        }
    }

    /// Asks to be woken up when time alone changes something, and not before.
    fn schedule(&self, ctx: &Context) {
        if self.model.load == Load::Reading {
            ctx.request_repaint_after(screen::READING);
        }
        if self.model.wants_thread() {
            ctx.request_repaint();
        }
        if !self.model.jobs.is_empty() {
            ctx.request_repaint_after(READ_EVERY);
        }
        let minimized = ctx.input(|i| i.viewport().minimized == Some(true));
        if let Some(next) = self.model.next_second_of_runs().filter(|_| !minimized) {
            ctx.request_repaint_after(next);
        }
        if let Some(end) = self.model.toasts.next_end() {
            ctx.request_repaint_after(end);
        }
        if let Some(changed) = self.remembered.changed {
            ctx.request_repaint_after(SAVE_AFTER.saturating_sub(changed.elapsed()));
        }
        if let Some(newest) = self.model.table.rows().next() {
            let age = self.model.now() - newest.session.created_at;
            let into_minute = u64::try_from(age.num_seconds().rem_euclid(60)).unwrap_or(0);
            ctx.request_repaint_after(AGES_EVERY.saturating_sub(Duration::from_secs(into_minute)));
        }
    }

    fn remember(&mut self, ctx: &Context) {
        let remembered = &mut self.remembered;
        remembered.state.take(&self.model);
        let zoom = ctx.zoom_factor();
        let viewport = ctx.input(|i| i.viewport().clone());
        if viewport.minimized != Some(true)
            && let Some(inner) = viewport.inner_rect
        {
            let outer = viewport.outer_rect.map(|r| r * zoom);
            let maximized = viewport.maximized == Some(true);
            remembered
                .state
                .place(outer, inner.size() * zoom, maximized);
        }
        if remembered.state == remembered.saved {
            remembered.changed = None;
        } else if remembered.changed.is_none_or(|c| c.elapsed() >= SAVE_AFTER) {
            if remembered.changed.is_some() {
                remembered.save();
            } else {
                remembered.changed = Some(Instant::now());
            }
        }
    }
}

impl Remembered {
    fn save(&mut self) {
        self.changed = None;
        if self.state != self.saved {
            self.saved = self.state.clone();
            if let Some(dir) = &self.dir {
                // Nothing is lost by it but the place of the window.
                let _ = self.state.save(dir);
            }
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        self.drain(ctx, frame);
        let runs = &self.model.runs;
        let closing = ctx.input(|i| i.viewport().close_requested());
        if closing && !runs.may_close && runs.count() > 0 {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.act(ctx, Action::Run(RunAction::CloseAsked));
        }
        let focused = ctx.input(|i| i.focused);
        if focused && !std::mem::replace(&mut self.focused, focused) {
            self.act(ctx, Action::Focused);
        }
        self.focused = focused;
        self.schedule(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        if std::mem::take(&mut self.maximize) {
            // A window that is not on the screen yet can't, and would only be of its usual size.
            ctx.send_viewport_cmd(ViewportCommand::Maximized(true));
        }
        let mut actions = Vec::new();
        // Before keys are taken out of what happened.
        keyboard::begin(&ctx);
        input::keys(&ctx, &self.model, &mut actions);
        self.drop.watch(&ctx, &mut actions);
        screen::show(ui, &self.model, &mut self.memory, &mut actions);
        keyboard::end(&ctx);
        self.act_all(&ctx, actions, frame);
        self.remember(&ctx);
        if let Some(lone) = self.lone.take() {
            self.jobs.settle(lone);
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Some(hide) = &self.hide {
            hide();
        }
        self.remembered.save();
    }
}
