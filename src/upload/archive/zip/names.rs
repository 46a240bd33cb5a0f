//! What bytes of a ZIP file's name mean: UTF-8 where the entry says so or the bytes can be nothing else,
//! otherwise code page 437, as the format has it.

use std::borrow::Cow;

use super::directory::Record;

/// Set where the name is UTF-8.
const UTF8: u16 = 1 << 11;

/// The upper half of code page 437.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The name of a record's entry in UTF-8; bytes that claim to be that and are not stay as they are.
pub(super) fn decode(record: &Record) -> Cow<'_, [u8]> {
    if let Some(name) = &record.unicode_name {
        return Cow::Borrowed(name);
    }
    // Packers on macOS and Linux write UTF-8 without saying so. Text in an old code page is not valid
    // UTF-8 but by a rare accident.
    if record.flags & UTF8 != 0 || std::str::from_utf8(&record.name).is_ok() {
        return Cow::Borrowed(&record.name);
    }
    let upper: Vec<char> = CP437.chars().collect();
    let name: String = (record.name.iter())
        .map(|byte| match byte.checked_sub(128) {
            Some(place) => upper.get(usize::from(place)).copied().unwrap_or('_'),
            None => char::from(*byte),
        })
        .collect();
    Cow::Owned(name.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(name: &[u8], flags: u16) -> String {
        let record = Record {
            name: name.to_vec(),
            flags,
            ..Record::default()
        };
        String::from_utf8(decode(&record).into_owned()).unwrap_or_default()
    }

    #[test]
    fn the_code_page_has_a_character_for_every_byte() {
        assert_eq!(CP437.chars().count(), 128);
        assert_eq!(decoded(b"caf\x82.csv", 0), "café.csv");
        assert_eq!(decoded(b"\x9a\xe1.txt", 0), "Üß.txt");
        assert_eq!(decoded(b"\xff", 0), "\u{a0}");
    }

    #[test]
    fn text_that_is_utf8_is_taken_for_it() {
        assert_eq!(decoded("日本.csv".as_bytes(), 0), "日本.csv");
        assert_eq!(decoded("é".as_bytes(), UTF8), "é");
    }
}
