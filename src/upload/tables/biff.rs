//! How much memory the cells of an `.xls` would take: a sheet is held as a whole rectangle, which two cells far
//! apart, or a size that is only declared, make as large as they please. Knows records, not compound files.

use std::ops::RangeInclusive;

use super::compound::number;

/// Bytes that a place in a rectangle takes, with its formula.
const CELL: u64 = (size_of::<calamine::Data>() + size_of::<String>()) as u64;

const END: u16 = 0x000A;
const BEGIN: u16 = 0x0809;
const SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
/// The text that the formula before it gave.
const RESULT: u16 = 0x0207;
const NUMBERS: u16 = 0x00BD;
/// Formula, number, two kinds of text, boolean, short number, shared text.
const CELLS: [u16; 7] = [0x0006, 0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD];

/// How many sheets the workbook in `stream` has.
pub(super) fn sheets(stream: &[u8]) -> usize {
    starts(stream).count()
}

/// Bytes that the sheets of the workbook in `stream` would take, as far as it can be read.
pub(super) fn memory(stream: &[u8]) -> u64 {
    let sheets = starts(stream).filter_map(|(_, data)| stream.get(number(data) as usize..));
    sheets.map(sheet).fold(0, u64::saturating_add)
}

/// The records that say where sheets begin.
fn starts(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let globals = records(stream).take_while(|(kind, _)| *kind != END);
    globals.filter(|(kind, data)| *kind == SHEET && data.len() >= 4)
}

/// Kind and content of each record.
fn records(mut rest: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::from(short(rest, 2)?);
        let record = (short(rest, 0)?, rest.get(4..4 + length)?);
        rest = &rest[4 + length..];
        Some(record)
    })
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..)?.first_chunk::<2>()?;
    Some(u16::from_le_bytes(*two))
}

fn sheet(stream: &[u8]) -> u64 {
    let (mut cells, mut declared) = (Rectangle::default(), 0u64);
    // Charts within a sheet have records of the same kinds.
    let (mut begun, mut within) = (false, 0u32);
    for (kind, data) in records(stream) {
        match kind {
            BEGIN if begun => within += 1,
            BEGIN => begun = true,
            END if within > 0 => within -= 1,
            END => break,
            _ if within > 0 => {}
            DIMENSIONS => declared = declared.saturating_add(area(data)),
            RESULT => cells.add(0, 0..=0),
            kind if kind == NUMBERS || CELLS.contains(&kind) => {
                let (Some(row), Some(first)) = (short(data, 0), short(data, 2)) else {
                    continue;
                };
                let more = match kind {
                    NUMBERS => data.len() as u32 / 6,
                    _ => 0,
                };
                let first = u32::from(first);
                cells.add(row.into(), first..=first + more);
            }
            _ => {}
        }
    }
    cells.area().saturating_add(declared).saturating_mul(CELL)
}

/// How many cells a sheet declares. Nonsense counts as what whoever believes it would make of it.
fn area(data: &[u8]) -> u64 {
    let two = |at| short(data, at).map_or(0, u32::from);
    let (top, bottom, left, right) = match data.len() {
        10 => (two(0), two(2), two(4), two(6)),
        14 | 16 => (number(data), number(&data[4..]), two(8), two(10)),
        _ => return 0,
    };
    if bottom == 0 || right == 0 {
        return 1;
    }
    let left = if left > 0xFF || right < left { 0 } else { left };
    let rows = bottom.wrapping_sub(top);
    u64::from(rows).saturating_mul(u64::from(right - left))
}

/// What the cells seen so far span.
#[derive(Default)]
struct Rectangle(Option<[u32; 4]>);

impl Rectangle {
    fn add(&mut self, row: u32, columns: RangeInclusive<u32>) {
        let (first, last) = columns.into_inner();
        let [top, bottom, left, right] = self.0.unwrap_or([row, row, first, last]);
        self.0 = Some([
            top.min(row),
            bottom.max(row),
            left.min(first),
            right.max(last),
        ]);
    }

    fn area(&self) -> u64 {
        self.0.map_or(0, |[top, bottom, left, right]| {
            u64::from(bottom - top + 1) * u64::from(right - left + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = data.len() as u16;
        [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
    }

    /// A workbook with one sheet of these records.
    fn book(sheet: &[Vec<u8>]) -> Vec<u8> {
        let at = 2 * 4 + 8u32;
        let mut entry = at.to_le_bytes().to_vec();
        entry.extend([0; 4]);
        let begin = record(BEGIN, &[]);
        [
            record(SHEET, &entry),
            record(END, &[]),
            begin,
            sheet.concat(),
        ]
        .concat()
    }

    fn cell(row: u16, column: u16) -> Vec<u8> {
        let mut data = [row.to_le_bytes(), column.to_le_bytes()].concat();
        data.extend([0; 6]);
        record(0x027E, &data)
    }

    #[test]
    fn cells_take_the_rectangle_around_them() {
        assert_eq!(memory(&book(&[])), 0);
        assert_eq!(memory(&book(&[cell(3, 5)])), CELL);
        assert_eq!(memory(&book(&[cell(3, 5), cell(1, 6)])), 6 * CELL);
        let far = book(&[cell(0, 0), cell(u16::MAX, u16::MAX)]);
        assert_eq!(memory(&far), 65_536 * 65_536 * CELL);
        // Five numbers in one record, and what is behind the end.
        let numbers = record(NUMBERS, &[0; 4 + 5 * 6 + 2]);
        let ended = book(&[numbers, record(END, &[]), cell(9, 9)]);
        assert!((5 * CELL..8 * CELL).contains(&memory(&ended)));
        // A chart's own cells are none of the sheet.
        let chart = [record(BEGIN, &[]), cell(60_000, 0), record(END, &[])];
        assert_eq!(memory(&book(&[chart.concat(), cell(0, 0)])), CELL);
    }

    #[test]
    fn declared_sizes_count_too() {
        let declared = |top: u32, bottom: u32, right: u16| {
            let mut data = [top.to_le_bytes(), bottom.to_le_bytes()].concat();
            data.extend([0, 0]);
            data.extend(right.to_le_bytes());
            data.extend([0, 0]);
            memory(&book(&[record(DIMENSIONS, &data)]))
        };
        assert_eq!(declared(0, 10, 3), 30 * CELL);
        assert_eq!(declared(0, 0, 3), CELL);
        assert!(declared(0, u32::MAX, u16::MAX) > 1 << 47);
        assert!(
            declared(7, 3, 200) > 1 << 37,
            "less than nothing is very much"
        );
    }

    #[test]
    fn sheets_are_counted_though_all_are_the_same() {
        let entry = record(SHEET, &[0; 8]);
        let behind = [record(END, &[]), entry.clone()].concat();
        assert_eq!(sheets(&[entry.repeat(1_001), behind].concat()), 1_001);
    }

    #[test]
    fn what_is_cut_off_is_no_reason_to_stop() {
        let whole = book(&[cell(3, 5), cell(1, 6)]);
        for cut in 0..whole.len() {
            assert!(memory(&whole[..cut]) <= memory(&whole));
        }
    }
}
