//! Case 27: what can't be read, whole or in part.

use super::fixture::*;
use crate::session::ErrorKind;
use crate::upload::archive::{Codec, Kind, detect};

#[test]
fn case_27_encrypted() {
    for flags in [1, 0x41, 0x2001] {
        let entry = ZipEntry {
            flags,
            ..ZipEntry::stored("a", "1")
        };
        refused("a.zip", &zip(&[entry]), &["“a”", "encrypted"]);
    }
    let aes = ZipEntry {
        method: 99,
        ..ZipEntry::stored("a", "1")
    };
    refused("a.zip", &zip(&[aes]), &["“a”", "encrypted"]);
    // Only the entry's own header says so.
    let mut archive = zip(&[ZipEntry::stored("a", "1")]);
    archive[6] |= 1;
    refused("a.zip", &archive, &["“a”", "encrypted"]);
}

/// Two 7z archives of one file with the password `pw`, the second with its list of entries encrypted too.
const ENCRYPTED_7Z: [&str; 2] = [
    "\
        377abcaf271c0004ef163cf110000000000000006100000000000000e9a467537f89d7146262bfaa2c0d1a304330c04a\
        010406000109100a01d8dd34ce00070b0100022406f1070122c8ff676e3021c74cd68dc764d20598a85de554083b0a98\
        510533d48a8b3a5a4c2d402121011601000c0a0600080a01e5e8a25c00000501110d0061002e00630073007600000000\
        00\
    ",
    "\
        377abcaf271c00046db777e680000000000000005300000000000000d4d1ad946778ecac8a4c6af72c5c8f62010b4e8c\
        8f98d6107a229f814fa5f7f24b9801ce493916692938a2aa93026408c9a3b877e700e8e4df825e45e3da77129bb9688a\
        de20d436e512fc86067ab42232ee9ce79ebcfa014330449158da7a30f059803294c5219fc7216dbadba37d425e2e996b\
        e1627c728073eb805235a53683393d541706100109700a01e87d4a1b00070b0100022406f1070122c8ff24c4fa611e3e\
        2ebd1817013919d565f5a0b2dff01bed6a9be409691e164cb10a23030101055d0000800001000c646100080a018f3858\
        c40000\
    ",
];

#[test]
fn case_27_encrypted_7z() {
    for hex in ENCRYPTED_7Z {
        let bytes: Vec<u8> = (0..hex.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
            .collect();
        refused("a.7z", &bytes, &["a.7z", "encrypted"]);
    }
}

#[test]
fn case_27_unknown_method() {
    for method in [1, 6, 97, 98, 1000] {
        let entry = ZipEntry {
            method,
            ..ZipEntry::stored("a", "1")
        };
        refused(
            "a.zip",
            &zip(&[entry]),
            &["“a”", &method.to_string(), "can't be read"],
        );
    }
}

#[test]
fn case_27_empty() {
    refused("a.zip", &zip(&[]), &["nothing in it"]);
    for name in ["a.zip", "a.tar", "a.7z", "a.gz", "a.tar.gz"] {
        let path = Place::new();
        let error = detect(&path.archive(name, b"")).unwrap_err();
        assert!(error.full().contains(name), "{}", error.full());
    }
    refused("a.tar.gz", &gzip(&[0; 1024]), &["nothing in it"]);
}

#[test]
fn case_27_named_as_an_archive_but_none() {
    let place = Place::new();
    for name in [
        "a.zip", "A.ZIP", "a.tar", "a.tgz", "a.tar.xz", "a.7z", "a.gz", "a.zst",
    ] {
        let error = detect(&place.archive(name, b"just text, no archive")).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Refused(_)));
        assert!(error.full().contains(name), "{}", error.full());
        assert!(error.full().contains("no archive"), "{}", error.full());
    }
    refused("a.tar.gz", &gzip(b"no tar at all"), &["a.tar.gz"]);
}

#[test]
fn case_27_an_archive_under_another_name_stays_a_file() {
    let place = Place::new();
    let archive = zip(&[ZipEntry::stored("a", "1")]);
    for name in [
        "a.xlsx",
        "a.ods",
        "a.docx",
        "a.jar",
        "a.whl",
        "a.npz",
        "a.exe",
        "a.JAR",
        "a.zip.bak",
    ] {
        assert_eq!(
            detect(&place.archive(name, &archive)).unwrap(),
            None,
            "{name}"
        );
    }
    assert_eq!(detect(&place.archive("a.csv", b"x")).unwrap(), None);
    assert_eq!(detect(&place.archive("plain", b"x")).unwrap(), None);
    let rds = gzip(b"x");
    for name in ["a.rds", "a.svgz", "no_ending"] {
        assert_eq!(detect(&place.archive(name, &rds)).unwrap(), None, "{name}");
    }
    assert_eq!(
        detect(&place.archive("download", &archive)).unwrap(),
        Some(Kind::Zip)
    );
    let tarred = gzip(&tar(&[tar_file("a", "1")]));
    let kind = Some(Kind::Tar(Some(Codec::Gzip)));
    for name in ["download2", "a.tgz", "a.tar.gz", "a.gz", "a.zip"] {
        assert_eq!(
            detect(&place.archive(name, &tarred)).unwrap(),
            kind,
            "{name}"
        );
    }
}

/// Every format with two small files, one in a folder.
fn samples() -> Vec<(String, Vec<u8>)> {
    let a = "orders;1;2;3\n".repeat(10);
    let b = "x".repeat(70);
    let tarred = tar(&[tar_file("a.csv", &a), tar_file("d/b.txt", &b)]);
    let mut samples = vec![
        (
            "a.zip".to_owned(),
            zip(&[
                ZipEntry::deflated("a.csv", &a),
                ZipEntry::stored("d/b.txt", &b),
            ]),
        ),
        (
            "a.7z".to_owned(),
            seven(&[("a.csv", a.as_bytes()), ("d/b.txt", b.as_bytes())]),
        ),
        ("a.tar".to_owned(), tarred.clone()),
    ];
    for (ending, pack) in PACKERS {
        samples.push((format!("a.csv{ending}"), pack(a.as_bytes())));
        samples.push((format!("a.tar{ending}"), pack(&tarred)));
    }
    samples
}

#[test]
fn case_27_cut_off_anywhere() {
    for (name, whole) in samples() {
        let place = Place::new();
        place.unpack(&name, &whole).unwrap();
        // A tar archive is whole from the first block of its end mark on.
        let shortest = if name == "a.tar" {
            whole.len() - 512
        } else {
            whole.len()
        };
        let step = (whole.len() / 40).max(1);
        for length in (0..shortest).step_by(step).chain(shortest - 8..shortest) {
            let place = Place::new();
            let path = place.archive(&name, &whole[..length]);
            if detect(&path).is_err() {
                continue;
            }
            let done = place.unpack(&name, &whole[..length]);
            let error = done.expect_err(&format!("{name}, {length} of {} bytes", whole.len()));
            assert!(
                matches!(error.kind(), ErrorKind::Refused(_)),
                "{}",
                error.full()
            );
        }
    }
}

#[test]
fn case_27_any_byte_changed() {
    for (name, whole) in samples() {
        for at in (0..whole.len()).step_by((whole.len() / 60).max(1)) {
            for flip in [0x01, 0xff] {
                let mut changed = whole.clone();
                changed[at] ^= flip;
                let place = Place::new();
                let path = place.archive(&name, &changed);
                if matches!(detect(&path), Ok(Some(_))) {
                    // Whole or refused, never a panic, never anything outside.
                    let _ = place.unpack(&name, &changed);
                }
            }
        }
    }
}

#[test]
fn a_checksum_that_is_wrong() {
    for method in [0, 8] {
        let mut entry = match method {
            0 => ZipEntry::stored("a", "text"),
            _ => ZipEntry::deflated("a", "text"),
        };
        entry.crc ^= 1;
        refused("a.zip", &zip(&[entry]), &["“a”", "checksum"]);
    }
    for (ending, pack) in PACKERS.into_iter().filter(|(ending, _)| *ending != ".xz") {
        let mut packed = pack(b"text that is long enough to be compressed, compressed, compressed");
        let at = match ending {
            ".gz" => packed.len() - 6,
            ".bz2" => 11,
            _ => packed.len() - 2,
        };
        packed[at] ^= 1;
        refused(&format!("a{ending}"), &packed, &["damaged"]);
    }
    let mut archive = tar(&[tar_file("a", "1")]);
    archive[0] ^= 1;
    refused("a.tar.gz", &gzip(&archive), &["checksum of a header"]);
}

#[test]
fn an_archive_over_several_files() {
    let mut archive = zip(&[ZipEntry::stored("a", "1")]);
    let end = archive.len() - 22;
    archive[end + 4] = 1;
    refused("a.zip", &archive, &["split"]);
}
