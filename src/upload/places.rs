//! Where the things are that an upload's report names: what a person opens to see what it means.
//! Reads names only; a report is old, and what it names may be gone.

use std::path::{Path, PathBuf};

use crate::session::{Manifest, Skipped};

/// For each line of `manifest.skipped`, in its order, what there is to look at: a file or folder of
/// `session`, the directory of the session, or else the original outside of it. `None`: nothing is left.
pub fn places(session: &Path, manifest: &Manifest) -> Vec<Option<PathBuf>> {
    let place = |skipped: &Skipped| place(session, manifest, &skipped.file);
    manifest.skipped.iter().map(place).collect()
}

fn place(session: &Path, manifest: &Manifest, file: &str) -> Option<PathBuf> {
    let inside = |name: &str| below(session, name);
    let sheet_of = || {
        file.rsplit_once(", sheet ")
            .and_then(|(book, _)| inside(book))
    };
    let stored = || {
        let source = manifest.sources.iter().find(|s| s.path == file)?;
        inside(&source.stored_as)
    };
    let unpacked = || {
        let known = manifest.extracted.iter().any(|e| e.archive == file);
        known.then(|| session.to_owned())
    };
    inside(file)
        .or_else(sheet_of)
        .or_else(stored)
        .or_else(unpacked)
        .or_else(|| outside(Path::new(file)))
}

/// `name`, relative with `/`, if it is there and below `session`.
fn below(session: &Path, name: &str) -> Option<PathBuf> {
    use std::path::Component::Normal;
    let relative = Path::new(name);
    let stays = !name.is_empty() && relative.components().all(|c| matches!(c, Normal(_)));
    let path = session.join(relative);
    // A manifest is no authority on places outside its session, nor is a link in it.
    let is_there = || std::fs::symlink_metadata(&path).is_ok_and(|m| m.is_file() || m.is_dir());
    (stays && is_there()).then_some(path)
}

/// The original, which is shown where it lies and never opened.
fn outside(path: &Path) -> Option<PathBuf> {
    (path.is_absolute() && std::fs::symlink_metadata(path).is_ok()).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_leads_to_what_it_is_about_and_never_out_of_the_session() {
        let room = tempfile::tempdir().expect("a folder");
        let session = room.path().join("session_20250710_120000");
        std::fs::create_dir_all(session.join("data")).expect("folders");
        for name in ["data/a.csv", "plan.xlsx", "b (2).txt"] {
            std::fs::write(session.join(name), "1").expect("a file");
        }
        let original = room.path().join("original");
        std::fs::write(&original, "1").expect("a file");
        let original_name = original.display().to_string();
        let lines = [
            ("data/a.csv", Some(session.join("data").join("a.csv"))),
            (
                "plan.xlsx, sheet Costs, old",
                Some(session.join("plan.xlsx")),
            ),
            ("plan.xlsx, sheet a, sheet b", None),
            ("/home/me/b.txt", Some(session.join("b (2).txt"))),
            ("project.zip", Some(session.clone())),
            (&*original_name, Some(original.clone())),
            ("../original", None),
            ("", None),
            ("gone.csv", None),
        ];
        let skipped: Vec<_> = (lines.iter())
            .map(|(file, _)| serde_json::json!({"file": file, "reason": "so"}))
            .collect();
        let manifest: Manifest = serde_json::from_value(serde_json::json!({
            "version": 1,
            "session_id": "session_20250710_120000",
            "created_at": "2025-07-10T12:00:00+02:00",
            "sequence": 1,
            "origin": "gui",
            "sources": [{"path": "/home/me/b.txt", "stored_as": "b (2).txt", "files": 1, "bytes": 1}],
            "extracted": [{"archive": "project.zip", "files": 2, "bytes": 2}],
            "skipped": skipped,
        }))
        .expect("a manifest");
        let expected: Vec<_> = lines.into_iter().map(|(_, place)| place).collect();
        assert_eq!(places(&session, &manifest), expected);
    }
}
