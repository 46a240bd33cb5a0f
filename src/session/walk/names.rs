//! A list of file names in one allocation: a directory may have a million of them.
//! Knows nothing of where they are from.

use std::ffi::{CStr, CString};

/// File names, each with its NUL, back to back.
#[derive(Debug, Default)]
pub struct Names {
    bytes: Vec<u8>,
    len: usize,
}

impl Names {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds one at the end.
    pub fn push(&mut self, name: &CStr) {
        self.bytes.extend_from_slice(name.to_bytes_with_nul());
        self.len += 1;
    }

    /// Takes the last one.
    pub fn pop(&mut self) -> Option<CString> {
        let end = self.bytes.len();
        let (name, start) = self.before(end)?;
        let name = name.to_owned();
        self.bytes.truncate(start);
        self.len -= 1;
        Some(name)
    }

    /// Where the last one ends: the place to begin with [`Names::before`].
    pub fn end(&self) -> usize {
        self.bytes.len()
    }

    /// The one that ends at `end`, and where it starts, which is where the one before it ends.
    pub fn before(&self, end: usize) -> Option<(&CStr, usize)> {
        let nul = end.checked_sub(1)?;
        let start = self.bytes[..nul]
            .iter()
            .rposition(|b| *b == 0)
            .map_or(0, |at| at + 1);
        let name = CStr::from_bytes_with_nul(&self.bytes[start..end]).ok()?;
        Some((name, start))
    }

    /// The one that starts at `start`.
    pub fn at(&self, start: usize) -> Option<&CStr> {
        CStr::from_bytes_until_nul(self.bytes.get(start..)?).ok()
    }

    /// Forgets them all, keeping the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.len = 0;
    }

    /// All of them, first to last.
    pub fn iter(&self) -> impl Iterator<Item = &CStr> {
        let mut rest = self.bytes.as_slice();
        std::iter::from_fn(move || {
            let name = CStr::from_bytes_until_nul(rest).ok()?;
            rest = &rest[name.to_bytes_with_nul().len()..];
            Some(name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_from_either_end() {
        let mut names = Names::default();
        assert!(names.is_empty() && names.pop().is_none());
        let all = [c"a", c"longer name", c"\xff\xfe"];
        all.into_iter().for_each(|name| names.push(name));
        assert_eq!(names.len(), 3);
        assert_eq!(names.at(2), Some(c"longer name"));
        assert_eq!(names.at(names.end()), None);
        assert!(names.iter().eq(all));

        let mut end = names.end();
        let mut backwards = Vec::new();
        while let Some((name, start)) = names.before(end) {
            backwards.push(name);
            end = start;
        }
        assert!(backwards.into_iter().rev().eq(all));
        assert_eq!(end, 0);

        for name in all.into_iter().rev() {
            assert_eq!(names.pop().as_deref(), Some(name));
        }
        assert!(names.is_empty() && names.iter().next().is_none());
    }
}
