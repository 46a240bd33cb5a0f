//! Numbers with a decimal comma stay text, and every way to upload says so.

use super::{Outcome, new, said, uploaded};

const GERMAN: &[u8] = b"artikel;preis;bemerkung\nTisch;1.234,56;gut\nStuhl;49,90;1,5 kg\n";
const SENTENCE: &str = "preis: 2 of 2 values have a decimal comma; kept as text";

#[test]
fn a_column_with_decimal_commas_is_told_by_name() {
    let fixture = new();
    let csv = fixture.outside("preise.csv", GERMAN);
    let (session, answer) = uploaded(&fixture, &[&csv]);
    said(&answer, "preise.csv", SENTENCE);
    assert!(!answer.to_string().contains("bemerkung: "), "{answer:#}");
    let db = rusqlite::Connection::open(session.join("project_data.db")).unwrap();
    let kept: String = db
        .query_row("SELECT min(preis) FROM preise", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, "1.234,56");
    let outcome = Outcome::of(fixture.program().args(["upload", "-v"]).arg(&csv));
    assert!(outcome.stderr.contains(SENTENCE), "{outcome:?}");
}
