//! What reading a file found out that is lost in its table: what its cells were, and which bytes it
//! has. Whoever puts the table in the file's place needs it. Plain data.

use std::ops::BitOrAssign;

/// What is known of a file or sheet besides its table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Text: a byte order mark, or a byte above 0x7F, occurs.
    pub beyond_ascii: bool,
    /// Text: it begins with a byte order mark.
    pub marked: bool,
    /// Text: a byte from 0x80 to 0x9F occurs.
    pub c1: bool,
    /// Text: bytes that its encoding doesn't know were replaced.
    pub replaced: bool,
    /// JSON: objects stand by themselves, not in an array.
    pub lines: bool,
    /// JSON: an object goes over several lines, or shares one with another.
    pub spread: bool,
    /// JSON: an object lacks a key that another has.
    pub absent: bool,
    /// JSON: an object names a key twice.
    pub repeated: bool,
    /// Workbook and JSON: what the filled cells of each column were.
    pub cells: Vec<Kinds>,
}

impl Facts {
    /// Notes that a cell of `column`, counted from 0, was of `kind`.
    pub(super) fn cell(&mut self, column: usize, kind: Kinds) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Kinds::default());
        }
        self.cells[column] |= kind;
    }

    /// Looks at bytes of a text file; `first`: they are its first.
    pub(super) fn bytes(&mut self, bytes: &[u8], first: bool) {
        if first {
            let marks: [&[u8]; 3] = [b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"];
            self.marked |= marks.iter().any(|mark| bytes.starts_with(mark));
        }
        if !bytes.is_ascii() {
            self.beyond_ascii = true;
            self.c1 = self.c1 || bytes.iter().any(|b| (0x80..=0x9F).contains(b));
        }
    }
}

/// What filled cells were: any of a few kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// Text.
    pub const TEXT: Self = Self(1);
    /// Numbers.
    pub const NUMBER: Self = Self(2);
    /// True and false.
    pub const BOOLEAN: Self = Self(4);
    /// Days, with or without a time.
    pub const MOMENT: Self = Self(8);
    /// JSON arrays and objects.
    pub const NESTED: Self = Self(16);
    /// What a table holds only as text or not at all: times without a day, durations, errors.
    pub const OTHER: Self = Self(32);

    /// Whether there is no cell of another kind.
    pub fn only(self, kind: Self) -> bool {
        self.0 & !kind.0 == 0
    }
}

impl BitOrAssign for Kinds {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_beyond_ascii() {
        let facts = |bytes: &[u8]| {
            let mut facts = Facts::default();
            facts.bytes(bytes, true);
            (facts.beyond_ascii, facts.marked, facts.c1)
        };
        assert_eq!(facts(b"a,b"), (false, false, false));
        assert_eq!(facts(b"\xEF\xBB\xBFa"), (true, true, false));
        assert_eq!(facts(b"caf\xE9"), (true, false, false));
        assert_eq!(facts(b"5 \x80"), (true, false, true));
    }

    #[test]
    fn kinds_of_a_column() {
        let mut facts = Facts::default();
        facts.cell(1, Kinds::NUMBER);
        facts.cell(1, Kinds::NUMBER);
        assert!(facts.cells[1].only(Kinds::NUMBER));
        assert!(facts.cells[0].only(Kinds::TEXT), "nothing in it");
        facts.cell(1, Kinds::OTHER);
        assert!(!facts.cells[1].only(Kinds::NUMBER));
    }
}
