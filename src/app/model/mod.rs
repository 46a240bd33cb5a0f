//! Everything the window knows, as plain values: no thread, no file, no widget.
//! Changed only by `update`; read by the views.

pub mod ansi;
pub mod column;
pub mod data;
pub mod dialog;
pub mod digest;
pub mod filter;
#[cfg(test)]
pub mod fixture;
pub mod fresh;
mod hash;
pub mod job;
mod list;
pub mod order;
pub mod preview;
pub mod problem;
pub mod row;
pub mod runs;
pub mod selection;
pub mod server;
pub mod table;
pub mod toast;
pub mod tree;

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, FixedOffset};

use self::column::Column;
use self::dialog::Dialog;
use self::job::Job;
use self::preview::Preview;
use self::problem::Problem;
use self::row::Row;
use self::runs::Runs;
use self::selection::Selection;
use self::server::Server;
use self::table::Table;
use self::toast::{BatchId, Toasts};
use self::tree::Tree;
use super::action::Instant;
use crate::config::{Look, Settings};
use crate::session::{Manifest, Plan, Policy, SessionId};

/// Everything the window knows.
#[derive(Debug)]
pub struct Model {
    /// The base directory.
    pub base: PathBuf,
    /// Whether a flag or the environment names it, so that the settings don't decide.
    pub base_is_overridden: bool,
    /// The settings as they are saved.
    pub settings: Settings,
    /// The rules of retention that hold.
    pub policy: Policy,
    /// The present moment.
    pub moment: Instant,
    /// Whether the base could be read.
    pub load: Load,
    /// Bytes free on the disk of the base.
    pub free_disk: Option<u64>,
    /// Whether the system wants less movement.
    pub still: bool,
    /// The sessions.
    pub table: Table,
    /// Whether sizes are being measured.
    pub measuring: bool,
    /// When the table was last arranged, on the window's clock.
    pub(super) arranged: Duration,
    /// Whether sizes have come in since.
    pub(super) sizes_moved: bool,
    /// Sessions that changed while sizes were being measured: to be measured after that.
    pub(super) stale: HashSet<SessionId>,
    /// Which of them are selected.
    pub selection: Selection,
    /// What is in the filter box.
    pub filter_text: String,
    /// What was typed at the table lately.
    pub(super) typed: Typed,
    /// Columns whose width a person changed, in points.
    pub widths: HashMap<Column, f32>,
    /// Columns that are hidden.
    pub hidden: Vec<Column>,
    /// Width of the right side in points; none until a person drags its edge.
    pub side_width: Option<f32>,
    /// Which side of the open session is looked at.
    pub side: SideTab,
    /// What is known of the open session.
    pub open: Option<Open>,
    /// Scripts and runs of the open session.
    pub runs: Runs,
    /// The file of it that is shown.
    pub preview: Option<Preview>,
    /// The share of the tab Files that the tree takes; none until a person drags its edge.
    pub files_share: Option<f32>,
    /// Whether the right side has the table's room too.
    pub widened: bool,
    /// Batches that are a deleted file each.
    pub(super) file_batches: HashSet<BatchId>,
    /// What is known of its databases.
    pub data: data::Data,
    /// Statements that were run, the last first.
    pub sql_history: Vec<String>,
    /// What is running.
    pub jobs: Vec<Job>,
    /// The HTTP API.
    pub server: Server,
    /// What there is to tell.
    pub toasts: Toasts,
    /// How many sessions each batch deleted, while it can be undone.
    pub(super) batches: HashMap<BatchId, Batch>,
    /// The open dialog.
    pub dialog: Option<Dialog>,
    /// What hovers over the window.
    pub hover: Option<Bundle>,
    /// Goes up with every change of ours, so that a list read before it is known to be old.
    pub(super) generation: u64,
    /// Whether a list has been asked for and not answered.
    pub(super) listing: bool,
    /// Whether another list is needed after that.
    pub(super) list_again: bool,
    /// A session to be selected as soon as the list has it.
    pub(super) wanted: Option<SessionId>,
    /// The plan of a cleanup as things are; computed when it is asked for.
    pub(super) plan: OnceCell<Plan>,
    /// What cleaning up would do by the rules that were in its dialog; of a large base only.
    pub(super) form_plan: Option<(Policy, Plan)>,
    /// The sum of the selected ones, until anything happens.
    pub(super) selected_total: OnceCell<SelectedTotal>,
    /// The chart of the base; made when it is asked for.
    pub(super) chart: OnceCell<Chart>,
    /// Whether these two are out of date, and a thread is to work them out.
    pub(super) stale_digest: bool,
    /// Whether it is at it.
    pub(super) digesting: bool,
    /// Goes up with every other base.
    pub(super) edition: u64,
    next_id: u64,
}

/// Whether the base could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load {
    /// It is being read for the first time.
    Reading,
    /// It was read.
    Ready,
    /// It can't be.
    Failed(Problem),
}

/// A side of the open session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SideTab {
    /// What is known of it.
    #[default]
    Overview,
    /// What is in it.
    Files,
    /// Its databases.
    Data,
    /// What can be run in it, and was.
    Run,
}

/// What is known of the open session besides its row.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// Which it is.
    pub id: SessionId,
    /// Its manifest: not read yet, none, or one.
    pub manifest: Option<Option<Box<Manifest>>>,
    /// What there is to look at for each line of what its upload left out or changed.
    pub places: Vec<Option<PathBuf>>,
    /// Its files: not read yet, or read, or not to be read.
    pub files: Option<Result<Tree, Problem>>,
}

impl Open {
    /// Its files, if they were read.
    pub fn tree(&self) -> Option<&Tree> {
        self.files.as_ref()?.as_ref().ok()
    }
}

/// Files and folders that hover over the window.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bundle {
    /// What they are called; the first few.
    pub names: Vec<String>,
    /// How many were named.
    pub entries: usize,
    /// Regular files in them, as far as counted.
    pub files: u64,
    /// Their lengths added up.
    pub bytes: u64,
    /// Whether the counting has ended.
    pub complete: bool,
}

/// The size of every session, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chart {
    /// Which sessions.
    pub ids: Vec<SessionId>,
    /// Their sizes, as far as they are known.
    pub bytes: Vec<u64>,
    /// The current one among them.
    pub current: Option<usize>,
}

impl Chart {
    fn of(table: &Table) -> Self {
        let rows = || table.rows().rev();
        Self {
            ids: rows().map(|r| r.session.id).collect(),
            bytes: rows().map(|r| r.size.bytes().unwrap_or(0)).collect(),
            current: rows().position(|r| r.session.protection.current),
        }
    }
}

/// What the selected sessions are together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SelectedTotal {
    /// How many.
    pub sessions: usize,
    /// Apparent bytes, as far as they are known.
    pub bytes: u64,
    /// Regular files, without the manager's own.
    pub files: u64,
    /// Whether every size is in.
    pub complete: bool,
    /// How many of them something protects.
    pub protected: usize,
    /// The oldest and the newest id.
    pub range: Option<(SessionId, SessionId)>,
}

/// What one act deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    /// How many sessions were to go.
    pub ids: Vec<SessionId>,
    /// Known bytes of them.
    pub bytes: u64,
    /// Whether a cleanup did it, rather than the person by hand.
    pub cleanup: bool,
}

/// What was typed at the table, forgotten after a second.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub text: String,
    pub at: Duration,
}

/// What a window begins with.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The base directory.
    pub base: PathBuf,
    /// Whether a flag or the environment names it.
    pub base_is_overridden: bool,
    /// The settings.
    pub settings: Settings,
    /// The rules of retention that hold.
    pub policy: Policy,
    /// The present time.
    pub now: DateTime<FixedOffset>,
}

/// The share of the window's width that the right side takes until a person drags its edge.
pub const SIDE_SHARE: f32 = 0.56;

impl Model {
    /// A window that has not read anything yet.
    pub fn new(beginning: Beginning) -> Self {
        Self {
            base: beginning.base,
            base_is_overridden: beginning.base_is_overridden,
            settings: beginning.settings,
            policy: beginning.policy,
            moment: Instant {
                now: beginning.now,
                clock: Duration::ZERO,
            },
            load: Load::Reading,
            free_disk: None,
            still: false,
            table: Table::default(),
            measuring: false,
            arranged: Duration::ZERO,
            sizes_moved: false,
            stale: HashSet::new(),
            selection: Selection::default(),
            filter_text: String::new(),
            typed: Typed::default(),
            widths: HashMap::new(),
            hidden: Vec::new(),
            side_width: None,
            side: SideTab::default(),
            open: None,
            runs: Runs::default(),
            preview: None,
            files_share: None,
            widened: false,
            file_batches: HashSet::new(),
            data: data::Data::default(),
            sql_history: Vec::new(),
            jobs: Vec::new(),
            server: Server::default(),
            toasts: Toasts::default(),
            batches: HashMap::new(),
            dialog: None,
            hover: None,
            generation: 0,
            listing: false,
            list_again: false,
            wanted: None,
            plan: OnceCell::new(),
            form_plan: None,
            selected_total: OnceCell::new(),
            chart: OnceCell::new(),
            stale_digest: false,
            digesting: false,
            edition: 0,
            next_id: 0,
        }
    }

    /// Whether the base was read and every size is in, so that nothing more comes by itself.
    pub fn is_settled(&self) -> bool {
        let working = self.is_digesting() || self.table.is_arranging();
        self.load != Load::Reading && !self.measuring && !self.listing && !working
    }

    /// Whether plan and chart are not those of the sessions as they are.
    pub fn is_digesting(&self) -> bool {
        self.stale_digest || self.digesting
    }

    /// The look that holds: nothing moves where the system or the settings say so.
    pub fn look(&self) -> Look {
        let look = self.settings.window;
        Look {
            animations: look.animations && !self.still,
            ..look
        }
    }

    /// The time of day.
    pub fn now(&self) -> DateTime<FixedOffset> {
        self.moment.now
    }

    /// A name that nothing else in this window has.
    pub(super) fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// The rows that are selected, in no order.
    pub fn selected_rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.selection.iter().filter_map(|id| self.table.get(id))
    }

    /// Whether there is a selection and all of it is pinned.
    pub fn all_selected_are_pinned(&self) -> bool {
        let mut rows = self.selected_rows().peekable();
        rows.peek().is_some() && rows.all(|r| r.session.protection.pinned)
    }

    /// The row of the open session.
    pub fn open_row(&self) -> Option<Row<'_>> {
        self.table.get(self.selection.single()?)
    }

    /// What the selected sessions are together; added up again when something has happened.
    pub fn selected_total(&self) -> SelectedTotal {
        *self.selected_total.get_or_init(|| self.add_up_selected())
    }

    fn add_up_selected(&self) -> SelectedTotal {
        let mut sum = SelectedTotal {
            complete: true,
            ..SelectedTotal::default()
        };
        for row in self.selected_rows() {
            sum.sessions += 1;
            sum.complete &= row.size.is_final();
            sum.protected += usize::from(row.session.protection.any());
            if let Some(usage) = row.size.usage() {
                sum.bytes += usage.bytes;
            }
            sum.files += row.files().unwrap_or(0);
            let id = row.session.id;
            let (oldest, newest) = sum.range.unwrap_or((id, id));
            sum.range = Some((oldest.min(id), newest.max(id)));
        }
        sum
    }

    /// The columns that are shown, in order.
    pub fn columns(&self) -> impl Iterator<Item = Column> {
        Column::ALL.into_iter().filter(|c| !self.hidden.contains(c))
    }

    /// The width of a column in points.
    pub fn width(&self, column: Column) -> f32 {
        let width = self.widths.get(&column).copied();
        width.unwrap_or_else(|| column.default_width())
    }
}
