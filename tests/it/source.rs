//! The project's own source as text: which files there are, and their code without comments and
//! literals. Knows no rule; [`super::architecture`] has them.

use std::path::{Path, PathBuf};

/// A file of Rust.
pub struct Source {
    /// Below the project's root, with `/`.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }

    /// The text, with comments and what stands in quotes blanked out; lines stay where they are.
    pub fn code(&self) -> String {
        blank(&self.text)
    }

    /// The module below the crate's root that the file belongs to: `session` for
    /// `src/session/id.rs`; none for the root itself and for what is not in `src`.
    pub fn module(&self) -> Option<&str> {
        let inner = self.path.strip_prefix("src/")?;
        let module = inner.split('/').next()?;
        let module = module.strip_suffix(".rs").unwrap_or(module);
        (!matches!(module, "lib" | "main" | "main_window")).then_some(module)
    }
}

/// The project's root.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of Rust that is the project's own.
pub fn all() -> Vec<Source> {
    let mut files = vec![root().join("build.rs")];
    for dir in ["src", "tests", "benches"] {
        collect(&root().join(dir), &mut files);
    }
    files.sort();
    files.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Source {
    let relative = path.strip_prefix(root()).unwrap();
    let parts: Vec<_> = relative.iter().map(|p| p.to_str().unwrap()).collect();
    Source::new(&parts.join("/"), &std::fs::read_to_string(path).unwrap())
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// Blanks out comments, strings and characters; lifetimes stay.
fn blank(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = comment(rest).or_else(|| literal(rest, code.chars().last()));
        let (skip, keep) = match taken {
            Some(length) => (length, None),
            None => (first.len_utf8(), Some(first)),
        };
        match keep {
            Some(c) => code.push(c),
            None => code.extend(rest[..skip].chars().map(|c| match c {
                '\n' => '\n',
                _ => ' ',
            })),
        }
        rest = &rest[skip..];
    }
    code
}

/// The length of the comment that `text` starts with.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if !text.starts_with("/*") {
        return None;
    }
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += text[at..].chars().next()?.len_utf8();
        }
    }
    Some(text.len())
}

/// The length of the string or character that `text` starts with, after `before`.
fn literal(text: &str, before: Option<char>) -> Option<usize> {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let raw = text.strip_prefix("br").or_else(|| text.strip_prefix('r'));
    if let Some(raw) = raw.filter(|_| !in_word) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = text.len() - raw.len() + hashes + 1;
            return Some(start + text[start..].find(&end)? + end.len());
        }
    }
    if text.starts_with('"') {
        return closing(text, '"');
    }
    // 'a' and '\n' are characters, 'a without a closing quote is a lifetime.
    let mut inner = text.strip_prefix('\'')?.chars();
    match inner.next()? {
        '\\' => closing(text, '\''),
        c => (inner.next()? == '\'').then_some(2 + c.len_utf8()),
    }
}

/// Up to and with the `quote` that closes the one that `text` starts with.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + c.len_utf8()),
            _ => {}
        }
    }
    None
}

#[test]
fn blanking_leaves_code_and_lines() {
    for (text, code) in [
        ("a // b\nc", "a     \nc"),
        ("a /* b /* c */ d */ e", "a                   e"),
        (r#"f("x \" y", z)"#, "f(        , z)"),
        ("f(r#\"a \" b\"#, r)", "f(          , r)"),
        ("b\"\\\\\" x", "b     x"),
        ("'\\'' 'x' '\"' 'é' &'a str", "                 &'a str"),
        ("for_r\"x\"", "for_r   "),
    ] {
        assert_eq!(blank(text), code, "{text}");
    }
}
