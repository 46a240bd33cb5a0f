//! stub until merged
use super::{Cancel, Progress, Result};
use std::path::Path;
#[derive(Debug, Default)]
pub struct Removed {
    pub files: u64,
}
pub fn remove_tree(path: &Path, _cancel: Option<&Cancel>, _progress: &Progress) -> Result<Removed> {
    let _ = std::fs::remove_dir_all(path);
    Ok(Removed::default())
}
