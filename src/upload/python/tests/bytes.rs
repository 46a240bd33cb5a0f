//! Everything but the calls stays byte for byte, whatever the source.

use proptest::prelude::*;

use super::*;

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
