//! Tables in JSON: an array of objects, or one object after the other (NDJSON), streamed object by
//! object. Numbers keep the digits they are written with. Knows nothing of SQL.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor,
};
use serde_json::value::RawValue;

use super::elements::{Cutter, Found, line_feeds};
use super::encoding::{self, Block, Text};
use super::facts::{Facts, Kinds};
use super::records::MAX_FIELDS;
use super::table::{Field, Halt, Heading, Outline, Rows, Table, Trouble, reuse};
use super::{Limits, MAX_COLUMNS};
use crate::session::Cancel;

/// A JSON file.
#[derive(Debug)]
pub(super) struct Json {
    path: PathBuf,
    encoding: &'static Encoding,
    /// One object alone is a row; otherwise it is a document.
    lines: bool,
    limits: Limits,
}

impl Json {
    /// Finds out the encoding of the file at `path`. `lines`: its name promises NDJSON.
    pub fn open(path: &Path, lines: bool, limits: &Limits, cancel: &Cancel) -> Result<Self, Halt> {
        let encoding = encoding::detect(File::open(path)?, cancel)?;
        Ok(Self {
            path: path.to_owned(),
            encoding,
            lines,
            limits: *limits,
        })
    }

    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }
}

impl Table for Json {
    fn read(&self, outline: &mut Outline, rows: &mut dyn Rows) -> Result<(), Halt> {
        let mut text = Text::new(File::open(&self.path)?, self.encoding);
        let (mut cutter, mut columns) = (Cutter::new(), Columns::default());
        let (mut block, mut line) = (Block::default(), 1);
        let (mut objects, mut spare, mut last_line) = (0u64, Vec::new(), 0);
        outline.header = true;
        loop {
            match cutter.cut(block.rest(), block.ended()) {
                Found::Object { before, bytes } => {
                    line += line_feeds(&block.rest()[..before]);
                    let object = &block.rest()[before..before + bytes];
                    let object_row = parse(object, line)?;
                    if object_row.0.len() > MAX_FIELDS {
                        let reason =
                            format!("the object that begins here has more than {MAX_FIELDS} keys");
                        return Err(Trouble::at(line, 1, reason).into());
                    }
                    let mut fields: Vec<Field<'_>> = reuse(spare);
                    columns.fill(&object_row, line, outline, &mut fields)?;
                    rows.row(line, &fields, &[])?;
                    spare = reuse(fields);
                    objects += 1;
                    let down = line_feeds(object);
                    outline.facts.spread |= down > 0 || line == last_line;
                    last_line = line;
                    line += down;
                    block.take(before + bytes);
                }
                Found::Incomplete => {
                    if !block.more(&mut text, self.limits.record_bytes)? {
                        let most = self.limits.record_bytes >> 20;
                        let reason =
                            format!("the object that begins here is longer than {most} MB");
                        return Err(Trouble::at(line, 1, reason).into());
                    }
                    rows.at(text.bytes)?;
                }
                Found::Other { before } => {
                    line += line_feeds(&block.rest()[..before]);
                    block.take(before);
                    let column = column_of(block.before());
                    let reason = match objects {
                        0 => "it is neither an array of objects nor one object per line",
                        _ => "there is no whole object here, nor the end",
                    };
                    return Err(Trouble::at(line, column, reason).into());
                }
                Found::End => break,
            }
        }
        outline.facts = Facts {
            lines: !cutter.in_array(),
            absent: columns.had.iter().any(|&had| had < objects),
            cells: std::mem::take(&mut outline.facts.cells),
            spread: outline.facts.spread,
            repeated: outline.facts.repeated,
            ..text.facts
        };
        match objects {
            0 => Err(Trouble::new("it has no rows").into()),
            1 if !self.lines && !cutter.in_array() => {
                Err(Trouble::new("it is one object, not an array of objects").into())
            }
            _ if outline.headings.is_empty() => Err(Trouble::new("its objects are empty").into()),
            _ => Ok(()),
        }
    }
}

/// The column, counted from 1 in characters, behind the last line of `text`.
fn column_of(text: &str) -> u64 {
    text.rsplit('\n')
        .next()
        .map_or(0, |line| line.chars().count()) as u64
        + 1
}

/// Keys and values of one object, in the order of the file.
struct Object<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

enum Value<'a> {
    Null,
    Number(&'a str),
    Text(Cow<'a, str>),
    Boolean(&'a str),
    Nested(&'a str),
}

impl Value<'_> {
    fn kind(&self) -> Option<Kinds> {
        match self {
            Self::Null => None,
            Self::Number(_) => Some(Kinds::NUMBER),
            Self::Text(_) => Some(Kinds::TEXT),
            Self::Boolean(_) => Some(Kinds::BOOLEAN),
            Self::Nested(_) => Some(Kinds::NESTED),
        }
    }
}

fn parse(object: &str, line: u64) -> Result<Object<'_>, Trouble> {
    serde_json::from_str(object).map_err(|e| {
        let down = e.line().max(1) as u64 - 1;
        let reason = e.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        Trouble::at(
            line + down,
            e.column() as u64,
            format!("it is not valid JSON here: {reason}"),
        )
    })
}

/// Which key is which column, in the order in which they were met.
#[derive(Default)]
struct Columns {
    index: HashMap<String, usize>,
    /// The last object that had the key, counted from 1.
    seen: Vec<u64>,
    /// How many objects had the key.
    had: Vec<u64>,
    objects: u64,
}

impl Columns {
    /// Puts the values of `object` into their columns; new keys make new ones.
    fn fill<'a>(
        &mut self,
        object: &'a Object<'a>,
        line: u64,
        outline: &mut Outline,
        fields: &mut Vec<Field<'a>>,
    ) -> Result<(), Trouble> {
        self.objects += 1;
        fields.resize(self.seen.len(), Field::Null);
        let (mut nested, mut twice) = (false, false);
        for (key, value) in &object.0 {
            let column = match self.index.get(&**key) {
                Some(&column) => column,
                None => {
                    self.index.insert(key.to_string(), self.seen.len());
                    self.seen.push(0);
                    self.had.push(0);
                    fields.push(Field::Null);
                    outline.headings.push(Heading {
                        text: key.to_string(),
                        number: false,
                    });
                    if self.seen.len() > MAX_COLUMNS {
                        let reason = format!(
                            "its objects have more than {MAX_COLUMNS} keys, which is all that a table holds"
                        );
                        return Err(Trouble::at(line, 1, reason));
                    }
                    self.seen.len() - 1
                }
            };
            let again = self.seen[column] == self.objects;
            twice |= again;
            self.had[column] += u64::from(!again);
            self.seen[column] = self.objects;
            nested |= matches!(value, Value::Nested(_));
            if let Some(kind) = value.kind() {
                outline.facts.cell(column, kind);
            }
            fields[column] = match value {
                Value::Null => Field::Null,
                Value::Number(digits) => Field::Raw(digits),
                Value::Text(text) => Field::Text(text),
                Value::Boolean(json) | Value::Nested(json) => Field::Text(json),
            };
        }
        outline.facts.repeated |= twice;
        if twice {
            let (many, one) = (
                "objects name a key more than once; the last value was kept",
                "object names a key more than once; the last value was kept",
            );
            outline.note(many, one, || line.to_string());
        }
        if nested {
            let (many, one) = (
                "rows hold arrays or objects, stored as JSON text",
                "row holds arrays or objects, stored as JSON text",
            );
            outline.note(many, one, || line.to_string());
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut fields = Vec::with_capacity(map.size_hint().unwrap_or(8));
                while fields.len() <= MAX_FIELDS
                    && let Some(key) = map.next_key_seed(Key)?
                {
                    fields.push((key, value(map.next_value::<&RawValue>()?.get())?));
                }
                // What is refused anyway needs no memory.
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// What `raw`, which is valid JSON, stands for.
fn value<E: Error>(raw: &str) -> Result<Value<'_>, E> {
    Ok(match raw.as_bytes().first() {
        Some(b'"') if raw.contains('\\') => {
            Value::Text(Cow::Owned(serde_json::from_str(raw).map_err(E::custom)?))
        }
        Some(b'"') => Value::Text(Cow::Borrowed(&raw[1..raw.len() - 1])),
        Some(b'n') => Value::Null,
        Some(b't' | b'f') => Value::Boolean(raw),
        Some(b'{' | b'[') => Value::Nested(raw),
        _ => Value::Number(raw),
    })
}

/// A key, borrowed where nothing in it is escaped.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}
