//! Looking into the databases of a session: which there are, their tables and views, any page of them, facts
//! of a column, a person's statements, and export. Reads only, and leaves every byte and every file of the
//! session as it was; a database is never trusted. Knows sessions' directories, no window.
//!
//! Every call opens the database, reads and closes it again: no handle stays open inside a session, and what
//! another program has written meanwhile is seen.

mod answer;
mod cell;
mod copy;
mod error;
mod export;
mod facts;
mod filter;
mod find;
mod guard;
mod journal;
mod look;
mod order;
mod page;
mod schema;
mod sql;
mod stamp;
mod stop;
#[cfg(test)]
mod tests;
mod value;

pub use cell::{Part, Spot, Where, part};
pub use copy::{Copied, Copy, MOST_TEXT, MOST_VALUE, copy};
pub use export::{Export, Format, Source, export};
pub use facts::{Bar, ColumnFacts, column_facts};
pub use filter::Filter;
pub use find::{Found, databases};
pub use look::{Database, Effort};
pub use order::{Order, Places, Sort, View, build, quick};
pub use page::{Row, page};
pub use schema::{Column, Key, Kind, Patience, Schema, Table, counts, schema};
pub use sql::{Answer, Mistake, Outcome, run};
pub use stamp::Stamp;
pub use stop::Stop;
pub use value::{Long, Value};

/// A name in SQL, whatever characters it has.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
