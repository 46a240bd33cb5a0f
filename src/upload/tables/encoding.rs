//! Which encoding a text file is in, and reading it as UTF-8 block by block. Knows nothing of
//! delimiters or tables.

use std::io::{self, Read, Seek};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::facts::Facts;
use super::table::{Halt, Trouble};
use crate::session::Cancel;

/// Bytes read at a time.
const BLOCK: usize = 256 << 10;

/// Blocks with other than ASCII that are enough for a guess.
const GUESS_BLOCKS: usize = 16;

/// The encoding of the whole of `file`: by its mark, then strictly UTF-8, then a guess.
pub(super) fn detect(
    mut file: impl Read + Seek,
    cancel: &Cancel,
) -> Result<&'static Encoding, Halt> {
    let mut block = vec![0; BLOCK];
    let filled = fill(&mut file, &mut block)?;
    let head = &block[..filled];
    if head.starts_with(b"\xFF\xFE\0\0") || head.starts_with(b"\0\0\xFE\xFF") {
        return Err(Trouble::new("it is in UTF-32, which is not read; save it as UTF-8").into());
    }
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Ok(encoding);
    }
    if let Some(encoding) = unmarked_utf16(head) {
        return Ok(encoding);
    }
    file.rewind()?;
    if is_utf8(&mut file, &mut block, cancel)? {
        return Ok(UTF_8);
    }
    file.rewind()?;
    guess(&mut file, &mut block, cancel)
}

/// UTF-16 without a mark: every other byte of what is mostly ASCII is zero.
fn unmarked_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len().min(4096) / 2;
    let zeros = |odd: usize| {
        head.chunks_exact(2)
            .take(pairs)
            .filter(|pair| pair[odd] == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    match pairs {
        4.. if odd * 10 >= pairs * 9 && even * 10 < pairs => Some(UTF_16LE),
        4.. if even * 10 >= pairs * 9 && odd * 10 < pairs => Some(UTF_16BE),
        _ => None,
    }
}

fn is_utf8(file: &mut impl Read, block: &mut [u8], cancel: &Cancel) -> Result<bool, Halt> {
    let mut kept = 0;
    loop {
        if cancel.is_cancelled() {
            return Err(Halt::Cancelled);
        }
        let read = fill(file, &mut block[kept..])?;
        if read == 0 {
            return Ok(kept == 0);
        }
        let filled = kept + read;
        let valid = Encoding::utf8_valid_up_to(&block[..filled]);
        // At most three bytes of a character can wait for the rest of it.
        if filled - valid > 3 {
            return Ok(false);
        }
        block.copy_within(valid..filled, 0);
        kept = filled - valid;
    }
}

fn guess(
    file: &mut impl Read,
    block: &mut [u8],
    cancel: &Cancel,
) -> Result<&'static Encoding, Halt> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut fed = 0;
    while fed < GUESS_BLOCKS {
        if cancel.is_cancelled() {
            return Err(Halt::Cancelled);
        }
        let filled = fill(file, block)?;
        if filled == 0 {
            break;
        }
        // What is all ASCII tells nothing and takes time.
        if !block[..filled].is_ascii() {
            detector.feed(&block[..filled], false);
            fed += 1;
        }
    }
    detector.feed(&[], true);
    Ok(detector.guess(None, Utf8Detection::Deny))
}

/// Reads until `block` is full or the file ends.
fn fill(file: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < block.len() {
        match file.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// A file as UTF-8, whatever it is stored in.
pub(super) struct Text<R> {
    file: R,
    decoder: Decoder,
    block: Vec<u8>,
    /// Bytes of the file read so far.
    pub bytes: u64,
    /// Which bytes there were; what the encoding doesn't know became U+FFFD.
    pub facts: Facts,
    ended: bool,
}

impl<R: Read> Text<R> {
    pub fn new(file: R, encoding: &'static Encoding) -> Self {
        Self {
            file,
            decoder: encoding.new_decoder_with_bom_removal(),
            block: vec![0; BLOCK],
            bytes: 0,
            facts: Facts::default(),
            ended: false,
        }
    }

    /// Appends the next block to `text`; false at the end of the file.
    pub fn more(&mut self, text: &mut String) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let filled = fill(&mut self.file, &mut self.block)?;
        self.ended = filled == 0;
        let first = self.bytes == 0;
        self.facts.bytes(&self.block[..filled], first);
        self.bytes += filled as u64;
        let mut rest = &self.block[..filled];
        loop {
            text.reserve(
                self.decoder
                    .max_utf8_buffer_length(rest.len())
                    .unwrap_or(rest.len()),
            );
            let (result, read, replaced) = self.decoder.decode_to_string(rest, text, self.ended);
            self.facts.replaced |= replaced;
            rest = &rest[read..];
            if result == CoderResult::InputEmpty {
                return Ok(!self.ended);
            }
        }
    }
}

/// What a reader holds of a file: from the record that it is at to where it has read.
#[derive(Debug, Default)]
pub(super) struct Block {
    text: String,
    /// Where the record begins.
    at: usize,
    ended: bool,
}

impl Block {
    /// What is not taken yet.
    pub fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// What was before.
    pub fn before(&self) -> &str {
        &self.text[..self.at]
    }

    /// Whether nothing comes after it.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Leaves `bytes` of the rest behind.
    pub fn take(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Reads on, at least as much again as there is, so that a long record isn't looked at from its start
    /// many times; false if there are more than `most` bytes already.
    pub fn more<R: Read>(&mut self, from: &mut Text<R>, most: usize) -> io::Result<bool> {
        self.text.drain(..self.at);
        self.at = 0;
        let length = self.text.len();
        if length > most {
            return Ok(false);
        }
        let wanted = (2 * length).min(most).max(length + 1);
        while !self.ended && self.text.len() < wanted {
            self.ended = !from.more(&mut self.text)?;
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(bytes: &[u8]) -> (&'static str, String) {
        let encoding = detect(Cursor::new(bytes), &Cancel::default()).expect("an encoding");
        let (mut text, mut reader) = (String::new(), Text::new(bytes, encoding));
        while reader.more(&mut text).expect("memory can be read") {}
        (encoding.name(), text)
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn case_29_encodings() {
        assert_eq!(read("\u{feff}größe".as_bytes()), ("UTF-8", "größe".into()));
        assert_eq!(
            read("größe\0日本".as_bytes()),
            ("UTF-8", "größe\0日本".into())
        );
        let text = "name;größe\r\nÄpfel;3\r\n";
        assert_eq!(
            read(&utf16(&format!("\u{feff}{text}"), u16::to_le_bytes)),
            ("UTF-16LE", text.into())
        );
        assert_eq!(
            read(&utf16(&format!("\u{feff}{text}"), u16::to_be_bytes)),
            ("UTF-16BE", text.into())
        );
        assert_eq!(
            read(&utf16(text, u16::to_le_bytes)),
            ("UTF-16LE", text.into())
        );
        assert_eq!(
            read(&utf16(text, u16::to_be_bytes)),
            ("UTF-16BE", text.into())
        );
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode("Müller – 5 €");
        assert_eq!(read(&bytes), ("windows-1252", "Müller – 5 €".into()));
        assert_eq!(read(b""), ("UTF-8", String::new()));
    }

    #[test]
    fn a_character_across_blocks_and_a_bad_byte_far_down() {
        let mut text = "x".repeat(BLOCK - 1);
        text += "ä日😀";
        assert_eq!(read(text.as_bytes()), ("UTF-8", text.clone()));
        let mut bytes = "y".repeat(3 * BLOCK).into_bytes();
        bytes.extend(b" caf\xe9 ");
        assert_eq!(read(&bytes).0, "windows-1252");
        assert!(detect(Cursor::new(b"\xFF\xFE\0\0a\0\0\0"), &Cancel::default()).is_err());
    }

    #[test]
    fn a_long_record_is_looked_at_a_few_times() {
        let bytes = "z".repeat(8 << 20).into_bytes();
        let (mut text, mut block) = (Text::new(&bytes[..], UTF_8), Block::default());
        let mut looks = 0;
        while block.more(&mut text, 4 << 20).expect("memory can be read") {
            looks += 1;
            assert!(!block.ended() && block.rest().len() <= (4 << 20) + BLOCK);
        }
        assert!(looks <= 7, "{looks}");
        block.take(4 << 20);
        assert_eq!(block.before().len(), 4 << 20);
        assert!(block.more(&mut text, 4 << 20).expect("memory can be read"));
        while !block.ended() {
            block.take(block.rest().len());
            block.more(&mut text, 4 << 20).expect("memory can be read");
        }
        assert_eq!(text.bytes, 8 << 20);
    }
}
