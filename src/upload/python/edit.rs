//! Changes to a text by byte offsets: everything outside them stays as it is. Also how a Python
//! string is spelled, and where a script may take one more import.

use libcst_native::{Expression, Module, SmallStatement, Statement, String as Text};

use super::source::Source;

/// One replacement: the bytes of `start..end` become `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub start: usize,
    pub end: usize,
    pub text: String,
}

/// `text` with all `edits` made. They must not overlap.
pub(super) fn splice(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut out = String::with_capacity(text.len() + 64 * edits.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.start]);
        out.push_str(&edit.text);
        at = edit.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The edit that adds `line` where imports may begin: before the first statement that is neither the
/// docstring nor from `__future__`. Nothing if such a statement shares its line with others.
pub(super) fn import(source: &Source<'_>, module: &Module<'_>, line: &str) -> Option<Edit> {
    let mut lines = 0;
    for (n, statement) in module.body.iter().enumerate() {
        let Statement::Simple(simple) = statement else {
            break;
        };
        let first =
            |small: &SmallStatement<'_>| is_future(small) || (n == 0 && is_docstring(small));
        match &simple.body[..] {
            [only] if first(only) => lines += 1,
            [start, ..] if first(start) => return None,
            _ => break,
        }
    }
    let mut newlines = 0;
    let token = source.tokens.iter().find(|token| {
        let found = newlines == lines;
        newlines += usize::from(token.ends_line);
        found
    })?;
    let at = token.start;
    Some(Edit {
        start: at,
        end: at,
        text: format!("{line}{}", module.default_newline),
    })
}

fn is_docstring(small: &SmallStatement<'_>) -> bool {
    fn plain(text: &Text<'_>) -> bool {
        match text {
            Text::Simple(_) => true,
            Text::Concatenated(it) => plain(&it.left) && plain(&it.right),
            _ => false,
        }
    }
    match small {
        SmallStatement::Expr(it) => match &it.value {
            Expression::SimpleString(_) => true,
            Expression::ConcatenatedString(it) => plain(&it.left) && plain(&it.right),
            _ => false,
        },
        _ => false,
    }
}

fn is_future(small: &SmallStatement<'_>) -> bool {
    use libcst_native::NameOrAttribute::N;
    matches!(small, SmallStatement::ImportFrom(it)
        if it.relative.is_empty() && matches!(&it.module, Some(N(name)) if name.value == "__future__"))
}

/// `text` as a Python string literal; with escapes for everything beyond ASCII if `ascii`.
pub(super) fn quoted(text: &str, ascii: bool) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || (ascii && !c.is_ascii()) || is_invisible(c) => {
                out.push_str(&escaped(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Marks that change how the line around them looks: nobody sees them in a script.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn escaped(c: char) -> String {
    match u32::from(c) {
        code @ 0..=0xff => format!("\\x{code:02x}"),
        code @ 0..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    }
}

/// A Python list of string literals.
pub(super) fn list<'t>(texts: impl IntoIterator<Item = &'t str>, ascii: bool) -> String {
    let items: Vec<_> = texts.into_iter().map(|text| quoted(text, ascii)).collect();
    format!("[{}]", items.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_import(source: &str) -> Option<String> {
        let read = Source::read(source.as_bytes()).unwrap_or_else(|e| panic!("{e:?}"));
        let module = libcst_native::parse_module(read.text, None).expect("it parses");
        let edit = import(&read, &module, "import h")?;
        Some(splice(read.text, vec![edit]))
    }

    #[test]
    fn an_import_goes_where_python_takes_it() {
        for (before, after) in [
            ("", "import os\n"),
            (
                "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n\n# More.\n",
                "import os\n",
            ),
            ("\"\"\"Doc\nstring.\"\"\"\n", "import os\n"),
            ("'Doc' 'string'\n\n", "x = 1\n"),
            (
                "\"Doc\"\nfrom __future__ import annotations\nfrom __future__ import (\n    division,\n)\n\n",
                "import os\n",
            ),
            ("# Only.\r\n", "@a\r\ndef f(): pass\r\n"),
            ("'Doc'\n", "'not doc'\n"),
            ("", "f'not doc'\n"),
            ("", "x = '''\n'''; y = 2"),
            ("\x0c", "import os\n"),
        ] {
            let newline = if before.contains('\r') { "\r\n" } else { "\n" };
            let expected = format!("{before}import h{newline}{after}");
            assert_eq!(with_import(&format!("{before}{after}")), Some(expected));
        }
        assert_eq!(with_import("'Doc'; x = 1\n"), None);
        assert_eq!(with_import("from __future__ import a; x = 1\n"), None);
    }

    #[test]
    fn strings() {
        assert_eq!(
            quoted("a\"b\\c\n\u{1}ä\u{202e}", false),
            "\"a\\\"b\\\\c\\n\\x01ä\\u202e\""
        );
        assert_eq!(quoted("ä😀", true), "\"\\xe4\\U0001f600\"");
        assert_eq!(list(["a", "b"], false), "[\"a\", \"b\"]");
    }
}
