//! What the rewriting of scripts must know of the tables: the converter's report in its terms.
//! Where a table can't surely give back what pandas sees in the file, it says so, and the script stays.

use super::python::{Cells, Column, DataFile, Encoding, Sheet, SqlType, Table, TableIndex};
use super::tables::{self, Converted, Facts, Format, Kinds, TableReport};

/// The data files of a session and their tables.
pub fn of(converted: &Converted) -> TableIndex {
    let mut index = TableIndex::default();
    for report in &converted.tables {
        let file = match &report.format {
            Format::Delimited { dialect, encoding } => DataFile::Delimited {
                delimiter: char::from(dialect.delimiter),
                quote: char::from(dialect.quote),
                encoding: Encoding {
                    name: (*encoding).to_owned(),
                    ascii: !report.facts.beyond_ascii,
                    c1: report.facts.c1,
                },
                table: table(report),
            },
            Format::Json { encoding } => DataFile::Json {
                lines: report.facts.lines,
                utf8: *encoding == "UTF-8" && !report.facts.marked,
                table: table(report),
            },
            Format::Sheet { .. } => continue,
        };
        index.insert(report.source.clone(), file);
    }
    // One with macro sheets and the like is left out: pandas counts its sheets in its own way.
    for book in converted.workbooks.iter().filter(|book| book.plain) {
        let made = |sheet: &String| {
            let is = |t: &&TableReport| {
                t.source == book.source
                    && matches!(&t.format, Format::Sheet { name, .. } if name == sheet)
            };
            converted.tables.iter().find(is).map(table)
        };
        let sheets = book.sheets.iter().map(|name| Sheet {
            name: name.clone(),
            table: made(name),
        });
        let sheets = sheets.collect();
        index.insert(book.source.clone(), DataFile::Workbook { sheets });
    }
    index
}

fn table(report: &TableReport) -> Table {
    let columns = report.columns.iter().zip(&report.facts.cells);
    Table {
        name: report.name.clone(),
        header: report.header,
        columns: columns
            .map(|(c, kinds)| column(c, *kinds, &report.format))
            .collect(),
        differs: differs(report).map(str::to_owned),
    }
}

/// What pandas would see in the file that the table can't give back, behind "its table …".
fn differs(report: &TableReport) -> Option<&'static str> {
    let Facts {
        replaced,
        lines,
        spread,
        absent,
        repeated,
        ..
    } = report.facts;
    let named_by_number = report.columns.iter().any(|c| c.original_number);
    let sheet = matches!(report.format, Format::Sheet { .. });
    [
        (
            report.extra.is_some(),
            "has rows with more fields than columns",
        ),
        (
            replaced,
            "is of a file with bytes that its encoding doesn't know",
        ),
        (
            lines && spread,
            "is of a file that has not one object on each line",
        ),
        (absent, "has columns that some objects of the file lack"),
        (repeated, "is of a file that names a key more than once"),
        (
            sheet && named_by_number,
            "has columns that the workbook names by a number, a date or the like",
        ),
        (
            report.begins.is_some(),
            "begins below or right of the first cell of its sheet",
        ),
    ]
    .into_iter()
    .find_map(|(holds, words)| holds.then_some(words))
}

fn column(column: &tables::Column, kinds: Kinds, format: &Format) -> Column {
    let sql = match column.sql_type {
        tables::SqlType::Integer => SqlType::Integer,
        tables::SqlType::Real => SqlType::Real,
        tables::SqlType::Text => SqlType::Text,
    };
    Column {
        name: column.name.clone(),
        label: column.original.clone(),
        sql,
        cells: match format {
            Format::Delimited { .. } => Cells::Text,
            _ => cells(kinds),
        },
        // A whole number among REALs comes back with `.0`.
        lossy: column.respelled > 0
            || column.padded > 0
            || (sql == SqlType::Real && column.whole > 0),
    }
}

fn cells(kinds: Kinds) -> Cells {
    let pure = [
        (Kinds::TEXT, Cells::Text),
        (Kinds::NUMBER, Cells::Number),
        (Kinds::BOOLEAN, Cells::Boolean),
        (Kinds::MOMENT, Cells::Date),
        (Kinds::NESTED, Cells::Json),
        (Kinds::OTHER, Cells::Other),
    ];
    let pure = pure.into_iter().find(|(kind, _)| kinds.only(*kind));
    pure.map_or(Cells::Mixed, |(_, cells)| cells)
}
