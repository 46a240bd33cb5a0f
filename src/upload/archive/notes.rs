//! What is to be told of an archive that was unpacked: names changed, rights dropped, links made copies.

use crate::session::Skipped;

/// Notes kept word by word; the rest are counted.
const MAX_NOTES: usize = 1000;

/// Notes in the order in which they came up, bounded.
#[derive(Debug, Default)]
pub(super) struct Notes {
    kept: Vec<Skipped>,
    more: u64,
}

impl Notes {
    pub fn add(&mut self, file: impl Into<String>, reason: impl Into<String>) {
        if self.kept.len() == MAX_NOTES {
            self.more += 1;
            return;
        }
        self.kept.push(Skipped {
            file: file.into(),
            reason: reason.into(),
        });
    }

    /// The notes on `archive`, the last one saying how many there were besides.
    pub fn finish(mut self, archive: &str) -> Vec<Skipped> {
        if self.more > 0 {
            self.kept.push(Skipped {
                file: archive.into(),
                reason: format!("{} more names or links in it were changed", self.more),
            });
        }
        self.kept
    }
}
