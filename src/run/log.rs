//! The log of a run: plain text that keeps apart what the script wrote to its two streams, in the order in
//! which it arrived. Knows no process.
//!
//! Each line begins with a mark of two bytes. The first says whose it is: `|` standard output, `!`
//! standard error, `#` ours. The second is a blank, or `+` where the line goes on with one that the other
//! stream came in between. What follows is as the script wrote it, byte for byte.

use std::io::{self, Write};

use memchr::memchr;

/// Where a script writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Whose a line of a log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum From {
    /// The script's, from this stream.
    Script(Stream),
    /// Ours: command, start and end.
    Us,
}

/// Takes a line of a log, without its line end, apart: whose it is, and what it says. A line without a
/// mark is the script's.
pub fn parse(line: &[u8]) -> (From, &[u8]) {
    let out = From::Script(Stream::Out);
    match line {
        [b'|', b' ' | b'+', rest @ ..] => (out, rest),
        [b'!', b' ' | b'+', rest @ ..] => (From::Script(Stream::Err), rest),
        [b'#', b' ', rest @ ..] => (From::Us, rest),
        [b'#'] => (From::Us, &[]),
        _ => (out, line),
    }
}

/// Writes a log.
#[derive(Debug)]
pub struct Log<W> {
    out: W,
    /// Whose line is being written, if one is.
    open: Option<Stream>,
    /// Whether the last line of each stream has no end yet.
    unfinished: [bool; 2],
    buffer: Vec<u8>,
    failed: Option<io::Error>,
    /// Bytes that the script may still fill.
    room: u64,
    is_full: bool,
}

/// Bytes of a script's output that its log keeps, unless the settings say otherwise.
pub const DEFAULT_LIMIT: u64 = 1_000_000_000;

impl<W: Write> Log<W> {
    /// A log that goes to `out`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            open: None,
            unfinished: [false; 2],
            buffer: Vec::new(),
            failed: None,
            room: u64::MAX,
            is_full: false,
        }
    }

    /// Keeps at most `bytes` of what the script writes, and says in the log where that was too little. The
    /// script isn't stopped by it.
    pub fn limited(mut self, bytes: u64) -> Self {
        self.room = bytes;
        self
    }

    /// Adds what a stream brought. It is in the file when this returns; if it can't be written, the rest
    /// is left out, and [`Log::failure`] tells why.
    pub fn push(&mut self, stream: Stream, mut bytes: &[u8]) {
        if self.is_full {
            return;
        }
        let before = self.open;
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        while !bytes.is_empty() {
            self.begin(stream, &mut buffer);
            let end = memchr(b'\n', bytes);
            let (piece, rest) = bytes.split_at(end.map_or(bytes.len(), |n| n + 1));
            buffer.extend_from_slice(piece);
            bytes = rest;
            self.unfinished[stream as usize] = end.is_none();
            if end.is_some() {
                self.open = None;
            }
        }
        self.write_within(&buffer, before);
        self.buffer = buffer;
    }

    /// Writes what there is room for, in whole lines, and says so if that isn't all.
    fn write_within(&mut self, bytes: &[u8], before: Option<Stream>) {
        let length = bytes.len() as u64;
        if length <= self.room {
            self.room -= length;
            return self.write(bytes);
        }
        let room = usize::try_from(self.room).unwrap_or(usize::MAX);
        let end = memchr::memrchr(b'\n', &bytes[..room]).map_or(0, |at| at + 1);
        self.write(&bytes[..end]);
        self.is_full = true;
        self.open = if end > 0 { None } else { before };
        self.note(
            "the log is full: what the script writes from here on is not kept, and the script goes on. \
             log_limit under [run] in the settings allows more; never more than half of the free disk is used",
        );
    }

    /// Sees to it that what follows in `buffer` is of `stream`.
    fn begin(&mut self, stream: Stream, buffer: &mut Vec<u8>) {
        match self.open {
            Some(open) if open == stream => return,
            Some(_) => buffer.push(b'\n'),
            None => {}
        }
        buffer.push(match stream {
            Stream::Out => b'|',
            Stream::Err => b'!',
        });
        buffer.push(if self.unfinished[stream as usize] {
            b'+'
        } else {
            b' '
        });
        self.open = Some(stream);
    }

    /// Adds a line of ours.
    pub fn note(&mut self, line: &str) {
        let ended = if self.open.take().is_some() { "\n" } else { "" };
        self.write(format!("{ended}# {}\n", crate::session::text::one_line(line)).as_bytes());
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = self
                .out
                .write_all(bytes)
                .and_then(|()| self.out.flush())
                .err();
        }
    }

    /// Why the log is not complete, if so.
    pub fn failure(&self) -> Option<&io::Error> {
        self.failed.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(pushes: &[(Stream, &[u8])]) -> Vec<u8> {
        let mut log = Log::new(Vec::new());
        for (stream, bytes) in pushes {
            log.push(*stream, bytes);
        }
        log.note("end");
        log.out
    }

    #[test]
    fn a_log_is_plain_text_with_marks() {
        use Stream::{Err, Out};
        let text = written(&[
            (Out, b"a\nb"),
            (Out, b"b\n"),
            (Out, b"half"),
            (Err, b"oops\nTrace"),
            (Out, b" done\n"),
            (Err, b"back\n\xff\n\n"),
            (Out, b"| no\r10%\r20%"),
        ]);
        assert_eq!(
            text,
            b"| a\n| bb\n| half\n! oops\n! Trace\n|+ done\n!+back\n! \xff\n! \n| | no\r10%\r20%\n# end\n"
        );
    }

    #[test]
    fn a_log_that_is_full_says_so_once_and_is_ended_all_the_same() {
        for (limit, kept) in [(12, "| one\n| two\n"), (11, "| one\n"), (3, ""), (0, "")] {
            let mut log = Log::new(Vec::new()).limited(limit);
            log.push(Stream::Out, b"one\ntwo\nthree\nfour");
            log.push(Stream::Err, b"more\n");
            log.push(Stream::Out, b"x");
            log.note("end");
            let text = String::from_utf8(log.out).unwrap();
            let rest = text.strip_prefix(kept).expect("whole lines");
            let (full, end) = rest.split_once('\n').unwrap();
            assert!(full.starts_with("# the log is full: "), "{text}");
            assert_eq!(end, "# end\n", "{limit}");
        }
        let mut log = Log::new(Vec::new()).limited(8);
        log.push(Stream::Out, b"half");
        log.push(Stream::Out, b" and the other half\n");
        log.note("end");
        let text = String::from_utf8(log.out).unwrap();
        assert!(text.starts_with("| half\n# the log is full: "), "{text}");
    }

    #[test]
    fn a_full_disk_ends_the_log_and_nothing_else() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut log = Log::new(Full);
        log.push(Stream::Out, b"x\n");
        log.push(Stream::Out, b"y\n");
        assert_eq!(log.failure().unwrap().kind(), io::ErrorKind::StorageFull);
    }

    proptest! {
        #[test]
        fn each_stream_comes_back_byte_for_byte(
            pushes in prop::collection::vec((any::<bool>(), prop::collection::vec(0u8..16, 0..8)), 0..20)
        ) {
            let pushes: Vec<_> = pushes
                .iter()
                .map(|(err, bytes)| (if *err { Stream::Err } else { Stream::Out }, bytes.as_slice()))
                .collect();
            let text = written(&pushes);
            for stream in [Stream::Out, Stream::Err] {
                let mut sent: Vec<u8> = pushes.iter().filter(|(s, _)| *s == stream).flat_map(|(_, b)| b.iter().copied()).collect();
                let mut found = Vec::new();
                for line in text.split(|b| *b == b'\n') {
                    if parse(line).0 == From::Script(stream) && line.len() >= 2 {
                        if line[1] == b'+' {
                            found.pop();
                        }
                        found.extend_from_slice(parse(line).1);
                        found.push(b'\n');
                    }
                }
                if !sent.is_empty() && sent.last() != Some(&b'\n') {
                    sent.push(b'\n');
                }
                prop_assert_eq!(&found, &sent);
            }
        }
    }
}
