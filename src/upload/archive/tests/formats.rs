//! What every format is good for: contents, names, times and the executable bit come out as they went in.

use std::time::{Duration, SystemTime};

use super::fixture::*;
use crate::upload::archive::Extracted;

fn modified(place: &Place, path: &str) -> SystemTime {
    let metadata = fs_err::metadata(place.root().join(path)).unwrap();
    metadata.modified().unwrap()
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn every_method_of_zip() {
    let text = "id,name\n1,Ada\n2,Grace\n".repeat(40);
    let bytes = text.as_bytes();
    let packed = ZipEntry::deflated("deflate", bytes);
    let mut lzma = vec![9, 20, 5, 0];
    lzma.extend(pack_lzma(bytes));
    let entries = [
        ZipEntry::stored("stored", bytes),
        ZipEntry {
            descriptor: true,
            ..ZipEntry::deflated("descriptor", bytes)
        },
        // Without the longest matches, deflate64 is deflate.
        ZipEntry {
            data: deflate_short(bytes),
            name: b"deflate64".to_vec(),
            method: 9,
            ..packed.clone()
        },
        ZipEntry::raw("bzip2", 12, &pack_bzip2(bytes), bytes),
        ZipEntry {
            flags: 2,
            ..ZipEntry::raw("lzma", 14, &lzma, bytes)
        },
        ZipEntry::raw("zstd", 93, &pack_zstd(bytes), bytes),
        ZipEntry::raw("xz", 95, &pack_xz(bytes), bytes),
        packed,
    ];
    let (extracted, files) = unpacked("a.zip", &zip(&entries));
    assert_eq!(extracted.entries, 8);
    for (name, content) in files {
        assert_eq!(content, text, "{name}");
    }
}

#[test]
fn large_zip_with_numbers_of_64_bits() {
    let (_, files) = unpacked("a.zip", &zip64("a.csv", "1,2\n"));
    assert_eq!(files["a.csv"], "1,2\n");
}

#[test]
fn a_zip_behind_something_else() {
    let archive = zip(&[ZipEntry::stored("a.csv", "1")]);
    let behind = [&b"#!/bin/sh\nexit\n"[..], &archive].concat();
    let (_, files) = unpacked("a.zip", &behind);
    assert_eq!(files["a.csv"], "1");
    let behind = [&b"#!/bin/sh\nexit\n"[..], &zip64("a.csv", "1")].concat();
    let (_, files) = unpacked("a.zip", &behind);
    assert_eq!(files["a.csv"], "1");
}

#[test]
fn names_of_zip_in_old_code_pages_and_in_utf8() {
    let mut unicode = vec![0x75, 0x70, 14, 0, 1];
    unicode.extend(crc32fast::hash(b"gr\xfcn.csv").to_le_bytes());
    unicode.extend("grün.csv".as_bytes());
    let length = (unicode.len() - 4) as u16;
    unicode[2..4].copy_from_slice(&length.to_le_bytes());
    let entries = [
        ZipEntry::stored(b"caf\x82.csv", "1"),
        ZipEntry {
            flags: 1 << 11,
            ..ZipEntry::stored("日本.csv", "2")
        },
        ZipEntry::stored("plain utf-8 é.csv", "3"),
        ZipEntry {
            extra: unicode,
            ..ZipEntry::stored(b"gr\xfcn.csv", "4")
        },
        ZipEntry::stored(r"dir\sub\a.csv", "5"),
    ];
    let (extracted, files) = unpacked("a.zip", &zip(&entries));
    for (name, text) in [
        ("café.csv", "1"),
        ("日本.csv", "2"),
        ("plain utf-8 é.csv", "3"),
        ("grün.csv", "4"),
        ("dir/sub/a.csv", "5"),
    ] {
        assert_eq!(files.get(name).map(String::as_str), Some(text), "{name}");
    }
    assert_eq!(extracted.notes.len(), 1, "{:?}", extracted.notes);
}

#[test]
fn times_and_the_executable_bit_of_zip() {
    let unix = [0x55, 0x54, 5, 0, 1, 0, 0xca, 0x9a, 0x3b].to_vec();
    let mut ntfs = vec![0x0a, 0, 32, 0, 0, 0, 0, 0, 1, 0, 24, 0];
    ntfs.extend(126_444_736_000_000_000u64.to_le_bytes());
    ntfs.extend([0; 16]);
    let entries = [
        ZipEntry {
            extra: unix.clone(),
            ..ZipEntry::stored("unix", "1").mode(0o100_755)
        },
        ZipEntry {
            extra: ntfs,
            ..ZipEntry::stored("ntfs", "1")
        },
        ZipEntry {
            extra: unix,
            ..ZipEntry::folder("folder/")
        },
        ZipEntry::stored("folder/dos", "1"),
    ];
    let place = Place::new();
    place.unpack("a.zip", &zip(&entries)).unwrap();
    for name in ["unix", "ntfs", "folder"] {
        assert_eq!(modified(&place, name), at(1_000_000_000), "{name}");
    }
    // The first day of 1980, in whatever zone this is.
    let dos = modified(&place, "folder/dos");
    assert!(dos > at(315_532_800 - 86_400) && dos < at(315_532_800 + 86_400));
    executable(&place, "unix", true);
    executable(&place, "ntfs", false);
}

fn executable(place: &Place, name: &str, yes: bool) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = fs_err::metadata(place.root().join(name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o100 != 0, yes, "{name}");
    }
    #[cfg(not(unix))]
    let _ = (place, name, yes);
}

#[test]
fn tar_in_every_compression() {
    let archive = tar(&[
        tar_entry(b'5', b"./", b"", 0o755, b""),
        tar_entry(b'0', b"./run.sh", b"", 0o755, b"echo"),
        tar_file("d/a.csv", "1"),
        tar_entry(b'5', b"d", b"", 0o755, b""),
        tar_entry(b'0', b"old/", b"", 0o755, b""),
    ]);
    let check = |name: &str, bytes: &[u8]| {
        let place = Place::new();
        let extracted = place.unpack(name, bytes).unwrap();
        assert_eq!(extracted.top_level, ["d", "old", "run.sh"]);
        assert_eq!((extracted.entries, extracted.files), (5, 2));
        assert_eq!(extracted.notes, []);
        for path in ["run.sh", "d/a.csv", "d", "old"] {
            assert_eq!(modified(&place, path), at(1_000_000_000), "{path}");
        }
        executable(&place, "run.sh", true);
        executable(&place, "d/a.csv", false);
    };
    check("a.tar", &archive);
    for (ending, pack) in PACKERS {
        check(&format!("a.tar{ending}"), &pack(&archive));
    }
}

#[test]
fn long_names_and_attributes_of_tar() {
    let long = format!("{}/{}.csv", "d".repeat(120), "f".repeat(120));
    let gnu = tar_entry(
        b'L',
        b"././@LongLink",
        b"",
        0,
        format!("{long}\0").as_bytes(),
    );
    let pax_long = format!("p{}", &long[1..]);
    let records = |pairs: &[(&str, &str)]| -> Vec<u8> {
        let mut all = String::new();
        for (key, value) in pairs {
            let rest = format!(" {key}={value}\n");
            let mut length = rest.len() + 1;
            while length.to_string().len() + rest.len() > length {
                length += 1;
            }
            all += &format!("{length}{rest}");
        }
        tar_entry(b'x', b"pax", b"", 0, all.as_bytes())
    };
    let pax = records(&[
        ("path", &pax_long),
        ("mtime", "1000000000.25"),
        ("comment", "a\nb"),
    ]);
    let archive = tar(&[gnu, tar_file("short", "1"), pax, tar_file("short", "2")]);
    let place = Place::new();
    place.unpack("a.tar", &archive).unwrap();
    let read = |name: &str| fs_err::read_to_string(place.root().join(name)).unwrap();
    assert_eq!((&*read(&long), &*read(&pax_long)), ("1", "2"));
    let quarter = Duration::from_millis(250);
    assert_eq!(modified(&place, &pax_long), at(1_000_000_000) + quarter);

    refused(
        "a.tar",
        &tar(&[records(&[("path", "x")])]),
        &["last entry is missing"],
    );
    let sparse = records(&[("GNU.sparse.major", "1")]);
    refused("a.tar", &tar(&[sparse, tar_file("a", "1")]), &["sparse"]);
    let broken = tar_entry(b'x', b"pax", b"", 0, b"999 path=x\n");
    refused(
        "a.tar",
        &tar(&[broken, tar_file("a", "1")]),
        &["make no sense"],
    );
}

#[test]
fn names_that_are_no_text() {
    let archive = tar(&[tar_entry(b'0', b"caf\xe9.csv", b"", 0o644, b"1")]);
    let (extracted, files) = unpacked("a.tar", &archive);
    assert_eq!(files["caf%E9.csv"], "1");
    assert!(extracted.notes[0].reason.contains("caf%E9.csv"));
}

#[test]
fn seven_zip() {
    let big = "0123456789".repeat(10_000);
    let archive = seven(&[("d/a.csv", b"1"), ("empty", b""), ("big", big.as_bytes())]);
    let (extracted, files) = unpacked("a.7z", &archive);
    assert_eq!(
        (&*files["d/a.csv"], &*files["empty"], &*files["big"]),
        ("1", "", &*big)
    );
    assert_eq!(extracted.top_level, ["big", "d", "empty"]);
    let archive = seven(&[("a", b"1"), ("../b", b"2")]);
    refused("a.7z", &archive, &["../b"]);
    let archive = seven(&[("a", b"1"), ("A", b"2")]);
    refused("a.7z", &archive, &["“A”", "capital letters"]);
}

#[test]
fn one_compressed_file() {
    for (ending, pack) in PACKERS {
        let name = format!("orders.csv{ending}");
        let (extracted, files) = unpacked(&name, &pack(b"1,2"));
        assert_eq!(files["orders.csv"], "1,2");
        assert_eq!(extracted.top_level, ["orders.csv"]);
        // Two members, one after the other, are one file.
        let two = [pack(b"1,2\n"), pack(b"3,4\n")].concat();
        assert_eq!(unpacked(&name, &two).1["orders.csv"], "1,2\n3,4\n");
        assert_eq!(unpacked(&name, &pack(b"")).1["orders.csv"], "");
    }
    let Extracted { notes, .. } = unpacked(".session.json.gz", &gzip(b"{}")).0;
    assert_eq!(notes.len(), 1);
}
