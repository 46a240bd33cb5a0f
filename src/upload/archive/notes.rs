//! What is to be told of an archive that was unpacked: names changed, rights dropped, links made copies.

use crate::session::Skipped;

/// Notes kept word by word; the rest are counted.
const MAX_NOTES: usize = 1000;

/// Notes in the order in which they came up, bounded.
#[derive(Debug, Default)]
pub(super) struct Notes {
    kept: Vec<Skipped>,
    left_out: Vec<Skipped>,
    more: u64,
}

impl Notes {
    /// Something is not as it was in the archive.
    pub fn add(&mut self, file: impl Into<String>, reason: impl Into<String>) {
        if self.has_room() {
            self.kept.push(Skipped {
                file: file.into(),
                reason: reason.into(),
            });
        }
    }

    /// Something is in the archive and not unpacked.
    pub fn leave_out(&mut self, file: impl Into<String>, reason: impl Into<String>) {
        if self.has_room() {
            self.left_out.push(Skipped {
                file: file.into(),
                reason: reason.into(),
            });
        }
    }

    fn has_room(&mut self) -> bool {
        let room = self.kept.len() + self.left_out.len() < MAX_NOTES;
        self.more += u64::from(!room);
        room
    }

    /// What was left out of `archive`, and the notes on it, the last one saying how many there were besides.
    pub fn finish(mut self, archive: &str) -> (Vec<Skipped>, Vec<Skipped>) {
        if self.more > 0 {
            self.kept.push(Skipped {
                file: archive.into(),
                reason: format!("{} more names or links in it were changed", self.more),
            });
        }
        (self.left_out, self.kept)
    }
}
