//! A script's text and its tokens: what may be parsed safely, and where each token is. Knows nothing
//! of pandas or tables.

use libcst_native::tokenize;
use libcst_native::tokenizer::{TokConfig, TokType, Token, TokenIterator};

/// A script longer than this is left alone, in bytes.
const MAX_BYTES: usize = 4 << 20;
/// Nesting that the parser's stack has room for many times over, counted in [`Load`]'s way.
const MAX_NESTING: usize = 2_000;
/// Brackets within brackets; CPython itself stops at 200.
const MAX_BRACKETS: usize = 100;
/// Brackets within brackets of a `case`: the parser's time grows fourfold with each.
const MAX_CASE_BRACKETS: usize = 6;
/// What may be parsed in about ten seconds; a line of ordinary code is about 25.
const MAX_WORK: usize = 1_250_000;

/// A token of a script, and the bytes it takes in its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexeme<'a> {
    pub text: &'a str,
    pub start: usize,
    pub end: usize,
    /// The end of a logical line.
    pub ends_line: bool,
}

/// A script that may be given to the parser.
pub(super) struct Source<'a> {
    /// Its text, without the byte order mark.
    pub text: &'a str,
    /// Bytes of the byte order mark.
    pub bom: usize,
    /// Only ASCII may be added: the script declares an encoding of its own.
    pub ascii_only: bool,
    /// Its tokens, in order.
    pub tokens: Vec<Lexeme<'a>>,
}

impl<'a> Source<'a> {
    /// Decodes and cuts `bytes`, or says why the script is left alone, with a line.
    pub fn read(bytes: &'a [u8]) -> Result<Self, (usize, String)> {
        if bytes.len() > MAX_BYTES {
            return Err((1, format!("it is longer than {} MB", MAX_BYTES >> 20)));
        }
        let bom = if bytes.starts_with(b"\xEF\xBB\xBF") {
            3
        } else {
            0
        };
        let declared = coding_cookie(&bytes[bom..]);
        let utf8 = declared.as_deref().is_none_or(is_utf8_name);
        if !utf8 && (bom > 0 || !bytes.is_ascii()) {
            let name = declared.unwrap_or_default();
            return Err((1, format!("it is written in `{name}`, not in UTF-8")));
        }
        let text = std::str::from_utf8(&bytes[bom..]).map_err(|error| {
            let before = &bytes[bom..bom + error.valid_up_to()];
            (line_of(before), "it is not UTF-8 text".to_owned())
        })?;
        let tokens = tokenize(text).map_err(|_| (failed_line(text), DOES_NOT_PARSE.to_owned()))?;
        let mut load = Load::default();
        tokens.iter().for_each(|token| load.add(token));
        if let Some(line) = load.too_much {
            return Err((line, "it is too long or too deeply nested to parse".into()));
        }
        let tokens = tokens.iter().map(|token| Lexeme {
            text: token.string,
            start: token.start_pos.byte_idx(),
            end: token.end_pos.byte_idx(),
            ends_line: token.r#type == TokType::Newline,
        });
        Ok(Self {
            text,
            bom,
            ascii_only: !utf8,
            tokens: tokens.collect(),
        })
    }

    /// Where `part`, a piece of the text, begins.
    pub fn offset(&self, part: &str) -> Option<usize> {
        let offset = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        (self.text.get(offset..offset + part.len())? == part).then_some(offset)
    }

    /// The line, from 1, that `offset` is on.
    pub fn line(&self, offset: usize) -> usize {
        line_of(&self.text.as_bytes()[..offset.min(self.text.len())])
    }

    /// The first token that begins at `offset` or later.
    pub fn token_at(&self, offset: usize) -> usize {
        self.tokens.partition_point(|token| token.start < offset)
    }
}

/// The reason for a script that is no Python 3.
pub(super) const DOES_NOT_PARSE: &str = "it does not parse as Python 3";

/// The line after `before`, from 1; CR, LF and CRLF each end one.
fn line_of(before: &[u8]) -> usize {
    let feeds = before.iter().filter(|b| **b == b'\n').count();
    let lone = before
        .iter()
        .enumerate()
        .filter(|(n, b)| **b == b'\r' && before.get(n + 1) != Some(&b'\n'));
    1 + feeds + lone.count()
}

/// The line on which cutting `text` into tokens fails.
fn failed_line(text: &str) -> usize {
    let config = TokConfig {
        async_hacks: false,
        split_ftstring: true,
    };
    let tokens = TokenIterator::new(text, &config);
    let last = tokens.map_while(Result::ok).last();
    last.map_or(1, |token| token.end_pos.line_number())
}

/// The encoding named in a comment on one of the first two lines, as Python finds it.
fn coding_cookie(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|b| matches!(b, b'\n' | b'\r')).take(3).take(2) {
        let start = line
            .iter()
            .position(|b| !matches!(b, b' ' | b'\t' | b'\x0c'));
        let comment = match start.map(|n| &line[n..]) {
            None => continue,
            Some(rest) if rest.starts_with(b"#") => rest,
            Some(_) => return None,
        };
        let Some(at) = comment.windows(6).position(|w| w == b"coding") else {
            continue;
        };
        let Some((b':' | b'=', name)) = comment[at + 6..].split_first() else {
            continue;
        };
        let name = name.iter().skip_while(|b| matches!(b, b' ' | b'\t'));
        let name: String = name
            .map(|b| char::from(*b))
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect();
        if !name.is_empty() {
            return Some(name);
        }
    }
    None
}

fn is_utf8_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    name == "utf8" || name == "utf-8" || name.starts_with("utf-8-")
}

/// How much a token stream asks of a recursive parser. Nesting is bounded from above by the tokens
/// since the last comma on each open level: whatever nests within a level takes at least one token.
#[derive(Default)]
struct Load {
    levels: Vec<usize>,
    run: usize,
    /// What goes on behind a comma: lambdas and comprehensions of this logical line.
    kept: usize,
    indents: usize,
    /// `elif`s of the script: each nests in the one before.
    elifs: usize,
    case: bool,
    line_begins: bool,
    work: usize,
    too_much: Option<usize>,
}

impl Load {
    fn add(&mut self, token: &Token<'_>) {
        let begins = std::mem::replace(&mut self.line_begins, false);
        match token.r#type {
            TokType::Newline => {
                self.levels.clear();
                (self.run, self.kept, self.case, self.line_begins) = (0, 0, false, true);
            }
            TokType::Indent => (self.indents, self.line_begins) = (self.indents + 1, true),
            TokType::Dedent => {
                (self.indents, self.line_begins) = (self.indents.saturating_sub(1), true);
            }
            _ => {}
        }
        self.case |= begins && token.string == "case";
        match token.string {
            "(" | "[" | "{" => {
                self.levels.push(self.run + 1);
                self.run += 1;
            }
            ")" | "]" | "}" => self.run = self.levels.pop().unwrap_or(0),
            "lambda" | "for" => self.kept += 1,
            "," => self.run = self.levels.last().copied().unwrap_or(0),
            "elif" => self.elifs += 1,
            _ => self.run += 1,
        }
        let nesting = self.run + self.kept + self.indents;
        let brackets = self.levels.len();
        self.work += 1 + brackets + nesting / 16;
        let deep = nesting > MAX_NESTING
            || self.elifs > MAX_NESTING
            || brackets > MAX_BRACKETS
            || (self.case && brackets > MAX_CASE_BRACKETS);
        if (deep || self.work > MAX_WORK) && self.too_much.is_none() {
            self.too_much = Some(token.start_pos.line_number());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(source: &[u8]) -> Option<(usize, String)> {
        Source::read(source).err()
    }

    #[test]
    fn encodings() {
        assert!(reason("x = 'ä'\n".as_bytes()).is_none());
        assert!(reason("\u{feff}x = 'ä'\n".as_bytes()).is_none());
        assert!(reason("# -*- coding: utf8 -*-\nx = 'ä'\n".as_bytes()).is_none());
        assert!(
            reason(b"# vim: set fileencoding=latin-1 :\nx = 1\n").is_none(),
            "ASCII is the same in both"
        );
        let latin =
            reason(b"#!/usr/bin/python\n# coding=latin-1\nx = '\xe4'\n").expect("left alone");
        assert!(latin.1.contains("latin-1"), "{latin:?}");
        assert_eq!(
            reason(b"x = 1\ny = '\xe4'\n").map(|(line, _)| line),
            Some(2)
        );
        assert!(
            reason(b"x = 1\n\n# coding: latin-1\ny = '\xc3\xa4'\n").is_none(),
            "too late to count"
        );
    }

    #[test]
    fn what_would_take_too_long_or_too_deep() {
        let too_much = |text: String| {
            reason(text.as_bytes()).is_some_and(|(_, why)| why.contains("too deeply"))
        };
        let nest = |n: usize, open: &str, close: &str| {
            format!("x={}1{}\n", open.repeat(n), close.repeat(n))
        };
        assert!(!too_much(nest(90, "[", "]")));
        assert!(too_much(nest(150, "[", "]")));
        assert!(too_much(nest(3_000, "not ", "")));
        assert!(too_much(nest(3_000, "lambda a, b: ", "")));
        assert!(too_much(nest(1_000, "a.b().", "c")));
        assert!(too_much(format!(
            "if a: pass\n{}",
            "elif b: pass\n".repeat(9_000)
        )));
        assert!(too_much(format!(
            "match x:\n case {}1{}: pass\n",
            "{1:".repeat(12),
            "}".repeat(12)
        )));
        assert!(
            !too_much(format!("x = [{}]\n", "1,".repeat(100_000))),
            "long, but flat"
        );
        assert!(too_much("a = foo(b, c=1)[2]\n".repeat(90_000)));
        assert!(!too_much("a = foo(b, c=1)[2]\n".repeat(20_000)));
    }

    #[test]
    fn lines_and_offsets() {
        let source = Source::read(b"a = 1\r\nb = 2\rc = 3\n").unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!([0, 7, 13].map(|at| source.line(at)), [1, 2, 3]);
        assert_eq!(source.offset(&source.text[7..8]), Some(7));
        assert_eq!(source.offset("elsewhere"), None);
        assert_eq!(source.tokens[source.token_at(7)].text, "b");
    }
}
