//! The path that an expression is sure to be: literals, `Path(…)`, `os.path.join(…)`, `/` between
//! them, and constants of the module. Runs nothing and knows no file.

use libcst_native::{BinaryOp, Expression, FormattedStringContent, String as Text};

use super::names::{Binding, MODULE, Meaning, ScopeId, Scopes};

/// How many constants may stand for each other.
const MAX_HOPS: usize = 16;

/// A path as a script spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spelled {
    text: String,
    /// It is a `Path`, not a string: `/` joins it.
    path: bool,
}

/// The path that `expression` in `scope` is, or why that is not certain.
pub(super) fn path_of(
    scopes: &Scopes<'_, '_>,
    scope: ScopeId,
    expression: &Expression<'_>,
) -> Result<String, String> {
    spelled(scopes, scope, expression, MAX_HOPS).map(|spelled| spelled.text)
}

fn spelled(
    scopes: &Scopes<'_, '_>,
    scope: ScopeId,
    expression: &Expression<'_>,
    hops: usize,
) -> Result<Spelled, String> {
    if let Some(text) = literal(expression) {
        return Ok(Spelled { text, path: false });
    }
    match expression {
        Expression::Call(call) => {
            let Meaning::Imported(function) = scopes.meaning(scope, &call.func) else {
                return Err(COMPUTED.into());
            };
            let path = match function.as_str() {
                "pathlib.Path" | "pathlib.PurePath" => true,
                "os.path.join" => false,
                _ => return Err(COMPUTED.into()),
            };
            let mut joined = None;
            for arg in &call.args {
                if arg.keyword.is_some() || !arg.star.is_empty() {
                    return Err(COMPUTED.into());
                }
                let part = spelled(scopes, scope, &arg.value, hops)?.text;
                joined = Some(joined.map_or(part.clone(), |before: String| join(&before, &part)));
            }
            let text = joined.ok_or(COMPUTED)?;
            Ok(Spelled { text, path })
        }
        Expression::BinaryOperation(it) if matches!(it.operator, BinaryOp::Divide { .. }) => {
            let left = spelled(scopes, scope, &it.left, hops)?;
            let right = spelled(scopes, scope, &it.right, hops)?;
            match left.path || right.path {
                true => Ok(Spelled {
                    text: join(&left.text, &right.text),
                    path: true,
                }),
                false => Err(COMPUTED.into()),
            }
        }
        Expression::Name(name) => constant(scopes, scope, name.value, hops),
        Expression::FormattedString(_) => Err("its path is an f-string with expressions".into()),
        _ => Err(COMPUTED.into()),
    }
}

const COMPUTED: &str = "its path is worked out only when the script runs";

fn constant(
    scopes: &Scopes<'_, '_>,
    scope: ScopeId,
    name: &str,
    hops: usize,
) -> Result<Spelled, String> {
    let unsure = |why: &str| Err(format!("its path is `{name}`, which {why}"));
    let Some((found, bound)) = scopes.find(scope, name) else {
        return unsure("is not set in the script");
    };
    match bound {
        _ if found != MODULE => unsure("is not a constant of the module"),
        [only] => match only.binding {
            _ if scopes.star_after(found, bound).is_some() => unsure("a star import may change"),
            Binding::Value(value) if hops > 0 => spelled(scopes, MODULE, value, hops - 1),
            _ => unsure("is not a constant of the module"),
        },
        _ => unsure("is set more than once"),
    }
}

/// `part` below `before`, as `Path` and `os.path.join` do it.
fn join(before: &str, part: &str) -> String {
    match before {
        "" => part.to_owned(),
        _ if part.starts_with(['/', '\\']) => part.to_owned(),
        _ => format!("{}/{part}", before.trim_end_matches('/')),
    }
}

/// The string that a literal is; nothing for other expressions, bytes and f-strings with expressions.
pub(super) fn literal(expression: &Expression<'_>) -> Option<String> {
    match expression {
        Expression::SimpleString(it) => unquoted(it.value),
        Expression::ConcatenatedString(it) => Some(piece(&it.left)? + &piece(&it.right)?),
        Expression::FormattedString(it) => formatted(it.start, &it.parts),
        _ => None,
    }
}

fn piece(text: &Text<'_>) -> Option<String> {
    match text {
        Text::Simple(it) => unquoted(it.value),
        Text::Concatenated(it) => Some(piece(&it.left)? + &piece(&it.right)?),
        Text::Formatted(it) => formatted(it.start, &it.parts),
        Text::Templated(_) => None,
    }
}

fn formatted(start: &str, parts: &[FormattedStringContent<'_>]) -> Option<String> {
    let raw = start.contains(['r', 'R']);
    parts
        .iter()
        .try_fold(String::new(), |text, part| match part {
            FormattedStringContent::Text(part) => {
                let part = if raw {
                    part.value.to_owned()
                } else {
                    unescaped(part.value)?
                };
                Some(text + &part.replace("{{", "{").replace("}}", "}"))
            }
            FormattedStringContent::Expression(_) => None,
        })
}

/// The text of a string literal with its prefix and quotes.
fn unquoted(source: &str) -> Option<String> {
    let quote = source.find(['\'', '"'])?;
    let (prefix, quoted) = source.split_at(quote);
    if prefix.contains(['b', 'B']) {
        return None;
    }
    let mark = quoted.get(..1)?;
    let width = if quoted.len() >= 6 && quoted.starts_with(&mark.repeat(3)) {
        3
    } else {
        1
    };
    let inner = quoted.get(width..quoted.len().checked_sub(width)?)?;
    match prefix.contains(['r', 'R']) {
        true => Some(inner.to_owned()),
        false => unescaped(inner),
    }
}

/// `text` with its escapes replaced; nothing if one of them is beyond this (`\N{…}`) or wrong.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let code = match rest.next()? {
            '\n' => continue,
            '\r' => {
                let after = rest.as_str();
                rest = after.strip_prefix('\n').unwrap_or(after).chars();
                continue;
            }
            c @ ('\\' | '\'' | '"') => u32::from(c),
            'a' => 7,
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            'x' => digits(&mut rest, 2)?,
            'u' => digits(&mut rest, 4)?,
            'U' => digits(&mut rest, 8)?,
            'N' => return None,
            c @ '0'..='7' => {
                let mut code = c.to_digit(8)?;
                for _ in 0..2 {
                    let Some(digit) = rest.clone().next().and_then(|c| c.to_digit(8)) else {
                        break;
                    };
                    code = code * 8 + digit;
                    rest.next();
                }
                code
            }
            // Python keeps the backslash of an escape that it doesn't know.
            c => {
                out.push('\\');
                u32::from(c)
            }
        };
        out.push(char::from_u32(code)?);
    }
    Some(out)
}

fn digits(rest: &mut std::str::Chars<'_>, width: usize) -> Option<u32> {
    let text = rest.as_str().get(..width)?;
    *rest = rest.as_str()[width..].chars();
    let hexadecimal = text.bytes().all(|b| b.is_ascii_hexdigit());
    u32::from_str_radix(text, 16).ok().filter(|_| hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::super::walk::Walk;
    use super::*;
    use libcst_native::parse_module;

    /// The path of the argument of the call `read(…)` in `source`.
    fn path(source: &str) -> Result<String, String> {
        let module = parse_module(source, None).expect("it parses");
        let walk = Walk::of(&module);
        let read =
            |func: &Expression<'_>| matches!(func, Expression::Name(name) if name.value == "read");
        let site = walk
            .calls
            .iter()
            .find(|site| read(&site.call.func))
            .expect("it calls read");
        path_of(&walk.scopes, site.scope, &site.call.args[0].value)
    }

    #[test]
    fn every_form_of_a_path() {
        let imports = "import os, pathlib\nimport os.path as osp\nfrom os.path import join as j\nfrom pathlib import Path\n";
        for form in [
            "'d/x.csv'",
            "\"d/x.csv\"",
            "'''d/x.csv'''",
            "u'd/x.csv'",
            "r'd/x.csv'",
            "R\"d/x.csv\"",
            "('d/x.csv')",
            "'d/' 'x.csv'",
            "('d/'\n  r'x.csv')",
            "f'd/x.csv'",
            "f'd/' 'x' f'.csv'",
            "fr'd/x.csv'",
            "'d\\u002fx\\x2ecsv'",
            "'d\\57x.csv'",
            "'d/\\\nx.csv'",
            "Path('d/x.csv')",
            "Path('d', 'x.csv')",
            "pathlib.Path('d') / 'x.csv'",
            "Path('d') / Path('x.csv')",
            "'d' / Path('x.csv')",
            "os.path.join('d', 'x.csv')",
            "osp.join('d/', 'x.csv')",
            "j('d', 'x.csv')",
            "os.path.join('', 'd', 'x.csv')",
            "Path(os.path.join('d', 'x.csv'))",
        ] {
            let found = path(&format!("{imports}read({form})\n"));
            assert_eq!(found.as_deref(), Ok("d/x.csv"), "{form}");
        }
        assert_eq!(path("read(r'd\\x.csv')\n").as_deref(), Ok("d\\x.csv"));
        assert_eq!(
            path("read('d\\\\x\\q.csv')\n").as_deref(),
            Ok("d\\x\\q.csv")
        );
        assert_eq!(path("read(f'{{d}}.csv')\n").as_deref(), Ok("{d}.csv"));
        assert_eq!(
            path(&format!("{imports}read(os.path.join('d', '/x.csv'))\n")).as_deref(),
            Ok("/x.csv")
        );
    }

    #[test]
    fn constants_of_the_module() {
        for source in [
            "F = 'd/x.csv'\nread(F)\n",
            "F: str = 'd/x.csv'\nread(F)\n",
            "D = 'd'\nimport os\nF = os.path.join(D, 'x.csv')\ndef f():\n    return read(F)\n",
            "from pathlib import Path\nD = Path('d')\nread(D / 'x.csv')\n",
            "F = 'd/x.csv'\nclass A:\n    df = read(F)\n",
            "F = 'd/x.csv'\nxs = [read(F) for x in y]\n",
        ] {
            assert_eq!(path(source).as_deref(), Ok("d/x.csv"), "{source}");
        }
    }

    #[test]
    fn what_is_no_certain_path() {
        for (source, why) in [
            ("read(f'{d}/x.csv')\n", "f-string"),
            ("read('d/' + 'x.csv')\n", "when the script runs"),
            ("read(b'x.csv')\n", "when the script runs"),
            ("read('\\N{DIGIT ONE}.csv')\n", "when the script runs"),
            ("read(open('x.csv'))\n", "when the script runs"),
            ("read('d' / 'x.csv')\n", "when the script runs"),
            (
                "from mine import Path\nread(Path('x.csv'))\n",
                "when the script runs",
            ),
            ("Path = str\nread(Path('x.csv'))\n", "when the script runs"),
            (
                "from pathlib import Path\nread(Path(*parts))\n",
                "when the script runs",
            ),
            (
                "from pathlib import Path\nread(Path())\n",
                "when the script runs",
            ),
            (
                "from pathlib import Path\nread(Path(__file__).parent / 'x.csv')\n",
                "when the script runs",
            ),
            ("F = 'a'\nF = 'b'\nread(F)\n", "set more than once"),
            ("F = 'a'\nF += 'b'\nread(F)\n", "set more than once"),
            (
                "F = 'a'\ndef f():\n    global F\n    F = 'b'\nread(F)\n",
                "set more than once",
            ),
            ("F = 'a'\nfor F in g: pass\nread(F)\n", "set more than once"),
            ("F = 'a'\ndef f(F):\n    read(F)\n", "not a constant"),
            ("def f():\n    F = 'a'\n    read(F)\n", "not a constant"),
            ("[read(F) for F in g]\n", "not a constant"),
            ("F = G = 'a'\nread(F)\n", "not a constant"),
            ("F, G = 'a', 'b'\nread(F)\n", "not a constant"),
            ("F = 'a'\nfrom b import *\nread(F)\n", "star import"),
            ("read(F)\n", "not set in the script"),
            ("F = F\nread(F)\n", "not a constant"),
        ] {
            let found = path(source).expect_err(source);
            assert!(found.contains(why), "{source}: {found}");
        }
    }
}
