//! What a run changed in its session: files that are new or other than before, tables with other rows.
//! Looks twice and compares; what is too much to be looked at is said to be so.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};

use super::record::LOGS;
use crate::session::{Cancel, DATABASE_NAME, EntryKind, Mounts, Root, manifest};

/// A session with more files than this is not compared.
const MOST_FILES: usize = 200_000;

/// As many changed files a record names.
const MOST_NAMED: usize = 500;

/// Up to this size a database is compared by what stands in it, beyond by counting rows.
const COMPARED_WHOLE: u64 = 16_000_000;

/// Looking at the tables takes no longer than this.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a run changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Changes {
    /// Files that are new or changed, by name.
    pub files: Vec<FileChange>,
    /// How many more there are than are named.
    pub more_files: usize,
    /// Tables that are new, gone, or have other rows.
    pub tables: Vec<TableChange>,
    /// What could not be told.
    pub notes: Vec<String>,
}

/// A file that is new or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChange {
    /// Its path in the session, with `/`.
    pub path: String,
    /// Whether it was not there before.
    pub new: bool,
    /// Its length, in bytes.
    pub bytes: u64,
}

/// A table that is new, gone, or has other rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableChange {
    /// Its name.
    pub name: String,
    /// Its rows before; nothing if it wasn't there.
    pub before: Option<u64>,
    /// Its rows after; nothing if it is gone.
    pub after: Option<u64>,
}

/// A session as it was at one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// Of each file its length and time; nothing if there are too many.
    files: Option<Files>,
    tables: Tables,
}

#[derive(Debug, PartialEq)]
enum Tables {
    /// There is no database.
    None,
    /// Rows of each table, and what stands in it where that was looked at.
    Known(BTreeMap<String, (u64, Option<u64>)>),
    /// It could not be looked at.
    Unknown(String),
}

impl Snapshot {
    /// Looks at the session in `dir`, but for logs and the manifest.
    pub fn of(dir: &Path) -> Self {
        Self {
            files: files(dir),
            tables: tables(&dir.join(DATABASE_NAME)),
        }
    }

    /// A look at nothing.
    pub fn nothing() -> Self {
        Self {
            files: None,
            tables: Tables::None,
        }
    }

    /// What is other in `self` than it was in `before`.
    pub fn since(self, before: Self) -> Changes {
        let mut changes = Changes::default();
        match (before.files, self.files) {
            (Some(before), Some(now)) => compare_files(&before, now, &mut changes),
            _ => changes
                .notes
                .push("There are too many files to tell which changed".into()),
        }
        compare_tables(before.tables, self.tables, &mut changes);
        changes
    }
}

type Files = HashMap<String, (u64, Option<SystemTime>)>;

/// What can't be read is as if it were not there: neither before nor after.
fn files(dir: &Path) -> Option<Files> {
    let mut found = Files::new();
    let Ok(root) = Root::at(dir, Mounts::Stay) else {
        return Some(found);
    };
    let not_looked_into = [Path::new(LOGS), Path::new(manifest::FILE_NAME)];
    let cancel = Cancel::default();
    let mut walk = root.walk(Path::new(""), &cancel);
    while let Some(entry) = walk.next() {
        let Ok(entry) = entry else { continue };
        let is_cache = entry.kind == EntryKind::Folder && entry.below.ends_with("__pycache__");
        if is_cache || not_looked_into.contains(&&*entry.below) {
            walk.skip_folder();
        } else if entry.kind == EntryKind::File {
            if found.len() == MOST_FILES {
                return None;
            }
            found.insert(entry.name().into_owned(), (entry.bytes, entry.modified));
        }
    }
    Some(found)
}

fn compare_files(before: &Files, now: Files, changes: &mut Changes) {
    let is_database = |path: &str| {
        path.strip_prefix(DATABASE_NAME)
            .is_some_and(|rest| matches!(rest, "" | "-wal" | "-shm" | "-journal"))
    };
    changes.files = now
        .into_iter()
        // What changed in there is told by table.
        .filter(|(path, stamp)| before.get(path) != Some(stamp) && !is_database(path))
        .map(|(path, (bytes, _))| FileChange {
            new: !before.contains_key(&path),
            path,
            bytes,
        })
        .collect();
    changes.files.sort_by(|a, b| a.path.cmp(&b.path));
    changes.more_files = changes.files.len().saturating_sub(MOST_NAMED);
    changes.files.truncate(MOST_NAMED);
}

fn compare_tables(before: Tables, now: Tables, changes: &mut Changes) {
    let no_tables = BTreeMap::new();
    let (before, now) = match (&before, &now) {
        (Tables::Unknown(why), _) | (_, Tables::Unknown(why)) => {
            let note = format!("Which tables changed is not known: {why}");
            return changes.notes.push(note);
        }
        (Tables::Known(before), Tables::Known(now)) => (before, now),
        (Tables::None, Tables::Known(now)) => (&no_tables, now),
        (Tables::Known(before), Tables::None) => (before, &no_tables),
        (Tables::None, Tables::None) => return,
    };
    let names: std::collections::BTreeSet<_> = before.keys().chain(now.keys()).collect();
    let mut counted_only = false;
    for name in names {
        let (was, is) = (before.get(name), now.get(name));
        counted_only |= [was, is]
            .into_iter()
            .flatten()
            .any(|(_, content)| content.is_none());
        let same = match (was, is) {
            (Some((n, Some(a))), Some((m, Some(b)))) => n == m && a == b,
            (Some((n, _)), Some((m, _))) => n == m,
            _ => false,
        };
        if !same {
            changes.tables.push(TableChange {
                name: name.clone(),
                before: was.map(|(rows, _)| *rows),
                after: is.map(|(rows, _)| *rows),
            });
        }
    }
    if counted_only {
        let note = "The database is large: of its tables only the numbers of rows were compared";
        changes.notes.push(note.into());
    }
}

fn tables(database: &Path) -> Tables {
    let Ok(metadata) = std::fs::symlink_metadata(database) else {
        return Tables::None;
    };
    if !metadata.is_file() {
        return Tables::Unknown(format!("{DATABASE_NAME} is no regular file"));
    }
    match read_tables(database, metadata.len() <= COMPARED_WHOLE) {
        Ok(tables) => Tables::Known(tables),
        Err(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) => {
            Tables::Unknown("counting its rows would have taken too long".into())
        }
        Err(e) => Tables::Unknown(e.to_string()),
    }
}

fn read_tables(path: &Path, whole: bool) -> rusqlite::Result<BTreeMap<String, (u64, Option<u64>)>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(Duration::from_millis(200))?;
    db.pragma_update(None, "trusted_schema", false)?;
    let began = Instant::now();
    db.progress_handler(10_000, Some(move || began.elapsed() > PATIENCE))?;
    let db = db;
    let mut statement = db.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut found = BTreeMap::new();
    for name in names {
        let name = name?;
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        let facts = if whole {
            let (rows, content) = hash(&db, &quoted)?;
            (rows, Some(content))
        } else {
            let count = format!("SELECT count(*) FROM {quoted}");
            let rows: i64 = db.query_row(&count, [], |row| row.get(0))?;
            (rows.unsigned_abs(), None)
        };
        found.insert(name, facts);
    }
    Ok(found)
}

/// The rows of a table, and a sum of what stands in them in their order.
fn hash(db: &Connection, quoted: &str) -> rusqlite::Result<(u64, u64)> {
    let mut statement = db.prepare(&format!("SELECT * FROM {quoted}"))?;
    let columns = statement.column_count();
    let mut hasher = DefaultHasher::new();
    for name in statement.column_names() {
        name.hash(&mut hasher);
    }
    let mut rows = statement.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        for i in 0..columns {
            match row.get_ref(i)? {
                ValueRef::Null => 0u8.hash(&mut hasher),
                ValueRef::Integer(n) => (1u8, n).hash(&mut hasher),
                ValueRef::Real(x) => (2u8, x.to_bits()).hash(&mut hasher),
                ValueRef::Text(text) => (3u8, text).hash(&mut hasher),
                ValueRef::Blob(bytes) => (4u8, bytes).hash(&mut hasher),
            }
        }
    }
    Ok((count, hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_or_changed_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::create_dir(at("logs")).unwrap();
        std::fs::write(at("kept.txt"), "a").unwrap();
        std::fs::write(at("grown.txt"), "a").unwrap();
        let db = Connection::open(at(DATABASE_NAME)).unwrap();
        db.execute_batch(
            "CREATE TABLE same(a); INSERT INTO same VALUES (1);
             CREATE TABLE edited(a); INSERT INTO edited VALUES (1), (2);
             CREATE TABLE \"longer \"\"one\"(a); CREATE TABLE gone(a)",
        )
        .unwrap();
        let before = Snapshot::of(dir.path());
        std::fs::write(at("grown.txt"), "ab").unwrap();
        std::fs::write(at("new ä.html"), "x").unwrap();
        std::fs::write(at("logs/run.log"), "x").unwrap();
        db.execute_batch(
            "UPDATE edited SET a = 3 WHERE a = 2; INSERT INTO \"longer \"\"one\" VALUES (1);
             DROP TABLE gone; CREATE TABLE made(a)",
        )
        .unwrap();
        let changes = Snapshot::of(dir.path()).since(before);
        let files: Vec<_> = changes
            .files
            .iter()
            .map(|f| (f.path.as_str(), f.new, f.bytes))
            .collect();
        assert_eq!(files, [("grown.txt", false, 2), ("new ä.html", true, 1)]);
        let tables: Vec<_> = changes
            .tables
            .iter()
            .map(|t| (t.name.as_str(), t.before, t.after))
            .collect();
        assert_eq!(
            tables,
            [
                ("edited", Some(2), Some(2)),
                ("gone", Some(0), None),
                ("longer \"one", Some(0), Some(1)),
                ("made", None, Some(0)),
            ]
        );
        assert_eq!(changes.notes, [""; 0]);
    }

    #[test]
    fn what_can_not_be_told_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let before = Snapshot::of(dir.path());
        std::fs::write(
            dir.path().join(DATABASE_NAME),
            "no database, whatever its name says".repeat(99),
        )
        .unwrap();
        let changes = Snapshot::of(dir.path()).since(before);
        assert!(changes.notes[0].contains("not known"), "{changes:?}");
    }
}
