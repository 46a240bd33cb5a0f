//! `multipart/form-data`, piece by piece: bytes in, parts and their content out, however the bytes are cut.
//! Keeps no more than the head of one part. Pure; knows no network and no disk.

use std::fmt;

use memchr::memmem::Finder;

/// The head of a part may be this long.
const MOST_HEAD: usize = 16 << 10;

/// White space that may stand behind a delimiter.
const MOST_PADDING: usize = 128;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A part begins; the one before has ended.
    Begin(&'a Head),
    /// Content of the part that began last.
    Content(&'a [u8]),
    /// The last part has ended.
    End,
}

/// What a part says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The field's name.
    pub name: Vec<u8>,
    /// The file's name as it was sent.
    pub filename: Option<Vec<u8>>,
}

/// What isn't as it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// The body ends before its last delimiter.
    CutOff,
    /// The head of a part is too long.
    HeadTooLong,
    /// A part says no name, or says it in no way that is known.
    Head,
    /// A part is encoded in a way that nothing sends any more.
    Encoded,
    /// Something else stands behind a delimiter.
    Delimiter,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CutOff => "the upload is cut off: its last boundary is missing",
            Self::HeadTooLong => "the head of a part is too long",
            Self::Head => "a part has no Content-Disposition: form-data with a name",
            Self::Encoded => "a part has a Content-Transfer-Encoding; send it as it is",
            Self::Delimiter => "something else than a line end stands behind a boundary",
        })
    }
}

/// The delimiter of a body, from its `Content-Type`; `None` if that is no `multipart/form-data` with one.
pub fn boundary(content_type: &[u8]) -> Option<Vec<u8>> {
    let mut parameters = Parameters::of(content_type)?;
    if !parameters.kind.eq_ignore_ascii_case(b"multipart/form-data") {
        return None;
    }
    let (_, boundary) = parameters.find(|(name, _)| name.eq_ignore_ascii_case(b"boundary"))?;
    let fits = (1..=70).contains(&boundary.len()) && boundary.iter().all(|b| (32..127).contains(b));
    fits.then_some(boundary)
}

/// Reads one body.
pub struct Parser {
    /// `\r\n--boundary`
    finder: Finder<'static>,
    state: State,
    /// Bytes that mean nothing yet.
    carry: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first delimiter: to be ignored.
    Preamble,
    /// Right behind a delimiter.
    Delimited,
    Head,
    Content,
    /// Behind the last delimiter: to be ignored.
    End,
}

impl Parser {
    /// A parser for a body with this boundary.
    pub fn new(boundary: &[u8]) -> Self {
        let delimiter = [b"\r\n--", boundary].concat();
        Self {
            finder: Finder::new(&delimiter).into_owned(),
            state: State::Preamble,
            // The first delimiter may stand at the very beginning.
            carry: b"\r\n".to_vec(),
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// If the body is broken, or what `on` returns.
    pub fn push<E: From<Broken>>(
        &mut self,
        bytes: &[u8],
        mut on: impl FnMut(Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.carry.is_empty() {
            let used = self.read(bytes, &mut on)?;
            self.carry.extend_from_slice(&bytes[used..]);
        } else {
            let mut all = std::mem::take(&mut self.carry);
            all.extend_from_slice(bytes);
            let used = self.read(&all, &mut on)?;
            all.drain(..used);
            self.carry = all;
        }
        Ok(())
    }

    /// All bytes have come.
    ///
    /// # Errors
    /// [`Broken::CutOff`] if there have to be more.
    pub fn finish(&self) -> Result<(), Broken> {
        match self.state {
            State::End => Ok(()),
            _ => Err(Broken::CutOff),
        }
    }

    /// Reads as far as is clear; how far that is.
    fn read<E: From<Broken>>(
        &mut self,
        bytes: &[u8],
        on: &mut impl FnMut(Piece<'_>) -> Result<(), E>,
    ) -> Result<usize, E> {
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            match self.state {
                State::Preamble | State::Content => {
                    let found = self.finder.find(rest);
                    let end = found.unwrap_or_else(|| rest.len() - self.begun(rest));
                    if self.state == State::Content && end > 0 {
                        on(Piece::Content(&rest[..end]))?;
                    }
                    at += end;
                    if found.is_none() {
                        return Ok(at);
                    }
                    at += self.finder.needle().len();
                    self.state = State::Delimited;
                }
                State::Delimited => {
                    if rest.starts_with(b"--") {
                        self.state = State::End;
                        on(Piece::End)?;
                        continue;
                    }
                    let padding = rest
                        .iter()
                        .take_while(|b| matches!(b, b' ' | b'\t'))
                        .count();
                    match &rest[padding..] {
                        [b'\r', b'\n', ..] if padding <= MOST_PADDING => {
                            // The line end begins the head: an empty one ends right there.
                            at += padding;
                            self.state = State::Head;
                        }
                        [] | [b'\r'] | [b'-'] if padding <= MOST_PADDING => return Ok(at),
                        _ => return Err(Broken::Delimiter.into()),
                    }
                }
                State::Head => {
                    let window = &rest[..rest.len().min(MOST_HEAD)];
                    let Some(end) = memchr::memmem::find(window, b"\r\n\r\n") else {
                        if rest.len() >= MOST_HEAD {
                            return Err(Broken::HeadTooLong.into());
                        }
                        return Ok(at);
                    };
                    let head = head(&rest[..end])?;
                    at += end + 4;
                    self.state = State::Content;
                    on(Piece::Begin(&head))?;
                }
                State::End => return Ok(bytes.len()),
            }
        }
    }

    /// How many bytes at the end of `bytes` may be the beginning of a delimiter.
    fn begun(&self, bytes: &[u8]) -> usize {
        let delimiter = self.finder.needle();
        let from = bytes.len().saturating_sub(delimiter.len() - 1);
        let tail = &bytes[from..];
        memchr::memchr_iter(b'\r', tail)
            .find(|at| delimiter.starts_with(&tail[*at..]))
            .map_or(0, |at| tail.len() - at)
    }
}

fn head(bytes: &[u8]) -> Result<Head, Broken> {
    let mut found = None;
    for line in bytes.split(|b| *b == b'\n') {
        let line = line.trim_ascii();
        let Some(colon) = memchr::memchr(b':', line) else {
            continue;
        };
        let (name, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"content-disposition") && found.is_none() {
            found = Some(disposition(value).ok_or(Broken::Head)?);
        }
        let plain = ["7bit", "8bit", "binary"];
        if name.eq_ignore_ascii_case(b"content-transfer-encoding")
            && !plain
                .iter()
                .any(|p| value.eq_ignore_ascii_case(p.as_bytes()))
        {
            return Err(Broken::Encoded);
        }
    }
    found.ok_or(Broken::Head)
}

fn disposition(value: &[u8]) -> Option<Head> {
    let parameters = Parameters::of(value)?;
    if !parameters.kind.eq_ignore_ascii_case(b"form-data") {
        return None;
    }
    let (mut name, mut filename, mut extended) = (None, None, None);
    for (key, value) in parameters {
        match &*key.to_ascii_lowercase() {
            b"name" => name = name.or(Some(value)),
            b"filename" => filename = filename.or(Some(value)),
            // What older Python clients send for names beyond ASCII.
            b"filename*" => extended = extended.or_else(|| decoded(&value)),
            _ => {}
        }
    }
    Some(Head {
        name: name?,
        filename: extended.or(filename),
    })
}

/// `UTF-8''na%C3%AFve.csv`
fn decoded(value: &[u8]) -> Option<Vec<u8>> {
    let mut parts = value.splitn(3, |b| *b == b'\'');
    let charset = parts.next()?;
    let (_language, text) = (parts.next()?, parts.next()?);
    charset
        .eq_ignore_ascii_case(b"utf-8")
        .then(|| percent_encoding::percent_decode(text).collect())
}

/// `kind; name=value; name="quoted"`.
struct Parameters<'a> {
    kind: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Parameters<'a> {
    fn of(text: &'a [u8]) -> Option<Self> {
        let end = memchr::memchr(b';', text).unwrap_or(text.len());
        Some(Self {
            kind: text[..end].trim_ascii(),
            rest: &text[end..],
        })
    }
}

impl<'a> Iterator for Parameters<'a> {
    type Item = (&'a [u8], Vec<u8>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.strip_prefix(b";")?.trim_ascii_start();
        let equals = memchr::memchr(b'=', rest)?;
        let name = rest[..equals].trim_ascii();
        let rest = rest[equals + 1..].trim_ascii_start();
        let Some(quoted) = rest.strip_prefix(b"\"") else {
            let end = memchr::memchr(b';', rest).unwrap_or(rest.len());
            self.rest = &rest[end..];
            return Some((name, rest[..end].trim_ascii().to_vec()));
        };
        let mut value = Vec::new();
        let mut at = 0;
        loop {
            match &quoted[at..] {
                [] => return None,
                [b'"', ..] => break,
                // Some escape these two, others send a backslash as it is: then a quote that ends the
                // parameter is no escaped one.
                [b'\\', c @ (b'"' | b'\\'), rest @ ..] if *c == b'\\' || !ends(rest) => {
                    value.push(*c);
                    at += 2;
                }
                [c, ..] => {
                    value.push(*c);
                    at += 1;
                }
            }
        }
        let behind = quoted[at + 1..].trim_ascii_start();
        self.rest = behind;
        Some((name, value))
    }
}

/// Whether a parameter ends before `rest`.
fn ends(rest: &[u8]) -> bool {
    matches!(rest.trim_ascii_start(), [] | [b';', ..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Parts = Vec<(Head, Vec<u8>)>;

    /// Parses a body cut into pieces of these lengths, the last of them repeated.
    fn parse(boundary: &str, body: &[u8], cuts: &[usize]) -> Result<Parts, Broken> {
        let mut parser = Parser::new(boundary.as_bytes());
        let mut parts = Parts::new();
        let (mut rest, mut cuts) = (body, cuts.iter().copied());
        let mut length = body.len().max(1);
        while !rest.is_empty() {
            length = cuts.next().unwrap_or(length).max(1);
            let (piece, more) = rest.split_at(length.min(rest.len()));
            rest = more;
            parser.push::<Broken>(piece, |piece| {
                match piece {
                    Piece::Begin(head) => parts.push((head.clone(), Vec::new())),
                    Piece::Content(bytes) => parts.last_mut().unwrap().1.extend(bytes),
                    Piece::End => {}
                }
                Ok(())
            })?;
            assert!(parser.carry.len() <= MOST_HEAD + 80);
        }
        parser.finish()?;
        Ok(parts)
    }

    fn part(name: &str, filename: Option<&str>, content: &[u8]) -> (Head, Vec<u8>) {
        let head = Head {
            name: name.into(),
            filename: filename.map(Into::into),
        };
        (head, content.to_vec())
    }

    const BODY: &[u8] = b"ignored\r\n--XX \t\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a/b.csv\"\r\nContent-Type: text/csv\r\n\r\na,b\r\n--X\r\n\r\r\n\r\n--XX\r\ncontent-disposition:form-data;name=note\r\n\r\n\r\n--XX--\r\nignored";

    #[test]
    fn a_body_is_read_however_it_is_cut() {
        let wanted = vec![
            part("file", Some("a/b.csv"), b"a,b\r\n--X\r\n\r\r\n"),
            part("note", None, b""),
        ];
        for cut in 1..BODY.len() {
            assert_eq!(parse("XX", BODY, &[cut]), Ok(wanted.clone()), "{cut}");
        }
        let bare = b"--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XX--";
        assert_eq!(parse("XX", bare, &[]), Ok(vec![part("a", None, b"1")]));
        assert_eq!(parse("XX", b"--XX--", &[]), Ok(vec![]));
    }

    #[test]
    fn case_21_what_is_broken_is_said() {
        let end = BODY.windows(6).position(|w| w == b"--XX--").unwrap();
        for cut in 0..end + 6 {
            assert_eq!(
                parse("XX", &BODY[..cut], &[7]),
                Err(Broken::CutOff),
                "{cut}"
            );
        }
        let long = [b"--XX\r\n".to_vec(), vec![b'a'; MOST_HEAD + 1]].concat();
        for (body, broken) in [
            (&b"--XX\r\n\r\nno head\r\n--XX--"[..], Broken::Head),
            (b"--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n", Broken::Head),
            (b"--XX\r\nContent-Disposition: form-data\r\n\r\n", Broken::Head),
            (
                b"--XX\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                Broken::Encoded,
            ),
            (b"--XXX\r\n", Broken::Delimiter),
            (&long, Broken::HeadTooLong),
        ] {
            assert_eq!(parse("XX", body, &[3]), Err(broken));
        }
    }

    #[test]
    fn names_are_read_as_clients_send_them() {
        let name = |text: &[u8]| disposition(text).and_then(|h| h.filename);
        for (text, wanted) in [
            (
                &b"form-data; name=f; filename=\"a;b=c.csv\""[..],
                &b"a;b=c.csv"[..],
            ),
            (b"form-data; name=f; filename=\"C:\\x\"", b"C:\\x"),
            (b"form-data; name=f; filename=\"a\\\"b\"", b"a\"b"),
            (b"form-data; filename=\"a\\\"; name=f", b"a\\"),
            (b"form-data; name=f; filename=\"a\\\"", b"a\\"),
            (b"FORM-DATA;NAME=f;FILENAME=a b.csv ", b"a b.csv"),
            (b"form-data; name=f; filename=\"\"", b""),
            (
                b"form-data; name=f; filename*=UTF-8''na%C3%AFve.csv",
                "na\u{ef}ve.csv".as_bytes(),
            ),
            (b"form-data; name=f; filename=\"\xe9\"", b"\xe9"),
        ] {
            assert_eq!(name(text).as_deref(), Some(wanted));
        }
        assert_eq!(name(b"form-data; name=f; filename=\"open"), None);
        assert_eq!(
            boundary(b"Multipart/Form-Data; charset=utf-8; boundary=\"a b\""),
            Some(b"a b".to_vec())
        );
        let long = format!("multipart/form-data; boundary={}", "x".repeat(71));
        for none in [
            "",
            "text/plain; boundary=a",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            &long,
        ] {
            assert_eq!(boundary(none.as_bytes()), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn what_is_sent_comes_back_and_nothing_panics(
            contents in prop::collection::vec("(a|\r|\n|-|X|\r\n--X|\r\n--){0,12}", 0..4),
            cuts in prop::collection::vec(1usize..40, 1..20),
            noise in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let mut body = String::new();
            let mut wanted = Parts::new();
            for content in &contents {
                body += &format!("--XYZ\r\nContent-Disposition: form-data; name=\"n\"; filename=\"f\"\r\n\r\n{content}\r\n");
                wanted.push(part("n", Some("f"), content.as_bytes()));
            }
            body += "--XYZ--\r\n";
            prop_assert_eq!(parse("XYZ", body.as_bytes(), &cuts), Ok(wanted));
            let _ = parse("XYZ", &noise, &cuts);
        }
    }
}
