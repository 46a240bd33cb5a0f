//! Tests of `rewrite` as a whole: every form of a call, every reason to leave one alone, and bytes.

use proptest::prelude::*;

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

#[test]
fn every_form_of_import() {
    for (import, before, after) in [
        (
            "import pandas as pd",
            "pd.read_csv('d/x.csv')",
            "eyproject_sql.read_csv(\"x\")",
        ),
        (
            "import pandas",
            "pandas.read_csv('d/x.csv')",
            "eyproject_sql.read_csv(\"x\")",
        ),
        (
            "import numpy, pandas as p",
            "p.read_csv('d/x.csv')",
            "eyproject_sql.read_csv(\"x\")",
        ),
        (
            "from pandas import read_csv",
            "read_csv('d/x.csv')",
            "eyproject_sql.read_csv(\"x\")",
        ),
        (
            "from pandas import (a, read_csv as rc)",
            "rc('d/x.csv')",
            "eyproject_sql.read_csv(\"x\")",
        ),
        (
            "from pandas.io.parsers import read_csv",
            "read_csv('d/x.csv')",
            "eyproject_sql.read_csv(\"x\")",
        ),
        (
            "import pandas.io.json",
            "pandas.read_csv('d/x.csv')",
            "eyproject_sql.read_csv(\"x\")",
        ),
        (
            "import pandas as pd",
            "pd . read_csv ( 'd/x.csv' )",
            "eyproject_sql.read_csv ( \"x\" )",
        ),
        (
            "import pandas as pd",
            "pd.read_csv('d/x.csv').head()",
            "eyproject_sql.read_csv(\"x\").head()",
        ),
        (
            "import pandas as pd",
            "lambda a, b=1: pd.read_csv('d/x.csv', usecols=lambda c, d=1: c in a)",
            "lambda a, b=1: eyproject_sql.read_csv(\"x\", usecols=lambda c, d=1: c in a)",
        ),
    ] {
        assert_eq!(
            text(&format!("{import}\ny = {before}\n")),
            format!("{import}\ny = {after}\n")
        );
    }
    let inside = "def f():\n    import pandas as pd\n    return pd.read_csv('d/x.csv')\n";
    assert!(text(inside).contains("eyproject_sql.read_csv(\"x\")"));
    let twice = "try:\n    import pandas as pd\nexcept ImportError:\n    import pandas as pd\npd.read_csv('d/x.csv')\n";
    assert!(text(twice).contains("eyproject_sql.read_csv(\"x\")"));
}

#[test]
fn every_form_of_call() {
    for (before, after) in [
        (
            "read_csv('d/x.csv', index_col=0)",
            "read_csv(\"x\", index_col=0)",
        ),
        (
            "read_csv(filepath_or_buffer='d/x.csv')",
            "read_csv(table=\"x\")",
        ),
        (
            "read_csv(nrows=3, filepath_or_buffer='d/x.csv')",
            "read_csv(nrows=3, table=\"x\")",
        ),
        (
            "read_csv('d/x.csv', sep=',', encoding='utf-8', engine='c', header=0)",
            "read_csv(\"x\", sep=',', encoding='utf-8', engine='c', header=0)",
        ),
        (
            "read_csv('semi.csv', sep=';')",
            "read_csv(\"semi\", sep=';')",
        ),
        (
            "read_csv('semi.csv', delimiter=';')",
            "read_csv(\"semi\", delimiter=';')",
        ),
        (
            "read_csv('tabs.tsv', sep='\\t')",
            "read_csv(\"tabs\", sep='\\t')",
        ),
        ("read_table('tabs.tsv')", "read_table(\"tabs\")"),
        (
            "read_table('d/x.csv', sep=',')",
            "read_table(\"x\", sep=',')",
        ),
        (
            "read_csv('ascii.csv', encoding='latin-1')",
            "read_csv(\"ascii\", encoding='latin-1')",
        ),
        (
            "read_csv('latin.csv', encoding='ISO-8859-1')",
            "read_csv(\"latin\", encoding='ISO-8859-1')",
        ),
        (
            "read_csv('euro.csv', encoding='cp1252')",
            "read_csv(\"euro\", encoding='cp1252')",
        ),
        (
            "read_csv('wide.csv', encoding='utf-16')",
            "read_csv(\"wide\", encoding='utf-16')",
        ),
        (
            "read_csv('blank.csv')",
            "read_csv(\"blank\", columns=[\"\", \"name\"])",
        ),
        (
            "read_csv('lossy.csv', dtype={'name': str, 'id': float})",
            "read_csv(\"lossy\", dtype={'name': str, 'id': float})",
        ),
        (
            "read_csv('lossy.csv', parse_dates=['name'])",
            "read_csv(\"lossy\", parse_dates=['name'])",
        ),
        (
            "read_csv('lossy.csv', names=['a', 'b'], header=0)",
            "read_csv(\"lossy\", names=['a', 'b'], header=0)",
        ),
        (
            "read_json('a.json')",
            "read_json(\"kinds\", booleans=[\"id\"], nested=[\"name\"])",
        ),
        (
            "read_json('l.jsonl', lines=True)",
            "read_json(\"l\", lines=True)",
        ),
        ("read_excel('b.xlsx')", "read_excel({\"Jan\": \"b_Jan\"})"),
        (
            "read_excel('b.xlsx', 'Jan')",
            "read_excel({\"Jan\": \"b_Jan\"}, 'Jan')",
        ),
        (
            "read_excel('b.xlsx', sheet_name=2)",
            "read_excel({2: eyproject_sql.sheet(\"b_Mar\", dates=[\"name\"])}, sheet_name=2)",
        ),
        (
            "read_excel(io='two.xlsx', sheet_name=None)",
            "read_excel(sheets={\"A\": \"A\", \"B\": \"B\"}, sheet_name=None)",
        ),
        (
            "read_excel('two.xlsx', sheet_name=s)",
            "read_excel({\"A\": \"A\", \"B\": \"B\"}, sheet_name=s)",
        ),
    ] {
        let source = format!("import pandas as pd\nx = pd.{before}  # why\n");
        assert_eq!(
            text(&source),
            format!("import pandas as pd\nx = eyproject_sql.{after}  # why\n")
        );
    }
}

#[test]
fn every_reason_to_leave_a_call_alone() {
    for (call, why) in [
        ("read_csv('d/x.csv', skiprows=1)", "`skiprows`"),
        ("read_csv('d/x.csv', header=None)", "`header`"),
        ("read_csv('d/x.csv', header=1)", "`header`"),
        ("read_csv('d/x.csv', converters={})", "`converters`"),
        ("read_csv('d/x.csv', chunksize=10)", "`chunksize`"),
        ("read_csv('d/x.csv', na_values='-')", "`na_values`"),
        ("read_csv('d/x.csv', engine='python')", "`engine`"),
        ("read_csv('d/x.csv', ',')", "without a name"),
        ("read_csv(*paths)", "`*`"),
        ("read_csv('d/x.csv', **options)", "`**`"),
        ("read_csv()", "names no file"),
        (
            "read_csv('d/x.csv', sep=';')",
            "by `;`, but the file does by `,`",
        ),
        ("read_csv('semi.csv')", "by `,`, but the file does by `;`"),
        ("read_table('d/x.csv')", "by tabs, but the file does by `,`"),
        ("read_csv('d/x.csv', sep=s)", "`sep` is worked out"),
        ("read_csv('d/x.csv', sep=None)", "`sep` is worked out"),
        ("read_csv('latin.csv')", "windows-1252"),
        ("read_csv('euro.csv', encoding='latin-1')", "windows-1252"),
        ("read_csv('d/x.csv', encoding='latin-1')", "UTF-8"),
        (
            "read_csv('d/x.csv', encoding=e)",
            "`encoding` is worked out",
        ),
        ("read_csv('bare.csv')", "first row was taken as data"),
        ("read_csv('ragged.csv')", "has rows of other lengths"),
        ("read_csv('quote.csv')", "quotes fields"),
        ("read_csv('lossy.csv', dtype=str)", "`dtype` may ask"),
        (
            "read_csv('lossy.csv', dtype={'id': 'string'})",
            "`dtype` may ask",
        ),
        ("read_csv('lossy.csv', dtype=kinds)", "`dtype` may ask"),
        (
            "read_csv('lossy.csv', parse_dates=True)",
            "`parse_dates` may ask",
        ),
        (
            "read_csv('lossy.csv', parse_dates=['id'])",
            "`parse_dates` may ask",
        ),
        ("read_csv('lossy.csv', names=['a', 'b'])", "`names` may ask"),
        ("read_csv('nowhere.csv')", "no table was made"),
        ("read_csv('/d/x.csv')", "not a path within the session"),
        ("read_csv('https://example.org/x.csv')", "from an address"),
        ("read_csv(path)", "not set in the script"),
        (
            "y\nz = f'{pd.read_csv(\"d/x.csv\"):>{w}}'",
            "within an f-string",
        ),
        ("read_csv(f'{d}/x.csv')", "f-string"),
        ("read_csv(sys.argv[1])", "when the script runs"),
        ("read_csv('a.json')", "no file for `read_csv`"),
        ("read_excel('d/x.csv')", "no file for `read_excel`"),
        (
            "read_excel('b.xlsx', sheet_name='Feb')",
            "no table was made from the sheet",
        ),
        ("read_excel('b.xlsx', sheet_name='Dec')", "no sheet `Dec`"),
        ("read_excel('b.xlsx', sheet_name=9)", "no sheet number 9"),
        (
            "read_excel('b.xlsx', sheet_name=None)",
            "no table was made from the sheet",
        ),
        ("read_excel('two.xlsx', index_col=[0, 1])", "`index_col`"),
        ("read_excel('two.xlsx', skiprows=2)", "`skiprows`"),
        ("read_excel('two.ods')", "`.ods`"),
        ("read_excel('mixed.xlsx')", "several kinds"),
        ("read_json('l.jsonl')", "one JSON array"),
        ("read_json('a.json', lines=True)", "reads lines"),
        ("read_json('a.json', orient='split')", "`orient`"),
        ("read_json('a.json', typ='series')", "`typ`"),
    ] {
        let why_not = reason(&format!("import pandas as pd\nx = pd.{call}\n"));
        assert!(why_not.contains(why), "{call}: {why_not}");
    }
}

#[test]
fn every_reason_to_leave_a_script_alone() {
    for (source, why) in [
        ("print 'hello'\n", "does not parse"),
        ("x = (\n", "does not parse"),
        ("x = 'a\n", "does not parse"),
        (
            "import pandas as pd\npd = fake\npd.read_csv('d/x.csv')\n",
            "not always pandas",
        ),
        (
            "try:\n    import pandas as pd\nexcept ImportError:\n    pd = None\npd.read_csv('d/x.csv')\n",
            "not always pandas",
        ),
        (
            "import pandas as pd\nfrom tools import *\npd.read_csv('d/x.csv')\n",
            "`from tools import *`",
        ),
        (
            "from pandas import *\nread_csv('d/x.csv')\n",
            "`from pandas import *`",
        ),
        (
            "import pandas as pd\npd.read_csv = mine\npd.read_csv('d/x.csv')\n",
            "by its own",
        ),
        (
            "import pandas as pd, os\nos.chdir('d')\npd.read_csv('d/x.csv')\n",
            "folder it runs in",
        ),
        (
            "import pandas as pd\neyproject_sql = 1\npd.read_csv('d/x.csv')\n",
            "something else",
        ),
        ("import pandas as pd\nread = pd.read_csv\n", "passed on"),
        (
            "import pandas as pd\nxs = map(pd.read_csv, files)\n",
            "passed on",
        ),
        (
            "import pandas as pd\n(pd.read_csv)('d/x.csv')\n",
            "can't be rewritten",
        ),
        (
            "'Doc'; import pandas as pd\npd.read_csv('d/x.csv')\n",
            "several statements",
        ),
        (
            "import pandas as pd\ndf = pd.read_csv('d/x.csv')\ndf.to_csv('d/x.csv')\n",
            "also writes",
        ),
        (
            "import pandas as pd\nF = 'd/x.csv'\nopen(F, 'w')\npd.read_csv(F)\n",
            "also writes",
        ),
        (
            "import pandas as pd\nfrom pathlib import Path\nPath('d/x.csv').write_text('')\npd.read_csv('d/x.csv')\n",
            "also writes",
        ),
    ] {
        let why_not = reason(source);
        assert!(why_not.contains(why), "{source}: {why_not}");
    }
}

#[test]
fn what_is_not_pandas_is_nobodys_business() {
    for source in [
        "",
        "import polars as pd\npd.read_csv('d/x.csv')\n",
        "from dask.dataframe import read_csv\nread_csv('d/x.csv')\n",
        "pd.read_csv('d/x.csv')\n",
        "import pandas as pd\ndef f(pd):\n    return pd.read_csv('d/x.csv')\n",
        "import pandas as pd\nf = lambda pd: pd.read_csv('d/x.csv')\n",
        "import pandas as pd\nxs = [pd.read_csv('d/x.csv') for pd in readers]\n",
        "import pandas as pd\ndef f():\n    pd = fake()\n    pd.read_csv('d/x.csv')\n",
        "import pandas as pd\ndef f():\n    with a as pd:\n        pd.read_csv('d/x.csv')\n",
        "import pandas as pd\nclass A:\n    pd = 1\n    pd.read_csv('d/x.csv')\n",
        "from .pandas import read_csv\nread_csv('d/x.csv')\n",
        "import pandas as pd\nself.pd.read_csv('d/x.csv')\n",
        "import pandas as pd\npd.DataFrame().to_csv('out.csv')\nopen('d/x.csv').read()\n",
    ] {
        assert_eq!(done(source), Rewritten::default(), "{source}");
    }
}

#[test]
fn a_class_does_not_lend_its_names_to_its_methods() {
    let source = "import pandas as pd\nclass A:\n    pd = 1\n    def f(self):\n        return pd.read_csv('d/x.csv')\n";
    assert!(text(source).contains("return eyproject_sql.read_csv"));
}

#[test]
fn order_lines_and_names_in_the_report() {
    let source = "import pandas as pd\r\n\r\ndf = pd.read_csv(\r\n  'd/x.csv')\r\nb = pd . read_csv(p)\r\nc = pd.read_excel('two.xlsx', sheet_name=None)\r\n";
    let done = done(source);
    let change = |line, call: &str, file: &str, tables: &[&str]| Change {
        line,
        call: call.into(),
        file: file.into(),
        tables: tables.iter().map(ToString::to_string).collect(),
    };
    let expected = vec![
        change(3, "pd.read_csv", "d/x.csv", &["x"]),
        change(6, "pd.read_excel", "two.xlsx", &["A", "B"]),
    ];
    assert_eq!(done.changes, expected);
    assert_eq!(
        (done.left[0].line, done.left[0].call.as_str()),
        (5, "pd.read_csv")
    );
}

#[test]
fn every_other_byte_stays() {
    for (before, after) in [
        ("\u{feff}import pandas as pd\r\n\tx = 1 \r\n", None),
        (
            "\u{feff}# ä \r\nimport pandas as pd\r\nif 1:\r\n\tx = pd.read_csv( # c\r\n\t\t'd/x.csv' , # d\r\n\t\tnrows = 3 , ) ; y=2 \r\n\x0c\r\n# end",
            Some(
                "\u{feff}# ä \r\nimport eyproject_sql\r\nimport pandas as pd\r\nif 1:\r\n\tx = eyproject_sql.read_csv( # c\r\n\t\t\"x\" , # d\r\n\t\tnrows = 3 , ) ; y=2 \r\n\x0c\r\n# end",
            ),
        ),
        (
            "import pandas as pd\rx = pd.read_csv('d/x.csv')\r",
            Some("import eyproject_sql\rimport pandas as pd\rx = eyproject_sql.read_csv(\"x\")\r"),
        ),
        (
            "# coding: latin-1\nimport pandas as pd\npd.read_csv('d/x.csv')",
            Some(
                "# coding: latin-1\nimport eyproject_sql\nimport pandas as pd\neyproject_sql.read_csv(\"x\")",
            ),
        ),
    ] {
        let found = done(before)
            .text
            .map(|text| String::from_utf8(text).expect("text"));
        assert_eq!(found.as_deref(), after, "{before:?}");
    }
}

#[test]
fn rewriting_again_changes_nothing() {
    let mixed = "import pandas as pd\na = pd.read_csv('d/x.csv')\nb = pd.read_csv('later.csv')\n";
    let once = done(mixed).text.expect("rewritten");
    let again = rewrite(&once, "m.py", &session());
    assert_eq!(
        (again.text, again.changes.len(), again.left.len()),
        (None, 0, 1)
    );

    let mut later = session();
    later.insert("later.csv", delimited(',', utf8(), table("later")));
    let twice = rewrite(&once, "m.py", &later).text.expect("rewritten");
    let twice = String::from_utf8(twice).expect("text");
    assert_eq!(
        twice.matches("import eyproject_sql\n").count(),
        1,
        "{twice}"
    );
    assert!(twice.contains("b = eyproject_sql.read_csv(\"later\")"));
}

#[test]
fn hostile_sources_end_soon() {
    let nest =
        |n: usize, open: &str, close: &str| format!("x = {}1{}\n", open.repeat(n), close.repeat(n));
    for source in [
        nest(90, "[", "]"),
        nest(99, "f(", ")"),
        nest(100_000, "(", ")"),
        nest(900, "not ", ""),
        nest(900, "-", ""),
        nest(300, "lambda: ", ""),
        nest(300, "a if b else ", ""),
        nest(450, "1 + ", ""),
        nest(50_000, "1 + ", ""),
        format!("x = a{}\n", ".b()".repeat(200)),
        format!("if a: pass\n{}", "elif b: pass\n".repeat(1_900)),
        format!(
            "match x:\n case {}1{}: pass\n",
            "{1:".repeat(6),
            "}".repeat(6)
        ),
        format!(
            "match x:\n case {}1{}: pass\n",
            "[".repeat(60),
            "]".repeat(60)
        ),
        (0..99)
            .map(|n| format!("{}if a:\n", " ".repeat(n)))
            .chain([" ".repeat(99) + "pass\n"])
            .collect(),
        "x = '".to_owned() + &"\\".repeat(10_000),
        "\0".repeat(1_000),
    ] {
        done(&source);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        rewrite(&bytes, "m.py", &session());
    }

    #[test]
    fn any_python_like_text_is_survived(
        words in proptest::collection::vec(
            prop_oneof![
                Just("import pandas as pd\n"), Just("pd.read_csv"), Just("("), Just(")"), Just("'d/x.csv'"),
                Just(","), Just("\n"), Just("  "), Just("x = "), Just("f'{"), Just("}'"), Just("lambda a, b:"),
                Just("def f(pd):\n"), Just("match x:\n"), Just("case [a, *b]:\n"), Just("**k"), Just("sep=';'"),
                Just("async "), Just("await "), Just("[a for a in b]"), Just(":="), Just("\\\n"), Just("é"), Just("#"),
            ],
            0..30,
        )
    ) {
        rewrite(words.concat().as_bytes(), "m.py", &session());
    }

    /// Lines around a rewritten call stay, whatever they are.
    #[test]
    fn lines_around_a_call_stay(
        lines in proptest::collection::vec(
            prop_oneof![
                Just("x = 1"), Just("# ä comment"), Just(""), Just("s = '''a\n  b'''"), Just("if x:\n\ty = 2"),
                Just("print(x) ; z = [1,\n   2]"), Just("def f(a, *, b=1): return a"), Just("t = pd.read_csv(unknown)"),
            ],
            0..8,
        ),
        at in 0usize..8,
        newline in prop_oneof![Just("\n"), Just("\r\n")],
    ) {
        let mut before: Vec<&str> = lines.clone();
        let at = at.min(before.len());
        before.insert(at, "df = pd.read_csv('d/x.csv', nrows=2)");
        let mut after = lines;
        after.insert(at, "df = eyproject_sql.read_csv(\"x\", nrows=2)");
        let join = |lines: &[&str], first: &str| {
            (first.to_owned() + &lines.join("\n") + "\n").replace('\n', newline)
        };
        let source = join(&before, "import pandas as pd\n");
        let done = rewrite(source.as_bytes(), "m.py", &session());
        let text = String::from_utf8(done.text.expect("rewritten")).expect("text");
        prop_assert_eq!(text, join(&after, "import eyproject_sql\nimport pandas as pd\n"));
    }
}
