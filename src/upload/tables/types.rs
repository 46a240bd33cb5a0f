//! Which SQL type a text has, and which one a whole column: INTEGER or REAL only where nothing that
//! matters is lost. Knows neither files nor tables.

/// The declared type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SqlType {
    /// 64-bit whole numbers.
    Integer,
    /// 64-bit floating point numbers.
    Real,
    /// Everything else, as it was written.
    Text,
}

impl SqlType {
    /// The word for it in SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Text => "TEXT",
        }
    }
}

/// What one field of a text file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing between the delimiters.
    Null,
    /// A 64-bit whole number in its only spelling.
    Integer {
        /// It has more digits than a REAL keeps.
        long: bool,
        /// There are blanks around it.
        padded: bool,
    },
    /// A decimal number of at most 15 significant digits.
    Real {
        /// The number would be written differently: `1.10` as `1.1`.
        respelled: bool,
        /// There are blanks around it.
        padded: bool,
    },
    /// Anything else.
    Text,
}

/// More decimal digits than these don't all survive in a REAL.
const REAL_DIGITS: usize = 15;

/// What `field` is. A leading zero or plus, a number beyond 64 bits, `1e5`, `NaN` and `1_000` are text.
pub(super) fn classify(field: &str) -> Class {
    let bytes = field.as_bytes();
    let Some(&first) = bytes.first() else {
        return Class::Null;
    };
    // Most texts end here: no number starts with a letter.
    if !matches!(first, b'0'..=b'9' | b'-' | b'.' | b' ' | b'\t') {
        return Class::Text;
    }
    let number = bare(field).as_bytes();
    let padded = number.len() != bytes.len();
    let (negative, digits) = match number.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, number),
    };
    let whole = leading_digits(digits);
    if whole > 1 && digits[0] == b'0' {
        return Class::Text;
    }
    match digits.get(whole) {
        None => integer(negative, digits, padded),
        Some(b'.') => decimal(negative, digits, whole, padded),
        Some(b'e') if whole == 1 => scientific(digits, whole, padded),
        Some(_) => Class::Text,
    }
}

/// `field` without blanks around it, as a number is read.
pub(super) fn bare(field: &str) -> &str {
    field.trim_matches([' ', '\t'])
}

/// Whether a header cell is a number in any of the usual spellings.
pub(super) fn is_number(field: &str) -> bool {
    let field = field.trim();
    field.bytes().any(|b| b.is_ascii_digit())
        && field
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
        && field.parse::<f64>().is_ok()
}

fn leading_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
}

fn integer(negative: bool, digits: &[u8], padded: bool) -> Class {
    match digits {
        [] => Class::Text,
        [b'0'] if negative => Class::Real {
            respelled: true,
            padded,
        },
        _ if digits.len() < 19 || (digits.len() == 19 && fits(negative, digits)) => {
            Class::Integer {
                long: digits.len() > REAL_DIGITS,
                padded,
            }
        }
        _ => Class::Text,
    }
}

/// Whether 19 digits are a 64-bit number. Strings of one length compare as numbers do.
fn fits(negative: bool, digits: &[u8]) -> bool {
    let most: &[u8] = if negative {
        b"9223372036854775808"
    } else {
        b"9223372036854775807"
    };
    digits <= most
}

fn decimal(negative: bool, digits: &[u8], whole: usize, padded: bool) -> Class {
    let fraction = &digits[whole + 1..];
    let places = leading_digits(fraction);
    if places < fraction.len() {
        return match fraction[places] {
            b'e' if whole == 1 && places > 0 => scientific(digits, whole + 1 + places, padded),
            _ => Class::Text,
        };
    }
    if whole + places == 0 || significant(digits) > REAL_DIGITS {
        return Class::Text;
    }
    let zero = digits.iter().all(|b| matches!(b, b'0' | b'.'));
    let respelled = whole == 0
        || places == 0
        || (places > 1 && fraction[places - 1] == b'0')
        || (zero && negative)
        || (!zero && digits.starts_with(b"0.0000"));
    Class::Real { respelled, padded }
}

/// Digits from the first that isn't zero.
fn significant(digits: &[u8]) -> usize {
    let digits = digits.iter().filter(|b| b.is_ascii_digit());
    digits.skip_while(|b| **b == b'0').count()
}

/// Numbers such as `1.5e-07`, but only as programs print them because they are too small or too
/// large to be written out: `1e5` may be the name of something.
fn scientific(digits: &[u8], e: usize, padded: bool) -> Class {
    let (mantissa, exponent) = (&digits[..e], &digits[e + 1..]);
    let printed = mantissa[0] != b'0'
        && (mantissa.len() == 1 || mantissa[e - 1] != b'0')
        && significant(mantissa) <= REAL_DIGITS;
    let range = match exponent.first() {
        Some(b'-') => 5..=300,
        Some(b'+') => 16..=300,
        _ => return Class::Text,
    };
    let power = &exponent[1..];
    let spelled = matches!(power, [_, _] | [b'1'..=b'9', _, _]);
    match std::str::from_utf8(power)
        .ok()
        .and_then(|p| p.parse::<u16>().ok())
    {
        Some(value)
            if printed
                && spelled
                && leading_digits(power) == power.len()
                && range.contains(&value) =>
        {
            Class::Real {
                respelled: false,
                padded,
            }
        }
        _ => Class::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INTEGER: Class = Class::Integer {
        long: false,
        padded: false,
    };
    const LONG: Class = Class::Integer {
        long: true,
        padded: false,
    };
    const REAL: Class = Class::Real {
        respelled: false,
        padded: false,
    };
    const RESPELLED: Class = Class::Real {
        respelled: true,
        padded: false,
    };

    #[test]
    fn case_28_what_would_not_survive_stays_text() {
        for text in [
            "00601",
            "+4412345",
            "9223372036854775808",
            "-9223372036854775809",
            "1e5",
            "1E5",
            "NaN",
            "nan",
            "inf",
            "-inf",
            "1_000",
            "1,5",
            "1.0000000000000001",
            "0.1234567890123456",
            "00.5",
            "-01",
            "- 1",
            "--1",
            "-",
            ".",
            "-.",
            "",
            " ",
            "1.2.3",
            "0x10",
            "1e-5",
            "1.50e-07",
            "1.5E-07",
            "12e-07",
            "1e-04",
            "1e+15",
            "1e-999",
            "1.e-07",
            "0e-07",
            "١٢",
            "1\u{a0}",
            "12345678901234567890",
            "1e-0a",
            "1e--7",
        ] {
            let class = classify(text);
            let expected = if text.is_empty() {
                Class::Null
            } else {
                Class::Text
            };
            assert_eq!(class, expected, "{text:?}");
        }
    }

    #[test]
    fn case_28_numbers() {
        for text in ["0", "7", "-7", "601", "999999999999999"] {
            assert_eq!(classify(text), INTEGER, "{text}");
        }
        for text in [
            "1000000000000000",
            "9223372036854775807",
            "-9223372036854775808",
        ] {
            assert_eq!(classify(text), LONG, "{text}");
        }
        for text in [
            "1.1",
            "0.5",
            "-3.25",
            "1.0",
            "0.0",
            "123456789012.345",
            "1.5e-07",
            "1e-05",
            "2.5e+16",
        ] {
            assert_eq!(classify(text), REAL, "{text}");
        }
        for text in ["1.10", "2.00", ".5", "5.", "-0.0", "-0", "0.00001"] {
            assert_eq!(classify(text), RESPELLED, "{text}");
        }
        assert_eq!(
            classify(" 5\t"),
            Class::Integer {
                long: false,
                padded: true
            }
        );
        assert_eq!(
            classify("1.5 "),
            Class::Real {
                respelled: false,
                padded: true
            }
        );
    }

    /// Every text of a few characters, for what chance finds once in a thousand runs.
    #[test]
    fn a_short_number_is_written_by_a_database_as_it_was_read() {
        let db = rusqlite::Connection::open_in_memory().expect("a database");
        db.execute_batch("CREATE TABLE t (x REAL)")
            .expect("a table");
        let mut insert = db
            .prepare("INSERT INTO t VALUES (?) RETURNING x")
            .expect("a statement");
        let mut texts = vec![String::new()];
        for _ in 0..4 {
            let longer = texts
                .iter()
                .flat_map(|text| ["-", ".", "0", "1", "9"].map(|next| format!("{text}{next}")));
            texts.extend(longer.collect::<Vec<_>>());
        }
        texts.extend(["-0", "-0.0", "-0.00", "0.0001", "0.00001", "-1.50"].map(String::from));
        for text in texts {
            let Class::Real { respelled, .. } = classify(&text) else {
                continue;
            };
            let value: f64 = text.parse().expect("a real parses");
            let kept: f64 = insert
                .query_row([value], |row| row.get(0))
                .expect("a value");
            assert_eq!(format!("{kept:?}") != text, respelled, "{text}");
        }
    }

    #[test]
    fn headers_of_numbers() {
        assert!(
            ["1", "-2.5", "00601", "1e5", " 7 ", "+3"]
                .iter()
                .all(|n| is_number(n))
        );
        assert!(
            !["a1", "nan", "inf", "e", "2024-01-02", "", "-"]
                .iter()
                .any(|n| is_number(n))
        );
    }

    proptest! {
        #[test]
        fn an_integer_is_written_as_it_was_read(text in "-?[0-9]{1,20}") {
            if let Class::Integer { .. } = classify(&text) {
                prop_assert_eq!(text.parse::<i64>().map(|n| n.to_string()), Ok(text));
            }
        }

        #[test]
        fn a_real_that_is_not_respelled_is_written_as_it_was_read(
            text in r"-?[0-9]{0,9}\.[0-9]{0,9}|[0-9](\.[0-9]{1,16})?e[-+]?[0-9]{1,3}"
        ) {
            if let Class::Real { respelled, .. } = classify(&text) {
                // A database keeps -0.0 as 0.0.
                let value = text.parse::<f64>().expect("a real parses") + 0.0;
                let (mantissa, power) = text.split_once('e').unwrap_or((&text, ""));
                let printed = match format!("{value:?}").split_once('e') {
                    Some((m, p)) => (m.to_owned(), p.parse::<i32>().ok()),
                    None => (format!("{value:?}"), None),
                };
                prop_assert_eq!(printed == (mantissa.to_owned(), power.parse().ok()), !respelled, "{}", value);
            }
        }

        #[test]
        fn any_text_has_a_class(text in ".*") {
            classify(&text);
        }
    }
}
