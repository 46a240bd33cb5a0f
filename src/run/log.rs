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
}

impl<W: Write> Log<W> {
    /// A log that goes to `out`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            open: None,
            unfinished: [false; 2],
            buffer: Vec::new(),
            failed: None,
        }
    }

    /// Adds what a stream brought. It is in the file when this returns; if it can't be written, the rest
    /// is left out, and [`Log::failure`] tells why.
    pub fn push(&mut self, stream: Stream, mut bytes: &[u8]) {
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
        self.write(&buffer);
        self.buffer = buffer;
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
