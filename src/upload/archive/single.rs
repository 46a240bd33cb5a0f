//! One compressed file: `orders.csv.gz` becomes `orders.csv`. The name that gzip may hold inside is not
//! asked: the person knows the file by the one outside.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::codec::Codec;
use super::failure::{Failure, Result};
use super::gate::{Entry, EntryKind, Gate};
use super::limits::Metered;
use super::sink::Sink;

pub(super) fn unpack(
    file: &File,
    archive: &Path,
    codec: Codec,
    gate: &mut Gate,
    sink: &Sink<'_>,
) -> Result<()> {
    let stem = archive.file_stem().unwrap_or(archive.as_os_str());
    let modified = file.metadata().and_then(|m| m.modified()).ok();
    let entry = Entry {
        name: stem.as_encoded_bytes(),
        kind: EntryKind::File,
        mode: 0,
        modified,
    };
    let Some(new) = gate.admit(&entry)? else {
        return Err(Failure::refused("it has no usable name"));
    };
    let mut content = Metered::new(
        codec.decode(BufReader::with_capacity(128 << 10, file)),
        sink.meter(),
    );
    sink.writer().write(&new, &mut content)
}
