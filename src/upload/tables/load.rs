//! Turns one table of a file into one of the database: guesses the types from its head, inserts, and
//! looks at every value at the same time; where the guess was wrong, it starts again knowing the types.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rusqlite::Connection;

use super::MAX_COLUMNS;
use super::delimited::too_many_columns;
use super::insert::{Plan, insert};
use super::names::{Names, column_names};
use super::scan::Scan;
use super::table::{Halt, Table, Trouble};
use crate::session::Cancel;

/// What became of a table.
#[derive(Debug)]
pub(super) struct Loaded {
    pub plan: Plan,
    pub scan: Scan,
}

/// Stores `table` under `name`; `progress` is told bytes read and rows stored. On an error the table
/// may be there in part: the caller rolls back.
pub(super) fn load(
    db: &Connection,
    name: &str,
    table: &dyn Table,
    cancel: &Cancel,
    progress: &dyn Fn(u64, u64),
) -> Result<Loaded, Halt> {
    let head = Scan::head(table, cancel)?;
    let goes_on = |bytes, rows| {
        progress(bytes, rows);
        if cancel.is_cancelled() {
            Err(Halt::Cancelled)
        } else {
            Ok(())
        }
    };
    let guess = plan(name, &head)?;
    let scan = if head.whole {
        head
    } else {
        match attempt(db, &head, &guess, table, cancel, goes_on)? {
            Attempt::Stored(scan) => {
                return Ok(Loaded {
                    plan: plan(name, &scan)?,
                    scan,
                });
            }
            Attempt::Widened(scan) => scan,
        }
    };
    let plan = plan(name, &scan)?;
    let rows = insert(db, &plan, table, goes_on).map_err(changed)?;
    all_there(rows, &scan)?;
    Ok(Loaded { plan, scan })
}

/// What came of inserting with guessed types; the scan saw every value.
enum Attempt {
    Stored(Scan),
    Widened(Scan),
}

/// Inserts as `guess` says, and looks at every value at the same time.
fn attempt(
    db: &Connection,
    head: &Scan,
    guess: &Plan,
    table: &dyn Table,
    cancel: &Cancel,
    goes_on: impl Fn(u64, u64) -> Result<(), Halt>,
) -> Result<Attempt, Halt> {
    let (widened, failed) = (AtomicBool::new(false), AtomicBool::new(false));
    db.execute_batch("SAVEPOINT attempt")?;
    let (inserted, scanned) = thread::scope(|scope| {
        let scan = thread::Builder::new()
            .name("table-types".into())
            .spawn_scoped(scope, || {
                let scan = Scan::whole(table, |scan| {
                    if !scan.fits(head) {
                        widened.store(true, Ordering::Relaxed);
                    }
                    match cancel.is_cancelled() || failed.load(Ordering::Relaxed) {
                        true => Err(Halt::Cancelled),
                        false => Ok(()),
                    }
                });
                // Whatever is wrong with the file, there is no use in inserting the rest of it.
                widened.fetch_or(scan.is_err(), Ordering::Relaxed);
                scan
            })?;
        let inserted = insert(db, guess, table, |bytes, rows| {
            match widened.load(Ordering::Relaxed) {
                true => Err(Halt::Widened),
                false => goes_on(bytes, rows),
            }
        });
        failed.store(
            matches!(inserted, Err(Halt::Database(_) | Halt::Cancelled)),
            Ordering::Relaxed,
        );
        Ok::<_, Halt>((inserted, scan.join()))
    })?;
    let rows = match inserted {
        Ok(rows) => Some(rows),
        Err(Halt::Widened) => None,
        Err(halt @ (Halt::Database(_) | Halt::Cancelled)) => return Err(halt),
        // The same file is read by the scan, whose word on it is the better one.
        Err(halt) => match scanned {
            Ok(Err(better)) => return Err(better),
            _ => return Err(halt),
        },
    };
    let scan = scanned.map_err(|_| Trouble::new("it could not be read to the end"))??;
    match rows {
        Some(rows) if scan.shape() == head.shape() => {
            all_there(rows, &scan)?;
            db.execute_batch("RELEASE attempt")?;
            Ok(Attempt::Stored(scan))
        }
        _ => {
            db.execute_batch("ROLLBACK TO attempt; RELEASE attempt")?;
            Ok(Attempt::Widened(scan))
        }
    }
}

/// The table that holds what `scan` saw.
fn plan(name: &str, scan: &Scan) -> Result<Plan, Trouble> {
    let shape = scan.shape();
    let headings = scan.outline.headings.iter().skip(scan.margin());
    let columns = column_names(headings.map(|heading| heading.text.as_str()));
    let width = columns.len() + usize::from(shape.extra);
    if width > MAX_COLUMNS {
        return Err(too_many_columns(width));
    }
    let mut taken: Names = columns.iter().map(String::as_str).collect();
    let extra = shape.extra.then(|| taken.free("_extra", &Names::default()));
    Ok(Plan {
        name: name.to_owned(),
        columns,
        storages: shape.storages,
        extra,
    })
}

/// No row gets lost between two readings of a file.
fn all_there(rows: u64, scan: &Scan) -> Result<(), Halt> {
    match rows == scan.rows {
        true => Ok(()),
        false => Err(changed(Halt::Widened)),
    }
}

/// A value that doesn't fit what the scan saw was not there when it looked.
fn changed(halt: Halt) -> Halt {
    match halt {
        Halt::Widened => Trouble::new("it changed while it was read").into(),
        other => other,
    }
}
