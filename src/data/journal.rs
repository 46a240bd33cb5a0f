//! What a crashed program left in the middle of a change, taken back in a copy in memory. The rollback
//! journal is read by us, not by SQLite, which would delete whatever file the journal names.

/// How a journal begins.
const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// Puts the pages that `journal` kept back into `database`, as far as they were written whole.
pub(super) fn roll_back(database: &mut Vec<u8>, journal: &[u8]) {
    let mut at = 0;
    let mut pages = None;
    while let Some(head) = Head::read(journal, at) {
        let size = head.page_size;
        pages.get_or_insert((head.pages, size));
        let record = size + 8;
        let mut place = at + head.sector;
        let rest = journal.len().saturating_sub(place) / record;
        let records = match head.records {
            // Whoever never waits for the disk doesn't count either.
            u32::MAX => rest,
            n => rest.min(n as usize),
        };
        for _ in 0..records {
            let Some(whole) = journal.get(place..place + record) else {
                break;
            };
            let page = &whole[4..4 + size];
            if number(&whole[4 + size..]) != head.sum(page) {
                // It was not written whole, so the database was not yet changed behind it.
                return cut(database, pages);
            }
            restore(database, number(whole) as usize, page);
            place += record;
        }
        // The next part begins at the next sector.
        at = place.div_ceil(head.sector) * head.sector;
    }
    cut(database, pages);
}

/// The head of one part of a journal.
struct Head {
    records: u32,
    nonce: u32,
    pages: u32,
    sector: usize,
    page_size: usize,
}

impl Head {
    fn read(journal: &[u8], at: usize) -> Option<Self> {
        let bytes = journal.get(at..at + 28).filter(|b| b[..8] == MAGIC)?;
        let field = |i: usize| number(&bytes[8 + 4 * i..]);
        let (sector, page_size) = (field(3) as usize, field(4) as usize);
        let power = |n: usize, least: usize| n.is_power_of_two() && (least..=65_536).contains(&n);
        (power(sector, 32) && power(page_size, 512)).then(|| Self {
            records: field(0),
            nonce: field(1),
            pages: field(2),
            sector,
            page_size,
        })
    }

    /// Every two-hundredth byte, from the end.
    fn sum(&self, page: &[u8]) -> u32 {
        let mut sum = self.nonce;
        let mut i = page.len().saturating_sub(200);
        while i > 0 {
            sum = sum.wrapping_add(u32::from(page[i]));
            i = i.saturating_sub(200);
        }
        sum
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .first_chunk::<4>()
        .map_or(0, |b| u32::from_be_bytes(*b))
}

fn restore(database: &mut [u8], page: usize, content: &[u8]) {
    let Some(start) = page
        .checked_sub(1)
        .and_then(|n| n.checked_mul(content.len()))
    else {
        return;
    };
    if let Some(place) = database.get_mut(start..start.saturating_add(content.len())) {
        place.copy_from_slice(content);
    }
}

/// The database was that long before the change.
fn cut(database: &mut Vec<u8>, pages: Option<(u32, usize)>) {
    if let Some((pages, size)) = pages.filter(|(pages, _)| *pages > 0) {
        database.truncate((pages as usize).saturating_mul(size));
    }
}
