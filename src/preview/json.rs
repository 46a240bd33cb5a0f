//! A JSON document as a flat list of values, each before what is in it, for a tree that opens bit by
//! bit. Numbers and strings stay as they are written; nothing is turned into another type.

use std::ops::Range;

use super::place::Place;
use super::text::encoding;
use super::{Look, Stamp};
use crate::session::Result;

/// Values that a tree has at most.
const MOST_VALUES: usize = 500_000;

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    text: String,
    nodes: Vec<Node>,
    /// What the file was.
    pub stamp: Stamp,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Names and values.
    Object,
    /// Values in order.
    Array,
    /// Characters.
    String,
    /// A number.
    Number,
    /// `true`, `false`, `null`.
    Word,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    kind: Type,
    key: Option<Range<u32>>,
    value: Range<u32>,
    depth: u16,
    /// One past the last node of what is in it.
    end: u32,
    /// How many are directly in it.
    children: u32,
    /// Its place in the array that it is in.
    place: u32,
}

/// One value of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'a> {
    /// What it is.
    pub kind: Type,
    /// Its name in the object that it is in, as written, with quotes.
    pub key: Option<&'a str>,
    /// Its place in the array that it is in, from 0.
    pub place: usize,
    /// Its text as written.
    pub text: &'a str,
    /// How deep it stands, from 0.
    pub depth: usize,
    /// How many values are directly in it.
    pub children: usize,
    /// The node after everything in it.
    pub end: usize,
}

impl Outline {
    /// Reads a document; the reason, in words, if it is none that makes a tree.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn read(place: &Place, look: &Look) -> Result<std::result::Result<Self, String>> {
        let (encoding, bom) = encoding(place, look)?;
        let mut bytes = Vec::new();
        let stamp = place.read_at(bom, super::kind::MOST_JSON as usize, &mut bytes)?;
        let (text, replaced) = encoding.decode_without_bom_handling(&bytes);
        if replaced {
            return Ok(Err("it has characters that are not valid".into()));
        }
        Ok(Self::parse(text.into_owned(), stamp))
    }

    fn parse(text: String, stamp: Stamp) -> std::result::Result<Self, String> {
        // A reader that is known to be right says whether it is JSON; what follows relies on that.
        serde_json::from_str::<serde::de::IgnoredAny>(&text).map_err(|e| e.to_string())?;
        let nodes = nodes(&text).ok_or("it has too many values for a tree")?;
        Ok(Self { text, nodes, stamp })
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none; there always is one.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A value, counted as they stand in the text.
    pub fn value(&self, i: usize) -> Option<Value<'_>> {
        let node = self.nodes.get(i)?;
        let slice = |r: &Range<u32>| self.text.get(r.start as usize..r.end as usize);
        Some(Value {
            kind: node.kind,
            key: node.key.as_ref().and_then(slice),
            place: node.place as usize,
            text: slice(&node.value)?,
            depth: usize::from(node.depth),
            children: node.children as usize,
            end: node.end as usize,
        })
    }
}

/// The values of a text that is known to be JSON; nothing if there are too many.
fn nodes(text: &str) -> Option<Vec<Node>> {
    let bytes = text.as_bytes();
    let mut nodes: Vec<Node> = Vec::new();
    let mut parents: Vec<usize> = Vec::new();
    let mut key = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (kind, len) = match byte {
            b'{' => (Type::Object, 1),
            b'[' => (Type::Array, 1),
            b'}' | b']' => {
                let closed = parents.pop()?;
                nodes[closed].end = nodes.len() as u32;
                nodes[closed].value.end = at as u32 + 1;
                at += 1;
                continue;
            }
            b'"' => {
                let len = string(&bytes[at..]);
                let is_key = key.is_none()
                    && parents
                        .last()
                        .is_some_and(|p| nodes[*p].kind == Type::Object);
                if is_key {
                    key = Some(at as u32..(at + len) as u32);
                    at += len;
                    continue;
                }
                (Type::String, len)
            }
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => {
                at += 1;
                continue;
            }
            _ => {
                let more =
                    |b: &&u8| !matches!(**b, b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}');
                let len = bytes[at..].iter().take_while(more).count();
                let kind = if byte == b'-' || byte.is_ascii_digit() {
                    Type::Number
                } else {
                    Type::Word
                };
                (kind, len)
            }
        };
        if nodes.len() == MOST_VALUES {
            return None;
        }
        let mut place = 0;
        if let Some(parent) = parents.last().and_then(|p| nodes.get_mut(*p)) {
            place = parent.children;
            parent.children += 1;
        }
        nodes.push(Node {
            kind,
            key: key.take(),
            value: at as u32..(at + len) as u32,
            depth: u16::try_from(parents.len()).ok()?,
            end: nodes.len() as u32 + 1,
            children: 0,
            place,
        });
        if matches!(kind, Type::Object | Type::Array) {
            parents.push(nodes.len() - 1);
        }
        at += len;
    }
    Some(nodes)
}

/// Bytes of the string that begins here, its quotes included.
fn string(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> std::result::Result<Outline, String> {
        let stamp = Stamp {
            len: 0,
            modified: None,
            identity: None,
        };
        Outline::parse(text.to_owned(), stamp)
    }

    #[test]
    fn values_stay_as_they_are_written() {
        let outline =
            parse(r#" {"a": [1, 12345678901234567890123, {"b\"}": null}], "c": "x\"]", "d": {}} "#)
                .unwrap();
        let all: Vec<_> = (0..outline.len())
            .filter_map(|i| outline.value(i))
            .map(|v| (v.depth, v.key.unwrap_or(""), v.children, v.end))
            .collect();
        assert_eq!(
            all,
            [
                (0, "", 3, 8),
                (1, "\"a\"", 3, 6),
                (2, "", 0, 3),
                (2, "", 0, 4),
                (2, "", 1, 6),
                (3, r#""b\"}""#, 0, 6),
                (1, "\"c\"", 0, 7),
                (1, "\"d\"", 0, 8)
            ]
        );
        assert_eq!(outline.value(3).unwrap().text, "12345678901234567890123");
        assert_eq!(outline.value(3).unwrap().place, 1);
        assert_eq!(outline.value(7).unwrap().text, "{}");
    }

    #[test]
    fn what_is_no_json_says_why() {
        for text in ["", "{", "[1,]", "{\"a\":1} x", "NaN"] {
            assert!(parse(text).is_err(), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(parse(&deep).is_err(), "too deep for anybody");
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            "\\PC{0,8}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::vec(("\\PC{0,4}", inner), 0..4)
                    .prop_map(|all| serde_json::Value::Object(all.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn as_many_values_as_another_reader_finds(value in any_json(), pretty in any::<bool>()) {
            fn count(value: &serde_json::Value) -> usize {
                1 + match value {
                    serde_json::Value::Array(all) => all.iter().map(count).sum(),
                    serde_json::Value::Object(all) => all.values().map(count).sum::<usize>(),
                    _ => 0,
                }
            }
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            let outline = parse(&text).unwrap();
            prop_assert_eq!(outline.len(), count(&value));
            let whole: serde_json::Value = serde_json::from_str(outline.value(0).unwrap().text).unwrap();
            prop_assert_eq!(whole, value);
        }
    }
}
