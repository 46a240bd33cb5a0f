//! Whether the chains of sectors in a compound file, which an `.xls` is, come to an end, and what is in it. Whoever
//! follows one that leads in a circle never comes back, and takes all memory on the way. Knows no records.

use std::io::{self, Read, Seek, SeekFrom};

use super::table::Trouble;

const HEADER: usize = 512;
/// Marks from here on are no sectors: a chain's end, a free one and the like.
const FIRST_MARK: u32 = 0xFFFF_FFFA;
/// Bytes of an entry in the directory.
const ENTRY: usize = 128;
/// Parts with fewer bytes than these are kept together, in sectors of their own.
const SMALL: usize = 4096;
const SMALL_SECTOR: usize = 64;

/// Looks at every chain of the compound file `file`, `length` bytes long, and gives the workbook in it, if
/// there is one.
pub(super) fn check(
    file: &mut (impl Read + Seek),
    length: u64,
) -> io::Result<Result<Vec<u8>, Trouble>> {
    let mut header = [0; HEADER];
    file.rewind()?;
    if file.read_exact(&mut header).is_err() {
        return Ok(Err(Trouble::new("the workbook is cut off")));
    }
    let word = |at: usize| number(&header[at..]);
    let size: u64 = if header[30] == 9 { 512 } else { 4096 };
    let most = length / size + 1;
    let circle = || {
        Ok(Err(Trouble::new(
            "the workbook is damaged: parts of it lead in a circle",
        )))
    };

    // Which sectors hold the list of chains: the first are in the header, the others in a chain of their own.
    let mut lists: Vec<u32> = (76..HEADER).step_by(4).map(word).collect();
    let (mut next, mut seen) = (word(68), 0);
    while next < FIRST_MARK {
        seen += 1;
        let mut more = numbers(&sector(file, next, size)?);
        let Some(after) = more.pop().filter(|_| seen <= most) else {
            return circle();
        };
        lists.append(&mut more);
        next = after;
    }
    lists.retain(|id| *id < FIRST_MARK);
    if lists.len() as u64 > most {
        return circle();
    }
    let mut chains = Vec::new();
    for id in lists {
        chains.append(&mut numbers(&sector(file, id, size)?));
    }
    if leads_in_a_circle(&chains) {
        return circle();
    }
    // The chains of small parts stand in a chain themselves, which has an end as is known by now.
    let mut whole = |start| {
        let mut bytes = Vec::new();
        for id in chain(&chains, start) {
            bytes.append(&mut sector(file, id, size)?);
        }
        io::Result::Ok(bytes)
    };
    let small = numbers(&whole(word(60))?);
    if leads_in_a_circle(&small) {
        return circle();
    }
    let directory = whole(word(48))?;
    let entry = |names: &str| {
        let mut entries = directory.chunks_exact(ENTRY);
        entries.find(|entry| name(entry).eq_ignore_ascii_case(names))
    };
    let Some(entry) = entry("Workbook").or_else(|| entry("Book")) else {
        return Ok(Ok(Vec::new()));
    };
    let (start, length) = (number(&entry[116..]), number(&entry[120..]) as usize);
    let mut workbook = match length < SMALL {
        false => whole(start)?,
        true => {
            let room = whole(number(&directory[116..]))?;
            let parts = chain(&small, start).map(|id| id as usize * SMALL_SECTOR);
            let parts = parts.filter_map(|at| room.get(at..room.len().min(at + SMALL_SECTOR)));
            parts.flatten().copied().collect()
        }
    };
    workbook.truncate(length);
    Ok(Ok(workbook))
}

/// The sectors from `start` on, each named by the one before it. It must not lead in a circle.
fn chain(next: &[u32], start: u32) -> impl Iterator<Item = u32> {
    let after = |id: &u32| Some(*next.get(*id as usize).unwrap_or(&FIRST_MARK));
    std::iter::successors(Some(start), after).take_while(|id| *id < FIRST_MARK)
}

/// The name of a part, as its entry in the directory has it.
fn name(entry: &[u8]) -> String {
    let letters = entry[..64].chunks_exact(2);
    let letters = letters.map(|two| u16::from_le_bytes([two[0], two[1]]));
    let letters: Vec<u16> = letters.take_while(|letter| *letter != 0).collect();
    String::from_utf16_lossy(&letters)
}

/// The bytes of a sector, as many as the file has of it.
fn sector(file: &mut (impl Read + Seek), id: u32, size: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start((u64::from(id) + 1) * size))?;
    let mut bytes = Vec::new();
    file.take(size).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(number).collect()
}

/// The number at the start of `bytes`.
pub(super) fn number(bytes: &[u8]) -> u32 {
    let four = bytes.first_chunk::<4>();
    four.map_or(u32::MAX, |four| u32::from_le_bytes(*four))
}

/// Whether somebody who goes from each sector to the next comes back to where he was.
fn leads_in_a_circle(next: &[u32]) -> bool {
    // The walk, counted from 1, that came by first; 0: none.
    let mut walks = vec![0u32; next.len()];
    for (walk, start) in (1u32..).zip(0..next.len()) {
        let mut at = start;
        while let Some(by) = walks.get_mut(at) {
            match *by {
                0 => *by = walk,
                by if by == walk => return true,
                _ => break,
            }
            at = next[at] as usize;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// A file of a header, one sector of chains and `rest`; the first chain begins as given.
    fn file(chains: &[u32], rest: usize) -> Vec<u8> {
        let mut bytes = vec![0; HEADER];
        bytes[30] = 9;
        bytes[60..].fill(0xFF);
        bytes[76..80].fill(0);
        bytes.extend(chains.iter().flat_map(|n| n.to_le_bytes()));
        bytes.resize(2 * HEADER, 0xFF);
        bytes.resize(bytes.len() + rest * HEADER, 0);
        bytes
    }

    fn ends(bytes: &[u8]) -> bool {
        let length = bytes.len() as u64;
        check(&mut Cursor::new(bytes), length)
            .expect("memory can be read")
            .is_ok()
    }

    #[test]
    fn chains_that_end_and_chains_that_do_not() {
        const END: u32 = 0xFFFF_FFFE;
        assert!(ends(&file(&[0xFFFF_FFFD, 2, 3, END], 3)));
        assert!(ends(&file(&[END, 3, 3, END], 3)), "two chains may meet");
        assert!(!ends(&file(&[END, 1], 3)));
        assert!(!ends(&file(&[END, 2, 3, 1], 3)));
        let mut lists = file(&[END], 3);
        lists[68..72].copy_from_slice(&2u32.to_le_bytes());
        lists[4 * HEADER - 4..].fill(0);
        assert!(!ends(&lists), "a list of chains that goes on for ever");
        let mut small = file(&[END, END], 2);
        small[60..64].copy_from_slice(&1u32.to_le_bytes());
        assert!(!ends(&small), "its first small part is its own next");
        assert!(!ends(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"));
    }
}
