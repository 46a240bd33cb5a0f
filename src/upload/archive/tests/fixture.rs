//! A directory to unpack into with things around it that must not change, and builders of archives.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::session::{Cancel, ErrorKind, Progress};
use crate::upload::archive::{Extracted, Limits, detect, extract};

/// Everything below `path`: relative path to contents, links by their text.
pub fn snapshot(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    walkdir::WalkDir::new(path)
        .min_depth(1)
        .into_iter()
        .map(|entry| {
            let entry = entry.unwrap();
            let content = if entry.file_type().is_symlink() {
                fs_err::read_link(entry.path())
                    .unwrap()
                    .as_os_str()
                    .as_encoded_bytes()
                    .to_vec()
            } else if entry.file_type().is_file() {
                fs_err::read(entry.path()).unwrap()
            } else {
                b"(folder)".to_vec()
            };
            (entry.path().strip_prefix(path).unwrap().to_owned(), content)
        })
        .collect()
}

/// A place to unpack in.
pub struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for sub in ["outside", "staging/into"] {
            fs_err::create_dir_all(dir.path().join(sub)).unwrap();
        }
        fs_err::write(dir.path().join("outside/secret"), "secret").unwrap();
        fs_err::write(dir.path().join("staging/secret"), "secret").unwrap();
        Self { dir }
    }

    pub fn root(&self) -> PathBuf {
        self.dir.path().join("staging/into")
    }

    /// Puts an archive there.
    pub fn archive(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        fs_err::write(&path, bytes).unwrap();
        path
    }

    /// Unpacks with limits of the caller's, checking that nothing outside changed.
    pub fn unpack_within(
        &self,
        name: &str,
        bytes: &[u8],
        limits: &Limits<'_>,
    ) -> crate::session::Result<Extracted> {
        let path = self.archive(name, bytes);
        let before = self.surroundings();
        let kind = detect(&path).unwrap().expect("an archive");
        let (cancel, progress) = (Cancel::default(), Progress::default());
        let result = extract(&path, kind, &self.root(), limits, &cancel, &progress);
        assert_eq!(before, self.surroundings(), "something outside was touched");
        for entry in walkdir::WalkDir::new(self.root()) {
            let kind = entry.unwrap().file_type();
            assert!(kind.is_file() || kind.is_dir(), "only files and folders");
        }
        if let Ok(extracted) = &result {
            let files: Vec<_> = snapshot(&self.root())
                .into_values()
                .filter(|content| content != b"(folder)")
                .collect();
            let bytes: usize = files.iter().map(Vec::len).sum();
            assert_eq!(extracted.files, files.len() as u64);
            assert_eq!(extracted.bytes, bytes as u64);
            let counted = progress.read();
            assert_eq!(
                (counted.files, counted.bytes),
                (extracted.files, extracted.bytes)
            );
        }
        result
    }

    pub fn unpack(&self, name: &str, bytes: &[u8]) -> crate::session::Result<Extracted> {
        self.unpack_within(name, bytes, &Limits::with_space(1 << 30))
    }

    fn surroundings(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = snapshot(self.dir.path());
        all.retain(|path, _| !path.starts_with("staging/into"));
        all
    }
}

/// What came out: `path` to text.
pub fn unpacked(name: &str, bytes: &[u8]) -> (Extracted, BTreeMap<String, String>) {
    let place = Place::new();
    let extracted = place
        .unpack(name, bytes)
        .unwrap_or_else(|e| panic!("{}", e.full()));
    let files = snapshot(&place.root())
        .into_iter()
        .map(|(path, content)| {
            let path = path.to_str().unwrap().replace('\\', "/");
            (path, String::from_utf8_lossy(&content).into_owned())
        })
        .collect();
    (extracted, files)
}

/// Why an archive is refused, with what was tried: the entry's name is in it.
pub fn refusal(name: &str, bytes: &[u8]) -> String {
    let place = Place::new();
    match place.unpack(name, bytes) {
        Err(e) => {
            assert!(matches!(e.kind(), ErrorKind::Refused(_)), "{}", e.full());
            e.full()
        }
        Ok(extracted) => panic!("was unpacked: {extracted:?}"),
    }
}

/// Asserts that an archive is refused with all `words` in the error.
pub fn refused(name: &str, bytes: &[u8], words: &[&str]) {
    let text = refusal(name, bytes);
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

/// One entry of a ZIP file, with everything that can be lied about.
#[derive(Clone)]
pub struct ZipEntry {
    pub name: Vec<u8>,
    /// Name in the entry's own header, if it differs.
    pub local_name: Option<Vec<u8>>,
    pub data: Vec<u8>,
    pub size: u32,
    pub crc: u32,
    pub method: u16,
    pub flags: u16,
    pub host: u8,
    pub mode: u32,
    pub extra: Vec<u8>,
    /// Sizes and checksum after the data and not in the entry's own header.
    pub descriptor: bool,
    /// Bytes of the file's own header to lie over another entry's.
    pub start: Option<u32>,
}

impl ZipEntry {
    pub fn raw(name: impl AsRef<[u8]>, method: u16, data: &[u8], unpacked: &[u8]) -> Self {
        Self {
            name: name.as_ref().to_vec(),
            local_name: None,
            data: data.to_vec(),
            size: unpacked.len() as u32,
            crc: crc32fast::hash(unpacked),
            method,
            flags: 0,
            host: 3,
            mode: 0o100_644,
            extra: Vec::new(),
            descriptor: false,
            start: None,
        }
    }

    pub fn stored(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Self {
        Self::raw(name, 0, data.as_ref(), data.as_ref())
    }

    pub fn deflated(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Self {
        let mut packed =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(data.as_ref()).unwrap();
        Self::raw(name, 8, &packed.finish().unwrap(), data.as_ref())
    }

    pub fn folder(name: &str) -> Self {
        Self::stored(name, "").mode(0o040_755)
    }

    pub fn link(name: &str, target: &str) -> Self {
        Self::stored(name, target).mode(0o120_777)
    }

    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = mode;
        self
    }
}

/// A ZIP file of entries.
pub fn zip(entries: &[ZipEntry]) -> Vec<u8> {
    let (mut file, mut list) = (Vec::new(), Vec::new());
    for e in entries {
        let start = e.start.unwrap_or(file.len() as u32);
        let dates = [0, 0, 0x21, 0];
        let sizes = |descriptor: bool| -> Vec<u8> {
            let (crc, packed, size) = (e.crc, e.data.len() as u32, e.size);
            let known = [crc.to_le_bytes(), packed.to_le_bytes(), size.to_le_bytes()].concat();
            if descriptor { vec![0; 12] } else { known }
        };
        let flags = e.flags | if e.descriptor { 8 } else { 0 };
        let local_name = e.local_name.as_ref().unwrap_or(&e.name);
        if e.start.is_none() {
            file.extend(b"PK\x03\x04\x14\0");
            file.extend(flags.to_le_bytes());
            file.extend(e.method.to_le_bytes());
            file.extend(dates);
            file.extend(sizes(e.descriptor));
            file.extend((local_name.len() as u16).to_le_bytes());
            file.extend(0u16.to_le_bytes());
            file.extend(local_name);
            file.extend(&e.data);
            if e.descriptor {
                file.extend(b"PK\x07\x08");
                file.extend(sizes(false));
            }
        }
        list.extend(b"PK\x01\x02\x14");
        list.extend([e.host, 0x14, 0]);
        list.extend(flags.to_le_bytes());
        list.extend(e.method.to_le_bytes());
        list.extend(dates);
        list.extend(sizes(false));
        list.extend((e.name.len() as u16).to_le_bytes());
        list.extend((e.extra.len() as u16).to_le_bytes());
        list.extend([0; 6]);
        list.extend((e.mode << 16).to_le_bytes());
        list.extend(start.to_le_bytes());
        list.extend(&e.name);
        list.extend(&e.extra);
    }
    let at = file.len() as u32;
    let count = (entries.len() as u16).to_le_bytes();
    file.extend(&list);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, count].concat());
    file.extend((list.len() as u32).to_le_bytes());
    file.extend(at.to_le_bytes());
    file.extend([0, 0]);
    file
}

/// One entry of a tar archive, its header field by field.
pub fn tar_entry(kind: u8, name: &[u8], link: &[u8], mode: u32, data: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    let old = header.as_old_mut();
    old.name[..name.len()].copy_from_slice(name);
    old.linkname[..link.len()].copy_from_slice(link);
    header.set_entry_type(tar::EntryType::new(kind));
    header.set_mode(mode);
    header.set_size(data.len() as u64);
    header.set_mtime(1_000_000_000);
    header.set_cksum();
    let mut entry = header.as_bytes().to_vec();
    entry.extend(data);
    entry.resize(entry.len().next_multiple_of(512), 0);
    entry
}

pub fn tar_file(name: &str, data: &str) -> Vec<u8> {
    tar_entry(b'0', name.as_bytes(), b"", 0o644, data.as_bytes())
}

pub fn tar_link(kind: u8, name: &str, target: &str) -> Vec<u8> {
    tar_entry(kind, name.as_bytes(), target.as_bytes(), 0o777, b"")
}

/// A tar archive of entries.
pub fn tar(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut archive = entries.concat();
    archive.resize(archive.len() + 1024, 0);
    archive
}

pub fn gzip(data: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(data).unwrap();
    packed.finish().unwrap()
}

/// A way to compress.
pub type Packer = fn(&[u8]) -> Vec<u8>;

/// Endings of compressed files, and how to make one.
pub const PACKERS: [(&str, Packer); 4] = [
    (".gz", gzip),
    (".bz2", pack_bzip2),
    (".xz", pack_xz),
    (".zst", pack_zstd),
];

pub fn pack_bzip2(data: &[u8]) -> Vec<u8> {
    let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    packed.write_all(data).unwrap();
    packed.finish().unwrap()
}

pub fn pack_xz(data: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(0);
    let mut packed = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    packed.write_all(data).unwrap();
    packed.finish().unwrap()
}

pub fn pack_zstd(data: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(data, ruzstd::encoding::CompressionLevel::Fastest)
}

/// Five bytes of properties, then LZMA that ends by its mark.
pub fn pack_lzma(data: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::LzmaOptions::with_preset(0);
    let mut packed = vec![options.get_props()];
    packed.extend(options.dict_size.to_le_bytes());
    let mut writer = lzma_rust2::LzmaWriter::new_no_header(packed, &options, true).unwrap();
    writer.write_all(data).unwrap();
    writer.finish().unwrap()
}

/// Deflate with nothing but single bytes: Huffman coding only.
pub fn deflate_short(data: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    // Stored blocks mean the same in deflate and in deflate64.
    let mut blocks = data.chunks(60_000).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        packed.push(u8::from(blocks.peek().is_none()));
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend(block);
    }
    packed
}

/// A 7z archive of files.
pub fn seven(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = sevenz_rust2::ArchiveWriter::new(std::io::Cursor::new(Vec::new())).unwrap();
    for (name, data) in files {
        let entry = sevenz_rust2::ArchiveEntry::new_file(name);
        writer.push_archive_entry(entry, Some(*data)).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A ZIP file of one stored entry whose sizes and positions are all in the fields of 64 bits.
pub fn zip64(name: &str, data: &str) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let mut extra = vec![1, 0, 24, 0];
    extra.extend([length, length, [0; 8]].concat());
    let entry = ZipEntry {
        extra,
        ..ZipEntry::stored(name, data)
    };
    let mut archive = zip(&[entry]);
    let end = archive.len() - 22;
    let list = archive[end + 16..end + 20].to_vec();
    let list = u64::from(u32::from_le_bytes(list.try_into().unwrap()));
    let record = list as usize;
    // Both sizes and the start of the entry move to its extra field.
    archive[record + 20..record + 28].fill(0xff);
    archive[record + 42..record + 46].fill(0xff);
    let mut tail = b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\x03\x2d\0".to_vec();
    tail.extend([0; 8]);
    tail.extend([1u64.to_le_bytes(), 1u64.to_le_bytes()].concat());
    tail.extend((end as u64 - list).to_le_bytes());
    tail.extend(list.to_le_bytes());
    tail.extend(b"PK\x06\x07\0\0\0\0");
    tail.extend((end as u64).to_le_bytes());
    tail.extend(1u32.to_le_bytes());
    archive.splice(end..end, tail);
    let end = archive.len() - 22;
    archive[end + 8..end + 20].fill(0xff);
    archive
}
