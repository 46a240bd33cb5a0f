//! Lines of output as a terminal would show them: colours kept, other commands left out. Pure.

/// Longer lines are cut: nobody reads them to their end in a window.
pub const LONGEST: usize = 4_000;

/// A stretch of a line in one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Its text, without anything that commands a terminal.
    pub text: String,
    /// One of the sixteen colours of a terminal; nothing for that of the stream.
    pub colour: Option<u8>,
    /// Whether it stands out.
    pub bold: bool,
}

/// Takes a line apart. Bytes that are no UTF-8 become `\u{fffd}`; after a carriage return a line is
/// written over, so only what follows the last one is seen.
pub fn spans(line: &[u8]) -> Vec<Span> {
    let cut = line.len() > LONGEST;
    let text = String::from_utf8_lossy(&line[..line.len().min(LONGEST)]);
    let text = text.trim_end_matches('\r');
    let text = text.rsplit('\r').next().unwrap_or(text);
    let mut spans = Vec::new();
    let mut now = Span {
        text: String::new(),
        colour: None,
        bold: false,
    };
    let mut column = 0;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => {
                if let Some(codes) = command(&mut rest) {
                    let (colour, bold) = apply(&codes, now.colour, now.bold);
                    if !now.text.is_empty() {
                        spans.push(now.clone());
                        now.text.clear();
                    }
                    (now.colour, now.bold) = (colour, bold);
                }
            }
            '\t' => {
                let blanks = 8 - column % 8;
                now.text.extend(std::iter::repeat_n(' ', blanks));
                column += blanks;
            }
            c if c.is_control() => {}
            c => {
                now.text.push(c);
                column += 1;
            }
        }
    }
    if cut {
        now.text.push('…');
    }
    if !now.text.is_empty() {
        spans.push(now);
    }
    spans
}

/// Reads a command of a terminal to its end; its numbers if it sets the look.
fn command(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Vec<u16>> {
    match rest.next()? {
        '[' => {
            let mut codes = String::new();
            for c in rest.by_ref() {
                match c {
                    'm' => {
                        return Some(
                            codes
                                .split([';', ':'])
                                .map(|n| n.parse().unwrap_or(0))
                                .collect(),
                        );
                    }
                    '\u{40}'..='\u{7e}' => return None,
                    c => codes.push(c),
                }
            }
            None
        }
        // A title or a link: to a bell, or to an escape and a backslash.
        ']' => {
            while let Some(c) = rest.next() {
                if c == '\u{7}' || (c == '\u{1b}' && rest.next_if_eq(&'\\').is_some()) {
                    break;
                }
            }
            None
        }
        _ => None,
    }
}

fn apply(codes: &[u16], mut colour: Option<u8>, mut bold: bool) -> (Option<u8>, bool) {
    let mut codes = codes.iter().copied();
    while let Some(code) = codes.next() {
        match code {
            0 => (colour, bold) = (None, false),
            1 => bold = true,
            22 => bold = false,
            30..=37 => colour = u8::try_from(code - 30).ok(),
            90..=97 => colour = u8::try_from(code - 90 + 8).ok(),
            39 => colour = None,
            38 => colour = extended(&mut codes),
            // The ground behind stays ours, and with it what can be read on it.
            48 => drop(extended(&mut codes)),
            _ => {}
        }
    }
    (colour, bold)
}

/// One of 256 colours, or red, green and blue: the nearest of the sixteen.
fn extended(codes: &mut impl Iterator<Item = u16>) -> Option<u8> {
    match codes.next()? {
        5 => {
            let n = codes.next()?;
            Some(match n {
                0..=15 => u8::try_from(n).ok()?,
                16..=231 => nearest([(n - 16) / 36 * 51, (n - 16) / 6 % 6 * 51, (n - 16) % 6 * 51]),
                _ => nearest([(n.min(255) - 232) * 10 + 8; 3]),
            })
        }
        2 => Some(nearest([codes.next()?, codes.next()?, codes.next()?])),
        _ => None,
    }
}

fn nearest(rgb: [u16; 3]) -> u8 {
    let most = rgb.into_iter().max().unwrap_or(0);
    let bit = |i: usize| u8::from(most > 40 && rgb[i] * 2 > most) << i;
    let bright = if most > 200 { 8 } else { 0 };
    bit(0) + bit(1) + bit(2) + bright
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(line: &str) -> Vec<(String, Option<u8>, bool)> {
        let spans = spans(line.as_bytes()).into_iter();
        spans.map(|s| (s.text, s.colour, s.bold)).collect()
    }

    #[test]
    fn colours_are_kept_and_other_commands_left_out() {
        let plain = |t: &str| (t.to_owned(), None, false);
        for (line, found) in [
            ("", vec![]),
            ("a\tb", vec![plain("a       b")]),
            (
                "\u{1b}[31mred\u{1b}[0m not",
                vec![("red".into(), Some(1), false), plain(" not")],
            ),
            ("\u{1b}[1;92mx", vec![("x".into(), Some(10), true)]),
            (
                "\u{1b}[2K\u{1b}[10;3Hx\u{1b}]0;title\u{7}y",
                vec![plain("xy")],
            ),
            ("10%\r20%\r", vec![plain("20%")]),
            (
                "\u{1b}[38;5;196mx\u{1b}[39my",
                vec![("x".into(), Some(9), false), plain("y")],
            ),
            ("\u{1b}[38;2;0;0;120mx", vec![("x".into(), Some(4), false)]),
            ("\u{1b}[48;5;1mx\u{1b}[", vec![plain("x")]),
            ("\u{7}\u{8}x", vec![plain("x")]),
        ] {
            assert_eq!(seen(line), found, "{line:?}");
        }
        assert_eq!(spans(b"\xff")[0].text, "\u{fffd}");
        assert_eq!(spans(&[b'a'; 9_000])[0].text.chars().count(), LONGEST + 1);
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(line in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            spans(&line);
        }
    }
}
