//! Which arguments of a pandas reader the helper honours exactly as pandas does, given what the file
//! is like. All others leave the call alone, by name.

use libcst_native::{DictElement, Element, Expression};

use super::paths::literal;
use super::tables::{Encoding, SqlType, Table};

/// One argument of a call, but for the path.
#[derive(Clone, Copy)]
pub(super) struct Argument<'n, 'a> {
    pub name: &'n str,
    pub value: &'n Expression<'a>,
}

/// Honoured for delimited text whatever their value: pandas itself applies them to the same rows.
const DELIMITED: [&str; 8] = [
    "usecols",
    "index_col",
    "nrows",
    "names",
    "dtype",
    "parse_dates",
    "date_format",
    "dayfirst",
];
/// The same for a sheet of a workbook.
const SHEET: [&str; 6] = [
    "usecols",
    "nrows",
    "names",
    "dtype",
    "parse_dates",
    "date_format",
];

/// Whether all `args` of `read_csv` or `read_table` can be honoured; if not, why.
pub(super) fn delimited(
    args: &[Argument<'_, '_>],
    table: &Table,
    (delimiter, default, encoding): (char, char, &Encoding),
) -> Result<(), String> {
    let mut separator = default.to_string();
    let mut named = None;
    for arg in args {
        match arg.name {
            "sep" | "delimiter" => {
                separator = literal(arg.value).ok_or_else(|| not_literal(arg.name))?
            }
            "encoding" => named = Some(literal(arg.value).ok_or_else(|| not_literal(arg.name))?),
            "header" if is_zero(arg.value) || literal(arg.value).as_deref() == Some("infer") => {}
            "engine" if literal(arg.value).as_deref() == Some("c") => {}
            name if DELIMITED.contains(&name) || name == "low_memory" => {}
            name => return Err(not_honoured(name)),
        }
    }
    if separator != delimiter.to_string() {
        return Err(format!(
            "it separates fields by {}, but the file does by {}",
            shown(&separator),
            shown(&delimiter.to_string())
        ));
    }
    if !reads_the_same(named.as_deref(), encoding) {
        let as_what = named.as_deref().unwrap_or("utf-8");
        return Err(format!(
            "it reads the file as `{as_what}`, but the file is in {}",
            encoding.name
        ));
    }
    lossy(args, table)
}

/// Whether all `args` of `read_json` can be honoured; if not, why.
pub(super) fn json(args: &[Argument<'_, '_>], table: &Table, lines: bool) -> Result<(), String> {
    let mut asked = false;
    for arg in args {
        match arg.name {
            "lines" => asked = boolean(arg.value).ok_or_else(|| not_literal("lines"))?,
            "orient" if literal(arg.value).as_deref() == Some("records") => {}
            "encoding" if literal(arg.value).is_some_and(|name| plain(&name) == "utf8") => {}
            "dtype" | "convert_dates" | "nrows" => {}
            name => return Err(not_honoured(name)),
        }
    }
    match (asked, lines) {
        (true, false) => Err("it reads lines, but the file is one JSON array".into()),
        (false, true) => {
            Err("it reads one JSON array, but the file has one object on each line".into())
        }
        _ => lossy(args, table),
    }
}

/// Whether all `args` of `read_excel` but `sheet_name` can be honoured; if not, why.
pub(super) fn sheet(args: &[Argument<'_, '_>]) -> Result<(), String> {
    for arg in args {
        match arg.name {
            "sheet_name" => {}
            "header" if is_zero(arg.value) => {}
            "engine" if literal(arg.value).as_deref() == Some("openpyxl") => {}
            // A list of columns makes an index of levels, which pandas fills downwards.
            "index_col"
                if is_integer(arg.value) || literal(arg.value).is_some() || is_none(arg.value) => {}
            name if SHEET.contains(&name) => {}
            name => return Err(not_honoured(name)),
        }
    }
    Ok(())
}

/// The sheets that `sheet_name` asks for, or all of them where it is not known before the script runs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// By name.
    Name(String),
    /// By position, from 0.
    Position(usize),
    /// All, or one that only the running script knows.
    Any,
}

pub(super) fn wanted(args: &[Argument<'_, '_>]) -> Wanted {
    let Some(arg) = args.iter().find(|arg| arg.name == "sheet_name") else {
        return Wanted::Position(0);
    };
    match (literal(arg.value), arg.value) {
        (Some(name), _) => Wanted::Name(name),
        (None, Expression::Integer(it)) => it.value.parse().map_or(Wanted::Any, Wanted::Position),
        _ => Wanted::Any,
    }
}

/// Where a stored number doesn't give back its text, nothing may ask for the text.
fn lossy(args: &[Argument<'_, '_>], table: &Table) -> Result<(), String> {
    let lossy: Vec<&str> = table
        .columns
        .iter()
        .filter(|column| column.lossy)
        .map(|column| column.label.as_str())
        .collect();
    let Some(first) = lossy.first() else {
        return Ok(());
    };
    let number = |column: &str| {
        table
            .columns
            .iter()
            .any(|c| c.label == column && c.sql != SqlType::Text)
    };
    let has = |name: &str| args.iter().any(|arg| arg.name == name);
    let asks = |arg: &Argument<'_, '_>| match arg.name {
        "dtype" => {
            !has("names") && is_number_type(arg.value)
                || entries(arg.value).is_some_and(|entries| {
                    !has("names")
                        && entries.iter().all(|(column, kind)| {
                            !lossy.contains(&&**column) || is_number_type(kind)
                        })
                })
        }
        "parse_dates" => {
            boolean(arg.value) == Some(false)
                || texts(arg.value)
                    .is_some_and(|columns| !has("names") && !columns.iter().any(|c| number(c)))
        }
        // Without `header=0` the names in the file become values, and the numbers below them text.
        "names" => args
            .iter()
            .any(|arg| arg.name == "header" && is_zero(arg.value)),
        _ => true,
    };
    match args.iter().find(|arg| !asks(arg)) {
        Some(arg) => Err(format!(
            "its argument `{}` may ask for numbers as they are written, and those of column `{first}` \
             are written differently in the table",
            arg.name
        )),
        None => Ok(()),
    }
}

/// Whether pandas, told `named` or nothing, reads the same characters as were found.
fn reads_the_same(named: Option<&str>, found: &Encoding) -> bool {
    let latin = ["latin1", "iso88591", "l1", "cp819", "88591"];
    let windows = ["cp1252", "windows1252", "1252"];
    let (asked, is) = (plain(named.unwrap_or("utf-8")), plain(&found.name));
    let one_byte = |name: &str| latin.contains(&name) || windows.contains(&name);
    match (&*asked, &*is) {
        (asked, "utf8" | "usascii" | "ascii") if found.ascii => {
            one_byte(asked) || matches!(asked, "utf8" | "utf8sig" | "ascii" | "usascii")
        }
        ("utf8" | "utf8sig" | "u8", "utf8") => true,
        (asked, is) if one_byte(asked) && one_byte(is) => {
            !found.c1 || (windows.contains(&asked) && windows.contains(&is))
        }
        // Without its byte order Python looks for the mark, which whoever found this did as well.
        ("utf16", "utf16le" | "utf16be") => true,
        (asked, is) => asked == is,
    }
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn not_honoured(name: &str) -> String {
    format!("its argument `{name}` can't be honoured the same from a table")
}

fn not_literal(name: &str) -> String {
    format!("its argument `{name}` is worked out only when the script runs")
}

fn shown(separator: &str) -> String {
    match separator {
        "\t" => "tabs".into(),
        other => format!("`{other}`"),
    }
}

fn is_zero(value: &Expression<'_>) -> bool {
    matches!(value, Expression::Integer(it) if it.value == "0")
}

fn is_integer(value: &Expression<'_>) -> bool {
    matches!(value, Expression::Integer(_))
}

fn is_none(value: &Expression<'_>) -> bool {
    matches!(value, Expression::Name(it) if it.value == "None")
}

fn boolean(value: &Expression<'_>) -> Option<bool> {
    match value {
        Expression::Name(it) if it.value == "True" => Some(true),
        Expression::Name(it) if it.value == "False" => Some(false),
        _ => None,
    }
}

/// A type that takes the number, not its text.
fn is_number_type(value: &Expression<'_>) -> bool {
    let name = match value {
        Expression::Name(it) => it.value.to_owned(),
        Expression::Attribute(it) => it.attr.value.to_owned(),
        other => literal(other).unwrap_or_default(),
    };
    matches!(
        &*name.to_ascii_lowercase(),
        "float" | "float32" | "float64" | "double" | "f4" | "f8"
    )
}

/// The literal keys of a dictionary, with their values.
fn entries<'n, 'a>(value: &'n Expression<'a>) -> Option<Vec<(String, &'n Expression<'a>)>> {
    let Expression::Dict(dict) = value else {
        return None;
    };
    let entry = |element: &'n DictElement<'a>| match element {
        DictElement::Simple { key, value, .. } => Some((literal(key)?, value)),
        DictElement::Starred(_) => None,
    };
    dict.elements.iter().map(entry).collect()
}

/// The texts of a list of literals.
fn texts(value: &Expression<'_>) -> Option<Vec<String>> {
    let Expression::List(list) = value else {
        return None;
    };
    let text = |element: &Element<'_>| match element {
        Element::Simple { value, .. } => literal(value),
        Element::Starred(_) => None,
    };
    list.elements.iter().map(text).collect()
}
