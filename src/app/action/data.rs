//! The words of the tab "Data": what happened there, what is to be read, what was found.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::super::model::data::{Pane, Shape};
use super::super::model::job::JobId;
use super::super::model::problem::Problem;
use crate::data::{
    ColumnFacts, Copied, Copy, Export, Format, Found, Order, Outcome, Part, Row, Schema, Spot, View,
};
use crate::session::SessionId;

/// What the person did in the tab.
#[derive(Debug, Clone, PartialEq)]
pub enum DataAction {
    /// Another database.
    Database(PathBuf),
    /// Another table.
    Table(String),
    /// The other half.
    Pane(Pane),
    /// The filter box holds this now.
    Filter(String),
    /// The header of this column was clicked.
    Sort(usize),
    /// This column is sorted with the largest first, the smallest first, or not.
    Order(usize, Option<bool>),
    /// The name of this column goes to the clipboard.
    CopyName(usize),
    /// These rows are seen.
    Need(Range<u64>),
    /// A cell was marked: row, column, and whether the selection reaches to it.
    Mark(u64, usize, bool),
    /// What is marked goes to the clipboard: the value, or the rows if there are several.
    CopyMarked,
    /// The selected rows go to the clipboard.
    Copy,
    /// The marked value goes to the clipboard.
    CopyCell,
    /// The value that is shown in full goes to the clipboard.
    CopyShown,
    /// Nothing goes there any more.
    StopCopy,
    /// The marked value is shown in full.
    OpenCell,
    /// It is not any more.
    CloseCell,
    /// Another part of it, from this byte on.
    Part(u64),
    /// The facts of this column are shown, or none.
    Facts(Option<usize>),
    /// The editor holds this now.
    Type(String),
    /// What is in the editor is run.
    Run,
    /// What runs is stopped.
    Stop,
    /// More rows of the answers.
    More,
    /// Another answer is shown.
    Answer(usize),
    /// An answer is shown another way.
    Shape(Shape),
    /// The columns of a plot: along, and up.
    Axes(usize, usize),
    /// What is seen goes into a file.
    Export(Format),
}

/// What is to be read. Numbers are those of the look that asks.
#[derive(Debug, PartialEq)]
pub enum DataEffect {
    /// Stop reading.
    Leave,
    /// Look for databases in a session.
    Find(SessionId, PathBuf),
    /// Read the tables of a database.
    Schema(PathBuf),
    /// Count the rows of tables.
    Count(PathBuf, Vec<String>),
    /// Find out roughly where rows are.
    Quick(u64, PathBuf, View),
    /// Find out exactly.
    Build(u64, PathBuf, View),
    /// Read a block of rows.
    Page(u64, PathBuf, View, Arc<Order>, u64),
    /// Read a part of a value: from which byte, how many. The number is the question's own.
    Cell(u64, PathBuf, Spot, (u64, usize)),
    /// Read no value.
    StopCell,
    /// Read what goes to the clipboard. The number is the question's own.
    Copy(u64, PathBuf, Copy),
    /// Read nothing for it.
    StopCopy,
    /// Look through a column.
    Facts(u64, PathBuf, View, String),
    /// Look through no column.
    StopFacts,
    /// Run statements, keeping so many rows of each answer.
    Run(u64, PathBuf, String, usize),
    /// Stop them.
    StopRun,
    /// Write rows into a file.
    Export(JobId, PathBuf, Export),
}

/// What was found.
#[derive(Debug)]
pub enum DataReport {
    /// The databases of a session, and whether files were left out.
    Found(SessionId, Result<(Vec<Found>, bool), Problem>),
    /// The tables of a database.
    Schema(PathBuf, Result<Schema, Problem>),
    /// The rows of one.
    Counted(PathBuf, String, Option<u64>),
    /// Roughly where rows are.
    Quick(u64, Result<Order, Problem>),
    /// So many rows were seen.
    Seen(u64, u64),
    /// Exactly where rows are.
    Built(u64, Result<Order, Problem>),
    /// A block of rows.
    Page(u64, u64, Result<Vec<Row>, Problem>),
    /// A part of a value.
    Cell(u64, Result<Part, Problem>),
    /// What goes to the clipboard.
    Copied(u64, Result<Copied, Problem>),
    /// The facts of a column.
    Facts(u64, String, Result<ColumnFacts, Problem>),
    /// What statements answered.
    Ran(u64, String, Result<Outcome, Problem>),
    /// An export has ended: with so many rows, with a failure, or stopped.
    Exported(JobId, Option<Result<(u64, PathBuf), Problem>>),
    /// The file of an export was picked, or none.
    Picked(Option<PathBuf>),
}
