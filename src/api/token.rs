//! The token that callers must know where more than this computer can ask: read from a file or the
//! environment, compared in constant time, never shown.

use std::fmt;
use std::path::Path;

use subtle::ConstantTimeEq;

/// A shorter one could be guessed.
const SHORTEST: usize = 16;

/// What every caller must know.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Box<str>);

/// Why a text is no token. Never says what the text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenError(String);

impl Token {
    /// Takes `text` without the white space around it.
    ///
    /// # Errors
    /// If it is shorter than 16 characters, or has any that no header can hold.
    pub fn new(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.len() < SHORTEST {
            return Err(TokenError(format!(
                "the token has fewer than {SHORTEST} characters; take a long random one"
            )));
        }
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(TokenError(
                "the token has characters in it that no header can hold; take letters and digits"
                    .into(),
            ));
        }
        Ok(Self(text.into()))
    }

    /// Reads it from a file.
    ///
    /// # Errors
    /// As [`Token::new`], or if the file can't be read.
    pub fn read(file: &Path) -> Result<Self, TokenError> {
        let text = fs_err::read_to_string(file)
            .map_err(|e| TokenError(format!("could not read the token: {e}")))?;
        Self::new(&text).map_err(|e| TokenError(format!("{e} ({})", file.display())))
    }

    /// Whether `given` is it; how much of it is right can't be told from the time that this takes.
    pub fn is(&self, given: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(given).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(not shown)")
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TokenError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_long_and_never_shown() {
        let token = Token::new(" 0123456789abcdef\n").unwrap();
        assert!(token.is(b"0123456789abcdef"));
        for other in [
            "",
            "0123456789abcde",
            "0123456789abcdeF",
            "0123456789abcdef0",
        ] {
            assert!(!token.is(other.as_bytes()), "{other}");
        }
        assert!(!format!("{token:?}").contains("0123"));
        for bad in ["", "short", "0123456789abcde\u{e9}", "0123456789 abcdef"] {
            let why = Token::new(bad).unwrap_err().to_string();
            assert!(bad.is_empty() || !why.contains(bad), "{why}");
        }
    }
}
