//! Numbers with a decimal comma, as in `1.234,56`: they stay text, as pandas reads them, and the person is
//! told. Counts them column by column; knows neither files nor tables.

/// How many values of a column have a decimal comma.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Commas {
    count: u64,
    /// One of them can't be anything else; `1,234` may have thousands in it.
    sure: bool,
}

impl Commas {
    /// Takes a value in.
    pub fn add(&mut self, value: &str) {
        if let Some(sure) = decimal_comma(value) {
            self.count += 1;
            self.sure |= sure;
        }
    }

    /// What is to be said of a column of text with so many values: nothing where most of them are other text.
    pub fn sentence(&self, name: &str, values: u64) -> Option<String> {
        let most = self.sure && self.count.saturating_mul(2) >= values;
        let verb = if self.count == 1 { "has" } else { "have" };
        let noun = if values == 1 { "value" } else { "values" };
        most.then(|| {
            let count = self.count;
            format!("{name}: {count} of {values} {noun} {verb} a decimal comma; kept as text")
        })
    }
}

/// Whether `value` is a number with a decimal comma, and then whether it can be nothing else.
fn decimal_comma(value: &str) -> Option<bool> {
    // Most texts end here: no number begins with a letter, and dates and codes have something else behind
    // their first digits. Every value of every column of text comes by.
    let bytes = value.as_bytes();
    match bytes.first()? {
        b'0'..=b'9' => {
            let behind = bytes.iter().find(|b| !b.is_ascii_digit())?;
            if !matches!(behind, b',' | b'.' | b' ' | b'\t') {
                return None;
            }
        }
        b'-' | b'+' | b' ' | b'\t' => {}
        _ => return None,
    }
    let number = super::types::bare(value);
    let number = number.strip_prefix(['-', '+']).unwrap_or(number);
    let (whole, fraction) = number.split_once(',')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split('.');
    let first = groups.next()?;
    let grouped = whole.len() > first.len();
    let is_one = digits(first)
        && digits(fraction)
        && groups.all(|group| group.len() == 3 && digits(group))
        && (!grouped || first.len() <= 3);
    let thousands = fraction.len() == 3 && first.len() <= 3 && !first.starts_with('0') && !grouped;
    is_one.then_some(!thousands)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_comma_is_told_from_other_commas() {
        for sure in [
            "1,5",
            "-0,25",
            "+3,0",
            " 7,25\t",
            "1.234,56",
            "1.234.567,8",
            "1.234,567",
            "0,125",
            "1234,500",
        ] {
            assert_eq!(decimal_comma(sure), Some(true), "{sure:?}");
        }
        for perhaps in ["1,234", "-12,500", "999,000"] {
            assert_eq!(decimal_comma(perhaps), Some(false), "{perhaps:?}");
        }
        for other in [
            "",
            " ",
            "1",
            "1.5",
            ",5",
            "1,",
            "1,5 kg",
            "1,2,3",
            "1,234,567",
            "1,234.5",
            "12.34,5",
            "1234.567,8",
            "1..234,5",
            ".234,5",
            "--1,5",
            "- 1,5",
            "x1,5",
            "1,-5",
            "a, b",
            "١,٢",
        ] {
            assert_eq!(decimal_comma(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_few_of_many_and_thousands_are_not_spoken_of() {
        let said = |values: &[&str]| {
            let mut commas = Commas::default();
            values.iter().for_each(|value| commas.add(value));
            commas.sentence("price", values.len() as u64)
        };
        assert_eq!(
            said(&["1,5", "2", "3,25", "-"]).as_deref(),
            Some("price: 2 of 4 values have a decimal comma; kept as text")
        );
        assert_eq!(
            said(&["1,5"]).as_deref(),
            Some("price: 1 of 1 value has a decimal comma; kept as text")
        );
        assert_eq!(said(&["1,5", "2", "3"]), None, "most of them have none");
        assert_eq!(said(&["1,234", "12,500"]), None, "perhaps thousands");
        assert_eq!(said(&["1,234", "0,5"]).map(|_| ()), Some(()));
        assert_eq!(said(&[]), None);
    }
}
