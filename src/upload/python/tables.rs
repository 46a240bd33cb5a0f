//! Which tables the data files of a session became, and which file a path in a script means.
//! Knows no Python and reads no file: the converter fills it in.

use std::collections::BTreeMap;

/// The converted data files of one session, by their path relative to the session, with `/`.
#[derive(Debug, Clone, Default)]
pub struct TableIndex {
    files: BTreeMap<String, DataFile>,
    written: BTreeMap<String, String>,
}

/// What one data file became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataFile {
    /// Delimited text.
    Delimited {
        /// The field separator found, as a character of the ASCII range.
        delimiter: char,
        /// The quote found; `"` where the file has none.
        quote: char,
        /// The encoding found.
        encoding: Encoding,
        /// Its table.
        table: Table,
    },
    /// JSON: an array of objects, or one object on each line.
    Json {
        /// One object on each line rather than one array.
        lines: bool,
        /// Whether the file is UTF-8, as JSON has to be.
        utf8: bool,
        /// Its table.
        table: Table,
    },
    /// A workbook. Every sheet counts, in the workbook's order, also those without a table.
    Workbook {
        /// The sheets.
        sheets: Vec<Sheet>,
    },
}

/// One sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name in the workbook.
    pub name: String,
    /// Its table, if it has one.
    pub table: Option<Table>,
}

/// The encoding of a text file, and which bytes beyond ASCII occur in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoding {
    /// Its WHATWG or Python name, in any case: `UTF-8`, `windows-1252`, `utf-16le`.
    pub name: String,
    /// No byte order mark and no byte above 0x7F: every encoding that extends ASCII reads the same.
    pub ascii: bool,
    /// A byte from 0x80 to 0x9F occurs: what Latin-1 and Windows-1252 read differently.
    pub c1: bool,
}

/// A table and how it came from its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name in the database.
    pub name: String,
    /// Whether the first row of the file gave the names of the columns.
    pub header: bool,
    /// Its columns, in the file's order, without `_extra`.
    pub columns: Vec<Column>,
    /// What pandas would see in the file that the table can't give back (rows with too many fields,
    /// absent keys, blank rows left out …), in words that follow "its table …".
    pub differs: Option<String>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in the table.
    pub name: String,
    /// Its name exactly as in the file; differs from `name` where that was trimmed, blank or taken.
    pub label: String,
    /// Its type in the table.
    pub sql: SqlType,
    /// What its filled cells were in a workbook or JSON. Delimited text has only [`Cells::Text`].
    pub cells: Cells,
    /// A stored number doesn't give back its text in the file: `1.10` became 1.1.
    pub lossy: bool,
}

/// A column's type in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlType {
    /// Whole numbers of 64 bits.
    Integer,
    /// 64-bit floating point.
    Real,
    /// Text, also where a number's text would have been lost.
    Text,
}

/// What the filled cells of a column were before they came into the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cells {
    /// Text.
    Text,
    /// Numbers.
    Number,
    /// True and false.
    Boolean,
    /// Dates, with or without a time; the table has them as ISO text.
    Date,
    /// JSON arrays and objects; the table has their JSON text.
    Json,
    /// More than one of these.
    Mixed,
    /// What a table holds only as text or not at all: times without a day, durations, errors.
    Other,
}

/// Why a path in a script names no data file that may be read from its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unresolved {
    /// An address on the network.
    Address,
    /// An absolute path, or one outside the session.
    Outside,
    /// Two files: one beside the script, another from the session's root.
    Ambiguous,
    /// Nothing in the index.
    Unknown,
}

impl TableIndex {
    /// Adds the data file at `path`, relative to the session, with `/`.
    pub fn insert(&mut self, path: impl Into<String>, file: DataFile) {
        self.files.insert(path.into(), file);
    }

    /// The data file at `path`.
    pub(super) fn get(&self, path: &str) -> Option<&DataFile> {
        self.files.get(path)
    }

    /// The files that the table `name` was made from: one, or none.
    pub(super) fn files_of(&self, name: &str) -> impl Iterator<Item = &str> {
        let has = move |file: &DataFile| match file {
            DataFile::Delimited { table, .. } | DataFile::Json { table, .. } => table.name == name,
            DataFile::Workbook { sheets } => sheets
                .iter()
                .any(|sheet| sheet.table.as_ref().is_some_and(|table| table.name == name)),
        };
        self.files
            .iter()
            .filter(move |(_, file)| has(file))
            .map(|(path, _)| path.as_str())
    }

    /// Notes that `script` writes the file at `path`: its table may not be what the file will hold.
    pub(super) fn mark_written(&mut self, path: &str, script: &str) {
        self.written
            .entry(path.to_owned())
            .or_insert_with(|| script.to_owned());
    }

    /// The script that writes the file at `path`.
    pub(super) fn writer(&self, path: &str) -> Option<&str> {
        self.written.get(path).map(String::as_str)
    }

    /// The converted file that `path` means in `script`: seen from its folder, where it runs, or from one
    /// above, up to the session's root. People start scripts from the root of their project, which is a
    /// folder of the session if it was uploaded as one.
    pub(super) fn resolve(&self, script: &str, path: &str) -> Result<&str, Unresolved> {
        // What was written on Windows names its folders with backslashes.
        let path = path.replace('\\', "/");
        if path.contains("://") {
            return Err(Unresolved::Address);
        }
        let drive = path.as_bytes().get(1) == Some(&b':');
        if path.starts_with(['/', '~']) || drive {
            return Err(Unresolved::Outside);
        }
        let folder = script.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut found: Option<&str> = None;
        for from in std::iter::successors(Some(folder), |folder| above(folder)) {
            let file = join(from, &path).and_then(|full| self.files.get_key_value(&full));
            match (found, file) {
                (Some(nearer), Some((key, _))) if nearer != key => {
                    return Err(Unresolved::Ambiguous);
                }
                (None, Some((key, _))) => found = Some(key),
                _ => {}
            }
        }
        found.ok_or_else(|| match join(folder, &path) {
            Some(_) => Unresolved::Unknown,
            None => Unresolved::Outside,
        })
    }
}

/// The folder that `folder` is in; the root, which is empty, is in none.
fn above(folder: &str) -> Option<&str> {
    match folder.rsplit_once('/') {
        Some((above, _)) => Some(above),
        None => (!folder.is_empty()).then_some(""),
    }
}

/// `path` seen from `folder`, without `.` and `..`; `None` if it leaves the session.
fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(paths: &[&str]) -> TableIndex {
        let mut index = TableIndex::default();
        for path in paths {
            index.insert(*path, DataFile::Workbook { sheets: Vec::new() });
        }
        index
    }

    #[test]
    fn finds_beside_the_script_and_from_folders_above() {
        let index = index(&[
            "a.csv",
            "data/b.csv",
            "x/c.csv",
            "both.csv",
            "x/both.csv",
            "p/data/b.csv",
            "p/data/d.csv",
        ]);
        let cases = [
            ("m.py", "a.csv", Ok("a.csv")),
            ("m.py", "./data//b.csv", Ok("data/b.csv")),
            ("m.py", "data\\b.csv", Ok("data/b.csv")),
            ("x/m.py", "c.csv", Ok("x/c.csv")),
            ("x/m.py", "../data/b.csv", Ok("data/b.csv")),
            ("x/m.py", "data/b.csv", Ok("data/b.csv")),
            ("x/m.py", "x/c.csv", Ok("x/c.csv")),
            ("p/scripts/m.py", "data/d.csv", Ok("p/data/d.csv")),
            ("p/scripts/m.py", "data/b.csv", Err(Unresolved::Ambiguous)),
            ("p/scripts/deep/m.py", "../data/d.csv", Ok("p/data/d.csv")),
            ("q/m.py", "data/d.csv", Err(Unresolved::Unknown)),
            ("m.py", "both.csv", Ok("both.csv")),
            ("x/m.py", "both.csv", Err(Unresolved::Ambiguous)),
            ("x/m.py", "../both.csv", Ok("both.csv")),
            ("m.py", "../a.csv", Err(Unresolved::Outside)),
            ("m.py", "/a.csv", Err(Unresolved::Outside)),
            ("m.py", "C:\\a.csv", Err(Unresolved::Outside)),
            ("m.py", "~/a.csv", Err(Unresolved::Outside)),
            ("m.py", "https://x.example/a.csv", Err(Unresolved::Address)),
            ("m.py", "A.csv", Err(Unresolved::Unknown)),
            ("m.py", "", Err(Unresolved::Unknown)),
        ];
        for (script, path, expected) in cases {
            assert_eq!(index.resolve(script, path), expected, "{path} in {script}");
        }
    }
}
