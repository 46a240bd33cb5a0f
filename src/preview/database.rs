//! What the first hundred bytes of an SQLite database say of it. Opens no database.

/// The head of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Bytes of a page.
    pub page_bytes: u32,
    /// Pages.
    pub pages: u32,
    /// How text is stored.
    pub encoding: &'static str,
    /// Whether what is written goes to a log beside it first.
    pub write_ahead: bool,
    /// The version of SQLite that wrote last: `3.45.1`.
    pub written_by: String,
}

const MAGIC: &[u8] = b"SQLite format 3\0";

/// Whether a file that begins like this is a database.
pub fn is_one(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// What the head says; nothing if it is too short.
pub fn facts(head: &[u8]) -> Option<Facts> {
    if !is_one(head) || head.len() < 100 {
        return None;
    }
    let number =
        |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let page = u32::from(u16::from_be_bytes([head[16], head[17]]));
    let version = number(96);
    Some(Facts {
        page_bytes: if page == 1 { 65_536 } else { page },
        pages: number(28),
        encoding: match number(56) {
            2 => "UTF-16LE",
            3 => "UTF-16BE",
            _ => "UTF-8",
        },
        write_ahead: head[18] == 2,
        written_by: format!(
            "{}.{}.{}",
            version / 1_000_000,
            version / 1000 % 1000,
            version % 1000
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_real_database_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.db");
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
            .unwrap();
        drop(db);
        let bytes = std::fs::read(&path).unwrap();
        let facts = facts(&bytes).unwrap();
        assert_eq!(
            u64::from(facts.page_bytes) * u64::from(facts.pages),
            bytes.len() as u64
        );
        assert_eq!((facts.encoding, facts.write_ahead), ("UTF-8", false));
        assert_eq!(facts.written_by, rusqlite::version());
        assert_eq!(super::facts(&bytes[..50]), None);
    }
}
