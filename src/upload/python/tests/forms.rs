//! Every form of an import and of a call that is rewritten.

use super::*;

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
