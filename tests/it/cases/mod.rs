//! CASES 1 to 18 by their numbers: the core on real directories, with real processes, links and crashes.

mod base;
mod cleanup;
mod crash;
mod current;
mod damage;
mod disk;
mod driver;
mod files;
mod filesystem;
mod kit;
mod library;
mod links;
mod locks;
mod many;
mod names;
mod race;
mod trees;
mod upload;
mod watch;

/// A picture of everything below a directory, to be compared with a later one.
pub fn picture(dir: &std::path::Path) -> impl PartialEq + std::fmt::Debug + use<> {
    kit::Picture::of(dir)
}

/// A small disk at `at`, for as long as what is returned; nothing where none can be mounted.
pub fn small_disk(at: &std::path::Path, options: &str) -> Option<impl Drop + use<>> {
    kit::SmallDisk::mount(at, options)
}

/// What lies in staging and trash of the base.
pub fn debris(base: &std::path::Path) -> Vec<String> {
    kit::debris(base)
}

/// Waits until `condition` holds; fails after ten seconds.
#[track_caller]
pub fn eventually(what: &str, condition: impl FnMut() -> bool) {
    kit::eventually(what, condition);
}
