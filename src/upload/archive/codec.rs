//! Compressed streams: gzip, bzip2, xz and zstd, each to the end of its last member, its checksums verified
//! and its memory bounded. Knows nothing of what is inside.

use std::io::{self, BufRead, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::failure::told;
use super::limits::WINDOW_BYTES;

/// How a stream is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// `.gz`
    Gzip,
    /// `.bz2`
    Bzip2,
    /// `.xz`
    Xz,
    /// `.zst`
    Zstd,
}

impl Codec {
    /// What a stream that begins with `head` is compressed with.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [
                b'B',
                b'Z',
                b'h',
                b'1'..=b'9',
                0x31,
                0x41,
                0x59,
                0x26,
                0x53,
                0x59,
                ..,
            ]
            | [
                b'B',
                b'Z',
                b'h',
                b'1'..=b'9',
                0x17,
                0x72,
                0x45,
                0x38,
                0x50,
                0x90,
                ..,
            ] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// What comes out of `compressed`.
    pub(super) fn decode<'a>(self, compressed: impl BufRead + 'a) -> Box<dyn Read + 'a> {
        match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(compressed)),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(compressed)),
            Self::Xz => Box::new(xz(compressed)),
            Self::Zstd => Box::new(Zstd::new(compressed)),
        }
    }
}

/// An xz stream.
pub(super) fn xz<R: Read>(compressed: R) -> XzReader<R> {
    let limit = u32::try_from(WINDOW_BYTES >> 10).unwrap_or(u32::MAX);
    XzReader::new_mem_limit(compressed, true, limit)
}

/// A zstd stream of any number of frames.
pub(super) struct Zstd<R> {
    compressed: R,
    decoder: FrameDecoder,
    in_frame: bool,
    had_frame: bool,
}

impl<R: BufRead> Zstd<R> {
    pub fn new(compressed: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW_BYTES);
        Self {
            compressed,
            decoder,
            in_frame: false,
            had_frame: false,
        }
    }

    /// Starts the next frame; false at the end of the stream.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            if self.compressed.fill_buf()?.is_empty() {
                return if self.had_frame {
                    Ok(false)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
            match self.decoder.reset(&mut self.compressed) {
                Ok(()) => {
                    self.had_frame = true;
                    self.in_frame = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let mut skipped = (&mut self.compressed).take(length.into());
                    if io::copy(&mut skipped, &mut io::sink())? < length.into() {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    self.had_frame = true;
                }
                Err(e) => return Err(told(format!("it is damaged or cut off: {e}"))),
            }
        }
    }

    /// Ends a frame, all of whose data has been read.
    fn end_frame(&mut self) -> io::Result<()> {
        self.in_frame = false;
        let stored = self.decoder.get_checksum_from_data();
        if stored.is_some() && stored != self.decoder.get_calculated_checksum() {
            return Err(told("it is damaged: its checksum is wrong"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.in_frame && !self.next_frame()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.decoder
                    .decode_blocks(&mut self.compressed, BlockDecodingStrategy::UptoBlocks(1))
                    .map_err(|e| told(format!("it is damaged or cut off: {e}")))?;
            }
            match self.decoder.read(buf)? {
                0 => self.end_frame()?,
                n => return Ok(n),
            }
        }
    }
}
