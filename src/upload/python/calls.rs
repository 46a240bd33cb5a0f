//! What becomes of one call of a pandas reader: the edits that make it read its table, or the reason
//! why it stays as it is.

use libcst_native::{Call, Expression};

use super::edit::{Edit, list, quoted};
use super::names::{ScopeId, Scopes};
use super::options::{self, Argument, Wanted};
use super::paths::path_of;
use super::source::Source;
use super::tables::{Cells, DataFile, Sheet, SqlType, Table, TableIndex, Unresolved};

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

    fn name(self) -> &'static str {
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
                format!("`{path}` may be the file beside the script or the one in the session's root")
            }
            Unresolved::Unknown => format!("no table was made from `{path}`"),
        })
    }

    /// What stands in place of the path, and the tables it names.
    fn argument(
        &self,
        reader: Reader,
        file: &str,
        args: &[Argument<'_, '_>],
    ) -> Result<(String, Vec<String>), String> {
        if let Some(script) = self.tables.writer(file) {
            return Err(match script == self.script {
                true => format!("this script also writes `{file}`"),
                false => format!("`{script}` writes `{file}`"),
            });
        }
        let found = self
            .tables
            .get(file)
            .ok_or_else(|| format!("no table was made from `{file}`"))?;
        match (reader, found) {
            (
                Reader::Csv | Reader::Table,
                DataFile::Delimited {
                    delimiter,
                    quote,
                    encoding,
                    table,
                },
            ) => {
                if *quote != '"' {
                    return Err(format!(
                        "the file quotes fields with `{quote}`, which pandas does not expect"
                    ));
                }
                let default = if reader == Reader::Csv { ',' } else { '\t' };
                options::delimited(args, table, (*delimiter, default, encoding))?;
                self.whole(table)?;
                let columns = self
                    .columns(table)
                    .map_or(String::new(), |columns| format!(", {columns}"));
                Ok((
                    format!("{}{columns}", self.quoted(&table.name)),
                    vec![table.name.clone()],
                ))
            }
            (Reader::Json, DataFile::Json { lines, utf8, table }) => {
                if !utf8 {
                    return Err("the file is not in UTF-8".into());
                }
                options::json(args, table, *lines)?;
                self.whole(table)?;
                let mut parts = vec![self.quoted(&table.name)];
                parts.extend(self.columns(table));
                let kinds = |wanted: &[Cells]| {
                    let columns = table
                        .columns
                        .iter()
                        .filter(|column| wanted.contains(&column.cells));
                    columns
                        .map(|column| column.name.as_str())
                        .collect::<Vec<_>>()
                };
                if table
                    .columns
                    .iter()
                    .any(|c| c.cells == Cells::Number && c.sql == SqlType::Text)
                {
                    return Err("its table keeps numbers of one column as text".into());
                }
                for (keyword, cells) in [("booleans", Cells::Boolean), ("nested", Cells::Json)] {
                    let columns = kinds(&[cells]);
                    if !columns.is_empty() {
                        parts.push(format!(
                            "{keyword}={}",
                            list(columns, self.source.ascii_only)
                        ));
                    }
                }
                Ok((parts.join(", "), vec![table.name.clone()]))
            }
            (Reader::Excel, DataFile::Workbook { sheets }) => {
                let ending = file
                    .rsplit('.')
                    .next()
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                if !matches!(&*ending, "xlsx" | "xlsm") {
                    return Err(format!(
                        "pandas reads cells of `.{ending}` files in its own way"
                    ));
                }
                options::sheet(args)?;
                self.sheets(sheets, options::wanted(args))
            }
            _ => Err(format!("`{file}` is no file for `{}`", reader.name())),
        }
    }

    /// The dictionary of sheets that a call of `read_excel` may ask for.
    fn sheets(&self, sheets: &[Sheet], wanted: Wanted) -> Result<(String, Vec<String>), String> {
        let chosen: Vec<(String, &Sheet)> = match &wanted {
            Wanted::Name(name) => {
                let sheet = sheets.iter().find(|sheet| sheet.name == *name);
                let sheet = sheet.ok_or_else(|| format!("the workbook has no sheet `{name}`"))?;
                vec![(self.quoted(name), sheet)]
            }
            Wanted::Position(0) => {
                let sheet = sheets.first().ok_or("the workbook has no sheets")?;
                vec![(self.quoted(&sheet.name), sheet)]
            }
            Wanted::Position(n) => {
                let sheet = sheets
                    .get(*n)
                    .ok_or_else(|| format!("the workbook has no sheet number {n}"))?;
                vec![(n.to_string(), sheet)]
            }
            Wanted::Any => sheets
                .iter()
                .map(|sheet| (self.quoted(&sheet.name), sheet))
                .collect(),
        };
        let (mut items, mut tables) = (Vec::new(), Vec::new());
        for (key, sheet) in chosen {
            let table = sheet.table.as_ref();
            let table = table
                .ok_or_else(|| format!("no table was made from the sheet `{}`", sheet.name))?;
            items.push(format!("{key}: {}", self.sheet(table)?));
            tables.push(table.name.clone());
        }
        Ok((format!("{{{}}}", items.join(", ")), tables))
    }

    /// How the helper is told of one sheet: its table, and what the table can't say itself.
    fn sheet(&self, table: &Table) -> Result<String, String> {
        self.whole(table)?;
        let mut parts = vec![self.quoted(&table.name)];
        parts.extend(self.columns(table));
        for (keyword, cells) in [("dates", Cells::Date), ("booleans", Cells::Boolean)] {
            let columns: Vec<_> = table
                .columns
                .iter()
                .filter(|c| c.cells == cells)
                .map(|c| c.name.as_str())
                .collect();
            if !columns.is_empty() {
                parts.push(format!(
                    "{keyword}={}",
                    list(columns, self.source.ascii_only)
                ));
            }
        }
        if let Some(c) = table
            .columns
            .iter()
            .find(|c| c.cells == Cells::Number && c.sql == SqlType::Text)
        {
            return Err(format!(
                "its table keeps the numbers of column `{}` as text",
                c.label
            ));
        }
        Ok(match &parts[..] {
            [only] => only.clone(),
            _ => format!("{HELPER}.sheet({})", parts.join(", ")),
        })
    }

    /// Whether `table` gives back all that pandas sees in the file.
    fn whole(&self, table: &Table) -> Result<(), String> {
        if !table.header {
            return Err(
                "the file's first row was taken as data, not as the names of columns".into(),
            );
        }
        if let Some(differs) = &table.differs {
            return Err(format!("its table {differs}"));
        }
        if let Some(column) = table
            .columns
            .iter()
            .find(|column| column.cells == Cells::Mixed)
        {
            return Err(format!(
                "column `{}` has cells of several kinds",
                column.label
            ));
        }
        Ok(())
    }

    /// The names of columns in the file, where the table has others.
    fn columns(&self, table: &Table) -> Option<String> {
        let changed = table
            .columns
            .iter()
            .any(|column| column.name != column.label);
        let labels = table.columns.iter().map(|column| column.label.as_str());
        changed.then(|| format!("columns={}", list(labels, self.source.ascii_only)))
    }

    fn quoted(&self, text: &str) -> String {
        quoted(text, self.source.ascii_only)
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
