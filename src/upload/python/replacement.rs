//! What stands in a rewritten call in place of the path: the table, or the sheets of a workbook, and
//! what the table itself does not tell. Or why the table can't stand for the file.

use super::calls::{HELPER, Planner, Reader};
use super::edit::{list, quoted};
use super::options::{self, Argument, Wanted};
use super::tables::{Cells, DataFile, Sheet, SqlType, Table};

impl Planner<'_, '_, '_> {
    /// What stands in place of the path, and the tables it names.
    pub fn argument(
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
        let other = |column: &&super::tables::Column| column.cells == Cells::Other;
        if let Some(column) = table.columns.iter().find(other) {
            return Err(format!(
                "column `{}` has times, durations or errors",
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
}
