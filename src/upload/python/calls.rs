//! What becomes of one call of a pandas reader: the edits that make it read its table, or the reason
//! why it stays as it is.

use libcst_native::{Call, Expression};

use super::edit::Edit;
use super::names::{ScopeId, Scopes};
use super::options::Argument;
use super::paths::path_of;
use super::source::Source;
use super::tables::{TableIndex, Unresolved};

/// The module that the rewritten calls are of.
pub(super) const HELPER: &str = "eyproject_sql";

/// A function of pandas that reads a data file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Csv,
    Table,
    Excel,
    Json,
}

impl Reader {
    /// The reader with this dotted name, wherever in pandas it is taken from.
    pub fn of(dotted: &str) -> Option<Self> {
        let (module, name) = dotted.rsplit_once('.')?;
        let pandas = module == "pandas" || module.starts_with("pandas.");
        Self::named(name).filter(|_| pandas)
    }

    /// The reader of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "read_csv" => Some(Self::Csv),
            "read_table" => Some(Self::Table),
            "read_excel" => Some(Self::Excel),
            "read_json" => Some(Self::Json),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "read_csv",
            Self::Table => "read_table",
            Self::Excel => "read_excel",
            Self::Json => "read_json",
        }
    }

    /// Its first parameter, in pandas and in the helper.
    fn parameters(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv | Self::Table => ("filepath_or_buffer", "table"),
            Self::Excel => ("io", "sheets"),
            Self::Json => ("path_or_buf", "table"),
        }
    }
}

/// A call that will read its table.
#[derive(Debug)]
pub(super) struct Planned {
    pub edits: Vec<Edit>,
    pub tables: Vec<String>,
    /// The file it read, as the index names it.
    pub file: String,
}

/// What planning a call takes.
pub(super) struct Planner<'p, 'n, 'a> {
    pub source: &'p Source<'a>,
    pub scopes: &'p Scopes<'n, 'a>,
    pub script: &'p str,
    pub tables: &'p TableIndex,
}

impl<'n, 'a> Planner<'_, 'n, 'a> {
    /// The edits for `call`, or why it is left alone.
    pub fn plan(
        &self,
        scope: ScopeId,
        call: &'n Call<'a>,
        reader: Reader,
    ) -> Result<Planned, String> {
        let func = self
            .extent(&call.func)
            .ok_or("it is written in a way that can't be rewritten")?;
        let spans = self
            .spans(func.1)
            .filter(|spans| spans.len() == call.args.len());
        let spans = spans.ok_or("it is written in a way that can't be rewritten")?;
        if call.args.iter().any(|arg| !arg.star.is_empty()) {
            return Err("it takes arguments from `*` or `**`".into());
        }
        let (theirs, ours) = reader.parameters();
        let (mut path, mut args) = (None, Vec::new());
        for (n, arg) in call.args.iter().enumerate() {
            match (arg.keyword.as_ref().map(|name| name.value), n) {
                (None, 0) => path = Some((n, false)),
                (Some(name), _) if name == theirs && path.is_none() => path = Some((n, true)),
                (None, 1) if reader == Reader::Excel => {
                    args.push(Argument {
                        name: "sheet_name",
                        value: &arg.value,
                    });
                }
                (Some(name), _) => args.push(Argument {
                    name,
                    value: &arg.value,
                }),
                (None, _) => return Err("it has more than one argument without a name".into()),
            }
        }
        let (place, keyword) = path.ok_or("it names no file")?;
        let file = self.resolve(&path_of(self.scopes, scope, &call.args[place].value)?)?;
        let (argument, tables) = self.argument(reader, file, &args)?;
        let argument = if keyword {
            format!("{ours}={argument}")
        } else {
            argument
        };
        let (start, end) = spans[place];
        Ok(Planned {
            edits: vec![
                Edit {
                    start: func.0,
                    end: func.1,
                    text: format!("{HELPER}.{}", reader.name()),
                },
                Edit {
                    start,
                    end,
                    text: argument,
                },
            ],
            tables,
            file: file.to_owned(),
        })
    }

    /// The converted file that `path` means in this script.
    pub fn resolve(&self, path: &str) -> Result<&str, String> {
        self.tables.resolve(self.script, path).map_err(|why| match why {
            Unresolved::Address => "it reads from an address, not from a file of the session".into(),
            Unresolved::Outside => format!("`{path}` is not a path within the session"),
            Unresolved::Ambiguous => {
                format!("`{path}` may be one of several files: seen from the script's folder, or from one above")
            }
            Unresolved::Unknown => format!("no table was made from `{path}`"),
        })
    }

    /// The bytes of a name or of attributes of one, if no parentheses are around any part of it.
    pub fn extent(&self, expression: &Expression<'a>) -> Option<(usize, usize)> {
        match expression {
            Expression::Name(name) if name.lpar.is_empty() => {
                let start = self.source.offset(name.value)?;
                Some((start, start + name.value.len()))
            }
            Expression::Attribute(it) if it.lpar.is_empty() => {
                let (start, _) = self.extent(&it.value)?;
                let attr = self.source.offset(it.attr.value)?;
                Some((start, attr + it.attr.value.len()))
            }
            _ => None,
        }
    }

    /// The bytes of each argument of the call whose function ends at `end`.
    fn spans(&self, end: usize) -> Option<Vec<(usize, usize)>> {
        let mut tokens = self.source.tokens[self.source.token_at(end)..].iter();
        tokens.next().filter(|token| token.text == "(")?;
        let (mut spans, mut current) = (Vec::new(), None);
        // The commas of a lambda's parameters separate no arguments.
        let (mut depth, mut lambdas) = (0usize, 0usize);
        for token in tokens {
            match token.text {
                ")" | "]" | "}" if depth == 0 => {
                    spans.extend(current);
                    return Some(spans);
                }
                "," if depth == 0 && lambdas == 0 => {
                    spans.extend(current.take());
                    continue;
                }
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                "lambda" if depth == 0 => lambdas += 1,
                ":" if depth == 0 => lambdas = lambdas.saturating_sub(1),
                _ => {}
            }
            let start = current.map_or(token.start, |(start, _)| start);
            current = Some((start, token.end));
        }
        None
    }
}
