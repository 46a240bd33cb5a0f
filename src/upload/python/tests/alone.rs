//! Every reason to leave a call or a script alone.

use super::*;

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
        (
            "import pandas as pd\ndf = pd.read_csv('d/x.csv')\ndf.to_sql('x', con)\n",
            "also writes",
        ),
        (
            "import pandas as pd\nT = 'x'\ndf = pd.read_csv('d/x.csv')\ndf.to_sql(con=con, name=T)\n",
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
