//! `DATABASE_SUMMARY.md`: what is in a session's database, for people. Pure text from plain data.

use std::fmt::Write as _;

use super::names::quoted;
use super::report::{Converted, Format, TableReport};
use super::types::SqlType;
use super::{Brought, DATABASE};

/// The summary of a database: its tables with their columns, types, rows and sources, what was
/// changed on the way, and which files stayed files.
pub fn summary(converted: &Converted) -> String {
    let mut text = format!("# Tables of `{DATABASE}`\n\n");
    if converted.tables.is_empty() && converted.brought.is_empty() {
        text += "No file of this session was converted.\n";
    } else {
        text += "| Table | Rows | Columns | Source |\n|---|--:|--:|---|\n";
        for table in &converted.tables {
            let columns = table.columns.len() + usize::from(table.extra.is_some());
            line(&mut text, &table.name, table.rows, columns, &source(table));
        }
        for table in &converted.brought {
            line(
                &mut text,
                &table.name,
                table.rows,
                table.columns.len(),
                "the uploaded database",
            );
        }
    }
    for table in &converted.tables {
        section(&mut text, table);
    }
    for table in &converted.brought {
        brought(&mut text, table);
    }
    if !converted.skipped.is_empty() {
        text += "\n## Not converted\n\n";
        for skipped in &converted.skipped {
            let _ = writeln!(
                text,
                "- {}: {}",
                code(&skipped.file),
                plain(&skipped.reason)
            );
        }
    }
    text
}

fn line(text: &mut String, name: &str, rows: u64, columns: usize, source: &str) {
    let _ = writeln!(text, "| {} | {rows} | {columns} | {source} |", code(name));
}

fn section(text: &mut String, table: &TableReport) {
    let _ = writeln!(
        text,
        "\n## {}\n\nFrom {}. {}.\n",
        code(&table.name),
        source(table),
        rows(table.rows)
    );
    *text += "| Column | Type | In the file |\n|---|---|---|\n";
    for column in &table.columns {
        let original = match column.original == column.name {
            true => String::new(),
            false if column.original.is_empty() => "no name".into(),
            false => code(&column.original),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {original} |",
            code(&column.name),
            column.sql_type.as_str()
        );
    }
    if let Some(extra) = &table.extra {
        let _ = writeln!(
            text,
            "| {} | {} | fields beyond the last column |",
            code(extra),
            SqlType::Text.as_str()
        );
    }
    query(text, &table.name);
    if !table.changes.is_empty() {
        *text += "\nNot as in the file:\n\n";
        for change in &table.changes {
            let _ = writeln!(text, "- {}", plain(change));
        }
    }
}

fn brought(text: &mut String, table: &Brought) {
    let _ = writeln!(
        text,
        "\n## {}\n\nFrom the uploaded database. {}.\n",
        code(&table.name),
        rows(table.rows)
    );
    *text += "| Column | Type |\n|---|---|\n";
    for (name, sql_type) in &table.columns {
        let _ = writeln!(text, "| {} | {} |", code(name), plain(sql_type));
    }
    query(text, &table.name);
}

/// A query to start from. Line ends in a name can't be shown in a block.
fn query(text: &mut String, name: &str) {
    if !name.contains(|c: char| c.is_control()) {
        let _ = writeln!(
            text,
            "\n```sql\nSELECT * FROM {} LIMIT 10;\n```",
            quoted(name)
        );
    }
}

fn rows(rows: u64) -> String {
    match rows {
        1 => "1 row".into(),
        _ => format!("{rows} rows"),
    }
}

fn source(table: &TableReport) -> String {
    match &table.format {
        Format::Sheet { name, .. } => format!("{}, sheet {}", code(&table.source), code(name)),
        _ => code(&table.source),
    }
}

/// Text as it is, in a table's cell or a list.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '#' => plain.extend(['\\', c]),
            c if c.is_control() => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain
}

/// Text as code: nothing in it means anything, whatever backticks it has.
fn code(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() {
        " "
    } else {
        ""
    };
    // The one character that ends a cell even in code.
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|"))
}
