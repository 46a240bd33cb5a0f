//! What kind of file a name promises, for icons and for where the bytes are. Looks at names only.

use super::icons::Icon;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileType {
    /// Rows and columns.
    Table,
    /// A database.
    Database,
    /// A program's source.
    Code,
    /// Words: notes, logs, reports.
    Text,
    /// A picture.
    Image,
    /// Files packed into one.
    Archive,
    /// Anything else.
    Other,
}

impl FileType {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Table,
        Self::Database,
        Self::Code,
        Self::Text,
        Self::Image,
        Self::Archive,
        Self::Other,
    ];

    /// The kind that a file's name promises.
    pub fn of(name: &str) -> Self {
        let Some((stem, extension)) = name.rsplit_once('.') else {
            return Self::Other;
        };
        if stem.is_empty() || stem.ends_with('/') {
            return Self::Other;
        }
        match extension.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "xls" | "xlsx" | "xlsm" | "xlsb" | "ods" | "parquet" | "feather"
            | "arrow" | "dta" | "sav" | "sas7bdat" => Self::Table,
            "db" | "sqlite" | "sqlite3" | "duckdb" | "mdb" | "accdb" => Self::Database,
            "py" | "ipynb" | "r" | "rs" | "js" | "ts" | "java" | "c" | "h" | "cpp" | "cs"
            | "go" | "sql" | "sh" | "ps1" | "bat" | "html" | "css" | "toml" | "yaml" | "yml"
            | "json" | "xml" | "m" | "jl" | "scala" | "vba" | "bas" => Self::Code,
            "txt" | "md" | "log" | "rst" | "pdf" | "doc" | "docx" | "rtf" | "odt" | "ppt"
            | "pptx" | "tex" => Self::Text,
            "png" | "jpg" | "jpeg" | "gif" | "bmp" | "svg" | "webp" | "tif" | "tiff" | "ico" => {
                Self::Image
            }
            "zip" | "7z" | "rar" | "tar" | "gz" | "tgz" | "bz2" | "xz" | "zst" | "jar" | "whl" => {
                Self::Archive
            }
            _ => Self::Other,
        }
    }

    /// Its name in a list.
    pub fn label(self) -> &'static str {
        match self {
            Self::Table => "Tables",
            Self::Database => "Databases",
            Self::Code => "Code",
            Self::Text => "Documents",
            Self::Image => "Images",
            Self::Archive => "Archives",
            Self::Other => "Other",
        }
    }

    /// Its icon.
    pub fn icon(self) -> Icon {
        match self {
            Self::Table => Icon::FileTable,
            Self::Database => Icon::Database,
            Self::Code => Icon::FileCode,
            Self::Text => Icon::FileLog,
            Self::Image => Icon::FileImage,
            Self::Archive => Icon::FileArchive,
            Self::Other => Icon::File,
        }
    }
}

/// Bytes of each kind among files of these names and lengths, the largest first; kinds with none are left out.
pub fn by_type<'a>(files: impl IntoIterator<Item = (&'a str, u64)>) -> Vec<(FileType, u64)> {
    let mut sums = FileType::ALL.map(|kind| (kind, 0u64));
    for (name, bytes) in files {
        let kind = FileType::of(name);
        for (_, sum) in sums.iter_mut().filter(|(k, _)| *k == kind) {
            *sum = sum.saturating_add(bytes);
        }
    }
    let mut found: Vec<_> = sums.into_iter().filter(|(_, bytes)| *bytes > 0).collect();
    found.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_promise_kinds() {
        for (name, kind) in [
            ("data (2).CSV", FileType::Table),
            ("project_data.db", FileType::Database),
            ("src/main.py", FileType::Code),
            ("upload.log", FileType::Text),
            ("a.tar.gz", FileType::Archive),
            ("日本語.png", FileType::Image),
            ("Makefile", FileType::Other),
            (".csv", FileType::Other),
            ("dir/.csv", FileType::Other),
            ("x.", FileType::Other),
        ] {
            assert_eq!(FileType::of(name), kind, "{name}");
        }
    }

    #[test]
    fn bytes_are_added_up_by_kind_largest_first() {
        let files = [("a.csv", 5), ("b.py", 20), ("c.csv", 10), ("d", 0)];
        assert_eq!(
            by_type(files),
            [(FileType::Code, 20), (FileType::Table, 15)]
        );
        assert_eq!(
            by_type([("a.csv", u64::MAX), ("b.csv", 1)]),
            [(FileType::Table, u64::MAX)]
        );
    }
}
