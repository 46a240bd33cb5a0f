//! What the rewriting of scripts must know of the tables: the converter's report in its terms.
//! Where the report says less than would be needed to be sure, the worse is assumed, so that a script
//! is left alone rather than changed in what it prints.

use super::python::{Cells, Column, DataFile, Encoding, SqlType, Table, TableIndex};
use super::tables::{self, Converted, Format, TableReport};

/// The data files of a session and their tables.
pub fn of(converted: &Converted) -> TableIndex {
    let mut index = TableIndex::default();
    for report in &converted.tables {
        if let Format::Delimited { dialect, encoding } = &report.format {
            index.insert(
                report.source.clone(),
                DataFile::Delimited {
                    delimiter: char::from(dialect.delimiter),
                    quote: char::from(dialect.quote),
                    encoding: Encoding {
                        name: (*encoding).to_owned(),
                        ascii: false,
                        c1: true,
                    },
                    table: table(report),
                },
            );
        }
    }
    index
}

fn table(report: &TableReport) -> Table {
    Table {
        name: report.name.clone(),
        header: report.header,
        columns: report.columns.iter().map(column).collect(),
        differs: report
            .extra
            .as_ref()
            .map(|_| "has rows with more fields than columns".to_owned()),
    }
}

fn column(column: &tables::Column) -> Column {
    Column {
        name: column.name.clone(),
        label: column.original.clone(),
        sql: match column.sql_type {
            tables::SqlType::Integer => SqlType::Integer,
            tables::SqlType::Real => SqlType::Real,
            tables::SqlType::Text => SqlType::Text,
        },
        cells: Cells::Text,
        lossy: column.respelled > 0,
    }
}
