//! Rewrites one script: the calls of pandas that read a converted file read its table instead.
//! Pure: bytes in, bytes and a report out. Which files there are, the caller says.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::thread;

use libcst_native::{Call, Expression, parse_module};

use super::calls::{HELPER, Planned, Planner, Reader};
use super::edit::{import, splice};
use super::names::{Binding, Doubt, MODULE, Meaning};
use super::paths::{literal, path_of};
use super::source::{DOES_NOT_PARSE, Source};
use super::tables::TableIndex;
use super::walk::{CallSite, Walk};

/// The parser recurses as deep as the script nests; [`Source`] bounds that far below this.
const STACK_BYTES: usize = 128 << 20;

/// What became of a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// The new text; nothing if no call was changed.
    pub text: Option<Vec<u8>>,
    /// The calls that now read a table, in the order of their lines.
    pub changes: Vec<Change>,
    /// The calls that stay as they are, or the script as a whole, and why.
    pub left: Vec<Left>,
    /// Converted files that the script writes, so that no script may read their tables instead.
    pub writes: Vec<String>,
}

/// A call that was rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its line in the original, from 1.
    pub line: usize,
    /// The function as the script calls it: `pd.read_csv`.
    pub call: String,
    /// The data file it read, relative to the session.
    pub file: String,
    /// The tables it reads now; more than one only for a workbook.
    pub tables: Vec<String>,
}

/// A call that was left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Its line, from 1.
    pub line: usize,
    /// The function as the script calls it; empty if the whole script was left alone.
    pub call: String,
    /// Why, as the end of a sentence that begins with the call or the script.
    pub reason: String,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.call {
            "" => write!(f, "line {}: {}", self.line, self.reason),
            call => write!(f, "line {}: {call} …: {}", self.line, self.reason),
        }
    }
}

impl Left {
    fn script(line: usize, reason: impl Into<String>) -> Self {
        Self {
            line,
            call: String::new(),
            reason: reason.into(),
        }
    }
}

/// Rewrites `source`, the script at `script` (relative to the session, with `/`). Never panics and
/// always ends soon; what can't be parsed is left alone.
pub fn rewrite(source: &[u8], script: &str, tables: &TableIndex) -> Rewritten {
    let work = || in_this_thread(source, script, tables);
    let builder = thread::Builder::new()
        .name("python-rewrite".into())
        .stack_size(STACK_BYTES);
    let done = thread::scope(|scope| {
        builder
            .spawn_scoped(scope, work)
            .map(thread::ScopedJoinHandle::join)
    });
    let reason = match done {
        Ok(Ok(rewritten)) => return rewritten,
        // The parser has panics of its own; they end here.
        Ok(Err(_)) => "it could not be parsed".to_owned(),
        Err(error) => format!("there was no memory to parse it ({error})"),
    };
    Rewritten {
        left: vec![Left::script(1, reason)],
        ..Rewritten::default()
    }
}

fn in_this_thread(bytes: &[u8], script: &str, tables: &TableIndex) -> Rewritten {
    let alone = |line, reason: String| Rewritten {
        left: vec![Left::script(line, reason)],
        ..Rewritten::default()
    };
    let source = match Source::read(bytes) {
        Ok(source) => source,
        Err((line, reason)) => return alone(line, reason),
    };
    let module = match parse_module(source.text, None) {
        Ok(module) => module,
        Err(error) => return alone(line_of(&error), DOES_NOT_PARSE.into()),
    };
    let walk = Walk::of(&module);
    let writes = writes(&walk, script, &source, tables);
    let mut tables = Cow::Borrowed(tables);
    for file in &writes {
        tables.to_mut().mark_written(file, script);
    }
    let planner = Planner {
        source: &source,
        scopes: &walk.scopes,
        script,
        tables: &tables,
    };

    let mut found = Found::default();
    let hindrance = hindrance(&walk);
    for CallSite {
        scope,
        call,
        in_string,
    } in &walk.calls
    {
        let outcome = match reader(&walk, *scope, &call.func) {
            Some(Ok(_)) if *in_string => Err("it stands within an f-string".into()),
            Some(Ok(reader)) => match &hindrance {
                Some(reason) => Err(reason.clone()),
                None => planner.plan(*scope, call, reader),
            },
            Some(Err(reason)) => Err(reason),
            None => continue,
        };
        found.add(&planner, &call.func, outcome);
    }
    for (scope, expression) in &walk.references {
        if let Meaning::Imported(name) = walk.scopes.meaning(*scope, expression)
            && Reader::of(&name).is_some()
        {
            found.add(
                &planner,
                expression,
                Err("it is passed on here, not called".into()),
            );
        }
    }
    let mut rewritten = found.finish(&source);
    rewritten.writes = writes;
    let imported = walk.scopes.find(MODULE, HELPER).is_some();
    if !rewritten.changes.is_empty() && !imported {
        match import(&source, &module, &format!("import {HELPER}")) {
            Some(edit) => found.edits.push(edit),
            None => return alone(1, "its first line holds several statements".into()),
        }
    }
    if !rewritten.changes.is_empty() {
        let mut text = bytes[..source.bom].to_vec();
        text.extend(splice(source.text, found.edits).into_bytes());
        rewritten.text = Some(text);
    }
    rewritten
}

/// The reader of pandas that `func` surely is, or why one can't be sure; nothing for anything else.
fn reader(
    walk: &Walk<'_, '_>,
    scope: usize,
    func: &Expression<'_>,
) -> Option<Result<Reader, String>> {
    match walk.scopes.meaning(scope, func) {
        Meaning::Imported(name) => Reader::of(&name).map(Ok),
        Meaning::Unsure(name, doubt) => Reader::of(&name).map(|_| {
            Err(match doubt {
                Doubt::Rebound(name) => format!("`{name}` is not always pandas in this script"),
                Doubt::Star(module) => {
                    format!("`from {module} import *` may change what the name means")
                }
            })
        }),
        Meaning::Else => {
            let Expression::Name(name) = func else {
                return None;
            };
            let from_star = Reader::named(name.value).is_some()
                && walk.scopes.find(scope, name.value).is_none()
                && walk.scopes.stars().any(|module| module == "pandas");
            from_star.then(|| Err("it comes from `from pandas import *`".into()))
        }
    }
}

/// What in the script keeps every call in it from being rewritten.
fn hindrance(walk: &Walk<'_, '_>) -> Option<String> {
    if walk
        .patched
        .iter()
        .any(|attribute| Reader::named(attribute.attr.value).is_some())
    {
        return Some("the script replaces a reader of pandas by its own".into());
    }
    let foreign =
        |binding: &Binding<'_, '_>| !matches!(binding, Binding::Import(name) if name == HELPER);
    if walk
        .scopes
        .everywhere(HELPER)
        .any(|bound| foreign(&bound.binding))
    {
        return Some(format!(
            "the script uses the name `{HELPER}` for something else"
        ));
    }
    let moves = |call: &Call<'_>, scope: usize| {
        walk.scopes.meaning(scope, &call.func) == Meaning::Imported("os.chdir".into())
    };
    if walk.calls.iter().any(|site| moves(site.call, site.scope)) {
        return Some("the script changes the folder it runs in".into());
    }
    None
}

/// The converted files that the script writes itself, as far as its calls show.
fn writes(
    walk: &Walk<'_, '_>,
    script: &str,
    source: &Source<'_>,
    tables: &TableIndex,
) -> Vec<String> {
    let planner = Planner {
        source,
        scopes: &walk.scopes,
        script,
        tables,
    };
    let mut written = Vec::new();
    for CallSite { scope, call, .. } in &walk.calls {
        let path_of = |value| path_of(&walk.scopes, *scope, value);
        if let Some(table) = table_written_by(call).and_then(|name| path_of(name).ok()) {
            written.extend(tables.files_of(&table).map(str::to_owned));
        }
        let paths = match written_by(call) {
            Writes::Argument => call.args.first().map(|arg| path_of(&arg.value)),
            Writes::Receiver(value) => Some(path_of(value)),
            Writes::Nothing => None,
        };
        let file = paths
            .and_then(Result::ok)
            .and_then(|path| planner.resolve(&path).ok().map(str::to_owned));
        written.extend(file);
    }
    written.sort();
    written.dedup();
    written
}

/// The name of the table that a call writes, where it is an argument.
fn table_written_by<'n, 'a>(call: &'n Call<'a>) -> Option<&'n Expression<'a>> {
    let Expression::Attribute(it) = &*call.func else {
        return None;
    };
    if it.attr.value != "to_sql" {
        return None;
    }
    let mut args = call.args.iter();
    let name = args.find(|arg| arg.keyword.as_ref().is_none_or(|name| name.value == "name"));
    name.map(|arg| &arg.value)
}

/// Where a call that writes a file has its path.
enum Writes<'n, 'a> {
    Argument,
    Receiver(&'n Expression<'a>),
    Nothing,
}

fn written_by<'n, 'a>(call: &'n Call<'a>) -> Writes<'n, 'a> {
    let reads_only = |place: usize| {
        let mode = call
            .args
            .iter()
            .enumerate()
            .find_map(|(n, arg)| match &arg.keyword {
                Some(name) => (name.value == "mode").then_some(&arg.value),
                None => (n == place).then_some(&arg.value),
            });
        mode.is_none_or(|mode| {
            literal(mode).is_some_and(|mode| !mode.contains(['w', 'a', 'x', '+']))
        })
    };
    match &*call.func {
        Expression::Name(name) => match name.value {
            "open" if !reads_only(1) => Writes::Argument,
            "ExcelWriter" => Writes::Argument,
            _ => Writes::Nothing,
        },
        Expression::Attribute(it) => match it.attr.value {
            "to_csv" | "to_excel" | "to_json" | "ExcelWriter" | "savetxt" => Writes::Argument,
            "write_text" | "write_bytes" | "unlink" => Writes::Receiver(&it.value),
            "open" if !reads_only(0) => Writes::Receiver(&it.value),
            "remove" | "write_csv" | "write_json" | "write_excel" => Writes::Argument,
            _ => Writes::Nothing,
        },
        _ => Writes::Nothing,
    }
}

/// Outcomes by where their call begins, so that they are reported in the order of the script.
#[derive(Default)]
struct Found {
    outcomes: BTreeMap<(usize, usize), (String, Result<Planned, String>)>,
    edits: Vec<super::edit::Edit>,
}

impl Found {
    fn add(
        &mut self,
        planner: &Planner<'_, '_, '_>,
        func: &Expression<'_>,
        outcome: Result<Planned, String>,
    ) {
        let (start, end) = planner.extent(func).unwrap_or_default();
        let call = planner.source.text[start..end]
            .split_whitespace()
            .collect::<String>();
        self.outcomes.insert((start, end), (call, outcome));
    }

    fn finish(&mut self, source: &Source<'_>) -> Rewritten {
        let mut rewritten = Rewritten::default();
        for ((start, _), (call, outcome)) in std::mem::take(&mut self.outcomes) {
            let line = source.line(start);
            match outcome {
                Ok(planned) => {
                    let Planned {
                        edits,
                        tables,
                        file,
                    } = planned;
                    self.edits.extend(edits);
                    rewritten.changes.push(Change {
                        line,
                        call,
                        file,
                        tables,
                    });
                }
                Err(reason) => rewritten.left.push(Left { line, call, reason }),
            }
        }
        rewritten
    }
}

fn line_of(error: &impl std::fmt::Display) -> usize {
    // The parser keeps the place to itself but for its words: "error at 3:7: expected …".
    let text = error.to_string();
    let place = text
        .split("error at ")
        .nth(1)
        .and_then(|rest| rest.split(':').next());
    place.and_then(|line| line.parse().ok()).unwrap_or(1)
}
