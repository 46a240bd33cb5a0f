//! When two names are one to a file system that ignores case or Unicode form, as Windows and macOS have.
//! Errs on the side of "one". Knows text only.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// A key that is equal for names that differ only in case or in Unicode form.
pub(in crate::upload) fn fold(name: &str) -> Cow<'_, str> {
    if name.is_ascii() {
        return if name.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(name.to_ascii_lowercase())
        } else {
            Cow::Borrowed(name)
        };
    }
    // Down, up and down again: `ẞ`, `ß` and `SS` meet, and so do `ς`, `σ` and `Σ`.
    let folded = name
        .nfd()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect::<String>();
    Cow::Owned(folded.nfd().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_form_do_not_matter() {
        for (a, b) in [
            ("README", "readme"),
            ("Ä.csv", "a\u{308}.CSV"),
            ("straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("ΣΑΣ", "σας"),
            ("ſession", "SESSION"),
            ("K\u{212A}", "kk"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} and {b}");
        }
        assert_ne!(fold("a"), fold("b"));
        assert_ne!(fold("e"), fold("é"));
    }
}
