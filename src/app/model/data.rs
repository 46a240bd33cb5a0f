//! What is known of the open session's databases: which there are, the table that is looked at with the pages
//! of it that were read, and the person's statements. Plain data; `update::data` changes it.

use std::collections::{BTreeMap, HashMap};
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::sync::Arc;

use super::problem::Problem;
use crate::data::{
    Answer, ColumnFacts, Filter, Format, Found, Order, Outcome, Part, Row, Schema, Sort, Spot,
    Table, View,
};

/// Rows that are read in one go.
pub const BLOCK: u64 = 128;

/// As many of those are kept.
const MOST_BLOCKS: usize = 48;

/// As many statements are remembered.
pub const MOST_HISTORY: usize = 50;

/// What is known of the databases of the open session.
#[derive(Debug, Default)]
pub struct Data {
    /// Which there are, and whether files were left out; not known yet, or not to be read.
    pub databases: Option<Result<(Vec<Found>, bool), Problem>>,
    /// The one that is looked at.
    pub database: Option<PathBuf>,
    /// The one that is looked at once it is known which there are.
    pub wanted: Option<PathBuf>,
    /// The table of it that is looked at once it is known what is in it.
    pub wanted_table: Option<String>,
    /// What is in it.
    pub schema: Option<Result<Schema, Problem>>,
    /// Rows of each table, as far as counted; none where they can't be.
    pub counts: HashMap<String, Option<u64>>,
    /// Which half is shown.
    pub pane: Pane,
    /// The table that is looked at.
    pub table: Option<TableLook>,
    /// The person's statements.
    pub query: Query,
    /// An export that waits for its file's name.
    pub pending: Option<(crate::data::Source, Format)>,
    /// What is being read for the clipboard: the question, and how many rows it is about.
    pub copying: Option<(u64, u64)>,
}

/// A half of the tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// The rows of a table.
    #[default]
    Rows,
    /// Statements.
    Sql,
}

/// A table that is looked at.
#[derive(Debug)]
pub struct TableLook {
    /// Goes up with every change of what is looked at; answers to older questions are out of date.
    pub look: u64,
    /// The table.
    pub table: Table,
    /// Which rows in which order.
    pub view: View,
    /// What is in the filter box.
    pub typed: String,
    /// What of it isn't understood.
    pub filter_problem: Option<String>,
    /// Where its rows are; not known yet, or not to be found.
    pub order: Option<Result<Arc<Order>, Problem>>,
    /// Whether the exact order is being worked out, and how many rows were seen for it.
    pub building: Option<u64>,
    /// Blocks of rows that were read, by number.
    pub pages: BTreeMap<u64, Vec<Row>>,
    /// The rows that are seen.
    pub wanted: Range<u64>,
    /// The block that is being read.
    pub reading: Option<u64>,
    /// Why the rows can't be read, if so.
    pub problem: Option<Problem>,
    /// The marked cell: row and column.
    pub cursor: Option<(u64, usize)>,
    /// Where the selection of rows began.
    pub anchor: u64,
    /// The value that is shown in full.
    pub cell: Option<CellLook>,
    /// The column whose facts are shown; not known yet, or not to be found.
    pub facts: Option<(String, Option<Result<ColumnFacts, Problem>>)>,
}

/// A value that is shown in full.
#[derive(Debug, Clone, PartialEq)]
pub struct CellLook {
    /// Its column.
    pub column: String,
    /// Its row, as numbered in the grid.
    pub row: u64,
    /// Where it is found.
    pub spot: Spot,
    /// The question whose answer is awaited; answers to older ones are out of date.
    pub ask: u64,
    /// What of it was read: not yet, or not to be read.
    pub part: Option<Result<Part, Problem>>,
}

impl TableLook {
    /// A look at the whole table.
    pub fn new(look: u64, table: Table) -> Self {
        let view = View {
            table: table.name.clone(),
            key: table.key.clone(),
            columns: table.columns.iter().map(|c| c.name.clone()).collect(),
            filter: Filter::default(),
            sort: None,
        };
        Self {
            look,
            table,
            view,
            typed: String::new(),
            filter_problem: None,
            order: None,
            building: None,
            pages: BTreeMap::new(),
            wanted: 0..BLOCK,
            reading: None,
            problem: None,
            cursor: None,
            anchor: 0,
            cell: None,
            facts: None,
        }
    }

    /// The order, where it is known.
    pub fn known_order(&self) -> Option<&Arc<Order>> {
        self.order.as_ref()?.as_ref().ok()
    }

    /// How many rows there are, as far as known.
    pub fn rows(&self) -> u64 {
        let seen = self
            .pages
            .iter()
            .map(|(b, rows)| b * BLOCK + rows.len() as u64);
        match self.known_order() {
            Some(order) if order.exact => order.rows,
            Some(order) => order.rows.max(seen.max().unwrap_or(0)),
            None => seen.max().unwrap_or(0),
        }
    }

    /// Whether that is the true number.
    pub fn is_exact(&self) -> bool {
        self.known_order().is_some_and(|o| o.exact)
    }

    /// A row that was read.
    pub fn row(&self, row: u64) -> Option<&Row> {
        let rows = self.pages.get(&(row / BLOCK))?;
        rows.get(usize::try_from(row % BLOCK).ok()?)
    }

    /// The rows that are selected.
    pub fn selected(&self) -> Option<RangeInclusive<u64>> {
        let (row, _) = self.cursor?;
        Some(row.min(self.anchor)..=row.max(self.anchor))
    }

    /// The first block of what is seen that was not read.
    pub fn missing(&self) -> Option<u64> {
        let known = self.known_order()?;
        let end = if known.exact || known.rows > 0 {
            self.wanted.end.min(known.rows.max(1))
        } else {
            self.wanted.end
        };
        (self.wanted.start / BLOCK..end.div_ceil(BLOCK)).find(|b| {
            // Behind a block that isn't full there is nothing.
            let before = b.checked_sub(1).and_then(|b| self.pages.get(&b));
            let ended = before.is_some_and(|rows| (rows.len() as u64) < BLOCK);
            !self.pages.contains_key(b) && !ended
        })
    }

    /// Keeps a block, and lets go of those farthest from what is seen.
    pub fn keep(&mut self, block: u64, rows: Vec<Row>) {
        self.pages.insert(block, rows);
        let here = self.wanted.start / BLOCK;
        while self.pages.len() > MOST_BLOCKS {
            let far = self.pages.keys().copied().max_by_key(|b| b.abs_diff(here));
            if let Some(far) = far {
                self.pages.remove(&far);
            }
        }
    }

    /// What the column is sorted by after a click on its header: up, down, not at all.
    pub fn clicked(&self, column: usize) -> Option<Sort> {
        let name = self.view.columns.get(column)?;
        match &self.view.sort {
            Some(sort) if &sort.column == name && sort.descending => None,
            Some(sort) if &sort.column == name => Some(Sort {
                column: name.clone(),
                descending: true,
            }),
            _ => Some(Sort {
                column: name.clone(),
                descending: false,
            }),
        }
    }
}

/// The person's statements and what they answered.
#[derive(Debug, Default)]
pub struct Query {
    /// What is in the editor.
    pub text: String,
    /// The text that runs, since when on the window's clock.
    pub running: Option<(u64, std::time::Duration)>,
    /// The text that was run last, and what came of it.
    pub outcome: Option<(String, Result<Outcome, Problem>)>,
    /// Which answer is shown.
    pub answer: usize,
    /// Rows that are kept of an answer.
    pub most: usize,
    /// How an answer is shown.
    pub shape: Shape,
    /// The columns of a plot: along, and up.
    pub axes: (usize, usize),
    /// The marked cell, and where the selection began.
    pub cursor: Option<(u64, usize)>,
    pub anchor: u64,
    /// The value that is shown in full.
    pub cell: Option<CellLook>,
}

/// How an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// In rows and columns.
    #[default]
    Grid,
    /// As a line.
    Line,
    /// As bars.
    Bars,
    /// As points.
    Points,
}

impl Shape {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Grid, Self::Line, Self::Bars, Self::Points];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Grid => "Grid",
            Self::Line => "Line",
            Self::Bars => "Bars",
            Self::Points => "Points",
        }
    }
}

impl Data {
    /// The value that is shown in full in the half that is shown.
    pub fn cell(&mut self) -> &mut Option<CellLook> {
        match (&mut self.table, self.pane) {
            (Some(look), Pane::Rows) => &mut look.cell,
            _ => &mut self.query.cell,
        }
    }
}

impl Query {
    /// The answer that is shown.
    pub fn shown(&self) -> Option<&Arc<Answer>> {
        let outcome = self.outcome.as_ref()?.1.as_ref().ok()?;
        outcome.answers.get(self.answer)
    }

    /// The statement whose answer is shown.
    pub fn statement(&self) -> Option<&str> {
        let (text, _) = self.outcome.as_ref()?;
        text.get(self.shown()?.place.clone())
    }

    /// The rows that are selected.
    pub fn selected(&self) -> Option<RangeInclusive<u64>> {
        let (row, _) = self.cursor?;
        Some(row.min(self.anchor)..=row.max(self.anchor))
    }
}
