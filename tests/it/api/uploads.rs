//! `POST /upload`: what becomes of what is sent, and what is refused.

use axum::body::Body;
use serde_json::{Value, json};

use super::kit::{App, TYPE, debris, form, part_head};

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        out.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[track_caller]
fn nothing_happened(app: &App) {
    assert_eq!(app.fixture.sessions(), [""; 0]);
    assert_eq!(debris(&app.fixture), [""; 0]);
}

#[test]
fn the_zip_of_the_front_end_becomes_a_session_with_tables_and_scripts() {
    let app = App::new();
    let archive = zip(&[
        ("data/sales.csv", b"city,amount\nBern,10\nParis,20\n"),
        (
            "model.py",
            b"import pandas as pd\ndf = pd.read_csv(\"data/sales.csv\")\nprint(df)\n",
        ),
    ]);
    let got = app.upload(&[("project.zip", &archive)]).ok().json();
    let keys: Vec<_> = got.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "message",
            "session_id",
            "temp_dir",
            "files",
            "table_names_message",
            "sql_conversion",
            "skipped",
            "notes",
            "session",
            "extracted"
        ]
    );
    let id = got["session_id"].as_str().unwrap();
    let dir = app.fixture.base().join(id);
    assert_eq!(got["temp_dir"], *dir.display().to_string());
    let files = got["files"].as_array().unwrap();
    assert!(files.contains(&json!("data/sales.csv")), "{files:?}");
    let conversion = &got["sql_conversion"];
    assert_eq!(conversion["converted_tables"], json!(["sales"]));
    assert_eq!(conversion["total_tables"], 1);
    assert_eq!(conversion["python_files_updated"], json!(["model.py"]));
    assert_eq!(got["session"]["session_id"], id);
    assert_eq!(got["session"]["is_current"], true);
    assert_eq!(got["session"]["origin"], "api");
    assert_eq!(got["session"]["in_use"], false);
    assert!(dir.join("project_data.db").is_file());
    assert!(!dir.join("project.zip").exists());
    let one = app.get(&format!("/session/{id}")).ok().json();
    assert_eq!(one["tables"][0]["name"], "sales");
    assert_eq!(debris(&app.fixture), [""; 0]);
}

#[test]
fn several_parts_and_folders_are_stored_as_they_are_named() {
    let app = App::new();
    let got = app
        .upload(&[
            ("a.txt", b"1"),
            ("folder/sub/b.txt", b"22"),
            ("folder\\c.txt", b"333"),
            ("a.txt", b"4444"),
            ("CON.txt", b"5"),
        ])
        .ok()
        .json();
    let dir = app.fixture.base().join(got["session_id"].as_str().unwrap());
    for (name, text) in [
        ("a.txt", "1"),
        ("folder/sub/b.txt", "22"),
        ("folder/c.txt", "333"),
        ("a (2).txt", "4444"),
        ("_CON.txt", "5"),
    ] {
        assert_eq!(std::fs::read_to_string(dir.join(name)).unwrap(), text);
    }
    assert_eq!(got["skipped"], json!([]), "all of them are stored");
    let notes: Vec<_> = got["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["reason"].as_str().unwrap())
        .collect();
    assert!(notes[0].contains("a (2).txt"), "{notes:?}");
    assert!(notes[1].contains("_CON.txt"), "{notes:?}");
}

#[test]
fn other_fields_are_left_out_and_said() {
    let app = App::new();
    let mut body =
        b"--XyZ\r\nContent-Disposition: form-data; name=\"comment\"\r\n\r\nhello\r\n".to_vec();
    body.extend(form(&[("a.txt", b"1")]));
    let got = app
        .ask_with("POST", "/upload", &[("content-type", TYPE)], body)
        .ok()
        .json();
    assert_eq!(
        got["skipped"],
        json!([{"file": "comment", "reason": "only parts named file are stored"}])
    );
}

#[test]
fn cases_21_and_22_what_can_not_be_is_refused_and_leaves_nothing() {
    let app = App::new();
    let long = "x".repeat(300);
    let named = |name: &str| form(&[("first.txt", b"1"), (name, b"2")]);
    let whole = named("b.txt");
    let typed = |body: Vec<u8>| app.ask_with("POST", "/upload", &[("content-type", TYPE)], body);
    for (body, why) in [
        (named("../x"), "leads out"),
        (named("C:\\x"), "drive"),
        (named(""), "no name"),
        (named("."), "no name of its own"),
        (named(&long), "255 bytes"),
        (named("/etc/passwd"), "absolute"),
        (named("first.txt/x"), "is a file already"),
        (b"--XyZ--\r\n".to_vec(), "no files were sent"),
        (Vec::new(), "cut off"),
        (whole[..whole.len() - 9].to_vec(), "cut off"),
        (whole[..20].to_vec(), "cut off"),
        (b"no form at all".to_vec(), "cut off"),
        (
            b"--XyZ\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--XyZ--".to_vec(),
            "no file name",
        ),
        (form(&[("a.zip", &zip(&[("../x", b"1")]))]), "leads out"),
        (form(&[("a.zip", &zip(&[("x", b"1")])[..40])]), "a.zip"),
    ] {
        let reason = typed(body).refused(400);
        assert!(reason.contains(why), "{why}: {reason}");
        assert!(!reason.contains("staging"), "{reason}");
        nothing_happened(&app);
    }
    for kind in [
        "text/plain",
        "multipart/form-data",
        "multipart/mixed; boundary=XyZ",
    ] {
        let answer = app.ask_with("POST", "/upload", &[("content-type", kind)], whole.clone());
        answer.refused(415);
    }
    app.ask_with("POST", "/upload", &[], whole).refused(415);
    nothing_happened(&app);
}

#[test]
fn an_upload_over_the_limit_is_refused_whether_or_not_it_says_so() {
    let app = App::with(|options| {
        options.limits.upload_bytes = 10_000;
        options.limits.upload_parts = 3;
    });
    let body = form(&[("a", &[7; 20_000])]);
    let length = body.len().to_string();
    let said = [("content-type", TYPE), ("content-length", &length)];
    let reason = app
        .ask_with("POST", "/upload", &said, body.clone())
        .refused(413);
    assert!(reason.contains("10.0 kB"), "{reason}");
    let chunked = [("content-type", TYPE)];
    app.ask_with("POST", "/upload", &chunked, body).refused(413);
    let many = form(&[("a", b""), ("b", b""), ("c", b""), ("d", b"")]);
    app.ask_with("POST", "/upload", &chunked, many).refused(413);
    nothing_happened(&app);
    app.upload(&[("a", &[7; 5000])]).ok();
}

#[test]
fn an_upload_leaves_the_floor_of_free_space_alone() {
    let app = App::with(|options| options.disk_floor = u64::MAX / 2);
    let reason = app.upload(&[("a", b"1")]).refused(507);
    assert!(reason.contains("is always left"), "{reason}");
    nothing_happened(&app);
}

#[test]
fn no_more_uploads_than_allowed_at_once() {
    let app = App::with(|options| options.limits.uploads = 0);
    let answer = app.upload(&[("a", b"1")]);
    assert_eq!(answer.header("retry-after"), "5");
    answer.refused(429);
    nothing_happened(&app);
}

#[test]
fn cleanup_follows_an_upload_and_its_answer() {
    let app = App::with(|options| options.policy.keep = Some(2));
    let mut ids = Vec::new();
    for n in 0..4u8 {
        let got = app.upload(&[("a.bin", &[n])]).ok().json();
        ids.push(got["session_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(app.fixture.sessions(), ids[2..]);
    super::kit::eventually("the trash is emptied", || debris(&app.fixture).is_empty());
}

#[test]
fn a_body_that_breaks_off_leaves_nothing() {
    let app = App::new();
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> = vec![
        Ok(part_head("a.txt").into_bytes()),
        Ok(vec![7; 1000]),
        Err(std::io::ErrorKind::ConnectionReset.into()),
    ];
    let body = Body::new(Pieces(pieces.into_iter()));
    let answer = app.ask_with("POST", "/upload", &[("content-type", TYPE)], body);
    assert!(answer.refused(400).contains("broke off"));
    nothing_happened(&app);
    let info: Value = app.get("/session/info").ok().json();
    assert_eq!(info["current_session_id"], Value::Null);
}

struct Pieces(std::vec::IntoIter<Result<Vec<u8>, std::io::Error>>);

impl axum::body::HttpBody for Pieces {
    type Data = axum::body::Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        let next = self.0.next();
        std::task::Poll::Ready(next.map(|p| p.map(|p| hyper::body::Frame::data(p.into()))))
    }
}
