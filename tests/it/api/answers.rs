//! Every route that asks for sessions and files: what it answers, and what it refuses.

use std::io::Read;

use serde_json::{Value, json};

use super::kit::{App, HOST, id};
use crate::fixture::Fixture;

/// The example of EYProject's documentation for `GET /session/info`.
const EXAMPLE: &str = r#"{
  "current_session_id": "session_20250710_153000",
  "eyproject_temp_base": "C:\\Users\\Username\\AppData\\Local\\Temp\\EYProject",
  "current_session_dir": "C:\\Users\\Username\\AppData\\Local\\Temp\\EYProject\\session_20250710_153000",
  "all_sessions": [
    {
      "session_id": "session_20250710_153000",
      "path": "C:\\Users\\Username\\AppData\\Local\\Temp\\EYProject\\session_20250710_153000",
      "creation_time": "2025-07-10T15:30:00",
      "size_bytes": 25983,
      "is_current": true
    }
  ]
}"#;

fn keys(value: &Value) -> Vec<&String> {
    value.as_object().unwrap().keys().collect()
}

#[test]
fn info_answers_as_the_documentation_shows() {
    let app = App::new();
    app.fixture.backend_session(
        &id(0),
        3,
        &[("project_data.db", &[7; 25_000]), ("a.csv", &[7; 983])],
    );
    let answer = app.get("/session/info").ok();
    assert_eq!(answer.header("content-type"), "application/json");
    let got = answer.json();
    let mut wanted: Value = serde_json::from_str(EXAMPLE).unwrap();
    let base = app.fixture.base().display().to_string();
    let dir = app.fixture.base().join(id(0)).display().to_string();
    wanted["eyproject_temp_base"] = base.into();
    wanted["current_session_dir"] = dir.clone().into();
    wanted["all_sessions"][0]["path"] = dir.into();
    assert_eq!(keys(&got), keys(&wanted), "these fields, in this order");
    let (got_one, wanted_one) = (&got["all_sessions"][0], &wanted["all_sessions"][0]);
    assert_eq!(
        keys(got_one)[..5],
        keys(wanted_one),
        "then what the documentation doesn't have"
    );
    for key in keys(wanted_one) {
        assert_eq!(got_one[key], wanted_one[key], "{key}");
    }
    for key in [
        "current_session_id",
        "eyproject_temp_base",
        "current_session_dir",
    ] {
        assert_eq!(got[key], wanted[key], "{key}");
    }
    assert!(
        got_one["created_at"]
            .as_str()
            .unwrap()
            .starts_with("2025-07-10T15:30:00+")
            || got_one["created_at"]
                .as_str()
                .unwrap()
                .starts_with("2025-07-10T15:30:00-")
    );
}

#[test]
fn an_empty_base_has_no_sessions_and_asking_makes_nothing() {
    let fixture = Fixture::new();
    std::fs::remove_dir(fixture.base()).unwrap();
    let app = App::on(fixture, |_| {});
    let got = app.get("/session/info").ok().json();
    assert_eq!(got["current_session_id"], Value::Null);
    assert_eq!(got["current_session_dir"], Value::Null);
    assert_eq!(got["all_sessions"], json!([]));
    assert!(!app.fixture.base().exists());
}

#[test]
fn sessions_come_newest_first_and_one_that_is_unreadable_says_so() {
    let app = App::new();
    for n in 0..3 {
        app.fixture.backend_session(&id(n), 1, &[("a", b"12345")]);
    }
    std::fs::write(
        app.fixture.base().join(id(1)).join(".session.json"),
        "no manifest",
    )
    .unwrap();
    let got = app.get("/session/info").ok().json();
    let ids: Vec<_> = got["all_sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["session_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, [id(2), id(1), id(0)]);
    assert_eq!(got["current_session_id"], *id(2));
    let error = got["all_sessions"][1]["error"].as_str().unwrap();
    assert!(!error.is_empty());
    assert_eq!(got["all_sessions"][0].get("error"), None);
}

#[test]
fn one_session_has_its_files_and_the_same_fields_as_in_the_list() {
    let app = App::new();
    app.fixture
        .backend_session(&id(0), 1, &[("a.csv", b"1,2"), ("sub/b.txt", b"text")]);
    let got = app.get(&format!("/session/{}", id(0))).ok().json();
    let listed = app.get("/session/info").ok().json()["all_sessions"][0].clone();
    for (key, value) in listed.as_object().unwrap() {
        assert_eq!(got[key], *value, "{key}");
    }
    let files: Vec<_> = got["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            (
                f["path"].as_str().unwrap(),
                f["size_bytes"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(files, [("a.csv", 3), ("sub/b.txt", 4)]);
    for key in ["tables", "pinned", "note", "skipped"] {
        assert!(got.get(key).is_some(), "{key}");
    }
    let reason = app.get(&format!("/session/{}", id(9))).refused(404);
    assert!(reason.contains("there is no such session"), "{reason}");
}

#[test]
fn deleting_answers_each_case_with_its_reason() {
    let app = App::new();
    for n in 0..4 {
        app.fixture.backend_session(&id(n), 1, &[("a", b"1")]);
    }
    let path = |n| format!("/session/{}", id(n));
    app.store.set_pinned(id(1).parse().unwrap(), true).unwrap();
    let hold = app.store.hold(id(2).parse().unwrap()).unwrap();

    let current = app.delete(&path(3)).refused(409);
    assert!(current.contains("it is the current session"), "{current}");
    let pinned = app.delete(&path(1)).refused(409);
    assert!(pinned.contains("it is pinned"), "{pinned}");
    let in_use = app.delete(&path(2)).refused(409);
    assert!(in_use.contains("it is in use"), "{in_use}");
    assert_eq!(app.fixture.sessions().len(), 4);

    let deleted = app.delete(&path(0)).ok().json();
    assert_eq!(keys(&deleted), ["message", "session_id"]);
    assert_eq!(deleted["session_id"], *id(0));
    assert_eq!(app.fixture.sessions().len(), 3);
    app.delete(&path(0)).refused(404);
    drop(hold);
    app.delete(&path(2)).ok();
    super::kit::eventually("the trash is emptied after the answer", || {
        super::kit::debris(&app.fixture).is_empty()
    });
}

#[test]
fn case_19_what_is_no_id_is_refused_in_every_form() {
    let app = App::new();
    app.fixture.backend_session(&id(0), 1, &[("a", b"1")]);
    app.fixture.backend_session(&id(1), 1, &[("a", b"1")]);
    let good = id(0);
    let long = "x".repeat(10_000);
    for bad in [
        "..",
        "session_x/..",
        "session_x%2F..",
        "session_x%5C..%5C..",
        "%2e%2e",
        "%2E%2E%2F%2E%2E",
        "session_foo",
        "session_20251399_999999",
        &format!("{good}."),
        &format!("{good}%20"),
        &format!("{good}%2E"),
        &format!("{good}::$INDEX_ALLOCATION"),
        &format!("{good}%3A%3A$INDEX_ALLOCATION"),
        &good.to_uppercase(),
        &good.replace("session", "Session"),
        &format!("{good}%00"),
        &format!("{good}%2F..%2F{}", id(1)),
        "%FF",
        "",
        &long,
    ] {
        for (method, rest) in [
            ("DELETE", ""),
            ("GET", ""),
            ("GET", "/files/a"),
            ("GET", "/archive.zip"),
        ] {
            let answer = app.ask(method, &format!("/session/{bad}{rest}"), &[]);
            answer.refused(400);
        }
    }
    assert_eq!(app.fixture.sessions().len(), 2);
}

#[test]
fn a_file_comes_whole_or_in_ranges_and_is_never_shown() {
    let app = App::new();
    app.fixture.backend_session(
        &id(0),
        1,
        &[
            ("a.html", b"0123456789"),
            ("sub/\u{65e5} x.csv", b"a,b"),
            ("empty", b""),
        ],
    );
    let at = |name: &str| format!("/session/{}/files/{name}", id(0));
    let whole = app.get(&at("a.html")).ok();
    assert_eq!(whole.body, b"0123456789");
    for (name, value) in [
        ("content-type", "text/html"),
        ("content-length", "10"),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
    ] {
        assert_eq!(whole.header(name), value, "{name}");
    }
    let disposition = whole.header("content-disposition");
    assert!(disposition.starts_with("attachment; filename=\"a.html\""));

    let range = |range: &str| app.ask("GET", &at("a.html"), &[("range", range)]);
    let part = range("bytes=2-4");
    assert_eq!((part.status, &*part.body), (206, &b"234"[..]));
    assert_eq!(part.header("content-range"), "bytes 2-4/10");
    assert_eq!(range("bytes=-3").body, b"789");
    assert_eq!(range("bytes=8-").body, b"89");
    let outside = range("bytes=10-");
    assert_eq!(outside.header("content-range"), "bytes */10");
    outside.refused(416);
    assert_eq!(range("bytes=0-1,3-4").ok().body.len(), 10);
    let tag = whole.header("etag");
    let if_range = |tag: &str| {
        let headers = [("range", "bytes=2-4"), ("if-range", tag)];
        app.ask("GET", &at("a.html"), &headers)
    };
    assert_eq!(if_range(tag).status, 206);
    assert_eq!(if_range("\"other\"").ok().body.len(), 10);

    let head = app.ask("HEAD", &at("a.html"), &[]).ok();
    assert_eq!((head.header("content-length"), head.body.len()), ("10", 0));
    assert_eq!(app.get(&at("sub/%E6%97%A5%20x.csv")).ok().body, b"a,b");
    assert_eq!(app.get(&at("empty")).ok().body, b"");
}

#[test]
fn no_path_leads_out_of_a_session() {
    let app = App::new();
    let dir = app.fixture.backend_session(&id(0), 1, &[("sub/a", b"1")]);
    app.fixture.backend_session(&id(1), 1, &[("secret", b"2")]);
    let at = |name: &str| format!("/session/{}/files/{name}", id(0));
    for bad in [
        "..",
        "../x",
        "%2e%2e/x",
        "..%2Fx",
        "sub/../../x",
        "sub//a",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        ".",
        "sub/.",
        "sub/",
        "a%00b",
        "%FF",
    ] {
        app.get(&at(bad)).refused(400);
    }
    for missing in ["none", "sub", "sub/a/b", &"x".repeat(300)] {
        app.get(&at(missing)).refused(404);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(
            app.fixture.base().join(id(1)).join("secret"),
            dir.join("link"),
        )
        .unwrap();
        symlink(app.fixture.base().join(id(1)), dir.join("folder")).unwrap();
        for link in ["link", "folder/secret"] {
            let said = app.get(&at(link)).refused(404);
            assert!(said.contains("links are not followed"), "{said}");
            assert!(said.contains(&format!("GET /session/{}", id(0))), "{said}");
        }
    }
    let _ = dir;
    app.get(&format!("/session/{}/files/a", id(9))).refused(404);
}

#[test]
fn a_session_comes_as_an_archive_and_what_is_not_in_it_is_named() {
    let app = App::new();
    let large: Vec<u8> = (0..600_000u32).flat_map(|n| n.to_le_bytes()).collect();
    let files: [(&str, &[u8]); 4] = [
        ("a.csv", b"1,2\n"),
        ("sub/b.bin", &large),
        ("empty", b""),
        ("\u{65e5}.txt", b"x"),
    ];
    let dir = app.fixture.backend_session(&id(0), 1, &files);
    let get = || {
        let answer = app.get(&format!("/session/{}/archive.zip", id(0))).ok();
        assert_eq!(answer.header("content-type"), "application/zip");
        assert!(answer.header("content-disposition").contains(&id(0)));
        zip::ZipArchive::new(std::io::Cursor::new(answer.body)).unwrap()
    };
    let mut archive = get();
    for (name, bytes) in files {
        let mut got = Vec::new();
        archive
            .by_name(name)
            .unwrap()
            .read_to_end(&mut got)
            .unwrap();
        assert!(got == bytes, "{name}");
    }
    assert_eq!(archive.len(), 5, "four files and a folder");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", dir.join("link")).unwrap();
        let mut archive = get();
        assert!(archive.by_name("link").is_err());
        let mut said = String::new();
        let mut left_out = archive.by_name("not in this archive.txt").unwrap();
        left_out.read_to_string(&mut said).unwrap();
        assert_eq!(said, "link: it is neither a file nor a folder\n");
    }
    let _ = dir;
    app.get(&format!("/session/{}/archive.zip", id(9)))
        .refused(404);
}

/// The folder is swapped while the file before it is being sent, which is larger than what is sent ahead.
#[cfg(unix)]
#[test]
fn case_17_an_archive_has_nothing_from_where_a_link_leads() {
    let app = App::new();
    let mut state = 1u64;
    let mut noise = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    };
    let large: Vec<u8> = (0..8 << 20).map(|_| noise()).collect();
    let files: [(&str, &[u8]); 3] = [("a.bin", &large), ("folder/own", b"1"), ("z", b"2")];
    let dir = app.fixture.backend_session(&id(0), 1, &files);
    let elsewhere = app.fixture.outside("elsewhere/secret", b"secret");
    let elsewhere = elsewhere.parent().unwrap();
    let answer = app.get_slowly(&format!("/session/{}/archive.zip", id(0)), || {
        std::fs::rename(dir.join("folder"), elsewhere.join("aside")).unwrap();
        std::os::unix::fs::symlink(elsewhere, dir.join("folder")).unwrap();
    });
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(answer.ok().body)).unwrap();
    let names: Vec<_> = (0..archive.len())
        .map(|n| archive.by_index(n).unwrap().name().unwrap().into_owned())
        .collect();
    let left_out = "not in this archive.txt";
    assert_eq!(names, ["a.bin", "folder/", "z", left_out]);
    let mut said = String::new();
    let mut file = archive.by_name(left_out).unwrap();
    file.read_to_string(&mut said).unwrap();
    assert_eq!(said, "folder: a link or something else took its place\n");
}

/// What isn't Unicode looks alike in an archive.
#[cfg(target_os = "linux")]
#[test]
fn an_archive_numbers_what_would_be_called_the_same() {
    use std::os::unix::ffi::OsStrExt;

    let app = App::new();
    let files: [(&str, &[u8]); 2] = [
        ("not in this archive.txt", b"mine"),
        ("\u{fffd}.csv", b"real"),
    ];
    let dir = app.fixture.backend_session(&id(0), 1, &files);
    std::os::unix::fs::symlink("/etc/passwd", dir.join("link")).unwrap();
    let raw = |bytes: &[u8]| dir.join(std::ffi::OsStr::from_bytes(bytes));
    std::fs::write(raw(b"\xff.csv"), "raw").unwrap();
    for (folder, text) in [(&b"d\xfe"[..], "first"), (b"d\xff", "second")] {
        std::fs::create_dir(raw(folder)).unwrap();
        std::fs::write(raw(folder).join("a"), text).unwrap();
    }
    let answer = app.get(&format!("/session/{}/archive.zip", id(0))).ok();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(answer.body)).unwrap();
    for (name, text) in [
        ("not in this archive.txt", "mine"),
        (
            "not in this archive (2).txt",
            "link: it is neither a file nor a folder\n",
        ),
        ("\u{fffd}.csv", "real"),
        ("\u{fffd} (2).csv", "raw"),
        ("d\u{fffd}/a", "first"),
        ("d\u{fffd} (2)/a", "second"),
    ] {
        let mut got = String::new();
        let mut file = archive.by_name(name).unwrap();
        file.read_to_string(&mut got).unwrap();
        assert_eq!(got, text, "{name}");
    }
    assert_eq!(archive.len(), 8, "six files and two folders");
}

#[test]
fn what_is_not_there_or_not_so_is_said_as_json() {
    let app = App::new();
    app.get("/nothing").refused(404);
    app.get("/upload").refused(405);
    let wrong = app.ask("PUT", "/session/info", &[]);
    assert!(wrong.header("allow").contains("GET"), "{wrong:?}");
    wrong.refused(405);
    let reason = app.get("/session/info?sizes=guessed").refused(400);
    assert!(reason.contains("known or exact"), "{reason}");
    app.get(&format!("/session/{}/nothing", id(0))).refused(404);
    let home = app.get("/");
    assert_eq!((home.status, home.header("location")), (303, "/docs"));
    let health = app.ask("GET", "/health", &[("host", HOST)]).ok().json();
    assert_eq!(health["status"], "ok");
}
