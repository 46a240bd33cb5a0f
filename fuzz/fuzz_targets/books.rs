//! The same check for workbooks, whose first byte chooses the format that the name promises.

/// Converts `data` without its first byte as a workbook.
pub fn check(data: &[u8]) {
    if let Some((kind, data)) = data.split_first() {
        let name = ["book.xlsx", "book.xlsb", "book.xls", "book.ods"][usize::from(kind % 4)];
        super::common::check(name, data);
    }
}
