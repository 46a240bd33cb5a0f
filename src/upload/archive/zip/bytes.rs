//! Taking little-endian numbers off the front of a slice; past its end they are 0, as what ends early says
//! nothing.

/// What is left of a slice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub fn u8(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    pub fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.array())
    }

    pub fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    pub fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    /// The next `n` bytes; `None` if there are fewer.
    pub fn take(&mut self, n: usize) -> Option<Self> {
        let (front, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(Self(front))
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        match self.0.split_first_chunk() {
            Some((front, rest)) => {
                self.0 = rest;
                *front
            }
            None => {
                self.0 = &[];
                [0; N]
            }
        }
    }
}
