//! What ARCHITECTURE.md says is absent, is absent: each rule looks for what breaks it.

use crate::source::{self, Source};

/// What each module may import from the rest of the crate. The core imports nothing, siblings
/// never import each other.
const MAY_IMPORT: [(&str, &[&str]); 12] = [
    ("session", &[]),
    ("console", &[]),
    ("config", &["session", "upload"]),
    ("json", &["session", "upload"]),
    ("upload", &["session"]),
    ("run", &["session"]),
    ("data", &["session"]),
    ("preview", &["session", "upload"]),
    ("api", &["json", "session", "upload"]),
    ("cli", &["config", "json", "run", "session", "upload"]),
    (
        "app",
        &["config", "data", "preview", "run", "session", "upload"],
    ),
    ("program", &["api", "app", "cli", "config", "console"]),
];

/// What must not be known where: how the paths begin, and the words.
const KNOWS_NOT: [(&[&str], &[&str]); 5] = [
    // The core has no face.
    (
        &[
            "src/session",
            "src/config",
            "src/json",
            "src/upload",
            "src/run",
            "src/preview",
            "src/data",
        ],
        &["eframe", "egui", "rfd", "arboard", "axum", "tokio", "clap"],
    ),
    // Only the API knows what it is served with, and it knows no other face.
    (
        &["src/app", "src/cli", "src/program"],
        &["axum", "hyper", "tokio"],
    ),
    (&["src/api"], &["eframe", "egui", "rfd", "clap"]),
    // What the window means and does knows no toolkit.
    (
        &[
            "src/app/action",
            "src/app/model",
            "src/app/update",
            "src/app/jobs",
        ],
        &["eframe", "egui"],
    ),
    // What the window's thread runs waits for nothing.
    (
        &[
            "src/app/model",
            "src/app/update",
            "src/app/screen",
            "src/app/views",
            "src/app/widgets",
        ],
        &["fs", "fs_err", "thread"],
    ),
];

/// Where the Windows API is called.
const WINDOWS_ONLY: [&str; 4] = [
    "src/app/motion/windows.rs",
    "src/console.rs",
    "src/run/sys/windows.rs",
    "src/session/sys/windows.rs",
];

/// Longer files hold more than one idea.
const MOST_LINES: usize = 500;

type Rule = fn(&Source) -> Vec<String>;

/// Every rule on a file of source, with an example that breaks it: its path, its text.
const RULES: [(Rule, &str, &str); 8] = [
    (opens_with_its_purpose, "tests/it/x.rs", "use std::io;\n"),
    (is_one_idea, "src/session/x.rs", LONG),
    (
        imports_inwards,
        "src/session/x.rs",
        "use crate::{\n    session::Usage,\n    upload::Report,\n};",
    ),
    (
        knows_no_more_than_it_should,
        "src/upload/x.rs",
        "fn f(ui: &egui::Ui) {}",
    ),
    (
        unsafe_only_on_windows,
        "src/session/sys/unix.rs",
        "unsafe {}",
    ),
    (
        expects_with_a_reason,
        "src/app/x.rs",
        "#[allow(dead_code)]\nfn f() {}",
    ),
    (
        prints_only_at_the_edge,
        "src/upload/x.rs",
        "fn f() { println!(\"x\") }",
    ),
    (is_finished, "src/app/x.rs", "fn f() { todo!() }"),
];

const LONG: &str = match std::str::from_utf8(&[b'\n'; MOST_LINES + 1]) {
    Ok(lines) => lines,
    Err(_) => panic!(),
};

#[test]
fn the_source_keeps_the_rules() {
    let broken: Vec<_> = source::all()
        .iter()
        .flat_map(|file| RULES.iter().flat_map(|(rule, ..)| rule(file)))
        .collect();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn each_rule_can_be_broken() {
    for (n, (rule, path, text)) in RULES.iter().enumerate() {
        assert_ne!(rule(&Source::new(path, text)), [""; 0], "rule {n}: {text}");
    }
}

#[test]
fn imports_are_seen_in_every_form() {
    for text in [
        "use crate::app::Model;",
        "use crate::{app, session};",
        "use crate::{session::{Id, Usage}, app::Model};",
        "fn f() { crate::app::start() }",
        "pub(in crate::app) fn f() {}",
        "use super::super::app::Model;",
        "use eyproject_sessions::app;",
    ] {
        let broken = imports_inwards(&Source::new("src/upload/x.rs", text));
        assert_eq!(broken.len(), 1, "{text}: {broken:?}");
    }
    for text in [
        "use crate::upload::Report;",
        "use crate::session::app::Model;",
        "// crate::app\nuse crate::{session::{app, Id}};",
        "use super::app::Model;",
    ] {
        let broken = imports_inwards(&Source::new("src/upload/x.rs", text));
        assert!(broken.is_empty(), "{text}: {broken:?}");
    }
}

/// `//!` says what a file owns and what it refuses to know.
fn opens_with_its_purpose(file: &Source) -> Vec<String> {
    let there = file.text.starts_with("//! ");
    broken(!there, file, "does not open with //!")
}

fn is_one_idea(file: &Source) -> Vec<String> {
    let lines = file.text.lines().count();
    let more = lines > MOST_LINES;
    broken(more, file, format!("has {lines} lines: split it"))
}

fn imports_inwards(file: &Source) -> Vec<String> {
    let Some(module) = file.module() else {
        return Vec::new();
    };
    let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
        return broken(true, file, "belongs to a module without rules: add it here");
    };
    imports(&file.code())
        .into_iter()
        .filter(|name| MAY_IMPORT.iter().any(|(module, _)| module == name))
        .filter(|name| name != module && !allowed.contains(&name.as_str()))
        .flat_map(|name| broken(true, file, format!("imports {name}")))
        .collect()
}

fn knows_no_more_than_it_should(file: &Source) -> Vec<String> {
    let code = file.code();
    KNOWS_NOT
        .iter()
        .filter(|(places, _)| places.iter().any(|place| file.path.starts_with(place)))
        .flat_map(|(_, names)| names.iter())
        .filter(|name| words(&code).any(|word| word == **name))
        .flat_map(|name| broken(true, file, format!("knows {name}")))
        .collect()
}

fn unsafe_only_on_windows(file: &Source) -> Vec<String> {
    let there = words(&file.code()).any(|word| word == "unsafe");
    broken(
        there && !WINDOWS_ONLY.contains(&file.path.as_str()),
        file,
        "is unsafe",
    )
}

fn expects_with_a_reason(file: &Source) -> Vec<String> {
    let code = file.code();
    let allows = code.contains("#[allow(") || code.contains("#![allow(");
    let bare = code.split("[expect(").skip(1).any(|rest| {
        !rest
            .split(")]")
            .next()
            .is_some_and(|a| a.contains("reason"))
    });
    [
        broken(allows, file, "allows a lint: expect it, with the reason"),
        broken(bare, file, "expects a lint without the reason"),
    ]
    .concat()
}

/// Results go to stdout from the command line only; the library returns them.
fn prints_only_at_the_edge(file: &Source) -> Vec<String> {
    let inside = file.module().is_some_and(|m| m != "cli" && m != "program");
    let code = file.code();
    let prints = ["println!", "print!", "eprintln!", "eprint!", "dbg!"];
    let there = prints.iter().any(|m| code.contains(m));
    broken(inside && there, file, "prints")
}

fn is_finished(file: &Source) -> Vec<String> {
    let code = file.code();
    let there = ["todo!", "unimplemented!", "#[ignore"]
        .iter()
        .any(|m| code.contains(m));
    broken(there, file, "is not finished")
}

fn broken(is: bool, file: &Source, what: impl AsRef<str>) -> Vec<String> {
    let text = || format!("{} {}", file.path, what.as_ref());
    is.then(text).into_iter().collect()
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// The names that `code` takes from the crate's root, each as often as it stands there.
fn imports(code: &str) -> Vec<String> {
    let code: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let code = code.replace(" ::", "::").replace(":: ", "::");
    // `super::super` is the root from one level down; from further down its names are no modules.
    ["crate::", "eyproject_sessions::", "super::super::"]
        .iter()
        .flat_map(|root| code.split(root).skip(1))
        .flat_map(|rest| first_names(rest.trim_start_matches("super::")))
        .collect()
}

/// The first name of each path in `{a::b, c}`, or of the one path that `text` starts with.
fn first_names(text: &str) -> Vec<String> {
    let Some(list) = text.strip_prefix('{') else {
        return words(text).take(1).map(Into::into).collect();
    };
    let mut depth = 1;
    let mut names = vec![String::new()];
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' if depth == 1 => names.push(String::new()),
            _ => names.last_mut().expect("never empty").push(c),
        }
    }
    let first = |path: &String| words(path.trim()).next().map(String::from);
    names.iter().filter_map(first).collect()
}

#[test]
fn the_map_is_short_and_names_what_is_there() {
    let map = std::fs::read_to_string(source::root().join("ARCHITECTURE.md")).unwrap();
    assert!(map.lines().count() <= 150, "a map, not a book");
    let top = ["src/", "tests/", "benches/", "assets/", ".ci/"];
    let names = map.split(|c: char| c.is_whitespace() || "`;,".contains(c));
    let paths: Vec<_> = names
        .filter(|name| top.iter().any(|t| name.starts_with(t)))
        .collect();
    assert!(paths.len() > 10, "{paths:?}");
    for path in paths {
        assert!(source::root().join(path).exists(), "{path} is not there");
    }
}

#[test]
fn every_dependency_says_why() {
    let manifest = std::fs::read_to_string(source::root().join("Cargo.toml")).unwrap();
    let mut section = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.trim_end_matches(']').ends_with("dependencies") && line.contains(" = ") {
            let why = line.rsplit_once("# ").map(|(_, why)| why.trim());
            assert!(why.is_some_and(|w| w.len() > 5), "no reason beside: {line}");
        }
    }
}
