//! Text from a file as it may stand on the screen: without its line end, without what colours a
//! terminal, and with other control characters and those that turn the direction of writing as dots.

/// Makes a row safe to show.
pub(super) fn clean(text: &str) -> String {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\t' => out.push('\t'),
            '\u{1b}' => {
                if let Some(after) = after_sequence(rest.as_str()) {
                    rest = after.chars();
                } else {
                    out.push(DOT);
                }
            }
            c if c.is_control() => out.push(DOT),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => out.push(DOT),
            c => out.push(c),
        }
    }
    out
}

/// Stands for what can't be shown.
const DOT: char = '·';

/// What follows a sequence that began with Escape: `[`, parameters, one letter.
fn after_sequence(rest: &str) -> Option<&str> {
    let parameters = rest.strip_prefix('[')?;
    let end = parameters.find(|c: char| !matches!(c, '0'..='9' | ';' | '?' | ':' | ' '))?;
    let after = &parameters[end..];
    let last = after.chars().next()?;
    last.is_ascii_alphabetic().then(|| &after[1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_commands_nothing() {
        for (text, shown) in [
            ("a\tb\r\n", "a\tb"),
            ("\u{1b}[1;31mERROR\u{1b}[0m x", "ERROR x"),
            ("\u{1b}]0;title\u{7}", "·]0;title·"),
            ("a\0b", "a·b"),
            ("exe.\u{202e}fdp", "exe.·fdp"),
            ("\u{1b}[", "·["),
            ("日本 😀\r", "日本 😀"),
        ] {
            assert_eq!(clean(text), shown, "{text:?}");
        }
    }
}
