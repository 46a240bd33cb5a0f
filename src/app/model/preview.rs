//! The file that is shown beside the tree: what is known of it so far, and where the person looks. Pure:
//! pages of it come in as they are asked for, and few are kept.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::problem::Problem;
use super::toast::BatchId;
use crate::preview::highlight::Inks;
use crate::preview::json::Outline;
use crate::preview::picture::Picture;
use crate::preview::{Hits, Page, Query, Walked, database, workbook};
use crate::session::SessionId;

/// Rows of one page.
pub const PAGE: u64 = 128;

/// Bytes of one row of plain bytes.
pub const HEX_ROW: u64 = 16;

/// Pages that are kept.
const MOST_PAGES: usize = 10;

/// Names one showing of a file; what comes in under an older name is out of date.
pub type Ticket = u64;

/// A file that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// Its name in the session, with `/`.
    pub path: String,
    /// This showing of it.
    pub ticket: Ticket,
    /// Its length in bytes, once known.
    pub bytes: Option<u64>,
    /// What is shown of it.
    pub shown: Shown,
    /// What a person should know of what is shown.
    pub notice: Option<String>,
    /// Whether the end stays in view while it grows.
    pub follow: bool,
    /// The search, while its bar is open.
    pub find: Option<Find>,
    /// The row that was gone to, counted from 0.
    pub marked: Option<u64>,
}

/// What is shown of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// It is being read.
    Reading,
    /// It can't be.
    Failed(Problem),
    /// Nothing is in it.
    Empty,
    /// Lines.
    Text(Lines),
    /// Rows of fields.
    Grid(Fields),
    /// A JSON document, and which of its values are open.
    Json(Tree),
    /// A picture.
    Picture(Arc<Picture>),
    /// Bytes: a database, or anything else.
    Bytes(Bytes),
}

/// A text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lines {
    /// The encoding's name.
    pub encoding: &'static str,
    /// The language's name, where it is known.
    pub language: Option<&'static str>,
    /// Whether lines have levels.
    pub log: bool,
    /// How far it has been walked through.
    pub walked: Walked,
    /// The pages that are there.
    pub pages: Pages<LinesPage>,
}

/// A page of a text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinesPage {
    /// Its rows.
    pub page: Page,
    /// The inks of each, where the language is known.
    pub inks: Vec<Inks>,
}

/// Delimited text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields {
    /// The encoding's name.
    pub encoding: &'static str,
    /// What stands between two fields.
    pub delimiter: char,
    /// The columns' names; numbers where the file has none.
    pub columns: Vec<String>,
    /// Whether the file names its columns.
    pub header: bool,
    /// How far it has been walked through; its rows count the header.
    pub walked: Walked,
    /// The pages that are there.
    pub pages: Pages<Vec<Vec<String>>>,
}

impl Fields {
    /// Rows of data found so far.
    pub fn rows(&self) -> u64 {
        self.walked.rows.saturating_sub(u64::from(self.header))
    }
}

/// A JSON document.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// Its values.
    pub outline: Arc<Outline>,
    /// Values that are to be seen, top down.
    pub shown: Vec<u32>,
    open: std::collections::BTreeSet<u32>,
}

/// Plain bytes, and what is known of the file without them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bytes {
    /// What the file is, where more is known than its bytes.
    pub about: About,
    /// Whether the bytes are shown all the same.
    pub bare: bool,
    /// The pages that are there.
    pub pages: Pages<Vec<u8>>,
}

/// What a file is whose bytes tell a person little.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum About {
    /// Nothing more is known.
    #[default]
    Nothing,
    /// A database, and what its head says.
    Database(database::Facts),
    /// A workbook, and its sheets where they were found out.
    Workbook(workbook::Format, Option<Vec<String>>),
}

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// What is looked for.
    pub query: Query,
    /// What was found so far.
    pub hits: Hits,
    /// Whether the whole file was looked through.
    pub ended: bool,
    /// The match that is gone to, of those found.
    pub at: Option<usize>,
}

impl Default for Find {
    fn default() -> Self {
        Self {
            query: Query {
                needle: String::new(),
                ignore_case: true,
            },
            hits: Hits::default(),
            ended: true,
            at: None,
        }
    }
}

/// The pages of a file that are there; those far from where the person looks are let go.
#[derive(Debug, Clone, PartialEq)]
pub struct Pages<T>(BTreeMap<u64, T>);

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Pages<T> {
    /// The page of this number.
    pub fn get(&self, number: u64) -> Option<&T> {
        self.0.get(&number)
    }

    /// Takes a page in.
    pub fn put(&mut self, number: u64, page: T) {
        self.0.insert(number, page);
        while self.0.len() > MOST_PAGES {
            let (first, last) = (self.0.first_key_value(), self.0.last_key_value());
            let (Some((first, _)), Some((last, _))) = (first, last) else {
                return;
            };
            let far = if number - first > last - number {
                *first
            } else {
                *last
            };
            self.0.remove(&far);
        }
    }
}

impl Tree {
    /// A document whose outermost value is open.
    pub fn new(outline: Arc<Outline>) -> Self {
        let mut tree = Self {
            outline,
            shown: Vec::new(),
            open: [0].into(),
        };
        tree.arrange();
        tree
    }

    /// Whether what is in a value is shown.
    pub fn is_open(&self, value: u32) -> bool {
        self.open.contains(&value)
    }

    /// Opens or closes a value.
    pub fn toggle(&mut self, value: u32) {
        if !self.open.remove(&value) {
            self.open.insert(value);
        }
        self.arrange();
    }

    fn arrange(&mut self) {
        self.shown.clear();
        let mut i = 0;
        while let Some(value) = self.outline.value(i) {
            self.shown.push(i as u32);
            i = if self.open.contains(&(i as u32)) {
                i + 1
            } else {
                value.end
            };
        }
    }
}

impl Preview {
    /// A file that is about to be shown.
    pub fn new(path: String, ticket: Ticket) -> Self {
        Self {
            path,
            ticket,
            bytes: None,
            shown: Shown::Reading,
            notice: None,
            follow: false,
            find: None,
            marked: None,
        }
    }

    /// Whether its lines can be searched.
    pub fn can_find(&self) -> bool {
        matches!(self.shown, Shown::Text(_))
    }

    /// Whether it is a database, which the tab Data can look into.
    pub fn is_database(&self) -> bool {
        matches!(&self.shown, Shown::Bytes(bytes) if matches!(bytes.about, About::Database(_)))
    }

    /// Rows that can be scrolled through, as far as known.
    pub fn rows(&self) -> u64 {
        match &self.shown {
            // Before the first walk reports, the first page is there already.
            Shown::Text(lines) => {
                let first = lines.pages.get(0).map_or(0, |p| p.page.rows.len() as u64);
                lines.walked.rows.max(first)
            }
            Shown::Grid(grid) => grid
                .rows()
                .max(grid.pages.get(0).map_or(0, |p| p.len() as u64)),
            Shown::Json(tree) => tree.shown.len() as u64,
            Shown::Bytes(_) => self.bytes.unwrap_or(0).div_ceil(HEX_ROW),
            Shown::Reading | Shown::Failed(_) | Shown::Empty | Shown::Picture(_) => 0,
        }
    }
}

/// What the person does with a preview.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// A file of the open session is to be shown.
    Show(String),
    /// These pages are seen and not there.
    Need(Vec<u64>),
    /// The search bar is opened, or has the keyboard again.
    OpenFind,
    /// It is closed.
    CloseFind,
    /// Something else is looked for.
    Find(Query),
    /// The next match, or the one before.
    Step(bool),
    /// A line is gone to, counted from 1.
    GoTo(u64),
    /// The end is kept in view, or not.
    Follow(bool),
    /// A value of a document is opened or closed.
    ToggleValue(u32),
    /// A copy of a file is to be saved.
    Save(String),
    /// A copy of a file of the session in that directory goes there.
    SaveTo(PathBuf, String, PathBuf),
    /// A file is deleted.
    Delete(String),
    /// The database is looked into.
    OpenData,
    /// This table of the session's own database is, which was made from the file.
    OpenTable(String),
    /// The bytes of the file are shown, or what is known of it.
    Bare(bool),
    /// The tree takes this share of the tab, or as much as its names need.
    Share(Option<f32>),
}

/// What is to be done for a preview.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// Show a file of a session.
    Open(Ticket, PathBuf, String),
    /// Read pages of it.
    Pages(Ticket, Vec<u64>),
    /// Look through all of it.
    Find(Ticket, Query),
    /// Look no further.
    StopFind,
    /// Which row the byte at this offset is in.
    RowAt(Ticket, u64),
    /// Which row a line begins in, counted from 0.
    RowOfLine(Ticket, u64),
    /// See whether it has changed.
    Check(Ticket),
    /// Nothing is shown any more.
    Close,
    /// Ask where to, and save a copy.
    Save(PathBuf, String),
    /// Save a copy there.
    SaveTo(PathBuf, String, PathBuf),
    /// Delete a file of a session.
    Delete(BatchId, SessionId, String),
    /// Bring it back.
    Restore(BatchId),
}

/// What became of it.
#[derive(Debug)]
pub enum News {
    /// It is this, and so long.
    Opened(Ticket, Result<Opened, Problem>),
    /// It has been walked through so far.
    Walked(Ticket, Walked, u64),
    /// Pages of a text.
    Lines(Ticket, u64, LinesPage),
    /// Rows of a grid.
    Rows(Ticket, u64, Vec<Vec<String>>),
    /// Bytes.
    Bytes(Ticket, u64, Vec<u8>),
    /// What was found so far, and whether that is all.
    Found(Ticket, Hits, bool),
    /// A row to be gone to.
    At(Ticket, u64),
    /// It is another file by now, or was cut: it is to be read anew.
    Changed(Ticket),
    /// It is gone.
    Gone(Ticket),
    /// A page can't be read.
    Failed(Ticket, Problem),
    /// A copy was saved there.
    Saved(String, PathBuf),
    /// A file was deleted.
    Deleted(BatchId, SessionId, String),
    /// A file is back.
    Restored(SessionId, String),
    /// A file could not be brought back, and can be tried again.
    NotRestored(BatchId, SessionId, String, Problem),
}

/// A file that could be read.
#[derive(Debug)]
pub struct Opened {
    /// Its length.
    pub bytes: u64,
    /// What is shown of it.
    pub shown: Shown,
    /// What a person should know of it.
    pub notice: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_near_the_last_one_are_kept() {
        let mut pages = Pages::default();
        for n in 0..MOST_PAGES as u64 + 3 {
            pages.put(n, n);
        }
        assert_eq!((pages.get(2), pages.get(3)), (None, Some(&3)));
        pages.put(0, 0);
        assert_eq!((pages.get(0), pages.get(12)), (Some(&0), None));
    }
}
