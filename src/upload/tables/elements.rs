//! Cuts JSON text into its objects: the elements of one array, or one after the other as in NDJSON.
//! Knows nothing of what is in them; each is checked by whoever parses it.

use memchr::{memchr_iter, memchr2};

/// What the cutter found at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// `before` bytes of blanks and separators, then an object of so many bytes.
    Object { before: usize, bytes: usize },
    /// The text ends before the object does.
    Incomplete,
    /// Something else than an object begins here.
    Other { before: usize },
    /// The text ends here, as it should.
    End,
}

/// Where between the objects the cutter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Start,
    /// Behind `[`.
    Opened,
    /// Behind an object of an array.
    Element,
    /// Behind a comma.
    Comma,
    /// Behind `]`.
    Closed,
    /// Behind an object that stands by itself.
    Line,
}

/// Cuts one object after the other.
#[derive(Debug)]
pub(super) struct Cutter(Between);

impl Cutter {
    pub fn new() -> Self {
        Self(Between::Start)
    }

    /// Whether the objects are elements of an array.
    pub fn in_array(&self) -> bool {
        matches!(
            self.0,
            Between::Opened | Between::Element | Between::Comma | Between::Closed
        )
    }

    /// The next object of `text`, which goes on from behind the last one. `last`: nothing follows.
    pub fn cut(&mut self, text: &str, last: bool) -> Found {
        use Between::{Closed, Comma, Element, Line, Opened, Start};
        let bytes = text.as_bytes();
        // Kept apart until the object is complete: an incomplete one is cut again.
        let mut state = self.0;
        for (at, &byte) in bytes.iter().enumerate() {
            state = match (state, byte) {
                (_, b' ' | b'\t' | b'\n' | b'\r') => state,
                (Start, b'[') => Opened,
                (Element, b',') => Comma,
                (Opened | Element, b']') => Closed,
                (Start | Line | Opened | Comma, b'{') => {
                    return match object(&bytes[at..]) {
                        Some(length) => {
                            self.0 = if matches!(state, Opened | Comma) {
                                Element
                            } else {
                                Line
                            };
                            Found::Object {
                                before: at,
                                bytes: length,
                            }
                        }
                        None if last => Found::Other { before: at },
                        None => Found::Incomplete,
                    };
                }
                _ => return Found::Other { before: at },
            };
        }
        match (last, state) {
            (false, _) => Found::Incomplete,
            (true, Start | Line | Closed) => {
                self.0 = state;
                Found::End
            }
            (true, _) => Found::Other {
                before: bytes.len(),
            },
        }
    }
}

/// Bytes of the object at the start of `text`, if all of it is there.
fn object(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0usize);
    loop {
        match text.get(at)? {
            b'"' => at = string_end(text, at + 1)?,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Where the closing quote of the string is that goes on at `at`.
fn string_end(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        match text[at] {
            b'"' => return Some(at),
            _ => at += 2,
        }
    }
}

/// Line feeds in `text`.
pub(super) fn line_feeds(text: &str) -> u64 {
    memchr_iter(b'\n', text.as_bytes()).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(text: &str, step: usize) -> (Vec<&str>, Found) {
        let (mut cutter, mut found, mut at, mut end) = (Cutter::new(), Vec::new(), 0, 0);
        loop {
            match cutter.cut(&text[at..end], end == text.len()) {
                Found::Object { before, bytes } => {
                    found.push(&text[at + before..at + before + bytes]);
                    at += before + bytes;
                }
                Found::Incomplete => end = (end + step).min(text.len()),
                other => return (found, other),
            }
        }
    }

    #[test]
    fn objects_of_arrays_and_lines() {
        for step in [1, 3, 100] {
            let (found, end) = objects(r#" [ {"a":"}\"{"} , {"b":[{},{}]}, {} ] "#, step);
            assert_eq!(
                (found, end),
                (
                    vec![r#"{"a":"}\"{"}"#, r#"{"b":[{},{}]}"#, "{}"],
                    Found::End
                )
            );
            assert_eq!(
                objects("{}\n{\"a\":1}\r\n", step),
                (vec!["{}", "{\"a\":1}"], Found::End)
            );
            assert_eq!(objects("[]", step), (vec![], Found::End));
            assert_eq!(objects("", step), (vec![], Found::End));
            for bad in [
                "[1]", "[{},]", "[{} {}]", "[{}", "{", "{\"", "{\"\\", "[{}]{}", "{},{}", "x", "]",
            ] {
                assert!(matches!(objects(bad, step).1, Found::Other { .. }), "{bad}");
            }
        }
    }
}
