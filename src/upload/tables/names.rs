//! Names of tables and columns: cleaned, never twice, quoted. Knows neither files' contents nor types.

use std::collections::HashSet;

/// Names that are taken, told apart as SQLite does: without regard to ASCII case.
#[derive(Debug, Default, Clone)]
pub(super) struct Names(HashSet<String>);

impl Names {
    pub fn take(&mut self, name: &str) -> bool {
        self.0.insert(name.to_ascii_lowercase())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains(&name.to_ascii_lowercase())
    }

    /// `name`, or with `_2`, `_3` … the first that is free and not in `also`; it is taken from now on.
    pub fn free(&mut self, name: &str, also: &Self) -> String {
        if self.take(name) {
            return name.to_owned();
        }
        let mut n = 2u64;
        loop {
            let next = format!("{name}_{n}");
            if !also.has(&next) && self.take(&next) {
                return next;
            }
            n += 1;
        }
    }
}

impl<'a> FromIterator<&'a str> for Names {
    fn from_iter<T: IntoIterator<Item = &'a str>>(names: T) -> Self {
        let mut taken = Self::default();
        for name in names {
            taken.take(name);
        }
        taken
    }
}

/// The name of a table made from `stem`: letters, digits and `_`.
pub(super) fn table_name(stem: &str) -> String {
    let clean: String = stem
        .trim()
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '_' {
                c
            } else {
                '_'
            }
        })
        .collect();
    match clean.get(..7) {
        _ if clean.is_empty() => "table".into(),
        // SQLite keeps these names for itself.
        Some(prefix) if prefix.eq_ignore_ascii_case("sqlite_") => format!("_{clean}"),
        _ => clean,
    }
}

/// The names of a table's columns, in order, from what the file calls them.
pub(super) fn column_names<'a>(originals: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let trimmed = originals.map(|name| name.trim().replace('\0', "_"));
    let given: Vec<String> = trimmed.collect();
    let reserved: Names = given.iter().map(String::as_str).collect();
    let mut taken = Names::default();
    given
        .iter()
        .enumerate()
        .map(|(i, name)| match name.is_empty() {
            true => {
                let blank = format!("column_{}", i + 1);
                match reserved.has(&blank) {
                    true => taken.free(&format!("{blank}_2"), &reserved),
                    false => taken.free(&blank, &reserved),
                }
            }
            false => taken.free(name, &reserved),
        })
        .collect()
}

/// `name` as SQL wants it, whatever is in it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns(names: &[&str]) -> Vec<String> {
        column_names(names.iter().copied())
    }

    #[test]
    fn case_30_columns() {
        assert_eq!(
            columns(&[" a ", "", "a", "A", "rowid"]),
            ["a", "column_2", "a_2", "A_3", "rowid"]
        );
        assert_eq!(
            columns(&["a", "a", "a_2"]),
            ["a", "a_3", "a_2"],
            "a name that is given stays"
        );
        assert_eq!(
            columns(&["column_2", "", " "]),
            ["column_2", "column_2_2", "column_3"]
        );
        assert_eq!(
            columns(&["a\"b", "select", "x\0y"]),
            ["a\"b", "select", "x_y"]
        );
    }

    #[test]
    fn tables() {
        assert_eq!(table_name("test_data"), "test_data");
        assert_eq!(table_name("Umsatz 2024 (neu)"), "Umsatz_2024__neu_");
        assert_eq!(table_name("größe"), "größe");
        assert_eq!(table_name("a.b;DROP"), "a_b_DROP");
        assert_eq!(table_name("SQLite_master"), "_SQLite_master");
        assert_eq!(table_name("sqlité_x"), "sqlité_x");
        assert_eq!(table_name(""), "table");
        let mut taken = Names::default();
        let free: Vec<_> = ["a", "A", "a"]
            .iter()
            .map(|n| taken.free(n, &Names::default()))
            .collect();
        assert_eq!(free, ["a", "A_2", "a_3"]);
    }

    proptest! {
        #[test]
        fn columns_are_never_twice(names in prop::collection::vec("[aA_ 12\0]{0,3}|column_[12](_2)?", 0..12)) {
            let made = column_names(names.iter().map(String::as_str));
            prop_assert_eq!(made.len(), names.len());
            prop_assert_eq!(made.iter().map(|n| n.to_ascii_lowercase()).collect::<HashSet<_>>().len(), names.len());
            prop_assert!(made.iter().all(|n| !n.trim().is_empty() && !n.contains('\0')));
        }
    }
}
