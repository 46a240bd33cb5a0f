//! A `.sql` script on the session's database: statement after statement, results as tab-separated text.
//! The first error ends it and names its line.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement};

/// Why a script of SQL ended early.
#[derive(Debug)]
pub enum SqlError {
    /// Nobody reads the results any more, or they can't be written.
    Output(io::Error),
    /// In words, with the line where there is one.
    Said(String),
}

impl From<io::Error> for SqlError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Runs the script in `file` on `database`, which is made if it isn't there. Each result is a line of
/// column names and a line for each row; tab, line end and backslash in values are written `\t`, `\n`, `\\`, blobs as `x'…'`.
///
/// # Errors
/// At the first statement that fails; those before it hold, unless the script began a transaction.
pub fn run(file: &Path, database: &Path, out: impl Write) -> Result<(), SqlError> {
    let said = |e: &dyn std::fmt::Display| SqlError::Said(e.to_string());
    let text = fs_err::read(file).map_err(|e| said(&e))?;
    let text = String::from_utf8(text).map_err(|_| {
        SqlError::Said(format!("{} is not UTF-8; save it as UTF-8", file.display()))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let db = Connection::open(database)
        .and_then(|db| {
            db.busy_timeout(std::time::Duration::from_secs(30))
                .map(|()| db)
        })
        .map_err(|e| SqlError::Said(format!("could not open {}: {e}", database.display())))?;
    let mut out = BufWriter::new(out);
    for (start, statement) in statements(text) {
        let failed = |e: rusqlite::Error| {
            let (offset, why) = match e {
                rusqlite::Error::SqlInputError { msg, offset, .. } => {
                    (usize::try_from(offset).unwrap_or(0), msg)
                }
                e => (0, e.to_string()),
            };
            SqlError::Said(format!(
                "{}:{}: {why}",
                name(file),
                line_of(text, start + offset)
            ))
        };
        let mut prepared = match db.prepare(statement) {
            Ok(prepared) => prepared,
            Err(e) => {
                out.flush()?;
                return Err(failed(e));
            }
        };
        if let Err(e) = print(&mut prepared, &mut out) {
            out.flush()?;
            return Err(match e {
                Failure::Sql(e) => failed(e),
                Failure::Output(e) => SqlError::Output(e),
            });
        }
        out.flush()?;
    }
    Ok(())
}

fn name(file: &Path) -> String {
    file.file_name()
        .unwrap_or(file.as_os_str())
        .to_string_lossy()
        .into_owned()
}

enum Failure {
    Sql(rusqlite::Error),
    Output(io::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

fn print(statement: &mut Statement<'_>, out: &mut impl Write) -> Result<(), Failure> {
    let names: Vec<String> = statement.column_names().map(escaped).collect();
    let mut rows = statement.query([])?;
    let mut headed = names.is_empty();
    loop {
        let row = rows.next()?;
        if !headed {
            writeln!(out, "{}", names.join("\t"))?;
            headed = true;
        }
        let Some(row) = row else { return Ok(()) };
        for i in 0..names.len() {
            if i > 0 {
                out.write_all(b"\t")?;
            }
            value(row.get_ref(i)?, out)?;
        }
        if !names.is_empty() {
            out.write_all(b"\n")?;
        }
    }
}

fn value(value: ValueRef<'_>, out: &mut impl Write) -> io::Result<()> {
    match value {
        ValueRef::Null => Ok(()),
        ValueRef::Integer(n) => write!(out, "{n}"),
        ValueRef::Real(x) => write!(out, "{x:?}"),
        ValueRef::Text(text) => out.write_all(escaped(&String::from_utf8_lossy(text)).as_bytes()),
        ValueRef::Blob(bytes) => {
            out.write_all(b"x'")?;
            for byte in bytes {
                write!(out, "{byte:02x}")?;
            }
            out.write_all(b"'")
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('\t', "\\t")
        .replace('\r', "\\r")
        .replace('\n', "\\n")
}

fn line_of(text: &str, offset: usize) -> usize {
    let until = text.as_bytes().iter().take(offset);
    1 + until.filter(|b| **b == b'\n').count()
}

/// The statements of `text`, each with where it starts. A `;` ends one unless it stands in quotes, in a
/// comment, or in the body of a trigger, which ends at the first `END` that comes right after a `;`: that of
/// a `CASE` never does.
fn statements(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    // The first three tell a trigger, the last two whether its body ends.
    let mut words: Vec<String> = Vec::new();
    let say = |words: &mut Vec<String>, word: &str| {
        if words.len() == 5 {
            words.remove(3);
        }
        words.push(word.to_ascii_uppercase());
    };
    let mut rest = Lexer { text, at: 0 };
    while let Some((at, token)) = rest.next() {
        match token {
            Token::Blank => {}
            Token::Word(word) => {
                start.get_or_insert(at);
                say(&mut words, word);
            }
            Token::Other => {
                start.get_or_insert(at);
                say(&mut words, "");
            }
            Token::End => {
                let ended = matches!(&*words, [.., a, b] if a == ";" && b == "END");
                if is_trigger(&words) && !ended {
                    say(&mut words, ";");
                    continue;
                }
                if let Some(start) = start.take() {
                    found.push((start, &text[start..rest.at]));
                }
                words.clear();
            }
        }
    }
    if let Some(start) = start {
        found.push((start, &text[start..]));
    }
    found
}

fn is_trigger(words: &[String]) -> bool {
    let mut words = words.iter().map(String::as_str);
    words.next() == Some("CREATE")
        && match words.next() {
            Some("TRIGGER") => true,
            Some("TEMP" | "TEMPORARY") => words.next() == Some("TRIGGER"),
            _ => false,
        }
}

enum Token<'t> {
    Blank,
    Word(&'t str),
    Other,
    End,
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    /// The next token and where it begins.
    fn next(&mut self) -> Option<(usize, Token<'t>)> {
        let at = self.at;
        let rest = &self.text[at..];
        let first = rest.chars().next()?;
        let up_to = |end: &str, from: usize| {
            rest[from..]
                .find(end)
                .map_or(rest.len(), |n| from + n + end.len())
        };
        let (token, len) = match first {
            c if c.is_whitespace() => (Token::Blank, c.len_utf8()),
            '-' if rest.starts_with("--") => (Token::Blank, up_to("\n", 2)),
            '/' if rest.starts_with("/*") => (Token::Blank, up_to("*/", 2)),
            // A doubled quote ends one text and begins the next, which comes to the same here.
            '\'' | '"' | '`' => (Token::Other, up_to(&first.to_string(), 1)),
            '[' => (Token::Other, up_to("]", 1)),
            ';' => (Token::End, 1),
            c if c.is_alphanumeric() || c == '_' => {
                let len = rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                (Token::Word(&rest[..len]), len)
            }
            c => (Token::Other, c.len_utf8()),
        };
        self.at += len;
        Some((at, token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        statements(text).into_iter().map(|(_, s)| s).collect()
    }

    #[test]
    fn a_semicolon_ends_a_statement_only_where_it_stands_free() {
        for (text, found) in [
            ("", vec![]),
            (" ;; -- a;b\n /* ; */", vec![]),
            ("a; b", vec!["a;", "b"]),
            (
                "select ';', \"a;\"\"b\", `;`, [;] -- ;\n, 'it''s;'; x",
                vec!["select ';', \"a;\"\"b\", `;`, [;] -- ;\n, 'it''s;';", "x"],
            ),
            (
                "create temp trigger t after insert on a begin select 1; select 2; end; select 3;",
                vec![
                    "create temp trigger t after insert on a begin select 1; select 2; end;",
                    "select 3;",
                ],
            ),
            (
                "create trigger t after insert on a when case new.x when 1 then 2 end begin \
                 update a set b = case when x then ';' else case y when 1 then 2 end end; \
                 select end from \"end\"; -- end;\n select 1; /* ; */ end ; select 3;",
                vec![
                    "create trigger t after insert on a when case new.x when 1 then 2 end begin \
                     update a set b = case when x then ';' else case y when 1 then 2 end end; \
                     select end from \"end\"; -- end;\n select 1; /* ; */ end ;",
                    "select 3;",
                ],
            ),
            ("select 'open; ", vec!["select 'open; "]),
        ] {
            assert_eq!(texts(text), found, "{text}");
        }
    }

    fn run_text(text: &str) -> (String, Result<(), SqlError>) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a b.sql");
        std::fs::write(&file, text).unwrap();
        let mut out = Vec::new();
        let result = run(&file, &dir.path().join("x.db"), &mut out);
        (String::from_utf8(out).unwrap(), result)
    }

    #[test]
    fn results_are_tab_separated() {
        let (out, result) = run_text(
            "CREATE TABLE t(a, \"b c\");\nINSERT INTO t VALUES (1, 'x\ty'), (NULL, x'00ff'), (1.5, 'a\\b');\n\
             SELECT * FROM t;\nSELECT 1 WHERE 0;",
        );
        assert!(result.is_ok(), "{result:?}");
        assert_eq!(out, "a\tb c\n1\tx\\ty\n\tx'00ff'\n1.5\ta\\\\b\n1\n");
    }

    #[test]
    fn a_trigger_may_hold_cases() {
        let (out, result) = run_text(
            "CREATE TABLE t(a, b);\nCREATE TRIGGER tr AFTER INSERT ON t BEGIN\n\
             UPDATE t SET b = CASE WHEN new.a > 1 THEN 'big' ELSE 'small' END;\n\
             UPDATE t SET a = a + 1;\nEND;\nINSERT INTO t VALUES (5, NULL);\nSELECT * FROM t;\n",
        );
        assert!(result.is_ok(), "{result:?}");
        assert_eq!(out, "a\tb\n6\tbig\n");
    }

    #[test]
    fn an_error_names_its_line_and_what_came_before_holds() {
        for (text, line) in [
            ("SELECT 1;\n\nSELECT\n  nope;", ":4: no such column"),
            (
                "SELECT 1;\n-- why\nINSERT INTO none VALUES (1);",
                ":3: no such table",
            ),
            (
                "CREATE TABLE t(a UNIQUE);\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (1);",
                ":3: UNIQUE",
            ),
            ("SELECT 'a", ":1: unrecognized token"),
        ] {
            let (_, result) = run_text(text);
            let Err(SqlError::Said(said)) = result else {
                panic!("{text}")
            };
            assert!(said.starts_with("a b.sql") && said.contains(line), "{said}");
        }
        assert_eq!(run_text("SELECT 1;\nnope;").0, "1\n1\n");
    }
}
