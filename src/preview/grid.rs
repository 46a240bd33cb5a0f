//! A file as rows of fields: delimited text with the dialect, encoding and header that the conversion
//! would find, in pages by the sparse index. Holds no row but those of the page that is asked for.

use encoding_rs::Encoding;

use super::cut::Cutter;
use super::kind::Look;
use super::marks::{self, Rows, Shared, Walkable, sealed};
use super::place::Place;
use super::text::{encoding, unit};
use crate::session::Result;
use crate::upload::tables::{Dialect, peek};

/// Bytes that decide the dialect, as in an upload.
const HEAD: usize = 128 << 10;

/// Columns that are shown, as many as a table can have.
pub const MOST_COLUMNS: usize = 2000;

/// Characters of a field that a page holds; a longer one ends in `…`.
const MOST_FIELD: usize = 4000;

/// A delimited file. Clones share the index.
#[derive(Debug, Clone)]
pub struct Grid {
    place: Place,
    encoding: &'static Encoding,
    dialect: Dialect,
    rows: Rows,
    index: Shared,
    /// Names of the columns; `None` where the first row is data.
    header: Option<Vec<String>>,
    columns: usize,
}

/// Rows of a grid, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cells {
    /// The first of them, counted from 0, the header not among them.
    pub first: u64,
    /// The rows: fields as they are, which may be fewer or more than there are columns.
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    /// Begins to show `place`, at which was looked; `usual` is the delimiter that its name promises.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn open(place: Place, look: &Look, usual: u8) -> Result<Self> {
        let (encoding, bom) = encoding(&place, look)?;
        let mut head = Vec::new();
        place.read_at(bom, HEAD, &mut head)?;
        let whole = bom + head.len() as u64 >= look.stamp.len;
        let (text, _) = encoding.decode_without_bom_handling(&head);
        let dialect = peek::dialect_of(&text, whole, usual);
        let mut grid = Self {
            index: Shared::new(bom, encoding == encoding_rs::UTF_8, look.stamp),
            rows: Rows {
                cutter: Cutter::Records(dialect),
                unit: unit(encoding),
            },
            encoding,
            dialect,
            header: None,
            columns: 0,
            place,
        };
        let begin = grid.records(0, 64)?;
        grid.header = begin
            .rows
            .first()
            .filter(|first| peek::is_header(first))
            .cloned();
        let widest = begin.rows.iter().map(Vec::len).max().unwrap_or(0);
        let named = begin.rows.first().map_or(0, Vec::len);
        grid.columns = named.max(widest.min(named + 64)).min(MOST_COLUMNS);
        Ok(grid)
    }

    /// The file.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The encoding's name: `UTF-8`.
    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// How its fields are told apart.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Its index, which counts the header as a row.
    pub fn index(&self) -> &Shared {
        &self.index
    }

    /// Names of the columns; `None` where the first row is data.
    pub fn header(&self) -> Option<&[String]> {
        self.header.as_deref()
    }

    /// How many columns are shown.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The rows from `first` on, `count` at most, the header not among them.
    ///
    /// # Errors
    /// If it can't be read or is another file by now.
    pub fn page(&self, first: u64, count: usize) -> Result<Cells> {
        let header = u64::from(self.header.is_some());
        let mut cells = self.records(first + header, count)?;
        cells.first = first;
        Ok(cells)
    }

    fn records(&self, first: u64, count: usize) -> Result<Cells> {
        let mut rows = Vec::with_capacity(count);
        marks::rows_from(
            &self.place,
            self.rows,
            &self.index,
            first,
            count,
            &mut |found| {
                let (text, _) = self.encoding.decode_without_bom_handling(found.bytes);
                let mut fields = peek::fields_of(&text, self.dialect).unwrap_or_default();
                fields.truncate(MOST_COLUMNS);
                fields.iter_mut().for_each(shorten);
                rows.push(fields);
            },
        )?;
        Ok(Cells { first, rows })
    }
}

fn shorten(field: &mut String) {
    if let Some((at, _)) = field.char_indices().nth(MOST_FIELD) {
        field.truncate(at);
        field.push('…');
    }
}

impl sealed::Sealed for Grid {}

impl Walkable for Grid {
    #[expect(private_interfaces, reason = "sealed: nobody outside calls it")]
    fn walkable(&self) -> (&Place, Rows, &Shared) {
        (&self.place, self.rows, &self.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::{look, walk};
    use crate::session::{Cancel, Progress};
    use proptest::prelude::*;

    fn grid(bytes: &[u8]) -> (tempfile::TempDir, Grid) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.csv"), bytes).unwrap();
        let place = Place::new(dir.path(), "a.csv");
        let looked = look(&place).unwrap();
        let grid = Grid::open(place, &looked, b',').unwrap();
        (dir, grid)
    }

    fn walked(grid: &Grid) -> u64 {
        walk(grid, &Cancel::default(), &Progress::default(), &|| {}).unwrap();
        grid.index().walked().rows
    }

    #[test]
    fn a_table_is_shown_as_it_would_be_converted() {
        let (_dir, grid) =
            grid("\u{feff}name;größe\r\n\"a;\nb\";1,5\r\n\r\nc;2,5;more\r\n".as_bytes());
        assert_eq!(grid.header().unwrap(), ["name", "größe"]);
        assert_eq!((grid.dialect().delimiter, grid.encoding()), (b';', "UTF-8"));
        assert_eq!(walked(&grid), 3);
        let page = grid.page(0, 10).unwrap();
        assert_eq!(page.rows, [vec!["a;\nb", "1,5"], vec!["c", "2,5", "more"]]);
        assert_eq!(grid.columns(), 3);
        assert_eq!(grid.page(1, 1).unwrap().rows.len(), 1);
        assert!(grid.page(2, 1).unwrap().rows.is_empty());
    }

    #[test]
    fn numbers_alone_are_no_header_and_utf_16_is_read() {
        let utf16 =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let (_dir, grid) = grid(&utf16("\u{feff}1,2\n3,\"x\ny\"\n"));
        assert_eq!(grid.header(), None);
        assert_eq!(
            grid.page(0, 9).unwrap().rows,
            [vec!["1", "2"], vec!["3", "x\ny"]]
        );
    }

    #[test]
    fn pages_far_down_are_those_of_the_whole() {
        let mut text = String::from("n,words\n");
        for n in 0..60_000 {
            text += &format!("{n},\"line {n}\nand more\"\n");
        }
        let (_dir, grid) = grid(text.as_bytes());
        assert_eq!(walked(&grid), 60_001);
        for first in [0, 1, 9_999, 30_001, 59_999] {
            let page = grid.page(first, 2).unwrap();
            assert_eq!(
                page.rows[0],
                [first.to_string(), format!("line {first}\nand more")]
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_same_rows_as_the_conversion_reads(text in "[a,\"\r\n ä1]{1,60}") {
            let (_dir, grid) = grid(text.as_bytes());
            let expected = peek::records_of(&text, grid.dialect());
            let shown = grid.records(0, 1000).unwrap().rows;
            // The conversion refuses a quote that is left open; here the rest is shown as it is.
            let open = expected.len() < shown.len();
            prop_assert_eq!(&shown[..expected.len()], &expected[..]);
            prop_assert!(shown.len() <= expected.len() + usize::from(open));
            prop_assert_eq!(walked(&grid), shown.len() as u64);
        }
    }
}
