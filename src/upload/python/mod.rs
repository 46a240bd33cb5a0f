//! Rewrites the Python scripts of an upload: calls of pandas that read a converted data file read its
//! table through a helper, `eyproject_sql.py`. Everything else in a script stays byte for byte; what
//! can't be made to give the same is left alone and reported. Knows no archive and converts nothing.
//!
//! [`rewrite`] is pure and does one script; [`apply`] does those of a session on disk. The calls are
//! found with a real parser ([`walk`], [`names`]); edits are spliced into the text ([`edit`]).

mod apply;
mod calls;
mod edit;
mod expressions;
mod names;
mod options;
mod paths;
mod place;
mod replacement;
mod rewrite;
mod source;
mod tables;
#[cfg(test)]
mod tests;
mod walk;

pub use apply::{Report, Script, apply};
pub use place::HELPER_FILE;
pub use rewrite::{Change, Left, Rewritten, rewrite};
pub use tables::{Cells, Column, DataFile, Encoding, Sheet, SqlType, Table, TableIndex};
