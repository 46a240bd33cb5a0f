//! CASES 1 to 18 by their numbers: the core on real directories, with real processes, links and crashes.

mod base;
mod cleanup;
mod crash;
mod damage;
mod disk;
mod driver;
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
