//! A value of a database as it is shown: whole if it is short, else its beginning and its length.

use rusqlite::types::ValueRef;

use crate::session::text;

/// Bytes of a value that are kept for a cell.
pub(super) const SHORT: usize = 512;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// None.
    Null,
    /// A whole number.
    Integer(i64),
    /// Another number.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
    /// What is too long for a cell.
    Long(Long),
}

/// What is too long for a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Long {
    /// Whether it is bytes rather than text.
    pub blob: bool,
    /// Its length.
    pub bytes: u64,
    /// How it begins; empty where it is too long to be looked into.
    pub beginning: Vec<u8>,
}

impl Value {
    /// A value that SQLite hands over, cut to what a cell keeps.
    pub(super) fn short(value: ValueRef<'_>) -> Self {
        let long = |blob, bytes: &[u8]| {
            Self::Long(Long {
                blob,
                bytes: bytes.len() as u64,
                beginning: bytes[..SHORT].to_vec(),
            })
        };
        match value {
            ValueRef::Text(bytes) if bytes.len() > SHORT => long(false, bytes),
            ValueRef::Blob(bytes) if bytes.len() > SHORT => long(true, bytes),
            other => Self::whole(other),
        }
    }

    /// A value that SQLite hands over.
    pub(super) fn whole(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(n) => Self::Integer(n),
            ValueRef::Real(n) => Self::Real(n),
            ValueRef::Text(bytes) => Self::Text(String::from_utf8_lossy(bytes).into_owned()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
        }
    }

    /// Whether it is a number, which stands at the right.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Integer(_) | Self::Real(_))
    }

    /// As a number for a plot.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(n) => Some(*n as f64),
            Self::Real(n) if n.is_finite() => Some(*n),
            _ => None,
        }
    }

    /// The value as text of one line, for a cell.
    pub fn shown(&self) -> String {
        match self {
            Self::Null => "NULL".into(),
            Self::Blob(bytes) => {
                format!("{} · {}", text::bytes(bytes.len() as u64), hex(bytes, 24))
            }
            Self::Long(long) if long.blob => {
                format!("{} · {}", text::bytes(long.bytes), hex(&long.beginning, 24))
            }
            Self::Long(long) if long.beginning.is_empty() => {
                format!("text of {}", text::bytes(long.bytes))
            }
            Self::Long(long) => {
                let beginning = beginning(&long.beginning);
                format!("{}…", text::one_line(&beginning))
            }
            Self::Text(words) => text::one_line(words).into_owned(),
            Self::Integer(_) | Self::Real(_) => self.plain(),
        }
    }

    /// The value as it is written into a table of text: nothing for NULL, bytes in hexadecimal.
    pub fn plain(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Integer(n) => n.to_string(),
            Self::Real(n) => real(*n),
            Self::Text(words) => words.clone(),
            Self::Blob(bytes) => hex(bytes, usize::MAX),
            Self::Long(long) if long.blob => hex(&long.beginning, usize::MAX),
            Self::Long(long) => beginning(&long.beginning).into_owned(),
        }
    }
}

/// The beginning of a text, without the half of a character at its end.
fn beginning(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    let whole = bytes.utf8_chunks().next().map_or(0, |c| c.valid().len());
    // Broken in the middle: shown as it is.
    let end = if whole + 4 > bytes.len() {
        whole
    } else {
        bytes.len()
    };
    String::from_utf8_lossy(&bytes[..end])
}

/// A number that reads back as the same one, and not as a whole one.
pub(super) fn real(n: f64) -> String {
    if n.is_infinite() {
        return if n > 0.0 { "Infinity" } else { "-Infinity" }.into();
    }
    let size = n.abs();
    if n != 0.0 && !(1e-5..1e15).contains(&size) {
        return format!("{n:e}");
    }
    let words = n.to_string();
    if words.contains('.') {
        words
    } else {
        format!("{words}.0")
    }
}

/// Bytes in hexadecimal, `…` behind the first `most`.
pub(super) fn hex(bytes: &[u8], most: usize) -> String {
    use std::fmt::Write;
    let mut words = String::with_capacity(2 * bytes.len().min(most) + 3);
    for byte in bytes.iter().take(most) {
        let _ = write!(words, "{byte:02x}");
    }
    if bytes.len() > most {
        words.push('…');
    }
    words
}
