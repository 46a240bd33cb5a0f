//! Tables in workbooks: xlsx, xlsm, xlsb, xls and ods, each sheet one table. Cells are read one after
//! the other where the format allows it. Knows nothing of SQL.

use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use calamine::{Cell, Data, DataRef, Ods, Reader, SheetType, Sheets, Xls, Xlsb, Xlsx};

use super::cells::Gatherer;
use super::table::{Halt, Outline, Rows, Table, Trouble};
use super::unpacked::{Magic, RATIO, Watched, check, magic, may_become};
use super::{Limits, MAX_SHEETS, declared};
use crate::session::Cancel;

/// A reader of a workbook, and how many bytes it has read of the file.
struct Book {
    sheets: Sheets<BufReader<Watched>>,
    read: Arc<AtomicU64>,
}

/// A workbook. Its file is opened as often as there are threads that read it.
pub(super) struct Workbook {
    path: PathBuf,
    kind: Kind,
    sheets: Vec<Entry>,
    plain: bool,
    idle: Mutex<Vec<Book>>,
    cancel: Cancel,
    /// Bytes of its sheets as tables, and the most they may be.
    written: AtomicU64,
    most: u64,
}

/// A sheet as the workbook lists it.
struct Entry {
    index: usize,
    name: String,
    /// Bytes of it as a table: the most that one reading came to, because it is read several times.
    written: AtomicU64,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

/// A sheet of a workbook.
pub(super) struct Sheet<'a> {
    book: &'a Workbook,
    entry: &'a Entry,
}

/// Refuses a workbook with too many sheets, which may all be the same one.
pub(super) fn few(sheets: usize) -> Result<(), Trouble> {
    match sheets > MAX_SHEETS {
        true => Err(Trouble::new(format!(
            "it has more than {MAX_SHEETS} sheets"
        ))),
        false => Ok(()),
    }
}

impl Workbook {
    /// Opens the workbook at `path`: what it is says its content, and among ZIPs its name.
    pub fn open(path: &Path, limits: &Limits, cancel: &Cancel) -> Result<Self, Halt> {
        let extension = path
            .extension()
            .map(|e| e.to_string_lossy().to_ascii_lowercase())
            .unwrap_or_default();
        let kind = match magic(path)? {
            Magic::Compound => Kind::Xls,
            Magic::Zip => match &*extension {
                "ods" => Kind::Ods,
                "xlsb" => Kind::Xlsb,
                _ => Kind::Xlsx,
            },
            Magic::Other => {
                return Err(Trouble::new("it is not a workbook, whatever its name says").into());
            }
        };
        check(path, limits, cancel)?;
        if matches!(kind, Kind::Ods) {
            declared::ods(path, limits, cancel)?;
        }
        let mut workbook = Self {
            path: path.to_owned(),
            kind,
            sheets: Vec::new(),
            plain: true,
            idle: Mutex::default(),
            cancel: cancel.clone(),
            written: AtomicU64::new(0),
            most: may_become(std::fs::metadata(path)?.len(), limits),
        };
        let book = workbook.take()?;
        let all = book.sheets.sheets_metadata();
        few(all.len())?;
        let sheets = all.iter().enumerate();
        let tables = sheets.filter(|(_, sheet)| sheet.typ == SheetType::WorkSheet);
        let found = tables.map(|(index, sheet)| Entry {
            index,
            name: sheet.name.clone(),
            written: AtomicU64::new(0),
        });
        let found = found.collect();
        let known = |sheet: &calamine::Sheet| {
            matches!(sheet.typ, SheetType::WorkSheet | SheetType::ChartSheet)
        };
        workbook.plain = all.iter().all(known);
        workbook.sheets = found;
        workbook.put_back(book);
        match workbook.sheets.is_empty() {
            true => Err(Trouble::new("it has no sheets with cells").into()),
            false => Ok(workbook),
        }
    }

    /// Whether its other sheets are only charts.
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    pub fn sheets(&self) -> impl Iterator<Item = Sheet<'_>> {
        self.sheets.iter().map(|entry| Sheet { book: self, entry })
    }

    /// A reader of the file: one that is idle, or a new one.
    fn take(&self) -> Result<Book, Halt> {
        if let Some(book) = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
        {
            return Ok(book);
        }
        guarded(&self.cancel, || {
            let read = Arc::default();
            let file = Watched::open(&self.path, &self.cancel, Arc::clone(&read))?;
            let sheets = match self.kind {
                Kind::Xlsx => Sheets::Xlsx(Xlsx::new(file).map_err(damaged)?),
                Kind::Xlsb => Sheets::Xlsb(Xlsb::new(file).map_err(damaged)?),
                Kind::Xls => Sheets::Xls(Xls::new(file).map_err(damaged)?),
                Kind::Ods => Sheets::Ods(Ods::new(file).map_err(damaged)?),
            };
            Ok(Book { sheets, read })
        })
    }

    fn put_back(&self, book: Book) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(book);
    }
}

impl Sheet<'_> {
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// Its place in the workbook, from 0, other kinds of sheets counted.
    pub fn index(&self) -> usize {
        self.entry.index
    }

    /// Whether no cell of it holds anything.
    pub fn is_empty(&self) -> Result<bool, Halt> {
        struct First;
        impl Rows for First {
            fn row(
                &mut self,
                _: u64,
                _: &[super::table::Field<'_>],
                _: &[super::table::Field<'_>],
            ) -> Result<(), Halt> {
                Err(Halt::Enough)
            }
            fn at(&mut self, _: u64) -> Result<(), Halt> {
                Ok(())
            }
        }
        let mut outline = Outline::default();
        match self.read(&mut outline, &mut First) {
            Ok(()) | Err(Halt::Enough) => Ok(outline.headings.is_empty()),
            Err(halt) => Err(halt),
        }
    }

    /// Takes note that this reading came to `bytes` so far; refuses what is too much with all other sheets.
    fn grown(&self, bytes: u64) -> Result<(), Halt> {
        let before = self.entry.written.fetch_max(bytes, Ordering::Relaxed);
        let more = bytes.saturating_sub(before);
        let all = self.book.written.fetch_add(more, Ordering::Relaxed) + more;
        match all > self.book.most {
            true => Err(Trouble::new(format!(
                "its tables would be more than {RATIO} times its size"
            ))
            .into()),
            false => Ok(()),
        }
    }
}

impl Table for Sheet<'_> {
    fn read(&self, outline: &mut Outline, rows: &mut dyn Rows) -> Result<(), Halt> {
        let mut book = self.book.take()?;
        let ended = guarded(&self.book.cancel, || {
            let before = book.read.load(Ordering::Relaxed);
            let read = Arc::clone(&book.read);
            let bytes = move || read.load(Ordering::Relaxed).saturating_sub(before);
            let grown = |bytes| self.grown(bytes);
            let mut gatherer = Gatherer::new(outline, rows, &bytes, &grown);
            cells(&mut book.sheets, self.name(), &mut gatherer)?;
            gatherer.finish()
        });
        // A reader that failed may be in any state.
        if matches!(ended, Ok(()) | Err(Halt::Enough)) {
            self.book.put_back(book);
        }
        ended
    }
}

/// Hands every cell of the sheet `name` to `gatherer`.
fn cells(
    book: &mut Sheets<BufReader<Watched>>,
    name: &str,
    gatherer: &mut Gatherer<'_>,
) -> Result<(), Halt> {
    match book {
        Sheets::Xlsx(book) => {
            let mut reader = book.worksheet_cells_reader(name).map_err(damaged)?;
            while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(damaged)? {
                match (&cell.value, cell.formula) {
                    (DataRef::Empty, Some(_)) => gatherer.without_value(cell.pos),
                    _ => gatherer.cell(cell.pos, &cell.value)?,
                }
            }
            Ok(())
        }
        Sheets::Xlsb(book) => {
            let mut reader = book.worksheet_cells_reader(name).map_err(damaged)?;
            while let Some(cell) = reader.next_cell().map_err(damaged)? {
                gatherer.cell(cell.get_position(), cell.get_value())?;
            }
            Ok(())
        }
        Sheets::Xls(book) => range(&book.worksheet_range(name).map_err(damaged)?, gatherer),
        Sheets::Ods(book) => range(&book.worksheet_range(name).map_err(damaged)?, gatherer),
    }
}

/// The same for formats that are read as a whole.
fn range(range: &calamine::Range<Data>, gatherer: &mut Gatherer<'_>) -> Result<(), Halt> {
    let (top, left) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        let cell = Cell::new((top + row as u32, left + column as u32), borrowed(value));
        gatherer.cell(cell.get_position(), cell.get_value())?;
    }
    Ok(())
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(n) => DataRef::Int(*n),
        Data::Float(x) => DataRef::Float(*x),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(yes) => DataRef::Bool(*yes),
        Data::DateTime(moment) => DataRef::DateTime(*moment),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// Runs `read`; a panic of the library on a damaged file becomes a refusal of the file.
fn guarded<T>(cancel: &Cancel, read: impl FnOnce() -> Result<T, Halt>) -> Result<T, Halt> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Err(Halt::Failed(_))) if cancel.is_cancelled() => Err(Halt::Cancelled),
        Ok(ended) => ended,
        Err(_) => Err(Trouble::new("the workbook is damaged").into()),
    }
}

fn damaged(error: impl std::error::Error) -> Halt {
    Trouble::new(format!("the workbook can't be read: {error}")).into()
}
