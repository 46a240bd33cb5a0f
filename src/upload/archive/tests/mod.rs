//! The cases of archives, each test named after its case. Archives are built here, byte for byte where a
//! library would refuse to write them.

mod bombs;
mod broken;
mod escapes;
mod fixture;
mod formats;
mod names;
mod own_names;
mod twins;
