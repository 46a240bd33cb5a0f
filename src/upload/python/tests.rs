//! Tests of `rewrite` as a whole, on one session with a file for each thing that matters.

mod alone;
mod bytes;
mod forms;

use super::*;

fn column(name: &str, sql: SqlType) -> Column {
    Column {
        name: name.into(),
        label: name.into(),
        sql,
        cells: Cells::Text,
        lossy: false,
    }
}

fn table(name: &str) -> Table {
    let columns = vec![
        column("id", SqlType::Integer),
        column("name", SqlType::Text),
    ];
    Table {
        name: name.into(),
        header: true,
        columns,
        differs: None,
    }
}

fn utf8() -> Encoding {
    Encoding {
        name: "UTF-8".into(),
        ascii: false,
        c1: true,
    }
}

fn delimited(delimiter: char, encoding: Encoding, table: Table) -> DataFile {
    DataFile::Delimited {
        delimiter,
        quote: '"',
        encoding,
        table,
    }
}

fn sheet(name: &str, table: Option<Table>) -> Sheet {
    Sheet {
        name: name.into(),
        table,
    }
}

/// A session with one file for each thing that matters.
fn session() -> TableIndex {
    let mut index = TableIndex::default();
    let with = |name, change: fn(&mut Table)| {
        let mut table = table(name);
        change(&mut table);
        delimited(',', utf8(), table)
    };
    let encoding = |name: &str, ascii, c1| Encoding {
        name: name.into(),
        ascii,
        c1,
    };
    index.insert("d/x.csv", delimited(',', utf8(), table("x")));
    index.insert("semi.csv", delimited(';', utf8(), table("semi")));
    index.insert("tabs.tsv", delimited('\t', utf8(), table("tabs")));
    index.insert(
        "ascii.csv",
        delimited(',', encoding("UTF-8", true, false), table("ascii")),
    );
    index.insert(
        "latin.csv",
        delimited(',', encoding("windows-1252", false, false), table("latin")),
    );
    index.insert(
        "euro.csv",
        delimited(',', encoding("windows-1252", false, true), table("euro")),
    );
    index.insert(
        "wide.csv",
        delimited(',', encoding("UTF-16LE", false, true), table("wide")),
    );
    index.insert("bare.csv", with("bare", |table| table.header = false));
    index.insert(
        "ragged.csv",
        with("ragged", |table| {
            table.differs = Some("has rows of other lengths".into())
        }),
    );
    index.insert(
        "blank.csv",
        with("blank", |table| table.columns[0].label = String::new()),
    );
    index.insert(
        "lossy.csv",
        with("lossy", |table| {
            (table.columns[0].sql, table.columns[0].lossy) = (SqlType::Real, true);
        }),
    );
    let mut quote = delimited(',', utf8(), table("quote"));
    if let DataFile::Delimited { quote, .. } = &mut quote {
        *quote = '\'';
    }
    index.insert("quote.csv", quote);
    let mut kinds = table("kinds");
    (kinds.columns[0].cells, kinds.columns[1].cells) = (Cells::Boolean, Cells::Json);
    index.insert(
        "a.json",
        DataFile::Json {
            lines: false,
            utf8: true,
            table: kinds,
        },
    );
    index.insert(
        "l.jsonl",
        DataFile::Json {
            lines: true,
            utf8: true,
            table: table("l"),
        },
    );
    let mut dates = table("b_Mar");
    dates.columns[1].cells = Cells::Date;
    let mut mixed = table("m");
    mixed.columns[1].cells = Cells::Mixed;
    let sheets = vec![
        sheet("Jan", Some(table("b_Jan"))),
        sheet("Feb", None),
        sheet("Mar", Some(dates)),
    ];
    index.insert("b.xlsx", DataFile::Workbook { sheets });
    let both = || vec![sheet("A", Some(table("A"))), sheet("B", Some(table("B")))];
    index.insert("two.xlsx", DataFile::Workbook { sheets: both() });
    index.insert("two.ods", DataFile::Workbook { sheets: both() });
    index.insert(
        "mixed.xlsx",
        DataFile::Workbook {
            sheets: vec![sheet("M", Some(mixed))],
        },
    );
    index
}

fn done(source: &str) -> Rewritten {
    rewrite(source.as_bytes(), "m.py", &session())
}

/// The text that `source` becomes, without the import of the helper.
fn text(source: &str) -> String {
    let done = done(source);
    let text = done
        .text
        .unwrap_or_else(|| panic!("{source} was left alone: {:?}", done.left));
    let text = String::from_utf8(text).expect("text");
    assert_eq!(text.matches("import eyproject_sql\n").count(), 1, "{text}");
    text.replacen("import eyproject_sql\n", "", 1)
}

/// The only reason that something in `source` was left alone; nothing else may have happened.
fn reason(source: &str) -> String {
    let done = done(source);
    assert_eq!(
        (done.text, done.changes.len(), done.left.len()),
        (None, 0, 1),
        "{source}: {:?}",
        done.left
    );
    done.left.into_iter().map(|left| left.reason).collect()
}
